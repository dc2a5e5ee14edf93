//! School years are changed, copied to the next one, removed.

use accounts::{Action, Ctx};
use jiff::civil::Date;
use kernel::SchoolId;
use store::Tx;

use super::year_done;
use crate::{
    CalendarError,
    model::{Fault, SchoolYear, SchoolYearId, YearPlan, next_holidays, next_plan},
    store::{days, years},
};

/// Changes a school year that nobody else has changed since `revision`.
///
/// # Errors
/// [`CalendarError::Fault`] says what does not fit, [`CalendarError::Changed`], [`CalendarError::NotFound`], [`CalendarError::Denied`], else
/// the database's.
pub fn edit_year(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    year: SchoolYearId,
    revision: u64,
    plan: YearPlan,
) -> Result<(), CalendarError> {
    let school = ctx.require(Action::ManageCalendar)?.school();
    let known = years::all(tx, school)?;
    let found = known.iter().find(|known| known.id == year).ok_or(CalendarError::NotFound("school year"))?;
    // Told before what is wrong with the plan: it was made from a version that is gone.
    if found.revision != revision {
        return Err(CalendarError::Changed);
    }
    let plan = fitting(plan, known.iter().filter(|known| known.id != year))?;
    if years::change(tx, school, year, revision, plan.name.as_str(), plan.days.from(), plan.days.until())? == 0 {
        return Err(CalendarError::Changed);
    }
    years::put_parts(tx, school, year, &plan)?;
    year_done(tx, ctx, year, "school_year_edited")
}

/// Prepares the year after this one by copying it: the year, its terms and breaks, its holidays. Days that have a holiday already keep it.
///
/// # Errors
/// As [`edit_year`]; [`Fault::YearOverlap`] when the next year is there already.
pub fn copy_year(tx: &mut Tx<'_>, ctx: &Ctx, year: SchoolYearId) -> Result<SchoolYearId, CalendarError> {
    let school = ctx.require(Action::ManageCalendar)?.school();
    let known = years::all(tx, school)?;
    let this = known.iter().find(|known| known.id == year).ok_or(CalendarError::NotFound("school year"))?;
    let next = fitting(next_plan(&this.plan)?, known.iter())?;
    let holidays = days::holidays(tx, school)?;
    let of_year = this.plan.with_summer();
    for holiday in next_holidays(holidays.iter().filter(|holiday| of_year.contains(holiday.day))) {
        if !holidays.iter().any(|known| known.day == holiday.day) {
            days::put_holiday(tx, school, &holiday)?;
        }
    }
    let id = insert(tx, ctx, school, &next)?;
    year_done(tx, ctx, id, "school_year_copied")?;
    Ok(id)
}

/// Removes a year that has not begun, with the holidays from its first day on.
///
/// # Errors
/// [`Fault::HasLessons`] when it has begun by `today`, else as [`edit_year`].
pub fn remove_year(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    year: SchoolYearId,
    revision: u64,
    today: Date,
) -> Result<(), CalendarError> {
    let school = ctx.require(Action::ManageCalendar)?.school();
    let known = years::all(tx, school)?;
    let found = known.iter().find(|known| known.id == year).ok_or(CalendarError::NotFound("school year"))?;
    if found.plan.days.from() <= today {
        return Err(Fault::HasLessons.into());
    }
    if found.revision != revision {
        return Err(CalendarError::Changed);
    }
    years::remove_parts(tx, school, year)?;
    years::remove(tx, school, year)?;
    let of_year = found.plan.with_summer();
    days::remove_holidays(tx, school, of_year.from(), of_year.until())?;
    year_done(tx, ctx, year, "school_year_removed")
}

/// The plan, when it is sound and stands apart from the other years.
pub(super) fn fitting<'a>(
    plan: YearPlan,
    others: impl Iterator<Item = &'a SchoolYear>,
) -> Result<YearPlan, CalendarError> {
    let plan = plan.checked()?;
    for other in others {
        if other.plan.days.meets(plan.days) {
            return Err(Fault::YearOverlap.into());
        }
        if other.plan.name == plan.name {
            return Err(Fault::NameTaken.into());
        }
    }
    Ok(plan)
}

pub(super) fn insert(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    school: SchoolId,
    plan: &YearPlan,
) -> Result<SchoolYearId, CalendarError> {
    let id: SchoolYearId = ctx.new_id();
    years::add(tx, school, id, plan.name.as_str(), plan.days.from(), plan.days.until())?;
    years::put_parts(tx, school, id, plan)?;
    Ok(id)
}
