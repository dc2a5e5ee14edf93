//! Buildings, zones and access points.

use kernel::{AccessPointId, AntiPassback, BuildingId, DeviceId, GateId, ReaderFormat, SchoolId, ZoneId};
use store::{record, statements};

use crate::queries::{BuildingView, PointView, ZoneView};

record! {
    /// A building.
    pub struct BuildingRow {
        /// Which.
        pub id: BuildingId,
        /// Its name.
        pub name: String,
        /// Its address.
        pub address: String,
    }
    /// A zone.
    pub struct ZoneRow {
        /// Which.
        pub id: ZoneId,
        /// Its building.
        pub building: BuildingId,
        /// The building's name.
        pub building_name: String,
        /// Its name.
        pub name: String,
        /// How many people it may hold.
        pub occupancy_limit: Option<u32>,
    }
    /// An access point with the names beside its ids.
    pub struct PointRow {
        /// Which.
        pub id: AccessPointId,
        /// Its name.
        pub name: String,
        /// Its gate.
        pub gate: GateId,
        /// The gate's name.
        pub gate_name: String,
        /// Its device.
        pub device: Option<DeviceId>,
        /// The device's name.
        pub device_name: Option<String>,
        /// The device's kind.
        pub device_kind: Option<String>,
        /// The door on the device.
        pub door: u8,
        /// How its readers show a card.
        pub reader_format: ReaderFormat,
        /// The zone inside.
        pub inner_zone: ZoneId,
        /// That zone's name.
        pub inner_name: String,
        /// The zone outside.
        pub outer_zone: Option<ZoneId>,
        /// That zone's name.
        pub outer_name: Option<String>,
        /// The word of anti-passback.
        pub anti_passback: String,
        /// Its minutes.
        pub anti_passback_min: i64,
        /// Whether it is in use.
        pub is_enabled: bool,
        /// Its place in lists.
        pub position: u32,
    }
    /// Where a point leads.
    pub struct LeadsRow {
        /// Which.
        pub id: AccessPointId,
        /// The zone inside.
        pub inner_zone: ZoneId,
        /// The zone outside.
        pub outer_zone: Option<ZoneId>,
    }
    /// What a command to a point must know.
    pub struct PointKeyRow {
        /// Its gate.
        pub gate: GateId,
        /// Whether it is in use.
        pub is_enabled: bool,
        /// Whether its device is the virtual turnstile.
        pub is_virtual: bool,
        /// How its readers show a card.
        pub reader_format: ReaderFormat,
    }
}

impl BuildingRow {
    pub(crate) fn view(self) -> BuildingView {
        BuildingView { id: self.id, name: self.name, address: self.address }
    }
}

impl ZoneRow {
    pub(crate) fn view(self) -> ZoneView {
        ZoneView {
            id: self.id,
            building: self.building,
            building_name: self.building_name,
            name: self.name,
            occupancy_limit: self.occupancy_limit,
        }
    }
}

impl PointRow {
    pub(crate) fn view(self) -> PointView {
        PointView {
            id: self.id,
            name: self.name,
            gate: self.gate,
            gate_name: self.gate_name,
            is_virtual: self.device_kind.as_deref() == Some("virtual"),
            device: self.device,
            device_name: self.device_name.unwrap_or_default(),
            door: self.door,
            reader_format: self.reader_format,
            inner: self.inner_zone,
            inner_name: self.inner_name,
            outer: self.outer_zone,
            outer_name: self.outer_name.unwrap_or_default(),
            // The database holds the table's words only; should it not, no anti-passback harms nobody.
            anti_passback: AntiPassback::parse(&self.anti_passback, self.anti_passback_min)
                .unwrap_or(AntiPassback::Off),
            is_enabled: self.is_enabled,
            position: self.position,
        }
    }
}

macro_rules! point_select {
    () => {
        "select a.id as id, a.name as name, a.gate as gate, g.name as gate_name, a.device as device, d.name as device_name,
           d.kind as device_kind, a.door as door, a.reader_format as reader_format, a.inner_zone as inner_zone,
           i.name as inner_name, a.outer_zone as outer_zone, o.name as outer_name, a.anti_passback as anti_passback,
           a.anti_passback_min as anti_passback_min, a.is_enabled as is_enabled, a.position as position
         from access_point a join gate g on g.school = a.school and g.id = a.gate
         join zone i on i.school = a.school and i.id = a.inner_zone
         left join device d on d.school = a.school and d.id = a.device
         left join zone o on o.school = a.school and o.id = a.outer_zone "
    };
}

