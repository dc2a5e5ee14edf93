//! The driver of one board: its threads and what the gate holds of them.

use std::{
    fmt,
    sync::{
        Arc,
        mpsc::{Receiver, channel},
    },
    thread,
    time::Duration,
};

use gate::driver::{BoardList, Doors, Driver, Inbox};
use kernel::Clock;

use super::{
    codec::Door,
    events::Events,
    listener::{Intake, Listener, Registration},
    opener::{Openings, opener},
    signals::Signals,
    worker::{Orders, Worker},
};
use crate::DeviceError;

/// How long the end of a driver waits for its board to take control back.
const FAREWELL: Duration = Duration::from_secs(1);

/// A running driver of one board.
pub(super) struct BoardDriver {
    serial: u32,
    signals: Arc<Signals>,
    openings: Openings,
    /// Dropped first of all that hears the board.
    registration: Option<Registration>,
    /// Ends when the worker has.
    ended: Receiver<()>,
}

impl fmt::Debug for BoardDriver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BoardDriver").field("serial", &self.serial).finish_non_exhaustive()
    }
}

impl BoardDriver {
    /// Starts the threads.
    ///
    /// # Errors
    /// [`DeviceError::Io`] when no thread can be started.
    pub(super) fn start(
        orders: Orders,
        handled: Option<u32>,
        inbox: Inbox,
        clock: Arc<dyn Clock>,
        listener: &Arc<Listener>,
    ) -> Result<Self, DeviceError> {
        let serial = orders.serial;
        let signals = Arc::<Signals>::default();
        let events =
            Arc::new(Events::new(handled, inbox, Arc::clone(&clock), orders.zone.clone(), Arc::clone(&signals)));
        let (openings, opener) = opener(
            serial,
            orders.tcp,
            orders.pace.open,
            orders.pace.open_stale,
            Arc::clone(&signals),
            Arc::clone(&events),
        );

        let taker = Arc::clone(&events);
        let intake: Intake = Arc::new(move |status, from, seen| taker.pushed(&status, from, seen));
        let registration = listener.register(serial, intake)?;

        let worker = Worker::new(orders, clock, events, Arc::clone(&signals));
        let (ending, ended) = channel::<()>();
        spawn(format!("uhppote-open-{serial}"), move || opener.run())?;
        spawn(format!("uhppote-{serial}"), move || {
            worker.run();
            drop(ending);
        })?;
        Ok(Self { serial, signals, openings, registration: Some(registration), ended })
    }
}

impl Driver for BoardDriver {
    fn keep_doors(&self, doors: Doors) {
        self.signals.ask(|asked| asked.doors = Some(doors));
    }

    fn open(&self, door: u8) {
        match Door::new(door) {
            Some(door) => self.openings.open(door),
            None => tracing::warn!(serial = self.serial, door, "no board has such a door"),
        }
    }

    fn hold(&self, list: Arc<BoardList>) {
        self.signals.ask(|asked| asked.list = Some(list));
    }

    fn resync(&self) {
        self.signals.ask(|asked| asked.resync = true);
    }
}

impl Drop for BoardDriver {
    /// Waits a moment for the board to be left in order, but not for a thread that waits for a full inbox.
    fn drop(&mut self) {
        self.registration = None;
        self.signals.stop();
        let _ = self.ended.recv_timeout(FAREWELL);
    }
}

fn spawn(name: String, work: impl FnOnce() + Send + 'static) -> Result<(), DeviceError> {
    thread::Builder::new().name(name).spawn(work).map(drop).map_err(DeviceError::io("starting a thread"))
}
