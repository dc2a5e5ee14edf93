//! How long an account stays closed after wrong passwords.

/// So many wrong passwords in a row are forgiven.
const FORGIVEN: u64 = 4;
const FIRST_LOCK_S: i64 = 60;
const LONGEST_LOCK_S: i64 = 3600;

/// The seconds for which an account is closed after the `failures`-th wrong password in a row; `None` while it stays open.
///
/// The fifth closes it for a minute, each further one for twice as long as before, an hour at most.
pub fn lock_seconds(failures: u64) -> Option<i64> {
    let locks = failures.checked_sub(FORGIVEN + 1)?;
    let doubled = u32::try_from(locks).ok().and_then(|locks| FIRST_LOCK_S.checked_mul(1_i64.checked_shl(locks)?));
    Some(doubled.filter(|seconds| (0..LONGEST_LOCK_S).contains(seconds)).unwrap_or(LONGEST_LOCK_S))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_fifth_failure_locks_for_a_minute_and_each_further_one_for_twice_as_long() {
        for (failures, seconds) in [
            (0, None),
            (4, None),
            (5, Some(60)),
            (6, Some(120)),
            (7, Some(240)),
            (10, Some(1920)),
            (11, Some(3600)),
            (12, Some(3600)),
        ] {
            assert_eq!(lock_seconds(failures), seconds, "{failures}");
        }
    }

    proptest! {
        #[test]
        fn more_failures_never_lock_for_less(failures in any::<u64>()) {
            let next = lock_seconds(failures.saturating_add(1));
            prop_assert!(next >= lock_seconds(failures));
            prop_assert!(next.is_none_or(|seconds| (FIRST_LOCK_S..=LONGEST_LOCK_S).contains(&seconds)));
        }
    }
}
