//! Restoring into an empty database, in one transaction: all of the backup, or nothing.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Read},
};

use flate2::read::GzDecoder;
use jiff::Timestamp;
use kernel::Clock;
use sha2::{Digest, Sha256};

use super::{
    APART, BackupReport,
    cell::Cell,
    format::{LONGEST_LINE, Line, Part, VERSION},
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
    /// `keys` may be newer than `data`: whoever was erased since stays erased. Older ones lack the keys of those who came since.
    ///
    /// # Errors
    /// [`StoreError::NotEmpty`] when a table has rows; [`StoreError::Backup`] when the backup is damaged or cut off, or the keys are missing;
    /// [`StoreError::OlderKeys`]; [`StoreError::Migration`] when it was made by a newer program.
    pub fn restore<D: Read, K: Read>(
        &self,
        from: RestoreFrom<D, K>,
        clock: &dyn Clock,
    ) -> Result<BackupReport, StoreError> {
        self.restore_with(MIGRATIONS, from, clock)
    }

    /// As [`Db::restore`], for a program with these migrations.
    ///
    /// # Errors
    /// As [`Db::restore`].
    pub fn restore_with<D: Read, K: Read>(
        &self,
        migrations: &[Migration],
        from: RestoreFrom<D, K>,
        clock: &dyn Clock,
    ) -> Result<BackupReport, StoreError> {
        let mut data = Opened::new(from.data, migrations)?;
        let mut keys = from.keys.map(|keys| Opened::new(keys, migrations)).transpose()?;
        fit(&data, keys.as_ref(), from.older_keys)?;
        let now = clock.now().as_microsecond();
        self.write_apart(|tx| {
            let earliest = keys.as_ref().map_or(data.migration, |keys| keys.migration.min(data.migration));
            let mut at = emptied(tx, migrations, earliest)?;
            let keys_first = keys.as_ref().is_some_and(|keys| keys.migration < data.migration);
            let mut kept = BTreeMap::new();
            if keys_first && let Some(keys) = &mut keys {
                at = migrated(tx, migrations, at, keys.migration, now)?;
                kept = keys.load(tx)?;
            }
            at = migrated(tx, migrations, at, data.migration, now)?;
            let tables = data.load(tx)?;
            if !keys_first && let Some(keys) = &mut keys {
                at = migrated(tx, migrations, at, keys.migration, now)?;
                kept = keys.load(tx)?;
            }
            migrated(tx, migrations, at, i64::MAX, now)?;
            let keys_made_at = keys.as_ref().map(|keys| keys.made_at);
            Ok(BackupReport { made_at: data.made_at, migration: data.migration, tables, keys_made_at, keys: kept })
        })
    }
}

/// The two files of a backup.
#[derive(Debug)]
pub struct RestoreFrom<D, K> {
    /// The data.
    pub data: D,
    /// The keys; none only for a backup that was made before there were keys.
    pub keys: Option<K>,
    /// Take keys that are older than the data, since there are no others: those who came since cannot be read, and whoever was erased since
    /// can be again.
    pub older_keys: bool,
}

/// A file of a backup whose header was read.
struct Opened<R: Read> {
    lines: Lines<R>,
    part: Part,
    migration: i64,
    made_at: Timestamp,
    tables: Vec<String>,
}

impl<R: Read> Opened<R> {
    fn new(from: R, migrations: &[Migration]) -> Result<Self, StoreError> {
        let mut lines = Lines::new(from);
        let Line::Header { version, part, migration, made_at, tables } = lines.parsed()? else {
            return Err(damaged("the header is missing"));
        };
        if version > VERSION {
            return Err(damaged(&format!("its format {version} is newer than this program")));
        }
        migrate::known(migrations, migration)?;
        Ok(Self { lines, part, migration, made_at, tables })
    }

    /// Puts the rows in, while references may wait for each other.
    fn load(&mut self, tx: &mut Tx<'_>) -> Result<BTreeMap<String, u64>, StoreError> {
        let is_apart = |table: &str| table.starts_with(APART);
        let is_mine = |table: &String| match self.part {
            Part::All => true,
            Part::Data => !is_apart(table),
            Part::Keys => is_apart(table),
        };
        if !self.tables.iter().all(is_mine) {
            return Err(damaged("data and keys are mixed"));
        }
        let circular = loosen(tx, &self.tables)?;
        let rows = load(tx, &mut self.lines, &self.tables)?;
        tighten(tx, &circular)?;
        Ok(rows)
    }
}

/// Whether these two belong together.
fn fit<D: Read, K: Read>(data: &Opened<D>, keys: Option<&Opened<K>>, older_keys: bool) -> Result<(), StoreError> {
    match (data.part, keys) {
        (Part::Keys, _) => Err(damaged("this is the keys file of a backup; give the backup itself")),
        (Part::All, None) => Ok(()),
        (Part::All, Some(_)) => Err(damaged("it was made before there were keys, so no keys belong to it")),
        (Part::Data, None) => {
            Err(damaged("its keys are missing: they stand in a file of the same name with .keys behind"))
        }
        (Part::Data, Some(keys)) if keys.part != Part::Keys => Err(damaged("the file given for its keys holds none")),
        (Part::Data, Some(keys)) if keys.made_at < data.made_at && !older_keys => {
            Err(StoreError::OlderKeys { keys: keys.made_at, data: data.made_at })
        }
        (Part::Data, Some(_)) => Ok(()),
    }
}

/// Applies the migrations after `from` until `until`; gives the later of the two.
fn migrated(tx: &mut Tx<'_>, migrations: &[Migration], from: i64, until: i64, now_us: i64) -> Result<i64, StoreError> {
    migrate::apply(tx, migrations.iter().filter(|step| step.number > from && step.number <= until), now_us)?;
    Ok(from.max(until))
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
    circular.retain(|key| !key.is_deferrable && order.contains(&key.table) && place(&key.target) >= place(&key.table));
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
                if !order.contains(&name) {
                    return Err(damaged(&format!("its header does not name table {name}")));
                }
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
