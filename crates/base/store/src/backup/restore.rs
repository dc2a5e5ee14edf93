//! Restoring into an empty database, in one transaction: all of the backup, or nothing.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Read},
};

use flate2::read::GzDecoder;
use kernel::Clock;
use sha2::{Digest, Sha256};

use super::{
    BackupReport,
    cell::Cell,
    format::{LONGEST_LINE, Line, VERSION},
};
use crate::{
    catalogue::{self, ForeignKey, Kind, Table, quoted},
    db::{Db, Engine},
    error::StoreError,
    insert::insert_text,
    migrate::{self, MIGRATIONS, Migration},
    tx::Tx,
};

/// Rows inserted at once.
const INSERTED: usize = 100;
/// Bytes of rows held before they are inserted.
const HELD: usize = 8 << 20;

impl Db {
    /// Restores a backup into a database without rows. The schema is brought to where it was when the backup was made, the rows are put in
    /// and checked against the backup's last line, and the migrations that came since are applied: in one transaction.
    ///
    /// # Errors
    /// [`StoreError::NotEmpty`] when a table has rows; [`StoreError::Backup`] when the backup is damaged or cut off; [`StoreError::Migration`]
    /// when it was made by a newer program.
    pub fn restore(&self, from: impl Read, clock: &dyn Clock) -> Result<BackupReport, StoreError> {
        self.restore_with(MIGRATIONS, from, clock)
    }

    /// As [`Db::restore`], for a program with these migrations.
    ///
    /// # Errors
    /// As [`Db::restore`].
    pub fn restore_with(
        &self,
        migrations: &[Migration],
        from: impl Read,
        clock: &dyn Clock,
    ) -> Result<BackupReport, StoreError> {
        let mut lines = Lines::new(from);
        let Line::Header { version, migration, made_at, tables } = lines.parsed()? else {
            return Err(damaged("the header is missing"));
        };
        if version > VERSION {
            return Err(damaged(&format!("its format {version} is newer than this program")));
        }
        migrate::known(migrations, migration)?;
        let now = clock.now().as_microsecond();
        self.write_apart(|tx| {
            let last = emptied(tx, migrations, migration)?;
            let due = migrations.iter().filter(|step| step.number > last);
            let (until, since): (Vec<&Migration>, Vec<_>) = due.partition(|step| step.number <= migration);
            migrate::apply(tx, until.into_iter(), now)?;
            let circular = loosen(tx, &tables)?;
            let rows = load(tx, &mut lines, &tables)?;
            tighten(tx, &circular)?;
            migrate::apply(tx, since.into_iter(), now)?;
            Ok(BackupReport { made_at, migration, tables: rows })
        })
    }
}

/// Makes sure that no table has rows; gives the migration at which the schema stands. One that is ahead of the backup is taken down, to be
/// built up again step by step around the rows.
fn emptied(tx: &mut Tx<'_>, migrations: &[Migration], wanted: i64) -> Result<i64, StoreError> {
    let last = migrate::open_book(tx)?;
    migrate::known(migrations, last)?;
    let tables = catalogue::tables(tx)?;
    for table in &tables {
        if !tx.many_of_text::<i64>(&format!("select 1 from {} limit 1", quoted(&table.name)), &[])?.is_empty() {
            return Err(StoreError::NotEmpty(table.name.clone()));
        }
    }
    if last <= wanted {
        return Ok(last);
    }
    match tx.engine() {
        Engine::Sqlite => {
            for table in &tables {
                tx.batch(&format!("drop table {}", quoted(&table.name)))?;
            }
        }
        Engine::Postgres if tables.is_empty() => {}
        // Together, since they refer to each other.
        Engine::Postgres => {
            let names: Vec<_> = tables.iter().map(|table| quoted(&table.name)).collect();
            tx.batch(&format!("drop table {}", names.join(", ")))?;
        }
    }
    tx.batch("delete from schema_migration")?;
    Ok(0)
}

/// Lets references wait until the rows are in that come later; gives those that were changed for it.
fn loosen(tx: &mut Tx<'_>, order: &[String]) -> Result<Vec<ForeignKey>, StoreError> {
    if tx.engine() == Engine::Sqlite {
        tx.batch("pragma defer_foreign_keys = on")?;
        return Ok(Vec::new());
    }
    let place = |name: &String| order.iter().position(|table| table == name);
    let mut circular = catalogue::foreign_keys(tx)?;
    circular.retain(|key| !key.is_deferrable && place(&key.target) >= place(&key.table));
    for key in &circular {
        tx.batch(&format!("alter table {} alter constraint {} deferrable", quoted(&key.table), quoted(&key.name)))?;
    }
    tx.batch("set constraints all deferred")?;
    Ok(circular)
}

fn tighten(tx: &mut Tx<'_>, circular: &[ForeignKey]) -> Result<(), StoreError> {
    if tx.engine() == Engine::Postgres {
        tx.batch("set constraints all immediate")?;
    }
    for key in circular {
        tx.batch(&format!("alter table {} alter constraint {} not deferrable", quoted(&key.table), quoted(&key.name)))?;
    }
    Ok(())
}

