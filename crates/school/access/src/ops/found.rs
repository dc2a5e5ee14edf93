//! A school comes into being: with what every school needs before its first turnstile is added.

use accounts::Ctx;
use jiff::Timestamp;
use kernel::{BuildingId, GateId, Ids, SchoolId, ZoneId};
use store::Tx;

use super::{add_building, add_gate, add_zone};
use crate::{
    error::AccessError,
    model::{BuildingInput, Fault, Title, ZoneInput},
    store::school,
};

/// A school to be founded.
#[derive(Clone, Debug)]
pub struct NewSchool {
    /// Its name in Kazakh.
    pub name_kk: Title,
    /// Its name in Russian.
    pub name_ru: Title,
    /// Whether it is the demonstration's.
    pub is_demo: bool,
}

/// What a new school has.
#[derive(Clone, Debug)]
pub struct Founded {
    /// The school.
    pub school: SchoolId,
    /// Its first building.
    pub building: BuildingId,
    /// The zone "school" in it.
    pub zone: ZoneId,
    /// Its first gate.
    pub gate: GateId,
    /// The gate's token, when it is a remote one.
    pub token: Option<String>,
}

/// Founds a school with a building, a zone and a gate; `is_remote`: the gate stands at the door by itself.
///
/// # Errors
/// [`AccessError::Field`] when a name that we give is refused, else the database's.
pub fn found_school(
    tx: &mut Tx<'_>,
    now: Timestamp,
    ids: &Ids,
    new: &NewSchool,
    is_remote: bool,
) -> Result<Founded, AccessError> {
    let founded: SchoolId = ids.new_id(now);
    school::add_school(tx, founded, new.name_kk.as_str(), new.name_ru.as_str(), "Asia/Almaty", new.is_demo, now)?;
    let ctx = Ctx::of_program(founded, now, ids.clone());
    let building = add_building(tx, &ctx, &BuildingInput { name: title("Главное здание")?, address: None })?;
    let zone = add_zone(tx, &ctx, &ZoneInput { building, name: title("Школа")?, occupancy_limit: None })?;
    let (gate, token) = add_gate(tx, &ctx, &title("Главный вход")?, is_remote)?;
    Ok(Founded { school: founded, building, zone, gate, token: token.map(|token| token.expose().to_owned()) })
}

fn title(text: &str) -> Result<Title, AccessError> {
    Title::parse(text).map_err(|fault: Fault| AccessError::field(("name", fault)))
}
