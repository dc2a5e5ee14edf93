//! Every statement of keys prepares on both databases and stays within its school.
#![allow(clippy::unwrap_used, missing_docs, reason = "a test that cannot go on stops")]

mod common;

use testkit::both_databases;

both_databases! {
    fn every_statement_prepares(t) {
        common::school(t);
        assert_eq!(store::prove(&t.db), Vec::<String>::new());
        assert_eq!(crypto::SEALED.len(), 2);
    }
}
