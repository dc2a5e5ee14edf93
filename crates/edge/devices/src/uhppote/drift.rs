//! How far a board's clock is off, and what its times mean in UTC. Pure: no clock is read here.

use jiff::{SignedDuration, Timestamp, civil::DateTime, tz::TimeZone};

use super::codec::{BoardEvent, BoardMoment, BoardNow};

/// A drift beyond this many seconds is mended.
pub const MEND_BEYOND_S: i64 = 2;
/// A drift beyond this many seconds is an alarm too.
pub const ALARM_BEYOND_S: i64 = 60;
/// An event younger than this many seconds may still be answered: the person stands there.
pub const LIVE_S: i64 = 3;

/// By how much a corrected time may lie before the last event or after now before it is doubted, in seconds.
const SLACK_S: i64 = 60;

/// A local time as a moment. A time that a change of the clocks skipped or doubled is taken as before the change.
fn moment(local: DateTime, zone: &TimeZone) -> Option<Timestamp> {
    zone.to_ambiguous_zoned(local).compatible().ok().map(|zoned| zoned.timestamp())
}

/// The board's clock minus ours, in seconds, from what the board showed at some moment between `before` and `after`.
///
/// The board shows whole seconds and the answer takes its time, so a difference that these two explain is none.
/// `None` when the board's clock was never set or shows what no clock shows.
pub fn measure(shown: BoardNow, before: Timestamp, after: Timestamp, zone: &TimeZone) -> Option<i64> {
    // Local time against local time: a clock that is years off knows nothing of the zone's rules of then.
    let shown = shown.known()?;
    let least = shown.duration_since(zone.to_datetime(after));
    let most = shown.duration_since(zone.to_datetime(before));
    if least <= SignedDuration::ZERO && most + SignedDuration::from_secs(1) >= SignedDuration::ZERO {
        return Some(0);
    }
    // The times of events have their fractions cut off too, so here they are not added.
    let middle_ms = (least.as_millis() + most.as_millis()) / 2;
    i64::try_from((middle_ms + 500).div_euclid(1000)).ok()
}

/// Our time as the board shall show it.
pub fn local(now: Timestamp, zone: &TimeZone) -> DateTime {
    let rounded = now.saturating_add(SignedDuration::from_millis(500)).unwrap_or(now);
    zone.to_datetime(rounded)
}

/// How old a pushed event is, in seconds, by the board's own clock; `None` when its clock cannot be read.
///
/// A board that repeats its newest event from time to time, or finds its way back to the network, pushes events long gone.
pub fn age_of_pushed_s(event: &BoardEvent, shown: BoardNow) -> Option<i64> {
    Some(shown.known()?.duration_since(event.at.known()?).as_secs())
}

/// Turns the times of a board's events into UTC.
#[derive(Clone, Copy, Debug, Default)]
pub struct Drift {
    now_s: i64,
    /// What it was when it last was another.
    before_s: i64,
    /// Events up to this index were recorded just while the clock was being set.
    unsure_until: u32,
    last: Option<Timestamp>,
}

impl Drift {
    /// Takes a new measurement.
    pub fn measured(&mut self, drift_s: i64) {
        // A clock that runs a little fast or slow is one clock; only a leap makes the old drift worth keeping.
        if (drift_s - self.now_s).abs() > MEND_BEYOND_S {
            self.before_s = self.now_s;
        }
        self.now_s = drift_s;
    }

    /// The clock was set; events up to this index may have times of before or after.
    pub fn mended(&mut self, newest: u32) {
        self.measured(0);
        self.unsure_until = newest;
    }

    /// The board numbers its events anew.
    pub fn restarted(&mut self) {
        self.unsure_until = 0;
    }

    /// When an event out of the board's memory happened, in UTC and not after `now`.
    ///
    /// The last measured drift is believed, unless it puts the event into the future or before the event that came before,
    /// and the drift of before does not: then the clock leapt in between.
    pub fn moment(&mut self, index: u32, at: BoardMoment, now: Timestamp, zone: &TimeZone) -> Timestamp {
        let corrected = |drift_s| {
            let local = at.known()?.checked_sub(SignedDuration::from_secs(drift_s)).ok()?;
            moment(local, zone)
        };
        let slack = SignedDuration::from_secs(SLACK_S);
        let fits = |moment: &Timestamp| {
            moment.duration_since(now) <= slack && self.last.is_none_or(|last| last.duration_since(*moment) <= slack)
        };
        let moment = if index <= self.unsure_until {
            now
        } else {
            let believed = corrected(self.now_s);
            let leapt = || corrected(self.before_s).filter(fits);
            let moment = believed.filter(fits).or_else(leapt).or(believed);
            moment.or(self.last).unwrap_or(now).min(now)
        };
        self.last = Some(moment);
        moment
    }

