//! Where people are, as the gate knows it: its own memory, kept beside the snapshot that never changes.
//!
//! Dense like the snapshot: a place for each person, a count for each zone. Passes change it by [`Presence::apply`], without allocation; it is laid out anew by [`Presence::new`] when a newer snapshot takes over. What other gates saw comes by [`Presence::learn`].

use jiff::Timestamp;
use kernel::{Direction, PersonId, PresentDoc, ZoneId};

use crate::{
    decide::{Attempt, Decision},
    snapshot::{PersonIndex, PointIndex, Snapshot, ZoneIndex},
};

/// Where people are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Presence {
    persons: Vec<Whereabouts>,
    /// People in each zone and in those within it.
    counts: Vec<u32>,
    /// Who came into a zone before this moment is not known to be there any more.
    day_began: Timestamp,
}

/// Where one person is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Whereabouts {
    pub(crate) place: Place,
    /// When the person came there.
    pub(crate) since: Timestamp,
    last: Option<(PointIndex, Direction)>,
}

/// Where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// Never seen, or not since yesterday: nothing is held against the person.
    Unknown,
    /// On the street.
    Outside,
    /// In a zone.
    Zone(ZoneIndex),
}

const NEVER_SEEN: Whereabouts = Whereabouts { place: Place::Unknown, since: Timestamp::MIN, last: None };

impl Presence {
    /// What the server knew when it made the snapshot, overlaid with what the gate knows by itself (`own`): of two accounts of one person
    /// the later one holds, and the gate's own when both are of the same moment.
    pub fn new(snapshot: &Snapshot, own: &[PresentDoc]) -> Self {
        let mut presence = Self {
            persons: vec![NEVER_SEEN; snapshot.persons().len()],
            counts: vec![0; snapshot.zones().len()],
            day_began: Timestamp::MIN,
        };
        for doc in snapshot.present().iter().chain(own) {
            let Some(person) = snapshot.person_index(doc.person) else { continue };
            if doc.since >= presence.persons[person.place()].since {
                presence.put(snapshot, person, whereabouts(snapshot, doc));
            }
        }
        presence
    }

    /// Everybody who was ever seen, to be kept over a restart or carried to the next snapshot. `snapshot` is the one it was made for.
    pub fn export(&self, snapshot: &Snapshot) -> Vec<PresentDoc> {
        let persons = snapshot.persons().iter().zip(&self.persons);
        persons
            .filter_map(|(person, whereabouts)| {
                let zone = match whereabouts.place {
                    Place::Unknown => return None,
                    Place::Outside => None,
                    Place::Zone(zone) => Some(snapshot.zones()[zone.place()].id),
                };
                let last = whereabouts.last.map(|(point, direction)| (snapshot.points()[point.place()].id, direction));
                Some(PresentDoc { person: person.id, zone, since: whereabouts.since, last })
            })
            .collect()
    }

    /// Takes in what came of an attempt: a granted pass of a known person moves the person to the other side.
    ///
    /// A pass that happens now always counts, even when the clock was set back meanwhile; one that was learnt afterwards counts unless
    /// something later is known.
    pub fn apply(&mut self, snapshot: &Snapshot, attempt: &Attempt, decision: &Decision) {
        let (Some(person), Some(point)) = (decision.person_index, decision.point_index) else { return };
        if !decision.reason.is_granted() || (attempt.is_replayed && attempt.at < self.whereabouts(person).since) {
            return;
        }
        let place = destination(snapshot, point, attempt.direction);
        self.put(snapshot, person, Whereabouts { place, since: attempt.at, last: Some((point, attempt.direction)) });
    }

    /// Takes in what others know of a person. What is known here of the same or a later moment stands.
    pub fn learn(&mut self, snapshot: &Snapshot, doc: &PresentDoc) {
        let Some(person) = snapshot.person_index(doc.person) else { return };
        if doc.since > self.whereabouts(person).since {
            self.put(snapshot, person, whereabouts(snapshot, doc));
        }
    }

