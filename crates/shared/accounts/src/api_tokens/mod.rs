//! Tokens with which programs ask in somebody's name: made by a person for a program, shown once, for a time, for some purposes.
//!
//! A token never gives more than its maker may do at the moment of the request: its roles are looked up each time, so a role that was
//! taken away, or an account that was disabled, ends what the token could.

mod caller;
mod ops;
mod scope;
mod secret;
pub(crate) mod store;

pub use caller::Caller;
pub(crate) use caller::{Asked, Keeper, admit};
pub use ops::{NewToken, add_token, revoke_token};
pub use scope::TokenScope;
pub use secret::ApiToken;
pub use store::TokenRow;

use kernel::Id;

/// A token of a program.
#[derive(Debug)]
pub enum TokenKind {}
/// The id of a token: it may be shown and logged, it opens nothing.
pub type TokenId = Id<TokenKind>;

/// How the addresses begin at which programs ask with a token. Cookies count for nothing there.
pub const API_PATHS: &str = "/api/v1/";
