//! Who answers for a child, and what each of them may do.

use jiff::civil::Date;

use super::words::words;

words! {
    /// What somebody is to a child by law. Texts: key `people-kin-<word>`.
    GuardianKind {
        /// A parent.
        Parent = "parent",
        /// An adoptive parent.
        AdoptiveParent = "adoptive_parent",
        /// A guardian of a child under 14 (опекун, қорғаншы).
        Guardian = "guardian",
        /// A trustee of a child of 14 and more (попечитель, қамқоршы).
        Trustee = "trustee",
    }
}

/// Somebody answers for a child: what for, and for how long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuardianshipData {
    /// By what right.
    pub kind: GuardianKind,
    /// Whether the guardian is shown what the child does.
    pub may_see: bool,
    /// Whether the guardian may pay for the child.
    pub may_pay: bool,
    /// Whether the child may be given to the guardian at the door.
    pub may_collect: bool,
    /// From this day; `None`: from the beginning.
    pub since: Option<Date>,
    /// Up to and with this day; `None`: without an end.
    pub until: Option<Date>,
    /// What else is to know, such as a decision of a court; may be empty.
    pub note: String,
}

impl GuardianshipData {
    /// A child has so many guardians at most.
    pub const MOST: usize = 10;
    /// A note has so many letters at most.
    pub const MAX_NOTE_LETTERS: usize = 300;

    /// What a parent usually may: everything.
    pub const fn of(kind: GuardianKind) -> Self {
        Self { kind, may_see: true, may_pay: true, may_collect: true, since: None, until: None, note: String::new() }
    }

    /// Whether it counts on this day.
    pub fn counts_on(&self, day: Date) -> bool {
        self.since.is_none_or(|since| since <= day) && self.until.is_none_or(|until| day <= until)
    }

    /// Whether its days and its note fit.
    pub fn fits(&self) -> bool {
        let is_term = self.since.zip(self.until).is_none_or(|(since, until)| since <= until);
        is_term && self.note.chars().count() <= Self::MAX_NOTE_LETTERS && !self.note.chars().any(char::is_control)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_guardianship_counts_on_its_first_and_last_day() {
        let (first, last) = (date(2026, 9, 1), date(2027, 5, 25));
        let data =
            GuardianshipData { since: Some(first), until: Some(last), ..GuardianshipData::of(GuardianKind::Trustee) };
        assert!(data.fits() && data.counts_on(first) && data.counts_on(last));
        assert!(!data.counts_on(first.yesterday().unwrap()) && !data.counts_on(last.tomorrow().unwrap()));
        assert!(!GuardianshipData { until: Some(date(2026, 8, 31)), ..data.clone() }.fits());
        assert!(!GuardianshipData { note: "ж".repeat(301), ..data }.fits());
    }
}
