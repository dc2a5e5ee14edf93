//! The movements of one person.

use accounts::Scope;
use jiff::{Timestamp, civil::Date};
use kernel::{ClassId, PersonId};
use store::{StoreError, Tx};

use super::{AbsenceRow, Book, Days, LeaveTold, MarkRow, class_book};
use crate::{
    LeaveReasons,
    follower::zone_of,
    model::{DayFrame, DayPasses, Status},
    store::{days, marks, roll},
};

/// A day of a person.
#[derive(Clone, Debug, PartialEq)]
pub struct LogDay {
    /// Which.
    pub frame: DayFrame,
    /// Every pass through a door to the street.
    pub passes: DayPasses,
    /// What the day was, of a pupil.
    pub status: Option<Status>,
    /// The permission by which the pupil left early.
    pub leave: Option<LeaveTold>,
}

/// The movements of a person, and what was said of the days.
#[derive(Clone, Debug, PartialEq)]
pub struct PersonLog {
    /// Who.
    pub person: PersonId,
    /// `Фамилия Имя Отчество`.
    pub full: String,
    /// The class of a pupil.
    pub class: Option<ClassId>,
    /// Whether the person is of the staff.
    pub is_staff: bool,
    /// Days, the oldest first.
    pub days: Vec<LogDay>,
    /// Everything that was said of these days, the newest first.
    pub marks: Vec<MarkRow>,
    /// Days away that reach into these days, withdrawn ones too.
    pub absences: Vec<AbsenceRow>,
}

impl PersonLog {
    /// Asks why the pupil was let go.
    ///
    /// # Errors
    /// From the database.
    pub fn tell_leaves(&mut self, tx: &mut Tx<'_>, scope: &Scope, reasons: &LeaveReasons) -> Result<(), StoreError> {
        reasons.tell(tx, scope, self.days.iter_mut().filter_map(|day| day.leave.as_mut()))
    }
}

/// The movements of a person. `None`: no such person. Whoever calls has noted who asks and why.
///
/// # Errors
/// From the database.
pub fn person_log(
    tx: &mut Tx<'_>,
    scope: &Scope,
    person: PersonId,
    wanted: Days,
    now: Timestamp,
) -> Result<Option<PersonLog>, StoreError> {
    let school = scope.school();
    let Some(who) = roll::person(tx, school, person)? else { return Ok(None) };
    let zone = zone_of(tx, school)?;
    let rows = days::of_person(tx, school, person, wanted.from, wanted.until)?;
    let mut classes: Vec<ClassId> =
        roll::stays_of(tx, school, person, wanted.from, wanted.until)?.iter().map(|stay| stay.class).collect();
    classes.dedup();
    let mut books: Vec<(Book, usize)> = Vec::with_capacity(classes.len());
    for class in classes {
        let Some(book) = class_book(tx, scope, class, wanted, now)? else { continue };
        let place = book.pupils().iter().position(|pupil| pupil.id == person);
        books.extend(place.map(|place| (book, place)));
    }
    let passes_of = |day: Date| {
        let row = rows.iter().find(|row| row.day == day);
        row.map(|row| DayPasses::of_bytes(&row.passes)).unwrap_or_default()
    };
    let days = wanted.all().enumerate().map(|(day, date)| {
        let then = books.iter().find(|(book, pupil)| book.is_in(*pupil, day));
        LogDay {
            frame: DayFrame::of(date, &zone),
            passes: passes_of(date),
            status: then.map(|(book, pupil)| book.status(*pupil, day)),
            leave: then.and_then(|(book, pupil)| book.left_by(*pupil, day)).cloned(),
        }
    });
    Ok(Some(PersonLog {
        person,
        full: who.full(),
        class: who.class,
        is_staff: roll::is_staff(tx, school, person)?.is_some(),
        days: days.collect(),
        marks: marks::of_person(tx, school, person, wanted.from, wanted.until)?,
        absences: marks::absences_of(tx, school, person, wanted.from, wanted.until)?,
    }))
}
