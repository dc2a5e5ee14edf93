//! What the gate is told about a board's state, and how often.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use gate::driver::Told;
use kernel::{DeviceId, DeviceState, DeviceStatus};

use super::events::Events;

/// The shortest time between two reports that differ in counts alone.
const CALM: Duration = Duration::from_secs(1);

/// The board's status as it was last told and as it is.
pub(super) struct Report {
    events: Arc<Events>,
    every: Duration,
    status: DeviceStatus,
    told: Option<(Instant, DeviceStatus)>,
}

impl Report {
    pub(super) fn new(device: DeviceId, events: Arc<Events>, every: Duration) -> Self {
        let status = DeviceStatus {
            device,
            state: DeviceState::Unknown,
            clock_drift_s: None,
            last_event: None,
            last_seen: None,
            cards: None,
            version: String::new(),
        };
        Self { events, every, status, told: None }
    }

    pub(super) fn state(&self) -> DeviceState {
        self.status.state
    }

    pub(super) fn drift_s(&self) -> Option<i64> {
        self.status.clock_drift_s
    }

    pub(super) fn become_state(&mut self, state: DeviceState) {
        self.status.state = state;
        self.tell();
    }

    pub(super) fn version(&mut self, version: String) {
        self.status.version = version;
    }

    pub(super) fn drift(&mut self, drift_s: Option<i64>) {
        self.status.clock_drift_s = drift_s;
    }

    pub(super) fn cards(&mut self, cards: Option<(u32, u32)>) {
        self.status.cards = cards;
    }

    /// Tells when something has changed and the last report is not quite new, or when it is old.
    pub(super) fn tell_if_due(&mut self) {
        let handled = self.events.handled();
        self.status.last_event = (handled > 0).then_some(handled);
        let is_due = self.told.as_ref().is_none_or(|(at, told)| {
            let is_same = DeviceStatus { last_seen: None, ..self.status.clone() }
                == DeviceStatus { last_seen: None, ..told.clone() };
            at.elapsed() >= if is_same { self.every } else { CALM }
        });
        if is_due {
            self.tell();
        }
    }

    /// Tells at once.
    pub(super) fn tell(&mut self) {
        let handled = self.events.handled();
        self.status.last_event = (handled > 0).then_some(handled);
        self.status.last_seen = self.events.last_seen();
        self.told = Some((Instant::now(), self.status.clone()));
        self.events.tell(Told::Status(self.status.clone()));
    }
}
