//! The server as a gate sees it: a source of snapshots and commands, and a taker of records.
//!
//! In the server's own process it is a few function calls; at a school's door it is [`crate::HttpServer`].

use std::time::Duration;

use kernel::{GateRecord, GateStatus, Has};

use crate::wire::Feed;

/// What a gate wants from its server. Called from two threads of the gate, one for each function; both may block.
pub trait Server: Send + Sync {
    /// Waits, for at most `wait`, for what is new to a gate that `has` this: another snapshot, commands, where people are whom other
    /// gates let pass; returns at once when there is some. `status` tells the server how the gate is.
    ///
    /// # Errors
    /// [`ServerError`]; the gate goes on by itself and asks again later.
    fn feed(&self, has: Has, status: &GateStatus, wait: Duration) -> Result<Feed, ServerError>;

    /// Takes records in and returns the number up to and with which it now has this gate's records, durably. Without records it only says so.
    ///
    /// A gate asks once after its start and numbers its first delivery from there on, so the server sees numbers without holes. Records
    /// come in order and may come again: after a lost answer under the same numbers, after a crash of the gate under new ones. So
    /// a number that was taken in is dropped, and so is a pass or an alarm whose id is known; the number counts as taken in all the same.
    /// When the answer lies outside of what was delivered, the gate takes nothing for accepted and numbers anew from the answer.
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
