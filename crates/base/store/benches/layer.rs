//! The layer beside the bare drivers: what it adds to one statement, and what it leaves of the rows a second. A ratio of 1 is as fast as the driver,
//! 0.5 half as fast.
//!
//! `cargo bench -p store [-- sqlite|postgres]`. PostgreSQL is the private one of the tests; `KEZEKSHI_PG_FSYNC=on scripts/pg start` makes it flush.
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs, reason = "a bench tells what it measured, or stops")]

mod bare;
#[path = "../tests/common/mod.rs"]
mod common;

use std::{
    sync::{
        Mutex,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, Instant},
};

use bare::{Bare, at_once, in_turns};
use common::{add, rows, school_with_things};
use kernel::SchoolId;
use store::{Engine, StoreError, Tx, statements};
use testkit::TestDb;

const WRITERS: usize = 4;
const COLUMNS: &[&str] = &["school", "id", "number"];
const SELECT: &str = "select number from thing where school = $1 and id = $2";
const UPDATE: &str = "update thing set number = number + 1 where school = $1 and id = $2";

statements! {
    fn look(school: SchoolId, id: i64) -> One<i64> = SELECT;
    fn raise(school: SchoolId, id: i64) -> Run = UPDATE;
}

/// Ids that nobody has taken yet.
fn ids(count: usize) -> i64 {
    static NEXT: AtomicI64 = AtomicI64::new(1_000);
    NEXT.fetch_add(count as i64, Ordering::Relaxed)
}

/// The time of so many calls in a row; the first is not counted.
fn in_a_row<T>(times: u32, mut work: impl FnMut() -> T) -> Duration {
    work();
    let began = Instant::now();
    (0..times).for_each(|_| drop(std::hint::black_box(work())));
    began.elapsed()
}

fn one_line(engine: Engine, what: &str, times: u32, (ours, bare): (f64, f64)) {
    let us = 1e6 / f64::from(times);
    println!("{engine:?}: {what:<44} {:>9.1} µs {:>9.1} µs bare   ratio {:.2}", ours * us, bare * us, bare / ours);
}

/// One statement, by one caller.
fn statements_alone(engine: Engine, times: u32) {
    let t = TestDb::of(engine);
    let school = school_with_things(&t);
    t.db.write_blocking(move |tx| add(tx, school, 1, Some(1))).unwrap();
    let read = || in_a_row(times, || t.db.read_blocking(|tx| look(tx, school, 1)).unwrap());
    let write = || in_a_row(times, || t.db.write_blocking(move |tx| raise(tx, school, 1)).unwrap());
    let single = || in_a_row(times, || t.db.write_single_blocking(move |tx| raise(tx, school, 1)).unwrap());
    let id = school.as_bytes().as_slice();
    match engine {
        Engine::Sqlite => {
            let conn = rusqlite::Connection::open(t.db.file().unwrap()).unwrap();
            conn.pragma_update(None, "synchronous", "full").unwrap();
            let (select, update) = (SELECT.replace('$', "?"), UPDATE.replace('$', "?"));
            let key = rusqlite::params![id, 1_i64];
            let look = || conn.prepare_cached(&select).unwrap().query_row(key, |row| row.get::<_, i64>(0)).unwrap();
            let raise = || conn.prepare_cached(&update).unwrap().execute(key).unwrap();
            let begun = || {
                conn.execute_batch("begin immediate").unwrap();
                raise();
                conn.execute_batch("commit").unwrap();
            };
            one_line(engine, "read, bare select", times, in_turns(read, || in_a_row(times, look)));
            one_line(engine, "write, bare begin, update, commit", times, in_turns(write, || in_a_row(times, begun)));
            one_line(engine, "write_single, bare update", times, in_turns(single, || in_a_row(times, raise)));
        }
        Engine::Postgres => {
            let mut client = postgres::Client::connect(&t.address, postgres::NoTls).unwrap();
            let (select, update) = (client.prepare(SELECT).unwrap(), client.prepare(UPDATE).unwrap());
            let bare = || in_a_row(times, || client.query_one(&select, &[&id, &1_i64]).unwrap());
            one_line(engine, "read, bare select", times, in_turns(read, bare));
            let mut begun = || {
                let serializable = postgres::IsolationLevel::Serializable;
                let mut transaction = client.build_transaction().isolation_level(serializable).start().unwrap();
                transaction.execute(&update, &[&id, &1_i64]).unwrap();
                transaction.commit().unwrap();
            };
            let bare = || in_a_row(times, &mut begun);
            one_line(engine, "write, bare begin, update, commit", times, in_turns(write, bare));
            let bare = || in_a_row(times, || client.execute(&update, &[&id, &1_i64]).unwrap());
            one_line(engine, "write_single, bare update", times, in_turns(single, bare));
        }
    }
}

