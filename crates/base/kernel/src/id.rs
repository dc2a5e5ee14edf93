//! Typed ids: a UUIDv7 that knows what it names, so a person's id cannot be passed where a zone's is wanted.

use std::{cmp::Ordering, fmt, hash, marker::PhantomData, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

/// The id of a `K`. Written as a hyphenated UUID; stored as 16 bytes.
pub struct Id<K> {
    uuid: Uuid,
    kind: PhantomData<fn() -> K>,
}

impl<K> Id<K> {
    /// The id with these 16 bytes.
    pub const fn from_uuid(uuid: Uuid) -> Self {
        Self { uuid, kind: PhantomData }
    }

    /// The id in this slice; `None` unless it is 16 bytes long.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        Uuid::from_slice(bytes).ok().map(Self::from_uuid)
    }

    /// The 16 bytes as they are stored.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        self.uuid.as_bytes()
    }

    /// The untyped value.
    pub const fn uuid(self) -> Uuid {
        self.uuid
    }
}

impl<K> Clone for Id<K> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<K> Copy for Id<K> {}
impl<K> PartialEq for Id<K> {
    fn eq(&self, other: &Self) -> bool {
        self.uuid == other.uuid
    }
}
impl<K> Eq for Id<K> {}
impl<K> PartialOrd for Id<K> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl<K> Ord for Id<K> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.uuid.cmp(&other.uuid)
    }
}
impl<K> hash::Hash for Id<K> {
    fn hash<H: hash::Hasher>(&self, state: &mut H) {
        self.uuid.hash(state);
    }
}
impl<K> fmt::Display for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.uuid.fmt(f)
    }
}
impl<K> fmt::Debug for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.uuid.fmt(f)
    }
}
impl<K> FromStr for Id<K> {
    type Err = uuid::Error;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self::from_uuid)
    }
}
impl<K> Serialize for Id<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.uuid.serialize(serializer)
    }
}
impl<'de, K> Deserialize<'de> for Id<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Uuid::deserialize(deserializer).map(Self::from_uuid)
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident => $alias:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub enum $kind {}
        $(#[$doc])*
        pub type $alias = Id<$kind>;
    )*};
}

kinds! {
    /// A school: the owner of every row.
    SchoolKind => SchoolId;
    /// A human being known to a school.
    PersonKind => PersonId;
    /// A class of a school year.
    ClassKind => ClassId;
    /// A group of persons made for rules.
    GroupKind => GroupId;
    /// Something that shows who a person is: a card, a QR pass.
    CredentialKind => CredentialId;
    /// A card of the pool that is lent for a day.
    DayCardKind => DayCardId;
    /// A building of a school.
    BuildingKind => BuildingId;
    /// A part of a building in which people are counted.
    ZoneKind => ZoneId;
    /// A lane, door or turnstile through which one passes from zone to zone.
    AccessPointKind => AccessPointId;
    /// A controller or terminal.
    DeviceKindOf => DeviceId;
    /// A gate: the process that decides for some access points.
    GateKind => GateId;
    /// A rule that gives a right to pass.
    RuleKind => RuleId;
    /// A permission to leave during lessons.
    LeaveKind => LeaveId;
    /// One pass, granted or denied.
    PassKind => PassId;
    /// One alarm.
    AlarmKindOf => AlarmId;
    /// An account that signs in.
    UserKind => UserId;
}
