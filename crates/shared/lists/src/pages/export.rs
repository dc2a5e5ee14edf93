//! Everything is taken away.

use accounts::{Reader, audit};
use i18n::msg;
use web::{
    Page, Path, Response, WebError,
    components::{Button, Icon, LinkButton, back_link, card, page_head},
    html,
};

use super::{blocking, home, job_of, result, to};
use crate::{
    files,
    job::{Job, PartKind, State},
    ops, store as table,
};

pub(super) async fn show(reader: Reader) -> Result<Page, WebError> {
    let lang = reader.lang;
    let title = msg!(lang, "lists-export");
    let jobs = home::newest(&reader, true).await?;
    let body = html! {
        (page_head(&title, html! {}))
        (card("", html! {
            p { (msg!(lang, "lists-export-what")) }
            p .quiet { (msg!(lang, "lists-export-secret")) }
            form method="post" action="/export" { (Button::primary(msg!(lang, "lists-export-begin")).icon(Icon::Download)) }
        }))
        @if !jobs.is_empty() { (home::history(&reader, &msg!(lang, "lists-export-history"), &jobs)) }
    };
    Ok(accounts::page(&reader, title, body))
}

pub(super) async fn begin(reader: Reader) -> Result<Response, WebError> {
    let (app, ctx, lang) = (reader.app.clone(), reader.ctx(), reader.lang);
    let id = blocking(move || ops::begin_export(&app, &ctx, lang)).await?;
    Ok(to(&format!("/export/{id}")))
}

pub(super) async fn over(reader: &Reader, job: &Job) -> Result<Page, WebError> {
    let lang = reader.lang;
    let title = msg!(lang, "lists-export");
    let (school, id) = (reader.scope()?.school(), job.id);
    let is_there = reader.app.db.read(move |tx| table::count_parts(tx, school, id, PartKind::Result)).await? > 0;
    let body = html! {
        (back_link(&title, "/export"))
        (page_head(&title, html! {}))
        @if job.state == State::Done && is_there {
            (card(&msg!(lang, "lists-export-ready"), html! {
                p { (msg!(lang, "lists-export-secret")) }
                p { (LinkButton::primary(msg!(lang, "lists-export-load"), format!("/export/{}/register.zip", job.id)).icon(Icon::Download).attr("download", "")) }
            }))
        } @else if job.state == State::Done {
            p { (msg!(lang, "lists-export-gone")) }
        } @else {
            (result::said(lang, job))
        }
    };
    Ok(accounts::page(reader, title, body))
}

pub(super) async fn file(reader: Reader, Path(id): Path<String>) -> Result<Response, WebError> {
    let job = job_of(&reader, &id, true).await?;
    if job.state != State::Done {
        return Err(WebError::NotFound);
    }
    // Whoever takes it away is noted before the file leaves.
    let (ctx, id) = (reader.ctx(), job.id);
    reader.app.db.write(move |tx| audit(tx, &ctx, "register_taken_away", Some(id), "")).await?;
    let (app, school) = (reader.app.clone(), reader.scope()?.school());
    let bytes = blocking(move || files::load(&app.db, &app.vault, school, id, PartKind::Result)).await?;
    let day = i18n::local(job.created_at, &reader.app.time_zone).date();
    Ok(home::attachment("application/zip", &format!("kezekshi-{day}.zip"), bytes.ok_or(WebError::NotFound)?))
}
