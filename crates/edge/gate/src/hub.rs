//! What the threads of a running gate share.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
        mpsc::SyncSender,
    },
    time::{Duration, Instant},
};

use arc_swap::ArcSwapOption;
use kernel::{Clock, DeviceId, DeviceStatus, GateCommand, GateStatus, Ids, PresentDoc};
use uuid::Uuid;

use crate::{
    boards::Boards,
    driver::Told,
    run::GateConfig,
    server::ServerError,
    snapshot::{MAX_PERSONS, Snapshot},
    spool::{Disk, SpoolGauge},
};

/// Commands that wait for the deciding thread.
const MAX_COMMANDS: usize = 1_000;

/// Words on presence that wait for the deciding thread: twice everybody of the largest school.
const MAX_LEARNT: usize = 2 * MAX_PERSONS;

/// The name in metrics of a gate that does not know yet which it is.
const UNNAMED: &str = "unknown";

/// The message to the deciding thread that only wakes it: an event without an index moves nothing.
const WAKE: (DeviceId, Told) = (DeviceId::from_uuid(Uuid::nil()), Told::Handled { index: 0 });

/// The shared part of a running gate.
pub(crate) struct Hub {
    pub(crate) config: GateConfig,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Ids,
    /// The files of the gate; `None` when they belong to somebody else again.
    pub(crate) disk: Mutex<Option<Arc<dyn Disk>>>,
    /// Swapped as a whole; the deciding thread reads it without a lock.
    pub(crate) snapshot: ArcSwapOption<Snapshot>,
    pub(crate) boards: Boards,
    pub(crate) inbox: SyncSender<(DeviceId, Told)>,
    pub(crate) gauge: SpoolGauge,
    commands: Mutex<VecDeque<GateCommand>>,
    /// Where people are whom other gates let pass, until the deciding thread takes it in.
    presence: Mutex<Vec<PresentDoc>>,
    statuses: Mutex<BTreeMap<DeviceId, DeviceStatus>>,
    is_stopping: AtomicBool,
    rings: Mutex<u64>,
    bell: Condvar,
}

impl Hub {
    pub(crate) fn new(
        config: GateConfig,
        clock: Arc<dyn Clock>,
        ids: Ids,
        disk: Arc<dyn Disk>,
        boards: Boards,
        inbox: SyncSender<(DeviceId, Told)>,
        gauge: SpoolGauge,
    ) -> Self {
        Self {
            config,
            clock,
            ids,
            disk: Mutex::new(Some(disk)),
            snapshot: ArcSwapOption::empty(),
            boards,
            inbox,
            gauge,
            commands: Mutex::default(),
            presence: Mutex::default(),
            statuses: Mutex::default(),
            is_stopping: AtomicBool::new(false),
            rings: Mutex::new(0),
            bell: Condvar::new(),
        }
    }

    /// The gate's name in metrics: its id, as soon as it is known.
    pub(crate) fn label(&self) -> Arc<str> {
        let known = self.config.gate.or_else(|| self.snapshot.load().as_ref().map(|snapshot| snapshot.gate()));
        known.map_or_else(|| Arc::from(UNNAMED), |gate| Arc::from(gate.to_string()))
    }

    pub(crate) fn status(&self) -> GateStatus {
        GateStatus {
            snapshot: self.snapshot.load().as_ref().map_or(0, |snapshot| snapshot.version()),
            spool_depth: self.gauge.depth(),
            spool_ok: self.gauge.is_ok(),
            devices: lock(&self.statuses).values().cloned().collect(),
            version: self.config.version.clone(),
        }
    }

    pub(crate) fn note_status(&self, status: DeviceStatus) {
        let snapshot = self.snapshot.load();
        let is_ours = snapshot.as_ref().is_some_and(|s| s.devices().iter().any(|device| device.id == status.device));
        if is_ours {
            lock(&self.statuses).insert(status.device, status);
        }
    }

    /// Drops the status of devices that the snapshot does not name.
    pub(crate) fn forget_statuses(&self, snapshot: &Snapshot) {
        lock(&self.statuses).retain(|id, _| snapshot.devices().iter().any(|device| device.id == *id));
    }

    /// Hands a command to the deciding thread; `false` when too many wait already.
    pub(crate) fn put_command(&self, command: GateCommand) -> bool {
        let mut commands = lock(&self.commands);
        if commands.len() >= MAX_COMMANDS {
            return false;
        }
        commands.push_back(command);
        true
    }

    pub(crate) fn take_commands(&self) -> VecDeque<GateCommand> {
        std::mem::take(&mut *lock(&self.commands))
    }

    /// Hands what other gates saw to the deciding thread; `false` when too much waits already.
    pub(crate) fn put_presence(&self, learnt: Vec<PresentDoc>) -> bool {
        let mut presence = lock(&self.presence);
        if presence.len() + learnt.len() > MAX_LEARNT {
            return false;
        }
        presence.extend(learnt);
        true
    }

    pub(crate) fn take_presence(&self) -> Vec<PresentDoc> {
        std::mem::take(&mut *lock(&self.presence))
    }

    /// Wakes the deciding thread. When its inbox is full it is awake.
    pub(crate) fn wake_decider(&self) {
        let _ = self.inbox.try_send(WAKE);
    }

    pub(crate) fn stop(&self) {
        self.is_stopping.store(true, Ordering::SeqCst);
        self.ring();
    }

    pub(crate) fn is_stopping(&self) -> bool {
        self.is_stopping.load(Ordering::SeqCst)
    }

    /// Wakes the threads that pause: the server answers again, or the gate stops.
    pub(crate) fn ring(&self) {
        *lock(&self.rings) += 1;
        self.bell.notify_all();
    }

    /// Waits for this time, or until the next ring.
    pub(crate) fn pause(&self, time: Duration) {
        let end = Instant::now() + time;
        let mut rings = lock(&self.rings);
        let before = *rings;
        while *rings == before && !self.is_stopping() {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return;
            }
            rings = self.bell.wait_timeout(rings, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The growing time between two tries, with chance in it, so that the gates of a city do not all come back in the same moment.
pub(crate) struct BackOff {
    least: Duration,
    most: Duration,
    next: Duration,
}

impl BackOff {
    pub(crate) fn new(config: &GateConfig) -> Self {
        Self { least: config.retry_least, most: config.retry_most, next: config.retry_least }
    }

    pub(crate) fn reset(&mut self) {
        self.next = self.least;
    }

    /// How long to wait now: between half and all of the current step.
    pub(crate) fn next(&mut self, ids: &Ids) -> Duration {
        let step = self.next;
        self.next = (step * 2).min(self.most);
        let [chance] = ids.bytes::<1>();
        step / 2 + step / 2 * u32::from(chance) / 255
    }
}

/// Says in the log once when the server begins to refuse or to be away, and once when it answers again.
#[derive(Default)]
pub(crate) struct Trouble(Option<ServerError>);

impl Trouble {
    pub(crate) fn note(&mut self, what: &'static str, error: ServerError) {
        if self.0.as_ref() == Some(&error) {
            return;
        }
        match &error {
            ServerError::Away(_) => tracing::warn!(%error, what),
            ServerError::Refused { .. } | ServerError::Answer { .. } => tracing::error!(%error, what),
        }
        self.0 = Some(error);
    }

    /// The server answered as wished; whether it had not before.
    pub(crate) fn over(&mut self, what: &'static str) -> bool {
        let was_on = self.0.take().is_some();
        if was_on {
            tracing::info!(what, "the server answers again");
        }
        was_on
    }
}
