//! A simulated board, a driver and somebody in the gate's place who hears what the driver tells.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{
        Arc,
        mpsc::{Receiver, sync_channel},
    },
    thread,
    time::{Duration, Instant},
};

use devices::{
    DriversConfig, drivers,
    uhppote::{
        Pace, UhppoteConfig,
        codec::{Reply, Request},
        link::Link,
    },
};
use gate::driver::{BoardCard, BoardList, Doors, Driver, Drivers, Inbox, Told};
use jiff::{Timestamp, civil::date};
use kernel::{AlarmKind, Clock, DeviceDoc, DeviceId, DeviceKind, DeviceState, DeviceStatus, Ids, TestClock};
use uhppote_board::{Board, BoardConfig};

pub const SERIAL: u32 = 405_419_896;
pub const CARD: u32 = 10_058_400;

/// Nothing may take longer than this; nothing needs nearly as long.
const DEADLINE: Duration = Duration::from_secs(20);

/// Morning of a school day.
pub fn morning() -> Timestamp {
    "2026-11-23T02:30:00Z".parse().unwrap()
}

/// Settings of a board whose clock is this one.
pub fn board_config(clock: &TestClock) -> BoardConfig {
    let clock = clock.clone();
    BoardConfig { serial: SERIAL, clock: Some(Arc::new(move || clock.now())), ..BoardConfig::default() }
}

const CALL: &[Duration] = &[Duration::from_millis(200), Duration::from_millis(400), Duration::from_millis(800)];

/// Like the real pace, but not as patient.
pub fn pace() -> Pace {
    Pace {
        poll: Duration::from_millis(100),
        call: CALL,
        unreachable_after: Duration::from_secs(1),
        check_listener: Duration::from_millis(300),
        retry_first: Duration::from_millis(50),
        retry_most: Duration::from_millis(200),
        ..Pace::default()
    }
}

pub fn config() -> DriversConfig {
    let uhppote =
        UhppoteConfig { event_bind: "127.0.0.1:0".parse().unwrap(), pace: pace(), ..UhppoteConfig::default() };
    DriversConfig { uhppote }
}

/// A board's address and serial number as a device of the snapshot.
pub fn device(address: SocketAddr, serial: u32, tcp: bool) -> DeviceDoc {
    let id = Ids::seeded(u64::from(serial)).new_id(morning());
    DeviceDoc {
        id,
        kind: DeviceKind::Uhppote { serial, address: address.to_string(), tcp, open_s: 4 },
        last_event: None,
    }
}

/// What somebody in the gate's place has heard, in order.
pub struct Ear {
    receiver: Receiver<(DeviceId, Told)>,
    heard: Vec<Told>,
    /// How many of them [`Self::next`] has looked at.
    looked_at: usize,
}

impl Ear {
    /// An ear and the inbox that it listens to.
    pub fn new(device: DeviceId) -> (Self, Inbox) {
        let (sender, receiver) = sync_channel(10_000);
        (Self { receiver, heard: Vec::new(), looked_at: 0 }, Inbox::new(device, sender))
    }

    /// The next thing told that `take` wants; what comes before it is skipped.
    pub fn next<T>(&mut self, what: &str, mut take: impl FnMut(&Told) -> Option<T>) -> T {
        let until = Instant::now() + DEADLINE;
        loop {
            while let Some(told) = self.heard.get(self.looked_at) {
                self.looked_at += 1;
                if let Some(taken) = take(told) {
                    return taken;
                }
            }
            let left = until.saturating_duration_since(Instant::now());
            match self.receiver.recv_timeout(left) {
                Ok((_, told)) => self.heard.push(told),
                Err(_) => panic!("waited in vain for {what}; heard {:#?}", self.events()),
            }
        }
    }

    pub fn alarm(&mut self, wanted: AlarmKind) -> (Option<u8>, String, Option<u32>) {
        self.next(wanted.as_str(), |told| match told {
            Told::Alarm { kind, door, detail, index, .. } if *kind == wanted => Some((*door, detail.clone(), *index)),
            _ => None,
        })
    }

    /// The next swipe: index, door, number.
    pub fn swipe(&mut self) -> (u32, u8, u64) {
        self.next("a swipe", |told| match told {
            Told::Swipe { at, number, .. } => Some((at.index, at.door, *number)),
            _ => None,
        })
    }

