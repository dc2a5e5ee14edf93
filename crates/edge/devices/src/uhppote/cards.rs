//! Brings a board's own card list to the one it should hold, by differences and one request at a time.
//!
//! The board's list is read once, slot by slot, into a mirror; after that only what differs is deleted, stored or stored anew.
//! Deletions come first, so that a full board has room. A card that the board refuses is counted and left alone until there is
//! a reason to try again: another card was deleted, the whole list is compared anew, or a long time has passed.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::Arc,
};

use gate::driver::{BoardCard, BoardList};

use super::{
    codec::{BoardDate, CardRecord, CardSlot, Pin},
    session::Session,
};
use crate::DeviceError;

/// How many slots are read at most; the largest boards hold 20,000 cards.
const MAX_SLOTS: u32 = 100_000;

/// After so many new cards refused one after the other the board is taken for full, and the rest is not tried.
const FULL_AFTER: u32 = 8;

/// One difference to mend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Change {
    Delete(u32),
    Put(CardRecord),
}

impl Change {
    const fn number(self) -> u32 {
        match self {
            Self::Delete(number) => number,
            Self::Put(card) => card.number,
        }
    }
}

/// How much of the board's list is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Known {
    Nothing,
    /// Slots before this one were read; so many cards are still to come.
    Before {
        slot: u32,
        left: u32,
    },
    All,
}

/// The board's list, as far as it is known, and what is still to be done to it.
#[derive(Debug)]
pub(super) struct CardSync {
    wanted: Option<Arc<BoardList>>,
    mirror: BTreeMap<u32, CardRecord>,
    known: Known,
    changes: VecDeque<Change>,
    refused: BTreeSet<u32>,
    refused_in_a_row: u32,
    /// Whether the board's list is to go as a whole: faster than card by card, for a lock-down.
    shall_empty: bool,
}

impl CardSync {
    pub(super) const fn new() -> Self {
        Self {
            wanted: None,
            mirror: BTreeMap::new(),
            known: Known::Nothing,
            changes: VecDeque::new(),
            refused: BTreeSet::new(),
            refused_in_a_row: 0,
            shall_empty: false,
        }
    }

    /// The list to hold from now on.
    pub(super) fn hold(&mut self, list: Arc<BoardList>) {
        if self.wanted.as_ref().is_none_or(|wanted| **wanted != *list) {
            self.shall_empty = list.is_empty();
            self.wanted = Some(list);
            self.plan();
        }
    }

    /// Forgets what is known of the board's list, so that it is read anew.
    pub(super) fn reread(&mut self) {
        let shall_empty = self.wanted.as_ref().is_some_and(|wanted| wanted.is_empty());
        *self = Self { wanted: self.wanted.take(), shall_empty, ..Self::new() };
    }

    /// Tries again what the board refused.
    pub(super) fn retry_refused(&mut self) {
        if !self.refused.is_empty() {
            self.refused.clear();
            self.plan();
        }
    }

    /// Compares the number of cards with what the board says after it was away: another number means another list.
    pub(super) fn check_count(&mut self, session: &mut Session) -> Result<(), DeviceError> {
        if self.known == Known::All && session.count_cards()? as usize != self.mirror.len() {
            self.reread();
        }
        Ok(())
    }

    /// Whether [`Self::step`] has something to do.
    pub(super) fn has_work(&self) -> bool {
        self.wanted.is_some() && (self.known != Known::All || !self.changes.is_empty())
    }

    /// Cards on the board, and how many still differ from the list to hold; `None` until the board's list was read.
    pub(super) fn counts(&self) -> Option<(u32, u32)> {
        let count = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        (self.known == Known::All).then(|| (count(self.mirror.len()), count(self.changes.len() + self.refused.len())))
    }

