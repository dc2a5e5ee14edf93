//! What can go wrong with accounts.

use ::store::StoreError;
use crypto::CryptoError;
use web::WebError;

use crate::{ctx::Denied, login::LoginError, password::PasswordError};

/// Why something about an account was not done.
#[derive(Debug, thiserror::Error)]
pub enum AccountsError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The matrix said no.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The login cannot be one.
    #[error(transparent)]
    Login(#[from] LoginError),
    /// The password may not be chosen.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// The name is empty or too long.
    #[error("an account has a name of 1 to 120 letters")]
    Name,
    /// An account without a role can do nothing.
    #[error("an account has at least one role")]
    NoRole,
    /// Another account has this login.
    #[error("the login {0} is taken")]
    LoginTaken(String),
    /// The person uses another account already.
    #[error("the person uses another account already")]
    PersonTaken,
    /// There is no such account at this school.
    #[error("no such account")]
    NoSuchUser,
    /// The password that was to be replaced is another one.
    #[error("the current password is another one")]
    WrongPassword,
    /// A token has a name of 1 to 80 letters.
    #[error("a token has a name of 1 to 80 letters")]
    TokenName,
    /// A token without a purpose opens nothing.
    #[error("a token has at least one scope")]
    TokenScopes,
    /// A token lives for 1 to 366 days.
    #[error("a token lives for 1 to 366 days")]
    TokenDays,
    /// The account has as many tokens as it may.
    #[error("the account has as many tokens as it may")]
    TooManyTokens,
    /// There is no such token, or it is revoked already.
    #[error("no such token")]
    NoSuchToken,
    /// A second factor's code is wrong, or a passkey did not answer what it was asked.
    #[error("the second factor is not right")]
    WrongCode,
    /// The account has this factor already.
    #[error("the account has this factor already")]
    FactorKnown,
    /// The account does not have this factor.
    #[error("no such factor")]
    NoSuchFactor,
    /// The last factor of an account that needs one.
    #[error("the last factor of an account that needs one")]
    LastFactor,
    /// The account has as many passkeys as it may.
    #[error("the account has as many passkeys as it may")]
    TooManyPasskeys,
    /// A secret could not be sealed or opened.
    #[error(transparent)]
    Crypto(#[from] CryptoError),
    /// Too many passwords are being checked just now.
    #[error("too many passwords are being checked just now")]
    Busy,
}

/// What a page answers when it has no better place for the error.
impl From<AccountsError> for WebError {
    fn from(error: AccountsError) -> Self {
        match error {
            AccountsError::Store(source) => Self::internal(source),
            AccountsError::Denied(denied) => denied.into(),
            AccountsError::Crypto(source) => Self::internal(source),
            AccountsError::NoSuchUser | AccountsError::NoSuchToken | AccountsError::NoSuchFactor => Self::NotFound,
            AccountsError::PersonTaken | AccountsError::FactorKnown | AccountsError::LastFactor => Self::Conflict,
            AccountsError::Busy => Self::TooMany { retry_after_s: 5 },
            AccountsError::Login(_)
            | AccountsError::Password(_)
            | AccountsError::Name
            | AccountsError::NoRole
            | AccountsError::LoginTaken(_)
            | AccountsError::TokenName
            | AccountsError::TokenScopes
            | AccountsError::TokenDays
            | AccountsError::TooManyTokens
            | AccountsError::WrongPassword
            | AccountsError::WrongCode
            | AccountsError::TooManyPasskeys => Self::BadInput(String::new()),
        }
    }
}

impl From<Denied> for WebError {
    fn from(_: Denied) -> Self {
        Self::Forbidden
    }
}
