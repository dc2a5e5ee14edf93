//! Day cards: a pool of cards that are lent for the rest of a day to those whose own card is not at hand.
//!
//! A loan is a credential that ends with the school's day, so gates refuse the card the next day even without news. When its end has come
//! the credential is taken back by itself; the card stays in the list of those not handed back until it lies at the desk again.

use accounts::Scope;
use jiff::Timestamp;
use kernel::{Card, CredentialId, DayCardId, PersonId, ReaderFormat};
use store::{Db, StoreError, Tx};

use crate::{
    PeopleError,
    model::{Prefix, SearchQuery},
    ops,
    store::day_cards as table,
};

/// Loans that are ended in one transaction.
const AT_ONCE: u32 = 200;

/// A card of the pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayCard {
    /// Which.
    pub id: DayCardId,
    /// What is written on it.
    pub label: String,
    /// What is on it.
    pub card: Card,
    /// The loan that goes on, or after which it has not come back; `None`: it lies at the desk.
    pub loan: Option<Loan>,
}

impl DayCard {
    /// Whether it can be lent: it lies at the desk, or whoever has it in the hand takes it back by lending it again.
    pub fn is_free(&self) -> bool {
        self.loan.as_ref().is_none_or(|loan| loan.is_over)
    }

    /// Whether somebody means this card by a text: its label, or its number as any reader shows it.
    pub fn is_meant_by(&self, text: &str) -> bool {
        let text = text.trim();
        if self.label.to_lowercase() == text.to_lowercase() {
            return true;
        }
        if text.contains([',', '/']) {
            return Card::parse(text, ReaderFormat::W26).is_ok_and(|card| card == self.card);
        }
        // A short number is a label that was mistyped, not a card.
        text.len() > 3 && text.parse().is_ok_and(|number: u64| self.card.views().any(|(_, shown)| shown == number))
    }
}

/// To whom a day card was lent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loan {
    /// The credential.
    pub credential: CredentialId,
    /// Who has the card.
    pub person: PersonId,
    /// Since when.
    pub lent_at: Timestamp,
    /// Opens doors before this moment.
    pub until: Option<Timestamp>,
    /// The name of who lent it; `None`: the program, or an account that is gone.
    pub by_name: Option<String>,
    /// Whether it was reported lost.
    pub is_lost: bool,
    /// Whether it opens nothing any more: the card has still to be handed back.
    pub is_over: bool,
}

/// The pool, by label, with who has which card at `now`.
///
/// # Errors
/// From the database.
pub fn pool(tx: &mut Tx<'_>, scope: &Scope, now: Timestamp) -> Result<Vec<DayCard>, StoreError> {
    table::all(tx, scope.school())?.into_iter().map(|row| row.view(now)).collect()
}

/// What became of a loan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoanEnd {
    /// The card is out and opens doors.
    Out,
    /// It was handed back on the day.
    HandedBack,
    /// It was turned off when the day ended and has not come back.
    Missing,
    /// It was turned off when the day ended and came back afterwards.
    BackLate,
    /// It counts as lost.
    Lost,
    /// It counted as lost and came back.
    Found,
}

impl LoanEnd {
    /// What became of it, as it stands at `now`.
    pub fn at(now: Timestamp, until: Timestamp, lost_at: Option<Timestamp>, back_at: Option<Timestamp>) -> Self {
        match (lost_at, back_at) {
            (Some(_), Some(_)) => Self::Found,
            (Some(_), None) => Self::Lost,
            (None, Some(back)) if back < until => Self::HandedBack,
            (None, Some(_)) => Self::BackLate,
            (None, None) if now < until => Self::Out,
            (None, None) => Self::Missing,
        }
    }

    /// The word in text keys.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Out => "out",
            Self::HandedBack => "handed_back",
            Self::Missing => "missing",
            Self::BackLate => "back_late",
            Self::Lost => "lost",
            Self::Found => "found",
        }
    }
}

/// A loan of the history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastLoan {
    /// The credential of the loan.
    pub credential: CredentialId,
    /// What is written on the card.
    pub label: String,
    /// To whom.
    pub person: PersonId,
    /// `Фамилия Имя Отчество`.
    pub full: String,
    /// The class that the person is in now.
    pub class_name: Option<String>,
    /// Since when.
    pub lent_at: Timestamp,
    /// When it stopped opening doors: handed back, lost, or by itself; `None`: it still opens them.
    pub ended_at: Option<Timestamp>,
    /// When the card lay at the desk again.
    pub back_at: Option<Timestamp>,
    /// What became of it.
    pub end: LoanEnd,
    /// The name of who lent it; `None`: the program, an account that is gone, or nobody knows any more.
    pub lent_by_name: Option<String>,
    /// The name of who took it back.
    pub back_by_name: Option<String>,
}

