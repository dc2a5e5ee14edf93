//! The register with the ways to look something up in it.

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use kernel::{Card, ClassId, GroupId, PersonId, ReaderFormat};
use people::{
    everybody::{Finder, Known, family_and_given},
    model::{ClassName, GuardianshipData, Iin, Particulars, PersonName, Phone},
};

use super::Register;

/// A register in which persons are found by id, name, card, IIN and telephone.
pub(super) struct Index<'a> {
    pub(super) finder: Finder,
    pub(super) by_id: HashMap<PersonId, &'a Known>,
    classes: HashMap<ClassId, ClassName>,
    /// Exactly this card.
    pub(super) cards: HashMap<Card, PersonId>,
    low24: HashMap<u64, Vec<(bool, PersonId)>>,
    pub(super) groups: HashMap<PersonId, HashSet<&'a str>>,
    private: &'a HashMap<PersonId, Particulars>,
    iins: HashMap<Iin, PersonId>,
    phones: HashMap<&'a Phone, Vec<PersonId>>,
    kin: HashMap<PersonId, Vec<(PersonId, &'a GuardianshipData)>>,
}

/// What is known of somebody of whom nothing is.
static NOTHING: LazyLock<Particulars> = LazyLock::new(Particulars::default);

impl<'a> Index<'a> {
    pub(super) fn of(register: &'a Register) -> Self {
        let mut index = Self {
            finder: Finder::new(&register.known),
            by_id: register.known.iter().map(|known| (known.id, known)).collect(),
            classes: register.classes.iter().map(|class| (class.id, class.data.name)).collect(),
            cards: HashMap::new(),
            low24: HashMap::new(),
            groups: HashMap::new(),
            private: &register.private,
            iins: HashMap::new(),
            phones: HashMap::new(),
            kin: HashMap::new(),
        };
        for (person, private) in &register.private {
            index.iins.extend(private.iin.map(|iin| (iin, *person)));
            for phone in &private.phones {
                index.phones.entry(phone).or_default().push(*person);
            }
        }
        for (child, guardian, data) in &register.families {
            index.kin.entry(*child).or_default().push((*guardian, data));
        }
        for known in &register.known {
            for (card, _) in &known.cards {
                index.cards.insert(*card, known.id);
                if let Some(low24) = ReaderFormat::W26Plain.number(*card) {
                    index.low24.entry(low24).or_default().push((card.bits == 24, known.id));
                }
            }
        }
        let names: HashMap<GroupId, &str> = register.groups.iter().map(|(id, name)| (*id, name.as_str())).collect();
        for (group, person) in &register.memberships {
            index.groups.entry(*person).or_default().extend(names.get(group));
        }
        index
    }

    /// Who holds this card, or one that a 26-bit reader cannot tell from it.
    pub(super) fn holder(&self, card: Card) -> Option<PersonId> {
        self.cards.get(&card).copied().or_else(|| {
            let low24 = ReaderFormat::W26Plain.number(card)?;
            self.low24.get(&low24)?.iter().find(|(is_24, _)| *is_24 != (card.bits == 24)).map(|(_, holder)| *holder)
        })
    }

    pub(super) fn known(&self, person: PersonId) -> Option<&'a Known> {
        self.by_id.get(&person).copied()
    }

    /// What is kept sealed of a person.
    pub(super) fn private(&self, person: PersonId) -> &'a Particulars {
        self.private.get(&person).unwrap_or(&NOTHING)
    }

    /// Who has an IIN.
    pub(super) fn holder_of(&self, iin: Iin) -> Option<PersonId> {
        self.iins.get(&iin).copied().filter(|person| self.by_id.contains_key(person))
    }

    /// Who has a telephone.
    pub(super) fn with_phone(&self, phone: &Phone) -> impl Iterator<Item = PersonId> {
        self.phones.get(phone).into_iter().flatten().copied()
    }

    /// Who answers for a child.
    pub(super) fn kin(&self, child: PersonId) -> &[(PersonId, &'a GuardianshipData)] {
        self.kin.get(&child).map_or(&[], Vec::as_slice)
    }

    /// Whether a person's name and this one may be one: the family name or the given name is the same.
    pub(super) fn is_like(&self, person: PersonId, name: &PersonName) -> bool {
        let Some(known) = self.known(person) else { return false };
        let parts = |name: &PersonName| {
            let key = family_and_given(name);
            key.split_once('|').map(|(family, given)| (family.to_owned(), given.to_owned()))
        };
        parts(&known.data.name).zip(parts(name)).is_some_and(|(a, b)| a.0 == b.0 || a.1 == b.1)
    }

    /// The class of a person.
    pub(super) fn class_of(&self, known: &Known) -> Option<ClassName> {
        known.data.class.and_then(|class| self.classes.get(&class).copied())
    }
}
