//! A new school gets what every school needs before its first turnstile is added.

use accounts::Ctx;
use kernel::{BuildingId, GateId, ZoneId};
use store::Tx;

use super::{add_building, add_gate, add_zone};
use crate::{
    error::AccessError,
    model::{BuildingInput, GateToken, Title, ZoneInput},
};

/// What a new school has.
#[derive(Clone, Debug)]
pub struct Furniture {
    /// Its first building.
    pub building: BuildingId,
    /// The zone "school" in it.
    pub zone: ZoneId,
    /// Its first gate.
    pub gate: GateId,
    /// The gate's token, when it is a remote one.
    pub token: Option<GateToken>,
}

/// Adds a building, a zone and a gate; `is_remote`: the gate stands at the door by itself.
///
/// # Errors
/// [`AccessError::Denied`] without the right, else the database's.
pub fn furnish(tx: &mut Tx<'_>, ctx: &Ctx, is_remote: bool) -> Result<Furniture, AccessError> {
    let building = add_building(tx, ctx, &BuildingInput { name: title("Главное здание")?, address: None })?;
    let zone = add_zone(tx, ctx, &ZoneInput { building, name: title("Школа")?, occupancy_limit: None })?;
    let (gate, token) = add_gate(tx, ctx, &title("Главный вход")?, is_remote)?;
    Ok(Furniture { building, zone, gate, token })
}

fn title(text: &str) -> Result<Title, AccessError> {
    Title::parse(text).map_err(|fault| AccessError::field(("name", fault)))
}
