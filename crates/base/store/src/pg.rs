//! PostgreSQL: a pool of sessions with their prepared statements, serializable writes repeated on a conflict.

use std::{
    collections::HashMap,
    error::Error,
    sync::{Condvar, Mutex, PoisonError},
    time::Duration,
};

use postgres::{
    Client, Config, NoTls,
    types::{FromSql, IsNull, ToSql, Type, private::BytesMut, to_sql_checked},
};

use crate::{
    error::StoreError,
    tx::{Conn, Tx},
    value::{Raw, Value},
};

/// How often a write is tried when it conflicts with others.
pub const MAX_TRIES: u32 = 12;
/// Prepared statements kept per session; a bulk insert's last chunk makes texts of its own.
const STATEMENTS_KEPT: usize = 1024;

pub(crate) struct Pool {
    config: Config,
    state: Mutex<PoolState>,
    returned: Condvar,
    most: usize,
}

#[derive(Default)]
struct PoolState {
    idle: Vec<Session>,
    out: usize,
}

/// A connection and what it has prepared.
pub(crate) struct Session {
    client: Client,
    prepared: HashMap<String, postgres::Statement>,
}

impl Session {
    fn prepare(&mut self, sql: &str) -> Result<postgres::Statement, StoreError> {
        if let Some(statement) = self.prepared.get(sql) {
            return Ok(statement.clone());
        }
        if self.prepared.len() >= STATEMENTS_KEPT {
            self.prepared.clear();
        }
        let statement = self.client.prepare(sql)?;
        self.prepared.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }

