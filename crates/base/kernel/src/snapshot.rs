//! What a gate must know to decide: the document that the server makes and a gate compiles.

use jiff::{Timestamp, civil};
use serde::{Deserialize, Serialize};

use crate::{
    AccessPointId, Card, ClassId, CodeKeyDoc, CredentialId, DeviceId, Direction, GateId, GroupId, LeaveId, PersonId,
    ReaderFormat, RuleId, SchoolId, ZoneId,
};

macro_rules! words {
    ($(#[$meta:meta])* $type:ident { $($(#[$doc:meta])* $name:ident = $word:literal,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $type { $($(#[$doc])* $name,)* }
        impl $type {
            /// Every value, in the order in which pages list them.
            pub const ALL: &[Self] = &[$(Self::$name,)*];
            /// The word stored in the database.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }
            /// The value of this word.
            pub fn parse(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.as_str() == word)
            }
        }
    };
}

words! {
    /// What a person is to the school.
    Role {
        /// Learns here.
        Pupil = "pupil",
        /// Teaches here.
        Teacher = "teacher",
        /// Works here otherwise.
        Staff = "staff",
        /// A parent or another legal representative.
        Guardian = "guardian",
    }
}

words! {
    /// Whether a person may be at the school at all.
    PersonStatus {
        /// Belongs to the school.
        Active = "active",
        /// May not enter for now.
        Blocked = "blocked",
        /// Has left; history stays.
        Archived = "archived",
    }
}

words! {
    /// Whether a credential opens anything.
    CredentialStatus {
        /// Works.
        Active = "active",
        /// Blocked for now.
        Suspended = "suspended",
        /// Reported lost; trying it raises an alarm.
        Lost = "lost",
        /// Given back or replaced.
        Returned = "returned",
    }
}

words! {
    /// The state of the whole school.
    SchoolMode {
        /// Rules decide.
        Normal = "normal",
        /// Nobody enters; leaving is allowed.
        LockedDown = "locked_down",
        /// Everything opens (fire).
        FreePassage = "free_passage",
    }
}

/// What happens when a person passes twice the same way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AntiPassback {
    /// Nothing.
    Off,
    /// The pass is granted and an alarm raised.
    Soft,
    /// The pass is denied until the person is seen on the other side.
    Hard,
    /// The pass is denied within so many minutes of the last one the same way.
    Timed(u16),
}

impl AntiPassback {
    /// The word and the minutes as they are stored.
    pub const fn to_words(self) -> (&'static str, i64) {
        match self {
            Self::Off => ("off", 0),
            Self::Soft => ("soft", 0),
            Self::Hard => ("hard", 0),
            Self::Timed(minutes) => ("timed", minutes as i64),
        }
    }

    /// The value of a stored word and minutes.
    pub fn parse(word: &str, minutes: i64) -> Option<Self> {
        match word {
            "off" => Some(Self::Off),
            "soft" => Some(Self::Soft),
            "hard" => Some(Self::Hard),
            "timed" => u16::try_from(minutes).ok().filter(|minutes| *minutes > 0).map(Self::Timed),
            _ => None,
        }
    }
}

/// All a gate must know. Holds no name, photo or IIN: a stolen gate tells nothing about a child.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnapshotDoc {
    /// The school.
    pub school: SchoolId,
    /// The gate for which it was made.
    pub gate: GateId,
    /// The journal number up to which it is true; a greater one is newer.
    pub version: u64,
    /// When it was made.
    pub made_at: Timestamp,
    /// IANA name of the school's time zone.
    pub time_zone: String,
    /// The state of the school.
    pub mode: SchoolMode,
    /// Zones.
    pub zones: Vec<ZoneDoc>,
    /// Access points of this gate.
    pub points: Vec<PointDoc>,
    /// Devices of this gate.
    pub devices: Vec<DeviceDoc>,
    /// Persons who own a credential or may be let in by hand.
    pub persons: Vec<PersonDoc>,
    /// Credentials of any status: a lost one must be told from an unknown one.
    pub credentials: Vec<CredentialDoc>,
    /// Rules.
    pub rules: Vec<RuleDoc>,
    /// Days on which only rules marked so hold.
    pub holidays: Vec<civil::Date>,
    /// Days that work as another weekday: windows hold on them as on that one.
    #[serde(default)]
    pub moved_days: Vec<MovedDay>,
    /// When classes whose pupils may not leave during lessons have lessons, today and in the weeks to come.
    #[serde(default)]
    pub lessons: Vec<LessonsDoc>,
    /// Permissions to leave that are not over.
    #[serde(default)]
    pub leaves: Vec<LeaveDoc>,
    /// Public keys by which QR passes are checked.
    #[serde(default)]
    pub code_keys: Vec<CodeKeyDoc>,
    /// Where people are, as the server knew it.
    pub present: Vec<PresentDoc>,
    /// The journal number up to which `present` is true; the gate asks for what came to be known after it.
    #[serde(default)]
    pub presence_through: u64,
    /// Whether it is forgotten at each local midnight who is still inside.
    #[serde(default = "yes")]
    pub resets_at_midnight: bool,
}

const fn yes() -> bool {
    true
}

