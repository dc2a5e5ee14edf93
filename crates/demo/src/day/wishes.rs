//! Who wants to pass when: an ordinary day with its mishaps.

use std::collections::HashSet;

use jiff::{ToSpan, civil::Date};
use kernel::{Card, CredentialStatus, Direction, Reason, Role};

use super::{BEGIN_S, END_S, Entrance, LetGo, TapKind, Then, Wish};
use crate::{
    lot::Lot,
    world::{Class, GroupKind, Shift, World},
};

/// Everything that happens to somebody on a day, in the order of making.
struct Plan<'a> {
    world: &'a World,
    lot: &'a mut Lot,
    date: Date,
    wishes: Vec<Wish>,
    /// Who may leave before the lessons are over.
    let_go: Vec<LetGo>,
    /// Whoever goes home from the last lesson and, of the youngest, may not go before: with the class's first bell.
    staying: Vec<(usize, u32)>,
    /// Lots of permissions, so that the rest of the day is as it is without them.
    permits: Lot,
    /// Left their cards at home.
    forgetful: HashSet<usize>,
    /// Let a friend try their cards.
    generous: HashSet<usize>,
    /// Go to the staff entrance though they are pupils.
    astray: HashSet<usize>,
    /// Come hours before their shift.
    early: HashSet<usize>,
}

/// What everybody wants on this day, and who is let go early.
pub(super) fn make(world: &World, lot: &mut Lot, date: Date) -> (Vec<Wish>, Vec<LetGo>) {
    let days = date.since(Date::ZERO).map_or(0, |span| span.get_days());
    let mut plan = Plan {
        world,
        lot,
        date,
        wishes: Vec::with_capacity(world.people.len() * 2 + 256),
        let_go: Vec::new(),
        staying: Vec::new(),
        permits: Lot::new(world.seed ^ PERMITS, u64::from(days.unsigned_abs())),
        forgetful: HashSet::new(),
        generous: HashSet::new(),
        astray: HashSet::new(),
        early: HashSet::new(),
    };
    if world.calendar.is_school_day(date) {
        plan.choose_the_unlucky();
        plan.school_day();
        plan.one_without_a_permission();
        plan.strange_cards();
    } else {
        plan.quiet_day();
    }
    (plan.wishes, plan.let_go)
}

const fn at(hour: u32, minute: u32) -> u32 {
    hour * 3600 + minute * 60
}

/// Nobody starts towards a turnstile later than this, so that a queue is gone at the day's end.
const LAST_WISH_S: u32 = END_S - 90;

/// So many different ones of a list.
fn draw(lot: &mut Lot, from: &[usize], count: usize) -> Vec<usize> {
    lot.some_of(from.len(), count).into_iter().map(|at| from[at]).collect()
}

