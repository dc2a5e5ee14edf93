//! Compares a device's own list of cards anew.

use accounts::{Action, Ctx, audit};
use kernel::{DeviceId, GateCommandBody};
use store::Tx;

use super::command::send;
use crate::{error::AccessError, store::devices};

/// Tells the device's gate to compare the device's list of cards, entry by entry, and to mend it.
///
/// # Errors
/// [`AccessError::Denied`], [`AccessError::NotFound`], or from the database.
pub fn sync_device(tx: &mut Tx<'_>, ctx: &Ctx, device: DeviceId) -> Result<(), AccessError> {
    let scope = ctx.require(Action::EditDevices)?;
    let row = devices::key(tx, scope.school(), device)?.ok_or(AccessError::NotFound("device"))?;
    send(tx, ctx, scope.school(), row.gate, &GateCommandBody::SyncDevice(device))?;
    Ok(audit(tx, ctx, "device_synced", Some(device), "")?)
}
