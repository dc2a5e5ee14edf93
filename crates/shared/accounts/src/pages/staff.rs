//! Accounts of the school, for those who look after them: a new one, and everything about one.

use std::collections::BTreeSet;

use i18n::{Lang, msg, msg_dyn};
use jiff::Timestamp;
use kernel::UserId;
use web::{
    Cookies, Filters, Form, HeaderMap, IntoResponse, Markup, Page, Path, Redirect, Response, StatusCode, WebError,
    components::{
        Button, Choice, Field, Icon, LinkButton, Tone, alert, back_link, badge, card, cell, choices, confirm_dialog,
        facts, form_actions, form_faults, moment, page_head, qr_code,
    },
    header, html,
};

use super::invitation;
use crate::{
    AccountsError, User, UserStatus,
    factors::{self, Factors},
    frame,
    invitations::{self, Invitation, InvitationToken},
    ops::{self, NewUser},
    queries,
    reader::Reader,
    rights::StaffRole,
    session::{IDLE, before},
    store,
};

/// The list, which the register shows: it knows the persons who use them.
pub(super) const LIST: &str = "/accounts";
pub(super) const NEW: &str = "/accounts/new";
pub(super) const ONE: &str = "/accounts/{id}";
pub(super) const INVITE: &str = "/accounts/{id}/invite";
pub(super) const UNINVITE: &str = "/accounts/{id}/invite/revoke";
pub(super) const RESET_FACTORS: &str = "/accounts/{id}/factors/reset";
pub(super) const END_SESSIONS: &str = "/accounts/{id}/sessions/end";
pub(super) const ROLES: &str = "/accounts/{id}/roles";
pub(super) const STATUS: &str = "/accounts/{id}/status";

pub(super) async fn new_form(reader: Reader) -> Page {
    new_page(&reader, &Form::filled([("lang", reader.lang.code())]))
}

/// Adds an account without a password, and shows the link by which it is chosen.
pub(super) async fn add(
    reader: Reader,
    cookies: Cookies,
    headers: HeaderMap,
    mut form: Form,
) -> Result<Response, WebError> {
    let lang = reader.lang;
    let chosen = form.choice(lang, "lang", Lang::parse);
    let roles: Vec<StaffRole> = form.values("role").filter_map(StaffRole::parse).collect();
    let new =
        NewUser::invited(form.value("login"), form.value("name"), reader.actor.school, roles, chosen.unwrap_or(lang));
    let refusal = match (new, form.is_ok()) {
        (Ok(new), true) => {
            let (ctx, now) = (reader.ctx(), reader.app.session_now());
            let added = reader.app.db.write(move |tx| {
                let user = ops::add_user(tx, &ctx, &new)?;
                Ok::<_, AccountsError>((user, invitations::invite(tx, &ctx, user, now)?))
            });
            match added.await {
                Ok((user, token)) => return link_page(&reader, cookies, &headers, user, &token).await,
                Err(error) => error,
            }
        }
        (Err(error), _) => error,
        (Ok(_), false) => return Ok((StatusCode::UNPROCESSABLE_ENTITY, new_page(&reader, &form)).into_response()),
    };
    match refusal {
        AccountsError::Login(error) => form.refuse("login", i18n::text(lang, error.key(), &[])),
        AccountsError::LoginTaken(_) => form.refuse("login", msg!(lang, "accounts-login-taken")),
        AccountsError::Name => form.refuse("name", msg!(lang, "accounts-name-fault")),
        AccountsError::NoRole => form.refuse("role", msg!(lang, "accounts-role-none")),
        error => return Err(error.into()),
    }
    Ok((StatusCode::UNPROCESSABLE_ENTITY, new_page(&reader, &form)).into_response())
}

