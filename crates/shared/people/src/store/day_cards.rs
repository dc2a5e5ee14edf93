//! The pool of day cards, and which of them is out.

use jiff::Timestamp;
use kernel::{Card, CredentialId, CredentialStatus, DayCardId, PersonId, SchoolId, UserId};
use store::{ColumnError, StoreError, record, statements};

use crate::day_cards::{DayCard, Loan};

record! {
    /// A day card with the loan that goes on, or after which it has not come back.
    pub struct DayCardRow {
        /// Which.
        pub id: DayCardId,
        /// What is written on it.
        pub label: String,
        /// How many bits.
        pub bits: u8,
        /// The bits.
        pub value: u64,
        /// The credential of the loan.
        pub credential: Option<CredentialId>,
        /// To whom.
        pub person: Option<PersonId>,
        /// Whether it opens anything.
        pub status: Option<CredentialStatus>,
        /// Before this moment.
        pub valid_until: Option<Timestamp>,
        /// Since when.
        pub issued_at: Option<Timestamp>,
        /// Who lent it.
        pub lent_by_name: Option<String>,
    }
    /// A loan whose end has come.
    pub struct OverRow {
        /// The school.
        pub school: SchoolId,
        /// The credential of the loan.
        pub credential: CredentialId,
        /// Who has the card.
        pub person: PersonId,
    }
}

macro_rules! day_card {
    () => {
        "select d.id as id, d.label as label, d.bits as bits, d.value as value, d.credential as credential, c.person as person,
           c.status as status, c.valid_until as valid_until, c.issued_at as issued_at, u.name as lent_by_name
         from day_card d left join credential c on c.school = d.school and c.id = d.credential
           left join user_account u on u.school = d.school and u.id = d.lent_by "
    };
}

statements! {
    /// Puts a card into the pool.
    fn add(school: SchoolId, id: DayCardId, label: &str, bits: u8, value: u64, now: Timestamp) -> Run =
        "insert into day_card (school, id, label, bits, value, added_at) values ($1, $2, $3, $4, $5, $6)";
    /// The pool, by label.
    fn all(school: SchoolId) -> Many<DayCardRow> =
        concat!(day_card!(), "where d.school = $1 and d.withdrawn_at is null order by d.label, d.id");
    /// One of them.
    fn one(school: SchoolId, id: DayCardId) -> One<DayCardRow> =
        concat!(day_card!(), "where d.school = $1 and d.id = $2 and d.withdrawn_at is null");
    /// One of them, held until the transaction ends.
    fn hold(school: SchoolId, id: DayCardId) -> One<DayCardId> =
        "select id from day_card where school = $1 and id = $2 and withdrawn_at is null {lock}";
    /// How many there are.
    fn count(school: SchoolId) -> Exactly<u32> = "select count(*) from day_card where school = $1 and withdrawn_at is null";
    /// Whether this very card, or one with the same low 24 bits of another length, is one of them: a Wiegand 26 reader cannot tell those
    /// apart.
    fn label_of(school: SchoolId, bits: u8, value: u64, is_24_bits: bool, low24: Option<u64>) -> Many<String> =
        "select label from day_card where school = $1 and withdrawn_at is null
           and ((bits = $2 and value = $3) or ((bits = 24) <> $4 and bits <> 35 and value % 16777216 = $5)) order by label";
    /// Notes a loan.
    fn lend(school: SchoolId, id: DayCardId, credential: CredentialId, by: Option<UserId>) -> Run =
        "update day_card set credential = $3, lent_by = $4 where school = $1 and id = $2";
    /// Notes that the card of a loan lies at the desk again.
    fn came_back(school: SchoolId, credential: CredentialId) -> Run =
        "update day_card set credential = null, lent_by = null where school = $1 and credential = $2";
    /// Takes a card out of the pool.
    fn withdraw(school: SchoolId, id: DayCardId, now: Timestamp) -> Run =
        "update day_card set withdrawn_at = $3, credential = null, lent_by = null where school = $1 and id = $2";
    /// The day card that a person has been lent, when it still works at this moment.
    fn lent_to(school: SchoolId, person: PersonId, now: Timestamp) -> Many<String> =
        "select d.label as label from day_card d join credential c on c.school = d.school and c.id = d.credential
         where d.school = $1 and c.person = $2 and c.status in ('active', 'suspended') and c.valid_until > $3 order by d.label";
    /// Loans that have ended but still stand as credentials that work. (All schools: one look serves them all.)
    fn over(now: Timestamp, limit: u32) across_schools -> Many<OverRow> =
        "select d.school as school, c.id as credential, c.person as person
         from day_card d join credential c on c.school = d.school and c.id = d.credential
         where c.status in ('active', 'suspended') and c.valid_until <= $1 order by d.school, c.id limit $2";
    /// Whose own cards work, of a class.
    fn holders_in_class(school: SchoolId, class: kernel::ClassId) -> Many<PersonId> =
        "select distinct c.person as person from credential c join person p on p.school = c.school and p.id = c.person
         where c.school = $1 and p.class = $2 and c.status in ('active', 'suspended')
           and not exists (select 1 from day_card d where d.school = c.school and d.credential = c.id) order by c.person";
    /// The credentials of a person that work or were stopped for a while, day cards aside, the oldest first.
    fn own_of(school: SchoolId, person: PersonId) -> Many<CredentialId> =
        "select c.id as id from credential c where c.school = $1 and c.person = $2 and c.status in ('active', 'suspended')
           and not exists (select 1 from day_card d where d.school = c.school and d.credential = c.id) order by c.issued_at, c.id";
}

impl DayCardRow {
    pub(crate) fn view(self, now: Timestamp) -> Result<DayCard, StoreError> {
        let card = Card::new(self.bits, self.value).map_err(|_| StoreError::Column {
            statement: "day_card",
            column: "value",
            source: ColumnError::Type,
        })?;
        let works = matches!(self.status, Some(CredentialStatus::Active | CredentialStatus::Suspended));
        let loan = self.credential.zip(self.person).zip(self.issued_at).map(|((credential, person), lent_at)| Loan {
            credential,
            person,
            lent_at,
            until: self.valid_until,
            by_name: self.lent_by_name,
            is_lost: self.status == Some(CredentialStatus::Lost),
            is_over: !works || self.valid_until.is_some_and(|until| until <= now),
        });
        Ok(DayCard { id: self.id, label: self.label, card, loan })
    }
}
