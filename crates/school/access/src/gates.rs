//! The gates' side of the server: what is new for a gate, and taking in what it recorded.
//!
//! A gate asks and waits. One thread looks at the journals' heads, woken by the bell of our own commits and at least every
//! [`LOOK`], since another server may have written; it wakes the waiting gates when something changed that a gate must know. A gate
//! then gets a snapshot when the school's persons, rules, points, devices, days off or state changed since the one it has. That
//! people come and go changes no snapshot: a gate of a school with several is told of those who passed elsewhere.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    thread,
    time::{Duration, Instant},
};

use accounts::App;
use jiff::Timestamp;
use journal::BELL;
use kernel::{Clock, Feed, GateCommand, GateId, GateRecord, GateStatus, Has, MAX_WAIT_S, SchoolId, SnapshotDoc};
use store::{Bell, Db, StoreError, Tx};
use tokio::time::timeout;
use web::Stop;

use crate::{
    elsewhere::seen_elsewhere,
    error::AccessError,
    intake::{self, Delivered, LATE_AFTER},
    model::GateToken,
    snapshot::snapshot_doc,
    status::{Noted, keep_status},
    store::{gates as rows, school},
};

/// The bell rung by a command. It is the journal's, so that one thread hears both.
pub(crate) const COMMAND_BELL: &str = BELL;
/// How often the journals are looked at without a bell.
const LOOK: Duration = Duration::from_millis(300);
/// Looks follow each other by at least this, however often it rings.
const PAUSE: Duration = Duration::from_millis(10);
/// After a change the next ones are awaited for so long: an import makes one snapshot, not a thousand.
const GATHER: Duration = Duration::from_millis(100);
/// Waiting gates are woken at most this often since somebody passed elsewhere: a gate learns of it well within a second, and a morning in
/// which thousands pass wakes nobody for each of them.
const PASSES: Duration = Duration::from_millis(200);
/// A waiting gate looks by itself this often, for commands whose time is over and a server that stops.
const TURN: Duration = Duration::from_secs(1);
/// A snapshot that was made so lately is given again, though people have passed since.
const FRESH: Duration = Duration::from_secs(2);
/// Snapshots made longer ago are let go.
const KEPT: Duration = Duration::from_secs(30);
/// Snapshots are made at the same time for so many gates at most; one gate's are made one after the other.
const BUILDERS: usize = 4;
const COMMANDS_AT_ONCE: u32 = 100;

/// A gate and its school.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct GateKey {
    /// The school.
    pub school: SchoolId,
    /// The gate.
    pub gate: GateId,
}

/// What is new for each gate. Cheap to clone; its thread ends with the last clone.
#[derive(Clone)]
pub struct Feeds(Arc<Inner>);

struct Inner {
    db: Db,
    clock: Arc<dyn Clock>,
    stop: Stop,
    state: Mutex<State>,
    builders: [Mutex<()>; BUILDERS],
    moved: Bell,
}

#[derive(Default)]
struct State {
    schools: HashMap<SchoolId, Journal>,
    commands: HashMap<GateId, u64>,
    made: HashMap<GateId, (Instant, Arc<SnapshotDoc>)>,
    noted: HashMap<GateId, Noted>,
}

/// How far a school's journal is, as far as we looked.
#[derive(Clone, Copy)]
struct Journal {
    /// Its newest entry.
    head: u64,
    /// Its newest entry that changes what a gate must know.
    config: u64,
}

/// What a look at the journals found.
#[derive(Clone, Copy, Debug, Default)]
struct Looked {
    /// Commands came.
    has_commands: bool,
    /// Something changed that a gate must know.
    has_config: bool,
    /// A journal went on: somebody may have passed.
    has_moved: bool,
}

