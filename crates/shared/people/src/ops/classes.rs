//! Classes are added and changed.

use accounts::{Action, Ctx, audit};
use kernel::ClassId;
use store::Tx;

use crate::{PeopleError, events::ClassChanged, person::ClassData, store::classes};

/// Adds a class; gives its id.
///
/// # Errors
/// [`PeopleError::ClassTaken`] when the school has it already, [`PeopleError::Denied`], else the database's.
pub fn add_class(tx: &mut Tx<'_>, ctx: &Ctx, data: &ClassData) -> Result<ClassId, PeopleError> {
    let school = ctx.require(Action::EditPersons)?.school();
    if classes::named(tx, school, data.name.grade(), &data.name.letter().to_string())?.is_some() {
        return Err(PeopleError::ClassTaken);
    }
    let class: ClassId = ctx.new_id();
    classes::add(tx, school, class, data)?;
    told(tx, ctx, class, "class_added")?;
    Ok(class)
}

/// Changes a class.
///
/// # Errors
/// As [`add_class`], and [`PeopleError::NoSuchClass`].
pub fn edit_class(tx: &mut Tx<'_>, ctx: &Ctx, class: ClassId, data: &ClassData) -> Result<(), PeopleError> {
    let school = ctx.require(Action::EditPersons)?.school();
    let named = classes::named(tx, school, data.name.grade(), &data.name.letter().to_string())?;
    if named.is_some_and(|named| named != class) {
        return Err(PeopleError::ClassTaken);
    }
    if classes::change(tx, school, class, data)? == 0 {
        return Err(PeopleError::NoSuchClass);
    }
    told(tx, ctx, class, "class_edited")
}

fn told(tx: &mut Tx<'_>, ctx: &Ctx, class: ClassId, action: &'static str) -> Result<(), PeopleError> {
    journal::append(tx, ctx.actor.school, ctx.now, &ClassChanged { class })?;
    Ok(audit(tx, ctx, action, Some(class), "")?)
}
