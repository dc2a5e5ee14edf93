//! Settings, and who leads which class.

use accounts::{Action, Ctx, audit};
use kernel::{ClassId, UserId};
use store::Tx;

use super::scope;
use crate::{
    AttendanceError,
    events::{AttendanceSettingsChanged, ClassTeacherChanged},
    model::{Settings, WorkPlan},
    queries,
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

/// An account leads a class from now on.
///
/// # Errors
/// [`AttendanceError::NotFound`] for a class or an account of a teacher that the school does not have, else from the database.
pub fn add_class_teacher(tx: &mut Tx<'_>, ctx: &Ctx, class: ClassId, user: UserId) -> Result<(), AttendanceError> {
    let scope = scope(ctx, Action::ManageAttendance)?;
    let school = scope.school();
    people::queries::class(tx, &scope, class)?.ok_or(AttendanceError::NotFound("class"))?;
    if !queries::teacher_accounts(tx, &scope)?.iter().any(|(known, _)| *known == user) {
        return Err(AttendanceError::NotFound("teacher"));
    }
    if desk::add_teacher(tx, school, class, user)? > 0 {
        audit(tx, ctx, "class_teacher_added", Some(class), &user.to_string())?;
        journal::append(tx, school, ctx.now, &ClassTeacherChanged { class })?;
    }
    Ok(())
}

/// An account leads a class no longer.
///
/// # Errors
/// From the database.
pub fn remove_class_teacher(tx: &mut Tx<'_>, ctx: &Ctx, class: ClassId, user: UserId) -> Result<(), AttendanceError> {
    let school = scope(ctx, Action::ManageAttendance)?.school();
    if desk::remove_teacher(tx, school, class, user)? > 0 {
        audit(tx, ctx, "class_teacher_removed", Some(class), &user.to_string())?;
        journal::append(tx, school, ctx.now, &ClassTeacherChanged { class })?;
    }
    Ok(())
}
