//! One's own second factors: an authenticator app, passkeys, codes for the day when both are lost.
//!
//! The password is proved again before anything is changed, unless it was typed just now and there is no factor yet: a page that was left open
//! must not be enough to let another device in.

use i18n::{Lang, msg};
use web::{
    Cookies, Filters, Form, HeaderMap, IntoResponse, Markup, Page, Path, Redirect, Response, Shell, StatusCode,
    WebError,
    components::{
        Button, Column, Field, Icon, LinkButton, Row, Table, Tone, alert, back_link, badge, card, cell, confirm_dialog,
        form_actions, moment, page_head, qr_code,
    },
    html, http,
};

use super::passkeys::{self, Asked, Owner};
use crate::{
    AccountsError,
    factors::{self, Factors, PasskeyId, PasskeyRow, RECOVERY_CODES, RecoveryCode, SET_UP_TIME},
    frame::{self, ACCOUNT_PATH, SIGN_OUT_PATH},
    reader::Reader,
    session::ABSOLUTE,
    store,
    token::SessionToken,
};

/// What one has, and what can be added.
pub(crate) const PATH: &str = "/account/second-factor";
pub(super) const APP: &str = "/account/second-factor/app";
pub(super) const CONFIRM_APP: &str = "/account/second-factor/app/confirm";
pub(super) const REMOVE_APP: &str = "/account/second-factor/app/remove";
pub(super) const CODES: &str = "/account/second-factor/codes";
pub(super) const PASSKEY: &str = "/account/second-factor/passkey";
pub(super) const ADD_PASSKEY: &str = "/account/second-factor/passkey/add";
pub(super) const REMOVE_PASSKEY: &str = "/account/second-factor/passkey/{id}/remove";

/// Leads somebody whose role wants a second factor to where one is set up: nothing else is open.
pub(crate) fn first(request: &http::Request<web::Body>) -> Response {
    if request.headers().contains_key("hx-request") {
        return (StatusCode::NO_CONTENT, [("hx-redirect", PATH)]).into_response();
    }
    Redirect::to(PATH).into_response()
}

pub(super) async fn show(
    reader: Reader,
    cookies: Cookies,
    headers: HeaderMap,
    filters: Filters,
) -> Result<Page, WebError> {
    overview(&reader, cookies, &headers, &Form::blank(), filters.get("done")).await
}

/// Makes a secret for an app and leads to the page that shows it.
pub(super) async fn begin_app(
    reader: Reader,
    cookies: Cookies,
    headers: HeaderMap,
    mut form: Form,
) -> Result<Response, WebError> {
    if let Some(refusal) = unless_proved(&reader, cookies, &headers, &mut form).await? {
        return Ok(refusal);
    }
    let (ctx, vault, now) = (reader.ctx(), reader.app.vault.clone(), reader.app.session_now());
    match reader.app.db.write(move |tx| factors::begin_app(tx, &ctx, &vault, now)).await {
        Ok(()) => Ok(Redirect::to(APP).into_response()),
        Err(AccountsError::FactorKnown) => Ok(Redirect::to(PATH).into_response()),
        Err(error) => Err(error.into()),
    }
}

pub(super) async fn app(reader: Reader) -> Result<Response, WebError> {
    app_page(&reader, &Form::blank()).await
}

/// The secret as a code to be scanned and as a text to be typed, and a field for the first code.
async fn app_page(reader: &Reader, form: &Form) -> Result<Response, WebError> {
    let (lang, ctx, vault, now) = (reader.lang, reader.ctx(), reader.app.vault.clone(), reader.app.session_now());
    let Some(secret) = reader.app.db.read(move |tx| factors::pending_app(tx, &ctx, &vault, now)).await? else {
        return Ok(Redirect::to(PATH).into_response());
    };
    let login = login(reader).await?;
    let title = msg!(lang, "accounts-app-add");
    let body = html! {
        (page_head(&title, Markup::default()))
        (card("", html! {
            ol .steps {
                li { (msg!(lang, "accounts-app-step-install")) }
                li {
                    (msg!(lang, "accounts-app-step-scan"))
                    div .factor-qr { (qr_code(&factors::uri(&secret, &login), &msg!(lang, "accounts-app-qr"))) }
                    p { (msg!(lang, "accounts-app-step-type")) " " code .secret { (factors::spoken(&secret)) } }
                }
                li { (msg!(lang, "accounts-app-step-code")) }
            }
            form .form method="post" action=(CONFIRM_APP) {
                (Field::text("code", msg!(lang, "accounts-app-code"), form).required().short().attr("inputmode", "numeric")
                    .attr("autocomplete", "one-time-code").attr("maxlength", "7").attr("autofocus", ""))
                (form_actions(html! {
                    (Button::primary(msg!(lang, "accounts-app-confirm")).icon(Icon::Check))
                    (LinkButton::quiet(msg!(lang, "accounts-factor-later"), PATH))
                }))
            }
        }))
    };
    let status = if form.is_ok() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok((status, framed(reader, title, body)).into_response())
}