impl Feeds {
    /// Starts looking.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(app: &App) -> Result<Self, AccessError> {
        let inner = Arc::new(Inner {
            db: app.db.clone(),
            clock: app.clock.clone(),
            stop: app.stop.clone(),
            state: Mutex::default(),
            builders: Default::default(),
            moved: Bell::default(),
        });
        let (weak, bell) = (Arc::downgrade(&inner), app.db.bell(BELL));
        thread::Builder::new()
            .name("gate-feeds".into())
            .spawn(move || watch(&weak, &bell))
            .map_err(AccessError::Thread)?;
        Ok(Self(inner))
    }

    /// The gate of a token.
    ///
    /// # Errors
    /// [`AccessError::Token`] when no gate has it, or from the database.
    pub async fn authenticate(&self, token: &GateToken) -> Result<GateKey, AccessError> {
        let hash = token.hash();
        let row = self.0.db.read(move |tx| rows::by_token(tx, &hash)).await?.ok_or(AccessError::Token)?;
        Ok(GateKey { school: row.school, gate: row.id })
    }

    /// Waits until something is new for a gate that `has` this: a snapshot that differs from the one it has, commands after the one it has, where
    /// people are whom other gates of the school let pass; for at most `wait`, and 20 seconds. An answer without any of it says that
    /// nothing is.
    ///
    /// # Errors
    /// From the database.
    pub async fn feed(&self, key: GateKey, has: Has, status: &GateStatus, wait: Duration) -> Result<Feed, AccessError> {
        let (inner, noted) = (self.0.clone(), status.clone());
        let mut has = blocking(move || inner.begin(key, has, &noted)).await?;
        let mut moved = self.0.moved.watch();
        let deadline = Instant::now() + longest(wait);
        loop {
            // What moves after this line is heard below, what moved before is seen.
            moved.borrow_and_update();
            if self.0.may_have_news(key, has) {
                let inner = self.0.clone();
                let (feed, come_to) = blocking(move || inner.news(key, has)).await?;
                if let Some(feed) = feed {
                    return Ok(feed);
                }
                has = come_to;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() || self.0.stop.is_stopping() {
                return Ok(nothing(has));
            }
            // Whether it moved or the turn is over: look again.
            let _ = timeout(left.min(TURN), moved.changed()).await;
        }
    }

    /// As [`Feeds::feed`], on this thread: for a gate in the server's own process.
    ///
    /// # Errors
    /// From the database.
    pub fn feed_blocking(
        &self,
        key: GateKey,
        has: Has,
        status: &GateStatus,
        wait: Duration,
    ) -> Result<Feed, AccessError> {
        let mut has = self.0.begin(key, has, status)?;
        let deadline = Instant::now() + longest(wait);
        loop {
            let heard = self.0.moved.count();
            if self.0.may_have_news(key, has) {
                let (feed, come_to) = self.0.news(key, has)?;
                if let Some(feed) = feed {
                    return Ok(feed);
                }
                has = come_to;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() || self.0.stop.is_stopping() {
                return Ok(nothing(has));
            }
            self.0.moved.wait(heard, left.min(TURN));
        }
    }

    /// Takes in records of a gate; gives the number up to and with which they are here, durably.
    ///
    /// # Errors
    /// As [`intake::deliver`].
    pub async fn deliver(&self, key: GateKey, records: Vec<GateRecord>) -> Result<u64, AccessError> {
        let inner = self.0.clone();
        blocking(move || inner.deliver(key, records)).await
    }

    /// As [`Feeds::deliver`], on this thread.
    ///
    /// # Errors
    /// As [`intake::deliver`].
    pub fn deliver_blocking(&self, key: GateKey, records: &[GateRecord]) -> Result<u64, AccessError> {
        self.0.deliver(key, records.to_vec())
    }
}

impl fmt::Debug for Feeds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Feeds").finish_non_exhaustive()
    }
}

/// The gates of every school that run in the server's own process.
///
/// # Errors
/// From the database.
pub fn in_process_gates(tx: &mut Tx<'_>) -> Result<Vec<GateKey>, AccessError> {
    Ok(rows::in_process(tx)?.into_iter().map(|row| GateKey { school: row.school, gate: row.id }).collect())
}

/// Takes or prolongs the right of `owner` to run this gate until a moment; `false` while another server holds it. What a server that is gone
/// held is free when its time is over.
///
/// # Errors
/// From the database.
pub fn hold_lease(
    tx: &mut Tx<'_>,
    key: GateKey,
    owner: &str,
    now: Timestamp,
    until: Timestamp,
) -> Result<bool, AccessError> {
    Ok(rows::hold_lease(tx, key.school, key.gate, owner, now, until)?.is_some())
}

/// Gives the right to run this gate back.
///
/// # Errors
/// From the database.
pub fn release_lease(tx: &mut Tx<'_>, key: GateKey, owner: &str) -> Result<(), AccessError> {
    rows::release_lease(tx, key.school, key.gate, owner)?;
    Ok(())
}

/// The answer that says that nothing is new, and how far that was looked at.
fn nothing(has: Has) -> Feed {
    Feed { presence_through: has.presence, ..Feed::default() }
}

