//! How many wrong passwords or tokens may come from one network address.
//!
//! A lock on the account alone would let one machine try one common password on every account. Each address may fail
//! [`BURST`] times at once and then once in [`PAUSE_S`] seconds, whatever it tries. A whole school stands behind one address,
//! so the bounds are wide, and what is right costs nothing.

use std::net::IpAddr;

use jiff::Timestamp;

use crate::pace::Pace;

/// So many failures at once.
const BURST: i64 = 30;
/// Then one failure in so many seconds.
const PAUSE_S: i64 = 6;

/// The failures of each address.
#[derive(Debug)]
pub(crate) struct Addresses(Pace<IpAddr>);

impl Default for Addresses {
    fn default() -> Self {
        Self(Pace::new(BURST, PAUSE_S * 1_000_000))
    }
}

impl Addresses {
    /// Takes one try from `address`.
    ///
    /// # Errors
    /// The seconds to wait before the next one.
    pub(crate) fn take(&self, address: IpAddr, now: Timestamp) -> Result<(), u32> {
        self.0.take(network(address), now)
    }

    /// Gives a try back: the password was right.
    pub(crate) fn give_back(&self, address: IpAddr) {
        self.0.give_back(network(address));
    }
}

/// One customer is given a whole /64 of IPv6 addresses, so they count as one.
pub(crate) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6((u128::from(v6) >> 64 << 64).into()),
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use kernel::at_micros;

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
}
