//! What an entry is.

use jiff::Timestamp;
use kernel::SchoolId;
use serde::{Serialize, de::DeserializeOwned};

use ::store::{StoreError, record};

/// A kind of event that a subsystem writes. The JSON is for ever: a change of shape takes a new `VERSION`, and readers go on reading the old ones.
pub trait Event: Serialize + DeserializeOwned {
    /// The kind's name, e.g. `PassRecorded`.
    const KIND: &'static str;
    /// The version of the shape, from 1.
    const VERSION: u32 = 1;
}

record! {
    /// One entry of a school's journal.
    pub struct Entry {
        /// The school.
        pub school: SchoolId,
        /// Its number at the school.
        pub seq: u64,
        /// When it was written.
        pub at: Timestamp,
        /// The event's kind.
        pub kind: String,
        /// The version of its shape.
        pub version: u32,
        /// The event as JSON.
        pub body: String,
    }
}

impl Entry {
    /// The event, when it is an `E`.
    ///
    /// # Errors
    /// When it is an `E` but cannot be read: the journal is damaged or was written by a newer program.
    pub fn event<E: Event>(&self) -> Result<Option<E>, JournalError> {
        if self.kind != E::KIND {
            return Ok(None);
        }
        if self.version > E::VERSION {
            return Err(JournalError::Newer { kind: self.kind.clone(), version: self.version });
        }
        Ok(Some(serde_json::from_str(&self.body)?))
    }
}

/// What can go wrong with a journal.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// An event is no JSON of its kind.
    #[error("an event does not fit its kind: {0}")]
    Json(#[from] serde_json::Error),
    /// Written by a newer program.
    #[error("{kind} of version {version} is newer than this program")]
    Newer {
        /// The event's kind.
        kind: String,
        /// Its version.
        version: u32,
    },
    /// A follower failed.
    #[error("follower {follower}: {reason}")]
    Follower {
        /// Its name.
        follower: &'static str,
        /// Why.
        reason: String,
    },
}
