//! Tokens of programs: one's own, and for those who look after accounts all of the school.

use accounts::{AccountsError, Action, ApiToken, NewToken, Reader, TokenId, TokenRow, TokenScope, queries};
use i18n::{Lang, msg, msg_dyn};
use jiff::Timestamp;
use web::{
    Filters, Form, IntoResponse, Markup, Page, Path, Redirect, Response, StatusCode, WebError,
    components::{
        Button, Choice, Column, Field, Icon, LinkButton, Row, Table, Tone, alert, back_link, badge, card, cell,
        choices, confirm_dialog, empty_state, form_actions, form_faults, hidden, moment, page_head,
    },
    html,
};

/// One's own tokens.
pub(super) const PATH: &str = "/account/tokens";
/// All tokens of the school.
pub(super) const ALL: &str = "/account/tokens/all";
/// Where a POST ends one.
pub(super) const REVOKE: &str = "/account/tokens/{id}/revoke";
/// For how many days a token may be made.
const TERMS: [u16; 5] = [7, 30, 90, 180, 366];

/// One's own tokens, and a form for a new one.
pub(super) async fn own(reader: Reader, filters: Filters) -> Result<Page, WebError> {
    let form = Form::filled([("days", "90")]);
    own_page(&reader, &form, None, filters.get("done") == Some("revoked")).await
}