    /// Notes an event whose moment is known otherwise.
    pub fn told(&mut self, moment: Timestamp) {
        self.last = Some(moment);
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::{date, time};
    use proptest::prelude::*;

    use super::*;
    use crate::uhppote::codec::Coded;

    fn zone() -> TimeZone {
        TimeZone::get("Asia/Almaty").unwrap()
    }

    fn noon() -> Timestamp {
        "2026-11-23T07:00:00Z".parse().unwrap()
    }

    fn shown(seconds: i64) -> DateTime {
        date(2026, 11, 23).to_datetime(time(12, 0, 0, 0)).checked_add(SignedDuration::from_secs(seconds)).unwrap()
    }

    fn later(millis: i64) -> Timestamp {
        noon() + SignedDuration::from_millis(millis)
    }

    #[test]
    fn a_difference_that_whole_seconds_and_the_way_explain_is_none() {
        for (before_ms, after_ms) in [(0, 1), (999, 1000), (900, 5000), (-4000, 0)] {
            let measured = measure(BoardNow::At(shown(0)), later(before_ms), later(after_ms), &zone());
            assert_eq!(measured, Some(0), "{before_ms} {after_ms}");
        }
        assert_eq!(measure(Coded::Unset, noon(), noon(), &zone()), None);
        assert_eq!(measure(Coded::Impossible([0x99; 6]), noon(), noon(), &zone()), None);
    }

    proptest! {
        #[test]
        fn a_drift_is_measured_to_the_second(drift_s in -100_000_000_i64..100_000_000, offset_ms in 0_i64..1000, way_ms in 0_i64..200) {
            let truly = later(offset_ms);
            let shown_at = zone().to_datetime(truly).checked_add(SignedDuration::from_secs(drift_s)).unwrap();
            let shown_at = shown_at.with().subsec_nanosecond(0).build().unwrap();
            let measured = measure(Coded::At(shown_at), truly, truly + SignedDuration::from_millis(way_ms), &zone()).unwrap();
            prop_assert!((measured - drift_s).abs() <= 1, "{measured} for {drift_s}");
        }

        #[test]
        fn a_board_that_was_set_needs_no_mending(offset_ms in 0_i64..1000, passed_ms in 0_i64..100_000) {
            let set_at = later(offset_ms);
            let set_to = local(set_at, &zone()).with().subsec_nanosecond(0).build().unwrap();
            let passed = SignedDuration::from_millis(passed_ms);
            let shows = set_to.checked_add(passed).unwrap().with().subsec_nanosecond(0).build().unwrap();
            let measured = measure(Coded::At(shows), set_at + passed, set_at + passed, &zone()).unwrap();
            prop_assert!(measured.abs() <= 1, "{measured}");
        }
    }

    #[test]
    fn times_of_a_clock_that_is_a_day_ahead_are_put_right() {
        let mut drift = Drift::default();
        drift.measured(86_400);
        let at = Coded::At(shown(86_400 - 600));
        assert_eq!(drift.moment(1, at, noon(), &zone()), later(-600_000));
    }

    #[test]
    fn events_of_before_a_leap_of_the_clock_keep_their_right_times() {
        let mut drift = Drift::default();
        drift.told(later(-3_600_000));
        // The board's clock fell back to 2000 during the outage, after the first of two events.
        drift.measured(-847_000_000);
        let before = Coded::At(shown(-1800));
        let after = Coded::At(shown(-600 - 847_000_000));
        assert_eq!(drift.moment(1, before, noon(), &zone()), later(-1_800_000));
        assert_eq!(drift.moment(2, after, noon(), &zone()), later(-600_000));
    }

    #[test]
    fn an_event_is_never_in_the_future_and_one_without_a_time_is_as_old_as_the_last() {
        let mut drift = Drift::default();
        assert_eq!(drift.moment(1, Coded::At(shown(30)), noon(), &zone()), noon());
        assert_eq!(drift.moment(2, Coded::Unset, later(5000), &zone()), noon());
        drift.mended(4);
        assert_eq!(drift.moment(4, Coded::At(shown(-86_400)), later(9000), &zone()), later(9000));
        assert_eq!(drift.moment(5, Coded::At(shown(8)), later(9000), &zone()), later(8000));
    }
}
