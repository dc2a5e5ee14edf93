//! The program's app in the test's own process.

use std::sync::Arc;

use access::{Access, GATE_PATIENCE};
use accounts::App;
use testkit::TestDb;

/// An app on the test's database, clock and ids, with a master key that is no secret, plain HTTP, no demo users; and access control on it.
pub fn test_app(t: &TestDb) -> (App, Access) {
    let app = App::new(t.db.clone(), testkit::vault(), Arc::new(t.clock.clone()), t.ids.clone(), false, Vec::new());
    let access = Access::start(&app, GATE_PATIENCE, gate::explain).unwrap();
    (app, access)
}
