//! One transaction.

use crate::{
    db::Engine,
    error::StoreError,
    pg::Session,
    statement::{Shape, Statement},
    value::{Column, ColumnError, Raw, Record, Value},
};

/// A running transaction. Made by [`crate::Db::read`] and [`crate::Db::write`] only.
pub struct Tx<'a> {
    pub(crate) conn: Conn<'a>,
    writable: bool,
    span: Span,
    end: Ended,
}

/// How long a transaction may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Span {
    /// Any number of statements.
    Whole,
    /// One.
    Single,
}

/// What a transaction has come to, apart from the closure's answer.
#[derive(Debug, Default)]
pub(crate) struct Ended {
    /// Bells to ring once it is on disk.
    pub(crate) rings: Vec<&'static str>,
    /// Statements that were run, or tried.
    pub(crate) statements: u32,
    /// Whether another transaction was first.
    pub(crate) conflicted: bool,
    /// Whether a row stood already where one should.
    pub(crate) duplicate: bool,
    /// The first statement that the database refused.
    pub(crate) failed: Option<&'static str>,
    /// The school in which it worked: the end of its id.
    pub(crate) school: u32,
}

pub(crate) enum Conn<'a> {
    Sqlite(&'a rusqlite::Connection),
    Postgres(&'a mut Session),
}

/// A row on its way to a [`Record`].
pub enum Row<'a> {
    #[doc(hidden)]
    Sqlite(&'a rusqlite::Row<'a>),
    #[doc(hidden)]
    Postgres(&'a tokio_postgres::Row),
}

impl Row<'_> {
    /// The column at `index`, from 0.
    ///
    /// # Errors
    /// The index and why the column does not fit.
    pub fn column<T: Column>(&self, index: usize) -> Result<T, (usize, ColumnError)> {
        self.raw(index).and_then(T::read).map_err(|error| (index, error))
    }

    pub(crate) fn raw(&self, index: usize) -> Result<Raw<'_>, ColumnError> {
        match self {
            Self::Sqlite(row) => match row.get_ref(index) {
                Ok(value) => sqlite_raw(value).ok_or(ColumnError::Type),
                Err(_) => Err(ColumnError::Value("no such column".into())),
            },
            Self::Postgres(row) => row.try_get(index).map_err(|_| ColumnError::Type),
        }
    }
}

