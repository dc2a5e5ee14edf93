//! What happens when a commit fails: whoever is told that his write stands, finds it; whoever is told of an error, does not.
#![allow(clippy::unwrap_used, missing_docs, reason = "a test that cannot go on stops")]

mod common;

use std::{future::Future, sync::mpsc, time::Duration};

use common::{Stop, add, add_part, add_whole, count, kept, parts, school_with_things, sneaked};
use kernel::SchoolId;
use store::{Db, StoreError, statements};
use testkit::{TestDb, both_databases};
use tokio::task::JoinHandle;

statements! {
    /// The file may not grow any more: a full disk. (SQLite only.)
    fn no_more_pages() across_schools -> Exactly<i64> = "pragma max_page_count = 1";
    /// It may again.
    fn more_pages() across_schools -> Exactly<i64> = "pragma max_page_count = 1000000";
    /// Ends sessions of this database, at times one's own. (PostgreSQL only.)
    fn end_this_session() across_schools -> Many<bool> = "select pg_terminate_backend(pg_backend_pid())";
    fn end_other_sessions() across_schools -> Exactly<i64> =
        "select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()";
    fn session() across_schools -> Exactly<i64> = "select cast(pg_backend_pid() as bigint)";
}

/// Writes that SQLite commits in one group: the first waits inside its closure until all others are queued behind it.
struct Group {
    runtime: tokio::runtime::Runtime,
    go: mpsc::Sender<()>,
    first: JoinHandle<Result<u64, Stop>>,
    rest: Vec<JoinHandle<Result<u64, Stop>>>,
}

impl Group {
    fn behind(t: &TestDb, school: SchoolId) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let (go, goes) = mpsc::channel();
        let (begun, begins) = mpsc::channel();
        let db = t.db.clone();
        let first = runtime.spawn(async move {
            let mut goes = Some(goes);
            db.write(move |tx| {
                let done = add(tx, school, 0, None)?;
                if let Some(goes) = goes.take() {
                    begun.send(()).unwrap();
                    goes.recv().unwrap();
                }
                Ok(done)
            })
            .await
        });
        let group = Self { runtime, go, first, rest: Vec::new() };
        group.turn();
        begins.recv().unwrap();
        group
    }

    fn push<W: Future<Output = Result<u64, Stop>> + Send + 'static>(
        &mut self,
        write: impl FnOnce(Db) -> W,
        t: &TestDb,
    ) {
        self.rest.push(self.runtime.spawn(write(t.db.clone())));
        self.turn();
    }

    /// Lets every write come as far as the queue.
    fn turn(&self) {
        self.runtime.block_on(async {
            for _ in 0..10 {
                tokio::task::yield_now().await;
            }
        });
    }

    /// How each came out; a panic is `None`.
    fn end(self) -> Vec<Option<Result<u64, Stop>>> {
        self.go.send(()).unwrap();
        let all = std::iter::once(self.first).chain(self.rest);
        all.map(|write| self.runtime.block_on(write).ok()).collect()
    }
}

macro_rules! write {
    (|$tx:ident| $work:expr) => {
        move |db: Db| async move { db.write(move |$tx| $work).await }
    };
}

#[test]
fn an_error_or_a_panic_of_one_closure_does_not_hurt_its_neighbours() {
    let t = TestDb::sqlite();
    let school = school_with_things(&t);
    let bell = t.db.bell("things");
    let mut group = Group::behind(&t, school);
    group.push(write!(|tx| Ok(add(tx, school, 1, None)?)), &t);
    group.push(
        write!(|tx| {
            add(tx, school, 2, None)?;
            tx.ring("things");
            Err(Stop::Told)
        }),
        &t,
    );
    group.push(
        write!(|tx| {
            add(tx, school, 3, None)?;
            if count(tx, school)? == 3 {
                panic!("in the group")
            }
            Ok(0)
        }),
        &t,
    );
    // What the two before have undone is not seen by the next.
    group.push(write!(|tx| Ok(count(tx, school)? as u64)), &t);
    group.push(write!(|tx| Ok(add(tx, school, 4, None)?)), &t);
    // A duplicate of what a neighbour in the group has just written.
    group.push(write!(|tx| Ok(add(tx, school, 1, None)?)), &t);
    let told = group.end();
    assert!(matches!(told[0], Some(Ok(1))) && matches!(told[1], Some(Ok(1))), "{told:?}");
    assert!(matches!(told[2], Some(Err(Stop::Told))), "{told:?}");
    assert!(told[3].is_none(), "{told:?}");
    assert!(matches!(told[4], Some(Ok(2))), "{told:?}");
    assert!(matches!(told[5], Some(Ok(1))), "{told:?}");
    assert!(matches!(&told[6], Some(Err(Stop::Store(error))) if error.is_duplicate()), "{told:?}");
    assert_eq!(kept(&t, school), [0, 1, 4]);
    assert_eq!(bell.count(), 0);
}

