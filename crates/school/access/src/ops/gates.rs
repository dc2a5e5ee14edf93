//! Gates.

use accounts::{Action, Ctx};
use kernel::GateId;
use store::Tx;

use super::{done, touched};
use crate::{
    error::{AccessError, Use},
    events::{AlarmsClosed, DevicesChanged},
    model::{GateToken, Title},
    store::{alarms, devices, gates, places},
};

/// Adds a gate: one that runs in the server's process, or a remote one with its token. The token is given this once;
/// only its hash is kept.
///
/// # Errors
/// [`AccessError::Denied`], or from the database.
pub fn add_gate(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    name: &Title,
    is_remote: bool,
) -> Result<(GateId, Option<GateToken>), AccessError> {
    let scope = ctx.require(Action::EditDevices)?;
    let gate = ctx.new_id();
    let token = is_remote.then(|| GateToken::of_bytes(ctx.ids.bytes()));
    let hash = token.as_ref().map(GateToken::hash);
    let kind = if is_remote { "remote" } else { "in_process" };
    gates::add(tx, scope.school(), gate, name.as_str(), kind, hash.as_ref(), ctx.now)?;
    done(tx, ctx, &DevicesChanged {}, "gate_added", gate)?;
    Ok((gate, token))
}

/// Gives a gate another name.
///
/// # Errors
/// [`AccessError::Denied`], [`AccessError::NotFound`], or from the database.
pub fn rename_gate(tx: &mut Tx<'_>, ctx: &Ctx, gate: GateId, name: &Title) -> Result<(), AccessError> {
    let scope = ctx.require(Action::EditDevices)?;
    touched(gates::rename(tx, scope.school(), gate, name.as_str())?, "gate")?;
    done(tx, ctx, &DevicesChanged {}, "gate_renamed", gate)
}

/// Gives a remote gate another token; the old one stops working at once.
///
/// # Errors
/// [`AccessError::Denied`], [`AccessError::NotFound`] (also for a gate in the server's process), or from the database.
pub fn rotate_gate_token(tx: &mut Tx<'_>, ctx: &Ctx, gate: GateId) -> Result<GateToken, AccessError> {
    let scope = ctx.require(Action::EditDevices)?;
    let token = GateToken::of_bytes(ctx.ids.bytes());
    touched(gates::set_token(tx, scope.school(), gate, &token.hash())?, "remote gate")?;
    done(tx, ctx, &DevicesChanged {}, "gate_token_rotated", gate)?;
    Ok(token)
}

/// Removes a gate on which neither devices nor points hang. Its passes stay. Records that it said it has still to send can never be taken in
/// afterwards; no more of them are lost than it was agreed to (`given_up`).
///
/// # Errors
/// [`AccessError::Denied`], [`AccessError::InUse`], [`AccessError::RecordsWaiting`], [`AccessError::NotFound`], or from the database.
pub fn remove_gate(tx: &mut Tx<'_>, ctx: &Ctx, gate: GateId, given_up: u64) -> Result<(), AccessError> {
    let scope = ctx.require(Action::EditDevices)?;
    if places::any_point_of(tx, scope.school(), gate)?.is_some() {
        return Err(AccessError::InUse(Use::Points));
    }
    if devices::any_of_gate(tx, scope.school(), gate)?.is_some() {
        return Err(AccessError::InUse(Use::Devices));
    }
    let waiting = gates::spool_depth(tx, scope.school(), gate)?.unwrap_or(0);
    if waiting > given_up {
        return Err(AccessError::RecordsWaiting(waiting));
    }
    let closed = alarms::close_of_gate(tx, scope.school(), gate, ctx.now)?;
    if !closed.is_empty() {
        journal::append(tx, scope.school(), ctx.now, &AlarmsClosed { alarms: closed, by: None, at: ctx.now })?;
    }
    gates::remove_commands(tx, scope.school(), gate)?;
    gates::forget_lease(tx, scope.school(), gate)?;
    gates::forget_accepted(tx, scope.school(), gate)?;
    touched(gates::remove(tx, scope.school(), gate)?, "gate")?;
    done(tx, ctx, &DevicesChanged {}, "gate_removed", gate)
}
