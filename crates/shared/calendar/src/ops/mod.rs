//! What is done, one subject a file: the right, the rule, the SQL, the journal.

mod bells;
mod days;
mod holidays;
mod open;
mod plans;
mod timetables;
mod years;

pub use bells::{NewSchedule, add_rule, add_schedule, edit_schedule, remove_rule, remove_schedule};
pub use days::{MAX_REMOTE_DAYS, make_free, make_remote, make_working, move_lessons, undo};
pub use holidays::{put_holiday, remove_holiday};
pub use open::{open_calendar, take_state};
pub use plans::set_plans;
pub use timetables::{copy_timetable, put_lesson, replace_timetable};
pub use years::{copy_year, edit_year, remove_year};

use accounts::{Ctx, audit};
use jiff::civil::Date;
use journal::Event;
use kernel::Id;
use store::Tx;

use crate::{CalendarError, events::CalendarChanged, model::SchoolYearId};

/// Writes down that something was done: to the journal, so that gates and others learn of it, and to the audit trail.
fn done<E: Event, K>(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    event: &E,
    action: &'static str,
    subject: Id<K>,
) -> Result<(), CalendarError> {
    journal::append(tx, ctx.actor.school, ctx.now, event)?;
    Ok(audit(tx, ctx, action, Some(subject), "")?)
}

fn year_done(tx: &mut Tx<'_>, ctx: &Ctx, year: SchoolYearId, action: &'static str) -> Result<(), CalendarError> {
    done(tx, ctx, &CalendarChanged { year: Some(year), day: None }, action, year)
}

fn day_done(tx: &mut Tx<'_>, ctx: &Ctx, day: Date, action: &'static str) -> Result<(), CalendarError> {
    journal::append(tx, ctx.actor.school, ctx.now, &CalendarChanged { year: None, day: Some(day) })?;
    Ok(audit(tx, ctx, action, Some(ctx.actor.school), &day.to_string())?)
}
