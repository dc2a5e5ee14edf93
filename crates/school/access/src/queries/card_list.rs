//! Whom the rows of a list of cards mean, and whether each card can be given.

use std::collections::{HashMap, HashSet};

use accounts::Scope;
use crypto::Vault;
use kernel::{Card, CardError, PersonId, PersonStatus};
use people::{
    everybody::{Finder, Known, Match, everybody},
    model::ClassName,
    queries::{self as register, PersonBrief},
};
use store::Tx;

use crate::{error::AccessError, model::CardRow};

/// What would come of a row.
#[derive(Clone, Debug, PartialEq)]
pub enum CardVerdict {
    /// The card is given.
    Give {
        /// To whom.
        person: PersonBrief,
        /// Whether the person has another card of her own.
        has_card: bool,
    },
    /// The person has this very card.
    Has(PersonBrief),
    /// Somebody else has it, or one that readers cannot tell from it.
    Taken(PersonBrief),
    /// It is the day card of this label.
    DayCard(String),
    /// The row of this number names the card too.
    Twice(usize),
    /// There is no such person.
    Nobody,
    /// So many persons may be meant.
    Several(usize),
    /// The text is no card.
    NoCard(CardError),
}

/// The rows with what would come of each. `numbers` is a scope for IINs; without one they find nobody.
///
/// # Errors
/// From the database or the keys.
pub fn card_verdicts(
    tx: &mut Tx<'_>,
    scope: &Scope,
    numbers: Option<(&Scope, &Vault)>,
    rows: &[CardRow],
) -> Result<Vec<CardVerdict>, AccessError> {
    let known = everybody(tx, scope)?;
    let present: Vec<&Known> = known.iter().filter(|person| person.status != PersonStatus::Archived).collect();
    let finder = Finder::new(present.iter().copied());
    let classes: HashMap<_, ClassName> =
        register::classes(tx, scope)?.into_iter().map(|class| (class.id, class.data.name)).collect();
    let class_of: HashMap<PersonId, ClassName> =
        present.iter().filter_map(|person| Some((person.id, *classes.get(&person.data.class?)?))).collect();
    let with_card: HashSet<PersonId> = present
        .iter()
        .filter(|person| person.cards.iter().any(|(_, status)| *status == kernel::CredentialStatus::Active))
        .map(|person| person.id)
        .collect();
    let mut cards: HashMap<Card, usize> = HashMap::new();
    let mut verdicts = Vec::with_capacity(rows.len());
    for row in rows {
        let card = match row.card {
            Ok(card) => card,
            Err(error) => {
                verdicts.push(CardVerdict::NoCard(error));
                continue;
            }
        };
        if let Some(first) = cards.insert(card, row.line) {
            cards.insert(card, first);
            verdicts.push(CardVerdict::Twice(first));
            continue;
        }
        let meant = match by_iin(tx, numbers, row)? {
            Some(person) => Ok(person),
            None => by_name(&finder, &class_of, row),
        };
        verdicts.push(match meant {
            Err(0) => CardVerdict::Nobody,
            Err(count) => CardVerdict::Several(count),
            Ok(person) => match register::brief(tx, scope, person)? {
                Some(person) => of_card(tx, scope, person, card, &with_card)?,
                None => CardVerdict::Nobody,
            },
        });
    }
    Ok(verdicts)
}

fn by_iin(tx: &mut Tx<'_>, numbers: Option<(&Scope, &Vault)>, row: &CardRow) -> Result<Option<PersonId>, AccessError> {
    let (Some((scope, vault)), Some(iin)) = (numbers, row.iin) else { return Ok(None) };
    let found = register::by_number(tx, scope, vault, &iin.expose())?;
    Ok(found.first().filter(|person| person.status != PersonStatus::Archived).map(|person| person.id))
}

/// Whom a name means, the class telling namesakes apart; else how many may be meant.
fn by_name(finder: &Finder, class_of: &HashMap<PersonId, ClassName>, row: &CardRow) -> Result<PersonId, usize> {
    let candidates = match row.name.as_ref().map(|name| finder.find(name, row.birth_date)) {
        None | Some(Match::Nobody) => Vec::new(),
        Some(Match::One(person)) => vec![person],
        Some(Match::Unsure(persons)) => persons,
    };
    let in_class = |person: &&PersonId| row.class.is_none_or(|class| class_of.get(*person) == Some(&class));
    let fits: Vec<PersonId> = candidates.iter().filter(in_class).copied().collect();
    if let [person] = fits.as_slice() { Ok(*person) } else { Err(fits.len()) }
}

fn of_card(
    tx: &mut Tx<'_>,
    scope: &Scope,
    person: PersonBrief,
    card: Card,
    with_card: &HashSet<PersonId>,
) -> Result<CardVerdict, AccessError> {
    if let Some(holder) = register::holder_of(tx, scope, card)? {
        let is_own = holder.person.id == person.id && holder.is_exact;
        return Ok(if is_own { CardVerdict::Has(person) } else { CardVerdict::Taken(holder.person) });
    }
    if let Some(label) = register::day_card_of(tx, scope, card)? {
        return Ok(CardVerdict::DayCard(label));
    }
    let has_card = with_card.contains(&person.id);
    Ok(CardVerdict::Give { person, has_card })
}
