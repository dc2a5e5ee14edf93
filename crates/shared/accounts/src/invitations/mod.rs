//! Links by which somebody chooses the password of an account himself: a new one's, or one whose password is forgotten.
//!
//! Until then the account has no password, so nobody signs in to it. A link is good once, for seven days, and until the next one is made; only its
//! hash is kept.

mod ops;
mod store;

pub(crate) use ops::{Opened, accept, invite, opened, revoke_invitation};
pub(crate) use store::{Invitation, latest, revoke};

use kernel::Id;

/// An invitation.
#[derive(Debug)]
pub(crate) enum InvitationKind {}
pub(crate) type InvitationId = Id<InvitationKind>;

/// What stands in the link: like a session's, 32 random bytes that only its holder has.
pub(crate) use crate::token::SessionToken as InvitationToken;
