//! The 64-byte frames of UHPPOTE UT0311 boards: requests, replies and pushed events, parsed and built.
//!
//! Bytes come in, typed values go out, and the other way round; nothing here opens a socket, reads a clock or panics on any
//! input. Frames are little-endian, zero padded, without authentication and without a request id: a reply repeats the
//! function and the serial number of its request, and that is all there is to match them by.
//!
//! What a board stores (cards, events, its clock) may hold dates that no calendar has; such values are kept as
//! [`Coded::Impossible`] so that the rest of the record is not lost. Everything else that cannot be is a [`FrameError`].

mod bcd;
mod event;
mod fields;
mod records;
mod reply;
mod request;

use std::fmt;

pub use bcd::{BoardDate, BoardMoment, BoardNow, Coded};
pub use event::{BoardEvent, EventKind, EventReason, Status};
pub use records::{
    CardRecord, Controller, Door, DoorControl, DoorMode, FirstCard, FirstCardMode, Interlock, ListenerSetting,
    PassbackMode, Pin, Task, TaskKind, TimeProfile, Version, Weekdays,
};
pub use reply::{CardSlot, Reply};
pub use request::Request;

/// Length of every frame, in bytes.
pub const FRAME_LEN: usize = 64;
/// First byte of a frame.
pub const START: u8 = 0x17;
/// First byte of an event pushed by firmware 6.62.
pub const START_V6_62: u8 = 0x19;
/// Guards calls that destroy or replace something.
pub const MAGIC: u32 = 0x55AA_AA55;
/// The event index that means the oldest one in a [`Request::GetEvent`].
pub const OLDEST_EVENT: u32 = 0;
/// The event index that means the newest one in a [`Request::GetEvent`].
pub const NEWEST_EVENT: u32 = 0xFFFF_FFFF;

/// The bytes of one frame.
pub type Frame = [u8; FRAME_LEN];

/// Why bytes are no frame, or not the one that was waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// Not 64 bytes.
    #[error("a frame has 64 bytes, not {0}")]
    Length(usize),
    /// The first byte is none that begins a frame.
    #[error("a frame does not begin with {0:#04x}")]
    Start(u8),
    /// The function is not known.
    #[error("function {0:#04x} is not known")]
    UnknownFunction(u8),
    /// The function is known, but its frame is never sent this way (a board answers nothing to it).
    #[error("nothing is ever answered to {0}")]
    NoReply(Function),
    /// The frame is of another function than the one that was waited for.
    #[error("a frame of {got} instead of {expected}")]
    OtherFunction {
        /// The frame's.
        got: Function,
        /// The one that was waited for.
        expected: Function,
    },
    /// The frame is from or for another board.
    #[error("a frame of another board")]
    OtherSerial {
        /// The frame's.
        got: u32,
        /// The one that was waited for.
        expected: u32,
    },
    /// The bytes at this offset are no binary-coded decimal date or time.
    #[error("no date or time at byte {at}")]
    Bcd {
        /// Offset in the frame.
        at: usize,
    },
    /// The number at this offset is not one that the protocol allows there.
    #[error("a value that cannot be at byte {at}")]
    Value {
        /// Offset in the frame.
        at: usize,
    },
    /// The magic word is missing.
    #[error("the magic word is missing")]
    Magic,
}

