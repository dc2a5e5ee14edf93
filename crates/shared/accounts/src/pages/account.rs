//! One's own account: who one is here, language and theme, password, sessions.

use ::store::StoreError;
use i18n::{Lang, msg, text};
use web::{
    Cookies, Filters, Form, IntoResponse, Markup, Page, Redirect, Response, StatusCode, Theme, WebError,
    components::{Button, Choice, Field, Icon, LinkButton, Tone, alert, card, cell, facts, page_head},
    html,
};

use super::{browsers, second_factor};
use crate::{
    AccountsError,
    frame::{self, ACCOUNT_PATH},
    login::Login,
    ops,
    password::{NewPassword, PasswordHash},
    reader::Reader,
    session::{IDLE, before},
    store,
};

pub(super) async fn show(reader: Reader, filters: Filters) -> Result<Page, WebError> {
    view(&reader, &Form::blank(), filters.get("done")).await
}

pub(super) async fn choose_language(reader: Reader, cookies: Cookies, form: Form) -> Result<Response, WebError> {
    let lang = Lang::parse(form.value("lang")).ok_or_else(|| WebError::BadInput(String::new()))?;
    let ctx = reader.ctx();
    reader.app.db.write(move |tx| ops::set_lang(tx, &ctx, lang)).await?;
    Ok((web::set_cookie(cookies.set_lang(lang)), Redirect::to(ACCOUNT_PATH)).into_response())
}

