//! Calls about the card list.

use crate::cards::{Card, DELETED, MAX_PIN, Slot};
use crate::file::Entry;
use crate::frames::{Reply, Request};
use crate::state::State;

impl State {
    /// Stores a card. Refused when a date is missing or impossible, the number is no number, or the list is full.
    pub(super) fn put_card(&mut self, request: Request<'_>) -> Reply {
        let card = read_card(request);
        let place = card.clone().and_then(|card| self.cards.put(card));
        if let (Some(place), Some(card)) = (place, card) {
            self.keep(|| Entry::Card { place, card });
        }
        self.done(0x50, place.is_some())
    }

    pub(super) fn delete_card(&mut self, request: Request<'_>) -> Reply {
        let number = request.u32(8);
        let deleted = self.cards.delete(number);
        if deleted {
            self.passback.forget(number);
            self.keep(|| Entry::CardDeleted(number));
        }
        self.done(0x52, deleted)
    }

    pub(super) fn delete_all_cards(&mut self, request: Request<'_>) -> Reply {
        let guarded = request.is_guarded(8);
        if guarded {
            self.cards.clear();
            self.passback.clear();
            self.keep(|| Entry::CardsCleared);
        }
        self.done(0x54, guarded)
    }

    pub(super) fn count_cards(&self) -> Reply {
        let mut reply = self.reply(0x58);
        reply.put_u32(8, u32::try_from(self.cards.len()).unwrap_or(u32::MAX));
        reply
    }

    pub(super) fn get_card(&self, request: Request<'_>) -> Reply {
        let mut reply = self.reply(0x5A);
        if let Some(card) = self.cards.get(request.u32(8)) {
            put_card(&mut reply, card);
        }
        reply
    }

    /// A slot by its number: number 0 in the answer is "empty", 0xFFFFFFFF "deleted".
    pub(super) fn get_card_by_index(&self, request: Request<'_>) -> Reply {
        let mut reply = self.reply(0x5C);
        match self.cards.slot(request.u32(8)) {
            Slot::Empty => {}
            Slot::Deleted => reply.put_u32(8, DELETED),
            Slot::Card(card) => put_card(&mut reply, card),
        }
        reply
    }
}

fn read_card(request: Request<'_>) -> Option<Card> {
    let pin = request.u24(24);
    Some(Card {
        number: request.u32(8),
        from: request.date(12)?,
        to: request.date(16)?,
        doors: std::array::from_fn(|place| request.u8(20 + place)),
        pin: if pin <= MAX_PIN { pin } else { 0 },
        first_card: request.u8(27) & 0x0F,
    })
}

fn put_card(reply: &mut Reply, card: &Card) {
    reply.put_u32(8, card.number);
    reply.put_date(12, card.from);
    reply.put_date(16, card.to);
    reply.put(20, &card.doors);
    reply.put_u24(24, card.pin);
    reply.put_u8(27, card.first_card);
}
