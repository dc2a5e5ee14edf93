//! How often somebody may do something: so often at once, then once in a while.
//!
//! Counts what each one has still to work off (the generic cell rate algorithm): one number for each, however fast they ask.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Mutex, PoisonError},
};

use jiff::Timestamp;
use kernel::micros;

/// So many are remembered; beyond them the one who has least to work off is forgotten.
const REMEMBERED: usize = 10_000;

/// The pace of everybody of a kind.
#[derive(Debug)]
pub(crate) struct Pace<K> {
    /// When each will have worked off what was done, in microseconds.
    free_at: Mutex<HashMap<K, i64>>,
    burst: i64,
    pause_us: i64,
}

impl<K: Copy + Eq + Hash> Pace<K> {
    /// `burst` at once, then one in `pause_us` microseconds.
    pub(crate) fn new(burst: i64, pause_us: i64) -> Self {
        Self { free_at: Mutex::default(), burst, pause_us }
    }

    /// Takes one turn.
    ///
    /// # Errors
    /// The seconds to wait before the next one.
    pub(crate) fn take(&self, key: K, now: Timestamp) -> Result<(), u32> {
        let now = micros(now);
        let mut free_at = self.free_at.lock().unwrap_or_else(PoisonError::into_inner);
        // Nobody can have more than a whole burst to work off: what lies further ahead was noted before the clock was moved back, and would shut
        // everybody out until it has caught up.
        let most = now + self.burst * self.pause_us;
        let due = free_at.get(&key).copied().filter(|due| *due <= most).unwrap_or(now).max(now);
        let wait_us = due + self.pause_us - (now + self.burst * self.pause_us);
        if wait_us > 0 {
            return Err(u32::try_from(wait_us.div_euclid(1_000_000) + 1).unwrap_or(u32::MAX));
        }
        if free_at.len() >= REMEMBERED && !free_at.contains_key(&key) {
            free_at.retain(|_, due| *due > now);
            let least = free_at.iter().min_by_key(|(_, due)| **due).map(|(key, _)| *key);
            if let Some(least) = least.filter(|_| free_at.len() >= REMEMBERED) {
                free_at.remove(&least);
            }
        }
        free_at.insert(key, due + self.pause_us);
        Ok(())
    }

    /// Gives a turn back.
    pub(crate) fn give_back(&self, key: K) {
        let mut free_at = self.free_at.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(due) = free_at.get_mut(&key) {
            *due -= self.pause_us;
        }
    }
}

#[cfg(test)]
mod tests {
    use kernel::at_micros;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_memory_is_bounded_and_keeps_those_with_most_to_work_off() {
        let pace = Pace::new(30, 6_000_000);
        for _ in 0..30 {
            pace.take(usize::MAX, at_micros(0)).unwrap();
        }
        for number in 0..REMEMBERED + 100 {
            pace.take(number, at_micros(0)).unwrap();
        }
        assert_eq!(pace.free_at.lock().unwrap().len(), REMEMBERED);
        assert!(pace.take(usize::MAX, at_micros(0)).is_err());
    }

    #[test]
    fn a_clock_that_is_moved_back_shuts_nobody_out() {
        let pace = Pace::new(3, 1_000_000);
        for _ in 0..3 {
            pace.take((), at_micros(10_000_000_000)).unwrap();
        }
        assert!(pace.take((), at_micros(10_000_000_000)).is_err());
        for _ in 0..3 {
            assert_eq!(pace.take((), at_micros(5_000_000)), Ok(()));
        }
        assert!(pace.take((), at_micros(5_000_000)).is_err(), "the pace itself goes on");
    }

    proptest! {
        #[test]
        fn no_pattern_of_tries_gets_more_than_the_burst_and_its_share(
            burst in 1..200_i64, pause_us in 1_000..10_000_000_i64,
            gaps in proptest::collection::vec(0..20_000_000_i64, 1..300),
        ) {
            let pace = Pace::new(burst, pause_us);
            let (mut now, mut taken) = (0, 0);
            for gap in gaps {
                now += gap;
                taken += i64::from(pace.take((), at_micros(now)).is_ok());
                prop_assert!(taken <= burst + now / pause_us);
            }
        }
    }
}
