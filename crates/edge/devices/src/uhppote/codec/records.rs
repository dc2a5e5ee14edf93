//! What a board is and what it keeps: its address, doors, cards, profiles, tasks.

use std::{fmt, net::Ipv4Addr};

use jiff::civil::{Date, Time};

use super::{
    FrameError,
    bcd::{BoardDate, Coded},
    fields::{Fields, Filler},
};

macro_rules! codes {
    ($(#[$meta:meta])* $type:ident { $($(#[$doc:meta])* $name:ident = $code:literal,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $type { $($(#[$doc])* $name,)* }

        impl $type {
            /// Every value.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// Its byte.
            pub const fn code(self) -> u8 {
                match self { $(Self::$name => $code,)* }
            }

            /// The value of this byte.
            pub const fn parse(code: u8) -> Option<Self> {
                match code { $($code => Some(Self::$name),)* _ => None }
            }
        }
    };
}

/// A door of a board, 1 to 4.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Door(u8);

impl Door {
    /// The doors of the largest board.
    pub const ALL: [Self; 4] = [Self(1), Self(2), Self(3), Self(4)];

    /// The door of this number; `None` when no board has it.
    pub const fn new(number: u8) -> Option<Self> {
        if matches!(number, 1..=4) { Some(Self(number)) } else { None }
    }

    /// Its number.
    pub const fn number(self) -> u8 {
        self.0
    }
}

/// The code that a card's holder types on a keypad; 0 means none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pin(u32);

impl Pin {
    /// No code.
    pub const NONE: Self = Self(0);
    /// The greatest code that a keypad can send.
    pub const MAX: u32 = 999_999;

    /// The code; `None` when it has more than six digits.
    pub const fn new(code: u32) -> Option<Self> {
        if code <= Self::MAX { Some(Self(code)) } else { None }
    }

    /// The code as a number.
    pub const fn code(self) -> u32 {
        self.0
    }
}

/// Days of a week, Monday first.
pub type Weekdays = [bool; 7];

/// A firmware version, as its two bytes show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Version(pub [u8; 2]);

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:x}.{:02x}", self.0[0], self.0[1])
    }
}

/// What a board is and where it is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Controller {
    /// Its address.
    pub ip: Ipv4Addr,
    /// Its network mask.
    pub mask: Ipv4Addr,
    /// Its gateway.
    pub gateway: Ipv4Addr,
    /// Its hardware address.
    pub mac: [u8; 6],
    /// Its firmware.
    pub version: Version,
    /// The day of its firmware.
    pub released: BoardDate,
}

impl Controller {
    pub(super) fn read(fields: Fields<'_>) -> Self {
        Self {
            ip: fields.ip(8),
            mask: fields.ip(12),
            gateway: fields.ip(16),
            mac: fields.bytes(20),
            version: Version(fields.bytes(26)),
            released: fields.board_date(28),
        }
    }

    pub(super) fn write(self, filler: Filler) -> Filler {
        filler
            .ip(8, self.ip)
            .ip(12, self.mask)
            .ip(16, self.gateway)
            .bytes(20, self.mac)
            .bytes(26, self.version.0)
            .board_date(28, self.released)
    }
}

/// Where a board pushes its events to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListenerSetting {
    /// The listener's address; 0.0.0.0 for none.
    pub ip: Ipv4Addr,
    /// The listener's UDP port.
    pub port: u16,
    /// Seconds between pushes of the status when nothing happens; 0 for none.
    pub auto_send_s: u8,
}

impl ListenerSetting {
    pub(super) fn read(fields: Fields<'_>) -> Self {
        Self { ip: fields.ip(8), port: fields.u16(12), auto_send_s: fields.u8(14) }
    }

    pub(super) fn write(self, filler: Filler) -> Filler {
        filler.ip(8, self.ip).u16(12, self.port).u8(14, self.auto_send_s)
    }
}

/// How a door is controlled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DoorMode {
    /// Stands open.
    Open,
    /// Stays closed.
    Closed,
    /// Opens for a right.
    Controlled,
    /// Opens for the first card.
    FirstCard,
    /// A byte that is not known.
    Other(u8),
}

impl DoorMode {
    /// Its byte.
    pub const fn code(self) -> u8 {
        match self {
            Self::Open => 1,
            Self::Closed => 2,
            Self::Controlled => 3,
            Self::FirstCard => 4,
            Self::Other(code) => code,
        }
    }

