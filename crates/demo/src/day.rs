//! One simulated day: who taps where and when, and what should come of it.
//!
//! A plan is made in two steps. First everybody gets wishes (come about 07:50, leave after the fifth lesson), with the
//! mishaps of a school among them. Then the wishes queue up at the turnstiles, each of which lets one person through in a few
//! seconds. The gate is not asked: what is expected follows from the school's rules, so the demonstration and its tests can
//! compare.

mod wishes;

use std::collections::BTreeMap;

use jiff::civil::Date;
use kernel::{Card, Direction, Reason};

use crate::{
    lot::Lot,
    world::{HALL, STAFF_ENTRANCE, World},
};

/// The second of the day at which a day begins: 07:30.
pub const BEGIN_S: u32 = 7 * 3600 + 30 * 60;
/// The second of the day at which everybody has left: 19:30.
pub const END_S: u32 = 19 * 3600 + 30 * 60;

/// Somebody at a turnstile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tap {
    /// Second of the day, by the school's clock.
    pub at_s: u32,
    /// Where, as a place in [`World::points`].
    pub point: usize,
    /// Which way.
    pub direction: Direction,
    /// What happens.
    pub kind: TapKind,
    /// What should come of it.
    pub expected: Reason,
}

/// What happens at the turnstile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TapKind {
    /// A card is held to the reader.
    Card {
        /// What is on it.
        card: Card,
        /// Whose it is, as a place in [`World::people`]; not always the one who holds it.
        owner: Option<usize>,
    },
    /// This person stands there without a card, and the guard lets the person through by name.
    ForgottenCard(usize),
}

impl Tap {
    /// Who is concerned, as a place in [`World::people`].
    pub fn person(&self) -> Option<usize> {
        match self.kind {
            TapKind::Card { owner, .. } => owner,
            TapKind::ForgottenCard(person) => Some(person),
        }
    }

    /// The number that the point's reader shows; `None` when no card is held to it.
    pub fn number(&self, world: &World) -> Option<u64> {
        match self.kind {
            TapKind::Card { card, .. } => world.points.get(self.point)?.format.number(card),
            TapKind::ForgottenCard(_) => None,
        }
    }
}

/// Somebody who may leave before the lessons are over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LetGo {
    /// Who, as a place in [`World::people`].
    pub person: usize,
    /// From this second of the day on.
    pub from_s: u32,
    /// Before this second of the day.
    pub until_s: u32,
}

/// The simulated day.
#[derive(Debug)]
pub struct Day;

impl Day {
    /// All taps of the day, in their order: about 2,700 on a school day, a handful on another.
    pub fn plan(world: &World, seed: u64, date: Date) -> Vec<Tap> {
        let days = date.since(Date::ZERO).map_or(0, |span| span.get_days());
        let mut lot = Lot::new(seed, u64::from(days.unsigned_abs()));
        let (wishes, _) = wishes::make(world, &mut lot, date);
        Queue::default().settle(&mut lot, wishes)
    }

    /// Who is let go before the lessons of the day are over: what the class teachers permit before anybody comes.
    pub fn let_go(world: &World, seed: u64, date: Date) -> Vec<LetGo> {
        let days = date.since(Date::ZERO).map_or(0, |span| span.get_days());
        wishes::make(world, &mut Lot::new(seed, u64::from(days.unsigned_abs())), date).1
    }
}

/// What somebody wants to do at an entrance at a time.
#[derive(Clone, Copy, Debug)]
struct Wish {
    at_s: u32,
    entrance: Entrance,
    direction: Direction,
    kind: TapKind,
    expected: Reason,
    then: Then,
}

/// Which turnstiles a person goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Entrance {
    Hall,
    Staff,
    /// This one.
    Point(usize),
}

/// What follows a tap.
#[derive(Clone, Copy, Debug)]
enum Then {
    Nothing,
    /// The card goes back to a friend, who tries it at once.
    FriendTries,
    /// The guard lets the person through at the same turnstile.
    GuardLetsIn(usize),
    /// The person goes round to the hall.
    GoesToHall,
}

/// How long a turnstile takes for one person, in seconds.
const PASSAGE_S: u32 = 3;
/// How soon a friend holds the same card to the reader.
const FRIEND_S: u32 = 2;
/// How long a guard needs to find a name.
const GUARD_S: u32 = 22;
/// How long it takes to walk round the house.
const WALK_S: u32 = 75;

/// The turnstiles, each with the second from which it is free.
#[derive(Default)]
struct Queue {
    free_s: BTreeMap<usize, u32>,
}

impl Queue {
    fn settle(mut self, lot: &mut Lot, wishes: Vec<Wish>) -> Vec<Tap> {
        let mut taps = Vec::with_capacity(wishes.len() + 64);
        // The second key keeps wishes of one second in the order in which they were made.
        let mut waiting: BTreeMap<(u32, usize), Wish> =
            wishes.into_iter().enumerate().map(|(order, wish)| ((wish.at_s, order), wish)).collect();
        let mut order = waiting.len();
        while let Some((_, wish)) = waiting.pop_first() {
            let (point, at_s) = self.take(lot, wish.entrance, wish.at_s);
            let tap = Tap { at_s, point, direction: wish.direction, kind: wish.kind, expected: wish.expected };
            taps.push(tap);
            let next = match wish.then {
                Then::Nothing => None,
                Then::FriendTries => {
                    taps.push(Tap { at_s: at_s + FRIEND_S, expected: Reason::AntiPassback, ..tap });
                    None
                }
                Then::GuardLetsIn(person) => Some(Wish {
                    at_s: at_s + GUARD_S,
                    entrance: Entrance::Point(point),
                    kind: TapKind::ForgottenCard(person),
                    expected: Reason::GrantedByGuard,
                    then: Then::Nothing,
                    ..wish
                }),
                Then::GoesToHall => Some(Wish {
                    at_s: at_s + WALK_S,
                    entrance: Entrance::Hall,
                    expected: Reason::Granted,
                    then: Then::Nothing,
                    ..wish
                }),
            };
            if let Some(next) = next {
                waiting.insert((next.at_s, order), next);
                order += 1;
            }
        }
        taps.sort_by_key(|tap| tap.at_s);
        taps
    }

    /// The turnstile that is free first from this second on, and when; several that are free are taken by lot.
    fn take(&mut self, lot: &mut Lot, entrance: Entrance, at_s: u32) -> (usize, u32) {
        let points = match entrance {
            Entrance::Hall => HALL.to_vec(),
            Entrance::Staff => vec![STAFF_ENTRANCE],
            Entrance::Point(point) => vec![point],
        };
        let free_s = |point: &usize| self.free_s.get(point).copied().unwrap_or(0).max(at_s);
        let soonest_s = points.iter().map(free_s).min().unwrap_or(at_s);
        let free: Vec<usize> = points.iter().copied().filter(|point| free_s(point) == soonest_s).collect();
        let point = *lot.pick(&free);
        self.free_s.insert(point, soonest_s + PASSAGE_S + lot.below(0, 2));
        (point, soonest_s)
    }
}

#[cfg(test)]
mod tests;
