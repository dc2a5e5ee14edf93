//! One thin layer over SQLite (embedded, the default) and PostgreSQL: plain SQL, one text for both.
//!
//! # How it is used
//! - SQL is written once with `$1`-style parameters, through [`statements!`]; rows become [`record!`] types.
//! - Work is a synchronous closure on one transaction: [`Db::read`] or [`Db::write`]. The closure may be run again after
//!   a conflict, so it has no other effect than its SQL. Effects on the outside go through a table and a follower.
//! - `Err` from the closure undoes everything it did, and so does a panic.
//! - A statement that failed ends the work: whatever is tried after it fails too, and an `Ok` in spite of it becomes [`StoreError::Spoiled`].
//!   Who expects a row to stand already says `on conflict do nothing` and looks at what was touched.
//! - A statement whose answer is not needed at once has the shape `Later` ([`Later`]), rows that are not asked back go through
//!   [`Tx::insert_ahead`]: on PostgreSQL each saves a round trip.
//!
//! # What it promises
//! - `write` answers only after the data is on disk (SQLite: WAL with `synchronous=FULL`, one writer that commits waiting closures
//!   in a group; PostgreSQL: serializable, repeated on a conflict, at most [`MAX_TRIES`] times).
//! - Whoever is told `Ok` finds his write; whoever is told an error does not, with one exception that has its own name: [`StoreError::Unknown`].
//! - Nobody waits for ever: for a connection, for another's row ([`StoreError::Held`]), for a program that has fallen silent.
//! - A dropped request never leaves half a transaction: nothing is awaited inside one.
//! - No subsystem sees a driver: `rusqlite` and `tokio-postgres` are named here only.
//!
//! # The portable subset
//! `$n`, `returning`, `on conflict`, CTEs, window functions, `filter`, partial indexes, `check`, row comparison, `is not distinct from`, `nulls last`.
//! Not portable, so not used: JSON operators, `like` on Cyrillic (use a folded `search_key`), dates in SQL, `sum()` without
//! `cast(… as bigint)`. `{lock}` stands for `for update` where there is more than one writer.
//! Whole numbers are `bigint`, moments are microseconds, money is tiyn, ids are 16 bytes.

mod backup;
mod bell;
mod catalogue;
mod db;
mod doctor;
mod error;
mod insert;
mod later;
mod macros;
mod migrate;
mod pg;
mod pool;
mod prove;
mod sqlite;
mod statement;
mod tx;
mod value;

pub use backup::{BackupReport, RestoreFrom};
pub use bell::Bell;
pub use catalogue::columns;
pub use db::{Db, Engine, Options};
pub use doctor::{FINDINGS, Finding, Told};
pub use error::{PostgresError, StoreError};
pub use later::Later;
#[doc(hidden)]
pub use linkme;
pub use migrate::{MIGRATIONS, Migration};
pub use pg::MAX_TRIES;
pub use prove::prove;
pub use statement::{Reach, STATEMENTS, Shape, Statement};
pub use tx::{Row, Tx};
pub use value::{Column, ColumnError, Param, Raw, Record, Value};