fn new_page(reader: &Reader, form: &Form) -> Page {
    let lang = reader.lang;
    let title = msg!(lang, "accounts-new");
    let roles = role_choices(lang);
    let languages = Lang::ALL.into_iter().map(|choice| Choice::new(choice.code(), choice.native_name())).collect();
    let body = html! {
        (back_link(&msg!(lang, "accounts-all"), LIST))
        (page_head(&title, Markup::default()))
        (form_faults(lang, form))
        (card("", html! {
            p { (msg!(lang, "accounts-new-how")) }
            form .form method="post" action=(NEW) {
                (Field::text("name", msg!(lang, "accounts-name"), form).required().attr("maxlength", "120").attr("autocomplete", "off"))
                (Field::text("login", msg!(lang, "accounts-login"), form).required().help(msg!(lang, "accounts-login-help"))
                    .attr("maxlength", "64").attr("autocapitalize", "none").attr("autocomplete", "off").attr("spellcheck", "false"))
                (choices("role", &msg!(lang, "accounts-roles"), form, &roles))
                (Field::select("lang", msg!(lang, "accounts-language"), form, languages).short())
                (form_actions(html! { (Button::primary(msg!(lang, "accounts-new-do")).icon(Icon::UserPlus)) }))
            }
        }))
    };
    frame::page(reader, title, body)
}

/// Makes a link: for an account that has no password yet, or in the place of one that is forgotten.
pub(super) async fn invite(
    reader: Reader,
    Path(id): Path<String>,
    cookies: Cookies,
    headers: HeaderMap,
) -> Result<Response, WebError> {
    let user = user_id(&id)?;
    let (ctx, now) = (reader.ctx(), reader.app.session_now());
    let token = reader.app.db.write(move |tx| invitations::invite(tx, &ctx, user, now)).await?;
    link_page(&reader, cookies, &headers, user, &token).await
}

/// The link, for the only time: to be copied or printed.
async fn link_page(
    reader: &Reader,
    cookies: Cookies,
    headers: &HeaderMap,
    user: UserId,
    token: &InvitationToken,
) -> Result<Response, WebError> {
    let (lang, scope) = (reader.lang, reader.scope()?);
    let user = reader.app.db.read(move |tx| queries::user(tx, &scope, user)).await?.ok_or(WebError::NotFound)?;
    let link = format!("{}{}{}", origin(reader, cookies, headers), invitation::START, token.to_cookie());
    let title = msg!(lang, "accounts-invitation-for", name = user.name.as_str());
    let body = html! {
        (back_link(&user.name, &format!("{LIST}/{}", user.id)))
        (page_head(&title, Markup::default()))
        (alert(Tone::Good, &msg!(lang, "accounts-invitation-made"), &msg!(lang, "accounts-invitation-made-how")))
        (card("", html! {
            (facts(&[
                (&msg!(lang, "accounts-login"), html! { code { (user.login) } }),
                (&msg!(lang, "accounts-roles"), cell(frame::roles_in_words(lang, &user.roles))),
                (&msg!(lang, "accounts-school"), cell(reader.school_name())),
            ]))
            div .field.wide {
                label for="link" { (msg!(lang, "accounts-invitation-link")) }
                input #link readonly value=(link) spellcheck="false" autocomplete="off";
            }
            div .factor-qr { (qr_code(&link, &msg!(lang, "accounts-invitation-qr"))) }
            p .secret { (link) }
            (form_actions(html! {
                (Button::plain(msg!(lang, "accounts-copy")).attr("type", "button").attr("data-copy", "link")
                    .attr("data-copied", msg!(lang, "accounts-copied")).attr("aria-live", "polite"))
                (Button::plain(msg!(lang, "accounts-print")).icon(Icon::Printer).attr("type", "button").attr("data-print", ""))
                (LinkButton::primary(msg!(lang, "accounts-done"), format!("{LIST}/{}", user.id)))
            }))
        }))
    };
    Ok(frame::page(reader, title, body).into_response())
}

