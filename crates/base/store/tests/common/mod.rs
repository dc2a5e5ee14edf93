//! Tables that have a column of every kind, and statements on them.
#![allow(dead_code, missing_docs, reason = "each test file uses some of it")]

use std::{panic::resume_unwind, sync::mpsc, time::Duration};

use kernel::SchoolId;
use store::{MIGRATIONS, Migration, StoreError, Value, record, statements};
use testkit::TestDb;

pub const THINGS: Migration = Migration {
    number: 9_000,
    name: "things",
    sql: "create table thing (
        school {id} not null references school (school), id bigint not null,
        number bigint, fraction {real}, flag {bool}, word text, bytes {bytes}, code text,
        primary key (school, id));
      create unique index thing_code on thing (school, code);
      create table part (
        school {id} not null, id bigint not null, whole bigint,
        primary key (school, id),
        foreign key (school, whole) references thing (school, id) deferrable initially deferred)",
};

record! {
    pub struct Thing {
        pub id: i64,
        pub number: Option<i64>,
        pub fraction: Option<f64>,
        pub flag: Option<bool>,
        pub word: Option<String>,
        pub bytes: Option<Vec<u8>>,
    }
}

statements! {
    fn add(school: SchoolId, id: i64, number: Option<i64>) -> Run = "insert into thing (school, id, number) values ($1, $2, $3)";
    fn add_code(school: SchoolId, id: i64, code: &str) -> Run = "insert into thing (school, id, code) values ($1, $2, $3)";
    fn add_whole(school: SchoolId, id: i64, number: Option<i64>, fraction: Option<f64>, flag: Option<bool>, word: Option<&str>, bytes: Option<&[u8]>) -> Run =
        "insert into thing (school, id, number, fraction, flag, word, bytes) values ($1, $2, $3, $4, $5, $6, $7)";
    fn put(school: SchoolId, id: i64, number: i64) -> Run =
        "insert into thing (school, id, number) values ($1, $2, $3) on conflict (school, id) do update set number = excluded.number";
    fn number(school: SchoolId, id: i64) -> One<Option<i64>> = "select number from thing where school = $1 and id = $2";
    fn set_number(school: SchoolId, id: i64, number: i64) -> Run = "update thing set number = $3 where school = $1 and id = $2";
    fn remove(school: SchoolId, id: i64) -> Run = "delete from thing where school = $1 and id = $2";
    fn thing(school: SchoolId, id: i64) -> Exactly<Thing> =
        "select id, number, fraction, flag, word, bytes from thing where school = $1 and id = $2";
    fn things(school: SchoolId) -> Many<Thing> =
        "select id, number, fraction, flag, word, bytes from thing where school = $1 order by id";
    fn ids(school: SchoolId) -> Many<i64> = "select id from thing where school = $1 order by id";
    fn count(school: SchoolId) -> Exactly<i64> = "select count(*) from thing where school = $1";
    fn sneaked(school: SchoolId) -> Many<i64> = "update thing set number = 0 where school = $1 returning id";
    fn add_part(school: SchoolId, id: i64, whole: i64) -> Run = "insert into part (school, id, whole) values ($1, $2, $3)";
    fn count_later(school: SchoolId) -> Later<i64> = "select count(*) from thing where school = $1";
    fn ids_later(school: SchoolId) -> LaterMany<i64> = "select id from thing where school = $1 order by id";
    fn number_later(school: SchoolId, id: i64) -> LaterMany<Option<i64>> = "select number from thing where school = $1 and id = $2";
    fn add_later(school: SchoolId, id: i64, number: Option<i64>) -> Later<i64> =
        "insert into thing (school, id, number) values ($1, $2, $3) returning id";
    fn parts(school: SchoolId) -> Many<i64> = "select id from part where school = $1 order by id";
}

/// The school's tables and those of the tests.
pub fn migrations() -> Vec<Migration> {
    MIGRATIONS.iter().copied().chain([THINGS]).collect()
}

/// A school in a database that has things.
pub fn school_with_things(t: &TestDb) -> SchoolId {
    t.db.migrate(&migrations(), &t.clock).unwrap();
    t.school("one")
}

pub fn kept(t: &TestDb, school: SchoolId) -> Vec<i64> {
    t.db.read_blocking(|tx| ids(tx, school)).unwrap()
}

/// Rows for `insert_many("thing", …)`, numbered from `from`.
pub fn rows(school: &SchoolId, from: i64, count: i64) -> Vec<Vec<Value<'_>>> {
    (from..from + count).map(|id| vec![store::Param::value(school), Value::Int(id), Value::Int(id * 2)]).collect()
}

/// Tells a story that must end: one that waits for ever fails instead of holding up all others.
pub fn within(limit: Duration, story: impl FnOnce() + Send + 'static) {
    let (ended, ends) = mpsc::channel();
    let telling = std::thread::spawn(move || {
        story();
        let _ = ended.send(());
    });
    if ends.recv_timeout(limit) == Err(mpsc::RecvTimeoutError::Timeout) {
        panic!("the story did not end within {limit:?}");
    }
    if let Err(panic) = telling.join() {
        resume_unwind(panic);
    }
}

/// Why a closure of a test gives up.
#[derive(Debug)]
pub enum Stop {
    Told,
    Store(StoreError),
}
impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
