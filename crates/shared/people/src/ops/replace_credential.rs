//! A new card takes the place of an old one.

use accounts::{Action, Ctx};
use kernel::{CredentialId, CredentialStatus};
use store::Tx;

use super::{
    change_credential::set,
    issue_credential::{NewCredential, add, may_hold},
    told_of_credential,
};
use crate::{PeopleError, store::credentials};

/// A new card for an old one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Replacement {
    /// The old credential.
    pub old: CredentialId,
    /// Whether the old card is gone; else it was given back.
    pub is_lost: bool,
    /// The new card.
    pub new: NewCredential,
}

/// The old credential opens nothing any more and the new one works, both at once; gives the id of the new one.
///
/// # Errors
/// As [`super::issue_credential`] and [`super::report_lost`]; a lost credential stays lost.
pub fn replace_credential(tx: &mut Tx<'_>, ctx: &Ctx, replacement: &Replacement) -> Result<CredentialId, PeopleError> {
    let school = ctx.require(Action::ManageCredentials)?.school();
    let old = credentials::held(tx, school, replacement.old)?.ok_or(PeopleError::NoSuchCredential)?;
    may_hold(tx, school, old.person)?;
    let becomes = if replacement.is_lost { CredentialStatus::Lost } else { CredentialStatus::Returned };
    if old.status != becomes {
        set(tx, ctx, replacement.old, becomes)?;
    }
    let new = add(tx, ctx, school, old.person, &replacement.new)?;
    credentials::set_replaced(tx, school, replacement.old, Some(new))?;
    told_of_credential(tx, ctx, replacement.old, old.person, "credential_replaced")?;
    told_of_credential(tx, ctx, new, old.person, "credential_issued")?;
    Ok(new)
}
