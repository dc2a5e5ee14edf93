//! Accounts of the staff and the persons who use them: the list, and the part of a person's card.

use accounts::{Action, Reader, User, UserStatus, queries as account_queries, roles_in_words};
use i18n::{Lang, msg};
use kernel::{PersonId, Role, UserId};
use web::{
    Filters, Form, Markup, Page, Path, Response, WebError,
    components::{
        Button, Choice, Column, Field, Icon, LinkButton, Row, Table, Tone, alert, badge, card, cell, facts,
        form_actions, hidden, page_head,
    },
    html,
};

use super::{card::back, person_id, read, words};
use crate::{ops, person::PersonBrief, queries};

/// The list of accounts.
pub(super) const PATH: &str = "/accounts";

pub(super) async fn list(reader: Reader, filters: Filters) -> Result<Page, WebError> {
    let lang = reader.lang;
    let (users, persons) = read(&reader, |tx, scope| {
        let users = account_queries::users(tx, scope)?;
        let persons: Vec<PersonId> = users.iter().filter_map(|user| user.person).collect();
        Ok((users, queries::by_ids(tx, scope, &persons)?))
    })
    .await?;
    let title = msg!(lang, "people-accounts");
    let columns = vec![
        Column::new(msg!(lang, "people-account-login")),
        Column::new(msg!(lang, "people-account-name")),
        Column::new(msg!(lang, "people-role")),
        Column::new(msg!(lang, "people-account-person")),
        Column::new(msg!(lang, "people-status")),
    ];
    let rows = users.iter().map(|user| {
        let person = user.person.and_then(|person| persons.get(&person));
        let person = html! {
            @match person {
                Some(person) => a href={ "/people/" (person.id) } { (person.full) },
                None => span .quiet { (msg!(lang, "people-account-nobody")) },
            }
        };
        Row::new(vec![
            html! { b { (user.login) } },
            cell(&user.name),
            cell(roles_in_words(lang, &user.roles)),
            person,
            status(lang, user),
        ])
        .leads_to(format!("{PATH}/{}", user.id))
    });
    let body = html! {
        (page_head(&title, html! { (LinkButton::primary(msg!(lang, "people-account-add"), "/accounts/new").icon(Icon::UserPlus)) }))
        (words::done(lang, filters.get("done")))
        p .quiet { (msg!(lang, "people-accounts-how")) }
        (Table::new(lang, title.clone(), columns).rows(rows))
    };
    Ok(accounts::page(&reader, title, body))
}

fn status(lang: Lang, user: &User) -> Markup {
    match user.status {
        UserStatus::Active if !user.has_password => badge(Tone::Warn, &msg!(lang, "people-account-invited")),
        UserStatus::Active => badge(Tone::Good, &msg!(lang, "people-account-active")),
        UserStatus::Disabled => badge(Tone::Plain, &msg!(lang, "people-account-disabled")),
    }
}

/// The part of the card, for whoever looks after accounts; nothing for who is no staff.
pub(super) async fn section(reader: &Reader, person: &PersonBrief) -> Result<Markup, WebError> {
    let lang = reader.lang;
    let works = person.roles.iter().any(|role| matches!(role, Role::Teacher | Role::Staff));
    if !works || !reader.may(Action::EditAccounts) {
        return Ok(Markup::default());
    }
    let users = read(reader, account_queries::users).await?;
    let action = format!("/people/{}/account", person.id);
    let own = users.iter().find(|user| user.person == Some(person.id));
    let free: Vec<Choice> = users
        .iter()
        .filter(|user| user.person.is_none() && user.status == UserStatus::Active)
        .map(|user| Choice::new(user.id.to_string(), format!("{} — {}", user.login, user.name)))
        .collect();
    Ok(card(
        &msg!(lang, "people-account"),
        html! {
            @if let Some(user) = own {
                (facts(&[
                    (&msg!(lang, "people-account-login"), html! { a href={ (PATH) "/" (user.id) } { (user.login) } }),
                    (&msg!(lang, "people-account-name"), cell(&user.name)),
                    (&msg!(lang, "people-role"), cell(roles_in_words(lang, &user.roles))),
                    (&msg!(lang, "people-status"), status(lang, user)),
                ]))
                form method="post" action=(action) {
                    (hidden("user", ""))
                    (form_actions(html! { (Button::quiet(msg!(lang, "people-account-unlink")).icon(Icon::X)) }))
                }
            } @else {
                p .quiet { (msg!(lang, "people-account-how")) }
                @if free.is_empty() { (alert(Tone::Info, &msg!(lang, "people-account-none-free"), "")) } @else {
                    form .form method="post" action=(action) {
                        (Field::select("user", msg!(lang, "people-account"), &Form::blank(), free).required())
                        (form_actions(html! { (Button::plain(msg!(lang, "people-account-link")).icon(Icon::Check)) }))
                    }
                }
            }
        },
    ))
}

/// Says which account a person uses; an empty one: none.
pub(super) async fn change(reader: Reader, Path(id): Path<String>, form: Form) -> Result<Response, WebError> {
    let person = person_id(&id)?;
    let user: Option<UserId> = match form.value("user") {
        "" => None,
        id => Some(id.parse().map_err(|_| WebError::NotFound)?),
    };
    let ctx = reader.ctx();
    let done = match user {
        Some(user) => reader.app.db.write(move |tx| ops::link_account(tx, &ctx, person, user)).await,
        None => reader.app.db.write(move |tx| ops::unlink_account(tx, &ctx, person)).await,
    };
    done?;
    Ok(back(person, if user.is_some() { "account" } else { "account-removed" }))
}
