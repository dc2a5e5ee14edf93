//! The drivers themselves, for comparison: the same rows read and written with nothing around.

use std::{hint::black_box, time::Instant};

use jiff::civil::Date;
use kernel::SchoolId;
use postgres::{fallible_iterator::FallibleIterator, types::ToSql};
use store::Param;
use testkit::TestDb;

/// Rows written in a transaction, as many as the follower takes at once.
const AT_ONCE: usize = 500;

/// A connection of a driver.
pub enum Driver {
    Sqlite(rusqlite::Connection),
    Postgres(postgres::Client),
}

/// A person's day as it is stored.
type DayRow = (Vec<u8>, i64, Vec<u8>, Option<i64>, Option<i64>, Option<i64>, Vec<u8>);

const DAYS: &str =
    "select day, person, first_in, last_in, last_out from attendance_day where school = $1 and day between $2 and $3";
const JOURNAL: &str = "select seq, kind, body from journal where school = $1 order by seq";
const ROWS: &str = "select school, day, person, first_in, last_in, last_out, passes from attendance_day where school = $1 order by day, person";
const INSERT_INTO: &str = "insert into bare_day (school, day, person, first_in, last_in, last_out, passes)";
const INDEXES: &str = "create index bare_span on bare_day (school, day, person, first_in, last_in, last_out);
    create index bare_person on bare_day (school, person, day)";

impl Driver {
    pub fn open(t: &TestDb) -> Self {
        match t.db.file() {
            Some(file) => {
                let conn = rusqlite::Connection::open(file).unwrap();
                conn.pragma_update(None, "synchronous", "full").unwrap();
                Self::Sqlite(conn)
            }
            None => Self::Postgres(postgres::Client::connect(&t.address, postgres::NoTls).unwrap()),
        }
    }

    /// Reads the days of all persons.
    pub fn days(&mut self, school: SchoolId, from: Date, until: Date) -> usize {
        let bytes = school.as_bytes().as_slice();
        let (from, until) = (number(from), number(until));
        match self {
            Self::Sqlite(conn) => {
                let mut statement = conn.prepare_cached(DAYS).unwrap();
                let mut rows = statement.query(rusqlite::params![bytes, from, until]).unwrap();
                let mut count = 0;
                while let Some(row) = rows.next().unwrap() {
                    let person: [u8; 16] = row.get(1).unwrap();
                    let seconds = [2, 3, 4].map(|column| row.get::<_, Option<i64>>(column).unwrap());
                    black_box((row.get::<_, i64>(0).unwrap(), person, seconds));
                    count += 1;
                }
                count
            }
            Self::Postgres(client) => {
                let rows = client.query(DAYS, &[&bytes, &from, &until]).unwrap();
                for row in &rows {
                    let seconds = [2, 3, 4].map(|column| row.get::<_, Option<i64>>(column));
                    black_box((row.get::<_, i64>(0), row.get::<_, &[u8]>(1), seconds));
                }
                rows.len()
            }
        }
    }

    /// Reads the whole journal of a school, then writes the days that stand in the database into a table of the same columns and indexes: how many days, and
    /// in how many seconds. Reading those days is not counted.
    pub fn journal_to_days(&mut self, school: SchoolId) -> (usize, f64) {
        let bytes = school.as_bytes().as_slice();
        let begun = Instant::now();
        self.read_journal(bytes);
        let read = begun.elapsed().as_secs_f64();
        let rows = self.rows(bytes);
        let begun = Instant::now();
        self.write(&rows);
        (rows.len(), read + begun.elapsed().as_secs_f64())
    }

    fn read_journal(&mut self, school: &[u8]) {
        match self {
            Self::Sqlite(conn) => {
                let mut statement = conn.prepare(JOURNAL).unwrap();
                let mut rows = statement.query([school]).unwrap();
                while let Some(row) = rows.next().unwrap() {
                    let texts = [1, 2].map(|column| row.get::<_, String>(column).unwrap());
                    black_box((row.get::<_, i64>(0).unwrap(), texts));
                }
            }
            Self::Postgres(client) => {
                let mut rows = client.query_raw(JOURNAL, [school]).unwrap();
                while let Some(row) = rows.next().unwrap() {
                    black_box((row.get::<_, i64>(0), row.get::<_, String>(1), row.get::<_, String>(2)));
                }
            }
        }
    }

    fn rows(&mut self, school: &[u8]) -> Vec<DayRow> {
        match self {
            Self::Sqlite(conn) => {
                let mut statement = conn.prepare(ROWS).unwrap();
                let row = |row: &rusqlite::Row<'_>| {
                    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?, row.get(6)?))
                };
                statement.query_map([school], row).unwrap().collect::<Result<_, _>>().unwrap()
            }
            Self::Postgres(client) => {
                let rows = client.query(ROWS, &[&school]).unwrap();
                rows.iter()
                    .map(|row| (row.get(0), row.get(1), row.get(2), row.get(3), row.get(4), row.get(5), row.get(6)))
                    .collect()
            }
        }
    }

    fn write(&mut self, rows: &[DayRow]) {
        let table = |id: &str| {
            format!(
                "create table bare_day (school {id}, day bigint, person {id}, first_in bigint, last_in bigint, last_out bigint, passes {id},
                 primary key (school, day, person)); {INDEXES}"
            )
        };
        match self {
            Self::Sqlite(conn) => {
                conn.execute_batch(&table("blob")).unwrap();
                for chunk in rows.chunks(AT_ONCE) {
                    conn.execute_batch("begin immediate").unwrap();
                    let mut insert =
                        conn.prepare_cached(&format!("{INSERT_INTO} values (?, ?, ?, ?, ?, ?, ?)")).unwrap();
                    for (school, day, person, first_in, last_in, last_out, passes) in chunk {
                        insert
                            .execute(rusqlite::params![school, day, person, first_in, last_in, last_out, passes])
                            .unwrap();
                    }
                    drop(insert);
                    conn.execute_batch("commit").unwrap();
                }
            }
            Self::Postgres(client) => {
                client.batch_execute(&table("bytea")).unwrap();
                // All rows of a transaction at once, which is the fastest here.
                for chunk in rows.chunks(AT_ONCE) {
                    let row = |row: usize| {
                        let marks: Vec<_> = (1..=7).map(|place| format!("${}", row * 7 + place)).collect();
                        format!("({})", marks.join(", "))
                    };
                    let marks: Vec<_> = (0..chunk.len()).map(row).collect();
                    let text = format!("{INSERT_INTO} values {}", marks.join(", "));
                    let values: Vec<&(dyn ToSql + Sync)> = chunk
                        .iter()
                        .flat_map(|(school, day, person, first_in, last_in, last_out, passes)| {
                            [school as &(dyn ToSql + Sync), day, person, first_in, last_in, last_out, passes]
                        })
                        .collect();
                    let mut transaction = client.transaction().unwrap();
                    transaction.execute(&text, &values).unwrap();
                    transaction.commit().unwrap();
                }
            }
        }
    }
}

fn number(day: Date) -> i64 {
    match day.value() {
        store::Value::Int(number) => number,
        _ => unreachable!("a day is kept as a number"),
    }
}
