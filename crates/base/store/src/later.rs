//! Answers that are asked for later: on PostgreSQL statements that need not wait for each other share one round trip.

use std::marker::PhantomData;

use crate::{
    error::StoreError,
    statement::Statement,
    tx::{Conn, Row, Tx, misfit_of, no_row},
    value::{Record, Value},
};

/// What a statement of the shape `Later` or `LaterMany` gives. PostgreSQL has the statement sent with the next one that is waited for, or with
/// the commit, in the order in which they were called; SQLite runs it at once.
///
/// A statement that fails spoils the transaction whether its answer is taken or not; the error names it wherever it comes to light.
#[must_use = "take its answer with `get`, or say with `drop` that nobody asks for it"]
pub struct Later<'a, T> {
    answer: Answer<T>,
    /// It belongs to one transaction, which the compiler tells from every other by this lifetime.
    of: PhantomData<fn(&'a ()) -> &'a ()>,
}

enum Answer<T> {
    Here(T),
    Sent(u64, &'static Statement, Read<T>),
}

/// Turns a statement's rows into its answer.
type Read<T> = fn(&'static Statement, Vec<tokio_postgres::Row>) -> Result<T, StoreError>;

impl<'a, T> Later<'a, T> {
    const fn here(value: T) -> Self {
        Self { answer: Answer::Here(value), of: PhantomData }
    }

    const fn sent(ticket: u64, statement: &'static Statement, read: Read<T>) -> Self {
        Self { answer: Answer::Sent(ticket, statement, read), of: PhantomData }
    }

    /// Waits for the answer, if it is not there yet.
    ///
    /// # Errors
    /// From the database, or when a row is missing or does not fit.
    pub fn get(self, tx: &mut Tx<'a>) -> Result<T, StoreError> {
        match self.answer {
            Answer::Here(value) => Ok(value),
            Answer::Sent(ticket, statement, read) => tx.given(ticket, statement, read),
        }
    }
}

impl<'a> Tx<'a> {
    /// Runs a statement that always gives a row, which is asked for later.
    ///
    /// # Errors
    /// From the database; what this statement itself comes to may be told by a later one.
    pub fn exactly_later<T: Record>(
        &mut self,
        statement: &'static Statement,
        params: &[Value<'_>],
    ) -> Result<Later<'a, T>, StoreError> {
        self.later(statement, params, exactly, Self::exactly)
    }

    /// Runs a statement whose rows are asked for later.
    ///
    /// # Errors
    /// As [`Tx::exactly_later`].
    pub fn many_later<T: Record>(
        &mut self,
        statement: &'static Statement,
        params: &[Value<'_>],
    ) -> Result<Later<'a, Vec<T>>, StoreError> {
        self.later(statement, params, many, Self::many)
    }

    fn later<T>(
        &mut self,
        statement: &'static Statement,
        params: &[Value<'_>],
        read: Read<T>,
        now: fn(&mut Self, &'static Statement, &[Value<'_>]) -> Result<T, StoreError>,
    ) -> Result<Later<'a, T>, StoreError> {
        if !self.goes_ahead() {
            return now(self, statement, params).map(Later::here);
        }
        self.admit(statement, params)?;
        let ticket = self.send_ahead(statement.name(), statement.for_postgres(), params)?;
        Ok(Later::sent(ticket, statement, read))
    }

    pub(crate) fn send_ahead(
        &mut self,
        name: &'static str,
        text: &str,
        params: &[Value<'_>],
    ) -> Result<u64, StoreError> {
        let Conn::Postgres(session) = &mut self.conn else { return Err(StoreError::Closed) };
        let sent = session.send_ahead(name, text, params);
        self.noted(name, sent)
    }

    fn given<T>(&mut self, ticket: u64, statement: &'static Statement, read: Read<T>) -> Result<T, StoreError> {
        if let Some(failed) = self.failed() {
            return Err(StoreError::Spoiled(failed));
        }
        let Conn::Postgres(session) = &mut self.conn else { return Err(StoreError::Closed) };
        let given = session.given(ticket);
        read(statement, self.noted(statement.name(), given)?)
    }
}

fn exactly<T: Record>(statement: &'static Statement, rows: Vec<tokio_postgres::Row>) -> Result<T, StoreError> {
    many(statement, rows)?.into_iter().next().ok_or_else(|| no_row(statement))
}

fn many<T: Record>(statement: &'static Statement, rows: Vec<tokio_postgres::Row>) -> Result<Vec<T>, StoreError> {
    let read = |row| T::read_row(&Row::Postgres(row)).map_err(|misfit| misfit_of(statement.name(), T::FIELDS, misfit));
    rows.iter().map(read).collect()
}