fn sqlite_raw(value: rusqlite::types::ValueRef<'_>) -> Option<Raw<'_>> {
    use rusqlite::types::ValueRef;
    Some(match value {
        ValueRef::Null => Raw::Null,
        ValueRef::Integer(number) => Raw::Int(number),
        ValueRef::Real(number) => Raw::Real(number),
        ValueRef::Text(bytes) => Raw::Text(std::str::from_utf8(bytes).ok()?),
        ValueRef::Blob(bytes) => Raw::Blob(bytes),
    })
}

impl rusqlite::ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        use rusqlite::types::{ToSqlOutput, ValueRef};
        Ok(ToSqlOutput::Borrowed(match self {
            Value::Null => ValueRef::Null,
            Value::Int(number) => ValueRef::Integer(*number),
            Value::Real(number) => ValueRef::Real(*number),
            Value::Bool(value) => ValueRef::Integer(i64::from(*value)),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
            Value::Blob(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

impl<'a> Tx<'a> {
    pub(crate) fn reading(conn: Conn<'a>) -> Self {
        Self { conn, writable: false, span: Span::Whole, end: Ended::default() }
    }

    pub(crate) fn writing(conn: Conn<'a>, span: Span) -> Self {
        Self { conn, writable: true, span, end: Ended::default() }
    }

    /// How many statements it may run.
    pub(crate) const fn limit(&mut self, span: Span) {
        self.span = span;
    }

    /// The first statement that the database refused.
    pub(crate) const fn failed(&self) -> Option<&'static str> {
        self.end.failed
    }

    pub(crate) fn end(self) -> Ended {
        self.end
    }

    /// Whether a statement can be sent with the next one: a write of one statement has no next one.
    pub(crate) fn goes_ahead(&self) -> bool {
        self.engine() == Engine::Postgres && self.span == Span::Whole
    }

    /// Which database this runs on.
    pub(crate) const fn engine(&self) -> Engine {
        match self.conn {
            Conn::Sqlite(_) => Engine::Sqlite,
            Conn::Postgres(_) => Engine::Postgres,
        }
    }
}

impl Tx<'_> {
    /// Rings the bell `topic` once the transaction is on disk.
    pub fn ring(&mut self, topic: &'static str) {
        if !self.end.rings.contains(&topic) {
            self.end.rings.push(topic);
        }
    }

    /// Whether this may write.
    pub const fn is_writable(&self) -> bool {
        self.writable
    }

    /// Runs a statement that gives no rows; answers how many it touched.
    ///
    /// # Errors
    /// From the database; [`StoreError::ReadOnly`] inside a read.
    pub fn run(&mut self, statement: &'static Statement, params: &[Value<'_>]) -> Result<u64, StoreError> {
        debug_assert_eq!(statement.shape(), Shape::Run);
        if !self.writable {
            return Err(StoreError::ReadOnly(statement.name()));
        }
        self.admit(statement, params)?;
        let done = match &mut self.conn {
            Conn::Sqlite(conn) => sqlite_run(conn, statement.for_sqlite(), params),
            Conn::Postgres(session) => session.run(statement.for_postgres(), params),
        };
        self.noted(statement.name(), done)
    }

    /// Runs a statement and reads at most one row.
    ///
    /// # Errors
    /// From the database, or when the row does not fit.
    pub fn one<T: Record>(
        &mut self,
        statement: &'static Statement,
        params: &[Value<'_>],
    ) -> Result<Option<T>, StoreError> {
        let mut found = None;
        self.each(statement, params, |row| {
            if found.is_none() {
                found = Some(row);
            }
        })?;
        Ok(found)
    }

    /// Runs a statement that always gives a row.
    ///
    /// # Errors
    /// From the database, or when there is no row or it does not fit.
    pub fn exactly<T: Record>(&mut self, statement: &'static Statement, params: &[Value<'_>]) -> Result<T, StoreError> {
        self.one(statement, params)?.ok_or_else(|| no_row(statement))
    }

    /// Runs a statement and reads all rows.
    ///
    /// # Errors
    /// From the database, or when a row does not fit.
    pub fn many<T: Record>(
        &mut self,
        statement: &'static Statement,
        params: &[Value<'_>],
    ) -> Result<Vec<T>, StoreError> {
        let mut rows = Vec::new();
        self.each(statement, params, |row| rows.push(row))?;
        Ok(rows)
    }

    /// Runs a statement and hands each row to `take`, so that a long list need not be turned into records at once. (PostgreSQL's
    /// answer is held whole all the same: page through what is longer than some thousand rows.)
    ///
    /// # Errors
    /// From the database, or when a row does not fit.
    pub fn each<T: Record>(
        &mut self,
        statement: &'static Statement,
        params: &[Value<'_>],
        mut take: impl FnMut(T),
    ) -> Result<(), StoreError> {
        self.admit(statement, params)?;
        let text = match self.engine() {
            Engine::Sqlite => statement.for_sqlite(),
            Engine::Postgres => statement.for_postgres(),
        };
        let done = self.rows(statement.name(), text, params, T::FIELDS, |row| {
            take(T::read_row(row)?);
            Ok(())
        });
        self.noted(statement.name(), done)
    }

    /// Rows of a text that is made at run time: only by the store, for what differs between the databases. The text is in this
    /// database's own words.
    pub(crate) fn many_of_text<T: Record>(&mut self, sql: &str, params: &[Value<'_>]) -> Result<Vec<T>, StoreError> {
        let mut rows = Vec::new();
        self.each_of_text(sql, params, |row| {
            rows.push(T::read_row(row)?);
            Ok(())
        })?;
        Ok(rows)
    }

    /// As [`Tx::many_of_text`], a row at a time and as it came.
    pub(crate) fn each_of_text(
        &mut self,
        sql: &str,
        params: &[Value<'_>],
        take: impl FnMut(&Row<'_>) -> Result<(), (usize, ColumnError)>,
    ) -> Result<(), StoreError> {
        self.admit_text(TEXT, params)?;
        let done = self.rows(TEXT, sql, params, &[], take);
        self.noted(TEXT, done)
    }

    /// A text without rows, made at run time and run often: only by the store.
    pub(crate) fn run_text(&mut self, sql: &str, params: &[Value<'_>]) -> Result<(), StoreError> {
        self.admit_text(TEXT, params)?;
        let done = match &mut self.conn {
            Conn::Sqlite(conn) => sqlite_run(conn, sql, params),
            Conn::Postgres(session) => session.run(sql, params),
        };
        self.noted(TEXT, done.map(|_| ()))
    }

    /// Several texts without parameters and rows: only by the store.
    pub(crate) fn batch(&mut self, sql: &str) -> Result<(), StoreError> {
        self.admit_text(TEXT, &[])?;
        let done = match &mut self.conn {
            Conn::Sqlite(conn) => conn.execute_batch(sql).map_err(StoreError::from),
            Conn::Postgres(session) => session.batch(sql),
        };
        self.noted(TEXT, done)
    }

    pub(crate) fn rows(
        &mut self,
        name: &'static str,
        text: &str,
        params: &[Value<'_>],
        fields: &'static [&'static str],
        mut take: impl FnMut(&Row<'_>) -> Result<(), (usize, ColumnError)>,
    ) -> Result<(), StoreError> {
        let misfit = |misfit| misfit_of(name, fields, misfit);
        match &mut self.conn {
            Conn::Sqlite(conn) => {
                let mut prepared = conn.prepare_cached(text)?;
                let mut rows = prepared.query(rusqlite::params_from_iter(params))?;
                while let Some(row) = rows.next()? {
                    take(&Row::Sqlite(row)).map_err(misfit)?;
                }
            }
            Conn::Postgres(session) => {
                // The same text of the store may have other columns at another time.
                let keep = name != TEXT;
                for row in &session.rows(text, params, keep)? {
                    take(&Row::Postgres(row)).map_err(misfit)?;
                }
            }
        }
        Ok(())
    }

    /// Whether a statement may run now.
    pub(crate) fn admit(&mut self, statement: &'static Statement, params: &[Value<'_>]) -> Result<(), StoreError> {
        self.admit_text(statement.name(), params)?;
        if self.end.school == 0
            && let Some(place) = statement.params().iter().position(|name| *name == "school")
            && let Some(Value::Blob(school)) = params.get(place)
        {
            self.works_for(school);
        }
        Ok(())
    }

    /// Notes in which school this works; one whose writers have met before is entered by its lane.
    pub(crate) fn works_for(&mut self, school: &[u8]) {
        if self.end.school == 0 {
            self.end.school = tail(school);
            if let Conn::Postgres(session) = &mut self.conn
                && self.writable
            {
                session.stand_in_if_open(self.end.school);
            }
        }
    }

    pub(crate) fn admit_text(&mut self, name: &'static str, params: &[Value<'_>]) -> Result<(), StoreError> {
        if let Some(failed) = self.end.failed {
            return Err(StoreError::Spoiled(failed));
        }
        self.end.statements += 1;
        if self.span == Span::Single && self.end.statements > 1 {
            self.end.failed = Some(name);
            return Err(StoreError::NotSingle(name));
        }
        if params.iter().any(|value| matches!(value, Value::Text(text) if text.contains('\0'))) {
            return Err(StoreError::Nul(name));
        }
        Ok(())
    }

    pub(crate) fn noted<T>(&mut self, name: &'static str, done: Result<T, StoreError>) -> Result<T, StoreError> {
        let Err(error) = done else { return done };
        // A statement that was sent ahead may be to blame, which comes to light with the next.
        let name = match &self.conn {
            Conn::Postgres(session) if !matches!(error, StoreError::Column { .. }) => session.blamed().unwrap_or(name),
            Conn::Postgres(_) | Conn::Sqlite(_) => name,
        };
        self.end.conflicted |= error.is_conflict();
        self.end.duplicate |= error.is_duplicate();
        // The database did its part when a row was given but does not fit.
        if !matches!(error, StoreError::Column { .. }) {
            self.end.failed.get_or_insert(name);
        }
        Err(error.about(name))
    }
}

/// How statements that the store makes at run time are called.
const TEXT: &str = "a text of the store";

/// A statement that always gives a row gave none.
pub(crate) fn no_row(statement: &Statement) -> StoreError {
    StoreError::Column { statement: statement.name(), column: "row", source: ColumnError::Null }
}

/// A row does not fit the fields of its record.
pub(crate) fn misfit_of(
    statement: &'static str,
    fields: &'static [&'static str],
    (index, source): (usize, ColumnError),
) -> StoreError {
    StoreError::Column { statement, column: fields.get(index).copied().unwrap_or("value"), source }
}

/// The end of an id, which is its random part.
fn tail(id: &[u8]) -> u32 {
    id.iter().rev().take(4).fold(0, |number, byte| number << 8 | u32::from(*byte))
}

fn sqlite_run(conn: &rusqlite::Connection, sql: &str, params: &[Value<'_>]) -> Result<u64, StoreError> {
    let mut prepared = conn.prepare_cached(sql)?;
    Ok(prepared.execute(rusqlite::params_from_iter(params))? as u64)
}
