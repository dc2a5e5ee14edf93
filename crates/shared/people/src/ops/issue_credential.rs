//! A card is given to a person.

use accounts::{Action, Ctx};
use jiff::Timestamp;
use kernel::{Card, CredentialId, PersonId, PersonStatus, SchoolId};
use store::Tx;

use super::told_of_credential;
use crate::{
    PeopleError, queries,
    store::{credentials, day_cards, persons},
};

/// A card for somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewCredential {
    /// What is on it.
    pub card: Card,
    /// From this moment; `None`: at once.
    pub valid_from: Option<Timestamp>,
    /// Before this moment; `None`: for good.
    pub valid_until: Option<Timestamp>,
}

/// Issues a credential; gives its id.
///
/// # Errors
/// [`PeopleError::CardTaken`] names the holder when the card, or one that a 26-bit reader cannot tell from it, is in somebody's hands, also
/// when it was reported lost; [`PeopleError::CardIsDayCard`], [`PeopleError::Archived`], [`PeopleError::Term`], [`PeopleError::NoSuchPerson`], [`PeopleError::Denied`].
pub fn issue_credential(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    person: PersonId,
    new: &NewCredential,
) -> Result<CredentialId, PeopleError> {
    let school = ctx.require(Action::ManageCredentials)?.school();
    may_hold(tx, school, person)?;
    let credential = add(tx, ctx, school, person, new)?;
    told_of_credential(tx, ctx, credential, person, "credential_issued")?;
    Ok(credential)
}

pub(super) fn may_hold(tx: &mut Tx<'_>, school: SchoolId, person: PersonId) -> Result<(), PeopleError> {
    let held = persons::held(tx, school, person)?.ok_or(PeopleError::NoSuchPerson)?;
    if held.status == PersonStatus::Archived { Err(PeopleError::Archived) } else { Ok(()) }
}

/// The row of a card that nobody holds.
pub(super) fn add(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    school: SchoolId,
    person: PersonId,
    new: &NewCredential,
) -> Result<CredentialId, PeopleError> {
    if let (Some(from), Some(until)) = (new.valid_from, new.valid_until)
        && until <= from
    {
        return Err(PeopleError::Term);
    }
    is_free(tx, school, new.card)?;
    insert(tx, ctx, school, person, new)
}

/// The row of a card that is known to be free, or to be of the pool of day cards.
pub(super) fn insert(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    school: SchoolId,
    person: PersonId,
    new: &NewCredential,
) -> Result<CredentialId, PeopleError> {
    let credential: CredentialId = ctx.new_id();
    credentials::add(
        tx,
        school,
        credential,
        person,
        new.card.bits,
        new.card.value,
        new.valid_from,
        new.valid_until,
        ctx.now,
    )?;
    Ok(credential)
}

/// Whether nobody holds this card, and it is no day card.
pub(super) fn is_free(tx: &mut Tx<'_>, school: SchoolId, card: Card) -> Result<(), PeopleError> {
    let exact = credentials::of_card(tx, school, card.bits, card.value)?;
    let found = match (exact, credentials::low24(card)) {
        (None, Some(low24)) => credentials::looking_like(tx, school, card.bits == 24, low24)?,
        (exact, _) => exact,
    };
    let Some(taken) = found else {
        let low24 = credentials::low24(card);
        let of_pool = day_cards::label_of(tx, school, card.bits, card.value, card.bits == 24, low24)?;
        return of_pool.into_iter().next().map_or(Ok(()), |label| Err(PeopleError::CardIsDayCard { label }));
    };
    let name = queries::name_of(tx, school, taken.person)?.ok_or(PeopleError::NoSuchPerson)?;
    Err(PeopleError::CardTaken { holder: taken.person, name, status: taken.status })
}