/// Lets the app count, if its first code is right.
pub(super) async fn confirm_app(reader: Reader, cookies: Cookies, form: Form) -> Result<Response, WebError> {
    let (ctx, vault, now) = (reader.ctx(), reader.app.vault.clone(), reader.app.session_now());
    let code = form.value("code").to_owned();
    match reader.app.db.write(move |tx| factors::confirm_app(tx, &ctx, &vault, now, &code)).await {
        Ok(codes) => added(&reader, cookies, &codes).await,
        Err(AccountsError::WrongCode) => {
            let mut blank = Form::blank();
            blank.refuse("code", msg!(reader.lang, "accounts-app-code-wrong"));
            app_page(&reader, &blank).await
        }
        Err(AccountsError::FactorKnown) => Ok(Redirect::to(PATH).into_response()),
        Err(error) => Err(error.into()),
    }
}

/// The page on which a device makes a passkey.
pub(super) async fn begin_passkey(
    reader: Reader,
    cookies: Cookies,
    headers: HeaderMap,
    mut form: Form,
) -> Result<Response, WebError> {
    if let Some(refusal) = unless_proved(&reader, cookies, &headers, &mut form).await? {
        return Ok(refusal);
    }
    passkey_page(&reader, cookies, &headers, &Form::blank()).await
}

async fn passkey_page(
    reader: &Reader,
    cookies: Cookies,
    headers: &HeaderMap,
    form: &Form,
) -> Result<Response, WebError> {
    let lang = reader.lang;
    let Some(party) = passkeys::party(&reader.app, cookies, headers) else {
        return Ok(Redirect::to(PATH).into_response());
    };
    let user = reader.actor.user.ok_or(WebError::NotFound)?;
    let (session, now, challenge) = (reader.session, reader.app.session_now(), reader.app.ids.bytes());
    reader.app.db.write(move |tx| factors::begin_passkey(tx, &session, &challenge, now)).await?;
    let login = login(reader).await?;
    let owner = Owner { user, login: &login, name: &reader.actor.name };
    let title = msg!(lang, "accounts-passkey-add");
    let fields = html! {
        p { (msg!(lang, "accounts-passkey-add-how")) }
        (Field::text("name", msg!(lang, "accounts-passkey-name"), form).required().help(msg!(lang, "accounts-passkey-name-help"))
            .attr("maxlength", "60").attr("autocomplete", "off").attr("autofocus", ""))
        (form_actions(html! {
            (Button::primary(msg!(lang, "accounts-passkey-make")).icon(Icon::Key))
            (LinkButton::quiet(msg!(lang, "accounts-factor-later"), PATH))
        }))
    };
    let asked = Asked { party: &party, challenge: &challenge };
    let body = html! {
        (page_head(&title, Markup::default()))
        @for fault in form.faults().iter().filter(|fault| fault.field.is_empty()) { (alert(Tone::Bad, &fault.sentence, "")) }
        (card("", passkeys::form_to_make(lang, &asked, &owner, ADD_PASSKEY, &fields)))
    };
    let status = if form.is_ok() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok((status, framed_with_script(reader, title, body)).into_response())
}