fn insert(tx: &mut Tx<'_>, school: SchoolId, first: i64, size: usize) -> Result<usize, StoreError> {
    let rows = rows(&school, first, size as i64);
    tx.insert_many::<i64>("thing", COLUMNS, school, &rows, "returning id").map(|given| given.len())
}

/// Transactions that insert so many rows each, by four writers of schools of their own.
fn batches(engine: Engine, size: usize, times: usize) {
    let t = TestDb::of(engine);
    let schools: Vec<_> =
        std::iter::once(school_with_things(&t)).chain((1..WRITERS).map(|name| t.school(&name.to_string()))).collect();
    let write = |school: SchoolId| {
        let first = ids(size);
        assert_eq!(t.db.write_blocking(move |tx| insert(tx, school, first, size)).unwrap(), size);
    };
    let ours = || at_once(schools.clone(), times, |school, _| write(*school));
    // One file has one writer: a connection that all share is faster than four that wait for each other.
    let shared = Mutex::new(Bare::open(&t, "thing", COLUMNS, size));
    let bare = || {
        let with = |school: &SchoolId, bare: &mut Bare| bare.insert(&rows(school, ids(size), size as i64));
        match engine {
            Engine::Sqlite => at_once(schools.clone(), times, |school, _| with(school, &mut shared.lock().unwrap())),
            Engine::Postgres => {
                let open = |school: &SchoolId| (*school, Bare::open(&t, "thing", COLUMNS, size));
                at_once(schools.iter().map(open).collect(), times, |(school, bare), _| with(school, bare))
            }
        }
    };
    let rate = |seconds: f64| (size * times * WRITERS) as f64 / seconds;
    let line = |what: &str, against: &str, (ours, bare): (f64, f64)| {
        let (fast, other) = (rate(ours), rate(bare));
        println!("{engine:?}: {what:<44} {fast:>9.0} /s {other:>9.0} /s {against}   ratio {:.2}", fast / other);
    };
    line(&format!("four writers, {size} rows a transaction"), "bare", in_turns(ours, bare));
    if size != 10 {
        return;
    }
    // Each of them changes one row first, as whoever writes to a school's journal does.
    let (school, given_up) = (schools[0], AtomicI64::new(0));
    t.db.write_blocking(move |tx| add(tx, school, 1, Some(0))).unwrap();
    let queue = || {
        let first = ids(size);
        let written = t.db.write_blocking(move |tx| raise(tx, school, 1).and_then(|_| insert(tx, school, first, size)));
        given_up.fetch_add(i64::from(written.is_err()), Ordering::Relaxed);
    };
    let together = || at_once(vec![(); WRITERS], times, |(), _| queue());
    line("the same, all of one school and one row", "apart", in_turns(together, ours));
    println!("{engine:?}: gave up: {}", given_up.load(Ordering::Relaxed));
}

fn main() {
    // `cargo test` runs benches too, to see that they work: a few turns are enough then.
    let is_bench = std::env::args().any(|arg| arg == "--bench");
    let only = std::env::args().skip(1).find(|arg| !arg.starts_with('-')).unwrap_or_default();
    for engine in [Engine::Sqlite, Engine::Postgres] {
        if format!("{engine:?}").to_lowercase().contains(&only) {
            statements_alone(engine, if is_bench { 2_000 } else { 2 });
            for size in [1, 10, 100] {
                batches(engine, size, if is_bench { 2_000 / size.max(4) } else { 2 });
            }
        }
    }
}