macro_rules! functions {
    ($($(#[$doc:meta])* $name:ident = $code:literal,)*) => {
        /// What a frame asks for, or answers to.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Function { $($(#[$doc])* $name,)* }

        impl Function {
            /// Every function.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// Its code: the second byte of a frame.
            pub const fn code(self) -> u8 {
                match self { $(Self::$name => $code,)* }
            }

            /// The function of this code.
            pub const fn parse(code: u8) -> Option<Self> {
                match code { $($code => Some(Self::$name),)* _ => None }
            }

            /// Its name, for logs and metrics.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => stringify!($name),)* }
            }
        }
    };
}

functions! {
    /// Status, asked for or pushed.
    GetStatus = 0x20,
    /// Sets the board's clock.
    SetTime = 0x30,
    /// Reads the board's clock.
    GetTime = 0x32,
    /// Opens a door.
    OpenDoor = 0x40,
    /// Stores a card.
    PutCard = 0x50,
    /// Deletes a card.
    DeleteCard = 0x52,
    /// Deletes all cards.
    DeleteAllCards = 0x54,
    /// Counts the cards.
    CountCards = 0x58,
    /// Reads a card by its number.
    GetCard = 0x5A,
    /// Reads a card by its slot.
    GetCardAt = 0x5C,
    /// Sets how a door is controlled.
    SetDoor = 0x80,
    /// Reads how a door is controlled.
    GetDoor = 0x82,
    /// Sets the board's own anti-passback.
    SetPassback = 0x84,
    /// Reads the board's own anti-passback.
    GetPassback = 0x86,
    /// Sets a time profile.
    SetTimeProfile = 0x88,
    /// Deletes all time profiles.
    ClearTimeProfiles = 0x8A,
    /// Sets a door's passcodes.
    SetPasscodes = 0x8C,
    /// Turns the recording of door and button events on or off.
    RecordSpecialEvents = 0x8E,
    /// Sets where events are pushed to.
    SetListener = 0x90,
    /// Reads where events are pushed to.
    GetListener = 0x92,
    /// Reads what the board is; also finds boards.
    GetController = 0x94,
    /// Sets the board's address. Never answered.
    SetIp = 0x96,
    /// Reads a time profile.
    GetTimeProfile = 0x98,
    /// Turns control by a host on or off.
    SetPcControl = 0xA0,
    /// Sets which doors lock each other.
    SetInterlock = 0xA2,
    /// Turns keypads on or off.
    SetKeypads = 0xA4,
    /// Deletes all tasks.
    ClearTasks = 0xA6,
    /// Adds a task.
    AddTask = 0xA8,
    /// Sets a door's first-card rule.
    SetFirstCard = 0xAA,
    /// Puts the added tasks into force.
    RefreshTasks = 0xAC,
    /// Reads an event by its index.
    GetEvent = 0xB0,
    /// Sets the index that a reader of events keeps on the board.
    SetEventIndex = 0xB2,
    /// Reads the index that a reader of events keeps on the board.
    GetEventIndex = 0xB4,
    /// Restores the board to what it left the factory with.
    RestoreDefaults = 0xC8,
}

impl Function {
    /// Whether its reply says only whether it was done.
    pub const fn is_answered_by_done(self) -> bool {
        match self {
            Self::OpenDoor
            | Self::PutCard
            | Self::DeleteCard
            | Self::DeleteAllCards
            | Self::SetPassback
            | Self::SetTimeProfile
            | Self::ClearTimeProfiles
            | Self::SetPasscodes
            | Self::RecordSpecialEvents
            | Self::SetListener
            | Self::SetPcControl
            | Self::SetInterlock
            | Self::SetKeypads
            | Self::ClearTasks
            | Self::AddTask
            | Self::SetFirstCard
            | Self::RefreshTasks
            | Self::SetEventIndex
            | Self::RestoreDefaults => true,
            Self::GetStatus
            | Self::SetTime
            | Self::GetTime
            | Self::CountCards
            | Self::GetCard
            | Self::GetCardAt
            | Self::SetDoor
            | Self::GetDoor
            | Self::GetPassback
            | Self::GetListener
            | Self::GetController
            | Self::SetIp
            | Self::GetTimeProfile
            | Self::GetEvent
            | Self::GetEventIndex => false,
        }
    }
}

impl fmt::Display for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A message and the board that it is for or from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addressed<T> {
    /// The board's serial number; 0 in a [`Request::GetController`] means every board.
    pub serial: u32,
    /// The message.
    pub body: T,
}

/// What every frame begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// What it asks for or answers to.
    pub function: Function,
    /// The board's serial number.
    pub serial: u32,
}

impl Header {
    /// Reads the head of a frame.
    ///
    /// # Errors
    /// [`FrameError::Length`], [`FrameError::Start`] or [`FrameError::UnknownFunction`].
    pub fn parse(bytes: &[u8]) -> Result<Self, FrameError> {
        frame(bytes).map(|(header, _)| header)
    }
}

/// The head of a frame and the frame itself.
fn frame(bytes: &[u8]) -> Result<(Header, &Frame), FrameError> {
    let frame: &Frame = bytes.try_into().map_err(|_| FrameError::Length(bytes.len()))?;
    let function = Function::parse(frame[1]);
    match (frame[0], function) {
        (START, Some(_)) | (START_V6_62, Some(Function::GetStatus)) => {}
        (START, None) => return Err(FrameError::UnknownFunction(frame[1])),
        (other, _) => return Err(FrameError::Start(other)),
    }
    let function = function.ok_or(FrameError::UnknownFunction(frame[1]))?;
    Ok((Header { function, serial: u32::from_le_bytes([frame[4], frame[5], frame[6], frame[7]]) }, frame))
}
