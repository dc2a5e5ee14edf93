//! What a gate records and sends: passes, alarms, the state of its devices; and what it is told to do.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{AccessPointId, AlarmId, CredentialId, DeviceId, PassId, PersonId, ReaderFormat, UserId};

/// Which way through an access point. `In` leads to the point's inner zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Towards the inner zone.
    In,
    /// Towards the outer zone.
    Out,
}

impl Direction {
    /// Both, `In` first.
    pub const ALL: [Self; 2] = [Self::In, Self::Out];

    /// The word stored in the database and sent on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::In => "in",
            Self::Out => "out",
        }
    }

    /// The direction of this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|direction| direction.as_str() == word)
    }
}

macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident = $word:literal, $granted:literal;)*) => {
        /// Why a pass was granted or denied. Texts in three languages: `access/locales`, key `reason-<word>`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Reason { $($(#[$doc])* $name,)* }

        impl Reason {
            /// Every reason.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The word stored in the database, sent on the wire and shown in metrics.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }

            /// Whether the person was let through.
            pub const fn is_granted(self) -> bool {
                match self { $(Self::$name => $granted,)* }
            }

            /// The reason of this word.
            pub fn parse(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|reason| reason.as_str() == word)
            }
        }
    };
}

reasons! {
    /// A rule allows it.
    Granted = "granted", true;
    /// No rule allows it, but the person's learning month runs: let in, and said so.
    GrantedLearning = "granted_learning", true;
    /// Free passage (fire): everything opens.
    GrantedFreePassage = "granted_free_passage", true;
    /// A guard let the person through without a credential.
    GrantedByGuard = "granted_by_guard", true;
    /// The board decided from its own list, since the gate was silent.
    GrantedByBoard = "granted_by_board", true;
    /// Somebody pressed the exit button; nobody is named.
    GrantedByButton = "granted_by_button", true;
    /// Allowed, though the person seems to be on this side already (soft anti-passback): an alarm goes with it.
    GrantedPassback = "granted_passback", true;
    /// Out, though the credential or the person is blocked and would not be let in: nobody is kept in. An alarm goes with it.
    GrantedExit = "granted_exit", true;
    /// Out, by a permission to leave: without it the rules or the lessons would keep the pupil in.
    GrantedLeave = "granted_leave", true;
    /// No such credential at this school.
    UnknownCredential = "unknown_credential", false;
    /// Two cards look alike to this reader: the format is too narrow to tell whose it is.
    AmbiguousCredential = "ambiguous_credential", false;
    /// A QR pass was shown whose time is over, or that was made before the gate began.
    CodeExpired = "code_expired", false;
    /// A QR pass was shown a second time.
    CodeReplayed = "code_replayed", false;
    /// A QR pass was shown that the school did not sign.
    CodeInvalid = "code_invalid", false;
    /// The credential is blocked for now.
    CredentialSuspended = "credential_suspended", false;
    /// The credential was reported lost.
    CredentialLost = "credential_lost", false;
    /// The credential was given back or replaced.
    CredentialReturned = "credential_returned", false;
    /// The credential's term has not begun.
    CredentialNotYetValid = "credential_not_yet_valid", false;
    /// The credential's term is over.
    CredentialExpired = "credential_expired", false;
    /// The person is blocked.
    PersonBlocked = "person_blocked", false;
    /// The person has left the school.
    PersonArchived = "person_archived", false;
    /// No rule gives this person this point in this direction.
    NoRight = "no_right", false;
    /// A rule gives it, but not at this time.
    OutsideSchedule = "outside_schedule", false;
    /// A rule would give it, but today is a holiday.
    Holiday = "holiday", false;
    /// A pupil who may not leave during lessons has lessons, and no permission to leave.
    NoLeave = "no_leave", false;
    /// The person is on this side already (hard or timed anti-passback).
    AntiPassback = "anti_passback", false;
    /// The zone holds as many people as it may.
    ZoneFull = "zone_full", false;
    /// The school is locked down.
    LockedDown = "locked_down", false;
    /// The gate does not know this access point, or it is switched off.
    UnknownPoint = "unknown_point", false;
    /// The gate was silent or away, and the board refused by itself; learnt afterwards.
    DeniedByBoard = "denied_by_board", false;
}

/// Who decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DecidedBy {
    /// The gate, by the rules.
    Gate,
    /// The board, by its own list.
    Board,
    /// A guard.
    Guard,
}

