//! A transaction is kept whole or not at all, on both databases.
#![allow(clippy::unwrap_used, missing_docs, reason = "a test that cannot go on stops")]

mod common;

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::mpsc,
    time::Duration,
};

use common::{Stop, add, add_code, count, ids, kept, rows, school_with_things, set_number, sneaked};
use kernel::Clock;
use store::{Db, Options, StoreError};
use testkit::both_databases;

both_databases! {
    fn an_error_undoes_everything_the_closure_did(t) {
        let school = school_with_things(t);
        let stopped = t.db.write_blocking(move |tx| {
            add(tx, school, 1, None)?;
            add(tx, school, 2, None)?;
            Err::<(), _>(Stop::Told)
        });
        assert!(matches!(stopped, Err(Stop::Told)), "{stopped:?}");
        assert!(kept(t, school).is_empty());
    }

    fn a_panic_undoes_everything_and_comes_back_to_the_caller(t) {
        let school = school_with_things(t);
        for _ in 0..20 {
            let panicked = catch_unwind(AssertUnwindSafe(|| {
                t.db.write_blocking(move |tx| {
                    add(tx, school, 1, None)?;
                    if count(tx, school)? == 1 { panic!("in the closure") }
                    Ok::<_, StoreError>(())
                })
            }));
            assert_eq!(panicked.unwrap_err().downcast_ref::<&str>(), Some(&"in the closure"));
            let panicked = catch_unwind(AssertUnwindSafe(|| {
                t.db.read_blocking(|tx| -> Result<(), StoreError> {
                    count(tx, school)?;
                    panic!("in a read")
                })
            }));
            assert!(panicked.is_err());
        }
        assert!(kept(t, school).is_empty());
        t.db.write_blocking(move |tx| add(tx, school, 1, None)).unwrap();
        assert_eq!(kept(t, school), [1]);
    }

    fn panics_reach_an_async_caller_too(t) {
        let school = school_with_things(t);
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            runtime.block_on(t.db.write(move |tx| {
                add(tx, school, 1, None)?;
                if count(tx, school)? == 1 { panic!("in the closure") }
                Ok::<_, StoreError>(())
            }))
        }));
        assert!(panicked.is_err());
        let done = runtime.block_on(async {
            t.db.write(move |tx| add(tx, school, 2, None)).await?;
            t.db.write_single(move |tx| add(tx, school, 3, None)).await?;
            t.db.read(move |tx| ids(tx, school)).await
        });
        assert_eq!(done.unwrap(), [2, 3]);
    }

    fn a_closure_that_goes_on_after_a_failed_statement_keeps_nothing(t) {
        let school = school_with_things(t);
        t.db.write_blocking(move |tx| add(tx, school, 1, None)).unwrap();
        let spoiled = t.db.write_blocking(move |tx| {
            add(tx, school, 2, None)?;
            let refused = add(tx, school, 1, None);
            assert!(refused.unwrap_err().is_duplicate());
            let after = add(tx, school, 3, None);
            assert!(matches!(after, Err(StoreError::Spoiled("transactions::common::add"))), "{after:?}");
            Ok::<_, StoreError>(())
        });
        assert!(matches!(spoiled, Err(StoreError::Spoiled("transactions::common::add"))), "{spoiled:?}");
        assert_eq!(kept(t, school), [1]);
    }

    fn duplicates_of_a_key_and_of_an_index_are_recognised_and_nothing_else_is(t) {
        let school = school_with_things(t);
        t.db.write_blocking(move |tx| add_code(tx, school, 1, "word")).unwrap();
        let key = t.db.write_blocking(move |tx| add(tx, school, 1, None)).unwrap_err();
        let index = t.db.write_blocking(move |tx| add_code(tx, school, 2, "word")).unwrap_err();
        let stranger = t.ids.new_id(t.clock.now());
        let reference = t.db.write_blocking(move |tx| add(tx, stranger, 1, None)).unwrap_err();
        assert!(key.is_duplicate(), "{key}");
        assert!(index.is_duplicate(), "{index}");
        assert!(!reference.is_duplicate(), "{reference}");
        assert!(!index.to_string().contains("\"word\""), "values of rows stay out of messages: {index}");
    }

    fn a_write_inside_a_read_is_refused_however_it_is_dressed(t) {
        let school = school_with_things(t);
        t.db.write_blocking(move |tx| add(tx, school, 1, None)).unwrap();
        let plain = t.db.read_blocking(|tx| add(tx, school, 2, None)).unwrap_err();
        assert!(matches!(plain, StoreError::ReadOnly("transactions::common::add")), "{plain}");
        let sneaked = t.db.read_blocking(|tx| sneaked(tx, school)).unwrap_err();
        assert!(matches!(sneaked, StoreError::ReadOnly("transactions::common::sneaked")), "{sneaked}");
        let many = t.db.read_blocking(|tx| tx.insert_many::<i64>("thing", &["school", "id"], school, &[], "")).unwrap_err();
        assert!(matches!(many, StoreError::ReadOnly("thing")), "{many}");
        assert_eq!(t.db.read_blocking(|tx| count(tx, school)).unwrap(), 1);
    }

    fn a_read_sees_one_moment_and_a_write_sees_itself(t) {
        let school = school_with_things(t);
        t.db.write_blocking(move |tx| add(tx, school, 1, None)).unwrap();
        t.db.read_blocking(|tx| {
            let before = count(tx, school)?;
            std::thread::scope(|scope| {
                let other = scope.spawn(|| t.db.write_blocking(move |tx| add(tx, school, 2, None)));
                other.join().unwrap()
            })?;
            assert_eq!((before, count(tx, school)?), (1, 1));
            Ok::<_, StoreError>(())
        }).unwrap();
        let seen = t.db.write_blocking(move |tx| {
            add(tx, school, 3, None)?;
            count(tx, school)
        });
        assert_eq!(seen.unwrap(), 3);
    }

    fn a_transaction_inside_a_transaction_is_refused_instead_of_waiting_for_itself(t) {
        let school = school_with_things(t);
        let inner = t.db.clone();
        let nested = t.db.write_blocking(move |tx| {
            add(tx, school, 1, None)?;
            inner.write_blocking(move |tx| add(tx, school, 2, None))
        });
        assert!(matches!(nested, Err(StoreError::Nested)), "{nested:?}");
        let nested = t.db.read_blocking(|_| t.db.read_blocking(|tx| count(tx, school)));
        assert!(matches!(nested, Err(StoreError::Nested)), "{nested:?}");
        assert!(kept(t, school).is_empty());
    }

    fn one_statement_writes_by_itself_and_a_second_is_refused(t) {
        let school = school_with_things(t);
        assert_eq!(t.db.write_single_blocking(move |tx| add(tx, school, 1, None)).unwrap(), 1);
        assert!(t.db.write_single_blocking(move |tx| add(tx, school, 1, None)).unwrap_err().is_duplicate());
        let second = t.db.write_single_blocking(move |tx| {
            let known = count(tx, school)?;
            add(tx, school, known + 10, None)
        });
        assert!(matches!(second, Err(StoreError::NotSingle("transactions::common::add"))), "{second:?}");
        assert_eq!(kept(t, school), [1]);
    }

    fn many_rows_are_inserted_whatever_their_number(t) {
        let school = school_with_things(t);
        let columns = &["school", "id", "number"];
        let mut next = 0;
        for many in [0_i64, 1, 99, 100, 101, 1000] {
            let first = next;
            next += many;
            let given = t.db.write_blocking(move |tx| {
                let rows = rows(&school, first, many);
                tx.insert_many::<i64>("thing", columns, school, &rows, "returning id")
            });
            let mut given = given.unwrap();
            given.sort_unstable();
            assert_eq!(given, (first..next).collect::<Vec<_>>());
        }
        assert_eq!(kept(t, school), (0..next).collect::<Vec<_>>());
    }

    fn rows_that_already_stand_are_passed_over_and_not_returned(t) {
        let school = school_with_things(t);
        let columns = &["school", "id", "number"];
        let insert = move |from, many| move |tx: &mut store::Tx<'_>| {
            tx.insert_many::<i64>("thing", columns, school, &rows(&school, from, many), "on conflict do nothing returning id")
        };
        t.db.write_blocking(insert(50, 100)).unwrap();
        let mut given = t.db.write_blocking(insert(0, 250)).unwrap();
        given.sort_unstable();
        assert_eq!(given, (0..50).chain(150..250).collect::<Vec<_>>());
        let given = t.db.write_blocking(move |tx| {
            let twice = rows(&school, 300, 2).into_iter().chain(rows(&school, 300, 2)).collect::<Vec<_>>();
            tx.insert_many::<i64>("thing", columns, school, &twice, "on conflict do nothing returning id")
        }).unwrap();
        assert_eq!(given.len(), 2);
        let doubled = t.db.write_blocking(move |tx| tx.insert_many::<i64>("thing", columns, school, &rows(&school, 299, 2), ""));
        assert!(doubled.unwrap_err().is_duplicate());
        assert!(!kept(t, school).contains(&299));
    }

    fn rows_of_another_school_stop_a_bulk_insert(t) {
        let (one, two) = (school_with_things(t), t.school("two"));
        let mixed = catch_unwind(AssertUnwindSafe(|| {
            t.db.write_blocking(move |tx| {
                let rows = rows(&two, 1, 1);
                tx.insert_many::<i64>("thing", &["school", "id", "number"], one, &rows, "")
            })
        }));
        assert!(mixed.is_err());
        assert!(kept(t, two).is_empty());
    }

    fn a_bell_rings_after_the_commit_and_only_then(t) {
        let school = school_with_things(t);
        let bell = t.db.bell("things");
        let _ = t.db.write_blocking(move |tx| {
            add(tx, school, 1, None)?;
            tx.ring("things");
            Err::<(), _>(Stop::Told)
        });
        assert_eq!(bell.count(), 0);
        let (inside, heard) = (bell.clone(), bell.watch());
        t.db.write_blocking(move |tx| {
            add(tx, school, 1, None)?;
            tx.ring("things");
            tx.ring("things");
            assert_eq!(inside.count(), 0);
            Ok::<_, StoreError>(())
        }).unwrap();
        assert_eq!(bell.count(), 1);
        assert!(heard.has_changed().unwrap());
        assert_eq!(bell.wait(0, Duration::ZERO), 1);
        assert_eq!(t.db.bell("others").count(), 0);
    }

    fn who_hears_the_bell_sees_what_was_written(t) {
        let school = school_with_things(t);
        let bell = t.db.bell("things");
        std::thread::scope(|scope| {
            scope.spawn(|| {
                for id in 0..50 {
                    t.db.write_blocking(move |tx| {
                        tx.ring("things");
                        add(tx, school, id, None)
                    }).unwrap();
                }
            });
            let mut heard = 0;
            while heard < 50 {
                heard = bell.wait(heard, Duration::from_secs(20));
                assert!(t.db.read_blocking(|tx| count(tx, school)).unwrap() >= heard as i64);
            }
        });
    }

    fn closing_finishes_what_was_queued_and_refuses_what_comes_later(t) {
        let school = school_with_things(t);
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
        let (begun, begins) = mpsc::channel();
        let (go, goes) = mpsc::channel::<()>();
        let db = t.db.clone();
        let first = runtime.spawn(async move {
            let mut goes = Some(goes);
            db.write(move |tx| {
                add(tx, school, 0, None)?;
                begun.send(()).unwrap();
                if let Some(goes) = goes.take() { let _ = goes.recv(); }
                Ok::<_, StoreError>(())
            }).await
        });
        begins.recv().unwrap();
        let queued: Vec<_> = (1..8).map(|id| {
            let db = t.db.clone();
            runtime.spawn(async move { db.write(move |tx| add(tx, school, id, None)).await })
        }).collect();
        // Each of them has either written before the close, or is told that the store is closed.
        std::thread::scope(|scope| {
            let closing = scope.spawn(|| t.db.close());
            go.send(()).unwrap();
            closing.join().unwrap();
        });
        assert!(runtime.block_on(first).unwrap().is_ok());
        let told: Vec<_> = queued.into_iter().map(|task| runtime.block_on(task).unwrap()).collect();
        assert!(matches!(t.db.write_blocking(move |tx| add(tx, school, 99, None)), Err(StoreError::Closed)));
        assert!(matches!(t.db.read_blocking(|tx| count(tx, school)), Err(StoreError::Closed)));
        assert!(matches!(runtime.block_on(t.db.write(move |tx| add(tx, school, 99, None))), Err(StoreError::Closed)));
        let again = Db::open(&t.address, &Options::default()).unwrap();
        let kept = again.read_blocking(|tx| ids(tx, school)).unwrap();
        let promised: Vec<_> = std::iter::once(0).chain((1..8).zip(&told).filter(|(_, told)| told.is_ok()).map(|(id, _)| id)).collect();
        assert_eq!(kept, promised, "{told:?}");
    }

    fn who_finds_no_free_connection_is_told_so(t) {
        let school = school_with_things(t);
        let narrow = Db::open(&t.address, &Options { connections: 1, longest_wait: Duration::from_millis(20) }).unwrap();
        narrow.read_blocking(|tx| {
            count(tx, school)?;
            let busy = std::thread::scope(|scope| scope.spawn(|| narrow.read_blocking(|tx| count(tx, school))).join().unwrap());
            assert!(matches!(busy, Err(StoreError::Busy(_))), "{busy:?}");
            Ok::<_, StoreError>(())
        }).unwrap();
        assert_eq!(narrow.read_blocking(|tx| count(tx, school)).unwrap(), 0);
    }

    fn the_last_handle_may_die_inside_a_closure_or_an_async_task(t) {
        let school = school_with_things(t);
        let address = t.address.clone();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let done = runtime.block_on(async {
            let db = tokio::task::spawn_blocking(move || Db::open(&address, &Options::default())).await.unwrap().unwrap();
            let held = db.clone();
            let write = db.write(move |tx| {
                let _held = &held;
                add(tx, school, 1, None)
            });
            let done = write.await;
            drop(db);
            done
        });
        assert_eq!(done.unwrap(), 1);
        assert_eq!(kept(t, school), [1]);
    }

    fn a_number_set_twice_in_one_transaction_is_the_last(t) {
        let school = school_with_things(t);
        let seen = t.db.write_blocking(move |tx| {
            add(tx, school, 1, Some(1))?;
            for number in 2..5 {
                assert_eq!(set_number(tx, school, 1, number)?, 1);
            }
            assert_eq!(set_number(tx, school, 2, 0)?, 0);
            common::number(tx, school, 1)
        });
        assert_eq!(seen.unwrap(), Some(Some(4)));
    }
}

#[test]
fn an_address_that_cannot_be_used_is_refused_without_its_password() {
    for address in ["", "sqlite:", "mysql://user:secret@host/db", ":memory:", "postgres://user:secret@host:notaport/db"]
    {
        let refused = Db::open(address, &Options::default()).unwrap_err();
        assert!(matches!(refused, StoreError::Address { .. }), "{refused}");
        assert!(!format!("{refused} {refused:?}").contains("secret"), "{refused}");
    }
}
