//! Day cards are put into the pool, lent, and come back.

use accounts::{Action, Ctx, audit};
use jiff::Timestamp;
use kernel::{Card, CredentialId, CredentialStatus, DayCardId, PersonId, SchoolId};
use store::Tx;

use super::{
    issue_credential::{NewCredential, insert, is_free, may_hold},
    told_of_credential,
};
use crate::{
    PeopleError,
    day_cards::DayCard,
    queries,
    store::{credentials, day_cards, schools},
};

/// Day cards of a school at most.
pub const DAY_CARDS_LIMIT: u32 = 500;
/// What is written on a day card has so many letters at most.
const LABEL_LIMIT: usize = 20;

/// What became of the own card of somebody who is lent one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnCard {
    /// It lies at home: it goes on working.
    Forgotten,
    /// It is gone: it is stopped until somebody who keeps the cards lets it work again or replaces it.
    Lost,
}

/// A loan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lending {
    /// The card of the pool.
    pub day_card: DayCardId,
    /// To whom.
    pub person: PersonId,
    /// What became of the person's own card.
    pub own: OwnCard,
}

/// Puts a card into the pool; gives its id.
///
/// # Errors
/// [`PeopleError::DayCardLabel`] when the label does not fit or is taken, [`PeopleError::CardTaken`], [`PeopleError::CardIsDayCard`],
/// [`PeopleError::TooManyDayCards`], [`PeopleError::Denied`], else the database's.
pub fn add_day_card(tx: &mut Tx<'_>, ctx: &Ctx, label: &str, card: Card) -> Result<DayCardId, PeopleError> {
    let school = ctx.require(Action::ManageCredentials)?.school();
    let label = label.trim();
    let is_label = (1..=LABEL_LIMIT).contains(&label.chars().count()) && !label.chars().any(char::is_control);
    let pool = day_cards::all(tx, school)?;
    if !is_label || pool.iter().any(|other| other.label.to_lowercase() == label.to_lowercase()) {
        return Err(PeopleError::DayCardLabel);
    }
    if pool.len() >= DAY_CARDS_LIMIT as usize {
        return Err(PeopleError::TooManyDayCards);
    }
    is_free(tx, school, card)?;
    let id: DayCardId = ctx.new_id();
    day_cards::add(tx, school, id, label, card.bits, card.value, ctx.now)?;
    audit(tx, ctx, "day_card_added", Some(id), "")?;
    Ok(id)
}

/// Takes a card out of the pool: it is broken, gone, or becomes somebody's own.
///
/// # Errors
/// [`PeopleError::DayCardLent`] while somebody passes with it, [`PeopleError::NoSuchDayCard`], [`PeopleError::Denied`], else the database's.
pub fn withdraw_day_card(tx: &mut Tx<'_>, ctx: &Ctx, day_card: DayCardId) -> Result<(), PeopleError> {
    let school = ctx.require(Action::ManageCredentials)?.school();
    let held = hold(tx, ctx, school, day_card)?;
    if !held.is_free() {
        return Err(lent(tx, school, &held)?);
    }
    // One that was lost goes on raising alarms.
    if let Some(loan) = held.loan.filter(|loan| !loan.is_lost) {
        end_loan(tx, ctx, loan.credential)?;
    }
    day_cards::withdraw(tx, school, day_card, ctx.now)?;
    Ok(audit(tx, ctx, "day_card_withdrawn", Some(day_card), "")?)
}

/// Lends a day card until the school's day ends; gives the credential. A card that was not handed back after an earlier day has come back by
/// being lent again.
///
/// # Errors
/// [`PeopleError::DayCardLent`] names who passes with the card today, [`PeopleError::HasDayCard`] when the person has one,
/// [`PeopleError::NoSuchDayCard`], [`PeopleError::NoSuchPerson`], [`PeopleError::Archived`], [`PeopleError::Denied`], else the database's.
pub fn lend_day_card(tx: &mut Tx<'_>, ctx: &Ctx, lending: &Lending) -> Result<CredentialId, PeopleError> {
    let school = ctx.require(Action::LendDayCards)?.school();
    let Lending { day_card, person, own } = *lending;
    may_hold(tx, school, person)?;
    let held = hold(tx, ctx, school, day_card)?;
    if !held.is_free() {
        return Err(lent(tx, school, &held)?);
    }
    if !day_cards::lent_to(tx, school, person, ctx.now)?.is_empty() {
        return Err(PeopleError::HasDayCard);
    }
    if let Some(loan) = held.loan {
        end_loan(tx, ctx, loan.credential)?;
        day_cards::loan_back(tx, school, loan.credential, ctx.now, ctx.actor.user)?;
    }
    if own == OwnCard::Lost {
        stop_own(tx, ctx, school, person)?;
    }
    let until = end_of_day(tx, ctx)?;
    let new = NewCredential { card: held.card, valid_from: None, valid_until: Some(until) };
    let credential = insert(tx, ctx, school, person, &new)?;
    day_cards::add_loan(tx, school, credential, day_card, person, ctx.now, until, ctx.actor.user)?;
    day_cards::lend(tx, school, day_card, credential, ctx.actor.user)?;
    told_of_credential(tx, ctx, credential, person, "day_card_lent")?;
    Ok(credential)
}

