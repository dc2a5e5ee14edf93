//! Which zone lies within which.

use std::collections::{BTreeMap, BTreeSet};

use kernel::ZoneId;

/// Which zone lies within which, as the access points tell: the inner zone of a point lies within its outer one, and so on outwards.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Nesting {
    /// The zones that one gets to by going out, for each zone.
    around: BTreeMap<ZoneId, BTreeSet<ZoneId>>,
}

impl Nesting {
    /// By where points lead: the zone inside and the zone outside of each.
    pub fn of(points: &[(ZoneId, Option<ZoneId>)]) -> Self {
        let mut outwards: BTreeMap<ZoneId, BTreeSet<ZoneId>> = BTreeMap::new();
        for (inner, outer) in points {
            outwards.entry(*inner).or_default().extend(outer);
        }
        let around = outwards.keys().map(|zone| (*zone, reached(&outwards, *zone))).collect();
        Self { around }
    }

    /// Whether people in `zone` are among those whom `around` holds: who is in the canteen is in the building. Two zones that lead into each
    /// other lie beside each other, and neither holds the other's people.
    pub fn holds(&self, around: ZoneId, zone: ZoneId) -> bool {
        let is_within = |zone, around| self.around.get(&zone).is_some_and(|reached| reached.contains(&around));
        zone == around || (is_within(zone, around) && !is_within(around, zone))
    }
}

fn reached(outwards: &BTreeMap<ZoneId, BTreeSet<ZoneId>>, from: ZoneId) -> BTreeSet<ZoneId> {
    let mut reached = BTreeSet::new();
    let mut open = vec![from];
    while let Some(zone) = open.pop() {
        open.extend(outwards.get(&zone).into_iter().flatten().filter(|next| reached.insert(**next)));
    }
    reached
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_holds_whom_the_zones_within_it_hold_and_not_its_neighbours() {
        let zone = |byte: u8| ZoneId::from_uuid(uuid::Uuid::from_bytes([byte; 16]));
        let (building, hall, canteen, one, other) = (zone(1), zone(2), zone(3), zone(4), zone(5));
        let points =
            [(building, None), (hall, Some(building)), (canteen, Some(hall)), (one, Some(other)), (other, Some(one))];
        let nesting = Nesting::of(&points);
        assert!(nesting.holds(building, canteen) && nesting.holds(hall, canteen) && nesting.holds(building, building));
        assert!(!nesting.holds(canteen, building) && !nesting.holds(building, one));
        assert!(nesting.holds(one, one) && !nesting.holds(one, other) && !nesting.holds(other, one));
    }
}
