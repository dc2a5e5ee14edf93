//! The gate and the server are killed again and again while a school walks in: no pass is lost and none is counted twice.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a story that cannot be told shall stop, and say why"
)]

mod support;

use std::{
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

use kernel::Ids;
use support::{LEAVE, PACE, Program, Site, Tap, is_long, swipe, until};
use testkit::both_databases;

/// How long a program lives at least before one of the two is killed.
const LEAST_MS: u64 = 150;
/// How much longer at most.
const MORE_MS: u64 = 450;

/// Where chance comes from; the seed is told when the story fails, and may be given in `KEZEKSHI_SEED`.
struct Chance {
    ids: Ids,
    seed: u64,
}

impl Chance {
    fn new() -> Self {
        let given = std::env::var("KEZEKSHI_SEED").ok().map(|seed| seed.parse().expect("KEZEKSHI_SEED is a number"));
        let seed = given.unwrap_or_else(|| u64::from(u32::from_le_bytes(Ids::random().bytes())));
        Self { ids: Ids::seeded(seed), seed }
    }

    fn below(&self, bound: u64) -> u64 {
        u64::from(u32::from_le_bytes(self.ids.bytes())) % bound
    }
}

impl Drop for Chance {
    fn drop(&mut self) {
        if thread::panicking() {
            println!("run again with KEZEKSHI_SEED={}", self.seed);
        }
    }
}

/// Taps at a steady pace, each with another card, until told to stop or until everybody has tapped.
fn walk_in(site: &Site, stop: &AtomicBool) -> Vec<Tap> {
    let began = Instant::now();
    let mut taps = Vec::new();
    for (place, card) in site.school.cards.keys().enumerate() {
        if stop.load(Ordering::SeqCst) {
            break;
        }
        taps.push(swipe(&site.board, *card, place));
        thread::sleep((PACE * (place as u32 + 1)).saturating_sub(began.elapsed()));
    }
    taps
}

/// Kills one of the two and starts it again, so many times.
fn kill_again_and_again(
    site: &Site,
    chance: &Chance,
    times: u32,
    mut gate: Program,
    mut server: Program,
) -> (Program, Program) {
    for _ in 0..times {
        thread::sleep(Duration::from_millis(LEAST_MS + chance.below(MORE_MS + 1)));
        if chance.below(2) == 0 {
            gate.kill();
            gate = site.start_gate();
        } else {
            server.kill();
            server = site.start_server();
        }
    }
    (gate, server)
}

both_databases! {
    fn no_pass_is_lost_or_doubled_when_gate_and_server_are_killed(t) {
        let chance = Chance::new();
        let (times, people) = if is_long() { (100, 5_000) } else { (10, 600) };
        let site = Site::new(t, people);
        let (server, gate) = (site.start_server(), site.start_gate());
        site.wait_until_ready();

        let stop = AtomicBool::new(false);
        let (taps, (gate, server)) = thread::scope(|scope| {
            let walking = scope.spawn(|| walk_in(&site, &stop));
            let survivors = kill_again_and_again(&site, &chance, times, gate, server);
            stop.store(true, Ordering::SeqCst);
            (walking.join().unwrap(), survivors)
        });
        assert!(!taps.is_empty());
        until("every pass to arrive", || site.school.count() >= taps.len() as u64);
        gate.stop(LEAVE);
        server.stop(LEAVE);

        let passes = site.prove(&taps);
        assert!(passes.iter().any(|pass| pass.is_granted) && site.opened() > 0, "nobody was let in");
        println!(
            "{} taps, {} passes granted, {} doors opened, {times} kills, seed {}",
            taps.len(),
            passes.iter().filter(|pass| pass.is_granted).count(),
            site.opened(),
            chance.seed
        );
    }
}
