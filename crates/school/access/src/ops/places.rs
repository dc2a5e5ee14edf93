//! Buildings and zones.

use accounts::{Action, Ctx};
use kernel::{BuildingId, SchoolId, ZoneId};
use store::Tx;

use super::{done, touched};
use crate::{
    error::{AccessError, Use},
    events::{PointsChanged, ZoneRemoved},
    model::{BuildingInput, Fault, Title, ZoneInput},
    store::{places, presence},
};

fn address(input: &BuildingInput) -> &str {
    input.address.as_ref().map_or("", Title::as_str)
}

/// Adds a building.
///
/// # Errors
/// [`AccessError::Denied`], or from the database.
pub fn add_building(tx: &mut Tx<'_>, ctx: &Ctx, input: &BuildingInput) -> Result<BuildingId, AccessError> {
    let scope = ctx.require(Action::EditPoints)?;
    let building = ctx.new_id();
    places::add_building(tx, scope.school(), building, input.name.as_str(), address(input))?;
    done(tx, ctx, &PointsChanged {}, "building_added", building)?;
    Ok(building)
}

/// Changes a building.
///
/// # Errors
/// [`AccessError::Denied`], [`AccessError::NotFound`], or from the database.
pub fn edit_building(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    building: BuildingId,
    input: &BuildingInput,
) -> Result<(), AccessError> {
    let scope = ctx.require(Action::EditPoints)?;
    touched(places::edit_building(tx, scope.school(), building, input.name.as_str(), address(input))?, "building")?;
    done(tx, ctx, &PointsChanged {}, "building_edited", building)
}

/// Removes a building without zones.
///
/// # Errors
/// [`AccessError::Denied`], [`AccessError::InUse`], [`AccessError::NotFound`], or from the database.
pub fn remove_building(tx: &mut Tx<'_>, ctx: &Ctx, building: BuildingId) -> Result<(), AccessError> {
    let scope = ctx.require(Action::EditPoints)?;
    if places::any_zone_in(tx, scope.school(), building)?.is_some() {
        return Err(AccessError::InUse(Use::Zones));
    }
    touched(places::remove_building(tx, scope.school(), building)?, "building")?;
    done(tx, ctx, &PointsChanged {}, "building_removed", building)
}

/// Adds a zone.
///
/// # Errors
/// [`AccessError::Denied`], [`AccessError::Field`], or from the database.
pub fn add_zone(tx: &mut Tx<'_>, ctx: &Ctx, input: &ZoneInput) -> Result<ZoneId, AccessError> {
    let scope = ctx.require(Action::EditPoints)?;
    check_zone(tx, scope.school(), input)?;
    let zone = ctx.new_id();
    places::add_zone(tx, scope.school(), zone, input.building, input.name.as_str(), input.occupancy_limit)?;
    done(tx, ctx, &PointsChanged {}, "zone_added", zone)?;
    Ok(zone)
}

/// Changes a zone.
///
/// # Errors
/// [`AccessError::Denied`], [`AccessError::Field`], [`AccessError::NotFound`], or from the database.
pub fn edit_zone(tx: &mut Tx<'_>, ctx: &Ctx, zone: ZoneId, input: &ZoneInput) -> Result<(), AccessError> {
    let scope = ctx.require(Action::EditPoints)?;
    check_zone(tx, scope.school(), input)?;
    touched(
        places::edit_zone(tx, scope.school(), zone, input.building, input.name.as_str(), input.occupancy_limit)?,
        "zone",
    )?;
    done(tx, ctx, &PointsChanged {}, "zone_edited", zone)
}

/// Removes a zone to which no point leads. Whoever was counted in it is outside then.
///
/// # Errors
/// [`AccessError::Denied`], [`AccessError::InUse`], [`AccessError::NotFound`], or from the database.
pub fn remove_zone(tx: &mut Tx<'_>, ctx: &Ctx, zone: ZoneId) -> Result<(), AccessError> {
    let scope = ctx.require(Action::EditPoints)?;
    if places::any_point_at(tx, scope.school(), zone)?.is_some() {
        return Err(AccessError::InUse(Use::Points));
    }
    touched(places::remove_zone(tx, scope.school(), zone)?, "zone")?;
    presence::leave_zone(tx, scope.school(), zone)?;
    journal::append(tx, scope.school(), ctx.now, &ZoneRemoved { zone })?;
    done(tx, ctx, &PointsChanged {}, "zone_removed", zone)
}

fn check_zone(tx: &mut Tx<'_>, school: SchoolId, input: &ZoneInput) -> Result<(), AccessError> {
    input.check().map_err(AccessError::field)?;
    match places::has_building(tx, school, input.building)? {
        Some(_) => Ok(()),
        None => Err(AccessError::field(("building", Fault::NoSuch))),
    }
}
