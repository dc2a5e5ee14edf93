//! What a simulated board is told before it starts.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

/// A source of true time, read whenever the board needs the hour.
///
/// A demonstration that runs a day in a minute hands over its own fast clock here.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// Who answers for a card that is not in the board's own list while a host is in control.
///
/// Sources disagree. Boards are described as handing every swipe to the host; the public Go simulator hands
/// over only cards it knows and refuses the rest itself. No hardware was at hand, so both can be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnknownCard {
    /// Denied with reason 5, "by PC control", like every other card: the host decides.
    AskHost,
    /// Denied with reason 18, "unknown card", whether or not a host is in control.
    DenyAtOnce,
}

/// How one board is built. Start from [`BoardConfig::default`] and change what matters.
#[derive(Clone)]
pub struct BoardConfig {
    /// Serial number, the board's only identity on the wire. Not zero.
    pub serial: u32,
    /// Address for UDP and TCP alike. Port 0 takes a port that is free for both.
    pub bind: SocketAddr,
    /// How many card slots there are. At least 1.
    pub capacity: usize,
    /// How many events the ring keeps before the oldest is overwritten. At least 1.
    pub events: usize,
    /// True time; `None` reads the computer's clock.
    pub clock: Option<Clock>,
    /// Seconds by which local time is ahead of UTC; the board shows and records local time.
    pub utc_offset_s: i32,
    /// How long the board waits for a silent host before it decides by its own list again. Counted on the
    /// monotonic clock, whatever `clock` says.
    pub host_silence: Duration,
    /// What happens to unknown cards under a host's control.
    pub unknown_card: UnknownCard,
    /// Firmware version as the wire shows it: `0x0892` is 8.92. Version `0x0662` pushes events that begin with
    /// byte 0x19 instead of 0x17, as that firmware does.
    pub firmware: u16,
    /// File that keeps cards, events and settings over restarts; `None` keeps nothing.
    pub file: Option<PathBuf>,
}

impl Default for BoardConfig {
    /// Board 405419896 on a free port of the loopback, 20,000 cards, 100,000 events, 30 s of host silence, UTC+5.
    fn default() -> Self {
        BoardConfig {
            serial: 405_419_896,
            bind: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            capacity: 20_000,
            events: 100_000,
            clock: None,
            utc_offset_s: 5 * 3600,
            host_silence: Duration::from_secs(30),
            unknown_card: UnknownCard::AskHost,
            firmware: 0x0892,
            file: None,
        }
    }
}

impl fmt::Debug for BoardConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BoardConfig")
            .field("serial", &self.serial)
            .field("bind", &self.bind)
            .field("capacity", &self.capacity)
            .field("events", &self.events)
            .field("clock", &self.clock.as_ref().map(|_| "given"))
            .field("utc_offset_s", &self.utc_offset_s)
            .field("host_silence", &self.host_silence)
            .field("unknown_card", &self.unknown_card)
            .field("firmware", &self.firmware)
            .field("file", &self.file)
            .finish()
    }
}
