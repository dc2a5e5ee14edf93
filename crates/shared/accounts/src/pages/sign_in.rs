//! The sign-in page.

use std::sync::atomic::Ordering;

use i18n::{Lang, msg, text};
use kernel::micros;
use tokio::time::{Duration, Instant};
use web::{
    Cookies, Filters, Form, HeaderMap, HeaderValue, IntoResponse, Markup, Page, Redirect, Response, Shell, StatusCode,
    WebError,
    components::{Button, Column, Field, Icon, Row, Table, Tone, alert, card, cell, hidden},
    html, local_path,
};

use super::{browsers, no_cookies, resume, second_step};
use crate::{
    AccountsError, App, Ctx, DemoUser,
    factors::STEP_TIME,
    login::Login,
    ops::{self, Newcomer, News, SignIn, Verdict},
    password::PasswordHash,
    peer::Peer,
    reader::Visitor,
    session::{ABSOLUTE, SignedIn, token_of},
    token::SessionToken,
};

/// A refusal is said no earlier than this after the form came, so that its time tells nothing about which logins exist or are closed.
pub(super) const REFUSAL_TIME: Duration = Duration::from_millis(400);
/// Sessions that are over are forgotten so often.
const SWEPT_EVERY_US: i64 = 3600 * 1_000_000;

pub(super) async fn form(visitor: Visitor, filters: Filters, cookies: Cookies, headers: HeaderMap) -> Response {
    let next = local_path(filters.get("next").unwrap_or_default()).unwrap_or("/").to_owned();
    if visitor.actor.is_some() {
        return Redirect::to(&next).into_response();
    }
    // The form that comes back shows by it that the browser keeps cookies.
    let probe = (!cookies.are_kept(&headers)).then(|| web::set_cookie(cookies.set_probe()));
    (probe, page(&visitor, &Form::filled([("next", next)]))).into_response()
}

pub(super) async fn submit(
    visitor: Visitor,
    peer: Peer,
    headers: HeaderMap,
    cookies: Cookies,
    mut form: Form,
) -> Result<Response, WebError> {
    let (begun, app) = (Instant::now(), &visitor.app);
    if let Some(address) = peer.address
        && let Err(retry_after_s) = app.addresses.take(address, app.session_now())
    {
        tracing::warn!("an address has failed to sign in too often");
        return Err(WebError::TooMany { retry_after_s });
    }
    let by = Arrival::of(app, &peer, cookies, &headers);
    let verdict = try_to_sign_in(app, form.value("login"), form.value("password"), by.newcomer.clone()).await?;
    if verdict == Verdict::Refused {
        tokio::time::sleep_until(begun + REFUSAL_TIME).await;
        form.refuse("", msg!(visitor.lang, "accounts-sign-in-refused"));
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&visitor, &form)).into_response());
    }
    if let Some(address) = peer.address {
        app.addresses.give_back(address);
    }
    sweep(app).await;
    if verdict == Verdict::Second {
        let page = second_step::page(&visitor, &by, &headers, &form).await?;
        return Ok((web::set_cookie(by.step_cookie()), page).into_response());
    }
    let news = if let Verdict::SignedIn(news) = verdict { news } else { News(false) };
    Ok(arrived(&visitor, &by, &form, news))
}

/// A browser that wants to be signed in, and the token that it is given.
pub(super) struct Arrival {
    pub(super) newcomer: Newcomer,
    token: SessionToken,
    /// The mark that the browser is given, if it has none.
    new_mark: Option<SessionToken>,
    /// Whether the browser is known to keep cookies.
    keeps_cookies: bool,
    pub(super) cookies: Cookies,
}

