//! A bounded pool of connections of any kind: lent to one caller at a time, thrown away when they are not sound any more.

use std::{
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use crate::error::StoreError;

pub(crate) struct Pool<C> {
    state: Mutex<State<C>>,
    returned: Condvar,
    most: usize,
}

struct State<C> {
    idle: Vec<C>,
    out: usize,
    closed: bool,
}

/// Which connection a caller wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Choice {
    /// An idle one when there is one.
    Any,
    /// One that is made now; those that idle are thrown away, since whatever broke the last one broke them too.
    Fresh,
}

impl<C> Pool<C> {
    pub(crate) fn new(most: usize) -> Self {
        let state = State { idle: Vec::new(), out: 0, closed: false };
        Self { state: Mutex::new(state), returned: Condvar::new(), most: most.max(1) }
    }

    /// Lends a connection to `work`, waiting for a free one at most so long; it comes back when it `is_sound` afterwards.
    pub(crate) fn lend<T>(
        &self,
        longest: Duration,
        choice: Choice,
        make: impl FnOnce() -> Result<C, StoreError>,
        is_sound: impl FnOnce(&C) -> bool,
        work: impl FnOnce(&mut C) -> T,
    ) -> Result<T, StoreError> {
        let (place, idle) = self.place(longest, choice)?;
        let mut conn = match idle {
            Some(conn) => conn,
            None => make()?,
        };
        let answer = work(&mut conn);
        place.give_back(is_sound(&conn).then_some(conn));
        Ok(answer)
    }

    fn place(&self, longest: Duration, choice: Choice) -> Result<(Place<'_, C>, Option<C>), StoreError> {
        let began = Instant::now();
        let (mut state, _) = self
            .returned
            .wait_timeout_while(self.state(), longest, |state| !state.closed && state.out >= self.most)
            .unwrap_or_else(PoisonError::into_inner);
        if state.closed {
            return Err(StoreError::Closed);
        }
        if state.out >= self.most {
            return Err(StoreError::Busy(longest.as_secs()));
        }
        state.out += 1;
        let stale = if choice == Choice::Fresh { std::mem::take(&mut state.idle) } else { Vec::new() };
        let idle = state.idle.pop();
        drop(state);
        // Closing a connection may take a system call or two: not under the lock.
        drop(stale);
        metrics::histogram!("kezekshi_store_wait_seconds", "for" => "connection").record(began.elapsed().as_secs_f64());
        Ok((Place { pool: self, conn: None }, idle))
    }

    /// Refuses later callers, waits at most so long for those who still have a connection, and drops the idle ones.
    pub(crate) fn close(&self, longest: Duration) {
        let mut state = self.state();
        state.closed = true;
        self.returned.notify_all();
        let (mut state, _) = self
            .returned
            .wait_timeout_while(state, longest, |state| state.out > 0)
            .unwrap_or_else(PoisonError::into_inner);
        let idle = std::mem::take(&mut state.idle);
        drop(state);
        drop(idle);
    }

    fn state(&self) -> MutexGuard<'_, State<C>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A lent connection's place in the count: given back also when the work panics; its connection is dropped then.
struct Place<'a, C> {
    pool: &'a Pool<C>,
    conn: Option<C>,
}

impl<C> Place<'_, C> {
    fn give_back(mut self, conn: Option<C>) {
        self.conn = conn;
    }
}

impl<C> Drop for Place<'_, C> {
    fn drop(&mut self) {
        let mut state = self.pool.state();
        state.out -= 1;
        if !state.closed {
            state.idle.extend(self.conn.take());
        }
        drop(state);
        self.pool.returned.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use super::*;

    const SHORT: Duration = Duration::from_millis(1);

    fn lend(pool: &Pool<u32>, choice: Choice, made: u32, sound: bool) -> Result<u32, StoreError> {
        pool.lend(SHORT, choice, || Ok(made), |_| sound, |conn| *conn)
    }

    #[test]
    fn a_sound_connection_is_lent_again_and_an_unsound_one_is_not() {
        let pool = Pool::new(2);
        assert_eq!(lend(&pool, Choice::Any, 1, true).unwrap(), 1);
        assert_eq!(lend(&pool, Choice::Any, 2, false).unwrap(), 1);
        assert_eq!(lend(&pool, Choice::Any, 3, true).unwrap(), 3);
        assert_eq!(lend(&pool, Choice::Fresh, 4, true).unwrap(), 4);
        assert_eq!(lend(&pool, Choice::Any, 5, true).unwrap(), 4);
    }

    #[test]
    fn a_failed_or_panicking_caller_leaves_its_place_to_others() {
        let pool = Pool::<u32>::new(1);
        for _ in 0..3 {
            let failed = pool.lend(SHORT, Choice::Any, || Err(StoreError::Conflict(1)), |_| true, |conn| *conn);
            assert!(matches!(failed, Err(StoreError::Conflict(1))));
            let panicked = catch_unwind(AssertUnwindSafe(|| {
                pool.lend(SHORT, Choice::Any, || Ok(1), |_| true, |_| panic!("at work"))
            }));
            assert!(panicked.is_err());
        }
        assert_eq!(lend(&pool, Choice::Any, 9, true).unwrap(), 9);
    }

    #[test]
    fn who_finds_no_place_is_told_and_a_closed_pool_refuses() {
        let pool = Pool::new(1);
        let inner =
            pool.lend(SHORT, Choice::Any, || Ok(1_u32), |_| true, |_| lend(&pool, Choice::Any, 2, true)).unwrap();
        assert!(matches!(inner, Err(StoreError::Busy(0))));
        pool.close(SHORT);
        assert!(matches!(lend(&pool, Choice::Any, 3, true), Err(StoreError::Closed)));
    }
}
