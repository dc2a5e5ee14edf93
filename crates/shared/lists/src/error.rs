//! What can go wrong with lists.

use accounts::Denied;
use crypto::CryptoError;
use people::PeopleError;
use sheet::SheetError;
use store::StoreError;
use web::WebError;

/// Why something was not done.
#[derive(Debug, thiserror::Error)]
pub enum ListsError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Keys and seals.
    #[error(transparent)]
    Crypto(#[from] CryptoError),
    /// The register.
    #[error(transparent)]
    People(#[from] PeopleError),
    /// The matrix said no.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// A file could not be read or made.
    #[error(transparent)]
    Sheet(#[from] SheetError),
    /// There is no such work at this school.
    #[error("no such work")]
    NoSuchJob,
    /// The work is not at the point at which this can be done.
    #[error("the work is not at this point")]
    State,
    /// The file is there no more.
    #[error("the file was deleted")]
    FileGone,
    /// The row of a guardian was not written, so nobody can be noted to answer for the pupil.
    #[error("the row of a guardian was not written")]
    NoGuardian,
    /// The server stops; the work goes on after it has started again.
    #[error("the server stops")]
    Stopping,
    /// A part of another subsystem could not be taken away.
    #[error("a part could not be taken away: {0}")]
    Part(Box<dyn std::error::Error + Send + Sync>),
}

impl ListsError {
    /// Whether the same would be done a moment later: the work is gone on with, not given up.
    pub(crate) const fn is_passing(&self) -> bool {
        use StoreError as S;
        matches!(
            self,
            Self::Store(S::Busy(_) | S::Held(_) | S::Conflict(_) | S::Closed)
                | Self::People(PeopleError::Store(S::Busy(_) | S::Held(_) | S::Conflict(_) | S::Closed))
        )
    }
}

impl From<ListsError> for WebError {
    fn from(error: ListsError) -> Self {
        match error {
            ListsError::Store(error) => error.into(),
            ListsError::People(error) => error.into(),
            ListsError::Denied(error) => error.into(),
            ListsError::NoSuchJob => Self::NotFound,
            ListsError::State | ListsError::FileGone => Self::Conflict,
            ListsError::Stopping => Self::Unavailable,
            error @ (ListsError::Crypto(_) | ListsError::Sheet(_) | ListsError::Part(_) | ListsError::NoGuardian) => {
                Self::internal(error)
            }
        }
    }
}
