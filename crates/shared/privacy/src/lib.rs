//! What the agreement obliges to, as far as no other room keeps it: data that is not personal (clause 1.5), counted apart from everything that is.
//!
//! # Map
//! - [`Visits`]: counts which pages are opened, off the way of the request; [`Visits::layer`] stands within the session's layer.
//! - [`model`]: what is left of an address, a referrer and a browser's words about itself.
//! - [`queries`]: sums for the page of whoever runs the portal.
//!
//! # Invariants
//! - A row is a sum of an hour. It holds no id of a person, an account or a session, no address of a page with its ids and search words, no whole
//!   network address, and no key by which it could be joined with one.
//! - What is not flushed yet when the program falls is lost: a figure, not a fact.
//! - Rows are removed after 90 days.

mod counter;
mod error;
pub mod model;
mod pages;
mod privacy;
pub mod queries;
mod store;

use accounts::{App, Routes, Subsystem};

pub use counter::Visits;
pub use error::PrivacyError;
pub use privacy::DATA;

i18n::catalog!(
    "privacy",
    kk = include_str!("../locales/kk.ftl"),
    ru = include_str!("../locales/ru.ftl"),
    en = include_str!("../locales/en.ftl")
);

/// Privacy as the program wires it.
pub fn subsystem(app: &App) -> Subsystem {
    Subsystem {
        name: "privacy",
        routes: pages::routes(Routes::new(app)),
        followers: Vec::new(),
        nav: pages::nav(),
        data: DATA,
    }
}
