//! Days on which only rules marked so hold.

use accounts::{Action, Ctx};
use jiff::civil;
use store::Tx;

use super::{done, touched};
use crate::{error::AccessError, events::HolidaysChanged, model::Title, store::rules};

/// Adds a holiday, or gives one another name.
///
/// # Errors
/// [`AccessError::Denied`], or from the database.
pub fn add_holiday(tx: &mut Tx<'_>, ctx: &Ctx, day: civil::Date, name: &Title) -> Result<(), AccessError> {
    let scope = ctx.require(Action::EditRules)?;
    rules::put_holiday(tx, scope.school(), day, name.as_str())?;
    done(tx, ctx, &HolidaysChanged {}, "holiday_added", scope.school())
}

/// Removes a holiday.
///
/// # Errors
/// [`AccessError::Denied`], [`AccessError::NotFound`], or from the database.
pub fn remove_holiday(tx: &mut Tx<'_>, ctx: &Ctx, day: civil::Date) -> Result<(), AccessError> {
    let scope = ctx.require(Action::EditRules)?;
    touched(rules::remove_holiday(tx, scope.school(), day)?, "holiday")?;
    done(tx, ctx, &HolidaysChanged {}, "holiday_removed", scope.school())
}
