//! The QR pass of one person: a code that is another one every twenty seconds.

use accounts::Reader;
use i18n::msg;
use web::{
    Filters, Fragment, Markup, Page, Path, Redirect, WebError,
    components::{
        Button, Icon, LinkButton, Tone, alert, back_link, card, confirm_dialog, empty_state, page_head, qr_code,
    },
    html,
};

use super::{card::person_of, person_id};
use crate::{ops, person::PersonView};

/// The page; that it was opened is in the audit trail.
pub(super) async fn show(reader: Reader, Path(id): Path<String>, filters: Filters) -> Result<Page, WebError> {
    let person = person_of(&reader, person_id(&id)?).await?;
    let (ctx, whose) = (reader.ctx(), person.brief.id);
    reader.app.db.write(move |tx| ops::note_code_shown(tx, &ctx, whose)).await?;
    let code = new_code(&reader, &person).await?;
    let lang = reader.lang;
    let title = msg!(lang, "people-code");
    let home = format!("/people/{}", person.brief.id);
    let body = html! {
        (back_link(&person.brief.short, &home))
        (page_head(&title, html! { @if code.is_some() { (Button::quiet(msg!(lang, "people-code-key-change")).icon(Icon::Key).opens("key")) } }))
        @if filters.get("done") == Some("key") { (alert(Tone::Good, &msg!(lang, "people-code-key-changed"), "")) }
        @match code {
            Some(code) => (card("", html! {
                p .lead { (person.brief.full) }
                // A new code comes before the one that is shown is over. Without scripts the link below brings one.
                div #code hx-get={ (home) "/code/live" } hx-trigger="every 20s" aria-live="off" { (shown(&reader, &person, &code)) }
                p .help { (msg!(lang, "people-code-how")) }
                (LinkButton::plain(msg!(lang, "people-code-next"), format!("{home}/code")).icon(Icon::Refresh))
            })),
            None => (no_key(&reader, &home)),
        }
        (confirm_dialog(lang, "key", &msg!(lang, "people-code-key-ask"), &msg!(lang, "people-code-key-what"),
            &format!("{home}/code/key"), &Markup::default(), &Button::danger(msg!(lang, "people-code-key-change"))))
    };
    Ok(accounts::page(&reader, title, body))
}

fn no_key(reader: &Reader, home: &str) -> Markup {
    let lang = reader.lang;
    html! {
        (empty_state(Icon::Qrcode, &msg!(lang, "people-code-none"), &msg!(lang, "people-code-none-how"), None))
        form method="post" action={ (home) "/code/key" } { (Button::primary(msg!(lang, "people-code-begin")).icon(Icon::Qrcode)) }
    }
}

/// The next code.
pub(super) async fn live(reader: Reader, Path(id): Path<String>) -> Result<Fragment, WebError> {
    let person = person_of(&reader, person_id(&id)?).await?;
    let code = new_code(&reader, &person).await?.ok_or(WebError::NotFound)?;
    Ok(Fragment(shown(&reader, &person, &code)))
}

async fn new_code(reader: &Reader, person: &PersonView) -> Result<Option<String>, WebError> {
    let (ctx, vault, id) = (reader.ctx(), reader.app.vault.clone(), person.brief.id);
    Ok(reader.app.db.read(move |tx| ops::code(tx, &ctx, &vault, id)).await?)
}

fn shown(reader: &Reader, person: &PersonView, code: &str) -> Markup {
    let lang = reader.lang;
    html! {
        (qr_code(code, &msg!(lang, "people-code-of", name = person.brief.short.as_str())))
        details .quiet {
            summary { (msg!(lang, "people-code-text")) }
            p .code-text { code { (code) } }
        }
    }
}

/// Makes the key that signs from now on.
pub(super) async fn change_key(reader: Reader, Path(id): Path<String>) -> Result<Redirect, WebError> {
    let id = person_of(&reader, person_id(&id)?).await?.brief.id;
    let (ctx, vault) = (reader.ctx(), reader.app.vault.clone());
    reader.app.db.write(move |tx| ops::change_code_key(tx, &ctx, &vault)).await?;
    Ok(Redirect::to(&format!("/people/{id}/code?done=key")))
}
