//! The thread that follows the server: takes snapshots and commands, keeps drivers and board lists in step.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use jiff::civil::Date;
use kernel::{Feed, GateCommand, Has, PresentDoc, SchoolMode, SnapshotDoc};

use crate::{
    driver::Doors,
    hub::{BackOff, Hub, Trouble, lock},
    server::Server,
    snapshot::{Snapshot, board_lists},
};

/// The last snapshot, as the server sent it.
pub(crate) const SNAPSHOT_FILE: &str = "snapshot.json";
const MAX_SNAPSHOT_BYTES: u64 = 256 * 1024 * 1024;
/// The least time between two answers without news: a server that does not wait must not be asked without rest.
const LEAST_ROUND: Duration = Duration::from_millis(200);

/// The follower's state.
pub(crate) struct Follower {
    hub: Arc<Hub>,
    server: Arc<dyn Server>,
    /// The number of the last command that was handed on.
    command: u64,
    /// The journal number up to which it is known where people are; `None` until the first snapshot.
    presence: Option<u64>,
    back_off: BackOff,
    trouble: Trouble,
    /// The snapshot and the day for which the boards have their lists.
    listed: Option<(u64, Date)>,
}

impl Follower {
    pub(crate) fn new(hub: Arc<Hub>, server: Arc<dyn Server>, command: u64) -> Self {
        let back_off = BackOff::new(&hub.config);
        let presence = hub.snapshot.load().as_ref().map(|snapshot| snapshot.presence_through());
        Self { hub, server, command, presence, back_off, trouble: Trouble::default(), listed: None }
    }

    pub(crate) fn run(mut self) {
        while !self.hub.is_stopping() {
            self.keep_boards();
            let began = Instant::now();
            let snapshot = self.hub.snapshot.load().as_ref().map(|snapshot| snapshot.version());
            let has = Has { snapshot, command: self.command, presence: self.presence };
            let answer = self.server.feed(has, &self.hub.status(), self.hub.config.feed_wait);
            if self.hub.is_stopping() {
                return;
            }
            let is_good = match answer {
                Ok(feed) => {
                    if self.trouble.over("feed") {
                        // The uplink need not wait for its own next try.
                        self.hub.ring();
                    }
                    self.take(feed, began)
                }
                Err(error) => {
                    self.trouble.note("feed", error);
                    false
                }
            };
            if is_good {
                self.back_off.reset();
            } else {
                self.hub.pause(self.back_off.next(&self.hub.ids));
            }
        }
    }

    /// Takes in an answer; `false` when it brought something that cannot be used, so asking again at once would only bring it again.
    fn take(&mut self, feed: Feed, began: Instant) -> bool {
        let has_news = feed.has_news();
        let is_usable = feed.snapshot.is_none_or(|doc| {
            let is_used = self.adopt(&doc);
            if is_used {
                self.presence = Some(doc.presence_through);
            }
            is_used
        });
        let is_learnt = self.learn(feed.presence, feed.presence_through);
        let is_taken = self.hand_on(feed.commands) && is_learnt;
        if !has_news && began.elapsed() < LEAST_ROUND {
            self.hub.pause(LEAST_ROUND);
        }
        is_usable && is_taken
    }

    /// Hands on where people are; after that the server is asked for what comes later.
    fn learn(&mut self, presence: Vec<PresentDoc>, through: Option<u64>) -> bool {
        if !self.hub.put_presence(presence) {
            tracing::error!("too much about people waits");
            self.hub.wake_decider();
            return false;
        }
        // What was said of presence goes beyond the snapshot that came with it, if one did.
        self.presence = through.or(self.presence);
        true
    }

    fn hand_on(&mut self, commands: Vec<GateCommand>) -> bool {
        for command in commands {
            let number = command.number;
            if !self.hub.put_command(command) {
                tracing::error!("too many commands wait");
                self.hub.wake_decider();
                return false;
            }
            self.command = self.command.max(number);
        }
        self.hub.wake_decider();
        true
    }

