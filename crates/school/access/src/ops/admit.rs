//! Lets a person through without a credential.

use accounts::{Action, Ctx, Denied, audit};
use kernel::{AccessPointId, Direction, GateCommandBody, PersonId, PersonStatus};
use store::Tx;

use super::command::{Sent, send_pass};
use crate::{
    error::AccessError,
    store::{persons, places},
};

/// Whom to let through, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Admit {
    /// Where.
    pub point: AccessPointId,
    /// Which way.
    pub direction: Direction,
    /// Whom.
    pub person: PersonId,
}

/// Tells the point's gate to let a person through; the pass is recorded for that person, in the guard's name. A blocked person
/// may be let through: the guard decides, and the log says who did.
///
/// # Errors
/// [`AccessError::Denied`] (also when nobody is signed in), [`AccessError::NotFound`] for a point or person of another school,
/// [`AccessError::PointDisabled`], [`AccessError::PersonArchived`], or from the database.
pub fn admit(tx: &mut Tx<'_>, ctx: &Ctx, input: Admit) -> Result<Sent, AccessError> {
    let scope = ctx.require(Action::AdmitByHand)?;
    let guard = ctx.actor.user.ok_or(Denied(Action::AdmitByHand))?;
    let point = places::point_key(tx, scope.school(), input.point)?.ok_or(AccessError::NotFound("point"))?;
    if !point.is_enabled {
        return Err(AccessError::PointDisabled);
    }
    match persons::status(tx, scope.school(), input.person)?.ok_or(AccessError::NotFound("person"))? {
        PersonStatus::Archived => return Err(AccessError::PersonArchived),
        PersonStatus::Active | PersonStatus::Blocked => {}
    }
    let Admit { point: at, direction, person } = input;
    let pass = ctx.new_id();
    let body = GateCommandBody::Admit { pass, point: at, direction, person, guard };
    let sent = send_pass(tx, scope.school(), point.gate, ctx.now, pass, &body)?;
    audit(tx, ctx, "admitted_by_hand", Some(person), direction.as_str())?;
    Ok(sent)
}
