//! Letters of a name that look like those of another alphabet: said once, replaced by one button. Whoever saves again keeps the name as it was typed.

use i18n::{Lang, msg};
use web::{
    Form, Markup,
    components::{Button, Icon, Tone, alert, hidden},
    html,
};

use crate::model::{PersonName, mended};

/// The button's name in the form.
const REPLACE: &str = "letters_replace";
/// Says that the reader has seen the hint.
const SEEN: &str = "letters_seen";

/// The name as it would be in letters of one alphabet; `None` when nothing is suspicious.
fn offered(form: &Form) -> Option<PersonName> {
    let name = PersonName::parse(form.value("family"), form.value("given"), form.text("patronymic")).ok()?;
    name.without_lookalikes().or_else(|| {
        let part = |text: &str| mended(text).unwrap_or_else(|| text.to_owned());
        let patronymic = name.patronymic().map(part);
        let other = PersonName::parse(&part(name.family()), &part(name.given()), patronymic.as_deref()).ok()?;
        (other != name).then_some(other)
    })
}

/// The form to go on with; an error is the form that asks about letters first.
pub(super) fn settled(form: Form) -> Result<Form, Box<Form>> {
    let Some(name) = offered(&form) else { return Ok(form) };
    if form.is_checked(REPLACE) {
        let parts =
            [("family", name.family()), ("given", name.given()), ("patronymic", name.patronymic().unwrap_or_default())];
        let is_part = |field: &str| parts.iter().any(|(part, _)| *part == field);
        let others = form.pairs().filter(|(field, _)| !is_part(field) && *field != REPLACE && *field != SEEN);
        return Ok(Form::filled(parts.into_iter().chain(others)));
    }
    if form.is_checked(SEEN) {
        return Ok(form);
    }
    Err(Box::new(Form::filled(form.pairs().chain([(SEEN, "1")]))))
}

/// What is to be said about the letters, above the fields; nothing, unless the form asks.
pub(super) fn hint(lang: Lang, form: &Form) -> Markup {
    if asked(form).is_none() {
        return Markup::default();
    }
    html! {
        (alert(Tone::Warn, &msg!(lang, "people-name-lookalikes"), &msg!(lang, "people-name-lookalikes-how")))
        (hidden(SEEN, "1"))
    }
}

/// The button that replaces them, beside the one that saves.
pub(super) fn button(lang: Lang, form: &Form) -> Markup {
    let Some(name) = asked(form) else { return Markup::default() };
    html! { (Button::plain(msg!(lang, "people-name-replace", name = name.full())).icon(Icon::Check).sends(REPLACE, "1")) }
}

fn asked(form: &Form) -> Option<PersonName> {
    offered(form).filter(|_| form.is_checked(SEEN))
}
