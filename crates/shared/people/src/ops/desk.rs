//! The desk at which cards are given out one after another: a card for a person, what becomes of the cards before, and the last one undone.

use accounts::{Action, Ctx};
use jiff::SignedDuration;
use kernel::{CredentialId, CredentialStatus, PersonId};
use store::Tx;

use super::{
    NewCredential, Replacement,
    change_credential::set,
    give_back, issue_credential,
    issue_credential::{is_free, may_hold},
    replace_credential, report_lost, told_of_credential,
};
use crate::{
    PeopleError,
    store::{credentials, day_cards},
};

/// What was given out can be undone for so long.
pub const UNDO: SignedDuration = SignedDuration::from_mins(15);

/// What becomes of the cards that a person has when another one is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OldCards {
    /// They go on working beside the new one.
    Stay,
    /// They are gone.
    Lost,
    /// They lie on the desk.
    Returned,
}

impl OldCards {
    /// Every choice, in the order of the page.
    pub const ALL: [Self; 3] = [Self::Lost, Self::Returned, Self::Stay];

    /// The word in forms and text keys.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Stay => "stay",
            Self::Lost => "lost",
            Self::Returned => "returned",
        }
    }

    /// The choice of this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|choice| choice.as_str() == word)
    }
}

/// Gives a card to a person; the cards that the person has, day cards aside, go the way of `old` at the same moment.
///
/// # Errors
/// As [`issue_credential`].
pub fn give_card(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    person: PersonId,
    new: &NewCredential,
    old: OldCards,
) -> Result<CredentialId, PeopleError> {
    let school = ctx.require(Action::ManageCredentials)?.school();
    let mut olds = match old {
        OldCards::Stay => Vec::new(),
        OldCards::Lost | OldCards::Returned => day_cards::own_of(tx, school, person)?,
    };
    let is_lost = old == OldCards::Lost;
    let Some(last) = olds.pop() else { return issue_credential(tx, ctx, person, new) };
    // Asked before anything changes: whoever gives many cards goes on after one that cannot be given.
    may_hold(tx, school, person)?;
    is_free(tx, school, new.card)?;
    for other in olds {
        if is_lost { report_lost(tx, ctx, other)? } else { give_back(tx, ctx, other)? }
    }
    replace_credential(tx, ctx, &Replacement { old: last, is_lost, new: *new })
}

/// Takes back a card that was given out by mistake a moment ago. A card that was called lost for its sake works again.
///
/// # Errors
/// [`PeopleError::TooLateToUndo`] after [`UNDO`] or when the card is no longer as it was given out, [`PeopleError::NoSuchCredential`],
/// [`PeopleError::Denied`], else the database's.
pub fn undo_card(tx: &mut Tx<'_>, ctx: &Ctx, credential: CredentialId) -> Result<PersonId, PeopleError> {
    let school = ctx.require(Action::ManageCredentials)?.school();
    let row = credentials::held(tx, school, credential)?.ok_or(PeopleError::NoSuchCredential)?;
    if row.status != CredentialStatus::Active || ctx.now.duration_since(row.issued_at) > UNDO {
        return Err(PeopleError::TooLateToUndo);
    }
    set(tx, ctx, credential, CredentialStatus::Returned)?;
    told_of_credential(tx, ctx, credential, row.person, "credential_undone")?;
    for old in credentials::of_person(tx, school, row.person)? {
        // What was changed in the same transaction was changed for this card's sake.
        if old.status == CredentialStatus::Lost && old.changed_at == row.issued_at {
            set(tx, ctx, old.id, CredentialStatus::Active)?;
            credentials::set_replaced(tx, school, old.id, None)?;
            told_of_credential(tx, ctx, old.id, old.person, "credential_resumed")?;
        }
    }
    Ok(row.person)
}
