//! What became of a list or of photos.

use accounts::Reader;
use i18n::{Lang, msg, msg_dyn};
use web::{
    Markup, Page, Path, Response, WebError,
    components::{Icon, LinkButton, Tone, alert, back_link, card, page_head, stat},
    html,
};

use super::{blocking, home::attachment, job_of};
use crate::{
    files,
    job::{Job, Kind, PartKind, State},
    store as table,
};

pub(super) async fn page(reader: &Reader, job: &Job) -> Result<Page, WebError> {
    let lang = reader.lang;
    let title = if job.kind == Kind::Photos { msg!(lang, "lists-photos") } else { msg!(lang, "lists-import") };
    let (school, id) = (reader.scope()?.school(), job.id);
    let has_refused = job.kind == Kind::Persons
        && reader.app.db.read(move |tx| table::count_parts(tx, school, id, PartKind::Refused)).await? > 0;
    let body = html! {
        (back_link(&msg!(lang, "lists-import"), "/import"))
        (page_head(&title, html! { (LinkButton::plain(msg!(lang, "lists-to-people"), "/people").icon(Icon::Users)) }))
        (said(lang, job))
        @if job.state != State::Failed { (figures(lang, job)) }
        @if has_refused {
            (card(&msg!(lang, "lists-refused"), html! {
                p { (msg!(lang, "lists-refused-how")) }
                p { (LinkButton::primary(msg!(lang, "lists-refused-load"), format!("/import/{}/refused.xlsx", job.id)).icon(Icon::Download).attr("download", "")) }
            }))
        }
        p { (LinkButton::plain(msg!(lang, "lists-again"), if job.kind == Kind::Photos { "/import/photos" } else { "/import" }).icon(Icon::Upload)) }
    };
    Ok(accounts::page(reader, title, body))
}

/// How it ended, in a sentence, and what to do.
pub(super) fn said(lang: Lang, job: &Job) -> Markup {
    match job.state {
        State::Done => alert(Tone::Good, &msg!(lang, "lists-done"), ""),
        State::Cancelled => alert(Tone::Warn, &msg!(lang, "lists-cancelled"), &msg!(lang, "lists-cancelled-how")),
        State::Failed => {
            let fault = if job.fault.is_empty() { "internal" } else { job.fault.as_str() };
            alert(Tone::Bad, &msg!(lang, "lists-failed"), &msg_dyn!(lang, "lists-fault-", fault))
        }
        State::Reading | State::Columns | State::Preview | State::Writing => Markup::default(),
    }
}

fn figures(lang: Lang, job: &Job) -> Markup {
    let figure = |count: u32| i18n::number(i64::from(count));
    let refused = if job.refused == 0 { Tone::Plain } else { Tone::Warn };
    html! {
        div .stats {
            @if job.kind == Kind::Persons {
                (stat(&msg!(lang, "lists-count-added"), &figure(job.added), Icon::UserPlus, Tone::Good, None))
                (stat(&msg!(lang, "lists-count-changed"), &figure(job.changed), Icon::Edit, Tone::Info, None))
                (stat(&msg!(lang, "lists-count-same"), &figure(job.same), Icon::UserCheck, Tone::Plain, None))
            } @else {
                (stat(&msg!(lang, "lists-count-photos"), &figure(job.changed), Icon::Photo, Tone::Good, None))
            }
            (stat(&msg!(lang, "lists-count-left"), &figure(job.refused), Icon::AlertTriangle, refused, None))
        }
    }
}

pub(super) async fn refused(reader: Reader, Path(id): Path<String>) -> Result<Response, WebError> {
    let job = job_of(&reader, &id, false).await?;
    if job.kind != Kind::Persons {
        return Err(WebError::NotFound);
    }
    let (app, school) = (reader.app.clone(), reader.scope()?.school());
    let bytes = blocking(move || files::load(&app.db, &app.vault, school, job.id, PartKind::Refused)).await?;
    Ok(attachment(sheet::Kind::Xlsx.media_type(), "kezekshi-refused.xlsx", bytes.ok_or(WebError::NotFound)?))
}
