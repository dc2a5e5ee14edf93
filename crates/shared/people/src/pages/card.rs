//! The card of one person: photo, data, credentials, groups, and what can be done.

use accounts::{Action, Reader};
use i18n::{Lang, msg};
use kernel::{PersonId, PersonStatus};
use web::{
    Filters, Form, IntoResponse, Markup, Page, Path, Redirect, Response, StatusCode, WebError,
    components::{
        Button, Field, Icon, LinkButton, Tone, alert, badge, breadcrumb, card, cell, confirm_dialog, date_cell, facts,
        hidden, page_head, photo,
    },
    html,
};

use super::{
    credentials, family, moves,
    numbers::{self, Look},
    person_id, posts, read, words,
};
use crate::{
    PeopleError, ops,
    panel::Panels,
    person::{PersonBrief, PersonView},
    queries,
};

pub(super) async fn show(
    reader: Reader,
    Path(id): Path<String>,
    filters: Filters,
    panels: Panels,
) -> Result<Page, WebError> {
    let person = person_of(&reader, person_id(&id)?).await?;
    page(&reader, &person, words::done(reader.lang, filters.get("done")), &Form::blank(), &panels).await
}

/// The person with everything that is known, or the page that says that there is none.
pub(super) async fn person_of(reader: &Reader, person: PersonId) -> Result<PersonView, WebError> {
    read(reader, move |tx, scope| queries::find(tx, scope, person)).await?.ok_or(WebError::NotFound)
}

