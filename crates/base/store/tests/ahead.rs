//! What is sent ahead comes out as if it had been waited for, on both databases.
#![allow(clippy::unwrap_used, missing_docs, reason = "a test that cannot go on stops")]

mod common;

use std::sync::atomic::{AtomicU32, Ordering};

use common::{
    Stop, add, add_later, add_part, count, count_later, ids, ids_later, kept, number_later, rows, school_with_things,
    set_number,
};
use store::{Db, Options, StoreError, statements};
use testkit::{TestDb, both_databases};

const COLUMNS: &[&str] = &["school", "id", "number"];

statements! {
    /// Ends this very session. (PostgreSQL only.)
    fn end_this_session() across_schools -> LaterMany<bool> = "select pg_terminate_backend(pg_backend_pid())";
    fn session() across_schools -> Exactly<i64> = "select cast(pg_backend_pid() as bigint)";
}

both_databases! {
    fn answers_are_those_of_the_moment_of_asking_in_whatever_order_they_are_taken(t) {
        let school = school_with_things(t);
        let told = t.db.write_blocking(move |tx| {
            let none = count_later(tx, school)?;
            let first = add_later(tx, school, 1, Some(10))?;
            let one = ids_later(tx, school)?;
            add(tx, school, 2, None)?;
            let two = ids_later(tx, school)?;
            set_number(tx, school, 1, 11)?;
            let changed = number_later(tx, school, 1)?;
            let second = two.get(tx)?;
            Ok::<_, StoreError>((changed.get(tx)?, second, one.get(tx)?, first.get(tx)?, none.get(tx)?))
        });
        assert_eq!(told.unwrap(), (vec![Some(11)], vec![1, 2], vec![1], 1, 0));
        let read = t.db.read_blocking(|tx| {
            let (all, many) = (ids_later(tx, school)?, count_later(tx, school)?);
            let _nobody_asks = ids_later(tx, school)?;
            Ok::<_, StoreError>((many.get(tx)?, all.get(tx)?))
        });
        assert_eq!(read.unwrap(), (2, vec![1, 2]));
    }

    fn what_is_written_ahead_is_kept_though_nobody_asks_for_it(t) {
        let school = school_with_things(t);
        t.db.write_blocking(move |tx| add_later(tx, school, 1, None).map(drop)).unwrap();
        t.db.write_blocking(move |tx| tx.insert_ahead("thing", COLUMNS, school, &rows(&school, 10, 1000), "")).unwrap();
        t.db.write_blocking(move |tx| {
            tx.insert_ahead("thing", COLUMNS, school, &rows(&school, 2000, 3), "")?;
            assert_eq!(count(tx, school)?, 1004);
            tx.insert_ahead("thing", COLUMNS, school, &rows(&school, 3000, 150), "")
        }).unwrap();
        // More than wait at once.
        t.db.write_blocking(move |tx| {
            for id in 5000..5200 {
                tx.insert_ahead("thing", COLUMNS, school, &rows(&school, id, 1), "")?;
            }
            Ok::<_, StoreError>(())
        }).unwrap();
        assert_eq!(kept(t, school).len(), 1 + 1000 + 3 + 150 + 200);
    }

    fn what_is_written_ahead_is_undone_with_the_rest(t) {
        let school = school_with_things(t);
        let stopped = t.db.write_blocking(move |tx| {
            tx.insert_ahead("thing", COLUMNS, school, &rows(&school, 1, 5), "")?;
            Err::<(), _>(Stop::Told)
        });
        assert!(matches!(stopped, Err(Stop::Told)), "{stopped:?}");
        let stopped = t.db.write_blocking(move |tx| {
            tx.insert_ahead("thing", COLUMNS, school, &rows(&school, 1, 5), "")?;
            count(tx, school)?;
            tx.insert_ahead("thing", COLUMNS, school, &rows(&school, 7, 5), "")?;
            Err::<(), _>(Stop::Told)
        });
        assert!(matches!(stopped, Err(Stop::Told)), "{stopped:?}");
        assert!(kept(t, school).is_empty());
    }

    fn what_fails_ahead_fails_the_write_wherever_it_comes_to_light(t) {
        let school = school_with_things(t);
        let bell = t.db.bell("things");
        t.db.write_blocking(move |tx| add(tx, school, 1, None)).unwrap();
        // At the commit, at the next statement, at one's own answer, at that of another.
        let at_commit = t.db.write_blocking(move |tx| {
            tx.ring("things");
            add(tx, school, 2, None)?;
            tx.insert_ahead("thing", COLUMNS, school, &rows(&school, 1, 1), "")
        });
        let at_once_committed = t.db.write_blocking(move |tx| add_later(tx, school, 1, None).map(drop));
        let at_next = t.db.write_blocking(move |tx| {
            tx.insert_ahead("thing", COLUMNS, school, &rows(&school, 1, 1), "")?;
            add(tx, school, 3, None)
        });
        let at_own = t.db.write_blocking(move |tx| {
            let later = add_later(tx, school, 1, None)?;
            later.get(tx)
        });
        let at_other = t.db.write_blocking(move |tx| {
            let (_refused, known) = (add_later(tx, school, 1, None)?, count_later(tx, school)?);
            known.get(tx)
        });
        let errors = [at_commit.err(), at_once_committed.err(), at_next.err(), at_own.err(), at_other.err()];
        for (place, error) in errors.iter().enumerate() {
            assert!(error.as_ref().is_some_and(StoreError::is_duplicate), "{place}: {error:?}");
        }
        assert_eq!((kept(t, school), bell.count()), (vec![1], 0));
    }

    fn a_closure_that_hides_what_failed_ahead_keeps_nothing(t) {
        let school = school_with_things(t);
        t.db.write_blocking(move |tx| add(tx, school, 1, None)).unwrap();
        let spoiled = t.db.write_blocking(move |tx| {
            let hidden = tx.insert_ahead("thing", COLUMNS, school, &rows(&school, 1, 1), "").and_then(|()| add(tx, school, 2, None));
            assert!(hidden.unwrap_err().is_duplicate());
            let after = count_later(tx, school).map(drop);
            assert!(matches!(after, Err(StoreError::Spoiled("thing"))), "{after:?}");
            Ok::<_, StoreError>(())
        });
        assert!(matches!(spoiled, Err(StoreError::Spoiled("thing"))), "{spoiled:?}");
        assert_eq!(kept(t, school), [1]);
    }

    fn a_reference_that_leads_nowhere_is_found_behind_rows_sent_ahead(t) {
        let school = school_with_things(t);
        let refused = t.db.write_blocking(move |tx| {
            add_part(tx, school, 1, 77)?;
            tx.insert_ahead("thing", COLUMNS, school, &rows(&school, 1, 2), "")
        });
        assert!(refused.is_err());
        t.db.write_blocking(move |tx| {
            add_part(tx, school, 1, 77)?;
            tx.insert_ahead("thing", COLUMNS, school, &rows(&school, 77, 2), "")
        }).unwrap();
        assert_eq!(kept(t, school), [77, 78]);
    }

    fn a_write_of_one_statement_has_its_answer_at_once(t) {
        let school = school_with_things(t);
        let added = t.db.write_single_blocking(move |tx| {
            let later = add_later(tx, school, 5, None)?;
            later.get(tx)
        });
        assert_eq!(added.unwrap(), 5);
        t.db.write_single_blocking(move |tx| tx.insert_ahead("thing", COLUMNS, school, &rows(&school, 6, 2), "")).unwrap();
        let refused = t.db.write_single_blocking(move |tx| tx.insert_ahead("thing", COLUMNS, school, &rows(&school, 7, 2), ""));
        assert!(refused.unwrap_err().is_duplicate());
        assert_eq!(kept(t, school), [5, 6, 7]);
    }

    fn a_read_refuses_to_write_ahead(t) {
        let school = school_with_things(t);
        let refused = t.db.read_blocking(|tx| tx.insert_ahead("thing", COLUMNS, school, &rows(&school, 1, 1), ""));
        assert!(matches!(refused, Err(StoreError::ReadOnly("thing"))), "{refused:?}");
        let sneaked = t.db.read_blocking(|tx| add_later(tx, school, 1, None)?.get(tx));
        assert!(matches!(sneaked, Err(StoreError::ReadOnly("ahead::common::add_later"))), "{sneaked:?}");
        assert!(kept(t, school).is_empty());
    }
}

