//! Groups of persons, made for rules.

use kernel::{ClassId, GroupId, PersonId, SchoolId};
use store::{record, statements};

record! {
    /// A group and how many are in it.
    pub struct GroupRow {
        /// Which.
        pub id: GroupId,
        /// Its name.
        pub name: String,
        /// How many persons.
        pub members: u64,
    }
    /// A group of a person.
    pub struct GroupOfPerson {
        /// Which.
        pub id: GroupId,
        /// Its name.
        pub name: String,
    }
}

statements! {
    /// Adds a group.
    fn add(school: SchoolId, id: GroupId, name: &str) -> Run = "insert into person_group (school, id, name) values ($1, $2, $3)";
    /// Gives a group another name.
    fn rename(school: SchoolId, id: GroupId, name: &str) -> Run = "update person_group set name = $3 where school = $1 and id = $2";
    /// The group of this name.
    fn named(school: SchoolId, name: &str) -> One<GroupId> = "select id from person_group where school = $1 and name = $2";
    /// Whether there is such a group.
    fn exists(school: SchoolId, id: GroupId) -> One<u64> = "select 1 from person_group where school = $1 and id = $2";
    /// Groups by name.
    fn all(school: SchoolId) -> Many<GroupRow> =
        "select g.id as id, g.name as name,
           (select count(*) from person_group_member m join person p on p.school = m.school and p.id = m.person
            where m.school = g.school and m.group_id = g.id and p.status <> 'archived') as members
         from person_group g where g.school = $1 order by g.name, g.id";
    /// Groups of a person, by name.
    fn of_person(school: SchoolId, person: PersonId) -> Many<GroupOfPerson> =
        "select g.id as id, g.name as name from person_group_member m
         join person_group g on g.school = m.school and g.id = m.group_id
         where m.school = $1 and m.person = $2 order by g.name, g.id";
    /// Puts somebody in.
    fn add_member(school: SchoolId, group: GroupId, person: PersonId) -> Run =
        "insert into person_group_member (school, group_id, person) values ($1, $2, $3) on conflict do nothing";
    /// Puts the pupils of a class in, without those who left the school.
    fn add_class(school: SchoolId, group: GroupId, class: ClassId) -> Run =
        "insert into person_group_member (school, group_id, person)
         select p.school, $2, p.id from person p where p.school = $1 and p.class = $3 and p.status <> 'archived' on conflict do nothing";
    /// Takes everybody out.
    fn empty(school: SchoolId, group: GroupId) -> Run = "delete from person_group_member where school = $1 and group_id = $2";
    /// Removes a group that is empty.
    fn remove(school: SchoolId, id: GroupId) -> Run = "delete from person_group where school = $1 and id = $2";
    /// Takes somebody out.
    fn remove_member(school: SchoolId, group: GroupId, person: PersonId) -> Run =
        "delete from person_group_member where school = $1 and group_id = $2 and person = $3";
}
