//! Reads. Each takes a scope; what belongs to classes takes a [`Reach`] too.

mod bind;
mod book;
mod day;
mod hours;
mod log;

use std::collections::BTreeSet;

use accounts::{Action, Actor, Scope};
use jiff::civil::Date;
use kernel::ClassId;
use store::{StoreError, Tx};

use crate::{
    model::{Settings, TimeCode, usual_codes},
    store::{desk, sheet},
};

pub use bind::{class_book, school_book};
pub use book::{Book, ClassThen, LeaveTold, Pupil};
pub use day::{
    ClassDay, ClassNow, DayLine, PupilDay, PupilThen, ShiftNow, Today, class_day, pupil_day, pupil_days, today,
};
pub use hours::{HoursBook, StaffRow, hours};
pub use log::{LogDay, PersonLog, person_log};

pub use crate::store::{
    leaves::LeaveRow,
    marks::{AbsenceId, AbsenceRow, MarkRow},
    sheet::TimeHistoryRow,
};

/// Days from and until, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Days {
    /// The first.
    pub from: Date,
    /// The last.
    pub until: Date,
}

impl Days {
    /// Days of a report at most: a school year.
    pub const MOST: usize = 400;

    /// One day.
    pub const fn one(day: Date) -> Self {
        Self { from: day, until: day }
    }

    /// The month of a day.
    pub fn month(day: Date) -> Self {
        Self { from: day.first_of_month(), until: day.last_of_month() }
    }

    /// Every day, in order; at most [`Self::MOST`].
    pub fn all(self) -> impl Iterator<Item = Date> {
        let until = self.until;
        std::iter::successors(Some(self.from), |day| day.tomorrow().ok())
            .take_while(move |day| *day <= until)
            .take(Self::MOST)
    }
}

/// Which classes somebody may see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    /// All.
    All,
    /// Those that the account leads.
    Own(BTreeSet<ClassId>),
}

impl Reach {
    /// Whether a class is seen.
    pub fn sees(&self, class: ClassId) -> bool {
        match self {
            Self::All => true,
            Self::Own(classes) => classes.contains(&class),
        }
    }
}

/// Which classes the actor may see: the matrix says whether all, otherwise the register which classes the account's
/// person leads.
///
/// # Errors
/// From the database.
pub fn reach(tx: &mut Tx<'_>, scope: &Scope, actor: &Actor) -> Result<Reach, StoreError> {
    if Scope::of(actor, Action::SeeAllAttendance).is_ok() {
        return Ok(Reach::All);
    }
    let Some(user) = actor.user else { return Ok(Reach::Own(BTreeSet::new())) };
    Ok(Reach::Own(desk::led_by(tx, scope.school(), user)?.into_iter().collect()))
}

/// The school's settings.
///
/// # Errors
/// From the database.
pub fn settings(tx: &mut Tx<'_>, scope: &Scope) -> Result<Settings, StoreError> {
    Ok(desk::settings(tx, scope.school())?.map_or(Settings::USUAL, |row| row.settings()))
}

/// The letters of the time sheet, in their order.
///
/// # Errors
/// From the database.
pub fn codes(tx: &mut Tx<'_>, scope: &Scope) -> Result<Vec<TimeCode>, StoreError> {
    let rows = sheet::codes(tx, scope.school())?;
    if rows.is_empty() {
        return Ok(usual_codes());
    }
    // What was taken in fits; a letter that somebody wrote into the database by hand is left out.
    Ok(rows.into_iter().filter_map(|row| row.code().ok()).collect())
}

/// Every entry of a person's day in the time sheet, the newest first.
///
/// # Errors
/// From the database.
pub fn time_history(
    tx: &mut Tx<'_>,
    scope: &Scope,
    person: kernel::PersonId,
    day: Date,
) -> Result<Vec<TimeHistoryRow>, StoreError> {
    sheet::history(tx, scope.school(), day, person)
}
