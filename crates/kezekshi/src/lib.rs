//! The program: commands, settings and wiring. The only crate that knows all others.

mod cli;
mod commands;
mod gates;
mod server;
mod settings;
mod signals;
pub mod subsystems;
mod telemetry;

pub use cli::{Cli, Command};
pub use commands::run;
pub use server::{router, routes};
pub use settings::{
    DemoWishes, Flags, GateWishes, LogFormat, MetricsAt, SettingError, Settings, Written, WrittenDemo, WrittenGate,
    WrittenMetrics,
};

use std::sync::Arc;

use access::{Access, GATE_PATIENCE};
use accounts::App;
use crypto::{MasterKeys, Vault};
use kernel::{Ids, TestClock};
use store::Db;

i18n::catalog!(
    "kezekshi",
    kk = include_str!("../locales/kk.ftl"),
    ru = include_str!("../locales/ru.ftl"),
    en = include_str!("../locales/en.ftl")
);

/// The master key of tests: text that everybody can read.
const TEST_KEY: &str = "1:dGhlIHRlc3RzJyBvd24ga2V5IGlzIG5vIHNlY3JldCE=";

/// An app for tests: the test's database, clock and ids, a master key that is no secret, plain HTTP, no demo users; and access control on it.
///
/// # Panics
/// When access control cannot be started.
#[expect(clippy::expect_used, reason = "a test that cannot be set up shall stop")]
pub fn test_app(db: &Db, clock: &TestClock, ids: &Ids) -> (App, Access) {
    let vault = MasterKeys::parse(TEST_KEY, "the tests").map(Vault::new).expect("the tests' own key");
    let app = App::new(db.clone(), vault, Arc::new(clock.clone()), ids.clone(), false, Vec::new());
    let access = Access::start(&app, GATE_PATIENCE, gate::explain).expect("access control starts");
    (app, access)
}
