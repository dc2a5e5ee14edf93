//! Attendance of pupils, hours and time sheet of staff, today's dashboard.
//!
//! # Map
//! - [`model`]: rules: what a pupil's day was, hours of staff, the time sheet.
//! - [`AttendanceFollower`]: takes passes of the journal into days, and permissions to leave; [`rebuild`] and [`doctor`] stand beside it.
//! - [`queries`]: reads; [`ops`]: corrections, days away, time sheet. [`events`]: what others hear of it.
//! - `report`: a report for the screen, XLSX and PDF; `reports`, `sheet_report`: which there are. `pages`: one file a screen.
//!
//! # Invariants
//! - A pass that is learnt of late, twice or in another order comes to the same days.
//! - What somebody said is kept with author and moment and never written over; the newest word counts.
//! - Days are those of the school's time zone.
//! - Who is away without a word is told only of days on which the doors were watched.
//! - Whoever leads no class sees none; whoever leads one does not learn whether another exists.
//! - Tables of `people` are read, never written; of access only what the journal says is known.

mod error;
pub mod events;
mod export;
mod follower;
mod leaves;
pub mod model;
pub mod ops;
mod pages;
mod panel;
mod privacy;
pub mod queries;
mod report;
mod reports;
mod sheet_report;
mod store;

use std::sync::Arc;

use accounts::{App, Routes, Subsystem};

pub use error::AttendanceError;
pub use export::export_part;
pub use follower::{AttendanceFollower, FINDINGS, doctor, rebuild};
pub use leaves::LeaveReasons;
pub use panel::Panel;
pub use privacy::DATA;

i18n::catalog!(
    "attendance",
    kk = include_str!("../locales/kk.ftl"),
    ru = include_str!("../locales/ru.ftl"),
    en = include_str!("../locales/en.ftl")
);

/// Attendance without a part for the gates on the dashboard, and without the reasons of permissions to leave.
pub fn subsystem(app: &App) -> Subsystem {
    subsystem_with(app, None, LeaveReasons::unknown())
}

/// Attendance as the program wires it: with a part that tells how the gates are, and with who tells why somebody was let go.
pub fn subsystem_with(app: &App, gates: Option<Panel>, leaves: LeaveReasons) -> Subsystem {
    Subsystem {
        name: "attendance",
        routes: pages::routes(Routes::new(app), gates, &leaves),
        followers: vec![Arc::new(AttendanceFollower)],
        nav: pages::NAV.to_vec(),
        data: DATA,
    }
}
