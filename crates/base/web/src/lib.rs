//! The web's plumbing: pages, components, assets, cookies, errors, live streams.
//!
//! The only crate that names router internals and cookies. It knows nothing of schools, accounts or rights: those wrap it
//! from above.
//!
//! A request's way: [`harden`] (id, catch-panic, time limit, headers, same-origin check, metrics, gzip) → the route's
//! handler, which extracts a [`Reader`] (language, theme, whether a fragment is wanted), [`Filters`] or a [`Form`] →
//! a [`Page`] from [`Shell::page`], a [`Fragment`], or a [`WebError`], which [`harden`] renders in the reader's language.
//!
//! | want | use |
//! | --- | --- |
//! | a whole page | [`Shell`], [`Page`] |
//! | a part of a page for htmx | [`Fragment`], [`Reader::wants_fragment`] |
//! | elements | [`components`] |
//! | a posted form, an upload | [`Form`], [`Upload`] |
//! | filters in the address | [`Filters`] |
//! | something went wrong | [`WebError`] |
//! | a live part | [`sse`] |
//! | sign-in cookie | [`Cookies`] |

pub mod assets;
pub mod components;
mod cookies;
mod error;
mod form;
mod html;
mod page;
mod problem;
mod query;
mod reader;
mod routes;
mod security;
pub mod sse;
mod stop;
mod upload;

pub use axum::{
    Extension, Json, Router, body,
    body::Body,
    extract::{Path, State},
    http::{self, HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    middleware,
    response::{IntoResponse, Redirect, Response},
    routing::{self, get, post},
};
pub use maud::{DOCTYPE, Markup, PreEscaped, Render, html};

pub use assets::asset;
pub use cookies::{Cookies, set_cookie, set_cookies};
pub use error::{SIGN_IN_PATH, WebError};
pub use form::{Form, FormFault, parse_date, parse_time};
pub use html::Attrs;
pub use page::{Fragment, NavItem, NavPart, Page, Shell, UserMenu};
pub use problem::{FieldFault, Problem};
pub use query::{Filters, PagePosition, address, local_path};
pub use reader::{Reader, Theme};
pub use routes::routes;
pub use security::{Network, Proxies, WebSettings, body_limit, harden};
pub use stop::Stop;
pub use upload::{Upload, UploadedFile};

i18n::catalog!(
    "web",
    kk = include_str!("../locales/kk.ftl"),
    ru = include_str!("../locales/ru.ftl"),
    en = include_str!("../locales/en.ftl")
);
