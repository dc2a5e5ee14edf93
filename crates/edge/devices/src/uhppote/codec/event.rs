//! Events of a board, and its status, which carries the newest event whether it is asked for or pushed.

use super::{
    Addressed, FrameError, Function,
    bcd::{BoardMoment, BoardNow},
    fields::{Fields, Filler},
    frame,
};

macro_rules! open_codes {
    ($(#[$meta:meta])* $type:ident { $($(#[$doc:meta])* $name:ident = $code:literal,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $type {
            $($(#[$doc])* $name,)*
            /// A number that is not known.
            Other(u8),
        }

        impl $type {
            /// Its number.
            pub const fn code(self) -> u8 {
                match self {
                    $(Self::$name => $code,)*
                    Self::Other(code) => code,
                }
            }

            /// The value of this number.
            pub const fn from_code(code: u8) -> Self {
                match code { $($code => Self::$name,)* other => Self::Other(other) }
            }
        }
    };
}

open_codes! {
    /// What sort of event it is.
    EventKind {
        /// None.
        Nothing = 0,
        /// A card.
        Swipe = 1,
        /// A door or its button.
        Door = 2,
        /// An alarm.
        Alarm = 3,
        /// The event was overwritten by a newer one.
        Overwritten = 0xFF,
    }
}

open_codes! {
    /// What happened, or why a card was refused.
    EventReason {
        /// None.
        Nothing = 0,
        /// A card, let in.
        Swipe = 1,
        /// Refused: the host decides.
        PcControl = 5,
        /// Refused: not on the list, or not for this door.
        NoRights = 6,
        /// Refused: wrong code.
        WrongCode = 7,
        /// Refused: anti-passback.
        Passback = 8,
        /// Refused: more cards are needed.
        MoreCards = 9,
        /// Refused: a first card is needed.
        FirstCard = 10,
        /// Refused: the door stays closed.
        DoorClosed = 11,
        /// Refused: another door is open.
        Interlock = 12,
        /// Refused: outside the time profile.
        TimeProfile = 13,
        /// Refused: no such time profile.
        NoTimeProfile = 15,
        /// Refused: unknown card.
        Unknown = 18,
        /// The button opened the door.
        Button = 20,
        /// The door was opened.
        DoorOpened = 23,
        /// The door was closed.
        DoorShut = 24,
        /// A supervisor's code opened the door.
        SupervisorCode = 25,
        /// The board was switched on.
        PowerOn = 28,
        /// The board started anew.
        Reset = 29,
        /// The door stands open too long.
        DoorHeld = 37,
        /// The door was forced.
        DoorForced = 38,
        /// The fire input.
        Fire = 39,
        /// The emergency input.
        Emergency = 43,
        /// A host opened the door.
        RemoteOpen = 44,
    }
}

/// One event of a board.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BoardEvent {
    /// Its index, from 1, rising.
    pub index: u32,
    /// What sort.
    pub kind: EventKind,
    /// Whether the door opened for it.
    pub granted: bool,
    /// At which door; 0 when none is meant.
    pub door: u8,
    /// Which way: 1 in, 2 out.
    pub direction: u8,
    /// The card's number, as the board shows it.
    pub card: u32,
    /// When, by the board's clock in its local time.
    pub at: BoardMoment,
    /// What happened, or why it was refused.
    pub reason: EventReason,
}

impl BoardEvent {
    /// The event in a frame; `None` when its index is 0, which means that there is none.
    pub(super) fn read(fields: Fields<'_>) -> Option<Self> {
        let index = fields.u32(8);
        (index != 0).then(|| Self {
            index,
            kind: EventKind::from_code(fields.u8(12)),
            granted: fields.bool(13),
            door: fields.u8(14),
            direction: fields.u8(15),
            card: fields.u32(16),
            at: fields.board_moment(20),
            reason: EventReason::from_code(fields.u8(27)),
        })
    }

    pub(super) fn write(self, filler: Filler) -> Filler {
        filler
            .u32(8, self.index)
            .u8(12, self.kind.code())
            .bool(13, self.granted)
            .u8(14, self.door)
            .u8(15, self.direction)
            .u32(16, self.card)
            .board_moment(20, self.at)
            .u8(27, self.reason.code())
    }
}

/// How a board is, with its newest event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Status {
    /// Its newest event, if it has any.
    pub event: Option<BoardEvent>,
    /// Which doors stand open.
    pub doors_open: [bool; 4],
    /// Which buttons are pressed.
    pub buttons: [bool; 4],
    /// The board's error byte; 0 is none.
    pub error: u8,
    /// Its clock, in its local time.
    pub now: BoardNow,
    /// Number of the packet.
    pub sequence: u32,
    /// A byte of unknown meaning.
    pub special: u8,
    /// Relays, a bit each.
    pub relays: u8,
    /// Inputs, a bit each.
    pub inputs: u8,
}

impl Status {
    /// Reads a pushed event: the frame of a status that nobody asked for.
    ///
    /// # Errors
    /// [`FrameError`] when the bytes are no such frame.
    pub fn parse_pushed(bytes: &[u8]) -> Result<Addressed<Self>, FrameError> {
        let (header, frame) = frame(bytes)?;
        if header.function != Function::GetStatus {
            return Err(FrameError::OtherFunction { got: header.function, expected: Function::GetStatus });
        }
        Ok(Addressed { serial: header.serial, body: Self::read(Fields(frame)) })
    }

    /// The index of the newest event; 0 when there is none.
    pub fn newest(&self) -> u32 {
        self.event.map_or(0, |event| event.index)
    }

    pub(super) fn read(fields: Fields<'_>) -> Self {
        Self {
            event: BoardEvent::read(fields),
            doors_open: fields.bools(28),
            buttons: fields.bools(32),
            error: fields.u8(36),
            now: BoardNow::from_wire(fields.bytes(51), fields.bytes(37)),
            sequence: fields.u32(40),
            special: fields.u8(48),
            relays: fields.u8(49),
            inputs: fields.u8(50),
        }
    }

    pub(super) fn write(self, filler: Filler) -> Filler {
        let filler = match self.event {
            Some(event) => event.write(filler),
            None => filler,
        };
        let (date, time) = self.now.to_wire();
        filler
            .bools(28, self.doors_open)
            .bools(32, self.buttons)
            .u8(36, self.error)
            .bytes(37, time)
            .u32(40, self.sequence)
            .u8(48, self.special)
            .u8(49, self.relays)
            .u8(50, self.inputs)
            .bytes(51, date)
    }
}
