//! Use cases, one subject a file: right, rule, SQL, journal.

mod desk;
mod look;
mod mark;
mod past;
mod time_sheet;

pub use desk::{add_class_teacher, change_settings, remove_class_teacher};
pub(crate) use look::in_reach;
pub use look::{LEAST_REASON, look_at_person};
pub use mark::{Correction, NewAbsence, mark, tell_absence, withdraw_absence};
pub use past::load_past;
pub use time_sheet::{enter, put_code, put_plan, remove_code};

use accounts::{Action, Ctx, Scope};
use jiff::civil::Date;
use kernel::{ClassId, PersonId};
use store::Tx;

use crate::{AttendanceError, follower::zone_of, model::DayFrame, queries, store::roll};

/// Days away that are told of at once, at most.
pub const MOST_DAYS: i32 = 366;

/// The class of a pupil whom the actor may see. Another class's pupil is not told apart from one that does not exist.
fn class_in_reach(tx: &mut Tx<'_>, ctx: &Ctx, scope: &Scope, person: PersonId) -> Result<ClassId, AttendanceError> {
    let reach = queries::reach(tx, scope, &ctx.actor)?;
    let class = roll::person(tx, scope.school(), person)?.and_then(|row| row.class);
    class.filter(|class| reach.sees(*class)).ok_or(AttendanceError::NotFound("pupil"))
}

/// Today, where the school is.
fn today(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Date, AttendanceError> {
    let zone = zone_of(tx, ctx.actor.school)?;
    Ok(DayFrame::around(ctx.now, &zone).date())
}

fn scope(ctx: &Ctx, action: Action) -> Result<Scope, AttendanceError> {
    Ok(ctx.require(action)?)
}
