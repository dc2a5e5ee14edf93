//! The server as a gate sees it: a source of snapshots and commands, and a taker of records.
//!
//! In the server's own process it is a few function calls; at a school's door it is [`crate::HttpServer`].

use std::time::Duration;

use kernel::{GateRecord, GateStatus};

use crate::wire::Feed;

/// What a gate wants from its server. Called from two threads of the gate, one for each function; both may block.
pub trait Server: Send + Sync {
    /// Waits, for at most `wait`, for a snapshot of another version than `have` or for commands after `after_command`,
    /// and returns at once when there are some. `status` tells the server how the gate is.
    ///
    /// # Errors
    /// [`ServerError`]; the gate goes on by itself and asks again later.
    fn feed(
        &self,
        have: Option<u64>,
        after_command: u64,
        status: &GateStatus,
        wait: Duration,
    ) -> Result<Feed, ServerError>;

    /// Takes records in and returns the number up to and with which it now has this gate's records, durably.
    ///
    /// Records come in order and more than once: one whose number was taken in already is to be dropped. The answer may be below
    /// the last record given (part was taken in: the rest comes again) and above it (an earlier answer got lost). A number that the
    /// gate has not given yet tells the gate that it lost records it had delivered from memory; it then numbers anew from there.
    ///
    /// # Errors
    /// [`ServerError`]; the gate keeps the records and delivers them again later.
    fn deliver(&self, records: &[GateRecord]) -> Result<u64, ServerError>;
}

/// Why the server did not answer as wished.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ServerError {
    /// It cannot be reached, or did not answer in time.
    #[error("the server cannot be reached: {0}")]
    Away(String),
    /// It does not accept the gate's token (HTTP 401 or 403).
    #[error("the server refuses the gate's token (status {status}): give the gate a new one")]
    Refused {
        /// The HTTP status.
        status: u16,
    },
    /// It answered something else than agreed.
    #[error("the server answered with status {status}: {detail}")]
    Answer {
        /// The HTTP status.
        status: u16,
        /// What was wrong.
        detail: String,
    },
}
