//! All that is known of a school's time, read at once.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;
use kernel::ClassId;
use people::person::Shift;

use crate::model::{BellSchedule, Bells, Calendar, Cell, DayKind, LessonTime, LessonTimes, Timetable};

/// Where a class stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ClassPlace {
    /// Its grade.
    pub grade: u8,
    /// Its shift.
    pub shift: Shift,
}

/// A lesson of a class on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassLesson {
    /// When; the lesson rings by this schedule's times.
    pub time: LessonTime,
    /// What is taught; `None` when the class has no timetable.
    pub cell: Option<Cell>,
}

/// A day of a class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassDay {
    /// What the day is.
    pub kind: DayKind,
    /// The lessons, in order; those for which no bell rings are left out.
    pub lessons: Vec<ClassLesson>,
}

impl ClassDay {
    /// The minute of the day at which the first lesson begins.
    pub fn begins_min(&self) -> Option<u16> {
        self.lessons.first().map(|lesson| lesson.time.from_min)
    }

    /// The minute of the day at which the last lesson ends.
    pub fn ends_min(&self) -> Option<u16> {
        self.lessons.last().map(|lesson| lesson.time.until_min)
    }
}

/// From the first lesson's beginning to the last one's end, in minutes of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LessonHours {
    /// The first lesson begins.
    pub from_min: u16,
    /// The last lesson ends.
    pub until_min: u16,
}

/// All that is known of a school's time. Made by [`crate::queries::calendar_of`]; answers without asking the database.
#[derive(Clone, Debug, Default)]
pub struct CalendarOf {
    calendar: Calendar,
    bells: Bells,
    classes: HashMap<ClassId, ClassPlace>,
    timetables: HashMap<ClassId, Timetable>,
}

impl CalendarOf {
    /// What was read.
    pub(crate) const fn new(
        calendar: Calendar,
        bells: Bells,
        classes: HashMap<ClassId, ClassPlace>,
        timetables: HashMap<ClassId, Timetable>,
    ) -> Self {
        Self { calendar, bells, classes, timetables }
    }

    /// The days.
    pub const fn calendar(&self) -> &Calendar {
        &self.calendar
    }

    /// The bells.
    pub const fn bells(&self) -> &Bells {
        &self.bells
    }

    /// Grade and shift of a class.
    pub fn place_of(&self, class: ClassId) -> Option<ClassPlace> {
        self.classes.get(&class).copied()
    }

    /// The timetable of a class that has one.
    pub fn timetable(&self, class: ClassId) -> Option<&Timetable> {
        self.timetables.get(&class).filter(|timetable| !timetable.cells.is_empty())
    }

    /// Every grade and shift in which some class learns, in order. A school without classes has all of them.
    pub fn places(&self) -> Vec<ClassPlace> {
        let known: BTreeMap<(u8, u8), ClassPlace> =
            self.classes.values().map(|place| ((place.grade, place.shift.number()), *place)).collect();
        if known.is_empty() {
            return Shift::ALL
                .into_iter()
                .flat_map(|shift| (0..=12).map(move |grade| ClassPlace { grade, shift }))
                .collect();
        }
        known.into_values().collect()
    }

    /// What a day is for a grade in a shift.
    pub fn day_kind(&self, day: Date, grade: u8, shift: Shift) -> DayKind {
        self.calendar.day_kind(day, grade, shift)
    }

    /// The schedule that rings for a grade in a shift on a day.
    pub fn ringing(&self, day: Date, grade: u8, shift: Shift) -> Option<&BellSchedule> {
        let as_weekday = self.day_kind(day, grade, shift).as_weekday()?;
        self.bells.ringing(day, as_weekday, grade, shift)
    }

    /// The lessons that ring for a grade in a shift on a day, also on one that is learnt from home; none when nobody learns.
    pub fn lessons_of(&self, day: Date, grade: u8, shift: Shift) -> LessonTimes {
        self.ringing(day, grade, shift).map(|schedule| schedule.of(shift).clone()).unwrap_or_default()
    }

    /// The day of a class: its lessons by its timetable, or as many from the first one on as its grade has. `None`: no such class.
    pub fn class_day(&self, class: ClassId, day: Date) -> Option<ClassDay> {
        let ClassPlace { grade, shift } = self.place_of(class)?;
        let kind = self.day_kind(day, grade, shift);
        let Some(as_weekday) = kind.as_weekday() else { return Some(ClassDay { kind, lessons: Vec::new() }) };
        let times = self.bells.lessons_of(day, as_weekday, grade, shift);
        let lessons = match self.timetable(class) {
            Some(timetable) => timetable
                .of(as_weekday)
                .filter_map(|(number, cell)| {
                    Some(ClassLesson { time: times.numbered(number)?, cell: Some(cell.clone()) })
                })
                .collect(),
            None => {
                let count = self.calendar.plans().of(grade).lessons;
                let counted = times.lessons().iter().filter(|lesson| (1..=count).contains(&lesson.number));
                counted.map(|time| ClassLesson { time: *time, cell: None }).collect()
            }
        };
        Some(ClassDay { kind, lessons })
    }

    /// What a day is for a class that stood at this place then, and when its lessons begin and end; `None` when none ring. The timetable is that of
    /// today, so it counts for the place of today only: at another one the class has as many lessons as its grade. Cheaper than [`Self::class_day`]:
    /// for reports that ask for many days.
    pub fn hours(&self, class: ClassId, then: ClassPlace, day: Date) -> (DayKind, Option<LessonHours>) {
        let ClassPlace { grade, shift } = then;
        let kind = self.day_kind(day, grade, shift);
        let rings =
            kind.as_weekday().and_then(|weekday| Some((weekday, self.bells.ringing(day, weekday, grade, shift)?)));
        let Some((as_weekday, schedule)) = rings else { return (kind, None) };
        let times = schedule.of(shift);
        let ends =
            |first: LessonTime, last: LessonTime| LessonHours { from_min: first.from_min, until_min: last.until_min };
        let hours = match self.timetable(class).filter(|_| self.place_of(class) == Some(then)) {
            Some(timetable) => {
                let mut lessons = timetable.of(as_weekday).filter_map(|(number, _)| times.numbered(number));
                lessons.next().map(|first| ends(first, lessons.last().unwrap_or(first)))
            }
            None => {
                let count = self.calendar.plans().of(grade).lessons;
                let mut lessons = times.lessons().iter().copied().filter(|lesson| (1..=count).contains(&lesson.number));
                lessons.next().map(|first| ends(first, lessons.next_back().unwrap_or(first)))
            }
        };
        (kind, hours)
    }
}
