//! A person becomes known to the school.

use accounts::{Action, Ctx};
use kernel::{ClassId, PersonId, SchoolId};
use store::Tx;

use super::{latest_today, moves::follow, told_of_person};
use crate::{
    PeopleError,
    model::Ending,
    person::PersonData,
    store::{classes, persons},
};

/// Adds a person; gives the id.
///
/// # Errors
/// [`PeopleError`] says which part is wrong.
pub fn add_person(tx: &mut Tx<'_>, ctx: &Ctx, data: &PersonData) -> Result<PersonId, PeopleError> {
    let school = ctx.require(Action::EditPersons)?.school();
    data.check(latest_today(ctx))?;
    class_is_there(tx, school, data.class)?;
    let person: PersonId = ctx.new_id();
    persons::insert(tx, school, person, data, ctx.now)?;
    follow(tx, ctx, person, data.class, Ending::Transferred)?;
    told_of_person(tx, ctx, person, "person_added")?;
    Ok(person)
}

pub(super) fn class_is_there(tx: &mut Tx<'_>, school: SchoolId, class: Option<ClassId>) -> Result<(), PeopleError> {
    match class {
        Some(class) if classes::exists(tx, school, class)?.is_none() => Err(PeopleError::NoSuchClass),
        _ => Ok(()),
    }
}
