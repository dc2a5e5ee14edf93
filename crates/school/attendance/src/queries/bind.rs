//! A book is made: who was in which class then, what the doors, the calendar and people say.

use accounts::Scope;
use calendar::{CalendarOf, ClassPlace};
use jiff::{Timestamp, civil::Date};
use kernel::{ClassId, PersonId, SchoolId};
use people::{model::ClassName, person::Shift};
use rustc_hash::{FxHashMap, FxHashSet};
use store::{StoreError, Tx};

use super::{
    Days,
    book::{Book, ClassThen, LeaveTold, Pupil},
    settings,
};
use crate::{
    follower::zone_of,
    model::{DayFrame, DaySeen, Expectation, Expected, Moment, NoData},
    store::{
        days, leaves, marks, packs,
        roll::{self, StayRow},
    },
};

/// When fewer than one in so many expected pupils were seen at the doors, the doors were not watched.
const WATCHED_SHARE: u32 = 20;

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
    let named = roll::stays_in(tx, school, class, days.from, days.until)?;
    if named.is_empty() && calendar.place_of(class).is_none() {
        return Ok(None);
    }
    let mut book = Binding::new(tx, scope, days, now)?;
    for row in &named {
        book.stays(&row.stay(), row.full());
    }
    if named.is_empty()
        && let Some(empty) = people::queries::class(tx, scope, class)?
    {
        book.class(class, empty.data.name);
    }
    book.seal(tx, &calendar)?;
    for row in days::class_span(tx, school, class, days.from, days.until)? {
        book.saw(row.day, row.person, row.seen());
    }
    let came = packs::came_in(tx, school, days.from, days.until)?;
    book.watch(tx, came.into_iter().map(|row| (row.day, row.count)))?;
    book.hear(
        marks::newest_of_class(tx, school, class, days.from, days.until)?,
        marks::absences(tx, school, days.from, days.until)?,
    );
    book.let_go(tx)?;
    Ok(Some(book.bound()))
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
    let mut book = Binding::new(tx, scope, days, now)?;
    for row in roll::stays(tx, school, days.from, days.until)? {
        book.stays(&row, String::new());
    }
    book.seal(tx, calendar)?;
    let mut came: FxHashMap<Date, u32> = FxHashMap::default();
    packs::everybody(tx, school, days.from, days.until, |day, person, seen| {
        if seen.first_in.is_some() {
            *came.entry(day).or_default() += 1;
        }
        book.saw(day, person, seen);
    })?;
    book.watch(tx, came.into_iter())?;
    book.hear(marks::newest(tx, school, days.from, days.until)?, marks::absences(tx, school, days.from, days.until)?);
    book.let_go(tx)?;
    Ok(book.bound())
}

/// A book in the making.
struct Binding {
    school: SchoolId,
    days: Days,
    tolerance_min: u16,
    book: Book,
    rows: FxHashMap<(PersonId, ClassId), usize>,
    places: FxHashMap<ClassId, usize>,
    /// The grade of each class day by day, as far as its pupils' stays tell, with where it stands now.
    grades: Vec<Vec<Option<u8>>>,
    place_of_day: FxHashMap<Date, usize>,
    /// Pupils by id, so that days that come in that order are put to their rows by going along.
    by_id: Vec<(PersonId, usize)>,
    /// Where the last one was found, and on which day.
    last: (usize, Option<(Date, usize)>),
}

impl Binding {
    fn new(tx: &mut Tx<'_>, scope: &Scope, days: Days, now: Timestamp) -> Result<Self, StoreError> {
        let zone = zone_of(tx, scope.school())?;
        let frames: Vec<DayFrame> = days.all().map(|day| DayFrame::of(day, &zone)).collect();
        Ok(Self {
            school: scope.school(),
            days,
            tolerance_min: settings(tx, scope)?.tolerance_min,
            place_of_day: frames.iter().enumerate().map(|(place, frame)| (frame.date(), place)).collect(),
            rows: FxHashMap::default(),
            places: FxHashMap::default(),
            grades: Vec::new(),
            by_id: Vec::new(),
            last: (0, None),
            book: Book {
                moments: frames.iter().map(|frame| Moment(frame.second_of(now))).collect(),
                frames,
                pupils: Vec::new(),
                classes: Vec::new(),
                seen: Vec::new(),
                is_in: Vec::new(),
                marks: FxHashMap::default(),
                away: FxHashMap::default(),
                leaves: FxHashMap::default(),
                expected: Vec::new(),
            },
        })
    }

