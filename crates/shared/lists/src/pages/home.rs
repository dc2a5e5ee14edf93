//! A list is brought; what was brought before.

use accounts::Reader;
use i18n::{Lang, msg, msg_dyn};
use web::{
    Form, IntoResponse, Markup, Page, Response, StatusCode, Upload, WebError,
    components::{
        Button, Column, Field, Icon, LinkButton, Row, Table, Tone, badge, card, cell, empty_state, form_actions,
        form_faults, moment, page_head,
    },
    header, html,
};

use super::{blocking, home_of, step_of, to};
use crate::{
    ListsError,
    job::{Job, Kind, Settings, State},
    ops, store as table, template,
};

const SHOWN: u32 = 30;
const ACCEPT: &str = ".xlsx,.xlsm,.csv,.txt,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

pub(super) async fn show(reader: Reader) -> Result<Page, WebError> {
    page(&reader, &Form::blank()).await
}

pub(super) async fn bring(reader: Reader, upload: Upload) -> Result<Response, WebError> {
    let lang = reader.lang;
    let refuse = async |sentence: String| {
        let mut form = Form::blank();
        form.refuse("file", sentence);
        Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&reader, &form).await?).into_response())
    };
    let Some(file) = upload.file("file") else { return refuse(msg!(lang, "lists-bring-none")).await };
    let (app, ctx, bytes) = (reader.app.clone(), reader.ctx(), file.bytes.clone());
    let settings = Settings { lang: instruction(lang), ..Settings::default() };
    match blocking(move || ops::begin(&app, &ctx, Kind::Persons, &settings, &bytes)).await {
        Ok(id) => Ok(to(&format!("/import/{id}"))),
        Err(ListsError::State) => refuse(msg!(lang, "lists-bring-too-many")).await,
        Err(error) => Err(error.into()),
    }
}

/// The language of instruction that is offered to a reader first.
pub(super) const fn instruction(lang: Lang) -> Lang {
    match lang {
        Lang::Ru => Lang::Ru,
        Lang::Kk | Lang::En => Lang::Kk,
    }
}

pub(super) async fn template(reader: Reader) -> Result<Response, WebError> {
    let lang = reader.lang;
    let bytes = blocking(move || Ok(template::workbook(lang)?)).await?;
    Ok(attachment(sheet::Kind::Xlsx.media_type(), "kezekshi-template.xlsx", bytes))
}

/// A file to keep.
pub(super) fn attachment(media_type: &'static str, name: &str, bytes: Vec<u8>) -> Response {
    let headers = [(header::CONTENT_TYPE, media_type), (header::CACHE_CONTROL, "no-store")];
    let disposition = format!("attachment; filename=\"{name}\"");
    (headers, [(header::CONTENT_DISPOSITION, disposition)], bytes).into_response()
}

async fn page(reader: &Reader, form: &Form) -> Result<Page, WebError> {
    let lang = reader.lang;
    let title = msg!(lang, "lists-import");
    let jobs = newest(reader, false).await?;
    let actions = html! { (LinkButton::plain(msg!(lang, "lists-photos"), "/import/photos").icon(Icon::Photo)) };
    let body = html! {
        (page_head(&title, actions))
        (form_faults(lang, form))
        (card(&msg!(lang, "lists-bring"), html! {
            p { (msg!(lang, "lists-bring-what")) }
            form .form method="post" action="/import" enctype="multipart/form-data" {
                (Field::file(lang, "file", msg!(lang, "lists-bring-file"), form, ACCEPT).required().help(msg!(lang, "lists-bring-help")))
                (form_actions(html! {
                    (Button::primary(msg!(lang, "lists-bring-send")).icon(Icon::Upload))
                    (LinkButton::quiet(msg!(lang, "lists-template"), "/import/template.xlsx").icon(Icon::FileSpreadsheet).attr("download", ""))
                }))
            }
        }))
        (history(reader, &msg!(lang, "lists-history"), &jobs))
    };
    Ok(accounts::page(reader, title, body))
}

/// The newest work of a kind.
pub(super) async fn newest(reader: &Reader, is_export: bool) -> Result<Vec<Job>, WebError> {
    let school = reader.scope()?.school();
    let rows = reader.app.db.read(move |tx| table::newest(tx, school, SHOWN)).await?;
    Ok(rows.into_iter().map(table::JobRow::job).filter(|job| (job.kind == Kind::Export) == is_export).collect())
}

/// What was done before, the newest first.
pub(super) fn history(reader: &Reader, title: &str, jobs: &[Job]) -> Markup {
    let lang = reader.lang;
    if jobs.is_empty() {
        return empty_state(
            Icon::FileSpreadsheet,
            &msg!(lang, "lists-history-empty"),
            &msg!(lang, "lists-history-empty-how"),
            None,
        );
    }
    let columns = vec![
        Column::new(msg!(lang, "lists-history-at")),
        Column::new(msg!(lang, "lists-history-kind")),
        Column::new(msg!(lang, "lists-history-state")),
        Column::new(msg!(lang, "lists-history-written")),
    ];
    let row = |job: &Job| {
        let at = moment(lang, job.created_at, &reader.app.time_zone);
        let kind = cell(msg_dyn!(lang, "lists-kind-", job.kind_word()));
        let link = if job.state.is_over() { home_of(job) } else { step_of(job) };
        Row::new(vec![at, kind, state(lang, job.state), cell(sums(lang, job))]).leads_to(link)
    };
    html! { h2 { (title) } (Table::new(lang, title, columns).rows(jobs.iter().map(row))) }
}

/// How far a piece of work is, in a word.
pub(super) fn state(lang: Lang, state: State) -> Markup {
    let tone = match state {
        State::Reading | State::Writing => Tone::Info,
        State::Columns | State::Preview => Tone::Warn,
        State::Done => Tone::Good,
        State::Cancelled => Tone::Plain,
        State::Failed => Tone::Bad,
    };
    badge(tone, &msg_dyn!(lang, "lists-state-", state.as_str()))
}

/// What was written, in figures.
fn sums(lang: Lang, job: &Job) -> String {
    match job.kind {
        Kind::Persons if job.total > 0 => {
            msg!(lang, "lists-sums", added = job.added, changed = job.changed, refused = job.refused)
        }
        Kind::Photos if job.state == State::Done => {
            msg!(lang, "lists-sums-photos", set = job.changed, refused = job.refused)
        }
        Kind::Persons | Kind::Photos | Kind::Export => "–".into(),
    }
}