statements! {
    /// Buildings by name.
    fn buildings(school: SchoolId) -> Many<BuildingRow> = "select id, name, address from building where school = $1 order by name, id";
    /// Adds a building.
    fn add_building(school: SchoolId, building: BuildingId, name: &str, address: &str) -> Run =
        "insert into building (school, id, name, address) values ($1, $2, $3, $4)";
    /// Changes a building.
    fn edit_building(school: SchoolId, building: BuildingId, name: &str, address: &str) -> Run =
        "update building set name = $3, address = $4 where school = $1 and id = $2";
    /// Removes a building.
    fn remove_building(school: SchoolId, building: BuildingId) -> Run = "delete from building where school = $1 and id = $2";
    /// Whether there is such a building.
    fn has_building(school: SchoolId, building: BuildingId) -> One<u64> = "select 1 from building where school = $1 and id = $2";
    /// Whether a zone is in a building.
    fn any_zone_in(school: SchoolId, building: BuildingId) -> One<u64> =
        "select 1 from zone where school = $1 and building = $2 limit 1";

    /// Zones by building and name.
    fn zones(school: SchoolId) -> Many<ZoneRow> =
        "select z.id as id, z.building as building, b.name as building_name, z.name as name, z.occupancy_limit as occupancy_limit
         from zone z join building b on b.school = z.school and b.id = z.building where z.school = $1 order by b.name, z.name, z.id";
    /// Adds a zone.
    fn add_zone(school: SchoolId, zone: ZoneId, building: BuildingId, name: &str, occupancy_limit: Option<u32>) -> Run =
        "insert into zone (school, id, building, name, occupancy_limit) values ($1, $2, $3, $4, $5)";
    /// Changes a zone.
    fn edit_zone(school: SchoolId, zone: ZoneId, building: BuildingId, name: &str, occupancy_limit: Option<u32>) -> Run =
        "update zone set building = $3, name = $4, occupancy_limit = $5 where school = $1 and id = $2";
    /// Removes a zone.
    fn remove_zone(school: SchoolId, zone: ZoneId) -> Run = "delete from zone where school = $1 and id = $2";
    /// Whether there is such a zone.
    fn has_zone(school: SchoolId, zone: ZoneId) -> One<u64> = "select 1 from zone where school = $1 and id = $2";
    /// Whether a point leads into or out of a zone.
    fn any_point_at(school: SchoolId, zone: ZoneId) -> One<u64> =
        "select 1 from access_point where school = $1 and (inner_zone = $2 or outer_zone = $2) limit 1";

    /// Points in their order.
    fn points(school: SchoolId) -> Many<PointRow> = concat!(point_select!(), "where a.school = $1 order by a.position, a.name, a.id");
    /// One point.
    fn point(school: SchoolId, point: AccessPointId) -> One<PointRow> = concat!(point_select!(), "where a.school = $1 and a.id = $2");
    /// Where each point leads.
    fn leads(school: SchoolId) -> LaterMany<LeadsRow> = "select id, inner_zone, outer_zone from access_point where school = $1";
    /// What a command to a point must know.
    fn point_key(school: SchoolId, point: AccessPointId) -> One<PointKeyRow> =
        "select a.gate as gate, a.is_enabled as is_enabled, d.kind is not null and d.kind = 'virtual' as is_virtual,
           a.reader_format as reader_format
         from access_point a left join device d on d.school = a.school and d.id = a.device where a.school = $1 and a.id = $2";
    /// Adds a point.
    fn add_point(
        school: SchoolId, point: AccessPointId, gate: GateId, device: Option<DeviceId>, door: u8, name: &str,
        reader_format: ReaderFormat, inner_zone: ZoneId, outer_zone: Option<ZoneId>, anti_passback: &str, anti_passback_min: i64,
        is_enabled: bool, position: u32,
    ) -> Run =
        "insert into access_point (school, id, gate, device, door, name, reader_format, inner_zone, outer_zone, anti_passback,
           anti_passback_min, is_enabled, position)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    /// Changes a point.
    fn edit_point(
        school: SchoolId, point: AccessPointId, gate: GateId, device: Option<DeviceId>, door: u8, name: &str,
        reader_format: ReaderFormat, inner_zone: ZoneId, outer_zone: Option<ZoneId>, anti_passback: &str, anti_passback_min: i64,
        is_enabled: bool, position: u32,
    ) -> Run =
        "update access_point set gate = $3, device = $4, door = $5, name = $6, reader_format = $7, inner_zone = $8, outer_zone = $9,
           anti_passback = $10, anti_passback_min = $11, is_enabled = $12, position = $13
         where school = $1 and id = $2";
    /// Switches a point on or off.
    fn enable_point(school: SchoolId, point: AccessPointId, is_enabled: bool) -> Run =
        "update access_point set is_enabled = $3 where school = $1 and id = $2";
    /// Removes a point.
    fn remove_point(school: SchoolId, point: AccessPointId) -> Run = "delete from access_point where school = $1 and id = $2";
    /// Whether another point has a door of a device.
    fn door_taken(school: SchoolId, device: DeviceId, door: u8, but: AccessPointId) -> One<u64> =
        "select 1 from access_point where school = $1 and device = $2 and door = $3 and id <> $4";
    /// Whether a point stands on a device.
    fn any_point_on(school: SchoolId, device: DeviceId) -> One<u64> =
        "select 1 from access_point where school = $1 and device = $2 limit 1";
    /// Whether a gate decides for a point.
    fn any_point_of(school: SchoolId, gate: GateId) -> One<u64> = "select 1 from access_point where school = $1 and gate = $2 limit 1";
    /// Whether a gate other than this decides for a point on a device.
    fn any_foreign_point_on(school: SchoolId, device: DeviceId, gate: GateId) -> One<u64> =
        "select 1 from access_point where school = $1 and device = $2 and gate <> $3 limit 1";
}
