//! What is written to the journal: ids and dates only.

use jiff::civil::Date;
use journal::Event;
use kernel::ClassId;
use serde::{Deserialize, Serialize};

use crate::model::{BellScheduleId, SchoolYearId};

/// What days are has changed: a school year, a holiday, a day, the weeks of the grades.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalendarChanged {
    /// The school year, when one was added or changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub year: Option<SchoolYearId>,
    /// The day, when it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<Date>,
}

/// What rings has changed: a schedule, or when it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BellsChanged {
    /// The schedule.
    pub schedule: BellScheduleId,
}

/// The timetable of a class has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimetableChanged {
    /// Whose.
    pub class: ClassId,
}

impl Event for CalendarChanged {
    const KIND: &'static str = "CalendarChanged";
}
impl Event for BellsChanged {
    const KIND: &'static str = "BellsChanged";
}
impl Event for TimetableChanged {
    const KIND: &'static str = "TimetableChanged";
}
