//! Where one is signed in: the list, what each device is called, ending one or all others; and sign-ins in browsers that were new.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use i18n::{Lang, msg};
use web::{
    Filters, Form, IntoResponse, Markup, Page, Redirect, Response, WebError,
    components::{
        Button, Column, Field, Icon, Row, Table, Tone, alert, badge, card, cell, confirm_dialog, dialog, form_actions,
        hidden, moment, page_head,
    },
    html, local_path,
};

use crate::{
    AccountsError,
    frame::{self, ACCOUNT_PATH},
    ops,
    peer::browser_name,
    reader::Reader,
    store::{self, BrowserRow, OwnSession},
    token::TokenHash,
};

pub(super) const END: &str = "/account/sessions/end";
pub(super) const NAME: &str = "/account/sessions/name";
/// What is told after signing in when somebody signed in to the account in a browser that was never used before.
pub(super) const NEWS: &str = "/account/new-browsers";
/// A device's name has so many letters at most.
const NAME_LIMIT: usize = 60;

/// Ends one session of one's own.
pub(super) async fn end(reader: Reader, form: Form) -> Result<Redirect, WebError> {
    let (ctx, session) = (reader.ctx(), session_of(&form)?);
    reader.app.db.write(move |tx| ops::end_own_session(tx, &ctx, &session)).await?;
    Ok(Redirect::to(&format!("{ACCOUNT_PATH}?done=session")))
}

/// Calls the device of a session something.
pub(super) async fn name(reader: Reader, form: Form) -> Result<Redirect, WebError> {
    let session = session_of(&form)?;
    let name: String =
        form.value("name").trim().chars().filter(|letter| !letter.is_control()).take(NAME_LIMIT).collect();
    let user = reader.actor.user.ok_or(WebError::NotFound)?;
    let named = reader.app.db.write(move |tx| store::name_browser(tx, user, &session, &name)).await?;
    if named == 0 { Err(WebError::NotFound) } else { Ok(Redirect::to(&format!("{ACCOUNT_PATH}?done=device"))) }
}

/// The hash of a session's token: it opens nothing, and counts only with the account of whoever sends it.
fn session_of(form: &Form) -> Result<TokenHash, WebError> {
    let bytes = URL_SAFE_NO_PAD.decode(form.value("session")).map_err(|_| WebError::NotFound)?;
    bytes.try_into().map_err(|_| WebError::NotFound)
}

/// What a device is called: by its owner, or by browser and system.
fn device_name(lang: Lang, given: &str, agent: &str) -> String {
    let known = browser_name(agent);
    match (given.is_empty(), known.is_empty()) {
        (true, true) => msg!(lang, "accounts-session-unknown"),
        (true, false) => known,
        (false, true) => given.to_owned(),
        (false, false) => format!("{given} ({known})"),
    }
}

/// The list of one's sessions.
pub(super) fn own_sessions(reader: &Reader, sessions: &[OwnSession]) -> Markup {
    let lang = reader.lang;
    let columns = vec![
        Column::new(msg!(lang, "accounts-session-browser")),
        Column::new(msg!(lang, "accounts-session-address")),
        Column::new(msg!(lang, "accounts-session-since")),
        Column::new(msg!(lang, "accounts-session-seen")),
        Column::actions(msg!(lang, "accounts-actions")),
    ];
    let rows = sessions.iter().enumerate().map(|(place, session)| {
        let is_this = session.token_hash == reader.session;
        let key = URL_SAFE_NO_PAD.encode(session.token_hash);
        Row::new(vec![
            html! {
                (device_name(lang, session.name.as_deref().unwrap_or_default(), &session.agent)) " "
                @if is_this { (badge(Tone::Good, &msg!(lang, "accounts-session-this"))) }
            },
            cell(&session.address),
            moment(lang, session.created_at, &reader.app.time_zone),
            moment(lang, session.last_seen_at, &reader.app.time_zone),
            html! {
                div .row-actions {
                    @if session.name.is_some() {
                        (Button::quiet(msg!(lang, "accounts-session-name")).icon(Icon::Edit).only_icon().opens(format!("name-session-{place}")))
                    }
                    @if !is_this {
                        form method="post" action=(END) {
                            (hidden("session", &key))
                            (Button::quiet(msg!(lang, "accounts-session-end")).icon(Icon::Logout).only_icon())
                        }
                    }
                }
            },
        ])
    });
    html! {
        (Table::new(lang, msg!(lang, "accounts-sessions"), columns).rows(rows))
        @for (place, session) in sessions.iter().enumerate() {
            @if let Some(name) = &session.name { (name_dialog(lang, place, session, name)) }
        }
        @if sessions.len() > 1 {
            (form_actions(html! { (Button::plain(msg!(lang, "accounts-sessions-end")).icon(Icon::Logout).opens("end-sessions")) }))
            (confirm_dialog(lang, "end-sessions", &msg!(lang, "accounts-sessions-end-ask"), &msg!(lang, "accounts-sessions-end-what"),
                "/account/sign-out-elsewhere", &Markup::default(), &Button::danger(msg!(lang, "accounts-sessions-end"))))
        } @else {
            p .quiet { (msg!(lang, "accounts-sessions-only")) }
        }
    }
}

