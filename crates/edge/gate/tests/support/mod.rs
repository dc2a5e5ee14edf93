//! Small random schools, in which everything that can meet does meet.

#![allow(dead_code, reason = "each test binary uses a part of it")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

pub mod disk;
pub mod school;

use jiff::{Timestamp, civil::Date};
use kernel::*;
use proptest::{collection::vec, option, prelude::*};

pub const ZONES: u8 = 4;
pub const POINTS: u8 = 4;
pub const PERSONS: u8 = 5;

/// The id made of this byte.
pub fn id<K>(byte: u8) -> Id<K> {
    Id::from_slice(&[byte; 16]).unwrap()
}

/// Thursday, 26.11.2026, 07:00 in Almaty.
const BASE_S: i64 = 1_795_658_400;

/// A moment within eight days around the base, often on a whole hour, where windows begin and end.
pub fn moment() -> impl Strategy<Value = Timestamp> {
    let anywhere = (-4 * 86_400..4 * 86_400_i64).prop_map(|offset| BASE_S + offset);
    let on_the_hour = (-96..96_i64).prop_map(|hours| BASE_S / 3600 * 3600 + hours * 3600);
    prop_oneof![anywhere, on_the_hour].prop_map(|second| Timestamp::from_second(second).unwrap())
}

fn day() -> impl Strategy<Value = Date> {
    (20..31_i8).prop_map(|day| Date::new(2026, 11, day.min(30)).unwrap())
}

pub fn direction() -> impl Strategy<Value = Direction> {
    prop_oneof![Just(Direction::In), Just(Direction::Out)]
}

fn reader_format() -> impl Strategy<Value = ReaderFormat> {
    (0..ReaderFormat::ALL.len()).prop_map(|place| ReaderFormat::ALL[place])
}

/// Few values, some of which look alike to a narrow reader.
pub fn card() -> impl Strategy<Value = Card> {
    (0..4_u64, 0..2_u64, 0..4_u8).prop_map(|(low, high, kind)| match kind {
        0 | 1 => Card { bits: 24, value: low },
        2 => Card { bits: 32, value: high << 24 | low },
        _ => Card { bits: 35, value: low },
    })
}

fn anti_passback() -> impl Strategy<Value = AntiPassback> {
    prop_oneof![
        Just(AntiPassback::Off),
        Just(AntiPassback::Soft),
        Just(AntiPassback::Hard),
        (1..600_u16).prop_map(AntiPassback::Timed)
    ]
}

fn point(byte: u8) -> impl Strategy<Value = PointDoc> {
    // Zone 0 is never listed: a point may lead to a zone that the document forgot.
    (
        0..ZONES,
        option::of(0..ZONES),
        anti_passback(),
        prop::bool::weighted(0.9),
        reader_format(),
        option::of(0..3_u8),
        1..4_u8,
    )
        .prop_map(move |(inner, outer, anti_passback, enabled, reader_format, device, door)| PointDoc {
            id: id(byte),
            device: device.map(id),
            door,
            reader_format,
            inner: id(inner),
            outer: outer.map(id),
            anti_passback,
            enabled,
        })
}

fn person(byte: u8) -> impl Strategy<Value = PersonDoc> {
    let status = prop_oneof![
        8 => Just(PersonStatus::Active),
        1 => Just(PersonStatus::Blocked),
        1 => Just(PersonStatus::Archived)
    ];
    (vec(0..2_usize, 0..3), option::of(0..2_u8), vec(0..2_u8, 0..3), status, option::weighted(0.2, day())).prop_map(
        move |(roles, class, groups, status, learning_until)| PersonDoc {
            id: id(byte),
            roles: roles.into_iter().map(|place| Role::ALL[place]).collect(),
            class: class.map(id),
            groups: groups.into_iter().map(id).collect(),
            status,
            learning_until,
        },
    )
}

fn credential(byte: u8) -> impl Strategy<Value = CredentialDoc> {
    let status = prop_oneof![
        8 => Just(CredentialStatus::Active),
        1 => Just(CredentialStatus::Suspended),
        1 => Just(CredentialStatus::Lost),
        1 => Just(CredentialStatus::Returned)
    ];
    // The last person does not exist.
    (0..=PERSONS, card(), status, option::weighted(0.3, moment()), option::weighted(0.3, moment())).prop_map(
        move |(person, card, status, valid_from, valid_until)| CredentialDoc {
            id: id(byte),
            person: id(person),
            card,
            status,
            valid_from,
            valid_until,
        },
    )
}

fn window() -> impl Strategy<Value = Window> {
    // Beyond the limits now and then: what makes no sense must be left out.
    (0..=0x81_u8, 0..26_u16, 0..26_u16).prop_map(|(days, from, to)| Window {
        days,
        from_min: from * 60,
        to_min: to * 60,
    })
}

