//! What gate and server say to each other over HTTP, as JSON. Both sides use these types.
//!
//! - `POST {url}/gate/v1/feed`: [`FeedRequest`] → [`Feed`]
//! - `POST {url}/gate/v1/records`: [`RecordsRequest`] → [`RecordsAnswer`]
//!
//! Both carry `Authorization: Bearer <the gate's token>`; 401 or 403 answers a token that is not known or was withdrawn.

use serde::{Deserialize, Serialize};

use crate::{GateCommand, GateRecord, GateStatus, PresentDoc, SnapshotDoc};

/// Path of the feed below the server's address.
pub const FEED_PATH: &str = "/gate/v1/feed";

/// Path of the records below the server's address.
pub const RECORDS_PATH: &str = "/gate/v1/records";

/// The most records in one delivery.
pub const MAX_RECORDS: usize = 500;

/// The most bytes of records in one delivery, as they stand in the spool; keeps a delivery under a server's usual body limit of 1 MB.
pub const MAX_RECORDS_BYTES: usize = 512 * 1024;

/// The longest time for which a feed may be held open, in seconds.
pub const MAX_WAIT_S: u32 = 20;

/// How far a gate has come with what the server tells it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Has {
    /// Version of the snapshot that it decides by; `None`: it has none. The server sends one whenever its own differs.
    pub snapshot: Option<u64>,
    /// Number of the last command that it has; the server sends those after it.
    pub command: u64,
    /// Journal number up to which it knows where people are; `None`: it does not want to know.
    pub presence: Option<u64>,
}

/// Asks for what is new. The server holds the answer back until there is something, or `wait_s` has passed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedRequest {
    /// [`Has::snapshot`].
    pub have: Option<u64>,
    /// [`Has::command`].
    pub after_command: u64,
    /// [`Has::presence`].
    #[serde(default)]
    pub presence: Option<u64>,
    /// How long the gate is ready to wait, in seconds, at most [`MAX_WAIT_S`].
    pub wait_s: u32,
    /// How the gate is.
    pub status: GateStatus,
}

/// What is new.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feed {
    /// A snapshot other than the one the gate has.
    #[serde(default)]
    pub snapshot: Option<SnapshotDoc>,
    /// Commands after the one the gate has, by rising number.
    #[serde(default)]
    pub commands: Vec<GateCommand>,
    /// Where people are whom other gates let pass, or of whom somebody said it, since the number that the gate gave: the newest word on
    /// each. May be told again; what the gate knows of a later moment stands.
    #[serde(default)]
    pub presence: Vec<PresentDoc>,
    /// The number to ask after next time; `None`: as before.
    #[serde(default)]
    pub presence_through: Option<u64>,
}

impl Feed {
    /// Whether it tells anything that a waiting gate shall know at once.
    pub fn has_news(&self) -> bool {
        self.snapshot.is_some() || !self.commands.is_empty() || !self.presence.is_empty()
    }
}

impl FeedRequest {
    /// How far the gate that asks has come.
    pub const fn has(&self) -> Has {
        Has { snapshot: self.have, command: self.after_command, presence: self.presence }
    }
}

/// Delivers records.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordsRequest {
    /// By rising number, at most [`MAX_RECORDS`].
    pub records: Vec<GateRecord>,
}

/// What the server has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordsAnswer {
    /// The number up to and with which the server has taken in this gate's records, durably.
    pub accepted_through: u64,
}
