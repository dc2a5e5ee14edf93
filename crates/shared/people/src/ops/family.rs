//! Who answers for a child is noted, changed, removed.

use accounts::{Action, Ctx, audit};
use kernel::{PersonId, Role};
use store::Tx;

use super::told_of_person;
use crate::{
    PeopleError,
    model::GuardianshipData,
    store::{families, persons},
};

/// Notes that `guardian` answers for `child`, in place of what was noted of the two. The guardian gets the role, if it is not there yet: one record for
/// a human being, whatever else the person is to the school.
///
/// # Errors
/// [`PeopleError::Guardianship`] when the two are one, or days or note do not fit; [`PeopleError::TooManyGuardians`]; [`PeopleError::NoSuchPerson`];
/// [`PeopleError::Denied`], else the database's.
pub fn set_guardian(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    child: PersonId,
    guardian: PersonId,
    data: &GuardianshipData,
) -> Result<(), PeopleError> {
    let school = ctx.require(Action::EditPersons)?.school();
    if child == guardian || !data.fits() {
        return Err(PeopleError::Guardianship);
    }
    for person in [child, guardian] {
        persons::held(tx, school, person)?.ok_or(PeopleError::NoSuchPerson)?;
    }
    // Whoever answers for somebody is not in turn a child of that one.
    if families::one(tx, school, guardian, child)?.is_some() {
        return Err(PeopleError::Guardianship);
    }
    let known = families::of_child(tx, school, child)?;
    if known.len() >= GuardianshipData::MOST && !known.iter().any(|row| row.guardian == guardian) {
        return Err(PeopleError::TooManyGuardians);
    }
    let GuardianshipData { kind, may_see, may_pay, may_collect, since, until, note } = data;
    families::put(tx, school, child, guardian, *kind, *may_see, *may_pay, *may_collect, *since, *until, note.trim())?;
    if persons::grant_role(tx, school, guardian, Role::Guardian)? > 0 {
        persons::touch(tx, school, guardian)?;
        told_of_person(tx, ctx, guardian, "guardian_role_given")?;
    }
    told_of_person(tx, ctx, child, "guardian_set")
}

/// Notes that somebody answers for a child no more, as if it had not been; a guardianship that only ended gets a last day instead. The person stays.
///
/// # Errors
/// [`PeopleError::NoSuchPerson`] when nothing was noted of the two; [`PeopleError::Denied`], else the database's.
pub fn remove_guardian(tx: &mut Tx<'_>, ctx: &Ctx, child: PersonId, guardian: PersonId) -> Result<(), PeopleError> {
    let school = ctx.require(Action::EditPersons)?.school();
    if families::remove(tx, school, child, guardian)? == 0 {
        return Err(PeopleError::NoSuchPerson);
    }
    audit(tx, ctx, "guardian_removed", Some(guardian), "")?;
    told_of_person(tx, ctx, child, "guardian_of_removed")
}
