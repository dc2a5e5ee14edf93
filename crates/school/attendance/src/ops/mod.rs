//! Use cases, one subject a file: right, rule, SQL, journal.

mod desk;
mod look;
mod mark;
mod past;
mod time_sheet;

pub use desk::change_settings;
pub(crate) use look::in_reach;
pub use look::{LEAST_REASON, look_at_person};
pub(crate) use mark::pupil_day;
pub use mark::{Correction, NewAbsence, mark, tell_absence, withdraw_absence};
pub use past::load_past;
pub use time_sheet::{enter, put_code, put_plan, remove_code};

use accounts::{Action, Ctx, Scope};
use jiff::civil::Date;
use kernel::PersonId;
use store::Tx;

use crate::{
    AttendanceError,
    follower::zone_of,
    model::DayFrame,
    queries::{self, Days},
    store::roll,
};

/// Days away that are told of at once, at most.
pub const MOST_DAYS: i32 = 366;

/// Makes sure that the actor may see a pupil: by the class of today, or by one in which the pupil was on some days. Another class's pupil is not told
/// apart from one that does not exist.
fn pupil_in_reach(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    scope: &Scope,
    person: PersonId,
    days: Days,
) -> Result<(), AttendanceError> {
    let reach = queries::reach(tx, scope, &ctx.actor)?;
    let class = roll::person(tx, scope.school(), person)?.and_then(|row| row.class);
    if class.is_some_and(|class| reach.sees(class)) {
        return Ok(());
    }
    let stays = roll::stays_of(tx, scope.school(), person, days.from, days.until)?;
    let is_seen = stays.iter().any(|stay| reach.sees(stay.class));
    if is_seen { Ok(()) } else { Err(AttendanceError::NotFound("pupil")) }
}

/// Today, where the school is.
fn today(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Date, AttendanceError> {
    let zone = zone_of(tx, ctx.actor.school)?;
    Ok(DayFrame::around(ctx.now, &zone).date())
}

fn scope(ctx: &Ctx, action: Action) -> Result<Scope, AttendanceError> {
    Ok(ctx.require(action)?)
}
