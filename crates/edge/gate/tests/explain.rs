//! Explanations are the gate's own decisions, with what led to them.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod support;

use gate::{Attempt, By, Presence, Snapshot, decide, explain};
use jiff::{Timestamp, civil::date};
use kernel::*;
use proptest::prelude::*;
use support::{PERSONS, POINTS, direction, doc, empty_doc, id, moment};

/// Monday, 23.11.2026, in Almaty.
fn at(clock: &str) -> Timestamp {
    format!("2026-11-23T{clock}:00+05:00").parse().unwrap()
}

fn rule(byte: u8, who: Who, direction: Option<Direction>, windows: Vec<Window>) -> RuleDoc {
    let (points, from, until) = (Vec::new(), None, None);
    RuleDoc { id: id(byte), who, points, direction, windows, from, until, on_holidays: false }
}

/// A street door; pupil 1 of class 1 with a card and pupil 2 of class 2 without one. Pupils pass from 7 to 15 on weekdays; class 1
/// has lessons from 8:00 to 12:35 and stays in during them.
fn school() -> SnapshotDoc {
    let pupil = |byte: u8| PersonDoc {
        id: id(byte),
        roles: vec![Role::Pupil],
        class: Some(id(byte)),
        groups: Vec::new(),
        status: PersonStatus::Active,
        learning_until: None,
    };
    let weekdays = Window { days: 0b001_1111, from_min: 420, to_min: 900 };
    let sundays = Window { days: 0b100_0000, from_min: 600, to_min: 700 };
    let card = Card { bits: 24, value: 7 };
    let elsewhere = RuleDoc { points: vec![id(2)], ..rule(4, Who::Role(Role::Pupil), None, Vec::new()) };
    let point = |byte: u8| PointDoc {
        id: id(byte),
        device: None,
        door: 1,
        reader_format: ReaderFormat::W26,
        inner: id(1),
        outer: None,
        anti_passback: AntiPassback::Off,
        enabled: true,
    };
    SnapshotDoc {
        zones: vec![ZoneDoc { id: id(1), occupancy_limit: None }],
        points: vec![point(1), point(2), point(3)],
        persons: vec![pupil(1), pupil(2)],
        credentials: vec![CredentialDoc {
            id: id(1),
            person: id(1),
            card,
            status: CredentialStatus::Active,
            valid_from: None,
            valid_until: None,
        }],
        rules: vec![
            rule(1, Who::Role(Role::Staff), None, Vec::new()),
            rule(2, Who::Role(Role::Pupil), Some(Direction::In), vec![sundays]),
            rule(3, Who::Role(Role::Pupil), None, vec![sundays, weekdays]),
            elsewhere,
        ],
        lessons: vec![LessonsDoc { class: id(1), days: vec![date(2026, 11, 23)], from_min: 480, to_min: 755 }],
        ..empty_doc()
    }
}

fn ask(doc: &SnapshotDoc, person: u8, direction: Direction, clock: &str) -> Explanation {
    explain(doc, &Question { person: id(person), point: id(1), direction, at: at(clock) }).unwrap()
}

const IN: Direction = Direction::In;
const OUT: Direction = Direction::Out;

#[test]
fn the_rule_that_grants_is_named_and_of_each_other_why_it_does_not() {
    use RuleVerdict as V;
    let doc = school();
    let granted = ask(&doc, 1, IN, "07:30");
    assert_eq!((granted.reason, granted.shown, granted.next), (Reason::Granted, Shown::Credential(id(1)), None));
    assert_eq!(granted.rules, [(id(2), V::OtherDay), (id(3), V::Grants), (id(4), V::OtherPoint)]);
    let early = ask(&doc, 1, IN, "06:30");
    assert_eq!((early.reason, early.next), (Reason::OutsideSchedule, Some(at("07:00"))));
    assert_eq!(early.rules, [(id(2), V::OtherDay), (id(3), V::OtherTime), (id(4), V::OtherPoint)]);
    assert_eq!(ask(&doc, 1, OUT, "07:30").rules[0], (id(2), V::OtherWay));
    let holiday = SnapshotDoc { holidays: vec![date(2026, 11, 23)], ..school() };
    let closed = ask(&holiday, 1, IN, "07:30");
    assert_eq!((closed.reason, closed.rules[1]), (Reason::Holiday, (id(3), V::Holiday)));
    assert_eq!(closed.next, Some("2026-11-24T07:00:00+05:00".parse().unwrap()));
    let mut over = school();
    over.rules[2].until = Some(date(2026, 11, 20));
    assert_eq!(ask(&over, 1, IN, "07:30").rules[1], (id(3), V::NotInForce));
}

