//! How long it takes from a burst of taps in the inbox to the open command, beside what the disk takes for a sync alone.
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a bench prints its figures and stops when it cannot go on"
)]

#[path = "../tests/support/mod.rs"]
mod support;

use std::{
    collections::HashMap,
    fs::File,
    io::Write,
    path::{Path, PathBuf},
    sync::{Arc, mpsc},
    thread,
    time::{Duration, Instant},
};

use gate::{
    Gate, GateConfig, Server, ServerError,
    driver::{BoardList, DoorEvent, Doors, Driver, Drivers, Inbox, Told},
    spool::{Cursor, Directory, Limits, Spool},
};
use kernel::*;
use support::{id, school::school};

const SYNCS: usize = 300;
/// Taps a second, as a school of 4,000 has at its worst, doubled.
const TAPS_A_SECOND: u32 = 50;
const TAPS: u32 = 1_000;

fn main() {
    let folder = tempfile::tempdir_in(std::env::var("BENCH_DIR").unwrap_or_else(|_| ".".to_owned())).unwrap();
    let mut bare = Bare(File::create(folder.path().join("bare")).unwrap());
    commits(&folder.path().join("commits"), &mut bare);
    for burst in [1, 10] {
        taps(folder.path().join(format!("taps-{burst}")), burst, &mut bare);
    }
}

/// The disk alone: append 400 bytes, sync the data.
struct Bare(File);

impl Bare {
    fn sync(&mut self) -> Duration {
        let start = Instant::now();
        self.0.write_all(&[b'x'; 400]).unwrap();
        self.0.sync_data().unwrap();
        start.elapsed()
    }

    /// At the pace of the taps, since a disk that rests in between answers otherwise.
    fn at_the_pace_of_taps(&mut self) -> Vec<Duration> {
        let mut times = Vec::new();
        for _ in 0..SYNCS {
            thread::sleep(Duration::from_secs(1) / TAPS_A_SECOND);
            times.push(self.sync());
        }
        times
    }
}

/// Bursts brought to the disk by the spool, each followed by a bare sync.
fn commits(folder: &Path, bare: &mut Bare) {
    for burst in [1, 8, 64] {
        let directory = Directory::open(&folder.join(burst.to_string())).unwrap();
        let (mut spool, _outbox, _) = Spool::open(Arc::new(directory), Limits::default()).unwrap();
        spool.tidy(&Vec::new);
        let (mut times, mut alone) = (Vec::new(), Vec::new());
        for round in 0..SYNCS {
            let start = Instant::now();
            for _ in 0..burst {
                spool.append(GateBody::Pass(pass(round)), Cursor::default());
            }
            spool.commit(&Vec::new);
            times.push(start.elapsed());
            alone.push(bare.sync());
        }
        compare(&format!("commit of {burst:2} passes"), &mut times, &mut alone);
    }
}

/// The whole gate: taps at the usual pace, `burst` at once; from the driver's hand to its open command.
fn taps(folder: PathBuf, burst: u32, bare: &mut Bare) {
    let mut alone = bare.at_the_pace_of_taps();
    let (opened, doors) = mpsc::channel();
    let (inboxes, inbox) = mpsc::channel();
    let drivers = Arc::new(BenchDrivers { opened, inboxes });
    let clock = Arc::new(SystemClock);
    let gate = Gate::start(GateConfig::new(folder), drivers, Arc::new(BenchServer), clock, Ids::random()).unwrap();
    let inbox: Inbox = inbox.recv().unwrap();
    let mut told = HashMap::new();
    let began = Instant::now();
    for index in 1..=TAPS {
        if index % burst == 0 {
            let due = began + Duration::from_secs(1) * index / TAPS_A_SECOND;
            thread::sleep(due.saturating_duration_since(Instant::now()));
        }
        let now = Instant::now();
        let at = DoorEvent { door: 2, direction: Direction::In, index, moment: SystemClock.now() };
        told.insert(index, now);
        inbox.tell(Told::Swipe { at, number: 4, seen: now });
    }
    let mut times: Vec<Duration> = (1..=TAPS).map(|index| doors.recv().unwrap() - told[&index]).collect();
    gate.stop();
    alone.extend(bare.at_the_pace_of_taps());
    compare(&format!("tap to open, {burst:2} at once"), &mut times, &mut alone);
}

fn compare(what: &str, times: &mut [Duration], alone: &mut [Duration]) {
    let disk = report("bare append and sync", alone);
    let median = report(what, times);
    println!("{:26} {:.2} bare syncs (medians)\n", "", median.as_secs_f64() / disk.as_secs_f64());
}

fn report(what: &str, times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    let at = |share: f64| times[(times.len() as f64 * share) as usize];
    let show = |time: Duration| time.as_secs_f64() * 1_000.0;
    println!(
        "{what:26} median {:7.3} ms   p99 {:7.3} ms   max {:7.3} ms",
        show(at(0.5)),
        show(at(0.99)),
        show(times[times.len() - 1])
    );
    at(0.5)
}

fn pass(round: usize) -> Pass {
    Pass {
        id: id(round as u8),
        point: id(1),
        direction: Direction::In,
        person: Some(id(1)),
        credential: Some(id(1)),
        number: Some((ReaderFormat::W26, 1_234_567)),
        reason: Reason::Granted,
        decided_by: DecidedBy::Gate,
        guard: None,
        at: at_micros(round as i64),
        board_event: Some((id(1), round as u32)),
        replayed: false,
    }
}

struct BenchServer;

impl Server for BenchServer {
    fn feed(&self, Has { snapshot: have, .. }: Has, _: &GateStatus, _: Duration) -> Result<Feed, ServerError> {
        if have.is_some() {
            thread::sleep(Duration::from_millis(500));
        }
        Ok(Feed { snapshot: have.is_none().then(|| school(1)), ..Feed::default() })
    }

    fn deliver(&self, records: &[GateRecord]) -> Result<u64, ServerError> {
        Ok(records.last().map_or(0, |record| record.seq))
    }
}

struct BenchDrivers {
    opened: mpsc::Sender<Instant>,
    inboxes: mpsc::Sender<Inbox>,
}

struct BenchDriver(mpsc::Sender<Instant>);

impl Drivers for BenchDrivers {
    fn start(&self, _: &DeviceDoc, _: Option<u32>, inbox: Inbox) -> Result<Box<dyn Driver>, String> {
        self.inboxes.send(inbox).map_err(|error| error.to_string())?;
        Ok(Box::new(BenchDriver(self.opened.clone())))
    }
}

impl Driver for BenchDriver {
    fn open(&self, _: u8) {
        // The bench may have heard enough.
        let _ = self.0.send(Instant::now());
    }
    fn keep_doors(&self, _: Doors) {}
    fn hold(&self, _: Arc<BoardList>) {}
    fn resync(&self) {}
}
