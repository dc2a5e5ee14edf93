//! The JSON interface of a school, `/api/v1`: what other programs read and write in the name of whoever made their token.
//!
//! # Map
//! - `people`, `classes`, `credentials`, `passes`, `presence`, `attendance`, `school`: one file a resource: its shapes, its routes.
//! - `input`: bodies and queries; `fault`: what is wrong with them, by field; `cursor`: where a list goes on.
//! - `once`: a write with an `Idempotency-Key` is done once.
//! - [`document`]: the OpenAPI document, made of the routes and shapes.
//! - [`hooks`]: webhooks, by which other programs are told of events.
//! - `pages`: tokens, webhooks, and the description with forms to try it.
//!
//! # Invariants
//! - A route here only parses, calls the same queries and use cases as a page, and writes down the answer: it decides nothing.
//! - Every route names the token's scope; the maker's rights are asked at each request, and the same [`accounts::Scope`] goes to the queries.
//! - What goes out to webhooks is what the journal holds: ids, never a name.
//! - What is not understood is refused: unknown fields, unknown parameters, values out of range.

#![allow(unused_qualifications, reason = "what utoipa writes names whole paths")]

mod attendance;
mod classes;
mod credentials;
mod cursor;
mod document;
mod fault;
pub mod hooks;
mod input;
mod once;
mod pages;
mod passes;
mod people;
mod presence;
mod privacy;
mod school;
mod store;
mod wire;

use std::sync::Arc;

use accounts::{App, Routes, Subsystem};

pub use document::document;
pub use privacy::DATA;

i18n::catalog!(
    "api",
    kk = include_str!("../locales/kk.ftl"),
    ru = include_str!("../locales/ru.ftl"),
    en = include_str!("../locales/en.ftl")
);

/// The interface as the program wires it.
pub fn subsystem(app: &App) -> Subsystem {
    let mut routes = Routes::new(app);
    for add in [
        document::routes,
        pages::routes,
        school::routes,
        people::routes,
        classes::routes,
        credentials::routes,
        passes::routes,
        presence::routes,
        attendance::routes,
    ] {
        routes = add(routes);
    }
    Subsystem {
        name: "api",
        routes,
        followers: vec![Arc::new(hooks::HookFollower::new(app))],
        nav: pages::NAV.to_vec(),
        data: DATA,
    }
}
