//! What can go wrong between us and a database.

use crate::value::ColumnError;

/// A failure of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// SQLite refused.
    #[error("sqlite: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// PostgreSQL refused, or the line broke.
    #[error("postgresql: {}", postgres_text(.0))]
    Postgres(#[from] postgres::Error),
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
            Self::Sqlite(rusqlite::Error::SqliteFailure(failure, _)) => matches!(failure.extended_code, 1555 | 2067),
            Self::Postgres(error) => error.code() == Some(&postgres::error::SqlState::UNIQUE_VIOLATION),
            _ => false,
        }
    }

    /// Whether the transaction may succeed when it is run again.
    pub(crate) fn is_conflict(&self) -> bool {
        use postgres::error::SqlState;
        match self {
            Self::Postgres(error) => {
                matches!(error.code(), Some(&SqlState::T_R_SERIALIZATION_FAILURE) | Some(&SqlState::T_R_DEADLOCK_DETECTED))
            }
            _ => false,
        }
    }
}

/// The server's message: the driver's own text says no more than "db error". Values of rows (the detail line) are left out,
/// since they may be personal data.
fn postgres_text(error: &postgres::Error) -> String {
    match error.as_db_error() {
        Some(db) => format!("{} ({})", db.message(), db.code().code()),
        None => error.to_string(),
    }
}