fn name_dialog(lang: Lang, place: usize, session: &OwnSession, name: &str) -> Markup {
    let form = Form::filled([("name", name)]);
    let field =
        Field::text("name", msg!(lang, "accounts-session-name"), &form).help(msg!(lang, "accounts-session-name-help"));
    dialog(
        lang,
        &format!("name-session-{place}"),
        &msg!(lang, "accounts-session-name"),
        &html! {
            form .form method="post" action=(NAME) {
                (hidden("session", &URL_SAFE_NO_PAD.encode(session.token_hash)))
                (field.attr("maxlength", NAME_LIMIT.to_string()).attr("autocomplete", "off").attr("id", format!("device-{place}")))
                (form_actions(html! { (Button::primary(msg!(lang, "accounts-save")).icon(Icon::Check)) }))
            }
        },
    )
}

/// Asks whether sign-ins in new browsers were one's own.
pub(super) async fn news(reader: Reader, filters: Filters) -> Result<Response, WebError> {
    let next = local_path(filters.get("next").unwrap_or_default()).unwrap_or("/").to_owned();
    let (user, session) = (reader.actor.user.ok_or(WebError::NotFound)?, reader.session);
    let rows = reader.app.db.read(move |tx| store::untold_browsers_of(tx, user, &session)).await?;
    if rows.is_empty() {
        return Ok(Redirect::to(&next).into_response());
    }
    Ok(news_page(&reader, &rows, &next).into_response())
}

fn news_page(reader: &Reader, rows: &[BrowserRow], next: &str) -> Page {
    let lang = reader.lang;
    let title = msg!(lang, "accounts-news");
    let columns = vec![
        Column::new(msg!(lang, "accounts-session-browser")),
        Column::new(msg!(lang, "accounts-session-address")),
        Column::new(msg!(lang, "accounts-session-since")),
    ];
    let list = rows.iter().map(|row| {
        Row::new(vec![
            cell(device_name(lang, "", &row.agent)),
            cell(&row.address),
            moment(lang, row.first_at, &reader.app.time_zone),
        ])
    });
    let body = html! {
        (page_head(&title, Markup::default()))
        (alert(Tone::Warn, &msg!(lang, "accounts-news-what"), &msg!(lang, "accounts-news-how")))
        (card("", html! {
            (Table::new(lang, title.as_str(), columns).rows(list))
            form method="post" action=(NEWS) {
                (hidden("next", next))
                (form_actions(html! {
                    (Button::primary(msg!(lang, "accounts-news-mine")).icon(Icon::Check).sends("was", "mine"))
                    (Button::danger(msg!(lang, "accounts-news-not-mine")).icon(Icon::X).sends("was", "not-mine"))
                }))
            }
        }))
    };
    frame::page(reader, title, body)
}

/// Takes the answer: when it was somebody else, everything else is signed out and the password is to be changed.
pub(super) async fn answer_news(reader: Reader, form: Form) -> Result<Redirect, WebError> {
    let is_mine = form.value("was") == "mine";
    let (ctx, session) = (reader.ctx(), reader.session);
    reader
        .app
        .db
        .write(move |tx| ops::answer_new_browsers(tx, &ctx, &session, is_mine))
        .await
        .map_err(AccountsError::into)
        .map(|()| {
            let next = local_path(form.value("next")).unwrap_or("/");
            if is_mine { Redirect::to(next) } else { Redirect::to(&format!("{ACCOUNT_PATH}?done=stranger")) }
        })
}
