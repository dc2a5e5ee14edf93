//! Rows a second of transactions that write passes and their journal entries, beside the bare driver writing the same rows.
//!
//! `cargo bench -p store --bench intake`. PostgreSQL is the private one of the tests (`scripts/pg start`; with `KEZEKSHI_PG_FSYNC=on` it flushes).
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs, reason = "a bench tells what it measured, or stops")]

mod rig;

use std::sync::Mutex;

use jiff::Timestamp;
use journal::Event;
use kernel::{Clock, GateKind, Id, Ids, PassId, SchoolId, SystemClock};
use postgres::types::ToSql;
use rig::{Ground, WRITERS, in_turns, line, rate};
use serde::{Deserialize, Serialize};
use store::{Engine, Param, StoreError, Value};

const BATCHES: [usize; 3] = [1, 10, 100];
const PASS: &[&str] = &[
    "school",
    "id",
    "gate",
    "gate_seq",
    "point",
    "direction",
    "person",
    "reason",
    "is_granted",
    "decided_by",
    "at",
    "received_at",
    "is_late",
];
const JOURNAL: &[&str] = &["school", "seq", "at", "kind", "version", "body"];

#[derive(Clone, Serialize, Deserialize)]
struct PassRecorded {
    pass: PassId,
    point: Id<kernel::AccessPointKind>,
    person: Id<kernel::PersonKind>,
    direction: String,
    reason: String,
    at: i64,
}
impl Event for PassRecorded {
    const KIND: &'static str = "PassRecorded";
}

/// Passes as a gate sends them.
struct Batch {
    school: SchoolId,
    gate: Id<GateKind>,
    now: Timestamp,
    passes: Vec<PassRecorded>,
}

impl Batch {
    fn new(ids: &Ids, school: SchoolId, size: usize) -> Self {
        let now = SystemClock.now();
        let pass = || PassRecorded {
            pass: ids.new_id(now),
            point: ids.new_id(now),
            person: ids.new_id(now),
            direction: "in".into(),
            reason: "granted".into(),
            at: now.as_microsecond(),
        };
        Self { school, gate: ids.new_id(now), now, passes: (0..size).map(|_| pass()).collect() }
    }

    fn rows(&self) -> Vec<Vec<Value<'_>>> {
        self.passes.iter().map(|pass| self.row(pass)).collect()
    }

    fn row<'a>(&'a self, pass: &'a PassRecorded) -> Vec<Value<'a>> {
        vec![
            self.school.value(),
            pass.pass.value(),
            self.gate.value(),
            Value::Int(1),
            pass.point.value(),
            Value::Text("in"),
            pass.person.value(),
            Value::Text("granted"),
            Value::Bool(true),
            Value::Text("gate"),
            Value::Int(pass.at),
            Value::Int(pass.at),
            Value::Bool(false),
        ]
    }
}

fn ours(ground: &Ground, school: SchoolId, batch: Batch) -> u64 {
    let written = ground.db.write_blocking(move |tx| {
        let given =
            tx.insert_many::<PassId>("pass", PASS, school, &batch.rows(), "on conflict do nothing returning id")?;
        journal::append_all(tx, school, batch.now, &batch.passes)
            .map_err(|error| StoreError::Commit(error.to_string()))?;
        Ok::<_, StoreError>(given.len() as u64)
    });
    written.unwrap()
}

fn insert(table: &str, columns: &[&str], rows: usize, mark: char) -> String {
    let row = |row: usize| {
        let places: Vec<_> =
            (0..columns.len()).map(|column| format!("{mark}{}", row * columns.len() + column + 1)).collect();
        format!("({})", places.join(", "))
    };
    let rows: Vec<_> = (0..rows).map(row).collect();
    format!("insert into {table} ({}) values {}", columns.join(", "), rows.join(", "))
}

/// Bare SQLite: one connection in the same mode, which is the fastest that one file allows without groups.
struct BareSqlite {
    conn: Mutex<rusqlite::Connection>,
    with_journal: bool,
}

impl BareSqlite {
    fn open(ground: &Ground, with_journal: bool) -> Self {
        let conn = rusqlite::Connection::open(ground.file()).unwrap();
        conn.pragma_update(None, "synchronous", "full").unwrap();
        conn.busy_timeout(std::time::Duration::from_secs(10)).unwrap();
        Self { conn: Mutex::new(conn), with_journal }
    }

