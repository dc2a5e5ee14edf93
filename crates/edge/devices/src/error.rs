//! What can go wrong between a driver and its device.

use std::io;

use crate::uhppote::codec::{FrameError, Function};

/// Why a driver could not do something.
#[derive(Debug, thiserror::Error)]
pub enum DeviceError {
    /// The address in the device's settings is no `host`, `host:port` or empty text.
    #[error("address {0:?} is not host:port")]
    Address(String),
    /// The name in the address is not known, or has no IPv4 address.
    #[error("no IPv4 address for {0:?}")]
    Unresolved(String),
    /// No board of this serial number answered a broadcast.
    #[error("board {0} was not found by broadcast")]
    NotFound(u32),
    /// A gate of this process drives the board already.
    #[error("board {0} is driven by another gate")]
    Taken(u32),
    /// A request was not answered, however often it was sent.
    #[error("no answer to {0}")]
    Silent(Function),
    /// The answer cannot be read.
    #[error("the answer to {function} cannot be read: {error}")]
    Frame {
        /// To what it answers.
        function: Function,
        /// What is wrong with it.
        error: FrameError,
    },
    /// The answer is about something else than what was asked.
    #[error("the answer to {0} is about something else")]
    Mismatch(Function),
    /// The operating system refused.
    #[error("{doing}: {source}")]
    Io {
        /// What was being done.
        doing: &'static str,
        /// Why not.
        source: io::Error,
    },
}

impl DeviceError {
    /// For `map_err`: an error of the operating system while `doing`.
    pub(crate) fn io(doing: &'static str) -> impl Fn(io::Error) -> Self {
        move |source| Self::Io { doing, source }
    }

    /// Whether the device gave no sign of life, as opposed to a strange answer.
    pub const fn is_silence(&self) -> bool {
        match self {
            Self::Unresolved(_) | Self::NotFound(_) | Self::Silent(_) | Self::Io { .. } => true,
            Self::Address(_) | Self::Taken(_) | Self::Frame { .. } | Self::Mismatch(_) => false,
        }
    }
}
