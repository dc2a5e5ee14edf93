//! A person may be at the school, may not for now, or has left.

use accounts::{Action, Ctx};
use kernel::{PersonId, PersonStatus};
use store::Tx;

use super::{moves::follow, told_of_person};
use crate::{
    PeopleError,
    model::Ending,
    store::{classes, enrolments, persons},
};

/// Lets a person in no more, for now.
///
/// # Errors
/// [`PeopleError::Denied`], [`PeopleError::NoSuchPerson`], [`PeopleError::Changed`] when the person is not active, else the database's.
pub fn block(tx: &mut Tx<'_>, ctx: &Ctx, person: PersonId) -> Result<(), PeopleError> {
    turn(tx, ctx, person, &[PersonStatus::Active], PersonStatus::Blocked, "person_blocked")
}

/// Lets a blocked person in again.
///
/// # Errors
/// As [`block`], when the person is not blocked.
pub fn unblock(tx: &mut Tx<'_>, ctx: &Ctx, person: PersonId) -> Result<(), PeopleError> {
    turn(tx, ctx, person, &[PersonStatus::Blocked], PersonStatus::Active, "person_unblocked")
}

/// Notes that a person has left the school; the history stays.
///
/// # Errors
/// As [`block`], when the person has left already.
pub fn archive(tx: &mut Tx<'_>, ctx: &Ctx, person: PersonId) -> Result<(), PeopleError> {
    turn(tx, ctx, person, &[PersonStatus::Active, PersonStatus::Blocked], PersonStatus::Archived, "person_archived")
}

/// Takes back a person who had left.
///
/// # Errors
/// As [`block`], when the person has not left.
pub fn readmit(tx: &mut Tx<'_>, ctx: &Ctx, person: PersonId) -> Result<(), PeopleError> {
    turn(tx, ctx, person, &[PersonStatus::Archived], PersonStatus::Active, "person_readmitted")
}

fn turn(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    person: PersonId,
    from: &[PersonStatus],
    to: PersonStatus,
    action: &'static str,
) -> Result<(), PeopleError> {
    let school = ctx.require(Action::EditPersons)?.school();
    let held = persons::held(tx, school, person)?.ok_or(PeopleError::NoSuchPerson)?;
    if !from.contains(&held.status) {
        return Err(PeopleError::Changed);
    }
    persons::set_status(tx, school, person, to)?;
    match to {
        // Who has left is in no class; who comes back is in the class of before, where the others went on.
        PersonStatus::Archived => {
            follow(tx, ctx, person, None, Ending::Left)?;
            enrolments::set_class(tx, school, person, None)?;
        }
        PersonStatus::Active if held.status == PersonStatus::Archived => back_into_class(tx, ctx, person)?,
        PersonStatus::Active | PersonStatus::Blocked => {}
    }
    told_of_person(tx, ctx, person, action)
}

fn back_into_class(tx: &mut Tx<'_>, ctx: &Ctx, person: PersonId) -> Result<(), PeopleError> {
    let school = ctx.actor.school;
    let last = enrolments::of_person(tx, school, person)?.into_iter().next();
    let Some(last) = last.filter(|stay| stay.ended == Some(Ending::Left)) else { return Ok(()) };
    if classes::exists(tx, school, last.class)?.is_some() {
        enrolments::set_class(tx, school, person, Some(last.class))?;
        follow(tx, ctx, person, Some(last.class), Ending::Transferred)?;
    }
    Ok(())
}
