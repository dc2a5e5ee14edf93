//! Persons, classes, groups and credentials of a school.
//!
//! # Map
//! - [`model`]: names, numbers, classes and pictures that parse at the edge; [`person`]: what a person is made of.
//! - [`day_cards`]: cards that are lent for a day.
//! - [`everybody`]: everybody at once, for lists.
//! - [`register`]: families, posts, stays in classes, the school itself.
//! - [`queries`]: reads for pages and for other subsystems; [`ops`]: what is done, one use case a file.
//! - [`Panel`]: what other subsystems show on a person's card.
//! - [`events`]: what others hear of it through the journal.
//!
//! # Invariants
//! - The journal and the log hold ids only: no name, no number of a card.
//! - A card belongs to one credential at a time; only one that was given back can be issued again.
//! - IIN, document, phones, e-mail and address are kept sealed; each look at them is in the audit trail.
//! - Whoever is put into a class, by whatever way, has a stay in it that goes on, and at most one.
//! - Whoever changes a person names the revision that he saw; of two who change at once the second is shown both versions.
//! - A picture is served only as it was made anew from pixels, never as it was uploaded.

pub mod day_cards;
mod error;
pub mod events;
pub mod everybody;
pub mod model;
pub mod ops;
mod pages;
mod panel;
pub mod person;
mod privacy;
pub mod queries;
pub mod register;
mod store;

use accounts::{App, Routes, Subsystem};

pub use error::{PeopleError, TurnFault};
pub use pages::{card_fault, card_views, photo_src};
pub use panel::Panel;
pub use privacy::DATA;

i18n::catalog!(
    "people",
    kk = include_str!("../locales/kk.ftl"),
    ru = include_str!("../locales/ru.ftl"),
    en = include_str!("../locales/en.ftl")
);

/// People without parts of others on a person's card.
pub fn subsystem(app: &App) -> Subsystem {
    subsystem_with(app, Vec::new())
}

/// People as the program wires them: with these parts of other subsystems on each person's card.
pub fn subsystem_with(app: &App, panels: Vec<Panel>) -> Subsystem {
    Subsystem {
        name: "people",
        routes: pages::routes(Routes::new(app), &panels.into()),
        followers: Vec::new(),
        nav: pages::nav(),
        data: DATA,
    }
}
