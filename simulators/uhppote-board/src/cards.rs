//! The card list: numbered slots, as the board shows them to a host that reads by index.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What a deleted slot answers when it is read by index.
pub(crate) const DELETED: u32 = 0xFFFF_FFFF;
/// Largest PIN that fits six digits.
pub(crate) const MAX_PIN: u32 = 999_999;

/// One card in the board's own list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// Number as the reader sends it: never 0, never 0xFFFFFFFF.
    pub number: u32,
    /// First day on which the card is good.
    pub from: Date,
    /// Last day on which the card is good.
    pub to: Date,
    /// For doors 1 to 4: 0 no right, 1 always, 2–254 by that time profile.
    pub doors: [u8; 4],
    /// Six digits at most; 0 is none.
    pub pin: u32,
    /// Bit per door (1, 2, 4, 8) that this card may open as the first of the day.
    pub first_card: u8,
}

/// What lies in a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Slot<'a> {
    /// Never used, or beyond the last slot.
    Empty,
    /// Held a card that was deleted.
    Deleted,
    /// Holds this card.
    Card(&'a Card),
}

/// Slots in the order of use. A deleted slot stays where it is and is the first to be filled again.
///
/// Invariants: every card's number leads to its own slot and back; a slot is either in `by_number` or in `free`.
#[derive(Debug)]
pub(crate) struct Cards {
    capacity: usize,
    slots: Vec<Option<Card>>,
    by_number: HashMap<u32, usize>,
    free: BinaryHeap<Reverse<usize>>,
}

impl Cards {
    pub(crate) fn new(capacity: usize) -> Self {
        Cards { capacity: capacity.max(1), slots: Vec::new(), by_number: HashMap::new(), free: BinaryHeap::new() }
    }

    pub(crate) fn len(&self) -> usize {
        self.by_number.len()
    }

    pub(crate) fn get(&self, number: u32) -> Option<&Card> {
        self.slots.get(*self.by_number.get(&number)?)?.as_ref()
    }

    /// The slot numbered `index`, from 1.
    pub(crate) fn slot(&self, index: u32) -> Slot<'_> {
        let place = usize::try_from(index).ok().and_then(|index| index.checked_sub(1));
        match place.and_then(|place| self.slots.get(place)) {
            None => Slot::Empty,
            Some(None) => Slot::Deleted,
            Some(Some(card)) => Slot::Card(card),
        }
    }

    /// Stores or replaces a card; `None` when the number is not one or all slots are taken, else the slot's place.
    pub(crate) fn put(&mut self, card: Card) -> Option<usize> {
        if card.number == 0 || card.number == DELETED {
            return None;
        }
        let place = match self.by_number.get(&card.number) {
            Some(place) => *place,
            None => self.vacant()?,
        };
        self.place(place, card);
        Some(place)
    }

    fn vacant(&mut self) -> Option<usize> {
        match self.free.pop() {
            Some(Reverse(place)) => Some(place),
            None if self.slots.len() < self.capacity => {
                self.slots.push(None);
                Some(self.slots.len() - 1)
            }
            None => None,
        }
    }

    fn place(&mut self, place: usize, card: Card) {
        self.by_number.insert(card.number, place);
        self.slots[place] = Some(card);
    }

    /// Deletes a card; `false` when it was not there.
    pub(crate) fn delete(&mut self, number: u32) -> bool {
        let Some(place) = self.by_number.remove(&number) else { return false };
        self.slots[place] = None;
        self.free.push(Reverse(place));
        true
    }

    /// Empties all slots; none counts as deleted afterwards.
    pub(crate) fn clear(&mut self) {
        self.slots.clear();
        self.by_number.clear();
        self.free.clear();
    }

    /// All cards with their places, in the order of slots.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (usize, &Card)> {
        self.slots.iter().enumerate().filter_map(|(place, card)| Some((place, card.as_ref()?)))
    }

    /// Fills the slot at `place`, as a file says; `false` when the place is beyond the capacity or the number is none.
    pub(crate) fn restore(&mut self, place: usize, card: Card) -> bool {
        if place >= self.capacity || card.number == 0 || card.number == DELETED {
            return false;
        }
        self.delete(card.number);
        if self.slots.len() <= place {
            self.slots.resize(place + 1, None);
        }
        if let Some(Some(old)) = self.slots.get(place) {
            self.by_number.remove(&old.number);
        }
        self.place(place, card);
        true
    }

    /// Rebuilds the list of deleted slots after slots were filled one by one from a file.
    pub(crate) fn restored(&mut self) {
        self.free = self.slots.iter().enumerate().filter(|(_, card)| card.is_none()).map(|(p, _)| Reverse(p)).collect();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn card(number: u32) -> Card {
        Card {
            number,
            from: Date::constant(2026, 1, 1),
            to: Date::constant(2026, 12, 31),
            doors: [1; 4],
            pin: 0,
            first_card: 0,
        }
    }

    #[test]
    fn a_deleted_slot_shows_itself_and_is_filled_first() {
        let mut cards = Cards::new(10);
        for number in 1..=3 {
            cards.put(card(number));
        }
        cards.delete(2);
        assert_eq!(cards.slot(2), Slot::Deleted);
        assert_eq!(cards.slot(4), Slot::Empty);
        assert_eq!(cards.slot(0), Slot::Empty);
        assert_eq!(cards.put(card(9)), Some(1));
        assert_eq!(cards.slot(2), Slot::Card(&card(9)));
    }

    #[test]
    fn a_full_list_refuses_a_new_card_but_replaces_an_old_one() {
        let mut cards = Cards::new(2);
        assert!(cards.put(card(1)).is_some() && cards.put(card(2)).is_some());
        assert_eq!(cards.put(card(3)), None);
        assert!(cards.put(Card { pin: 7, ..card(2) }).is_some());
        assert_eq!(cards.get(2).map(|card| card.pin), Some(7));
    }

    #[test]
    fn the_numbers_that_mean_none_and_deleted_are_no_cards() {
        let mut cards = Cards::new(2);
        assert_eq!(cards.put(card(0)), None);
        assert_eq!(cards.put(card(DELETED)), None);
        assert!(!cards.restore(0, card(DELETED)));
        assert_eq!(cards.len(), 0);
    }

    proptest! {
        #[test]
        fn slots_and_numbers_agree_with_a_plain_map_after_any_history(
            steps in prop::collection::vec((0u8..10, 1u32..40), 0..400), capacity in 1usize..30,
        ) {
            let mut cards = Cards::new(capacity);
            let mut model: BTreeMap<u32, Card> = BTreeMap::new();
            for (what, number) in steps {
                match what {
                    0..6 => {
                        let fits = model.len() < capacity || model.contains_key(&number);
                        prop_assert_eq!(cards.put(card(number)).is_some(), fits);
                        if fits { model.insert(number, card(number)); }
                    }
                    6..9 => prop_assert_eq!(cards.delete(number), model.remove(&number).is_some()),
                    _ if number < 3 => { cards.clear(); model.clear(); }
                    _ => {}
                }
                prop_assert!(cards.slots.len() <= capacity);
                prop_assert_eq!(cards.len() + cards.free.len(), cards.slots.len());
            }
            let mut found: Vec<u32> = cards.iter().map(|(_, card)| card.number).collect();
            found.sort_unstable();
            prop_assert_eq!(found, model.keys().copied().collect::<Vec<_>>());
            for (place, card) in cards.iter() {
                prop_assert_eq!(cards.slot(u32::try_from(place + 1).unwrap()), Slot::Card(card));
                prop_assert_eq!(cards.get(card.number), Some(card));
            }
        }
    }
}