#[test]
fn a_group_whose_commit_is_refused_keeps_what_stands_alone_and_nothing_of_the_one_to_blame() {
    let t = TestDb::sqlite();
    let school = school_with_things(&t);
    let bell = t.db.bell("things");
    let mut group = Group::behind(&t, school);
    group.push(write!(|tx| Ok(add(tx, school, 1, None)?)), &t);
    // Its reference leads nowhere, which is found at the commit.
    group.push(
        write!(|tx| {
            add(tx, school, 2, None)?;
            tx.ring("things");
            Ok(add_part(tx, school, 1, 77)?)
        }),
        &t,
    );
    // Leans on what the one to blame has written: alone it finds nothing to lean on.
    group.push(write!(|tx| if count(tx, school)? == 3 { Ok(add(tx, school, 3, None)?) } else { Err(Stop::Told) }), &t);
    group.push(write!(|tx| Ok(add(tx, school, 4, None)?)), &t);
    group.push(
        write!(|tx| {
            if count(tx, school)? > 0 {
                panic!("in the group")
            }
            Ok(0)
        }),
        &t,
    );
    let told = group.end();
    assert!(matches!(told[0], Some(Ok(1))) && matches!(told[1], Some(Ok(1))), "{told:?}");
    assert!(matches!(told[2], Some(Err(Stop::Store(StoreError::Commit(_))))), "{told:?}");
    assert!(matches!(told[3], Some(Err(Stop::Told))), "{told:?}");
    assert!(matches!(told[4], Some(Ok(1))), "{told:?}");
    assert!(told[5].is_none(), "{told:?}");
    assert_eq!(kept(&t, school), [0, 1, 4]);
    assert!(t.db.read_blocking(|tx| parts(tx, school)).unwrap().is_empty());
    assert_eq!(bell.count(), 0);
}

#[test]
fn a_full_disk_is_told_to_everybody_it_concerns_and_nothing_is_kept() {
    let t = TestDb::sqlite();
    let school = school_with_things(&t);
    t.db.write_blocking(no_more_pages).unwrap();
    let mut group = Group::behind(&t, school);
    let large = vec![7_u8; 1 << 20];
    for id in 1..4 {
        let large = large.clone();
        group.push(
            move |db: Db| async move {
                db.write(move |tx| Ok(add_whole(tx, school, id, None, None, None, None, Some(&large))?)).await
            },
            &t,
        );
    }
    // Goes on as if nothing had happened: it must not be told that its write stands.
    let careless = large.clone();
    group.push(
        move |db: Db| async move {
            db.write(move |tx| {
                let _ = add_whole(tx, school, 9, None, None, None, None, Some(&careless));
                Ok(1)
            })
            .await
        },
        &t,
    );
    let told = group.end();
    for (id, told) in told.iter().enumerate().skip(1) {
        assert!(matches!(told, Some(Err(Stop::Store(_)))), "{id}: {told:?}");
    }
    // The first was small: it stands exactly when it was told so.
    let stands = matches!(told[0], Some(Ok(_)));
    assert_eq!(kept(&t, school), if stands { vec![0] } else { vec![] }, "{told:?}");
    t.db.write_blocking(more_pages).unwrap();
    t.db.write_blocking(move |tx| add_whole(tx, school, 20, None, None, None, None, Some(&large))).unwrap();
    assert!(kept(&t, school).contains(&20));
    assert!(
        t.db.check().iter().all(|finding| finding.ok || finding.what_key == "migration-unknown"),
        "{:?}",
        t.db.check()
    );
}

