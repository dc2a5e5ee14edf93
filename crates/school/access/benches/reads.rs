//! How long the reads take that gates, monitors and pages repeat, in a school of 5,000 persons with a year of passes.
//!
//! `cargo bench -p access --bench reads [-- sqlite|postgres]`
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a bench prints its figures and stops when it cannot run")]

#[path = "../tests/site/mod.rs"]
mod site;

use std::time::Instant;

use access::{
    AccessError, GATE_PATIENCE,
    queries::{self, PassFilter},
    snapshot::snapshot_doc,
};
use kernel::{Direction, PersonId};
use site::{Site, later};
use store::{Engine, Tx};
use testkit::TestDb;

const TURNS: usize = 15;

fn main() {
    // `cargo test` runs benches too, to see that they work: a small school is enough then.
    let is_bench = std::env::args().any(|arg| arg == "--bench");
    let (persons, passes) = if is_bench { (5_000, 300_000) } else { (200, 2_000) };
    let only = std::env::args().skip(1).find(|arg| !arg.starts_with('-')).unwrap_or_default();
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let name = format!("{engine:?}").to_lowercase();
        if name.contains(&only) {
            let t = TestDb::of(engine);
            let site = Site::new(&t);
            let persons = fill(&site, persons, passes);
            println!("{name}: {} persons, {passes} passes; median of {TURNS}", persons.len());
            measure(&site, &persons);
        }
    }
}

/// Passes of a year, the newest a second ago.
fn fill(site: &Site<'_>, persons: usize, passes: usize) -> Vec<PersonId> {
    let class = site.class(5, 'Б');
    let mut ids = Vec::new();
    for first in (0..persons).step_by(500) {
        let count = 500.min(persons - first);
        ids.extend(site.persons(&vec!["Құдайбергенова"; count], Some(class), first as u64 + 1));
    }
    let step_s = 365 * 24 * 3600 / passes as i64;
    for first in (0..passes).step_by(5_000) {
        let chunk: Vec<_> = (first..passes.min(first + 5_000))
            .map(|index| {
                let person = ids[index * 7919 % ids.len()];
                let mut pass = site.pass(site.door, Direction::ALL[index % 2], Some(person));
                pass.at = later(site.now(), -1 - (passes - index) as i64 * step_s);
                pass
            })
            .collect();
        site.deliver_passes(first as u64 + 1, &chunk);
    }
    site.follow();
    ids
}

fn measure(site: &Site<'_>, persons: &[PersonId]) {
    let (now, scope) = (site.now(), site.scope());
    let page = |filter: PassFilter| move |tx: &mut Tx<'_>| queries::passes(tx, &scope, &filter, None, 50).map(drop);
    let of_person = PassFilter { person: persons.first().copied(), ..PassFilter::default() };
    let named =
        PassFilter { name: "кудайб".into(), from: Some(later(now, -7 * 24 * 3600)), ..PassFilter::default() };
    let unnamed = PassFilter { name: "ж".into(), from: Some(later(now, -7 * 24 * 3600)), ..PassFilter::default() };
    timed(site, "snapshot for a gate", |tx| snapshot_doc(tx, scope.school(), site.key.gate, now).map(drop));
    timed(site, "lanes with newest pass", |tx| queries::lanes(tx, &scope, now, GATE_PATIENCE).map(drop));
    timed(site, "people inside", |tx| queries::inside(tx, &scope).map(drop));
    timed(site, "last 20 passes", |tx| queries::last_passes(tx, &scope, 20).map(drop));
    timed(site, "log, newest page", page(PassFilter::default()));
    timed(site, "log of one person", page(of_person));
    timed(site, "log of a week by name", page(named));
    timed(site, "log of a week, nobody found", page(unnamed));
    timed(site, "10,000 rows of a file", |tx| {
        queries::export(tx, &scope, &PassFilter::default(), 10_000, |_| Ok::<_, AccessError>(())).map(drop)
    });
}

fn timed(site: &Site<'_>, what: &str, mut work: impl FnMut(&mut Tx<'_>) -> Result<(), AccessError>) {
    let mut times: Vec<_> = (0..TURNS)
        .map(|_| {
            let begun = Instant::now();
            site.t.db.read_blocking(&mut work).unwrap();
            begun.elapsed().as_secs_f64() * 1_000.0
        })
        .collect();
    times.sort_by(f64::total_cmp);
    println!("  {what:28} {:8.2} ms", times[TURNS / 2]);
}
