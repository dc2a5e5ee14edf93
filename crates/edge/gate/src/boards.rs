//! The running drivers: started, stopped and kept as the devices of the snapshot change.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, mpsc::SyncSender},
    thread,
    time::{Duration, Instant},
};

use jiff::Timestamp;
use kernel::{AlarmKind, DeviceDoc, DeviceId, DeviceKind, DeviceState, DeviceStatus};

use crate::{
    driver::{BoardList, Doors, Driver, Drivers, Inbox, Told},
    hub::lock,
};

/// How long to wait before a driver that did not start is tried again.
const START_AGAIN: Duration = Duration::from_secs(5);

/// The drivers of a gate.
pub(crate) struct Boards {
    drivers: Arc<dyn Drivers>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    running: BTreeMap<DeviceId, Arc<Running>>,
    failed: BTreeMap<DeviceId, Failure>,
    /// Devices whose events are to be read again from where the gate has kept them.
    behind: BTreeSet<DeviceId>,
    is_closed: bool,
}

struct Running {
    device: DeviceDoc,
    /// Locked while the driver starts, so that the first door it asks for waits for it; `None` when it did not start.
    driver: Mutex<Option<Box<dyn Driver>>>,
    /// What it was told of its doors; `None` as long as it was told nothing.
    doors: Mutex<Option<Doors>>,
    held: Mutex<Option<Arc<BoardList>>>,
}

struct Failure {
    device: DeviceDoc,
    sentence: String,
    again_at: Instant,
}

impl Boards {
    pub(crate) fn new(drivers: Arc<dyn Drivers>) -> Self {
        Self { drivers, state: Mutex::default() }
    }

    /// Opens a door now.
    pub(crate) fn open(&self, device: DeviceId, door: u8) {
        self.with(device, |driver| driver.open(door));
    }

    /// Sends every card of this device anew.
    pub(crate) fn resync(&self, device: DeviceId) {
        self.with(device, |driver| driver.resync());
    }

    /// Has the events of this device read again, after the last one that is kept. Done by the next [`Boards::follow`].
    pub(crate) fn reread(&self, device: DeviceId) {
        lock(&self.state).behind.insert(device);
    }

    fn with(&self, device: DeviceId, work: impl FnOnce(&dyn Driver)) {
        let Some(running) = self.running(device) else { return };
        if let Some(driver) = lock(&running.driver).as_deref() {
            work(driver);
        }
    }

    fn running(&self, device: DeviceId) -> Option<Arc<Running>> {
        lock(&self.state).running.get(&device).cloned()
    }

    /// Brings the running drivers in step with these devices. `handled`: the last event of each that is taken in.
    pub(crate) fn follow(
        &self,
        devices: &[DeviceDoc],
        handled: &BTreeMap<DeviceId, u32>,
        inbox: &SyncSender<(DeviceId, Told)>,
        now: Timestamp,
    ) {
        let (replaced, behind) = self.end_others(devices);
        for device in devices {
            let inbox = Inbox::new(device.id, inbox.clone());
            if behind.contains(&device.id) {
                // Said through the inbox, after all that the old driver told.
                inbox.tell(Told::Anew);
            }
            let is_replaced = replaced.contains(&device.id);
            if is_replaced {
                // Another board: its events are numbered by itself. Said through the inbox, after all that the old one told.
                let (kind, detail) = (AlarmKind::DeviceRestarted, String::new());
                inbox.tell(Told::Alarm { kind, door: None, detail, moment: now, index: None });
            }
            // A gate whose folder is new, or that has not driven the device for long, goes on after what the server has: the board's
            // whole memory would arrive a second time otherwise. Should the board have lost its memory, the driver finds out.
            let handled = handled.get(&device.id).copied().max(device.last_event);
            let handled = handled.filter(|index| *index != 0 && !is_replaced);
            self.start(device, handled, inbox, now);
        }
    }

    /// Ends the drivers of devices that are gone, reached differently or behind; those that are now another device, and those that were behind.
    fn end_others(&self, devices: &[DeviceDoc]) -> (Vec<DeviceId>, BTreeSet<DeviceId>) {
        let mut state = lock(&self.state);
        let is_kept = |running: &DeviceDoc| devices.iter().any(|device| device.is_same(running));
        state.failed.retain(|_, failure| is_kept(&failure.device));
        let behind = std::mem::take(&mut state.behind);
        let mut replaced = Vec::new();
        let mut ended = Vec::new();
        state.running.retain(|id, running| {
            let is_kept = is_kept(&running.device) && !behind.contains(id);
            if !is_kept {
                let now = devices.iter().find(|device| device.id == *id);
                replaced.extend(now.filter(|device| is_another(&running.device.kind, &device.kind)).map(|_| *id));
                ended.push(Arc::clone(running));
            }
            is_kept
        });
        drop(state);
        end(ended);
        (replaced, behind)
    }

