//! Photos as a ZIP: brought, looked through, confirmed.

use std::collections::HashMap;

use accounts::Reader;
use i18n::{msg, msg_dyn};
use kernel::{PersonId, ReaderFormat};
use people::queries::PersonBrief;
use web::{
    Filters, Form, IntoResponse, Page, Response, StatusCode, Upload, WebError,
    components::{
        Button, Choice, Column, Field, Icon, Row, Table, Tone, back_link, badge, card, cell, form_actions, form_faults,
        page_head, pager,
    },
    html,
};

use super::{blocking, preview::person_link, progress::cancel_button, to};
use crate::{
    ListsError,
    job::{Job, Kind, Settings},
    ops,
    photos::{self, Picture},
};

/// Pictures on a page.
const ROWS: u32 = 50;

pub(super) async fn show(reader: Reader) -> Page {
    page(&reader, &Form::filled([("format", ReaderFormat::W26.as_str())]))
}

fn page(reader: &Reader, form: &Form) -> Page {
    let lang = reader.lang;
    let title = msg!(lang, "lists-photos");
    let formats =
        ReaderFormat::ALL.map(|format| Choice::new(format.as_str(), msg_dyn!(lang, "lists-format-", format.as_str())));
    let body = html! {
        (back_link(&msg!(lang, "lists-import"), "/import"))
        (page_head(&title, html! {}))
        (form_faults(lang, form))
        (card("", html! {
            p { (msg!(lang, "lists-photos-what")) }
            form .form method="post" action="/import/photos" enctype="multipart/form-data" {
                (Field::file(lang, "file", msg!(lang, "lists-photos-file"), form, ".zip,application/zip").required().help(msg!(lang, "lists-photos-help")))
                (Field::select("format", msg!(lang, "lists-format"), form, formats.into()))
                (form_actions(html! { (Button::primary(msg!(lang, "lists-photos-send")).icon(Icon::Upload)) }))
            }
        }))
    };
    accounts::page(reader, title, body)
}

pub(super) async fn bring(reader: Reader, upload: Upload) -> Result<Response, WebError> {
    let mut form = upload.form.clone();
    let format = ReaderFormat::parse(form.value("format")).unwrap_or(ReaderFormat::W26);
    let sentence = match upload.file("file") {
        None => msg!(reader.lang, "lists-photos-none"),
        Some(file) => {
            let (app, ctx, bytes) = (reader.app.clone(), reader.ctx(), file.bytes.clone());
            let settings = Settings { format, ..Settings::default() };
            match blocking(move || ops::begin(&app, &ctx, Kind::Photos, &settings, &bytes)).await {
                Ok(id) => return Ok(to(&format!("/import/{id}"))),
                Err(ListsError::State) => msg!(reader.lang, "lists-bring-too-many"),
                Err(error) => return Err(error.into()),
            }
        }
    };
    form.refuse("file", sentence);
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&reader, &form)).into_response())
}

pub(super) async fn preview(reader: &Reader, job: &Job, filters: &Filters) -> Result<Page, WebError> {
    let lang = reader.lang;
    let (app, scope, wanted) = (reader.app.clone(), reader.scope()?, job.clone());
    let mut all = blocking(move || photos::found(&app, scope.school(), &wanted)).await?;
    // What needs a look stands first.
    all.sort_by_key(|picture| (picture.found.is_taken(), picture.index));
    let at = filters.page(ROWS);
    let first = usize::try_from(at.offset()).unwrap_or(usize::MAX).min(all.len());
    let shown = &all[first..all.len().min(first + ROWS as usize)];
    let ids: Vec<PersonId> = shown.iter().filter_map(|picture| picture.person).collect();
    let persons = reader.app.db.read(move |tx| people::queries::by_ids(tx, &scope, &ids)).await?;
    let taken = all.iter().filter(|picture| picture.found.is_taken()).count();
    let title = msg!(lang, "lists-photos-preview");
    let columns = vec![
        Column::new(msg!(lang, "lists-photos-name")),
        Column::new(msg!(lang, "lists-photos-whose")),
        Column::new(msg!(lang, "lists-verdict")),
    ];
    let body = html! {
        (back_link(&msg!(lang, "lists-photos"), "/import/photos"))
        (page_head(&title, cancel_button(lang, job)))
        (card("", html! {
            p { b { (msg!(lang, "lists-photos-sums", taken = taken, left = all.len() - taken)) } }
            @if taken > 0 {
                form method="post" action={ "/import/" (job.id) "/confirm" } { (Button::primary(msg!(lang, "lists-photos-confirm", count = taken)).icon(Icon::Check)) }
            }
        }))
        (Table::new(lang, &title, columns).rows(shown.iter().map(|picture| row(reader, picture, &persons))))
        (pager(lang, filters, at, all.len() as u64))
    };
    Ok(accounts::page(reader, title, body))
}

fn row(reader: &Reader, picture: &Picture, persons: &HashMap<PersonId, PersonBrief>) -> Row {
    let lang = reader.lang;
    let tone = if picture.found.is_taken() { Tone::Good } else { Tone::Bad };
    let whose = picture.person.and_then(|person| persons.get(&person)).map(|person| {
        let class = person.class_name.as_ref().map(|class| format!(", {class}")).unwrap_or_default();
        html! { (person.full) (class) " " (person_link(lang, person.id)) }
    });
    Row::new(vec![
        cell(&picture.name),
        whose.unwrap_or_else(|| cell("–")),
        badge(tone, &msg_dyn!(lang, "lists-photo-", picture.found.as_str())),
    ])
}
