//! The board's own clock: true time, plus the local offset, plus how wrong it goes.

use jiff::civil::DateTime;
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};

use crate::config::Clock;

/// A clock that shows local time and can be set wrong, by a person or by a host.
pub(crate) struct BoardClock {
    source: Clock,
    offset_s: i32,
}

impl BoardClock {
    /// A clock on `source`, or on the computer's own clock.
    pub(crate) fn new(source: Option<Clock>, offset_s: i32) -> Self {
        BoardClock { source: source.unwrap_or_else(|| std::sync::Arc::new(computer_clock)), offset_s }
    }

    /// What the board shows when its error is `error_ms` milliseconds (positive: it runs ahead).
    pub(crate) fn shown(&self, error_ms: i64) -> DateTime {
        let local = SignedDuration::from_millis(error_ms) + SignedDuration::from_secs(i64::from(self.offset_s));
        let instant = self.truth();
        Offset::UTC.to_datetime(instant.checked_add(local).unwrap_or(instant))
    }

    /// The error, in milliseconds, that makes the clock show `wanted` right now, or a part of a millisecond more: a
    /// clock that showed less would read a second early.
    pub(crate) fn error_for(&self, wanted: DateTime) -> i64 {
        let ahead_ns = self.shown(0).duration_until(wanted).as_nanos();
        i64::try_from((ahead_ns + 999_999).div_euclid(1_000_000)).unwrap_or(0)
    }

    fn truth(&self) -> Timestamp {
        (self.source)()
    }
}

#[allow(clippy::disallowed_methods, reason = "a board has a clock of its own; this is the only place that reads it")]
fn computer_clock() -> Timestamp {
    Timestamp::now()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    fn noon() -> Clock {
        Arc::new(|| "2026-11-23T07:00:00Z".parse().unwrap())
    }

    #[test]
    fn local_time_is_ahead_of_utc_by_the_offset_and_the_error() {
        let clock = BoardClock::new(Some(noon()), 5 * 3600);
        assert_eq!(clock.shown(0).to_string(), "2026-11-23T12:00:00");
        assert_eq!(clock.shown(-86_400_000).to_string(), "2026-11-22T12:00:00");
    }

    #[test]
    fn a_clock_that_was_set_shows_the_second_that_was_set() {
        for fraction in ["", ".0000001", ".9999999", ".5"] {
            let truth: Timestamp = format!("2026-11-23T07:00:00{fraction}Z").parse().unwrap();
            let clock = BoardClock::new(Some(Arc::new(move || truth)), 5 * 3600);
            for wanted in ["2031-02-03T04:05:06", "2001-02-03T04:05:06"] {
                let shown = clock.shown(clock.error_for(wanted.parse().unwrap())).to_string();
                assert_eq!(shown[..wanted.len()], *wanted, "set at {truth}");
            }
        }
    }

    #[test]
    fn an_error_beyond_the_calendar_is_left_out_instead_of_stopping_the_board() {
        let clock = BoardClock::new(Some(noon()), 0);
        assert_eq!(clock.shown(i64::MAX).to_string(), "2026-11-23T07:00:00");
    }
}
