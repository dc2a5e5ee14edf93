//! Access points.

use accounts::{Action, Ctx};
use kernel::{AccessPointId, SchoolId};
use store::Tx;

use super::{done, touched};
use crate::{
    error::{AccessError, Use},
    events::PointsChanged,
    model::{Fault, PointInput},
    store::{devices, gates, passes, places, rules},
};

/// Adds an access point.
///
/// # Errors
/// [`AccessError::Denied`], [`AccessError::Field`], or from the database.
pub fn add_point(tx: &mut Tx<'_>, ctx: &Ctx, input: &PointInput) -> Result<AccessPointId, AccessError> {
    let scope = ctx.require(Action::EditPoints)?;
    let point = ctx.new_id();
    check(tx, scope.school(), point, input)?;
    let (passback, minutes) = input.anti_passback.to_words();
    let added = places::add_point(
        tx,
        scope.school(),
        point,
        input.gate,
        input.device,
        input.door,
        input.name.as_str(),
        input.reader_format,
        input.inner,
        input.outer,
        passback,
        minutes,
        input.is_enabled,
        input.position,
    );
    door_free(added)?;
    done(tx, ctx, &PointsChanged {}, "point_added", point)?;
    Ok(point)
}

/// Changes an access point.
///
/// # Errors
/// [`AccessError::Denied`], [`AccessError::Field`], [`AccessError::NotFound`], or from the database.
pub fn edit_point(tx: &mut Tx<'_>, ctx: &Ctx, point: AccessPointId, input: &PointInput) -> Result<(), AccessError> {
    let scope = ctx.require(Action::EditPoints)?;
    check(tx, scope.school(), point, input)?;
    let (passback, minutes) = input.anti_passback.to_words();
    let edited = places::edit_point(
        tx,
        scope.school(),
        point,
        input.gate,
        input.device,
        input.door,
        input.name.as_str(),
        input.reader_format,
        input.inner,
        input.outer,
        passback,
        minutes,
        input.is_enabled,
        input.position,
    );
    touched(door_free(edited)?, "point")?;
    done(tx, ctx, &PointsChanged {}, "point_edited", point)
}

/// Switches an access point on or off.
///
/// # Errors
/// [`AccessError::Denied`], [`AccessError::NotFound`], or from the database.
pub fn enable_point(tx: &mut Tx<'_>, ctx: &Ctx, point: AccessPointId, is_enabled: bool) -> Result<(), AccessError> {
    let scope = ctx.require(Action::EditPoints)?;
    touched(places::enable_point(tx, scope.school(), point, is_enabled)?, "point")?;
    done(tx, ctx, &PointsChanged {}, if is_enabled { "point_enabled" } else { "point_disabled" }, point)
}

/// Removes an access point that was never passed and that no rule names; others are switched off instead.
///
/// # Errors
/// [`AccessError::Denied`], [`AccessError::InUse`], [`AccessError::NotFound`], or from the database.
pub fn remove_point(tx: &mut Tx<'_>, ctx: &Ctx, point: AccessPointId) -> Result<(), AccessError> {
    let scope = ctx.require(Action::EditPoints)?;
    if passes::any_at_point(tx, scope.school(), point)?.is_some() {
        return Err(AccessError::InUse(Use::Passes));
    }
    if rules::any_at_point(tx, scope.school(), point)?.is_some() {
        return Err(AccessError::InUse(Use::Rules));
    }
    touched(places::remove_point(tx, scope.school(), point)?, "point")?;
    done(tx, ctx, &PointsChanged {}, "point_removed", point)
}

fn check(tx: &mut Tx<'_>, school: SchoolId, point: AccessPointId, input: &PointInput) -> Result<(), AccessError> {
    input.check().map_err(AccessError::field)?;
    let must = |found: Option<u64>, field| found.map(|_| ()).ok_or(AccessError::field((field, Fault::NoSuch)));
    must(gates::has(tx, school, input.gate)?, "gate")?;
    must(places::has_zone(tx, school, input.inner)?, "inner")?;
    if let Some(outer) = input.outer {
        must(places::has_zone(tx, school, outer)?, "outer")?;
    }
    if let Some(device) = input.device {
        let row = devices::key(tx, school, device)?.ok_or(AccessError::field(("device", Fault::NoSuch)))?;
        if row.gate != input.gate {
            return Err(AccessError::field(("device", Fault::OtherGate)));
        }
        if places::door_taken(tx, school, device, input.door, point)?.is_some() {
            return Err(AccessError::field(("door", Fault::DoorTaken)));
        }
    }
    Ok(())
}

/// Two editors at once: the second finds the door taken by the index instead of by the look before.
fn door_free(written: Result<u64, store::StoreError>) -> Result<u64, AccessError> {
    written.map_err(
        |error| if error.is_duplicate() { AccessError::field(("door", Fault::DoorTaken)) } else { error.into() },
    )
}
