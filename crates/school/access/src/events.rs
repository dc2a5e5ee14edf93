//! What this subsystem writes to the journal. Ids and words only, never a name.

use jiff::Timestamp;
pub use journal::facts::{LeaveChanged, LeaveTerm, PassRecorded, Place};

use journal::Event;
use kernel::{AccessPointId, AlarmId, AlarmKind, DeviceId, GateId, PersonId, SchoolMode, UserId, ZoneId};
use serde::{Deserialize, Serialize};

use crate::store::presence::Moved;

/// An alarm was raised.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlarmRaised {
    /// The alarm.
    pub alarm: AlarmId,
    /// The gate that told of it.
    pub gate: GateId,
    /// What.
    pub kind: AlarmKind,
    /// At which device.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<DeviceId>,
    /// At which point.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub point: Option<AccessPointId>,
    /// By whom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonId>,
    /// When.
    pub at: Timestamp,
}

/// States that alarms told of are over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlarmsClosed {
    /// Which.
    pub alarms: Vec<AlarmId>,
    /// The alarm that says so; none: the server saw it by itself, or the device is gone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<AlarmId>,
    /// Since when.
    pub at: Timestamp,
}

/// Somebody has seen alarms.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlarmsSeen {
    /// Which; empty: all that were unseen.
    pub alarms: Vec<AlarmId>,
    /// Who.
    pub by: Option<UserId>,
}

/// Somebody said where a person is, since the passes do not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PresenceSet {
    /// The person.
    pub person: PersonId,
    /// Where the person is.
    pub place: Place,
    /// Since when.
    pub at: Timestamp,
    /// Who said so.
    pub by: Option<UserId>,
}

/// Somebody said that nobody is inside any more: after an evacuation, or after a day on which doors were not watched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EverybodyOut {
    /// Since when.
    pub at: Timestamp,
    /// Who said so.
    pub by: Option<UserId>,
    /// How many were counted as inside until then.
    pub count: u32,
}

/// A day has begun: of whoever came in before this midnight it is not known any more where they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PresenceReset {
    /// The midnight.
    pub before: Timestamp,
}

/// Whether presence begins anew each day was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NightsChanged {
    /// Whether it does.
    pub resets_presence: bool,
}

/// A zone is no more: whoever was counted in it is outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ZoneRemoved {
    /// Which.
    pub zone: ZoneId,
}

/// The state of the school changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModeChanged {
    /// What it was.
    pub from: SchoolMode,
    /// What it is.
    pub to: SchoolMode,
    /// Who said so.
    pub by: Option<UserId>,
}

/// Buildings, zones or access points changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PointsChanged {}

/// Rules changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RulesChanged {}

/// Gates or devices changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DevicesChanged {}

macro_rules! kinds {
    ($($event:ident),* $(,)?) => {$(
        impl Event for $event {
            const KIND: &'static str = stringify!($event);
        }
    )*};
}
kinds!(
    AlarmRaised,
    AlarmsClosed,
    AlarmsSeen,
    PresenceSet,
    EverybodyOut,
    PresenceReset,
    NightsChanged,
    ZoneRemoved,
    ModeChanged,
    PointsChanged,
    RulesChanged,
    DevicesChanged
);

/// Where the person is since a pass, if it tells it.
pub(crate) fn moved_by(pass: &PassRecorded) -> Option<Moved> {
    let place = pass.moved_to?;
    Some(Moved {
        person: pass.person?,
        zone: place.zone(),
        is_known: place.is_known(),
        since: pass.at,
        by_pass: Some((pass.point, pass.direction, pass.pass)),
        set_by: None,
    })
}

impl PresenceSet {
    /// Where the person is since then.
    pub(crate) const fn moved(&self) -> Moved {
        Moved {
            person: self.person,
            zone: self.place.zone(),
            is_known: self.place.is_known(),
            since: self.at,
            by_pass: None,
            set_by: self.by,
        }
    }
}
