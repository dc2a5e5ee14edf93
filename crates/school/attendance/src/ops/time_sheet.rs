//! The time sheet: entries, working hours, letters.

use accounts::{Action, Ctx, audit};
use jiff::civil::Date;
use kernel::PersonId;
use store::Tx;

use super::{scope, today};
use crate::{
    AttendanceError,
    events::TimeSheetMarked,
    model::{Code, Entered, TimeCode, WorkPlan, usual_codes},
    queries,
    store::{roll, sheet},
};

/// Enters a day of the time sheet, or withdraws what was entered (`None`). Earlier entries stay.
///
/// # Errors
/// [`AttendanceError::NotFound`] when the person is not of the staff, [`AttendanceError::Code`] for a letter that the school does not use or hours
/// that do not go with it, [`AttendanceError::Changed`] when somebody else was first, else from the database.
pub fn enter(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    person: PersonId,
    day: Date,
    entered: Option<&Entered>,
    seen: u64,
) -> Result<(), AttendanceError> {
    let scope = scope(ctx, Action::EditTimeSheet)?;
    let school = scope.school();
    roll::is_staff(tx, school, person)?.ok_or(AttendanceError::NotFound("person"))?;
    if let Some(entered) = entered {
        let codes = queries::codes(tx, &scope)?;
        let known = codes.iter().find(|known| known.code == entered.code).ok_or(AttendanceError::Code)?;
        let has_hours = entered.minutes > 0 || entered.night_min > 0;
        if (has_hours && !known.is_work) || entered.night_min > entered.minutes || entered.minutes > 1440 {
            return Err(AttendanceError::Code);
        }
        // Hours are not worked beforehand; a leave is entered for days to come.
        if has_hours && day > today(tx, ctx)? {
            return Err(AttendanceError::Future);
        }
    }
    let known = sheet::revision(tx, school, day, person)?;
    let (code, minutes, night_min) =
        entered.map_or(("", 0, 0), |entered| (entered.code.as_str(), entered.minutes, entered.night_min));
    let (revision, by) = (known + 1, ctx.actor.user);
    if seen != known || sheet::insert(tx, school, day, person, revision, code, minutes, night_min, by, ctx.now)? == 0 {
        return Err(AttendanceError::Changed);
    }
    audit(tx, ctx, "time_sheet_entered", Some(person), &format!("{day} {code} {minutes}"))?;
    journal::append(tx, school, ctx.now, &TimeSheetMarked { person, day, by })?;
    Ok(())
}

/// Gives a person working hours of his own, or the school's again (`None`).
///
/// # Errors
/// [`AttendanceError::NotFound`] when the person is not of the staff, else from the database.
pub fn put_plan(tx: &mut Tx<'_>, ctx: &Ctx, person: PersonId, plan: Option<WorkPlan>) -> Result<(), AttendanceError> {
    let school = scope(ctx, Action::EditTimeSheet)?.school();
    roll::is_staff(tx, school, person)?.ok_or(AttendanceError::NotFound("person"))?;
    match plan {
        Some(WorkPlan { weekdays, from_min, until_min, break_min }) => {
            sheet::put_plan(tx, school, person, weekdays, from_min, until_min, break_min)?
        }
        None => sheet::remove_plan(tx, school, person)?,
    };
    Ok(audit(tx, ctx, "work_plan_changed", Some(person), if plan.is_some() { "own" } else { "school" })?)
}

/// Letters that a school has at most.
const MOST_CODES: usize = 40;

/// Adds a letter or gives a known one other words.
///
/// # Errors
/// [`AttendanceError::Code`] when there are too many, else from the database.
pub fn put_code(tx: &mut Tx<'_>, ctx: &Ctx, new: &TimeCode) -> Result<(), AttendanceError> {
    let scope = scope(ctx, Action::EditTimeSheet)?;
    let school = scope.school();
    own_codes(tx, ctx)?;
    let codes = queries::codes(tx, &scope)?;
    if codes.len() >= MOST_CODES && !codes.iter().any(|known| known.code == new.code) {
        return Err(AttendanceError::Code);
    }
    let place = codes.len() as u32;
    sheet::put_code(tx, school, new.code.as_str(), place, &new.name_kk, &new.name_ru, new.is_work)?;
    Ok(audit::<()>(tx, ctx, "time_code_changed", None, new.code.as_str())?)
}

/// Takes a letter from the list. Entries that have it keep it; the last letter stays.
///
/// # Errors
/// [`AttendanceError::Code`] when it is the last one, else from the database.
pub fn remove_code(tx: &mut Tx<'_>, ctx: &Ctx, code: &Code) -> Result<(), AttendanceError> {
    let scope = scope(ctx, Action::EditTimeSheet)?;
    own_codes(tx, ctx)?;
    if queries::codes(tx, &scope)?.len() <= 1 {
        return Err(AttendanceError::Code);
    }
    sheet::remove_code(tx, scope.school(), code.as_str())?;
    Ok(audit::<()>(tx, ctx, "time_code_removed", None, code.as_str())?)
}

/// Writes the usual letters down as the school's own, before they are changed.
fn own_codes(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<(), AttendanceError> {
    let school = ctx.actor.school;
    if sheet::codes(tx, school)?.is_empty() {
        for (place, code) in (0_u32..).zip(usual_codes()) {
            sheet::put_code(tx, school, code.code.as_str(), place, &code.name_kk, &code.name_ru, code.is_work)?;
        }
    }
    Ok(())
}
