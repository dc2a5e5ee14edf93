use std::collections::HashMap;

use jiff::civil::date;
use kernel::{AntiPassback, CredentialStatus, Role};
use proptest::prelude::*;

use super::*;
use crate::world::{GroupKind, Rule, RuleWho, Shift};

fn school_day() -> (World, Date) {
    let today = date(2026, 11, 23);
    (World::make(1, today), today)
}

/// What the rules of the school say about a tap: written from the rules' meaning, apart from the plan.
struct Judge<'a> {
    world: &'a World,
    date: Date,
    /// Who is let go early.
    let_go: Vec<LetGo>,
    /// Where everybody last went and when, of passes that were granted.
    last: HashMap<usize, (Direction, u32)>,
}

impl Judge<'_> {
    fn reason(&mut self, tap: &Tap) -> Reason {
        let reason = self.decide(tap);
        if let Some(person) = tap.person().filter(|_| reason.is_granted()) {
            self.last.insert(person, (tap.direction, tap.at_s));
        }
        reason
    }

    fn decide(&self, tap: &Tap) -> Reason {
        let card = match tap.kind {
            TapKind::ForgottenCard(_) => return Reason::GrantedByGuard,
            TapKind::Card { card, .. } => card,
        };
        let holder = self.world.people.iter().enumerate().find_map(|(place, person)| {
            person.cards.iter().find(|held| held.card == card).map(|held| (place, person, held.status))
        });
        let Some((place, person, status)) = holder else { return Reason::UnknownCredential };
        match status {
            CredentialStatus::Lost => return Reason::CredentialLost,
            CredentialStatus::Suspended => return Reason::CredentialSuspended,
            CredentialStatus::Returned => return Reason::CredentialReturned,
            CredentialStatus::Active => {}
        }
        let point = &self.world.points[tap.point];
        let lessons_s = self
            .world
            .class_of(place)
            .filter(|class| (1..=4).contains(&class.grade))
            .map(|class| class.shift.begins_min() * 60..u32::from(class.lessons_end_min()) * 60);
        if tap.direction == Direction::Out
            && point.outer.is_none()
            && lessons_s.is_some_and(|lessons_s| lessons_s.contains(&tap.at_s))
            && self.world.calendar.learns(self.date, self.world.class_of(place).unwrap().grade)
        {
            let holds = |let_go: &&LetGo| let_go.person == place && (let_go.from_s..let_go.until_s).contains(&tap.at_s);
            return if self.let_go.iter().any(|let_go| holds(&let_go)) {
                Reason::GrantedLeave
            } else {
                Reason::NoLeave
            };
        }
        if let (AntiPassback::Timed(minutes), Some((direction, at_s))) = (point.anti_passback, self.last.get(&place))
            && *direction == tap.direction
            && tap.at_s < at_s + u32::from(minutes) * 60
        {
            return Reason::AntiPassback;
        }
        let is_his = |rule: &&Rule| match rule.who {
            RuleWho::Everybody => true,
            RuleWho::Role(role) => role == person.role,
            RuleWho::Group(group) => person.groups.contains(&group),
        };
        let here: Vec<&Rule> = self
            .world
            .rules
            .iter()
            .filter(is_his)
            .filter(|rule| rule.points.is_empty() || rule.points.contains(&tap.point))
            .filter(|rule| rule.direction.is_none_or(|direction| direction == tap.direction))
            .filter(|rule| {
                rule.from.is_none_or(|from| from <= self.date) && rule.until.is_none_or(|until| self.date <= until)
            })
            .collect();
        let is_holiday = self.world.calendar.is_closed(self.date);
        let minute = tap.at_s / 60;
        let day = 1_u8 << self.date.weekday().to_monday_zero_offset();
        let is_open = |rule: &&Rule| {
            rule.windows.is_empty()
                || rule.windows.iter().any(|window| {
                    window.days & day != 0 && (u32::from(window.from_min)..u32::from(window.to_min)).contains(&minute)
                })
        };
        if here.iter().any(|rule| is_open(rule) && (!is_holiday || rule.on_holidays)) {
            Reason::Granted
        } else if person.learning_until.is_some_and(|until| self.date <= until) {
            Reason::GrantedLearning
        } else if here.is_empty() {
            Reason::NoRight
        } else if here.iter().any(is_open) {
            Reason::Holiday
        } else {
            Reason::OutsideSchedule
        }
    }
}

