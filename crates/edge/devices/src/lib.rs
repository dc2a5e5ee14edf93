//! Drivers of what stands at the door, one module a protocol.
//!
//! A driver turns a device's bytes into [`gate::driver::Told`] and the gate's wishes into the device's bytes. It decides nothing,
//! keeps nothing on disk, and knows neither persons nor rules: a card is a number, and numbers are never logged. Threads and
//! blocking sockets only; time comes from a [`kernel::Clock`].

mod error;
pub mod uhppote;
pub mod virtual_lane;

use std::sync::Arc;

pub use error::DeviceError;
use gate::driver::{Driver, Drivers, Inbox};
use kernel::{Clock, DeviceDoc, DeviceKind};

use self::{
    uhppote::{UhppoteConfig, UhppoteDrivers},
    virtual_lane::VirtualLane,
};

/// How devices are driven.
#[derive(Clone, Debug, Default)]
pub struct DriversConfig {
    /// UHPPOTE boards.
    pub uhppote: UhppoteConfig,
}

/// Drivers of every kind of device. No port is opened before the first device that needs it.
pub fn drivers(config: DriversConfig, clock: Arc<dyn Clock>) -> impl Drivers + 'static {
    EveryKind { uhppote: UhppoteDrivers::new(config.uhppote, Arc::clone(&clock)), clock }
}

struct EveryKind {
    uhppote: UhppoteDrivers,
    clock: Arc<dyn Clock>,
}

impl Drivers for EveryKind {
    fn start(&self, device: &DeviceDoc, handled: Option<u32>, inbox: Inbox) -> Result<Box<dyn Driver>, String> {
        match &device.kind {
            DeviceKind::Uhppote { .. } => self.uhppote.start(device, handled, inbox),
            DeviceKind::Virtual => Ok(Box::new(VirtualLane::start(device.id, self.clock.now(), inbox))),
        }
    }
}
