//! A board's events, each told to the gate once and in order of its index.
//!
//! Two threads bring events: the listener's, with what the board pushed, and the worker's, with what it fetched. Whoever has the
//! event that comes next tells it; everything else is dropped or fetched. The index is the truth, a push only a hint that may
//! be handled at once when nothing is missing before it.

use std::{
    net::Ipv4Addr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use gate::driver::{DoorEvent, Inbox, Told};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use kernel::{AlarmKind, Clock, Direction};

use super::{
    codec::{BoardEvent, Door, EventKind, EventReason, Status},
    drift::{Drift, LIVE_S, age_of_pushed_s},
    signals::Signals,
};

/// The intake of one board's events.
pub(super) struct Events {
    inbox: Inbox,
    clock: Arc<dyn Clock>,
    zone: TimeZone,
    signals: Arc<Signals>,
    cursor: Mutex<Cursor>,
}

/// How far the gate has been told.
struct Cursor {
    /// The index of the last event told; 0 for none.
    handled: u32,
    drift: Drift,
    /// When the board last sent or answered anything.
    seen: Option<Timestamp>,
}

/// When an event happened and whether the person may still stand there.
#[derive(Clone, Copy)]
struct When {
    moment: Timestamp,
    is_live: bool,
    is_fetched: bool,
}

impl Events {
    pub(super) fn new(
        handled: Option<u32>,
        inbox: Inbox,
        clock: Arc<dyn Clock>,
        zone: TimeZone,
        signals: Arc<Signals>,
    ) -> Self {
        let cursor = Mutex::new(Cursor { handled: handled.unwrap_or(0), drift: Drift::default(), seen: None });
        Self { inbox, clock, zone, signals, cursor }
    }

    /// The index of the last event told; 0 for none.
    pub(super) fn handled(&self) -> u32 {
        self.cursor().handled
    }

    /// When the board last sent or answered anything.
    pub(super) fn last_seen(&self) -> Option<Timestamp> {
        self.cursor().seen
    }

    /// Notes that the board answered.
    pub(super) fn answered(&self) {
        self.cursor().seen = Some(self.clock.now());
    }

    /// Takes a new measurement of the drift, in seconds.
    pub(super) fn drift_measured(&self, drift_s: i64) {
        self.cursor().drift.measured(drift_s);
    }

    /// Notes that the clock was set, when `newest` was the newest event.
    pub(super) fn clock_mended(&self, newest: u32) {
        self.cursor().drift.mended(newest);
    }

    /// Takes in a push. Tells the event at once when it is the one that comes next; otherwise the worker is asked to look.
    ///
    /// A push from another address than the board's is a hint and no more: anybody could have sent it.
    pub(super) fn pushed(&self, status: &Status, from: Ipv4Addr, seen: Instant) {
        let is_from_board = self.signals.address().is_some_and(|address| *address.ip() == from);
        let mut cursor = self.cursor();
        let is_next = status.newest().checked_sub(1) == Some(cursor.handled);
        if let Some(event) =
            status.event.filter(|event| is_next && is_from_board && event.kind != EventKind::Overwritten)
        {
            let now = self.clock.now();
            cursor.seen = Some(now);
            let age_s = age_of_pushed_s(&event, status.now);
            // A board whose clock cannot be read must open all the same.
            let is_live = age_s.is_none_or(|age_s| age_s.abs() < LIVE_S);
            let moment = match age_s {
                _ if is_live => now,
                Some(age_s) if age_s > 0 => now.checked_sub(SignedDuration::from_secs(age_s)).unwrap_or(now),
                _ => cursor.drift.moment(event.index, event.at, now, &self.zone),
            };
            cursor.drift.told(moment);
            self.tell_event(&mut cursor, &event, When { moment, is_live, is_fetched: false }, seen);
        } else if status.newest() != cursor.handled || !self.signals.is_in_control() {
            drop(cursor);
            self.signals.ask(|asked| asked.hinted = true);
        }
    }

    /// Takes in an event that was fetched. One that a push has overtaken is dropped.
    pub(super) fn fetched(&self, event: &BoardEvent, seen: Instant) {
        let mut cursor = self.cursor();
        if event.index.checked_sub(1) != Some(cursor.handled) {
            return;
        }
        let now = self.clock.now();
        let moment = cursor.drift.moment(event.index, event.at, now, &self.zone);
        let is_live = now.duration_since(moment).as_secs() < LIVE_S;
        let moment = if is_live && self.asks_host(event) { now } else { moment };
        self.tell_event(&mut cursor, event, When { moment, is_live, is_fetched: true }, seen);
    }

    /// Events up to and with `until` are gone from the board. A gate that never handled any misses none.
    pub(super) fn lost(&self, until: u32) {
        let mut cursor = self.cursor();
        if until <= cursor.handled {
            return;
        }
        let told = if cursor.handled == 0 {
            Told::Handled { index: until }
        } else {
            let detail = format!("{}-{until}", cursor.handled + 1);
            Told::Alarm {
                kind: AlarmKind::EventsLost,
                door: None,
                detail,
                moment: self.clock.now(),
                index: Some(until),
            }
        };
        cursor.handled = until;
        self.tell(told);
    }

    /// The board numbers its events anew: it was restored, or lost its memory. The alarm has no index, unlike the one for a
    /// board that was merely switched on: the gate's own cursor begins anew with it.
    pub(super) fn restarted(&self) {
        let mut cursor = self.cursor();
        let detail = cursor.handled.to_string();
        cursor.handled = 0;
        cursor.drift.restarted();
        self.tell_alarm(AlarmKind::DeviceRestarted, None, detail);
    }

    /// Tells an alarm that comes from no event of the board.
    pub(super) fn tell_alarm(&self, kind: AlarmKind, door: Option<u8>, detail: String) {
        self.tell(Told::Alarm { kind, door, detail, moment: self.clock.now(), index: None });
    }

    /// Tells the gate; a gate that has stopped stops the driver.
    pub(super) fn tell(&self, told: Told) {
        if !self.signals.is_stopped() && !self.inbox.tell(told) {
            self.signals.stop();
        }
    }

    fn tell_event(&self, cursor: &mut Cursor, event: &BoardEvent, when: When, seen: Instant) {
        cursor.handled = event.index;
        if matches!(event.reason, EventReason::PowerOn | EventReason::Reset) {
            self.signals.ask(|asked| asked.restarted = true);
        }
        if let (EventReason::RemoteOpen, Some(door)) = (event.reason, Door::new(event.door)) {
            self.signals.open_confirmed(door);
        }
        let way = if when.is_fetched { "fetched" } else { "pushed" };
        metrics::counter!("kezekshi_device_events_total", "way" => way).increment(1);
        self.tell(self.told(event, when, seen));
    }

    fn told(&self, event: &BoardEvent, when: When, seen: Instant) -> Told {
        let direction = if event.direction == 2 { Direction::Out } else { Direction::In };
        let at = DoorEvent { door: event.door, direction, index: event.index, moment: when.moment };
        let decided =
            |number, granted| Told::BoardDecided { at, number, granted, replayed: when.is_fetched || !when.is_live };
        let alarm = |kind| Told::Alarm {
            kind,
            door: (event.door != 0).then_some(event.door),
            detail: String::new(),
            moment: when.moment,
            index: Some(event.index),
        };
        match event.reason {
            _ if when.is_live && self.asks_host(event) => Told::Swipe { at, number: u64::from(event.card), seen },
            EventReason::Swipe
            | EventReason::PcControl
            | EventReason::NoRights
            | EventReason::WrongCode
            | EventReason::Passback
            | EventReason::MoreCards
            | EventReason::FirstCard
            | EventReason::DoorClosed
            | EventReason::Interlock
            | EventReason::TimeProfile
            | EventReason::NoTimeProfile
            | EventReason::Unknown => decided(Some(u64::from(event.card)), event.granted),
            EventReason::Button | EventReason::SupervisorCode => decided(None, true),
            EventReason::DoorForced => alarm(AlarmKind::DoorForced),
            EventReason::DoorHeld => alarm(AlarmKind::DoorHeld),
            EventReason::Fire => alarm(AlarmKind::Fire),
            EventReason::PowerOn | EventReason::Reset => alarm(AlarmKind::DeviceRestarted),
            // A refusal or a grant for a reason that newer firmware may have.
            EventReason::Other(_) if event.kind == EventKind::Swipe && event.card != 0 => {
                decided(Some(u64::from(event.card)), event.granted)
            }
            EventReason::RemoteOpen
            | EventReason::DoorOpened
            | EventReason::DoorShut
            | EventReason::Emergency
            | EventReason::Nothing
            | EventReason::Other(_) => {
                if event.reason == EventReason::Emergency {
                    tracing::warn!(door = event.door, index = event.index, "the emergency input of a board");
                }
                Told::Handled { index: event.index }
            }
        }
    }

    /// Whether the board refused a card so that the host may decide. Some firmware refuses a card by itself that its own list
    /// lacks, even while the host decides; the list may be older than the gate's rules, so the gate is asked then too.
    fn asks_host(&self, event: &BoardEvent) -> bool {
        match event.reason {
            EventReason::PcControl => true,
            EventReason::NoRights | EventReason::Unknown => !event.granted && self.signals.is_in_control(),
            _ => false,
        }
    }

    fn cursor(&self) -> MutexGuard<'_, Cursor> {
        self.cursor.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
