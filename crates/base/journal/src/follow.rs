//! Followers: whoever reacts to what happened, with a durable cursor.

use std::{
    error::Error,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
    time::Duration,
};

use ::store::{Db, StoreError, Tx};

use crate::{BELL, Entry, JournalError, store};

/// Entries handed over at once: bounds the length of a follower's transaction.
const BATCH: u32 = 500;
/// How often a follower looks by itself, since another process may have written without our bell.
const LOOK: Duration = Duration::from_millis(250);
/// The pause after a failure, doubled each time up to [`LONGEST_PAUSE`].
const PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// Somebody who follows the journal. Its changes are made in the transaction that moves its cursor.
pub trait Follower: Send + Sync {
    /// Its name in the cursor table; for ever.
    fn name(&self) -> &'static str;

    /// Takes entries of one school, in order. Called again with the same entries after a conflict or failure.
    ///
    /// # Errors
    /// Anything: the entries stay, and are tried again after a pause.
    fn follow(&self, tx: &mut Tx<'_>, entries: &[Entry]) -> Result<(), Box<dyn Error + Send + Sync>>;
}

/// Running followers, a thread each. Dropping stops them after the entry in hand.
#[derive(Debug)]
pub struct Followers {
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl Followers {
    /// Starts them.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(db: &Db, followers: Vec<Arc<dyn Follower>>) -> Result<Self, JournalError> {
        let stop = Arc::new(AtomicBool::new(false));
        let mut threads = Vec::with_capacity(followers.len());
        for follower in followers {
            let (db, stop) = (db.clone(), stop.clone());
            let thread = std::thread::Builder::new()
                .name(format!("follow-{}", follower.name()))
                .spawn(move || run(&db, &follower, &stop))
                .map_err(|source| StoreError::Io { what: "follower thread".into(), source })?;
            threads.push(thread);
        }
        Ok(Self { stop, threads })
    }

    /// Lets one follower catch up on this thread; gives the number of entries it took. For tests and rebuilding.
    ///
    /// # Errors
    /// The follower's failure, or the database's.
    pub fn catch_up(db: &Db, follower: &Arc<dyn Follower>) -> Result<u64, JournalError> {
        let mut taken = 0;
        loop {
            let more = round(db, follower)?;
            if more == 0 {
                return Ok(taken);
            }
            taken += more;
        }
    }

    /// Forgets what a follower has seen, so that it takes everything again.
    ///
    /// # Errors
    /// From the database.
    pub fn forget(tx: &mut Tx<'_>, follower: &str) -> Result<(), StoreError> {
        store::forget(tx, follower).map(|_| ())
    }
}

impl Drop for Followers {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        for thread in self.threads.drain(..) {
            if thread.join().is_err() {
                tracing::error!("a follower ended by a panic");
            }
        }
    }
}

fn run(db: &Db, follower: &Arc<dyn Follower>, stop: &AtomicBool) {
    let bell = db.bell(BELL);
    let mut pause = PAUSE;
    while !stop.load(Ordering::SeqCst) {
        let heard = bell.count();
        match round(db, follower) {
            Ok(0) => {
                pause = PAUSE;
                bell.wait(heard, LOOK);
            }
            Ok(_) => pause = PAUSE,
            Err(error) => {
                tracing::error!(follower = follower.name(), %error, "a follower stands still");
                std::thread::sleep(pause);
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
        }
    }
}

/// One batch of each school that has something new.
fn round(db: &Db, follower: &Arc<dyn Follower>) -> Result<u64, JournalError> {
    let name = follower.name();
    let behind = db.read_blocking(|tx| store::behind(tx, name, BATCH))?;
    let mut taken = 0;
    for school in behind {
        let follower = follower.clone();
        taken += db.write_blocking(move |tx| {
            let after = store::cursor(tx, name, school.school)?.unwrap_or(0);
            let entries = store::entries(tx, school.school, after, BATCH)?;
            let Some(last) = entries.last() else { return Ok(0) };
            follower
                .follow(tx, &entries)
                .map_err(|reason| JournalError::Follower { follower: name, reason: reason.to_string() })?;
            store::set_cursor(tx, name, school.school, last.seq)?;
            Ok::<_, JournalError>(entries.len() as u64)
        })?;
    }
    Ok(taken)
}
