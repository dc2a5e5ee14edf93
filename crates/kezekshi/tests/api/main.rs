//! The interface for programs: every route with every kind of wrong token, and stories of reading and writing.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a story that cannot be told shall stop")]

#[path = "../support/app.rs"]
mod app;
mod reading;
mod walk;
mod world;
mod writing;
