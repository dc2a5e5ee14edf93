//! Settings.

use accounts::{Action, Ctx, audit};
use store::Tx;

use super::scope;
use crate::{
    AttendanceError,
    events::AttendanceSettingsChanged,
    model::{Settings, WorkPlan},
    store::desk,
};

/// Changes the school's settings, as they were seen at their revision.
///
/// # Errors
/// [`AttendanceError::Changed`] when somebody else was first, else from the database.
pub fn change_settings(tx: &mut Tx<'_>, ctx: &Ctx, new: Settings) -> Result<(), AttendanceError> {
    let school = scope(ctx, Action::ManageAttendance)?.school();
    let Settings { tolerance_min, plan: WorkPlan { weekdays, from_min, until_min, break_min }, revision } = new;
    if desk::put_settings(tx, school, tolerance_min, weekdays, from_min, until_min, break_min, revision)? == 0 {
        return Err(AttendanceError::Changed);
    }
    audit::<()>(tx, ctx, "attendance_settings_changed", None, &format!("tolerance {tolerance_min}"))?;
    journal::append(tx, school, ctx.now, &AttendanceSettingsChanged {})?;
    Ok(())
}
