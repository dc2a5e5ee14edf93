//! The append-only log of what happened at a school, and those who follow it.
//!
//! # What it promises
//! - Entries of a school are numbered from 1 without holes, in the order of their transactions. An entry stands exactly when
//!   the transaction that wrote it does.
//! - A [`Follower`] sees every entry of every school in order and once: its changes and its cursor move in one transaction. It can be
//!   rebuilt by forgetting its cursor.
//! - Nothing here changes or removes an entry.

mod doctor;
mod event;
pub mod facts;
mod follow;
mod store;

pub use doctor::{FINDINGS, doctor};
pub use event::{Entry, Event, JournalError};
pub use follow::{Follower, Followers};

use ::store::{StoreError, Tx};
use jiff::Timestamp;
use kernel::SchoolId;

/// The bell rung by every commit that wrote to a journal.
pub const BELL: &str = "journal";

/// Appends one event; gives its number.
///
/// # Errors
/// From the database, or when the event cannot be written as JSON.
pub fn append<E: Event>(tx: &mut Tx<'_>, school: SchoolId, at: Timestamp, event: &E) -> Result<u64, JournalError> {
    append_all(tx, school, at, std::slice::from_ref(event))
}

/// Appends events in order; gives the number of the last (of the head, when there are none).
///
/// The head's row is the school's queue: writers of one school follow each other, schools do not meet.
///
/// # Errors
/// From the database, or when an event cannot be written as JSON.
pub fn append_all<E: Event>(
    tx: &mut Tx<'_>,
    school: SchoolId,
    at: Timestamp,
    events: &[E],
) -> Result<u64, JournalError> {
    if events.is_empty() {
        return Ok(head(tx, school)?);
    }
    let last = store::advance(tx, school, events.len() as u64)?;
    let first = last - events.len() as u64 + 1;
    let bodies = events.iter().map(serde_json::to_string).collect::<Result<Vec<_>, _>>()?;
    let rows: Vec<_> = events
        .iter()
        .zip(&bodies)
        .zip(first..)
        .map(|((event, body), seq)| store::row(&school, seq, at, event, body))
        .collect();
    store::insert(tx, school, &rows)?;
    tx.ring(BELL);
    Ok(last)
}

/// The number of a school's newest entry; 0 when there is none.
///
/// # Errors
/// From the database.
pub fn head(tx: &mut Tx<'_>, school: SchoolId) -> Result<u64, StoreError> {
    Ok(store::head(tx, school)?.unwrap_or(0))
}

/// At most `limit` entries after `after`, in order.
///
/// # Errors
/// From the database.
pub fn read(tx: &mut Tx<'_>, school: SchoolId, after: u64, limit: u32) -> Result<Vec<Entry>, StoreError> {
    store::entries(tx, school, after, limit)
}

/// The number of the last entry of a school that a follower has taken; 0 for none.
///
/// # Errors
/// From the database.
pub fn cursor(tx: &mut Tx<'_>, follower: &str, school: SchoolId) -> Result<u64, StoreError> {
    Ok(store::cursor_now(tx, follower, school)?.unwrap_or(0))
}

/// Whether a school's journal is whole: numbers 1 to the head, none missing.
///
/// # Errors
/// From the database.
pub fn is_whole(tx: &mut Tx<'_>, school: SchoolId) -> Result<bool, StoreError> {
    Ok(store::count(tx, school)?.is_whole(head(tx, school)?))
}

/// Schools whose journal reaches beyond `seq` of this follower's cursor, for metrics: entries not yet followed.
///
/// # Errors
/// From the database.
pub fn lag(tx: &mut Tx<'_>, follower: &str) -> Result<u64, StoreError> {
    store::lag(tx, follower)
}

/// Schools of which this follower has seen something, and up to which number.
///
/// # Errors
/// From the database.
pub fn seen(tx: &mut Tx<'_>, follower: &str) -> Result<Vec<(SchoolId, u64)>, StoreError> {
    Ok(store::cursors(tx, follower)?.into_iter().map(|head| (head.school, head.seq)).collect())
}
