//! Opens doors, on a way of its own to the board: an opening waits for no card list and no replay of events.

use std::{
    sync::{
        Arc,
        mpsc::{Receiver, SyncSender, TrySendError, sync_channel},
    },
    time::{Duration, Instant},
};

use gate::driver::Told;

use super::{
    codec::{Door, Reply, Request},
    events::Events,
    link::{Link, Patience},
    signals::Signals,
};

/// How many openings may wait. More than this means that the board does not answer.
const MAX_WAITING: usize = 32;

struct Opening {
    door: Door,
    since: Instant,
}

/// The queue of openings.
pub(super) struct Openings {
    queue: SyncSender<Opening>,
    signals: Arc<Signals>,
}

impl Openings {
    /// Queues an opening; never waits.
    pub(super) fn open(&self, door: Door) {
        self.signals.open_begun();
        match self.queue.try_send(Opening { door, since: Instant::now() }) {
            Ok(()) => {}
            Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => {
                self.signals.open_ended();
                self.signals.not_opened(door);
            }
        }
    }
}

/// The thread that sends openings.
pub(super) struct Opener {
    queue: Receiver<Opening>,
    serial: u32,
    tcp: bool,
    patience: Patience,
    stale_after: Duration,
    signals: Arc<Signals>,
    events: Arc<Events>,
    link: Option<Link>,
}

/// The queue, and the thread's work at its other end.
pub(super) fn opener(
    serial: u32,
    tcp: bool,
    patience: Patience,
    stale_after: Duration,
    signals: Arc<Signals>,
    events: Arc<Events>,
) -> (Openings, Opener) {
    let (sender, receiver) = sync_channel(MAX_WAITING);
    let openings = Openings { queue: sender, signals: Arc::clone(&signals) };
    (openings, Opener { queue: receiver, serial, tcp, patience, stale_after, signals, events, link: None })
}

impl Opener {
    /// Sends openings until the queue's other end is dropped.
    pub(super) fn run(mut self) {
        while let Ok(opening) = self.queue.recv() {
            // A door that opens long after the card was shown lets somebody else in.
            let is_opened =
                opening.since.elapsed() <= self.stale_after && !self.signals.is_stopped() && self.send(opening.door);
            if is_opened {
                self.events.tell(Told::Opened { door: opening.door.number() });
            } else {
                self.signals.not_opened(opening.door);
            }
            self.signals.open_ended();
        }
    }

    fn send(&mut self, door: Door) -> bool {
        let Some(address) = self.signals.address() else { return false };
        let link = match self.link.take() {
            Some(link) if link.address() == address => link,
            _ if self.tcp => Link::tcp(self.serial, address, self.patience),
            _ => Link::udp(self.serial, address, self.patience),
        };
        // A turnstile that is opened twice lets two through: an opening that the board has recorded is not sent again.
        let confirmed_before = self.signals.confirmations(door);
        let is_confirmed = || self.signals.confirmations(door) != confirmed_before;
        match self.link.insert(link).call_unless(&Request::OpenDoor(door), &is_confirmed) {
            Ok(None) => true,
            Ok(Some(Reply::Done { ok, .. })) => {
                if !ok {
                    tracing::warn!(serial = self.serial, door = door.number(), "the board refused to open a door");
                }
                ok
            }
            Ok(Some(_)) => false,
            Err(error) => {
                tracing::warn!(serial = self.serial, door = door.number(), %error, "a door was not opened");
                false
            }
        }
    }
}
