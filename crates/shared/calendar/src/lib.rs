//! The school's time: years with terms and breaks, holidays, changed days, bells, timetables.
//!
//! # Map
//! - [`model`]: the rules: what a day is ([`model::Calendar`]), what rings ([`model::Bells`]), what is taught ([`model::Timetable`]).
//! - [`queries`]: [`queries::calendar_of`] reads all of a school at once, [`queries::days_of`] the days alone; each takes a scope.
//! - [`CalendarOf`]: what was read: answers a whole year for all classes without asking the database again.
//! - [`ops`]: what is changed, one subject a file. [`events`]: what others hear of it through the journal.
//! - `store`: all SQL. `pages`: one file a screen.
//!
//! # Invariants
//! - Every date of every year has one answer for every grade and shift; the most specific thing said of a day holds.
//! - What is written down passed the rules of [`model`]: years do not overlap, lessons follow each other.
//! - Whoever changes a year, a schedule, the weeks or a timetable names the revision that he saw. A changed day is never written
//!   over: it is undone first.
//! - The journal and the log hold ids and dates only, never a name.
//! - Tables of `people` are joined for reading, never written.

mod calendar_of;
mod error;
pub mod events;
pub mod model;
pub mod ops;
mod pages;
mod privacy;
pub mod queries;
mod store;

use accounts::{App, Routes, Subsystem};

pub use calendar_of::{CalendarOf, ClassDay, ClassLesson, ClassPlace, LessonHours};
pub use error::CalendarError;
pub use pages::PATH;
pub use privacy::DATA;

i18n::catalog!(
    "calendar",
    kk = include_str!("../locales/kk.ftl"),
    ru = include_str!("../locales/ru.ftl"),
    en = include_str!("../locales/en.ftl")
);

/// The calendar as the program wires it.
pub fn subsystem(app: &App) -> Subsystem {
    Subsystem {
        name: "calendar",
        routes: pages::routes(Routes::new(app)),
        followers: Vec::new(),
        nav: pages::nav(),
        data: DATA,
    }
}
