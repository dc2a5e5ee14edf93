//! Values sealed and opened a second, beside the bare cipher on a key that is ready: what keys of persons and rows of keys cost.
//!
//! `cargo bench -p crypto --bench seal [-- sqlite|postgres]`
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    missing_docs,
    reason = "a bench prints its figures and stops when it cannot run"
)]

use std::time::Instant;

use aes_gcm_siv::{
    Aes256GcmSiv, KeyInit, Nonce,
    aead::{Aead, Payload},
};
use crypto::{CryptoError, Field, Lookup, Sealed};
use kernel::{Clock, PersonId, SchoolId};
use store::Engine;
use testkit::{TestDb, vault};

const IIN: Field = Field::new("person_identity", "iin");
const VALUE: &[u8] = b"031122500125";
const ROUNDS: usize = 5;

/// How long one of `count` takes, in microseconds: the middle of some rounds.
fn middle_us(count: usize, mut work: impl FnMut()) -> f64 {
    let mut rounds: Vec<_> = (0..ROUNDS)
        .map(|_| {
            let began = Instant::now();
            work();
            began.elapsed().as_secs_f64() * 1e6 / count as f64
        })
        .collect();
    rounds.sort_by(f64::total_cmp);
    rounds[ROUNDS / 2]
}

fn tell(what: &str, us: f64, bare: f64) {
    println!("  {what:<52} {us:>8.2} µs {:>10.0}/s  {:>6.1} × bare", 1e6 / us, us / bare);
}

/// Sealing and opening by the cipher alone.
fn bare(count: usize) -> (f64, f64) {
    let cipher = Aes256GcmSiv::new(&[7; 32].into());
    let nonce = |place: usize| {
        let mut nonce = [0; 12];
        nonce[..8].copy_from_slice(&place.to_le_bytes());
        Nonce::from(nonce)
    };
    let mut sealed = Vec::new();
    let sealing = middle_us(count, || {
        sealed = (0..count)
            .map(|place| cipher.encrypt(&nonce(place), Payload { msg: VALUE, aad: &[1; 90] }).unwrap())
            .collect();
    });
    let opening = middle_us(count, || {
        for (place, value) in sealed.iter().enumerate() {
            let opened = cipher.decrypt(&nonce(place), Payload { msg: value, aad: &[1; 90] }).unwrap();
            assert_eq!(opened, VALUE);
        }
    });
    (sealing, opening)
}

fn seal_all(t: &TestDb, school: SchoolId, persons: &[PersonId]) -> Vec<Sealed> {
    let (vault, persons) = (vault(), persons.to_vec());
    t.db.write_blocking(move |tx| {
        persons.iter().map(|person| vault.seal(tx, school, *person, IIN.at(*person), VALUE)).collect()
    })
    .unwrap()
}

fn main() {
    // `cargo test` runs benches too, to see that they work: a few are enough then.
    let is_bench = std::env::args().any(|arg| arg == "--bench");
    let (values, people) = if is_bench { (20_000, 1_000) } else { (20, 10) };
    let only = std::env::args().skip(1).find(|arg| !arg.starts_with('-')).unwrap_or_default();
    let (sealing, opening) = bare(values);
    println!("the bare cipher, 12 bytes; middle of {ROUNDS}");
    tell("seal", sealing, sealing);
    tell("open", opening, opening);
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let name = format!("{engine:?}").to_lowercase();
        if !name.contains(&only) {
            continue;
        }
        let t = TestDb::of(engine);
        let school = t.school("one");
        let vault = vault();
        let now = t.clock.now();
        println!("{name}, {people} persons");
        let mut fresh = Vec::new();
        let first = middle_us(people, || {
            fresh = (0..people).map(|_| t.ids.new_id(now)).collect();
            seal_all(&t, school, &fresh);
        });
        tell("seal, first value of a person, one transaction", first, sealing);
        let mut sealed = Vec::new();
        tell("seal, one transaction", middle_us(people, || sealed = seal_all(&t, school, &fresh)), sealing);
        let one_by_one = middle_us(people, || {
            t.db.read_blocking(|tx| {
                for (person, sealed) in fresh.iter().zip(&sealed) {
                    assert!(vault.open(tx, school, *person, IIN.at(*person), sealed)?.is_some());
                }
                Ok::<_, CryptoError>(())
            })
            .unwrap();
        });
        tell("open, one by one in one transaction", one_by_one, opening);
        let at_once = middle_us(people, || {
            t.db.read_blocking(|tx| {
                let opener = vault.opener(tx, school, &fresh)?;
                for (person, sealed) in fresh.iter().zip(&sealed) {
                    assert!(opener.open(*person, IIN.at(*person), sealed)?.is_some());
                }
                Ok::<_, CryptoError>(())
            })
            .unwrap();
        });
        tell("open, keys read at once", at_once, opening);
        let key = t.db.read_blocking(|tx| vault.find_key(tx, school, Lookup::Iin)).unwrap().unwrap();
        let indexing = middle_us(values, || {
            for _ in 0..values {
                std::hint::black_box(key.of("031122500125"));
            }
        });
        tell("blind index, key at hand", indexing, sealing);
    }
}
