//! Lets a person through without a credential.

use std::time::Duration;

use accounts::{Action, App, Ctx, Denied, audit};
use kernel::{AccessPointId, Direction, GateCommandBody, PersonId, PersonStatus};
use store::Tx;

use super::command::{Sent, send_pass, wait_for_pass};
use crate::{
    error::AccessError,
    queries::PassView,
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
    let sent = send_pass(tx, ctx, scope.school(), point.gate, pass, &body)?;
    // What came of it is noted by whoever waits for the answer.
    audit(tx, ctx, "admit_asked", Some(person), direction.as_str())?;
    Ok(sent)
}

/// Waits for the gate's answer as [`wait_for_pass`] does, and notes what came of it: `admitted_by_hand`, `admit_refused`, or
/// `admit_withdrawn` when the gate did not answer and the command was taken back.
///
/// # Errors
/// From the database.
pub async fn wait_for_admission(
    app: &App,
    ctx: &Ctx,
    person: PersonId,
    sent: Sent,
    longest: Duration,
) -> Result<Option<PassView>, AccessError> {
    let scope = ctx.require(Action::AdmitByHand)?;
    let pass = wait_for_pass(app, scope, sent, longest).await?;
    let (came_of_it, reason) = match &pass {
        Some(pass) if pass.reason.is_granted() => ("admitted_by_hand", pass.reason.as_str()),
        Some(pass) => ("admit_refused", pass.reason.as_str()),
        None => ("admit_withdrawn", "no answer"),
    };
    let ctx = Ctx { now: app.clock.now(), ..ctx.clone() };
    app.db.write(move |tx| audit(tx, &ctx, came_of_it, Some(person), reason)).await?;
    Ok(pass)
}
