//! The door of the made-up school: simulated boards on the loopback, and the crowd that taps at them.

use std::{
    collections::HashMap,
    fs, io,
    net::{Ipv4Addr, SocketAddr},
    os::unix::fs::DirBuilderExt,
    path::Path,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

use jiff::civil::Date;
use kernel::{Clock, Direction};
use uhppote_board::{Board, BoardConfig};

use crate::{
    clock::DemoClock,
    day::{Day, Tap, TapKind},
    world::{Host, World},
};

/// The longest sleep between two looks at the clock.
const LOOK: Duration = Duration::from_millis(100);
/// How long the boards get to be found by their gate before anybody comes.
const SETTLING: Duration = Duration::from_secs(4);
/// Taps that are further back than this when the crowd begins are not made up for, in simulated seconds.
const LATE_S: f64 = 30.0;

/// A turnstile takes one at a time, also when the crowd has to make up for a start: the real time between two taps at one point.
const ONE_AT_A_TIME: Duration = Duration::from_millis(40);

/// Somebody has no card at hand: person (place in [`World::people`]), point (place in [`World::points`]), direction.
pub type Forgotten = Box<dyn Fn(usize, usize, Direction) + Send>;

/// The simulated boards of a world.
pub struct Boards {
    boards: Vec<Board>,
}

impl Boards {
    /// Starts them on the loopback: the first at `port`, the next on the port after it. Each keeps its memory in a file of `folder`, as a
    /// real board keeps it without power: one that forgot its events would rightly be reported as having lost them.
    ///
    /// # Errors
    /// When a port is taken or the folder cannot be used.
    pub fn start(world: &World, clock: &DemoClock, port: u16, folder: &Path) -> io::Result<Self> {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        let mut boards = Vec::with_capacity(world.boards.len());
        for (index, board) in world.boards.iter().enumerate() {
            let (clock, file) = (clock.clone(), folder.join(format!("{}.jsonl", board.serial)));
            let config = BoardConfig {
                serial: board.serial,
                bind: address(port, index),
                clock: Some(Arc::new(move || clock.now())),
                file: Some(file.clone()),
                ..BoardConfig::default()
            };
            boards.push(match Board::start(config.clone()) {
                Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                    tracing::warn!(%error, "a simulated board has lost its memory and begins anew");
                    fs::remove_file(file)?;
                    Board::start(config)?
                }
                started => started?,
            });
        }
        Ok(Self { boards })
    }

    fn swipe(&self, world: &World, tap: &Tap) {
        let Some(point) = world.points.get(tap.point) else { return };
        let Host::Door { board, door } = point.host else { return };
        let number = tap.number(world).and_then(|number| u32::try_from(number).ok());
        let (Some(board), Some(number)) = (self.boards.get(board), number) else { return };
        board.swipe(number, door, tap.direction == Direction::In);
    }
}

/// Where the board of this place in [`World::boards`] listens.
pub fn address(port: u16, index: usize) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, port.wrapping_add(index as u16)))
}

/// People coming and going, until dropped.
pub struct Crowd {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
    boards: Arc<Mutex<Option<Boards>>>,
}

impl Crowd {
    /// Lets them come: each day of the clock is planned and played at the boards.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(world: Arc<World>, clock: DemoClock, boards: Boards, forgotten: Forgotten) -> io::Result<Self> {
        let stop = Arc::new(AtomicBool::new(false));
        let boards = Arc::new(Mutex::new(Some(boards)));
        let (told, held) = (stop.clone(), boards.clone());
        let thread = std::thread::Builder::new().name("crowd".into()).spawn(move || {
            // A crowd that comes before the gate has its boards in hand would be refused by the boards themselves.
            std::thread::sleep(SETTLING);
            let mut day = None;
            while !told.load(Ordering::SeqCst) {
                let today = clock.today();
                if day != Some(today) {
                    day = Some(today);
                    play(&world, today, &clock, &held, &forgotten, &told);
                }
                std::thread::sleep(LOOK);
            }
        })?;
        Ok(Self { stop, thread: Some(thread), boards })
    }
}

impl Drop for Crowd {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the crowd ended by a panic");
        }
        self.boards.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}

fn play(
    world: &World,
    today: Date,
    clock: &DemoClock,
    boards: &Mutex<Option<Boards>>,
    forgotten: &Forgotten,
    told: &AtomicBool,
) {
    let plan = Day::plan(world, world.seed, today);
    let mut last_at: HashMap<usize, Instant> = HashMap::new();
    for tap in &plan {
        let due = f64::from(tap.at_s);
        loop {
            if told.load(Ordering::SeqCst) || clock.today() != today {
                return;
            }
            let left = (due - clock.second_of_day()) / f64::from(clock.speed());
            if left <= 0.0 {
                break;
            }
            std::thread::sleep(Duration::from_secs_f64(left).min(LOOK));
        }
        if clock.second_of_day() - due > LATE_S * f64::from(clock.speed()) {
            continue;
        }
        if let Some(last) = last_at.insert(tap.point, Instant::now()) {
            let gap = ONE_AT_A_TIME.saturating_sub(last.elapsed());
            std::thread::sleep(gap);
            last_at.insert(tap.point, Instant::now());
        }
        match tap.kind {
            TapKind::ForgottenCard(person) => forgotten(person, tap.point, tap.direction),
            _ => {
                if let Some(boards) = boards.lock().unwrap_or_else(PoisonError::into_inner).as_ref() {
                    boards.swipe(world, tap);
                }
            }
        }
    }
}
