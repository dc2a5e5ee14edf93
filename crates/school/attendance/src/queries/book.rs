//! Days of pupils, read at once: what each of them was is told without asking the database again.

use accounts::Scope;
use calendar::CalendarOf;
use jiff::{Timestamp, civil::Date};
use kernel::{ClassId, PersonId};
use rustc_hash::FxHashMap;
use store::{StoreError, Tx};

use super::{Days, settings};
use crate::{
    follower::zone_of,
    model::{DayFrame, DaySeen, Expectation, Expected, Moment, NoData, Settings, Status, Tally, judge},
    store::{
        days::{self, SeenRow},
        marks::{self, AbsenceRow, MarkRow},
        roll::{self, PersonRow},
    },
};

/// When fewer than one in so many expected pupils were seen at the doors, the doors were not watched.
const WATCHED_SHARE: u32 = 20;

/// A pupil of a book.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pupil {
    /// Who.
    pub id: PersonId,
    /// The class.
    pub class: ClassId,
    /// `Фамилия Имя Отчество`; empty in a book of the whole school.
    pub full: String,
}

/// Days of pupils.
#[derive(Clone, Debug)]
pub struct Book {
    frames: Vec<DayFrame>,
    pupils: Vec<Pupil>,
    /// Day by day of each pupil.
    seen: Vec<DaySeen>,
    marks: FxHashMap<(usize, usize), MarkRow>,
    away: FxHashMap<usize, Vec<AbsenceRow>>,
    expected: FxHashMap<ClassId, Vec<Expectation>>,
    moments: Vec<Moment>,
}

impl Book {
    /// The days.
    pub fn days(&self) -> &[DayFrame] {
        &self.frames
    }

    /// The pupils; those of one class in the order of the alphabet.
    pub fn pupils(&self) -> &[Pupil] {
        &self.pupils
    }

    /// What the doors say of a pupil's day.
    pub fn seen(&self, pupil: usize, day: usize) -> DaySeen {
        self.seen.get(pupil * self.frames.len() + day).copied().unwrap_or_default()
    }

    /// The newest word on a pupil's day.
    pub fn mark(&self, pupil: usize, day: usize) -> Option<&MarkRow> {
        self.marks.get(&(pupil, day))
    }

    /// Days away that a pupil's day is in.
    pub fn away(&self, pupil: usize, day: usize) -> Option<&AbsenceRow> {
        let date = self.frames.get(day)?.date();
        // Of those that overlap the one told of last counts.
        let told = self.away.get(&pupil)?.iter().filter(|away| (away.from_day..=away.until_day).contains(&date));
        told.max_by_key(|away| (away.at, away.id))
    }

    /// When a class is expected on a day.
    pub fn expectation(&self, class: ClassId, day: usize) -> Expectation {
        let found = self.expected.get(&class).and_then(|days| days.get(day));
        found.copied().unwrap_or(Expectation::Not(NoData::NoLessons))
    }

    /// What a pupil's day was.
    pub fn status(&self, pupil: usize, day: usize) -> Status {
        let Some(who) = self.pupils.get(pupil) else { return Status::NoData(NoData::NoLessons) };
        let mark = self.mark(pupil, day).map(MarkRow::marked);
        let away = if self.away.is_empty() { None } else { self.away(pupil, day).map(|away| away.reason) };
        let now = self.moments.get(day).copied().unwrap_or(Moment::AFTERWARDS);
        judge(self.expectation(who.class, day), self.seen(pupil, day), mark, away, now)
    }

    /// What a pupil's days come to.
    pub fn tally(&self, pupil: usize) -> Tally {
        let mut tally = Tally::default();
        (0..self.frames.len()).for_each(|day| tally.add(self.status(pupil, day)));
        tally
    }

    /// How many days of a class had lessons at school.
    pub fn lesson_days(&self, class: ClassId) -> u32 {
        let days = self.expected.get(&class).map_or(&[][..], Vec::as_slice);
        days.iter().filter(|day| matches!(day, Expectation::At(..))).count() as u32
    }
}

/// Everything of which a book is made.
struct Parts {
    days: Days,
    pupils: Vec<Pupil>,
    seen: Vec<SeenRow>,
    came: FxHashMap<Date, u32>,
    school_pupils: u32,
    marks: Vec<MarkRow>,
    absences: Vec<AbsenceRow>,
}

/// The days of a class. `None`: no such class.
///
/// # Errors
/// From the database.
pub fn class_book(
    tx: &mut Tx<'_>,
    scope: &Scope,
    class: ClassId,
    days: Days,
    now: Timestamp,
) -> Result<Option<Book>, StoreError> {
    let school = scope.school();
    let calendar = calendar::queries::calendar_of(tx, scope)?;
    if calendar.place_of(class).is_none() {
        return Ok(None);
    }
    let pupil = |row: PersonRow| Pupil { id: row.id, class, full: row.full() };
    let came = days::came(tx, school, days.from, days.until)?;
    let parts = Parts {
        days,
        pupils: roll::of_class(tx, school, class)?.into_iter().map(pupil).collect(),
        seen: days::class_span(tx, school, class, days.from, days.until)?,
        came: came.into_iter().map(|row| (row.day, row.count)).collect(),
        school_pupils: roll::pupil_count(tx, school)?,
        marks: marks::newest_of_class(tx, school, class, days.from, days.until)?,
        absences: marks::absences(tx, school, days.from, days.until)?,
    };
    bound(tx, scope, parts, &calendar, now).map(Some)
}

