//! How gates and their devices are, kept for the pages.

use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use kernel::{AlarmKind, DeviceState, GateStatus};
use store::Tx;

use crate::{
    error::AccessError,
    events::AlarmsClosed,
    gates::GateKey,
    store::{alarms, devices, gates},
};

/// A status that says nothing new is written again after so long, for its "last heard of".
const AGAIN: Duration = Duration::from_secs(3);
/// Devices of one gate at most; more are not looked at.
const DEVICES: usize = 1_000;
/// A status may have been on its way when an alarm was raised: only an older alarm is contradicted by it. The gate's own record that
/// something is in order again comes sooner.
const SETTLED: SignedDuration = SignedDuration::from_secs(120);
/// Versions are words of a program, never longer.
const VERSION_LETTERS: usize = 100;

/// The part of a status whose change is written at once, and when that was.
pub(crate) struct Noted {
    at: Instant,
    gist: GateStatus,
}

impl Noted {
    pub(crate) fn of(status: &GateStatus) -> Self {
        let mut gist = status.clone();
        gist.spool_depth = 0;
        for device in &mut gist.devices {
            device.last_seen = None;
            device.last_event = None;
            device.clock_drift_s = None;
            device.cards = device.cards.map(|(_, due)| (0, due.min(1)));
        }
        Self { at: Instant::now(), gist }
    }

    /// Whether a newer status may stay unwritten.
    pub(crate) fn covers(&self, newer: &Self) -> bool {
        self.gist == newer.gist && newer.at.duration_since(self.at) < AGAIN
    }
}

/// Writes how a gate and its devices are.
///
/// # Errors
/// From the database; [`AccessError::NotFound`] when there is no such gate.
pub(crate) fn keep_status(
    tx: &mut Tx<'_>,
    key: GateKey,
    status: &GateStatus,
    after_command: u64,
    now: Timestamp,
) -> Result<(), AccessError> {
    let rows = gates::set_status(
        tx,
        key.school,
        key.gate,
        now,
        status.snapshot,
        status.spool_depth,
        status.spool_ok,
        &short(&status.version),
        after_command,
    )?;
    if rows == 0 {
        return Err(AccessError::NotFound("gate"));
    }
    for device in status.devices.iter().take(DEVICES) {
        let (held, due) = device.cards.unzip();
        devices::set_state(
            tx,
            key.school,
            key.gate,
            device.device,
            device.state,
            device.clock_drift_s,
            device.last_event,
            device.last_seen,
            held,
            due,
            &short(&device.version),
        )?;
    }
    close_outdated(tx, key, status, now)
}

/// Closes alarms of states that hold no longer though no record of the gate will say so: its memory of them was lost, or the device is gone.
fn close_outdated(tx: &mut Tx<'_>, key: GateKey, status: &GateStatus, now: Timestamp) -> Result<(), AccessError> {
    let answers =
        |id| status.devices.iter().any(|device| Some(device.device) == id && device.state == DeviceState::Online);
    let mut closed = Vec::new();
    for row in alarms::standing(tx, key.school, key.gate)? {
        let is_contradicted = match row.kind {
            AlarmKind::SpoolFull => status.spool_ok,
            AlarmKind::DeviceUnreachable => answers(row.device),
            _ => false,
        };
        let is_settled = now.duration_since(row.at) > SETTLED;
        if (row.is_orphan || (is_contradicted && is_settled)) && alarms::close_one(tx, key.school, row.id, now)? > 0 {
            closed.push(row.id);
        }
    }
    if !closed.is_empty() {
        journal::append(tx, key.school, now, &AlarmsClosed { alarms: closed, by: None, at: now })?;
    }
    Ok(())
}

fn short(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).take(VERSION_LETTERS).collect()
}
