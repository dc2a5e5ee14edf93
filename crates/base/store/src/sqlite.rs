//! SQLite: one writer that commits waiting closures in a group, and a few readers.

use std::{
    path::{Path, PathBuf},
    sync::{
        Condvar, Mutex, PoisonError,
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread::JoinHandle,
    time::Duration,
};

use rusqlite::{Connection, OpenFlags};

use crate::{
    error::StoreError,
    tx::{Conn, Tx},
};

/// Writers waiting at most; further ones wait to be let in.
const WRITE_QUEUE: usize = 1024;
/// Closures committed together at most: bounds the time for which readers of the newest state wait.
const GROUP: usize = 128;
/// How long to wait for another process that holds the file.
const BUSY: Duration = Duration::from_secs(10);
const STATEMENTS_KEPT: usize = 512;

/// Whether the closure's changes shall stay.
pub(crate) enum Verdict {
    Keep,
    Undo,
}

/// A queued write. Called twice: first to work, then to be told how the commit went.
pub(crate) trait Job: Send {
    fn work(&mut self, tx: &mut Tx<'_>) -> Verdict;
    fn done(self: Box<Self>, commit: Result<(), StoreError>);
}

pub(crate) struct Sqlite {
    path: PathBuf,
    writes: Mutex<Option<SyncSender<Box<dyn Job>>>>,
    writer: Mutex<Option<JoinHandle<()>>>,
    readers: Readers,
}

struct Readers {
    free: Mutex<ReadPool>,
    returned: Condvar,
    most: usize,
}

#[derive(Default)]
struct ReadPool {
    idle: Vec<Connection>,
    out: usize,
}

impl Sqlite {
    pub(crate) fn open(path: &Path, readers: usize, ring: impl Fn(&'static str) + Send + 'static) -> Result<Self, StoreError> {
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder)
                .map_err(|source| StoreError::Io { what: format!("folder {}", folder.display()), source })?;
        }
        let conn = Connection::open(path)?;
        conn.busy_timeout(BUSY)?;
        conn.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
        conn.pragma_update(None, "journal_mode", "wal")?;
        conn.pragma_update(None, "synchronous", "full")?;
        conn.pragma_update(None, "foreign_keys", true)?;
        conn.pragma_update(None, "temp_store", "memory")?;
        conn.pragma_update(None, "cache_size", -32_000)?;
        let (sender, receiver) = sync_channel(WRITE_QUEUE);
        let writer = std::thread::Builder::new()
            .name("store-writer".into())
            .spawn(move || write_loop(&conn, &receiver, &ring))
            .map_err(|source| StoreError::Io { what: "writer thread".into(), source })?;
        Ok(Self {
            path: path.to_owned(),
            writes: Mutex::new(Some(sender)),
            writer: Mutex::new(Some(writer)),
            readers: Readers { free: Mutex::default(), returned: Condvar::new(), most: readers.max(1) },
        })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn submit(&self, job: Box<dyn Job>) {
        let sender = self.writes.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match sender {
            Some(sender) => {
                if let Err(refused) = sender.send(job) {
                    refused.0.done(Err(StoreError::Closed));
                }
            }
            None => job.done(Err(StoreError::Closed)),
        }
    }

    pub(crate) fn read<T>(&self, longest: Duration, work: impl FnOnce(&mut Tx<'_>) -> T) -> Result<T, StoreError> {
        let conn = self.take_reader(longest)?;
        let given = Returned { readers: &self.readers, conn: Some(conn) };
        let Some(conn) = &given.conn else { return Err(StoreError::Closed) };
        conn.execute_batch("begin deferred")?;
        let mut tx = Tx { conn: Conn::Sqlite(conn), writable: false, conflicted: false, rings: Vec::new() };
        let answer = work(&mut tx);
        conn.execute_batch("rollback")?;
        Ok(answer)
    }

    fn take_reader(&self, longest: Duration) -> Result<Connection, StoreError> {
        let pool = self.readers.free.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut pool, waited) = self
            .readers
            .returned
            .wait_timeout_while(pool, longest, |pool| pool.idle.is_empty() && pool.out >= self.readers.most)
            .unwrap_or_else(PoisonError::into_inner);
        if waited.timed_out() && pool.idle.is_empty() && pool.out >= self.readers.most {
            return Err(StoreError::Busy(longest.as_secs()));
        }
        pool.out += 1;
        if let Some(conn) = pool.idle.pop() {
            return Ok(conn);
        }
        drop(pool);
        let opened = self.open_reader();
        if opened.is_err() {
            self.readers.free.lock().unwrap_or_else(PoisonError::into_inner).out -= 1;
        }
        opened
    }

    fn open_reader(&self) -> Result<Connection, StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
        let conn = Connection::open_with_flags(&self.path, flags)?;
        conn.busy_timeout(BUSY)?;
        conn.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
        conn.pragma_update(None, "cache_size", -8_000)?;
        conn.pragma_update(None, "temp_store", "memory")?;
        Ok(conn)
    }

    /// Lets the queued writes finish and closes.
    pub(crate) fn close(&self) {
        self.writes.lock().unwrap_or_else(PoisonError::into_inner).take();
        let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(writer) = writer
            && writer.join().is_err()
        {
            tracing::error!("the writer thread ended by a panic");
        }
        self.readers.free.lock().unwrap_or_else(PoisonError::into_inner).idle.clear();
    }
}

/// Gives the connection back also when the closure panics; one in the midst of a transaction is thrown away.
struct Returned<'a> {
    readers: &'a Readers,
    conn: Option<Connection>,
}