/// Adds the passkey that a device made.
pub(super) async fn add_passkey(
    reader: Reader,
    cookies: Cookies,
    headers: HeaderMap,
    mut form: Form,
) -> Result<Response, WebError> {
    let lang = reader.lang;
    let Some(party) = passkeys::party(&reader.app, cookies, &headers) else {
        return Ok(Redirect::to(PATH).into_response());
    };
    let (ctx, session, now) = (reader.ctx(), reader.session, reader.app.session_now());
    let value = |name| form.value(name).to_owned();
    let (name, client, attestation) = (value("name"), value("client"), value("attestation"));
    let come = reader
        .app
        .db
        .write(move |tx| factors::add_passkey(tx, &ctx, &session, now, &party, (&name, &client, &attestation)));
    match come.await {
        Ok(codes) => return added(&reader, cookies, &codes).await,
        Err(AccountsError::Name) => form.refuse("name", msg!(lang, "accounts-passkey-name-fault")),
        Err(AccountsError::WrongCode) => form.refuse("", msg!(lang, "accounts-passkey-not-made")),
        Err(AccountsError::FactorKnown) => form.refuse("", msg!(lang, "accounts-passkey-known")),
        Err(AccountsError::TooManyPasskeys) => form.refuse("", msg!(lang, "accounts-passkey-too-many")),
        Err(error) => return Err(error.into()),
    }
    passkey_page(&reader, cookies, &headers, &form).await
}

/// Takes the app away.
pub(super) async fn remove_app(
    reader: Reader,
    cookies: Cookies,
    headers: HeaderMap,
    mut form: Form,
) -> Result<Response, WebError> {
    if let Some(refusal) = unless_proved(&reader, cookies, &headers, &mut form).await? {
        return Ok(refusal);
    }
    let (ctx, rule) = (reader.ctx(), reader.app.second_factor());
    let done = reader.app.db.write(move |tx| factors::remove_app(tx, &ctx, rule)).await;
    removed(&reader, cookies, &headers, form, done).await
}

/// Takes a passkey away.
pub(super) async fn remove_passkey(
    reader: Reader,
    Path(id): Path<String>,
    cookies: Cookies,
    headers: HeaderMap,
    mut form: Form,
) -> Result<Response, WebError> {
    let id: PasskeyId = id.parse().map_err(|_| WebError::NotFound)?;
    if let Some(refusal) = unless_proved(&reader, cookies, &headers, &mut form).await? {
        return Ok(refusal);
    }
    let (ctx, rule) = (reader.ctx(), reader.app.second_factor());
    let done = reader.app.db.write(move |tx| factors::remove_passkey(tx, &ctx, rule, id)).await;
    removed(&reader, cookies, &headers, form, done).await
}

