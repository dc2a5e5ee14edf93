//! Alarms that somebody has seen.

use accounts::{Action, Ctx, audit};
use kernel::AlarmId;
use store::Tx;

use super::done;
use crate::{error::AccessError, events::AlarmsSeen, store::alarms};

/// Notes that the actor has seen an alarm. Nothing happens when somebody has before.
///
/// # Errors
/// [`AccessError::Denied`], [`AccessError::NotFound`], or from the database.
pub fn see_alarm(tx: &mut Tx<'_>, ctx: &Ctx, alarm: AlarmId) -> Result<(), AccessError> {
    let scope = ctx.require(Action::SeeAlarms)?;
    if alarms::see(tx, scope.school(), alarm, ctx.now, ctx.actor.user)? == 0 {
        let is_there = alarms::one(tx, scope.school(), alarm)?.is_some();
        return if is_there { Ok(()) } else { Err(AccessError::NotFound("alarm")) };
    }
    done(tx, ctx, &AlarmsSeen { alarms: vec![alarm], by: ctx.actor.user }, "alarm_seen", alarm)
}

/// Notes that the actor has seen all alarms that nobody had; gives how many.
///
/// # Errors
/// [`AccessError::Denied`], or from the database.
pub fn see_all_alarms(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<u64, AccessError> {
    let scope = ctx.require(Action::SeeAlarms)?;
    let seen = alarms::see_all(tx, scope.school(), ctx.now, ctx.actor.user)?;
    if seen > 0 {
        journal::append(tx, scope.school(), ctx.now, &AlarmsSeen { alarms: Vec::new(), by: ctx.actor.user })?;
        audit::<()>(tx, ctx, "alarms_seen", None, &seen.to_string())?;
    }
    Ok(seen)
}
