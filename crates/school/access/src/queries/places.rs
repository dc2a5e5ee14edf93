//! Buildings, zones, access points, gates and devices.

use std::collections::HashMap;

use accounts::Scope;
use jiff::{SignedDuration, Timestamp};
use kernel::{AccessPointId, DeviceId, GateId, ZoneId};
use store::Tx;

use super::{BuildingView, DeviceView, GateView, PointView, ZoneView};
use crate::{
    error::AccessError,
    store::{
        devices, gates as gate_rows,
        places::{self, BuildingRow, PointRow, ZoneRow},
        school,
    },
};

/// Whether it is forgotten at each local midnight who is still inside.
///
/// # Errors
/// From the database; [`AccessError::NotFound`] when there is no such school.
pub fn resets_presence(tx: &mut Tx<'_>, scope: &Scope) -> Result<bool, AccessError> {
    school::resets_presence(tx, scope.school())?.ok_or(AccessError::NotFound("school"))
}

/// Buildings by name.
///
/// # Errors
/// From the database.
pub fn buildings(tx: &mut Tx<'_>, scope: &Scope) -> Result<Vec<BuildingView>, AccessError> {
    Ok(places::buildings(tx, scope.school())?.into_iter().map(BuildingRow::view).collect())
}

/// Zones by building and name.
///
/// # Errors
/// From the database.
pub fn zones(tx: &mut Tx<'_>, scope: &Scope) -> Result<Vec<ZoneView>, AccessError> {
    Ok(places::zones(tx, scope.school())?.into_iter().map(ZoneRow::view).collect())
}

/// One zone.
///
/// # Errors
/// From the database.
pub fn zone(tx: &mut Tx<'_>, scope: &Scope, zone: ZoneId) -> Result<Option<ZoneView>, AccessError> {
    Ok(zones(tx, scope)?.into_iter().find(|view| view.id == zone))
}

/// Access points in their order.
///
/// # Errors
/// From the database.
pub fn points(tx: &mut Tx<'_>, scope: &Scope) -> Result<Vec<PointView>, AccessError> {
    Ok(places::points(tx, scope.school())?.into_iter().map(PointRow::view).collect())
}

/// One access point.
///
/// # Errors
/// From the database.
pub fn point(tx: &mut Tx<'_>, scope: &Scope, point: AccessPointId) -> Result<Option<PointView>, AccessError> {
    Ok(places::point(tx, scope.school(), point)?.map(PointRow::view))
}

/// Gates by name. One that was not heard of for `patience` counts as away.
///
/// # Errors
/// From the database.
pub fn gates(
    tx: &mut Tx<'_>,
    scope: &Scope,
    now: Timestamp,
    patience: SignedDuration,
) -> Result<Vec<GateView>, AccessError> {
    let rows = gate_rows::list(tx, scope.school())?;
    let newest = school::newest_config(tx, scope.school(), 0)?.unwrap_or(0);
    Ok(rows
        .into_iter()
        .map(|row| GateView {
            id: row.id,
            name: row.name,
            is_remote: row.is_remote,
            is_online: row.seen_at.is_some_and(|seen_at| now.duration_since(seen_at) < patience),
            seen_at: row.seen_at,
            is_current: row.snapshot > 0 && row.snapshot >= newest,
            snapshot_at: row.snapshot_at,
            spool_depth: row.spool_depth,
            spool_ok: row.spool_ok,
            version: row.version,
        })
        .collect())
}

/// One gate.
///
/// # Errors
/// From the database.
pub fn gate(
    tx: &mut Tx<'_>,
    scope: &Scope,
    gate: GateId,
    now: Timestamp,
    patience: SignedDuration,
) -> Result<Option<GateView>, AccessError> {
    Ok(gates(tx, scope, now, patience)?.into_iter().find(|view| view.id == gate))
}

/// Devices by name.
///
/// # Errors
/// From the database; [`AccessError::Settings`] when a device's settings are none.
pub fn devices(tx: &mut Tx<'_>, scope: &Scope) -> Result<Vec<DeviceView>, AccessError> {
    let mut points: HashMap<DeviceId, Vec<String>> = HashMap::new();
    for row in devices::point_names(tx, scope.school())? {
        points.entry(row.device).or_default().push(row.name);
    }
    devices::list(tx, scope.school())?
        .into_iter()
        .map(|row| {
            let points = points.remove(&row.id).unwrap_or_default();
            row.view(points)
        })
        .collect()
}

/// One device.
///
/// # Errors
/// As [`devices`].
pub fn device(tx: &mut Tx<'_>, scope: &Scope, device: DeviceId) -> Result<Option<DeviceView>, AccessError> {
    Ok(devices(tx, scope)?.into_iter().find(|view| view.id == device))
}
