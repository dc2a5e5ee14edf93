//! Bell schedules are added, changed and removed; and when they hold.

use accounts::{Action, Ctx};
use kernel::SchoolId;
use people::person::Shift;
use store::Tx;

use super::done;
use crate::{
    CalendarError,
    events::BellsChanged,
    model::{BellRule, BellRuleId, BellScheduleId, BellsWhen, EVERY_WEEKDAY, Fault, Label, LessonTimes},
    store::bells,
};

/// What a schedule is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSchedule {
    /// Its name.
    pub name: Label,
    /// The lessons of the first shift.
    pub first: LessonTimes,
    /// The lessons of the second shift.
    pub second: LessonTimes,
}

const MAX_SCHEDULES: usize = 50;
const MAX_RULES: usize = 500;

/// Adds a schedule; gives its id. It rings nothing until a rule says when it holds.
///
/// # Errors
/// [`CalendarError::Fault`] says what does not fit, [`CalendarError::Denied`], else the database's.
pub fn add_schedule(tx: &mut Tx<'_>, ctx: &Ctx, new: NewSchedule) -> Result<BellScheduleId, CalendarError> {
    let school = ctx.require(Action::ManageCalendar)?.school();
    fits(tx, school, &new, None)?;
    if bells::schedule_rows(tx, school)?.len() >= MAX_SCHEDULES {
        return Err(Fault::TooMany.into());
    }
    let id: BellScheduleId = ctx.new_id();
    bells::add(tx, school, id, new.name.as_str())?;
    bells::put_lessons(tx, school, id, [(Shift::First, &new.first), (Shift::Second, &new.second)])?;
    told(tx, ctx, id, "bell_schedule_added")?;
    Ok(id)
}

/// Changes a schedule that nobody else has changed since `revision`.
///
/// # Errors
/// As [`add_schedule`], [`CalendarError::Changed`], [`CalendarError::NotFound`].
pub fn edit_schedule(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: BellScheduleId,
    revision: u64,
    new: NewSchedule,
) -> Result<(), CalendarError> {
    let school = ctx.require(Action::ManageCalendar)?.school();
    // Told before what is wrong with the schedule: it was made from a version that is gone.
    if seen(tx, school, id)? != revision {
        return Err(CalendarError::Changed);
    }
    fits(tx, school, &new, Some(id))?;
    if bells::change(tx, school, id, revision, new.name.as_str())? == 0 {
        return Err(CalendarError::Changed);
    }
    bells::put_lessons(tx, school, id, [(Shift::First, &new.first), (Shift::Second, &new.second)])?;
    told(tx, ctx, id, "bell_schedule_edited")
}

/// Removes a schedule that no rule names.
///
/// # Errors
/// [`Fault::ScheduleInUse`], [`CalendarError::NotFound`], [`CalendarError::Denied`], else the database's.
pub fn remove_schedule(tx: &mut Tx<'_>, ctx: &Ctx, id: BellScheduleId) -> Result<(), CalendarError> {
    let school = ctx.require(Action::ManageCalendar)?.school();
    seen(tx, school, id)?;
    if bells::rule_rows(tx, school)?.iter().any(|rule| rule.schedule == id) {
        return Err(Fault::ScheduleInUse.into());
    }
    bells::remove_lessons(tx, school, id)?;
    bells::remove(tx, school, id)?;
    told(tx, ctx, id, "bell_schedule_removed")
}

/// Says when a schedule holds.
///
/// # Errors
/// [`Fault::RuleTaken`] when another rule says so of the very same case, [`Fault::NoWeekday`], [`Fault::NoSuch`] when the schedule is gone,
/// [`CalendarError::Denied`], else the database's.
pub fn add_rule(tx: &mut Tx<'_>, ctx: &Ctx, schedule: BellScheduleId, when: BellsWhen) -> Result<(), CalendarError> {
    let school = ctx.require(Action::ManageCalendar)?.school();
    if bells::revision(tx, school, schedule)?.is_none() {
        return Err(Fault::NoSuch.into());
    }
    if when.weekdays & EVERY_WEEKDAY == 0 {
        return Err(Fault::NoWeekday.into());
    }
    let known = bells::all(tx, school)?;
    if known.rules().iter().any(|rule| rule.when == when) {
        return Err(Fault::RuleTaken.into());
    }
    if known.rules().len() >= MAX_RULES {
        return Err(Fault::TooMany.into());
    }
    bells::put_rule(tx, school, &BellRule { id: ctx.new_id(), schedule, when })?;
    told(tx, ctx, schedule, "bell_rule_added")
}

/// Removes a rule.
///
/// # Errors
/// [`CalendarError::Changed`] when it was removed already, [`CalendarError::Denied`], else the database's.
pub fn remove_rule(tx: &mut Tx<'_>, ctx: &Ctx, rule: BellRuleId) -> Result<(), CalendarError> {
    let school = ctx.require(Action::ManageCalendar)?.school();
    let schedule = bells::remove_rule(tx, school, rule)?.ok_or(CalendarError::Changed)?;
    told(tx, ctx, schedule, "bell_rule_removed")
}

/// The revision of a schedule that is there.
fn seen(tx: &mut Tx<'_>, school: SchoolId, id: BellScheduleId) -> Result<u64, CalendarError> {
    bells::revision(tx, school, id)?.ok_or(CalendarError::NotFound("bell schedule"))
}

fn fits(
    tx: &mut Tx<'_>,
    school: SchoolId,
    new: &NewSchedule,
    own: Option<BellScheduleId>,
) -> Result<(), CalendarError> {
    if new.first.lessons().is_empty() && new.second.lessons().is_empty() {
        return Err(Fault::NoBells.into());
    }
    let named = bells::named(tx, school, new.name.as_str())?;
    if named.is_some() && named != own { Err(Fault::NameTaken.into()) } else { Ok(()) }
}

fn told(tx: &mut Tx<'_>, ctx: &Ctx, schedule: BellScheduleId, action: &'static str) -> Result<(), CalendarError> {
    done(tx, ctx, &BellsChanged { schedule }, action, schedule)
}
