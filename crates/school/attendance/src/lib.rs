//! Attendance of pupils, hours and time sheet of staff, today's dashboard.
//!
//! # Map
//! - [`model`]: rules: what a pupil's day was, hours of staff, the time sheet.
//! - [`AttendanceFollower`]: takes passes of the journal into days; [`rebuild`] and [`doctor`] stand beside it.
//! - [`queries`]: reads; [`ops`]: corrections, days away, time sheet. [`events`]: what others hear of it.
//! - `reports`: each report once, for the screen, XLSX and PDF. `pages`: one file a screen.
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
mod follower;
pub mod model;
pub mod ops;
mod privacy;
pub mod queries;
mod store;

pub use error::AttendanceError;
pub use follower::{AttendanceFollower, FINDINGS, doctor, rebuild};
pub use privacy::DATA;
