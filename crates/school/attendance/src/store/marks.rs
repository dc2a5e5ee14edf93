//! What people say of a pupil's days.

use jiff::{Timestamp, civil::Date};
use kernel::{ClassId, Id, PersonId, SchoolId, UserId};
use store::{record, statements, word_column};

use crate::model::{Marked, Reason};

/// Days away that somebody told of.
#[derive(Debug)]
pub enum AbsenceKind {}
/// The id of days away.
pub type AbsenceId = Id<AbsenceKind>;

word_column!(Reason);

record! {
    /// The newest word on a day.
    pub struct MarkRow {
        /// Which day.
        pub day: Date,
        /// Whose.
        pub person: PersonId,
        /// The number of the correction.
        pub revision: u64,
        /// The word of a [`Marked`].
        pub status: String,
        /// Its minutes.
        pub minutes: u16,
        /// Its reason.
        pub reason: Option<Reason>,
        /// What was added.
        pub note: String,
        /// Who said so.
        pub author_name: Option<String>,
        /// When.
        pub at: Timestamp,
    }
    /// Days away.
    pub struct AbsenceRow {
        /// Which.
        pub id: AbsenceId,
        /// Whose.
        pub person: PersonId,
        /// The first day.
        pub from_day: Date,
        /// The last day.
        pub until_day: Date,
        /// Why.
        pub reason: Reason,
        /// What was added.
        pub note: String,
        /// Who said so.
        pub author_name: Option<String>,
        /// When.
        pub at: Timestamp,
        /// When it was withdrawn.
        pub withdrawn_at: Option<Timestamp>,
    }
}

impl MarkRow {
    /// What was said. A word that this program does not know counts as withdrawn.
    pub(crate) fn marked(&self) -> Marked {
        match (self.status.as_str(), self.reason) {
            ("present", _) => Marked::Present,
            ("late", _) => Marked::Late(self.minutes),
            ("left_early", _) => Marked::LeftEarly(self.minutes),
            ("absent", Some(reason)) => Marked::Absent(reason),
            _ => Marked::AsSeen,
        }
    }
}

/// Status, minutes and reason as they are stored.
pub(crate) const fn columns(marked: Marked) -> (&'static str, u16, Option<Reason>) {
    match marked {
        Marked::Present => ("present", 0, None),
        Marked::Late(min) => ("late", min, None),
        Marked::LeftEarly(min) => ("left_early", min, None),
        Marked::Absent(reason) => ("absent", 0, Some(reason)),
        Marked::AsSeen => ("as_seen", 0, None),
    }
}

statements! {
    /// The newest word on each day of all pupils.
    fn newest(school: SchoolId, from: Date, until: Date) -> Many<MarkRow> =
        "select m.day, m.person, m.revision, m.status, m.minutes, m.reason, m.note, u.name as author_name, m.at
         from attendance_mark m left join user_account u on u.school = m.school and u.id = m.author
         where m.school = $1 and m.day between $2 and $3
           and m.revision = (select max(n.revision) from attendance_mark n
             where n.school = m.school and n.day = m.day and n.person = m.person)";
    /// The newest word on each day of those who were ever in a class.
    fn newest_of_class(school: SchoolId, class: ClassId, from: Date, until: Date) -> Many<MarkRow> =
        "select m.day, m.person, m.revision, m.status, m.minutes, m.reason, m.note, u.name as author_name, m.at
         from attendance_mark m left join user_account u on u.school = m.school and u.id = m.author
         where m.school = $1 and m.day between $3 and $4
           and m.person in (select e.person from enrolment e where e.school = $1 and e.class = $2)
           and m.revision = (select max(n.revision) from attendance_mark n
             where n.school = m.school and n.day = m.day and n.person = m.person)";
    /// Everything that was said of a person's days, the newest first.
    fn of_person(school: SchoolId, person: PersonId, from: Date, until: Date) -> Many<MarkRow> =
        "select m.day, m.person, m.revision, m.status, m.minutes, m.reason, m.note, u.name as author_name, m.at
         from attendance_mark m left join user_account u on u.school = m.school and u.id = m.author
         where m.school = $1 and m.person = $2 and m.day between $3 and $4 order by m.day desc, m.revision desc";
    /// Everything that was said of one day of a person, the newest first.
    fn of_day(school: SchoolId, person: PersonId, day: Date) -> Many<MarkRow> =
        "select m.day, m.person, m.revision, m.status, m.minutes, m.reason, m.note, u.name as author_name, m.at
         from attendance_mark m left join user_account u on u.school = m.school and u.id = m.author
         where m.school = $1 and m.person = $2 and m.day = $3 order by m.revision desc limit 100";
    /// The number of the newest word on a day; 0: none.
    fn revision(school: SchoolId, day: Date, person: PersonId) -> Exactly<u64> =
        "select coalesce(max(revision), 0) from attendance_mark where school = $1 and day = $2 and person = $3";
    /// Adds a word on a day. None is added when somebody else has added one of this number.
    fn insert(
        school: SchoolId, day: Date, person: PersonId, revision: u64, status: &str, minutes: u16, reason: Option<Reason>, note: &str,
        author: Option<UserId>, at: Timestamp,
    ) -> Run =
        "insert into attendance_mark (school, day, person, revision, status, minutes, reason, note, author, at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (school, day, person, revision) do nothing";
    /// Days away of all pupils that reach into some days.
    fn absences(school: SchoolId, from: Date, until: Date) -> Many<AbsenceRow> =
        "select a.id, a.person, a.from_day, a.until_day, a.reason, a.note, u.name as author_name, a.at, a.withdrawn_at
         from absence a left join user_account u on u.school = a.school and u.id = a.author
         where a.school = $1 and a.until_day >= $2 and a.from_day <= $3 and a.withdrawn_at is null";
    /// Days away of a person that reach into some days, withdrawn ones too, the newest first.
    fn absences_of(school: SchoolId, person: PersonId, from: Date, until: Date) -> Many<AbsenceRow> =
        "select a.id, a.person, a.from_day, a.until_day, a.reason, a.note, u.name as author_name, a.at, a.withdrawn_at
         from absence a left join user_account u on u.school = a.school and u.id = a.author
         where a.school = $1 and a.person = $2 and a.until_day >= $3 and a.from_day <= $4 order by a.from_day desc, a.at desc";
    /// Days away.
    fn absence(school: SchoolId, id: AbsenceId) -> One<AbsenceRow> =
        "select a.id, a.person, a.from_day, a.until_day, a.reason, a.note, u.name as author_name, a.at, a.withdrawn_at
         from absence a left join user_account u on u.school = a.school and u.id = a.author where a.school = $1 and a.id = $2";
    /// Tells of days away.
    fn insert_absence(
        school: SchoolId, id: AbsenceId, person: PersonId, from: Date, until: Date, reason: Reason, note: &str, author: Option<UserId>,
        at: Timestamp,
    ) -> Run =
        "insert into absence (school, id, person, from_day, until_day, reason, note, author, at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    /// Withdraws days away.
    fn withdraw(school: SchoolId, id: AbsenceId, by: Option<UserId>, at: Timestamp) -> Run =
        "update absence set withdrawn_by = $3, withdrawn_at = $4 where school = $1 and id = $2 and withdrawn_at is null";
}
