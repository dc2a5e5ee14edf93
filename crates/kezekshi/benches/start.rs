//! How long the program takes from its start to its first answer, to its first open door, and how much memory it holds, with a school of
//! 4,000 pupils and 300 of staff on SQLite.
//!
//! `cargo bench -p kezekshi --bench start` prints the middle of some starts beside a start of the same program that only tells its version.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    missing_docs,
    reason = "a bench prints its figures and stops when it cannot run"
)]

#[path = "../tests/support/mod.rs"]
mod support;

use std::{
    io::{Read, Write},
    net::TcpStream,
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use support::{GatePlace, LEAVE, Site, swipe};
use testkit::TestDb;

/// How long a question to a program that does not listen yet is left alone before it is asked again.
const AGAIN: Duration = Duration::from_millis(2);

/// What one start took.
struct Start {
    answer_ms: f64,
    door_ms: f64,
    memory_mib: f64,
}

fn main() {
    // `cargo test` runs benches too, to see that they work: a small school is enough then.
    let is_bench = std::env::args().any(|arg| arg == "--bench");
    let (people, rounds) = if is_bench { (4_300, 7) } else { (50, 1) };
    let t = TestDb::sqlite();
    let site = Site::with_gate(&t, people, GatePlace::InServer);
    let starts: Vec<_> = (0..rounds).map(|round| start(&site, round)).collect();
    let bare: Vec<_> = (0..rounds).map(|_| bare_ms()).collect();
    let (answer, door) = (middle(starts.iter().map(|s| s.answer_ms)), middle(starts.iter().map(|s| s.door_ms)));
    let (bare, memory) = (middle(bare), middle(starts.iter().map(|s| s.memory_mib)));
    println!("a school of {people} persons on SQLite, the middle of {rounds} starts");
    println!("  program that tells its version and ends  {bare:8.1} ms");
    println!("  start to the first answer                {answer:8.1} ms  ({:.1} times)", answer / bare);
    println!("  start to the first open door             {door:8.1} ms");
    println!("  memory after a hundred taps              {memory:8.1} MiB");
}

/// Starts the server, asks until it answers, taps until a door opens, and tells it to stop.
fn start(site: &Site, round: usize) -> Start {
    let begun = Instant::now();
    let server = site.start_server();
    while !is_ready(&site.server_address()) {
        std::thread::sleep(AGAIN);
    }
    let answer_ms = since(begun);
    let before = site.opened();
    let mut cards = site.school.cards.keys().copied().cycle().skip(round * 500);
    while site.opened() == before {
        swipe(&site.board, cards.next().unwrap(), 0);
        std::thread::sleep(AGAIN * 5);
    }
    let door_ms = since(begun);
    for (place, card) in cards.take(100).enumerate() {
        swipe(&site.board, card, place);
        std::thread::sleep(AGAIN);
    }
    std::thread::sleep(Duration::from_secs(1));
    let memory_mib = server.memory_kib() as f64 / 1_024.0;
    server.stop(LEAVE);
    Start { answer_ms, door_ms, memory_mib }
}

/// Whether the server says that it is ready.
fn is_ready(address: &str) -> bool {
    let ask = || -> std::io::Result<bool> {
        let mut line = TcpStream::connect(address)?;
        line.write_all(b"GET /readyz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")?;
        let mut answer = String::new();
        line.read_to_string(&mut answer)?;
        Ok(answer.starts_with("HTTP/1.1 200"))
    };
    ask().unwrap_or(false)
}

fn bare_ms() -> f64 {
    let begun = Instant::now();
    let told = Command::new(Path::new(env!("CARGO_BIN_EXE_kezekshi"))).arg("--version").output().unwrap();
    assert!(told.status.success());
    since(begun)
}

fn since(begun: Instant) -> f64 {
    begun.elapsed().as_secs_f64() * 1_000.0
}

fn middle(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<_> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
