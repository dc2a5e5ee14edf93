//! A database: opened by its address, read and written by closures.

use std::{
    any::Any,
    cell::Cell,
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
    pg::{APART, Postgres, Session},
    pool::Choice,
    sqlite::{Job, Refused, Sqlite, Verdict},
    statement::Statement,
    tx::{Conn, Span, Tx},
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
    Postgres(Postgres),
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
            let config = tokio_postgres::Config::from_str(address).map_err(|error| StoreError::Address {
                address: without_password(address),
                reason: error.to_string(),
            })?;
            let postgres = Postgres::new(config, options.connections);
            postgres.session(options.longest_wait, Choice::Any, |_| ())?;
            Backend::Postgres(postgres)
        } else {
            let path = address.strip_prefix("sqlite:").unwrap_or(address);
            if path.is_empty() || path.contains("://") || path == ":memory:" {
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

    /// Reads one moment of the database, on this thread (not one that serves async tasks: see [`Db::read`]). The closure may run again when
    /// the line to the database was found dead.
    ///
    /// # Errors
    /// The closure's error, or the store's as `E`.
    pub fn read_blocking<T, E: From<StoreError>>(
        &self,
        mut work: impl FnMut(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let _inside = Inside::enter()?;
        match &self.0.backend {
            Backend::Sqlite(sqlite) => sqlite.read(self.0.longest_wait, |tx| work(tx))?,
            Backend::Postgres(postgres) => postgres.read(self.0.longest_wait, work),
        }
    }

    /// Writes in one transaction, waiting on this thread until it is on disk. The closure may run again after a conflict.
    ///
    /// # Errors
    /// The closure's error (everything is undone), or the store's as `E`. A closure that went on after a failed statement gets
    /// [`StoreError::Spoiled`].
    pub fn write_blocking<T, E>(&self, work: impl FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.write_span(Span::Whole, work)
    }

    /// Writes with one statement, which is a transaction by itself: on PostgreSQL one round trip instead of two. A second statement fails
    /// with [`StoreError::NotSingle`]. For the store's own error only: what the statement did stands even if its answer cannot be read.
    ///
    /// # Errors
    /// From the store.
    pub fn write_single_blocking<T: Send + 'static>(
        &self,
        work: impl FnMut(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.write_span(Span::Single, work)
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
    /// As [`Db::write_blocking`].
    pub async fn write<T, E>(&self, work: impl FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.write_span_async(Span::Whole, work).await
    }

    /// As [`Db::write_single_blocking`].
    ///
    /// # Errors
    /// From the store.
    pub async fn write_single<T: Send + 'static>(
        &self,
        work: impl FnMut(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.write_span_async(Span::Single, work).await
    }

    /// Finishes queued writes and closes the connections; later calls fail.
    pub fn close(&self) {
        match &self.0.backend {
            Backend::Sqlite(sqlite) => sqlite.close(self.0.longest_wait),
            Backend::Postgres(postgres) => postgres.close(self.0.longest_wait),
        }
    }

    /// Prepares a statement without running it; gives the number of its parameters and the names of its columns.
    ///
    /// # Errors
    /// What the database says against it.
    pub fn describe(&self, statement: &'static Statement) -> Result<(usize, Vec<String>), StoreError> {
        match &self.0.backend {
            Backend::Sqlite(sqlite) => sqlite.reader(self.0.longest_wait, |conn| {
                let prepared = conn.prepare(statement.for_sqlite())?;
                let columns = prepared.column_names().map(str::to_owned).collect();
                Ok((prepared.parameter_count(), columns))
            })?,
            Backend::Postgres(_) => self.with_postgres(|session| session.describe(statement.for_postgres())),
        }
    }

    /// Writes on a connection of its own, once: for migrations and for restoring, which cannot be repeated.
    pub(crate) fn write_apart<T>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let _inside = Inside::enter()?;
        match &self.0.backend {
            Backend::Sqlite(sqlite) => sqlite.apart(|conn| {
                conn.execute_batch("begin immediate")?;
                let done = work(&mut Tx::writing(Conn::Sqlite(conn), Span::Whole)).and_then(|value| {
                    conn.execute_batch("commit")?;
                    Ok(value)
                });
                if !conn.is_autocommit() {
                    conn.execute_batch("rollback")?;
                }
                done
            }),
            Backend::Postgres(_) => self.with_postgres(|session| {
                session.begin(APART);
                let done = work(&mut Tx::writing(Conn::Postgres(session), Span::Whole));
                match done {
                    Ok(value) => session.commit().map(|()| value),
                    Err(error) => {
                        session.undo();
                        Err(error)
                    }
                }
            }),
        }
    }

    fn with_postgres<T>(&self, work: impl FnOnce(&mut Session) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let Backend::Postgres(postgres) = &self.0.backend else { return Err(StoreError::Closed) };
        postgres.session(self.0.longest_wait, Choice::Any, work)?
    }

    fn write_span<T, E>(
        &self,
        span: Span,
        work: impl FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let _inside = Inside::enter()?;
        match &self.0.backend {
            Backend::Sqlite(sqlite) => {
                let (sender, receiver) = mpsc::sync_channel(1);
                let job = Box::new(Write { span, work, outcome: None, reply: move |reply| drop(sender.send(reply)) });
                if let Err(Refused(job, error)) = sqlite.submit(job, self.0.longest_wait) {
                    job.done(Err(error));
                }
                settle(receiver.recv().ok())
            }
            Backend::Postgres(postgres) => {
                let (value, rings) = postgres.write(self.0.longest_wait, span, work)?;
                for topic in rings {
                    self.bell(topic).ring();
                }
                Ok(value)
            }
        }
    }

    async fn write_span_async<T, E>(
        &self,
        span: Span,
        work: impl FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let db = self.clone();
        let Backend::Sqlite(sqlite) = &self.0.backend else {
            return joined(tokio::task::spawn_blocking(move || db.write_span(span, work)).await);
        };
        let (sender, receiver) = oneshot::channel();
        let job = Box::new(Write { span, work, outcome: None, reply: move |reply| drop(sender.send(reply)) });
        // The queue is rarely full: only then is handing over waited for, on a thread that may wait.
        match sqlite.submit(job, Duration::ZERO) {
            Ok(()) => {}
            Err(Refused(job, StoreError::Busy(_))) => {
                let longest = self.0.longest_wait;
                let handed = tokio::task::spawn_blocking(move || {
                    if let Backend::Sqlite(sqlite) = &db.0.backend
                        && let Err(Refused(job, error)) = sqlite.submit(job, longest)
                    {
                        job.done(Err(error));
                    }
                });
                joined(handed.await.map(Ok::<(), E>))?;
            }
            Err(Refused(job, error)) => job.done(Err(error)),
        }
        settle(receiver.await.ok())
    }
}

impl fmt::Debug for Db {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Db({:?})", self.engine())
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        // Nobody is at work any more when the last clone goes.
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.close(Duration::ZERO),
            Backend::Postgres(postgres) => postgres.close(Duration::ZERO),
        }
    }
}

