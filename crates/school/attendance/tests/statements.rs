//! Every statement of attendance prepares on both databases.

use testkit::both_databases;

both_databases! {
    fn every_statement_prepares_and_filters_by_school(t) {
        let _linked = attendance::DATA;
        let problems = store::prove(&t.db);
        assert!(problems.is_empty(), "{}", problems.join("\n"));
    }
}
