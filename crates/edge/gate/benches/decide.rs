//! How long a decision takes in a school of 5,000 people, 20 access points and 100 rules, beside a bare look-up in a hash map.
#![allow(clippy::print_stdout, reason = "a bench prints its figures")]

use std::{collections::HashMap, hint::black_box, time::Instant};

use gate::{Attempt, By, Presence, Snapshot, decide};
use jiff::Timestamp;
use kernel::*;

const PERSONS: u64 = 5_000;
const POINTS: usize = 20;
const RULES: usize = 100;
const ROUNDS: usize = 200_000;

fn main() {
    let ids = Ids::seeded(1);
    let now: Timestamp = "2026-11-23T03:00:00Z".parse().unwrap_or(Timestamp::UNIX_EPOCH);
    let doc = school(&ids, now);
    let snapshot = match Snapshot::compile(&doc) {
        Ok(snapshot) => snapshot,
        Err(error) => return println!("{error}"),
    };
    let mut presence = Presence::new(&snapshot, &[]);
    let attempts = attempts(&doc, now);
    let bare: HashMap<u64, CredentialId> =
        doc.credentials.iter().filter_map(|c| Some((ReaderFormat::W26.number(c.card)?, c.id))).collect();

    let mut granted = 0;
    let mut decide_ns = Vec::with_capacity(ROUNDS);
    for attempt in &attempts {
        let start = Instant::now();
        let decision = decide(black_box(&snapshot), black_box(&presence), black_box(attempt));
        decide_ns.push(start.elapsed().as_nanos());
        presence.apply(&snapshot, attempt, &decision);
        granted += usize::from(decision.reason.is_granted());
    }
    let mut look_up_ns = Vec::with_capacity(ROUNDS);
    let mut timer_ns = Vec::with_capacity(ROUNDS);
    for attempt in &attempts {
        let By::Number(number) = attempt.by else { continue };
        let start = Instant::now();
        black_box(bare.get(black_box(&number)));
        look_up_ns.push(start.elapsed().as_nanos());
        let start = Instant::now();
        timer_ns.push(start.elapsed().as_nanos());
    }
    println!("decide: {PERSONS} people, {POINTS} points, {RULES} rules, {ROUNDS} attempts, {granted} granted");
    let timer = report("timer alone", &mut timer_ns, 0);
    let decide = report("decide", &mut decide_ns, timer);
    let look_up = report("bare HashMap look-up", &mut look_up_ns, timer);
    println!("decide is {:.1} bare look-ups (medians, timer taken off)", decide as f64 / look_up.max(1) as f64);
}

/// Prints median and 99th percentile less the timer's own time; the median.
fn report(what: &str, samples: &mut [u128], timer: u128) -> u128 {
    samples.sort_unstable();
    let at = |share: f64| samples[(samples.len() as f64 * share) as usize].saturating_sub(timer);
    println!("{what:22} median {:5} ns   p99 {:5} ns", at(0.5), at(0.99));
    at(0.5)
}

fn attempts(doc: &SnapshotDoc, now: Timestamp) -> Vec<Attempt> {
    // A step through the people that leaves no pattern to the caches.
    let mut place = 0_usize;
    (0..ROUNDS)
        .map(|round| {
            place = (place + 3_571) % doc.credentials.len();
            let direction = if round % 2 == 0 { Direction::In } else { Direction::Out };
            let number = ReaderFormat::W26.number(doc.credentials[place].card).unwrap_or(0);
            let point = doc.points[round * 7 % POINTS].id;
            let at = now + jiff::SignedDuration::from_millis(20 * round as i64);
            Attempt { point, direction, by: By::Number(number), at, is_replayed: false }
        })
        .collect()
}

fn school(ids: &Ids, now: Timestamp) -> SnapshotDoc {
    let zones: Vec<ZoneId> = (0..3).map(|_| ids.new_id(now)).collect();
    let classes: Vec<ClassId> = (0..50).map(|_| ids.new_id(now)).collect();
    let groups: Vec<GroupId> = (0..20).map(|_| ids.new_id(now)).collect();
    let points: Vec<PointDoc> = (0..POINTS)
        .map(|place| PointDoc {
            id: ids.new_id(now),
            device: None,
            door: 1,
            reader_format: ReaderFormat::W26,
            inner: zones[usize::from(place % 4 == 3)],
            outer: (place % 4 == 3).then_some(zones[0]),
            anti_passback: [AntiPassback::Off, AntiPassback::Soft, AntiPassback::Hard, AntiPassback::Timed(5)]
                [place % 4],
            enabled: true,
        })
        .collect();
    let persons: Vec<PersonDoc> = (0..PERSONS as usize)
        .map(|place| PersonDoc {
            id: ids.new_id(now),
            roles: vec![if place % 15 == 0 { Role::Staff } else { Role::Pupil }],
            class: (place % 15 != 0).then_some(classes[place % 50]),
            groups: (place % 4 == 0).then_some(groups[place % 20]).into_iter().collect(),
            status: PersonStatus::Active,
            learning_until: None,
        })
        .collect();
    let credentials = persons
        .iter()
        .zip(0_u64..)
        .map(|(person, number)| CredentialDoc {
            id: ids.new_id(now),
            person: person.id,
            card: Card { bits: 24, value: number * 3_331 % (1 << 24) },
            status: CredentialStatus::Active,
            valid_from: Some(now),
            valid_until: None,
        })
        .collect();
    let rules = (0..RULES)
        .map(|place| RuleDoc {
            id: ids.new_id(now),
            who: match place % 4 {
                0 => Who::Role(if place % 8 == 0 { Role::Pupil } else { Role::Staff }),
                1 | 2 => Who::Class(classes[place % 50]),
                _ => Who::Group(groups[place % 20]),
            },
            points: points.iter().skip(place % 5).step_by(2).map(|point| point.id).collect(),
            direction: [None, Some(Direction::In), Some(Direction::Out)][place % 3],
            windows: (0..1 + place as u16 % 3)
                .map(|part| Window { days: 0b11_1111, from_min: 420 + 180 * part, to_min: 560 + 180 * part })
                .collect(),
            from: None,
            until: None,
            on_holidays: false,
        })
        .collect();
    SnapshotDoc {
        school: ids.new_id(now),
        gate: ids.new_id(now),
        version: 1,
        made_at: now,
        time_zone: "Asia/Almaty".to_owned(),
        mode: SchoolMode::Normal,
        zones: zones.iter().map(|id| ZoneDoc { id: *id, occupancy_limit: Some(4_000) }).collect(),
        points,
        devices: Vec::new(),
        persons,
        credentials,
        rules,
        holidays: vec![jiff::civil::date(2026, 12, 16)],
        moved_days: vec![MovedDay { day: jiff::civil::date(2026, 11, 28), as_weekday: 1 }],
        lessons: Vec::new(),
        leaves: Vec::new(),
        code_keys: Vec::new(),
        present: Vec::new(),
        presence_through: 0,
        resets_at_midnight: true,
    }
}
