//! The second step of signing in: a code, or a passkey; and a passkey alone.
//!
//! Between the steps the browser holds a token that opens nothing but this, for five minutes; each step gives it another one.

use i18n::msg;
use tokio::time::Instant;
use web::{
    Cookies, Form, HeaderMap, IntoResponse, Markup, Page, Redirect, Response, Shell, StatusCode, WebError,
    components::{Button, Field, Icon, LinkButton, Tone, alert, card, form_actions},
    html,
};

use super::{
    no_cookies,
    passkeys::{self, Asked},
    sign_in::{self, Arrival, REFUSAL_TIME, arrived},
};
use crate::{
    AccountsError,
    factors::{self, Challenge, Factors, Proof},
    ops::{self, Second},
    peer::Peer,
    reader::Visitor,
};

/// Where the second step is sent.
pub(super) const PATH: &str = "/sign-in/second";
/// Where a passkey alone begins.
pub(super) const PASSKEY_PATH: &str = "/sign-in/passkey";

/// The page is made by the answer to the first step; whoever comes to its address anew begins anew.
pub(super) async fn begin_anew() -> Redirect {
    Redirect::to(web::SIGN_IN_PATH)
}

/// Lets somebody sign in with a passkey alone.
pub(super) async fn passkey(
    visitor: Visitor,
    peer: Peer,
    headers: HeaderMap,
    cookies: Cookies,
    form: Form,
) -> Result<Response, WebError> {
    take_turn(&visitor, &peer)?;
    let by = Arrival::of(&visitor.app, &peer, cookies, &headers);
    let (newcomer, now) = (by.newcomer.clone(), visitor.app.session_now());
    visitor.app.db.write(move |tx| ops::begin_passkey_step(tx, now, &newcomer)).await?;
    let page = page(&visitor, &by, &headers, &form).await?;
    Ok((web::set_cookie(by.step_cookie()), page).into_response())
}

/// Takes a code or the answer of a passkey.
pub(super) async fn submit(
    visitor: Visitor,
    peer: Peer,
    headers: HeaderMap,
    cookies: Cookies,
    mut form: Form,
) -> Result<Response, WebError> {
    let begun = Instant::now();
    let lang = visitor.lang;
    take_turn(&visitor, &peer)?;
    let by = Arrival::of(&visitor.app, &peer, cookies, &headers);
    let proof = proof_of(&visitor, cookies, &headers, &form);
    let (app, vault, newcomer) = (&visitor.app, visitor.app.vault.clone(), by.newcomer.clone());
    let (now, ids) = (app.session_now(), app.ids.clone());
    let came = app.db.write(move |tx| ops::second_step(tx, &vault, now, &ids, &proof, &newcomer)).await?;
    match came {
        Second::SignedIn(news) => {
            if let Some(address) = peer.address {
                app.addresses.give_back(address);
            }
            Ok(arrived(&visitor, &by, &form, news))
        }
        Second::Refused => {
            tokio::time::sleep_until(begun + REFUSAL_TIME).await;
            if form.text("credential").is_some() {
                form.refuse("", msg!(lang, "accounts-passkey-refused"));
            } else {
                form.refuse("code", msg!(lang, "accounts-code-refused"));
            }
            let page = page(&visitor, &by, &headers, &form).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, web::set_cookie(by.step_cookie()), page).into_response())
        }
        Second::Gone if !cookies.are_kept(&headers) => Ok(no_cookies::page(&visitor)),
        Second::Gone => {
            let gone = alert(Tone::Warn, &msg!(lang, "accounts-second-gone"), &msg!(lang, "accounts-second-gone-how"));
            let page = sign_in::page_with(&visitor, &form, &gone);
            Ok((StatusCode::UNPROCESSABLE_ENTITY, web::set_cookie(cookies.clear_sign_in()), page).into_response())
        }
    }
}

/// Tries of one address are counted as those of passwords are.
fn take_turn(visitor: &Visitor, peer: &Peer) -> Result<(), WebError> {
    if let Some(address) = peer.address
        && let Err(retry_after_s) = visitor.app.addresses.take(address, visitor.app.session_now())
    {
        tracing::warn!("an address has failed to sign in too often");
        return Err(WebError::TooMany { retry_after_s });
    }
    Ok(())
}

