//! One day where the school is.

use jiff::{
    Timestamp,
    civil::{Date, Time},
    tz::TimeZone,
};

/// One day of a school's time zone: from when to when, in moments. A day on which clocks are put back is longer than 24 hours, and its
/// seconds are counted from its beginning, so that none comes twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayFrame {
    date: Date,
    begins: Timestamp,
    ends: Timestamp,
    zone: TimeZone,
}

impl DayFrame {
    /// A day. One at the very edge of time, which no clock shows, has no length.
    pub fn of(date: Date, zone: &TimeZone) -> Self {
        let begins = beginning(date, zone).unwrap_or(Timestamp::MAX);
        let ends = date.tomorrow().ok().and_then(|next| beginning(next, zone)).unwrap_or(begins);
        Self { date, begins, ends, zone: zone.clone() }
    }

    /// The day of a moment.
    pub fn around(at: Timestamp, zone: &TimeZone) -> Self {
        Self::of(at.to_zoned(zone.clone()).date(), zone)
    }

    /// Which day.
    pub const fn date(&self) -> Date {
        self.date
    }

    /// When it begins.
    pub const fn begins(&self) -> Timestamp {
        self.begins
    }

    /// When the next one begins.
    pub const fn ends(&self) -> Timestamp {
        self.ends
    }

    /// Whether a moment is in it.
    pub fn contains(&self, at: Timestamp) -> bool {
        (self.begins..self.ends).contains(&at)
    }

    /// Seconds from its beginning to a moment; negative before it.
    pub fn second_of(&self, at: Timestamp) -> i64 {
        at.as_second() - self.begins.as_second()
    }

    /// The second at which clocks show this minute of the day, 0 to 1440.
    pub fn second_of_minute(&self, minute: u16) -> u32 {
        let end = || self.second_of(self.ends);
        let shown = Time::new((minute / 60) as i8, (minute % 60) as i8, 0, 0).ok();
        let at = shown.and_then(|time| self.date.to_datetime(time).to_zoned(self.zone.clone()).ok());
        let second = at.map_or_else(end, |at| self.second_of(at.timestamp()).clamp(0, end()));
        u32::try_from(second).unwrap_or(0)
    }

    /// The moment of a second.
    pub fn moment(&self, second: u32) -> Timestamp {
        Timestamp::from_second(self.begins.as_second() + i64::from(second)).unwrap_or(Timestamp::MAX)
    }

    /// What clocks show at a second.
    pub fn clock(&self, second: u32) -> Time {
        self.moment(second).to_zoned(self.zone.clone()).time()
    }
}

fn beginning(date: Date, zone: &TimeZone) -> Option<Timestamp> {
    date.to_zoned(zone.clone()).ok()?.start_of_day().ok().map(|at| at.timestamp())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    fn almaty() -> TimeZone {
        TimeZone::get("Asia/Almaty").unwrap()
    }

    #[test]
    fn the_day_on_which_the_country_went_over_to_one_zone_has_twenty_five_hours() {
        let day = DayFrame::of(date(2024, 2, 29), &almaty());
        assert_eq!(day.second_of(day.ends()), 25 * 3600);
        assert_eq!(day.second_of_minute(8 * 60), 8 * 3600);
        // Clocks show 23:30 twice: the seconds differ, and so does the moment.
        let (first, second) = ("2024-02-29T17:30:00Z".parse().unwrap(), "2024-02-29T18:30:00Z".parse().unwrap());
        assert_eq!((day.second_of(first), day.second_of(second)), (23 * 3600 + 1800, 24 * 3600 + 1800));
        assert_eq!(day.clock(day.second_of(first) as u32), day.clock(day.second_of(second) as u32));
        let next = DayFrame::of(date(2024, 3, 1), &almaty());
        assert_eq!((next.second_of(next.ends()), next.begins()), (24 * 3600, day.ends()));
    }

    #[test]
    fn midnight_belongs_to_the_day_that_begins() {
        let midnight: Timestamp = "2026-11-23T00:00:00+05:00".parse().unwrap();
        let day = DayFrame::around(midnight, &almaty());
        assert_eq!((day.date(), day.second_of(midnight)), (date(2026, 11, 23), 0));
        let before = Timestamp::from_second(midnight.as_second() - 1).unwrap();
        assert_eq!(DayFrame::around(before, &almaty()).date(), date(2026, 11, 22));
        assert!(day.contains(midnight) && !day.contains(before));
        assert_eq!(day.second_of_minute(1440), 86_400);
    }

    proptest! {
        #[test]
        fn every_moment_is_in_exactly_one_day(second in 946_684_800_i64..4_102_444_800) {
            let at = Timestamp::from_second(second).unwrap();
            let day = DayFrame::around(at, &almaty());
            prop_assert!(day.contains(at));
            prop_assert_eq!(day.moment(day.second_of(at) as u32), at);
            let next = DayFrame::of(day.date().tomorrow().unwrap(), &almaty());
            prop_assert_eq!(day.ends(), next.begins());
        }
    }
}