impl Arrival {
    pub(super) fn of(app: &App, peer: &Peer, cookies: Cookies, headers: &HeaderMap) -> Self {
        let token = SessionToken::new(&app.ids);
        // The accounts of a demonstration are everybody's, so each browser would be news.
        let is_marked = app.demo_users.is_empty();
        let known = cookies.browser(headers).and_then(SessionToken::parse).filter(|_| is_marked);
        let new_mark = (is_marked && known.is_none()).then(|| SessionToken::new(&app.ids));
        let newcomer = Newcomer {
            token: token.hash(),
            challenge: app.ids.bytes(),
            replaces: token_of(cookies, headers).map(|token| token.hash()),
            step: cookies.sign_in(headers).and_then(SessionToken::parse).map(|token| token.hash()),
            mark: known.as_ref().or(new_mark.as_ref()).map(SessionToken::hash),
            address: peer.address.map(|address| address.to_string()).unwrap_or_default(),
            agent: peer.agent.clone(),
        };
        Self { newcomer, token, new_mark, keeps_cookies: cookies.are_kept(headers), cookies }
    }

    /// The cookie of a browser that waits for the second step.
    pub(super) fn step_cookie(&self) -> HeaderValue {
        self.cookies.set_sign_in(&self.token.to_cookie(), u32::try_from(STEP_TIME.as_secs()).unwrap_or(u32::MAX))
    }
}

/// Answers a browser that is signed in now: with the page that was wanted, or the form that waits.
pub(super) fn arrived(visitor: &Visitor, by: &Arrival, form: &Form, news: News) -> Response {
    let max_age_s = u32::try_from(ABSOLUTE.as_secs()).unwrap_or(u32::MAX);
    let session = by.cookies.set_session(&by.token.to_cookie(), max_age_s);
    let cookies = web::set_cookies([session, by.cookies.clear_sign_in()]);
    let mark = by.new_mark.as_ref().map(|mark| web::set_cookies([by.cookies.set_browser(&mark.to_cookie())]));
    let next = local_path(form.value("next")).unwrap_or("/");
    if !by.keeps_cookies {
        // Led on, such a browser would come back here for ever: the next page sees whether the session's cookie was kept.
        let way = web::address(no_cookies::PATH, [("next", next)]);
        return (cookies, mark, Redirect::to(&way)).into_response();
    }
    match resume::page(visitor, form) {
        Some(page) => (cookies, mark, page).into_response(),
        None if news.0 => {
            (cookies, mark, Redirect::to(&web::address(browsers::NEWS, [("next", next)]))).into_response()
        }
        None => (cookies, mark, Redirect::to(next)).into_response(),
    }
}

/// Whether login and password fit, and what they open.
async fn try_to_sign_in(app: &App, login: &str, password: &str, by: Newcomer) -> Result<Verdict, AccountsError> {
    let account = match Login::parse(login) {
        Ok(login) => app.db.read(move |tx| ops::lock_of(tx, &login)).await?,
        Err(_) => None,
    };
    let checked = account.as_ref().map_or_else(PasswordHash::of_nobody, |(_, hash)| hash.clone());
    let is_right = {
        let (checked, password) = (checked.clone(), password.to_owned());
        app.hashing.run(move || checked.is_of(&password)).await?
    };
    let Some((user, _)) = account else { return Ok(Verdict::Refused) };
    let try_ = SignIn { user, checked, is_right, by };
    let (now, ids) = (app.session_now(), app.ids.clone());
    app.db.write(move |tx| ops::sign_in(tx, now, &ids, &try_)).await
}

/// Forgets old sessions now and then; a failure only leaves them lying.
async fn sweep(app: &App) {
    let now = app.session_now();
    let last = app.swept_at.load(Ordering::Relaxed);
    let is_due = last.saturating_add(SWEPT_EVERY_US) <= micros(now);
    if is_due && app.swept_at.compare_exchange(last, micros(now), Ordering::Relaxed, Ordering::Relaxed).is_ok() {
        match app.db.write(move |tx| ops::forget_sessions(tx, now)).await {
            Ok(count) => tracing::debug!(count, "old sessions are forgotten"),
            Err(error) => tracing::warn!(%error, "old sessions could not be forgotten"),
        }
    }
}

