//! The pool of day cards, and which of them is out.

use jiff::Timestamp;
use kernel::{Card, CredentialId, CredentialStatus, DayCardId, PersonId, SchoolId, UserId};
use store::{ColumnError, StoreError, record, statements};

use crate::day_cards::{DayCard, Loan, LoanEnd, PastLoan};
use crate::model::ClassName;

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
    /// A loan, over or going on.
    pub struct LoanRow {
        /// The credential of the loan.
        pub credential: CredentialId,
        /// The card of the pool.
        pub day_card: DayCardId,
        /// What is written on it.
        pub label: String,
        /// To whom.
        pub person: PersonId,
        /// Family name.
        pub family: String,
        /// Given name.
        pub given: String,
        /// Patronymic.
        pub patronymic: Option<String>,
        /// The grade of the class that the person is in now.
        pub grade: Option<u8>,
        /// The letter of that class.
        pub letter: Option<String>,
        /// Since when.
        pub lent_at: Timestamp,
        /// When it ends by itself.
        pub until_at: Timestamp,
        /// Who lent it.
        pub lent_by_name: Option<String>,
        /// Since when it counts as lost.
        pub lost_at: Option<Timestamp>,
        /// When the card lay at the desk again.
        pub back_at: Option<Timestamp>,
        /// Who took it back.
        pub back_by_name: Option<String>,
    }
    /// A day card that was ever in the pool.
    pub struct LabelRow {
        /// Which.
        pub id: DayCardId,
        /// What is written on it.
        pub label: String,
        /// Since when it is no day card any more.
        pub withdrawn_at: Option<Timestamp>,
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
    /// Keeps a loan for the history.
    fn add_loan(
        school: SchoolId, credential: CredentialId, day_card: DayCardId, person: PersonId, lent_at: Timestamp, until_at: Timestamp,
        lent_by: Option<UserId>,
    ) -> Run =
        "insert into day_card_loan (school, credential, day_card, person, lent_at, until_at, lent_by) values ($1, $2, $3, $4, $5, $6, $7)";
    /// Notes when the card of a loan lay at the desk again.
    fn loan_back(school: SchoolId, credential: CredentialId, at: Timestamp, by: Option<UserId>) -> Run =
        "update day_card_loan set back_at = $3, back_by = $4 where school = $1 and credential = $2 and back_at is null";
    /// Notes since when the card of a loan counts as lost, or that it does not.
    fn loan_lost(school: SchoolId, credential: CredentialId, since: Option<Timestamp>) -> Run =
        "update day_card_loan set lost_at = $3 where school = $1 and credential = $2 and back_at is null";
    /// A page of the history, the newest first. A null means that the filter is not set.
    fn loans(
        school: SchoolId, before_at: Option<Timestamp>, before_id: Option<CredentialId>, day_card: Option<DayCardId>, person: Option<PersonId>,
        word1: Option<&str>, word1_end: Option<&str>, word2: Option<&str>, word2_end: Option<&str>, limit: u32,
    ) -> Many<LoanRow> =
        "select l.credential as credential, l.day_card as day_card, d.label as label, l.person as person, p.family as family, p.given as given,
           p.patronymic as patronymic, c.grade as grade, c.letter as letter, l.lent_at as lent_at, l.until_at as until_at,
           g.name as lent_by_name, l.lost_at as lost_at, l.back_at as back_at, b.name as back_by_name
         from day_card_loan l join day_card d on d.school = l.school and d.id = l.day_card
           join person p on p.school = l.school and p.id = l.person
           left join class c on c.school = p.school and c.id = p.class
           left join user_account g on g.school = l.school and g.id = l.lent_by
           left join user_account b on b.school = l.school and b.id = l.back_by
         where l.school = $1 and ((l.lent_at, l.credential) < ($2, $3) or $3 is null) and (l.day_card = $4 or $4 is null) and (l.person = $5 or $5 is null)
           and (exists (select 1 from person_word w where w.school = l.school and w.person = l.person and w.word >= $6 and w.word < $7) or $6 is null)
           and (exists (select 1 from person_word w where w.school = l.school and w.person = l.person and w.word >= $8 and w.word < $9) or $8 is null)
         order by l.lent_at desc, l.credential desc limit $10";
    /// Every day card that was ever in the pool, those of now first.
    fn labels(school: SchoolId) -> Many<LabelRow> =
        "select id, label, withdrawn_at from day_card where school = $1 order by (withdrawn_at is not null), label, id";
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

fn class_name(grade: Option<u8>, letter: Option<&str>) -> Option<String> {
    let mut letters = letter?.chars();
    Some(ClassName::new(grade?, letters.next()?).ok()?.to_string())
}

impl LoanRow {
    pub(crate) fn view(self, now: Timestamp) -> PastLoan {
        let Self { until_at, lost_at, back_at, .. } = self;
        let ended = [lost_at, back_at, Some(until_at).filter(|until| *until <= now)].into_iter().flatten().min();
        PastLoan {
            credential: self.credential,
            label: self.label,
            person: self.person,
            full: [Some(self.family), Some(self.given), self.patronymic]
                .into_iter()
                .flatten()
                .collect::<Vec<_>>()
                .join(" "),
            class_name: class_name(self.grade, self.letter.as_deref()),
            lent_at: self.lent_at,
            ended_at: ended,
            back_at,
            end: LoanEnd::at(now, until_at, lost_at, back_at),
            lent_by_name: self.lent_by_name,
            back_by_name: self.back_by_name,
        }
    }
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