#[test]
fn a_school_day_has_every_mishap_of_the_demonstration() {
    let (world, date) = school_day();
    let mut count: HashMap<Reason, usize> = HashMap::new();
    for tap in Day::plan(&world, 1, date) {
        *count.entry(tap.expected).or_default() += 1;
    }
    let count = |reason| count.get(&reason).copied().unwrap_or(0);
    assert!((2300..3200).contains(&count(Reason::Granted)), "{}", count(Reason::Granted));
    assert!((16..50).contains(&count(Reason::GrantedByGuard)), "{}", count(Reason::GrantedByGuard));
    for (reason, expected) in [
        (Reason::UnknownCredential, 2..4),
        (Reason::CredentialLost, 1..3),
        (Reason::CredentialReturned, 1..2),
        (Reason::CredentialSuspended, 2..5),
        (Reason::OutsideSchedule, 2..4),
        (Reason::AntiPassback, 2..4),
        (Reason::NoRight, 1..2),
        (Reason::GrantedLearning, 0..1),
        (Reason::NoLeave, 1..2),
        (Reason::GrantedLeave, 1..9),
    ] {
        assert!(expected.contains(&count(reason)), "{reason:?}: {}", count(reason));
    }
    let let_go = Day::let_go(&world, 1, date);
    assert!((4..20).contains(&let_go.len()), "{}", let_go.len());
    for LetGo { person, from_s, until_s } in let_go {
        let out = Day::plan(&world, 1, date)
            .into_iter()
            .find(|tap| tap.person() == Some(person) && tap.direction == Direction::Out && tap.expected.is_granted());
        assert!(out.is_some_and(|tap| (from_s..until_s).contains(&tap.at_s)), "{person}: {out:?}");
    }
}

#[test]
fn the_waves_of_the_day_come_when_the_bells_say() {
    let (world, date) = school_day();
    let taps = Day::plan(&world, 1, date);
    let count = |direction, from: (u32, u32), to: (u32, u32), who: &dyn Fn(usize) -> bool| {
        taps.iter()
            .filter(|tap| tap.direction == direction && tap.expected.is_granted())
            .filter(|tap| (from.0 * 3600 + from.1 * 60..to.0 * 3600 + to.1 * 60).contains(&tap.at_s))
            .filter(|tap| tap.person().is_some_and(who))
            .count()
    };
    let shift = |wanted: Shift| {
        move |world: &World, person: usize| world.class_of(person).is_some_and(|class| class.shift == wanted)
    };
    let first = |person| shift(Shift::First)(&world, person);
    let second = |person| shift(Shift::Second)(&world, person);
    let morning = (0..world.people.len()).filter(|person| first(*person)).count();
    let afternoon = PUPILS_OF_BOTH_SHIFTS - morning;
    let peak = count(Direction::In, (7, 40), (8, 1), &first);
    assert!(peak > morning * 80 / 100, "{peak} of {morning} come between 07:40 and 08:00");
    let late = count(Direction::In, (8, 1), (8, 41), &first);
    assert!((8..50).contains(&late), "{late} late");
    assert_eq!(count(Direction::In, (8, 45), (13, 0), &first), 0);
    assert!(
        count(Direction::Out, (11, 25), (11, 45), &|person| world
            .class_of(person)
            .is_some_and(|class| class.grade == 1))
            > 50
    );
    assert!(count(Direction::In, (13, 0), (14, 1), &second) > afternoon * 85 / 100);
    assert!(count(Direction::Out, (12, 20), (14, 0), &first) > morning / 2);
    assert!(count(Direction::Out, (17, 30), (19, 30), &second) > afternoon * 85 / 100);
    assert!(count(Direction::In, (7, 30), (7, 53), &|person| world.people[person].role != Role::Pupil) > 30);
}

