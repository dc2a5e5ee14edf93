//! What tests stand on: databases of both kinds, a clock that is told the time, a school to fill.
//!
//! [`both_databases!`] makes two tests of one function: on SQLite in a folder of its own and on a fresh database of the private
//! PostgreSQL that `./test` (or `scripts/pg start`) runs.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "a test that cannot be set up shall stop"
)]

use std::sync::atomic::{AtomicU32, Ordering};

use crypto::{MasterKeys, Vault};
use jiff::Timestamp;
use kernel::{Ids, SchoolId, TestClock};
use store::{Db, Engine, MIGRATIONS, Options, statements};

/// Makes `name::sqlite` and `name::postgres` of a function that takes a `&TestDb`.
#[macro_export]
macro_rules! both_databases {
    ($($(#[$meta:meta])* fn $name:ident($db:ident) $body:block)*) => {$(
        mod $name {
            use super::*;
            fn story($db: &$crate::TestDb) $body
            $(#[$meta])*
            #[test]
            fn sqlite() {
                story(&$crate::TestDb::sqlite());
            }
            $(#[$meta])*
            #[test]
            fn postgres() {
                story(&$crate::TestDb::postgres());
            }
        }
    )*};
}

/// A database that lives as long as its test.
#[derive(Debug)]
pub struct TestDb {
    /// The database, migrated.
    pub db: Db,
    /// Its address, for a second program on it.
    pub address: String,
    /// 2026-11-23 07:30 in Almaty, a Monday, until told otherwise.
    pub clock: TestClock,
    /// Ids that are the same at each run.
    pub ids: Ids,
    dropped: Option<String>,
    _folder: Option<tempfile::TempDir>,
}

statements! {
    /// A school of the test.
    fn add_school(school: SchoolId, name: &str, at: Timestamp) -> Run =
        "insert into school (school, name_kk, name_ru, time_zone, mode_since, created_at) values ($1, $2, $2, 'Asia/Almaty', $3, $3)";
}

/// Where the private PostgreSQL is.
pub fn postgres_address() -> String {
    std::env::var("KEZEKSHI_TEST_POSTGRES").unwrap_or_else(|_| {
        let uid = std::fs::metadata("/proc/self").map(|meta| std::os::unix::fs::MetadataExt::uid(&meta)).unwrap_or(0);
        format!("postgresql://kezekshi@/postgres?host=/tmp/kezekshi-pg-{uid}")
    })
}

/// A vault on the tests' own master key, which is no secret.
pub fn vault() -> Vault {
    let keys = "1:dGhlIHRlc3RzJyBvd24ga2V5IGlzIG5vIHNlY3JldCE=";
    Vault::new(MasterKeys::parse(keys, "the tests").expect("the tests' own key"))
}

impl TestDb {
    /// A SQLite file in a folder that goes with the test.
    pub fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let address = format!("sqlite:{}", folder.path().join("test.sqlite").display());
        Self::migrated(address, None, Some(folder))
    }

    /// A fresh database of the private PostgreSQL.
    pub fn postgres() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let server = postgres_address();
        let name = format!("t_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::SeqCst));
        let mut client = connect(&server);
        client.batch_execute(&format!("drop database if exists {name} with (force)")).expect("an old database goes");
        client.batch_execute(&format!("create database {name}")).expect("a database for the test");
        let address = server.replacen("/postgres?", &format!("/{name}?"), 1);
        Self::migrated(address, Some(name), None)
    }

    /// One of each kind.
    pub fn of(engine: Engine) -> Self {
        match engine {
            Engine::Sqlite => Self::sqlite(),
            Engine::Postgres => Self::postgres(),
        }
    }

    fn migrated(address: String, dropped: Option<String>, folder: Option<tempfile::TempDir>) -> Self {
        let clock = TestClock::at("2026-11-23T07:30:00+05:00".parse().expect("a moment"));
        let db =
            Db::open(&address, &Options { connections: 8, ..Options::default() }).expect("the test's database opens");
        db.migrate(MIGRATIONS, &clock).expect("migrations run");
        Self { db, address, clock, ids: Ids::seeded(1), dropped, _folder: folder }
    }

    /// A school with this name and nothing in it.
    pub fn school(&self, name: &str) -> SchoolId {
        let now = kernel::Clock::now(&self.clock);
        let school = self.ids.new_id(now);
        let name = name.to_owned();
        self.db.write_blocking(move |tx| add_school(tx, school, &name, now)).expect("a school");
        school
    }
}

impl Drop for TestDb {
    fn drop(&mut self) {
        self.db.close();
        if let Some(name) = self.dropped.take()
            && let Ok(mut client) = postgres::Client::connect(&postgres_address(), postgres::NoTls)
        {
            // A leftover is harmless: the server itself is thrown away.
            let _ = client.batch_execute(&format!("drop database if exists {name} with (force)"));
        }
    }
}

fn connect(address: &str) -> postgres::Client {
    postgres::Client::connect(address, postgres::NoTls).unwrap_or_else(|error| {
        panic!("no private PostgreSQL at {address} ({error}): start it with scripts/pg start, or run ./test")
    })
}
