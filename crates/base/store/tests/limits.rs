//! Nobody waits for ever: for what another transaction holds, or for a program that has fallen silent.
#![allow(clippy::unwrap_used, missing_docs, reason = "a test that cannot go on stops")]

mod common;

use std::time::Duration;

use common::{add, kept, put, rows, school_with_things, set_number, within};
use store::{StoreError, statements};
use testkit::TestDb;

/// More than any of the limits that are tried here.
const LIMIT: Duration = Duration::from_secs(90);
/// What a limit is set to, to try it.
const SHORT: &str = "100ms";

statements! {
    /// Changes a limit of this transaction. (PostgreSQL only.)
    fn limit(name: &str, value: &str) across_schools -> Exactly<String> = "select set_config($1, $2, true)";
    fn setting(name: &str) across_schools -> Exactly<String> = "select current_setting($1)";
}

#[test]
fn every_transaction_has_limits_to_its_waiting() {
    let t = TestDb::postgres();
    let read = |name: &'static str| t.db.read_blocking(|tx| setting(tx, name)).unwrap();
    assert_eq!(read("lock_timeout"), "15s");
    assert_eq!(read("idle_in_transaction_session_timeout"), "1min");
    let written = t.db.write_blocking(|tx| setting(tx, "lock_timeout"));
    assert_eq!(written.unwrap(), "15s");
}

#[test]
fn whoever_wants_a_row_that_is_held_is_told_which_statement_waited() {
    within(LIMIT, || {
        let t = TestDb::postgres();
        let school = school_with_things(&t);
        t.db.write_blocking(move |tx| add(tx, school, 1, None)).unwrap();
        let mut other = postgres::Client::connect(&t.address, postgres::NoTls).unwrap();
        let mut holding = other.transaction().unwrap();
        holding.batch_execute("update thing set number = 7").unwrap();
        let held = t.db.write_blocking(move |tx| {
            limit(tx, "lock_timeout", SHORT)?;
            set_number(tx, school, 1, 1)
        });
        assert!(matches!(held, Err(StoreError::Held("limits::common::set_number"))), "{held:?}");
        // The same when it was sent ahead and comes to light at the commit.
        let ahead = t.db.write_blocking(move |tx| {
            limit(tx, "lock_timeout", SHORT)?;
            let upsert = "on conflict (school, id) do update set number = excluded.number";
            tx.insert_ahead("thing", &["school", "id", "number"], school, &rows(&school, 1, 1), upsert)
        });
        assert!(matches!(ahead, Err(StoreError::Held("thing"))), "{ahead:?}");
        holding.rollback().unwrap();
        // The limit ended with its transaction, the session goes on.
        assert_eq!(t.db.write_blocking(|tx| setting(tx, "lock_timeout")).unwrap(), "15s");
        t.db.write_blocking(move |tx| put(tx, school, 1, 2)).unwrap();
    });
}

#[test]
fn a_transaction_that_falls_silent_is_ended_with_what_it_holds_and_run_again() {
    within(LIMIT, || {
        let t = TestDb::postgres();
        let school = school_with_things(&t);
        t.db.write_blocking(move |tx| add(tx, school, 1, Some(0))).unwrap();
        for falls_silent_before_commit in [false, true] {
            let (db, mut runs) = (t.db.clone(), 0);
            let done = t.db.write_blocking(move |tx| {
                runs += 1;
                set_number(tx, school, 1, runs)?;
                if runs == 1 {
                    limit(tx, "idle_in_transaction_session_timeout", SHORT)?;
                    // Another gets the row, since the server has ended the one that fell silent.
                    let db = db.clone();
                    std::thread::spawn(move || db.write_blocking(move |tx| set_number(tx, school, 1, 50)))
                        .join()
                        .unwrap()?;
                }
                if !falls_silent_before_commit {
                    set_number(tx, school, 1, runs * 10)?;
                }
                Ok::<_, StoreError>(runs)
            });
            assert_eq!(done.unwrap(), 2);
        }
        assert_eq!(kept(&t, school), [1]);
        assert_eq!(t.db.read_blocking(|tx| common::number(tx, school, 1)).unwrap(), Some(Some(2)));
    });
}
