//! Classes are added and changed.

use accounts::{Action, Ctx, audit};
use kernel::{ClassId, Role};
use store::Tx;

use crate::{
    PeopleError,
    events::ClassChanged,
    person::ClassData,
    register::ClassHome,
    store::{classes, persons},
};

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

/// Changes room, home-room teacher and school year of a class.
///
/// # Errors
/// [`PeopleError::ClassHome`] when a line is too long or the teacher is none of the staff, [`PeopleError::NoSuchClass`], [`PeopleError::Denied`],
/// else the database's.
pub fn set_class_home(tx: &mut Tx<'_>, ctx: &Ctx, class: ClassId, home: &ClassHome) -> Result<(), PeopleError> {
    let school = ctx.require(Action::EditPersons)?.school();
    let (room, year) = (home.room.trim(), home.year.trim());
    let is_line = |text: &str, limit: usize| text.chars().count() <= limit && !text.chars().any(char::is_control);
    let teaches = match home.teacher {
        None => true,
        Some(teacher) => {
            persons::roles(tx, school, teacher)?.iter().any(|role| matches!(role, Role::Teacher | Role::Staff))
        }
    };
    if !is_line(room, 20) || !(year.is_empty() || is_school_year(year)) || !teaches {
        return Err(PeopleError::ClassHome);
    }
    if classes::set_home(tx, school, class, room, home.teacher, year)? == 0 {
        return Err(PeopleError::NoSuchClass);
    }
    told(tx, ctx, class, "class_home_set")
}

/// A school year as people write it: `2026-27`, the second year following the first.
pub(crate) fn is_school_year(text: &str) -> bool {
    let years =
        text.split_once(['-', '–']).map(|(from, to)| (from.parse::<u16>(), to.parse::<u16>(), from.len(), to.len()));
    matches!(years, Some((Ok(from), Ok(to), 4, 2)) if (2000..2200).contains(&from) && (from + 1) % 100 == to)
}

fn told(tx: &mut Tx<'_>, ctx: &Ctx, class: ClassId, action: &'static str) -> Result<(), PeopleError> {
    journal::append(tx, ctx.actor.school, ctx.now, &ClassChanged { class })?;
    Ok(audit(tx, ctx, action, Some(class), "")?)
}

#[cfg(test)]
mod tests {
    use super::is_school_year;

    #[test]
    fn a_school_year_is_two_years_one_after_the_other() {
        assert!(is_school_year("2026-27") && is_school_year("2099-00"));
        for wrong in ["", "2026", "2026-28", "26-27", "2026-2027", "2026/27", "жыл-27"] {
            assert!(!is_school_year(wrong), "{wrong}");
        }
    }
}
