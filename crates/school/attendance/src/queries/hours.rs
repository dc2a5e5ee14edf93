//! Hours of staff: what passes tell, what somebody entered, and the sums.

use accounts::Scope;
use jiff::{Timestamp, civil::Date};
use kernel::{PersonId, SchoolId};
use people::person::Shift;
use rustc_hash::FxHashMap;
use store::{StoreError, Tx};

use super::{Days, settings};
use crate::{
    follower::zone_of,
    model::{DayFrame, DayPasses, Entered, Entry, WorkPlan, Worked, entry, stays, worked},
    store::{days, roll, sheet},
};

/// The grade by whose calendar staff works: breaks of the first grade are working days for teachers.
const STAFF_GRADE: u8 = 9;

/// A person's month.
#[derive(Clone, Debug, PartialEq)]
pub struct StaffRow {
    /// Who.
    pub person: PersonId,
    /// `Фамилия Имя Отчество`.
    pub full: String,
    /// What the person works as; may be empty.
    pub position: String,
    /// When the person works.
    pub plan: WorkPlan,
    /// Whether the plan is the person's own.
    pub has_own_plan: bool,
    /// A day each.
    pub entries: Vec<Entry>,
    /// What the doors tell, a day each.
    pub worked: Vec<Worked>,
}

impl StaffRow {
    /// Days with hours.
    pub fn work_days(&self) -> u32 {
        self.entries.iter().filter(|entry| entry.minutes > 0).count() as u32
    }

    /// Minutes of work.
    pub fn minutes(&self) -> u32 {
        self.entries.iter().map(|entry| u32::from(entry.minutes)).sum()
    }

    /// Minutes of work at night.
    pub fn night_min(&self) -> u32 {
        self.entries.iter().map(|entry| u32::from(entry.night_min)).sum()
    }

    /// Minutes that the doors tell.
    pub fn inside_min(&self) -> u32 {
        self.worked.iter().map(|worked| u32::from(worked.minutes())).sum()
    }

    /// Days on which somebody has to decide.
    pub fn open_days(&self) -> u32 {
        self.entries.iter().filter(|entry| entry.is_open).count() as u32
    }
}

/// Hours of staff on some days.
#[derive(Clone, Debug, PartialEq)]
pub struct HoursBook {
    /// The days.
    pub frames: Vec<DayFrame>,
    /// Days off of the school as such, a day each: holidays and days made free.
    pub is_day_off: Vec<bool>,
    /// Staff, in the order of the alphabet.
    pub rows: Vec<StaffRow>,
}

/// Hours of all staff, or of one person.
///
/// # Errors
/// From the database.
pub fn hours(
    tx: &mut Tx<'_>,
    scope: &Scope,
    wanted: Days,
    only: Option<PersonId>,
    now: Timestamp,
) -> Result<HoursBook, StoreError> {
    let school = scope.school();
    let zone = zone_of(tx, school)?;
    let usual = settings(tx, scope)?.plan;
    let frames: Vec<DayFrame> = wanted.all().map(|day| DayFrame::of(day, &zone)).collect();
    let is_day_off = days_off(tx, scope, &frames)?;
    let mut passes = passes_around(tx, school, wanted, only)?;
    let mut entered: FxHashMap<(PersonId, Date), Entered> = FxHashMap::default();
    for row in sheet::newest(tx, school, wanted.from, wanted.until)? {
        entered.extend(row.entered().map(|told| ((row.person, row.day), told)));
    }
    let own: FxHashMap<PersonId, WorkPlan> =
        sheet::plans(tx, school)?.into_iter().map(|row| (row.person, row.plan())).collect();
    let staff = roll::staff(tx, school)?.into_iter().filter(|row| only.is_none_or(|only| only == row.id));
    let rows = staff.map(|who| {
        let plan = own.get(&who.id).copied().unwrap_or(usual);
        let passes: Vec<(DayFrame, DayPasses)> = passes
            .remove(&who.id)
            .unwrap_or_default()
            .into_iter()
            .map(|(day, passes)| (DayFrame::of(day, &zone), passes))
            .collect();
        let told = worked(&stays(passes.iter().map(|(frame, passes)| (frame, passes))), &zone);
        let entries = frames.iter().zip(&is_day_off).map(|(frame, is_day_off)| {
            let is_work_day = !is_day_off && plan.works_on(frame.date().weekday());
            let day = told.get(&frame.date()).copied();
            entry(plan, is_work_day, day, entered.remove(&(who.id, frame.date())), now >= frame.ends())
        });
        StaffRow {
            person: who.id,
            full: who.full(),
            position: who.position.clone(),
            plan,
            has_own_plan: own.contains_key(&who.id),
            entries: entries.collect(),
            worked: frames.iter().map(|frame| told.get(&frame.date()).copied().unwrap_or_default()).collect(),
        }
    });
    let rows = rows.collect();
    Ok(HoursBook { frames, is_day_off, rows })
}

/// Passes of the days and of the day before and after, since a duty may go through midnight.
fn passes_around(
    tx: &mut Tx<'_>,
    school: SchoolId,
    wanted: Days,
    only: Option<PersonId>,
) -> Result<FxHashMap<PersonId, Vec<(Date, DayPasses)>>, StoreError> {
    let (from, until) =
        (wanted.from.yesterday().unwrap_or(wanted.from), wanted.until.tomorrow().unwrap_or(wanted.until));
    let rows = match only {
        Some(person) => days::of_person(tx, school, person, from, until)?,
        None => days::of_staff(tx, school, from, until)?,
    };
    let mut found: FxHashMap<PersonId, Vec<(Date, DayPasses)>> = FxHashMap::default();
    for row in rows {
        found.entry(row.person).or_default().push((row.day, DayPasses::of_bytes(&row.passes)));
    }
    Ok(found)
}

/// Which days are off for the school as such. A break is no day off for staff.
fn days_off(tx: &mut Tx<'_>, scope: &Scope, frames: &[DayFrame]) -> Result<Vec<bool>, StoreError> {
    let calendar = calendar::queries::days_of(tx, scope)?;
    let is_off = |day: Date| {
        use calendar::model::DayKind as K;
        match calendar.day_kind(day, STAFF_GRADE, Shift::First) {
            K::Holiday | K::DayOff => true,
            K::Break => calendar.holiday(day).is_some(),
            K::Lessons { .. } | K::Remote { .. } | K::WeeklyDayOff | K::OutsideYear => false,
        }
    };
    Ok(frames.iter().map(|frame| is_off(frame.date())).collect())
}
