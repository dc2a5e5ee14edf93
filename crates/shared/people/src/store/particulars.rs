//! What is kept sealed of persons, and the blind indexes by which they are found.

use crypto::{BlindIndex, Sealed, sealed_fields};
use kernel::{PersonId, SchoolId};
use store::{record, statements};

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
