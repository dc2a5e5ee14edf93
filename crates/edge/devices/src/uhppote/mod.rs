//! UHPPOTE UT0311 boards: door and turnstile controllers with Wiegand readers, spoken to by UDP or TCP.
//!
//! The board is in *host control*: it refuses every card at first, pushes the event, and opens when the gate says so. When its
//! host is silent for 30 s it decides by its own card list, which the driver keeps in order all the time. Every event has an
//! index and stays in the board's memory; nothing is lost by a lost datagram or a gate that was away.
//!
//! ```text
//! board ── pushed event ──▶ listener ──▶ events ──▶ gate's inbox      (a tap: no further round trip)
//!   ▲ ◀─ status, events, settings, cards ─▶ worker ──▶ events
//!   └─ open ◀── opener ◀── gate
//! ```
//!
//! - [`codec`] knows the frames, [`link`] request and reply, [`discovery`] finds boards.
//! - `listener` is one for all boards; `events`, `worker`, `opener`, `cards` are one of each a board, put together by `board`.
//! - The protocol has no authentication: whoever is in the boards' network can open doors and forge events. Pushes are taken
//!   only from the board's own address; the network must be one of its own.

mod address;
mod board;
mod cards;
pub mod codec;
pub mod discovery;
mod drift;
mod events;
pub mod link;
mod listener;
mod opener;
mod pace;
mod report;
mod session;
mod signals;
mod worker;

use std::{
    net::{Ipv4Addr, SocketAddr, SocketAddrV4},
    sync::{Arc, Mutex, PoisonError},
};

pub use address::{Address, BOARD_PORT};
use gate::driver::{Driver, Drivers, Inbox};
use jiff::tz::{Offset, TimeZone};
use kernel::{Clock, DeviceDoc, DeviceKind};
pub use pace::Pace;

use self::{board::BoardDriver, listener::Listener, worker::Orders};
use crate::DeviceError;

/// The port on which events are awaited by habit.
pub const EVENT_PORT: u16 = 60001;

/// How boards are driven.
#[derive(Clone, Debug)]
pub struct UhppoteConfig {
    /// Where events are awaited; port 0 takes a free one.
    pub event_bind: SocketAddr,
    /// The address that boards are told to push their events to; `None`: the one from which each board is reached.
    pub announce: Option<Ipv4Addr>,
    /// Where boards without an address are searched.
    pub broadcast: Vec<SocketAddrV4>,
    /// The boards' clocks show the time of this zone.
    pub time_zone: TimeZone,
    /// Seconds after which a board repeats its status unasked; 0 for never. A board that comes back is noticed by it.
    pub auto_send_s: u8,
    /// How often and how long.
    pub pace: Pace,
}

impl Default for UhppoteConfig {
    fn default() -> Self {
        Self {
            event_bind: SocketAddr::from((Ipv4Addr::UNSPECIFIED, EVENT_PORT)),
            announce: None,
            broadcast: vec![SocketAddrV4::new(Ipv4Addr::BROADCAST, BOARD_PORT)],
            time_zone: TimeZone::get("Asia/Almaty").unwrap_or_else(|_| TimeZone::fixed(Offset::constant(5))),
            auto_send_s: 5,
            pace: Pace::default(),
        }
    }
}

/// Starts drivers of boards. All of them share one event port, which is opened with the first.
#[derive(Debug)]
pub struct UhppoteDrivers {
    config: UhppoteConfig,
    clock: Arc<dyn Clock>,
    listener: Mutex<Option<Arc<Listener>>>,
}

impl UhppoteDrivers {
    /// Opens nothing yet.
    pub fn new(config: UhppoteConfig, clock: Arc<dyn Clock>) -> Self {
        Self { config, clock, listener: Mutex::new(None) }
    }

    fn listener(&self) -> Result<Arc<Listener>, DeviceError> {
        let mut listener = self.listener.lock().unwrap_or_else(PoisonError::into_inner);
        match &*listener {
            Some(listener) => Ok(Arc::clone(listener)),
            None => Ok(Arc::clone(listener.insert(Listener::start(self.config.event_bind)?))),
        }
    }

    fn start_board(
        &self,
        device: &DeviceDoc,
        handled: Option<u32>,
        inbox: Inbox,
    ) -> Result<Option<BoardDriver>, DeviceError> {
        let DeviceKind::Uhppote { serial, address, tcp, open_s } = &device.kind else { return Ok(None) };
        let listener = self.listener()?;
        let config = &self.config;
        let orders = Orders {
            device: device.id,
            serial: *serial,
            address: Address::parse(address)?,
            tcp: *tcp,
            open_s: *open_s,
            pace: config.pace,
            zone: config.time_zone.clone(),
            broadcast: config.broadcast.clone(),
            announce: config.announce,
            event_port: listener.port(),
            auto_send_s: config.auto_send_s,
        };
        BoardDriver::start(orders, handled, inbox, Arc::clone(&self.clock), &listener).map(Some)
    }
}

impl Drivers for UhppoteDrivers {
    fn start(&self, device: &DeviceDoc, handled: Option<u32>, inbox: Inbox) -> Result<Box<dyn Driver>, String> {
        match self.start_board(device, handled, inbox) {
            Ok(Some(driver)) => Ok(Box::new(driver)),
            Ok(None) => Err("the device is no UHPPOTE board".to_owned()),
            Err(error) => Err(error.to_string()),
        }
    }
}