    /// Does one request's worth of work. A request that fails is done again with the next step: all of them may be repeated.
    pub(super) fn step(&mut self, session: &mut Session) -> Result<(), DeviceError> {
        if self.shall_empty && self.empty(session)? {
            return Ok(());
        }
        match self.known {
            Known::Nothing => {
                self.mirror.clear();
                self.read_on(1, session.count_cards()?);
            }
            Known::Before { slot, left } => match session.card_at(slot)? {
                CardSlot::Card(card) => {
                    self.mirror.insert(card.number, card);
                    self.read_on(slot + 1, left - 1);
                }
                CardSlot::Deleted => self.read_on(slot + 1, left),
                CardSlot::Empty => self.read_on(slot, 0),
            },
            Known::All => {
                if let Some(change) = self.changes.front().copied() {
                    match change {
                        Change::Delete(number) => self.delete(number, session)?,
                        Change::Put(card) => self.put(card, session)?,
                    }
                }
            }
        }
        Ok(())
    }

    /// Deletes every card at once; `false` when the board holds none or would not, and is to be looked through card by card.
    fn empty(&mut self, session: &mut Session) -> Result<bool, DeviceError> {
        let is_emptied = session.count_cards()? > 0 && session.delete_all_cards()?;
        self.shall_empty = false;
        if is_emptied {
            self.mirror.clear();
            self.refused.clear();
            self.known = Known::All;
            self.plan();
        }
        Ok(is_emptied)
    }

    fn read_on(&mut self, slot: u32, left: u32) {
        if left > 0 && slot <= MAX_SLOTS {
            self.known = Known::Before { slot, left };
        } else {
            self.known = Known::All;
            self.plan();
        }
    }

    /// A card that the board does not know any more is as good as deleted.
    fn delete(&mut self, number: u32, session: &mut Session) -> Result<(), DeviceError> {
        session.delete_card(number)?;
        self.changes.pop_front();
        self.mirror.remove(&number);
        self.refused_in_a_row = 0;
        // The deletions of a plan come before everything else, so what was refused before it finds room after it.
        if !self.refused.is_empty() {
            self.refused.clear();
            self.plan();
        }
        Ok(())
    }

    fn put(&mut self, card: CardRecord, session: &mut Session) -> Result<(), DeviceError> {
        let is_stored = session.put_card(card)?;
        self.changes.pop_front();
        if is_stored {
            self.mirror.insert(card.number, card);
            self.refused_in_a_row = 0;
            return Ok(());
        }
        self.refused.insert(card.number);
        self.refused_in_a_row += u32::from(!self.mirror.contains_key(&card.number));
        // New cards are the last of a plan: what is left when they are refused is new too.
        if self.refused_in_a_row >= FULL_AFTER {
            self.refused.extend(self.changes.drain(..).map(Change::number));
        }
        Ok(())
    }

    /// Works out what differs: deletions, then cards that changed, then new cards.
    fn plan(&mut self) {
        let Some(wanted) = self.wanted.as_ref().filter(|_| self.known == Known::All) else { return };
        self.refused_in_a_row = 0;
        self.refused.retain(|number| wanted.contains_key(number));
        self.changes.clear();
        self.changes.extend(
            self.mirror.keys().filter(|number| !wanted.contains_key(number)).map(|number| Change::Delete(*number)),
        );
        let differing = || {
            let records = wanted.iter().map(|(number, card)| record(*number, card));
            records.filter(|card| self.mirror.get(&card.number) != Some(card) && !self.refused.contains(&card.number))
        };
        self.changes.extend(differing().filter(|card| self.mirror.contains_key(&card.number)).map(Change::Put));
        self.changes.extend(differing().filter(|card| !self.mirror.contains_key(&card.number)).map(Change::Put));
    }
}

/// The record of a card on a board: its doors open always, the times of the day are the gate's business.
fn record(number: u32, card: &BoardCard) -> CardRecord {
    CardRecord {
        number,
        from: BoardDate::At(card.from),
        until: BoardDate::At(card.until),
        doors: card.doors.map(u8::from),
        pin: Pin::NONE,
        first_card: 0,
    }
}
