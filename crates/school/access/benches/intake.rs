//! Passes taken in a second, beside a bare insert of the same rows into the same table in the same run.
//!
//! Taking in means: the gate's row is held, repeats are looked for, the passes are inserted, an entry for each stands in the
//! journal, the gate's number moves, all in one transaction a delivery. The bare insert puts the rows into `pass` and does nothing else.
//! Four gates of four schools deliver at once. Both wait until the database says that the data is kept.
//!
//! `cargo bench -p access --bench intake [-- sqlite|postgres]`; `KEZEKSHI_PG_FSYNC=on scripts/pg start` makes PostgreSQL wait for the disk too.
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a bench prints its figures and stops when it cannot run")]

#[path = "../tests/site/mod.rs"]
mod site;

use std::{
    sync::Barrier,
    time::{Duration, Instant},
};

use access::intake;
use kernel::{Direction, GateBody, GateRecord, SchoolId};
use site::{Site, numbered};
use store::{Engine, Param, StoreError, Value};
use testkit::TestDb;

const GATES: usize = 4;
const COLUMNS: &[&str] = &[
    "school",
    "id",
    "gate",
    "gate_seq",
    "point",
    "direction",
    "person",
    "credential",
    "reader_format",
    "number",
    "reason",
    "is_granted",
    "decided_by",
    "guard",
    "at",
    "received_at",
    "is_late",
];

fn main() {
    // `cargo test` runs benches too, to see that they work: few rows are enough then.
    let is_bench = std::env::args().any(|arg| arg == "--bench");
    println!("{:10} {:>6} {:>14} {:>14} {:>7}", "database", "batch", "taken in /s", "bare insert /s", "ratio");
    let only = std::env::args().skip(1).find(|arg| !arg.starts_with('-')).unwrap_or_default();
    for engine in [Engine::Sqlite, Engine::Postgres] {
        if !format!("{engine:?}").to_lowercase().contains(&only) {
            continue;
        }
        for batch in [1_usize, 10, 100, 500] {
            let rows = if is_bench { (batch * 400).clamp(800, 20_000) } else { batch * 2 };
            let taken = measure(engine, rows, batch, take_in);
            let bare = measure(engine, rows, batch, insert_bare);
            println!(
                "{:10} {batch:6} {taken:14.0} {bare:14.0} {:7.2}",
                format!("{engine:?}").to_lowercase(),
                taken / bare
            );
        }
    }
}

/// Rows a second of all gates together, each delivering `rows` in deliveries of `batch`.
fn measure(engine: Engine, rows: usize, batch: usize, deliver: fn(&Site<'_>, &[GateRecord])) -> f64 {
    let t = TestDb::of(engine);
    let sites: Vec<Site<'_>> = (0..GATES).map(|index| Site::named(&t, &format!("school {index}"))).collect();
    let records: Vec<Vec<GateRecord>> = sites.iter().map(|site| records(site, rows)).collect();
    let start = Barrier::new(GATES);
    let slowest = std::thread::scope(|scope| {
        let running: Vec<_> = sites
            .iter()
            .zip(&records)
            .map(|(site, records)| {
                let start = &start;
                scope.spawn(move || {
                    start.wait();
                    let begun = Instant::now();
                    records.chunks(batch).for_each(|chunk| deliver(site, chunk));
                    begun.elapsed()
                })
            })
            .collect();
        running.into_iter().map(|thread| thread.join().unwrap()).max().unwrap_or(Duration::ZERO)
    });
    (rows * GATES) as f64 / slowest.as_secs_f64()
}

fn records(site: &Site<'_>, rows: usize) -> Vec<GateRecord> {
    let persons = site.persons(&["Асанова", "Бекова", "Ватаев"], None, 1);
    let passes: Vec<_> = (0..rows)
        .map(|index| {
            let mut pass = site.pass(site.door, Direction::ALL[index % 2], persons.get(index % persons.len()).copied());
            pass.number = Some((kernel::ReaderFormat::W26, 10_058_400));
            pass
        })
        .collect();
    numbered(1, &passes)
}

fn take_in(site: &Site<'_>, records: &[GateRecord]) {
    let (key, records, now) = (site.key, records.to_vec(), site.now());
    site.t.db.write_blocking(move |tx| intake::deliver(tx, key, &records, now)).unwrap();
}

fn insert_bare(site: &Site<'_>, records: &[GateRecord]) {
    let (school, gate, records, now) = (site.school, site.key.gate, records.to_vec(), site.now());
    let inserted = site.t.db.write_blocking(move |tx| {
        let format = kernel::ReaderFormat::W26;
        let rows: Vec<Vec<Value<'_>>> =
            records.iter().filter_map(|record| row(&school, &gate, record, &format, now)).collect();
        tx.insert_many::<SchoolId>("pass", COLUMNS, school, &rows, "")
    });
    let _: Vec<SchoolId> = inserted.map_err(|error: StoreError| error.to_string()).unwrap();
}

fn row<'a>(
    school: &'a SchoolId,
    gate: &'a kernel::GateId,
    record: &'a GateRecord,
    format: &'a kernel::ReaderFormat,
    now: jiff::Timestamp,
) -> Option<Vec<Value<'a>>> {
    let GateBody::Pass(pass) = &record.body else { return None };
    Some(vec![
        school.value(),
        pass.id.value(),
        gate.value(),
        Value::Int(record.seq.cast_signed()),
        pass.point.value(),
        pass.direction.value(),
        pass.person.value(),
        pass.credential.value(),
        format.value(),
        Value::Int(10_058_400),
        pass.reason.value(),
        Value::Bool(true),
        pass.decided_by.value(),
        pass.guard.value(),
        Value::Int(pass.at.as_microsecond()),
        Value::Int(now.as_microsecond()),
        Value::Bool(false),
    ])
}
