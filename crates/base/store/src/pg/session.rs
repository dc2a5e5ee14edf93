//! One connection to PostgreSQL, driven from the caller's own thread.
//!
//! The client's requests are written one behind the other and answered in order, so what need not be waited for is sent ahead: `begin`
//! together with the first statement, the undoing of a transaction without waiting for its answer. Each saves a round trip.

use std::{
    collections::HashMap,
    future::poll_fn,
    pin::pin,
    task::{Context, Poll, Waker},
    time::Duration,
};

use tokio::runtime::{Builder, Runtime};
use tokio_postgres::{
    AsyncMessage, Client, Config, Connection, Error, NoTls, Row, Socket, Statement, tls::NoTlsStream, types::ToSql,
};

use crate::{error::StoreError, value::Value};

/// Prepared statements kept per session; a bulk insert's last chunk makes texts of its own.
const STATEMENTS_KEPT: usize = 1024;
/// How long a connection may take to be made, unless the address says otherwise.
const CONNECT: Duration = Duration::from_secs(10);
/// A statement outside of a transaction is one by itself, as strict as the others.
const SETTINGS: &str = "set default_transaction_isolation = 'serializable'; set client_min_messages = 'warning'";

/// A connection and what it has prepared.
pub(crate) struct Session {
    /// Taken when the session ends.
    client: Option<Client>,
    line: Line,
    prepared: HashMap<String, Statement>,
    /// What opens the transaction, sent with its first statement.
    due: Vec<String>,
    /// Whether a transaction stands at the server.
    open: bool,
    /// What is sent after the transaction has ended.
    after: Option<String>,
}

/// The wire and the runtime that watches it.
struct Line {
    /// Taken when the session ends.
    runtime: Option<Runtime>,
    connection: Connection<Socket, NoTlsStream>,
    broken: bool,
}

