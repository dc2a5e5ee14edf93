//! A server and drivers in memory, and a small school to run a gate for.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc, Condvar, Mutex, MutexGuard,
        atomic::{AtomicBool, AtomicU64, Ordering},
        mpsc,
    },
    time::{Duration, Instant},
};

use gate::{
    Feed, Gate, GateConfig, GateHandle, Server, ServerError,
    driver::{BoardList, DoorEvent, Doors, Driver, Drivers, Inbox, Told},
    spool::{Disk, Limits},
};
use jiff::Timestamp;
use kernel::*;

use super::{empty_doc, id};

/// How long a test waits for something that must come.
const PATIENCE: Duration = Duration::from_secs(20);

#[derive(Default)]
pub struct ServerState {
    pub is_away: bool,
    pub refuses: bool,
    /// The most records it takes at once; `None`: all.
    pub takes: Option<usize>,
    /// It takes records in, but its answer gets lost.
    pub loses_answers: bool,
    pub snapshot: Option<SnapshotDoc>,
    pub commands: Vec<GateCommand>,
    /// What other gates saw, with its journal number.
    pub elsewhere: Vec<(u64, PresentDoc)>,
    /// The number after which the gate asked last.
    pub asked_presence: Option<u64>,
    /// As a server keeps them: by number, without repeats by number or id.
    pub records: Vec<GateRecord>,
    pub accepted: u64,
    pub calls: u64,
    pub status: Option<GateStatus>,
    ids: BTreeSet<Vec<u8>>,
}

/// The server.
#[derive(Clone, Default)]
pub struct TestServer(Arc<(Mutex<ServerState>, Condvar)>);

impl TestServer {
    pub fn state(&self) -> MutexGuard<'_, ServerState> {
        self.0.0.lock().unwrap()
    }

    pub fn change(&self, change: impl FnOnce(&mut ServerState)) {
        change(&mut self.state());
        self.0.1.notify_all();
    }

    /// Waits until this holds.
    pub fn until(&self, what: &str, holds: impl Fn(&ServerState) -> bool) {
        let end = Instant::now() + PATIENCE;
        let mut state = self.state();
        while !holds(&state) {
            assert!(Instant::now() < end, "waited in vain: {what}; {:?}", state.records);
            state = self.0.1.wait_timeout(state, Duration::from_millis(50)).unwrap().0;
        }
    }

    pub fn passes(&self) -> Vec<Pass> {
        let pass =
            |record: &GateRecord| if let GateBody::Pass(pass) = &record.body { Some(pass.clone()) } else { None };
        self.state().records.iter().filter_map(pass).collect()
    }

    pub fn alarms(&self) -> Vec<AlarmKind> {
        let kind =
            |record: &GateRecord| if let GateBody::Alarm(alarm) = &record.body { Some(alarm.kind) } else { None };
        self.state().records.iter().filter_map(kind).collect()
    }
}

impl ServerState {
    fn away(&self) -> Result<(), ServerError> {
        match (self.is_away, self.refuses) {
            (true, _) => Err(ServerError::Away("unplugged".to_owned())),
            (_, true) => Err(ServerError::Refused { status: 401 }),
            _ => Ok(()),
        }
    }
}

/// What one gate sees of the server. Cut when the gate is killed: its threads live on in the test and must not be heard.
struct Line {
    server: TestServer,
    is_cut: Arc<AtomicBool>,
}

impl Server for Line {
    fn feed(&self, has: Has, status: &GateStatus, wait: Duration) -> Result<Feed, ServerError> {
        let end = Instant::now() + wait;
        let mut state = self.open()?;
        state.status = Some(status.clone());
        loop {
            state.away()?;
            self.cut()?;
            let snapshot = state.snapshot.clone().filter(|doc| Some(doc.version) != has.snapshot);
            let commands: Vec<_> =
                state.commands.iter().filter(|command| command.number > has.command).cloned().collect();
            let presence: Vec<_> = state
                .elsewhere
                .iter()
                .filter(|(number, _)| has.presence.is_some_and(|through| *number > through))
                .map(|(_, doc)| *doc)
                .collect();
            let presence_through = has.presence.and_then(|_| state.elsewhere.last().map(|(number, _)| *number));
            state.asked_presence = has.presence;
            let left = end.saturating_duration_since(Instant::now());
            let feed = Feed { snapshot, commands, presence, presence_through };
            if feed.has_news() || left.is_zero() {
                return Ok(feed);
            }
            state = self.server.0.1.wait_timeout(state, left).unwrap().0;
        }
    }

