//! All SQL of the calendar, a file a subject.

pub(crate) mod bells;
pub(crate) mod days;
pub(crate) mod timetables;
pub(crate) mod years;

use people::person::Shift;
use store::{ColumnError, StoreError};

use crate::model::Grades;

/// What a row holds that no operation writes.
pub(crate) const fn misfit(statement: &'static str, column: &'static str) -> StoreError {
    StoreError::Column { statement, column, source: ColumnError::Type }
}

pub(crate) fn grades(statement: &'static str, from: u8, to: u8) -> Result<Grades, StoreError> {
    Grades::new(from, to).map_err(|_| misfit(statement, "grade_from"))
}

pub(crate) fn shift(statement: &'static str, number: Option<u8>) -> Result<Option<Shift>, StoreError> {
    number.map(|number| Shift::of_number(number).ok_or(misfit(statement, "shift"))).transpose()
}