/// How this browser reaches us, so that the link does too.
fn origin(reader: &Reader, cookies: Cookies, headers: &HeaderMap) -> String {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    let scheme = if cookies.secure { "https" } else { "http" };
    reader.app.public_origin().map_or_else(|| format!("{scheme}://{host}"), str::to_owned)
}

pub(super) async fn uninvite(reader: Reader, Path(id): Path<String>) -> Result<Redirect, WebError> {
    let (user, ctx, now) = (user_id(&id)?, reader.ctx(), reader.app.session_now());
    known(&reader, user).await?;
    reader.app.db.write(move |tx| invitations::revoke_invitation(tx, &ctx, user, now)).await?;
    Ok(back(user, "uninvited"))
}

pub(super) async fn reset_factors(reader: Reader, Path(id): Path<String>) -> Result<Redirect, WebError> {
    let (user, ctx) = (user_id(&id)?, reader.ctx());
    reader.app.db.write(move |tx| factors::reset_factors(tx, &ctx, user)).await?;
    Ok(back(user, "factors"))
}

pub(super) async fn end_sessions(reader: Reader, Path(id): Path<String>) -> Result<Redirect, WebError> {
    let (user, ctx) = (user_id(&id)?, reader.ctx());
    reader.app.db.write(move |tx| ops::end_sessions_of(tx, &ctx, user)).await?;
    Ok(back(user, "sessions"))
}

pub(super) async fn change_status(reader: Reader, Path(id): Path<String>, form: Form) -> Result<Redirect, WebError> {
    let (user, ctx) = (user_id(&id)?, reader.ctx());
    let status = UserStatus::parse(form.value("status")).ok_or_else(|| WebError::BadInput(String::new()))?;
    reader
        .app
        .db
        .write(move |tx| match status {
            UserStatus::Active => ops::enable(tx, &ctx, user),
            UserStatus::Disabled => ops::disable(tx, &ctx, user),
        })
        .await?;
    Ok(back(user, status.as_str()))
}

/// Gives roles and takes them away.
pub(super) async fn change_roles(reader: Reader, Path(id): Path<String>, form: Form) -> Result<Redirect, WebError> {
    let (user, ctx) = (user_id(&id)?, reader.ctx());
    let roles: BTreeSet<StaffRole> = form.values("role").filter_map(StaffRole::parse).collect();
    match reader.app.db.write(move |tx| ops::set_roles(tx, &ctx, user, &roles)).await {
        Ok(_) => Ok(back(user, "roles")),
        Err(AccountsError::NoRole) => Ok(back(user, "no-role")),
        Err(error) => Err(error.into()),
    }
}

fn user_id(text: &str) -> Result<UserId, WebError> {
    text.parse().map_err(|_| WebError::NotFound)
}

fn back(user: UserId, done: &str) -> Redirect {
    Redirect::to(&format!("{LIST}/{user}?done={done}"))
}

async fn known(reader: &Reader, user: UserId) -> Result<User, WebError> {
    let scope = reader.scope()?;
    reader.app.db.read(move |tx| queries::user(tx, &scope, user)).await?.ok_or(WebError::NotFound)
}

/// What the page of an account shows.
struct Known {
    user: User,
    factors: Factors,
    sessions: usize,
    invitation: Option<Invitation>,
}

