//! The seam between the gate and the drivers of devices: what a driver tells the gate, and what the gate asks of it.
//!
//! A driver owns its sockets and threads. It turns wire bytes into [`Told`] and sends them through its [`Inbox`]; the gate decides,
//! writes its spool, and only then calls [`Driver::open`]. A driver never decides and never waits for the gate.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, mpsc::SyncSender},
    time::Instant,
};

use jiff::{Timestamp, civil};
use kernel::{AlarmKind, DeviceDoc, DeviceId, DeviceStatus, Direction};

/// What a driver tells the gate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// A card was presented and the board waits for our decision.
    Swipe {
        /// Where.
        at: DoorEvent,
        /// The number as the board shows it.
        number: u64,
        /// When the driver had the bytes in hand: the start of the tap-to-open time.
        seen: Instant,
    },
    /// The board decided by itself, now or while we were away.
    BoardDecided {
        /// Where.
        at: DoorEvent,
        /// The number as the board shows it; `None` for a button.
        number: Option<u64>,
        /// Whether the board opened.
        granted: bool,
        /// Whether it comes from the board's memory rather than from a live push.
        replayed: bool,
    },
    /// Something is wrong, or was noticed.
    Alarm {
        /// What.
        kind: AlarmKind,
        /// The door, if one is meant.
        door: Option<u8>,
        /// Digits and signs only.
        detail: String,
        /// When.
        moment: Timestamp,
        /// The index of the board's event it came from, if any.
        index: Option<u32>,
    },
    /// A door that was to open has opened.
    Opened {
        /// The door.
        door: u8,
    },
    /// An event that leaves no record; only the cursor moves.
    Handled {
        /// Its index.
        index: u32,
    },
    /// The driver begins anew after the last event that the gate has kept: what the one before it told is over.
    Anew,
    /// How the device is.
    Status(DeviceStatus),
}

/// Where and when something happened at a board.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DoorEvent {
    /// The door, from 1.
    pub door: u8,
    /// Which way.
    pub direction: Direction,
    /// The index of the board's event.
    pub index: u32,
    /// When, in UTC: the gate's clock for a live event, the board's clock less its drift for a replayed one.
    pub moment: Timestamp,
}

/// The way from a driver to the gate: bounded; a full inbox makes the driver wait, and the board keeps the events meanwhile.
#[derive(Clone)]
pub struct Inbox {
    device: DeviceId,
    sender: SyncSender<(DeviceId, Told)>,
}

impl Inbox {
    /// The inbox of one device.
    pub fn new(device: DeviceId, sender: SyncSender<(DeviceId, Told)>) -> Self {
        Self { device, sender }
    }

    /// Sends; `false` when the gate has stopped and the driver should too.
    pub fn tell(&self, told: Told) -> bool {
        self.sender.send((self.device, told)).is_ok()
    }
}

impl fmt::Debug for Inbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inbox").field("device", &self.device).finish_non_exhaustive()
    }
}

/// The cards that a board should hold for the time when the gate is silent: number as the board shows it → its entry.
pub type BoardList = BTreeMap<u32, BoardCard>;

/// One card of a board's own list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BoardCard {
    /// First day of validity.
    pub from: civil::Date,
    /// Last day of validity.
    pub until: civil::Date,
    /// Whether doors 1 to 4 open.
    pub doors: [bool; 4],
}

/// How the doors of a device stand, whatever cards are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doors {
    /// A door opens for a right, and closes behind it.
    Controlled,
    /// Every door stands open until it is said otherwise: free passage. It holds without the gate, and over the loss of power.
    Open,
}

/// A running driver of one device. Dropping it stops its threads; the doors stay as they stand.
pub trait Driver: Send {
    /// How the doors stand from now on. Said once to every new driver, which leaves them as they are until then, and whenever it
    /// changes; goes before everything else that waits. Never waits.
    fn keep_doors(&self, doors: Doors);

    /// Opens the door now. Never waits: the driver queues the command; a queue that is full or a board that is away
    /// is the driver's to report as an alarm.
    fn open(&self, door: u8);

    /// The list that the board should hold from now on; the driver brings the board to it by differences.
    fn hold(&self, list: Arc<BoardList>);

    /// Compares the whole list with the board anew, entry by entry.
    fn resync(&self);
}

/// Starts drivers. The program gives the gate one, so the gate knows no protocol.
pub trait Drivers: Send + Sync {
    /// Starts the driver of this device. `handled` is the index of the last event that the gate has on disk; the driver fetches what came after.
    ///
    /// # Errors
    /// A sentence for the log when it cannot start (an address that does not parse, a port in use).
    fn start(&self, device: &DeviceDoc, handled: Option<u32>, inbox: Inbox) -> Result<Box<dyn Driver>, String>;
}
