//! Followers: whoever reacts to what happened, with a durable cursor.

use std::{
    collections::HashMap,
    error::Error,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

use ::store::{Bell, Db, StoreError, Tx};
use kernel::SchoolId;

use crate::{BELL, Entry, JournalError, store};

/// Entries handed over at once: bounds the length of a follower's transaction.
const BATCH: u32 = 500;
/// Schools served in one round at most.
const SCHOOLS: u32 = 500;
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

/// Running followers, a thread each. Dropping stops them after the entries in hand.
#[derive(Debug)]
pub struct Followers {
    stop: Arc<AtomicBool>,
    bell: Arc<Bell>,
    threads: Vec<JoinHandle<()>>,
}

impl Followers {
    /// Starts them.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(db: &Db, followers: Vec<Arc<dyn Follower>>) -> Result<Self, JournalError> {
        // What has begun is stopped again when a later thread is refused.
        let mut running =
            Self { stop: Arc::default(), bell: db.bell(BELL), threads: Vec::with_capacity(followers.len()) };
        for follower in followers {
            let (db, stop) = (db.clone(), running.stop.clone());
            let thread = std::thread::Builder::new()
                .name(format!("follow-{}", follower.name()))
                .spawn(move || run(&db, &follower, &stop))
                .map_err(|source| StoreError::Io { what: "follower thread".into(), source })?;
            running.threads.push(thread);
        }
        Ok(running)
    }

    /// Lets one follower catch up on this thread; gives the number of entries it took. For tests and rebuilding.
    ///
    /// # Errors
    /// The follower's failure at some school (the others are served all the same), or the database's.
    pub fn catch_up(db: &Db, follower: &Arc<dyn Follower>) -> Result<u64, JournalError> {
        Self::catch_up_telling(db, follower, |_| {})
    }

    /// As [`Self::catch_up`]; after each round `progress` is told how many entries were taken so far.
    ///
    /// # Errors
    /// As [`Self::catch_up`].
    pub fn catch_up_telling(
        db: &Db,
        follower: &Arc<dyn Follower>,
        mut progress: impl FnMut(u64),
    ) -> Result<u64, JournalError> {
        let (mut taken, mut standing) = (0, Standing::default());
        loop {
            let more = round(db, follower, &mut standing)?;
            taken += more;
            progress(taken);
            if more == 0 {
                return standing.first.map_or(Ok(taken), Err);
            }
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
        self.bell.ring();
        for thread in self.threads.drain(..) {
            if thread.join().is_err() {
                tracing::error!("a follower ended by a panic");
            }
        }
    }
}

/// Schools at which a follower failed: it comes back to them after a pause and serves the others meanwhile.
#[derive(Default)]
struct Standing {
    schools: HashMap<SchoolId, (Instant, Duration)>,
    /// The first failure.
    first: Option<JournalError>,
}

impl Standing {
    fn rests(&self, school: SchoolId) -> bool {
        self.schools.get(&school).is_some_and(|(until, _)| Instant::now() < *until)
    }

    fn failed(&mut self, follower: &'static str, school: SchoolId, error: JournalError) {
        tracing::error!(follower, %school, %error, "a follower stands still");
        metrics::counter!("kezekshi_journal_follower_failures_total", "follower" => follower).increment(1);
        let pause = self.schools.get(&school).map_or(PAUSE, |(_, pause)| (*pause * 2).min(LONGEST_PAUSE));
        self.schools.insert(school, (Instant::now() + pause, pause));
        self.first.get_or_insert(error);
    }
}

fn run(db: &Db, follower: &Arc<dyn Follower>, stop: &AtomicBool) {
    let bell = db.bell(BELL);
    let (mut standing, mut pause) = (Standing::default(), PAUSE);
    while !stop.load(Ordering::SeqCst) {
        let heard = bell.count();
        match round(db, follower, &mut standing) {
            Ok(taken) => {
                pause = PAUSE;
                if taken == 0 {
                    bell.wait(heard, LOOK);
                }
            }
            Err(error) => {
                tracing::error!(follower = follower.name(), %error, "a follower cannot read the journal");
                let until = Instant::now() + pause;
                while Instant::now() < until && !stop.load(Ordering::SeqCst) {
                    std::thread::sleep(LOOK.min(pause));
                }
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
        }
    }
}

/// One batch of each school that has something new.
fn round(db: &Db, follower: &Arc<dyn Follower>, standing: &mut Standing) -> Result<u64, JournalError> {
    let name = follower.name();
    let behind = db.read_blocking(|tx| store::behind(tx, name, SCHOOLS))?;
    let lag: u64 = behind.iter().map(|behind| behind.head.saturating_sub(behind.seq)).sum();
    metrics::gauge!("kezekshi_journal_lag", "follower" => name).set(lag as f64);
    let mut taken = 0;
    for school in behind.into_iter().map(|behind| behind.school) {
        if standing.rests(school) {
            continue;
        }
        match catch_unwind(AssertUnwindSafe(|| one_batch(db, follower, school))) {
            Ok(Ok(count)) => {
                taken += count;
                standing.schools.remove(&school);
            }
            Ok(Err(error)) => standing.failed(name, school, error),
            Err(_) => {
                let error = JournalError::Follower { follower: name, reason: "it panicked".into() };
                standing.failed(name, school, error);
            }
        }
    }
    Ok(taken)
}

fn one_batch(db: &Db, follower: &Arc<dyn Follower>, school: SchoolId) -> Result<u64, JournalError> {
    let (name, follower) = (follower.name(), follower.clone());
    db.write_blocking(move |tx| {
        let after = store::cursor(tx, name, school)?.unwrap_or(0);
        let entries = store::entries(tx, school, after, BATCH)?;
        let Some(last) = entries.last() else { return Ok(0) };
        follower
            .follow(tx, &entries)
            .map_err(|reason| JournalError::Follower { follower: name, reason: reason.to_string() })?;
        store::set_cursor(tx, name, school, last.seq)?;
        Ok::<_, JournalError>(entries.len() as u64)
    })
}
