//! A person's photo is put in place or removed.

use accounts::{Action, Ctx};
use kernel::{PersonId, SchoolId};
use store::Tx;

use super::told_of_person;
use crate::{
    PeopleError,
    model::Photo,
    store::{persons, photos},
};

/// Puts a photo in place of what was there.
///
/// # Errors
/// [`PeopleError::Denied`], [`PeopleError::NoSuchPerson`], else the database's.
pub fn set_photo(tx: &mut Tx<'_>, ctx: &Ctx, person: PersonId, photo: &Photo) -> Result<(), PeopleError> {
    let school = ctx.require(Action::EditPersons)?.school();
    let held = persons::held(tx, school, person)?.ok_or(PeopleError::NoSuchPerson)?;
    let version = version_after(held.photo_version, ctx);
    photos::put(tx, school, person, version, &photo.full, &photo.thumbnail, ctx.now)?;
    noted(tx, ctx, school, person, version, "photo_set")
}

/// Removes a photo; without one nothing is done.
///
/// # Errors
/// As [`set_photo`].
pub fn remove_photo(tx: &mut Tx<'_>, ctx: &Ctx, person: PersonId) -> Result<(), PeopleError> {
    let school = ctx.require(Action::EditPersons)?.school();
    persons::held(tx, school, person)?.ok_or(PeopleError::NoSuchPerson)?;
    if photos::remove(tx, school, person)? == 0 {
        return Ok(());
    }
    noted(tx, ctx, school, person, 0, "photo_removed")
}

/// A version is never used twice, also not after the photo was removed (which leaves 0): browsers keep each one for ever.
pub(super) fn version_after(last: u64, ctx: &Ctx) -> u64 {
    u64::try_from(ctx.now.as_millisecond()).unwrap_or(0).max(last + 1)
}

fn noted(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    school: SchoolId,
    person: PersonId,
    version: u64,
    action: &'static str,
) -> Result<(), PeopleError> {
    persons::set_photo_version(tx, school, person, version)?;
    told_of_person(tx, ctx, person, action)
}
