//! The weeks of the grades are set.

use accounts::{Action, Ctx};
use store::Tx;

use super::done;
use crate::{CalendarError, events::CalendarChanged, model::GradePlans, store::years};

/// Sets the weeks of all grades, when nobody else has since `revision`.
///
/// # Errors
/// [`CalendarError::Changed`], [`CalendarError::Denied`], else the database's.
pub fn set_plans(tx: &mut Tx<'_>, ctx: &Ctx, revision: u64, plans: &GradePlans) -> Result<(), CalendarError> {
    let school = ctx.require(Action::ManageCalendar)?.school();
    years::open_plans(tx, school)?;
    if years::change_plans(tx, school, revision)? == 0 {
        return Err(CalendarError::Changed);
    }
    years::put_plans(tx, school, plans)?;
    done(tx, ctx, &CalendarChanged { year: None, day: None }, "grade_plans_set", school)
}
