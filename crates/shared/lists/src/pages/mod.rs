//! Screens of lists.

mod changes;
mod columns;
mod export;
mod guardianships;
mod home;
mod photos;
mod preview;
mod progress;
mod result;

use accounts::{Action, NavEntry, NavGroup, Reader, Right, Routes};
use web::{IntoResponse, Redirect, Response, WebError};

use crate::{
    ListsError,
    job::{Job, JobId, Kind, State},
    photos::ARCHIVE_LIMIT,
    work,
};

const IMPORT: Right = Right::Action(Action::ImportRegister);
const EXPORT: Right = Right::Action(Action::ExportRegister);
/// What a form says besides its file, in bytes.
const FIELDS: usize = 64 * 1024;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get("/import", IMPORT, home::show)
        .post_large("/import", IMPORT, sheet::FILE_LIMIT + FIELDS, home::bring)
        .get("/import/template.xlsx", IMPORT, home::template)
        .get("/import/photos", IMPORT, photos::show)
        .post_large("/import/photos", IMPORT, ARCHIVE_LIMIT + FIELDS, photos::bring)
        .get("/import/{id}", IMPORT, progress::import)
        .get("/import/{id}/columns", IMPORT, columns::show)
        .post("/import/{id}/columns", IMPORT, columns::choose)
        .get("/import/{id}/preview", IMPORT, preview::show)
        .post("/import/{id}/answers", IMPORT, preview::answer)
        .post("/import/{id}/confirm", IMPORT, preview::confirm)
        .post("/import/{id}/cancel", IMPORT, progress::cancel_import)
        .get("/import/{id}/progress", IMPORT, progress::import_part)
        .get("/import/{id}/events", IMPORT, progress::import_events)
        .get("/import/{id}/refused.xlsx", IMPORT, result::refused)
        .get("/export", EXPORT, export::show)
        .post("/export", EXPORT, export::begin)
        .get("/export/{id}", EXPORT, progress::export)
        .post("/export/{id}/cancel", EXPORT, progress::cancel_export)
        .get("/export/{id}/progress", EXPORT, progress::export_part)
        .get("/export/{id}/events", EXPORT, progress::export_events)
        .get("/export/{id}/register.zip", EXPORT, export::file)
}

pub(crate) fn nav() -> Vec<NavEntry> {
    vec![
        NavEntry {
            group: NavGroup::People,
            label: "lists-nav-import",
            href: "/import",
            icon: "file-spreadsheet",
            action: Action::ImportRegister,
            order: 47,
        },
        NavEntry {
            group: NavGroup::People,
            label: "lists-nav-export",
            href: "/export",
            icon: "download",
            action: Action::ExportRegister,
            order: 48,
        },
    ]
}

/// Does what takes longer than a page may hold its thread.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ListsError> + Send + 'static,
) -> Result<T, ListsError> {
    tokio::task::spawn_blocking(work).await.map_err(|error| ListsError::Part(Box::new(error)))?
}

/// The work of an address; a fallen one is gone on with.
async fn job_of(reader: &Reader, id: &str, is_export: bool) -> Result<Job, WebError> {
    let id: JobId = id.parse().map_err(|_| WebError::NotFound)?;
    let school = reader.scope()?.school();
    let app = reader.app.clone();
    let job = blocking(move || work::load(&app, school, id)).await?;
    if (job.kind == Kind::Export) != is_export {
        return Err(WebError::NotFound);
    }
    work::resume(&reader.app, &reader.ctx(), &job);
    Ok(job)
}

/// Where a piece of work is looked at.
fn home_of(job: &Job) -> String {
    match job.kind {
        Kind::Export => format!("/export/{}", job.id),
        Kind::Persons | Kind::Photos => format!("/import/{}", job.id),
    }
}

/// Where the next step is.
fn step_of(job: &Job) -> String {
    match (job.kind, job.state) {
        (Kind::Persons, State::Columns) => format!("/import/{}/columns", job.id),
        (Kind::Persons | Kind::Photos, State::Preview) => format!("/import/{}/preview", job.id),
        _ => home_of(job),
    }
}

fn to(address: &str) -> Response {
    Redirect::to(address).into_response()
}
