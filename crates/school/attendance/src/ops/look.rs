//! Looking at the movements of one person: who asked, and why, is noted before anything is shown.

use accounts::{Action, Ctx, Scope, audit};
use jiff::civil::Date;
use kernel::PersonId;
use store::Tx;

use super::{pupil_in_reach, scope, today};
use crate::{
    AttendanceError,
    model::Note,
    queries::{self, Days, PersonLog, Reach},
    store::roll,
};

/// Letters of a reason at least.
pub const LEAST_REASON: usize = 3;

/// The movements of a person on some days, for somebody who says why. Pupils of one's classes, and staff for whoever sees the time sheet.
///
/// # Errors
/// [`AttendanceError::NotFound`] for a person out of reach, [`AttendanceError::Days`] for days in no order, else from the database.
pub fn look_at_person(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    person: PersonId,
    days: Days,
    reason: &Note,
) -> Result<PersonLog, AttendanceError> {
    let scope = in_reach(tx, ctx, person)?;
    if days.from > days.until || (days.until - days.from).get_days() >= Days::MOST as i32 {
        return Err(AttendanceError::Days);
    }
    let log = queries::person_log(tx, &scope, person, days, ctx.now)?.ok_or(AttendanceError::NotFound("person"))?;
    // The reason is a text that somebody typed: the trail keeps it, the journal and the log never see it.
    audit(tx, ctx, "movements_seen", Some(person), &format!("{} {} {reason}", days.from, days.until))?;
    Ok(log)
}

/// The scope in which a person's movements may be seen.
///
/// # Errors
/// [`AttendanceError::NotFound`] for a person out of reach.
pub(crate) fn in_reach(tx: &mut Tx<'_>, ctx: &Ctx, person: PersonId) -> Result<Scope, AttendanceError> {
    let of_pupils = scope(ctx, Action::SeeAttendance)?;
    // Who has left is seen by those who see everybody; a class teacher sees the class of today.
    let ever = match queries::reach(tx, &of_pupils, &ctx.actor)? {
        Reach::All => Days { from: Date::MIN, until: Date::MAX },
        Reach::Own(_) => Days::one(today(tx, ctx)?),
    };
    match pupil_in_reach(tx, ctx, &of_pupils, person, ever) {
        Err(AttendanceError::NotFound(_)) => {}
        found => return found.map(|()| of_pupils),
    }
    let of_staff = scope(ctx, Action::SeeTimeSheet).map_err(|_| AttendanceError::NotFound("person"))?;
    roll::is_staff(tx, of_staff.school(), person)?.map(|_| of_staff).ok_or(AttendanceError::NotFound("person"))
}
