//! How long attendance takes: today's dashboard and the month of a school of 4,000, a class of 60, and a year rebuilt from the journal. Beside each stands
//! the bare driver in the same run: reading the rows that the report is made of, and for the rebuild reading the journal and writing the same days.
//!
//! `cargo bench -p attendance --bench reports [-- sqlite|postgres]`
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a bench prints its figures and stops when it cannot run")]

#[path = "bare/mod.rs"]
mod bare;
#[path = "../../../shared/accounts/tests/browser/mod.rs"]
mod browser;
#[path = "../tests/site/mod.rs"]
mod site;

use std::time::Instant;

use accounts::{Scope, StaffRole};
use attendance::{
    model::{Marked, Note, Reason},
    ops::{self, Correction, NewAbsence},
    queries::{self, Days},
};
use bare::Driver;
use browser::{Browser, Site};
use jiff::{
    Timestamp, ToSpan,
    civil::{Date, date},
};
use journal::facts::PassRecorded;
use kernel::{Direction, PersonId, Role, SchoolId};
use people::person::Shift;
use store::{Engine, StoreError, Tx};
use testkit::TestDb;

const TURNS: usize = 41;
/// Entries appended at once.
const AT_ONCE: usize = 5_000;
const MONTH: Date = Date::constant(2026, 11, 1);
const TODAY: Date = Date::constant(2026, 11, 30);

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
    t.clock.set("2026-09-01T07:00:00+05:00".parse().unwrap());
    let site = Site::new(t, |app| vec![attendance::subsystem(app)]);
    let school = site.school;
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
    let (count, filled) = (persons.len(), Instant::now());
    month(t, school, &persons);
    let seconds = filled.elapsed().as_secs_f64();
    let marks = said(t, school, &persons);
    println!("{name}: {count} pupils, a month of passes taken in {seconds:.1} s, {marks} corrections; {TURNS} turns");
    let now = kernel::Clock::now(&t.clock);
    let scope = Scope::of_program(school);
    let november = Days::month(MONTH);
    let mut driver = Driver::open(t);
    let day_rows = timed(|| driver.days(school, TODAY, TODAY));
    let month_rows = timed(|| driver.days(school, MONTH, TODAY));
    let line = |what: &str, bare: Option<Spread>, work: &mut dyn FnMut(&mut Tx<'_>) -> Result<(), StoreError>| {
        let taken = timed(|| t.db.read_blocking(&mut *work).unwrap());
        told(what, taken, bare);
    };
    line("today's dashboard", Some(day_rows), &mut |tx| queries::today(tx, &scope, now).map(drop));
    line("month of the school", Some(month_rows), &mut |tx| {
        let book = queries::school_book(tx, &scope, november, now)?;
        let there: u32 = (0..book.pupils().len()).map(|pupil| book.tally(pupil).there).sum();
        assert!(there > 0);
        Ok(())
    });
    let class = first_class.unwrap();
    line("month of a class", None, &mut |tx| queries::class_book(tx, &scope, class, november, now).map(drop));
    line("day of a class", None, &mut |tx| queries::class_day(tx, &scope, class, TODAY, now).map(drop));
    site.add_user("head", &[StaffRole::Head]);
    let mut desk = site.browser_of("head");
    let month = format!("/attendance/class/{class}/month");
    page(&mut desk, "page: dashboard", "/today");
    page(&mut desk, "page: school month", "/attendance/school/month");
    page(&mut desk, "page: class month", &month);
    page(&mut desk, "page: late-comers", "/attendance/late");
    rebuilt(t, school, &persons, year, &mut driver);
}

fn page(desk: &mut Browser<'_>, what: &str, path: &str) {
    told(what, timed(|| assert!(desk.get(path).status.is_success(), "{path}")), None);
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
    t.db.write_blocking(move |tx| bulk::load(tx, &ctx, &testkit::vault(), &new)).unwrap()
}

