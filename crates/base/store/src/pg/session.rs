//! One connection to PostgreSQL, driven from the caller's own thread.
//!
//! The client's requests are written one behind the other and answered in order, so what need not be waited for is sent ahead: `begin`
//! together with the first statement, statements whose rows are asked for later with the next one, the undoing of a transaction without waiting
//! for its answer. Each saves a round trip.

use std::{collections::HashMap, sync::Arc, time::Duration};

use tokio_postgres::{Client, Config, Error, Row, Statement, types::ToSql};

use super::{
    lanes::{self, Lanes},
    line::{Line, Sent},
    values::Owned,
};
use crate::{error::StoreError, value::Value};

/// Prepared statements kept per session; a bulk insert's last chunk makes texts of its own.
const STATEMENTS_KEPT: usize = 1024;
/// How long a connection may take to be made, and how long a server may stay silent about what was sent to it over a network, unless the address
/// says otherwise.
const CONNECT: Duration = Duration::from_secs(10);
const SILENCE: Duration = Duration::from_secs(60);
/// Statements that wait to be sent with the next one; more are sent at once.
const AHEAD: usize = 32;
/// A statement outside of a transaction is one by itself, as strict as the others. Nobody waits for ever: who wants a row that another transaction
/// holds is told after a while, and a transaction whose program has fallen silent is ended by the server, with what it holds.
const SETTINGS: &str = "set default_transaction_isolation = 'serializable'; set client_min_messages = 'warning';
    set lock_timeout = '15s'; set idle_in_transaction_session_timeout = '60s'";

/// A connection and what it has prepared.
pub(crate) struct Session {
    /// Taken when the session ends.
    client: Option<Client>,
    line: Line,
    lanes: Arc<Lanes>,
    prepared: HashMap<String, Statement>,
    /// What opens the transaction, sent with its first statement.
    due: Option<&'static str>,
    /// The school in whose lane the transaction shall wait for its turn, before it begins.
    wanted: Option<u32>,
    /// The school in whose lane it stands.
    lane: Option<u32>,
    /// Whether a transaction stands at the server.
    open: bool,
    /// Statements that are sent with the next one.
    ahead: Vec<Ahead>,
    /// What those have given that were sent, until it is taken.
    given: HashMap<u64, Vec<Row>>,
    /// The number of the last of them.
    tickets: u64,
    /// The statement sent ahead that the last error was about.
    blamed: Option<&'static str>,
}

/// A statement that waits to be sent.
struct Ahead {
    ticket: u64,
    name: &'static str,
    statement: Statement,
    params: Vec<Owned>,
}

