//! Days from before the program was here: what another system, or the demonstration, knows of passes.

use accounts::{Action, Ctx, audit};
use jiff::Timestamp;
use kernel::{Direction, PersonId};
use store::Tx;

use super::scope;
use crate::{AttendanceError, follower};

/// Takes passes of which the journal does not tell, in any order and as often as one likes. They are no passes of the log, and a rebuild from the
/// journals forgets them.
///
/// # Errors
/// From the database, also for a person that the school does not have.
pub fn load_past(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    passes: &[(PersonId, Direction, Timestamp)],
) -> Result<(), AttendanceError> {
    let school = scope(ctx, Action::ManageAttendance)?.school();
    follower::take_passes(tx, school, passes)?;
    Ok(audit::<()>(tx, ctx, "past_attendance_loaded", None, &format!("{} passes", passes.len()))?)
}
