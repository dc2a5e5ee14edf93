//! What is done with lists, one function a step: right → rule → SQL → audit.

use accounts::{Action, App, Ctx, audit};
use crypto::Vault;
use i18n::Lang;
use jiff::{SignedDuration, Timestamp};
use kernel::SchoolId;
use store::Tx;

use crate::{
    ListsError, files,
    job::{Failure, Job, JobId, Kind, PartKind, Settings, State, answers_text},
    model::{Answer, Answers},
    store as table, work,
};

/// Files are deleted when nobody has touched their work for so long; what was brought goes as soon as it is written.
pub const FILES_KEPT: SignedDuration = SignedDuration::from_hours(7 * 24);
/// The notes about a piece of work (numbers only) stay so long.
const NOTES_KEPT: SignedDuration = SignedDuration::from_hours(365 * 24);
/// Pieces of work that are swept away at once.
const SWEPT: u32 = 100;
/// Pieces of work of a school that wait for somebody, at most: each holds a file.
const WAITING: usize = 20;

/// Begins to take in a file. The work goes on by itself.
///
/// # Errors
/// [`ListsError::Denied`]; from the database.
pub(crate) fn begin(app: &App, ctx: &Ctx, kind: Kind, settings: &Settings, bytes: &[u8]) -> Result<JobId, ListsError> {
    let school = ctx.require(Action::ImportRegister)?.school();
    swept(app, ctx)?;
    let (id, insert, text): (JobId, Ctx, String) = (ctx.new_id(), ctx.clone(), settings.as_text());
    app.db.write_blocking(move |tx| {
        let waiting = table::newest(tx, school, SWEPT)?;
        let waiting = waiting.into_iter().filter(|row| row.kind != Kind::Export && !row.state.is_over()).count();
        if waiting >= WAITING {
            return Err(ListsError::State);
        }
        table::add(tx, school, id, insert.actor.user, kind, State::Reading, &text, insert.now)?;
        Ok(audit(tx, &insert, "list_brought", Some(id), kind.as_str())?)
    })?;
    files::keep(&app.db, &app.vault, ctx, id, PartKind::Source, bytes)?;
    work::start(app, ctx, id);
    Ok(id)
}

/// Begins to put together everything that the school owns.
///
/// # Errors
/// As [`begin`].
pub(crate) fn begin_export(app: &App, ctx: &Ctx, lang: Lang) -> Result<JobId, ListsError> {
    let school = ctx.require(Action::ExportRegister)?.school();
    swept(app, ctx)?;
    let settings = Settings { lang, ..Settings::default() }.as_text();
    let (id, insert): (JobId, Ctx) = (ctx.new_id(), ctx.clone());
    app.db.write_blocking(move |tx| {
        table::add(tx, school, id, insert.actor.user, Kind::Export, State::Writing, &settings, insert.now)?;
        Ok::<_, ListsError>(audit(tx, &insert, "register_exported", Some(id), "")?)
    })?;
    work::start(app, ctx, id);
    Ok(id)
}

fn held(tx: &mut Tx<'_>, ctx: &Ctx, id: JobId) -> Result<Job, ListsError> {
    let row = table::held(tx, ctx.actor.school, id)?;
    row.map(table::JobRow::job).ok_or(ListsError::NoSuchJob)
}

/// Notes what the columns mean, and goes on to the preview.
///
/// # Errors
/// [`ListsError::State`] when the work is not at this point.
pub(crate) fn choose(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: JobId,
    settings: &Settings,
    is_final: bool,
) -> Result<(), ListsError> {
    let school = ctx.require(Action::ImportRegister)?.school();
    let job = held(tx, ctx, id)?;
    if job.kind != Kind::Persons || job.is_of_guardians() || !matches!(job.state, State::Columns | State::Preview) {
        return Err(ListsError::State);
    }
    table::set_settings(tx, school, id, &settings.as_text(), ctx.now)?;
    // Answers were given to rows as they were read before.
    table::set_answers(tx, school, id, "", ctx.now)?;
    let state = if is_final { State::Preview } else { State::Columns };
    table::set_state(tx, school, id, state, "", ctx.now)?;
    Ok(())
}

/// What somebody decides about rows of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    /// Who is meant in these rows; `None`: that is open again.
    Who(Vec<(u32, Option<Answer>)>),
    /// Whether look-alike letters of a row become Cyrillic.
    Mend(u32, bool),
    /// The same for all rows.
    MendAll(bool),
}