impl Session {
    pub(crate) fn connect(config: &Config, lanes: Arc<Lanes>) -> Result<Self, StoreError> {
        let mut config = config.clone();
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT);
        }
        if config.get_tcp_user_timeout().is_none() {
            config.tcp_user_timeout(SILENCE);
        }
        if config.get_application_name().is_none() {
            config.application_name("kezekshi");
        }
        let (client, line) = Line::connect(&config)?;
        let mut session = Self {
            client: Some(client),
            line,
            lanes,
            prepared: HashMap::new(),
            due: None,
            wanted: None,
            lane: None,
            open: false,
            ahead: Vec::new(),
            given: HashMap::new(),
            tickets: 0,
            blamed: None,
        };
        session.batch(SETTINGS)?;
        Ok(session)
    }

    /// Whether it can serve another transaction.
    pub(crate) fn is_sound(&self) -> bool {
        !self.open && !self.is_broken()
    }

    /// Whether the line to the server is gone.
    pub(crate) fn is_broken(&self) -> bool {
        self.line.is_broken() || self.client.as_ref().is_none_or(Client::is_closed)
    }

    /// Opens a transaction with the next statement.
    pub(crate) fn begin(&mut self, text: &'static str) {
        self.due = Some(text);
        self.blamed = None;
    }

    /// Makes the transaction that is about to begin wait for its turn in the school's lane, when that is open.
    pub(crate) fn stand_in_if_open(&mut self, school: u32) {
        if self.due.is_some() && self.wanted.is_none() && self.lanes.is_open(school) {
            self.stand_in(school);
        }
    }

    /// Makes the transaction that is about to begin wait for its turn in the school's lane.
    pub(super) fn stand_in(&mut self, school: u32) {
        self.wanted = Some(school);
    }

    /// The statement, sent ahead, that the last error was about; none when it was about the request itself.
    pub(crate) fn blamed(&self) -> Option<&'static str> {
        self.blamed
    }

    /// Waits until everything is on disk.
    pub(crate) fn commit(&mut self) -> Result<(), StoreError> {
        if !self.open && self.ahead.is_empty() {
            self.forget();
            return Ok(());
        }
        // When a statement that goes ahead fails, the server answers the commit with a rollback, and the statement's error is told.
        let done = self.ask(async |client| client.batch_execute("commit").await);
        // The server has ended the transaction also when it refused the commit.
        self.open = self.line.is_broken();
        self.leave();
        self.forget();
        done
    }

    /// Undoes what was done. Nobody waits for the answer: the next request is behind it, and a broken line undoes as well.
    pub(crate) fn undo(&mut self) {
        if self.open {
            self.send_only("rollback");
            self.open = false;
        }
        self.leave();
        self.forget();
    }

    fn forget(&mut self) {
        self.due = None;
        self.wanted = None;
        self.ahead.clear();
        self.given.clear();
    }

    fn leave(&mut self) {
        if let Some(school) = self.lane.take() {
            self.send_only(&lanes::leave(school));
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

    /// Has a statement sent with the next one; gives the number under which its rows are [`Session::given`]. Only inside a transaction.
    pub(crate) fn send_ahead(
        &mut self,
        name: &'static str,
        sql: &str,
        params: &[Value<'_>],
    ) -> Result<u64, StoreError> {
        let statement = self.prepare(sql)?;
        if self.ahead.len() >= AHEAD {
            self.flush()?;
        }
        self.tickets += 1;
        let params = params.iter().map(Owned::from).collect();
        self.ahead.push(Ahead { ticket: self.tickets, name, statement, params });
        Ok(self.tickets)
    }

    /// The rows of a statement that was sent ahead, once.
    pub(crate) fn given(&mut self, ticket: u64) -> Result<Vec<Row>, StoreError> {
        if self.ahead.iter().any(|ahead| ahead.ticket == ticket) {
            self.flush()?;
        }
        Ok(self.given.remove(&ticket).unwrap_or_default())
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

    fn flush(&mut self) -> Result<(), StoreError> {
        self.ask(async |_| Ok(()))
    }

    /// Sends what waits to be sent and then the request; waits for the answers. The first that failed is told.
    fn ask<T>(&mut self, request: impl AsyncFnOnce(&Client) -> Result<T, Error>) -> Result<T, StoreError> {
        self.blamed = None;
        let client = self.client.as_ref().ok_or(StoreError::Closed)?;
        let (due, wanted, ahead) = (self.due.take(), self.wanted.take(), std::mem::take(&mut self.ahead));
        if due.is_none() && ahead.is_empty() {
            return self.line.drive(&mut [], request(client));
        }
        self.open |= due.is_some();
        let enter = wanted.map(lanes::enter);
        let mut sent: Vec<_> = enter.as_deref().into_iter().chain(due).map(|text| Sent::text(client, text)).collect();
        let texts = sent.len();
        sent.extend(ahead.iter().map(|ahead| Sent::new(ahead.query(client))));
        let mut answer = self.line.drive(&mut sent, request(client));
        let mut ahead = ahead.iter();
        for (place, sent) in sent.into_iter().enumerate() {
            let about = if place < texts { None } else { ahead.next() };
            match (sent, about) {
                (Sent::Answered(Ok(_)), None) if place == 0 && wanted.is_some() => self.lane = wanted,
                (Sent::Answered(Ok(rows)), Some(about)) => drop(self.given.insert(about.ticket, rows)),
                (Sent::Answered(Ok(_)), None) | (Sent::Waiting(_), _) => {}
                (Sent::Answered(Err(error)), None)
                    if place == 0 && wanted.is_some() && lanes::is_impatience(&error) =>
                {
                    tracing::debug!("a lane was too long: the write goes on without it");
                }
                (Sent::Answered(Err(error)), about) => {
                    self.blamed = about.map(|about| about.name);
                    answer = Err(error.into());
                    break;
                }
            }
        }
        answer
    }

    fn send_only(&mut self, sql: &str) {
        if let Some(client) = &self.client {
            self.line.send_only(client, sql);
        }
    }
}

impl Ahead {
    async fn query(&self, client: &Client) -> Result<Vec<Row>, Error> {
        let values: Vec<_> = self.params.iter().map(Owned::value).collect();
        client.query(&self.statement, &bound(&values)).await
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // Without a client the connection takes leave of the server.
        self.prepared.clear();
        self.ahead.clear();
        self.client = None;
        self.line.close();
    }
}

fn bound<'a>(params: &'a [Value<'a>]) -> Vec<&'a (dyn ToSql + Sync)> {
    params.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}
