//! What can go wrong with attendance.

use accounts::Denied;
use journal::JournalError;
use paper::PaperError;
use sheet::SheetError;
use store::StoreError;
use web::WebError;

/// Why something was not done.
#[derive(Debug, thiserror::Error)]
pub enum AttendanceError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The journal.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The matrix said no.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// There is no such thing within what is seen: another class's pupil is not told apart from one that does not exist.
    #[error("no such {0}")]
    NotFound(&'static str),
    /// Somebody else changed it since it was shown.
    #[error("changed by somebody else in the meantime")]
    Changed,
    /// The day has not come yet.
    #[error("the day has not come yet")]
    Future,
    /// Days that are in no order, or too many at once.
    #[error("the days are in no order, or more than {} of them", crate::ops::MOST_DAYS)]
    Days,
    /// Days that are told of already.
    #[error("these days are told of already")]
    Overlap,
    /// A letter that the school does not use, or hours that do not go with it.
    #[error("the code does not fit")]
    Code,
    /// A table could not be written.
    #[error(transparent)]
    Sheet(#[from] SheetError),
    /// A page could not be printed.
    #[error(transparent)]
    Paper(#[from] PaperError),
}

/// What a page answers when it has no better place for the error.
impl From<AttendanceError> for WebError {
    fn from(error: AttendanceError) -> Self {
        match error {
            AttendanceError::Denied(denied) => denied.into(),
            AttendanceError::NotFound(_) => Self::NotFound,
            AttendanceError::Changed => Self::Conflict,
            AttendanceError::Future | AttendanceError::Days | AttendanceError::Overlap | AttendanceError::Code => {
                Self::BadInput(String::new())
            }
            AttendanceError::Store(StoreError::Busy(_) | StoreError::Closed) => Self::Unavailable,
            error @ (AttendanceError::Store(_)
            | AttendanceError::Journal(_)
            | AttendanceError::Sheet(_)
            | AttendanceError::Paper(_)) => Self::internal(error),
        }
    }
}
