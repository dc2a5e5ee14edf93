//! What differs from the week on one day.

use jiff::civil::{Date, Weekday};
use kernel::Id;
use people::person::Shift;

use super::{Grades, Label};

/// A change of a day.
#[derive(Debug)]
pub enum DayChangeKind {}
/// See [`DayChangeKind`].
pub type DayChangeId = Id<DayChangeKind>;

/// Changes that were made together, and are undone together.
#[derive(Debug)]
pub enum ActKind {}
/// See [`ActKind`].
pub type ActId = Id<ActKind>;

/// For whom something holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Audience {
    /// In this shift; `None`: in both.
    pub shift: Option<Shift>,
    /// In these grades.
    pub grades: Grades,
}

impl Audience {
    /// The whole school.
    pub const EVERYBODY: Self = Self { shift: None, grades: Grades::ALL };

    /// Whether a grade in a shift belongs to it.
    pub fn contains(self, grade: u8, shift: Shift) -> bool {
        self.grades.contains(grade) && self.shift.is_none_or(|only| only == shift)
    }

    /// Whether somebody belongs to both.
    pub fn meets(self, other: Self) -> bool {
        let shifts = self.shift.is_none() || other.shift.is_none() || self.shift == other.shift;
        shifts && self.grades.meets(other.grades)
    }
}

/// What is changed about a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Nobody learns.
    Free,
    /// Everybody learns by the timetable of this weekday, whatever the day is otherwise.
    Works(Weekday),
    /// These learn from home: no absences, no meals.
    Remote(Audience),
}

impl Change {
    /// The word in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::Works(_) => "works",
            Self::Remote(_) => "remote",
        }
    }
}

/// A change of a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayChange {
    /// Which.
    pub id: DayChangeId,
    /// What it was made together with.
    pub act: ActId,
    /// The day.
    pub day: Date,
    /// What is changed.
    pub change: Change,
    /// Why; may be empty.
    pub reason: Label,
}
