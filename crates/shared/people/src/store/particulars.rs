//! What is kept sealed of persons, and the blind indexes by which they are found.

use crypto::{BlindIndex, Sealed, sealed_fields};
use kernel::{PersonId, SchoolId};
use store::{Param, Record, Shape, Statement, StoreError, Tx, Value, record, statements};

sealed_fields! {
    /// The individual identification number, its digits.
    pub(crate) IIN = "person_private"."iin" of "person";
    /// The document, as [`crate::model::Document`] packs it.
    pub(crate) DOCUMENT = "person_private"."document" of "person";
    /// Phones in E.164, a line each.
    pub(crate) PHONES = "person_private"."phones" of "person";
    /// The e-mail address.
    pub(crate) EMAIL = "person_private"."email" of "person";
    /// The postal address.
    pub(crate) ADDRESS = "person_private"."address" of "person";
}

record! {
    /// Who is found by a hash.
    pub struct HashRow {
        /// The hash.
        pub hash: BlindIndex,
        /// Who.
        pub person: PersonId,
    }
    /// The sealed values of a person.
    #[derive(Default)]
    pub struct PrivateRow {
        /// The individual identification number.
        pub iin: Option<Sealed>,
        /// The document.
        pub document: Option<Sealed>,
        /// Phones.
        pub phones: Option<Sealed>,
        /// The e-mail address.
        pub email: Option<Sealed>,
        /// The postal address.
        pub address: Option<Sealed>,
    }
}

statements! {
    /// The sealed values of a person.
    fn of(school: SchoolId, person: PersonId) -> One<PrivateRow> =
        "select iin, document, phones, email, address from person_private where school = $1 and person = $2";
    /// Keeps the sealed values of a person in place of what was kept.
    fn put(
        school: SchoolId, person: PersonId, iin: Option<&Sealed>, document: Option<&Sealed>, phones: Option<&Sealed>, email: Option<&Sealed>,
        address: Option<&Sealed>,
    ) -> Run =
        "insert into person_private (school, person, iin, document, phones, email, address) values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (school, person) do update set iin = excluded.iin, document = excluded.document, phones = excluded.phones, email = excluded.email,
           address = excluded.address";
    /// Forgets by what a person is found.
    fn forget(school: SchoolId, person: PersonId) -> Run = "delete from key_person_lookup where school = $1 and person = $2";
    /// Notes by what a person is found.
    fn note(school: SchoolId, purpose: &str, hash: &BlindIndex, person: PersonId) -> Run =
        "insert into key_person_lookup (school, purpose, hash, person) values ($1, $2, $3, $4) on conflict do nothing";
    /// Who is found by this.
    fn found(school: SchoolId, purpose: &str, hash: &BlindIndex, limit: u32) -> Many<PersonId> =
        "select person from key_person_lookup where school = $1 and purpose = $2 and hash = $3 order by person limit $4";
}

/// Hashes looked up at once.
const HASHES: usize = 20;

#[store::linkme::distributed_slice(store::STATEMENTS)]
#[linkme(crate = store::linkme)]
static HOLDERS: Statement = Statement::new(
    concat!(module_path!(), "::holders"),
    "select hash, person from key_person_lookup where school = $1 and purpose = 'iin'
     and hash in ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)",
    &[
        "school", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16", "17", "18",
        "19", "20",
    ],
    <HashRow as Record>::FIELDS,
    Shape::Rows,
    store::Reach::School,
);

/// Who holds the IINs of these hashes, in no order.
pub(crate) fn holders(tx: &mut Tx<'_>, school: SchoolId, hashes: &[BlindIndex]) -> Result<Vec<HashRow>, StoreError> {
    let mut rows = Vec::new();
    for chunk in hashes.chunks(HASHES) {
        // A list of one length is one statement to prepare: the last hash fills what is left over.
        let Some(last) = chunk.last() else { continue };
        let mut params = vec![school.value()];
        params.extend((0..HASHES).map(|index| chunk.get(index).unwrap_or(last).value()));
        tx.each(&HOLDERS, &params, |row: HashRow| rows.push(row))?;
    }
    Ok(rows)
}

/// Keeps the sealed values of many persons in place of what was kept.
pub(crate) fn put_many(tx: &mut Tx<'_>, school: SchoolId, rows: &[(PersonId, PrivateRow)]) -> Result<(), StoreError> {
    let rows: Vec<Vec<Value<'_>>> = rows
        .iter()
        .map(|(person, row)| {
            let PrivateRow { iin, document, phones, email, address } = row;
            let values =
                [iin, document, phones, email, address].map(|value| value.as_ref().map_or(Value::Null, Param::value));
            [school.value(), person.value()].into_iter().chain(values).collect()
        })
        .collect();
    let columns = &["school", "person", "iin", "document", "phones", "email", "address"];
    let suffix = "on conflict (school, person) do update set iin = excluded.iin, document = excluded.document, phones = excluded.phones, \
                  email = excluded.email, address = excluded.address";
    tx.insert_many::<u64>("person_private", columns, school, &rows, suffix).map(|_| ())
}

/// Notes by what many persons are found: purpose, hash, who.
pub(crate) fn note_many(
    tx: &mut Tx<'_>,
    school: SchoolId,
    notes: &[(&'static str, BlindIndex, PersonId)],
) -> Result<(), StoreError> {
    let rows: Vec<Vec<Value<'_>>> = notes
        .iter()
        .map(|(purpose, hash, person)| vec![school.value(), Value::Text(purpose), hash.value(), person.value()])
        .collect();
    let columns = &["school", "purpose", "hash", "person"];
    tx.insert_many::<u64>("key_person_lookup", columns, school, &rows, "on conflict do nothing").map(|_| ())
}
