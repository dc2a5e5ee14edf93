//! What is printed: tables and badges as PDF.
//!
//! # Map
//! - [`Table`]: a report of any number of rows, with heads on each page, page numbers, notes and lines to sign on.
//! - [`Badges`]: cards of the size of a bank card (ISO/IEC 7810 ID-1, "CR80"), one a page or many on a sheet of A4.
//!
//! # Invariants
//! - Every letter of Kazakh and Russian is in the embedded fonts; a sign that is not becomes `?`, never nothing.
//! - Any text fits: it is wrapped, and cut with `…` where the place has an end.
//! - The same input gives the same file.

mod badge;
mod canvas;
mod fonts;
mod layout;
mod table;

pub use badge::{Badge, Badges, Colour, Paper};
pub use table::{Align, Cell, Row, Shape, Table, TableColumn, Tone};

/// Why a page could not be printed.
#[derive(thiserror::Error, Debug)]
pub enum PaperError {
    /// An embedded font cannot be read: the program was built wrongly.
    #[error("an embedded font cannot be read")]
    Font,
    /// The PDF could not be put together.
    #[error("the PDF could not be put together: {0}")]
    Pdf(String),
    /// A code has too much text for its place.
    #[error("a QR code cannot hold its text")]
    Code,
}
