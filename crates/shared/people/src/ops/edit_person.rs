//! A person's data is changed.

use accounts::{Action, Ctx};
use kernel::PersonId;
use store::Tx;

use super::{add_person::class_is_there, latest_today, moves::follow, told_of_person};
use crate::{PeopleError, model::Ending, person::PersonData, store::persons};

/// Puts other data in place of that of `revision`.
///
/// # Errors
/// [`PeopleError::Changed`] when somebody else has changed the person since; the others say which part is wrong.
pub fn edit_person(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    person: PersonId,
    revision: u64,
    data: &PersonData,
) -> Result<(), PeopleError> {
    let school = ctx.require(Action::EditPersons)?.school();
    data.check(latest_today(ctx))?;
    let held = persons::held(tx, school, person)?.ok_or(PeopleError::NoSuchPerson)?;
    class_is_there(tx, school, data.class)?;
    if held.revision != revision || !persons::update(tx, school, person, revision, data)? {
        return Err(PeopleError::Changed);
    }
    follow(tx, ctx, person, data.class, Ending::Transferred)?;
    told_of_person(tx, ctx, person, "person_edited")
}