/// The working days of the month, each with a way in and a way out of nearly everybody.
fn month(t: &TestDb, school: SchoolId, persons: &[PersonId]) {
    let zone = jiff::tz::TimeZone::get("Asia/Almaty").unwrap();
    for day in working_days() {
        let begins = day.to_zoned(zone.clone()).unwrap().timestamp();
        let at = |minutes: usize| begins.checked_add((minutes as i64).minutes()).unwrap();
        let passes: Vec<(PersonId, Direction, Timestamp)> = persons
            .iter()
            .enumerate()
            .filter(|(index, _)| !is_away(*index, day))
            .flat_map(|(index, person)| {
                [(*person, Direction::In, at(440 + index % 50)), (*person, Direction::Out, at(780 + index % 60))]
            })
            .collect();
        let ctx = site::program(t, school);
        t.db.write_blocking(move |tx| ops::load_past(tx, &ctx, &passes)).unwrap();
    }
}

fn working_days() -> impl Iterator<Item = Date> {
    MONTH.series(1.day()).take_while(|day| *day <= TODAY).filter(|day| day.weekday().to_monday_zero_offset() < 5)
}

fn is_away(index: usize, day: Date) -> bool {
    index % 17 == day.day() as usize % 17
}

/// A correction for half of those who were away, and longer absences of some.
fn said(t: &TestDb, school: SchoolId, persons: &[PersonId]) -> usize {
    let mut count = 0;
    for day in working_days() {
        let away = persons.iter().enumerate().filter(|(index, _)| is_away(*index, day)).map(|(_, person)| *person);
        let corrections: Vec<Correction> = away
            .step_by(2)
            .map(|person| {
                let (marked, note) = (Marked::Absent(Reason::Ill), Note::parse("Справка до пятницы").unwrap());
                Correction { person, day, marked, note, seen: None }
            })
            .collect();
        count += corrections.len();
        let ctx = site::program(t, school);
        t.db.write_blocking(move |tx| {
            corrections.iter().try_for_each(|correction| ops::mark(tx, &ctx, correction).map(drop))
        })
        .unwrap();
    }
    for person in persons.iter().step_by(20).copied() {
        let (from, until) = (date(2026, 11, 9), date(2026, 11, 11));
        let away = NewAbsence { person, from, until, reason: Reason::Family, note: Note::default() };
        let ctx = site::program(t, school);
        t.db.write_blocking(move |tx| ops::tell_absence(tx, &ctx, &away).map(drop)).unwrap();
    }
    count
}

/// A year of passes in the journal, followed anew.
fn rebuilt(t: &TestDb, school: SchoolId, persons: &[PersonId], count: usize, driver: &mut Driver) {
    let begins: Timestamp = "2025-12-01T07:30:00+05:00".parse().unwrap();
    let per_day = count.div_ceil(180);
    let filled = Instant::now();
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
    println!("  {count} passes appended to the journal in {:.1} s", filled.elapsed().as_secs_f64());
    let begun = Instant::now();
    let mut told = 0_u32;
    let taken = attendance::rebuild(&t.db, |_, _| told += 1).unwrap();
    let seconds = begun.elapsed().as_secs_f64();
    let (days, bare) = driver.journal_to_days(school);
    println!(
        "  rebuilt from {taken} entries in {seconds:.1} s ({:.0} a second), progress told {told} times; bare read of them and write of {days} days \
         {bare:.1} s, ratio {:.2}",
        taken as f64 / seconds,
        bare / seconds,
    );
}

/// The middle one and the one that 95 of a hundred do not exceed, in milliseconds.
#[derive(Clone, Copy)]
struct Spread {
    p50: f64,
    p95: f64,
}

fn timed<T>(mut work: impl FnMut() -> T) -> Spread {
    let mut times: Vec<f64> = (0..TURNS)
        .map(|_| {
            let begun = Instant::now();
            work();
            begun.elapsed().as_secs_f64() * 1_000.0
        })
        .collect();
    times.sort_by(f64::total_cmp);
    Spread { p50: times[TURNS / 2], p95: times[TURNS * 95 / 100] }
}

fn told(what: &str, taken: Spread, bare: Option<Spread>) {
    let beside = bare.map_or(String::new(), |bare| {
        format!("   bare read of the rows p50 {:8.2} ms, ratio {:.2}", bare.p50, bare.p50 / taken.p50)
    });
    println!("  {what:22} p50 {:8.2} ms   p95 {:8.2} ms{beside}", taken.p50, taken.p95);
}
