//! How long attendance takes: today's dashboard and the month of a school of 4,000, a class of 60, and a year rebuilt from the journal.
//!
//! `cargo bench -p attendance --bench reports [-- sqlite|postgres]`
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a bench prints its figures and stops when it cannot run")]

#[path = "../tests/site/mod.rs"]
mod site;

use std::time::Instant;

use accounts::Scope;
use attendance::queries::{self, Days};
use jiff::{Timestamp, ToSpan, civil::date};
use journal::facts::PassRecorded;
use kernel::{Direction, PersonId, Role, SchoolId};
use people::person::Shift;
use store::{Engine, StoreError, Tx};
use testkit::TestDb;

const TURNS: usize = 41;
/// Entries appended at once.
const AT_ONCE: usize = 5_000;

fn main() {
    // `cargo test` runs benches too, to see that they work: a small school is enough then.
    let is_bench = std::env::args().any(|arg| arg == "--bench");
    let (classes, pupils, year) = if is_bench { (66, 60, 1_500_000) } else { (2, 10, 1_000) };
    let only = std::env::args().skip(1).find(|arg| !arg.starts_with('-')).unwrap_or_default();
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let name = format!("{engine:?}").to_lowercase();
        if name.contains(&only) {
            let t = TestDb::of(engine);
            run(&t, &name, classes, pupils, year);
        }
    }
}

fn run(t: &TestDb, name: &str, classes: usize, pupils: usize, year: usize) {
    let school = t.school("Школа");
    site::open_calendar(t, school);
    let mut persons = Vec::new();
    let mut first_class = None;
    for index in 0..classes {
        let letters: Vec<char> = "АБВГДЕЖЗИКЛМ".chars().collect();
        let class = site::class(t, school, (index % 11 + 1) as u8, letters[index / 11 % letters.len()], Shift::First);
        first_class.get_or_insert(class);
        persons.extend(people_of(t, school, class, pupils));
    }
    t.clock.set("2026-11-30T12:00:00+05:00".parse().unwrap());
    let count = persons.len();
    let filled = Instant::now();
    month(t, school, &persons);
    println!(
        "{name}: {count} pupils, a month of passes taken in {:.1} s; {TURNS} turns",
        filled.elapsed().as_secs_f64()
    );
    let now = kernel::Clock::now(&t.clock);
    let scope = Scope::of_program(school);
    let november = Days::month(date(2026, 11, 15));
    timed(t, "today's dashboard", |tx| queries::today(tx, &scope, now).map(drop));
    timed(t, "month of the school", |tx| {
        let book = queries::school_book(tx, &scope, november, now)?;
        let there: u32 = (0..book.pupils().len()).map(|pupil| book.tally(pupil).there).sum();
        assert!(there > 0);
        Ok(())
    });
    let class = first_class.unwrap();
    timed(t, "month of a class", |tx| queries::class_book(tx, &scope, class, november, now).map(drop));
    timed(t, "day of a class", |tx| queries::class_day(tx, &scope, class, date(2026, 11, 30), now).map(drop));
    rebuilt(t, school, &persons, year);
}

fn people_of(t: &TestDb, school: SchoolId, class: kernel::ClassId, count: usize) -> Vec<PersonId> {
    use people::{model::PersonName, ops::bulk, person::PersonData};
    let data = PersonData {
        name: PersonName::parse("Құдайбергенова", "Айгерім", None).unwrap(),
        sex: None,
        birth_date: None,
        roles: [Role::Pupil].into(),
        class: Some(class),
        position: String::new(),
        learning_until: None,
    };
    let new = |_| bulk::NewPerson { data: data.clone(), photo: None, cards: Vec::new(), groups: Vec::new() };
    let new: Vec<_> = (0..count).map(new).collect();
    let ctx = site::program(t, school);
    t.db.write_blocking(move |tx| bulk::load(tx, &ctx, &new)).unwrap()
}

/// Twenty-two days with a way in and a way out of everybody.
fn month(t: &TestDb, school: SchoolId, persons: &[PersonId]) {
    let zone = jiff::tz::TimeZone::get("Asia/Almaty").unwrap();
    for day in 1..=30 {
        let begins = date(2026, 11, day).to_zoned(zone.clone()).unwrap().timestamp();
        let at = |minutes: usize| begins.checked_add((minutes as i64).minutes()).unwrap();
        let passes: Vec<(PersonId, Direction, Timestamp)> = persons
            .iter()
            .enumerate()
            .filter(|(index, _)| index % 17 != day as usize % 17)
            .flat_map(|(index, person)| {
                [(*person, Direction::In, at(440 + index % 50)), (*person, Direction::Out, at(780 + index % 60))]
            })
            .collect();
        let ctx = site::program(t, school);
        t.db.write_blocking(move |tx| attendance::ops::load_past(tx, &ctx, &passes)).unwrap();
    }
}

/// A year of passes in the journal, followed anew.
fn rebuilt(t: &TestDb, school: SchoolId, persons: &[PersonId], count: usize) {
    let begins: Timestamp = "2025-12-01T07:30:00+05:00".parse().unwrap();
    let per_day = count.div_ceil(180);
    for first in (0..count).step_by(AT_ONCE) {
        let passes: Vec<PassRecorded> = (first..count.min(first + AT_ONCE))
            .map(|index| {
                let (day, place) = (index / per_day, index % per_day);
                let at = begins.checked_add(((day * 86_400 + place * 4) as i64).seconds()).unwrap();
                site::pass(t, persons[place % persons.len()], Direction::ALL[place / persons.len() % 2], at)
            })
            .collect();
        let now = kernel::Clock::now(&t.clock);
        t.db.write_blocking(move |tx| journal::append_all(tx, school, now, &passes)).unwrap();
    }
    let begun = Instant::now();
    let mut told = 0_u32;
    let taken = attendance::rebuild(&t.db, |_, _| told += 1).unwrap();
    let seconds = begun.elapsed().as_secs_f64();
    println!(
        "  rebuilt from {taken} entries in {seconds:.1} s ({:.0} a second), progress told {told} times",
        taken as f64 / seconds
    );
}

fn timed(t: &TestDb, what: &str, mut work: impl FnMut(&mut Tx<'_>) -> Result<(), StoreError>) {
    let mut times: Vec<f64> = (0..TURNS)
        .map(|_| {
            let begun = Instant::now();
            t.db.read_blocking(&mut work).unwrap();
            begun.elapsed().as_secs_f64() * 1_000.0
        })
        .collect();
    times.sort_by(f64::total_cmp);
    println!("  {what:22} p50 {:8.2} ms   p95 {:8.2} ms", times[TURNS / 2], times[TURNS * 95 / 100]);
}