#[test]
fn a_conflict_of_what_was_sent_ahead_is_repeated_like_any_other() {
    let t = TestDb::postgres();
    let school = school_with_things(&t);
    t.db.write_blocking(move |tx| add(tx, school, 1, Some(1))).unwrap();
    let runs = std::sync::Arc::new(AtomicU32::new(0));
    let (counted, db) = (runs.clone(), t.db.clone());
    let upsert = "on conflict (school, id) do update set number = excluded.number";
    t.db.write_blocking(move |tx| {
        let before = ids(tx, school)?;
        assert_eq!(before, [1]);
        if counted.fetch_add(1, Ordering::SeqCst) == 0 {
            let db = db.clone();
            std::thread::spawn(move || db.write_blocking(move |tx| set_number(tx, school, 1, 10))).join().unwrap()?;
        }
        tx.insert_ahead("thing", COLUMNS, school, &rows(&school, 1, 1), upsert)
    })
    .unwrap();
    assert_eq!(runs.load(Ordering::SeqCst), 2);
    assert_eq!(t.db.read_blocking(|tx| number_later(tx, school, 1)?.get(tx)).unwrap(), [Some(2)]);
}

#[test]
fn a_line_that_breaks_ahead_of_the_commit_has_kept_nothing_and_the_work_is_run_again() {
    let t = TestDb::postgres();
    let school = school_with_things(&t);
    let mut runs = 0;
    let done = t.db.write_blocking(move |tx| {
        runs += 1;
        add(tx, school, runs, None)?;
        if runs == 1 {
            // Sent together with the commit: known to have come before it.
            let _ = end_this_session(tx)?;
        }
        Ok::<_, StoreError>(runs)
    });
    assert_eq!(done.unwrap(), 2);
    assert_eq!(kept(&t, school), [2]);
}

#[test]
fn a_session_whose_statement_failed_ahead_serves_the_next_caller_as_if_new() {
    let t = TestDb::postgres();
    let school = school_with_things(&t);
    let narrow = Db::open(&t.address, &Options { connections: 1, ..Options::default() }).unwrap();
    let before = narrow.read_blocking(session).unwrap();
    narrow.write_blocking(move |tx| add(tx, school, 1, None)).unwrap();
    assert!(narrow.write_blocking(move |tx| add_later(tx, school, 1, None).map(drop)).is_err());
    assert!(narrow.read_blocking(|tx| add_later(tx, school, 7, None)?.get(tx)).is_err());
    narrow.read_blocking(|tx| add_later(tx, school, 8, None).map(drop)).unwrap();
    narrow
        .write_blocking(move |tx| {
            let _ = add_later(tx, school, 9, None)?;
            Err::<(), _>(Stop::Told)
        })
        .unwrap_err();
    assert_eq!(narrow.read_blocking(session).unwrap(), before);
    narrow.write_blocking(move |tx| add_later(tx, school, 2, None)?.get(tx)).unwrap();
    assert_eq!(kept(&t, school), [1, 2]);
}