    fn write(&self, batch: &Batch, seq: i64) -> u64 {
        let conn = self.conn.lock().unwrap();
        conn.execute_batch("begin immediate").unwrap();
        let mut statement = conn.prepare_cached(&insert("pass", PASS, 1, '?')).unwrap();
        let mut entry = conn.prepare_cached(&insert("journal", JOURNAL, 1, '?')).unwrap();
        for (place, row) in batch.rows().iter().enumerate() {
            statement.execute(rusqlite::params_from_iter(row.iter())).unwrap();
            if self.with_journal {
                let body = serde_json::to_string(&batch.passes[place]).unwrap();
                let seq = seq + place as i64;
                entry
                    .execute(rusqlite::params![batch.school.as_bytes(), seq, 0_i64, "PassRecorded", 1_i64, body])
                    .unwrap();
            }
        }
        conn.execute_batch("commit").unwrap();
        batch.passes.len() as u64
    }
}

/// Bare PostgreSQL: a connection for each writer; one prepared insert that commits by itself, or two in a transaction.
struct BarePostgres {
    writers: Vec<Mutex<(postgres::Client, postgres::Statement, postgres::Statement)>>,
    with_journal: bool,
}

impl BarePostgres {
    fn open(ground: &Ground, size: usize, with_journal: bool) -> Self {
        let writer = || {
            let mut client = postgres::Client::connect(&ground.address, postgres::NoTls).unwrap();
            let pass = client.prepare(&insert("pass", PASS, size, '$')).unwrap();
            let entry = client.prepare(&insert("journal", JOURNAL, size, '$')).unwrap();
            Mutex::new((client, pass, entry))
        };
        Self { writers: (0..WRITERS).map(|_| writer()).collect(), with_journal }
    }

    fn write(&self, writer: usize, batch: &Batch, seq: i64) -> u64 {
        let mut guard = self.writers[writer].lock().unwrap();
        let (client, pass, entry) = &mut *guard;
        let rows: Vec<_> = batch.rows().concat();
        let params: Vec<&(dyn ToSql + Sync)> = rows.iter().map(|value| value as _).collect();
        if !self.with_journal {
            return client.execute(pass, &params).unwrap();
        }
        let mut transaction = client.transaction().unwrap();
        let written = transaction.execute(pass, &params).unwrap();
        let bodies: Vec<_> = batch.passes.iter().map(|pass| serde_json::to_string(pass).unwrap()).collect();
        let entries: Vec<_> = bodies
            .iter()
            .zip(seq..)
            .flat_map(|(body, seq)| {
                let kind = Value::Text("PassRecorded");
                [batch.school.value(), Value::Int(seq), Value::Int(0), kind, Value::Int(1), Value::Text(body)]
            })
            .collect();
        let params: Vec<&(dyn ToSql + Sync)> = entries.iter().map(|value| value as _).collect();
        transaction.execute(entry, &params).unwrap();
        transaction.commit().unwrap();
        written
    }
}

/// Journal numbers for the bare drivers: far above those that the journal itself takes.
fn numbers() -> impl Fn(usize) -> i64 + Sync {
    let next = std::sync::atomic::AtomicI64::new(1 << 40);
    move |size| next.fetch_add(size as i64, std::sync::atomic::Ordering::Relaxed)
}

fn measure(engine: Engine) {
    let ids = Ids::random();
    let seq = numbers();
    for size in BATCHES {
        for with_journal in [true, false] {
            let ground = Ground::new(engine);
            let batch = |writer: usize| Batch::new(&ids, ground.schools[writer], size);
            let run_ours = || rate(WRITERS, |writer| ours(&ground, ground.schools[writer], batch(writer)));
            let result = match engine {
                Engine::Sqlite => {
                    let bare = BareSqlite::open(&ground, with_journal);
                    in_turns(run_ours, || rate(1, |writer| bare.write(&batch(writer), seq(size))))
                }
                Engine::Postgres => {
                    let bare = BarePostgres::open(&ground, size, with_journal);
                    in_turns(run_ours, || rate(WRITERS, |writer| bare.write(writer, &batch(writer), seq(size))))
                }
            };
            let against = if with_journal { "bare, passes and entries" } else { "bare, passes only" };
            line(&format!("{engine:?}, {WRITERS} writers, batches of {size}"), result, against);
        }
    }
    let ground = Ground::new(engine);
    let batch = |school: SchoolId| Batch::new(&ids, school, 10);
    let apart = || rate(WRITERS, |writer| ours(&ground, ground.schools[writer], batch(ground.schools[writer])));
    let together = || rate(WRITERS, |_| ours(&ground, ground.schools[0], batch(ground.schools[0])));
    line(
        &format!("{engine:?}, {WRITERS} writers of one school, batches of 10"),
        in_turns(together, apart),
        "schools of their own",
    );
}

fn main() {
    println!("flush of 4 kB: {:.0} µs", rig::flush_us());
    measure(Engine::Sqlite);
    measure(Engine::Postgres);
}
