//! From tap to open over the simulated board at 50 taps a second: real frames, the real gate, its spool flushed on this disk.
//!
//! `cargo bench -p kezekshi --bench tap` prints p50 and p99 beside the disk's own `fdatasync` in the same run.
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)]

use std::{
    fs::File,
    io::Write,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use devices::{DriversConfig, uhppote::UhppoteConfig};
use gate::{Gate, GateConfig, Server, ServerError};
use kernel::{
    AntiPassback, Card, Clock, CredentialDoc, CredentialStatus, DeviceDoc, DeviceKind, Feed, GateRecord, GateStatus,
    Has, Ids, PersonDoc, PersonStatus, PointDoc, ReaderFormat, Role, RuleDoc, SchoolMode, SnapshotDoc, SystemClock,
    Who, ZoneDoc,
};
use uhppote_board::{Board, BoardConfig};

const PEOPLE: u32 = 2_000;
const TAPS: u32 = 1_000;
const APART: Duration = Duration::from_millis(20);

/// A server that gives one snapshot and takes everything.
struct Taker(SnapshotDoc);

impl Server for Taker {
    fn feed(&self, Has { snapshot: have, .. }: Has, _: &GateStatus, wait: Duration) -> Result<Feed, ServerError> {
        if have == Some(self.0.version) {
            std::thread::sleep(wait.min(Duration::from_millis(500)));
            return Ok(Feed::default());
        }
        Ok(Feed { snapshot: Some(self.0.clone()), ..Feed::default() })
    }
    fn deliver(&self, records: &[GateRecord]) -> Result<u64, ServerError> {
        Ok(records.last().map_or(0, |record| record.seq))
    }
}

fn number(person: u32) -> u32 {
    100_000 * (1 + person / 60_000) + person % 60_000 + 1
}

fn snapshot(ids: &Ids, serial: u32, address: String) -> SnapshotDoc {
    let now = SystemClock.now();
    let (zone, device) = (ids.new_id(now), ids.new_id(now));
    let mut doc = SnapshotDoc {
        school: ids.new_id(now),
        gate: ids.new_id(now),
        version: 1,
        made_at: now,
        time_zone: "Asia/Almaty".into(),
        mode: SchoolMode::Normal,
        zones: vec![ZoneDoc { id: zone, occupancy_limit: None }],
        points: Vec::new(),
        devices: vec![DeviceDoc {
            id: device,
            kind: DeviceKind::Uhppote { serial, address, tcp: false, open_s: 3 },
            last_event: None,
        }],
        persons: Vec::new(),
        credentials: Vec::new(),
        rules: vec![RuleDoc {
            id: ids.new_id(now),
            who: Who::Everybody,
            points: Vec::new(),
            direction: None,
            windows: Vec::new(),
            from: None,
            until: None,
            on_holidays: true,
        }],
        holidays: Vec::new(),
        moved_days: Vec::new(),
        lessons: Vec::new(),
        leaves: Vec::new(),
        code_keys: Vec::new(),
        present: Vec::new(),
        presence_through: 0,
        resets_at_midnight: true,
    };
    for door in 1..=4 {
        doc.points.push(PointDoc {
            id: ids.new_id(now),
            device: Some(device),
            door,
            reader_format: ReaderFormat::W26,
            inner: zone,
            outer: None,
            anti_passback: AntiPassback::Off,
            enabled: true,
        });
    }
    for person in 0..PEOPLE {
        let id = ids.new_id(now);
        doc.persons.push(PersonDoc {
            id,
            roles: vec![Role::Pupil],
            class: None,
            groups: Vec::new(),
            status: PersonStatus::Active,
            learning_until: None,
        });
        let card: Card = ReaderFormat::W26.card(u64::from(number(person))).unwrap();
        doc.credentials.push(CredentialDoc {
            id: ids.new_id(now),
            person: id,
            card,
            status: CredentialStatus::Active,
            valid_from: None,
            valid_until: None,
        });
    }
    doc
}

fn main() {
    let folder = tempfile::tempdir_in(".").unwrap();
    let ids = Ids::seeded(1);
    let board = Board::start(BoardConfig { serial: 405_419_896, ..BoardConfig::default() }).unwrap();
    let uhppote = UhppoteConfig { event_bind: "127.0.0.1:0".parse().unwrap(), ..UhppoteConfig::default() };
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let drivers = Arc::new(devices::drivers(DriversConfig { uhppote }, clock.clone()));
    let server = Arc::new(Taker(snapshot(&ids, 405_419_896, board.addr().to_string())));
    let handle = Gate::start(GateConfig::new(folder.path().join("gate")), drivers, server, clock, ids).unwrap();

    let opened: Arc<Mutex<Vec<Instant>>> = Arc::default();
    let noted = opened.clone();
    board.on_open(move |opening| noted.lock().unwrap().push(opening.at));
    // The list on the board has to be there first: its requests would share the line with the taps.
    let ready = Instant::now();
    while board.cards().len() < PEOPLE as usize && ready.elapsed() < Duration::from_secs(120) {
        std::thread::sleep(Duration::from_millis(50));
    }

    let mut took = Vec::new();
    let mut lost = 0;
    for tap in 0..TAPS {
        let began = Instant::now();
        let before = opened.lock().unwrap().len();
        board.swipe(number(tap % PEOPLE), (tap % 4 + 1) as u8, true);
        loop {
            if let Some(at) = opened.lock().unwrap().get(before) {
                took.push(at.duration_since(began));
                break;
            }
            if began.elapsed() > Duration::from_secs(2) {
                lost += 1;
                break;
            }
            std::thread::sleep(Duration::from_micros(100));
        }
        std::thread::sleep(APART.saturating_sub(began.elapsed()));
    }
    let disk = disk_times(&folder.path().join("probe"));
    println!("tap to open, {TAPS} taps, 50 a second: {} | not opened: {lost}", show(took));
    println!("the disk's own fdatasync of 400 bytes:  {}", show(disk));
    handle.stop();
}

fn disk_times(path: &std::path::Path) -> Vec<Duration> {
    let mut file = File::create(path).unwrap();
    (0..300)
        .map(|_| {
            file.write_all(&[7; 400]).unwrap();
            let began = Instant::now();
            file.sync_data().unwrap();
            began.elapsed()
        })
        .collect()
}

fn show(mut times: Vec<Duration>) -> String {
    times.sort_unstable();
    let at = |part: f64| {
        times.get(((times.len() as f64 - 1.0) * part) as usize).copied().unwrap_or_default().as_secs_f64() * 1e3
    };
    format!("p50 {:.2} ms, p99 {:.2} ms, max {:.2} ms", at(0.5), at(0.99), at(1.0))
}
