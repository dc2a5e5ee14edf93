//! Reads for the page of whoever runs the portal.

use ::store::{StoreError, Tx};
use accounts::Scope;
use jiff::Timestamp;

use crate::store;
pub use crate::store::{HourSum, Sum, VisitRow};

/// Rows of a file at most.
pub const ROWS_LIMIT: u32 = 100_000;
/// Lines of a list at most.
const LINES: u32 = 100;

/// Visits of a time, summed in several ways.
#[derive(Clone, Debug, PartialEq)]
pub struct Sums {
    /// By hour, rising.
    pub hours: Vec<HourSum>,
    /// By page, the most visited first.
    pub pages: Vec<Sum>,
    /// By browser.
    pub browsers: Vec<Sum>,
    /// By the site that led here.
    pub referrers: Vec<Sum>,
}

/// Visits of the scope's school from a moment until before another.
///
/// # Errors
/// From the database.
pub fn sums(tx: &mut Tx<'_>, scope: &Scope, from: Timestamp, until: Timestamp) -> Result<Sums, StoreError> {
    let school = scope.school();
    Ok(Sums {
        hours: store::by_hour(tx, school, from, until)?,
        pages: store::by_page(tx, school, from, until, LINES)?,
        browsers: store::by_browser(tx, school, from, until, LINES)?,
        referrers: store::by_referrer(tx, school, from, until, LINES)?,
    })
}

/// The rows of a time as they are kept; at most [`ROWS_LIMIT`].
///
/// # Errors
/// From the database.
pub fn rows(tx: &mut Tx<'_>, scope: &Scope, from: Timestamp, until: Timestamp) -> Result<Vec<VisitRow>, StoreError> {
    store::rows(tx, scope.school(), from, until, ROWS_LIMIT)
}