impl DecidedBy {
    /// Every decider.
    pub const ALL: [Self; 3] = [Self::Gate, Self::Board, Self::Guard];

    /// The word stored in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Gate => "gate",
            Self::Board => "board",
            Self::Guard => "guard",
        }
    }

    /// The decider of this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|by| by.as_str() == word)
    }
}

/// One attempt to pass and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pass {
    /// Made at the gate; the server drops a repeat.
    pub id: PassId,
    /// Where.
    pub point: AccessPointId,
    /// Which way.
    pub direction: Direction,
    /// Who, when the credential is known.
    pub person: Option<PersonId>,
    /// By which credential.
    pub credential: Option<CredentialId>,
    /// The number as the reader gave it, and in which format; kept also when unknown.
    pub number: Option<(ReaderFormat, u64)>,
    /// Granted or denied, and why.
    pub reason: Reason,
    /// Who decided.
    pub decided_by: DecidedBy,
    /// The guard, when a guard decided.
    pub guard: Option<UserId>,
    /// When it happened, by the gate's clock (by the board's, corrected by its drift, when learnt afterwards).
    pub at: Timestamp,
    /// The board's own record of it.
    pub board_event: Option<(DeviceId, u32)>,
    /// Whether the gate learnt of it only afterwards, from the board's memory.
    pub replayed: bool,
}

/// What is wrong, or was noticed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AlarmKind {
    /// The door was opened without a right.
    DoorForced,
    /// The door stands open too long.
    DoorHeld,
    /// The fire input is on.
    Fire,
    /// The board does not answer.
    DeviceUnreachable,
    /// The board answers again.
    DeviceBack,
    /// A door was to open and did not.
    DoorFailed,
    /// The door opens again.
    DoorBack,
    /// The board's clock is off; `detail` says by how many seconds.
    ClockDrift,
    /// The board's clock is right again.
    ClockMended,
    /// Events of the board were overwritten before they were read; `detail` says which.
    EventsLost,
    /// The spool cannot be written; passes are kept in memory.
    SpoolFull,
    /// The spool is written again.
    SpoolBack,
    /// A credential was used on a side where its holder already is (soft anti-passback).
    Passback,
    /// A lost credential was tried.
    LostCredentialUsed,
    /// Somebody left who would not be let in: the credential or the person is blocked.
    BlockedLeft,
    /// The board started anew.
    DeviceRestarted,
    /// The server cannot start a gate of its own process; its log says why. Raised by the server itself.
    GateFailed,
    /// The gate runs.
    GateBack,
}

impl AlarmKind {
    /// Every kind.
    pub const ALL: [Self; 18] = [
        Self::DoorForced,
        Self::DoorHeld,
        Self::Fire,
        Self::DeviceUnreachable,
        Self::DeviceBack,
        Self::DoorFailed,
        Self::DoorBack,
        Self::ClockDrift,
        Self::ClockMended,
        Self::EventsLost,
        Self::SpoolFull,
        Self::SpoolBack,
        Self::Passback,
        Self::LostCredentialUsed,
        Self::BlockedLeft,
        Self::DeviceRestarted,
        Self::GateFailed,
        Self::GateBack,
    ];

    /// The word stored in the database; texts: `access/locales`, key `alarm-<word>`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::DoorForced => "door_forced",
            Self::DoorHeld => "door_held",
            Self::Fire => "fire",
            Self::DeviceUnreachable => "device_unreachable",
            Self::DeviceBack => "device_back",
            Self::DoorFailed => "door_failed",
            Self::DoorBack => "door_back",
            Self::ClockDrift => "clock_drift",
            Self::ClockMended => "clock_mended",
            Self::EventsLost => "events_lost",
            Self::SpoolFull => "spool_full",
            Self::SpoolBack => "spool_back",
            Self::Passback => "passback",
            Self::LostCredentialUsed => "lost_credential_used",
            Self::BlockedLeft => "blocked_left",
            Self::DeviceRestarted => "device_restarted",
            Self::GateFailed => "gate_failed",
            Self::GateBack => "gate_back",
        }
    }

    /// The kind of this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// The kind that says that an alarm of this kind is over. `Some`: it tells a state, which holds until then; `None`: something
    /// that happened, which is over as soon as it is told.
    pub const fn ended_by(self) -> Option<Self> {
        match self {
            Self::DeviceUnreachable => Some(Self::DeviceBack),
            Self::DoorFailed => Some(Self::DoorBack),
            Self::ClockDrift => Some(Self::ClockMended),
            Self::SpoolFull => Some(Self::SpoolBack),
            Self::GateFailed => Some(Self::GateBack),
            Self::DoorForced
            | Self::DoorHeld
            | Self::Fire
            | Self::DeviceBack
            | Self::DoorBack
            | Self::ClockMended
            | Self::EventsLost
            | Self::SpoolBack
            | Self::Passback
            | Self::LostCredentialUsed
            | Self::BlockedLeft
            | Self::DeviceRestarted
            | Self::GateBack => None,
        }
    }

    /// The kind of alarm that this kind says is over.
    pub fn ends(self) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.ended_by() == Some(self))
    }
}

