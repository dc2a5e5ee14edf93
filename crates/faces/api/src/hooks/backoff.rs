//! When what did not get through is tried again.

use jiff::SignedDuration;

/// Pauses after the first, second, … failure in a row, in seconds; the last one stays.
const PAUSES_S: [i64; 9] = [5, 30, 120, 600, 1_800, 3_600, 7_200, 14_400, 21_600];

/// The pause after this many failures in a row (from 1), a tenth longer or shorter by chance, so that many webhooks of one receiver do not
/// come back at the same moment.
pub(super) fn pause(failures: u64, chance: u16) -> SignedDuration {
    let place = usize::try_from(failures.saturating_sub(1)).unwrap_or(usize::MAX).min(PAUSES_S.len() - 1);
    let whole_ms = PAUSES_S.get(place).copied().unwrap_or(21_600) * 1_000;
    let tenth = whole_ms / 10;
    SignedDuration::from_millis(whole_ms - tenth + 2 * tenth * i64::from(chance) / i64::from(u16::MAX))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_pause_grows_to_six_hours_and_varies_by_a_tenth(failures in 1_u64..1_000, chance: u16) {
            let (short, long) = (pause(failures, 0), pause(failures, u16::MAX));
            prop_assert!(short <= pause(failures, chance) && pause(failures, chance) <= long);
            prop_assert_eq!(short.as_millis() * 11, long.as_millis() * 9);
            prop_assert!(pause(failures + 1, 0) >= short);
            prop_assert!(long <= SignedDuration::from_mins(396));
        }
    }

    #[test]
    fn three_days_hold_at_least_fifteen_attempts() {
        let mut at = SignedDuration::ZERO;
        let attempts = (1..).take_while(|failures| {
            at += pause(*failures, u16::MAX);
            at < super::super::PATIENCE
        });
        assert!(attempts.count() >= 15);
    }
}
