//! A school year: its days, terms and breaks.

use jiff::civil::Date;
use kernel::Id;

use super::{DaySpan, Fault, Grades, Label};

/// A school year of a school.
#[derive(Debug)]
pub enum SchoolYearKind {}
/// See [`SchoolYearKind`].
pub type SchoolYearId = Id<SchoolYearKind>;

/// How many terms (четверть) a year has.
pub const TERMS: usize = 4;

/// Days without lessons between or within terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Break {
    /// When.
    pub days: DaySpan,
    /// For which grades; the others learn.
    pub grades: Grades,
}

/// A school year as it is written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct YearPlan {
    /// Its name, such as `2026-27`.
    pub name: Label,
    /// From the first lesson day to the last.
    pub days: DaySpan,
    /// The terms, in order.
    pub terms: [DaySpan; TERMS],
    /// The breaks.
    pub breaks: Vec<Break>,
}

/// A school year in the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchoolYear {
    /// Which.
    pub id: SchoolYearId,
    /// What it is made of.
    pub plan: YearPlan,
    /// Rises with each change.
    pub revision: u64,
}

impl YearPlan {
    /// A year is at most so many days long.
    pub const MAX_DAYS: i32 = 366;
    /// It has at most so many breaks.
    pub const MAX_BREAKS: usize = 24;

    /// Whether its parts fit each other; breaks are put in order.
    ///
    /// # Errors
    /// The first [`Fault`].
    pub fn checked(mut self) -> Result<Self, Fault> {
        if self.days.count() > Self::MAX_DAYS {
            return Err(Fault::YearLength);
        }
        for (number, term) in (1..).zip(&self.terms) {
            if !self.days.holds(*term) {
                return Err(Fault::TermOutside(number));
            }
        }
        for (number, pair) in (2..).zip(self.terms.windows(2)) {
            if pair[1].from() <= pair[0].until() {
                return Err(Fault::TermOrder(number));
            }
        }
        if self.breaks.len() > Self::MAX_BREAKS {
            return Err(Fault::TooMany);
        }
        for (index, one) in self.breaks.iter().enumerate() {
            if !self.days.holds(one.days) {
                return Err(Fault::BreakOutside(index + 1));
            }
            let meets = |other: &Break| one.days.meets(other.days) && one.grades.meets(other.grades);
            if self.breaks[..index].iter().any(meets) {
                return Err(Fault::BreakOverlap(index + 1));
            }
        }
        self.breaks.sort_by_key(|one| (one.days, one.grades));
        Ok(self)
    }

    /// The break of a grade on a day.
    pub fn break_of(&self, day: Date, grade: u8) -> Option<&Break> {
        self.breaks.iter().find(|one| one.days.contains(day) && one.grades.contains(grade))
    }

    /// The number of the term in which a day lies, from 1.
    pub fn term_of(&self, day: Date) -> Option<usize> {
        self.terms.iter().position(|term| term.contains(day)).map(|index| index + 1)
    }

    /// The days to which holidays of the year belong: up to the next 31 August, so that the summer's are among them.
    pub fn with_summer(&self) -> DaySpan {
        let last = Date::new(self.days.until().year(), 8, 31).unwrap_or(self.days.until());
        DaySpan::up_to(self.days.from(), last.max(self.days.until()))
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::{super::StateYear, *};

    fn span(from: Date, until: Date) -> DaySpan {
        DaySpan::new(from, until).unwrap()
    }

    #[test]
    fn parts_that_do_not_fit_are_refused_with_their_number() {
        let plan = StateYear::of(2026).plan;
        assert_eq!(plan.clone().checked(), Ok(plan.clone()));
        let refused = |change: fn(&mut YearPlan)| {
            let mut plan = plan.clone();
            change(&mut plan);
            plan.checked().unwrap_err()
        };
        assert_eq!(refused(|plan| plan.days = span(date(2026, 9, 1), date(2027, 9, 2))), Fault::YearLength);
        assert_eq!(refused(|plan| plan.days = span(date(2026, 9, 2), date(2027, 5, 25))), Fault::TermOutside(1));
        assert_eq!(refused(|plan| plan.terms[2] = plan.terms[1]), Fault::TermOrder(3));
        assert_eq!(
            refused(|plan| plan.breaks[1].days = span(date(2027, 5, 20), date(2027, 5, 26))),
            Fault::BreakOutside(2)
        );
        assert_eq!(refused(|plan| plan.breaks[3].days = plan.breaks[2].days), Fault::BreakOverlap(4));
        assert_eq!(refused(|plan| plan.breaks = vec![plan.breaks[0]; YearPlan::MAX_BREAKS + 1]), Fault::TooMany);
    }

    #[test]
    fn the_summer_belongs_to_the_year_before_it() {
        let year = StateYear::of(2026).plan.with_summer();
        assert_eq!((year.from(), year.until()), (date(2026, 9, 1), date(2027, 8, 31)));
    }
}
