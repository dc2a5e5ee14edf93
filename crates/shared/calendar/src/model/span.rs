//! Days from one up to and with another.

use jiff::{ToSpan, civil::Date};

use super::Fault;

/// Days from one up to and with another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DaySpan {
    from: Date,
    until: Date,
}

impl DaySpan {
    /// The days from `from` up to and with `until`.
    ///
    /// # Errors
    /// [`Fault::Order`] when there are none.
    pub fn new(from: Date, until: Date) -> Result<Self, Fault> {
        if from > until { Err(Fault::Order) } else { Ok(Self { from, until }) }
    }

    /// The days from `from` up to and with `until`, at least the first one.
    pub fn up_to(from: Date, until: Date) -> Self {
        Self { from, until: until.max(from) }
    }

    /// The first day.
    pub const fn from(self) -> Date {
        self.from
    }

    /// The last day.
    pub const fn until(self) -> Date {
        self.until
    }

    /// Whether a day is among them.
    pub fn contains(self, day: Date) -> bool {
        self.from <= day && day <= self.until
    }

    /// Whether every day of another span is among them.
    pub fn holds(self, other: Self) -> bool {
        self.from <= other.from && other.until <= self.until
    }

    /// Whether a day is in both.
    pub fn meets(self, other: Self) -> bool {
        self.from <= other.until && other.from <= self.until
    }

    /// The days, in order.
    pub fn days(self) -> impl Iterator<Item = Date> {
        self.from.series(1.day()).take_while(move |day| *day <= self.until)
    }

    /// How many days they are.
    pub fn count(self) -> i32 {
        self.until.duration_since(self.from).as_hours().try_into().map_or(i32::MAX, |hours: i32| hours / 24 + 1)
    }

    /// The same days so many days later; `None` beyond the end of the calendar.
    pub fn later(self, days: i32) -> Option<Self> {
        let from = self.from.checked_add(days.days()).ok()?;
        let until = self.until.checked_add(days.days()).ok()?;
        Some(Self { from, until })
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn leap_days_and_new_year_lie_within_a_span() {
        let winter = DaySpan::new(date(2027, 12, 27), date(2028, 3, 1)).unwrap();
        assert!(winter.contains(date(2028, 2, 29)) && winter.contains(date(2028, 1, 1)));
        assert_eq!(winter.count(), 66);
        assert_eq!(DaySpan::new(date(2027, 2, 27), date(2027, 3, 1)).unwrap().count(), 3);
        assert_eq!(DaySpan::new(date(2027, 3, 1), date(2027, 2, 28)), Err(Fault::Order));
    }

    proptest! {
        #[test]
        fn the_days_are_as_many_as_counted_and_all_inside(start in -3000..3000_i32, length in 0..400_i32) {
            let from = date(2026, 9, 1).checked_add(start.days()).unwrap();
            let span = DaySpan::new(from, from.checked_add(length.days()).unwrap()).unwrap();
            prop_assert_eq!(span.count(), length + 1);
            prop_assert_eq!(span.days().count(), usize::try_from(length + 1).unwrap());
            prop_assert!(span.days().all(|day| span.contains(day)));
            prop_assert_eq!(span.later(364).unwrap().from().weekday(), span.from().weekday());
        }
    }
}
