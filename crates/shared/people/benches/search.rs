//! How long a search takes among 100,000 persons: by one word, two words, Kazakh letters, a class, a card. Beside it the bare driver that reads as many
//! persons by their place in the alphabet, which is the least that any list of persons costs. The goal is a p95 under 30 ms.
//!
//! `cargo bench -p people --bench search [-- sqlite|postgres]`; `KEZEKSHI_BENCH_PERSONS` gives another number of persons.
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    missing_docs,
    reason = "a bench prints its figures and stops when it cannot run"
)]

#[path = "../../../base/store/benches/bare/mod.rs"]
mod bare;

use std::time::Instant;

use accounts::{Ctx, Scope};
use bare::BareQuery;
use kernel::{Card, Clock, CredentialStatus, Role, SchoolId};
use people::{
    model::{ClassName, PersonName},
    ops::{self, bulk},
    person::{ClassData, PersonData, Shift},
    queries,
};
use store::{Engine, Param, Value};
use testkit::TestDb;

const AT_ONCE: usize = 1_000;
const ROUNDS: usize = 200;
/// What a desk shows under the search field.
const SHOWN: u32 = 50;
/// As many persons in the order of the alphabet, each with what a list shows.
const BARE: &str =
    "select p.id, p.family, p.given, p.patronymic, c.grade, c.letter, p.position, p.status, p.photo_version, p.sort_key
  from person p left join class c on c.school = p.school and c.id = p.class
  where p.school = $1 order by p.sort_key, p.id limit $2";

const FAMILIES: [&str; 20] = [
    "Ахметов",
    "Сәрсенов",
    "Омаров",
    "Әбдіров",
    "Қасымов",
    "Нұрғалиев",
    "Жұмабаев",
    "Төлегенов",
    "Оспанов",
    "Ысқақов",
    "Іргебаев",
    "Өтепов",
    "Үсенов",
    "Ғабдуллин",
    "Иванов",
    "Кузнецов",
    "Ким",
    "Шмидт",
    "Бекмұхамбетов",
    "Һашимов",
];
const GIVEN: [&str; 16] = [
    "Әлихан",
    "Санжар",
    "Айгүл",
    "Құралай",
    "Нұрсұлтан",
    "Дана",
    "Ерасыл",
    "Жібек",
    "Мария",
    "Артём",
    "Шұғыла",
    "Іңкәр",
    "Ұлпан",
    "Өмірхан",
    "Асель",
    "Тимур",
];
/// So that families are as many as in a country: each of the twenty with hundreds of beginnings.
const SYLLABLES: [&str; 12] = ["Ал", "Бек", "Дос", "Ер", "Жан", "Қай", "Мұр", "Нұр", "Сер", "Тоқ", "Ғал", "Шай"];

fn family(place: usize) -> String {
    let base = FAMILIES[place % 20];
    match place / 20 % 150 {
        0 => base.to_owned(),
        rest => {
            let (one, two) = (SYLLABLES[rest % 12], SYLLABLES[rest / 12 % 12]);
            format!("{one}{}{}", two.to_lowercase(), base.to_lowercase())
        }
    }
}

fn fill(t: &TestDb, school: SchoolId, persons: usize) {
    let ctx = Ctx::of_program(school, t.clock.now(), t.ids.clone());
    let name = ClassName::parse("5Б").unwrap();
    let class = {
        let ctx = ctx.clone();
        t.db.write_blocking(move |tx| {
            ops::add_class(tx, &ctx, &ClassData { name, lang: i18n::Lang::Kk, shift: Shift::First })
        })
        .unwrap()
    };
    for start in (0..persons).step_by(AT_ONCE) {
        let new: Vec<bulk::NewPerson> = (start..(start + AT_ONCE).min(persons))
            .map(|place| bulk::NewPerson {
                data: PersonData {
                    name: PersonName::parse(
                        &family(place),
                        GIVEN[place / 7 % 16],
                        Some(&format!("{}ұлы", GIVEN[place / 112 % 16])),
                    )
                    .unwrap(),
                    sex: None,
                    birth_date: None,
                    roles: [Role::Pupil].into(),
                    class: (place % 4_000 == 0).then_some(class),
                    position: String::new(),
                    learning_until: None,
                },
                photo: None,
                cards: vec![bulk::NewCard {
                    card: Card::new(24, place as u64).unwrap(),
                    status: CredentialStatus::Active,
                }],
                groups: Vec::new(),
            })
            .collect();
        let ctx = ctx.clone();
        t.db.write_blocking(move |tx| bulk::load(tx, &ctx, &testkit::vault(), &new)).unwrap();
    }
}

/// The middle and the 95th of a hundred, in milliseconds.
fn taken(mut work: impl FnMut()) -> (f64, f64) {
    let mut took: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let began = Instant::now();
            work();
            began.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    took.sort_by(f64::total_cmp);
    (took[ROUNDS / 2], took[ROUNDS * 95 / 100])
}

fn main() {
    // `cargo test` runs benches too, to see that they work: a few are enough then.
    let is_bench = std::env::args().any(|arg| arg == "--bench");
    let usual = if is_bench { 100_000 } else { 100 };
    let persons = std::env::var("KEZEKSHI_BENCH_PERSONS").ok().and_then(|text| text.parse().ok()).unwrap_or(usual);
    let asked: Vec<String> = std::env::args().collect();
    for (engine, name) in [(Engine::Sqlite, "sqlite"), (Engine::Postgres, "postgres")] {
        let others = ["sqlite", "postgres"].iter().filter(|other| **other != name);
        if others.into_iter().any(|other| asked.iter().any(|word| word == other)) {
            continue;
        }
        let t = TestDb::of(engine);
        let school = t.school("one");
        fill(&t, school, persons);
        println!("{name}, {persons} persons, {SHOWN} rows a search");
        let scope = Scope::of_program(school);
        let mut bare = BareQuery::open(&t, BARE);
        let params = [school.value(), Value::Int(i64::from(SHOWN))];
        let (bare_p50, bare_p95) = taken(|| assert_eq!(bare.rows(&params), SHOWN as usize));
        println!("  {:<28} p50 {bare_p50:>7.2} ms   p95 {bare_p95:>7.2} ms", "the bare driver, 50 persons");
        for text in
            ["ахм", "Құралай", "kuralai", "нургал шуг", "Бекмұхамбетов Данаұлы", "ерасылулы", "5б", "99999", "zzz"]
        {
            let (p50, p95) = taken(|| {
                t.db.read_blocking(|tx| queries::search(tx, &scope, text, SHOWN)).unwrap();
            });
            println!("  {text:<28} p50 {p50:>7.2} ms   p95 {p95:>7.2} ms   {:>5.1} × bare", p95 / bare_p95);
        }
    }
}
