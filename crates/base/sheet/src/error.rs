//! Why a file cannot be read or written.

use crate::{COLUMNS_LIMIT, ROWS_LIMIT};

/// Why a file cannot be read or written.
#[derive(thiserror::Error, Debug)]
pub enum SheetError {
    /// There is nothing in it.
    #[error("the file is empty")]
    Empty,
    /// It is larger than is taken, as it is or unfolded.
    #[error("the file is too large")]
    TooLarge,
    /// It has too many rows, columns or sheets.
    #[error("more than {ROWS_LIMIT} rows or {COLUMNS_LIMIT} columns")]
    TooManyCells,
    /// A workbook of the time before XLSX, or one behind a password.
    #[error("an old workbook or one with a password")]
    OldOrLocked,
    /// Something else: a picture, a document, a program.
    #[error("no table")]
    NotATable,
    /// It says that it is a table, but cannot be understood.
    #[error("the file is damaged: {0}")]
    Damaged(String),
    /// A table could not be written.
    #[error(transparent)]
    Xlsx(#[from] rust_xlsxwriter::XlsxError),
    /// The same for CSV.
    #[error(transparent)]
    Csv(#[from] csv::Error),
    /// The same for ZIP.
    #[error(transparent)]
    Zip(#[from] zip::result::ZipError),
    /// A temporary file could not be written.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

impl SheetError {
    pub(crate) fn damaged(what: impl std::fmt::Display) -> Self {
        Self::Damaged(what.to_string())
    }
}
