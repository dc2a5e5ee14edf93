//! One transaction.

use kernel::SchoolId;

use crate::{
    error::StoreError,
    pg::Session,
    statement::{Shape, Statement, postgres_text, sqlite_text},
    value::{Column, ColumnError, Param, Raw, Record, Value},
};

/// A running transaction. Made by [`crate::Db::read`] and [`crate::Db::write`] only.
pub struct Tx<'a> {
    pub(crate) conn: Conn<'a>,
    pub(crate) writable: bool,
    pub(crate) conflicted: bool,
    pub(crate) rings: Vec<&'static str>,
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
    Postgres(&'a postgres::Row),
}

impl Row<'_> {
    /// The column at `index`, from 0.
    ///
    /// # Errors
    /// The index and why the column does not fit.
    pub fn column<T: Column>(&self, index: usize) -> Result<T, (usize, ColumnError)> {
        let read = |raw| T::read(raw).map_err(|error| (index, error));
        match self {
            Self::Sqlite(row) => match row.get_ref(index) {
                Ok(value) => read(sqlite_raw(value).ok_or((index, ColumnError::Type))?),
                Err(_) => Err((index, ColumnError::Value("no such column".into()))),
            },
            Self::Postgres(row) => match row.try_get::<_, Raw<'_>>(index) {
                Ok(raw) => read(raw),
                Err(_) => Err((index, ColumnError::Type)),
            },
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

impl Tx<'_> {
    /// Rings the bell `topic` once the transaction is on disk.
    pub fn ring(&mut self, topic: &'static str) {
        if !self.rings.contains(&topic) {
            self.rings.push(topic);
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
        let done = match &mut self.conn {
            Conn::Sqlite(conn) => sqlite_run(conn, statement.for_sqlite(), params),
            Conn::Postgres(session) => session.run(statement.for_postgres(), params),
        };
        self.noted(done)
    }

    /// Runs a statement and reads at most one row.
    ///
    /// # Errors
    /// From the database, or when the row does not fit.
    pub fn one<T: Record>(&mut self, statement: &'static Statement, params: &[Value<'_>]) -> Result<Option<T>, StoreError> {
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
        self.one(statement, params)?.ok_or(StoreError::Column {
            statement: statement.name(),
            column: "row",
            source: ColumnError::Null,
        })
    }

    /// Runs a statement and reads all rows.
    ///
    /// # Errors
    /// From the database, or when a row does not fit.
    pub fn many<T: Record>(&mut self, statement: &'static Statement, params: &[Value<'_>]) -> Result<Vec<T>, StoreError> {
        let mut rows = Vec::new();
        self.each(statement, params, |row| rows.push(row))?;
        Ok(rows)
    }

    /// Runs a statement and hands each row to `take`, so that a long list need not be held.
    ///
    /// # Errors
    /// From the database, or when a row does not fit.
    pub fn each<T: Record>(
        &mut self,
        statement: &'static Statement,
        params: &[Value<'_>],
        mut take: impl FnMut(T),
    ) -> Result<(), StoreError> {
        let misfit = |(index, source): (usize, ColumnError)| StoreError::Column {
            statement: statement.name(),
            column: T::FIELDS.get(index).copied().unwrap_or("value"),
            source,
        };
        let done = match &mut self.conn {
            Conn::Sqlite(conn) => (|| {
                let mut prepared = conn.prepare_cached(statement.for_sqlite())?;
                let mut rows = prepared.query(rusqlite::params_from_iter(params))?;
                while let Some(row) = rows.next()? {
                    take(T::read_row(&Row::Sqlite(row)).map_err(misfit)?);
                }
                Ok(())
            })(),
            Conn::Postgres(session) => session.rows(statement.for_postgres(), params).and_then(|rows| {
                for row in &rows {
                    take(T::read_row(&Row::Postgres(row)).map_err(misfit)?);
                }
                Ok(())
            }),
        };
        self.noted(done)
    }

    /// Inserts many rows in few round trips: `insert into <table> (<columns>) values …  <suffix>`; a row that hits a key is
    /// skipped when `suffix` says `on conflict do nothing`. Gives the first column (`school` rows aside) of `returning`, if the suffix asks for one.
    ///
    /// Every row must have as many values as there are columns, the first being the school.
    ///
    /// # Errors
    /// From the database.
    pub fn insert_many<T: Record>(
        &mut self,
        table: &'static str,
        columns: &'static [&'static str],
        school: SchoolId,
        rows: &[Vec<Value<'_>>],
        suffix: &'static str,
    ) -> Result<Vec<T>, StoreError> {
        if !self.writable {
            return Err(StoreError::ReadOnly(table));
        }
        // SQLite allows 32,766 parameters, PostgreSQL 65,535; 100 rows keep the number of distinct texts to prepare small.
        const ROWS: usize = 100;
        let mut given = Vec::new();
        for chunk in rows.chunks(ROWS) {
            let sql = insert_text(table, columns, chunk.len(), suffix);
            let mut params = Vec::with_capacity(chunk.len() * columns.len());
            for row in chunk {
                assert_eq!(row.len(), columns.len(), "a row of {table} has another number of values than columns");
                assert_eq!(row.first(), Some(&school.value()), "a row of {table} belongs to another school");
                params.extend_from_slice(row);
            }
            let done = self.rows_of_text(&sql, &params, &mut given);
            self.noted(done)?;
        }
        Ok(given)
    }

    fn rows_of_text<T: Record>(&mut self, sql: &str, params: &[Value<'_>], given: &mut Vec<T>) -> Result<(), StoreError> {
        let misfit = |(_, source)| StoreError::Column { statement: "insert_many", column: "returning", source };
        match &mut self.conn {
            Conn::Sqlite(conn) => {
                let mut prepared = conn.prepare_cached(&sqlite_text(sql))?;
                let mut rows = prepared.query(rusqlite::params_from_iter(params))?;
                while let Some(row) = rows.next()? {
                    given.push(T::read_row(&Row::Sqlite(row)).map_err(misfit)?);
                }
                Ok(())
            }
            Conn::Postgres(session) => {
                for row in &session.rows(&postgres_text(sql), params)? {
                    given.push(T::read_row(&Row::Postgres(row)).map_err(misfit)?);
                }
                Ok(())
            }
        }
    }

    fn noted<T>(&mut self, done: Result<T, StoreError>) -> Result<T, StoreError> {
        if let Err(error) = &done
            && error.is_conflict()
        {
            self.conflicted = true;
        }
        done
    }
}

fn sqlite_run(conn: &rusqlite::Connection, sql: &str, params: &[Value<'_>]) -> Result<u64, StoreError> {
    let mut prepared = conn.prepare_cached(sql)?;
    Ok(prepared.execute(rusqlite::params_from_iter(params))? as u64)
}

fn insert_text(table: &str, columns: &[&str], rows: usize, suffix: &str) -> String {
    use std::fmt::Write as _;
    let mut sql = format!("insert into {table} ({}) values ", columns.join(", "));
    for row in 0..rows {
        sql.push_str(if row == 0 { "(" } else { ", (" });
        for column in 0..columns.len() {
            let comma = if column == 0 { "" } else { ", " };
            let _ = write!(sql, "{comma}${}", row * columns.len() + column + 1);
        }
        sql.push(')');
    }
    sql.push(' ');
    sql.push_str(suffix);
    sql
}
