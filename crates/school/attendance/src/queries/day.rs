//! One day: of a class, and of the school as it is now.

use std::collections::{BTreeMap, BTreeSet};

use accounts::Scope;
use jiff::{Timestamp, civil::Date};
use kernel::{ClassId, PersonId};
use people::person::{ClassView, Shift};
use store::{StoreError, Tx};

use super::{Book, ClassThen, Days, LeaveTold, Reach, bind, class_book};
use crate::{
    LeaveReasons,
    follower::zone_of,
    model::{DayFrame, DaySeen, Expectation, NoData, Status, Tally},
    store::{
        days,
        marks::{self, AbsenceRow, MarkRow},
        roll,
    },
};

/// A pupil's line on the page of a class and a day.
#[derive(Clone, Debug, PartialEq)]
pub struct DayLine {
    /// Who.
    pub person: PersonId,
    /// `Фамилия Имя Отчество`.
    pub full: String,
    /// What the day is by everything that is known.
    pub status: Status,
    /// What the doors say.
    pub seen: DaySeen,
    /// The newest correction.
    pub mark: Option<MarkRow>,
    /// Days away that the day is in.
    pub away: Option<AbsenceRow>,
    /// The permission by which the pupil left early.
    pub leave: Option<LeaveTold>,
}

impl DayLine {
    /// Seen at the doors within the day, but marked as absent.
    pub fn came_but_marked_absent(&self) -> bool {
        self.seen.first_in.is_some() && matches!(self.status, Status::Absent(_))
    }

    /// Marked as present, but not seen at the doors.
    pub fn present_but_not_seen(&self) -> bool {
        self.status.is_there() && !self.seen.is_seen()
    }
}

/// A day of a class.
#[derive(Clone, Debug, PartialEq)]
pub struct ClassDay {
    /// Which day.
    pub frame: DayFrame,
    /// The class as it was called then.
    pub class: ClassThen,
    /// When it was expected.
    pub expectation: Expectation,
    /// Its pupils on this day, in the order of the alphabet.
    pub lines: Vec<DayLine>,
}

impl ClassDay {
    /// Asks why pupils were let go.
    ///
    /// # Errors
    /// From the database.
    pub fn tell_leaves(&mut self, tx: &mut Tx<'_>, scope: &Scope, reasons: &LeaveReasons) -> Result<(), StoreError> {
        reasons.tell(tx, scope, self.lines.iter_mut().filter_map(|line| line.leave.as_mut()))
    }
}

/// A day of a class, with those who were in it then. `None`: no such class.
///
/// # Errors
/// From the database.
pub fn class_day(
    tx: &mut Tx<'_>,
    scope: &Scope,
    class: ClassId,
    day: Date,
    now: Timestamp,
) -> Result<Option<ClassDay>, StoreError> {
    let Some(book) = class_book(tx, scope, class, Days::one(day), now)? else { return Ok(None) };
    let Some(frame) = book.days().first().cloned() else { return Ok(None) };
    let Some(then) = book.classes().first().copied() else { return Ok(None) };
    let pupils = book.pupils().iter().enumerate().filter(|(place, _)| book.is_in(*place, 0));
    let lines = pupils.map(|(place, pupil)| DayLine {
        person: pupil.id,
        full: pupil.full.clone(),
        status: book.status(place, 0),
        seen: book.seen(place, 0),
        mark: book.mark(place, 0).cloned(),
        away: book.away(place, 0).cloned(),
        leave: book.left_by(place, 0).cloned(),
    });
    let lines = lines.collect();
    Ok(Some(ClassDay { frame, class: then, expectation: book.expectation(class, 0), lines }))
}

/// A day of one pupil with everything that was said of it.
#[derive(Clone, Debug, PartialEq)]
pub struct PupilDay {
    /// Which day.
    pub frame: DayFrame,
    /// The class of that day.
    pub class: ClassThen,
    /// What the day was.
    pub line: DayLine,
    /// Everything that was said of it, the newest first.
    pub marks: Vec<MarkRow>,
}

