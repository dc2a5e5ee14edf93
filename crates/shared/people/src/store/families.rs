//! Guardianships.

use jiff::civil::Date;
use kernel::{PersonId, SchoolId};
use store::{record, statements};

use crate::model::{GuardianKind, GuardianshipData};

record! {
    /// A guardianship.
    pub struct GuardianshipRow {
        /// Whose.
        pub child: PersonId,
        /// Who answers.
        pub guardian: PersonId,
        /// By what right.
        pub kind: GuardianKind,
        /// Whether the guardian is shown what the child does.
        pub may_see: bool,
        /// Whether the guardian may pay.
        pub may_pay: bool,
        /// Whether the child may be given to the guardian.
        pub may_collect: bool,
        /// From this day.
        pub since: Option<Date>,
        /// Up to and with this day.
        pub until: Option<Date>,
        /// What else is to know.
        pub note: String,
    }
}

statements! {
    /// Notes who answers for a child, in place of what was noted of the two.
    fn put(
        school: SchoolId, child: PersonId, guardian: PersonId, kind: GuardianKind, may_see: bool, may_pay: bool, may_collect: bool,
        since: Option<Date>, until: Option<Date>, note: &str,
    ) -> Run =
        "insert into guardianship (school, child, guardian, kind, may_see, may_pay, may_collect, since, until, note)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         on conflict (school, child, guardian) do update set kind = excluded.kind, may_see = excluded.may_see, may_pay = excluded.may_pay,
           may_collect = excluded.may_collect, since = excluded.since, until = excluded.until, note = excluded.note";
    /// Removes a guardianship.
    fn remove(school: SchoolId, child: PersonId, guardian: PersonId) -> Run =
        "delete from guardianship where school = $1 and child = $2 and guardian = $3";
    /// Who answers for a child.
    fn of_child(school: SchoolId, child: PersonId) -> Many<GuardianshipRow> =
        "select child, guardian, kind, may_see, may_pay, may_collect, since, until, note from guardianship
         where school = $1 and child = $2 order by guardian limit 20";
    /// For whom somebody answers.
    fn of_guardian(school: SchoolId, guardian: PersonId) -> Many<GuardianshipRow> =
        "select child, guardian, kind, may_see, may_pay, may_collect, since, until, note from guardianship
         where school = $1 and guardian = $2 order by child limit 50";
    /// One guardianship.
    fn one(school: SchoolId, child: PersonId, guardian: PersonId) -> One<GuardianshipRow> =
        "select child, guardian, kind, may_see, may_pay, may_collect, since, until, note from guardianship
         where school = $1 and child = $2 and guardian = $3";
    /// Every guardianship.
    fn all(school: SchoolId, limit: u32) -> Many<GuardianshipRow> =
        "select child, guardian, kind, may_see, may_pay, may_collect, since, until, note from guardianship
         where school = $1 order by child, guardian limit $2";
    /// The children of the same guardians.
    fn siblings(school: SchoolId, child: PersonId) -> Many<PersonId> =
        "select distinct o.child from guardianship g join guardianship o on o.school = g.school and o.guardian = g.guardian
         where g.school = $1 and g.child = $2 and o.child <> $2 order by o.child limit 20";
}

impl GuardianshipRow {
    pub(crate) fn data(&self) -> GuardianshipData {
        GuardianshipData {
            kind: self.kind,
            may_see: self.may_see,
            may_pay: self.may_pay,
            may_collect: self.may_collect,
            since: self.since,
            until: self.until,
            note: self.note.clone(),
        }
    }
}
