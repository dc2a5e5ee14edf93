//! What a day is, for a grade and a shift.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, Weekday};
use people::{model::ClassName, person::Shift};

use super::{Change, DayChange, DaySpan, GradePlans, Grades, Holiday, SchoolYear};

/// What a day is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DayKind {
    /// Lessons are held at school.
    Lessons {
        /// By the timetable of this weekday, which on a moved working day is not the day's own.
        as_weekday: Weekday,
    },
    /// Lessons are held from home: no absences, no meals.
    Remote {
        /// By the timetable of this weekday.
        as_weekday: Weekday,
    },
    /// Sunday; Saturday too in a week of five days.
    WeeklyDayOff,
    /// A break.
    Break,
    /// A holiday of the state or the school.
    Holiday,
    /// A working day that was made free.
    DayOff,
    /// The day is in no school year.
    OutsideYear,
}

impl DayKind {
    /// The word in text keys and styles.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Lessons { .. } => "lessons",
            Self::Remote { .. } => "remote",
            Self::WeeklyDayOff => "weekend",
            Self::Break => "break",
            Self::Holiday => "holiday",
            Self::DayOff => "off",
            Self::OutsideYear => "outside",
        }
    }

    /// Every kind's word, in the order of the legend.
    pub const WORDS: [&'static str; 7] = ["lessons", "remote", "weekend", "break", "holiday", "off", "outside"];

    /// By which weekday's timetable lessons are held, at school or from home.
    pub const fn as_weekday(self) -> Option<Weekday> {
        match self {
            Self::Lessons { as_weekday } | Self::Remote { as_weekday } => Some(as_weekday),
            Self::WeeklyDayOff | Self::Break | Self::Holiday | Self::DayOff | Self::OutsideYear => None,
        }
    }

    /// Whether pupils are expected at school.
    pub const fn is_at_school(self) -> bool {
        matches!(self, Self::Lessons { .. })
    }

    /// Whether the day is closed as such: neither by the week nor for lack of a school year.
    const fn is_closed(self) -> bool {
        matches!(self, Self::Break | Self::Holiday | Self::DayOff)
    }
}

/// The calendar of a school: everything by which a day is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calendar {
    years: Vec<SchoolYear>,
    holidays: BTreeMap<Date, Holiday>,
    changes: BTreeMap<Date, Vec<DayChange>>,
    plans: GradePlans,
}

impl Calendar {
    /// The calendar of these parts.
    pub fn new(
        mut years: Vec<SchoolYear>,
        holidays: impl IntoIterator<Item = Holiday>,
        changes: impl IntoIterator<Item = DayChange>,
        plans: GradePlans,
    ) -> Self {
        years.sort_by_key(|year| year.plan.days);
        let mut by_day: BTreeMap<Date, Vec<DayChange>> = BTreeMap::new();
        for change in changes {
            by_day.entry(change.day).or_default().push(change);
        }
        let holidays = holidays.into_iter().map(|holiday| (holiday.day, holiday)).collect();
        Self { years, holidays, changes: by_day, plans }
    }

    /// What a day is for a grade in a shift. What is said of one day outweighs what is said of many: a working day the holiday,
    /// the holiday the break, the break the day of the week.
    pub fn day_kind(&self, day: Date, grade: u8, shift: Shift) -> DayKind {
        let Some(year) = self.year_of(day) else {
            return if self.holidays.contains_key(&day) { DayKind::Holiday } else { DayKind::OutsideYear };
        };
        let works = self.works(day);
        if self.holidays.contains_key(&day) && works.is_none() {
            return DayKind::Holiday;
        }
        if year.plan.break_of(day, grade).is_some() {
            return DayKind::Break;
        }
        let as_weekday = match works {
            Some(as_weekday) => as_weekday,
            None if self.is_free(day) => return DayKind::DayOff,
            None if !self.plans.of(grade).week.contains(day.weekday()) => return DayKind::WeeklyDayOff,
            None => day.weekday(),
        };
        if self.is_remote(day, grade, shift) { DayKind::Remote { as_weekday } } else { DayKind::Lessons { as_weekday } }
    }

    fn works(&self, day: Date) -> Option<Weekday> {
        self.changes(day).iter().find_map(|change| match change.change {
            Change::Works(weekday) => Some(weekday),
            Change::Free | Change::Remote(_) => None,
        })
    }

    fn is_free(&self, day: Date) -> bool {
        self.changes(day).iter().any(|change| change.change == Change::Free)
    }

    fn is_remote(&self, day: Date, grade: u8, shift: Shift) -> bool {
        self.changes(day).iter().any(|change| match change.change {
            Change::Remote(audience) => audience.contains(grade, shift),
            Change::Free | Change::Works(_) => false,
        })
    }

    /// The school year of a day.
    pub fn year_of(&self, day: Date) -> Option<&SchoolYear> {
        self.years.iter().find(|year| year.plan.days.contains(day))
    }

    /// The school years, the oldest first.
    pub fn years(&self) -> &[SchoolYear] {
        &self.years
    }

    /// The school year that a page shows for a day: its own, else the next one, else the last one.
    pub fn year_around(&self, day: Date) -> Option<&SchoolYear> {
        self.years.iter().find(|year| year.plan.days.until() >= day).or_else(|| self.years.last())
    }

    /// The holiday of a day.
    pub fn holiday(&self, day: Date) -> Option<&Holiday> {
        self.holidays.get(&day)
    }

    /// The holidays of some days, in order.
    pub fn holidays(&self, days: DaySpan) -> impl Iterator<Item = &Holiday> {
        self.holidays.range(days.from()..=days.until()).map(|(_, holiday)| holiday)
    }

    /// What was changed about a day.
    pub fn changes(&self, day: Date) -> &[DayChange] {
        self.changes.get(&day).map_or(&[], Vec::as_slice)
    }

    /// What was changed about some days, in order.
    pub fn changes_in(&self, days: DaySpan) -> impl Iterator<Item = &DayChange> {
        self.changes.range(days.from()..=days.until()).flat_map(|(_, changes)| changes)
    }

    /// The weeks of the grades.
    pub fn plans(&self) -> &GradePlans {
        &self.plans
    }

    /// The days from `from` on that are closed for everybody: holidays, breaks of all grades, days made free.
    ///
    /// Weekends and the time outside of school years are not among them. On those, rules that name a weekday or a range of days say
    /// for themselves whether they hold, as a sports section on Sundays or the staff in summer.
    pub fn closed_days(&self, from: Date) -> Vec<Date> {
        let breaks = self.years.iter().flat_map(|year| &year.plan.breaks);
        let days: BTreeSet<Date> = breaks
            .flat_map(|one| one.days.days())
            .chain(self.holidays.keys().copied())
            .chain(self.changes.keys().copied())
            .filter(|day| *day >= from)
            .collect();
        days.into_iter().filter(|day| self.is_closed(*day)).collect()
    }

    /// The days from `from` on that work as another weekday than their own, with that weekday, in order. A day that a break closes
    /// for everybody is none of them, whatever was said of it.
    pub fn moved_days(&self, from: Date) -> Vec<(Date, Weekday)> {
        let changed = self.changes.range(from..).filter_map(|(day, _)| Some((*day, self.works(*day)?)));
        changed.filter(|(day, weekday)| day.weekday() != *weekday && !self.is_closed(*day)).collect()
    }

    fn is_closed(&self, day: Date) -> bool {
        // What closes a day knows no shifts.
        (Grades::ALL.from()..=ClassName::MAX_GRADE).all(|grade| self.day_kind(day, grade, Shift::First).is_closed())
    }
}

#[cfg(test)]
mod tests;