fn longest(wait: Duration) -> Duration {
    wait.min(Duration::from_secs(u64::from(MAX_WAIT_S)))
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, AccessError> + Send + 'static,
) -> Result<T, AccessError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(answer) => answer,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => Err(StoreError::Closed.into()),
        },
    }
}

impl Inner {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn deliver(&self, key: GateKey, records: Vec<GateRecord>) -> Result<u64, AccessError> {
        let (now, late_after) = (self.clock.now(), LATE_AFTER * self.clock.pace());
        let Delivered { accepted_through, new_passes, .. } =
            self.db.write_blocking(move |tx| intake::deliver(tx, key, &records, now, late_after))?;
        // Counted after the commit: the closure may have run more than once.
        for reason in new_passes {
            metrics::counter!("kezekshi_passes_total", "reason" => reason.as_str()).increment(1);
        }
        Ok(accepted_through)
    }

    /// A gate begins to ask: keeps how it is, and gives what it is to be told of.
    fn begin(&self, key: GateKey, has: Has, status: &GateStatus) -> Result<Has, AccessError> {
        self.note(key, status, has.command)?;
        // The only gate of a school has seen every pass itself.
        let is_alone = has.presence.is_none() || self.db.read_blocking(|tx| rows::some_gates(tx, key.school))? < 2;
        Ok(Has { presence: has.presence.filter(|_| !is_alone), ..has })
    }

    /// Keeps how a gate is, unless the same was kept a moment ago.
    fn note(&self, key: GateKey, status: &GateStatus, after_command: u64) -> Result<(), AccessError> {
        let noted = Noted::of(status);
        if self.state().noted.get(&key.gate).is_some_and(|last| last.covers(&noted)) {
            return Ok(());
        }
        let now = self.clock.now();
        let status = status.clone();
        self.db.write_blocking(move |tx| keep_status(tx, key, &status, after_command, now))?;
        self.state().noted.insert(key.gate, noted);
        Ok(())
    }

    /// Whether it is worth asking the database.
    fn may_have_news(&self, key: GateKey, has: Has) -> bool {
        let state = self.state();
        let Some(journal) = state.schools.get(&key.school) else { return true };
        journal.differs(has.snapshot)
            || state.commands.get(&key.gate).is_some_and(|number| *number > has.command)
            || has.presence.is_some_and(|through| through != journal.head)
    }

    /// What is new for a gate, if anything; and how far it has come with that.
    fn news(&self, key: GateKey, mut has: Has) -> Result<(Option<Feed>, Has), AccessError> {
        let wants_snapshot = self.wants_snapshot(key.school, has.snapshot)?;
        let snapshot = if wants_snapshot { Some(self.snapshot(key)?) } else { None };
        let now = self.clock.now();
        let (commands, elsewhere) = self.db.read_blocking(|tx| {
            let rows = rows::commands(tx, key.school, key.gate, has.command, now, COMMANDS_AT_ONCE)?;
            let commands = rows.into_iter().filter_map(|row| match serde_json::from_str(&row.body) {
                Ok(body) => Some(GateCommand { number: row.number, until: row.until, body }),
                Err(error) => {
                    tracing::error!(number = row.number, %error, "a command cannot be read");
                    None
                }
            });
            let elsewhere = has.presence.map(|after| seen_elsewhere(tx, key.school, key.gate, after)).transpose()?;
            Ok::<_, AccessError>((commands.collect::<Vec<_>>(), elsewhere))
        })?;
        has.presence = elsewhere.as_ref().map(|elsewhere| elsewhere.through);
        let snapshot = snapshot.filter(|doc| Some(doc.version) != has.snapshot).map(|doc| (*doc).clone());
        let presence = elsewhere.map(|elsewhere| elsewhere.presence).unwrap_or_default();
        let feed = Feed { snapshot, commands, presence, presence_through: has.presence };
        Ok((feed.has_news().then_some(feed), has))
    }

    fn wants_snapshot(&self, school: SchoolId, have: Option<u64>) -> Result<bool, AccessError> {
        let known = self.state().schools.get(&school).copied();
        if known.is_some_and(|journal| !journal.differs(have)) {
            return Ok(false);
        }
        // Looked at anew: a gate that was served by another process a moment ago may be ahead of what we have seen.
        let journal = self.db.read_blocking(|tx| Journal::read(tx, school))?;
        self.state().saw(school, journal);
        Ok(journal.differs(have))
    }