/// One alarm.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alarm {
    /// Made where it is raised: at the gate, of [`AlarmKind::GateFailed`] and its end at the server.
    pub id: AlarmId,
    /// What.
    pub kind: AlarmKind,
    /// At which device, if one is meant.
    pub device: Option<DeviceId>,
    /// At which access point, if one is meant.
    pub point: Option<AccessPointId>,
    /// By whom, if a person is meant.
    pub person: Option<PersonId>,
    /// Numbers that belong to it (seconds of drift, missing indices): digits and signs only, no personal data.
    pub detail: String,
    /// When.
    pub at: Timestamp,
}

/// One record of a gate's spool, in the order in which it happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GateRecord {
    /// Numbered by the gate from 1 without holes.
    pub seq: u64,
    /// What happened.
    pub body: GateBody,
}

/// What a gate's record says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GateBody {
    /// A pass.
    Pass(Pass),
    /// An alarm.
    Alarm(Alarm),
}

/// How a device is, as its driver sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceStatus {
    /// Which device.
    pub device: DeviceId,
    /// Whether it answers.
    pub state: DeviceState,
    /// The board's clock minus the gate's, in seconds; unknown until it was asked.
    pub clock_drift_s: Option<i64>,
    /// The index of its newest event that the gate has handled.
    pub last_event: Option<u32>,
    /// When it last answered or sent something.
    pub last_seen: Option<Timestamp>,
    /// Cards on the board's own list, and how many of them still differ from what it should hold.
    pub cards: Option<(u32, u32)>,
    /// Firmware or version word, as the board gives it.
    pub version: String,
}

/// Whether a device answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeviceState {
    /// Not asked yet.
    Unknown,
    /// Answers.
    Online,
    /// Does not answer.
    Unreachable,
}

impl DeviceState {
    /// The word stored in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Online => "online",
            Self::Unreachable => "unreachable",
        }
    }

    /// The state of this word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Unknown, Self::Online, Self::Unreachable].into_iter().find(|state| state.as_str() == word)
    }
}

/// How a gate is; sent with each call to the server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GateStatus {
    /// The snapshot it decides by (0: none yet).
    pub snapshot: u64,
    /// Records not yet taken by the server.
    pub spool_depth: u64,
    /// Whether the spool can be written.
    pub spool_ok: bool,
    /// Its devices.
    pub devices: Vec<DeviceStatus>,
    /// The gate program's version.
    pub version: String,
}

/// Something a gate shall do at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GateCommand {
    /// Numbered by the server per gate, rising; a gate skips what it has done.
    pub number: u64,
    /// Not to be done after this moment.
    pub until: Timestamp,
    /// What.
    pub body: GateCommandBody,
}

/// What a gate shall do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GateCommandBody {
    /// Let this person through without a credential: a pass is recorded for that person, the point opens.
    Admit {
        /// The id the pass shall have, so that whoever asked can wait for it.
        pass: PassId,
        /// Where.
        point: AccessPointId,
        /// Which way.
        direction: Direction,
        /// Whom.
        person: PersonId,
        /// The guard who says so.
        guard: UserId,
    },
    /// A credential was presented at a virtual turnstile.
    Present {
        /// The id the pass shall have.
        pass: PassId,
        /// Where.
        point: AccessPointId,
        /// Which way.
        direction: Direction,
        /// As a reader of the point's format would show it.
        number: u64,
    },
    /// A QR pass was shown at a virtual turnstile.
    PresentCode {
        /// The id the pass shall have.
        pass: PassId,
        /// Where.
        point: AccessPointId,
        /// Which way.
        direction: Direction,
        /// The text of the code, unchecked.
        code: String,
    },
    /// Send every card of the board's list anew.
    SyncDevice(DeviceId),
}

/// Why a stored word is no pass.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PassError {
    /// A word in the database is not one of ours.
    #[error("unknown word {0:?}")]
    Word(String),
}
