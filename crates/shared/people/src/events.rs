//! What is written to the journal: ids only, never a name or a number of a card.

use journal::Event;
use kernel::{ClassId, CredentialId, GroupId, PersonId};
use serde::{Deserialize, Serialize};

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

impl Event for PersonChanged {
    const KIND: &'static str = "PersonChanged";
}
impl Event for PeopleLoaded {
    const KIND: &'static str = "PeopleLoaded";
}
impl Event for CredentialChanged {
    const KIND: &'static str = "CredentialChanged";
}
impl Event for GroupChanged {
    const KIND: &'static str = "GroupChanged";
}
impl Event for ClassChanged {
    const KIND: &'static str = "ClassChanged";
}
