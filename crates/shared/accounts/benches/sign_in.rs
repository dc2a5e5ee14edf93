//! How long signing in takes with its argon2id, with and without a second step; what the session and the matrix cost a request.
//!
//! `cargo bench -p accounts --bench sign_in [-- sqlite|postgres]`
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::panic,
    missing_docs,
    reason = "a bench prints its figures and stops when it cannot run"
)]

#[path = "../tests/browser/authenticator.rs"]
mod authenticator;
#[path = "../tests/browser/mod.rs"]
mod browser;

use std::{hint::black_box, time::Instant};

use accounts::{Action, Ctx, NewPassword, PasswordHash, Scope, StaffRole};
use authenticator::{app_code, between};
use axum::http::StatusCode;
use browser::{PASSWORD, Site, desk};
use kernel::Clock;
use store::Engine;
use testkit::TestDb;

const SIGN_INS: usize = 100;
const REQUESTS: usize = 2_000;
const CHECKS: u32 = 1_000_000;

/// Times one after the other, and says the middle and what 95 of 100 stay under, in milliseconds.
fn tell(what: &str, count: usize, mut work: impl FnMut()) {
    let mut times: Vec<f64> = (0..count)
        .map(|_| {
            let began = Instant::now();
            work();
            began.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    times.sort_by(f64::total_cmp);
    println!("  {what:<44} median {:>8.3} ms   p95 {:>8.3} ms", times[count / 2], times[count * 95 / 100]);
}

fn on(engine: Engine) {
    let t = TestDb::of(engine);
    let site = Site::new(&t, desk);
    site.add_user("secretary", &[StaffRole::Secretary]);
    let mut browser = site.browser_of("secretary");
    println!("{engine:?}");
    tell("a page of somebody signed in (/account)", REQUESTS, || {
        assert_eq!(browser.get("/account").status, StatusCode::OK);
    });
    tell("a route that the matrix refuses", REQUESTS, || {
        assert_eq!(browser.get("/rights").status, StatusCode::FORBIDDEN);
    });
    tell("password alone", SIGN_INS, || {
        assert_eq!(browser.sign_in("secretary", PASSWORD).status, StatusCode::SEE_OTHER);
    });
    browser.post("/account/second-factor/app", &[]);
    let page = browser.get("/account/second-factor/app").body;
    let secret = between(&page, "<code class=\"secret\">", "</code>").to_owned();
    browser.post("/account/second-factor/app/confirm", &[("code", &app_code(&secret, t.clock.now()))]);
    tell("password and a code of an app", SIGN_INS, || {
        t.clock.forward_s(30);
        assert_eq!(browser.sign_in("secretary", PASSWORD).status, StatusCode::OK);
        let code = app_code(&secret, t.clock.now());
        assert_eq!(browser.post("/sign-in/second", &[("code", &code)]).status, StatusCode::SEE_OTHER);
    });
}

fn main() {
    let asked = std::env::args().find(|word| word == "sqlite" || word == "postgres");
    let t = TestDb::sqlite();
    let login = accounts::Login::parse("secretary").unwrap();
    let hash: PasswordHash = NewPassword::parse(PASSWORD, &login).unwrap().hash(&t.ids);
    println!("argon2id, 19 MiB, 2 passes, 1 lane");
    tell("one comparison", SIGN_INS, || assert!(black_box(&hash).is_of(PASSWORD)));

    let mut ctx = Ctx::of_program(t.school("1"), t.clock.now(), t.ids.clone());
    ctx.actor.roles = [StaffRole::Guard, StaffRole::Teacher].into_iter().collect();
    let began = Instant::now();
    for place in 0..CHECKS {
        let action = Action::ALL[place as usize % Action::ALL.len()];
        let _ = black_box(Scope::of(black_box(&ctx.actor), black_box(action)));
    }
    println!(
        "the matrix, two roles                          {:>8.1} ns a check",
        began.elapsed().as_secs_f64() * 1e9 / f64::from(CHECKS)
    );

    if asked.as_deref() != Some("postgres") {
        on(Engine::Sqlite);
    }
    if asked.as_deref() != Some("sqlite") {
        on(Engine::Postgres);
    }
}
