//! Credentials.

use jiff::Timestamp;
use kernel::{Card, CredentialId, CredentialStatus, PersonId, ReaderFormat, SchoolId};
use store::{ColumnError, StoreError, Tx, record, statements};

use crate::person::CredentialView;

record! {
    /// A credential.
    pub struct CredentialRow {
        /// Which.
        pub id: CredentialId,
        /// Whose.
        pub person: PersonId,
        /// How many bits.
        pub bits: u8,
        /// The bits.
        pub value: u64,
        /// Whether it opens anything.
        pub status: CredentialStatus,
        /// From this moment.
        pub valid_from: Option<Timestamp>,
        /// Before this moment.
        pub valid_until: Option<Timestamp>,
        /// When it was given out.
        pub issued_at: Timestamp,
        /// When it was changed last.
        pub changed_at: Timestamp,
        /// By which it was replaced.
        pub replaced_by: Option<CredentialId>,
    }
}

statements! {
    /// Issues a credential.
    fn add(
        school: SchoolId, id: CredentialId, person: PersonId, bits: u8, value: u64, valid_from: Option<Timestamp>,
        valid_until: Option<Timestamp>, now: Timestamp,
    ) -> Run =
        "insert into credential (school, id, person, bits, value, status, valid_from, valid_until, issued_at, changed_at)
         values ($1, $2, $3, $4, $5, 'active', $6, $7, $8, $8)";
    /// The credentials of a person: those that work first, then the newest.
    fn of_person(school: SchoolId, person: PersonId) -> Many<CredentialRow> =
        "select id, person, bits, value, status, valid_from, valid_until, issued_at, changed_at, replaced_by from credential
         where school = $1 and person = $2 order by case status when 'active' then 0 when 'suspended' then 1 else 2 end, issued_at desc, id desc";
    /// One credential, held until the transaction ends.
    fn held(school: SchoolId, id: CredentialId) -> One<CredentialRow> =
        "select id, person, bits, value, status, valid_from, valid_until, issued_at, changed_at, replaced_by from credential
         where school = $1 and id = $2 {lock}";
    /// One credential.
    fn one(school: SchoolId, id: CredentialId) -> One<CredentialRow> =
        "select id, person, bits, value, status, valid_from, valid_until, issued_at, changed_at, replaced_by from credential
         where school = $1 and id = $2";
    /// The living credential of this very card.
    fn of_card(school: SchoolId, bits: u8, value: u64) -> One<CredentialRow> =
        "select id, person, bits, value, status, valid_from, valid_until, issued_at, changed_at, replaced_by from credential
         where school = $1 and bits = $2 and value = $3 and status <> 'returned'";
    /// A living credential of another length with the same low 24 bits, which is all that a Wiegand 26 reader sends: most
    /// probably the same card, enrolled at another reader.
    fn looking_like(school: SchoolId, is_24_bits: bool, low24: u64) -> One<CredentialRow> =
        "select id, person, bits, value, status, valid_from, valid_until, issued_at, changed_at, replaced_by from credential
         where school = $1 and (bits = 24) <> $2 and bits <> 35 and value % 16777216 = $3 and status <> 'returned' order by id limit 1";
    /// Persons with a living credential that some reader shows as this number: the low 24 bits, as 26-bit readers send them; the
    /// low 32 bits, of 34-bit ones; all 35 of a 37-bit card. A null matches nothing.
    fn holders_of_number(
        school: SchoolId, low24: Option<u64>, other24: Option<u64>, low32: Option<u64>, other32: Option<u64>, all35: Option<u64>, limit: u32,
    ) -> Many<PersonId> =
        "with found as materialized (
           select person from credential where school = $1 and status <> 'returned' and bits <> 35 and value % 16777216 in ($2, $3)
           union all
           select person from credential where school = $1 and status <> 'returned' and bits in (32, 56) and value % 4294967296 in ($4, $5)
           union all
           select person from credential where school = $1 and status <> 'returned' and bits = 35 and value = $6)
         select distinct person from found order by person limit $7";
    /// Changes the state of a credential.
    fn set_status(school: SchoolId, id: CredentialId, status: CredentialStatus, now: Timestamp) -> Run =
        "update credential set status = $3, changed_at = $4 where school = $1 and id = $2";
    /// Notes by which a credential was replaced, if by any.
    fn set_replaced(school: SchoolId, id: CredentialId, replaced_by: Option<CredentialId>) -> Run =
        "update credential set replaced_by = $3 where school = $1 and id = $2";
}

impl CredentialRow {
    pub(crate) fn view(self) -> Result<CredentialView, StoreError> {
        let Self { id, person, bits, value, status, valid_from, valid_until, issued_at, changed_at, replaced_by } =
            self;
        let card = Card::new(bits, value).map_err(|_| StoreError::Column {
            statement: "credential",
            column: "value",
            source: ColumnError::Type,
        })?;
        Ok(CredentialView { id, person, card, status, valid_from, valid_until, issued_at, changed_at, replaced_by })
    }
}

/// The low 24 bits of a card that a Wiegand 26 reader can read.
pub(crate) fn low24(card: Card) -> Option<u64> {
    ReaderFormat::W26Plain.number(card)
}

/// Persons with a living credential that some reader shows as `number`.
pub(crate) fn holders(tx: &mut Tx<'_>, school: SchoolId, number: u64, limit: u32) -> Result<Vec<PersonId>, StoreError> {
    let shown = |format: ReaderFormat| format.card(number).ok().map(|card| card.value);
    holders_of_number(
        tx,
        school,
        shown(ReaderFormat::W26Plain),
        shown(ReaderFormat::W26),
        shown(ReaderFormat::W34),
        shown(ReaderFormat::W34Reversed),
        shown(ReaderFormat::W37),
        limit,
    )
}
