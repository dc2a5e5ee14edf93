//! What can go wrong in this subsystem.

use accounts::Denied;
use journal::JournalError;
use kernel::DeviceId;
use people::PeopleError;
use store::StoreError;
use web::WebError;

use crate::model::Fault;

/// A failure of access control.
#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The journal.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The matrix said no.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// Persons, classes and groups.
    #[error(transparent)]
    People(#[from] PeopleError),
    /// There is no such row at this school.
    #[error("no such {0}")]
    NotFound(&'static str),
    /// A field of a form is wrong.
    #[error("{field}: {fault}")]
    Field {
        /// The field's name.
        field: &'static str,
        /// What is wrong with it.
        fault: Fault,
    },
    /// It cannot be removed, since others refer to it.
    #[error("in use by {0}")]
    InUse(Use),
    /// The gate has still so many records to send, more than it was agreed to lose.
    #[error("{0} records wait at the gate")]
    RecordsWaiting(u64),
    /// Somebody else changed it in the meantime.
    #[error("changed by somebody else in the meantime")]
    Changed,
    /// The point is switched off.
    #[error("the point is switched off")]
    PointDisabled,
    /// The person may not be let in by hand: archived.
    #[error("the person has left the school")]
    PersonArchived,
    /// Another number of people is inside than the one that was confirmed.
    #[error("{inside} people are inside, not as many as were confirmed")]
    InsideChanged {
        /// How many are inside.
        inside: u32,
    },
    /// A token is not known.
    #[error("the gate's token is not known")]
    Token,
    /// A device's settings in the database cannot be read.
    #[error("settings of device {0} cannot be read")]
    Settings(DeviceId),
    /// Something that is written as JSON cannot be.
    #[error("JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// More records than are taken at once.
    #[error("too many records at once")]
    TooManyRecords,
    /// The rules cannot be asked: the gate would not take them.
    #[error("rules that no gate takes: {0}")]
    Unexplained(String),
    /// More rows than a file may have.
    #[error("too many rows for a file")]
    TooManyRows,
    /// The system gives no thread.
    #[error("no thread: {0}")]
    Thread(#[source] std::io::Error),
}

/// Who refers to something that was to be removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// Passes are recorded there: switch it off instead.
    Passes,
    /// Access points stand on it.
    Points,
    /// Zones are in it.
    Zones,
    /// Devices hang on it.
    Devices,
    /// A rule names it.
    Rules,
    /// A rule is for the group.
    GroupRules,
}

impl Use {
    /// The key of the sentence that says what to do.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Passes => "access-in-use-passes",
            Self::Points => "access-in-use-points",
            Self::Zones => "access-in-use-zones",
            Self::Devices => "access-in-use-devices",
            Self::Rules => "access-in-use-rules",
            Self::GroupRules => "access-in-use-group",
        }
    }
}

impl std::fmt::Display for Use {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Passes => "passes",
            Self::Points => "points",
            Self::Zones => "zones",
            Self::Devices => "devices",
            Self::Rules | Self::GroupRules => "rules",
        })
    }
}

impl AccessError {
    /// A wrong field.
    pub(crate) const fn field((field, fault): (&'static str, Fault)) -> Self {
        Self::Field { field, fault }
    }

    /// The key of the sentence that a page shows, for what a reader can do something about.
    pub const fn key(&self) -> Option<&'static str> {
        match self {
            Self::Field { fault, .. } => Some(fault.key()),
            Self::InUse(by) => Some(by.key()),
            Self::RecordsWaiting(_) => Some("access-gate-records-wait"),
            Self::Changed => Some("access-changed"),
            Self::People(error) => error.key(),
            Self::PointDisabled => Some("access-point-disabled"),
            Self::PersonArchived => Some("access-person-archived"),
            Self::Store(_)
            | Self::Journal(_)
            | Self::Denied(_)
            | Self::NotFound(_)
            | Self::InsideChanged { .. }
            | Self::Token
            | Self::Settings(_)
            | Self::Json(_)
            | Self::TooManyRecords
            | Self::Unexplained(_)
            | Self::TooManyRows
            | Self::Thread(_) => None,
        }
    }
}

impl From<AccessError> for WebError {
    fn from(error: AccessError) -> Self {
        match error {
            AccessError::People(error) => error.into(),
            AccessError::NotFound(_) => Self::NotFound,
            AccessError::Denied(_) => Self::Forbidden,
            AccessError::Changed
            | AccessError::InUse(_)
            | AccessError::RecordsWaiting(_)
            | AccessError::InsideChanged { .. } => Self::Conflict,
            AccessError::Field { .. } | AccessError::PointDisabled | AccessError::PersonArchived => {
                Self::BadInput(String::new())
            }
            AccessError::TooManyRecords | AccessError::TooManyRows => Self::TooLarge,
            AccessError::Store(StoreError::Busy(_) | StoreError::Held(_) | StoreError::Closed) => Self::Unavailable,
            error @ (AccessError::Store(_)
            | AccessError::Journal(_)
            | AccessError::Token
            | AccessError::Settings(_)
            | AccessError::Json(_)
            | AccessError::Unexplained(_)
            | AccessError::Thread(_)) => Self::internal(error),
        }
    }
}