/// The days of all classes.
///
/// # Errors
/// From the database.
pub fn school_book(tx: &mut Tx<'_>, scope: &Scope, days: Days, now: Timestamp) -> Result<Book, StoreError> {
    let calendar = calendar::queries::calendar_of(tx, scope)?;
    school_book_with(tx, scope, days, now, &calendar)
}

/// As [`school_book`], by a calendar that was read already.
pub(super) fn school_book_with(
    tx: &mut Tx<'_>,
    scope: &Scope,
    days: Days,
    now: Timestamp,
    calendar: &CalendarOf,
) -> Result<Book, StoreError> {
    let school = scope.school();
    let pupils: Vec<Pupil> = roll::pupils(tx, school)?
        .into_iter()
        .map(|row| Pupil { id: row.id, class: row.class, full: String::new() })
        .collect();
    let seen = days::span(tx, school, days.from, days.until)?;
    let mut came: FxHashMap<Date, u32> = FxHashMap::default();
    for row in seen.iter().filter(|row| row.first_in.is_some()) {
        *came.entry(row.day).or_default() += 1;
    }
    let parts = Parts {
        days,
        school_pupils: pupils.len() as u32,
        pupils,
        seen,
        came,
        marks: marks::newest(tx, school, days.from, days.until)?,
        absences: marks::absences(tx, school, days.from, days.until)?,
    };
    bound(tx, scope, parts, calendar, now)
}

fn bound(
    tx: &mut Tx<'_>,
    scope: &Scope,
    parts: Parts,
    calendar: &CalendarOf,
    now: Timestamp,
) -> Result<Book, StoreError> {
    let zone = zone_of(tx, scope.school())?;
    let settings = settings(tx, scope)?;
    let frames: Vec<DayFrame> = parts.days.all().map(|day| DayFrame::of(day, &zone)).collect();
    let place_of_day: FxHashMap<Date, usize> =
        frames.iter().enumerate().map(|(place, frame)| (frame.date(), place)).collect();
    let place_of_pupil: FxHashMap<PersonId, usize> =
        parts.pupils.iter().enumerate().map(|(place, pupil)| (pupil.id, place)).collect();
    let mut seen = vec![DaySeen::default(); frames.len() * parts.pupils.len()];
    // Rows come day by day, so the day is looked up when it changes.
    let mut today: Option<(Date, usize)> = None;
    for row in &parts.seen {
        let day = match today {
            Some((date, day)) if date == row.day => Some(day),
            _ => place_of_day.get(&row.day).copied(),
        };
        let (Some(day), Some(pupil)) = (day, place_of_pupil.get(&row.person)) else { continue };
        today = Some((row.day, day));
        if let Some(place) = seen.get_mut(pupil * frames.len() + day) {
            *place = row.seen();
        }
    }
    let is_watched: Vec<bool> = frames
        .iter()
        .map(|frame| parts.came.get(&frame.date()).copied().unwrap_or(0) * WATCHED_SHARE >= parts.school_pupils.max(1))
        .collect();
    let mut expected: FxHashMap<ClassId, Vec<Expectation>> = FxHashMap::default();
    for pupil in &parts.pupils {
        expected.entry(pupil.class).or_insert_with(|| {
            let days = frames.iter().zip(&is_watched);
            days.map(|(frame, is_watched)| expectation(calendar, settings, pupil.class, frame, *is_watched)).collect()
        });
    }
    let mut away: FxHashMap<usize, Vec<AbsenceRow>> = FxHashMap::default();
    for row in parts.absences {
        if let Some(pupil) = place_of_pupil.get(&row.person) {
            away.entry(*pupil).or_default().push(row);
        }
    }
    let place = |row: &MarkRow| Some((*place_of_pupil.get(&row.person)?, *place_of_day.get(&row.day)?));
    let marks = parts.marks.into_iter().filter_map(|row| Some((place(&row)?, row))).collect();
    let moments = frames.iter().map(|frame| Moment(frame.second_of(now))).collect();
    Ok(Book { frames, pupils: parts.pupils, seen, marks, away, expected, moments })
}

/// When a class is expected on a day.
fn expectation(
    calendar: &CalendarOf,
    settings: Settings,
    class: ClassId,
    frame: &DayFrame,
    is_watched: bool,
) -> Expectation {
    let none = Expectation::Not(NoData::NoLessons);
    let Some(day) = calendar.class_day(class, frame.date()) else { return none };
    if !day.kind.is_at_school() {
        return if day.kind.as_weekday().is_some() { Expectation::Not(NoData::RemoteDay) } else { none };
    }
    let (Some(from), Some(until)) = (day.begins_min(), day.ends_min()) else { return none };
    let expected = Expected {
        from: frame.second_of_minute(from),
        until: frame.second_of_minute(until),
        tolerance_min: settings.tolerance_min,
    };
    Expectation::At(expected, is_watched)
}