    fn deliver(&self, records: &[GateRecord]) -> Result<u64, ServerError> {
        let mut state = self.open()?;
        state.away()?;
        let takes = state.takes.unwrap_or(usize::MAX);
        for record in
            records.iter().filter(|record| record.seq > state.accepted).take(takes).cloned().collect::<Vec<_>>()
        {
            assert_eq!(record.seq, state.accepted + 1, "numbers without holes");
            state.accepted = record.seq;
            let id = match &record.body {
                GateBody::Pass(pass) => pass.id.as_bytes().to_vec(),
                GateBody::Alarm(alarm) => alarm.id.as_bytes().to_vec(),
            };
            if state.ids.insert(id) {
                state.records.push(record);
            }
        }
        self.server.0.1.notify_all();
        if std::mem::take(&mut state.loses_answers) {
            Err(ServerError::Away("timeout".to_owned()))
        } else {
            Ok(state.accepted)
        }
    }
}

impl Line {
    fn open(&self) -> Result<MutexGuard<'_, ServerState>, ServerError> {
        let mut state = self.server.state();
        self.cut()?;
        state.calls += 1;
        self.server.0.1.notify_all();
        Ok(state)
    }

    fn cut(&self) -> Result<(), ServerError> {
        let is_cut = self.is_cut.load(Ordering::SeqCst);
        if is_cut { Err(ServerError::Away("killed".to_owned())) } else { Ok(()) }
    }
}

/// A driver's doings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Done {
    Started(DeviceDoc, Option<u32>),
    Opened(DeviceId, u8),
    Stood(DeviceId, Doors),
    Held(DeviceId, Arc<BoardList>),
    Resynced(DeviceId),
    Ended(DeviceId),
}

/// The drivers.
pub struct TestDrivers {
    inboxes: Mutex<BTreeMap<DeviceId, Inbox>>,
    done: mpsc::Sender<Done>,
    /// What a start answers while it fails.
    pub broken: Mutex<Option<String>>,
}

struct TestDriver {
    device: DeviceId,
    done: mpsc::Sender<Done>,
}

impl Driver for TestDriver {
    fn open(&self, door: u8) {
        drop(self.done.send(Done::Opened(self.device, door)));
    }
    fn keep_doors(&self, doors: Doors) {
        drop(self.done.send(Done::Stood(self.device, doors)));
    }
    fn hold(&self, list: Arc<BoardList>) {
        drop(self.done.send(Done::Held(self.device, list)));
    }
    fn resync(&self) {
        drop(self.done.send(Done::Resynced(self.device)));
    }
}

impl Drop for TestDriver {
    fn drop(&mut self) {
        drop(self.done.send(Done::Ended(self.device)));
    }
}

impl Drivers for TestDrivers {
    fn start(&self, device: &DeviceDoc, handled: Option<u32>, inbox: Inbox) -> Result<Box<dyn Driver>, String> {
        if let Some(sentence) = self.broken.lock().unwrap().clone() {
            return Err(sentence);
        }
        self.inboxes.lock().unwrap().insert(device.id, inbox);
        self.done.send(Done::Started(device.clone(), handled)).unwrap();
        Ok(Box::new(TestDriver { device: device.id, done: self.done.clone() }))
    }
}

/// Each gate makes other ids than the one before it.
static LIVES: AtomicU64 = AtomicU64::new(1);

/// A gate with everything around it.
pub struct House {
    pub server: TestServer,
    pub drivers: Arc<TestDrivers>,
    pub clock: TestClock,
    pub done: mpsc::Receiver<Done>,
    pub gate: Option<GateHandle>,
    is_cut: Arc<AtomicBool>,
}

/// What stands for a signature in these stories: the gate is handed the means to check one, and knows no cipher.
pub fn signature(message: &[u8]) -> Signature {
    let mut signature = [0; 64];
    for (place, byte) in message.iter().enumerate() {
        signature[place % 64] ^= byte.wrapping_mul(31).wrapping_add(place as u8);
    }
    signature
}

pub fn config() -> GateConfig {
    GateConfig {
        verify: |public, message, given| *public == [7; 32] && *given == signature(message),
        spool: Limits { retry: Duration::ZERO, ..Limits::default() },
        feed_wait: Duration::from_secs(20),
        retry_least: Duration::from_millis(1),
        retry_most: Duration::from_millis(20),
        ..GateConfig::new("unused")
    }
}

impl House {
    /// A gate on this disk, before a server that has this snapshot.
    pub fn open(disk: Arc<dyn Disk>, server: TestServer) -> Self {
        Self::open_at(disk, server, morning())
    }

    /// The same at another time than in the morning.
    pub fn open_at(disk: Arc<dyn Disk>, server: TestServer, now: Timestamp) -> Self {
        Self::open_with(disk, server, now, Limits::default().queue)
    }