/// A day of one pupil. `None`: nobody who was in a class then.
///
/// # Errors
/// From the database.
pub fn pupil_day(
    tx: &mut Tx<'_>,
    scope: &Scope,
    person: PersonId,
    day: Date,
    now: Timestamp,
) -> Result<Option<PupilDay>, StoreError> {
    let Some(stay) = roll::stays_of(tx, scope.school(), person, day, day)?.pop() else { return Ok(None) };
    let Some(found) = class_day(tx, scope, stay.class, day, now)? else { return Ok(None) };
    let ClassDay { frame, class, lines, .. } = found;
    let Some(line) = lines.into_iter().find(|line| line.person == person) else { return Ok(None) };
    Ok(Some(PupilDay { frame, class, line, marks: marks::of_day(tx, scope.school(), person, day)? }))
}

impl PupilDay {
    /// Asks why the pupil was let go.
    ///
    /// # Errors
    /// From the database.
    pub fn tell_leaves(&mut self, tx: &mut Tx<'_>, scope: &Scope, reasons: &LeaveReasons) -> Result<(), StoreError> {
        reasons.tell(tx, scope, self.line.leave.iter_mut())
    }
}

/// What a day of a pupil was, in the class of that day.
#[derive(Clone, Debug, PartialEq)]
pub struct PupilThen {
    /// Which day.
    pub frame: DayFrame,
    /// What it was; [`NoData::OtherClass`] when the pupil was in no class that is seen.
    pub status: Status,
    /// What the doors say.
    pub seen: DaySeen,
    /// Whether somebody said what the day was.
    pub is_marked: bool,
    /// The permission by which the pupil left early.
    pub leave: Option<LeaveTold>,
}

/// The days of one pupil, each in the class of that day, as far as these classes are seen. `class` is the one of today.
///
/// # Errors
/// From the database.
pub fn pupil_days(
    tx: &mut Tx<'_>,
    scope: &Scope,
    reach: &Reach,
    (person, class): (PersonId, ClassId),
    days: Days,
    now: Timestamp,
) -> Result<Vec<PupilThen>, StoreError> {
    let stays = roll::stays_of(tx, scope.school(), person, days.from, days.until)?;
    let mut classes: BTreeSet<ClassId> =
        stays.iter().map(|stay| stay.class).filter(|class| reach.sees(*class)).collect();
    // Tells the days themselves, also when there is no stay in them.
    classes.insert(class);
    let mut told: BTreeMap<Date, PupilThen> = BTreeMap::new();
    for class in classes {
        let Some(book) = class_book(tx, scope, class, days, now)? else { continue };
        let place = book.pupils().iter().position(|pupil| pupil.id == person);
        for (day, frame) in book.days().iter().enumerate() {
            let frame = frame.clone();
            if let Some(place) = place.filter(|place| book.is_in(*place, day)) {
                let (status, seen) = (book.status(place, day), book.seen(place, day));
                let is_marked = book.mark(place, day).is_some();
                let leave = book.left_by(place, day).cloned();
                told.insert(frame.date(), PupilThen { frame, status, seen, is_marked, leave });
            } else {
                let status = Status::NoData(NoData::OtherClass);
                let nothing = PupilThen { frame, status, seen: DaySeen::default(), is_marked: false, leave: None };
                told.entry(nothing.frame.date()).or_insert(nothing);
            }
        }
    }
    Ok(told.into_values().collect())
}

/// How a class stands now.
#[derive(Clone, Debug, PartialEq)]
pub struct ClassNow {
    /// The class.
    pub class: ClassView,
    /// Whether it has lessons at school today.
    pub is_expected: bool,
    /// Its pupils.
    pub pupils: u32,
    /// In the building at this moment.
    pub inside: u32,
    /// Not decided yet: the bell has not rung.
    pub not_yet: u32,
    /// The day so far.
    pub tally: Tally,
}

