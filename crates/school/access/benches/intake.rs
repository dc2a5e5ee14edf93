//! Passes taken in a second, beside the bare driver inserting the same rows into the same table in the same run.
//!
//! Taking in means: the gate's row is held, repeats are looked for, the passes are inserted, an entry for each stands in the
//! journal, the gate's number moves, all in one transaction a delivery. The driver's own prepared insert puts the same rows into `pass`, or into `pass` and `journal`, in transactions
//! of the same size, and does nothing else: the first ratio is beside the passes alone, the second beside all rows that taking in writes. Four gates of four schools deliver at once. Both wait until the database says that the data is kept. Each line is the middle one of three
//! rounds.
//!
//! `cargo bench -p access --bench intake [-- sqlite|postgres]`; `KEZEKSHI_PG_FSYNC=on scripts/pg start` makes PostgreSQL wait for the disk too.
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a bench prints its figures and stops when it cannot run")]

#[path = "../../../base/store/benches/bare/mod.rs"]
mod bare;
#[path = "../tests/site/mod.rs"]
mod site;

use std::{sync::Mutex, time::Duration};

use access::intake;
use bare::{Bare, at_once, in_turns};
use journal::facts::{PassRecorded, Place};
use kernel::{Direction, GateBody, GateRecord, SchoolId};
use site::{Site, numbered};
use store::{Engine, Param, Value};
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

const JOURNAL: &[&str] = &["school", "seq", "at", "kind", "version", "body"];

fn main() {
    // `cargo test` runs benches too, to see that they work: few rows are enough then.
    let is_bench = std::env::args().any(|arg| arg == "--bench");
    println!(
        "{:10} {:>6} {:>14} {:>14} {:>7} {:>14} {:>7}",
        "database", "batch", "taken in /s", "bare passes /s", "ratio", "with entries/s", "ratio"
    );
    let only = std::env::args().skip(1).find(|arg| !arg.starts_with('-')).unwrap_or_default();
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let name = format!("{engine:?}").to_lowercase();
        if !name.contains(&only) {
            continue;
        }
        for batch in [1_usize, 10, 100, 500] {
            let deliveries = if is_bench { (20_000 / batch).min(400) } else { 2 };
            let bare = |tables| move || insert_bare(engine, batch, deliveries, tables);
            let (taken, passes) = in_turns(|| take_in(engine, batch, deliveries), bare(Tables::Passes));
            let (again, all) = in_turns(|| take_in(engine, batch, deliveries), bare(Tables::PassesAndJournal));
            let rate = |seconds: f64| (batch * deliveries * GATES) as f64 / seconds;
            println!(
                "{name:10} {batch:6} {:14.0} {:14.0} {:7.2} {:14.0} {:7.2}",
                rate(taken),
                rate(passes),
                passes / taken,
                rate(all),
                all / again
            );
        }
    }
}

/// Schools with a gate each, and what each gate delivers; the first delivery is not counted.
fn gates(t: &TestDb, batch: usize, deliveries: usize) -> Vec<(Site<'_>, Vec<GateRecord>)> {
    let sites = (0..GATES).map(|index| Site::named(t, &format!("school {index}")));
    let delivered = |site| {
        let records = records(&site, batch * (deliveries + 1));
        (site, records)
    };
    sites.map(delivered).collect()
}

fn take_in(engine: Engine, batch: usize, deliveries: usize) -> Duration {
    let t = TestDb::of(engine);
    at_once(gates(&t, batch, deliveries), deliveries, |(site, records), turn| {
        let (key, now) = (site.key, site.now());
        let records = records[turn * batch..][..batch].to_vec();
        let taken = t.db.write_blocking(move |tx| intake::deliver(tx, key, &records, now, intake::LATE_AFTER));
        assert_eq!(taken.unwrap().new_passes.len(), batch);
    })
}

/// What the driver inserts by itself.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tables {
    Passes,
    PassesAndJournal,
}

/// The driver's own prepared insert of the same rows, in transactions of the same size.
fn insert_bare(engine: Engine, batch: usize, deliveries: usize, tables: Tables) -> Duration {
    let t = TestDb::of(engine);
    let gates = gates(&t, batch, deliveries);
    let open = || match tables {
        Tables::Passes => Bare::open(&t, "pass", COLUMNS, batch),
        Tables::PassesAndJournal => Bare::of_tables(&t, &[("pass", COLUMNS), ("journal", JOURNAL)], batch),
    };
    let write = |site: &Site<'_>, records: &[GateRecord], turn: usize, bare: &mut Bare| {
        let (format, now) = (kernel::ReaderFormat::W26, site.now());
        let records = &records[turn * batch..][..batch];
        let rows: Vec<_> =
            records.iter().filter_map(|record| row(&site.school, &site.key.gate, record, &format, now)).collect();
        if tables == Tables::Passes {
            return bare.insert(&rows);
        }
        let bodies: Vec<_> = records.iter().filter_map(|record| body(site, record)).collect();
        let entries: Vec<_> =
            records.iter().zip(&bodies).map(|(record, body)| entry(&site.school, record, body, now)).collect();
        bare.insert_each(&[&rows, &entries]);
    };
    match engine {
        // One file has one writer: a connection that all share is faster than four that wait for each other.
        Engine::Sqlite => {
            let shared = Mutex::new(open());
            at_once(gates, deliveries, |(site, records), turn| write(site, records, turn, &mut shared.lock().unwrap()))
        }
        Engine::Postgres => {
            let gates: Vec<_> = gates.into_iter().map(|gate| (gate, open())).collect();
            at_once(gates, deliveries, |((site, records), bare), turn| write(site, records, turn, bare))
        }
    }
}

/// What the journal's entry of a pass says.
fn body(site: &Site<'_>, record: &GateRecord) -> Option<String> {
    let GateBody::Pass(pass) = &record.body else { return None };
    let event = PassRecorded {
        pass: pass.id,
        gate: site.key.gate,
        point: pass.point,
        direction: pass.direction,
        person: pass.person,
        credential: pass.credential,
        reason: pass.reason,
        decided_by: pass.decided_by,
        at: pass.at,
        is_late: false,
        moved_to: Some(Place::Street),
        moved_from: Some(Place::Street),
    };
    Some(serde_json::to_string(&event).unwrap())
}

fn entry<'a>(school: &'a SchoolId, record: &GateRecord, body: &'a str, now: jiff::Timestamp) -> Vec<Value<'a>> {
    // Behind whatever the school's set-up wrote.
    let seq = record.seq.cast_signed() + 1_000_000;
    vec![
        school.value(),
        Value::Int(seq),
        Value::Int(now.as_microsecond()),
        Value::Text("PassRecorded"),
        Value::Int(1),
        Value::Text(body),
    ]
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
