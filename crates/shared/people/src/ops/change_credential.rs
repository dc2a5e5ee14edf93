//! A credential is stopped, works again, is lost, is given back.

use accounts::{Action, Ctx};
use kernel::{CredentialId, CredentialStatus};
use store::Tx;

use super::told_of_credential;
use crate::{
    PeopleError,
    store::{
        credentials::{self, CredentialRow},
        day_cards,
    },
};

/// Stops a credential for now.
///
/// # Errors
/// [`PeopleError::CredentialState`] when it does not work anyway, [`PeopleError::NoSuchCredential`], [`PeopleError::Denied`], else the database's.
pub fn suspend(tx: &mut Tx<'_>, ctx: &Ctx, credential: CredentialId) -> Result<(), PeopleError> {
    turn(tx, ctx, credential, CredentialStatus::Suspended, "credential_suspended")
}

/// Lets a credential work again: one that was stopped, or was lost and is found.
///
/// # Errors
/// As [`suspend`], when it works or was given back.
pub fn resume(tx: &mut Tx<'_>, ctx: &Ctx, credential: CredentialId) -> Result<(), PeopleError> {
    turn(tx, ctx, credential, CredentialStatus::Active, "credential_resumed")
}

/// Notes that a credential is lost: whoever tries it raises an alarm.
///
/// # Errors
/// As [`suspend`], when it is lost already or was given back.
pub fn report_lost(tx: &mut Tx<'_>, ctx: &Ctx, credential: CredentialId) -> Result<(), PeopleError> {
    turn(tx, ctx, credential, CredentialStatus::Lost, "credential_lost")
}

/// Notes that a credential was given back; its card may be issued again.
///
/// # Errors
/// As [`suspend`], when it was given back already.
pub fn give_back(tx: &mut Tx<'_>, ctx: &Ctx, credential: CredentialId) -> Result<(), PeopleError> {
    turn(tx, ctx, credential, CredentialStatus::Returned, "credential_returned")
}

/// Whether a credential in this state can be brought into that one. What was given back stays so: its card may be another's by now.
pub const fn can_become(from: CredentialStatus, to: CredentialStatus) -> bool {
    use CredentialStatus as S;
    match to {
        S::Active => matches!(from, S::Suspended | S::Lost),
        S::Suspended => matches!(from, S::Active),
        S::Lost => matches!(from, S::Active | S::Suspended),
        S::Returned => matches!(from, S::Active | S::Suspended | S::Lost),
    }
}

fn turn(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    credential: CredentialId,
    to: CredentialStatus,
    action: &'static str,
) -> Result<(), PeopleError> {
    let row = set(tx, ctx, credential, to)?;
    told_of_credential(tx, ctx, credential, row.person, action)
}

pub(super) fn set(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    credential: CredentialId,
    to: CredentialStatus,
) -> Result<CredentialRow, PeopleError> {
    let school = ctx.require(Action::ManageCredentials)?.school();
    let row = credentials::held(tx, school, credential)?.ok_or(PeopleError::NoSuchCredential)?;
    if !can_become(row.status, to) {
        return Err(PeopleError::CredentialState { from: row.status, to });
    }
    credentials::set_status(tx, school, credential, to, ctx.now)?;
    // Of whatever is no loan there is nothing to note.
    match to {
        // A day card that is given back lies at the desk again.
        CredentialStatus::Returned => {
            day_cards::came_back(tx, school, credential)?;
            day_cards::loan_back(tx, school, credential, ctx.now, ctx.actor.user)?;
        }
        CredentialStatus::Lost => {
            day_cards::loan_lost(tx, school, credential, Some(ctx.now))?;
        }
        CredentialStatus::Active => {
            day_cards::loan_lost(tx, school, credential, None)?;
        }
        CredentialStatus::Suspended => {}
    }
    Ok(row)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_given_back_never_works_again_and_nothing_becomes_what_it_is() {
        for from in CredentialStatus::ALL {
            assert!(!can_become(CredentialStatus::Returned, *from));
            assert!(!can_become(*from, *from));
        }
    }
}
