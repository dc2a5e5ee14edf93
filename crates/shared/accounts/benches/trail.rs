//! How fast a long audit trail is verified, beside bare SHA-256 over the same bytes in the same run; and what a line costs that is appended.
//!
//! `cargo bench -p accounts --bench trail [-- sqlite|postgres]`; `KEZEKSHI_BENCH_LINES` gives another number of lines than a million.
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    missing_docs,
    reason = "a bench prints its figures and stops when it cannot run"
)]

use std::{hint::black_box, time::Instant};

use accounts::{Ctx, audit};
use kernel::{Clock, PersonId, UserId};
use sha2::{Digest, Sha256};
use store::Engine;
use testkit::TestDb;

/// Lines of one transaction while the trail is made.
const AT_ONCE: u64 = 1_000;
/// Lines written one by one, each in a transaction of its own.
const SINGLE: u32 = 500;
const ACTION: &str = "particulars_seen";
const DETAIL: &str = "7 rows";
/// What one line hands to the hash: the hash before, id, moment, who, word, about whom, detail.
const BYTES: usize = 32 + 16 + 8 + 17 + 4 + ACTION.len() + 17 + 4 + DETAIL.len();

fn main() {
    let lines = std::env::var("KEZEKSHI_BENCH_LINES").map_or(1_000_000, |text| text.parse().unwrap());
    let wanted: Vec<_> = std::env::args().collect();
    for (name, engine) in [("sqlite", Engine::Sqlite), ("postgres", Engine::Postgres)] {
        if wanted.iter().any(|word| word == name) || !wanted.iter().any(|word| word == "sqlite" || word == "postgres") {
            run(name, engine, lines);
        }
    }
}

fn run(name: &str, engine: Engine, lines: u64) {
    let t = TestDb::of(engine);
    let school = t.school("School");
    let mut ctx = Ctx::of_program(school, t.clock.now(), t.ids.clone());
    ctx.actor.user = Some(ctx.new_id::<kernel::UserKind>());
    let _: Option<UserId> = ctx.actor.user;
    let write = |count: u64| {
        let ctx = ctx.clone();
        t.db.write_blocking(move |tx| {
            (0..count).try_for_each(|_| {
                let person: PersonId = ctx.new_id();
                audit(tx, &ctx, ACTION, Some(person), DETAIL)
            })
        })
        .unwrap();
    };
    let begun = Instant::now();
    for _ in 0..lines / AT_ONCE {
        write(AT_ONCE);
    }
    let seconds = begun.elapsed().as_secs_f64();
    println!("{name}: {lines} lines appended, {AT_ONCE} a transaction: {:.1} µs a line", seconds * 1e6 / lines as f64);

    let begun = Instant::now();
    for _ in 0..SINGLE {
        write(1);
    }
    let single = begun.elapsed().as_secs_f64() * 1e6 / f64::from(SINGLE);
    println!("{name}: a line in a transaction of its own: {single:.0} µs");

    let block = [7_u8; BYTES];
    let begun = Instant::now();
    for _ in 0..lines {
        black_box(Sha256::digest(black_box(block)));
    }
    let bare = lines as f64 / begun.elapsed().as_secs_f64();

    let begun = Instant::now();
    let findings = t.db.read_blocking(accounts::doctor).unwrap();
    let verified = (lines + u64::from(SINGLE)) as f64 / begun.elapsed().as_secs_f64();
    assert!(findings.iter().all(|finding| finding.ok), "{findings:?}");
    println!(
        "{name}: verified {verified:.0} lines/s; bare SHA-256 of {BYTES} bytes each {bare:.0}/s; ratio {:.2}",
        verified / bare
    );
}