async fn removed(
    reader: &Reader,
    cookies: Cookies,
    headers: &HeaderMap,
    mut form: Form,
    done: Result<(), AccountsError>,
) -> Result<Response, WebError> {
    match done {
        Ok(()) => Ok(Redirect::to(&format!("{PATH}?done=removed")).into_response()),
        Err(AccountsError::LastFactor) => {
            form.refuse("", msg!(reader.lang, "accounts-factor-last"));
            Ok((StatusCode::CONFLICT, overview(reader, cookies, headers, &form, None).await?).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// New recovery codes in the place of the old ones.
pub(super) async fn new_codes(
    reader: Reader,
    cookies: Cookies,
    headers: HeaderMap,
    mut form: Form,
) -> Result<Response, WebError> {
    if let Some(refusal) = unless_proved(&reader, cookies, &headers, &mut form).await? {
        return Ok(refusal);
    }
    let (ctx, now) = (reader.ctx(), reader.app.session_now());
    let codes = reader.app.db.write(move |tx| factors::new_recovery_codes(tx, &ctx, now)).await?;
    Ok(codes_page(&reader, &codes).into_response())
}

/// A factor was added: the session gets another token, and codes that were made are shown, for the only time.
async fn added(reader: &Reader, cookies: Cookies, codes: &[RecoveryCode]) -> Result<Response, WebError> {
    let token = SessionToken::new(&reader.app.ids);
    let (old, new) = (reader.session, token.hash());
    reader.app.db.write(move |tx| store::move_session(tx, &old, &new)).await?;
    let cookie = cookies.set_session(&token.to_cookie(), u32::try_from(ABSOLUTE.as_secs()).unwrap_or(u32::MAX));
    Ok(if codes.is_empty() {
        (web::set_cookie(cookie), Redirect::to(&format!("{PATH}?done=added"))).into_response()
    } else {
        (web::set_cookie(cookie), codes_page(reader, codes)).into_response()
    })
}

fn codes_page(reader: &Reader, codes: &[RecoveryCode]) -> Page {
    let lang = reader.lang;
    let title = msg!(lang, "accounts-codes");
    let body = html! {
        (page_head(&title, Markup::default()))
        (alert(Tone::Warn, &msg!(lang, "accounts-codes-once"), &msg!(lang, "accounts-codes-once-how")))
        (card("", html! {
            ul .recovery-codes { @for code in codes { li { code { (code.shown()) } } } }
            (form_actions(html! {
                (Button::plain(msg!(lang, "accounts-print")).icon(Icon::Printer).attr("type", "button").attr("data-print", ""))
                (LinkButton::primary(msg!(lang, "accounts-codes-kept"), "/"))
            }))
        }))
    };
    framed_with_script(reader, title, body)
}

/// Whether the password has to be proved before something is changed.
fn asks_password(reader: &Reader, has_factor: bool) -> bool {
    has_factor || reader.app.session_now().duration_since(reader.since) > SET_UP_TIME
}

/// Answers with the page and what is wrong, unless the password was proved where that is wanted.
async fn unless_proved(
    reader: &Reader,
    cookies: Cookies,
    headers: &HeaderMap,
    form: &mut Form,
) -> Result<Option<Response>, WebError> {
    let user = reader.actor.user.ok_or(WebError::NotFound)?;
    let has_factor = reader.app.db.read(move |tx| factors::has_factor(tx, user)).await?;
    if !asks_password(reader, has_factor) || super::account::is_password(reader, form.value("current")).await? {
        return Ok(None);
    }
    form.refuse("", msg!(reader.lang, "accounts-password-wrong"));
    let page = overview(reader, cookies, headers, form, None).await?;
    Ok(Some((StatusCode::UNPROCESSABLE_ENTITY, page).into_response()))
}

async fn login(reader: &Reader) -> Result<String, WebError> {
    let (school, user) = (reader.actor.school, reader.actor.user.ok_or(WebError::NotFound)?);
    let account = reader.app.db.read(move |tx| store::user(tx, school, user)).await?;
    Ok(account.ok_or(WebError::NotFound)?.login)
}

async fn overview(
    reader: &Reader,
    cookies: Cookies,
    headers: &HeaderMap,
    form: &Form,
    done: Option<&str>,
) -> Result<Page, WebError> {
    let lang = reader.lang;
    let user = reader.actor.user.ok_or(WebError::NotFound)?;
    let found = reader.app.db.read(move |tx| {
        let known = factors::factors(tx, user)?;
        Ok::<_, AccountsError>((known, factors::passkeys(tx, user)?))
    });
    let (known, passkeys) = found.await?;
    let has_party = passkeys::party(&reader.app, cookies, headers).is_some();
    let asks = asks_password(reader, known.any());
    let title = msg!(lang, "accounts-second-factor");
    let body = html! {
        @if !reader.must_enrol { (back_link(&msg!(lang, "accounts-account"), ACCOUNT_PATH)) }
        (page_head(&title, Markup::default()))
        @match done {
            Some("added") => (alert(Tone::Good, &msg!(lang, "accounts-factor-added"), "")),
            Some("removed") => (alert(Tone::Good, &msg!(lang, "accounts-factor-removed"), "")),
            _ => {},
        }
        @for fault in form.faults().iter().filter(|fault| fault.field.is_empty()) { (alert(Tone::Bad, &fault.sentence, "")) }
        @if reader.must_enrol { (alert(Tone::Warn, &msg!(lang, "accounts-factor-needed"), &msg!(lang, "accounts-factor-needed-how"))) }
        @else { p .quiet { (msg!(lang, "accounts-factor-why")) } }
        (card(&msg!(lang, "accounts-app"), app_part(lang, &known, asks)))
        (card(&msg!(lang, "accounts-passkeys"), passkeys_part(reader, &passkeys, has_party, asks)))
        @if known.any() { (card(&msg!(lang, "accounts-codes"), codes_part(lang, &known, asks))) }
    };
    Ok(framed(reader, title, body))
}

/// The password, where it is wanted.
fn password(lang: Lang, asks: bool) -> Markup {
    html! {
        @if asks {
            (Field::password("current", msg!(lang, "accounts-password-current"), &Form::blank()).required().attr("autocomplete", "current-password"))
        }
    }
}

/// A button that does it at once, or asks for the password first.
fn doer(lang: Lang, asks: bool, id: &str, action: &str, label: String, what: &str, sign: Icon) -> Markup {
    html! {
        @if asks {
            (form_actions(html! { (Button::plain(label.clone()).icon(sign).opens(id)) }))
            (confirm_dialog(lang, id, &label, what, action, &password(lang, asks), &Button::primary(msg!(lang, "accounts-go-on"))))
        } @else {
            form method="post" action=(action) { (form_actions(html! { (Button::plain(label).icon(sign)) })) }
        }
    }
}

fn app_part(lang: Lang, known: &Factors, asks: bool) -> Markup {
    let what = msg!(lang, "accounts-factor-prove");
    html! {
        @if known.apps > 0 {
            p { (badge(Tone::Good, &msg!(lang, "accounts-factor-on"))) " " (msg!(lang, "accounts-app-on")) }
            (doer(lang, asks, "remove-app", REMOVE_APP, msg!(lang, "accounts-app-remove"), &what, Icon::Trash))
        } @else {
            p { (msg!(lang, "accounts-app-how")) }
            (doer(lang, asks, "add-app", APP, msg!(lang, "accounts-app-add"), &what, Icon::Qrcode))
        }
    }
}

fn passkeys_part(reader: &Reader, passkeys: &[PasskeyRow], has_party: bool, asks: bool) -> Markup {
    let (lang, zone) = (reader.lang, &reader.app.time_zone);
    let what = msg!(lang, "accounts-factor-prove");
    let columns = vec![
        Column::new(msg!(lang, "accounts-passkey-name")),
        Column::new(msg!(lang, "accounts-passkey-since")),
        Column::new(msg!(lang, "accounts-passkey-used")),
        Column::actions(msg!(lang, "accounts-actions")),
    ];
    let rows = passkeys.iter().map(|passkey| {
        Row::new(vec![
            html! { b { (passkey.name) } },
            moment(lang, passkey.created_at, zone),
            passkey.last_used_at.map_or_else(|| cell(msg!(lang, "accounts-passkey-unused")), |at| moment(lang, at, zone)),
            html! {
                (Button::quiet(msg!(lang, "accounts-passkey-remove")).icon(Icon::Trash).only_icon().opens(format!("remove-{}", passkey.id)))
            },
        ])
    });
    html! {
        p { (msg!(lang, "accounts-passkeys-how")) }
        @if !passkeys.is_empty() { (Table::new(lang, msg!(lang, "accounts-passkeys"), columns).rows(rows)) }
        @for passkey in passkeys {
            (confirm_dialog(lang, &format!("remove-{}", passkey.id), &msg!(lang, "accounts-passkey-remove-ask", name = passkey.name.as_str()), &what,
                &format!("{PASSKEY}/{}/remove", passkey.id), &password(lang, asks), &Button::danger(msg!(lang, "accounts-passkey-remove"))))
        }
        @if has_party {
            (doer(lang, asks, "add-passkey", PASSKEY, msg!(lang, "accounts-passkey-add"), &what, Icon::Key))
        } @else {
            (alert(Tone::Info, &msg!(lang, "accounts-passkeys-not-here"), &passkeys::not_here(lang)))
        }
    }
}

fn codes_part(lang: Lang, known: &Factors, asks: bool) -> Markup {
    let (left, all) = (known.codes, RECOVERY_CODES);
    html! {
        p {
            @if left < 3 { (badge(Tone::Warn, &msg!(lang, "accounts-codes-few"))) " " }
            (msg!(lang, "accounts-codes-left", left = left, all = all))
        }
        p .quiet { (msg!(lang, "accounts-codes-how")) }
        (doer(lang, asks, "new-codes", CODES, msg!(lang, "accounts-codes-new"), &msg!(lang, "accounts-codes-new-how"), Icon::Refresh))
    }
}

/// The page within the navigation, or alone with a way out when nothing else is open.
fn framed(reader: &Reader, title: String, body: Markup) -> Page {
    if reader.must_enrol {
        alone(reader, title).page(with_way_out(reader, &body))
    } else {
        frame::page(reader, title, body)
    }
}

/// The same with the script that speaks to devices and prints.
fn framed_with_script(reader: &Reader, title: String, body: Markup) -> Page {
    if reader.must_enrol {
        alone(reader, title).script("passkey.js").page(with_way_out(reader, &body))
    } else {
        frame::shell(reader, title).script("passkey.js").page(body)
    }
}

fn alone(reader: &Reader, title: String) -> Shell {
    Shell::new(&reader.web, title).bare()
}

fn with_way_out(reader: &Reader, body: &Markup) -> Markup {
    html! {
        (body)
        form method="post" action=(SIGN_OUT_PATH) {
            (form_actions(html! { (Button::quiet(msg!(reader.lang, "accounts-sign-out")).icon(Icon::Logout)) }))
        }
    }
}
