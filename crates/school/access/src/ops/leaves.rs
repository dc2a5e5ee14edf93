//! Permissions to leave during lessons.

use accounts::{Action, Ctx};
use kernel::{LeaveId, PersonStatus};
use people::model::ClassName;
use store::Tx;

use super::{done, touched};
use crate::{
    error::AccessError,
    events::{LeaveChanged, LeaveTerm, RulesChanged},
    model::{Fault, LeaveInput, Title},
    store::{leaves, persons, places},
};

/// Permits somebody to leave. Every gate learns of it, and the guard sees it when the person passes.
///
/// # Errors
/// [`AccessError::Denied`], [`AccessError::Field`], or from the database.
pub fn give_leave(tx: &mut Tx<'_>, ctx: &Ctx, input: &LeaveInput) -> Result<LeaveId, AccessError> {
    let school = ctx.require(Action::GiveLeave)?.school();
    input.check(ctx.now).map_err(AccessError::field)?;
    match persons::status(tx, school, input.person)? {
        Some(PersonStatus::Active | PersonStatus::Blocked) => {}
        Some(PersonStatus::Archived) | None => return Err(AccessError::field(("person", Fault::NoSuch))),
    }
    if let Some(point) = input.point {
        // A permission opens the way to the street alone.
        let leads_out = places::point(tx, school, point)?.is_some_and(|row| row.outer_zone.is_none());
        if !leads_out {
            return Err(AccessError::field(("point", Fault::NoSuch)));
        }
    }
    let leave = ctx.new_id();
    let text = |title: &Option<Title>| title.as_ref().map_or(String::new(), Title::to_string);
    let (reason, collected_by) = (text(&input.reason), text(&input.collected_by));
    leaves::add(
        tx,
        school,
        leave,
        input.person,
        input.from,
        input.until,
        input.point,
        &reason,
        &collected_by,
        ctx.actor.user,
        ctx.now,
    )?;
    let term = LeaveTerm { from: input.from, until: input.until, given_by: ctx.actor.user, withdrawn_at: None };
    done(tx, ctx, &LeaveChanged { leave, person: input.person, term: Some(term) }, "leave_given", leave)?;
    Ok(leave)
}

/// Takes a permission back, as long as nobody has left by it and its time is not over.
///
/// # Errors
/// [`AccessError::Denied`]; [`AccessError::Changed`] when it was used or taken back meanwhile, or is over; [`AccessError::NotFound`], or
/// from the database.
pub fn revoke_leave(tx: &mut Tx<'_>, ctx: &Ctx, leave: LeaveId) -> Result<(), AccessError> {
    let school = ctx.require(Action::GiveLeave)?.school();
    let known = leaves::term(tx, school, leave)?.ok_or(AccessError::NotFound("leave"))?;
    if leaves::revoke(tx, school, leave, ctx.now)? == 0 {
        return Err(AccessError::Changed);
    }
    let term =
        LeaveTerm { from: known.from_at, until: known.until_at, given_by: known.given_by, withdrawn_at: Some(ctx.now) };
    done(tx, ctx, &LeaveChanged { leave, person: known.person, term: Some(term) }, "leave_revoked", leave)
}

/// Says up to which grade pupils do not leave during lessons without a permission; 0: all may.
///
/// # Errors
/// [`AccessError::Denied`], [`AccessError::Field`], or from the database.
pub fn keep_in_lessons(tx: &mut Tx<'_>, ctx: &Ctx, up_to_grade: u8) -> Result<(), AccessError> {
    let scope = ctx.require(Action::EditRules)?;
    if up_to_grade > ClassName::MAX_GRADE {
        return Err(AccessError::field(("grade", Fault::NoSuch)));
    }
    touched(leaves::set_stays_in_grade(tx, scope.school(), up_to_grade)?, "school")?;
    done(tx, ctx, &RulesChanged {}, "stays_in_grade_changed", scope.school())
}
