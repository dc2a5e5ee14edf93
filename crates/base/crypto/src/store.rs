//! All SQL of keys.

use jiff::Timestamp;
use kernel::{PersonId, SchoolId};

use ::store::{Param, StoreError, Tx, Value, record, statements};

record! {
    /// A key of a school, wrapped.
    pub struct SchoolKey {
        pub version: u32,
        pub master: u32,
        pub wrapped: Vec<u8>,
    }
    /// The same of some school.
    pub struct SomeSchoolKey {
        pub school: SchoolId,
        pub version: u32,
        pub master: u32,
        pub wrapped: Vec<u8>,
    }
    /// The installation's key, wrapped.
    pub struct InstallationKey {
        pub master: u32,
        pub wrapped: Vec<u8>,
    }
    /// A person's key with the school's that wrapped it.
    pub struct PersonKey {
        pub wrapped: Vec<u8>,
        pub school_version: u32,
        pub master: u32,
        pub school_wrapped: Vec<u8>,
    }
    /// The key of one of many persons; without one it was destroyed, or never made.
    pub struct OneOfMany {
        pub person: PersonId,
        pub wrapped: Option<Vec<u8>>,
        pub school_version: Option<u32>,
        pub destroyed_at: Option<Timestamp>,
    }
    /// A person's key for the doctor.
    pub struct SomePersonKey {
        pub person: PersonId,
        pub school_version: u32,
        pub wrapped: Vec<u8>,
    }
    /// How many schools' keys a master key has wrapped.
    pub struct Wrapped {
        pub master: u32,
        pub schools: u64,
    }
    /// Persons with a key, and those whose key was destroyed.
    pub struct Counted {
        pub persons: u64,
        pub destroyed: u64,
    }
}

statements! {
    fn installation_key() -> One<InstallationKey> = "select master, wrapped from key_installation where number = 1";
    /// Rows: 1, or 0 when somebody else was first.
    fn add_installation_key(master: u32, wrapped: &[u8]) -> Run =
        "insert into key_installation (number, master, wrapped) values (1, $1, $2) on conflict do nothing";
    /// Only while it is still wrapped by `was`.
    fn rewrap_installation_key(was: u32, master: u32, wrapped: &[u8]) -> Run =
        "update key_installation set master = $2, wrapped = $3 where number = 1 and master = $1";

    /// Newest first.
    fn school_keys(school: SchoolId) -> Many<SchoolKey> =
        "select version, master, wrapped from key_school where school = $1 order by version desc";
    /// Rows: 1, or 0 when somebody else was first.
    fn add_school_key(school: SchoolId, version: u32, master: u32, wrapped: &[u8]) -> Run =
        "insert into key_school (school, version, master, wrapped) values ($1, $2, $3, $4) on conflict do nothing";
    /// Only while it is still wrapped by `was`.
    fn rewrap_school_key(school: SchoolId, version: u32, was: u32, master: u32, wrapped: &[u8]) -> Run =
        "update key_school set master = $4, wrapped = $5 where school = $1 and version = $2 and master = $3";
    /// Those that another master key than this wrapped, of whatever school: a rotation is of the whole installation.
    fn not_wrapped_by(master: u32, limit: u32) across_schools -> Many<SomeSchoolKey> =
        "select school, version, master, wrapped from key_school where master <> $1 order by school, version limit $2";
    /// All schools' keys by pages, for the doctor, who looks at the whole installation.
    fn all_school_keys(after_school: SchoolId, after_version: u32, limit: u32) across_schools -> Many<SomeSchoolKey> =
        "select school, version, master, wrapped from key_school where (school, version) > ($1, $2) order by school, version limit $3";
    /// Numbers of the master keys that schools' keys were wrapped by.
    fn wrapped_by() across_schools -> Many<Wrapped> =
        "select master, count(distinct school) as schools from key_school group by master order by master";

    fn person_key(school: SchoolId, person: PersonId) -> One<PersonKey> =
        "select p.wrapped, p.school_version, s.master, s.wrapped as school_wrapped from key_person p
         join key_school s on s.school = p.school and s.version = p.school_version where p.school = $1 and p.person = $2";
    /// Those of many persons: `persons` are their ids behind each other, 16 bytes each. (The first branch has no row: it tells PostgreSQL that the
    /// parameter is bytes.)
    fn person_keys(school: SchoolId, persons: &[u8]) -> Many<OneOfMany> =
        "with recursive given (ids) as (select k.wrapped from key_person k where k.school = $1 and k.school_version < 0 union all select $2),
              place (number) as (select 1 union all select number + 1 from place, given where number * 16 < length(given.ids)),
              wanted (person) as (select substr(given.ids, place.number * 16 - 15, 16) from place, given)
         select w.person, p.wrapped, p.school_version, d.at as destroyed_at from wanted w
         left join key_person p on p.school = $1 and p.person = w.person
         left join key_destroyed d on d.school = $1 and d.person = w.person";
    /// Rows: 1, or 0 when somebody else was first.
    fn add_person_key(school: SchoolId, person: PersonId, school_version: u32, wrapped: &[u8]) -> Run =
        "insert into key_person (school, person, school_version, wrapped) values ($1, $2, $3, $4) on conflict do nothing";
    fn remove_person_key(school: SchoolId, person: PersonId) -> Run =
        "delete from key_person where school = $1 and person = $2";
    /// By pages, for the doctor.
    fn all_person_keys(school: SchoolId, after: PersonId, limit: u32) -> Many<SomePersonKey> =
        "select person, school_version, wrapped from key_person where school = $1 and person > $2 order by person limit $3";
    /// Schools that have persons' keys but no key of their own, with the first of them: nothing of theirs opens.
    fn orphaned() across_schools -> Exactly<u64> =
        "select count(*) from key_person p where not exists
         (select 1 from key_school s where s.school = p.school and s.version = p.school_version)";

    fn destroyed_at(school: SchoolId, person: PersonId) -> One<Timestamp> =
        "select at from key_destroyed where school = $1 and person = $2";
    /// The first moment stays.
    fn add_destroyed(school: SchoolId, person: PersonId, at: Timestamp) -> Run =
        "insert into key_destroyed (school, person, at) values ($1, $2, $3) on conflict do nothing";
    /// Of the whole installation.
    fn counted() across_schools -> Exactly<Counted> =
        "select (select count(*) from key_person) as persons, (select count(*) from key_destroyed) as destroyed";
}

/// Keeps the keys of many persons; gives those for whom nobody else had been first.
pub(crate) fn add_person_keys(
    tx: &mut Tx<'_>,
    school: SchoolId,
    school_version: u32,
    keys: &[(PersonId, Vec<u8>)],
) -> Result<Vec<PersonId>, StoreError> {
    let rows: Vec<Vec<Value<'_>>> = keys
        .iter()
        .map(|(person, wrapped)| {
            vec![school.value(), person.value(), Value::Int(i64::from(school_version)), Value::Blob(wrapped)]
        })
        .collect();
    let columns = &["school", "person", "school_version", "wrapped"];
    tx.insert_many("key_person", columns, school, &rows, "on conflict do nothing returning person")
}
