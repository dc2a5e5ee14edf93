//! Transactions that meet come out as if one had followed the other.
#![allow(clippy::unwrap_used, missing_docs, reason = "a test that cannot go on stops")]

mod common;

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use common::{Stop, add, ids, number, put, school_with_things, set_number, within};
use kernel::SchoolId;
use store::{Db, StoreError, Tx};
use testkit::{TestDb, both_databases};

const THREADS: i64 = 8;
const EACH: i64 = 20;
/// How long a story with conflicts may take on a busy machine.
const LIMIT: Duration = Duration::from_secs(90);

fn counter(tx: &mut Tx<'_>, school: SchoolId, id: i64) -> Result<i64, StoreError> {
    Ok(number(tx, school, id)?.flatten().unwrap_or(0))
}

fn at_once(db: &Db, work: impl Fn(&Db, i64) + Sync) {
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let work = &work;
            scope.spawn(move || work(db, thread));
        }
    });
}

fn two_counters(t: &TestDb) -> SchoolId {
    let school = school_with_things(t);
    t.db.write_blocking(move |tx| {
        add(tx, school, 1, Some(0))?;
        add(tx, school, 2, Some(0))
    })
    .unwrap();
    school
}

both_databases! {
    fn no_update_is_lost(t) {
        let school = two_counters(t);
        at_once(&t.db, |db, thread| {
            for turn in 0..EACH {
                db.write_blocking(move |tx| {
                    let (one, two) = (counter(tx, school, 1)?, counter(tx, school, 2)?);
                    // Some change both, some one after reading both.
                    if (thread + turn) % 2 == 0 {
                        set_number(tx, school, 1, one + 1)?;
                    }
                    set_number(tx, school, 2, two + 1)
                }).unwrap();
            }
        });
        let read = t.db.read_blocking(|tx| Ok::<_, StoreError>((counter(tx, school, 1)?, counter(tx, school, 2)?))).unwrap();
        assert_eq!(read, (THREADS * EACH / 2, THREADS * EACH));
    }

    fn two_that_read_the_same_do_not_both_act_on_it(t) {
        let school = two_counters(t);
        // Each adds to the smaller counter what it read from the greater: under snapshot isolation alone both would act on the same moment.
        at_once(&t.db, |db, _| {
            for _ in 0..EACH {
                db.write_blocking(move |tx| {
                    let (one, two) = (counter(tx, school, 1)?, counter(tx, school, 2)?);
                    let (id, value) = if one <= two { (1, two + 1) } else { (2, one + 1) };
                    set_number(tx, school, id, value)
                }).unwrap();
            }
        });
        let (one, two) = t.db.read_blocking(|tx| Ok::<_, StoreError>((counter(tx, school, 1)?, counter(tx, school, 2)?))).unwrap();
        assert_eq!(one.max(two), THREADS * EACH);
        assert_eq!((one - two).abs(), 1);
    }

    fn among_many_writers_of_one_row_nobody_gives_up(t) {
        let school = two_counters(t);
        at_once(&t.db, |db, _| {
            for _ in 0..80 {
                db.write_blocking(move |tx| {
                    let now = counter(tx, school, 1)?;
                    set_number(tx, school, 1, now + 1)
                }).unwrap();
            }
        });
        assert_eq!(t.db.read_blocking(|tx| counter(tx, school, 1)).unwrap(), THREADS * 80);
    }

    fn one_statement_writes_lose_nothing_either(t) {
        let school = two_counters(t);
        at_once(&t.db, |db, thread| {
            for turn in 0..EACH {
                db.write_single_blocking(move |tx| put(tx, school, 100 + thread * EACH + turn, turn)).unwrap();
            }
        });
        assert_eq!(common::kept(t, school).len() as i64, 2 + THREADS * EACH);
    }

    fn schools_apart_do_not_wait_for_each_other(t) {
        let schools: Vec<_> = std::iter::once(school_with_things(t)).chain((1..THREADS).map(|one| t.school(&one.to_string()))).collect();
        at_once(&t.db, |db, thread| {
            let school = schools[thread as usize];
            for turn in 0..EACH {
                db.write_blocking(move |tx| put(tx, school, 1, turn)).unwrap();
            }
        });
        for school in schools {
            assert_eq!(t.db.read_blocking(|tx| counter(tx, school, 1)).unwrap(), EACH - 1);
        }
    }
}

#[test]
fn a_closure_that_met_another_is_run_again_and_sees_what_that_one_wrote() {
    let t = TestDb::postgres();
    let school = two_counters(&t);
    let (runs, db) = (Arc::new(AtomicU32::new(0)), t.db.clone());
    let counted = runs.clone();
    let seen = t.db.write_blocking(move |tx| {
        let before = counter(tx, school, 1)?;
        if counted.fetch_add(1, Ordering::SeqCst) == 0 {
            // Another transaction changes what was read, and commits first.
            let db = db.clone();
            std::thread::spawn(move || db.write_blocking(move |tx| set_number(tx, school, 1, 10))).join().unwrap()?;
        }
        set_number(tx, school, 1, before + 1)?;
        Ok::<_, StoreError>(before)
    });
    assert_eq!((seen.unwrap(), runs.load(Ordering::SeqCst)), (10, 2));
    assert_eq!(t.db.read_blocking(|tx| counter(tx, school, 1)).unwrap(), 11);
}

