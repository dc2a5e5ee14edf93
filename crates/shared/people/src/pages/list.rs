//! The list of persons: found as one types, by name, class or card.

use accounts::{Action, Reader};
use i18n::{Lang, msg, msg_dyn};
use kernel::{PersonStatus, Role};
use web::{
    Filters, Form, Markup, Page, WebError,
    components::{
        Choice, Column, Field, Icon, LinkButton, Row, Table, cell, empty_state, filter_bar, page_head, photo,
    },
    html,
};

use super::{read, words};
use crate::{
    person::PersonBrief,
    queries::{self, ClassView, PersonFilter, PersonPage},
};

const PATH: &str = "/people";
const ROWS: u32 = 50;
const FILTERS: [&str; 3] = ["class", "role", "status"];

pub(super) async fn show(reader: Reader, filters: Filters) -> Result<Page, WebError> {
    let filter = PersonFilter {
        text: filters.get("q").unwrap_or_default().to_owned(),
        class: filters.parsed("class", |text| text.parse().ok()),
        role: filters.parsed("role", Role::parse),
        status: filters.parsed("status", PersonStatus::parse),
    };
    let after = filters.parsed("after", |text| text.parse().ok());
    let (page, classes, known) = read(&reader, move |tx, scope| {
        let page = queries::list(tx, scope, &filter, after, ROWS)?;
        Ok((page, queries::classes(tx, scope)?, queries::count(tx, scope)?))
    })
    .await?;
    let mut page = page;
    if page.rows.is_empty() {
        // Four digits may be the end of a phone, twelve an IIN: asked for by whoever may see them.
        page.rows = by_number(&reader, filters.get("q").unwrap_or_default()).await?;
    }
    let lang = reader.lang;
    let title = msg!(lang, "people-list");
    let actions = html! {
        @if reader.may(Action::EditPersons) { (LinkButton::primary(msg!(lang, "people-add"), "/people/new").icon(Icon::UserPlus)) }
    };
    let body = html! {
        (page_head(&title, actions))
        (filter_bar(lang, &filters, PATH, Some(&msg!(lang, "people-search")), fields(lang, &filters, &classes), &FILTERS))
        div #results {
            @if page.rows.is_empty() { (nobody(&reader, &filters, known)) } @else { (table(lang, &title, &page)) (more(lang, &filters, &page)) }
        }
    };
    Ok(accounts::page(&reader, title, body))
}

/// Persons by IIN or phone; nobody for whoever may not see them.
pub(super) async fn by_number(reader: &Reader, text: &str) -> Result<Vec<PersonBrief>, WebError> {
    let has_digits = text.chars().filter(char::is_ascii_digit).count() >= 4;
    if !has_digits || !reader.may(Action::SeePersonalNumbers) {
        return Ok(Vec::new());
    }
    let (ctx, vault, text) = (reader.ctx(), reader.app.vault.clone(), text.to_owned());
    let work = move |tx: &mut store::Tx<'_>| {
        let scope = ctx.require(Action::SeePersonalNumbers)?;
        queries::by_number(tx, &scope, &vault, &text)
    };
    Ok(reader.app.db.read(work).await?)
}

fn fields(lang: Lang, filters: &Filters, classes: &[ClassView]) -> Markup {
    let now = Form::filled(FILTERS.map(|name| (name, filters.get(name).unwrap_or_default())));
    let roles = Role::ALL.iter().map(|role| Choice::new(role.as_str(), words::role(lang, *role))).collect();
    let statuses = PersonStatus::ALL
        .iter()
        .map(|status| Choice::new(status.as_str(), msg_dyn!(lang, "people-status-", status.as_str())));
    html! {
        (Field::select("class", msg!(lang, "people-class"), &now, words::class_choices(classes)).or_none(msg!(lang, "people-any")))
        (Field::select("role", msg!(lang, "people-role"), &now, roles).or_none(msg!(lang, "people-any-role")))
        (Field::select("status", msg!(lang, "people-status"), &now, statuses.collect()).or_none(msg!(lang, "people-status-present")))
    }
}

fn table(lang: Lang, title: &str, page: &PersonPage) -> Markup {
    let columns = vec![
        Column::new(msg!(lang, "people-name")),
        Column::new(msg!(lang, "people-class-or-position")),
        Column::new(msg!(lang, "people-role")),
        Column::new(msg!(lang, "people-status")),
    ];
    let row = |person: &PersonBrief| {
        let src = person.photo_src("small");
        // The name stands beside the picture, so it is not read aloud twice; without a picture its letters are drawn.
        let named = if src.is_some() { "" } else { &person.full };
        let who = html! { span .person { (photo(src.as_deref(), named, "small")) span { b { (person.full) } } } };
        let cells = vec![
            who,
            cell(person.class_name.as_deref().unwrap_or(&person.position)),
            cell(words::roles(lang, person)),
            words::status(lang, person.status),
        ];
        Row::new(cells).leads_to(format!("{PATH}/{}", person.id))
    };
    html! { (Table::new(lang, title, columns).rows(page.rows.iter().map(row))) }
}

fn more(lang: Lang, filters: &Filters, page: &PersonPage) -> Markup {
    let first = filters.get("after").map(|_| filters.without(&["after"]));
    let next = page.next.map(|next| filters.with("after", next.to_string()));
    html! {
        @if first.is_some() || next.is_some() {
            nav .pager aria-label=(msg!(lang, "people-pages")) {
                @if let Some(first) = first { (LinkButton::quiet(msg!(lang, "people-page-first"), first).icon(Icon::ArrowLeft)) } @else { span {} }
                @if let Some(next) = next { (LinkButton::plain(msg!(lang, "people-page-next"), next).icon(Icon::ArrowRight).attr("rel", "next")) }
            }
        }
    }
}

fn nobody(reader: &Reader, filters: &Filters, known: u64) -> Markup {
    let lang = reader.lang;
    if known == 0 && !filters.any(&FILTERS) {
        let add = LinkButton::primary(msg!(lang, "people-add"), "/people/new").icon(Icon::UserPlus);
        let add = reader.may(Action::EditPersons).then_some(&add as &dyn web::Render);
        return empty_state(Icon::Users, &msg!(lang, "people-empty"), &msg!(lang, "people-empty-how"), add);
    }
    empty_state(Icon::UserQuestion, &msg!(lang, "people-not-found"), &msg!(lang, "people-not-found-how"), None)
}