/// Makes a token and shows it, for the only time.
pub(super) async fn add(reader: Reader, mut form: Form) -> Result<Response, WebError> {
    let lang = reader.lang;
    if let Some(new) = filled_in(lang, &mut form) {
        let (ctx, now) = (reader.ctx(), reader.app.session_now());
        match reader.app.db.write(move |tx| accounts::add_token(tx, &ctx, &new, now)).await {
            Ok((_, token)) => {
                let blank = Form::filled([("days", "90")]);
                return Ok(own_page(&reader, &blank, Some(&token), false).await?.into_response());
            }
            Err(AccountsError::TooManyTokens) => form.refuse("", msg!(lang, "api-token-too-many")),
            Err(AccountsError::Denied(_)) => form.refuse("scope", msg!(lang, "api-token-scope-denied")),
            Err(error) => return Err(error.into()),
        }
    }
    let page = own_page(&reader, &form, None, false).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

fn filled_in(lang: Lang, form: &mut Form) -> Option<NewToken> {
    let name = form.required(lang, "name");
    let days = form.choice(lang, "days", |text| text.parse().ok().filter(|days| TERMS.contains(days)));
    let scopes: Vec<TokenScope> = form.values("scope").filter_map(TokenScope::parse).collect();
    match NewToken::new(&name?, scopes, days?) {
        Ok(new) => Some(new),
        Err(AccountsError::TokenScopes) => {
            form.refuse("scope", msg!(lang, "api-token-no-scope"));
            None
        }
        Err(_) => {
            form.refuse("name", msg!(lang, "api-token-name-fault"));
            None
        }
    }
}

/// Ends a token: one's own, or any of the school for those who look after accounts.
pub(super) async fn revoke(reader: Reader, Path(id): Path<String>, form: Form) -> Result<Redirect, WebError> {
    let id: TokenId = id.parse().map_err(|_| WebError::NotFound)?;
    let (ctx, now) = (reader.ctx(), reader.app.session_now());
    reader.app.db.write(move |tx| accounts::revoke_token(tx, &ctx, id, now)).await?;
    let back = if form.value("back") == ALL { ALL } else { PATH };
    Ok(Redirect::to(&format!("{back}?done=revoked")))
}

/// All tokens of the school.
pub(super) async fn all(reader: Reader, filters: Filters) -> Result<Page, WebError> {
    let (lang, scope) = (reader.lang, reader.scope()?);
    let rows = reader.app.db.read(move |tx| queries::tokens(tx, &scope, None)).await?;
    let title = msg!(lang, "api-tokens-all");
    let body = html! {
        (back_link(&msg!(lang, "api-tokens"), PATH))
        (page_head(&title, Markup::default()))
        (done(lang, filters.get("done") == Some("revoked")))
        (list(&reader, &rows, ALL))
    };
    Ok(accounts::page(&reader, title, body))
}

async fn own_page(reader: &Reader, form: &Form, made: Option<&ApiToken>, is_revoked: bool) -> Result<Page, WebError> {
    let lang = reader.lang;
    let user = reader.actor.user.ok_or(WebError::NotFound)?;
    // One's own need no right.
    let scope = accounts::Scope::of_program(reader.actor.school);
    let rows = reader.app.db.read(move |tx| queries::tokens(tx, &scope, Some(user))).await?;
    let title = msg!(lang, "api-tokens");
    let body = html! {
        (back_link(&msg!(lang, "api-account"), "/account"))
        (page_head(&title, html! {
            @if reader.may(Action::EditAccounts) { (LinkButton::plain(msg!(lang, "api-tokens-all"), ALL).icon(Icon::School)) }
            (LinkButton::quiet(msg!(lang, "api-title"), super::DESCRIPTION).icon(Icon::Report))
        }))
        (done(lang, is_revoked))
        (form_faults(lang, form))
        @if let Some(token) = made { (shown_once(lang, token)) }
        (card(&msg!(lang, "api-token-add"), new_form(reader, form)))
        (list(reader, &rows, PATH))
    };
    Ok(accounts::page(reader, title, body))
}

fn done(lang: Lang, is_revoked: bool) -> Markup {
    html! { @if is_revoked { (alert(Tone::Good, &msg!(lang, "api-token-revoked"), "")) } }
}

fn shown_once(lang: Lang, token: &ApiToken) -> Markup {
    html! {
        (alert(Tone::Good, &msg!(lang, "api-token-made"), &msg!(lang, "api-token-made-how")))
        div .field.wide {
            label for="token" { (msg!(lang, "api-token")) }
            input #token readonly value=(token.expose()) spellcheck="false" autocomplete="off";
        }
    }
}

fn new_form(reader: &Reader, form: &Form) -> Markup {
    let lang = reader.lang;
    let scopes: Vec<Choice> = TokenScope::ALL
        .into_iter()
        .filter(|scope| reader.may(scope.action()))
        .map(|scope| Choice::new(scope.as_str(), scope_name(lang, scope)))
        .collect();
    let terms =
        TERMS.into_iter().map(|days| Choice::new(days.to_string(), msg!(lang, "api-days", count = days))).collect();
    html! {
        p .help { (msg!(lang, "api-token-add-how")) }
        form .form method="post" action=(PATH) {
            (Field::text("name", msg!(lang, "api-token-name"), form).required().help(msg!(lang, "api-token-name-help"))
                .attr("maxlength", "80").attr("autocomplete", "off"))
            (choices("scope", &msg!(lang, "api-token-scopes"), form, &scopes))
            (Field::select("days", msg!(lang, "api-token-days"), form, terms).required().short())
            (form_actions(html! { (Button::primary(msg!(lang, "api-token-add")).icon(Icon::Key)) }))
        }
    }
}

/// What a scope opens, in words.
fn scope_name(lang: Lang, scope: TokenScope) -> String {
    msg_dyn!(lang, "api-scope-", scope.as_str().replace(':', "-"))
}

fn list(reader: &Reader, rows: &[TokenRow], back: &'static str) -> Markup {
    let lang = reader.lang;
    if rows.is_empty() {
        return empty_state(Icon::Key, &msg!(lang, "api-tokens-empty"), &msg!(lang, "api-tokens-empty-how"), None);
    }
    let is_all = back == ALL;
    let mut columns = vec![Column::new(msg!(lang, "api-token-name"))];
    if is_all {
        columns.push(Column::new(msg!(lang, "api-token-of")));
    }
    columns.extend([
        Column::new(msg!(lang, "api-token-scopes")),
        Column::new(msg!(lang, "api-token-state")),
        Column::new(msg!(lang, "api-token-until")),
        Column::new(msg!(lang, "api-token-used")),
        Column::actions(msg!(lang, "api-actions")),
    ]);
    let now = reader.app.session_now();
    let zone = &reader.app.time_zone;
    let table = rows.iter().map(|row| {
        let words: Vec<_> = row.scopes.all().iter().map(|scope| scope_name(lang, *scope)).collect();
        let is_living = row.revoked_at.is_none() && row.expires_at > now;
        let mut cells = vec![html! { b { (row.name) } }];
        if is_all {
            cells.push(cell(&row.user_name));
        }
        cells.extend([
            cell(words.join("; ")),
            state(lang, row, now),
            moment(lang, row.expires_at, zone),
            row.last_used_at.map_or_else(|| cell(msg!(lang, "api-token-never")), |at| moment(lang, at, zone)),
            html! {
                @if is_living {
                    (Button::quiet(msg!(lang, "api-token-revoke")).icon(Icon::Trash).only_icon().opens(format!("revoke-{}", row.id)))
                }
            },
        ]);
        Row::new(cells)
    });
    let title = if is_all { msg!(lang, "api-tokens-all") } else { msg!(lang, "api-tokens") };
    html! {
        (Table::new(lang, title, columns).rows(table))
        @for row in rows.iter().filter(|row| row.revoked_at.is_none() && row.expires_at > now) {
            (confirm_dialog(lang, &format!("revoke-{}", row.id), &msg!(lang, "api-token-revoke-ask", name = row.name.clone()),
                &msg!(lang, "api-token-revoke-what"), &format!("{PATH}/{}/revoke", row.id), &hidden("back", back),
                &Button::danger(msg!(lang, "api-token-revoke"))))
        }
    }
}

fn state(lang: Lang, row: &TokenRow, now: Timestamp) -> Markup {
    match row.revoked_at {
        Some(_) => badge(Tone::Plain, &msg!(lang, "api-token-is-revoked")),
        None if row.expires_at <= now => badge(Tone::Warn, &msg!(lang, "api-token-is-over")),
        None => badge(Tone::Good, &msg!(lang, "api-token-works")),
    }
}