    fn start(&self, device: &DeviceDoc, handled: Option<u32>, inbox: Inbox, now: Timestamp) {
        let running = Arc::new(Running {
            device: device.clone(),
            driver: Mutex::default(),
            doors: Mutex::default(),
            held: Mutex::default(),
        });
        let mut driver = lock(&running.driver);
        {
            let mut state = lock(&self.state);
            let waits = state.failed.get(&device.id).is_some_and(|failure| Instant::now() < failure.again_at);
            if state.is_closed || waits || state.running.contains_key(&device.id) {
                return;
            }
            state.running.insert(device.id, Arc::clone(&running));
        }
        match self.drivers.start(device, handled, inbox.clone()) {
            Ok(started) => {
                *driver = Some(started);
                lock(&self.state).failed.remove(&device.id);
            }
            Err(sentence) => {
                drop(driver);
                self.failed(device, sentence, &inbox, now);
            }
        }
    }

    fn failed(&self, device: &DeviceDoc, sentence: String, inbox: &Inbox, now: Timestamp) {
        let again_at = Instant::now() + START_AGAIN;
        let failure = Failure { device: device.clone(), sentence: sentence.clone(), again_at };
        let mut state = lock(&self.state);
        state.running.remove(&device.id);
        let before = state.failed.insert(device.id, failure);
        drop(state);
        if before.is_none_or(|before| before.sentence != sentence) {
            tracing::error!(device = %device.id, sentence, "the driver of a device cannot be started");
            inbox.tell(Told::Status(unreachable(device.id)));
            let (kind, detail) = (AlarmKind::DeviceUnreachable, String::new());
            inbox.tell(Told::Alarm { kind, door: None, detail, moment: now, index: None });
        }
    }

    /// Tells every driver how its doors stand, unless it knows.
    pub(crate) fn keep_doors(&self, doors: Doors) {
        let running: Vec<_> = lock(&self.state).running.values().cloned().collect();
        for running in running {
            let mut told = lock(&running.doors);
            if *told != Some(doors)
                && let Some(driver) = lock(&running.driver).as_deref()
            {
                driver.keep_doors(doors);
                *told = Some(doors);
            }
        }
    }

    /// Hands each board the list that it shall hold, if it is another than before.
    pub(crate) fn hold(&self, lists: BTreeMap<DeviceId, BoardList>) {
        for (device, list) in lists {
            let Some(running) = self.running(device) else { continue };
            let mut held = lock(&running.held);
            if held.as_deref() != Some(&list) {
                let list = Arc::new(list);
                if let Some(driver) = lock(&running.driver).as_deref() {
                    driver.hold(Arc::clone(&list));
                }
                *held = Some(list);
            }
        }
    }

    /// The devices whose driver has not been given a list yet.
    pub(crate) fn want_lists(&self) -> bool {
        lock(&self.state).running.values().any(|running| lock(&running.held).is_none())
    }

    /// Ends all drivers and starts none any more.
    pub(crate) fn close(&self) {
        let mut state = lock(&self.state);
        state.is_closed = true;
        let running = std::mem::take(&mut state.running);
        drop(state);
        end(running.into_values().collect());
    }
}

/// Drops drivers side by side: each may take a moment to leave its board in order.
fn end(drivers: Vec<Arc<Running>>) {
    thread::scope(|scope| {
        for driver in drivers {
            scope.spawn(move || drop(driver));
        }
    });
}

/// Whether it is another device rather than the same one reached differently.
fn is_another(before: &DeviceKind, now: &DeviceKind) -> bool {
    match (before, now) {
        (DeviceKind::Uhppote { serial: before, .. }, DeviceKind::Uhppote { serial: now, .. }) => before != now,
        (DeviceKind::Virtual, DeviceKind::Virtual) => false,
        (DeviceKind::Uhppote { .. }, DeviceKind::Virtual) | (DeviceKind::Virtual, DeviceKind::Uhppote { .. }) => true,
    }
}

fn unreachable(device: DeviceId) -> DeviceStatus {
    DeviceStatus {
        device,
        state: DeviceState::Unreachable,
        clock_drift_s: None,
        last_event: None,
        last_seen: None,
        cards: None,
        version: String::new(),
    }
}
