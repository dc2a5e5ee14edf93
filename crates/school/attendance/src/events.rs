//! What is written to the journal: ids and words only.

use jiff::civil::Date;
use journal::Event;
use kernel::{PersonId, UserId};
use serde::{Deserialize, Serialize};

/// Somebody said what a day of a pupil was, or withdrew it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttendanceMarked {
    /// Whose.
    pub person: PersonId,
    /// Which.
    pub day: Date,
    /// The number of the correction of this day, from 1.
    pub revision: u64,
    /// Who said so.
    pub by: Option<UserId>,
}

/// Somebody told of days away, or withdrew it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AbsenceChanged {
    /// Whose.
    pub person: PersonId,
    /// The first day.
    pub from: Date,
    /// The last day.
    pub until: Date,
    /// Whether it was withdrawn.
    pub is_withdrawn: bool,
    /// Who said so.
    pub by: Option<UserId>,
}

/// From when on somebody is late, or when staff works, has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttendanceSettingsChanged {}

/// A day of the time sheet was entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeSheetMarked {
    /// Whose.
    pub person: PersonId,
    /// Which.
    pub day: Date,
    /// Who entered it.
    pub by: Option<UserId>,
}

macro_rules! kinds {
    ($($event:ident),* $(,)?) => {$(
        impl Event for $event {
            const KIND: &'static str = stringify!($event);
        }
    )*};
}
kinds!(AttendanceMarked, AbsenceChanged, AttendanceSettingsChanged, TimeSheetMarked);
