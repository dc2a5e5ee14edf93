//! Work that goes on while nobody waits for it: a thread for each piece, no more than [`AT_ONCE`] of them at a time.
//!
//! How far it is stands in the database, so the page may be left and found again, and a server that fell goes on where its last transaction
//! ended ([`resume`], [`crate::keeper::look`]).

use std::{
    collections::{HashMap, hash_map::Entry},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

use accounts::{App, Ctx};
use jiff::{SignedDuration, Timestamp};
use kernel::SchoolId;
use sheet::{Book, SheetError};

use crate::{
    ListsError, export, files,
    job::{Job, JobId, Kind, PartKind, Settings, State},
    kin_write, model, photos, preview,
    store::{self as table},
    words, write,
};

/// Pieces of work at a time: each may hold some hundred megabytes.
const AT_ONCE: usize = 2;
/// Work that says nothing for so long has fallen with its server.
pub(crate) const SILENCE: SignedDuration = SignedDuration::from_secs(60);
/// Tables that are kept in memory for the pages, the last ones used.
const BOOKS: usize = 2;

/// What is under way in this program: two runs of one piece of work would write twice. Other programs on the same database are told from it by
/// [`SILENCE`].
#[derive(Default)]
struct Under {
    /// With whoever has asked for more meanwhile.
    way: Mutex<HashMap<JobId, Option<Ctx>>>,
    turns: Mutex<usize>,
    freed: Condvar,
    /// Tables that were read, with the moment of the last use, the last used at the end.
    read: Mutex<Vec<(JobId, Timestamp, Arc<Book>)>>,
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One of the [`AT_ONCE`] turns, given back when it is let go.
struct Turn(Arc<Under>);

impl Turn {
    fn take(app: &App, under: Arc<Under>) -> Option<Self> {
        let mut turns = held(&under.turns);
        while *turns >= AT_ONCE {
            if app.stop.is_stopping() {
                return None;
            }
            let waited = under.freed.wait_timeout(turns, Duration::from_millis(200));
            turns = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        *turns += 1;
        drop(turns);
        Some(Self(under))
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        *held(&self.0.turns) -= 1;
        self.0.freed.notify_one();
    }
}

/// Takes the work out of the list of what is under way, also when its thread falls.
struct Mark {
    under: Arc<Under>,
    job: JobId,
    is_over: bool,
}

impl Mark {
    /// Who has asked for more since the work was begun: the next step may be confirmed before the thread of the last one has ended. Where nobody has, the
    /// work is taken out.
    fn next(&mut self) -> Option<Ctx> {
        let mut way = held(&self.under.way);
        let next = way.get_mut(&self.job).and_then(Option::take);
        if next.is_none() {
            way.remove(&self.job);
            self.is_over = true;
        }
        next
    }
}

impl Drop for Mark {
    fn drop(&mut self) {
        if !self.is_over {
            held(&self.under.way).remove(&self.job);
        }
    }
}

/// Goes on with a piece of work; one that is being done is looked at once more when its step is over.
pub(crate) fn start(app: &App, ctx: &Ctx, job: JobId) {
    let under = app.memory::<Under>();
    match held(&under.way).entry(job) {
        Entry::Occupied(mut known) => {
            known.insert(Some(ctx.clone()));
            return;
        }
        Entry::Vacant(place) => place.insert(None),
    };
    let mark = Mark { under: under.clone(), job, is_over: false };
    let (app, ctx) = (app.clone(), ctx.clone());
    let started = thread::Builder::new().name("lists".into()).spawn(move || {
        let mut mark = mark;
        let Some(turn) = Turn::take(&app, under) else { return };
        let mut next = Some(ctx);
        while let Some(ctx) = next.take() {
            step(&app, &ctx, job);
            next = mark.next();
        }
        drop((turn, mark));
    });
    if let Err(error) = started {
        tracing::error!(%job, %error, "no thread for a piece of work with lists");
    }
}

/// Does a step of a piece of work, and notes when it failed.
fn step(app: &App, ctx: &Ctx, job: JobId) {
    match run(app, ctx, job) {
        Ok(()) => {}
        Err(ListsError::Stopping) => tracing::info!(%job, "the work goes on after the next start"),
        Err(error) if error.is_passing() => {
            tracing::warn!(%job, %error, "the work goes on when the store answers again")
        }
        Err(error) => {
            tracing::error!(%job, %error, "a piece of work with lists failed");
            if let Err(error) = fail(app, ctx.actor.school, job, fault_word(&error)) {
                tracing::error!(%job, %error, "that it failed could not be noted");
            }
        }
    }
}

/// Goes on with work whose server has fallen: called when somebody looks at it; [`crate::keeper::look`] does the same when nobody does.
pub(crate) fn resume(app: &App, ctx: &Ctx, job: &Job) {
    let silence = app.clock.now().duration_since(job.changed_at);
    if job.state.is_running() && silence > SILENCE {
        start(app, ctx, job.id);
    }
}

fn run(app: &App, ctx: &Ctx, id: JobId) -> Result<(), ListsError> {
    let job = load(app, ctx.actor.school, id)?;
    match (job.kind, job.state) {
        (Kind::Persons, State::Reading) => read(app, ctx, &job),
        (Kind::Persons, State::Writing) if job.is_of_guardians() => kin_write::write(app, ctx, &job),
        (Kind::Persons, State::Writing) => write::persons(app, ctx, &job),
        (Kind::Photos, State::Reading) => photos::read(app, ctx, &job),
        (Kind::Photos, State::Writing) => photos::write(app, ctx, &job),
        (Kind::Export, State::Writing) => export::make(app, ctx, &job),
        (_, State::Columns | State::Preview | State::Done | State::Cancelled | State::Failed)
        | (Kind::Export, State::Reading) => Ok(()),
    }
}

/// A piece of work.
pub(crate) fn load(app: &App, school: SchoolId, id: JobId) -> Result<Job, ListsError> {
    let row = app.db.read_blocking(|tx| table::one(tx, school, id))?;
    row.map(table::JobRow::job).ok_or(ListsError::NoSuchJob)
}

/// Reads the file for the first time and guesses what its columns mean.
fn read(app: &App, ctx: &Ctx, job: &Job) -> Result<(), ListsError> {
    let school = ctx.actor.school;
    let book = match book(app, school, job.id) {
        Err(ListsError::Sheet(error)) => {
            tracing::info!(job = %job.id, "a list could not be read");
            return fail(app, school, job.id, sheet_fault(&error));
        }
        book => book?,
    };
    if let Some(found) = model::kin_table(&book, &words::kin_headings()) {
        // What its columns mean is certain: there is nothing to ask.
        let (role, mapping) = (model::ListRole::Guardians, found.mapping);
        let settings = Settings { sheet: found.sheet, mapping, role, ..job.settings.clone() }.as_text();
        let (id, now) = (job.id, app.clock.now());
        app.db.write_blocking(move |tx| {
            table::set_settings(tx, school, id, &settings, now)?;
            table::set_state(tx, school, id, State::Preview, "", now).map(|_| ())
        })?;
        return Ok(());
    }
    let sheet = model::likeliest_sheet(&book);
    let mapping = book.sheets.get(sheet).map(model::guess).unwrap_or_default();
    let role = if mapping.column(model::Field::Class).is_none() && mapping.column(model::Field::Position).is_some() {
        model::ListRole::Staff
    } else {
        model::ListRole::Pupils
    };
    let settings = Settings { sheet, mapping, role, ..job.settings.clone() }.as_text();
    let (id, now) = (job.id, app.clock.now());
    app.db.write_blocking(move |tx| {
        table::set_settings(tx, school, id, &settings, now)?;
        table::set_state(tx, school, id, State::Columns, "", now).map(|_| ())
    })?;
    Ok(())
}

/// The table of a file that was brought.
pub(crate) fn book(app: &App, school: SchoolId, job: JobId) -> Result<Arc<Book>, ListsError> {
    let (under, now) = (app.memory::<Under>(), app.clock.now());
    let mut read = held(&under.read);
    if let Some(index) = read.iter().position(|(known, ..)| *known == job) {
        let (_, _, book) = read.remove(index);
        read.push((job, now, book.clone()));
        return Ok(book);
    }
    drop(read);
    let bytes = files::load(&app.db, &app.vault, school, job, PartKind::Source)?.ok_or(ListsError::FileGone)?;
    let book = Arc::new(sheet::read(&bytes)?);
    let mut read = held(&under.read);
    read.push((job, now, book.clone()));
    if read.len() > BOOKS {
        read.remove(0);
    }
    Ok(book)
}

/// Lets go of what memory holds of a piece of work.
pub(crate) fn forget(app: &App, job: JobId) {
    held(&app.memory::<Under>().read).retain(|(known, ..)| *known != job);
    preview::forget(app, job);
}

/// Lets go of what nobody has looked at since `before`: opened numbers do not stay in memory longer than somebody works with them.
pub(crate) fn forget_old(app: &App, before: Timestamp) {
    held(&app.memory::<Under>().read).retain(|(_, used, _)| *used >= before);
    preview::forget_old(app, before);
}

/// Notes that a piece of work failed, and deletes its files.
pub(crate) fn fail(app: &App, school: SchoolId, job: JobId, fault: &'static str) -> Result<(), ListsError> {
    forget(app, job);
    let (vault, now) = (app.vault.clone(), app.clock.now());
    app.db.write_blocking(move |tx| {
        let row = table::held(tx, school, job)?.ok_or(ListsError::NoSuchJob)?;
        files::forget(tx, &vault, school, job, now)?;
        // Whoever has stopped it meanwhile has taken its files and its key: that is no failure.
        if !row.state.is_over() {
            table::set_state(tx, school, job, State::Failed, fault, now)?;
        }
        Ok(())
    })
}

/// The word for why a file cannot be read: the end of a text key `lists-fault-…`.
pub(crate) const fn sheet_fault(error: &SheetError) -> &'static str {
    match error {
        SheetError::Empty => "empty",
        SheetError::TooLarge => "too-large",
        SheetError::TooManyCells => "too-many-cells",
        SheetError::OldOrLocked => "old-or-locked",
        SheetError::NotATable => "not-a-table",
        SheetError::Damaged(_) => "damaged",
        SheetError::Xlsx(_) | SheetError::Csv(_) | SheetError::Zip(_) | SheetError::Io(_) => "internal",
    }
}

const fn fault_word(error: &ListsError) -> &'static str {
    match error {
        ListsError::Sheet(error) => sheet_fault(error),
        ListsError::FileGone => "file-gone",
        ListsError::Denied(_) => "denied",
        _ => "internal",
    }
}