thread_local! {
    static IN_TRANSACTION: Cell<bool> = const { Cell::new(false) };
}

/// Whoever opens a transaction inside a transaction waits for himself, or reads another moment than he thinks: refused.
struct Inside;

impl Inside {
    fn enter() -> Result<Self, StoreError> {
        if IN_TRANSACTION.replace(true) { Err(StoreError::Nested) } else { Ok(Self) }
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        IN_TRANSACTION.set(false);
    }
}

/// What a write came to: the closure's answer, or its panic.
type Outcome<T, E> = Result<Result<T, E>, Box<dyn Any + Send>>;

struct Write<T, E, W, R> {
    span: Span,
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
        tx.limit(self.span);
        let work = || {
            let _inside = Inside::enter()?;
            let value = (self.work)(tx)?;
            match tx.failed() {
                Some(name) => Err(StoreError::Spoiled(name).into()),
                None => Ok(value),
            }
        };
        let outcome = catch_unwind(AssertUnwindSafe(work));
        let verdict = if matches!(outcome, Ok(Ok(_))) { Verdict::Keep } else { Verdict::Undo };
        self.outcome = Some(outcome);
        verdict
    }

    fn may_run_again(&self) -> bool {
        !matches!(self.outcome, Some(Err(_)))
    }

    fn done(self: Box<Self>, commit: Result<(), StoreError>) {
        let Self { work, outcome, reply, .. } = *self;
        // What the closure holds is free when the caller goes on.
        drop(work);
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
