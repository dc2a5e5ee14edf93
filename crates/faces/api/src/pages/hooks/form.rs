//! A webhook is added and changed; its secret is shown once.

use accounts::{Reader, page};
use i18n::{Lang, msg};
use web::{
    Form, IntoResponse, Markup, Page, Path, Redirect, Response, StatusCode, WebError,
    components::{
        Button, Choice, Field, Icon, LinkButton, Tone, alert, back_link, card, checkbox, choices, form_actions,
        form_faults, page_head,
    },
    html,
};

use super::{PATH, home, hook_id, words};
use crate::hooks::{
    self, EVENT_KINDS, HookError, HookId, HookUrl, HookUrlError, Kinds, Reach, ShownSecret, ops, reach,
};

/// The form of a new webhook.
pub(super) async fn new(reader: Reader) -> Result<Page, WebError> {
    Ok(new_page(&reader, &Form::filled([("all", "on")])))
}

/// Adds it, and shows its secret.
pub(super) async fn add(reader: Reader, mut form: Form) -> Result<Response, WebError> {
    let lang = reader.lang;
    if let Some((url, kinds)) = filled_in(&reader, &mut form) {
        let (ctx, vault, now) = (reader.ctx(), reader.app.vault.clone(), reader.app.session_now());
        match reader.app.db.write(move |tx| ops::add(tx, &ctx, &vault, &url, &kinds, now)).await {
            Ok((id, secret)) => return Ok(secret_page(&reader, id, &secret, false).into_response()),
            Err(HookError::TooMany) => form.refuse("", msg!(lang, "api-hook-too-many")),
            Err(error) => return Err(error.into()),
        }
    }
    Ok((StatusCode::UNPROCESSABLE_ENTITY, new_page(&reader, &form)).into_response())
}

/// The form of one that is there.
pub(super) async fn edit(reader: Reader, Path(id): Path<String>) -> Result<Page, WebError> {
    let (id, scope) = (hook_id(&id)?, reader.scope()?);
    let rows = reader.app.db.read(move |tx| hooks::hooks(tx, &scope)).await?;
    let hook = rows.into_iter().find(|hook| hook.id == id).ok_or(WebError::NotFound)?;
    let mut fields = vec![("url".to_owned(), hook.url.clone())];
    if hook.kinds.is_all() {
        fields.push(("all".to_owned(), "on".to_owned()));
    } else {
        fields.extend(hook.kinds.words().map(|kind| ("kind".to_owned(), kind.to_owned())));
    }
    Ok(edit_page(&reader, id, &Form::filled(fields)))
}

/// Changes it.
pub(super) async fn change(reader: Reader, Path(id): Path<String>, mut form: Form) -> Result<Response, WebError> {
    let id = hook_id(&id)?;
    let Some((url, kinds)) = filled_in(&reader, &mut form) else {
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, edit_page(&reader, id, &form)).into_response());
    };
    let ctx = reader.ctx();
    reader.app.db.write(move |tx| ops::change(tx, &ctx, id, &url, &kinds)).await?;
    Ok(Redirect::to(&format!("{}?done=changed", home(id))).into_response())
}

/// Gives a new secret, and shows it.
pub(super) async fn rotate(reader: Reader, Path(id): Path<String>) -> Result<Page, WebError> {
    let id = hook_id(&id)?;
    let (ctx, vault, now) = (reader.ctx(), reader.app.vault.clone(), reader.app.session_now());
    let secret = reader.app.db.write(move |tx| ops::rotate(tx, &ctx, &vault, id, now)).await?;
    Ok(secret_page(&reader, id, &secret, true))
}

