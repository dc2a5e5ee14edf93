//! Facts that several rooms react to. A fact that only its own room reads stays with that room.
//!
//! Ids and words only, never a name.

use jiff::Timestamp;
use kernel::{
    AccessPointId, CredentialId, DecidedBy, Direction, GateId, LeaveId, PassId, PersonId, Reason, UserId, ZoneId,
};
use serde::{Deserialize, Serialize};

use crate::Event;

/// Somebody passed, or was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PassRecorded {
    /// The pass.
    pub pass: PassId,
    /// The gate that told of it.
    pub gate: GateId,
    /// Where.
    pub point: AccessPointId,
    /// Which way.
    pub direction: Direction,
    /// Who, when known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonId>,
    /// By which credential.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential: Option<CredentialId>,
    /// Granted or denied, and why.
    pub reason: Reason,
    /// Who decided.
    pub decided_by: DecidedBy,
    /// When it happened.
    pub at: Timestamp,
    /// Whether the server learnt of it more than a minute afterwards.
    pub is_late: bool,
    /// Where the person is since then: set when a known person was let through a known point. Written down, since the
    /// point may lead elsewhere by the time somebody reads this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved_to: Option<Place>,
    /// From where: the other side of the point, set beside `moved_to`. Entries written before it was noted have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved_from: Option<Place>,
}

impl Event for PassRecorded {
    const KIND: &'static str = "PassRecorded";
}

impl PassRecorded {
    /// Which way a known person went through a door between the street and the school, if this pass tells it. A door within the school
    /// tells nothing of it.
    pub fn crossed(&self) -> Option<(PersonId, Direction)> {
        let way = match (self.direction, self.moved_from, self.moved_to?) {
            (Direction::In, None | Some(Place::Street), Place::Zone(_)) => Direction::In,
            (Direction::Out, _, Place::Street) => Direction::Out,
            _ => return None,
        };
        Some((self.person?, way))
    }
}

/// A permission to leave during lessons was given or taken back. Why it was given stays with who gave it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaveChanged {
    /// Which.
    pub leave: LeaveId,
    /// Who may leave, or may not any more.
    pub person: PersonId,
    /// What it says. Entries written before it was noted have none.
    #[serde(flatten, default, skip_serializing_if = "Option::is_none")]
    pub term: Option<LeaveTerm>,
}

impl Event for LeaveChanged {
    const KIND: &'static str = "LeaveChanged";
}

/// What a permission to leave says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaveTerm {
    /// From this moment.
    pub from: Timestamp,
    /// Before this moment.
    pub until: Timestamp,
    /// Who gave it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given_by: Option<UserId>,
    /// When it was taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawn_at: Option<Timestamp>,
}

/// A place of a school, the street, or nobody knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// Outside of every zone.
    Street,
    /// In this zone.
    Zone(ZoneId),
    /// Not known: nothing is held against the person at the next pass.
    Unknown,
}

impl From<Option<ZoneId>> for Place {
    fn from(zone: Option<ZoneId>) -> Self {
        Self::of(zone)
    }
}

impl Place {
    /// The place of a zone, or the street.
    pub fn of(zone: Option<ZoneId>) -> Self {
        zone.map_or(Self::Street, Self::Zone)
    }

    /// The zone; `None`: the street, or not known.
    pub const fn zone(self) -> Option<ZoneId> {
        match self {
            Self::Street | Self::Unknown => None,
            Self::Zone(zone) => Some(zone),
        }
    }

    /// Whether it is known where.
    pub const fn is_known(self) -> bool {
        !matches!(self, Self::Unknown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_doors_to_the_street_are_crossed() {
        let ids = kernel::Ids::seeded(1);
        let at = Timestamp::UNIX_EPOCH;
        let (hall, canteen) = (Place::Zone(ids.new_id(at)), Place::Zone(ids.new_id(at)));
        let person = ids.new_id(at);
        let pass = PassRecorded {
            pass: ids.new_id(at),
            gate: ids.new_id(at),
            point: ids.new_id(at),
            direction: Direction::In,
            person: Some(person),
            credential: None,
            reason: Reason::Granted,
            decided_by: DecidedBy::Gate,
            at,
            is_late: false,
            moved_to: Some(hall),
            moved_from: Some(Place::Street),
        };
        let crossed = |direction, moved_from, moved_to| {
            PassRecorded { direction, moved_from, moved_to, ..pass.clone() }.crossed().map(|(_, way)| way)
        };
        for (direction, from, to, way) in [
            (Direction::In, Some(Place::Street), Some(hall), Some(Direction::In)),
            (Direction::In, None, Some(hall), Some(Direction::In)),
            (Direction::In, Some(hall), Some(canteen), None),
            (Direction::Out, Some(canteen), Some(hall), None),
            (Direction::Out, Some(hall), Some(Place::Street), Some(Direction::Out)),
            (Direction::Out, None, Some(Place::Street), Some(Direction::Out)),
            (Direction::In, None, Some(Place::Unknown), None),
            (Direction::In, None, None, None),
        ] {
            assert_eq!(crossed(direction, from, to), way, "{direction:?} {from:?} {to:?}");
        }
        assert_eq!(PassRecorded { person: None, ..pass.clone() }.crossed(), None);
    }

    #[test]
    fn an_entry_of_an_older_program_is_read() {
        let ids = kernel::Ids::seeded(2);
        let id = ids.new_uuid(Timestamp::UNIX_EPOCH);
        let old = format!(
            r#"{{"pass":"{id}","gate":"{id}","point":"{id}","direction":"in","person":"{id}","reason":"granted","decided_by":"gate","at":"2026-11-23T02:30:00Z","is_late":false,"moved_to":{{"zone":"{id}"}}}}"#
        );
        let pass: PassRecorded = serde_json::from_str(&old).unwrap();
        assert_eq!((pass.moved_from, pass.crossed().map(|(_, way)| way)), (None, Some(Direction::In)));
        let leave = |rest: &str| {
            let text = format!(r#"{{"leave":"{id}","person":"{id}"{rest}}}"#);
            let read: LeaveChanged = serde_json::from_str(&text).unwrap();
            assert_eq!(serde_json::to_string(&read).unwrap(), text);
            read.term
        };
        assert_eq!(leave(""), None);
        let term = leave(r#","from":"2026-11-23T05:00:00Z","until":"2026-11-23T06:00:00Z""#).unwrap();
        assert_eq!((term.given_by, term.withdrawn_at), (None, None));
        let whole = format!(
            r#","from":"2026-11-23T05:00:00Z","until":"2026-11-23T06:00:00Z","given_by":"{id}","withdrawn_at":"2026-11-23T05:30:00Z""#
        );
        assert!(leave(&whole).is_some_and(|term| term.given_by.is_some() && term.withdrawn_at.is_some()));
    }
}
