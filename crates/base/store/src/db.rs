//! A database: opened by its address, read and written by closures.

use std::{
    any::Any,
    collections::HashMap,
    fmt,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    path::{Path, PathBuf},
    str::FromStr,
    sync::{Arc, Mutex, PoisonError, mpsc},
    time::Duration,
};

use tokio::sync::oneshot;

use crate::{
    bell::Bell,
    error::StoreError,
    pg::{Pool, Session},
    sqlite::{Job, Sqlite, Verdict},
    statement::{Shape, Statement},
    tx::Tx,
};

/// Which database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// A file of our own.
    Sqlite,
    /// A server.
    Postgres,
}

/// How a database is opened.
#[derive(Clone, Debug)]
pub struct Options {
    /// Connections at most (SQLite: readers).
    pub connections: usize,
    /// How long a caller waits for a free connection.
    pub longest_wait: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self { connections: 8, longest_wait: Duration::from_secs(15) }
    }
}

/// A database. Cheap to clone; closed when [`Db::close`] is called or the last clone is dropped.
#[derive(Clone)]
pub struct Db(Arc<Inner>);

struct Inner {
    backend: Backend,
    bells: Arc<Bells>,
    longest_wait: Duration,
}

enum Backend {
    Sqlite(Sqlite),
    Postgres(Pool),
}