pub(super) async fn change_status(
    reader: Reader,
    Path(id): Path<String>,
    form: Form,
    panels: Panels,
) -> Result<Response, WebError> {
    let person = person_id(&id)?;
    type Turn = fn(&mut store::Tx<'_>, &accounts::Ctx, PersonId) -> Result<(), PeopleError>;
    let (turn, word): (Turn, &str) = match form.value("act") {
        "block" => (ops::block, "blocked"),
        "unblock" => (ops::unblock, "unblocked"),
        "archive" => (ops::archive, "archived"),
        "readmit" => (ops::readmit, "readmitted"),
        _ => return Err(WebError::BadInput(String::new())),
    };
    let ctx = reader.ctx();
    match reader.app.db.write(move |tx| turn(tx, &ctx, person)).await {
        Ok(()) => Ok(back(person, word)),
        Err(error) => {
            // Somebody else was faster: the card shows what is now, so that one can go on from there.
            let how = msg!(reader.lang, "people-changed-how");
            let message = alert(Tone::Warn, &words::fault(reader.lang, error)?, &how);
            let person = person_of(&reader, person).await?;
            let card = page(&reader, &person, message, &Form::blank(), &panels).await?;
            Ok((StatusCode::CONFLICT, card).into_response())
        }
    }
}

/// Back to the card, which says what was done.
pub(super) fn back(person: PersonId, done: &str) -> Response {
    Redirect::to(&format!("/people/{person}?done={done}")).into_response()
}

/// The card, with a message above it and what is wrong with the photo that was sent; numbers and contacts are masked.
pub(super) async fn page(
    reader: &Reader,
    person: &PersonView,
    message: Markup,
    form: &Form,
    panels: &Panels,
) -> Result<Page, WebError> {
    let look = numbers::masked(reader, person.brief.id).await?;
    page_with(reader, person, message, form, panels, look).await
}

/// The card with so much of numbers and contacts.
pub(super) async fn page_with(
    reader: &Reader,
    person: &PersonView,
    message: Markup,
    form: &Form,
    panels: &Panels,
    look: Look,
) -> Result<Page, WebError> {
    let lang = reader.lang;
    let brief = &person.brief;
    let id = brief.id;
    let (family, history, repeats, posts) = read(reader, move |tx, scope| {
        let family = queries::family(tx, scope, id)?;
        let history = queries::history(tx, scope, id)?;
        Ok((family, history, queries::repeats(tx, scope, id)?, queries::posts(tx, scope, id)?))
    })
    .await?;
    let mut beside = Vec::with_capacity(panels.len());
    for panel in panels.iter() {
        beside.push(panel.show(reader, brief.id).await?);
    }
    let account = super::accounts::section(reader, brief).await?;
    let looks = super::trail::section(reader, id).await?;
    let list = msg!(lang, "people-list");
    let class_link = brief.class.map(|class| format!("/people?class={class}")).unwrap_or_default();
    let mut way = vec![(list.as_str(), "/people")];
    if let Some(class) = &brief.class_name {
        way.push((class, &class_link));
    }
    let body = html! {
        (breadcrumb(lang, &way, &brief.short))
        (page_head(&brief.full, actions(reader, brief)))
        (message)
        @match brief.status {
            PersonStatus::Active => {},
            PersonStatus::Blocked => (alert(Tone::Warn, &msg!(lang, "people-is-blocked"), &msg!(lang, "people-is-blocked-how"))),
            PersonStatus::Archived => (alert(Tone::Info, &msg!(lang, "people-is-archived"), &msg!(lang, "people-is-archived-how"))),
        }
        div .person-card {
            div { (card(&msg!(lang, "people-photo"), portrait(reader, brief, form))) }
            div {
                @for part in &beside { (part) }
                (card(&msg!(lang, "people-data"), data(reader, person)))
                (family::section(reader, brief, &family))
                (numbers::section(reader, person, &look))
                (posts::section(reader, brief, &posts))
                (account)
                (card(&msg!(lang, "people-credentials"), credentials::section(reader, person)))
                (moves::section(reader, person, &history, repeats))
                (looks)
            }
        }
        @if reader.may(Action::EditPersons) { (dialogs(lang, brief)) }
    };
    Ok(accounts::page(reader, brief.full.clone(), body))
}

fn actions(reader: &Reader, person: &PersonBrief) -> Markup {
    let lang = reader.lang;
    html! {
        @if reader.may(Action::SeePasses) {
            (LinkButton::plain(msg!(lang, "people-passes"), format!("/passes?person={}", person.id)).icon(Icon::History))
        }
        @if reader.may(Action::EditPersons) {
            (LinkButton::plain(msg!(lang, "people-edit"), format!("/people/{}/edit", person.id)).icon(Icon::Edit))
            @match person.status {
                PersonStatus::Active => (Button::danger(msg!(lang, "people-block")).icon(Icon::UserOff).opens("block")),
                PersonStatus::Blocked => (Button::plain(msg!(lang, "people-unblock")).icon(Icon::UserCheck).opens("unblock")),
                PersonStatus::Archived => (Button::plain(msg!(lang, "people-readmit")).icon(Icon::UserPlus).opens("readmit")),
            }
            @if person.status != PersonStatus::Archived { (Button::quiet(msg!(lang, "people-archive")).icon(Icon::Archive).opens("archive")) }
        }
    }
}

fn portrait(reader: &Reader, person: &PersonBrief, form: &Form) -> Markup {
    let lang = reader.lang;
    let src = person.photo_src("large");
    html! {
        (photo(src.as_deref(), &person.full, "large"))
        @if reader.may(Action::EditPersons) {
            form .form method="post" enctype="multipart/form-data" action=(format!("/people/{}/photo", person.id)) {
                (Field::file(lang, "photo", if src.is_some() { msg!(lang, "people-photo-other") } else { msg!(lang, "people-photo-add") }, form,
                    "image/jpeg,image/png,image/webp").help(msg!(lang, "people-photo-help")).wide())
                div .form-actions {
                    (Button::plain(msg!(lang, "people-photo-send")).icon(Icon::Upload))
                    @if src.is_some() { (Button::quiet(msg!(lang, "people-photo-remove")).icon(Icon::PhotoOff).opens("remove-photo")) }
                }
            }
        }
    }
}

fn data(reader: &Reader, person: &PersonView) -> Markup {
    let lang = reader.lang;
    let (brief, data) = (&person.brief, &person.data);
    let mut lines: Vec<(String, Markup)> = vec![
        (msg!(lang, "people-status"), words::status(lang, brief.status)),
        (msg!(lang, "people-role"), cell(words::roles(lang, brief))),
    ];
    if let (Some(class), Some(name)) = (brief.class, &brief.class_name) {
        lines.push((msg!(lang, "people-class"), html! { a href={ "/people?class=" (class) } { (name) } }));
    }
    if !brief.position.is_empty() {
        lines.push((msg!(lang, "people-position"), cell(&brief.position)));
    }
    if let Some(day) = data.birth_date {
        lines.push((msg!(lang, "people-birth-date"), date_cell(lang, day)));
    }
    if let Some(sex) = data.sex {
        lines.push((msg!(lang, "people-sex"), cell(words::sex(lang, sex))));
    }
    if let Some(day) = data.learning_until {
        lines.push((msg!(lang, "people-learning-until"), date_cell(lang, day)));
    }
    let groups = html! {
        @if person.groups.is_empty() { span .quiet { (msg!(lang, "people-groups-none")) } }
        @for group in &person.groups { (badge(Tone::Plain, &group.name)) " " }
    };
    lines.push((msg!(lang, "people-groups"), groups));
    let lines: Vec<(&str, Markup)> = lines.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
    facts(&lines)
}

/// The questions before something that concerns the whole person.
fn dialogs(lang: Lang, person: &PersonBrief) -> Markup {
    let name = person.short.as_str();
    let status = format!("/people/{}/status", person.id);
    let ask = |id: &str, title: String, what: String, doer: Button| {
        confirm_dialog(lang, id, &title, &what, &status, &hidden("act", id), &doer)
    };
    html! {
        @match person.status {
            PersonStatus::Active => (ask("block", msg!(lang, "people-block-ask", name = name), msg!(lang, "people-block-what"),
                Button::danger(msg!(lang, "people-block")).icon(Icon::UserOff))),
            PersonStatus::Blocked => (ask("unblock", msg!(lang, "people-unblock-ask", name = name), msg!(lang, "people-unblock-what"),
                Button::primary(msg!(lang, "people-unblock")).icon(Icon::UserCheck))),
            PersonStatus::Archived => (ask("readmit", msg!(lang, "people-readmit-ask", name = name), msg!(lang, "people-readmit-what"),
                Button::primary(msg!(lang, "people-readmit")).icon(Icon::UserPlus))),
        }
        @if person.status != PersonStatus::Archived {
            (ask("archive", msg!(lang, "people-archive-ask", name = name), msg!(lang, "people-archive-what"),
                Button::danger(msg!(lang, "people-archive")).icon(Icon::Archive)))
        }
        @if person.photo_version > 0 {
            (confirm_dialog(lang, "remove-photo", &msg!(lang, "people-photo-remove-ask", name = name), &msg!(lang, "people-photo-remove-what"),
                &format!("/people/{}/photo/remove", person.id), &Markup::default(), &Button::danger(msg!(lang, "people-photo-remove")).icon(Icon::PhotoOff)))
        }
    }
}

/// The person in a list, or the page that says that there is none.
pub(super) async fn brief_of(reader: &Reader, person: PersonId) -> Result<PersonBrief, WebError> {
    read(reader, move |tx, scope| queries::brief(tx, scope, person)).await?.ok_or(WebError::NotFound)
}
