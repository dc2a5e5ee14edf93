//! What the compiler leaves out, what it refuses, and the lists for the boards.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod support;

use std::collections::BTreeMap;

use gate::{
    Attempt, By, CompileError, Presence, Snapshot, board_lists, decide,
    driver::{BoardCard, BoardList},
};
use jiff::{Timestamp, civil::date};
use kernel::*;
use support::{empty_doc, id};

fn card(value: u64) -> Card {
    Card::new(24, value).unwrap()
}

/// One device, two doors, a pupil with card 1 who has a right at door 1.
fn school() -> SnapshotDoc {
    let point = |byte: u8, door: u8| PointDoc {
        id: id(byte),
        device: Some(id(1)),
        door,
        reader_format: ReaderFormat::W26,
        inner: id(1),
        outer: None,
        anti_passback: AntiPassback::Off,
        enabled: true,
    };
    SnapshotDoc {
        zones: vec![ZoneDoc { id: id(1), occupancy_limit: None }],
        points: vec![point(1, 1), point(2, 2)],
        devices: vec![DeviceDoc { id: id(1), kind: DeviceKind::Virtual, last_event: None }],
        persons: vec![pupil(1)],
        credentials: vec![credential(1, 1, card(1))],
        rules: vec![rule(1, Who::Role(Role::Pupil), vec![id(1)])],
        ..empty_doc()
    }
}

fn pupil(byte: u8) -> PersonDoc {
    PersonDoc {
        id: id(byte),
        roles: vec![Role::Pupil],
        class: None,
        groups: Vec::new(),
        status: PersonStatus::Active,
        learning_until: None,
    }
}

fn credential(byte: u8, person: u8, card: Card) -> CredentialDoc {
    let status = CredentialStatus::Active;
    CredentialDoc { id: id(byte), person: id(person), card, status, valid_from: None, valid_until: None }
}

fn rule(byte: u8, who: Who, points: Vec<AccessPointId>) -> RuleDoc {
    RuleDoc {
        id: id(byte),
        who,
        points,
        direction: None,
        windows: Vec::new(),
        from: None,
        until: None,
        on_holidays: false,
    }
}

#[test]
fn a_saturday_that_works_as_a_monday_lets_in_who_may_come_on_mondays() {
    let mut doc = school();
    doc.rules[0].windows = vec![Window { days: 0b001_1111, from_min: 420, to_min: 900 }];
    // Saturday 28.11.2026 at 8:00 and Monday the 30th in Almaty.
    let at = |text: &str| text.parse::<Timestamp>().unwrap();
    let (saturday, monday) = (at("2026-11-28T03:00:00Z"), at("2026-11-30T03:00:00Z"));
    let reason = |doc: &SnapshotDoc, at| {
        let snapshot = Snapshot::compile(doc).unwrap();
        let by = By::Number(ReaderFormat::W26.number(card(1)).unwrap());
        let attempt = Attempt { point: id(1), direction: Direction::In, by, at, is_replayed: false };
        decide(&snapshot, &Presence::new(&snapshot, &[]), &attempt).reason
    };
    assert_eq!((reason(&doc, saturday), reason(&doc, monday)), (Reason::OutsideSchedule, Reason::Granted));
    let moved = |day, as_weekday| MovedDay { day, as_weekday };
    doc.moved_days = vec![moved(date(2026, 11, 30), 7), moved(date(2026, 11, 28), 1), moved(date(2026, 11, 29), 0)];
    assert_eq!((reason(&doc, saturday), reason(&doc, monday)), (Reason::Granted, Reason::OutsideSchedule));
    assert_eq!(Snapshot::compile(&doc).unwrap().skipped(), 1, "there is no weekday 0");
    // What came from a server that knew nothing of moved days is read as before.
    let mut json = serde_json::to_value(&doc).unwrap();
    json.as_object_mut().unwrap().remove("moved_days");
    assert!(serde_json::from_value::<SnapshotDoc>(json).unwrap().moved_days.is_empty());
}

fn list(doc: &SnapshotDoc) -> BoardList {
    let snapshot = Snapshot::compile(doc).unwrap();
    board_lists(&snapshot, date(2026, 11, 23)).remove(&id(1)).unwrap()
}

fn at(text: &str) -> Option<Timestamp> {
    Some(text.parse().unwrap())
}

const ALWAYS: BoardCard =
    BoardCard { from: date(2000, 1, 1), until: date(2099, 12, 31), doors: [true, false, false, false] };

#[test]
fn an_unknown_time_zone_and_too_large_a_school_are_refused() {
    let nowhere = SnapshotDoc { time_zone: "Asia/Nowhere".to_owned(), ..empty_doc() };
    assert_eq!(Snapshot::compile(&nowhere).unwrap_err(), CompileError::TimeZone("Asia/Nowhere".to_owned()));
    let points = (0..=gate::snapshot::MAX_POINTS).map(|_| school().points[0].clone()).collect();
    let huge = SnapshotDoc { points, ..empty_doc() };
    assert!(matches!(Snapshot::compile(&huge), Err(CompileError::TooMany { what: "points", .. })));
}