fn filled_in(reader: &Reader, form: &mut Form) -> Option<(HookUrl, Kinds)> {
    let lang = reader.lang;
    let reach = reach(&reader.app);
    let url = form.parsed(lang, "url", |text| HookUrl::parse(text, reach), |error| url_fault(lang, error));
    let kinds = if form.is_checked("all") { Some(Kinds::all()) } else { Kinds::of(form.values("kind")) };
    if kinds.is_none() {
        form.refuse("kind", msg!(lang, "api-hook-no-kinds"));
    }
    url.zip(kinds)
}

fn url_fault(lang: Lang, error: HookUrlError) -> String {
    match error {
        HookUrlError::Form => msg!(lang, "api-hook-url-form"),
        HookUrlError::TooLong => msg!(lang, "api-hook-url-long"),
        HookUrlError::NotHttps => msg!(lang, "api-hook-url-https"),
        HookUrlError::User => msg!(lang, "api-hook-url-user"),
        HookUrlError::Inside => msg!(lang, "api-hook-url-inside"),
    }
}

fn new_page(reader: &Reader, form: &Form) -> Page {
    let lang = reader.lang;
    let title = msg!(lang, "api-hook-add");
    let body = html! {
        (back_link(&msg!(lang, "api-hooks"), PATH))
        (page_head(&title, Markup::default()))
        (form_faults(lang, form))
        (fields(reader, form, PATH, PATH, &title))
    };
    page(reader, title, body)
}

fn edit_page(reader: &Reader, id: HookId, form: &Form) -> Page {
    let lang = reader.lang;
    let title = msg!(lang, "api-hook-edit");
    let body = html! {
        (back_link(&msg!(lang, "api-hook"), &home(id)))
        (page_head(&title, Markup::default()))
        (form_faults(lang, form))
        (fields(reader, form, &format!("{}/edit", home(id)), &home(id), &msg!(lang, "api-hook-save")))
    };
    page(reader, title, body)
}

fn fields(reader: &Reader, form: &Form, action: &str, back: &str, doer: &str) -> Markup {
    let lang = reader.lang;
    let kinds: Vec<Choice> = EVENT_KINDS.iter().map(|kind| Choice::new(*kind, words::kind_name(lang, kind))).collect();
    let help = match reach(&reader.app) {
        Reach::Public => msg!(lang, "api-hook-url-help"),
        Reach::Demo => msg!(lang, "api-hook-url-help-demo"),
    };
    html! {
        form .form method="post" action=(action) {
            (Field::text("url", msg!(lang, "api-hook-url"), form).required().wide().help(help)
                .attr("inputmode", "url").attr("autocomplete", "off").attr("spellcheck", "false").attr("maxlength", "500"))
            div .field.wide { (checkbox("all", "on", &msg!(lang, "api-hook-all-tick"), form.is_checked("all"))) }
            (choices("kind", &msg!(lang, "api-hook-kinds-some"), form, &kinds))
            (form_actions(html! {
                (Button::primary(doer).icon(Icon::Plug))
                (LinkButton::quiet(msg!(lang, "api-cancel"), back))
            }))
        }
    }
}

fn secret_page(reader: &Reader, id: HookId, secret: &ShownSecret, is_new: bool) -> Page {
    let lang = reader.lang;
    let title = if is_new { msg!(lang, "api-hook-secret-new") } else { msg!(lang, "api-hook-added") };
    let how = if is_new { msg!(lang, "api-hook-secret-new-how") } else { msg!(lang, "api-hook-secret-how") };
    let body = html! {
        (back_link(&msg!(lang, "api-hooks"), PATH))
        (page_head(&title, Markup::default()))
        (alert(Tone::Good, &msg!(lang, "api-hook-secret-once"), &how))
        (card("", html! {
            div .field.wide {
                label for="secret" { (msg!(lang, "api-hook-secret")) }
                input #secret readonly value=(secret.expose()) spellcheck="false" autocomplete="off";
            }
            (form_actions(html! { (LinkButton::primary(msg!(lang, "api-hook-next"), home(id)).icon(Icon::ArrowRight)) }))
        }))
    };
    page(reader, title, body)
}
