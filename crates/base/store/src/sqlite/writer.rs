//! The one writer: commits waiting closures in a group, one flush of the disk for all.
//!
//! Each closure has a savepoint of its own, so an error or a panic of one undoes that one. When the group as a whole falls (the commit is
//! refused by a deferred constraint, or the disk is full), each closure is run again in a transaction of its own: what one
//! of them did is not paid for by its neighbours, and what each is told is what stands.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    time::Instant,
};

use rusqlite::Connection;

use super::{Job, Verdict, queue::Queue};
use crate::{
    error::StoreError,
    tx::{Conn, Span, Tx},
};

/// Closures committed together at most: bounds the time for which the first of them waits.
const GROUP: usize = 128;

pub(super) fn serve(conn: &Connection, queue: &Queue, ring: &dyn Fn(&'static str)) {
    while let Some(first) = queue.pop() {
        let group = write(conn, first, &mut || queue.pop_waiting(), ring);
        for job in group {
            // Alone it either stands or falls by itself.
            write(conn, job, &mut || None, ring);
        }
    }
    // Leaves one file behind instead of three, so that a stopped school can be copied by hand.
    if let Err(error) = conn.execute_batch("pragma wal_checkpoint(truncate)") {
        tracing::warn!(%error, "the write-ahead log was not folded in");
    }
}

/// Writes `first` and those who wait in one transaction and tells them; gives back those who have to be tried alone.
fn write(
    conn: &Connection,
    first: Box<dyn Job>,
    next: &mut dyn FnMut() -> Option<Box<dyn Job>>,
    ring: &dyn Fn(&'static str),
) -> Vec<Box<dyn Job>> {
    let began = Instant::now();
    let mut group = vec![first];
    let mut rings = Vec::new();
    match run(conn, &mut group, next, &mut rings) {
        Ok(()) => {
            metrics::histogram!("kezekshi_store_group_size").record(group.len() as f64);
            metrics::histogram!("kezekshi_store_transaction_seconds", "kind" => "write")
                .record(began.elapsed().as_secs_f64());
            for topic in rings {
                ring(topic);
            }
            for job in group {
                tell(job, Ok(()));
            }
            Vec::new()
        }
        Err(error) => {
            metrics::counter!("kezekshi_store_commit_failures_total").increment(1);
            if !conn.is_autocommit() && conn.execute_batch("rollback").is_err() {
                tracing::error!("neither commit nor rollback was possible");
            }
            if group.len() == 1 {
                tracing::warn!(%error, "a write was not committed");
                for job in group.drain(..) {
                    tell(job, Err(StoreError::Commit(error.to_string())));
                }
                return Vec::new();
            }
            tracing::warn!(%error, closures = group.len(), "a group was not committed; each is tried alone");
            let (alone, over): (Vec<_>, Vec<_>) = group.into_iter().partition(|job| job.may_run_again());
            for job in over {
                tell(job, Ok(()));
            }
            alone
        }
    }
}

fn run(
    conn: &Connection,
    group: &mut Vec<Box<dyn Job>>,
    next: &mut dyn FnMut() -> Option<Box<dyn Job>>,
    rings: &mut Vec<&'static str>,
) -> Result<(), StoreError> {
    say(conn, "begin immediate")?;
    let mut place = 0;
    while let Some(job) = group.get_mut(place) {
        run_one(conn, job.as_mut(), rings)?;
        place += 1;
        if place < GROUP {
            group.extend(next());
        }
    }
    say(conn, "commit")
}

fn run_one(conn: &Connection, job: &mut dyn Job, rings: &mut Vec<&'static str>) -> Result<(), StoreError> {
    say(conn, "savepoint one")?;
    let mut tx = Tx::writing(Conn::Sqlite(conn), Span::Whole);
    let verdict = job.work(&mut tx);
    let wanted = tx.end().rings;
    // A full disk makes SQLite undo the whole transaction by itself, whatever the closure has made of the error.
    if conn.is_autocommit() {
        return Err(StoreError::Commit("the database undid the transaction by itself".to_owned()));
    }
    match verdict {
        Verdict::Keep => {
            say(conn, "release one")?;
            for topic in wanted {
                if !rings.contains(&topic) {
                    rings.push(topic);
                }
            }
        }
        Verdict::Undo => {
            say(conn, "rollback to one")?;
            say(conn, "release one")?;
        }
    }
    Ok(())
}

pub(super) fn say(conn: &Connection, sql: &str) -> Result<(), StoreError> {
    conn.prepare_cached(sql)?.execute([])?;
    Ok(())
}

/// Whatever the caller's values do when they are dropped, the writer lives on.
fn tell(job: Box<dyn Job>, commit: Result<(), StoreError>) {
    if catch_unwind(AssertUnwindSafe(|| job.done(commit))).is_err() {
        tracing::error!("a write's values could not be dropped");
    }
}
