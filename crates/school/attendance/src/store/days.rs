//! Who was seen at the doors on which day.

use jiff::civil::Date;
use kernel::{PersonId, SchoolId};
use store::{Param, StoreError, Tx, Value, record, statements};

use crate::model::{DayPasses, DaySeen};

record! {
    /// A person's day in short.
    pub struct SeenRow {
        /// Which.
        pub day: Date,
        /// Whose.
        pub person: PersonId,
        /// Seconds since the day began.
        pub first_in: Option<u32>,
        /// Seconds since the day began.
        pub last_in: Option<u32>,
        /// Seconds since the day began.
        pub last_out: Option<u32>,
    }
    /// A person's day with every pass.
    pub struct PassesRow {
        /// Which.
        pub day: Date,
        /// Whose.
        pub person: PersonId,
        /// [`DayPasses`].
        pub passes: Vec<u8>,
    }
    /// How many persons came in on a day.
    pub struct CameRow {
        /// Which.
        pub day: Date,
        /// How many.
        pub count: u32,
    }
}

impl SeenRow {
    /// The day itself.
    pub(crate) const fn seen(&self) -> DaySeen {
        DaySeen { first_in: self.first_in, last_in: self.last_in, last_out: self.last_out }
    }
}

statements! {
    /// Days of all persons in short, day by day.
    fn span(school: SchoolId, from: Date, until: Date) -> Many<SeenRow> =
        "select day, person, first_in, last_in, last_out from attendance_day where school = $1 and day between $2 and $3";
    /// The day of all persons in short, in the order of persons.
    fn in_order(school: SchoolId, day: Date) -> Many<SeenRow> =
        "select day, person, first_in, last_in, last_out from attendance_day where school = $1 and day = $2 order by person";
    /// The newest day with a pass.
    fn newest(school: SchoolId) -> One<Date> =
        "select day from attendance_day where school = $1 order by day desc limit 1";
    /// The day with a pass before another one.
    fn day_before(school: SchoolId, day: Date) -> One<Date> =
        "select day from attendance_day where school = $1 and day < $2 order by day desc limit 1";
    /// Days in short of those who were ever in a class.
    fn class_span(school: SchoolId, class: kernel::ClassId, from: Date, until: Date) -> Many<SeenRow> =
        "select d.day, d.person, d.first_in, d.last_in, d.last_out from attendance_day d
         where d.school = $1 and d.day between $3 and $4
           and d.person in (select e.person from enrolment e where e.school = $1 and e.class = $2)";
    /// Days of one person with every pass.
    fn of_person(school: SchoolId, person: PersonId, from: Date, until: Date) -> Many<PassesRow> =
        "select day, person, passes from attendance_day where school = $1 and person = $2 and day between $3 and $4 order by day";
    /// Days of staff with every pass.
    fn of_staff(school: SchoolId, from: Date, until: Date) -> Many<PassesRow> =
        "select d.day, d.person, d.passes from attendance_day d
         where d.school = $1 and d.day between $2 and $3
           and d.person in (select r.person from person_role r where r.school = $1 and r.role in ('teacher', 'staff'))
         order by d.person, d.day";
    /// Staff's day in short.
    fn staff_now(school: SchoolId, day: Date) -> Many<SeenRow> =
        "select d.day, d.person, d.first_in, d.last_in, d.last_out from attendance_day d
         join person p on p.school = d.school and p.id = d.person and p.status <> 'archived'
         where d.school = $1 and d.day = $2
           and d.person in (select r.person from person_role r where r.school = $1 and r.role in ('teacher', 'staff'))";
    /// How many persons came in on each day.
    fn came(school: SchoolId, from: Date, until: Date) -> Many<CameRow> =
        "select day, count(first_in) as count from attendance_day where school = $1 and day between $2 and $3 group by day";
    /// The day of one person, held until the transaction ends. Asked for many persons before the first answer is read.
    fn held(school: SchoolId, day: Date, person: PersonId) -> LaterMany<Vec<u8>> =
        "select passes from attendance_day where school = $1 and day = $2 and person = $3 {lock}";
    /// The day of one person.
    fn one(school: SchoolId, day: Date, person: PersonId) -> One<Vec<u8>> =
        "select passes from attendance_day where school = $1 and day = $2 and person = $3";
    /// Forgets everything, before it is rebuilt from the journals. (All schools.)
    fn clear() across_schools -> Run = "delete from attendance_day";
}

const COLUMNS: &[&str] = &["school", "day", "person", "first_in", "last_in", "last_out", "passes"];
const NEWEST: &str =
    "on conflict (school, day, person) do update set first_in = excluded.first_in, last_in = excluded.last_in,
  last_out = excluded.last_out, passes = excluded.passes";

/// Writes days as they are now.
pub(crate) fn put(tx: &mut Tx<'_>, school: SchoolId, days: &[((Date, PersonId), DayPasses)]) -> Result<(), StoreError> {
    let bytes: Vec<Vec<u8>> = days.iter().map(|(_, passes)| passes.to_bytes()).collect();
    let rows: Vec<Vec<Value<'_>>> = days
        .iter()
        .zip(&bytes)
        .map(|(((day, person), passes), bytes)| {
            let seen = passes.seen();
            let second = |second: Option<u32>| second.map_or(Value::Null, |second| Value::Int(i64::from(second)));
            vec![
                school.value(),
                day.value(),
                person.value(),
                second(seen.first_in),
                second(seen.last_in),
                second(seen.last_out),
                Value::Blob(bytes),
            ]
        })
        .collect();
    tx.insert_ahead("attendance_day", COLUMNS, school, &rows, NEWEST)
}
