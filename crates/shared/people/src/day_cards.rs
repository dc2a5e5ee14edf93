//! Day cards: a pool of cards that are lent for the rest of a day to those whose own card is not at hand.
//!
//! A loan is a credential that ends with the school's day, so gates refuse the card the next day even without news. When its end has come
//! the credential is taken back by itself; the card stays in the list of those not handed back until it lies at the desk again.

use accounts::Scope;
use jiff::Timestamp;
use kernel::{Card, CredentialId, DayCardId, PersonId, ReaderFormat};
use store::{Db, StoreError, Tx};

use crate::{PeopleError, ops, store::day_cards as table};

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