impl Plan<'_> {
    /// Who meets with a mishap today, each with one only.
    fn choose_the_unlucky(&mut self) {
        let with_card = |shift: Option<Shift>| -> Vec<usize> {
            (0..self.world.people.len())
                .filter(|person| self.world.people[*person].active_card().is_some())
                // Who lives at the school may come at any hour, so for them nothing would go wrong.
                .filter(|person| !self.world.is_in(*person, GroupKind::Dormitory))
                .filter(|person| self.world.class_of(*person).map(|class| class.shift) == shift)
                .collect()
        };
        let morning = draw(self.lot, &with_card(Some(Shift::First)), 8);
        let afternoon = draw(self.lot, &with_card(Some(Shift::Second)), 7);
        let staff = draw(self.lot, &with_card(None), 1);
        self.forgetful = [&morning[..5], &afternoon[..3], &staff].concat().into_iter().collect();
        self.generous = [&morning[5..7], &afternoon[3..4]].concat().into_iter().collect();
        self.early = afternoon[4..7].iter().copied().collect();
        let learning: Vec<usize> = (0..self.world.people.len())
            .filter(|person| self.is_learning(*person) && !morning.contains(person))
            .collect();
        let astray = if learning.is_empty() { vec![morning[7]] } else { draw(self.lot, &learning, 3) };
        self.astray = astray.into_iter().collect();
    }

    fn is_learning(&self, person: usize) -> bool {
        let person = &self.world.people[person];
        person.active_card().is_some() && person.learning_until.is_some_and(|until| self.date <= until)
    }

    fn school_day(&mut self) {
        for person in 0..self.world.people.len() {
            match self.world.class_of(person).cloned() {
                Some(class) if !self.world.calendar.learns(self.date, class.grade) => {}
                Some(_) if self.is_ill(person) | self.lot.chance(28) => {}
                Some(class) => self.pupil(person, &class),
                None if self.lot.chance(45) => {}
                None => self.worker(person),
            }
        }
    }

    /// Whether a pupil is ill at home: from some day to the end of the week, and some pupils often.
    fn is_ill(&self, person: usize) -> bool {
        let weekday = self.date.weekday().to_monday_zero_offset();
        let monday = self.date.checked_sub(i32::from(weekday).days()).unwrap_or(self.date);
        let days = monday.since(Date::ZERO).map_or(0, |span| span.get_days());
        let subject = u64::from(days.unsigned_abs()) << 32 | person as u64;
        let mut lot = Lot::new(self.world.seed ^ ILLNESS, subject);
        let is_frail = person.is_multiple_of(97);
        lot.chance(if is_frail { 180 } else { 20 }) && u32::from(weekday.unsigned_abs()) >= lot.below(0, 4)
    }

    fn pupil(&mut self, person: usize, class: &Class) {
        let begin_s = class.shift.begins_min() * 60;
        let lives_here = self.world.is_in(person, GroupKind::Dormitory);
        let come_s = if self.lot.chance(28) {
            self.lot.around(begin_s + 60, begin_s + 40 * 60)
        } else if lives_here {
            begin_s - self.lot.below(20 * 60, 30 * 60)
        } else if class.shift == Shift::Second && self.lot.chance(120) {
            self.lot.below(at(13, 5), at(13, 35))
        } else {
            self.lot.around(begin_s - 23 * 60, begin_s - 60)
        };
        let leave_s = self.leave_s(person, class);
        if self.early.contains(&person) {
            let early_s = self.lot.below(at(10, 40), at(12, 40));
            self.swipe(person, early_s, Entrance::Hall, Direction::In, Reason::OutsideSchedule, Then::Nothing);
        }
        self.comes(person, come_s, Entrance::Hall);
        let is_kept_in = (1..=STAYS_IN_GRADE).contains(&class.grade);
        let is_early = leave_s < lessons_end_s(class);
        if is_kept_in && !is_early {
            self.staying.push((person, begin_s));
        }
        if is_early && self.holds_card(person) && self.permits.chance(700) {
            let from_s = leave_s / 60 * 60 - 10 * 60;
            self.let_go.push(LetGo { person, from_s, until_s: from_s + 45 * 60 });
            let expected = if is_kept_in { Reason::GrantedLeave } else { Reason::Granted };
            self.swipe(person, leave_s, Entrance::Hall, Direction::Out, expected, Then::Nothing);
        } else if is_kept_in && is_early {
            // Lessons keep the youngest in: the guard lets them out to the parents who came for them.
            self.without_card(person, leave_s, Direction::Out);
        } else {
            self.leaves(person, leave_s, Entrance::Hall);
        }
        if self.world.is_in(person, GroupKind::Sports) && leave_s < at(13, 45) {
            let back_s = self.lot.around(at(14, 30), at(16, 0));
            self.comes(person, back_s, Entrance::Hall);
            let leave_s = back_s + self.lot.below(80 * 60, 120 * 60);
            self.leaves(person, leave_s, Entrance::Hall);
        }
    }

    /// When a pupil goes home.
    fn leave_s(&mut self, person: usize, class: &Class) -> u32 {
        if self.lot.chance(12) {
            // Unwell, fetched by the parents.
            let begin_s = class.shift.begins_min() * 60;
            return self.lot.below(begin_s + 5000, begin_s + 9500);
        }
        if self.world.is_in(person, GroupKind::ExtendedDay) {
            return self.lot.around(at(16, 30), at(17, 50));
        }
        if class.shift == Shift::First && self.world.is_in(person, GroupKind::Dormitory) {
            return self.lot.around(at(15, 0), at(18, 30));
        }
        let end_s = lessons_end_s(class);
        if class.shift == Shift::First && class.grade > 1 && self.lot.chance(80) {
            return self.lot.around(at(14, 20), at(16, 0));
        }
        self.lot.around(end_s + 120, end_s + 14 * 60)
    }

    /// One of the youngest goes to the door in the middle of the lessons, is refused, and goes back to the class.
    fn one_without_a_permission(&mut self) {
        let able: Vec<(usize, u32)> = self.staying.iter().copied().filter(|(who, _)| self.holds_card(*who)).collect();
        if !able.is_empty() {
            let (person, begin_s) = *self.permits.pick(&able);
            let at_s = begin_s + self.permits.below(50 * 60, 100 * 60);
            self.swipe(person, at_s, Entrance::Hall, Direction::Out, Reason::NoLeave, Then::Nothing);
        }
    }

    /// Whether the person has the card at hand.
    fn holds_card(&self, person: usize) -> bool {
        !self.forgetful.contains(&person) && self.world.people[person].active_card().is_some()
    }

    fn worker(&mut self, person: usize) {
        let is_teacher = self.world.people[person].role == Role::Teacher;
        let is_on_duty = self.world.is_in(person, GroupKind::Duty);
        let entrance = if self.lot.chance(650) { Entrance::Staff } else { Entrance::Hall };
        let (come_s, leave_s) = if is_on_duty {
            if self.lot.chance(450) {
                return;
            }
            (self.lot.below(BEGIN_S, BEGIN_S + 300), self.lot.below(at(19, 24), LAST_WISH_S))
        } else if is_teacher && self.lot.chance(400) {
            (self.lot.around(at(12, 30), at(13, 45)), self.lot.around(at(18, 20), at(19, 26)))
        } else {
            (self.lot.around(BEGIN_S, at(7, 52)), self.lot.around(at(15, 0), at(17, 40)))
        };
        self.comes(person, come_s, entrance);
        if come_s < at(9, 0) && self.lot.chance(140) {
            let out_s = self.lot.below(at(11, 20), at(13, 40));
            self.leaves(person, out_s, entrance);
            let back_s = out_s + self.lot.below(20 * 60, 60 * 60);
            self.comes(person, back_s, entrance);
        }
        self.leaves(person, leave_s, entrance);
    }

    /// Only those on duty, and pupils who live at the school going out for a while and coming back at once.
    fn quiet_day(&mut self) {
        for person in 0..self.world.people.len() {
            if self.world.is_in(person, GroupKind::Duty) && self.lot.chance(600) {
                let (come_s, leave_s) = (self.lot.below(BEGIN_S, at(8, 10)), self.lot.below(at(19, 0), LAST_WISH_S));
                self.comes(person, come_s, Entrance::Staff);
                self.leaves(person, leave_s, Entrance::Staff);
            } else if self.world.is_in(person, GroupKind::Dormitory) && self.lot.chance(300) {
                let come_s = self.lot.below(at(9, 0), at(15, 0));
                let leave_s = come_s + self.lot.below(1800, 9000);
                self.comes(person, come_s, Entrance::Hall);
                self.leaves(person, leave_s, Entrance::Hall);
            }
        }
    }

    /// A found card that was reported lost, cards of nobody, one that was given back.
    fn strange_cards(&mut self) {
        let of_status = |status: CredentialStatus| -> Vec<(usize, Card)> {
            let people = self.world.people.iter().enumerate();
            people.filter_map(|(place, person)| Some((place, person.card_in(status)?))).collect()
        };
        let (lost, returned) = (of_status(CredentialStatus::Lost), of_status(CredentialStatus::Returned));
        for (cards, reason, from_s, to_s) in [
            (&lost, Reason::CredentialLost, at(10, 5), at(10, 40)),
            (&lost, Reason::CredentialLost, at(15, 0), at(18, 0)),
            (&returned, Reason::CredentialReturned, at(7, 50), at(8, 20)),
        ] {
            if !cards.is_empty() {
                let (owner, card) = *self.lot.pick(cards);
                let at_s = self.lot.below(from_s, to_s);
                self.wish(
                    at_s,
                    Entrance::Hall,
                    Direction::In,
                    TapKind::Card { card, owner: Some(owner) },
                    reason,
                    Then::Nothing,
                );
            }
        }
        let known: HashSet<Card> =
            self.world.people.iter().flat_map(|person| &person.cards).map(|held| held.card).collect();
        for (from_s, to_s) in [(at(7, 45), at(8, 10)), (at(11, 0), at(12, 0)), (at(13, 40), at(14, 10))] {
            // A bus card or the key of a house: the first number from a drawn one on that the school has not given out.
            let start = u64::from(self.lot.below(0x30_0000, 0xf0_0000));
            let stranger = (start..=0xff_ffff).map(|value| Card { bits: 24, value }).find(|card| !known.contains(card));
            if let Some(card) = stranger {
                let at_s = self.lot.below(from_s, to_s);
                let kind = TapKind::Card { card, owner: None };
                self.wish(at_s, Entrance::Hall, Direction::In, kind, Reason::UnknownCredential, Then::Nothing);
            }
        }
    }

    fn comes(&mut self, person: usize, at_s: u32, entrance: Entrance) {
        let holder = &self.world.people[person];
        if self.forgetful.contains(&person) {
            return self.without_card(person, at_s, Direction::In);
        }
        if holder.active_card().is_some() {
            let (entrance, reason, then) = if self.astray.remove(&person) {
                if self.is_learning(person) {
                    (Entrance::Staff, Reason::GrantedLearning, Then::Nothing)
                } else {
                    (Entrance::Staff, Reason::NoRight, Then::GoesToHall)
                }
            } else if self.generous.remove(&person) {
                (Entrance::Hall, Reason::Granted, Then::FriendTries)
            } else {
                (entrance, Reason::Granted, Then::Nothing)
            };
            return self.swipe(person, at_s, entrance, Direction::In, reason, then);
        }
        match holder.card_in(CredentialStatus::Suspended) {
            Some(card) => {
                let kind = TapKind::Card { card, owner: Some(person) };
                self.wish(
                    at_s,
                    Entrance::Hall,
                    Direction::In,
                    kind,
                    Reason::CredentialSuspended,
                    Then::GuardLetsIn(person),
                );
            }
            None => self.without_card(person, at_s, Direction::In),
        }
    }

    fn leaves(&mut self, person: usize, at_s: u32, entrance: Entrance) {
        if self.forgetful.contains(&person) || self.world.people[person].active_card().is_none() {
            self.without_card(person, at_s, Direction::Out);
        } else {
            self.swipe(person, at_s, entrance, Direction::Out, Reason::Granted, Then::Nothing);
        }
    }

    fn without_card(&mut self, person: usize, at_s: u32, direction: Direction) {
        self.wish(
            at_s,
            Entrance::Hall,
            direction,
            TapKind::ForgottenCard(person),
            Reason::GrantedByGuard,
            Then::Nothing,
        );
    }

    fn swipe(
        &mut self,
        person: usize,
        at_s: u32,
        entrance: Entrance,
        direction: Direction,
        expected: Reason,
        then: Then,
    ) {
        if let Some(card) = self.world.people[person].active_card() {
            self.wish(at_s, entrance, direction, TapKind::Card { card, owner: Some(person) }, expected, then);
        }
    }

    fn wish(
        &mut self,
        at_s: u32,
        entrance: Entrance,
        direction: Direction,
        kind: TapKind,
        expected: Reason,
        then: Then,
    ) {
        let at_s = at_s.clamp(BEGIN_S, LAST_WISH_S);
        self.wishes.push(Wish { at_s, entrance, direction, kind, expected, then });
    }
}

/// What the lot of illness is about: a lot of its own, one for each pupil and week.
const ILLNESS: u64 = 0x696c_6c00;

/// What the lot of permissions to leave is about.
const PERMITS: u64 = 0x6c65_6176;

/// Up to this grade a new school lets nobody out during lessons.
const STAYS_IN_GRADE: u8 = 4;

/// When the lessons of a class end: by the bells and the weeks that a new school is given, so that nobody but the unwell leaves before.
fn lessons_end_s(class: &Class) -> u32 {
    u32::from(class.lessons_end_min()) * 60
}