    /// The same with room in memory for so many records.
    pub fn open_with(disk: Arc<dyn Disk>, server: TestServer, now: Timestamp, queue: usize) -> Self {
        let (done, received) = mpsc::channel();
        let drivers = Arc::new(TestDrivers { inboxes: Mutex::default(), done, broken: Mutex::new(None) });
        let clock = TestClock::at(now);
        let is_cut = Arc::new(AtomicBool::new(false));
        let line = Line { server: server.clone(), is_cut: Arc::clone(&is_cut) };
        let gate = Gate::start_on(
            disk,
            GateConfig { spool: Limits { queue, ..config().spool }, ..config() },
            drivers.clone(),
            Arc::new(line),
            Arc::new(clock.clone()),
            Ids::seeded(LIVES.fetch_add(1, Ordering::Relaxed)),
        )
        .unwrap();
        Self { server, drivers, clock, done: received, gate: Some(gate), is_cut }
    }

    pub fn tell(&self, told: Told) {
        assert!(self.drivers.inboxes.lock().unwrap()[&id(1)].tell(told), "the gate listens");
    }

    /// Person `number`'s card is shown at a door.
    pub fn swipe(&self, index: u32, number: u64, door: u8, direction: Direction) {
        let at = DoorEvent { door, direction, index, moment: self.clock.now() };
        self.tell(Told::Swipe { at, number, seen: Instant::now() });
    }

    /// Waits for a doing that `picks` makes something of; others before it are passed over.
    pub fn wait<T>(&self, what: &str, picks: impl Fn(Done) -> Option<T>) -> T {
        let end = Instant::now() + PATIENCE;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let done = self.done.recv_timeout(left).unwrap_or_else(|_| panic!("waited in vain: {what}"));
            if let Some(picked) = picks(done) {
                return picked;
            }
        }
    }

    pub fn wait_started(&self) -> Option<u32> {
        self.wait("a driver starts", |done| if let Done::Started(_, handled) = done { Some(handled) } else { None })
    }

    pub fn wait_opened(&self) -> u8 {
        self.wait("a door opens", |done| if let Done::Opened(_, door) = done { Some(door) } else { None })
    }

    pub fn wait_held(&self) -> Arc<BoardList> {
        self.wait("a list is held", |done| if let Done::Held(_, list) = done { Some(list) } else { None })
    }

    /// Waits until the gate says so of itself.
    pub fn until(&self, what: &str, holds: impl Fn(&GateStatus) -> bool) {
        let end = Instant::now() + PATIENCE;
        let gate = self.gate.as_ref().unwrap();
        while !holds(&gate.status()) {
            assert!(Instant::now() < end, "waited in vain: {what}; {:?}", gate.status());
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// The process is gone in this moment: nothing is written, nothing delivered, nothing closed any more.
    pub fn kill(mut self) {
        let state = self.server.state();
        self.is_cut.store(true, Ordering::SeqCst);
        drop(state);
        self.server.change(|_| ());
        std::mem::forget(self.gate.take());
    }
}

pub fn morning() -> Timestamp {
    "2026-11-23T02:50:00Z".parse().unwrap()
}

/// Board 1 with door 1 (hard anti-passback) and door 2; pupils 1 to 9 with cards of their number, all with a right everywhere.
pub fn school(version: u64) -> SnapshotDoc {
    let point = |byte: u8, anti_passback| PointDoc {
        id: id(byte),
        device: Some(id(1)),
        door: byte,
        reader_format: ReaderFormat::W26Plain,
        inner: id(1),
        outer: None,
        anti_passback,
        enabled: true,
    };
    let kind = DeviceKind::Uhppote { serial: 1, address: "127.0.0.1:1".to_owned(), tcp: false, open_s: 5 };
    SnapshotDoc {
        version,
        zones: vec![ZoneDoc { id: id(1), occupancy_limit: None }],
        points: vec![point(1, AntiPassback::Hard), point(2, AntiPassback::Off)],
        devices: vec![DeviceDoc { id: id(1), kind, last_event: None }],
        persons: (1..10)
            .map(|person| PersonDoc {
                id: id(person),
                roles: vec![Role::Pupil],
                class: None,
                groups: Vec::new(),
                status: PersonStatus::Active,
                learning_until: None,
            })
            .collect(),
        credentials: (1..10)
            .map(|person| CredentialDoc {
                id: id(person),
                person: id(person),
                card: Card { bits: 24, value: u64::from(person) },
                status: CredentialStatus::Active,
                valid_from: None,
                valid_until: None,
            })
            .collect(),
        rules: vec![RuleDoc {
            id: id(1),
            who: Who::Everybody,
            points: Vec::new(),
            direction: None,
            windows: Vec::new(),
            from: None,
            until: None,
            on_holidays: true,
        }],
        ..empty_doc()
    }
}
