//! SQLite: one writer that commits waiting closures in a group, and a few readers.

mod queue;
mod writer;

use std::{
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    thread::JoinHandle,
    time::{Duration, Instant},
};

use queue::Queue;
pub(crate) use queue::Refused;
use rusqlite::{Connection, OpenFlags};

use crate::{
    error::StoreError,
    pool::{Choice, Pool},
    tx::{Conn, Tx},
};

/// How long to wait for another process that holds the file.
const BUSY: Duration = Duration::from_secs(10);
const STATEMENTS_KEPT: usize = 512;
/// The log that a long reader (a backup) made grow is cut back to this many bytes.
const LOG_KEPT: i64 = 64 << 20;

/// Whether the closure's changes shall stay.
pub(crate) enum Verdict {
    Keep,
    Undo,
}

/// A queued write: worked (again, when its group fell), then told how the commit went.
pub(crate) trait Job: Send {
    fn work(&mut self, tx: &mut Tx<'_>) -> Verdict;
    /// Not when it panicked: what it holds may be half done.
    fn may_run_again(&self) -> bool;
    fn done(self: Box<Self>, commit: Result<(), StoreError>);
}

/// Makes the database's file, which nobody else may read; the library gives its companions the same mode.
fn begin_file(path: &Path) -> Result<(), StoreError> {
    match std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(source) => Err(StoreError::Io { what: format!("file {}", path.display()), source }),
    }
}

pub(crate) struct Sqlite {
    path: PathBuf,
    writes: Arc<Queue>,
    writer: Mutex<Option<JoinHandle<()>>>,
    readers: Pool<Connection>,
}

impl Sqlite {
    pub(crate) fn open(
        path: &Path,
        readers: usize,
        ring: impl Fn(&'static str) + Send + 'static,
    ) -> Result<Self, StoreError> {
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::DirBuilder::new()
                .recursive(true)
                .mode(0o700)
                .create(folder)
                .map_err(|source| StoreError::Io { what: format!("folder {}", folder.display()), source })?;
        }
        begin_file(path)?;
        let conn = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
        let mode: String = conn.pragma_update_and_check(None, "journal_mode", "wal", |row| row.get(0))?;
        if mode != "wal" {
            let reason =
                format!("its disk cannot keep a write-ahead log (journal_mode is {mode}): choose a local disk");
            return Err(StoreError::Address { address: path.display().to_string(), reason });
        }
        conn.pragma_update(None, "synchronous", "full")?;
        conn.pragma_update(None, "journal_size_limit", LOG_KEPT)?;
        conn.pragma_update(None, "cache_size", -32_000)?;
        // What was deleted is written over: a destroyed key must not stay in a free page.
        conn.pragma_update(None, "secure_delete", true)?;
        let writes = Arc::new(Queue::default());
        let queue = writes.clone();
        let writer = std::thread::Builder::new()
            .name("store-writer".into())
            .spawn(move || writer::serve(&conn, &queue, &ring))
            .map_err(|source| StoreError::Io { what: "writer thread".into(), source })?;
        Ok(Self { path: path.to_owned(), writes, writer: Mutex::new(Some(writer)), readers: Pool::new(readers) })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Hands a write over; waits for a place in the queue at most so long.
    pub(crate) fn submit(&self, job: Box<dyn Job>, longest: Duration) -> Result<(), Refused> {
        self.writes.push(job, longest)
    }

    pub(crate) fn read<T>(&self, longest: Duration, work: impl FnOnce(&mut Tx<'_>) -> T) -> Result<T, StoreError> {
        self.reader(longest, |conn| {
            let began = Instant::now();
            writer::say(conn, "begin deferred")?;
            let answer = work(&mut Tx::reading(Conn::Sqlite(conn)));
            // After a failure of the disk SQLite has ended the transaction by itself.
            if !conn.is_autocommit() {
                writer::say(conn, "rollback")?;
            }
            metrics::histogram!("kezekshi_store_transaction_seconds", "kind" => "read")
                .record(began.elapsed().as_secs_f64());
            Ok(answer)
        })?
    }

    /// A connection that only reads, outside of a transaction.
    pub(crate) fn reader<T>(
        &self,
        longest: Duration,
        work: impl FnOnce(&mut Connection) -> T,
    ) -> Result<T, StoreError> {
        let make = || {
            let conn = connect(&self.path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
            conn.pragma_update(None, "cache_size", -8_000)?;
            Ok(conn)
        };
        self.readers.lend(longest, Choice::Any, make, Connection::is_autocommit, work)
    }

    /// A connection of its own that may write, for what the writer's closures cannot say: it waits for the writer as another
    /// process would.
    pub(crate) fn apart<T>(&self, work: impl FnOnce(&Connection) -> Result<T, StoreError>) -> Result<T, StoreError> {
        work(&connect(&self.path, OpenFlags::SQLITE_OPEN_READ_WRITE)?)
    }

    /// Lets those who read and the queued writes finish, and closes.
    pub(crate) fn close(&self, longest: Duration) {
        self.writes.close();
        self.readers.close(longest);
        let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner).take();
        // The last clone of a database may die with a closure, on the writer itself.
        if let Some(writer) = writer.filter(|writer| writer.thread().id() != std::thread::current().id())
            && writer.join().is_err()
        {
            tracing::error!("the writer thread ended by a panic");
        }
    }
}

fn connect(path: &Path, flags: OpenFlags) -> Result<Connection, StoreError> {
    let conn = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    conn.busy_timeout(BUSY)?;
    conn.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
    conn.pragma_update(None, "foreign_keys", true)?;
    conn.pragma_update(None, "temp_store", "memory")?;
    Ok(conn)
}