    /// Decides by this document from now on, and keeps it for the next start.
    fn adopt(&self, doc: &SnapshotDoc) -> bool {
        if !use_snapshot(&self.hub, doc) {
            return false;
        }
        self.hub.wake_decider();
        let Ok(bytes) = serde_json::to_vec(doc) else { return true };
        let disk = lock(&self.hub.disk);
        if let Some(Err(error)) = disk.as_ref().map(|disk| disk.replace(SNAPSHOT_FILE, &bytes)) {
            tracing::warn!(%error, "the snapshot cannot be kept for the next start");
        }
        true
    }

    /// Starts and ends drivers, and hands lists to boards when the snapshot or the day is another.
    fn keep_boards(&mut self) {
        let Some(snapshot) = self.hub.snapshot.load_full() else { return };
        let now = self.hub.clock.now();
        self.hub.forget_statuses(&snapshot);
        keep_drivers(&self.hub, &snapshot);
        let today = snapshot.day(now);
        let listed = (snapshot.version(), today);
        if self.listed != Some(listed) || self.hub.boards.want_lists() {
            self.hub.boards.hold(board_lists(&snapshot, today));
            self.listed = Some(listed);
        }
    }
}

/// Brings the drivers in step with the devices of the snapshot, and doors with the state of the school.
pub(crate) fn keep_drivers(hub: &Hub, snapshot: &Snapshot) {
    // Before whatever may take its time: in a fire the doors that have a driver open first.
    let doors = doors_of(snapshot.mode());
    hub.boards.keep_doors(doors);
    hub.boards.follow(snapshot.devices(), &hub.gauge.progress().handled, &hub.inbox, hub.clock.now());
    hub.boards.keep_doors(doors);
}

/// How doors stand in a state of the school. In a lock-down they stay controlled: who leaves, whom a guard admits and who presses the
/// exit button still passes, which a board that keeps its doors shut would refuse; that nobody gets in by a board's own list is the
/// business of [`board_lists`].
const fn doors_of(mode: SchoolMode) -> Doors {
    match mode {
        SchoolMode::Normal | SchoolMode::LockedDown => Doors::Controlled,
        SchoolMode::FreePassage => Doors::Open,
    }
}

/// Compiles and swaps; `false` when the document cannot be used.
fn use_snapshot(hub: &Hub, doc: &SnapshotDoc) -> bool {
    if hub.config.gate.is_some_and(|gate| gate != doc.gate) {
        tracing::error!("the snapshot is another gate's and is not used");
        return false;
    }
    match Snapshot::compile(doc) {
        Ok(snapshot) => {
            if snapshot.skipped() > 0 {
                tracing::warn!(
                    skipped = snapshot.skipped(),
                    version = doc.version,
                    "parts of the snapshot make no sense"
                );
            }
            tracing::info!(version = doc.version, persons = doc.persons.len(), "decides by a new snapshot");
            hub.snapshot.store(Some(Arc::new(snapshot)));
            true
        }
        Err(error) => {
            tracing::error!(%error, version = doc.version, "the snapshot cannot be used; the gate goes on by the one it has");
            false
        }
    }
}

/// Takes the snapshot of the last run, so that the gate decides before the server is reached.
pub(crate) fn use_kept_snapshot(hub: &Hub) {
    let bytes = match lock(&hub.disk).as_ref().map(|disk| disk.read(SNAPSHOT_FILE, 0, MAX_SNAPSHOT_BYTES)) {
        Some(Ok(bytes)) => bytes,
        Some(Err(error)) if error.kind() != std::io::ErrorKind::NotFound => {
            return tracing::error!(%error, "the kept snapshot cannot be read; the gate waits for the server");
        }
        Some(Err(_)) | None => return,
    };
    match serde_json::from_slice::<SnapshotDoc>(&bytes) {
        Ok(doc) => {
            use_snapshot(hub, &doc);
        }
        Err(error) => tracing::error!(%error, "the kept snapshot is damaged; the gate waits for the server"),
    }
}