impl Drop for Returned<'_> {
    fn drop(&mut self) {
        let mut pool = self.readers.free.lock().unwrap_or_else(PoisonError::into_inner);
        pool.out -= 1;
        if let Some(conn) = self.conn.take().filter(Connection::is_autocommit) {
            pool.idle.push(conn);
        }
        drop(pool);
        self.readers.returned.notify_one();
    }
}

fn write_loop(conn: &Connection, jobs: &Receiver<Box<dyn Job>>, ring: &dyn Fn(&'static str)) {
    while let Ok(first) = jobs.recv() {
        write_group(conn, first, jobs, ring);
    }
    // Leaves one file behind instead of three, so that a stopped school can be copied by hand.
    if let Err(error) = conn.execute_batch("pragma wal_checkpoint(truncate)") {
        tracing::warn!(%error, "the write-ahead log was not folded in");
    }
}

fn write_group(conn: &Connection, first: Box<dyn Job>, jobs: &Receiver<Box<dyn Job>>, ring: &dyn Fn(&'static str)) {
    if let Err(error) = conn.execute_batch("begin immediate") {
        first.done(Err(error.into()));
        return;
    }
    let mut group: Vec<(Box<dyn Job>, Result<(), StoreError>)> = Vec::new();
    let mut rings = Vec::new();
    let mut next = Some(first);
    while let Some(mut job) = next.take() {
        let outcome = run_one(conn, job.as_mut(), &mut rings);
        group.push((job, outcome));
        if group.len() < GROUP {
            next = jobs.try_recv().ok();
        }
    }
    let commit = conn.execute_batch("commit");
    if commit.is_err() && !conn.is_autocommit() && conn.execute_batch("rollback").is_err() {
        tracing::error!("neither commit nor rollback was possible");
    }
    metrics::histogram!("kezekshi_store_group_size").record(group.len() as f64);
    for (job, outcome) in group {
        job.done(match &commit {
            Ok(()) => outcome,
            Err(error) => Err(StoreError::Commit(error.to_string())),
        });
    }
    if commit.is_ok() {
        for topic in rings {
            ring(topic);
        }
    }
}

fn run_one(conn: &Connection, job: &mut dyn Job, rings: &mut Vec<&'static str>) -> Result<(), StoreError> {
    conn.execute_batch("savepoint one")?;
    let mut tx = Tx { conn: Conn::Sqlite(conn), writable: true, conflicted: false, rings: Vec::new() };
    let verdict = job.work(&mut tx);
    let wanted = std::mem::take(&mut tx.rings);
    match verdict {
        Verdict::Keep => {
            conn.execute_batch("release one")?;
            for topic in wanted {
                if !rings.contains(&topic) {
                    rings.push(topic);
                }
            }
        }
        Verdict::Undo => conn.execute_batch("rollback to one; release one")?,
    }
    Ok(())
}
