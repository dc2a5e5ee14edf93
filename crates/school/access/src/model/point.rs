//! Buildings, zones and access points as forms give them.

use kernel::{AntiPassback, BuildingId, DeviceId, GateId, ReaderFormat, ZoneId};

use super::{Fault, Title};

/// What a building is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuildingInput {
    /// Its name.
    pub name: Title,
    /// Its address; may be left out.
    pub address: Option<Title>,
}

/// What a zone is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ZoneInput {
    /// The building it is in.
    pub building: BuildingId,
    /// Its name.
    pub name: Title,
    /// How many people it may hold.
    pub occupancy_limit: Option<u32>,
}

/// What an access point is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PointInput {
    /// Its name.
    pub name: Title,
    /// The gate that decides there.
    pub gate: GateId,
    /// The device that opens it; `None`: only a guard lets through.
    pub device: Option<DeviceId>,
    /// The door on the device, from 1.
    pub door: u8,
    /// How its readers show a card.
    pub reader_format: ReaderFormat,
    /// The zone reached by going in.
    pub inner: ZoneId,
    /// The zone reached by going out; `None`: the street.
    pub outer: Option<ZoneId>,
    /// Anti-passback.
    pub anti_passback: AntiPassback,
    /// Whether it is in use.
    pub is_enabled: bool,
    /// Its place in lists; smaller comes first.
    pub position: u32,
}

impl ZoneInput {
    /// More people than this no zone holds.
    pub const MAX_LIMIT: u32 = 100_000;

    /// Checks what can be checked without the database; gives the field and what is wrong with it.
    ///
    /// # Errors
    /// The name of the field and [`Fault::Limit`].
    pub fn check(&self) -> Result<(), (&'static str, Fault)> {
        match self.occupancy_limit {
            Some(limit) if limit == 0 || limit > Self::MAX_LIMIT => Err(("occupancy_limit", Fault::Limit)),
            _ => Ok(()),
        }
    }
}

impl PointInput {
    /// Doors of a board.
    pub const MAX_DOOR: u8 = 4;
    const MAX_MINUTES: u16 = 24 * 60;

    /// Checks what can be checked without the database; gives the field and what is wrong with it.
    ///
    /// # Errors
    /// The name of the field and the fault.
    pub fn check(&self) -> Result<(), (&'static str, Fault)> {
        if !(1..=Self::MAX_DOOR).contains(&self.door) {
            return Err(("door", Fault::Door));
        }
        if self.outer == Some(self.inner) {
            return Err(("outer", Fault::SameZone));
        }
        match self.anti_passback {
            AntiPassback::Timed(minutes) if minutes == 0 || minutes > Self::MAX_MINUTES => {
                Err(("anti_passback_min", Fault::Minutes))
            }
            AntiPassback::Off | AntiPassback::Soft | AntiPassback::Hard | AntiPassback::Timed(_) => Ok(()),
        }
    }
}
