//! What can go wrong between us and a database.

use std::{error::Error as _, fmt};

use tokio_postgres::error::SqlState;

use crate::value::ColumnError;

/// A failure of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// SQLite refused.
    #[error("sqlite: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// PostgreSQL refused, or the line broke.
    #[error("postgresql: {0}")]
    Postgres(PostgresError),
    /// A row did not fit its record.
    #[error("statement {statement}, column {column}: {source}")]
    Column {
        /// The statement's name.
        statement: &'static str,
        /// The field it was to become.
        column: &'static str,
        /// Why not.
        source: ColumnError,
    },
    /// The group in which this write stood could not be committed; nothing of it was kept.
    #[error("the group commit failed: {0}")]
    Commit(String),
    /// The line to PostgreSQL broke while the commit was on its way: only the database knows whether the write was kept. Whoever must know
    /// looks, or writes again what can be written twice.
    #[error("the line broke at the commit, so it is not known whether the write was kept: {0}")]
    Unknown(String),
    /// A statement failed and the closure went on as if it had not: nothing was kept. A database cannot go on after a failed
    /// statement, so a closure that expects one (a row that already stands) says so in SQL: `on conflict do nothing`.
    #[error("nothing was kept, since {0} failed before and the work went on")]
    Spoiled(&'static str),
    /// A second statement in [`crate::Db::write_single`].
    #[error("a second statement where one was promised: {0}")]
    NotSingle(&'static str),
    /// A transaction was opened inside another of the same thread, which would wait for itself.
    #[error("a transaction inside a transaction")]
    Nested,
    /// A text holds the character 0, which PostgreSQL cannot store.
    #[error("a text given to {0} holds the character 0")]
    Nul(&'static str),
    /// Another transaction held for too long what a statement wanted to change; nothing was kept.
    #[error("{0} waited in vain for what another transaction holds")]
    Held(&'static str),
    /// Conflicts came again and again.
    #[error("gave up after {0} conflicts")]
    Conflict(u32),
    /// A write was tried inside [`crate::Db::read`].
    #[error("a write inside a read transaction: {0}")]
    ReadOnly(&'static str),
    /// The database address cannot be used.
    #[error("database address {address:?}: {reason}")]
    Address {
        /// As given, without a password.
        address: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A migration failed, or the database is of a newer program.
    #[error("migration {number}: {reason}")]
    Migration {
        /// Its number.
        number: i64,
        /// What happened.
        reason: String,
    },
    /// A backup cannot be made or read.
    #[error("backup: {0}")]
    Backup(String),
    /// The keys of a backup are older than its data.
    #[error(
        "the keys were backed up at {keys}, before the data ({data}): those who came since could not be read; give the keys file of the same backup \
         or of a later one"
    )]
    OlderKeys {
        /// When the keys were backed up.
        keys: jiff::Timestamp,
        /// When the data were.
        data: jiff::Timestamp,
    },
    /// A backup was to be restored over rows.
    #[error("the database is not empty: table {0} has rows; restore into a new one")]
    NotEmpty(String),
    /// The store is closing.
    #[error("the store is closed")]
    Closed,
    /// All connections were busy for too long.
    #[error("no database connection was free within {0} s")]
    Busy(u64),
    /// A file could not be read or written.
    #[error("{what}: {source}")]
    Io {
        /// Which file or step.
        what: String,
        /// The system's reason.
        source: std::io::Error,
    },
}

impl StoreError {
    /// Whether a row already stands where this one should: a unique or primary key was hit.
    pub fn is_duplicate(&self) -> bool {
        match self {
            Self::Sqlite(rusqlite::Error::SqliteFailure(failure, _)) => {
                matches!(failure.extended_code, SQLITE_PRIMARY_KEY | SQLITE_UNIQUE)
            }
            Self::Postgres(error) => error.code() == Some(&SqlState::UNIQUE_VIOLATION),
            _ => false,
        }
    }

    /// Whether the transaction may succeed when it is run again.
    pub(crate) fn is_conflict(&self) -> bool {
        match self {
            Self::Postgres(error) => {
                matches!(
                    error.code(),
                    Some(&SqlState::T_R_SERIALIZATION_FAILURE) | Some(&SqlState::T_R_DEADLOCK_DETECTED)
                )
            }
            _ => false,
        }
    }

    /// As it is told when it was this statement's.
    pub(crate) fn about(self, statement: &'static str) -> Self {
        match self {
            error if error.is_read_only() => Self::ReadOnly(statement),
            error if error.is_held() => Self::Held(statement),
            error => error,
        }
    }

    /// Whether a statement was refused since the transaction only reads.
    fn is_read_only(&self) -> bool {
        match self {
            Self::Sqlite(error) => error.sqlite_error_code() == Some(rusqlite::ErrorCode::ReadOnly),
            Self::Postgres(error) => error.code() == Some(&SqlState::READ_ONLY_SQL_TRANSACTION),
            _ => false,
        }
    }

    /// Whether a statement waited too long for another transaction.
    fn is_held(&self) -> bool {
        matches!(self, Self::Postgres(error) if error.code() == Some(&SqlState::LOCK_NOT_AVAILABLE))
    }

    /// Whether the server ended the session since its transaction stood idle: whatever was sent afterwards was not done.
    pub(crate) fn is_idle_end(&self) -> bool {
        matches!(self, Self::Postgres(error) if error.code() == Some(&SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT))
    }

    /// Whether the connection cannot be used any more.
    pub(crate) fn is_end_of_line(&self) -> bool {
        match self {
            Self::Postgres(error) => {
                error.is_closed()
                    || error.code() == Some(&SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT)
                    || error.code().is_some_and(|code| code.code().starts_with("57P") || code.code().starts_with("08"))
            }
            Self::Closed => true,
            _ => false,
        }
    }
}

const SQLITE_PRIMARY_KEY: i32 = 1555;
const SQLITE_UNIQUE: i32 = 2067;

/// PostgreSQL's refusal, shown by its message and code only: the driver's own text says no more than "db error", and the detail line holds
/// values of rows, which may be personal data.
pub struct PostgresError(tokio_postgres::Error);

impl PostgresError {
    fn code(&self) -> Option<&SqlState> {
        self.0.code()
    }

    fn is_closed(&self) -> bool {
        self.0.is_closed()
    }
}

impl From<tokio_postgres::Error> for StoreError {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Postgres(PostgresError(error))
    }
}

impl fmt::Display for PostgresError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0.as_db_error(), self.0.source()) {
            (Some(db), _) => write!(f, "{} ({})", db.message(), db.code().code()),
            (None, Some(reason)) => write!(f, "{}: {reason}", self.0),
            (None, None) => fmt::Display::fmt(&self.0, f),
        }
    }
}

impl fmt::Debug for PostgresError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