pub(super) async fn show(reader: Reader, Path(id): Path<String>, filters: Filters) -> Result<Page, WebError> {
    let (user, scope) = (user_id(&id)?, reader.scope()?);
    let now = reader.app.session_now();
    let found = reader.app.db.read(move |tx| {
        let Some(user) = queries::user(tx, &scope, user)? else { return Ok(None) };
        let factors = factors::factors(tx, user.id)?;
        let sessions = store::own_sessions(tx, user.id, now, before(now, IDLE))?.len();
        let invitation = invitations::latest(tx, scope.school(), user.id)?.into_iter().next();
        Ok::<_, AccountsError>(Some(Known { user, factors, sessions, invitation }))
    });
    let known = found.await?.ok_or(WebError::NotFound)?;
    let lang = reader.lang;
    let title = known.user.name.clone();
    let body = html! {
        (back_link(&msg!(lang, "accounts-all"), LIST))
        (page_head(&title, Markup::default()))
        (told(lang, filters.get("done")))
        (card(&msg!(lang, "accounts-one"), about(&reader, &known)))
        @if reader.actor.user == Some(known.user.id) {
            (alert(Tone::Info, &msg!(lang, "accounts-one-own"), &msg!(lang, "accounts-one-own-how")))
        } @else {
            (card(&msg!(lang, "accounts-roles"), roles_part(lang, &known.user)))
            (card(&msg!(lang, "accounts-one-sign-in"), entry_part(lang, &known, now)))
            (card(&msg!(lang, "accounts-one-close"), status_part(lang, &known.user)))
        }
    };
    Ok(frame::page(&reader, title, body))
}

fn told(lang: Lang, done: Option<&str>) -> Markup {
    let what = match done {
        Some("no-role") => return alert(Tone::Bad, &msg!(lang, "accounts-role-none"), ""),
        Some("roles") => msg!(lang, "accounts-done-roles"),
        Some("uninvited") => msg!(lang, "accounts-done-uninvited"),
        Some("factors") => msg!(lang, "accounts-done-factors"),
        Some("sessions") => msg!(lang, "accounts-done-sessions"),
        Some("active") => msg!(lang, "accounts-done-active"),
        Some("disabled") => msg!(lang, "accounts-done-disabled"),
        _ => return Markup::default(),
    };
    alert(Tone::Good, &what, "")
}

fn about(reader: &Reader, known: &Known) -> Markup {
    let (lang, user, zone) = (reader.lang, &known.user, &reader.app.time_zone);
    let status = match (user.status, user.has_password) {
        (UserStatus::Disabled, _) => badge(Tone::Plain, &msg!(lang, "accounts-status-disabled")),
        (UserStatus::Active, false) => badge(Tone::Warn, &msg!(lang, "accounts-status-invited")),
        (UserStatus::Active, true) => badge(Tone::Good, &msg!(lang, "accounts-status-active")),
    };
    let needs = reader.app.second_factor().is_needed_by(&user.roles);
    let factor = match (known.factors.any(), needs) {
        (true, _) => badge(Tone::Good, &msg!(lang, "accounts-factor-on")),
        (false, true) => badge(Tone::Warn, &msg!(lang, "accounts-factor-missing")),
        (false, false) => badge(Tone::Plain, &msg!(lang, "accounts-factor-off")),
    };
    facts(&[
        (&msg!(lang, "accounts-login"), html! { code { (user.login) } }),
        (&msg!(lang, "accounts-roles"), cell(frame::roles_in_words(lang, &user.roles))),
        (&msg!(lang, "accounts-status"), status),
        (&msg!(lang, "accounts-second-factor"), factor),
        (&msg!(lang, "accounts-since"), moment(lang, user.created_at, zone)),
        (&msg!(lang, "accounts-sessions-count"), cell(known.sessions.to_string())),
    ])
}

