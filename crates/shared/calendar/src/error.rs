//! What can go wrong with the calendar.

use accounts::Denied;
use journal::JournalError;
use store::StoreError;
use web::WebError;

use crate::model::Fault;

/// Why something was not done.
#[derive(Debug, thiserror::Error)]
pub enum CalendarError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The journal.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The matrix said no.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// There is no such row at this school.
    #[error("no such {0}")]
    NotFound(&'static str),
    /// Somebody else changed it since it was shown.
    #[error("changed by somebody else in the meantime")]
    Changed,
    /// It does not fit the rules.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// What a page answers when it has no better place for the error.
impl From<CalendarError> for WebError {
    fn from(error: CalendarError) -> Self {
        match error {
            CalendarError::Denied(denied) => denied.into(),
            CalendarError::NotFound(_) => Self::NotFound,
            CalendarError::Changed => Self::Conflict,
            CalendarError::Fault(_) => Self::BadInput(String::new()),
            CalendarError::Store(StoreError::Busy(_) | StoreError::Closed) => Self::Unavailable,
            error @ (CalendarError::Store(_) | CalendarError::Journal(_)) => Self::internal(error),
        }
    }
}
