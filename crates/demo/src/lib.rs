//! The made-up school of the demonstration and its simulated day.
//!
//! Three pure parts, each the same again for the same seed:
//! - [`world`]: the school itself: people, classes, cards, access points, rules;
//! - [`portrait`]: a drawn picture for a person, never a photograph of anybody;
//! - [`day`]: who taps which card where and when on one day, and what should come of it.
//!
//! And four parts that do something: [`clock`] lets school days pass, [`school`] takes the world into a database, [`door`] runs the
//! simulated boards and the crowd at them, [`office`] gives permissions to leave.
//!
//! Nobody here exists. Names are put together from lists by lot; there are no identification numbers and no telephone
//! numbers, since a valid one might be somebody's.

pub mod clock;
pub mod day;
pub mod door;
pub mod office;
mod past;
pub mod portrait;
pub mod school;
pub mod world;

mod lot;
