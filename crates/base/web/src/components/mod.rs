//! Elements that pages are made of. Each is a function or a small builder that stands in [`html!`](crate::html!) like a value:
//!
//! ```ignore
//! html! {
//!     (page_head("Проходы", html! { (LinkButton::plain("XLSX", filters.at_path("/passes.xlsx")).icon(Icon::Download)) }))
//!     form method="post" action="/people" { (Field::text("family", "Фамилия", &form).required()) (Button::primary("Сохранить")) }
//! }
//! ```
//!
//! Texts come in the reader's language from the caller; where an element has words of its own it asks for a `Lang`.
//! `cargo run -p web --example gallery` shows all of them.

mod button;
mod chart;
mod display;
mod feedback;
mod field;
mod navigation;
mod qr;
mod table;

pub use button::{Button, LinkButton};
pub use chart::{Bar, ChartLine, Histogram};
pub use display::{badge, card, date_cell, facts, moment, photo, stat};
pub use feedback::{alert, confirm_dialog, dialog, empty_state, live_state, toast};
pub use field::{Choice, Field, checkbox, choices, form_actions, form_faults, hidden};
pub use navigation::{Tab, back_link, breadcrumb, filter_bar, page_head, pager, pager_cursor, search_box, tabs};
pub use qr::qr_code;
pub use table::{Column, Row, Table, cell};

pub use crate::assets::Icon;

use maud::{Markup, html};

use crate::assets::asset;

/// What a colour means. It never stands alone: an icon and a word go with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Done, granted, in order.
    Good,
    /// Refused, failed, dangerous.
    Bad,
    /// To be looked at.
    Warn,
    /// Good to know.
    Info,
    /// Nothing special.
    Plain,
}

impl Tone {
    /// The class that gives an element this meaning.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Bad => "bad",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Plain => "neutral",
        }
    }

    /// The icon that goes with it.
    pub const fn icon(self) -> Icon {
        match self {
            Self::Good => Icon::CircleCheck,
            Self::Bad => Icon::CircleX,
            Self::Warn => Icon::AlertTriangle,
            Self::Info | Self::Plain => Icon::InfoCircle,
        }
    }
}

/// An icon of the sprite, as large as the text around it and of its colour. Hidden from readers of the page aloud: a word
/// goes with it.
pub fn icon(icon: Icon) -> Markup {
    html! {
        svg .icon aria-hidden="true" focusable="false" { use href={ (asset("icons.svg")) "#" (icon.name()) } {} }
    }
}
