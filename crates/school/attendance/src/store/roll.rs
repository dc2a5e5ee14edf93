//! Who learns and works at the school: tables of `people`, read only.

use jiff::civil::Date;
use kernel::{ClassId, PersonId, SchoolId};
use people::person::Shift;
use rustc_hash::FxHashMap;
use store::{StoreError, Tx, record, statements};

record! {
    /// A person in the order of the list.
    pub struct PersonRow {
        /// Who.
        pub id: PersonId,
        /// The class.
        pub class: Option<ClassId>,
        /// The family name.
        pub family: String,
        /// The given name.
        pub given: String,
        /// The patronymic.
        pub patronymic: Option<String>,
        /// What the person works as.
        pub position: String,
    }
    /// A stay of a pupil in a class of one grade.
    pub struct StayRow {
        /// Who.
        pub person: PersonId,
        /// The class.
        pub class: ClassId,
        /// The class's grade then.
        pub grade: u8,
        /// The class's letter then.
        pub letter: String,
        /// The first day; none: before records began.
        pub since: Option<Date>,
        /// The last day; none: it goes on.
        pub until: Option<Date>,
    }
    /// The same with the pupil's name.
    pub struct NamedStayRow {
        /// Who.
        pub person: PersonId,
        /// The class.
        pub class: ClassId,
        /// The class's grade then.
        pub grade: u8,
        /// The class's letter then.
        pub letter: String,
        /// The first day; none: before records began.
        pub since: Option<Date>,
        /// The last day; none: it goes on.
        pub until: Option<Date>,
        /// The family name.
        pub family: String,
        /// The given name.
        pub given: String,
        /// The patronymic.
        pub patronymic: Option<String>,
    }
    /// How many stays there are of the same days.
    pub struct StayCount {
        /// The first day; none: before records began.
        pub since: Option<Date>,
        /// The last day; none: they go on.
        pub until: Option<Date>,
        /// How many.
        pub count: u32,
    }
    /// A class that has ended.
    pub struct EndedRow {
        /// Which.
        pub id: ClassId,
        /// 1 or 2.
        pub shift: u8,
    }
}

statements! {
    /// Stays in all classes that reach into some days, in the order of persons. Who left on the day of coming was never there.
    fn stays(school: SchoolId, from: Date, until: Date) -> Many<StayRow> =
        "select person, class, grade, letter, since, until from enrolment
         where school = $1 and (until is null or until >= $2) and (since is null or since <= $3)
           and not (ended is not null and ended = 'left' and since is not null and since = until)
         order by person, number";
    /// Stays in a class that reach into some days, in the order of the alphabet.
    fn stays_in(school: SchoolId, class: ClassId, from: Date, until: Date) -> Many<NamedStayRow> =
        "select e.person, e.class, e.grade, e.letter, e.since, e.until, p.family, p.given, p.patronymic
         from enrolment e join person p on p.school = e.school and p.id = e.person
         where e.school = $1 and e.class = $2 and (e.until is null or e.until >= $3) and (e.since is null or e.since <= $4)
           and not (e.ended is not null and e.ended = 'left' and e.since is not null and e.since = e.until)
         order by p.sort_key, p.id, e.number";
    /// Stays of a pupil that reach into some days, the oldest first.
    fn stays_of(school: SchoolId, person: PersonId, from: Date, until: Date) -> Many<StayRow> =
        "select person, class, grade, letter, since, until from enrolment
         where school = $1 and person = $2 and (until is null or until >= $3) and (since is null or since <= $4)
         order by number";
    /// How many stays reach into some days, by their own days.
    fn stay_counts(school: SchoolId, from: Date, until: Date) -> Many<StayCount> =
        "select since, until, count(*) as count from enrolment
         where school = $1 and (until is null or until >= $2) and (since is null or since <= $3)
           and not (ended is not null and ended = 'left' and since is not null and since = until)
         group by since, until";
    /// Classes that have ended, with their shifts.
    fn ended(school: SchoolId) -> Many<EndedRow> = "select id, shift from class where school = $1 and closed_at is not null";
    /// Staff, in the order of the alphabet.
    fn staff(school: SchoolId) -> Many<PersonRow> =
        "select p.id, p.class, p.family, p.given, p.patronymic, p.position from person p
         where p.school = $1 and p.status <> 'archived'
           and p.id in (select r.person from person_role r where r.school = $1 and r.role in ('teacher', 'staff'))
         order by p.sort_key, p.id";
    /// How many persons the staff has.
    fn staff_count(school: SchoolId) -> Exactly<u32> =
        "select count(*) from person p where p.school = $1 and p.status <> 'archived'
           and p.id in (select r.person from person_role r where r.school = $1 and r.role in ('teacher', 'staff'))";
    /// One person.
    fn person(school: SchoolId, id: PersonId) -> One<PersonRow> =
        "select id, class, family, given, patronymic, position from person where school = $1 and id = $2";
    /// Whether a person is of the staff.
    fn is_staff(school: SchoolId, person: PersonId) -> One<i64> =
        "select 1 from person_role where school = $1 and person = $2 and role in ('teacher', 'staff') limit 1";
    /// The school's time zone.
    fn time_zone(school: SchoolId) -> One<String> = "select time_zone from school where school = $1";
}

/// The shifts of classes that have ended.
pub(crate) fn ended_classes(tx: &mut Tx<'_>, school: SchoolId) -> Result<FxHashMap<ClassId, Shift>, StoreError> {
    let rows = ended(tx, school)?.into_iter();
    Ok(rows.filter_map(|row| Some((row.id, Shift::of_number(row.shift)?))).collect())
}

fn full(family: &str, given: &str, patronymic: Option<&str>) -> String {
    [Some(family), Some(given), patronymic].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

impl PersonRow {
    /// `Фамилия Имя Отчество`.
    pub(crate) fn full(&self) -> String {
        full(&self.family, &self.given, self.patronymic.as_deref())
    }
}

impl NamedStayRow {
    /// `Фамилия Имя Отчество`.
    pub(crate) fn full(&self) -> String {
        full(&self.family, &self.given, self.patronymic.as_deref())
    }

    /// The stay.
    pub(crate) fn stay(&self) -> StayRow {
        let Self { person, class, grade, ref letter, since, until, .. } = *self;
        StayRow { person, class, grade, letter: letter.clone(), since, until }
    }
}