    /// A day has begun: of whoever came in before it is not known any more where they are. A child whose exit was not read is not refused
    /// next morning, and nobody who stays over midnight is kept in.
    pub fn begin_day(&mut self, snapshot: &Snapshot, began: Timestamp) {
        self.day_began = began;
        for place in 0..self.persons.len() {
            let now = self.persons[place];
            if matches!(now.place, Place::Zone(_)) && now.since < began {
                self.put(snapshot, PersonIndex::new(place), now);
            }
        }
    }

    /// Where the person is: `None` when never seen or not in the snapshot, `Some(None)` outside.
    pub fn zone_of(&self, snapshot: &Snapshot, person: PersonId) -> Option<Option<ZoneId>> {
        match self.whereabouts(snapshot.person_index(person)?).place {
            Place::Unknown => None,
            Place::Outside => Some(None),
            Place::Zone(zone) => Some(Some(snapshot.zones()[zone.place()].id)),
        }
    }

    /// How many people are in this zone, those in zones within it counted.
    pub fn count(&self, snapshot: &Snapshot, zone: ZoneId) -> u32 {
        snapshot.zone_index(zone).map_or(0, |zone| self.counts[zone.place()])
    }

    pub(crate) fn whereabouts(&self, person: PersonIndex) -> &Whereabouts {
        &self.persons[person.place()]
    }

    pub(crate) fn count_in(&self, zone: ZoneIndex) -> u32 {
        self.counts[zone.place()]
    }

    fn put(&mut self, snapshot: &Snapshot, person: PersonIndex, mut now: Whereabouts) {
        if matches!(now.place, Place::Zone(_)) && now.since < self.day_began {
            now.place = Place::Unknown;
        }
        let before = std::mem::replace(&mut self.persons[person.place()], now);
        if before.place == now.place {
            return;
        }
        for (place, count) in self.counts.iter_mut().enumerate() {
            let around = ZoneIndex::new(place);
            *count -= u32::from(before.place.is_inside(snapshot, around));
            *count += u32::from(now.place.is_inside(snapshot, around));
        }
    }
}

fn whereabouts(snapshot: &Snapshot, doc: &PresentDoc) -> Whereabouts {
    let place = match doc.zone {
        None => Place::Outside,
        // A zone that no longer exists says nothing about where the person is now.
        Some(zone) => snapshot.zone_index(zone).map_or(Place::Unknown, Place::Zone),
    };
    let last = doc.last.and_then(|(point, direction)| Some((snapshot.point_index(point)?, direction)));
    Whereabouts { place, since: doc.since, last }
}

/// Where one is after passing.
fn destination(snapshot: &Snapshot, point: PointIndex, direction: Direction) -> Place {
    let point = &snapshot.points()[point.place()];
    match direction {
        Direction::In => Place::Zone(point.inner),
        Direction::Out => point.outer.map_or(Place::Outside, Place::Zone),
    }
}

impl Place {
    /// Whether somebody here is one of those whom this zone holds: who is in the canteen is in the building. Two zones that lead into each
    /// other lie beside each other, and neither holds the other's people.
    fn is_inside(self, snapshot: &Snapshot, around: ZoneIndex) -> bool {
        matches!(self, Self::Zone(zone)
            if zone == around || (snapshot.is_within(zone, around) && !snapshot.is_within(around, zone)))
    }
}

impl Whereabouts {
    /// Whether passing so would be the second time the same way: the person is on the far side already.
    ///
    /// Who is in a zone within the inner one (the canteen of the building) is on the inner side too. Who is in the zone from which
    /// one starts never passes twice, which matters where two zones lead into each other.
    pub(crate) fn is_beyond(&self, snapshot: &Snapshot, point: PointIndex, direction: Direction) -> bool {
        let point = &snapshot.points()[point.place()];
        match (direction, self.place) {
            (_, Place::Unknown) | (Direction::In, Place::Outside) => false,
            (Direction::In, Place::Zone(zone)) => point.outer != Some(zone) && snapshot.is_within(zone, point.inner),
            (Direction::Out, Place::Outside) => point.outer.is_none(),
            (Direction::Out, Place::Zone(zone)) => point.inner != zone && point.outer == Some(zone),
        }
    }

    /// Whether the person is in this zone or in one within it.
    pub(crate) fn is_in(&self, snapshot: &Snapshot, zone: ZoneIndex) -> bool {
        matches!(self.place, Place::Zone(place) if snapshot.is_within(place, zone))
    }
}
