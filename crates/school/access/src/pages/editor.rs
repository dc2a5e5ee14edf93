//! What the editors of settings have in common: a refused field, a page after something was done, a removal that asks first.

use i18n::{Lang, msg_dyn, text};
use web::{
    Filters, Form, IntoResponse, Markup, Page, Redirect, Response, StatusCode, WebError,
    components::{Button, Icon, Tone, alert, confirm_dialog},
    html,
};

use crate::{AccessError, model::Fault};

/// What was done, as it stands in the address after a redirect; each has a sentence `access-done-<word>`.
const DONE: [&str; 9] = ["added", "saved", "removed", "enabled", "disabled", "synced", "seen", "placed", "emptied"];

/// Puts what a use case refused beside its field. What the reader can do nothing about stays an error.
pub(super) fn refuse(lang: Lang, form: &mut Form, error: AccessError) -> Result<(), WebError> {
    let Some(key) = error.key() else { return Err(error.into()) };
    let field = if let AccessError::Field { field, .. } = &error { field } else { "" };
    form.refuse(field, text(lang, key, &[]));
    Ok(())
}

/// What is wrong with a field, as it stands beside it.
pub(super) fn sentence(lang: Lang, fault: Fault) -> String {
    text(lang, fault.key(), &[])
}

/// A form that was sent wrongly.
pub(super) fn refused(page: Page) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
}

/// On to a list that says what was done.
pub(super) fn done(path: &str, what: &'static str) -> Response {
    Redirect::to(&web::address(path, [("done", what)])).into_response()
}

/// Says what was done before the redirect that led here.
pub(super) fn done_alert(lang: Lang, filters: &Filters) -> Markup {
    let known = |word: &str| DONE.into_iter().find(|known| *known == word);
    html! { @if let Some(word) = filters.parsed("done", known) { (alert(Tone::Good, &msg_dyn!(lang, "access-done-", word), "")) } }
}

/// A button that removes something, and the dialog that asks first: `question` names the thing, `consequence` says what will be.
pub(super) fn removal(lang: Lang, label: String, question: &str, consequence: &str, action: &str) -> Markup {
    removal_of(lang, label, question, consequence, action, &Markup::default())
}

/// A removal that sends `agreed` along: hidden fields that say to what was agreed.
pub(super) fn removal_of(
    lang: Lang,
    label: String,
    question: &str,
    consequence: &str,
    action: &str,
    agreed: &Markup,
) -> Markup {
    let doer = Button::danger(label.clone()).icon(Icon::Trash);
    html! {
        (Button::quiet(label).icon(Icon::Trash).opens("remove"))
        (confirm_dialog(lang, "remove", question, consequence, action, agreed, &doer))
    }
}

/// An id that stands in an address; another text is no address of ours.
pub(super) fn id_of<K>(text: &str) -> Result<kernel::Id<K>, WebError> {
    text.parse().map_err(|_| WebError::NotFound)
}
