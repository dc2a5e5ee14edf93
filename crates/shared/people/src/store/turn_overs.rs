//! The turn of the year: classes rise, and how it is taken back.

use jiff::{Timestamp, civil::Date};
use kernel::{ClassId, PersonId, SchoolId, UserId};
use store::{record, statements};

use crate::{model::Ending, register::TurnOverId};

record! {
    /// A turn of the year.
    pub struct TurnOverRow {
        /// Which.
        pub id: TurnOverId,
        /// When it was done.
        pub made_at: Timestamp,
        /// The school year that began by it.
        pub year: String,
        /// The first day of the new stays.
        pub day: Date,
    }
    /// A class as it was before.
    pub struct BeforeRow {
        /// Which.
        pub class: ClassId,
        /// Whether the turn of the year made it.
        pub was_new: bool,
        /// Its grade.
        pub grade: u8,
        /// Its letter.
        pub letter: String,
        /// Its shift.
        pub shift: u8,
        /// Its school year.
        pub year: String,
    }
}

statements! {
    /// Notes a turn of the year.
    fn add(school: SchoolId, id: TurnOverId, now: Timestamp, by: Option<UserId>, year: &str, day: Date) -> Run =
        "insert into turn_over (school, id, made_at, made_by, year, day) values ($1, $2, $3, $4, $5, $6)";
    /// The last one that was not taken back.
    fn last(school: SchoolId) -> One<TurnOverRow> =
        "select id, made_at, year, day from turn_over where school = $1 and undone_at is null order by made_at desc, id desc limit 1";
    /// Notes that it was taken back.
    fn set_undone(school: SchoolId, id: TurnOverId, now: Timestamp) -> Run =
        "update turn_over set undone_at = $3 where school = $1 and id = $2 and undone_at is null";
    /// Keeps how a class was.
    fn keep_class(school: SchoolId, turn_over: TurnOverId, class: ClassId, was_new: bool, grade: u8, letter: &str, shift: u8, year: &str) -> Run =
        "insert into turn_over_class (school, turn_over, class, was_new, grade, letter, shift, year) values ($1, $2, $3, $4, $5, $6, $7, $8)";
    /// How the classes were.
    fn before(school: SchoolId, turn_over: TurnOverId) -> Many<BeforeRow> =
        "select class, was_new, grade, letter, shift, year from turn_over_class where school = $1 and turn_over = $2 order by grade, letter";
    /// Gives a class a name that nobody reads, so that names can be given in any order.
    fn park(school: SchoolId, class: ClassId, letter: &str) -> Run = "update class set letter = $3 where school = $1 and id = $2";
    /// Gives a class its name, shift and year.
    fn settle(school: SchoolId, class: ClassId, grade: u8, letter: &str, shift: u8, sort_key: &str, year: &str) -> Run =
        "update class set grade = $3, letter = $4, shift = $5, sort_key = $6, year = $7, closed_at = null where school = $1 and id = $2";
    /// Ends a class; its name is free afterwards.
    fn close(school: SchoolId, class: ClassId, letter: &str, now: Timestamp) -> Run =
        "update class set letter = $3, closed_at = $4 where school = $1 and id = $2";
    /// Ends the stays of everybody in a class.
    fn end_stays(school: SchoolId, turn_over: TurnOverId, class: ClassId, until: Date, ended: Ending) -> Run =
        "update enrolment set until = $4, ended = $5, ended_by = $2 where school = $1 and class = $3 and until is null and ended is null";
    /// Ends the stay of one pupil.
    fn end_stay(school: SchoolId, turn_over: TurnOverId, person: PersonId, until: Date, ended: Ending) -> Run =
        "update enrolment set until = $4, ended = $5, ended_by = $2 where school = $1 and person = $3 and until is null and ended is null";
    /// Begins stays of those whose stay in `old` just ended, in `new`, as it is now called.
    fn begin_stays(school: SchoolId, turn_over: TurnOverId, old: ClassId, new: ClassId, since: Date) -> Run =
        "insert into enrolment (school, person, number, class, grade, letter, since, how, turn_over)
         select e.school, e.person, e.number + 1, c.id, c.grade, c.letter, $5, 'promoted', $2 from enrolment e join class c on c.school = e.school and c.id = $4
         where e.school = $1 and e.class = $3 and e.ended_by = $2 and e.ended = 'promoted'";
    /// Begins the stay of one who learns the grade once more.
    fn begin_again(school: SchoolId, turn_over: TurnOverId, person: PersonId, class: ClassId, since: Date) -> Run =
        "insert into enrolment (school, person, number, class, grade, letter, since, how, turn_over)
         select e.school, e.person, e.number + 1, c.id, c.grade, c.letter, $5, 'repeated', $2 from enrolment e join class c on c.school = e.school and c.id = $4
         where e.school = $1 and e.person = $3 and e.ended_by = $2";
    /// Puts everybody of whose stay was begun into its class.
    fn seat(school: SchoolId, turn_over: TurnOverId) -> Run =
        "update person set class = (select e.class from enrolment e where e.school = person.school and e.person = person.id and e.turn_over = $2),
           revision = revision + 1
         where school = $1 and id in (select e.person from enrolment e where e.school = $1 and e.turn_over = $2)";
    /// Notes who of those who finish school was blocked.
    fn note_blocked(school: SchoolId, turn_over: TurnOverId) -> Run =
        "update enrolment set was_blocked = true where school = $1 and ended_by = $2 and ended = 'graduated'
           and person in (select p.id from person p where p.school = $1 and p.status = 'blocked')";
    /// Marks those again who were to learn the grade once more.
    fn mark_again(school: SchoolId, turn_over: TurnOverId, now: Timestamp) -> Run =
        "insert into pupil_repeats (school, person, marked_at) select e.school, e.person, $3 from enrolment e
         where e.school = $1 and e.turn_over = $2 and e.how = 'repeated' on conflict do nothing";
    /// Lets those who finished school go.
    fn graduate(school: SchoolId, turn_over: TurnOverId) -> Run =
        "update person set class = null, status = 'archived', revision = revision + 1
         where school = $1 and id in (select e.person from enrolment e where e.school = $1 and e.ended_by = $2 and e.ended = 'graduated')";
    /// Those who have moved, left, or come into a class since.
    fn moved_since(school: SchoolId, turn_over: TurnOverId) -> Many<PersonId> =
        "select distinct e.person from enrolment e where e.school = $1 and (
           (e.turn_over = $2 and e.ended is not null)
           or (e.ended_by = $2 and exists (select 1 from enrolment l where l.school = e.school and l.person = e.person and l.number > e.number
               and (l.turn_over is null or l.turn_over <> $2)))
           or (e.turn_over is null and e.ended_by is null and e.ended is null and e.class in
               (select b.class from turn_over_class b where b.school = $1 and b.turn_over = $2)))
         order by e.person limit 50";
    /// Forgets the stays that it began.
    fn forget_stays(school: SchoolId, turn_over: TurnOverId) -> Run = "delete from enrolment where school = $1 and turn_over = $2";
    /// Lets those whose stay it ended, and who had finished, belong to the school again.
    fn bring_back(school: SchoolId, turn_over: TurnOverId) -> Run =
        "update person set revision = revision + 1, status = case when exists (
             select 1 from enrolment e where e.school = person.school and e.person = person.id and e.ended_by = $2 and e.was_blocked = true)
           then 'blocked' else 'active' end
         where school = $1 and status = 'archived' and id in
           (select e.person from enrolment e where e.school = $1 and e.ended_by = $2 and e.ended = 'graduated')";
    /// Puts everybody back into the class of the stay that it ended.
    fn seat_back(school: SchoolId, turn_over: TurnOverId) -> Run =
        "update person set class = (select e.class from enrolment e where e.school = person.school and e.person = person.id and e.ended_by = $2),
           revision = revision + 1
         where school = $1 and id in (select e.person from enrolment e where e.school = $1 and e.ended_by = $2)";
    /// Lets the stays that it ended go on.
    fn resume_stays(school: SchoolId, turn_over: TurnOverId) -> Run =
        "update enrolment set until = null, ended = null, ended_by = null where school = $1 and ended_by = $2";
}