    fn snapshot(&self, key: GateKey) -> Result<Arc<SnapshotDoc>, AccessError> {
        let builder = &self.builders[usize::from(key.gate.as_bytes()[15]) % BUILDERS];
        let _one_at_a_time = builder.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(doc) = self.state().made_lately(key) {
            return Ok(doc);
        }
        let begun = Instant::now();
        let now = self.clock.now();
        let doc = Arc::new(self.db.read_blocking(|tx| snapshot_doc(tx, key.school, key.gate, now))?);
        metrics::histogram!("kezekshi_snapshot_seconds").record(begun.elapsed().as_secs_f64());
        tracing::debug!(version = doc.version, persons = doc.persons.len(), "made a snapshot");
        let mut state = self.state();
        state.made.retain(|_, (made, _)| made.elapsed() < KEPT);
        state.made.insert(key.gate, (begun, doc.clone()));
        let config = state.schools.get(&key.school).map_or(doc.version, |journal| journal.config);
        state.saw(key.school, Journal { head: doc.version, config });
        Ok(doc)
    }

    /// Looks at all heads.
    fn look(&self) -> Result<Looked, AccessError> {
        let (heads, commands) = self.db.read_blocking(|tx| {
            let heads = school::heads(tx)?;
            let mut moved = Vec::new();
            for row in heads {
                let known = self.state().schools.get(&row.school).copied();
                if let Some(known) = known.filter(|known| known.head != row.seq) {
                    // A head that went back: the database was restored, all that was known is void.
                    let after = if row.seq < known.head { 0 } else { known.head };
                    let config = school::newest_config(tx, row.school, after)?.unwrap_or(known.config.min(row.seq));
                    moved.push((row.school, known, Journal { head: row.seq, config }));
                }
            }
            Ok::<_, StoreError>((moved, rows::command_heads(tx)?))
        })?;
        let mut state = self.state();
        let (mut has_config, has_moved) = (false, !heads.is_empty());
        for (school, known, journal) in heads {
            has_config |= journal.config != known.config || journal.head < known.head;
            if journal.head < known.head {
                state.schools.insert(school, journal);
            } else {
                state.saw(school, journal);
            }
        }
        let commands: HashMap<_, _> = commands.into_iter().map(|row| (row.id, row.command_seq)).collect();
        let has_commands = commands != state.commands;
        state.commands = commands;
        Ok(Looked { has_commands, has_config, has_moved })
    }
}

impl Journal {
    fn read(tx: &mut Tx<'_>, school: SchoolId) -> Result<Self, AccessError> {
        Ok(Self { head: journal::head(tx, school)?, config: school::newest_config(tx, school, 0)?.unwrap_or(0) })
    }

    /// Whether a gate with this snapshot needs another: it has none, something changed since, or the database was put back to a
    /// time before it.
    fn differs(self, have: Option<u64>) -> bool {
        have.is_none_or(|have| have < self.config || have > self.head)
    }
}

impl State {
    /// Two looks may end in another order than they began: what is newer stays.
    fn saw(&mut self, school: SchoolId, seen: Journal) {
        let known = self.schools.entry(school).or_insert(seen);
        *known = Journal { head: known.head.max(seen.head), config: known.config.max(seen.config) };
    }

    fn made_lately(&self, key: GateKey) -> Option<Arc<SnapshotDoc>> {
        let (made, doc) = self.made.get(&key.gate)?;
        let journal = self.schools.get(&key.school)?;
        let is_current = doc.version >= journal.config && doc.version <= journal.head;
        (is_current && (doc.version == journal.head || made.elapsed() < FRESH)).then(|| doc.clone())
    }
}

fn watch(inner: &Weak<Inner>, bell: &Bell) {
    let mut is_due = false;
    let mut rung = Instant::now();
    loop {
        let heard = bell.count();
        let Some(feeds) = inner.upgrade() else { return };
        match feeds.look() {
            Ok(looked) => {
                is_due |= looked.has_moved;
                if looked.has_config {
                    thread::sleep(GATHER);
                }
                if looked.has_config || looked.has_commands || (is_due && rung.elapsed() >= PASSES) {
                    (is_due, rung) = (false, Instant::now());
                    feeds.moved.ring();
                }
            }
            Err(AccessError::Store(StoreError::Closed)) => return,
            Err(error) => tracing::warn!(%error, "the journals cannot be looked at"),
        }
        // Not held while waiting, or the last handle would never be the last.
        drop(feeds);
        thread::sleep(PAUSE);
        bell.wait(heard, if is_due { PASSES } else { LOOK });
    }
}
