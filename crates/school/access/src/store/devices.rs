//! Devices and how they are.

use jiff::Timestamp;
use kernel::{DeviceId, DeviceKind, DeviceState, GateId, SchoolId};
use store::{record, statements};

use crate::{error::AccessError, model::parse_settings, queries::DeviceView};

record! {
    /// A device.
    pub struct DeviceRow {
        /// Which.
        pub id: DeviceId,
        /// Its name.
        pub name: String,
        /// The gate that drives it.
        pub gate: GateId,
        /// The gate's name.
        pub gate_name: String,
        /// Kind and settings as JSON.
        pub settings: String,
        /// Whether it answers.
        pub state: DeviceState,
        /// Its clock minus the gate's, in seconds.
        pub clock_drift_s: Option<i64>,
        /// Its newest event.
        pub last_event: Option<u32>,
        /// When it last answered.
        pub last_seen_at: Option<Timestamp>,
        /// Cards on its list.
        pub cards_held: Option<u32>,
        /// Cards that still differ.
        pub cards_due: Option<u32>,
        /// Its firmware.
        pub version: String,
    }
    /// The name of a point on a device.
    pub struct PointNameRow {
        /// The device.
        pub device: DeviceId,
        /// The point's name.
        pub name: String,
    }
    /// What a device is, before it is changed.
    pub struct DeviceKeyRow {
        /// The gate that drives it.
        pub gate: GateId,
        /// Kind and settings as JSON.
        pub settings: String,
    }
    /// The settings of a device.
    pub struct SettingsRow {
        /// Which.
        pub id: DeviceId,
        /// Kind and settings as JSON.
        pub settings: String,
    }
}

impl DeviceRow {
    pub(crate) fn view(self, points: Vec<String>) -> Result<DeviceView, AccessError> {
        Ok(DeviceView {
            kind: kind(self.id, &self.settings)?,
            id: self.id,
            name: self.name,
            gate: self.gate,
            gate_name: self.gate_name,
            state: self.state,
            clock_drift_s: self.clock_drift_s,
            last_event: self.last_event,
            last_seen_at: self.last_seen_at,
            cards: self.cards_held.zip(self.cards_due),
            version: self.version,
            points,
        })
    }
}

/// The kind that stands in a device's settings.
pub(crate) fn kind(device: DeviceId, settings: &str) -> Result<DeviceKind, AccessError> {
    parse_settings(settings).map_err(|_| AccessError::Settings(device))
}

macro_rules! device_select {
    () => {
        "select d.id as id, d.name as name, d.gate as gate, g.name as gate_name, d.settings as settings, d.state as state,
           d.clock_drift_s as clock_drift_s, d.last_event as last_event, d.last_seen_at as last_seen_at,
           d.cards_held as cards_held, d.cards_due as cards_due, d.version as version
         from device d join gate g on g.school = d.school and g.id = d.gate "
    };
}

statements! {
    /// Devices by name.
    fn list(school: SchoolId) -> Many<DeviceRow> = concat!(device_select!(), "where d.school = $1 order by d.name, d.id");
    /// Names of the points on devices, in their order.
    fn point_names(school: SchoolId) -> Many<PointNameRow> =
        "select device, name from access_point where school = $1 and device is not null order by position, name, id";
    /// The gate and settings of a device.
    fn key(school: SchoolId, device: DeviceId) -> One<DeviceKeyRow> =
        "select gate, settings from device where school = $1 and id = $2";
    /// Settings of all devices of a kind, to see whether a serial number is taken.
    fn settings_of_kind(school: SchoolId, kind: &str) -> Many<SettingsRow> =
        "select id, settings from device where school = $1 and kind = $2";
    /// Settings of the devices of a kind that gates in the server's own process drive. (All schools: one process drives them all, and each
    /// of them by one gate only.)
    fn settings_in_process(kind: &str) across_schools -> Many<SettingsRow> =
        "select d.id as id, d.settings as settings from device d join gate g on g.school = d.school and g.id = d.gate
         where d.kind = $1 and g.kind = 'in_process'";
    /// Adds a device.
    fn add(school: SchoolId, device: DeviceId, gate: GateId, name: &str, kind: &str, settings: &str) -> Run =
        "insert into device (school, id, gate, name, kind, settings) values ($1, $2, $3, $4, $5, $6)";
    /// Changes a device.
    fn edit(school: SchoolId, device: DeviceId, gate: GateId, name: &str, kind: &str, settings: &str) -> Run =
        "update device set gate = $3, name = $4, kind = $5, settings = $6 where school = $1 and id = $2";
    /// Forgets how a device was, since it is another one now.
    fn forget_state(school: SchoolId, device: DeviceId) -> Run =
        "update device set state = 'unknown', clock_drift_s = null, last_event = null, last_seen_at = null, cards_held = null,
           cards_due = null, version = '' where school = $1 and id = $2";
    /// From now on the device is another board, which counts its events by itself.
    fn begin_board(school: SchoolId, device: DeviceId, now: Timestamp) -> Run =
        "update device set board_since = $3 where school = $1 and id = $2";
    /// Removes a device.
    fn remove(school: SchoolId, device: DeviceId) -> Run = "delete from device where school = $1 and id = $2";
    /// Keeps how a device is; only its own gate may say so.
    fn set_state(
        school: SchoolId, gate: GateId, device: DeviceId, state: DeviceState, clock_drift_s: Option<i64>, last_event: Option<u32>,
        last_seen_at: Option<Timestamp>, cards_held: Option<u32>, cards_due: Option<u32>, version: &str,
    ) -> Run =
        "update device set state = $4, clock_drift_s = $5, last_event = $6, last_seen_at = $7, cards_held = $8, cards_due = $9,
           version = $10
         where school = $1 and gate = $2 and id = $3";
    /// Whether a gate drives any device.
    fn any_of_gate(school: SchoolId, gate: GateId) -> One<u64> = "select 1 from device where school = $1 and gate = $2 limit 1";
}
