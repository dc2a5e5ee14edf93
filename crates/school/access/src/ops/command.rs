//! Commands to a gate, and waiting for what comes of them.

use std::time::Duration;

use accounts::{App, Ctx, Scope};
use jiff::SignedDuration;
use kernel::{GateCommandBody, GateId, PassId, SchoolId};
use store::{StoreError, Tx};
use tokio::time::{Instant, timeout_at};

use crate::{
    error::AccessError,
    gates::COMMAND_BELL,
    queries::{self, PassView},
    store::gates,
};

/// After this time a gate does not carry a command out any more; on a clock that runs faster, after as many times more.
pub const COMMAND_TERM: SignedDuration = SignedDuration::from_secs(30);
/// Commands older than this are removed.
const KEPT: SignedDuration = SignedDuration::from_hours(24);
/// How often a waiting page looks by itself, since another process may have taken the pass in.
const LOOK: Duration = Duration::from_millis(200);

/// A command on its way, whose answer is a pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sent {
    /// The id that the pass will have.
    pub pass: PassId,
    gate: GateId,
    number: u64,
}

/// Sends a command; the gate has it as soon as the transaction is on disk. Gives its number.
pub(super) fn send(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    school: SchoolId,
    gate: GateId,
    body: &GateCommandBody,
) -> Result<u64, AccessError> {
    let now = ctx.now;
    let number = gates::next_command(tx, school, gate)?.ok_or(AccessError::NotFound("gate"))?;
    if let Ok(before) = now.checked_sub(KEPT) {
        gates::forget_commands(tx, school, gate, before)?;
    }
    let until = now.checked_add(COMMAND_TERM * ctx.pace).unwrap_or(now);
    gates::add_command(tx, school, gate, number, until, &serde_json::to_string(body)?)?;
    tx.ring(COMMAND_BELL);
    Ok(number)
}

/// The same for a command whose answer is the pass `pass`.
pub(super) fn send_pass(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    school: SchoolId,
    gate: GateId,
    pass: PassId,
    body: &GateCommandBody,
) -> Result<Sent, AccessError> {
    Ok(Sent { pass, gate, number: send(tx, ctx, school, gate, body)? })
}

/// Waits for the pass that answers a command. When the gate does not answer for `longest`, the command is taken back,
/// so that a gate which wakes up a moment later opens for nobody, and `None` is given.
///
/// # Errors
/// From the database.
pub async fn wait_for_pass(
    app: &App,
    scope: Scope,
    sent: Sent,
    longest: Duration,
) -> Result<Option<PassView>, AccessError> {
    let mut bell = app.db.bell(journal::BELL).watch();
    let deadline = Instant::now() + longest;
    loop {
        // What rings after this line is heard below, what rang before is read.
        bell.borrow_and_update();
        let pass = sent.pass;
        if let Some(view) = app.db.read(move |tx| queries::pass(tx, &scope, pass)).await? {
            return Ok(Some(view));
        }
        let now = Instant::now();
        if now >= deadline {
            break;
        }
        // Both a ring and the end of the pause lead to another look.
        let _ = timeout_at(deadline.min(now + LOOK), bell.changed()).await;
    }
    let taken_back = move |tx: &mut Tx<'_>| {
        gates::withdraw_command(tx, scope.school(), sent.gate, sent.number)?;
        Ok::<_, StoreError>(())
    };
    app.db.write(taken_back).await?;
    Ok(None)
}
