//! Backup and restoring, portable between the databases: what was backed up from SQLite can be restored into PostgreSQL and back.
//!
//! A backup is gzipped text, a line of JSON each: a header (format, number of the last migration, order of the tables), then for each table its
//! name and columns followed by its rows, at last the number of rows of each table and the SHA-256 of everything before. It is one moment of the database,
//! taken while others go on writing. Tables and columns come from the database's own catalogue, so new ones come along by themselves.
//!
//! Tables whose names begin with `key_` hold keys, and what must be forgotten with them. They go into a second file of the same form and moment: whoever has
//! only the first reads nothing that is sealed, and data of long ago can be restored with the keys of today, which know who was erased since.

mod cell;
mod format;
mod restore;

pub use restore::RestoreFrom;

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, Write},
};

use flate2::{Compression, write::GzEncoder};
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use self::{
    cell::write_cell,
    format::{LONGEST_LINE, Line, Part, VERSION},
};
use crate::{
    catalogue::{self, ForeignKey, Kind, Table, quoted},
    db::{Db, Engine},
    error::StoreError,
    tx::Tx,
};

/// Rows asked from PostgreSQL at once: some of them carry pictures.
const FETCHED: usize = 200;
/// How the names of tables begin that are kept apart.
const APART: &str = "key_";

/// What was backed up or restored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackupReport {
    /// When the backup was made.
    pub made_at: Timestamp,
    /// The number of the last migration of the database it was made of.
    pub migration: i64,
    /// Rows of each table of the data.
    pub tables: BTreeMap<String, u64>,
    /// When the keys were backed up; none in a backup of a program that had none.
    pub keys_made_at: Option<Timestamp>,
    /// Rows of each table of the keys.
    pub keys: BTreeMap<String, u64>,
}

impl BackupReport {
    /// Rows of all tables of the data.
    pub fn rows(&self) -> u64 {
        self.tables.values().sum()
    }
}

impl Db {
    /// Writes a backup of one moment of the database: its data, and apart from them its keys. The two hold a whole backup only when this has succeeded.
    ///
    /// # Errors
    /// From the database, from `data` or `keys`, or when a value is not of its column's kind (SQLite lets such values in).
    pub fn backup(&self, data: impl Write, keys: impl Write, now: Timestamp) -> Result<BackupReport, StoreError> {
        let mut out = Some((data, keys));
        self.read_blocking(|tx| {
            // A second run would continue files that are already begun.
            let Some((data, keys)) = out.take() else {
                return Err(StoreError::Backup("the line to the database broke; begin anew".into()));
            };
            write_backup(tx, data, keys, now)
        })
    }
}

fn write_backup(
    tx: &mut Tx<'_>,
    data: impl Write,
    keys: impl Write,
    now: Timestamp,
) -> Result<BackupReport, StoreError> {
    let migration = tx.many_of_text::<i64>("select coalesce(max(number), 0) from schema_migration", &[])?;
    let migration = migration.into_iter().next().unwrap_or(0);
    let tables = in_order(catalogue::tables(tx)?, &catalogue::foreign_keys(tx)?);
    let (apart, tables): (Vec<_>, Vec<_>) = tables.into_iter().partition(|table| table.name.starts_with(APART));
    let tables = write_part(tx, data, Part::Data, tables, migration, now)?;
    let keys = write_part(tx, keys, Part::Keys, apart, migration, now)?;
    Ok(BackupReport { made_at: now, migration, tables, keys_made_at: Some(now), keys })
}

fn write_part(
    tx: &mut Tx<'_>,
    out: impl Write,
    part: Part,
    tables: Vec<Table>,
    migration: i64,
    made_at: Timestamp,
) -> Result<BTreeMap<String, u64>, StoreError> {
    let mut counts = BTreeMap::new();
    let mut file = Lines { out: GzEncoder::new(out, Compression::default()), hash: Sha256::new() };
    let order = tables.iter().map(|table| table.name.clone()).collect();
    file.write(&Line::Header { version: VERSION, part, migration, made_at, tables: order })?;
    for table in tables {
        let columns = table.columns.iter().map(|(name, kind)| (name.clone(), kind.as_str().to_owned())).collect();
        file.write(&Line::Table { name: table.name.clone(), columns })?;
        let rows = write_rows(tx, &table, &mut file)?;
        counts.insert(table.name, rows);
    }
    let sha256 = hex::encode(file.hash.clone().finalize());
    file.write(&Line::End { rows: counts.clone(), sha256 })?;
    file.out.finish().and_then(|mut out| out.flush()).map_err(writing)?;
    Ok(counts)
}

