//! When staff works, and from when on a pupil is late.

use jiff::civil::Weekday;

/// Working hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WorkPlan {
    /// Bit 0: Monday, to bit 6: Sunday.
    pub weekdays: u8,
    /// The minute of the day at which work begins.
    pub from_min: u16,
    /// The minute at which it ends; not after `from_min`: on the next day.
    pub until_min: u16,
    /// Minutes of it that are no work.
    pub break_min: u16,
}

impl WorkPlan {
    /// Monday to Friday, 08:00 to 17:00, an hour's break.
    pub const USUAL: Self = Self { weekdays: 0b001_1111, from_min: 480, until_min: 1020, break_min: 60 };

    /// Whether work begins on this day of the week.
    pub const fn works_on(self, weekday: Weekday) -> bool {
        self.weekdays & (1 << weekday.to_monday_zero_offset()) != 0
    }

    /// Minutes of work in a day.
    pub fn minutes(self) -> u16 {
        let length = if self.until_min > self.from_min {
            self.until_min - self.from_min
        } else {
            1440 - self.from_min + self.until_min
        };
        length.saturating_sub(self.break_min)
    }
}

/// Settings of a school.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Minutes after the first bell, or before the last, that are forgiven.
    pub tolerance_min: u16,
    /// When staff works, unless a person's plan says otherwise.
    pub plan: WorkPlan,
    /// Rises with each change; 0: never changed.
    pub revision: u64,
}

impl Settings {
    /// What holds until somebody says otherwise.
    pub const USUAL: Self = Self { tolerance_min: 0, plan: WorkPlan::USUAL, revision: 0 };
    /// Forgiven minutes at most.
    pub const MOST_TOLERANCE_MIN: u16 = 60;
    /// Minutes of a break at most.
    pub const MOST_BREAK_MIN: u16 = 240;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_knows_its_days_and_its_length() {
        assert_eq!(WorkPlan::USUAL.minutes(), 480);
        assert!(WorkPlan::USUAL.works_on(Weekday::Friday) && !WorkPlan::USUAL.works_on(Weekday::Saturday));
        let guard = WorkPlan { weekdays: 0b111_1111, from_min: 480, until_min: 480, break_min: 0 };
        assert_eq!(guard.minutes(), 1440);
        let night = WorkPlan { weekdays: 0b111_1111, from_min: 1200, until_min: 480, break_min: 30 };
        assert_eq!(night.minutes(), 690);
    }
}