both_databases! {
    fn a_commit_that_is_refused_keeps_nothing_and_the_store_goes_on(t) {
        let school = school_with_things(t);
        let bell = t.db.bell("things");
        for _ in 0..12 {
            let refused = t.db.write_blocking(move |tx| {
                add(tx, school, 1, None)?;
                tx.ring("things");
                add_part(tx, school, 1, 77)
            });
            assert!(refused.is_err());
        }
        assert!(kept(t, school).is_empty());
        assert_eq!(bell.count(), 0);
        t.db.write_blocking(move |tx| {
            add_part(tx, school, 1, 1)?;
            add(tx, school, 1, None)
        }).unwrap();
        assert_eq!(kept(t, school), [1]);
    }
}

#[test]
fn a_session_that_is_ended_at_work_is_replaced_and_keeps_nothing() {
    let t = TestDb::postgres();
    let school = school_with_things(&t);
    let mut runs = 0;
    let ended = t.db.write_blocking(move |tx| {
        runs += 1;
        add(tx, school, runs, None)?;
        end_this_session(tx)
    });
    assert!(ended.is_err(), "{ended:?}");
    assert!(kept(&t, school).is_empty());
    // Ended once only: the work is run again on a fresh session, since a broken line has undone it.
    let mut runs = 0;
    let done = t.db.write_blocking(move |tx| {
        runs += 1;
        add(tx, school, runs, None)?;
        if runs == 1 {
            end_this_session(tx)?;
        }
        Ok::<_, StoreError>(runs)
    });
    assert_eq!(done.unwrap(), 2);
    assert_eq!(kept(&t, school), [2]);
}

#[test]
fn a_read_or_write_that_meets_dead_sessions_goes_on_with_fresh_ones() {
    let t = TestDb::postgres();
    let school = school_with_things(&t);
    let other = Db::open(&t.address, &store::Options::default()).unwrap();
    for turn in 0..3 {
        // Fills the pool with sessions.
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    t.db.read_blocking(|tx| {
                        let session = session(tx);
                        std::thread::sleep(Duration::from_millis(30));
                        session
                    })
                    .unwrap()
                });
            }
        });
        assert!(other.read_blocking(end_other_sessions).unwrap() >= 2);
        if turn % 2 == 0 {
            assert_eq!(t.db.read_blocking(|tx| count(tx, school)).unwrap(), turn);
        }
        t.db.write_blocking(move |tx| add(tx, school, turn, None)).unwrap();
        assert_eq!(t.db.read_blocking(|tx| count(tx, school)).unwrap(), turn + 1);
    }
}

#[test]
fn a_session_whose_transaction_failed_serves_the_next_caller_as_if_new() {
    let t = TestDb::postgres();
    let school = school_with_things(&t);
    let narrow = Db::open(&t.address, &store::Options { connections: 1, ..store::Options::default() }).unwrap();
    let before = narrow.read_blocking(session).unwrap();
    narrow.write_blocking(move |tx| add(tx, school, 1, None)).unwrap();
    assert!(narrow.write_blocking(move |tx| add(tx, school, 1, None)).is_err());
    assert!(narrow.read_blocking(|tx| sneaked(tx, school)).is_err());
    assert!(narrow.write_blocking(move |tx| add_part(tx, school, 1, 77)).is_err());
    assert!(narrow.write_single_blocking(move |tx| add(tx, school, 1, None)).is_err());
    narrow.write_blocking(move |_| Ok::<_, StoreError>(())).unwrap();
    assert_eq!(narrow.read_blocking(session).unwrap(), before);
    assert_eq!(kept(&t, school), [1]);
}

#[test]
fn a_line_that_breaks_at_the_commit_is_told_as_not_known() {
    let t = TestDb::postgres();
    let school = school_with_things(&t);
    let mut raw = postgres::Client::connect(&t.address, postgres::NoTls).unwrap();
    raw.batch_execute(
        "create function hang_up() returns trigger language plpgsql as $$ begin perform pg_terminate_backend(pg_backend_pid()); return null; end $$;
         create constraint trigger at_commit after insert on thing deferrable initially deferred for each row when (new.number = 13) execute function hang_up()",
    )
    .unwrap();
    let mut runs = 0;
    let told = t.db.write_blocking(move |tx| {
        runs += 1;
        add(tx, school, runs, Some(13))
    });
    // Not run again: had the commit gone through, its rows would stand twice.
    assert!(matches!(told, Err(StoreError::Unknown(_))), "{told:?}");
    assert!(kept(&t, school).is_empty());
    t.db.write_blocking(move |tx| add(tx, school, 1, None)).unwrap();
    assert_eq!(kept(&t, school), [1]);
}
