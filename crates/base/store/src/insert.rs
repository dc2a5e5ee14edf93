//! Many rows at once.

use std::fmt::Write as _;

use kernel::SchoolId;

use crate::{
    db::Engine,
    error::StoreError,
    tx::Tx,
    value::{Param, Record, Value},
};

/// Rows of one insert. SQLite allows 32,766 parameters, PostgreSQL 65,535; a fixed number keeps the number of texts to prepare small.
const INSERTED_AT_ONCE: usize = 100;

impl Tx<'_> {
    /// Inserts many rows in few round trips: `insert into <table> (<columns>) values …  <suffix>`; a row that hits a key is
    /// skipped when `suffix` says `on conflict do nothing`. Gives the rows of `returning`, if the suffix asks for them, in no order.
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
        let mut given = Vec::new();
        self.insert(table, columns, school, rows, suffix, |tx, sql, params| {
            let done = tx.rows(table, sql, params, T::FIELDS, |row| {
                given.push(T::read_row(row)?);
                Ok(())
            });
            tx.noted(table, done)
        })?;
        Ok(given)
    }

    /// As [`Tx::insert_many`], for rows that are not asked back: nobody waits for the answer. PostgreSQL has them sent with the next statement or with
    /// the commit, which tells when they are refused.
    ///
    /// # Errors
    /// From the database.
    pub fn insert_ahead(
        &mut self,
        table: &'static str,
        columns: &'static [&'static str],
        school: SchoolId,
        rows: &[Vec<Value<'_>>],
        suffix: &'static str,
    ) -> Result<(), StoreError> {
        if !self.goes_ahead() {
            return self.insert_many::<i64>(table, columns, school, rows, suffix).map(|_| ());
        }
        self.insert(table, columns, school, rows, suffix, |tx, sql, params| {
            tx.send_ahead(table, sql, params).map(|_| ())
        })
    }

    fn insert(
        &mut self,
        table: &'static str,
        columns: &'static [&'static str],
        school: SchoolId,
        rows: &[Vec<Value<'_>>],
        suffix: &'static str,
        mut each: impl FnMut(&mut Self, &str, &[Value<'_>]) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        if !self.is_writable() {
            return Err(StoreError::ReadOnly(table));
        }
        for chunk in rows.chunks(INSERTED_AT_ONCE) {
            let mut params = Vec::with_capacity(chunk.len() * columns.len());
            for row in chunk {
                assert_eq!(row.len(), columns.len(), "a row of {table} has another number of values than columns");
                assert_eq!(row.first(), Some(&school.value()), "a row of {table} belongs to another school");
                params.extend_from_slice(row);
            }
            self.admit_text(table, &params)?;
            self.works_for(school.as_bytes());
            let sql = insert_text(self.engine(), table, columns, chunk.len(), suffix);
            each(self, &sql, &params)?;
        }
        Ok(())
    }
}

/// The text of an insert, in the words of the database.
pub(crate) fn insert_text(engine: Engine, table: &str, columns: &[&str], rows: usize, suffix: &str) -> String {
    let mark = if engine == Engine::Sqlite { '?' } else { '$' };
    let mut sql = format!("insert into {table} ({}) values ", columns.join(", "));
    for row in 0..rows {
        sql.push_str(if row == 0 { "(" } else { ", (" });
        for column in 0..columns.len() {
            let comma = if column == 0 { "" } else { ", " };
            let _ = write!(sql, "{comma}{mark}{}", row * columns.len() + column + 1);
        }
        sql.push(')');
    }
    sql.push(' ');
    sql.push_str(suffix);
    sql
}
