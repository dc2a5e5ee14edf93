//! Stories of boards and their driver, over real sockets against a simulated board that shares no code with the driver.
//!
//! Both have one clock that goes on only when told, so nothing here depends on how fast the computer is; whatever takes time is
//! waited for with a generous deadline.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking, as tests do")]

mod bench;
mod cards;
mod discovery;
mod events;
mod faults;
mod link;
mod setting;
mod taps;
