//! Reads for pages and for other subsystems.

use accounts::Scope;
use kernel::ClassId;
use store::{StoreError, Tx};

use crate::{
    CalendarOf, ClassPlace,
    model::{Bells, Calendar, Timetable},
    store::{bells as bell_store, days, timetables, years},
};

/// All that is known of a school's time, in ten statements. Read once a request; what is asked of it afterwards needs no SQL.
///
/// # Errors
/// From the database.
pub fn calendar_of(tx: &mut Tx<'_>, scope: &Scope) -> Result<CalendarOf, StoreError> {
    let calendar = days_of(tx, scope)?;
    let bells = bells_of(tx, scope)?;
    let classes = timetables::classes(tx, scope.school())?;
    let classes = classes.into_iter().map(|(class, (grade, shift))| (class, ClassPlace { grade, shift })).collect();
    Ok(CalendarOf::new(calendar, bells, classes, timetables::all(tx, scope.school())?))
}

/// The days alone: years, holidays, changed days, weeks.
///
/// # Errors
/// From the database.
pub fn days_of(tx: &mut Tx<'_>, scope: &Scope) -> Result<Calendar, StoreError> {
    let school = scope.school();
    let years = years::all(tx, school)?;
    let holidays = days::holidays(tx, school)?;
    let changes = days::changes(tx, school)?;
    Ok(Calendar::new(years, holidays, changes, years::plans(tx, school)?))
}

/// The bells alone.
///
/// # Errors
/// From the database.
pub fn bells_of(tx: &mut Tx<'_>, scope: &Scope) -> Result<Bells, StoreError> {
    bell_store::all(tx, scope.school())
}

/// The timetable of a class; empty when it has none.
///
/// # Errors
/// From the database.
pub fn timetable_of(tx: &mut Tx<'_>, scope: &Scope, class: ClassId) -> Result<Timetable, StoreError> {
    timetables::of(tx, scope.school(), class)
}

/// The revision of the weeks of the grades, for the form that changes them.
///
/// # Errors
/// From the database.
pub fn plans_revision(tx: &mut Tx<'_>, scope: &Scope) -> Result<u64, StoreError> {
    Ok(years::plans_revision(tx, scope.school())?.unwrap_or(0))
}