pub(super) async fn change_password(reader: Reader, mut form: Form) -> Result<Response, WebError> {
    match try_to_change(&reader, &mut form).await {
        Ok(true) => Ok(Redirect::to(&format!("{ACCOUNT_PATH}?done=password")).into_response()),
        Ok(false) | Err(AccountsError::WrongPassword) => {
            if form.is_ok() {
                form.refuse("current", msg!(reader.lang, "accounts-password-wrong"));
            }
            Ok((StatusCode::UNPROCESSABLE_ENTITY, view(&reader, &form, None).await?).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// Whether the password was replaced; if not, the form says why.
async fn try_to_change(reader: &Reader, form: &mut Form) -> Result<bool, AccountsError> {
    let (lang, app) = (reader.lang, &reader.app);
    let user = reader.actor.user.ok_or(AccountsError::NoSuchUser)?;
    let (login, checked) = own_lock(reader).await?;
    let new = NewPassword::parse(form.value("new"), &login);
    if let Err(error) = &new {
        form.refuse("new", text(lang, error.key(), &[]));
    }
    if form.value("again") != form.value("new") {
        form.refuse("again", msg!(lang, "accounts-password-again-differs"));
    }
    let (Ok(new), true) = (new, form.is_ok()) else { return Ok(false) };
    // Whoever sits down at an open page has to know the password too, and guesses it here no more often than at the door.
    let (guessed, ids, current) = (checked.clone(), app.ids.clone(), form.value("current").to_owned());
    let hashed = app.hashing.run(move || guessed.is_of(&current).then(|| new.hash(&ids))).await?;
    let (ctx, kept, now) = (reader.ctx(), reader.session, app.session_now());
    let changed = app.db.write(move |tx| {
        let proved = ops::judge(tx, now, &ctx.ids, user, &checked, hashed.is_some())?;
        match (&hashed, proved) {
            (Some(new), Some(_)) => ops::change_password(tx, &ctx, &checked, new, Some(&kept)).map(|()| true),
            _ => Ok::<_, AccountsError>(false),
        }
    });
    if !changed.await? {
        return Err(AccountsError::WrongPassword);
    }
    Ok(true)
}

/// The login of the reader's account, and the hash of its password.
async fn own_lock(reader: &Reader) -> Result<(Login, PasswordHash), AccountsError> {
    let user = reader.actor.user.ok_or(AccountsError::NoSuchUser)?;
    let scope = crate::Scope::of_program(reader.actor.school);
    let found = reader.app.db.read(move |tx| {
        let user = crate::queries::user(tx, &scope, user)?.ok_or(AccountsError::NoSuchUser)?;
        let login = Login::parse(&user.login)?;
        let account = ops::lock_of(tx, &login)?;
        Ok::<_, AccountsError>(account.map(|(_, hash)| (login, hash)))
    });
    found.await?.ok_or(AccountsError::NoSuchUser)
}

/// Whether this is the reader's password. A wrong one counts as at the door.
pub(super) async fn is_password(reader: &Reader, typed: &str) -> Result<bool, AccountsError> {
    let user = reader.actor.user.ok_or(AccountsError::NoSuchUser)?;
    let (_, checked) = own_lock(reader).await?;
    let (guessed, typed) = (checked.clone(), typed.to_owned());
    let is_right = reader.app.hashing.run(move || guessed.is_of(&typed)).await?;
    let (ids, now) = (reader.app.ids.clone(), reader.app.session_now());
    let judged = reader.app.db.write(move |tx| ops::judge(tx, now, &ids, user, &checked, is_right));
    Ok(judged.await?.is_some())
}

pub(super) async fn sign_out_elsewhere(reader: Reader) -> Result<Redirect, WebError> {
    let (ctx, kept) = (reader.ctx(), reader.session);
    reader.app.db.write(move |tx| ops::sign_out_elsewhere(tx, &ctx, &kept)).await?;
    Ok(Redirect::to(&format!("{ACCOUNT_PATH}?done=sessions")))
}

async fn view(reader: &Reader, form: &Form, done: Option<&str>) -> Result<Page, WebError> {
    let lang = reader.lang;
    let user = reader.actor.user.ok_or(WebError::NotFound)?;
    let (now, school) = (reader.app.session_now(), reader.actor.school);
    let found = reader.app.db.read(move |tx| {
        let sessions = store::own_sessions(tx, user, now, before(now, IDLE))?;
        Ok::<_, StoreError>((store::user(tx, school, user)?, sessions))
    });
    let (account, sessions) = found.await.map_err(WebError::internal)?;
    let login = account.ok_or(WebError::NotFound)?.login;
    let title = msg!(lang, "accounts-account");
    let body = html! {
        (page_head(&title, html! {
            (LinkButton::plain(msg!(lang, "accounts-second-factor"), second_factor::PATH).icon(Icon::ShieldLock))
            (LinkButton::plain(msg!(lang, "accounts-tokens"), "/account/tokens").icon(Icon::Key))
        }))
        @match done {
            Some("password") => (alert(Tone::Good, &msg!(lang, "accounts-password-changed"), &msg!(lang, "accounts-password-changed-how"))),
            Some("session") => (alert(Tone::Good, &msg!(lang, "accounts-session-ended"), "")),
            Some("device") => (alert(Tone::Good, &msg!(lang, "accounts-session-named"), "")),
            Some("stranger") => (alert(Tone::Warn, &msg!(lang, "accounts-news-ended"), &msg!(lang, "accounts-news-ended-how"))),
            Some("sessions") => (alert(Tone::Good, &msg!(lang, "accounts-sessions-ended"), "")),
            _ => {},
        }
        div .columns {
            (card(&msg!(lang, "accounts-me"), facts(&[
                (&msg!(lang, "accounts-name"), cell(&reader.actor.name)),
                (&msg!(lang, "accounts-login"), html! { code { (login) } }),
                (&msg!(lang, "accounts-roles"), cell(frame::roles_in_words(lang, &reader.actor.roles))),
                (&msg!(lang, "accounts-school"), cell(reader.school_name())),
            ])))
            (card(&msg!(lang, "accounts-look"), look(reader)))
        }
        (card(&msg!(lang, "accounts-password-change"), password_form(lang, form, &login)))
        (card(&msg!(lang, "accounts-sessions"), browsers::own_sessions(reader, &sessions)))
    };
    Ok(frame::page(reader, title, body))
}

fn look(reader: &Reader) -> Markup {
    let lang = reader.lang;
    let languages = Lang::ALL.into_iter().map(|choice| Choice::new(choice.code(), choice.native_name())).collect();
    let themes = Theme::ALL.into_iter().map(|theme| Choice::new(theme.as_str(), theme_name(lang, theme))).collect();
    let now = Form::filled([("lang", lang.code()), ("theme", reader.web.theme().as_str()), ("next", ACCOUNT_PATH)]);
    html! {
        form .form method="post" action="/account/language" {
            (Field::select("lang", msg!(lang, "accounts-language"), &now, languages))
            div .form-actions { (Button::plain(msg!(lang, "accounts-save-language"))) }
        }
        form .form method="post" action="/theme" {
            (web::components::hidden("next", ACCOUNT_PATH))
            (Field::select("theme", msg!(lang, "accounts-theme"), &now, themes))
            div .form-actions { (Button::plain(msg!(lang, "accounts-save-theme"))) }
        }
    }
}

fn theme_name(lang: Lang, theme: Theme) -> String {
    match theme {
        Theme::Auto => msg!(lang, "accounts-theme-auto"),
        Theme::Light => msg!(lang, "accounts-theme-light"),
        Theme::Dark => msg!(lang, "accounts-theme-dark"),
    }
}

fn password_form(lang: Lang, form: &Form, login: &str) -> Markup {
    html! {
        form #password .form method="post" action="/account/password" {
            // Password keepers want to know whose password it is.
            input type="text" name="username" value=(login) autocomplete="username" hidden;
            (Field::password("current", msg!(lang, "accounts-password-current"), form).required().attr("autocomplete", "current-password"))
            (Field::password("new", msg!(lang, "accounts-password-new"), form).required().help(msg!(lang, "accounts-password-rule"))
                .attr("autocomplete", "new-password").attr("minlength", NewPassword::MIN_LETTERS.to_string()))
            (Field::password("again", msg!(lang, "accounts-password-again"), form).required().attr("autocomplete", "new-password"))
            div .form-actions { (Button::plain(msg!(lang, "accounts-password-do")).icon(Icon::Key)) }
        }
    }
}
