//! A piece of work that goes on: how far it is, told as it happens; stopped by hand.

use std::time::Duration;

use accounts::Reader;
use i18n::{Lang, msg};
use web::{
    Fragment, HeaderName, HeaderValue, IntoResponse, Markup, Page, Path, Response, WebError,
    components::{Button, Icon, LinkButton, back_link, card, confirm_dialog, live_state, page_head},
    html, sse,
};

use super::{export, home_of, job_of, result, step_of, to};
use crate::{
    job::{Job, JobId, Kind, State},
    ops, store as table, work,
};

/// How often an open page is told.
const TOLD: Duration = Duration::from_millis(400);

pub(super) async fn import(reader: Reader, Path(id): Path<String>) -> Result<Response, WebError> {
    let job = job_of(&reader, &id, false).await?;
    if job.state.is_running() {
        return Ok(page(&reader, &job).into_response());
    }
    if job.state.is_over() {
        return Ok(result::page(&reader, &job).await?.into_response());
    }
    Ok(to(&step_of(&job)))
}

pub(super) async fn export(reader: Reader, Path(id): Path<String>) -> Result<Response, WebError> {
    let job = job_of(&reader, &id, true).await?;
    if job.state.is_running() {
        return Ok(page(&reader, &job).into_response());
    }
    Ok(export::over(&reader, &job).await?.into_response())
}

pub(super) async fn import_part(reader: Reader, Path(id): Path<String>) -> Result<Response, WebError> {
    let job = job_of(&reader, &id, false).await?;
    Ok(part(&reader, &job))
}

pub(super) async fn export_part(reader: Reader, Path(id): Path<String>) -> Result<Response, WebError> {
    let job = job_of(&reader, &id, true).await?;
    Ok(part(&reader, &job))
}

fn part(reader: &Reader, job: &Job) -> Response {
    if job.state.is_running() {
        return Fragment(bar(reader.lang, job)).into_response();
    }
    let mut response = Fragment(bar(reader.lang, job)).into_response();
    if let Ok(address) = HeaderValue::from_str(&step_of(job)) {
        response.headers_mut().insert(HeaderName::from_static("hx-redirect"), address);
    }
    response
}

pub(super) async fn import_events(reader: Reader, Path(id): Path<String>) -> Result<Response, WebError> {
    let job = job_of(&reader, &id, false).await?;
    events(&reader, job.id)
}

pub(super) async fn export_events(reader: Reader, Path(id): Path<String>) -> Result<Response, WebError> {
    let job = job_of(&reader, &id, true).await?;
    events(&reader, job.id)
}

fn events(reader: &Reader, id: JobId) -> Result<Response, WebError> {
    let (app, school, lang) = (reader.app.clone(), reader.scope()?.school(), reader.lang);
    let stop = app.stop.clone();
    let next = move || {
        let app = app.clone();
        async move {
            tokio::time::sleep(TOLD).await;
            let row = app.db.read(move |tx| table::one(tx, school, id)).await;
            let job = row.ok().flatten()?.job();
            Some(sse::LiveEvent::new("progress", bar(lang, &job)))
        }
    };
    Ok(sse::from_fn(next, &stop))
}

/// How far it is. When it goes on no more, the part asks once more and is told where to go.
fn bar(lang: Lang, job: &Job) -> Markup {
    let what = match (job.kind, job.state) {
        (Kind::Export, _) => msg!(lang, "lists-progress-export"),
        (_, State::Reading) => msg!(lang, "lists-progress-reading"),
        _ => msg!(lang, "lists-progress-writing"),
    };
    html! {
        @if job.state.is_running() {
            p { (what) }
            @if job.total > 0 {
                progress max=(job.total) value=(job.done) aria-label=(what) {}
                p .quiet { (msg!(lang, "lists-progress-done", done = job.done, total = job.total)) }
            } @else {
                progress aria-label=(what) {}
            }
        } @else {
            div hx-get={ (home_of(job)) "/progress" } hx-trigger="load" {
                p { (msg!(lang, "lists-progress-over")) }
                p { (LinkButton::primary(msg!(lang, "lists-progress-on"), step_of(job)).icon(Icon::ArrowRight)) }
            }
        }
    }
}

fn page(reader: &Reader, job: &Job) -> Page {
    let lang = reader.lang;
    let (title, back) = match job.kind {
        Kind::Persons => (msg!(lang, "lists-import"), "/import"),
        Kind::Photos => (msg!(lang, "lists-photos"), "/import"),
        Kind::Export => (msg!(lang, "lists-export"), "/export"),
    };
    let home = home_of(job);
    let body = html! {
        (back_link(&title, back))
        (page_head(&title, html! { (live_state(lang)) (cancel_button(lang, job)) }))
        (card("", html! {
            div sse-connect={ (home) "/events" } {
                div #work sse-swap="progress" hx-get={ (home) "/progress" } hx-trigger="every 5s, live-back from:body" { (bar(lang, job)) }
            }
            p .quiet { (msg!(lang, "lists-progress-leave")) }
            noscript { p { (LinkButton::plain(msg!(lang, "lists-progress-again"), home.clone()).icon(Icon::Refresh)) } }
        }))
    };
    accounts::page(reader, title, body)
}

/// A button that stops the work after it has asked.
pub(super) fn cancel_button(lang: Lang, job: &Job) -> Markup {
    let consequence = match (job.kind, job.state) {
        (Kind::Persons | Kind::Photos, State::Writing) => msg!(lang, "lists-cancel-writing"),
        _ => msg!(lang, "lists-cancel-what"),
    };
    let doer = Button::danger(msg!(lang, "lists-cancel-do")).icon(Icon::X);
    html! {
        (Button::plain(msg!(lang, "lists-cancel")).icon(Icon::X).opens("cancel"))
        (confirm_dialog(lang, "cancel", &msg!(lang, "lists-cancel-ask"), &consequence, &format!("{}/cancel", home_of(job)), &Markup::default(), &doer))
    }
}

pub(super) async fn cancel_import(reader: Reader, Path(id): Path<String>) -> Result<Response, WebError> {
    let job = job_of(&reader, &id, false).await?;
    cancel(&reader, &job).await
}

pub(super) async fn cancel_export(reader: Reader, Path(id): Path<String>) -> Result<Response, WebError> {
    let job = job_of(&reader, &id, true).await?;
    cancel(&reader, &job).await
}

async fn cancel(reader: &Reader, job: &Job) -> Result<Response, WebError> {
    let (ctx, vault, id) = (reader.ctx(), reader.app.vault.clone(), job.id);
    reader.app.db.write(move |tx| ops::cancel(tx, &vault, &ctx, id)).await?;
    work::forget(&reader.app, id);
    Ok(to(&home_of(job)))
}
