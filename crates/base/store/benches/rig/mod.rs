//! What benches of intake stand on: databases on the disk that is measured, writers at once, and lines with a ratio.
//!
//! Another crate's bench uses it by `#[path = "../../../base/store/benches/rig/mod.rs"] mod rig;`.
#![allow(dead_code, clippy::unwrap_used, clippy::print_stdout, reason = "a bench tells what it measured, or stops")]

use std::{
    io::Write,
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    time::{Duration, Instant},
};

use kernel::{Clock, Ids, SchoolId, SystemClock};
use store::{Db, Engine, MIGRATIONS, Options, statements};

/// Writers at once, as gates of as many schools.
pub const WRITERS: usize = 4;
/// Each figure is the middle one of so many rounds, in which ours and bare take turns.
pub const ROUNDS: usize = 3;

statements! {
    /// A school to write for.
    fn add_school(school: SchoolId, at: jiff::Timestamp) -> Run =
        "insert into school (school, name_kk, name_ru, time_zone, mode_since, created_at) values ($1, 'a', 'b', 'Asia/Almaty', $2, $2)";
}

/// A fresh database with schools in it.
pub struct Ground {
    /// The database.
    pub db: Db,
    /// Where it is, for the bare driver.
    pub address: String,
    /// One for each writer.
    pub schools: Vec<SchoolId>,
    _folder: Option<tempfile::TempDir>,
    _server: Option<testkit::TestDb>,
}

impl Ground {
    /// On the disk under `target` (or `KEZEKSHI_BENCH_DIR`), or on the private PostgreSQL of the tests.
    pub fn new(engine: Engine) -> Self {
        let (address, folder, server) = match engine {
            Engine::Sqlite => {
                let folder = tempfile::tempdir_in(directory()).unwrap();
                (format!("sqlite:{}", folder.path().join("bench.sqlite").display()), Some(folder), None)
            }
            Engine::Postgres => {
                let server = testkit::TestDb::postgres();
                (server.address.clone(), None, Some(server))
            }
        };
        let db = Db::open(&address, &Options { connections: WRITERS * 2, ..Options::default() }).unwrap();
        db.migrate(MIGRATIONS, &SystemClock).unwrap();
        let (ids, now) = (Ids::random(), SystemClock.now());
        let schools: Vec<SchoolId> = (0..WRITERS).map(|_| ids.new_id(now)).collect();
        for school in schools.clone() {
            db.write_blocking(move |tx| add_school(tx, school, now)).unwrap();
        }
        Self { db, address, schools, _folder: folder, _server: server }
    }

    /// The SQLite file.
    pub fn file(&self) -> std::path::PathBuf {
        self.db.file().unwrap()
    }
}

fn directory() -> std::path::PathBuf {
    let named = std::env::var_os("KEZEKSHI_BENCH_DIR").map(std::path::PathBuf::from);
    named.unwrap_or_else(|| std::path::Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(3).unwrap().join("target"))
}

/// How long one figure is measured, in a round.
pub fn span() -> Duration {
    let seconds = std::env::var("KEZEKSHI_BENCH_SECONDS").ok().and_then(|text| text.parse().ok());
    Duration::from_secs_f64(seconds.unwrap_or(1.0))
}

/// Rows a second of `writers` who each call `work(writer)` again and again; it answers how many rows it wrote.
pub fn rate(writers: usize, work: impl Fn(usize) -> u64 + Sync) -> f64 {
    let (rows, stop) = (AtomicU64::new(0), AtomicBool::new(false));
    for writer in 0..writers {
        work(writer);
    }
    let began = Instant::now();
    std::thread::scope(|scope| {
        for writer in 0..writers {
            let (rows, stop, work) = (&rows, &stop, &work);
            scope.spawn(move || {
                while !stop.load(Ordering::Relaxed) {
                    rows.fetch_add(work(writer), Ordering::Relaxed);
                }
            });
        }
        std::thread::sleep(span());
        stop.store(true, Ordering::Relaxed);
    });
    rows.load(Ordering::Relaxed) as f64 / began.elapsed().as_secs_f64()
}

/// Measures ours and bare in turns; gives the round with the middle ratio, which is asked of machines that do other work too.
pub fn in_turns(mut ours: impl FnMut() -> f64, mut bare: impl FnMut() -> f64) -> (f64, f64) {
    let mut rounds: Vec<_> = (0..ROUNDS).map(|_| (ours(), bare())).collect();
    rounds.sort_by(|one, two| (one.0 / one.1).total_cmp(&(two.0 / two.1)));
    rounds[ROUNDS / 2]
}

/// One line of the table.
pub fn line(what: &str, (ours, bare): (f64, f64), against: &str) {
    println!("{what:<44} {ours:>9.0} rows/s   {against:<26} {bare:>9.0} rows/s   ratio {:>5.2}", ours / bare);
}

/// The disk's own time for a flush of 4 kB, the middle one of a hundred.
pub fn flush_us() -> f64 {
    let mut file = tempfile::NamedTempFile::new_in(directory()).unwrap();
    let mut times: Vec<_> = (0..100)
        .map(|_| {
            file.write_all(&[7; 4096]).unwrap();
            let began = Instant::now();
            file.as_file().sync_data().unwrap();
            began.elapsed().as_secs_f64() * 1e6
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}
