//! Says where people are, when the passes do not.

use accounts::{Action, Ctx, audit};
use jiff::{SignedDuration, Timestamp};
use kernel::{PersonId, SchoolId};
use store::Tx;

use crate::{
    error::AccessError,
    events::{EverybodyOut, Place, PresenceSet},
    model::Fault,
    store::{persons, places, presence},
};

/// The word of the audit trail for a place that was set by hand.
pub(crate) const SET: &str = "presence_set";
/// The word of the audit trail for a building that was declared empty; the detail is the number of people.
pub(crate) const ALL_OUT: &str = "everybody_out";

/// Says where a person is (a zone, `None` or [`Place::Street`]: outside, [`Place::Unknown`]: not known): resets anti-passback, corrects the
/// count of a zone. Every gate learns of it.
///
/// # Errors
/// [`AccessError::Denied`], [`AccessError::Field`] for an unknown zone, [`AccessError::NotFound`] for an unknown person, or from the database.
pub fn set_presence(tx: &mut Tx<'_>, ctx: &Ctx, person: PersonId, place: impl Into<Place>) -> Result<(), AccessError> {
    let (scope, place) = (ctx.require(Action::AdmitByHand)?, place.into());
    if persons::status(tx, scope.school(), person)?.is_none() {
        return Err(AccessError::NotFound("person"));
    }
    if let Some(zone) = place.zone()
        && places::has_zone(tx, scope.school(), zone)?.is_none()
    {
        return Err(AccessError::field(("zone", Fault::NoSuch)));
    }
    // A gate's clock may be a little ahead of ours; what somebody says now is later than every pass known now.
    let after_last = presence::one(tx, scope.school(), person)?.map_or(ctx.now, |row| after(row.since).max(ctx.now));
    let event = PresenceSet { person, place, at: after_last, by: ctx.actor.user };
    presence::put(tx, scope.school(), &[event.moved()])?;
    journal::append(tx, scope.school(), ctx.now, &event)?;
    Ok(audit(tx, ctx, SET, Some(person), &place_word(place))?)
}

/// The next moment that a database tells from this one.
fn after(moment: Timestamp) -> Timestamp {
    moment.checked_add(SignedDuration::from_micros(1)).unwrap_or(moment)
}

/// How the audit trail writes a place: `street`, `unknown` or `zone <id>`.
fn place_word(place: Place) -> String {
    match place {
        Place::Street => "street".to_owned(),
        Place::Unknown => "unknown".to_owned(),
        Place::Zone(zone) => format!("zone {zone}"),
    }
}

/// The place of a line of the audit trail; `None` for another text.
pub(crate) fn place_of_word(word: &str) -> Option<Place> {
    match word {
        "street" => Some(Place::Street),
        "unknown" => Some(Place::Unknown),
        word => word.strip_prefix("zone ")?.parse().ok().map(Place::Zone),
    }
}

/// Says that nobody is inside any more; gives how many were counted as inside. `expected` is the number that the actor was shown and
/// confirmed: should others have come or gone meanwhile, nothing is done.
///
/// # Errors
/// [`AccessError::InsideChanged`] when another number is inside, [`AccessError::Denied`], or from the database.
pub fn everybody_out(tx: &mut Tx<'_>, ctx: &Ctx, expected: u32) -> Result<u32, AccessError> {
    let school: SchoolId = ctx.require(Action::EmptyBuilding)?.school();
    let inside = presence::inside(tx, school)?.unwrap_or(0);
    if inside != expected {
        return Err(AccessError::InsideChanged { inside });
    }
    if inside == 0 {
        return Ok(0);
    }
    // Whoever came in by a gate whose clock is ahead goes out one by one, after the moment of that pass: a word from an earlier moment never
    // replaces one from a later moment, and the journal read once more must come to the same.
    let ahead: Vec<PresenceSet> = presence::inside_since(tx, school, ctx.now)?
        .into_iter()
        .map(|row| PresenceSet { person: row.person, place: Place::Street, at: after(row.since), by: ctx.actor.user })
        .collect();
    presence::put(tx, school, &ahead.iter().map(PresenceSet::moved).collect::<Vec<_>>())?;
    journal::append_all(tx, school, ctx.now, &ahead)?;
    let out = presence::all_out(tx, school, ctx.now, ctx.actor.user)?;
    let count = u32::try_from(out).unwrap_or(u32::MAX).saturating_add(u32::try_from(ahead.len()).unwrap_or(u32::MAX));
    journal::append(tx, school, ctx.now, &EverybodyOut { at: ctx.now, by: ctx.actor.user, count })?;
    audit(tx, ctx, ALL_OUT, Some(school), &count.to_string())?;
    Ok(count)
}

#[cfg(test)]
mod tests {
    use kernel::ZoneId;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_place_is_read_from_the_trail_as_it_was_written(bytes: [u8; 16]) {
            for place in [Place::Street, Place::Unknown, Place::Zone(ZoneId::from_slice(&bytes).unwrap())] {
                prop_assert_eq!(place_of_word(&place_word(place)), Some(place));
            }
        }

        #[test]
        fn no_text_of_the_trail_breaks_the_reader(text in "\\PC{0,40}") {
            let _ = place_of_word(&text);
        }
    }
}
