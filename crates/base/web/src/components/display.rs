//! What shows a value.

use i18n::Lang;
use jiff::{Timestamp, civil, tz::TimeZone};
use maud::{Markup, html};

use super::{Icon, Tone, icon};

/// A state in one or two words.
pub fn badge(tone: Tone, text: &str) -> Markup {
    html! {
        span class={ "badge " (tone.class()) } { @if tone != Tone::Plain { (icon(tone.icon())) } (text) }
    }
}

/// A part of the page with a heading. An empty title leaves the heading out.
pub fn card(title: &str, body: Markup) -> Markup {
    html! { section .card { @if !title.is_empty() { h2 { (title) } } (body) } }
}

/// Names and values of one thing, under each other.
pub fn facts(facts: &[(&str, Markup)]) -> Markup {
    html! { dl .facts { @for (name, value) in facts { div { dt { (name) } dd { (value) } } } } }
}

/// A figure with what it counts; with an address the whole tile leads there.
pub fn stat(label: &str, figure: &str, sign: Icon, tone: Tone, href: Option<&str>) -> Markup {
    let body = html! {
        span .stat-icon { (icon(sign)) }
        span .stat-figure { (figure) }
        span .stat-label { (label) }
    };
    html! {
        @match href {
            Some(href) => a class={ "stat " (tone.class()) } href=(href) { (body) },
            None => div class={ "stat " (tone.class()) } { (body) },
        }
    }
}

/// A portrait, 3:4. Without one the first letters of the name stand there. `size` is `small` (40 px wide), `middle`
/// (96 px) or `large` (as wide as its place).
pub fn photo(src: Option<&str>, name: &str, size: &'static str) -> Markup {
    let initials: String = name.split_whitespace().filter_map(|word| word.chars().next()).take(2).collect();
    html! {
        @match src {
            Some(src) => img class={ "photo " (size) } src=(src) alt=(name) width="120" height="160" loading="lazy" decoding="async";,
            None => span class={ "photo none " (size) } role="img" aria-label=(name) { span aria-hidden="true" { (initials) } },
        }
    }
}

/// A moment as `23.11.2026 08:05`, with the exact one for programs.
pub fn moment(lang: Lang, at: Timestamp, zone: &TimeZone) -> Markup {
    html! { time datetime=(at.to_string()) { (i18n::date_time(lang, at, zone)) } }
}

/// A day as `23.11.2026`.
pub fn date_cell(lang: Lang, date: civil::Date) -> Markup {
    html! { time datetime=(date.to_string()) { (i18n::date(lang, date)) } }
}
