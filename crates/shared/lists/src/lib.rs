//! Lists of the register: taken in from XLSX and CSV, photos from a ZIP, and everything taken away.
//!
//! # Map
//! - [`model`]: what columns mean, what rows say, what they would change; pure.
//! - [`job`]: a piece of work from the file that was brought to the last row; `work` runs it beside the pages, `write`, `kin_write`, `photos` and `export` do it;
//!   [`keeper`] goes on with it after a fall and deletes what has lain long enough.
//! - [`Part`]: what other subsystems put into the archive that is taken away.
//!
//! # Invariants
//! - Nothing is written into the register before somebody has seen the preview and confirmed.
//! - Files lie in the database sealed only, under a key of their own that is destroyed with them: a list when it is written, all others after
//!   [`FILES_KEPT`].
//! - How far a list was written stands in the transaction that wrote it: who goes on after a fall writes no row twice.
//! - Neither the log nor the audit trail holds a name, a number or a heading.

mod error;
mod export;
mod files;
pub mod job;
pub mod keeper;
mod kin_write;
pub mod model;
mod ops;
mod pages;
mod photos;
mod preview;
mod privacy;
mod refused;
mod store;
mod template;
mod words;
mod work;
mod write;

use accounts::{App, Routes, Subsystem};

pub use error::ListsError;
pub use export::{Part, Written};
pub use keeper::Keeper;
pub use ops::FILES_KEPT;
pub use privacy::DATA;

i18n::catalog!(
    "lists",
    kk = include_str!("../locales/kk.ftl"),
    ru = include_str!("../locales/ru.ftl"),
    en = include_str!("../locales/en.ftl")
);

/// Lists as the program wires them: with these parts of other subsystems in what is taken away.
pub fn subsystem(app: &App, parts: Vec<Part>) -> Subsystem {
    export::set_parts(app, parts);
    Subsystem {
        name: "lists",
        routes: pages::routes(Routes::new(app)),
        followers: Vec::new(),
        nav: pages::nav(),
        data: DATA,
    }
}