    /// Takes a stay of a pupil in a class.
    fn stays(&mut self, stay: &StayRow, full: String) {
        let count = self.book.frames.len();
        let Some(name) = stay.name() else { return };
        let place = self.class(stay.class, name);
        let row = *self.rows.entry((stay.person, stay.class)).or_insert_with(|| {
            self.book.pupils.push(Pupil { id: stay.person, class: stay.class, full, place });
            self.book.is_in.resize(self.book.pupils.len() * count, false);
            self.book.pupils.len() - 1
        });
        let first = stay.since.map_or(0, |since| self.place_from(since));
        let end = stay.until.map_or(count, |until| until.tomorrow().map_or(count, |next| self.place_from(next)));
        if let Some(days) =
            self.book.is_in.get_mut(row * count..(row + 1) * count).and_then(|days| days.get_mut(first..end))
        {
            days.fill(true);
        }
        if let Some(days) = self.grades.get_mut(place).and_then(|days| days.get_mut(first..end)) {
            days.fill(Some(stay.grade));
        }
        if end == count
            && let Some(class) = self.book.classes.get_mut(place)
        {
            class.name = name;
        }
    }

    /// The place of a class, which has this name unless a stay tells another.
    fn class(&mut self, class: ClassId, name: ClassName) -> usize {
        *self.places.entry(class).or_insert_with(|| {
            self.book.classes.push(ClassThen { id: class, name });
            self.grades.push(vec![None; self.book.frames.len()]);
            self.book.classes.len() - 1
        })
    }

    /// The place of the first day that is not before this one.
    fn place_from(&self, day: Date) -> usize {
        self.book.frames.partition_point(|frame| frame.date() < day)
    }

    /// No more pupils come: says when their classes have lessons.
    fn seal(&mut self, tx: &mut Tx<'_>, calendar: &CalendarOf) -> Result<(), StoreError> {
        let book = &mut self.book;
        book.seen = vec![DaySeen::default(); book.is_in.len()];
        self.by_id = book.pupils.iter().enumerate().map(|(row, pupil)| (pupil.id, row)).collect();
        self.by_id.sort_unstable();
        let mut ended: Option<FxHashMap<ClassId, Shift>> = None;
        for (class, grades) in book.classes.iter().zip(&self.grades) {
            let now = match calendar.place_of(class.id) {
                Some(now) => now,
                None => {
                    if ended.is_none() {
                        ended = Some(roll::ended_classes(tx, self.school)?);
                    }
                    let shift = ended.as_ref().and_then(|ended| ended.get(&class.id)).copied();
                    ClassPlace { grade: class.name.grade(), shift: shift.unwrap_or(Shift::First) }
                }
            };
            let days = book.frames.iter().zip(grades).map(|(frame, grade)| {
                let then = ClassPlace { grade: grade.unwrap_or(now.grade), ..now };
                expectation(calendar, self.tolerance_min, class.id, then, frame)
            });
            book.expected.push(days.collect());
        }
        Ok(())
    }

    /// Takes what the doors say of somebody's day. Whoever is no pupil of the book is passed over.
    fn saw(&mut self, date: Date, person: PersonId, seen: DaySeen) {
        let day = match self.last.1 {
            Some((known, day)) if known == date => day,
            _ => match self.place_of_day.get(&date) {
                Some(day) => *day,
                None => return,
            },
        };
        let is_behind =
            self.last.0.checked_sub(1).and_then(|last| self.by_id.get(last)).is_some_and(|last| last.0 >= person);
        let mut at = if is_behind { self.by_id.partition_point(|known| known.0 < person) } else { self.last.0 };
        while self.by_id.get(at).is_some_and(|known| known.0 < person) {
            at += 1;
        }
        self.last = (at, Some((date, day)));
        // Who changed classes has several rows.
        for (_, row) in self.by_id.get(at..).unwrap_or_default().iter().take_while(|known| known.0 == person) {
            if let Some(place) = self.book.seen.get_mut(row * self.book.frames.len() + day) {
                *place = seen;
            }
        }
    }

    /// Says on which days the doors were watched, by how many came in.
    fn watch(&mut self, tx: &mut Tx<'_>, came: impl Iterator<Item = (Date, u32)>) -> Result<(), StoreError> {
        let mut came_on = vec![0_u32; self.book.frames.len()];
        for (date, count) in came {
            if let Some(day) = self.place_of_day.get(&date).and_then(|day| came_on.get_mut(*day)) {
                *day = count;
            }
        }
        let pupils = self.pupils_day_by_day(tx)?;
        let is_watched: Vec<bool> = came_on
            .iter()
            .zip(&pupils)
            .map(|(came, pupils)| came.saturating_mul(WATCHED_SHARE) >= (*pupils).max(1))
            .collect();
        for days in &mut self.book.expected {
            for (day, is_watched) in days.iter_mut().zip(&is_watched) {
                if let Expectation::At(_, known) = day {
                    *known = *is_watched;
                }
            }
        }
        Ok(())
    }

