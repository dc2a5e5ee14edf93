//! Days of pupils, read at once: what each of them was is told without asking the database again.

use accounts::Scope;
use kernel::{ClassId, PersonId};
use people::model::ClassName;
use rustc_hash::{FxHashMap, FxHashSet};
use store::{StoreError, Tx};

use crate::{
    LeaveReasons,
    model::{DayFrame, DaySeen, Expectation, Heard, Moment, NoData, Status, Tally, judge},
    store::{
        leaves::LeaveRow,
        marks::{AbsenceRow, MarkRow},
    },
};

/// A permission to leave, and why it was given.
#[derive(Clone, Debug, PartialEq)]
pub struct LeaveTold {
    /// The permission.
    pub row: LeaveRow,
    /// Why; empty until somebody asks for it who may know, and when nothing was said.
    pub reason: String,
}

/// A pupil of a book, in a class. Who changed classes meanwhile is in the book once for each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pupil {
    /// Who.
    pub id: PersonId,
    /// The class.
    pub class: ClassId,
    /// `Фамилия Имя Отчество`; empty in a book of the whole school.
    pub full: String,
    /// The place of the class in the book.
    pub(super) place: usize,
}

/// A class of a book, as it was called on those days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClassThen {
    /// Which.
    pub id: ClassId,
    /// Its grade and letter, at the end of the days.
    pub name: ClassName,
}

/// Days of pupils, each in the class in which the pupil was then.
#[derive(Clone, Debug)]
pub struct Book {
    pub(super) frames: Vec<DayFrame>,
    pub(super) pupils: Vec<Pupil>,
    pub(super) classes: Vec<ClassThen>,
    /// Day by day of each pupil: what the doors say, and whether the pupil was in the class.
    pub(super) seen: Vec<DaySeen>,
    pub(super) is_in: Vec<bool>,
    pub(super) marks: FxHashMap<(usize, usize), MarkRow>,
    pub(super) away: FxHashMap<usize, Vec<AbsenceRow>>,
    pub(super) leaves: FxHashMap<usize, Vec<LeaveTold>>,
    /// Day by day of each class.
    pub(super) expected: Vec<Vec<Expectation>>,
    pub(super) moments: Vec<Moment>,
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

    /// The classes that had pupils on these days, by grade and letter.
    pub fn classes(&self) -> &[ClassThen] {
        &self.classes
    }

    /// What the doors say of a pupil's day.
    pub fn seen(&self, pupil: usize, day: usize) -> DaySeen {
        self.seen.get(pupil * self.frames.len() + day).copied().unwrap_or_default()
    }

    /// Whether a pupil was in the class on a day.
    pub fn is_in(&self, pupil: usize, day: usize) -> bool {
        self.is_in.get(pupil * self.frames.len() + day).copied().unwrap_or(false)
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

    /// The permission to leave that held when the pupil left for good on a day.
    pub fn leave(&self, pupil: usize, day: usize) -> Option<&LeaveTold> {
        let leaves = self.leaves.get(&pupil)?;
        let left_at = self.frames.get(day)?.moment(self.seen(pupil, day).left_at()?);
        leaves.iter().find(|leave| leave.row.term().holds_at(left_at))
    }

    /// The permission by which a pupil left early on a day.
    pub fn left_by(&self, pupil: usize, day: usize) -> Option<&LeaveTold> {
        self.leave(pupil, day).filter(|_| self.status(pupil, day).is_by_leave())
    }

    /// Asks why pupils were let go.
    ///
    /// # Errors
    /// From the database.
    pub fn tell_leaves(&mut self, tx: &mut Tx<'_>, scope: &Scope, reasons: &LeaveReasons) -> Result<(), StoreError> {
        reasons.tell(tx, scope, self.leaves.values_mut().flatten())
    }

    /// When a class is expected on a day.
    pub fn expectation(&self, class: ClassId, day: usize) -> Expectation {
        let place = self.classes.iter().position(|known| known.id == class);
        place.map_or(Expectation::Not(NoData::NoLessons), |place| self.expected_at(place, day))
    }

    fn expected_at(&self, class: usize, day: usize) -> Expectation {
        let found = self.expected.get(class).and_then(|days| days.get(day));
        found.copied().unwrap_or(Expectation::Not(NoData::NoLessons))
    }

    /// What a pupil's day was.
    pub fn status(&self, pupil: usize, day: usize) -> Status {
        let Some(who) = self.pupils.get(pupil).filter(|_| self.is_in(pupil, day)) else {
            return Status::NoData(NoData::OtherClass);
        };
        let mark = if self.marks.is_empty() { None } else { self.mark(pupil, day).map(MarkRow::marked) };
        let away = if self.away.is_empty() { None } else { self.away(pupil, day).map(|away| away.reason) };
        let is_let_go = !self.leaves.is_empty() && self.leave(pupil, day).is_some();
        let now = self.moments.get(day).copied().unwrap_or(Moment::AFTERWARDS);
        let heard = Heard { mark, away, is_let_go };
        judge(self.expected_at(who.place, day), self.seen(pupil, day), heard, now)
    }

    /// What a pupil's days come to.
    pub fn tally(&self, pupil: usize) -> Tally {
        let mut tally = Tally::default();
        (0..self.frames.len()).for_each(|day| tally.add(self.status(pupil, day)));
        tally
    }

    /// What the days of everybody come to, whatever the class; in the order of persons.
    pub fn tallies(&self) -> Vec<(PersonId, Tally)> {
        let mut all: Vec<(PersonId, Tally)> =
            self.pupils.iter().enumerate().map(|(place, pupil)| (pupil.id, self.tally(place))).collect();
        all.sort_by_key(|(person, _)| *person);
        all.dedup_by(|next, before| {
            let is_same = next.0 == before.0;
            if is_same {
                before.1.join(&next.1);
            }
            is_same
        });
        all
    }

    /// How many persons the pupils are: who changed classes counts once.
    pub fn person_count(&self) -> u32 {
        self.pupils.iter().map(|pupil| pupil.id).collect::<FxHashSet<_>>().len() as u32
    }

    /// How many days of a class had lessons at school.
    pub fn lesson_days(&self, class: ClassId) -> u32 {
        let place = self.classes.iter().position(|known| known.id == class);
        let days = place.and_then(|place| self.expected.get(place)).map_or(&[][..], Vec::as_slice);
        days.iter().filter(|day| matches!(day, Expectation::At(..))).count() as u32
    }
}
