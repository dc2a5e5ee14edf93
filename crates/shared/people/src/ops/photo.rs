//! A person's photo is put in place or removed.

use accounts::{Action, Ctx};
use crypto::{CryptoError, Vault};
use kernel::{PersonId, SchoolId};
use store::{Db, Tx};

use super::told_of_person;
use crate::{
    PeopleError,
    model::Photo,
    store::{
        persons,
        photos::{self, LARGE, SMALL},
    },
};

/// Photos of before that are sealed in one transaction.
const BATCH: u32 = 50;

/// Puts a photo in place of what was there, sealed under the person's key.
///
/// # Errors
/// [`PeopleError::Denied`], [`PeopleError::NoSuchPerson`], else those of the keys and the database.
pub fn set_photo(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    vault: &Vault,
    person: PersonId,
    photo: &Photo,
) -> Result<(), PeopleError> {
    let school = ctx.require(Action::EditPersons)?.school();
    let held = persons::held(tx, school, person)?.ok_or(PeopleError::NoSuchPerson)?;
    let version = version_after(held.photo_version, ctx);
    let large = vault.seal(tx, school, person, LARGE.at(person), &photo.full)?;
    let small = vault.seal(tx, school, person, SMALL.at(person), &photo.thumbnail)?;
    photos::put(tx, school, person, version, &large, &small, ctx.now)?;
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

/// Seals photos that an older program kept in the clear; gives their number. Each batch is a transaction of its own, so what was interrupted goes on
/// at the next start, and several programs may do it at once. Whoever was erased loses the photo: nothing can be sealed for him.
///
/// # Errors
/// Those of the keys and the database.
pub fn seal_photos(db: &Db, vault: &Vault) -> Result<u64, PeopleError> {
    // Nearly always there are none, which a reader may find out.
    if db.read_blocking(photos::school_of_open)?.is_none() {
        return Ok(0);
    }
    let mut sealed = 0;
    loop {
        let vault = vault.clone();
        let more = db.write_blocking(move |tx| seal_some(tx, &vault))?;
        if more == 0 {
            tracing::info!(photos = sealed, "photos were sealed");
            return Ok(sealed);
        }
        sealed += more;
    }
}

fn seal_some(tx: &mut Tx<'_>, vault: &Vault) -> Result<u64, PeopleError> {
    let Some(school) = photos::school_of_open(tx)? else { return Ok(0) };
    let open = photos::open(tx, school, BATCH)?;
    for photo in &open {
        let person = photo.person;
        let sealed = vault.seal(tx, school, person, LARGE.at(person), &photo.large).and_then(|large| {
            let small = vault.seal(tx, school, person, SMALL.at(person), &photo.small)?;
            Ok((large, small))
        });
        match sealed {
            Ok((large, small)) => photos::seal(tx, school, person, &large, &small)?,
            Err(CryptoError::Destroyed { .. }) => {
                persons::set_photo_version(tx, school, person, 0)?;
                photos::remove(tx, school, person)?
            }
            Err(error) => return Err(error.into()),
        };
    }
    Ok(open.len() as u64)
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