fn write_rows<W: Write>(tx: &mut Tx<'_>, table: &Table, file: &mut Lines<W>) -> Result<u64, StoreError> {
    let select = select(tx.engine(), table);
    let (mut count, mut line, mut failed) = (0, String::new(), None);
    let asked = match tx.engine() {
        Engine::Sqlite => select,
        Engine::Postgres => {
            // A cursor, since a plain answer would be held whole.
            tx.batch(&format!("declare backup no scroll cursor for {select}"))?;
            format!("fetch {FETCHED} from backup")
        }
    };
    loop {
        let before = count;
        tx.each_of_text(&asked, &[], |row| {
            if failed.is_some() {
                return Ok(());
            }
            count += 1;
            failed = write_row(row, table, &mut line).and_then(|()| file.line(&line)).err();
            Ok(())
        })?;
        if let Some(error) = failed {
            return Err(error);
        }
        if tx.engine() == Engine::Sqlite || count - before < FETCHED as u64 {
            break;
        }
    }
    if tx.engine() == Engine::Postgres {
        tx.batch("close backup")?;
    }
    Ok(count)
}

fn write_row(row: &crate::tx::Row<'_>, table: &Table, line: &mut String) -> Result<(), StoreError> {
    line.clear();
    line.push('[');
    for (place, (column, kind)) in table.columns.iter().enumerate() {
        if place > 0 {
            line.push(',');
        }
        row.raw(place).and_then(|raw| write_cell(raw, *kind, line)).map_err(|error| {
            StoreError::Backup(format!("{}.{column} {error}: `kezekshi doctor` tells more", table.name))
        })?;
    }
    line.push(']');
    if line.len() > LONGEST_LINE {
        return Err(StoreError::Backup(format!("a row of {} is longer than {LONGEST_LINE} bytes", table.name)));
    }
    Ok(())
}

/// In the order of the primary key, so that two backups of the same rows are the same.
fn select(engine: Engine, table: &Table) -> String {
    let columns: Vec<_> = table.columns.iter().map(|(name, _)| quoted(name)).collect();
    let mut select = format!("select {} from {}", columns.join(", "), quoted(&table.name));
    for (place, column) in table.key.iter().enumerate() {
        select += if place == 0 { " order by " } else { ", " };
        select += &quoted(column);
        let is_text = table.columns.iter().any(|(name, kind)| name == column && *kind == Kind::Text);
        if is_text && engine == Engine::Postgres {
            select += " collate \"C\"";
        }
    }
    select
}

/// Tables that are referred to come before those that refer to them; members of a circle come last, by name.
fn in_order(tables: Vec<Table>, keys: &[ForeignKey]) -> Vec<Table> {
    let (mut rest, mut ordered) = (tables, Vec::new());
    let mut placed = BTreeSet::new();
    loop {
        let is_free = |table: &Table| {
            let mut own = keys.iter().filter(|key| key.table == table.name && key.target != table.name);
            own.all(|key| placed.contains(&key.target))
        };
        let (free, waiting): (Vec<_>, Vec<_>) = rest.into_iter().partition(is_free);
        if free.is_empty() {
            ordered.extend(waiting);
            return ordered;
        }
        placed.extend(free.iter().map(|table| table.name.clone()));
        ordered.extend(free);
        rest = waiting;
    }
}

/// The lines of a backup on their way out, with the sum of what went by.
struct Lines<W: Write> {
    out: GzEncoder<W>,
    hash: Sha256,
}

impl<W: Write> Lines<W> {
    fn write(&mut self, line: &Line) -> Result<(), StoreError> {
        let text = serde_json::to_string(line).map_err(|error| StoreError::Backup(error.to_string()))?;
        self.line(&text)
    }

    fn line(&mut self, line: &str) -> Result<(), StoreError> {
        for bytes in [line.as_bytes(), b"\n"] {
            self.out.write_all(bytes).map_err(writing)?;
            self.hash.update(bytes);
        }
        Ok(())
    }
}

fn writing(source: io::Error) -> StoreError {
    StoreError::Io { what: "the backup could not be written".into(), source }
}