    /// The mode of this byte.
    pub const fn from_code(code: u8) -> Self {
        match code {
            1 => Self::Open,
            2 => Self::Closed,
            3 => Self::Controlled,
            4 => Self::FirstCard,
            other => Self::Other(other),
        }
    }
}

/// A door's control.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DoorControl {
    /// Which door.
    pub door: Door,
    /// How.
    pub mode: DoorMode,
    /// Seconds for which it is opened.
    pub open_s: u8,
}

impl DoorControl {
    pub(super) fn read(fields: Fields<'_>) -> Result<Self, FrameError> {
        Ok(Self { door: fields.code(8, Door::new)?, mode: DoorMode::from_code(fields.u8(9)), open_s: fields.u8(10) })
    }

    pub(super) fn write(self, filler: Filler) -> Filler {
        filler.u8(8, self.door.number()).u8(9, self.mode.code()).u8(10, self.open_s)
    }
}

/// A card on a board's own list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CardRecord {
    /// Its number, as the board shows it.
    pub number: u32,
    /// First day of validity.
    pub from: BoardDate,
    /// Last day of validity.
    pub until: BoardDate,
    /// For doors 1 to 4: 0 never, 1 always, 2 to 254 by a time profile.
    pub doors: [u8; 4],
    /// The code to type after the card.
    pub pin: Pin,
    /// Bits 0 to 3: whether it counts as the first card of doors 1 to 4.
    pub first_card: u8,
}

impl CardRecord {
    /// A board keeps what it was given, so a code beyond six digits is kept here too.
    pub(super) fn read(fields: Fields<'_>) -> Self {
        Self {
            number: fields.u32(8),
            from: fields.board_date(12),
            until: fields.board_date(16),
            doors: fields.bytes(20),
            pin: Pin(fields.u24(24)),
            first_card: fields.u8(27),
        }
    }

    /// The same, for a request: a host must not ask for what cannot be.
    pub(super) fn read_strictly(fields: Fields<'_>) -> Result<Self, FrameError> {
        let record = Self::read(fields);
        match record {
            Self { from: Coded::Impossible(_), .. } => Err(FrameError::Bcd { at: 12 }),
            Self { until: Coded::Impossible(_), .. } => Err(FrameError::Bcd { at: 16 }),
            Self { pin: Pin(code), .. } if code > Pin::MAX => Err(FrameError::Value { at: 24 }),
            _ => Ok(record),
        }
    }

    pub(super) fn write(self, filler: Filler) -> Filler {
        filler
            .u32(8, self.number)
            .board_date(12, self.from)
            .board_date(16, self.until)
            .bytes(20, self.doors)
            .u24(24, self.pin.0)
            .u8(27, self.first_card)
    }
}

/// When doors open for cards that are bound to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeProfile {
    /// 2 to 254; 0 in a reply that has none.
    pub id: u8,
    /// First day.
    pub from: Option<Date>,
    /// Last day.
    pub until: Option<Date>,
    /// On which days.
    pub days: Weekdays,
    /// From and to, three times a day; 00:00 to 00:00 for none.
    pub segments: [(Time, Time); 3],
    /// A further profile; 0 for none.
    pub linked: u8,
}

impl TimeProfile {
    pub(super) fn read(fields: Fields<'_>) -> Result<Self, FrameError> {
        let segment = |at| Ok((fields.hour_minute(at)?, fields.hour_minute(at + 2)?));
        Ok(Self {
            id: fields.u8(8),
            from: fields.date(9)?,
            until: fields.date(13)?,
            days: fields.bools(17),
            segments: [segment(24)?, segment(28)?, segment(32)?],
            linked: fields.u8(36),
        })
    }

    pub(super) fn write(self, filler: Filler) -> Filler {
        let filler =
            filler.u8(8, self.id).date(9, self.from).date(13, self.until).bools(17, self.days).u8(36, self.linked);
        self.segments
            .into_iter()
            .zip([24, 28, 32])
            .fold(filler, |filler, ((from, to), at)| filler.hour_minute(at, from).hour_minute(at + 2, to))
    }
}

