//! Who learns and works at the school: tables of `people`, read only.

use kernel::{ClassId, PersonId, SchoolId};
use store::{record, statements};

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
    /// A pupil without a name.
    pub struct PupilRow {
        /// Who.
        pub id: PersonId,
        /// The class.
        pub class: ClassId,
    }
}

statements! {
    /// Pupils of a class, in the order of the alphabet.
    fn of_class(school: SchoolId, class: ClassId) -> Many<PersonRow> =
        "select id, class, family, given, patronymic, position from person
         where school = $1 and class = $2 and status <> 'archived' order by sort_key, id";
    /// Pupils of all classes, without names.
    fn pupils(school: SchoolId) -> Many<PupilRow> =
        "select id, class from person where school = $1 and class is not null and status <> 'archived'";
    /// How many pupils there are in classes.
    fn pupil_count(school: SchoolId) -> Exactly<u32> =
        "select count(*) from person where school = $1 and class is not null and status <> 'archived'";
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

impl PersonRow {
    /// `Фамилия Имя Отчество`.
    pub(crate) fn full(&self) -> String {
        let parts = [Some(self.family.as_str()), Some(self.given.as_str()), self.patronymic.as_deref()];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}
