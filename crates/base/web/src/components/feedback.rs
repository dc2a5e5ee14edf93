//! What tells how something went, asks before it is done, or stands where nothing is.

use i18n::{Lang, msg};
use maud::{Markup, Render, html};

use super::{Button, Icon, Tone, icon};

/// A message within the page: what happened, and what to do (may be empty).
pub fn alert(tone: Tone, what: &str, how: &str) -> Markup {
    let role = if tone == Tone::Bad { "alert" } else { "status" };
    html! {
        div class={ "alert " (tone.class()) } role=(role) {
            (icon(tone.icon()))
            div { b { (what) } @if !how.is_empty() { p { (how) } } }
        }
    }
}

/// A message that floats over the page for some seconds; a bad one stays until it is dismissed.
///
/// As an answer to htmx it is appended to `#toasts` (`hx-swap-oob="beforeend:#toasts"` around it, or `HX-Retarget`).
pub fn toast(lang: Lang, tone: Tone, what: &str, how: &str) -> Markup {
    html! {
        div class={ "toast " (tone.class()) } {
            (icon(tone.icon()))
            div { b { (what) } @if !how.is_empty() { p { (how) } } }
            (Button::quiet(msg!(lang, "web-dismiss")).icon(Icon::X).only_icon().attr("type", "button").attr("data-dismiss", ""))
        }
    }
}

/// What stands where a list would be: why it is empty, and the next step.
pub fn empty_state(sign: Icon, what: &str, how: &str, action: Option<&dyn Render>) -> Markup {
    html! {
        div .empty {
            div .empty-icon { (icon(sign)) }
            h2 { (what) }
            p { (how) }
            @if let Some(action) = action { (action.render()) }
        }
    }
}

/// A dialog; a [`Button::opens`] with its id shows it.
pub fn dialog(lang: Lang, id: &str, title: &str, body: &Markup) -> Markup {
    html! {
        dialog id=(id) aria-labelledby={ (id) "-title" } {
            div .dialog-body {
                header {
                    h2 id={ (id) "-title" } { (title) }
                    (Button::quiet(msg!(lang, "web-close")).icon(Icon::X).only_icon().closes())
                }
                (body)
            }
        }
    }
}

/// Asks before something is done, by naming the thing: `title` is the question with the name in it, `consequence` says
/// what will be, `doer` is the button that does it and sends a POST to `action` with the `fields`.
pub fn confirm_dialog(
    lang: Lang,
    id: &str,
    title: &str,
    consequence: &str,
    action: &str,
    fields: &Markup,
    doer: &Button,
) -> Markup {
    dialog(
        lang,
        id,
        title,
        &html! {
            form method="post" action=(action) {
                p { (consequence) }
                (fields)
                div .form-actions {
                    (doer)
                    (Button::quiet(msg!(lang, "web-cancel")).closes())
                }
            }
        },
    )
}

/// Says whether the live part of the page is live. `main.ts` changes it as the event stream opens and breaks.
pub fn live_state(lang: Lang) -> Markup {
    html! {
        span .live data-live="wait" role="status" {
            span .live-dot aria-hidden="true" {}
            span .live-wait { (msg!(lang, "web-live-wait")) }
            span .live-on { (msg!(lang, "web-live-on")) }
            span .live-off { (msg!(lang, "web-live-off")) }
        }
    }
}
