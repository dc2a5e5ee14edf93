//! When somebody works: hours of each weekday.

use std::fmt;

use jiff::civil::Time;

/// Working hours of a week, Monday first; a day without hours is free.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WorkWeek([Option<WorkHours>; 7]);

/// Working hours of a day, to the minute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WorkHours {
    from: Time,
    until: Time,
}

/// Why a text is no schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WorkWeekError {
    /// The hours of a day end before they begin, or only one of both is there.
    #[error("the hours of a day need a beginning and a later end")]
    Hours,
    /// A text that was not made by this type.
    #[error("this is no schedule")]
    Text,
}

impl WorkWeekError {
    /// The key of the text that a page shows.
    pub const fn key(self) -> &'static str {
        "people-schedule-fault"
    }
}

impl WorkHours {
    /// Hours of a day.
    ///
    /// # Errors
    /// [`WorkWeekError::Hours`].
    pub fn new(from: Time, until: Time) -> Result<Self, WorkWeekError> {
        if from < until { Ok(Self { from, until }) } else { Err(WorkWeekError::Hours) }
    }

    /// When work begins.
    pub const fn from(self) -> Time {
        self.from
    }

    /// When work ends.
    pub const fn until(self) -> Time {
        self.until
    }
}

impl WorkWeek {
    /// These hours, Monday first.
    pub const fn new(days: [Option<WorkHours>; 7]) -> Self {
        Self(days)
    }

    /// The hours of each day, Monday first.
    pub const fn days(&self) -> &[Option<WorkHours>; 7] {
        &self.0
    }

    /// Whether nobody works at all.
    pub fn is_free(&self) -> bool {
        self.0.iter().all(Option::is_none)
    }

    /// Hours of work in a week, in minutes.
    pub fn minutes(&self) -> u32 {
        let minute = |time: Time| i32::from(time.hour()) * 60 + i32::from(time.minute());
        self.0.iter().flatten().map(|hours| (minute(hours.until) - minute(hours.from)).unsigned_abs()).sum()
    }

    /// Reads what `Display` writes: `1 08:30-17:30; 2 08:30-17:30`.
    ///
    /// # Errors
    /// [`WorkWeekError`].
    pub fn parse(text: &str) -> Result<Self, WorkWeekError> {
        let mut days = [None; 7];
        for part in text.split(';').map(str::trim).filter(|part| !part.is_empty()) {
            let (day, hours) = part.split_once(' ').ok_or(WorkWeekError::Text)?;
            let (from, until) = hours.split_once('-').ok_or(WorkWeekError::Text)?;
            let time = |text: &str| web::parse_time(text).ok_or(WorkWeekError::Text);
            let place = day.parse::<usize>().ok().and_then(|day| day.checked_sub(1));
            let place = place.and_then(|place| days.get_mut(place)).ok_or(WorkWeekError::Text)?;
            *place = Some(WorkHours::new(time(from)?, time(until)?)?);
        }
        Ok(Self(days))
    }
}

impl fmt::Display for WorkWeek {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut is_first = true;
        for (day, hours) in (1..).zip(self.0).filter_map(|(day, hours)| hours.map(|hours| (day, hours))) {
            let gap = if is_first { "" } else { "; " };
            is_first = false;
            let (from, until) = (hours.from, hours.until);
            write!(f, "{gap}{day} {:02}:{:02}-{:02}:{:02}", from.hour(), from.minute(), until.hour(), until.minute())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::time;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn hours_need_a_beginning_and_a_later_end() {
        assert_eq!(WorkHours::new(time(9, 0, 0, 0), time(9, 0, 0, 0)), Err(WorkWeekError::Hours));
        for wrong in ["8 08:00-09:00", "0 08:00-09:00", "1 08:00", "1 09:00-08:00", "x", "1 8-9"] {
            assert!(WorkWeek::parse(wrong).is_err(), "{wrong}");
        }
        assert!(WorkWeek::parse("").unwrap().is_free());
        assert_eq!(WorkWeek::parse("1 08:30-17:30; 6 09:00-13:00").unwrap().minutes(), 13 * 60);
    }

    proptest! {
        #[test]
        fn a_week_reads_back_as_it_was_written(hours in proptest::array::uniform7(proptest::option::of((0_i8..12, 0_i8..60, 12_i8..24, 0_i8..60)))) {
            let day = |(a, b, c, d)| WorkHours::new(time(a, b, 0, 0), time(c, d, 0, 0)).unwrap();
            let week = WorkWeek::new(hours.map(|hours| hours.map(day)));
            prop_assert_eq!(WorkWeek::parse(&week.to_string()), Ok(week));
        }
    }
}