#[derive(Default)]
struct Bells(Mutex<HashMap<&'static str, Arc<Bell>>>);

impl Bells {
    fn get(&self, topic: &'static str) -> Arc<Bell> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(topic).or_default().clone()
    }
}

impl Db {
    /// Opens `postgres://…` or a SQLite file (`sqlite:PATH` or just a path; the file is made when missing).
    ///
    /// # Errors
    /// [`StoreError::Address`] when the address cannot be understood, else what the database says. PostgreSQL is asked at once.
    pub fn open(address: &str, options: &Options) -> Result<Self, StoreError> {
        let bells = Arc::new(Bells::default());
        let backend = if address.starts_with("postgres://") || address.starts_with("postgresql://") {
            let config = postgres::Config::from_str(address)
                .map_err(|error| StoreError::Address { address: without_password(address), reason: error.to_string() })?;
            let pool = Pool::new(config, options.connections);
            pool.session(options.longest_wait, |session| session.batch("select 1"))??;
            Backend::Postgres(pool)
        } else {
            let path = address.strip_prefix("sqlite:").unwrap_or(address);
            if path.is_empty() || path.contains("://") {
                let reason = "must be postgres://… or a file path".to_owned();
                return Err(StoreError::Address { address: without_password(address), reason });
            }
            let ringing = bells.clone();
            Backend::Sqlite(Sqlite::open(Path::new(path), options.connections, move |topic| ringing.get(topic).ring())?)
        };
        Ok(Self(Arc::new(Inner { backend, bells, longest_wait: options.longest_wait })))
    }

    /// Which database this is.
    pub fn engine(&self) -> Engine {
        match &self.0.backend {
            Backend::Sqlite(_) => Engine::Sqlite,
            Backend::Postgres(_) => Engine::Postgres,
        }
    }

    /// The file, when it is one.
    pub fn file(&self) -> Option<PathBuf> {
        match &self.0.backend {
            Backend::Sqlite(sqlite) => Some(sqlite.path().to_owned()),
            Backend::Postgres(_) => None,
        }
    }

    /// The bell of a topic, rung by [`Tx::ring`] after commits of this process.
    pub fn bell(&self, topic: &'static str) -> Arc<Bell> {
        self.0.bells.get(topic)
    }

    /// Reads one moment of the database, on this thread.
    ///
    /// # Errors
    /// The closure's error, or the store's as `E`.
    pub fn read_blocking<T, E: From<StoreError>>(&self, mut work: impl FnMut(&mut Tx<'_>) -> Result<T, E>) -> Result<T, E> {
        match &self.0.backend {
            Backend::Sqlite(sqlite) => sqlite.read(self.0.longest_wait, |tx| work(tx))?,
            Backend::Postgres(pool) => pool.read(self.0.longest_wait, |tx| work(tx))?,
        }
    }

    /// Writes in one transaction, waiting on this thread until it is on disk. The closure may run again after a conflict.
    ///
    /// # Errors
    /// The closure's error (everything is undone), or the store's as `E`.
    pub fn write_blocking<T, E>(&self, work: impl FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        match &self.0.backend {
            Backend::Sqlite(sqlite) => {
                let (sender, receiver) = mpsc::sync_channel(1);
                sqlite.submit(Box::new(Write { work, outcome: None, reply: move |reply| drop(sender.send(reply)) }));
                settle(receiver.recv().ok())
            }
            Backend::Postgres(pool) => self.write_postgres(pool, work),
        }
    }

    /// Reads one moment of the database.
    ///
    /// # Errors
    /// The closure's error, or the store's as `E`.
    pub async fn read<T, E>(&self, work: impl FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let db = self.clone();
        joined(tokio::task::spawn_blocking(move || db.read_blocking(work)).await)
    }

    /// Writes in one transaction; answers when it is on disk. The closure may run again after a conflict.
    ///
    /// # Errors
    /// The closure's error (everything is undone), or the store's as `E`.
    pub async fn write<T, E>(&self, work: impl FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let db = self.clone();
        match &self.0.backend {
            Backend::Sqlite(_) => {
                let (sender, receiver) = oneshot::channel();
                // The queue is bounded: handing over may wait, so it is not done on the async thread.
                let handed = tokio::task::spawn_blocking(move || {
                    if let Backend::Sqlite(sqlite) = &db.0.backend {
                        sqlite.submit(Box::new(Write { work, outcome: None, reply: move |reply| drop(sender.send(reply)) }));
                    }
                });
                joined(handed.await.map(Ok::<(), E>))?;
                settle(receiver.await.ok())
            }
            Backend::Postgres(_) => joined(tokio::task::spawn_blocking(move || db.write_blocking(work)).await),
        }
    }

    /// Finishes queued writes and closes the connections; later calls fail.
    pub fn close(&self) {
        match &self.0.backend {
            Backend::Sqlite(sqlite) => sqlite.close(),
            Backend::Postgres(pool) => pool.close(),
        }
    }

    /// Prepares a statement without running it; gives the number of its parameters and the names of its columns.
    ///
    /// # Errors
    /// What the database says against it.
    pub fn describe(&self, statement: &'static Statement) -> Result<(usize, Vec<String>), StoreError> {
        match &self.0.backend {
            Backend::Sqlite(sqlite) => {
                let conn = rusqlite::Connection::open(sqlite.path())?;
                let prepared = conn.prepare(statement.for_sqlite())?;
                let columns = prepared.column_names().into_iter().map(str::to_owned).collect();
                Ok((prepared.parameter_count(), if statement.shape() == Shape::Run { Vec::new() } else { columns }))
            }
            Backend::Postgres(pool) => {
                pool.session(self.0.longest_wait, |session| session.describe(statement.for_postgres()))?
            }
        }
    }

    pub(crate) fn with_sqlite_file<T>(&self, work: impl FnOnce(&rusqlite::Connection) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let Backend::Sqlite(sqlite) = &self.0.backend else { return Err(StoreError::Closed) };
        let conn = rusqlite::Connection::open(sqlite.path())?;
        conn.busy_timeout(self.0.longest_wait)?;
        work(&conn)
    }

    pub(crate) fn with_postgres<T>(&self, work: impl FnOnce(&mut Session) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let Backend::Postgres(pool) = &self.0.backend else { return Err(StoreError::Closed) };
        pool.session(self.0.longest_wait, work)?
    }

    fn write_postgres<T, E: From<StoreError>>(&self, pool: &Pool, work: impl FnMut(&mut Tx<'_>) -> Result<T, E>) -> Result<T, E> {
        let (value, rings) = pool.write(self.0.longest_wait, work)?;
        for topic in rings {
            self.bell(topic).ring();
        }
        Ok(value)
    }
}

impl fmt::Debug for Db {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Db({:?})", self.engine())
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.close(),
            Backend::Postgres(pool) => pool.close(),
        }
    }
}

/// What a write came to: the closure's answer, or its panic.
type Outcome<T, E> = Result<Result<T, E>, Box<dyn Any + Send>>;

struct Write<T, E, W, R> {
    work: W,
    outcome: Option<Outcome<T, E>>,
    reply: R,
}

impl<T, E, W, R> Job for Write<T, E, W, R>
where
    T: Send,
    E: From<StoreError> + Send,
    W: FnMut(&mut Tx<'_>) -> Result<T, E> + Send,
    R: FnOnce(Outcome<T, E>) + Send,
{
    fn work(&mut self, tx: &mut Tx<'_>) -> Verdict {
        let outcome = catch_unwind(AssertUnwindSafe(|| (self.work)(tx)));
        let verdict = if matches!(outcome, Ok(Ok(_))) { Verdict::Keep } else { Verdict::Undo };
        self.outcome = Some(outcome);
        verdict
    }

    fn done(self: Box<Self>, commit: Result<(), StoreError>) {
        let Self { outcome, reply, .. } = *self;
        reply(match (outcome, commit) {
            // A closure that failed by itself wanted nothing kept: its own reason says more than the group's.
            (Some(outcome @ (Err(_) | Ok(Err(_)))), _) | (Some(outcome), Ok(())) => outcome,
            (Some(Ok(Ok(_))), Err(error)) | (None, Err(error)) => Ok(Err(error.into())),
            (None, Ok(())) => Ok(Err(StoreError::Closed.into())),
        });
    }
}

fn settle<T, E: From<StoreError>>(outcome: Option<Outcome<T, E>>) -> Result<T, E> {
    match outcome {
        Some(Ok(answer)) => answer,
        Some(Err(panic)) => resume_unwind(panic),
        None => Err(StoreError::Closed.into()),
    }
}

fn joined<T, E: From<StoreError>>(joined: Result<Result<T, E>, tokio::task::JoinError>) -> Result<T, E> {
    match joined {
        Ok(answer) => answer,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => resume_unwind(panic),
            Err(_) => Err(StoreError::Closed.into()),
        },
    }
}

/// The address as it may be shown: what stands between `:` and `@` is left out.
fn without_password(address: &str) -> String {
    match (address.find("://"), address.rfind('@')) {
        (Some(scheme), Some(at)) if at > scheme => {
            let user = &address[scheme + 3..at];
            let user = user.split(':').next().unwrap_or("");
            format!("{}://{user}:…{}", &address[..scheme], &address[at..])
        }
        _ => address.to_owned(),
    }
}
