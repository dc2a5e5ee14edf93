//! Presents a credential at a virtual turnstile.

use accounts::{Action, Ctx};
use kernel::{AccessPointId, CODE_LETTERS, Direction, GateCommandBody};
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

/// A QR pass that is shown, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PresentCode {
    /// At which virtual turnstile.
    pub point: AccessPointId,
    /// Which way.
    pub direction: Direction,
    /// The text of the code: the gate checks it.
    pub code: String,
}

/// Tells the gate that a QR pass was shown; the gate checks it and decides as at a real turnstile.
///
/// # Errors
/// [`AccessError::Denied`], [`AccessError::NotFound`] when the point is none of the school's virtual turnstiles, or from the database.
pub fn present_code(tx: &mut Tx<'_>, ctx: &Ctx, input: &PresentCode) -> Result<Sent, AccessError> {
    let scope = ctx.require(Action::UseVirtualLane)?;
    let point = places::point_key(tx, scope.school(), input.point)?
        .filter(|point| point.is_virtual)
        .ok_or(AccessError::NotFound("virtual turnstile"))?;
    let pass = ctx.new_id();
    // No code is longer; what is cut off is none, which the gate finds.
    let code = input.code.chars().take(CODE_LETTERS + 1).collect();
    let body = GateCommandBody::PresentCode { pass, point: input.point, direction: input.direction, code };
    send_pass(tx, ctx, scope.school(), point.gate, pass, &body)
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