/// Ends the session of the cookie, if it is one; the cookie goes in any case.
pub(super) async fn sign_out(
    visitor: Visitor,
    signed_in: Option<web::Extension<SignedIn>>,
    cookies: Cookies,
) -> Result<Response, WebError> {
    if let Some(web::Extension(SignedIn { actor, session, .. })) = signed_in {
        let ctx = Ctx {
            now: visitor.app.clock.now(),
            ids: visitor.app.ids.clone(),
            actor: (*actor).clone(),
            pace: visitor.app.clock.pace(),
        };
        visitor.app.db.write(move |tx| ops::sign_out(tx, &ctx, &session)).await?;
    }
    Ok((web::set_cookie(cookies.clear_session()), Redirect::to(web::SIGN_IN_PATH)).into_response())
}

pub(super) fn page(visitor: &Visitor, form: &Form) -> Page {
    page_with(visitor, form, &Markup::default())
}

/// The page that answers a form for which the session was over: it says whether the form is kept.
pub(super) fn page_after_end(visitor: &Visitor, form: &Form) -> Page {
    let lang = visitor.lang;
    let how = match form.text(resume::PATH) {
        Some(_) => msg!(lang, "accounts-session-over-kept"),
        None => msg!(lang, "accounts-session-over-lost"),
    };
    page_with(visitor, form, &alert(Tone::Warn, &msg!(lang, "accounts-session-over"), &how))
}

pub(super) fn page_with(visitor: &Visitor, form: &Form, above: &Markup) -> Page {
    let lang = visitor.lang;
    let title = msg!(lang, "accounts-sign-in");
    let body = html! {
        h1 { (title) }
        (above)
        @for fault in form.faults() { (alert(Tone::Bad, &fault.sentence, &msg!(lang, "accounts-sign-in-refused-how"))) }
        form .card.form method="post" action=(web::SIGN_IN_PATH) {
            (kept(form))
            (Field::text("login", msg!(lang, "accounts-login"), form).required().attr("autocomplete", "username")
                .attr("autocapitalize", "none").attr("spellcheck", "false").attr("autofocus", ""))
            (Field::password("password", msg!(lang, "accounts-password"), form).required().attr("autocomplete", "current-password"))
            div .form-actions { (Button::primary(msg!(lang, "accounts-sign-in-do")).icon(Icon::Login)) }
        }
        @if visitor.has_passkeys {
            form .form-actions method="post" action=(second_step::PASSKEY_PATH) {
                (kept(form))
                (Button::quiet(msg!(lang, "accounts-sign-in-passkey")).icon(Icon::Key))
            }
        }
        @if visitor.app.demo_users.is_empty() {
            p .quiet { (msg!(lang, "accounts-sign-in-help")) }
        } @else {
            (demo_users(lang, &visitor.app.demo_users, &kept(form)))
        }
    };
    Shell::new(&visitor.web, title).bare().page(body)
}

/// Where one goes on afterwards, and the form that waits for it.
pub(super) fn kept(form: &Form) -> Markup {
    html! {
        (hidden("next", form.value("next")))
        @if form.text(resume::PATH).is_some() {
            (hidden(resume::PATH, form.value(resume::PATH)))
            (hidden(resume::BODY, form.value(resume::BODY)))
        }
    }
}

/// The made-up users of the demonstration, each with a button that signs in.
fn demo_users(lang: Lang, users: &[DemoUser], kept: &Markup) -> Markup {
    let columns = vec![
        Column::new(msg!(lang, "accounts-demo-who")),
        Column::new(msg!(lang, "accounts-login")),
        Column::new(msg!(lang, "accounts-password")),
        Column::actions(msg!(lang, "accounts-sign-in-do")),
    ];
    let rows = users.iter().map(|user| {
        let who = text(lang, user.role_key, &[]);
        let sign_in = html! {
            form method="post" action=(web::SIGN_IN_PATH) {
                (kept) (hidden("login", &user.login)) (hidden("password", &user.password))
                (Button::plain(msg!(lang, "accounts-sign-in-do")).attr("aria-label", msg!(lang, "accounts-demo-sign-in-as", who = who.as_str())))
            }
        };
        Row::new(vec![cell(&who), html! { code { (user.login) } }, html! { code { (user.password) } }, sign_in])
    });
    let title = msg!(lang, "accounts-demo");
    card(
        &title,
        html! {
            p { (msg!(lang, "accounts-demo-how")) }
            (Table::new(lang, title.as_str(), columns).rows(rows))
        },
    )
}
