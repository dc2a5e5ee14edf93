//! The drivers themselves, for comparison: a prepared insert of so many rows in a transaction of its own, a prepared query, and how figures are taken.
#![allow(dead_code, clippy::unwrap_used, reason = "each bench uses some of it, and stops when it cannot run")]

use std::{
    sync::Barrier,
    time::{Duration, Instant},
};

use postgres::types::ToSql;
use store::{Engine, Value};
use testkit::TestDb;

/// Each figure is the middle one of so many rounds, in which ours and bare take turns.
const ROUNDS: usize = 3;

/// A connection of a driver, with a prepared insert for each of one or more tables.
pub enum Bare {
    /// Rows one after the other, which is the fastest here.
    Sqlite(rusqlite::Connection, Vec<String>),
    /// All rows of a transaction at once.
    Postgres(postgres::Client, Vec<postgres::Statement>),
}

impl Bare {
    /// Connects, and prepares the insert of `rows` rows into a table.
    pub fn open(t: &TestDb, table: &str, columns: &[&str], rows: usize) -> Self {
        Self::of_tables(t, &[(table, columns)], rows)
    }

    /// Connects, and prepares the inserts of `rows` rows into each of these tables.
    pub fn of_tables(t: &TestDb, tables: &[(&str, &[&str])], rows: usize) -> Self {
        if t.db.engine() == Engine::Sqlite {
            let conn = rusqlite::Connection::open(t.db.file().unwrap()).unwrap();
            conn.pragma_update(None, "synchronous", "full").unwrap();
            conn.busy_timeout(Duration::from_secs(20)).unwrap();
            return Self::Sqlite(conn, tables.iter().map(|(table, columns)| insert(table, columns, 1, '?')).collect());
        }
        let mut client = postgres::Client::connect(&t.address, postgres::NoTls).unwrap();
        let prepare = |(table, columns): &(&str, &[&str])| client.prepare(&insert(table, columns, rows, '$')).unwrap();
        let statements = tables.iter().map(prepare).collect();
        Self::Postgres(client, statements)
    }

    /// Inserts the rows: begin, insert, commit.
    pub fn insert(&mut self, rows: &[Vec<Value<'_>>]) {
        self.insert_each(&[rows]);
    }

    /// Inserts the rows of each table: begin, insert, commit.
    pub fn insert_each(&mut self, tables: &[&[Vec<Value<'_>>]]) {
        match self {
            Self::Sqlite(conn, inserts) => {
                conn.execute_batch("begin immediate").unwrap();
                for (insert, rows) in inserts.iter().zip(tables) {
                    let mut statement = conn.prepare_cached(insert).unwrap();
                    for row in *rows {
                        statement.execute(rusqlite::params_from_iter(row)).unwrap();
                    }
                }
                conn.execute_batch("commit").unwrap();
            }
            Self::Postgres(client, statements) => {
                let mut transaction = client.transaction().unwrap();
                for (statement, rows) in statements.iter().zip(tables) {
                    let params: Vec<&(dyn ToSql + Sync)> = rows.iter().flatten().map(|value| value as _).collect();
                    transaction.execute(statement, &params).unwrap();
                }
                transaction.commit().unwrap();
            }
        }
    }
}

/// A connection of a driver, with one prepared query.
pub enum BareQuery {
    /// Its statement is kept prepared by the connection.
    Sqlite(rusqlite::Connection, String),
    /// All rows come at once.
    Postgres(postgres::Client, postgres::Statement),
}

impl BareQuery {
    /// Connects, and prepares the query.
    pub fn open(t: &TestDb, sql: &str) -> Self {
        if t.db.engine() == Engine::Sqlite {
            return Self::Sqlite(rusqlite::Connection::open(t.db.file().unwrap()).unwrap(), sql.to_owned());
        }
        let mut client = postgres::Client::connect(&t.address, postgres::NoTls).unwrap();
        let statement = client.prepare(sql).unwrap();
        Self::Postgres(client, statement)
    }

    /// Reads every row and column; how many rows there were.
    pub fn rows(&mut self, params: &[Value<'_>]) -> usize {
        match self {
            Self::Sqlite(conn, sql) => {
                let mut statement = conn.prepare_cached(sql).unwrap();
                let columns = statement.column_count();
                let mut rows = statement.query(rusqlite::params_from_iter(params)).unwrap();
                let mut count = 0;
                while let Some(row) = rows.next().unwrap() {
                    let values: Vec<_> =
                        (0..columns).map(|column| row.get::<_, rusqlite::types::Value>(column).unwrap()).collect();
                    std::hint::black_box(values);
                    count += 1;
                }
                count
            }
            Self::Postgres(client, statement) => {
                let params: Vec<&(dyn ToSql + Sync)> = params.iter().map(|value| value as _).collect();
                client.query(statement, &params).unwrap().len()
            }
        }
    }
}

fn insert(table: &str, columns: &[&str], rows: usize, mark: char) -> String {
    let row = |row: usize| {
        let marks: Vec<_> = (1..=columns.len()).map(|place| format!("{mark}{}", row * columns.len() + place)).collect();
        format!("({})", marks.join(", "))
    };
    let rows: Vec<_> = (0..rows).map(row).collect();
    format!("insert into {table} ({}) values {}", columns.join(", "), rows.join(", "))
}

/// How long `times` calls of `work` take by each of the writers at once: the slowest counts. The first call is not counted.
pub fn at_once<W: Send>(writers: Vec<W>, times: usize, work: impl Fn(&mut W, usize) + Sync) -> Duration {
    let (start, work) = (&Barrier::new(writers.len()), &work);
    std::thread::scope(|scope| {
        let running: Vec<_> = writers
            .into_iter()
            .map(|mut writer| {
                scope.spawn(move || {
                    work(&mut writer, 0);
                    start.wait();
                    let began = Instant::now();
                    (1..=times).for_each(|turn| work(&mut writer, turn));
                    began.elapsed()
                })
            })
            .collect();
        running.into_iter().map(|writer| writer.join().unwrap()).max().unwrap_or_default()
    })
}

/// The times of the round with the middle ratio.
pub fn in_turns(mut ours: impl FnMut() -> Duration, mut bare: impl FnMut() -> Duration) -> (f64, f64) {
    let mut rounds: Vec<_> = (0..ROUNDS).map(|_| (ours().as_secs_f64(), bare().as_secs_f64())).collect();
    rounds.sort_by(|one, two| (one.1 / one.0).total_cmp(&(two.1 / two.0)));
    rounds[ROUNDS / 2]
}
