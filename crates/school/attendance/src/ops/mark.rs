//! What people say of a pupil's days.

use accounts::{Action, Ctx, audit};
use jiff::civil::Date;
use kernel::PersonId;
use store::Tx;

use super::{MOST_DAYS, pupil_in_reach, scope, today};
use crate::{
    AttendanceError,
    events::{AbsenceChanged, AttendanceMarked},
    model::{Marked, Note, Reason},
    queries::{self, Days, PupilDay},
    store::marks::{self, AbsenceId},
};

/// A correction of a pupil's day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correction {
    /// Whose.
    pub person: PersonId,
    /// Which day; not one to come.
    pub day: Date,
    /// What it was.
    pub marked: Marked,
    /// What is added.
    pub note: Note,
    /// The number of the correction that was seen; 0: none. `None`: whatever was there, as a single tap does.
    pub seen: Option<u64>,
}

/// Says what a pupil's day was. Earlier words stay and are shown.
///
/// # Errors
/// [`AttendanceError::NotFound`] outside of one's classes, [`AttendanceError::Future`], [`AttendanceError::Changed`] when somebody else was
/// first, else from the database.
pub fn mark(tx: &mut Tx<'_>, ctx: &Ctx, correction: &Correction) -> Result<u64, AttendanceError> {
    let scope = scope(ctx, Action::CorrectAttendance)?;
    let school = scope.school();
    let Correction { person, day, marked, ref note, seen } = *correction;
    pupil_in_reach(tx, ctx, &scope, person, Days::one(day))?;
    if day > today(tx, ctx)? {
        return Err(AttendanceError::Future);
    }
    let known = marks::revision(tx, school, day, person)?;
    if seen.is_some_and(|seen| seen != known) {
        return Err(AttendanceError::Changed);
    }
    let (status, minutes, reason) = marks::columns(marked);
    let revision = known + 1;
    let by = ctx.actor.user;
    if marks::insert(tx, school, day, person, revision, status, minutes, reason, note.as_str(), by, ctx.now)? == 0 {
        return Err(AttendanceError::Changed);
    }
    audit(tx, ctx, "attendance_marked", Some(person), &format!("{day} {status} {revision}"))?;
    journal::append(tx, school, ctx.now, &AttendanceMarked { person, day, revision, by })?;
    Ok(revision)
}

/// A day of a pupil whom the actor may see, with everything that was said of it.
///
/// # Errors
/// [`AttendanceError::NotFound`] outside of one's classes or for whoever was in no class then, else from the database.
pub(crate) fn pupil_day(tx: &mut Tx<'_>, ctx: &Ctx, person: PersonId, day: Date) -> Result<PupilDay, AttendanceError> {
    let scope = scope(ctx, Action::SeeAttendance)?;
    pupil_in_reach(tx, ctx, &scope, person, Days::one(day))?;
    queries::pupil_day(tx, &scope, person, day, ctx.now)?.ok_or(AttendanceError::NotFound("day"))
}

/// Days away that somebody tells of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAbsence {
    /// Whose.
    pub person: PersonId,
    /// The first day; may be one to come.
    pub from: Date,
    /// The last day.
    pub until: Date,
    /// Why.
    pub reason: Reason,
    /// What is added.
    pub note: Note,
}

/// Tells of days away.
///
/// # Errors
/// [`AttendanceError::NotFound`] outside of one's classes, [`AttendanceError::Days`], [`AttendanceError::Overlap`] when the same days are told of
/// with another reason or the same already, else from the database.
pub fn tell_absence(tx: &mut Tx<'_>, ctx: &Ctx, new: &NewAbsence) -> Result<AbsenceId, AttendanceError> {
    let scope = scope(ctx, Action::CorrectAttendance)?;
    let school = scope.school();
    let NewAbsence { person, from, until, reason, ref note } = *new;
    pupil_in_reach(tx, ctx, &scope, person, Days { from, until })?;
    let days = (until - from).get_days();
    if !(0..MOST_DAYS).contains(&days) {
        return Err(AttendanceError::Days);
    }
    let known = marks::absences_of(tx, school, person, from, until)?;
    if known.iter().any(|row| row.withdrawn_at.is_none()) {
        return Err(AttendanceError::Overlap);
    }
    let (id, by): (AbsenceId, _) = (ctx.new_id(), ctx.actor.user);
    marks::insert_absence(tx, school, id, person, from, until, reason, note.as_str(), by, ctx.now)?;
    audit(tx, ctx, "absence_told", Some(person), &format!("{from} {until} {}", reason.as_str()))?;
    journal::append(tx, school, ctx.now, &AbsenceChanged { person, from, until, is_withdrawn: false, by })?;
    Ok(id)
}

/// Withdraws days away: they stay, and count no longer.
///
/// # Errors
/// [`AttendanceError::NotFound`] outside of one's classes, [`AttendanceError::Changed`] when it was withdrawn already, else from the database.
pub fn withdraw_absence(tx: &mut Tx<'_>, ctx: &Ctx, id: AbsenceId) -> Result<(), AttendanceError> {
    let scope = scope(ctx, Action::CorrectAttendance)?;
    let school = scope.school();
    let row = marks::absence(tx, school, id)?.ok_or(AttendanceError::NotFound("absence"))?;
    pupil_in_reach(tx, ctx, &scope, row.person, Days { from: row.from_day, until: row.until_day })?;
    let by = ctx.actor.user;
    if marks::withdraw(tx, school, id, by, ctx.now)? == 0 {
        return Err(AttendanceError::Changed);
    }
    audit(tx, ctx, "absence_withdrawn", Some(row.person), &format!("{} {}", row.from_day, row.until_day))?;
    let event = AbsenceChanged { person: row.person, from: row.from_day, until: row.until_day, is_withdrawn: true, by };
    journal::append(tx, school, ctx.now, &event)?;
    Ok(())
}
