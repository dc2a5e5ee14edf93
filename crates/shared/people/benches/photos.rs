//! What sealing costs where faces are shown: the thumbnails of a list page of 50 persons, each asked for by itself as a browser does, beside the same rows
//! read without opening them; and the guard's monitor, which asks for one. The goal is under 5 ms for the page.
//!
//! `cargo bench -p people --bench photos [-- sqlite|postgres]`
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    missing_docs,
    reason = "a bench prints its figures and stops when it cannot run"
)]

use std::{hint::black_box, time::Instant};

use accounts::{Ctx, Scope};
use kernel::{Clock, PersonId, Role, SchoolId};
use people::{
    model::{PersonName, Photo},
    ops::bulk::{self, NewPerson},
    person::PersonData,
    queries::{self, PhotoSize},
};
use store::{Engine, record, statements};
use testkit::{TestDb, vault};

const SHOWN: usize = 50;
const ROUNDS: usize = 200;
/// Bytes of a usual picture of 480 × 640 and of its thumbnail.
const LARGE: usize = 45_000;
const SMALL: usize = 4_500;

record! {
    /// A picture as it lies.
    pub struct Bare {
        /// Its version.
        pub version: u64,
        /// Its bytes.
        pub bytes: Vec<u8>,
    }
}

statements! {
    /// The thumbnail as it lies.
    fn bare(school: SchoolId, person: PersonId) -> One<Bare> = "select version, small as bytes from photo where school = $1 and person = $2";
}

fn main() {
    let wanted: Vec<_> = std::env::args().collect();
    for (name, engine) in [("sqlite", Engine::Sqlite), ("postgres", Engine::Postgres)] {
        if wanted.iter().any(|word| word == name) || !wanted.iter().any(|word| word == "sqlite" || word == "postgres") {
            run(name, engine);
        }
    }
}

fn run(name: &str, engine: Engine) {
    let t = TestDb::of(engine);
    let school = t.school("School");
    let ctx = Ctx::of_program(school, t.clock.now(), t.ids.clone());
    let persons: Vec<NewPerson> = (0..SHOWN)
        .map(|number| NewPerson {
            data: PersonData {
                name: PersonName::parse("Асанова", "Айгүл", None).unwrap(),
                sex: None,
                birth_date: None,
                roles: [Role::Pupil].into(),
                class: None,
                position: String::new(),
                learning_until: None,
            },
            photo: Some(Photo { full: vec![number as u8; LARGE], thumbnail: vec![number as u8; SMALL] }),
            cards: Vec::new(),
            groups: Vec::new(),
        })
        .collect();
    let begun = Instant::now();
    let ids = t.db.write_blocking(move |tx| bulk::load(tx, &ctx, &vault(), &persons)).unwrap();
    println!("{name}: {SHOWN} persons with photos taken in: {:.1} ms", begun.elapsed().as_secs_f64() * 1e3);

    let (scope, vault) = (Scope::of_program(school), vault());
    let opened = middle(|| {
        for id in &ids {
            let picture =
                t.db.read_blocking(|tx| queries::photo(tx, &scope, &vault, *id, PhotoSize::Small)).unwrap().unwrap();
            assert_eq!(black_box(picture.bytes).len(), SMALL);
        }
    });
    let read = middle(|| {
        for id in &ids {
            black_box(t.db.read_blocking(|tx| bare(tx, school, *id)).unwrap().unwrap());
        }
    });
    println!(
        "{name}: a page of {SHOWN} thumbnails: {opened:.2} ms; the same rows unopened {read:.2} ms; ratio {:.1}",
        opened / read
    );
    let large = middle(|| {
        let picture = t.db.read_blocking(|tx| queries::photo(tx, &scope, &vault, ids[0], PhotoSize::Large)).unwrap();
        black_box(picture.unwrap());
    });
    println!("{name}: one large picture for the guard's monitor: {large:.3} ms");
}

/// The middle of many rounds, in milliseconds.
fn middle(mut work: impl FnMut()) -> f64 {
    let mut rounds: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let begun = Instant::now();
            work();
            begun.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    rounds.sort_by(f64::total_cmp);
    rounds[ROUNDS / 2]
}
