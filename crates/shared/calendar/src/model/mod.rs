//! The rules of the school's time, by subject. Pure: no database, no clock, no I/O.
//!
//! [`Calendar::day_kind`] says what a day is for a grade and a shift, [`Bells::lessons_of`] what rings on it, a [`Timetable`] what is
//! taught. All three are total: any date of any year has an answer.

mod bells;
mod calendar;
mod change;
mod fault;
mod grades;
mod holiday;
mod label;
mod next;
mod plan;
mod ringing;
mod span;
mod state;
mod timetable;
mod year;

pub use bells::{BellSchedule, BellScheduleId, BellScheduleKind, LessonTime, LessonTimes};
pub use calendar::{Calendar, DayKind};
pub use change::{ActId, ActKind, Audience, Change, DayChange, DayChangeId, DayChangeKind};
pub use fault::Fault;
pub use grades::Grades;
pub use holiday::{Holiday, HolidayName, Occasion};
pub use label::Label;
pub use next::{next_holidays, next_plan};
pub use plan::{GradePlan, GradePlans, Week};
pub use ringing::{BellRule, BellRuleId, BellRuleKind, Bells, BellsWhen, EVERY_WEEKDAY};
pub use span::DaySpan;
pub use state::{Difference, StateYear, differences};
pub use timetable::{Cell, Pasted, Place, Timetable, paste};
pub use year::{Break, SchoolYear, SchoolYearId, SchoolYearKind, TERMS, YearPlan};

use jiff::civil::Weekday;

/// The weekday of a number, 1 Monday … 7 Sunday.
pub fn weekday_of(number: u8) -> Option<Weekday> {
    i8::try_from(number).ok().and_then(|number| Weekday::from_monday_one_offset(number).ok())
}

/// The number of a weekday, 1 Monday … 7 Sunday.
pub fn weekday_number(weekday: Weekday) -> u8 {
    weekday.to_monday_one_offset().unsigned_abs()
}
