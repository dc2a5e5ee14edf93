//! The school year, by the rules of the product's own calendar.

use calendar::model::{self, DayKind, GradePlans, SchoolYear, StateYear};
use jiff::{
    Timestamp, ToSpan,
    civil::{Date, date},
};
use kernel::Ids;
use people::person::Shift;

/// The school year to which a day belongs; the summer belongs to the year it leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    /// The first day, 1 September.
    pub first_day: Date,
    /// The last day, 25 May.
    pub last_day: Date,
    /// What the state says of its days; five of them a week.
    days: model::Calendar,
}

/// Breaks of the first grade and shifts do not count when a day is asked for as such.
const MOST: (u8, Shift) = (5, Shift::First);

impl Calendar {
    /// The state's calendar of the school year around `today`.
    pub fn around(today: Date) -> Self {
        let StateYear { plan, holidays, .. } = StateYear::around(today);
        let (first_day, last_day) = (plan.days.from(), plan.days.until());
        let year = SchoolYear { id: Ids::seeded(0).new_id(Timestamp::UNIX_EPOCH), plan, revision: 1 };
        Self { first_day, last_day, days: model::Calendar::new(vec![year], holidays, [], GradePlans::default()) }
    }

    /// The last day on which first-graders are always let in: they have September to learn the card.
    pub fn learning_until(&self) -> Date {
        date(self.first_day.year(), 9, 30)
    }

    /// Whether lessons are held.
    pub fn is_school_day(&self, day: Date) -> bool {
        let (grade, shift) = MOST;
        self.days.day_kind(day, grade, shift).is_at_school()
    }

    /// Whether a grade has lessons: the first one has a break of its own.
    pub fn learns(&self, day: Date, grade: u8) -> bool {
        matches!(self.days.day_kind(day, grade, MOST.1), DayKind::Lessons { .. })
    }

    /// Whether the day is closed for everybody, so that only rules marked so let people in.
    pub fn is_closed(&self, day: Date) -> bool {
        self.days.closed_days(day).first() == Some(&day)
    }

    /// The first school day from `day` on; after the year's end, the last one of the year.
    pub fn school_day_from(&self, day: Date) -> Date {
        let day = day.max(self.first_day);
        let later = day.series(1.day()).take_while(|day| *day <= self.last_day).find(|day| self.is_school_day(*day));
        later.unwrap_or_else(|| {
            self.last_day.series(-1.day()).take(30).find(|day| self.is_school_day(*day)).unwrap_or(self.last_day)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_grade_stays_at_home_in_its_february_break() {
        let calendar = Calendar::around(date(2027, 2, 8));
        assert!(calendar.is_school_day(date(2027, 2, 8)) && !calendar.learns(date(2027, 2, 8), 1));
        assert!(calendar.learns(date(2027, 2, 8), 2) && !calendar.is_closed(date(2027, 2, 8)));
        assert!(calendar.is_closed(date(2026, 12, 16)) && calendar.is_closed(date(2026, 10, 27)));
    }

    #[test]
    fn a_day_leads_to_the_next_school_day_of_its_year() {
        for (today, school_day) in [
            (date(2026, 11, 22), date(2026, 11, 23)),
            (date(2026, 11, 23), date(2026, 11, 23)),
            (date(2026, 10, 24), date(2026, 11, 2)),
            (date(2026, 12, 16), date(2026, 12, 17)),
            (date(2026, 7, 5), date(2026, 9, 1)),
            (date(2027, 1, 1), date(2027, 1, 11)),
            (date(2027, 5, 30), date(2027, 5, 25)),
            (date(2027, 6, 1), date(2027, 9, 1)),
        ] {
            assert_eq!(Calendar::around(today).school_day_from(today), school_day, "{today}");
        }
    }
}
