//! What the threads of one board tell each other.

use std::{
    net::SocketAddrV4,
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use gate::driver::{BoardList, Doors};

use super::codec::Door;

/// What the worker has been asked since it last looked. Every field replaces or adds to itself, so nothing here grows.
#[derive(Debug, Default)]
pub(super) struct Asked {
    /// The board may have events that were not handled, or has just shown a sign of life.
    pub(super) hinted: bool,
    /// How the doors stand from now on, when it is new.
    pub(super) doors: Option<Doors>,
    /// The list to hold, when it is a new one.
    pub(super) list: Option<Arc<BoardList>>,
    /// The list is to be compared anew.
    pub(super) resync: bool,
    /// The board has started anew and may have forgotten how it was set up.
    pub(super) restarted: bool,
    /// Doors 1, 2, 3, 4: whether it was to open and did not.
    pub(super) unopened: [bool; 4],
}

/// Shared by the threads of one board.
#[derive(Debug, Default)]
pub(super) struct Signals {
    asked: Mutex<Asked>,
    bell: Condvar,
    stop: AtomicBool,
    in_control: AtomicBool,
    opens: AtomicUsize,
    /// How often the board said that a host opened door 1, 2, 3, 4.
    confirmed: [AtomicU32; 4],
    address: Mutex<Option<SocketAddrV4>>,
}

impl Signals {
    /// Notes that a door was to open and did not.
    pub(super) fn not_opened(&self, door: Door) {
        self.ask(|asked| asked.unopened[usize::from(door.number() - 1)] = true);
    }

    /// Changes what is asked of the worker, and wakes it.
    pub(super) fn ask(&self, change: impl FnOnce(&mut Asked)) {
        change(&mut lock(&self.asked));
        self.bell.notify_all();
    }

    /// Takes what was asked.
    pub(super) fn take(&self) -> Asked {
        std::mem::take(&mut lock(&self.asked))
    }

    /// Takes what was asked of the doors alone.
    pub(super) fn take_doors(&self) -> Option<Doors> {
        lock(&self.asked).doors.take()
    }

    /// Waits until the bell rings or so long. May return early.
    pub(super) fn wait(&self, until: Instant) {
        let asked = lock(&self.asked);
        let has_news = asked.hinted
            || asked.doors.is_some()
            || asked.list.is_some()
            || asked.resync
            || asked.restarted
            || asked.unopened.contains(&true);
        let left = until.saturating_duration_since(Instant::now());
        if !has_news && !self.is_stopped() && left > Duration::ZERO {
            drop(self.bell.wait_timeout(asked, left));
        }
    }

    /// Tells every thread to end.
    pub(super) fn stop(&self) {
        self.stop.store(true, Ordering::Release);
        // The lock keeps the bell from ringing between a waiting thread's look at `stop` and its sleep.
        self.ask(|_| {});
    }

    /// Whether every thread shall end.
    pub(super) fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Acquire)
    }

    /// Notes whether the board lets the host decide.
    pub(super) fn set_in_control(&self, in_control: bool) {
        self.in_control.store(in_control, Ordering::Release);
    }

    /// Whether the board lets the host decide, as far as is known.
    pub(super) fn is_in_control(&self) -> bool {
        self.in_control.load(Ordering::Acquire)
    }

    /// Notes an opening that is waiting.
    pub(super) fn open_begun(&self) {
        self.opens.fetch_add(1, Ordering::AcqRel);
    }

    /// Notes that it waits no more.
    pub(super) fn open_ended(&self) {
        self.opens.fetch_sub(1, Ordering::AcqRel);
        self.ask(|_| {});
    }

    /// Notes that the board recorded the opening of a door by a host.
    pub(super) fn open_confirmed(&self, door: Door) {
        self.confirmed[usize::from(door.number() - 1)].fetch_add(1, Ordering::AcqRel);
    }

    /// How often it did.
    pub(super) fn confirmations(&self, door: Door) -> u32 {
        self.confirmed[usize::from(door.number() - 1)].load(Ordering::Acquire)
    }

    /// Whether an opening is waiting for the board's answer.
    pub(super) fn is_opening(&self) -> bool {
        self.opens.load(Ordering::Acquire) > 0
    }

    /// Notes where the board is reached.
    pub(super) fn set_address(&self, address: SocketAddrV4) {
        *self.address.lock().unwrap_or_else(PoisonError::into_inner) = Some(address);
    }

    /// Where the board is reached, once that is known.
    pub(super) fn address(&self) -> Option<SocketAddrV4> {
        *self.address.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn lock(asked: &Mutex<Asked>) -> MutexGuard<'_, Asked> {
    asked.lock().unwrap_or_else(PoisonError::into_inner)
}
