//! Keeps order beside the pages: deletes what has lain long enough, goes on with work whose server has fallen.

use std::{
    fmt,
    sync::{Arc, Condvar, Mutex, PoisonError},
    thread::{self, JoinHandle},
    time::Duration,
};

use accounts::{App, Ctx};
use jiff::{SignedDuration, Timestamp};
use kernel::SchoolId;

use crate::{ListsError, ops, store as table, work};

/// How often schools are looked at.
const LOOK: Duration = Duration::from_secs(60);
/// What memory holds of a list goes when nobody has looked at it for so long.
const REMEMBERED: SignedDuration = SignedDuration::from_mins(15);
/// Pieces of work of a school that are gone on with at once.
const AT_ONCE: u32 = 10;

/// The thread that looks after the lists of all schools. It ends when this is dropped.
pub struct Keeper {
    stop: Arc<(Mutex<bool>, Condvar)>,
    thread: Option<JoinHandle<()>>,
}

impl Keeper {
    /// Starts looking, at once and then every minute.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(app: &App) -> Result<Self, std::io::Error> {
        let stop: Arc<(Mutex<bool>, Condvar)> = Arc::default();
        let (app, told) = (app.clone(), stop.clone());
        let thread = thread::Builder::new().name("keeper".into()).spawn(move || {
            loop {
                if let Err(error) = look(&app) {
                    tracing::warn!(%error, "lists are not looked after for a minute");
                }
                let stopped = told.0.lock().unwrap_or_else(PoisonError::into_inner);
                let waited = told.1.wait_timeout_while(stopped, LOOK, |stopped| !*stopped);
                if *waited.unwrap_or_else(PoisonError::into_inner).0 {
                    return;
                }
            }
        })?;
        Ok(Self { stop, thread: Some(thread) })
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        *self.stop.0.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.stop.1.notify_all();
        if self.thread.take().is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("who looks after lists ended by a panic");
        }
    }
}

impl fmt::Debug for Keeper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keeper")
    }
}

/// Looks at every school once.
///
/// # Errors
/// From the database or the keys.
pub fn look(app: &App) -> Result<(), ListsError> {
    work::forget_old(app, app.clock.now().checked_sub(REMEMBERED).unwrap_or(Timestamp::MIN));
    for school in app.db.read_blocking(people::queries::schools)? {
        look_at(app, school.school)?;
    }
    Ok(())
}

fn look_at(app: &App, school: SchoolId) -> Result<(), ListsError> {
    let now = app.clock.now();
    if app.db.read_blocking(|tx| ops::is_to_sweep(tx, school, now))? {
        let vault = app.vault.clone();
        app.db.write_blocking(move |tx| ops::sweep(tx, &vault, school, now))?;
    }
    let before = now.checked_sub(work::SILENCE).unwrap_or(Timestamp::MIN);
    for job in app.db.read_blocking(|tx| table::silent(tx, school, before, AT_ONCE))? {
        // Whoever began it had the right to, and is named where it was begun.
        work::start(app, &Ctx::of_program(school, now, app.ids.clone()), job);
    }
    Ok(())
}
