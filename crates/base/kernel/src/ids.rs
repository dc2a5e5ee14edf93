//! Where new ids come from.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use rand::{Rng, RngExt, SeedableRng, rngs::StdRng};
use uuid::{Builder, Uuid};

use crate::Id;

/// A source of UUIDv7 that never hands out the same id twice and, seeded, hands out the same ids again.
///
/// Ids of one source rise within a millisecond too (RFC 9562, method 1: a 12-bit counter in `rand_a`), so the order of
/// making is the order of ids.
#[derive(Clone, Debug)]
pub struct Ids(Arc<Mutex<Source>>);

#[derive(Debug)]
struct Source {
    rng: StdRng,
    last_ms: u64,
    counter: u16,
}

impl Ids {
    /// A source fed by the system's randomness.
    pub fn random() -> Self {
        Self::from_rng(rand::make_rng())
    }

    /// A source for tests and the demo: the same seed gives the same ids at the same times.
    pub fn seeded(seed: u64) -> Self {
        Self::from_rng(StdRng::seed_from_u64(seed))
    }

    fn from_rng(rng: StdRng) -> Self {
        Self(Arc::new(Mutex::new(Source { rng, last_ms: 0, counter: 0 })))
    }

    /// A new id made at `now`.
    pub fn new_id<K>(&self, now: Timestamp) -> Id<K> {
        Id::from_uuid(self.new_uuid(now))
    }

    /// A new untyped id made at `now`.
    pub fn new_uuid(&self, now: Timestamp) -> Uuid {
        let mut source = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now_ms = u64::try_from(now.as_millisecond()).unwrap_or(0);
        if now_ms > source.last_ms {
            source.last_ms = now_ms;
            source.counter = source.rng.random_range(0..0x400);
        } else if source.counter < 0xfff {
            source.counter += 1;
        } else {
            source.last_ms += 1;
            source.counter = 0;
        }
        let mut random = [0_u8; 10];
        source.rng.fill_bytes(&mut random);
        let [high, low] = source.counter.to_be_bytes();
        random[0] = high;
        random[1] = low;
        Builder::from_unix_timestamp_millis(source.last_ms, &random).into_uuid()
    }

    /// Random bytes for tokens and salts.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.0.lock().unwrap_or_else(PoisonError::into_inner).rng.fill_bytes(&mut bytes);
        bytes
    }
}

/// The least id that can be made at a moment: every id of then or later is not before it.
pub fn moment_id<K>(at: Timestamp) -> Id<K> {
    let ms = u64::try_from(at.as_millisecond()).unwrap_or(0);
    Id::from_uuid(Uuid::from_u64_pair(ms << 16, 0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::PassId;

    #[test]
    fn the_least_id_of_a_moment_is_before_its_ids_and_after_those_before() {
        let ids = Ids::seeded(3);
        let (before, at): (PassId, PassId) =
            (ids.new_id(crate::at_micros(4_999_999)), moment_id(crate::at_micros(5_000_000)));
        let made: PassId = ids.new_id(crate::at_micros(5_000_000));
        assert!(before < at && at <= made, "{before} {at} {made}");
        assert_eq!(moment_id::<()>(Timestamp::MIN), Id::from_uuid(Uuid::nil()));
    }

    #[test]
    fn ids_rise_even_within_one_millisecond_and_when_the_clock_goes_back() {
        let ids = Ids::seeded(1);
        let mut last: PassId = ids.new_id(crate::at_micros(1_000_000));
        for step in 0..10_000_i64 {
            let next = ids.new_id(crate::at_micros(1_000_000 - step));
            assert!(next > last, "{next} after {last}");
            last = next;
        }
    }

    #[test]
    fn a_seed_gives_the_same_ids_again() {
        let now = crate::at_micros(5);
        assert_eq!(Ids::seeded(7).new_uuid(now), Ids::seeded(7).new_uuid(now));
    }
}