#[test]
fn a_pupil_stays_in_during_lessons_unless_somebody_permits_it() {
    let mut doc = school();
    let kept = ask(&doc, 1, OUT, "10:00");
    assert_eq!((kept.reason, kept.lessons, kept.next), (Reason::NoLeave, Some((480, 755)), Some(at("12:35"))));
    assert_eq!(ask(&doc, 1, IN, "10:00").reason, Reason::Granted, "whoever comes late comes in");
    assert_eq!(ask(&doc, 1, OUT, "12:35").reason, Reason::Granted, "after the last bell");
    assert_eq!(ask(&doc, 2, OUT, "10:00").reason, Reason::Granted, "a class of which it is not said");
    doc.persons[0].learning_until = Some(date(2026, 12, 1));
    assert_eq!(ask(&doc, 1, OUT, "10:00").reason, Reason::NoLeave, "the learning month lets nobody out of lessons");
    let leave = |point| LeaveDoc { id: id(9), person: id(1), from: at("09:30"), until: at("11:00"), point };
    doc.leaves = vec![leave(None)];
    let permitted = ask(&doc, 1, OUT, "10:00");
    assert_eq!((permitted.reason, permitted.leave), (Reason::GrantedLeave, Some(id(9))));
    assert_eq!(ask(&doc, 1, OUT, "09:29").next, Some(at("09:30")));
    assert_eq!(ask(&doc, 1, OUT, "11:00").reason, Reason::NoLeave, "it is over");
    let through = |point: u8| {
        explain(&doc, &Question { person: id(1), point: id(point), direction: OUT, at: at("10:00") }).unwrap().reason
    };
    assert_eq!((through(2), through(3)), (Reason::GrantedLeave, Reason::GrantedLeave));
    doc.leaves = vec![leave(Some(id(2)))];
    assert_eq!(ask(&doc, 1, OUT, "10:00").reason, Reason::NoLeave, "through another door");
    doc.leaves = vec![leave(Some(id(50)))];
    assert_eq!(ask(&doc, 1, OUT, "10:00").reason, Reason::NoLeave, "a door that is not here is not every door");
}

#[test]
fn a_permission_without_a_door_opens_no_door_that_no_rule_names() {
    let mut doc = school();
    doc.rules.truncate(3);
    doc.rules[2].points = vec![id(2)];
    doc.lessons.clear();
    let leave = |point| LeaveDoc { id: id(9), person: id(1), from: at("15:30"), until: at("16:30"), point };
    doc.leaves = vec![leave(None)];
    let through = |doc: &SnapshotDoc, point: u8| {
        explain(doc, &Question { person: id(1), point: id(point), direction: OUT, at: at("16:00") }).unwrap().reason
    };
    assert_eq!((through(&doc, 1), through(&doc, 2)), (Reason::NoRight, Reason::GrantedLeave));
    doc.leaves = vec![leave(Some(id(1)))];
    assert_eq!((through(&doc, 1), through(&doc, 2)), (Reason::GrantedLeave, Reason::OutsideSchedule));
}

#[test]
fn who_has_no_card_is_answered_as_if_there_were_one() {
    let doc = school();
    let answer = ask(&doc, 2, IN, "07:30");
    assert_eq!((answer.reason, answer.shown), (Reason::Granted, Shown::Missing));
    let mut wide = school();
    wide.points[0].reader_format = ReaderFormat::W37;
    assert_eq!(ask(&wide, 1, IN, "07:30").shown, Shown::Missing, "the reader cannot read the card");
    let nobody = Question { person: id(99), point: id(1), direction: IN, at: at("07:30") };
    assert_eq!(explain(&doc, &nobody), Err(Unexplained::NoSuchPerson));
    let nowhere = explain(&doc, &Question { person: id(1), point: id(99), direction: IN, at: at("07:30") }).unwrap();
    assert_eq!(nowhere.reason, Reason::UnknownPoint);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn an_explanation_is_the_decision_itself(
        doc in doc(), person in 0..PERSONS, point in 0..POINTS, direction in direction(), at in moment(),
    ) {
        let question = Question { person: id(person), point: id(point), direction, at };
        let answer = explain(&doc, &question).unwrap();
        // Two cards that are one number for the reader: the decision may be about the other one's holder.
        let mut is_of_another = false;
        if let Shown::Credential(credential) = answer.shown {
            let snapshot = Snapshot::compile(&doc).unwrap();
            let format = doc.points.iter().find(|known| known.id == id(point)).unwrap().reader_format;
            let card = doc.credentials.iter().find(|known| known.id == credential).unwrap().card;
            let by = By::Number(format.number(card).unwrap());
            let attempt = Attempt { point: id(point), direction, by, at, is_replayed: false };
            let decision = decide(&snapshot, &Presence::new(&snapshot, &[]), &attempt);
            prop_assert_eq!((answer.reason, answer.alarm), (decision.reason, decision.alarm));
            is_of_another = decision.person != Some(id(person));
        }
        let grants = answer.rules.iter().filter(|(_, verdict)| *verdict == RuleVerdict::Grants).count();
        prop_assert!(grants <= 1);
        let is_granted = matches!(answer.reason, Reason::Granted | Reason::GrantedPassback);
        prop_assert!(is_of_another || !is_granted || grants == 1 || answer.leave.is_some());
        prop_assert!(!matches!(answer.reason, Reason::NoRight | Reason::OutsideSchedule | Reason::Holiday) || grants == 0);
        prop_assert_eq!(answer.reason == Reason::GrantedLeave && answer.leave.is_none(), false);
        if let Some(next) = answer.next {
            prop_assert!(next > at && !answer.reason.is_granted());
            let then = explain(&doc, &Question { at: next, ..question }).unwrap();
            prop_assert!(then.reason.is_granted() || then.shown != answer.shown, "{:?}", then);
        }
    }
}