/// A shift's first bell and how it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct ShiftNow {
    /// Which.
    pub shift: Shift,
    /// The earliest first bell of its classes, in seconds since the day began.
    pub bell: Option<u32>,
    /// Pupils of classes that have lessons at school today.
    pub pupils: u32,
    /// In the building at this moment.
    pub inside: u32,
    /// Not decided yet.
    pub not_yet: u32,
    /// The day so far.
    pub tally: Tally,
}

/// The school as it is now.
#[derive(Clone, Debug, PartialEq)]
pub struct Today {
    /// The day.
    pub frame: DayFrame,
    /// The moment.
    pub now: Timestamp,
    /// Shifts that have classes.
    pub shifts: Vec<ShiftNow>,
    /// Classes, in their order.
    pub classes: Vec<ClassNow>,
    /// First arrivals of pupils by five minutes: the second at which each begins, and how many.
    pub arrivals: Vec<(u32, u32)>,
    /// Staff of the school.
    pub staff: u32,
    /// Staff that came today.
    pub staff_came: u32,
    /// Staff in the building at this moment.
    pub staff_inside: u32,
}

impl Today {
    /// Length of a step of [`Self::arrivals`], in seconds.
    pub const STEP_S: u32 = 300;
}

/// The school as it is now, in a few statements.
///
/// # Errors
/// From the database.
pub fn today(tx: &mut Tx<'_>, scope: &Scope, now: Timestamp) -> Result<Today, StoreError> {
    let school = scope.school();
    let frame = DayFrame::around(now, &zone_of(tx, school)?);
    let classes = people::queries::classes(tx, scope)?;
    let calendar = calendar::queries::calendar_of(tx, scope)?;
    let book = bind::school_book_with(tx, scope, Days::one(frame.date()), now, &calendar)?;
    let mut by_class: BTreeMap<ClassId, ClassNow> = classes
        .iter()
        .map(|class| {
            let is_expected = matches!(book.expectation(class.id, 0), Expectation::At(..));
            (
                class.id,
                ClassNow { class: *class, is_expected, pupils: 0, inside: 0, not_yet: 0, tally: Tally::default() },
            )
        })
        .collect();
    let mut arrivals: BTreeMap<u32, u32> = BTreeMap::new();
    for (place, pupil) in book.pupils().iter().enumerate().filter(|(place, _)| book.is_in(*place, 0)) {
        let (seen, status) = (book.seen(place, 0), book.status(place, 0));
        if let Some(first) = seen.first_in {
            *arrivals.entry(first / Today::STEP_S * Today::STEP_S).or_default() += 1;
        }
        let Some(class) = by_class.get_mut(&pupil.class) else { continue };
        class.pupils += 1;
        class.inside += u32::from(seen.is_inside());
        class.not_yet += u32::from(status == Status::NotYet);
        class.tally.add(status);
    }
    let staff = days::staff_now(tx, school, frame.date())?;
    let classes: Vec<ClassNow> = classes.iter().filter_map(|class| by_class.remove(&class.id)).collect();
    let shifts = Shift::ALL.into_iter().filter_map(|shift| shift_now(shift, &classes, &book)).collect();
    Ok(Today {
        shifts,
        classes,
        arrivals: arrivals.into_iter().collect(),
        staff: roll::staff_count(tx, school)?,
        staff_came: staff.iter().filter(|row| row.seen().is_seen()).count() as u32,
        staff_inside: staff.iter().filter(|row| row.seen().is_inside()).count() as u32,
        frame,
        now,
    })
}

fn shift_now(shift: Shift, classes: &[ClassNow], book: &Book) -> Option<ShiftNow> {
    let mut now = ShiftNow { shift, bell: None, pupils: 0, inside: 0, not_yet: 0, tally: Tally::default() };
    let mut any = false;
    for class in classes.iter().filter(|class| class.class.data.shift == shift) {
        any = true;
        now.inside += class.inside;
        now.not_yet += class.not_yet;
        now.tally.join(&class.tally);
        if let Expectation::At(expected, _) = book.expectation(class.class.id, 0) {
            now.pupils += class.pupils;
            now.bell = Some(now.bell.map_or(expected.from, |bell| bell.min(expected.from)));
        }
    }
    any.then_some(now)
}
