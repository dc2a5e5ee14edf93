//! Rules of attendance: pure, no clock, no SQL.
//!
//! - [`DayFrame`]: one day in the school's time zone. [`DayPasses`]: who went in and out on it. [`DaySeen`]: the same in short, [`DayPack`]: everybody's.
//! - [`judge`]: what a pupil's day was. [`Marked`], [`Reason`], [`LeaveTerm`], together [`Heard`]: what people say about it.
//! - [`stays`], [`worked`]: hours of staff, also through midnight. [`TimeCode`], [`entry`]: the time sheet.
//! - [`Tally`]: many days added up.

mod frame;
mod judge;
mod leave;
mod pack;
mod passes;
mod plan;
mod stay;
mod tally;
mod text;
mod time_sheet;

pub use frame::DayFrame;
pub use judge::{Expectation, Expected, Heard, Marked, Moment, NoData, Reason, Status, judge};
pub use leave::LeaveTerm;
pub use pack::DayPack;
pub use passes::{DayPass, DayPasses, DaySeen};
pub use plan::{Settings, WorkPlan};
pub use stay::{NIGHT_FROM_HOUR, NIGHT_UNTIL_HOUR, Stay, Worked, stays, worked};
pub use tally::Tally;
pub use text::{Note, NoteFault};
pub use time_sheet::{Code, CodeFault, Entered, Entry, TimeCode, entry, usual_codes};
