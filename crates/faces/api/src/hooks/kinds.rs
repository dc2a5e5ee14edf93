//! Which kinds of events a webhook is told of.

use std::collections::BTreeSet;

use ::store::{Column, ColumnError, Param, Raw, Value};

/// Every kind of event that the journal may hold, in the order in which pages list them. Texts: key `api-event-<kind>`. That none is missing
/// is proved over the whole house.
pub const EVENT_KINDS: &[&str] = &[
    "PassRecorded",
    "PresenceSet",
    "PresenceReset",
    "EverybodyOut",
    "AccountLinked",
    "AlarmRaised",
    "AlarmsSeen",
    "AlarmsClosed",
    "ModeChanged",
    "PersonChanged",
    "PeopleLoaded",
    "PupilMoved",
    "YearTurned",
    "CredentialChanged",
    "CodeKeysChanged",
    "GroupChanged",
    "ClassChanged",
    "LeaveChanged",
    "AttendanceMarked",
    "AbsenceChanged",
    "TimeSheetMarked",
    "AttendanceSettingsChanged",
    "CalendarChanged",
    "BellsChanged",
    "TimetableChanged",
    "RulesChanged",
    "PointsChanged",
    "ZoneRemoved",
    "NightsChanged",
    "DevicesChanged",
];

/// The kind of a message that only proves that messages arrive.
pub(super) const TEST_KIND: &str = "Test";
/// Stands for every kind, also those to come.
const ALL: &str = "*";

/// The kinds that a webhook wants, as they are kept: words with a space between, or `*`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kinds {
    text: String,
}

impl Kinds {
    /// All, also those to come.
    pub fn all() -> Self {
        Self { text: ALL.to_owned() }
    }

    /// These; none when none of the words is a kind.
    pub fn of<'a>(words: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        let words: BTreeSet<&str> = words.into_iter().collect();
        let known: Vec<&str> = EVENT_KINDS.iter().copied().filter(|kind| words.contains(kind)).collect();
        (!known.is_empty()).then(|| Self { text: known.join(" ") })
    }

    /// Whether these are all, also those to come.
    pub fn is_all(&self) -> bool {
        self.text == ALL
    }

    /// Whether this kind is wanted.
    pub fn wants(&self, kind: &str) -> bool {
        self.is_all() || self.words().any(|word| word == kind)
    }

    /// The kinds by name; `*` for all.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.text.split(' ')
    }
}

impl Param for Kinds {
    fn value(&self) -> Value<'_> {
        Value::Text(&self.text)
    }
}

impl Column for Kinds {
    fn read(raw: Raw<'_>) -> Result<Self, ColumnError> {
        String::read(raw).map(|text| Self { text })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_webhook_wants_what_was_chosen() {
        let some = Kinds::of(["PassRecorded", "Nonsense", "AlarmRaised", "PassRecorded"]).unwrap();
        assert!(some.wants("PassRecorded") && some.wants("AlarmRaised"));
        assert!(!some.wants("PersonChanged") && !some.wants("Nonsense") && !some.is_all());
        assert_eq!(some.words().count(), 2);
        assert_eq!(Kinds::read(some.value_as_raw()), Ok(some.clone()));
        assert!(Kinds::all().wants("PersonChanged") && Kinds::all().wants("WhatIsToCome"));
        assert_eq!(Kinds::of(["*"]), None);
        assert_eq!(Kinds::of([]), None);
    }

    impl Kinds {
        fn value_as_raw(&self) -> Raw<'_> {
            Raw::Text(&self.text)
        }
    }
}