const PUPILS_OF_BOTH_SHIFTS: usize = crate::world::PUPILS;

#[test]
fn a_day_without_lessons_is_quiet_and_in_order() {
    let (world, _) = school_day();
    for day in [date(2026, 11, 22), date(2026, 12, 16), date(2026, 10, 28)] {
        let taps = Day::plan(&world, 1, day);
        assert!(!taps.is_empty() && taps.len() < 120, "{day}: {}", taps.len());
        let is_expected = |person| world.is_in(person, GroupKind::Duty) || world.is_in(person, GroupKind::Dormitory);
        assert!(taps.iter().all(|tap| tap.person().is_some_and(is_expected)), "{day}");
    }
}

#[test]
fn first_graders_in_september_pass_where_later_they_may_not() {
    let day = date(2026, 9, 2);
    let world = World::make(1, day);
    let taps = Day::plan(&world, 1, day);
    let learning = taps.iter().filter(|tap| tap.expected == Reason::GrantedLearning).count();
    assert!((1..4).contains(&learning), "{learning}");
    assert!(taps.iter().all(|tap| tap.expected != Reason::NoRight));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]
    #[test]
    fn every_day_agrees_with_the_rules_of_the_school(seed in any::<u64>(), world_seed in 0..1000_u64, offset in 0..365_i64) {
        let day = date(2026, 8, 20).saturating_add(jiff::ToSpan::days(offset));
        let world = World::make(world_seed, day);
        let let_go = Day::let_go(&world, seed, day);
        let mut judge = Judge { world: &world, date: day, let_go, last: HashMap::new() };
        for tap in Day::plan(&world, seed, day) {
            prop_assert_eq!(judge.reason(&tap), tap.expected, "{} {:?}", day, tap);
        }
    }

    #[test]
    fn taps_stand_in_order_and_nobody_leaves_who_is_not_in(seed in any::<u64>(), offset in 0..365_i64) {
        let day = date(2026, 8, 20).saturating_add(jiff::ToSpan::days(offset));
        let world = World::make(1, day);
        let taps = Day::plan(&world, seed, day);
        prop_assert!(taps.is_sorted_by_key(|tap| tap.at_s));
        prop_assert!(taps.iter().all(|tap| (BEGIN_S..=END_S).contains(&tap.at_s)));
        let mut inside = vec![false; world.people.len()];
        for tap in taps.iter().filter(|tap| tap.expected.is_granted()) {
            let person = tap.person().unwrap();
            prop_assert_eq!(inside[person], tap.direction == Direction::Out, "{:?}", tap);
            inside[person] = tap.direction == Direction::In;
        }
        prop_assert!(inside.iter().all(|inside| !inside), "at the day's end everybody has left");
        prop_assert_eq!(&taps, &Day::plan(&world, seed, day), "the same seed gives the same day");
        prop_assert_ne!(&taps, &Day::plan(&world, seed ^ 1, day));
    }

    #[test]
    fn a_turnstile_lets_one_person_through_at_a_time(seed in any::<u64>()) {
        let (world, day) = school_day();
        let mut last: HashMap<usize, u32> = HashMap::new();
        for tap in Day::plan(&world, seed, day) {
            prop_assert_eq!(tap.number(&world).is_some(), matches!(tap.kind, TapKind::Card { .. }));
            if let Some(before_s) = last.insert(tap.point, tap.at_s) {
                let is_friend = tap.expected == Reason::AntiPassback;
                prop_assert!(tap.at_s >= before_s + if is_friend { FRIEND_S } else { 1 }, "{:?}", tap);
            }
        }
    }
}