    /// How many pupils the school had on each day.
    fn pupils_day_by_day(&self, tx: &mut Tx<'_>) -> Result<Vec<u32>, StoreError> {
        let mut pupils = vec![0_u32; self.book.frames.len()];
        for row in roll::stay_counts(tx, self.school, self.days.from, self.days.until)? {
            let first = row.since.map_or(0, |since| self.place_from(since));
            let end =
                row.until.and_then(|until| until.tomorrow().ok()).map_or(pupils.len(), |next| self.place_from(next));
            pupils.get_mut(first..end).unwrap_or_default().iter_mut().for_each(|count| *count += row.count);
        }
        Ok(pupils)
    }

    /// Takes what people say.
    fn hear(&mut self, said: Vec<marks::MarkRow>, away: Vec<marks::AbsenceRow>) {
        let mut rows: FxHashMap<PersonId, Vec<usize>> = FxHashMap::default();
        let told_of: FxHashSet<PersonId> =
            said.iter().map(|row| row.person).chain(away.iter().map(|row| row.person)).collect();
        for (person, row) in &self.by_id {
            if told_of.contains(person) {
                rows.entry(*person).or_default().push(*row);
            }
        }
        for mark in said {
            let Some(day) = self.place_of_day.get(&mark.day) else { continue };
            for row in rows.get(&mark.person).into_iter().flatten() {
                self.book.marks.insert((*row, *day), mark.clone());
            }
        }
        for absence in away {
            for row in rows.get(&absence.person).into_iter().flatten() {
                self.book.away.entry(*row).or_default().push(absence.clone());
            }
        }
    }

    /// Takes who was let go.
    fn let_go(&mut self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        let (Some(first), Some(last)) = (self.book.frames.first(), self.book.frames.last()) else { return Ok(()) };
        for leave in leaves::between(tx, self.school, first.begins(), last.ends())? {
            let from = self.by_id.partition_point(|(person, _)| *person < leave.person);
            let rows = self.by_id.get(from..).unwrap_or_default().iter().take_while(|known| known.0 == leave.person);
            for (_, row) in rows {
                let told = LeaveTold { row: leave.clone(), reason: String::new() };
                self.book.leaves.entry(*row).or_default().push(told);
            }
        }
        Ok(())
    }

    fn bound(mut self) -> Book {
        // Pupils hold the places of their classes: those are put in order through a list of where each went.
        let mut order: Vec<usize> = (0..self.book.classes.len()).collect();
        let classes = &self.book.classes;
        order.sort_by_key(|place| classes.get(*place).map(|class| (class.name.sort_key(), class.id)));
        let mut new_place = vec![0; order.len()];
        for (new, old) in order.iter().enumerate() {
            if let Some(place) = new_place.get_mut(*old) {
                *place = new;
            }
        }
        let pick = |old: &usize| Some((*self.book.classes.get(*old)?, self.book.expected.get(*old)?.clone()));
        let (classes, expected) = order.iter().filter_map(pick).unzip();
        (self.book.classes, self.book.expected) = (classes, expected);
        for pupil in &mut self.book.pupils {
            pupil.place = new_place.get(pupil.place).copied().unwrap_or(pupil.place);
        }
        self.book
    }
}

/// When a class is expected on a day; whether the doors were watched is said later.
fn expectation(
    calendar: &CalendarOf,
    tolerance_min: u16,
    class: ClassId,
    then: ClassPlace,
    frame: &DayFrame,
) -> Expectation {
    let (kind, hours) = calendar.hours(class, then, frame.date());
    if !kind.is_at_school() {
        let is_remote = kind.as_weekday().is_some();
        return Expectation::Not(if is_remote { NoData::RemoteDay } else { NoData::NoLessons });
    }
    let Some(hours) = hours else { return Expectation::Not(NoData::NoLessons) };
    let expected = Expected {
        from: frame.second_of_minute(hours.from_min),
        until: frame.second_of_minute(hours.until_min),
        tolerance_min,
    };
    Expectation::At(expected, false)
}

impl StayRow {
    /// The class as it was called then. A name that no class can have was written by hand: its pupils are left out of books.
    fn name(&self) -> Option<ClassName> {
        let mut letters = self.letter.chars();
        letters.next().filter(|_| letters.next().is_none()).and_then(|letter| ClassName::new(self.grade, letter).ok())
    }
}
