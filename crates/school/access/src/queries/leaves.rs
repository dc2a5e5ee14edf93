//! Permissions to leave.

use accounts::Scope;
use jiff::{SignedDuration, Timestamp};
use kernel::{Direction, LeaveId, PersonId, Reason};
use store::{StoreError, Tx};

use super::{LAST_MOMENT, LeaveView, PassView};
use crate::{
    error::AccessError,
    store::leaves::{self, LeaveRow},
};

/// A permission this far from a pass is of another day.
const NEAR: SignedDuration = SignedDuration::from_hours(12);

/// Permissions whose term meets a span of time, by their beginning; used and withdrawn ones too.
///
/// # Errors
/// From the database.
pub fn leaves(
    tx: &mut Tx<'_>,
    scope: &Scope,
    from: Timestamp,
    until: Timestamp,
) -> Result<Vec<LeaveView>, AccessError> {
    Ok(leaves::between(tx, scope.school(), from, until)?.into_iter().map(LeaveRow::view).collect())
}

/// A person's permissions that are not over.
///
/// # Errors
/// From the database.
pub fn leaves_of(
    tx: &mut Tx<'_>,
    scope: &Scope,
    person: PersonId,
    now: Timestamp,
) -> Result<Vec<LeaveView>, AccessError> {
    let rows = leaves::of_person(tx, scope.school(), person, now, LAST_MOMENT)?;
    Ok(rows.into_iter().map(LeaveRow::view).collect())
}

/// Why permissions were given, each beside its id; one that is not of this school is left out.
///
/// # Errors
/// From the database.
pub fn leave_reasons(tx: &mut Tx<'_>, scope: &Scope, ids: &[LeaveId]) -> Result<Vec<(LeaveId, String)>, StoreError> {
    let mut asked = Vec::with_capacity(ids.len());
    for id in ids {
        asked.push(leaves::reason(tx, scope.school(), *id)?);
    }
    let mut reasons = Vec::with_capacity(ids.len());
    for (id, asked) in ids.iter().zip(asked) {
        reasons.extend(asked.get(tx)?.into_iter().map(|reason| (*id, reason)));
    }
    Ok(reasons)
}

/// Up to which grade pupils do not leave during lessons without a permission; 0: all may.
///
/// # Errors
/// From the database.
pub fn stays_in_grade(tx: &mut Tx<'_>, scope: &Scope) -> Result<u8, AccessError> {
    Ok(leaves::stays_in_grade(tx, scope.school())?.unwrap_or(0))
}

/// Puts beside each pass on the way out the permission that the guard should know of: the one that let the person pass, or, beside a refusal,
/// one of the same day.
pub(crate) fn put_leaves(tx: &mut Tx<'_>, scope: &Scope, passes: &mut [PassView]) -> Result<(), AccessError> {
    for pass in passes.iter_mut().filter(|pass| concerns(pass)) {
        let Some(person) = pass.person.as_ref().map(|person| person.id) else { continue };
        let from = pass.at.checked_sub(NEAR).unwrap_or(Timestamp::UNIX_EPOCH);
        let until = pass.at.checked_add(NEAR).unwrap_or(LAST_MOMENT);
        let rows = leaves::of_person(tx, scope.school(), person, from, until)?;
        pass.leave = nearest(rows.into_iter().map(LeaveRow::view), pass.at).map(Box::new);
    }
    Ok(())
}

fn concerns(pass: &PassView) -> bool {
    pass.direction == Direction::Out
        && matches!(
            pass.reason,
            Reason::GrantedLeave | Reason::NoLeave | Reason::OutsideSchedule | Reason::Holiday | Reason::NoRight
        )
}

/// Of permissions that were not withdrawn before `at`, the one that holds then, else the next one, else the last one.
fn nearest(all: impl Iterator<Item = LeaveView>, at: Timestamp) -> Option<LeaveView> {
    all.filter(|leave| leave.revoked_at.is_none_or(|revoked| revoked > at)).min_by_key(|leave| {
        if leave.until <= at {
            (2, at.as_millisecond() - leave.until.as_millisecond())
        } else if at < leave.from {
            (1, leave.from.as_millisecond() - at.as_millisecond())
        } else {
            (0, 0)
        }
    })
}
