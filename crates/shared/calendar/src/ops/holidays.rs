//! Holidays are added, renamed, confirmed and removed.

use accounts::{Action, Ctx};
use jiff::civil::Date;
use store::Tx;

use super::day_done;
use crate::{CalendarError, model::Holiday, store::days};

/// Adds a holiday, or says anew what the day's is.
///
/// # Errors
/// [`CalendarError::Denied`], else the database's.
pub fn put_holiday(tx: &mut Tx<'_>, ctx: &Ctx, holiday: &Holiday) -> Result<(), CalendarError> {
    let school = ctx.require(Action::ManageCalendar)?.school();
    days::put_holiday(tx, school, holiday)?;
    day_done(tx, ctx, holiday.day, "holiday_put")
}

/// Removes a holiday.
///
/// # Errors
/// [`CalendarError::NotFound`], [`CalendarError::Denied`], else the database's.
pub fn remove_holiday(tx: &mut Tx<'_>, ctx: &Ctx, day: Date) -> Result<(), CalendarError> {
    let school = ctx.require(Action::ManageCalendar)?.school();
    if days::remove_holiday(tx, school, day)? == 0 {
        return Err(CalendarError::NotFound("holiday"));
    }
    day_done(tx, ctx, day, "holiday_removed")
}
