//! How many round trips to PostgreSQL a transaction takes: counted behind a line that holds every answer back for a while.
#![allow(clippy::unwrap_used, missing_docs, reason = "a test that cannot go on stops")]

mod common;

use std::{
    io::{Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    os::unix::net::UnixStream,
    sync::mpsc,
    time::{Duration, Instant},
};

use common::{add, add_later, count, count_later, rows, school_with_things, set_number};
use kernel::SchoolId;
use store::{Db, Options, StoreError, Tx};
use testkit::TestDb;

/// What an answer takes on its way: much more than any statement here, also on a busy machine.
const DELAY: Duration = Duration::from_millis(150);
/// Each is tried so often, and its best counts: a busy machine makes it seem more.
const TRIES: usize = 3;

/// A database behind the slow line.
fn far(t: &TestDb) -> Db {
    let folder = t.address.split_once("host=").unwrap().1.to_owned();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for near in listener.incoming() {
            let far = UnixStream::connect(format!("{folder}/.s.PGSQL.5432")).unwrap();
            relay(near.unwrap(), far);
        }
    });
    let name = t.address.split_once("@/").unwrap().1.split('?').next().unwrap();
    Db::open(&format!("postgresql://kezekshi@127.0.0.1:{port}/{name}"), &Options::default()).unwrap()
}

fn relay(near: TcpStream, far: UnixStream) {
    near.set_nodelay(true).unwrap();
    let (mut asks, mut asked) = (near.try_clone().unwrap(), far.try_clone().unwrap());
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut asks, &mut asked);
        let _ = asked.shutdown(Shutdown::Both);
    });
    let (later, due) = mpsc::channel::<(Instant, Vec<u8>)>();
    let (mut answers, mut answered) = (far, near);
    std::thread::spawn(move || {
        let mut bytes = [0; 4096];
        while let Ok(count @ 1..) = answers.read(&mut bytes) {
            let _ = later.send((Instant::now() + DELAY, bytes[..count].to_vec()));
        }
    });
    std::thread::spawn(move || {
        while let Ok((at, bytes)) = due.recv() {
            std::thread::sleep(at.saturating_duration_since(Instant::now()));
            if answered.write_all(&bytes).is_err() {
                return;
            }
        }
        let _ = answered.shutdown(Shutdown::Both);
    });
}

/// Round trips of what `work` does, when all its statements are prepared.
fn trips<T>(work: impl Fn() -> T) -> u32 {
    work();
    let best = (0..TRIES).map(|_| {
        let began = Instant::now();
        work();
        began.elapsed()
    });
    (best.min().unwrap().as_secs_f64() / DELAY.as_secs_f64()) as u32
}

fn write<T: Send + 'static>(
    db: &Db,
    work: impl FnMut(&mut Tx<'_>) -> Result<T, StoreError> + Send + Clone + 'static,
) -> u32 {
    trips(|| db.write_blocking(work.clone()).unwrap())
}

fn put_ahead(tx: &mut Tx<'_>, school: SchoolId) -> Result<(), StoreError> {
    let upsert = "on conflict (school, id) do update set number = excluded.number";
    tx.insert_ahead("thing", &["school", "id", "number"], school, &rows(&school, 5, 3), upsert)
}

#[test]
fn a_read_is_one_round_trip_a_write_two_a_write_of_one_statement_one() {
    let t = TestDb::postgres();
    let school = school_with_things(&t);
    t.db.write_blocking(move |tx| add(tx, school, 1, None)).unwrap();
    let db = far(&t);
    assert_eq!(trips(|| db.read_blocking(|tx| count(tx, school)).unwrap()), 1);
    assert_eq!(write(&db, move |tx| set_number(tx, school, 1, 2)), 2);
    assert_eq!(trips(|| db.write_single_blocking(move |tx| set_number(tx, school, 1, 3)).unwrap()), 1);
    // Each statement that is waited for is one more.
    assert_eq!(write(&db, move |tx| set_number(tx, school, 1, 4).and(count(tx, school))), 3);
    // Nothing is asked, nothing is sent.
    assert_eq!(trips(|| db.write_blocking(|_| Ok::<_, StoreError>(())).unwrap()), 0);
    // What failed is undone without waiting.
    assert_eq!(trips(|| db.write_blocking(move |tx| add(tx, school, 1, None)).unwrap_err()), 1);
}

#[test]
fn what_is_sent_ahead_takes_no_round_trip_of_its_own() {
    let t = TestDb::postgres();
    let school = school_with_things(&t);
    let db = far(&t);
    let two = |tx: &mut Tx<'_>| -> Result<i64, StoreError> {
        let (one, two) = (count_later(tx, school)?, count_later(tx, school)?);
        Ok(one.get(tx)? + two.get(tx)?)
    };
    assert_eq!(trips(|| db.read_blocking(two).unwrap()), 1);
    assert_eq!(write(&db, move |tx| put_ahead(tx, school)), 1);
    let mixed = move |tx: &mut Tx<'_>| {
        let before = count_later(tx, school)?;
        set_number(tx, school, 5, 3)?;
        put_ahead(tx, school)?;
        before.get(tx)
    };
    assert_eq!(write(&db, mixed), 2);
    let refused = move || db.write_blocking(move |tx| add_later(tx, school, 5, None).map(drop)).unwrap_err();
    assert_eq!(trips(refused), 1);
}
