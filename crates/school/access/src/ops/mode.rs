//! Locks the school down, opens everything, or goes back to normal.

use accounts::{Action, Ctx, audit};
use kernel::SchoolMode;
use store::Tx;

use crate::{error::AccessError, events::ModeChanged, store::school};

/// Changes the state of the school; every gate learns of it within a second. Setting the state that is set already does nothing.
///
/// # Errors
/// [`AccessError::Denied`], or from the database.
pub fn change_mode(tx: &mut Tx<'_>, ctx: &Ctx, mode: SchoolMode) -> Result<(), AccessError> {
    let scope = ctx.require(Action::ChangeMode)?;
    let was = school::mode_locked(tx, scope.school())?.ok_or(AccessError::NotFound("school"))?;
    if was == mode {
        return Ok(());
    }
    school::set_mode(tx, scope.school(), mode, ctx.now, ctx.actor.user)?;
    journal::append(tx, scope.school(), ctx.now, &ModeChanged { from: was, to: mode, by: ctx.actor.user })?;
    Ok(audit(tx, ctx, "mode_changed", Some(scope.school()), mode.as_str())?)
}