/// Notes that a day card was handed back: it opens nothing any more and can be lent again.
///
/// # Errors
/// [`PeopleError::NoSuchDayCard`], [`PeopleError::Changed`] when it lies at the desk already, [`PeopleError::Denied`], else the database's.
pub fn take_day_card_back(tx: &mut Tx<'_>, ctx: &Ctx, day_card: DayCardId) -> Result<(), PeopleError> {
    let school = ctx.require(Action::LendDayCards)?.school();
    let loan = hold(tx, ctx, school, day_card)?.loan.ok_or(PeopleError::Changed)?;
    end_loan(tx, ctx, loan.credential)?;
    day_cards::came_back(tx, school, loan.credential)?;
    day_cards::loan_back(tx, school, loan.credential, ctx.now, ctx.actor.user)?;
    Ok(audit(tx, ctx, "day_card_handed_back", Some(day_card), "")?)
}

/// Ends a loan: the credential opens nothing any more; where the card is does not change. Gives whether there was something to end.
pub(crate) fn end_loan(tx: &mut Tx<'_>, ctx: &Ctx, credential: CredentialId) -> Result<bool, PeopleError> {
    let school = ctx.actor.school;
    let row = credentials::held(tx, school, credential)?.ok_or(PeopleError::NoSuchCredential)?;
    if row.status == CredentialStatus::Returned {
        return Ok(false);
    }
    credentials::set_status(tx, school, credential, CredentialStatus::Returned, ctx.now)?;
    told_of_credential(tx, ctx, credential, row.person, "day_card_ended")?;
    Ok(true)
}

fn stop_own(tx: &mut Tx<'_>, ctx: &Ctx, school: SchoolId, person: PersonId) -> Result<(), PeopleError> {
    for own in day_cards::own_of(tx, school, person)? {
        let row = credentials::held(tx, school, own)?.ok_or(PeopleError::NoSuchCredential)?;
        if row.status == CredentialStatus::Active {
            credentials::set_status(tx, school, own, CredentialStatus::Suspended, ctx.now)?;
            told_of_credential(tx, ctx, own, person, "credential_suspended")?;
        }
    }
    Ok(())
}

fn hold(tx: &mut Tx<'_>, ctx: &Ctx, school: SchoolId, day_card: DayCardId) -> Result<DayCard, PeopleError> {
    day_cards::hold(tx, school, day_card)?.ok_or(PeopleError::NoSuchDayCard)?;
    let row = day_cards::one(tx, school, day_card)?.ok_or(PeopleError::NoSuchDayCard)?;
    Ok(row.view(ctx.now)?)
}

/// The error that names who has a day card.
fn lent(tx: &mut Tx<'_>, school: SchoolId, day_card: &DayCard) -> Result<PeopleError, PeopleError> {
    let holder = day_card.loan.as_ref().map(|loan| loan.person).ok_or(PeopleError::NoSuchDayCard)?;
    let name = queries::name_of(tx, school, holder)?.ok_or(PeopleError::NoSuchPerson)?;
    Ok(PeopleError::DayCardLent { holder, name })
}

/// The moment at which the school's day ends.
fn end_of_day(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Timestamp, PeopleError> {
    let school = schools::one(tx, ctx.actor.school)?.ok_or(PeopleError::NoSuchSchool)?;
    let zone = jiff::tz::TimeZone::get(&school.time_zone).unwrap_or(jiff::tz::TimeZone::UTC);
    let today = ctx.now.to_zoned(zone.clone()).date();
    let midnight = today.tomorrow().ok().and_then(|day| day.to_zoned(zone).ok()).map(|zoned| zoned.timestamp());
    midnight.ok_or(PeopleError::Term)
}