fn rule(byte: u8) -> impl Strategy<Value = RuleDoc> {
    let who = prop_oneof![
        Just(Who::Everybody),
        (0..2_usize).prop_map(|place| Who::Role(Role::ALL[place])),
        (0..2_u8).prop_map(|class| Who::Class(id(class))),
        (0..2_u8).prop_map(|group| Who::Group(id(group))),
        (0..=PERSONS).prop_map(|person| Who::Person(id(person)))
    ];
    (
        who,
        vec(0..=POINTS, 0..3),
        option::of(direction()),
        vec(window(), 0..3),
        option::weighted(0.3, day()),
        option::weighted(0.3, day()),
        any::<bool>(),
    )
        .prop_map(move |(who, points, direction, windows, from, until, on_holidays)| RuleDoc {
            id: id(byte),
            who,
            points: points.into_iter().map(id).collect(),
            direction,
            windows,
            from,
            until,
            on_holidays,
        })
}

/// Beyond the week now and then: what makes no sense must be left out.
fn moved_day() -> impl Strategy<Value = MovedDay> {
    (day(), 0..9_u8).prop_map(|(day, as_weekday)| MovedDay { day, as_weekday })
}

/// Of a class on some days; now and then backwards, which must be left out.
fn lessons() -> impl Strategy<Value = LessonsDoc> {
    (0..2_u8, vec(day(), 0..8), 0..20_u16, 0..26_u16).prop_map(|(class, days, from, to)| LessonsDoc {
        class: id(class),
        days,
        from_min: from * 60,
        to_min: to * 60,
    })
}

/// For a person and a point that need not be there.
fn leave() -> impl Strategy<Value = LeaveDoc> {
    (any::<u8>(), 0..=PERSONS, moment(), moment(), option::of(0..=POINTS)).prop_map(
        |(number, person, one, other, point)| LeaveDoc {
            id: id(number),
            person: id(person),
            from: one.min(other),
            until: one.max(other),
            point: point.map(id),
        },
    )
}

fn present() -> impl Strategy<Value = PresentDoc> {
    (0..=PERSONS, option::of(0..ZONES), moment(), option::of((0..=POINTS, direction()))).prop_map(
        |(person, zone, since, last)| PresentDoc {
            person: id(person),
            zone: zone.map(id),
            since,
            last: last.map(|(point, direction)| (id(point), direction)),
        },
    )
}

/// A school with broken references here and there.
pub fn doc() -> impl Strategy<Value = SnapshotDoc> {
    let mode = prop_oneof![
        6 => Just(SchoolMode::Normal),
        1 => Just(SchoolMode::LockedDown),
        1 => Just(SchoolMode::FreePassage)
    ];
    let zones = vec(option::weighted(0.4, 0..3_u32), usize::from(ZONES) - 1);
    let points = (0..POINTS).map(point).collect::<Vec<_>>();
    let persons = (0..PERSONS).map(person).collect::<Vec<_>>();
    let credentials = (0..8).map(credential).collect::<Vec<_>>();
    let rules = (0..5).map(rule).collect::<Vec<_>>();
    let days = (vec(day(), 0..4), vec(moved_day(), 0..3), vec(lessons(), 0..3), vec(leave(), 0..5));
    (mode, zones, points, persons, credentials, rules, days, vec(present(), 0..6)).prop_map(
        |(mode, zones, points, persons, credentials, rules, (holidays, moved_days, lessons, leaves), present)| {
            SnapshotDoc {
                mode,
                zones: (1..ZONES)
                    .zip(zones)
                    .map(|(zone, occupancy_limit)| ZoneDoc { id: id(zone), occupancy_limit })
                    .collect(),
                points,
                devices: (0..2)
                    .map(|device| DeviceDoc { id: id(device), kind: DeviceKind::Virtual, last_event: None })
                    .collect(),
                persons,
                credentials,
                rules,
                holidays,
                moved_days,
                lessons,
                leaves,
                present,
                ..empty_doc()
            }
        },
    )
}

/// A document without anything in it.
pub fn empty_doc() -> SnapshotDoc {
    SnapshotDoc {
        school: id(1),
        gate: id(1),
        version: 1,
        made_at: Timestamp::from_second(BASE_S).unwrap(),
        time_zone: "Asia/Almaty".to_owned(),
        mode: SchoolMode::Normal,
        zones: Vec::new(),
        points: Vec::new(),
        devices: Vec::new(),
        persons: Vec::new(),
        credentials: Vec::new(),
        rules: Vec::new(),
        holidays: Vec::new(),
        moved_days: Vec::new(),
        lessons: Vec::new(),
        leaves: Vec::new(),
        code_keys: Vec::new(),
        present: Vec::new(),
        presence_through: 0,
        resets_at_midnight: true,
    }
}
