//! The school year.

use jiff::{
    ToSpan,
    civil::{Date, Weekday, date},
};

/// The school year to which a day belongs; the summer belongs to the year it leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    /// The first day, 1 September.
    pub first_day: Date,
    /// The last day, 25 May.
    pub last_day: Date,
    /// Breaks, first and last day of each.
    pub breaks: Vec<(Date, Date)>,
    /// Public holidays within the year.
    pub holidays: Vec<Date>,
}

impl Calendar {
    /// The calendar of the school year around `today`: days of 2026-27, which other years follow closely.
    pub fn around(today: Date) -> Self {
        let start = if today.month() >= 6 { today.year() } else { today.year() - 1 };
        let end = start + 1;
        Self {
            first_day: date(start, 9, 1),
            last_day: date(end, 5, 25),
            breaks: vec![
                (date(start, 10, 26), date(start, 11, 1)),
                (date(start, 12, 28), date(end, 1, 10)),
                (date(end, 3, 22), date(end, 3, 28)),
            ],
            holidays: [
                (start, 10, 25),
                (start, 12, 16),
                (end, 1, 1),
                (end, 1, 2),
                (end, 1, 7),
                (end, 3, 8),
                (end, 3, 15),
                (end, 3, 21),
                (end, 3, 22),
                (end, 3, 23),
                (end, 5, 1),
                (end, 5, 7),
                (end, 5, 9),
                (end, 7, 6),
            ]
            .into_iter()
            .map(|(year, month, day)| date(year, month, day))
            .collect(),
        }
    }

    /// The last day on which first-graders are always let in: they have September to learn the card.
    pub fn learning_until(&self) -> Date {
        date(self.first_day.year(), 9, 30)
    }

    /// Whether lessons are held.
    pub fn is_school_day(&self, day: Date) -> bool {
        let is_weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
        let is_break = self.breaks.iter().any(|(first, last)| (*first..=*last).contains(&day));
        (self.first_day..=self.last_day).contains(&day) && !is_weekend && !is_break && !self.holidays.contains(&day)
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