fn proof_of(visitor: &Visitor, cookies: Cookies, headers: &HeaderMap, form: &Form) -> Proof {
    if form.text("credential").is_none() {
        return Proof::typed(form.value("code"));
    }
    let party = passkeys::party(&visitor.app, cookies, headers);
    match (party, passkeys::answer(form)) {
        (Some(party), Some(answer)) => Proof::Passkey(party, answer),
        _ => Proof::Nothing,
    }
}

/// The page of a sign-in that waits with this arrival's token.
pub(super) async fn page(visitor: &Visitor, by: &Arrival, headers: &HeaderMap, form: &Form) -> Result<Page, WebError> {
    let (token, now) = (by.newcomer.token, visitor.app.session_now());
    let waiting = visitor.app.db.read(move |tx| {
        let step = factors::step(tx, &token, now)?;
        let of_user = match step.as_ref().and_then(|step| step.user_id) {
            Some(user) => Some(factors::factors(tx, user)?),
            None => None,
        };
        Ok::<_, AccountsError>(step.map(|step| (step.challenge, of_user)))
    });
    let Some((challenge, of_user)) = waiting.await? else {
        return Ok(sign_in::page(visitor, form));
    };
    Ok(view(visitor, by.cookies, headers, form, &challenge, of_user.as_ref()))
}

/// `of_user`: what the account has; nothing when a passkey is to say who it is.
fn view(
    visitor: &Visitor,
    cookies: Cookies,
    headers: &HeaderMap,
    form: &Form,
    challenge: &Challenge,
    of_user: Option<&Factors>,
) -> Page {
    let lang = visitor.lang;
    let party = passkeys::party(&visitor.app, cookies, headers);
    let title = if of_user.is_some() { msg!(lang, "accounts-second") } else { msg!(lang, "accounts-sign-in-passkey") };
    let wants_passkey = of_user.is_none_or(|known| known.passkeys > 0);
    let body = html! {
        h1 { (title) }
        @for fault in form.faults().iter().filter(|fault| fault.field.is_empty()) { (alert(Tone::Bad, &fault.sentence, "")) }
        @if wants_passkey {
            @match &party {
                Some(party) => (card("", passkey_form(visitor, form, &Asked { party, challenge }))),
                None => (alert(Tone::Warn, &msg!(lang, "accounts-passkeys-not-here"), &passkeys::not_here(lang))),
            }
        }
        @if let Some(known) = of_user { (code_form(visitor, form, known, wants_passkey && party.is_some())) }
        p { (LinkButton::quiet(msg!(lang, "accounts-second-anew"), web::SIGN_IN_PATH).icon(Icon::ArrowLeft)) }
    };
    Shell::new(&visitor.web, title).bare().script("passkey.js").page(body)
}

fn passkey_form(visitor: &Visitor, form: &Form, asked: &Asked<'_>) -> Markup {
    let lang = visitor.lang;
    passkeys::form_to_use(
        lang,
        asked,
        PATH,
        &html! {
            (sign_in::kept(form))
            p { (msg!(lang, "accounts-passkey-use-how")) }
            (form_actions(html! { (Button::primary(msg!(lang, "accounts-passkey-use")).icon(Icon::Key)) }))
        },
    )
}

/// `is_other`: a passkey comes first, and the page has one main action.
fn code_form(visitor: &Visitor, form: &Form, known: &Factors, is_other: bool) -> Markup {
    let lang = visitor.lang;
    let (label, help) = if known.apps > 0 {
        (msg!(lang, "accounts-code"), msg!(lang, "accounts-code-help"))
    } else {
        (msg!(lang, "accounts-code-written"), msg!(lang, "accounts-code-written-help"))
    };
    let blank = form.fault("code").map(|fault| {
        let mut blank = Form::blank();
        blank.refuse("code", fault);
        blank
    });
    let mut field = Field::text("code", label, blank.as_ref().unwrap_or(&Form::blank())).required().help(help);
    field =
        field.attr("autocomplete", "one-time-code").attr("autocapitalize", "characters").attr("spellcheck", "false");
    if known.apps > 0 {
        field = field.attr("autofocus", "");
    }
    html! {
        form .card.form method="post" action=(PATH) {
            (sign_in::kept(form))
            (field)
            @let label = msg!(lang, "accounts-sign-in-do");
            (form_actions(html! { (if is_other { Button::plain(label) } else { Button::primary(label) }.icon(Icon::Login)) }))
        }
    }
}
