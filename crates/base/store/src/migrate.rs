//! Migrations: numbered SQL files, one source for both databases, forward only.

use kernel::Clock;

use crate::{
    db::{Db, Engine},
    error::StoreError,
    tx::Tx,
    value::Value,
};

/// One step of the schema.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// Rising from 1.
    pub number: i64,
    /// The file's name without number and ending.
    pub name: &'static str,
    /// The text with its tokens: `{id}` 16 bytes, `{bytes}`, `{bool}`, `{real}`.
    pub sql: &'static str,
}

/// Every migration of the program, oldest first: the files of `migrations/`.
pub const MIGRATIONS: &[Migration] = &[
    Migration { number: 1, name: "house", sql: include_str!("../../../../migrations/0001_house.sql") },
    Migration { number: 2, name: "keys", sql: include_str!("../../../../migrations/0002_keys.sql") },
    Migration { number: 3, name: "calendar", sql: include_str!("../../../../migrations/0003_calendar.sql") },
    Migration {
        number: 4,
        name: "states_and_nights",
        sql: include_str!("../../../../migrations/0004_states_and_nights.sql"),
    },
    Migration {
        number: 5,
        name: "presence_known",
        sql: include_str!("../../../../migrations/0005_presence_known.sql"),
    },
    Migration { number: 6, name: "register", sql: include_str!("../../../../migrations/0006_register.sql") },
    Migration { number: 7, name: "attendance", sql: include_str!("../../../../migrations/0007_attendance.sql") },
    Migration { number: 8, name: "lists", sql: include_str!("../../../../migrations/0008_lists.sql") },
    Migration { number: 9, name: "api", sql: include_str!("../../../../migrations/0009_api.sql") },
    Migration { number: 10, name: "rights", sql: include_str!("../../../../migrations/0010_rights.sql") },
    Migration { number: 11, name: "cards", sql: include_str!("../../../../migrations/0011_cards.sql") },
    Migration { number: 12, name: "webhooks", sql: include_str!("../../../../migrations/0012_webhooks.sql") },
    Migration { number: 13, name: "attendance", sql: include_str!("../../../../migrations/0013_attendance.sql") },
    Migration { number: 14, name: "card_numbers", sql: include_str!("../../../../migrations/0014_card_numbers.sql") },
    Migration { number: 15, name: "qr", sql: include_str!("../../../../migrations/0015_qr.sql") },
    Migration {
        number: 16,
        name: "leaves_and_loans",
        sql: include_str!("../../../../migrations/0016_leaves_and_loans.sql"),
    },
    Migration { number: 17, name: "second_factor", sql: include_str!("../../../../migrations/0017_second_factor.sql") },
    Migration { number: 18, name: "trail", sql: include_str!("../../../../migrations/0018_trail.sql") },
    Migration { number: 19, name: "sealed_photos", sql: include_str!("../../../../migrations/0019_sealed_photos.sql") },
];

const BOOK: &str = "create table if not exists schema_migration (number bigint primary key, name text not null, applied_at bigint not null)";
/// One program at a time brings a PostgreSQL database up to date; the number is ours alone.
const PG_LOCK: &str = "select pg_advisory_xact_lock(5279873)";

impl Db {
    /// Brings the schema up to date, in one transaction: all of it or nothing.
    ///
    /// # Errors
    /// [`StoreError::Migration`] when one fails, or when the database was made by a newer program.
    pub fn migrate(&self, migrations: &[Migration], clock: &dyn Clock) -> Result<(), StoreError> {
        let now = clock.now().as_microsecond();
        self.write_apart(|tx| {
            let last = open_book(tx)?;
            known(migrations, last)?;
            apply(tx, migrations.iter().filter(|migration| migration.number > last), now)
        })
    }
}

/// Makes the book of migrations when it is missing; the number of the last one. Others who migrate wait until the transaction ends.
pub(crate) fn open_book(tx: &mut Tx<'_>) -> Result<i64, StoreError> {
    if tx.engine() == Engine::Postgres {
        tx.batch(PG_LOCK)?;
    }
    tx.batch(BOOK)?;
    let last = tx.many_of_text::<i64>("select coalesce(max(number), 0) from schema_migration", &[])?;
    Ok(last.into_iter().next().unwrap_or(0))
}

/// Refuses what was made by a newer program.
pub(crate) fn known(migrations: &[Migration], last: i64) -> Result<(), StoreError> {
    let newest = migrations.last().map_or(0, |migration| migration.number);
    if last <= newest {
        return Ok(());
    }
    let reason =
        format!("made by a newer program (it stands at {last}, this program knows {newest}): use that program");
    Err(StoreError::Migration { number: last, reason })
}

pub(crate) fn apply<'a>(
    tx: &mut Tx<'_>,
    migrations: impl Iterator<Item = &'a Migration>,
    now_us: i64,
) -> Result<(), StoreError> {
    for &Migration { number, name, sql } in migrations {
        tracing::info!(number, name, "migrating");
        let mut done = tx.batch(&text_for(tx.engine(), sql));
        if done.is_ok() {
            let insert = match tx.engine() {
                Engine::Sqlite => "insert into schema_migration (number, name, applied_at) values (?1, ?2, ?3)",
                Engine::Postgres => "insert into schema_migration (number, name, applied_at) values ($1, $2, $3)",
            };
            done = tx.run_text(insert, &[Value::Int(number), Value::Text(name), Value::Int(now_us)]);
        }
        done.map_err(|error| StoreError::Migration { number, reason: error.to_string() })?;
    }
    Ok(())
}

fn text_for(engine: Engine, sql: &str) -> String {
    let tokens: [(&str, &str, &str); 4] = [
        ("{id}", "blob", "bytea"),
        ("{bytes}", "blob", "bytea"),
        ("{bool}", "boolean", "boolean"),
        ("{real}", "double precision", "double precision"),
    ];
    tokens.iter().fold(sql.to_owned(), |text, (token, sqlite, postgres)| {
        text.replace(token, if engine == Engine::Sqlite { sqlite } else { postgres })
    })
}
