//! Tables as files: what schools bring (XLSX, CSV of any spreadsheet program) and what they take away.
//!
//! # Map
//! - [`read`]: bytes of an unknown file to a [`Book`] of plain cells.
//! - [`Writer`]: rows to XLSX or CSV as they come.
//! - [`Archive`], [`Pack`]: a ZIP that was brought, and one to take away.
//!
//! # Invariants
//! - Any bytes give a book or a [`SheetError`] that says what to do: no panic, no more memory than the limits below, nothing executed.
//! - Formulas are never computed: a cell holds what the spreadsheet program saw last. Macros are left out.
//! - No text that is written can be taken for a formula.

mod archive;
mod cell;
mod csv_file;
mod encoding;
mod error;
mod guard;
mod write;
mod xlsx;

pub use archive::{Archive, Pack};
pub use cell::{Cell, date_of_text};
pub use encoding::Encoding;
pub use error::SheetError;
pub use write::{Column, Kind, Value, Writer};

/// A file may be so large, in bytes.
pub const FILE_LIMIT: usize = 32 * 1024 * 1024;
/// What is packed in a file may unfold to so much, in bytes.
pub const UNFOLDED_LIMIT: u64 = 512 * 1024 * 1024;
/// Rows of all sheets together.
pub const ROWS_LIMIT: usize = 120_000;
/// Columns of a sheet that are read; a value beyond them makes the file unreadable.
pub const COLUMNS_LIMIT: usize = 256;
/// Sheets of a file.
pub const SHEETS_LIMIT: usize = 64;
/// Letters of all cells together, in bytes.
pub const TEXT_LIMIT: usize = 128 * 1024 * 1024;
/// Letters of one cell that are kept.
pub const CELL_LIMIT: usize = 2_000;

/// A file of tables.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Book {
    /// Its sheets that are not hidden and not empty, in the file's order. A CSV file is one sheet without a name.
    pub sheets: Vec<Sheet>,
    /// What whoever brought it should know.
    pub notes: Vec<Note>,
}

/// One table.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Sheet {
    /// As the file calls it.
    pub name: String,
    /// Rows that are not empty.
    pub rows: Vec<Row>,
}

/// One row.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Row {
    /// Its number in the file, from 1, as a spreadsheet program shows it.
    pub number: u32,
    /// Its cells from the first column on; those after the last filled one are absent.
    pub cells: Vec<Cell>,
}

impl Row {
    /// The cell of a column, counted from 0; empty where the row has none.
    pub fn cell(&self, column: usize) -> &Cell {
        self.cells.get(column).unwrap_or(&Cell::Empty)
    }
}

/// Something about a file that is no error.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Note {
    /// It holds macros, which were left out.
    Macros,
    /// It holds formulas; their last values were taken.
    Formulas,
    /// It holds so many hidden sheets, which were left out.
    HiddenSheets(usize),
    /// It holds so many merged ranges; each of their cells got the range's value.
    Merged(usize),
    /// It is text in this encoding.
    Encoding(Encoding),
}

/// Reads a file of unknown kind: its bytes tell what it is, not its name.
///
/// # Errors
/// [`SheetError`] says why it cannot be read.
pub fn read(bytes: &[u8]) -> Result<Book, SheetError> {
    if bytes.len() > FILE_LIMIT {
        return Err(SheetError::TooLarge);
    }
    match bytes {
        [] => Err(SheetError::Empty),
        // A compound file: an old workbook, or a new one behind a password.
        [0xD0, 0xCF, 0x11, 0xE0, ..] => Err(SheetError::OldOrLocked),
        [b'P', b'K', 3 | 5, 4 | 6, ..] => xlsx::read(bytes),
        [b'%', b'P', b'D', b'F', ..] => Err(SheetError::NotATable),
        _ => csv_file::read(bytes, None),
    }
    .and_then(|book| if book.sheets.is_empty() { Err(SheetError::Empty) } else { Ok(book) })
}

/// Reads a text file whose encoding somebody has named.
///
/// # Errors
/// As [`read`].
pub fn read_text(bytes: &[u8], encoding: Encoding) -> Result<Book, SheetError> {
    if bytes.len() > FILE_LIMIT {
        return Err(SheetError::TooLarge);
    }
    csv_file::read(bytes, Some(encoding))
}
