//! What can go wrong with webhooks.

use ::store::StoreError;
use accounts::Denied;
use crypto::CryptoError;
use web::WebError;

use super::address::HookUrlError;

/// Why something about a webhook was not done.
#[derive(Debug, thiserror::Error)]
pub enum HookError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The matrix said no.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// A secret does not open or cannot be made.
    #[error(transparent)]
    Crypto(#[from] CryptoError),
    /// The address may not be sent to.
    #[error(transparent)]
    Url(#[from] HookUrlError),
    /// No kind of event is chosen.
    #[error("a webhook is told of at least one kind of event")]
    NoKinds,
    /// The school has as many webhooks as it may.
    #[error("the school has as many webhooks as it may")]
    TooMany,
    /// There is no such webhook at this school, or no such delivery.
    #[error("no such webhook")]
    NoSuchHook,
    /// Nothing is sent while it is off.
    #[error("the webhook is off")]
    Off,
}

/// What a page answers when it has no better place for the error.
impl From<HookError> for WebError {
    fn from(error: HookError) -> Self {
        match error {
            HookError::Store(source) => source.into(),
            HookError::Crypto(source) => Self::internal(source),
            HookError::Denied(denied) => denied.into(),
            HookError::NoSuchHook => Self::NotFound,
            HookError::Off => Self::Conflict,
            HookError::Url(_) | HookError::NoKinds | HookError::TooMany => Self::BadInput(String::new()),
        }
    }
}