/// Puts the rows in; the last line must agree with what was read.
fn load(tx: &mut Tx<'_>, lines: &mut Lines<impl Read>, order: &[String]) -> Result<BTreeMap<String, u64>, StoreError> {
    let known: BTreeMap<_, _> = catalogue::tables(tx)?.into_iter().map(|table| (table.name.clone(), table)).collect();
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    let mut filling: Option<Filling<'_>> = None;
    loop {
        lines.next()?;
        if lines.line.starts_with(b"[") {
            let Some(filling) = &mut filling else { return Err(damaged("a row stands before its table")) };
            filling.row(tx, &lines.line)?;
            continue;
        }
        if let Some(filling) = filling.take() {
            counts.insert(filling.table.name.clone(), filling.end(tx)?);
        }
        match lines.read()? {
            Line::Table { name, columns } => {
                let table = known.get(&name).ok_or_else(|| damaged(&format!("this program has no table {name}")))?;
                filling = Some(Filling::new(table, &columns)?);
            }
            Line::End { rows, sha256 } => {
                if rows != counts || order.len() != rows.len() || sha256 != lines.sum() {
                    return Err(damaged("its sum does not agree: it was changed after it was made"));
                }
                lines.end()?;
                return Ok(counts);
            }
            Line::Header { .. } => return Err(damaged("a second header")),
        }
    }
}

/// A table that is being filled.
struct Filling<'a> {
    table: &'a Table,
    columns: Vec<(&'a str, Kind)>,
    waiting: Vec<Cell>,
    held: usize,
    count: u64,
}

impl<'a> Filling<'a> {
    fn new(table: &'a Table, columns: &[(String, String)]) -> Result<Self, StoreError> {
        let found = columns.iter().map(|(name, kind)| {
            let own = table.columns.iter().find(|(own, _)| own == name);
            own.filter(|(_, own)| Kind::parse(kind) == Some(*own)).map(|(own, kind)| (own.as_str(), *kind))
        });
        let columns = found.collect::<Option<Vec<_>>>().filter(|columns| columns.len() == table.columns.len());
        let columns = columns.ok_or_else(|| damaged(&format!("the columns of {} are others", table.name)))?;
        Ok(Self { table, columns, waiting: Vec::new(), held: 0, count: 0 })
    }

    fn row(&mut self, tx: &mut Tx<'_>, line: &[u8]) -> Result<(), StoreError> {
        let bad = || damaged(&format!("row {} of {} cannot be read", self.count + 1, self.table.name));
        let row: Vec<serde_json::Value> = serde_json::from_slice(line).map_err(|_| bad())?;
        if row.len() != self.columns.len() {
            return Err(bad());
        }
        for (json, (_, kind)) in row.into_iter().zip(&self.columns) {
            self.waiting.push(Cell::parse(json, *kind).ok_or_else(bad)?);
        }
        self.count += 1;
        self.held += line.len();
        if self.waiting.len() >= INSERTED * self.columns.len() || self.held >= HELD { self.insert(tx) } else { Ok(()) }
    }

    fn insert(&mut self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        let rows = self.waiting.len() / self.columns.len().max(1);
        if rows > 0 {
            let names: Vec<_> = self.columns.iter().map(|(name, _)| quoted(name)).collect();
            let names: Vec<_> = names.iter().map(String::as_str).collect();
            let sql = insert_text(tx.engine(), &quoted(&self.table.name), &names, rows, "");
            let values: Vec<_> = self.waiting.iter().map(Cell::value).collect();
            let done = tx.run_text(&sql, &values);
            done.map_err(|error| damaged(&format!("the database refuses rows of {}: {error}", self.table.name)))?;
        }
        self.waiting.clear();
        self.held = 0;
        Ok(())
    }

    fn end(mut self, tx: &mut Tx<'_>) -> Result<u64, StoreError> {
        self.insert(tx)?;
        Ok(self.count)
    }
}

/// The lines of a backup on their way in, with the sum of what went by.
struct Lines<R: Read> {
    input: BufReader<GzDecoder<R>>,
    hash: Sha256,
    line: Vec<u8>,
}

impl<R: Read> Lines<R> {
    fn new(from: R) -> Self {
        Self { input: BufReader::new(GzDecoder::new(from)), hash: Sha256::new(), line: Vec::new() }
    }

    /// Reads the next line; the one in hand counts as gone by.
    fn next(&mut self) -> Result<(), StoreError> {
        self.hash.update(&self.line);
        self.line.clear();
        let mut limited = self.input.by_ref().take(LONGEST_LINE as u64 + 1);
        let read = limited.read_until(b'\n', &mut self.line);
        read.map_err(|error| damaged(&format!("it cannot be unpacked ({error}); is it cut off?")))?;
        if self.line.last() != Some(&b'\n') {
            return Err(damaged("it is cut off"));
        }
        Ok(())
    }

    fn parsed(&mut self) -> Result<Line, StoreError> {
        self.next()?;
        self.read()
    }

    /// The line in hand.
    fn read(&self) -> Result<Line, StoreError> {
        serde_json::from_slice(&self.line).map_err(|_| damaged("it is not a backup of Kezekshi, or it is damaged"))
    }

    /// The sum of all lines before the one in hand.
    fn sum(&self) -> String {
        hex::encode(self.hash.clone().finalize())
    }

    /// Nothing may follow; the archive's own sum is checked here too.
    fn end(&mut self) -> Result<(), StoreError> {
        match self.input.read(&mut [0]) {
            Ok(0) => Ok(()),
            Ok(_) | Err(_) => Err(damaged("something follows its end")),
        }
    }
}

fn damaged(why: &str) -> StoreError {
    StoreError::Backup(why.to_owned())
}