    pub(crate) fn run(&mut self, sql: &str, params: &[Value<'_>]) -> Result<u64, StoreError> {
        let statement = self.prepare(sql)?;
        Ok(self.client.execute(&statement, &bound(params))?)
    }

    pub(crate) fn rows(&mut self, sql: &str, params: &[Value<'_>]) -> Result<Vec<postgres::Row>, StoreError> {
        let statement = self.prepare(sql)?;
        Ok(self.client.query(&statement, &bound(params))?)
    }

    pub(crate) fn batch(&mut self, sql: &str) -> Result<(), StoreError> {
        Ok(self.client.batch_execute(sql)?)
    }

    /// Names of a statement's columns and the number of its parameters, without running it.
    pub(crate) fn describe(&mut self, sql: &str) -> Result<(usize, Vec<String>), StoreError> {
        let statement = self.client.prepare(sql)?;
        Ok((statement.params().len(), statement.columns().iter().map(|column| column.name().to_owned()).collect()))
    }
}

fn bound<'a>(params: &'a [Value<'a>]) -> Vec<&'a (dyn ToSql + Sync)> {
    params.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}

impl Pool {
    pub(crate) fn new(config: Config, most: usize) -> Self {
        Self { config, state: Mutex::default(), returned: Condvar::new(), most: most.max(1) }
    }

    fn take(&self, longest: Duration) -> Result<Session, StoreError> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut state, _) = self
            .returned
            .wait_timeout_while(state, longest, |state| state.idle.is_empty() && state.out >= self.most)
            .unwrap_or_else(PoisonError::into_inner);
        while let Some(session) = state.idle.pop() {
            if !session.client.is_closed() {
                state.out += 1;
                return Ok(session);
            }
        }
        if state.out >= self.most {
            return Err(StoreError::Busy(longest.as_secs()));
        }
        state.out += 1;
        drop(state);
        let connected = self.config.connect(NoTls);
        if connected.is_err() {
            self.state.lock().unwrap_or_else(PoisonError::into_inner).out -= 1;
        }
        Ok(Session { client: connected?, prepared: HashMap::new() })
    }

    pub(crate) fn session<T>(&self, longest: Duration, work: impl FnOnce(&mut Session) -> T) -> Result<T, StoreError> {
        let mut lent = Lent { pool: self, session: Some(self.take(longest)?), whole: false };
        let Some(session) = lent.session.as_mut() else { return Err(StoreError::Closed) };
        let answer = work(session);
        lent.whole = true;
        Ok(answer)
    }

    /// Runs `work` in one read transaction that sees one moment of the database.
    pub(crate) fn read<T>(&self, longest: Duration, work: impl FnOnce(&mut Tx<'_>) -> T) -> Result<T, StoreError> {
        self.session(longest, |session| {
            session.batch("begin isolation level repeatable read read only")?;
            let mut tx = Tx { conn: Conn::Postgres(session), writable: false, conflicted: false, rings: Vec::new() };
            let answer = work(&mut tx);
            session.batch("rollback")?;
            Ok(answer)
        })?
    }

    /// Runs `work` until it neither conflicts within nor at the commit; gives the bells to ring.
    pub(crate) fn write<T, E: From<StoreError>>(
        &self,
        longest: Duration,
        mut work: impl FnMut(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<(T, Vec<&'static str>), E> {
        for attempt in 1..=MAX_TRIES {
            let outcome = self.session(longest, |session| write_once(session, &mut work)).map_err(E::from)?;
            match outcome {
                Once::Done(value, rings) => return Ok((value, rings)),
                Once::Failed(error) => return Err(error),
                Once::Again => {
                    metrics::counter!("kezekshi_store_conflicts_total").increment(1);
                    // Threads that conflicted must not march in step: the address of a local differs per thread.
                    let spread = std::ptr::from_ref(&attempt).addr() >> 4 & 7;
                    std::thread::sleep(Duration::from_millis((1 << attempt.min(6)) + spread as u64));
                }
            }
        }
        Err(E::from(StoreError::Conflict(MAX_TRIES)))
    }

    pub(crate) fn close(&self) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).idle.clear();
    }
}

enum Once<T, E> {
    Done(T, Vec<&'static str>),
    Failed(E),
    Again,
}

fn write_once<T, E: From<StoreError>>(session: &mut Session, work: &mut impl FnMut(&mut Tx<'_>) -> Result<T, E>) -> Once<T, E> {
    if let Err(error) = session.batch("begin isolation level serializable") {
        return Once::Failed(error.into());
    }
    let mut tx = Tx { conn: Conn::Postgres(session), writable: true, conflicted: false, rings: Vec::new() };
    let answer = work(&mut tx);
    let (conflicted, rings) = (tx.conflicted, std::mem::take(&mut tx.rings));
    match answer {
        Ok(value) if !conflicted => match session.batch("commit") {
            Ok(()) => Once::Done(value, rings),
            Err(error) if error.is_conflict() => Once::Again,
            Err(error) => Once::Failed(error.into()),
        },
        answer => {
            let undone = session.batch("rollback");
            match (conflicted, answer, undone) {
                (true, _, Ok(())) => Once::Again,
                (_, Err(error), _) => Once::Failed(error),
                (_, Ok(_), Err(error)) => Once::Failed(error.into()),
                (false, Ok(_), Ok(())) => Once::Again,
            }
        }
    }
}

/// Gives the session back; one whose closure panicked is closed, since its transaction is half done.
struct Lent<'a> {
    pool: &'a Pool,
    session: Option<Session>,
    whole: bool,
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        let mut state = self.pool.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.out -= 1;
        if let Some(session) = self.session.take().filter(|session| self.whole && !session.client.is_closed()) {
            state.idle.push(session);
        }
        drop(state);
        self.pool.returned.notify_one();
    }
}

impl ToSql for Value<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self {
            Value::Null => Ok(IsNull::Yes),
            Value::Int(number) => match *ty {
                Type::INT8 => number.to_sql(ty, out),
                Type::INT4 => i32::try_from(*number)?.to_sql(ty, out),
                Type::INT2 => i16::try_from(*number)?.to_sql(ty, out),
                _ => Err(format!("a whole number was bound where {ty} is wanted").into()),
            },
            Value::Real(number) if *ty == Type::FLOAT8 => number.to_sql(ty, out),
            Value::Bool(value) if *ty == Type::BOOL => value.to_sql(ty, out),
            Value::Text(text) if <&str as ToSql>::accepts(ty) => text.to_sql(ty, out),
            Value::Blob(bytes) if *ty == Type::BYTEA => bytes.to_sql(ty, out),
            Value::Real(_) | Value::Bool(_) | Value::Text(_) | Value::Blob(_) => {
                Err(format!("a value of another type was bound where {ty} is wanted").into())
            }
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

impl<'a> FromSql<'a> for Raw<'a> {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(match *ty {
            Type::INT8 => Raw::Int(i64::from_sql(ty, raw)?),
            Type::INT4 => Raw::Int(i32::from_sql(ty, raw)?.into()),
            Type::INT2 => Raw::Int(i16::from_sql(ty, raw)?.into()),
            Type::BOOL => Raw::Bool(bool::from_sql(ty, raw)?),
            Type::FLOAT8 => Raw::Real(f64::from_sql(ty, raw)?),
            Type::BYTEA => Raw::Blob(<&[u8]>::from_sql(ty, raw)?),
            _ => Raw::Text(<&str>::from_sql(ty, raw)?),
        })
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Raw::Null)
    }

    fn accepts(ty: &Type) -> bool {
        matches!(*ty, Type::INT8 | Type::INT4 | Type::INT2 | Type::BOOL | Type::FLOAT8 | Type::BYTEA) || <&str as FromSql>::accepts(ty)
    }
}
