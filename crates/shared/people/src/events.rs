//! What is written to the journal: ids only, never a name or a number of a card.

use journal::Event;
use kernel::{ClassId, CredentialId, GroupId, PersonId, UserId};
use serde::{Deserialize, Serialize};

use crate::register::TurnOverId;

/// A person was added or changed: name, class, roles, status, photo, groups.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonChanged {
    /// Who.
    pub person: PersonId,
}

/// Many persons were taken over at once, with their credentials and groups.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeopleLoaded {
    /// How many.
    pub count: u64,
}

/// A credential was issued or changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CredentialChanged {
    /// Which.
    pub credential: CredentialId,
    /// Whose.
    pub person: PersonId,
}

/// The school signs QR passes with another key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeKeysChanged {
    /// The number of the key.
    pub key: u16,
}

/// A group was added, changed (its members included) or removed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupChanged {
    /// Which.
    pub group: GroupId,
}

/// A class was added or changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClassChanged {
    /// Which.
    pub class: ClassId,
}

/// A pupil came into a class, went into another, or left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PupilMoved {
    /// Who.
    pub person: PersonId,
    /// Out of this class.
    pub from: Option<ClassId>,
    /// Into this class.
    pub to: Option<ClassId>,
    /// The first day on which it is so, YYYYMMDD.
    pub day: i32,
}

/// The classes rose by a year, or that was taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct YearTurned {
    /// Which turn of the year.
    pub turn_over: TurnOverId,
    /// Whether it was taken back.
    pub is_undone: bool,
}

/// An account is used by a person of the staff, or by nobody who is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountLinked {
    /// The account.
    pub user: UserId,
    /// Who.
    pub person: Option<PersonId>,
}

impl Event for AccountLinked {
    const KIND: &'static str = "AccountLinked";
}
impl Event for PupilMoved {
    const KIND: &'static str = "PupilMoved";
}
impl Event for YearTurned {
    const KIND: &'static str = "YearTurned";
}
impl Event for PersonChanged {
    const KIND: &'static str = "PersonChanged";
}
impl Event for PeopleLoaded {
    const KIND: &'static str = "PeopleLoaded";
}
impl Event for CredentialChanged {
    const KIND: &'static str = "CredentialChanged";
}
impl Event for CodeKeysChanged {
    const KIND: &'static str = "CodeKeysChanged";
}
impl Event for GroupChanged {
    const KIND: &'static str = "GroupChanged";
}
impl Event for ClassChanged {
    const KIND: &'static str = "ClassChanged";
}