#[test]
fn two_that_hold_what_the_other_wants_are_both_done_in_the_end() {
    let t = TestDb::postgres();
    let school = two_counters(&t);
    let meeting = Arc::new(std::sync::Barrier::new(2));
    std::thread::scope(|scope| {
        for (first, second) in [(1, 2), (2, 1)] {
            let (db, meeting) = (&t.db, meeting.clone());
            scope.spawn(move || {
                let mut met = false;
                db.write_blocking(move |tx| {
                    let now = counter(tx, school, first)?;
                    set_number(tx, school, first, now + 1)?;
                    if !std::mem::replace(&mut met, true) {
                        meeting.wait();
                    }
                    let now = counter(tx, school, second)?;
                    set_number(tx, school, second, now + 1)
                })
                .unwrap();
            });
        }
    });
    let read = t.db.read_blocking(|tx| Ok::<_, StoreError>((counter(tx, school, 1)?, counter(tx, school, 2)?)));
    assert_eq!(read.unwrap(), (2, 2));
}

#[test]
fn a_conflict_that_the_closure_hides_is_still_repeated() {
    let t = TestDb::postgres();
    let school = two_counters(&t);
    let (runs, db) = (Arc::new(AtomicU32::new(0)), t.db.clone());
    let counted = runs.clone();
    t.db.write_blocking(move |tx| {
        let before = counter(tx, school, 1)?;
        if counted.fetch_add(1, Ordering::SeqCst) == 0 {
            let db = db.clone();
            std::thread::spawn(move || db.write_blocking(move |tx| set_number(tx, school, 1, 10))).join().unwrap()?;
        }
        let _hidden = set_number(tx, school, 1, before + 1);
        Ok::<_, StoreError>(())
    })
    .unwrap();
    assert_eq!(runs.load(Ordering::SeqCst), 2);
    assert_eq!(t.db.read_blocking(|tx| counter(tx, school, 1)).unwrap(), 11);
}

/// As if one had followed the other: whoever found no such row either adds it, or finds it.
#[test]
fn what_a_neighbour_added_meanwhile_is_no_duplicate_to_whoever_looked_before() {
    let t = TestDb::postgres();
    let school = two_counters(&t);
    let (runs, db) = (Arc::new(AtomicU32::new(0)), t.db.clone());
    let counted = runs.clone();
    let told = t.db.write_blocking(move |tx| {
        if ids(tx, school)?.contains(&10) {
            return Err(Stop::Told);
        }
        if counted.fetch_add(1, Ordering::SeqCst) == 0 {
            let db = db.clone();
            std::thread::spawn(move || db.write_blocking(move |tx| put(tx, school, 10, 1))).join().unwrap()?;
        }
        Ok(add(tx, school, 10, None)?)
    });
    assert!(matches!(told, Err(Stop::Told)), "{told:?}");
    assert_eq!(runs.load(Ordering::SeqCst), 1);
}

#[test]
fn a_duplicate_is_told_after_a_second_look_and_at_once_by_a_first_statement() {
    let t = TestDb::postgres();
    let school = two_counters(&t);
    for (looks, expected) in [(true, 2), (false, 1)] {
        let runs = Arc::new(AtomicU32::new(0));
        let counted = runs.clone();
        let told = t.db.write_blocking(move |tx| {
            counted.fetch_add(1, Ordering::SeqCst);
            if looks {
                counter(tx, school, 2)?;
            }
            add(tx, school, 1, None)
        });
        assert!(told.unwrap_err().is_duplicate());
        assert_eq!(runs.load(Ordering::SeqCst), expected);
    }
}

#[test]
fn whoever_conflicts_for_ever_is_told_after_some_tries() {
    within(LIMIT, || {
        let t = TestDb::postgres();
        let school = two_counters(&t);
        let (runs, db) = (Arc::new(AtomicU32::new(0)), t.db.clone());
        let counted = runs.clone();
        let told = t.db.write_blocking(move |tx| {
            counted.fetch_add(1, Ordering::SeqCst);
            let before = counter(tx, school, 1)?;
            let db = db.clone();
            std::thread::spawn(move || {
                db.write_blocking(move |tx| {
                    let now = counter(tx, school, 1)?;
                    set_number(tx, school, 1, now + 1)
                })
            })
            .join()
            .unwrap()?;
            set_number(tx, school, 1, before + 1)
        });
        assert!(matches!(told, Err(StoreError::Conflict(store::MAX_TRIES))), "{told:?}");
        assert_eq!(runs.load(Ordering::SeqCst), store::MAX_TRIES);
    });
}

/// A writer in front of the lane waits, out of the database's sight, for one who is behind him in it: neither would ever end.
#[test]
fn whoever_waits_for_one_behind_him_in_the_lane_goes_on() {
    within(LIMIT, || {
        let t = TestDb::postgres();
        let school = two_counters(&t);
        let (runs, db) = (Arc::new(AtomicU32::new(0)), t.db.clone());
        let counted = runs.clone();
        t.db.write_blocking(move |tx| {
            let run = counted.fetch_add(1, Ordering::SeqCst);
            let now = counter(tx, school, 1)?;
            let db = db.clone();
            // First it makes a conflict, which opens the lane; the second run stands in it while others of the school want to write.
            let others = std::thread::spawn(move || {
                let id = if run == 0 { 1 } else { 2 };
                meet_one_and_set(&db, school, id)
            });
            others.join().unwrap()?;
            set_number(tx, school, 1, now + 1)
        })
        .unwrap();
        assert_eq!(runs.load(Ordering::SeqCst), 2);
    });
}

/// A write that conflicts once itself, and then wants the lane too.
fn meet_one_and_set(db: &Db, school: SchoolId, id: i64) -> Result<u64, StoreError> {
    let (other, mut met) = (db.clone(), false);
    db.write_blocking(move |tx| {
        let now = counter(tx, school, id)?;
        if !std::mem::replace(&mut met, true) {
            let db = other.clone();
            std::thread::spawn(move || db.write_blocking(move |tx| set_number(tx, school, id, 50))).join().unwrap()?;
        }
        set_number(tx, school, id, now + 1)
    })
}