#[test]
fn what_refers_to_nothing_is_left_out_and_counted() {
    assert_eq!(Snapshot::compile(&school()).unwrap().skipped(), 0);
    let mut doc = school();
    doc.points[0].outer = Some(id(9));
    doc.points[1].door = 1;
    doc.persons.push(pupil(1));
    doc.credentials.push(credential(2, 9, card(2)));
    doc.rules.push(rule(2, Who::Person(id(9)), Vec::new()));
    doc.rules.push(rule(3, Who::Everybody, vec![id(9)]));
    // The zone, the second door 1, the second pupil 1, the credential, rule 2, the point of rule 3 and rule 3 itself.
    assert_eq!(Snapshot::compile(&doc).unwrap().skipped(), 7);
}

#[test]
fn look_ups_find_what_the_document_holds() {
    let snapshot = Snapshot::compile(&school()).unwrap();
    assert_eq!(snapshot.person(id(1)).map(|person| person.id), Some(id(1)));
    assert_eq!(snapshot.person(id(2)), None);
    assert_eq!(snapshot.point(id(2)).map(|point| point.door), Some(2));
    assert_eq!(snapshot.door(id(1), 2).map(|point| point.id), Some(id(2)));
    assert_eq!(snapshot.door(id(1), 3), None);
    assert_eq!(snapshot.door(id(2), 1), None);
}

#[test]
fn a_board_holds_who_has_a_right_at_its_doors() {
    assert_eq!(list(&school()), BTreeMap::from([(1, ALWAYS)]));
    let mut both = school();
    both.rules[0].points.push(id(2));
    assert_eq!(list(&both), BTreeMap::from([(1, BoardCard { doors: [true, true, false, false], ..ALWAYS })]));
    let mut none = school();
    none.rules.clear();
    assert_eq!(list(&none), BTreeMap::new());
    none.persons[0].learning_until = Some(date(2026, 11, 23));
    let everywhere = BoardCard { doors: [true, true, false, false], ..ALWAYS };
    assert_eq!(list(&none), BTreeMap::from([(1, everywhere)]), "who learns the card is always let in");
    none.persons[0].learning_until = Some(date(2026, 11, 22));
    assert_eq!(list(&none), BTreeMap::new());
}

#[test]
fn a_board_does_not_hold_what_opens_nothing() {
    type Change = fn(&mut SnapshotDoc);
    let cases: [(&str, Change); 9] = [
        ("a lost credential", |doc| doc.credentials[0].status = CredentialStatus::Lost),
        ("a blocked person", |doc| doc.persons[0].status = PersonStatus::Blocked),
        ("an archived person", |doc| doc.persons[0].status = PersonStatus::Archived),
        ("a point that is switched off", |doc| doc.points[0].enabled = false),
        ("a rule that is over", |doc| doc.rules[0].until = Some(date(2026, 11, 22))),
        ("a rule that has not begun", |doc| doc.rules[0].from = Some(date(2026, 11, 24))),
        ("a term that is over", |doc| doc.credentials[0].valid_until = at("2026-11-22T19:00:00Z")),
        ("the number that means no card", |doc| doc.credentials[0].card = card(0)),
        ("a number that two persons share", |doc| {
            doc.persons.push(pupil(2));
            doc.credentials.push(credential(2, 2, card(1)));
        }),
    ];
    for (what, change) in cases {
        let mut doc = school();
        change(&mut doc);
        assert_eq!(list(&doc), BTreeMap::new(), "{what}");
    }
}

#[test]
fn the_dates_of_a_board_card_are_whole_days_of_the_school() {
    let mut doc = school();
    // 00:00 of the 24th in Almaty: the last day is the 23rd. 23:30 of the 20th: that day counts.
    doc.credentials[0].valid_until = at("2026-11-23T19:00:00Z");
    doc.credentials[0].valid_from = at("2026-11-20T18:30:00Z");
    let expected = BoardCard { from: date(2026, 11, 20), until: date(2026, 11, 23), ..ALWAYS };
    assert_eq!(list(&doc), BTreeMap::from([(1, expected)]));
}

#[test]
fn a_board_holds_the_number_as_the_reader_of_the_door_shows_it() {
    let mut doc = school();
    doc.credentials[0].card = Card::new(32, 0x04A1_B2C3).unwrap();
    assert_eq!(list(&doc).keys().copied().collect::<Vec<_>>(), [0xA1 * 100_000 + 0xB2C3]);
    doc.points[0].reader_format = ReaderFormat::W34;
    assert_eq!(list(&doc).keys().copied().collect::<Vec<_>>(), [0x04A1_B2C3]);
    doc.credentials[0].card = Card::new(35, 1 << 34).unwrap();
    doc.points[0].reader_format = ReaderFormat::W37;
    assert_eq!(list(&doc), BTreeMap::new(), "a board's numbers have 32 bits");
}
