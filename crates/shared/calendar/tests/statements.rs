//! Every statement stands on both databases.

use calendar as _;
use testkit::both_databases;

both_databases! {
    fn every_statement_is_understood_and_asks_for_one_school(t) {
        let faults: Vec<String> = store::prove(&t.db).into_iter().filter(|fault| fault.contains("calendar::")).collect();
        assert_eq!(faults, Vec::<String>::new());
    }
}
