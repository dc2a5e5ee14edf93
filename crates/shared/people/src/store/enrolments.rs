//! The way of pupils through classes: a row for each stay.

use jiff::{Timestamp, civil::Date};
use kernel::{ClassId, PersonId, SchoolId};
use store::{record, statements};

use crate::model::{Arrival, Ending};

record! {
    /// A stay in a class of one grade.
    pub struct EnrolmentRow {
        /// Rises with each stay of the person.
        pub number: u32,
        /// The class.
        pub class: ClassId,
        /// The grade at that time.
        pub grade: u8,
        /// The letter at that time.
        pub letter: String,
        /// The first day; none: before records began.
        pub since: Option<Date>,
        /// The last day.
        pub until: Option<Date>,
        /// How it began.
        pub how: Arrival,
        /// How it ended.
        pub ended: Option<Ending>,
        /// Why, or where to.
        pub why: String,
        /// The order or certificate.
        pub document: String,
    }
}

statements! {
    /// Stays of a person, the newest first.
    fn of_person(school: SchoolId, person: PersonId) -> Many<EnrolmentRow> =
        "select number, class, grade, letter, since, until, how, ended, why, document from enrolment
         where school = $1 and person = $2 order by number desc limit 100";
    /// The stay that goes on.
    fn open(school: SchoolId, person: PersonId) -> One<EnrolmentRow> =
        "select number, class, grade, letter, since, until, how, ended, why, document from enrolment
         where school = $1 and person = $2 and until is null and ended is null";
    /// The number of the last stay; 0: none.
    fn last(school: SchoolId, person: PersonId) -> Exactly<u32> =
        "select coalesce(max(number), 0) from enrolment where school = $1 and person = $2";
    /// Begins a stay in a class as it is now called.
    fn begin(school: SchoolId, person: PersonId, number: u32, class: ClassId, since: Date, how: Arrival, why: &str, document: &str) -> Run =
        "insert into enrolment (school, person, number, class, grade, letter, since, how, why, document)
         select c.school, $2, $3, c.id, c.grade, c.letter, $5, $6, $7, $8 from class c where c.school = $1 and c.id = $4";
    /// Ends a stay.
    fn end(school: SchoolId, person: PersonId, number: u32, until: Date, ended: Ending) -> Run =
        "update enrolment set until = $4, ended = $5 where school = $1 and person = $2 and number = $3";
    /// Adds to what is told of a stay when it ends.
    fn tell(school: SchoolId, person: PersonId, number: u32, why: &str, document: &str) -> Run =
        "update enrolment set why = $4, document = $5 where school = $1 and person = $2 and number = $3";
    /// Removes a stay that began on the day on which it ends, as if it had not been.
    fn remove(school: SchoolId, person: PersonId, number: u32) -> Run =
        "delete from enrolment where school = $1 and person = $2 and number = $3";
    /// Puts a pupil into a class, or into none.
    fn set_class(school: SchoolId, person: PersonId, class: Option<ClassId>) -> Run =
        "update person set class = $3, revision = revision + 1 where school = $1 and id = $2";
    /// Gives somebody the role of a pupil.
    fn make_pupil(school: SchoolId, person: PersonId) -> Run =
        "insert into person_role (school, person, role) values ($1, $2, 'pupil') on conflict do nothing";
    /// Marks a pupil who learns the grade once more.
    fn mark_repeater(school: SchoolId, person: PersonId, now: Timestamp) -> Run =
        "insert into pupil_repeats (school, person, marked_at) values ($1, $2, $3) on conflict do nothing";
    /// Takes the mark away.
    fn unmark_repeater(school: SchoolId, person: PersonId) -> Run = "delete from pupil_repeats where school = $1 and person = $2";
    /// Whether a pupil is marked.
    fn repeats(school: SchoolId, person: PersonId) -> One<u64> = "select 1 from pupil_repeats where school = $1 and person = $2";
    /// Pupils who are marked and are in a class.
    fn repeaters(school: SchoolId) -> Many<PersonId> =
        "select r.person from pupil_repeats r join person p on p.school = r.school and p.id = r.person
         where r.school = $1 and p.status <> 'archived' and p.class is not null order by p.sort_key, p.id";
}