/// How somebody gets in: by a link, with a factor, and out of all browsers.
fn entry_part(lang: Lang, known: &Known, now: Timestamp) -> Markup {
    let (id, name) = (known.user.id, known.user.name.as_str());
    let waits = known
        .invitation
        .as_ref()
        .filter(|link| link.used_at.is_none() && link.revoked_at.is_none() && !known.user.has_password);
    let (label, what) = if known.user.has_password {
        (msg!(lang, "accounts-link-reset"), msg!(lang, "accounts-link-reset-what"))
    } else {
        (msg!(lang, "accounts-link-new"), msg!(lang, "accounts-link-new-what"))
    };
    html! {
        @match waits {
            Some(link) if link.expires_at > now => p { (msg!(lang, "accounts-link-waits")) },
            Some(_) => (alert(Tone::Warn, &msg!(lang, "accounts-link-over"), &msg!(lang, "accounts-link-over-how"))),
            None if !known.user.has_password => (alert(Tone::Warn, &msg!(lang, "accounts-link-none"), &msg!(lang, "accounts-link-over-how"))),
            None => {},
        }
        (form_actions(html! {
            (Button::plain(label.clone()).icon(Icon::Key).opens("invite"))
            @if waits.is_some_and(|link| link.expires_at > now) {
                (Button::quiet(msg!(lang, "accounts-link-revoke")).icon(Icon::X).opens("uninvite"))
            }
            @if known.factors.any() { (Button::quiet(msg!(lang, "accounts-factors-reset")).icon(Icon::ShieldLock).opens("reset-factors")) }
            @if known.sessions > 0 { (Button::quiet(msg!(lang, "accounts-sessions-end-all")).icon(Icon::Logout).opens("end-sessions")) }
        }))
        (confirm_dialog(lang, "invite", &msg!(lang, "accounts-link-ask", name = name), &what, &format!("{LIST}/{id}/invite"),
            &Markup::default(), &Button::primary(label)))
        (confirm_dialog(lang, "uninvite", &msg!(lang, "accounts-link-revoke-ask", name = name), &msg!(lang, "accounts-link-revoke-what"),
            &format!("{LIST}/{id}/invite/revoke"), &Markup::default(), &Button::danger(msg!(lang, "accounts-link-revoke"))))
        (confirm_dialog(lang, "reset-factors", &msg!(lang, "accounts-factors-reset-ask", name = name), &msg!(lang, "accounts-factors-reset-what"),
            &format!("{LIST}/{id}/factors/reset"), &Markup::default(), &Button::danger(msg!(lang, "accounts-factors-reset"))))
        (confirm_dialog(lang, "end-sessions", &msg!(lang, "accounts-sessions-end-all-ask", name = name), &msg!(lang, "accounts-sessions-end-all-what"),
            &format!("{LIST}/{id}/sessions/end"), &Markup::default(), &Button::danger(msg!(lang, "accounts-sessions-end-all"))))
    }
}

fn roles_part(lang: Lang, user: &User) -> Markup {
    let form = Form::filled(user.roles.iter().map(|role| ("role", role.as_str())));
    html! {
        form .form method="post" action={ (LIST) "/" (user.id) "/roles" } {
            (choices("role", &msg!(lang, "accounts-roles"), &form, &role_choices(lang)))
            p .quiet { (msg!(lang, "accounts-roles-how")) " " a href=(super::rights::PATH) { (msg!(lang, "accounts-rights")) } }
            (form_actions(html! { (Button::plain(msg!(lang, "accounts-roles-save")).icon(Icon::Check)) }))
        }
    }
}

fn role_choices(lang: Lang) -> Vec<Choice> {
    StaffRole::ALL
        .iter()
        .map(|role| Choice::new(role.as_str(), msg_dyn!(lang, "accounts-role-", role.as_str())))
        .collect()
}

fn status_part(lang: Lang, user: &User) -> Markup {
    let action = format!("{LIST}/{}/status", user.id);
    match user.status {
        UserStatus::Active => html! {
            p { (msg!(lang, "accounts-disable-how")) }
            (form_actions(html! { (Button::plain(msg!(lang, "accounts-disable")).icon(Icon::UserOff).opens("disable")) }))
            (confirm_dialog(lang, "disable", &msg!(lang, "accounts-disable-ask", name = user.name.as_str()), &msg!(lang, "accounts-disable-what"),
                &action, &web::components::hidden("status", "disabled"), &Button::danger(msg!(lang, "accounts-disable"))))
        },
        UserStatus::Disabled => html! {
            p { (msg!(lang, "accounts-enable-how")) }
            form method="post" action=(action) {
                (web::components::hidden("status", "active"))
                (form_actions(html! { (Button::plain(msg!(lang, "accounts-enable")).icon(Icon::UserCheck)) }))
            }
        },
    }
}
