//! The running gate: its threads, how it starts and how it stops.
//!
//! - `gate-decide` takes what drivers and the server tell, in batches: decides, appends to the spool, syncs once, and only then opens.
//! - `gate-feed` follows the server: snapshots, commands, drivers, board lists.
//! - `gate-uplink` hands records to the server.

use std::{
    io,
    path::PathBuf,
    sync::{
        Arc,
        mpsc::{Receiver, RecvTimeoutError, sync_channel},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use kernel::{Clock, DeviceId, GateId, GateStatus, Ids, Verify};

use crate::{
    boards::Boards,
    core::{Core, Order},
    driver::{Drivers, Told},
    feed::{Follower, keep_drivers, use_kept_snapshot},
    hub::{Hub, lock},
    server::Server,
    spool::{Directory, Disk, Limits, Spool, SpoolError},
    uplink::Uplink,
    wire::MAX_WAIT_S,
};

/// How long the deciding thread rests at most when nobody tells it anything.
const REST: Duration = Duration::from_millis(500);
/// How long a stopping gate waits for the server to take what is left.
const FAREWELL: Duration = Duration::from_secs(5);
const LOCK_FILE: &str = "gate.lock";

/// How a gate runs.
#[derive(Clone, Debug)]
pub struct GateConfig {
    /// The folder of its spool and its last snapshot; made if need be. Belongs to one gate.
    pub dir: PathBuf,
    /// The only gate whose snapshots are used; `None`: whichever the server sends.
    pub gate: Option<GateId>,
    /// What drivers may have told without being heard yet; a full inbox makes them wait.
    pub inbox: usize,
    /// The most that is decided before one sync.
    pub batch: usize,
    /// The limits of the spool.
    pub spool: Limits,
    /// How long a feed is held open by the server; at most 20 s.
    pub feed_wait: Duration,
    /// The first time between two tries to reach the server.
    pub retry_least: Duration,
    /// The longest time between two tries.
    pub retry_most: Duration,
    /// The program's version, as the server shows it.
    pub version: String,
    /// Checks signatures of QR passes; the gate itself knows no cipher.
    pub verify: Verify,
}

impl GateConfig {
    /// The usual settings for a gate with this folder. It takes no QR pass until it is told how to check one.
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self {
            dir: dir.into(),
            gate: None,
            inbox: 1_024,
            batch: 256,
            spool: Limits::default(),
            feed_wait: Duration::from_secs(u64::from(MAX_WAIT_S)),
            retry_least: Duration::from_millis(500),
            retry_most: Duration::from_secs(30),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            verify: |_, _, _| false,
        }
    }
}

/// Why a gate cannot start.
#[derive(Debug, thiserror::Error)]
pub enum GateError {
    /// Its folder cannot be made or opened.
    #[error("the gate's folder {dir} cannot be used: {source}")]
    Folder {
        /// The folder.
        dir: PathBuf,
        /// The operating system's error.
        source: io::Error,
    },
    /// Another process runs a gate in the same folder.
    #[error("another gate runs in {dir}")]
    InUse {
        /// The folder.
        dir: PathBuf,
    },
    /// Its spool cannot be opened.
    #[error(transparent)]
    Spool(#[from] SpoolError),
    /// The operating system gives no thread.
    #[error("a thread cannot be started: {0}")]
    Thread(io::Error),
}

/// The gate.
#[derive(Debug)]
pub struct Gate;

impl Gate {
    /// Starts a gate. It decides by the snapshot of its last run at once, whether or not the server is there.
    ///
    /// # Errors
    /// [`GateError`] says what is missing.
    pub fn start(
        config: GateConfig,
        drivers: Arc<dyn Drivers>,
        server: Arc<dyn Server>,
        clock: Arc<dyn Clock>,
        ids: Ids,
    ) -> Result<GateHandle, GateError> {
        let dir = config.dir.clone();
        let directory = Directory::open(&dir).map_err(|source| GateError::Folder { dir: dir.clone(), source })?;
        let lock = directory.lock(LOCK_FILE).map_err(|source| match source.kind() {
            io::ErrorKind::WouldBlock => GateError::InUse { dir: dir.clone() },
            _ => GateError::Folder { dir: dir.clone(), source },
        })?;
        let mut handle = Self::start_on(Arc::new(directory), config, drivers, server, clock, ids)?;
        handle.lock = Some(lock);
        Ok(handle)
    }

    /// Starts a gate whose files stand on this disk rather than in the folder of the settings.
    ///
    /// # Errors
    /// [`GateError`] says what is missing.
    pub fn start_on(
        disk: Arc<dyn Disk>,
        config: GateConfig,
        drivers: Arc<dyn Drivers>,
        server: Arc<dyn Server>,
        clock: Arc<dyn Clock>,
        ids: Ids,
    ) -> Result<GateHandle, GateError> {
        let verify = config.verify;
        let (spool, outbox, found) = Spool::open(Arc::clone(&disk), config.spool)?;
        let damaged_bytes = found.damaged_bytes;
        let (inbox, told) = sync_channel(config.inbox.max(1));
        let (boards, gauge) = (Boards::new(drivers), spool.gauge());
        let hub = Arc::new(Hub::new(config, Arc::clone(&clock), ids.clone(), disk, boards, inbox, gauge));
        use_kept_snapshot(&hub);
        let core = Core::new(spool, &found, clock, ids, hub.label(), verify);

        if damaged_bytes > 0 {
            metrics::counter!("kezekshi_spool_damaged_bytes_total", "gate" => hub.label()).increment(damaged_bytes);
        }
        let decider = Decider { hub: Arc::clone(&hub), told, core };
        let uplink = Uplink::new(Arc::clone(&hub), Arc::clone(&server), outbox);
        let follower = Follower::new(Arc::clone(&hub), server, found.progress.command.unwrap_or(0));
        // Made first, so that whatever runs already is ended when a later thread cannot be started.
        let mut handle = GateHandle { hub, decider: None, uplink: None, lock: None };
        handle.decider = Some(spawn("gate-decide", move || decider.run())?);
        handle.uplink = Some(spawn("gate-uplink", move || uplink.run())?);
        spawn("gate-feed", move || follower.run())?;
        Ok(handle)
    }
}

fn spawn<T: Send + 'static>(name: &str, work: impl FnOnce() -> T + Send + 'static) -> Result<JoinHandle<T>, GateError> {
    thread::Builder::new().name(name.to_owned()).spawn(work).map_err(GateError::Thread)
}

/// A running gate. Dropping it stops it as [`GateHandle::stop`] does.
pub struct GateHandle {
    hub: Arc<Hub>,
    decider: Option<JoinHandle<()>>,
    uplink: Option<JoinHandle<()>>,
    lock: Option<std::fs::File>,
}

impl GateHandle {
    /// How the gate is.
    pub fn status(&self) -> GateStatus {
        self.hub.status()
    }

    /// Stops the gate: drivers end, what they have told is decided and written, and the server is given what it takes at once.
    pub fn stop(mut self) {
        self.end();
    }

    fn end(&mut self) {
        self.hub.boards.close();
        self.hub.stop();
        self.hub.wake_decider();
        if let Some(decider) = self.decider.take()
            && decider.join().is_err()
        {
            tracing::error!("the deciding thread ended by a panic");
        }
        self.hub.gauge.end();
        if let Some(uplink) = self.uplink.take() {
            wait_for(&uplink);
        }
        // The feed may hang in a call to the server for a while yet; the files are no longer its business.
        *lock(&self.hub.disk) = None;
        self.hub.gauge.close();
        self.lock = None;
    }
}

impl Drop for GateHandle {
    fn drop(&mut self) {
        self.end();
    }
}

/// Waits until the thread has ended, but not for ever: it may hang in a call to the server.
fn wait_for(thread: &JoinHandle<()>) {
    let end = Instant::now() + FAREWELL;
    while !thread.is_finished() && Instant::now() < end {
        thread::sleep(Duration::from_millis(5));
    }
}

/// The deciding thread.
struct Decider {
    hub: Arc<Hub>,
    told: Receiver<(DeviceId, Told)>,
    core: Core,
}

impl Decider {
    fn run(mut self) {
        self.adopt();
        self.core.tidy();
        let mut tidied = Instant::now();
        loop {
            let first = self.told.recv_timeout(REST);
            let is_resting = first == Err(RecvTimeoutError::Timeout);
            let is_stopping = self.hub.is_stopping();
            self.round(first.ok());
            if is_resting || tidied.elapsed() >= REST {
                self.core.tidy();
                tidied = Instant::now();
                self.measure();
            }
            if is_stopping && self.is_told_all() {
                return self.core.finish();
            }
        }
    }

    /// Tells the figures of the spool, as this gate's: several gates may run in one process.
    fn measure(&self) {
        let (gate, gauge) = (self.hub.label(), &self.hub.gauge);
        metrics::gauge!("kezekshi_spool_depth", "gate" => gate.clone()).set(gauge.depth() as f64);
        metrics::counter!("kezekshi_spool_refused_total", "gate" => gate).absolute(gauge.refused());
    }

    /// Takes in a batch: `first` and what else waits. One sync for all, then doors open.
    fn round(&mut self, first: Option<(DeviceId, Told)>) {
        self.adopt();
        self.core.learn(&self.hub.take_presence());
        self.core.turn_day();
        let rest = self.told.try_iter().take(self.hub.config.batch.saturating_sub(1));
        for (device, told) in first.into_iter().chain(rest) {
            match told {
                Told::Status(status) => {
                    self.core.note_status(&status);
                    self.hub.note_status(status);
                }
                told => self.core.take(device, told),
            }
        }
        for command in self.hub.take_commands() {
            self.core.command(command);
        }
        self.core.commit();
        for order in self.core.orders() {
            carry_out(&self.hub, order);
        }
    }

    fn adopt(&mut self) {
        if let Some(snapshot) = &*self.hub.snapshot.load() {
            self.core.adopt(snapshot);
        }
    }

    /// Whether nothing waits any more. Drivers have ended when this is asked.
    fn is_told_all(&mut self) -> bool {
        match self.told.try_recv() {
            Ok(one) => {
                self.round(Some(one));
                false
            }
            Err(_) => true,
        }
    }
}

/// Starts the drivers anew that are behind: on a thread of its own, since the end of a driver may take a moment and the feed may wait at the
/// server for long.
fn read_again(hub: &Arc<Hub>) {
    let of_thread = Arc::clone(hub);
    let started = spawn("gate-reread", move || {
        if let Some(snapshot) = of_thread.snapshot.load_full() {
            keep_drivers(&of_thread, &snapshot);
        }
    });
    if let Err(error) = started {
        tracing::warn!(%error, "what a board still has is read again with the next answer of the server");
    }
}

fn carry_out(hub: &Arc<Hub>, order: Order) {
    match order {
        Order::Open { device, door, seen } => {
            hub.boards.open(device, door);
            if let Some(seen) = seen {
                metrics::histogram!("kezekshi_tap_to_open_seconds", "gate" => hub.label())
                    .record(seen.elapsed().as_secs_f64());
            }
        }
        Order::Resync(device) => hub.boards.resync(device),
        Order::Reread(device) => {
            hub.boards.reread(device);
            read_again(hub);
        }
    }
}