    pub fn status(&mut self, what: &str, is_wanted: impl Fn(&DeviceStatus) -> bool) -> DeviceStatus {
        self.next(what, |told| match told {
            Told::Status(status) if is_wanted(status) => Some(status.clone()),
            _ => None,
        })
    }

    /// Waits until the event of this index has been told.
    pub fn event(&mut self, wanted: u32) -> Told {
        self.next(&format!("event {wanted}"), |told| (index(told) == Some(wanted)).then(|| told.clone()))
    }

    /// Whether, as far as is heard now, something was told that is so.
    pub fn has_heard(&mut self, is_so: impl FnMut(&Told) -> bool) -> bool {
        self.heard.extend(self.receiver.try_iter().map(|(_, told)| told));
        self.heard.iter().any(is_so)
    }

    /// All that was heard but states and openings.
    pub fn events(&mut self) -> Vec<Told> {
        self.heard.extend(self.receiver.try_iter().map(|(_, told)| told));
        self.heard.iter().filter(|told| !matches!(told, Told::Status(_) | Told::Opened { .. })).cloned().collect()
    }

    /// The indices of all events told so far.
    pub fn indices(&mut self) -> Vec<u32> {
        self.events().iter().filter_map(index).collect()
    }
}

/// The index of the board's event that this is about.
pub fn index(told: &Told) -> Option<u32> {
    match told {
        Told::Swipe { at, .. } | Told::BoardDecided { at, .. } => Some(at.index),
        Told::Alarm { index, .. } => *index,
        Told::Handled { index } => Some(*index),
        Told::Opened { .. } | Told::Anew | Told::Status(_) => None,
    }
}

/// A board with its driver.
pub struct Bench {
    pub clock: TestClock,
    /// Dropped before the board, which answers its farewell.
    pub driver: Box<dyn Driver>,
    pub board: Board,
    pub ear: Ear,
}

impl Bench {
    /// A board as `change` wants it, with a driver that knows events up to `handled`.
    pub fn start(handled: Option<u32>, prepare: impl FnOnce(&Board), change: impl FnOnce(&mut BoardConfig)) -> Self {
        Self::start_over(false, handled, prepare, change)
    }

    pub fn start_over(
        tcp: bool,
        handled: Option<u32>,
        prepare: impl FnOnce(&Board),
        change: impl FnOnce(&mut BoardConfig),
    ) -> Self {
        let clock = TestClock::at(morning());
        let mut config = board_config(&clock);
        change(&mut config);
        let board = Board::start(config).unwrap();
        prepare(&board);
        let (driver, ear) = drive(&board, tcp, handled, &clock);
        Self { clock, board, driver, ear }
    }

    /// A board of the usual kind under control of its driver.
    pub fn online() -> Self {
        let mut bench = Self::start(None, |_| {}, |_| {});
        bench.wait_for_control();
        bench
    }

    /// Waits until the board asks the host about every card.
    pub fn wait_for_control(&mut self) {
        self.ear.status("the board to answer", |status| status.state == DeviceState::Online);
        let board = &self.board;
        until("the board to be under control", || board.requests(0xA0) > 0);
    }
}

/// Starts a driver of this board.
pub fn drive(board: &Board, tcp: bool, handled: Option<u32>, clock: &TestClock) -> (Box<dyn Driver>, Ear) {
    let device = device(board.addr(), board.serial(), tcp);
    let (ear, inbox) = Ear::new(device.id);
    let driver = drivers(config(), Arc::new(clock.clone())).start(&device, handled, inbox).unwrap();
    driver.keep_doors(Doors::Controlled);
    (driver, ear)
}

/// Asks a board something behind its driver's back.
pub fn ask(board: &Board, request: Request) -> Reply {
    const PATIENCE: &[Duration] = &[DEADLINE];
    let SocketAddr::V4(address) = board.addr() else { panic!("IPv6") };
    Link::udp(board.serial(), address, PATIENCE).call(&request).unwrap()
}

/// Waits until it is so.
pub fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let deadline = Instant::now() + DEADLINE;
    while !is_so() {
        assert!(Instant::now() < deadline, "waited in vain for {what}");
        thread::sleep(Duration::from_millis(2));
    }
}

/// A list of these cards, good for the school year.
pub fn list(numbers: impl IntoIterator<Item = u32>) -> BoardList {
    numbers.into_iter().map(|number| (number, card())).collect::<BTreeMap<_, _>>()
}

pub fn card() -> BoardCard {
    BoardCard { from: date(2026, 9, 1), until: date(2027, 6, 30), doors: [true, true, false, false] }
}
