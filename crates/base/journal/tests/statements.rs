//! Every statement of the journal prepares on both databases and says whose rows it touches.
#![allow(clippy::unwrap_used, missing_docs, reason = "a test that cannot go on stops")]

use testkit::both_databases;

both_databases! {
    fn every_statement_is_as_rust_expects_it(t) {
        let _linked = journal::BELL;
        assert!(store::STATEMENTS.iter().any(|statement| statement.name().starts_with("journal::")));
        assert_eq!(store::prove(&t.db), Vec::<String>::new());
    }
}
