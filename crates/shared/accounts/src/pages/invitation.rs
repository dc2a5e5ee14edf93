//! The page of a link by which somebody chooses the password of an account.

use i18n::{msg, text};
use web::{
    Cookies, Form, HeaderMap, IntoResponse, Page, Path, Response, Shell, StatusCode, WebError,
    components::{Button, Field, Icon, LinkButton, Tone, alert, cell, facts, form_actions, hidden},
    html,
};

use super::{
    second_factor, second_step,
    sign_in::{Arrival, arrived},
};
use crate::{
    AccountsError,
    invitations::{self, InvitationToken, Opened},
    ops::Verdict,
    password::NewPassword,
    peer::Peer,
    reader::Visitor,
};

/// Where links lead.
pub(super) const PATH: &str = "/invitation/{token}";
/// The part before the token.
pub(super) const START: &str = "/invitation/";

pub(super) async fn show(visitor: Visitor, Path(token): Path<String>) -> Result<Response, WebError> {
    match opened(&visitor, &token).await? {
        Some((_, found)) => Ok(view(&visitor, &token, &found, &Form::blank()).into_response()),
        None => Ok(over(&visitor)),
    }
}

/// Takes the password that was chosen, and signs in.
pub(super) async fn choose(
    visitor: Visitor,
    Path(path): Path<String>,
    peer: Peer,
    headers: HeaderMap,
    cookies: Cookies,
    mut form: Form,
) -> Result<Response, WebError> {
    let (lang, app) = (visitor.lang, &visitor.app);
    let Some((token, found)) = opened(&visitor, &path).await? else { return Ok(over(&visitor)) };
    let new = NewPassword::parse(form.value("new"), &found.login);
    if let Err(error) = &new {
        form.refuse("new", text(lang, error.key(), &[]));
    }
    if form.value("again") != form.value("new") {
        form.refuse("again", msg!(lang, "accounts-password-again-differs"));
    }
    let (Ok(new), true) = (new, form.is_ok()) else {
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, view(&visitor, &path, &found, &form)).into_response());
    };
    let ids = app.ids.clone();
    let hash = app.hashing.run(move || new.hash(&ids)).await?;
    let by = Arrival::of(app, &peer, cookies, &headers);
    let (now, ids, newcomer, token) = (app.session_now(), app.ids.clone(), by.newcomer.clone(), token.hash());
    let come = app.db.write(move |tx| invitations::accept(tx, now, &ids, &token, &hash, &newcomer)).await?;
    match come {
        None | Some(Verdict::Refused) => Ok(over(&visitor)),
        Some(Verdict::Second) => {
            let page = second_step::page(&visitor, &by, &headers, &Form::blank()).await?;
            Ok((web::set_cookie(by.step_cookie()), page).into_response())
        }
        // The second factor is the next thing to be done, wanted or offered.
        Some(Verdict::SignedIn(news)) => {
            Ok(arrived(&visitor, &by, &Form::filled([("next", second_factor::PATH)]), news))
        }
    }
}

/// Whom the link is for; nothing when it is not good.
async fn opened(visitor: &Visitor, token: &str) -> Result<Option<(InvitationToken, Opened)>, AccountsError> {
    let Some(token) = InvitationToken::parse(token) else { return Ok(None) };
    let (hash, now) = (token.hash(), visitor.app.session_now());
    let found = visitor.app.db.read(move |tx| invitations::opened(tx, &hash, now)).await?;
    Ok(found.map(|found| (token, found)))
}

/// What a link says that is not good any more: what to do next.
fn over(visitor: &Visitor) -> Response {
    let lang = visitor.lang;
    let title = msg!(lang, "accounts-invitation");
    let body = html! {
        h1 { (title) }
        (alert(Tone::Warn, &msg!(lang, "accounts-invitation-over"), &msg!(lang, "accounts-invitation-over-how")))
        p { (LinkButton::primary(msg!(lang, "accounts-sign-in"), web::SIGN_IN_PATH).icon(Icon::Login)) }
    };
    (StatusCode::GONE, Shell::new(&visitor.web, title).bare().page(body)).into_response()
}

fn view(visitor: &Visitor, token: &str, found: &Opened, form: &Form) -> Page {
    let lang = visitor.lang;
    let title = msg!(lang, "accounts-invitation");
    let body = html! {
        h1 { (title) }
        form .card.form method="post" action={ (START) (token) } {
            (facts(&[
                (&msg!(lang, "accounts-name"), cell(&found.name)),
                (&msg!(lang, "accounts-login"), html! { code { (found.login) } }),
                (&msg!(lang, "accounts-school"), cell(found.school.in_lang(lang))),
            ]))
            p { (msg!(lang, "accounts-invitation-how")) }
            // Password keepers want to know whose password it is.
            input type="text" name="username" value=(found.login) autocomplete="username" hidden;
            (hidden("next", ""))
            (Field::password("new", msg!(lang, "accounts-password-new"), form).required().help(msg!(lang, "accounts-password-rule"))
                .attr("autocomplete", "new-password").attr("minlength", NewPassword::MIN_LETTERS.to_string()).attr("autofocus", ""))
            (Field::password("again", msg!(lang, "accounts-password-again"), form).required().attr("autocomplete", "new-password"))
            (form_actions(html! { (Button::primary(msg!(lang, "accounts-invitation-do")).icon(Icon::Check)) }))
        }
    };
    Shell::new(&visitor.web, title).bare().page(body)
}
