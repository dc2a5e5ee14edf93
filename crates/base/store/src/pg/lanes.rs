//! Lanes: writers of one school stand in line when they would only push each other back.
//!
//! Two serializable transactions that change the same row cannot both succeed: the second has waited in vain and begins anew, and among
//! several writers of one row (the head of a school's journal) some begin anew until they give up. So a conflict opens the school's lane for a
//! while: whoever writes for this school takes an advisory lock first, in whatever process he is. The lock is sent ahead with the first
//! statement and costs no round trip; it is taken before the transaction begins, so that the transaction sees what the one in front has written.
//!
//! Nobody waits longer than [`PATIENCE`] in a lane: whoever is in front may himself be waiting, out of the database's sight, for somebody behind
//! him. The lane only spares work; without it a write is as right as with it.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use tokio_postgres::{Error, error::SqlState};

/// The class of our advisory locks; the number is ours alone.
const CLASS: i32 = 5_279_874;
/// How long a lane stays open after a conflict.
const OPEN: Duration = Duration::from_secs(5);
/// How long a writer waits in a lane before he goes on without it: the time of many small transactions.
const PATIENCE: Duration = Duration::from_millis(500);
/// Lanes remembered at most; more conflicts than that are no matter of single schools.
const MOST: usize = 10_000;

#[derive(Debug, Default)]
pub(crate) struct Lanes(Mutex<HashMap<u32, Instant>>);

impl Lanes {
    /// Opens the lane of a school: two of its writers were in conflict.
    pub(super) fn open(&self, school: u32) {
        let mut lanes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if lanes.len() >= MOST {
            lanes.clear();
        }
        lanes.insert(school, Instant::now() + OPEN);
    }

    pub(super) fn is_open(&self, school: u32) -> bool {
        let mut lanes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match lanes.get(&school) {
            Some(until) if *until < Instant::now() => {
                lanes.remove(&school);
                false
            }
            until => until.is_some(),
        }
    }
}

/// What takes the place in the lane. Fails when the patience is at its end; the limit ends with the text, which is a transaction by itself, while the
/// lock belongs to the session.
pub(super) fn enter(school: u32) -> String {
    format!(
        "set local lock_timeout = {}; select pg_advisory_lock({CLASS}, {})",
        PATIENCE.as_millis(),
        school.cast_signed()
    )
}

/// What leaves it.
pub(super) fn leave(school: u32) -> String {
    format!("select pg_advisory_unlock({CLASS}, {})", school.cast_signed())
}

/// Whether the place was not taken because [`PATIENCE`] was at its end.
pub(super) fn is_impatience(error: &Error) -> bool {
    error.code() == Some(&SqlState::LOCK_NOT_AVAILABLE)
}
