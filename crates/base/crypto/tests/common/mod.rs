//! A table with sealed columns, persons' ids, and looks at raw rows.
#![allow(dead_code, missing_docs, reason = "each test file uses some of it")]

use crypto::{CryptoError, Lookup, Place, Sealed, Secret, Vault, sealed_fields};
use kernel::{Clock, Ids, PersonId, SchoolId};
use store::{Db, MIGRATIONS, Migration, StoreError, record, statements};
use testkit::TestDb;

pub const IDENTITY: Migration = Migration {
    number: 9_100,
    name: "identity",
    sql: "create table identity (
        school {id} not null references school (school), person {id} not null, iin {bytes}, phone {bytes},
        primary key (school, person));
      create table key_identity_index (school {id} not null, iin {bytes} not null, person {id} not null, primary key (school, iin))",
};

sealed_fields! {
    /// The IIN of the tests' persons.
    pub IIN = "identity"."iin" of "person";
    /// Their phone.
    pub PHONE = "identity"."phone" of "person";
}

record! {
    pub struct Row {
        pub person: PersonId,
        pub iin: Option<Sealed>,
    }
    pub struct RawKey {
        pub person: PersonId,
        pub school_version: u32,
        pub wrapped: Vec<u8>,
    }
    pub struct Counts {
        pub schools: u64,
        pub persons: u64,
    }
}

statements! {
    fn put(school: SchoolId, person: PersonId, iin: &Sealed) -> Run =
        "insert into identity (school, person, iin) values ($1, $2, $3) on conflict (school, person) do update set iin = excluded.iin";
    fn kept(school: SchoolId, person: PersonId) -> Exactly<Sealed> = "select iin from identity where school = $1 and person = $2";
    fn all(school: SchoolId) -> Many<Row> = "select person, iin from identity where school = $1 order by person";
    fn raw_keys(school: SchoolId) -> Many<RawKey> =
        "select person, school_version, wrapped from key_person where school = $1 order by person";
    fn set_raw_key(school: SchoolId, person: PersonId, version: u32, wrapped: &[u8]) -> Run =
        "insert into key_person (school, person, school_version, wrapped) values ($1, $2, $3, $4)
         on conflict (school, person) do update set wrapped = excluded.wrapped, school_version = excluded.school_version";
    fn lose_key(school: SchoolId, person: PersonId) -> Run = "delete from key_person where school = $1 and person = $2";
    fn lose_school_key(school: SchoolId) -> Run = "delete from key_school where school = $1";
    fn revive(school: SchoolId, person: PersonId) -> Run = "delete from key_destroyed where school = $1 and person = $2";
    fn counts(school: SchoolId) -> Exactly<Counts> =
        "select (select count(*) from key_school where school = $1) as schools, (select count(*) from key_person where school = $1) as persons";
    fn put_index(school: SchoolId, iin: crypto::BlindIndex, person: PersonId) -> Run =
        "insert into key_identity_index (school, iin, person) values ($1, $2, $3)";
    fn find_index(school: SchoolId, iin: crypto::BlindIndex) -> One<PersonId> =
        "select person from key_identity_index where school = $1 and iin = $2";
}

pub fn migrations() -> Vec<Migration> {
    MIGRATIONS.iter().copied().chain([IDENTITY]).collect()
}

/// A school in a database with identities.
pub fn school(t: &TestDb) -> SchoolId {
    t.db.migrate(&migrations(), &t.clock).unwrap();
    t.school("one")
}

pub fn persons(t: &TestDb, count: usize) -> Vec<PersonId> {
    let now = t.clock.now();
    (0..count).map(|_| t.ids.new_id(now)).collect()
}

/// An IIN of its own for each place in a list.
pub fn iin(place: usize) -> String {
    format!("0311225{place:05}")
}

/// Seals the person's IIN and puts it into its row.
pub fn keep(db: &Db, vault: &Vault, school: SchoolId, person: PersonId, iin: &str) -> Result<(), CryptoError> {
    let (vault, iin) = (vault.clone(), iin.to_owned());
    db.write_blocking(move |tx| {
        let sealed = vault.seal(tx, school, person, IIN.at(person), iin.as_bytes())?;
        put(tx, school, person, &sealed)?;
        Ok(())
    })
}

/// Opens the person's IIN as it stands in the database.
pub fn read(db: &Db, vault: &Vault, school: SchoolId, person: PersonId) -> Result<Option<Secret>, CryptoError> {
    db.read_blocking(|tx| {
        let sealed = kept(tx, school, person)?;
        vault.open(tx, school, person, IIN.at(person), &sealed)
    })
}

/// Seals without keeping.
pub fn seal(
    db: &Db,
    vault: &Vault,
    school: SchoolId,
    person: PersonId,
    place: Place,
    value: &[u8],
) -> Result<Sealed, CryptoError> {
    let (vault, value) = (vault.clone(), value.to_vec());
    db.write_blocking(move |tx| vault.seal(tx, school, person, place, &value))
}

pub fn destroy(t: &TestDb, vault: &Vault, school: SchoolId, person: PersonId) {
    let (vault, now) = (vault.clone(), t.clock.now());
    t.db.write_blocking(move |tx| vault.destroy(tx, school, person, now)).unwrap();
}

pub fn raw(db: &Db, school: SchoolId) -> Vec<RawKey> {
    db.read_blocking(|tx| raw_keys(tx, school)).unwrap()
}

pub fn counted(db: &Db, school: SchoolId) -> (u64, u64) {
    let counts = db.read_blocking::<_, StoreError>(|tx| counts(tx, school)).unwrap();
    (counts.schools, counts.persons)
}

pub fn ids() -> Ids {
    Ids::seeded(77)
}

/// Words of findings that are not well.
pub fn complaints(t: &TestDb, vault: &Vault) -> Vec<&'static str> {
    let findings = t.db.read_blocking(|tx| crypto::doctor(tx, vault)).unwrap();
    for finding in &findings {
        let (_, names) = crypto::FINDINGS.iter().find(|(key, _)| *key == finding.what_key).unwrap();
        assert_eq!(finding.args.iter().map(|(name, _)| *name).collect::<Vec<_>>(), *names);
    }
    findings.into_iter().filter(|finding| !finding.ok).map(|finding| finding.what_key).collect()
}

pub const LOOKUP: Lookup = Lookup::Iin;