codes! {
    /// What a task does to its door.
    TaskKind {
        /// Opens for a right.
        Controlled = 0,
        /// Stands open.
        Open = 1,
        /// Stays closed.
        Closed = 2,
        /// Time profiles stop counting.
        DisableProfiles = 3,
        /// Time profiles count.
        EnableProfiles = 4,
        /// A card alone.
        CardOnly = 5,
        /// Card and code on the way in.
        CodeIn = 6,
        /// Card and code both ways.
        CodeBothWays = 7,
        /// Several cards are needed.
        EnableMoreCards = 8,
        /// One card is enough.
        DisableMoreCards = 9,
        /// Opens once.
        OpenOnce = 10,
        /// The button does nothing.
        DisableButton = 11,
        /// The button works.
        EnableButton = 12,
    }
}

/// Something that a board does by itself at a time of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Task {
    /// First day.
    pub from: Option<Date>,
    /// Last day.
    pub until: Option<Date>,
    /// On which days.
    pub days: Weekdays,
    /// At what time.
    pub at: Time,
    /// At which door.
    pub door: Door,
    /// What.
    pub kind: TaskKind,
    /// How many cards, for [`TaskKind::EnableMoreCards`].
    pub cards: u8,
}

impl Task {
    pub(super) fn read(fields: Fields<'_>) -> Result<Self, FrameError> {
        Ok(Self {
            from: fields.date(8)?,
            until: fields.date(12)?,
            days: fields.bools(16),
            at: fields.hour_minute(23)?,
            door: fields.code(25, Door::new)?,
            kind: fields.code(26, TaskKind::parse)?,
            cards: fields.u8(27),
        })
    }

    pub(super) fn write(self, filler: Filler) -> Filler {
        filler
            .date(8, self.from)
            .date(12, self.until)
            .bools(16, self.days)
            .hour_minute(23, self.at)
            .u8(25, self.door.number())
            .u8(26, self.kind.code())
            .u8(27, self.cards)
    }
}

codes! {
    /// How a door is controlled by the first-card rule.
    FirstCardMode {
        /// Opens for a right.
        Controlled = 0,
        /// Stands open.
        Open = 1,
        /// Stays closed.
        Closed = 2,
        /// Only a first card opens; not while the rule is active.
        FirstCardOnly = 3,
    }
}

/// A door that changes its mode with the first card of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FirstCard {
    /// Which door.
    pub door: Door,
    /// From this time.
    pub from: Time,
    /// Its mode once a first card was shown.
    pub active: FirstCardMode,
    /// To this time.
    pub to: Time,
    /// Its mode otherwise.
    pub inactive: FirstCardMode,
    /// On which days.
    pub days: Weekdays,
}

impl FirstCard {
    pub(super) fn read(fields: Fields<'_>) -> Result<Self, FrameError> {
        Ok(Self {
            door: fields.code(8, Door::new)?,
            from: fields.hour_minute(9)?,
            active: fields.code(11, FirstCardMode::parse)?,
            to: fields.hour_minute(12)?,
            inactive: fields.code(14, FirstCardMode::parse)?,
            days: fields.bools(15),
        })
    }

    pub(super) fn write(self, filler: Filler) -> Filler {
        filler
            .u8(8, self.door.number())
            .hour_minute(9, self.from)
            .u8(11, self.active.code())
            .hour_minute(12, self.to)
            .u8(14, self.inactive.code())
            .bools(15, self.days)
    }
}

codes! {
    /// The board's own anti-passback: which readers belong together.
    PassbackMode {
        /// None.
        Off = 0,
        /// Doors 1 and 2, doors 3 and 4.
        Pairs = 1,
        /// Doors 1 and 3 against doors 2 and 4.
        OddEven = 2,
        /// Door 1 against doors 2 and 3.
        OneToTwo = 3,
        /// Door 1 against doors 2, 3 and 4.
        OneToThree = 4,
    }
}

codes! {
    /// Doors of which only one may be open.
    Interlock {
        /// None.
        Off = 0,
        /// Doors 1 and 2.
        OneTwo = 1,
        /// Doors 3 and 4.
        ThreeFour = 2,
        /// Doors 1 and 2, doors 3 and 4.
        Pairs = 3,
        /// Doors 1, 2 and 3.
        OneTwoThree = 4,
        /// All.
        All = 8,
    }
}
