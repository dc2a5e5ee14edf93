//! Microseconds of the smallest transactions, beside the bare driver: what a transaction costs on top of its statement.
//!
//! `cargo bench -p store --bench trips`.
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs, reason = "a bench tells what it measured, or stops")]

mod rig;

use std::time::Instant;

use kernel::SchoolId;
use rig::Ground;
use store::{Engine, statements};

const TIMES: usize = 400;
const SELECT: &str = "select name_ru from school where school = $1";
const UPDATE: &str = "update school set mode_since = mode_since + 1 where school = $1";

statements! {
    fn name(school: SchoolId) -> One<String> = SELECT;
    fn touch(school: SchoolId) -> Run = UPDATE;
}

/// The middle time of many, in µs.
fn middle_us<T>(mut work: impl FnMut() -> T) -> f64 {
    let mut times: Vec<_> = (0..TIMES)
        .map(|_| {
            let began = Instant::now();
            std::hint::black_box(work());
            began.elapsed().as_secs_f64() * 1e6
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[TIMES / 2]
}

fn line(what: &str, us: f64, bare: f64) {
    println!("{what:<52} {us:>8.0} µs   ratio to bare {:>5.2}", us / bare);
}

fn ours(ground: &Ground, engine: &str, read: f64, write: f64) {
    let (db, school) = (&ground.db, ground.schools[0]);
    line(
        &format!("{engine}: read of one statement"),
        middle_us(|| db.read_blocking(|tx| name(tx, school)).unwrap()),
        read,
    );
    line(
        &format!("{engine}: read of two statements"),
        middle_us(|| {
            db.read_blocking(|tx| {
                name(tx, school)?;
                name(tx, school)
            })
            .unwrap();
        }),
        read,
    );
    line(
        &format!("{engine}: write of one statement"),
        middle_us(|| db.write_blocking(move |tx| touch(tx, school)).unwrap()),
        write,
    );
    let single = middle_us(|| db.write_single_blocking(move |tx| touch(tx, school)).unwrap());
    line(&format!("{engine}: write_single"), single, write);
}

fn main() {
    println!("flush of 4 kB: {:.0} µs", rig::flush_us());
    let ground = Ground::new(Engine::Sqlite);
    let conn = rusqlite::Connection::open(ground.file()).unwrap();
    conn.pragma_update(None, "synchronous", "full").unwrap();
    let school = ground.schools[1];
    let read = middle_us(|| {
        let mut select = conn.prepare_cached(SELECT).unwrap();
        let _: String = select.query_row([school.as_bytes()], |row| row.get(0)).unwrap();
    });
    let write = middle_us(|| conn.prepare_cached(UPDATE).unwrap().execute([school.as_bytes()]).unwrap());
    line("SQLite: bare select", read, read);
    line("SQLite: bare update", write, write);
    ours(&ground, "SQLite", read, write);

    let ground = Ground::new(Engine::Postgres);
    let mut client = postgres::Client::connect(&ground.address, postgres::NoTls).unwrap();
    let (select, update) = (client.prepare(SELECT).unwrap(), client.prepare(UPDATE).unwrap());
    let id = ground.schools[1].as_bytes().as_slice();
    let read = middle_us(|| client.query_one(&select, &[&id]).unwrap());
    let write = middle_us(|| client.execute(&update, &[&id]).unwrap());
    let begun = middle_us(|| {
        let mut transaction =
            client.build_transaction().isolation_level(postgres::IsolationLevel::Serializable).start().unwrap();
        transaction.execute(&update, &[&id]).unwrap();
        transaction.commit().unwrap();
    });
    line("PostgreSQL: bare select", read, read);
    line("PostgreSQL: bare update", write, write);
    line("PostgreSQL: bare begin serializable, update, commit", begun, write);
    ours(&ground, "PostgreSQL", read, write);
}