/// A day that works as another weekday, as a Saturday that stands in for a Monday.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MovedDay {
    /// The day.
    pub day: civil::Date,
    /// As which weekday it works: 1 Monday … 7 Sunday.
    pub as_weekday: u8,
}

/// When a class has lessons: its pupils do not get out to the street then, unless somebody permitted it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LessonsDoc {
    /// Which class.
    pub class: ClassId,
    /// On these days.
    pub days: Vec<civil::Date>,
    /// From this minute of the day.
    pub from_min: u16,
    /// Before this minute of the day.
    pub to_min: u16,
}

/// A permission to leave: it opens the way out to the street, at any hour within its term.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaveDoc {
    /// Which.
    pub id: LeaveId,
    /// Who may leave.
    pub person: PersonId,
    /// From this moment.
    pub from: Timestamp,
    /// Before this moment.
    pub until: Timestamp,
    /// Through this point, which need not be one of the person's; `None`: through any that the person's rules name.
    pub point: Option<AccessPointId>,
}

/// A zone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ZoneDoc {
    /// Which.
    pub id: ZoneId,
    /// How many people it may hold; `None`: any number.
    pub occupancy_limit: Option<u32>,
}

/// An access point.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PointDoc {
    /// Which.
    pub id: AccessPointId,
    /// The device that opens it; `None`: a point that only a guard or the virtual turnstile uses.
    pub device: Option<DeviceId>,
    /// The door number on the device, from 1.
    pub door: u8,
    /// How its readers show a card.
    pub reader_format: ReaderFormat,
    /// The zone reached by going in.
    pub inner: ZoneId,
    /// The zone reached by going out; `None`: the street.
    pub outer: Option<ZoneId>,
    /// Anti-passback at this point.
    pub anti_passback: AntiPassback,
    /// Whether it is in use.
    pub enabled: bool,
}

/// A device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceDoc {
    /// Which.
    pub id: DeviceId,
    /// What it is and where it is reached.
    pub kind: DeviceKind,
    /// The newest of its events that the server has taken in: where a gate goes on that knows nothing of the device. As of the snapshot's
    /// making; people who pass make no new one.
    #[serde(default)]
    pub last_event: Option<u32>,
}

impl DeviceDoc {
    /// Whether it is the same device, reached in the same way.
    pub fn is_same(&self, other: &Self) -> bool {
        self.id == other.id && self.kind == other.kind
    }
}

/// What a device is and where it is reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeviceKind {
    /// A UHPPOTE UT0311 board.
    Uhppote {
        /// Its serial number.
        serial: u32,
        /// `host:port`, or empty to find it by broadcast.
        address: String,
        /// TCP instead of UDP for requests.
        tcp: bool,
        /// Seconds for which a door is opened.
        open_s: u8,
    },
    /// A turnstile page in the browser.
    Virtual,
}

/// A person, as far as a gate needs it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonDoc {
    /// Who.
    pub id: PersonId,
    /// What the person is to the school.
    pub roles: Vec<Role>,
    /// The class.
    pub class: Option<ClassId>,
    /// Groups.
    pub groups: Vec<GroupId>,
    /// Whether the person may be here at all.
    pub status: PersonStatus,
    /// Always let in up to and with this day (first-graders learn the card).
    pub learning_until: Option<civil::Date>,
}

/// A credential, as far as a gate needs it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CredentialDoc {
    /// Which.
    pub id: CredentialId,
    /// Whose.
    pub person: PersonId,
    /// What is on it.
    pub card: Card,
    /// Whether it opens anything.
    pub status: CredentialStatus,
    /// From this moment.
    pub valid_from: Option<Timestamp>,
    /// Before this moment.
    pub valid_until: Option<Timestamp>,
}

/// A right to pass. A person passes when at least one rule allows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleDoc {
    /// Which.
    pub id: RuleId,
    /// Who has it.
    pub who: Who,
    /// Where; empty: at every point.
    pub points: Vec<AccessPointId>,
    /// Which way; `None`: both.
    pub direction: Option<Direction>,
    /// When; empty: always.
    pub windows: Vec<Window>,
    /// From this day.
    pub from: Option<civil::Date>,
    /// Up to and with this day.
    pub until: Option<civil::Date>,
    /// Whether it holds on holidays too.
    pub on_holidays: bool,
}

/// Who has a right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Who {
    /// Everybody known to the school.
    Everybody,
    /// All of a role.
    Role(Role),
    /// A class.
    Class(ClassId),
    /// A group.
    Group(GroupId),
    /// One person.
    Person(PersonId),
}

/// A weekly window: on these days from this minute to before that one. A window over midnight has `to` ≤ `from` and belongs
/// to the day on which it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// Bit 0 Monday … bit 6 Sunday.
    pub days: u8,
    /// Minute of the day, 0-1439.
    pub from_min: u16,
    /// Minute of the day, 1-1440.
    pub to_min: u16,
}

/// Somebody who is inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PresentDoc {
    /// Who.
    pub person: PersonId,
    /// Where; `None`: outside.
    pub zone: Option<ZoneId>,
    /// When the person came there.
    pub since: Timestamp,
    /// Which way and where the person last went.
    pub last: Option<(AccessPointId, Direction)>,
}
