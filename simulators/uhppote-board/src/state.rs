//! All that a board remembers, and what leaves it.

use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::time::Instant;

use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

use crate::cards::Cards;
use crate::clock::BoardClock;
use crate::config::{BoardConfig, UnknownCard};
use crate::doors::{Door, DoorNow, DoorSettings};
use crate::events::{ALARM, Event, Reason, Ring};
use crate::file::Entry;
use crate::frames::{Bytes, Reply, START_6_62};
use crate::passback::Passback;
use crate::schedule::{Profiles, Tasks};

/// Function byte of the status reply and of every pushed event.
pub(crate) const STATUS: u8 = 0x20;
/// Bit of the input byte for the fire input.
pub(crate) const INPUT_FIRE: u8 = 0x01;
/// Bit of the input byte for a forced lock.
pub(crate) const INPUT_FORCED: u8 = 0x02;

/// A relay that was energised by a pulse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Opening {
    /// Door 1 to 4.
    pub door: u8,
    /// When the board energised the relay.
    pub at: Instant,
}

/// What a host sets for the board as a whole; survives a power cycle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Settings {
    pub(crate) address: Ipv4Addr,
    pub(crate) mask: Ipv4Addr,
    pub(crate) gateway: Ipv4Addr,
    pub(crate) listener: Option<SocketAddrV4>,
    pub(crate) auto_send_s: u8,
    pub(crate) record_special: bool,
    pub(crate) host_control: bool,
    pub(crate) passback_mode: u8,
    pub(crate) interlock_mode: u8,
    pub(crate) profiles: Profiles,
    pub(crate) tasks: Tasks,
    /// How far the board's clock is ahead of the truth, in milliseconds.
    pub(crate) clock_error_ms: i64,
}

impl Settings {
    /// Settings of a board from the factory that stands at `address`.
    pub(crate) fn factory(address: Ipv4Addr) -> Self {
        Settings {
            address,
            mask: Ipv4Addr::new(255, 255, 255, 0),
            gateway: Ipv4Addr::UNSPECIFIED,
            listener: None,
            auto_send_s: 0,
            record_special: false,
            host_control: false,
            passback_mode: 0,
            interlock_mode: 0,
            profiles: Profiles::new(),
            tasks: Tasks::default(),
            clock_error_ms: 0,
        }
    }
}

/// What one operation sends out of the board, in order.
#[derive(Debug, Default)]
pub(crate) struct Effects {
    pub(crate) pushes: Vec<(SocketAddrV4, Bytes)>,
    pub(crate) openings: Vec<Opening>,
    pub(crate) entries: Vec<Entry>,
}

/// The hour by both clocks: the monotonic one for delays and silence, the board's own for everything it shows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moment {
    pub(crate) instant: Instant,
    pub(crate) local: DateTime,
}

/// The board without its network.
pub(crate) struct State {
    pub(crate) serial: u32,
    pub(crate) firmware: u16,
    pub(crate) unknown_card: UnknownCard,
    pub(crate) host_silence: std::time::Duration,
    pub(crate) factory_address: Ipv4Addr,
    pub(crate) clock: BoardClock,
    pub(crate) set: Settings,
    pub(crate) doors: [Door; 4],
    pub(crate) cards: Cards,
    pub(crate) events: Ring,
    pub(crate) passback: Passback,
    pub(crate) inputs: u8,
    pub(crate) sequence: u32,
    /// When the host last asked for anything.
    pub(crate) heard: Option<Instant>,
    pub(crate) auto_sent: Instant,
    pub(crate) opened: [u64; 4],
    pub(crate) requests: HashMap<u8, u64>,
    pub(crate) effects: Effects,
    /// Whether a file wants to hear of changes.
    pub(crate) keeps: bool,
}

impl State {
    pub(crate) fn new(config: &BoardConfig, address: Ipv4Addr) -> Self {
        State {
            serial: config.serial,
            firmware: config.firmware,
            unknown_card: config.unknown_card,
            host_silence: config.host_silence,
            factory_address: address,
            clock: BoardClock::new(config.clock.clone(), config.utc_offset_s),
            set: Settings::factory(address),
            doors: Default::default(),
            cards: Cards::new(config.capacity),
            events: Ring::new(config.events),
            passback: Passback::default(),
            inputs: 0,
            sequence: 0,
            heard: None,
            auto_sent: Instant::now(),
            opened: [0; 4],
            requests: HashMap::new(),
            effects: Effects::default(),
            keeps: config.file.is_some(),
        }
    }

    pub(crate) fn moment(&self) -> Moment {
        Moment { instant: Instant::now(), local: self.clock.shown(self.set.clock_error_ms) }
    }

    pub(crate) fn door(&self, door: u8) -> Option<&Door> {
        self.doors.get(usize::from(door).checked_sub(1)?)
    }

    pub(crate) fn door_mut(&mut self, door: u8) -> Option<&mut Door> {
        self.doors.get_mut(usize::from(door).checked_sub(1)?)
    }

    /// Whether a host has control and has spoken lately.
    pub(crate) fn host_decides(&self, now: Instant) -> bool {
        let spoke_lately = |heard: Instant| now.saturating_duration_since(heard) < self.host_silence;
        self.set.host_control && self.heard.is_some_and(spoke_lately)
    }

