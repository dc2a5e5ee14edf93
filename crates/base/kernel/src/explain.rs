//! Why somebody would be let pass, or would not: the question that a page asks and the answer that the gate's own decision gives.

use jiff::Timestamp;

use crate::{AccessPointId, AlarmKind, CredentialId, Direction, LeaveId, PersonId, Reason, RuleId, SnapshotDoc};

/// What would be if this person passed there, that way, then?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Question {
    /// Who.
    pub person: PersonId,
    /// Where.
    pub point: AccessPointId,
    /// Which way.
    pub direction: Direction,
    /// When.
    pub at: Timestamp,
}

/// Answers a question by deciding. The server is given the gate's own ([`Question`] in, [`Explanation`] out), so that pages
/// and gates can never disagree.
pub type Explain = fn(&SnapshotDoc, &Question) -> Result<Explanation, Unexplained>;

/// What the gate would decide, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// Granted or denied, and why.
    pub reason: Reason,
    /// An alarm that would go with it.
    pub alarm: Option<AlarmKind>,
    /// By what the person would pass.
    pub shown: Shown,
    /// The person's rules in their order, up to the one that grants; each with what came of it.
    pub rules: Vec<(RuleId, RuleVerdict)>,
    /// The permission by which a pupil leaves.
    pub leave: Option<LeaveId>,
    /// The pupil's lessons of that day, if the pupil may not leave during them: minutes of the day.
    pub lessons: Option<(u16, u16)>,
    /// The next moment within a week at which the person would be let pass so, when the answer depends on the time.
    pub next: Option<Timestamp>,
}

/// By what the person of a question would pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// This credential of the person's.
    Credential(CredentialId),
    /// The person has none that this point's reader can read: answered as if there were one.
    Missing,
}

/// What came of one rule, from the one that fits least to the one that fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RuleVerdict {
    /// Holds at other points only.
    OtherPoint,
    /// Holds the other way only.
    OtherWay,
    /// Its first day is not there yet, or its last one is over.
    NotInForce,
    /// Holds on other weekdays.
    OtherDay,
    /// Holds at another time of the day.
    OtherTime,
    /// Would hold were the day no holiday.
    Holiday,
    /// Lets the person pass.
    Grants,
}

impl RuleVerdict {
    /// The word in text keys.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OtherPoint => "other-point",
            Self::OtherWay => "other-way",
            Self::NotInForce => "not-in-force",
            Self::OtherDay => "other-day",
            Self::OtherTime => "other-time",
            Self::Holiday => "holiday",
            Self::Grants => "grants",
        }
    }
}

/// Why a question has no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unexplained {
    /// No gate is told of this person: archived, and without a card.
    #[error("no gate knows this person")]
    NoSuchPerson,
    /// The document is no snapshot.
    #[error("the rules cannot be used: {0}")]
    Snapshot(String),
}