/// Which loans are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LoanFilter {
    /// Of this card.
    pub day_card: Option<DayCardId>,
    /// Of this person.
    pub person: Option<PersonId>,
    /// Of whoever is called so.
    pub name: String,
}

/// The place of a loan in the history.
pub type LoanCursor = (Timestamp, CredentialId);

/// Loans of the history, the newest first, after a place in it.
///
/// # Errors
/// From the database.
pub fn history(
    tx: &mut Tx<'_>,
    scope: &Scope,
    filter: &LoanFilter,
    after: Option<LoanCursor>,
    limit: u32,
    now: Timestamp,
) -> Result<Vec<PastLoan>, StoreError> {
    let query = SearchQuery::parse(&filter.name);
    if query.is_empty() && !filter.name.trim().is_empty() {
        // Letters that no name has.
        return Ok(Vec::new());
    }
    let mut words = query.prefixes().iter().map(Prefix::range);
    let (first, second) = (words.next().unzip(), words.next().unzip());
    let (at, id) = after.unzip();
    let rows = table::loans(
        tx,
        scope.school(),
        at,
        id,
        filter.day_card,
        filter.person,
        first.0.as_deref(),
        first.1.as_deref(),
        second.0.as_deref(),
        second.1.as_deref(),
        limit,
    )?;
    Ok(rows.into_iter().map(|row| row.view(now)).collect())
}

/// Every card that was ever in the pool, with what is written on it and whether it still is in it.
///
/// # Errors
/// From the database.
pub fn ever(tx: &mut Tx<'_>, scope: &Scope) -> Result<Vec<(DayCardId, String, bool)>, StoreError> {
    let rows = table::labels(tx, scope.school())?.into_iter();
    Ok(rows.map(|row| (row.id, row.label, row.withdrawn_at.is_none())).collect())
}

/// Takes back every loan whose end has come at `now`, at all schools; gives how many. The cards stay in the list of those not handed back.
///
/// # Errors
/// From the database.
pub fn end_due(db: &Db, ids: &kernel::Ids, now: Timestamp) -> Result<u64, PeopleError> {
    let mut ended = 0;
    loop {
        let over = db.read_blocking(|tx| table::over(tx, now, AT_ONCE))?;
        let Some(first) = over.first().map(|row| row.school) else { return Ok(ended) };
        let of_school: Vec<_> = over.into_iter().filter(|row| row.school == first).collect();
        let ctx = accounts::Ctx::of_program(first, now, ids.clone());
        ended += db.write_blocking(move |tx| {
            let mut count = 0;
            for row in &of_school {
                count += u64::from(ops::end_loan(tx, &ctx, row.credential)?);
            }
            Ok::<_, PeopleError>(count)
        })?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day_card(label: &str, bits: u8, value: u64) -> DayCard {
        let id = "01934d2e-7c00-7000-8000-000000000001".parse().unwrap();
        DayCard { id, label: label.into(), card: Card::new(bits, value).unwrap(), loan: None }
    }

    #[test]
    fn a_loan_ends_in_one_way() {
        let at = |second| Timestamp::from_second(second).unwrap();
        for (now, lost, back, end) in [
            (5, None, None, LoanEnd::Out),
            (10, None, None, LoanEnd::Missing),
            (20, None, Some(9), LoanEnd::HandedBack),
            (20, None, Some(10), LoanEnd::BackLate),
            (5, Some(3), None, LoanEnd::Lost),
            (20, Some(3), Some(12), LoanEnd::Found),
        ] {
            assert_eq!(LoanEnd::at(at(now), at(10), lost.map(at), back.map(at)), end, "{now} {lost:?} {back:?}");
        }
    }

    #[test]
    fn a_day_card_is_meant_by_its_label_and_by_its_number_on_any_reader() {
        let card = day_card("Д-7", 24, 100 << 16 | 58400);
        for text in ["Д-7", " д-7 ", "100,58400", "10058400", "6612000"] {
            assert!(card.is_meant_by(text), "{text}");
        }
        for text in ["", "7", "Д-8", "100,58401", "10058401"] {
            assert!(!card.is_meant_by(text), "{text}");
        }
        assert!(!day_card("Д-1", 24, 7).is_meant_by("7"), "a short number is no card");
        assert!(day_card("Д-1", 32, 0x04A1_B2C3).is_meant_by(&0x04A1_B2C3_u32.to_string()));
    }
}
