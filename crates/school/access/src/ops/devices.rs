//! Devices.

use accounts::{Action, Ctx};
use kernel::{DeviceId, DeviceKind, SchoolId};
use store::Tx;

use super::{done, touched};
use crate::{
    error::{AccessError, Use},
    events::DevicesChanged,
    model::{DeviceInput, Fault, kind_word, settings_text},
    store::{devices, gates, places},
};

/// Adds a device.
///
/// # Errors
/// [`AccessError::Denied`], [`AccessError::Field`], or from the database.
pub fn add_device(tx: &mut Tx<'_>, ctx: &Ctx, input: &DeviceInput) -> Result<DeviceId, AccessError> {
    let scope = ctx.require(Action::EditDevices)?;
    let device = ctx.new_id();
    check(tx, scope.school(), device, input)?;
    let settings = settings_text(&input.kind)?;
    devices::add(tx, scope.school(), device, input.gate, input.name.as_str(), kind_word(&input.kind), &settings)?;
    done(tx, ctx, &DevicesChanged {}, "device_added", device)?;
    Ok(device)
}

/// Changes a device. What is known of its state is forgotten when it becomes another one.
///
/// # Errors
/// [`AccessError::Denied`], [`AccessError::Field`], [`AccessError::NotFound`], or from the database.
pub fn edit_device(tx: &mut Tx<'_>, ctx: &Ctx, device: DeviceId, input: &DeviceInput) -> Result<(), AccessError> {
    let scope = ctx.require(Action::EditDevices)?;
    let was = devices::key(tx, scope.school(), device)?.ok_or(AccessError::NotFound("device"))?;
    check(tx, scope.school(), device, input)?;
    if places::any_foreign_point_on(tx, scope.school(), device, input.gate)?.is_some() {
        return Err(AccessError::field(("gate", Fault::OtherGate)));
    }
    let settings = settings_text(&input.kind)?;
    let rows =
        devices::edit(tx, scope.school(), device, input.gate, input.name.as_str(), kind_word(&input.kind), &settings)?;
    touched(rows, "device")?;
    if was.settings != settings || was.gate != input.gate {
        devices::forget_state(tx, scope.school(), device)?;
    }
    if serial(&devices::kind(device, &was.settings)?) != serial(&input.kind) {
        devices::begin_board(tx, scope.school(), device, ctx.now)?;
    }
    done(tx, ctx, &DevicesChanged {}, "device_edited", device)
}

/// Removes a device on which no point stands.
///
/// # Errors
/// [`AccessError::Denied`], [`AccessError::InUse`], [`AccessError::NotFound`], or from the database.
pub fn remove_device(tx: &mut Tx<'_>, ctx: &Ctx, device: DeviceId) -> Result<(), AccessError> {
    let scope = ctx.require(Action::EditDevices)?;
    if places::any_point_on(tx, scope.school(), device)?.is_some() {
        return Err(AccessError::InUse(Use::Points));
    }
    touched(devices::remove(tx, scope.school(), device)?, "device")?;
    done(tx, ctx, &DevicesChanged {}, "device_removed", device)
}

/// What tells a board from every other.
const fn serial(kind: &DeviceKind) -> Option<u32> {
    match kind {
        DeviceKind::Uhppote { serial, .. } => Some(*serial),
        DeviceKind::Virtual => None,
    }
}

fn check(tx: &mut Tx<'_>, school: SchoolId, device: DeviceId, input: &DeviceInput) -> Result<(), AccessError> {
    input.check().map_err(AccessError::field)?;
    if gates::has(tx, school, input.gate)?.is_none() {
        return Err(AccessError::field(("gate", Fault::NoSuch)));
    }
    let DeviceKind::Uhppote { serial, .. } = &input.kind else { return Ok(()) };
    let mut others = devices::settings_of_kind(tx, school, kind_word(&input.kind))?;
    if gates::is_in_process(tx, school, input.gate)?.is_some() {
        // Two schools whose boards stand in one network must not drive each other's.
        others.extend(devices::settings_in_process(tx, kind_word(&input.kind))?);
    }
    for row in others {
        let is_same = matches!(devices::kind(row.id, &row.settings)?, DeviceKind::Uhppote { serial: other, .. } if other == *serial);
        if is_same && row.id != device {
            return Err(AccessError::field(("serial", Fault::Taken)));
        }
    }
    Ok(())
}
