//! Says where a person is, when the passes do not.

use accounts::{Action, Ctx};
use jiff::SignedDuration;
use kernel::{PersonId, ZoneId};
use store::Tx;

use super::done;
use crate::{
    error::AccessError,
    events::{Place, PresenceSet},
    model::Fault,
    store::{persons, places, presence},
};

/// Says that a person is in `zone` (`None`: outside): resets anti-passback, corrects the count of a zone. Every gate learns of it.
///
/// # Errors
/// [`AccessError::Denied`], [`AccessError::Field`] for an unknown zone, [`AccessError::NotFound`] for an unknown person, or from the database.
pub fn set_presence(tx: &mut Tx<'_>, ctx: &Ctx, person: PersonId, zone: Option<ZoneId>) -> Result<(), AccessError> {
    let scope = ctx.require(Action::AdmitByHand)?;
    if persons::status(tx, scope.school(), person)?.is_none() {
        return Err(AccessError::NotFound("person"));
    }
    if let Some(zone) = zone
        && places::has_zone(tx, scope.school(), zone)?.is_none()
    {
        return Err(AccessError::field(("zone", Fault::NoSuch)));
    }
    // A gate's clock may be a little ahead of ours; what somebody says now is later than every pass known now.
    let after_last = presence::one(tx, scope.school(), person)?
        .and_then(|row| row.since.checked_add(SignedDuration::from_micros(1)).ok())
        .map_or(ctx.now, |moment| moment.max(ctx.now));
    let event = PresenceSet { person, place: Place::of(zone), at: after_last, by: ctx.actor.user };
    presence::put(tx, scope.school(), &[event.moved()])?;
    done(tx, ctx, &event, "presence_set", person)
}