impl Session {
    pub(crate) fn connect(config: &Config) -> Result<Self, StoreError> {
        let mut config = config.clone();
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT);
        }
        if config.get_application_name().is_none() {
            config.application_name("kezekshi");
        }
        let runtime = Builder::new_current_thread().enable_io().enable_time().build();
        let runtime = runtime.map_err(|source| StoreError::Io { what: "a connection's runtime".into(), source })?;
        let (client, connection) = runtime.block_on(config.connect(NoTls))?;
        let line = Line { runtime: Some(runtime), connection, broken: false };
        let mut session =
            Self { client: Some(client), line, prepared: HashMap::new(), due: Vec::new(), open: false, after: None };
        session.batch(SETTINGS)?;
        Ok(session)
    }

    /// Whether it can serve another transaction.
    pub(crate) fn is_sound(&self) -> bool {
        !self.open && !self.is_broken()
    }

    /// Whether the line to the server is gone.
    pub(crate) fn is_broken(&self) -> bool {
        self.line.broken || self.client.as_ref().is_none_or(Client::is_closed)
    }

    /// Opens a transaction by these texts with the next statement; `after` is sent when it has ended.
    pub(crate) fn begin(&mut self, texts: Vec<String>, after: Option<String>) {
        self.due = texts;
        self.after = after;
    }

    /// Waits until everything is on disk.
    pub(crate) fn commit(&mut self) -> Result<(), StoreError> {
        if !self.open {
            self.forget_due();
            return Ok(());
        }
        let done = self.ask(async |client| client.batch_execute("commit").await);
        // The server has ended the transaction also when it refused the commit.
        self.open = self.line.broken;
        self.leave();
        done
    }

    /// Undoes what was done. Nobody waits for the answer: the next request is behind it, and a broken line undoes as well.
    pub(crate) fn undo(&mut self) {
        if self.open {
            self.send_only("rollback");
            self.open = false;
            self.leave();
        } else {
            self.forget_due();
        }
    }

    fn forget_due(&mut self) {
        self.due.clear();
        self.after = None;
    }

    fn leave(&mut self) {
        if let Some(after) = self.after.take() {
            self.send_only(&after);
        }
    }

    pub(crate) fn run(&mut self, sql: &str, params: &[Value<'_>]) -> Result<u64, StoreError> {
        let statement = self.prepare(sql)?;
        let bound = bound(params);
        self.ask(async |client| client.execute(&statement, &bound).await)
    }

    /// `keep`: whether the statement is likely to come again.
    pub(crate) fn rows(&mut self, sql: &str, params: &[Value<'_>], keep: bool) -> Result<Vec<Row>, StoreError> {
        let statement = if keep { self.prepare(sql)? } else { self.ask(async |client| client.prepare(sql).await)? };
        let bound = bound(params);
        self.ask(async |client| client.query(&statement, &bound).await)
    }

    /// Texts without parameters, several at once if need be.
    pub(crate) fn batch(&mut self, sql: &str) -> Result<(), StoreError> {
        self.ask(async |client| client.batch_execute(sql).await)
    }

    /// Names of a statement's columns and the number of its parameters, without running it.
    pub(crate) fn describe(&mut self, sql: &str) -> Result<(usize, Vec<String>), StoreError> {
        let statement = self.ask(async |client| client.prepare(sql).await)?;
        Ok((statement.params().len(), statement.columns().iter().map(|column| column.name().to_owned()).collect()))
    }

    fn prepare(&mut self, sql: &str) -> Result<Statement, StoreError> {
        if let Some(statement) = self.prepared.get(sql) {
            return Ok(statement.clone());
        }
        if self.prepared.len() >= STATEMENTS_KEPT {
            self.prepared.clear();
        }
        let statement = self.ask(async |client| client.prepare(sql).await)?;
        self.prepared.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }

    /// Sends what is due and then the request; waits for the answers.
    fn ask<T>(&mut self, request: impl AsyncFnOnce(&Client) -> Result<T, Error>) -> Result<T, StoreError> {
        let client = self.client.as_ref().ok_or(StoreError::Closed)?;
        let due = std::mem::take(&mut self.due);
        self.open |= !due.is_empty();
        self.line.drive(behind(client, &due, request(client)))
    }

    fn send_only(&mut self, sql: &str) {
        let Some(client) = &self.client else { return };
        let mut request = pin!(client.batch_execute(sql));
        // The first poll hands the request over to the connection, the connection's turn writes it to the socket. When the answer
        // comes, nobody listens, and it is passed over.
        let mut context = Context::from_waker(Waker::noop());
        let _ = request.as_mut().poll(&mut context);
        self.line.turn(&mut context);
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // Without a client the connection takes leave of the server; one turn writes it.
        self.prepared.clear();
        self.client = None;
        self.line.turn(&mut Context::from_waker(Waker::noop()));
        // A runtime may not be dropped, but may be shut down, on a thread that serves async tasks.
        if let Some(runtime) = self.line.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl Line {
    /// Runs a request on this thread until it is answered.
    fn drive<T>(&mut self, request: impl Future<Output = Result<T, Error>>) -> Result<T, StoreError> {
        let mut request = pin!(request);
        let Self { runtime, connection, broken } = self;
        let runtime = runtime.as_ref().ok_or(StoreError::Closed)?;
        let answer = runtime.block_on(poll_fn(|context| {
            let ended = turn(connection, broken, context);
            match request.as_mut().poll(context) {
                Poll::Ready(answer) => Poll::Ready(answer.map_err(StoreError::from)),
                // No answer can come any more.
                Poll::Pending if *broken => Poll::Ready(Err(ended.map_or(StoreError::Closed, StoreError::from))),
                Poll::Pending => Poll::Pending,
            }
        }));
        *broken |= answer.as_ref().is_err_and(StoreError::is_end_of_line);
        answer
    }

    fn turn(&mut self, context: &mut Context<'_>) {
        let _guard = self.runtime.as_ref().map(Runtime::enter);
        if let Some(error) = turn(&mut self.connection, &mut self.broken, context) {
            tracing::debug!(%error, "a connection ended");
        }
    }
}

/// Reads and writes what can be read and written now.
fn turn(
    connection: &mut Connection<Socket, NoTlsStream>,
    broken: &mut bool,
    context: &mut Context<'_>,
) -> Option<Error> {
    while !*broken {
        match connection.poll_message(context) {
            Poll::Ready(Some(Ok(AsyncMessage::Notice(notice)))) => {
                tracing::debug!(code = notice.code().code(), "the database says: {}", notice.message());
            }
            Poll::Ready(Some(Ok(_))) => {}
            Poll::Ready(Some(Err(error))) => {
                *broken = true;
                return Some(error);
            }
            Poll::Ready(None) => *broken = true,
            Poll::Pending => break,
        }
    }
    None
}

/// Sends the texts and the request one behind the other, without waiting in between; the first that fails is told.
async fn behind<T>(
    client: &Client,
    texts: &[String],
    request: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    if texts.is_empty() {
        return request.await;
    }
    let mut ahead: Vec<_> = texts.iter().map(|text| Some(Box::pin(client.batch_execute(text)))).collect();
    let mut request = pin!(request);
    let mut failed = None;
    let mut answer = None;
    poll_fn(|context| {
        // Polled in this order, so that the requests are sent in this order.
        for sent in &mut ahead {
            if let Some(Poll::Ready(done)) = sent.as_mut().map(|sent| sent.as_mut().poll(context)) {
                *sent = None;
                failed = failed.take().or(done.err());
            }
        }
        if answer.is_none()
            && let Poll::Ready(done) = request.as_mut().poll(context)
        {
            answer = Some(done);
        }
        if ahead.iter().all(Option::is_none) && answer.is_some() { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    match (failed, answer) {
        (Some(error), _) => Err(error),
        (None, Some(answer)) => answer,
        (None, None) => request.await,
    }
}

fn bound<'a>(params: &'a [Value<'a>]) -> Vec<&'a (dyn ToSql + Sync)> {
    params.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}
