//! Migrations: numbered SQL files, one source for both databases, forward only.

use kernel::Clock;

use crate::{
    db::{Db, Engine},
    error::StoreError,
    pg::Session,
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
pub const MIGRATIONS: &[Migration] =
    &[Migration { number: 1, name: "house", sql: include_str!("../../../../migrations/0001_house.sql") }];

const BOOK: &str = "create table if not exists schema_migration (number bigint primary key, name text not null, applied_at bigint not null)";
/// One program at a time brings a PostgreSQL database up to date; the number is ours alone.
const PG_LOCK: &str = "select pg_advisory_xact_lock(5279873)";

impl Db {
    /// Brings the schema up to date; each migration is one transaction.
    ///
    /// # Errors
    /// [`StoreError::Migration`] when one fails, or when the database was made by a newer program.
    pub fn migrate(&self, migrations: &[Migration], clock: &dyn Clock) -> Result<(), StoreError> {
        let now = clock.now().as_microsecond();
        match self.engine() {
            Engine::Sqlite => self.with_sqlite_file(|conn| {
                conn.execute_batch(BOOK)?;
                let last = || conn.query_row("select coalesce(max(number), 0) from schema_migration", [], |row| row.get::<_, i64>(0));
                step(migrations, last()?, |migration| {
                    conn.execute_batch("begin immediate")?;
                    let done = conn
                        .execute_batch(&text_for(Engine::Sqlite, migration.sql))
                        .and_then(|()| {
                            let row = rusqlite::params![migration.number, migration.name, now];
                            conn.execute("insert into schema_migration (number, name, applied_at) values (?1, ?2, ?3)", row)
                        })
                        .and_then(|_| conn.execute_batch("commit"));
                    if done.is_err() && !conn.is_autocommit() {
                        conn.execute_batch("rollback")?;
                    }
                    Ok(done?)
                })
            }),
            Engine::Postgres => self.with_postgres(|session| {
                session.batch(&format!("begin; {PG_LOCK}; {BOOK}"))?;
                let done = pg_steps(session, migrations, now);
                session.batch(if done.is_ok() { "commit" } else { "rollback" })?;
                done
            }),
        }
    }
}

fn pg_steps(session: &mut Session, migrations: &[Migration], now: i64) -> Result<(), StoreError> {
    let rows = session.rows("select coalesce(max(number), 0) from schema_migration", &[])?;
    let last = rows.first().map_or(0, |row| row.get::<_, i64>(0));
    step(migrations, last, |migration| {
        session.batch(&text_for(Engine::Postgres, migration.sql))?;
        session.batch(&format!(
            "insert into schema_migration (number, name, applied_at) values ({}, '{}', {now})",
            migration.number, migration.name
        ))
    })
}

fn step(
    migrations: &[Migration],
    last: i64,
    mut apply: impl FnMut(&Migration) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let newest = migrations.last().map_or(0, |migration| migration.number);
    if last > newest {
        let reason = format!("the database was made by a newer program (it stands at {last}, this program knows {newest})");
        return Err(StoreError::Migration { number: last, reason });
    }
    for migration in migrations.iter().filter(|migration| migration.number > last) {
        tracing::info!(number = migration.number, name = migration.name, "migrating");
        apply(migration)
            .map_err(|error| StoreError::Migration { number: migration.number, reason: error.to_string() })?;
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
