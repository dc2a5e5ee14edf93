//! Presents a credential at a virtual turnstile.

use accounts::{Action, Ctx};
use kernel::{AccessPointId, Direction, GateCommandBody};
use store::Tx;

use super::command::{Sent, send_pass};
use crate::{error::AccessError, store::places};

/// What is presented, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Present {
    /// At which virtual turnstile.
    pub point: AccessPointId,
    /// Which way.
    pub direction: Direction,
    /// The number as a reader of the point's format shows it.
    pub number: u64,
}

/// Tells the gate that a credential was presented; the gate decides as at a real turnstile.
///
/// # Errors
/// [`AccessError::Denied`], [`AccessError::NotFound`] when the point is none of the school's virtual turnstiles, or from the database.
pub fn present(tx: &mut Tx<'_>, ctx: &Ctx, input: Present) -> Result<Sent, AccessError> {
    let scope = ctx.require(Action::UseVirtualLane)?;
    let point = places::point_key(tx, scope.school(), input.point)?
        .filter(|point| point.is_virtual)
        .ok_or(AccessError::NotFound("virtual turnstile"))?;
    let pass = ctx.new_id();
    let body = GateCommandBody::Present { pass, point: input.point, direction: input.direction, number: input.number };
    send_pass(tx, ctx, scope.school(), point.gate, pass, &body)
}
