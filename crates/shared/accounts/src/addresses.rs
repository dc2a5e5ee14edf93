//! How many wrong passwords may come from one network address.
//!
//! A lock on the account alone would let one machine try one common password on every account. Each address may fail
//! [`BURST`] times at once and then once in [`PAUSE_S`] seconds, whatever logins it tries. A whole school stands behind one address,
//! so the bounds are wide, and a right password costs nothing.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, PoisonError},
};

use jiff::Timestamp;
use kernel::micros;

/// So many failures at once.
const BURST: i64 = 30;
/// Then one failure in so many seconds.
const PAUSE_S: i64 = 6;
/// So many addresses are remembered; beyond them the least guilty is forgotten.
const REMEMBERED: usize = 10_000;

const PAUSE_US: i64 = PAUSE_S * 1_000_000;

/// When each address will have worked off its failures, in microseconds.
#[derive(Debug, Default)]
pub(crate) struct Addresses(Mutex<HashMap<IpAddr, i64>>);

impl Addresses {
    /// Takes one try from `address`.
    ///
    /// # Errors
    /// The seconds to wait before the next one.
    pub(crate) fn take(&self, address: IpAddr, now: Timestamp) -> Result<(), u32> {
        let (key, now) = (network(address), micros(now));
        let mut free_at = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let due = free_at.get(&key).copied().unwrap_or(now).max(now);
        let wait_us = due + PAUSE_US - (now + BURST * PAUSE_US);
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
        free_at.insert(key, due + PAUSE_US);
        Ok(())
    }

    /// Gives a try back: the password was right.
    pub(crate) fn give_back(&self, address: IpAddr) {
        let mut free_at = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(due) = free_at.get_mut(&network(address)) {
            *due -= PAUSE_US;
        }
    }
}

/// One customer is given a whole /64 of IPv6 addresses, so they count as one.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6((u128::from(v6) >> 64 << 64).into()),
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use kernel::at_micros;
    use proptest::prelude::*;

    use super::*;

    fn at(second: i64) -> Timestamp {
        at_micros(second * 1_000_000)
    }

    #[test]
    fn a_burst_is_taken_and_then_one_try_in_six_seconds() {
        let (addresses, one) = (Addresses::default(), "192.0.2.1".parse().unwrap());
        for _ in 0..BURST {
            assert_eq!(addresses.take(one, at(100)), Ok(()));
        }
        assert_eq!(addresses.take(one, at(100)), Err(7));
        assert_eq!(addresses.take("192.0.2.2".parse().unwrap(), at(100)), Ok(()));
        assert_eq!(addresses.take(one, at(106)), Ok(()));
        assert!(addresses.take(one, at(107)).is_err());
        addresses.give_back(one);
        assert_eq!(addresses.take(one, at(107)), Ok(()));
    }

    #[test]
    fn neighbours_of_one_ipv6_network_count_as_one_and_mapped_addresses_as_ipv4() {
        assert_eq!(network("2001:db8::1".parse().unwrap()), network("2001:db8::ffff:1".parse().unwrap()));
        assert_ne!(network("2001:db8::1".parse().unwrap()), network("2001:db8:0:1::1".parse().unwrap()));
        assert_eq!(network("::ffff:192.0.2.1".parse().unwrap()), "192.0.2.1".parse::<IpAddr>().unwrap());
    }

    #[test]
    fn the_memory_is_bounded_and_keeps_the_guiltiest() {
        let addresses = Addresses::default();
        let guilty = "192.0.2.1".parse().unwrap();
        for _ in 0..BURST {
            addresses.take(guilty, at(0)).unwrap();
        }
        for number in 0..u32::try_from(REMEMBERED).unwrap() + 100 {
            addresses.take(IpAddr::V4((0x0a00_0000 + number).into()), at(0)).unwrap();
        }
        assert_eq!(addresses.0.lock().unwrap().len(), REMEMBERED);
        assert!(addresses.take(guilty, at(0)).is_err());
    }

    proptest! {
        #[test]
        fn no_pattern_of_tries_gets_more_than_the_burst_and_its_share(gaps in proptest::collection::vec(0..20_i64, 1..300)) {
            let (addresses, one) = (Addresses::default(), "192.0.2.1".parse().unwrap());
            let (mut second, mut taken) = (0, 0);
            for gap in gaps {
                second += gap;
                taken += i64::from(addresses.take(one, at(second)).is_ok());
                prop_assert!(taken <= BURST + second / PAUSE_S);
            }
        }
    }
}
