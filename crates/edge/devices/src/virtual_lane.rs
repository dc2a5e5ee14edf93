//! The virtual turnstile: a page in a browser, no wire.
//!
//! What is presented on the page reaches the gate as a command of the server, and the page learns the answer from the pass
//! itself. So there is nothing to open and nothing to hold; the driver is there so that the gate has one for every device.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread,
};

use gate::driver::{BoardList, Doors, Driver, Inbox, Told};
use jiff::Timestamp;
use kernel::{DeviceId, DeviceState, DeviceStatus};

/// A driver that counts openings and does nothing else.
#[derive(Debug, Default)]
pub struct VirtualLane {
    opened: AtomicU64,
}

impl VirtualLane {
    /// Tells the gate that the device is there, as of `now`; a page is always ready.
    pub fn start(device: DeviceId, now: Timestamp, inbox: Inbox) -> Self {
        let status = DeviceStatus {
            device,
            state: DeviceState::Online,
            clock_drift_s: None,
            last_event: None,
            last_seen: Some(now),
            cards: None,
            version: String::new(),
        };
        // Whoever starts drivers may be the one who empties the inbox: it must not wait here for itself.
        let telling =
            thread::Builder::new().name("virtual-lane".to_owned()).spawn(move || inbox.tell(Told::Status(status)));
        if let Err(error) = telling {
            tracing::warn!(%error, "the state of a virtual turnstile was not told");
        }
        Self::default()
    }

    /// How often it was opened.
    pub fn opened(&self) -> u64 {
        self.opened.load(Ordering::Relaxed)
    }
}

impl Driver for VirtualLane {
    /// Has no doors but those on the page, which shows what the gate decided.
    fn keep_doors(&self, _doors: Doors) {}

    fn open(&self, _door: u8) {
        self.opened.fetch_add(1, Ordering::Relaxed);
    }

    /// Decides nothing by itself, so it holds no list.
    fn hold(&self, _list: Arc<BoardList>) {}

    fn resync(&self) {}
}
