//! The program's app in the test's own process.

use std::sync::Arc;

use access::{Access, GATE_PATIENCE};
use accounts::App;
use kernel::Ids;
use testkit::TestDb;

/// An app on the test's database, clock and ids, with a master key that is no secret, plain HTTP, no demo users; and access control on it.
pub fn test_app(t: &TestDb) -> (App, Access) {
    test_app_with(t, t.ids.clone())
}

/// The same with ids of its own, as another server on the database has them.
#[allow(dead_code, reason = "each file of stories uses a part of it")]
pub fn test_app_with(t: &TestDb, ids: Ids) -> (App, Access) {
    let app = App::new(t.db.clone(), testkit::vault(), Arc::new(t.clock.clone()), ids, false, Vec::new());
    let access = Access::start(&app, GATE_PATIENCE, gate::explain).unwrap();
    (app, access)
}
