//! The bounded queue in which writes wait for the one writer.

use std::{
    collections::VecDeque,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use super::Job;
use crate::error::StoreError;

/// Writes waiting at most; further ones wait to be let in.
const LENGTH: usize = 1024;

#[derive(Default)]
pub(super) struct Queue {
    state: Mutex<State>,
    arrived: Condvar,
    taken: Condvar,
}

#[derive(Default)]
struct State {
    jobs: VecDeque<(Instant, Box<dyn Job>)>,
    closed: bool,
}

/// A job that was not let in, and why.
pub(crate) struct Refused(pub(crate) Box<dyn Job>, pub(crate) StoreError);

impl Queue {
    /// Lets the job in; waits for a place at most so long.
    pub(super) fn push(&self, job: Box<dyn Job>, longest: Duration) -> Result<(), Refused> {
        let full = |state: &mut State| !state.closed && state.jobs.len() >= LENGTH;
        let (mut state, _) =
            self.taken.wait_timeout_while(self.state(), longest, full).unwrap_or_else(PoisonError::into_inner);
        if state.closed {
            return Err(Refused(job, StoreError::Closed));
        }
        if state.jobs.len() >= LENGTH {
            return Err(Refused(job, StoreError::Busy(longest.as_secs())));
        }
        state.jobs.push_back((Instant::now(), job));
        drop(state);
        self.arrived.notify_one();
        Ok(())
    }

    /// The job in front; waits for one; none when the queue is closed and empty.
    pub(super) fn pop(&self) -> Option<Box<dyn Job>> {
        let wait = |state: &mut State| state.jobs.is_empty() && !state.closed;
        let state = self.arrived.wait_while(self.state(), wait).unwrap_or_else(PoisonError::into_inner);
        self.take(state)
    }

    /// The job in front, if there is one.
    pub(super) fn pop_waiting(&self) -> Option<Box<dyn Job>> {
        self.take(self.state())
    }

    fn take(&self, mut state: MutexGuard<'_, State>) -> Option<Box<dyn Job>> {
        let (since, job) = state.jobs.pop_front()?;
        drop(state);
        self.taken.notify_one();
        metrics::histogram!("kezekshi_store_wait_seconds", "for" => "writer").record(since.elapsed().as_secs_f64());
        Some(job)
    }

    /// Lets nobody in any more.
    pub(super) fn close(&self) {
        self.state().closed = true;
        self.arrived.notify_all();
        self.taken.notify_all();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
