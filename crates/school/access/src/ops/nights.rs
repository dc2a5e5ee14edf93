//! Whether presence begins anew each day.

use accounts::{Action, Ctx};
use store::Tx;

use super::done;
use crate::{error::AccessError, events::NightsChanged, store::school};

/// Says whether it is forgotten at each local midnight who is still inside. Every gate learns of it. Setting what is set does nothing.
///
/// # Errors
/// [`AccessError::Denied`], [`AccessError::NotFound`] when there is no such school, or from the database.
pub fn reset_presence_at_night(tx: &mut Tx<'_>, ctx: &Ctx, resets: bool) -> Result<(), AccessError> {
    let scope = ctx.require(Action::EditPoints)?;
    let was = school::resets_presence(tx, scope.school())?.ok_or(AccessError::NotFound("school"))?;
    if was == resets {
        return Ok(());
    }
    school::set_resets_presence(tx, scope.school(), resets)?;
    done(tx, ctx, &NightsChanged { resets_presence: resets }, "presence_nights_changed", scope.school())
}
