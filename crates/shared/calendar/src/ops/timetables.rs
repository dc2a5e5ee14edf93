//! Timetables of classes are written, pasted and copied.

use std::collections::BTreeMap;

use accounts::{Action, Ctx};
use kernel::{ClassId, SchoolId};
use store::Tx;

use super::done;
use crate::{
    CalendarError,
    events::TimetableChanged,
    model::{Cell, Fault, Label, Pasted, Place},
    store::timetables,
};

/// Says what a class is taught at a place of the week, or that it is taught nothing there; when nobody else has changed the timetable
/// since `revision`.
///
/// # Errors
/// [`Fault::NoSuch`] when there is no such teacher, [`CalendarError::Changed`], [`CalendarError::NotFound`] without the class,
/// [`CalendarError::Denied`], else the database's.
pub fn put_lesson(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    class: ClassId,
    revision: u64,
    place: Place,
    cell: Option<&Cell>,
) -> Result<(), CalendarError> {
    let school = begun(tx, ctx, class, revision)?;
    match cell {
        Some(Cell { subject, room, teacher }) => {
            if let Some(teacher) = teacher
                && timetables::person_exists(tx, school, *teacher)?.is_none()
            {
                return Err(Fault::NoSuch.into());
            }
            let (subject, room) = (subject.as_str(), room.as_str());
            timetables::put_cell(tx, school, class, place.weekday(), place.lesson(), subject, room, *teacher)?;
        }
        None => {
            timetables::remove_cell(tx, school, class, place.weekday(), place.lesson())?;
        }
    }
    done(tx, ctx, &TimetableChanged { class }, "timetable_edited", class)
}

/// Puts a pasted timetable in place of the class's; an empty one clears it.
///
/// # Errors
/// As [`put_lesson`].
pub fn replace_timetable(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    class: ClassId,
    revision: u64,
    pasted: &Pasted,
) -> Result<(), CalendarError> {
    let school = begun(tx, ctx, class, revision)?;
    let cells = timetables::of(tx, school, class)?.replaced(pasted);
    rewrite(tx, ctx, school, class, &cells)
}

/// Puts the subjects of another class in place of the class's timetable. Rooms and teachers are not copied: nobody and nothing is in two
/// classes at once.
///
/// # Errors
/// As [`put_lesson`]; [`Fault::NoTimetable`], [`Fault::SameClass`].
pub fn copy_timetable(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    class: ClassId,
    revision: u64,
    from: ClassId,
) -> Result<(), CalendarError> {
    if class == from {
        return Err(Fault::SameClass.into());
    }
    let school = begun(tx, ctx, class, revision)?;
    let other = timetables::of(tx, school, from)?;
    if other.cells.is_empty() {
        return Err(Fault::NoTimetable.into());
    }
    let subject_alone = |(place, cell): (Place, Cell)| {
        let room = Label::default();
        (place, Cell { subject: cell.subject, room, teacher: None })
    };
    let cells = other.cells.into_iter().map(subject_alone).collect();
    rewrite(tx, ctx, school, class, &cells)
}

/// Holds the timetable of a class for one change.
fn begun(tx: &mut Tx<'_>, ctx: &Ctx, class: ClassId, revision: u64) -> Result<SchoolId, CalendarError> {
    let school = ctx.require(Action::ManageCalendar)?.school();
    timetables::class_exists(tx, school, class)?.ok_or(CalendarError::NotFound("class"))?;
    timetables::open(tx, school, class)?;
    if timetables::change(tx, school, class, revision)? == 0 { Err(CalendarError::Changed) } else { Ok(school) }
}

fn rewrite(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    school: SchoolId,
    class: ClassId,
    cells: &BTreeMap<Place, Cell>,
) -> Result<(), CalendarError> {
    timetables::remove_cells(tx, school, class)?;
    timetables::insert_cells(tx, school, class, cells)?;
    done(tx, ctx, &TimetableChanged { class }, "timetable_replaced", class)
}