/// Notes a decision.
///
/// # Errors
/// [`ListsError::State`] when there is no preview any more.
pub(crate) fn decide(tx: &mut Tx<'_>, ctx: &Ctx, id: JobId, decision: &Decision) -> Result<(), ListsError> {
    let school = ctx.require(Action::ImportRegister)?.school();
    let job = held(tx, ctx, id)?;
    if job.state != State::Preview {
        return Err(ListsError::State);
    }
    let mut answers: Answers = job.answers;
    match decision {
        Decision::Who(rows) => {
            for (row, answer) in rows {
                match answer {
                    Some(answer) => answers.people.insert(*row, *answer),
                    None => answers.people.remove(row),
                };
            }
        }
        Decision::Mend(row, true) => {
            answers.unmended.remove(row);
        }
        Decision::Mend(row, false) => {
            answers.unmended.insert(*row);
        }
        Decision::MendAll(is_mended) => {
            answers.mends_none = !is_mended;
            answers.unmended.clear();
        }
    }
    table::set_answers(tx, school, id, &answers_text(&answers), ctx.now)?;
    Ok(())
}

/// Begins to write what the preview shows.
///
/// # Errors
/// [`ListsError::State`] when there is no preview any more.
pub(crate) fn confirm(tx: &mut Tx<'_>, ctx: &Ctx, id: JobId) -> Result<(), ListsError> {
    let school = ctx.require(Action::ImportRegister)?.school();
    let job = held(tx, ctx, id)?;
    if job.state != State::Preview {
        return Err(ListsError::State);
    }
    table::advance(tx, school, id, 0, 0, 0, 0, 0, "", ctx.now)?;
    table::set_state(tx, school, id, State::Writing, "", ctx.now)?;
    Ok(audit(tx, ctx, "list_confirmed", Some(id), "")?)
}

/// Stops a piece of work and deletes its files; what was written stays.
///
/// # Errors
/// [`ListsError::State`] when it is over already.
pub(crate) fn cancel(tx: &mut Tx<'_>, vault: &Vault, ctx: &Ctx, id: JobId) -> Result<(), ListsError> {
    let job = held(tx, ctx, id)?;
    let action = if job.kind == Kind::Export { Action::ExportRegister } else { Action::ImportRegister };
    let school = ctx.require(action)?.school();
    if job.state.is_over() {
        return Err(ListsError::State);
    }
    files::forget(tx, vault, school, id, ctx.now)?;
    table::set_state(tx, school, id, State::Cancelled, "", ctx.now)?;
    Ok(audit(tx, ctx, "list_cancelled", Some(id), &job.done.to_string())?)
}

/// Deletes files that nobody has touched for [`FILES_KEPT`], and old notes.
pub(crate) fn sweep(tx: &mut Tx<'_>, vault: &Vault, school: SchoolId, now: Timestamp) -> Result<(), ListsError> {
    let before = |age: SignedDuration| now.checked_sub(age).unwrap_or(Timestamp::MIN);
    for id in table::untouched(tx, school, before(NOTES_KEPT), SWEPT)? {
        files::forget(tx, vault, school, id, now)?;
        table::remove(tx, school, id)?;
    }
    for row in table::untouched_with_files(tx, school, before(FILES_KEPT), SWEPT)? {
        files::forget(tx, vault, school, row.id, now)?;
        if !row.state.is_over() {
            table::set_state(tx, school, row.id, State::Cancelled, "", row.changed_at)?;
        }
    }
    Ok(())
}

/// Whether [`sweep`] has anything to do: whoever looks often does not write for nothing.
pub(crate) fn is_to_sweep(tx: &mut Tx<'_>, school: SchoolId, now: Timestamp) -> Result<bool, ListsError> {
    let before = |age: SignedDuration| now.checked_sub(age).unwrap_or(Timestamp::MIN);
    let has_notes = !table::untouched(tx, school, before(NOTES_KEPT), 1)?.is_empty();
    Ok(has_notes || !table::untouched_with_files(tx, school, before(FILES_KEPT), 1)?.is_empty())
}

/// As [`sweep`], in a transaction of its own.
fn swept(app: &App, ctx: &Ctx) -> Result<(), ListsError> {
    let (vault, school, now) = (app.vault.clone(), ctx.actor.school, ctx.now);
    app.db.write_blocking(move |tx| sweep(tx, &vault, school, now))
}

/// The failures of a piece of work by the row's number.
pub(crate) fn failure_of(failures: &[(u32, Failure)], row: u32) -> Option<Failure> {
    failures.iter().find(|(failed, _)| *failed == row).map(|(_, failure)| *failure)
}
