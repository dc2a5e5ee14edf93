//! What can go wrong.

use store::StoreError;
use web::WebError;

/// A failure of this crate.
#[derive(Debug, thiserror::Error)]
pub enum PrivacyError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A file to take away.
    #[error(transparent)]
    Sheet(#[from] sheet::SheetError),
}

impl From<PrivacyError> for WebError {
    fn from(error: PrivacyError) -> Self {
        Self::internal(error)
    }
}