    /// Tells the file, if there is one.
    pub(crate) fn keep(&mut self, entry: impl FnOnce() -> Entry) {
        if self.keeps {
            self.effects.entries.push(entry());
        }
    }

    /// Tells the file that settings of the board or of a door changed.
    pub(crate) fn keep_settings(&mut self) {
        if self.keeps {
            let entry = self.settings_entry();
            self.effects.entries.push(entry);
        }
    }

    pub(crate) fn settings_entry(&self) -> Entry {
        let doors = self.doors.each_ref().map(|door| door.set.clone());
        Entry::Settings { board: Box::new(self.set.clone()), doors: Box::new(doors) }
    }

    /// Numbers and keeps an event, and pushes it to the listener. Returns its index.
    pub(crate) fn record(&mut self, when: Moment, event: NewEvent) -> u32 {
        let event = Event {
            index: 0,
            kind: event.kind,
            granted: event.granted,
            door: event.door,
            direction: event.direction,
            card: event.card,
            at: whole_seconds(when.local),
            reason: event.reason as u8,
        };
        let index = self.events.push(event);
        if let Some(event) = self.events.newest().cloned() {
            self.push(when, &event);
            self.keep(|| Entry::Event(event));
        }
        index
    }

    fn push(&mut self, when: Moment, event: &Event) {
        let Some(listener) = self.set.listener else { return };
        self.sequence = self.sequence.wrapping_add(1);
        let mut frame = self.status(when, Some(event));
        if self.firmware == 0x0662 {
            frame.start_with(START_6_62);
        }
        self.effects.pushes.push((listener, frame.into_bytes()));
    }

    /// Sends the newest event again, if there is one and its time has come.
    pub(crate) fn auto_send(&mut self, when: Moment) {
        let every = std::time::Duration::from_secs(u64::from(self.set.auto_send_s));
        if every.is_zero() || when.instant.saturating_duration_since(self.auto_sent) < every {
            return;
        }
        self.auto_sent = when.instant;
        if let Some(event) = self.events.newest().cloned() {
            self.push(when, &event);
        }
    }

    /// The frame that answers "get status" and carries events: one event and the state of the board.
    pub(crate) fn status(&self, when: Moment, event: Option<&Event>) -> Reply {
        let mut frame = Reply::new(STATUS, self.serial);
        if let Some(event) = event {
            put_event(&mut frame, event);
        }
        let mut relays = 0;
        for (place, door) in self.doors.iter().enumerate() {
            frame.put_flag(28 + place, door.now.is_open);
            frame.put_flag(32 + place, door.is_pressed(when.instant));
            relays |= u8::from(door.is_unlocked(when.instant)) << place;
        }
        frame.put_time(37, when.local.time());
        frame.put_u32(40, self.sequence);
        frame.put_u8(49, relays);
        frame.put_u8(50, self.inputs);
        frame.put_short_date(51, when.local.date());
        frame
    }

    /// Everything that a loss of power wipes, then the event of power coming back.
    pub(crate) fn power_cycle(&mut self) {
        for door in &mut self.doors {
            door.now = DoorNow::default();
        }
        self.passback.clear();
        self.inputs = 0;
        self.sequence = 0;
        self.heard = None;
        let when = self.moment();
        self.auto_sent = when.instant;
        self.record(when, NewEvent::of_board(ALARM, Reason::PowerOn));
    }

    /// Back to the state it left the factory in, except for its clock.
    pub(crate) fn restore_defaults(&mut self) {
        let clock_error_ms = self.set.clock_error_ms;
        self.set = Settings { clock_error_ms, ..Settings::factory(self.factory_address) };
        for door in &mut self.doors {
            door.set = DoorSettings::default();
            door.now = DoorNow { is_open: door.now.is_open, ..DoorNow::default() };
        }
        self.cards.clear();
        self.events.clear();
        self.passback.clear();
        self.keep(|| Entry::CardsCleared);
        self.keep(|| Entry::EventsCleared);
        self.keep_settings();
    }
}

/// An event before it has a number and an hour.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NewEvent {
    pub(crate) kind: u8,
    pub(crate) granted: bool,
    pub(crate) door: u8,
    pub(crate) direction: u8,
    pub(crate) card: u32,
    pub(crate) reason: Reason,
}

impl NewEvent {
    /// An event that concerns no door.
    pub(crate) fn of_board(kind: u8, reason: Reason) -> Self {
        NewEvent { kind, granted: false, door: 0, direction: 0, card: 0, reason }
    }
}

/// Writes the event fields that status, pushed event and "get event" share.
pub(crate) fn put_event(frame: &mut Reply, event: &Event) {
    frame.put_u32(8, event.index);
    frame.put_u8(12, event.kind);
    frame.put_flag(13, event.granted);
    frame.put_u8(14, event.door);
    frame.put_u8(15, event.direction);
    frame.put_u32(16, event.card);
    frame.put_date_time(20, event.at);
    frame.put_u8(27, event.reason);
}

/// The wire carries no fractions of a second.
fn whole_seconds(at: DateTime) -> DateTime {
    at.with().subsec_nanosecond(0).build().unwrap_or(at)
}
