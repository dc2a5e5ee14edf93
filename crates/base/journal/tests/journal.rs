//! The journal on both databases: numbers without holes, followers that see each entry once.
#![allow(clippy::unwrap_used, missing_docs, reason = "a test that cannot go on stops")]

use std::{
    error::Error,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use journal::{Entry, Event, Follower, Followers, JournalError};
use kernel::{Clock, SchoolId};
use serde::{Deserialize, Serialize};
use store::Tx;
use testkit::both_databases;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Happened {
    what: u64,
}
impl Event for Happened {
    const KIND: &'static str = "Happened";
}

#[derive(Default)]
struct Notes {
    seen: Mutex<Vec<u64>>,
    fails: AtomicBool,
}
impl Follower for Notes {
    fn name(&self) -> &'static str {
        "notes"
    }
    fn follow(&self, _: &mut Tx<'_>, entries: &[Entry]) -> Result<(), Box<dyn Error + Send + Sync>> {
        if self.fails.load(Ordering::SeqCst) {
            return Err("told to fail".into());
        }
        self.seen.lock().unwrap().extend(entries.iter().map(|entry| entry.seq));
        Ok(())
    }
}

both_databases! {
    fn writers_at_once_leave_no_hole_and_an_undone_write_leaves_no_entry(t) {
        let (one, two) = (t.school("one"), t.school("two"));
        let now = t.clock.now();
        std::thread::scope(|scope| {
            for writer in 0..8_u64 {
                let db = &t.db;
                scope.spawn(move || {
                    for turn in 0..10_u64 {
                        let school = if turn % 2 == 0 { one } else { two };
                        let undone = turn % 5 == 4;
                        let done = db.write_blocking(move |tx| {
                            journal::append_all(tx, school, now, &[Happened { what: writer }, Happened { what: turn }])?;
                            if undone { Err(JournalError::Newer { kind: "undo".into(), version: 0 }) } else { Ok(()) }
                        });
                        assert_eq!(done.is_err(), undone);
                    }
                });
            }
        });
        for (school, expected) in [(one, 8 * 4 * 2), (two, 8 * 4 * 2)] {
            let entries = t.db.read_blocking(|tx| journal::read(tx, school, 0, 1000)).unwrap();
            assert_eq!(entries.iter().map(|entry| entry.seq).collect::<Vec<_>>(), (1..=expected).collect::<Vec<_>>());
            assert!(t.db.read_blocking(|tx| journal::is_whole(tx, school)).unwrap());
            assert!(entries[0].event::<Happened>().unwrap().is_some());
        }
    }

    fn a_follower_sees_each_entry_once_in_order_and_goes_on_after_a_failure(t) {
        let school = t.school("one");
        let now = t.clock.now();
        let notes = Arc::new(Notes::default());
        let follower: Arc<dyn Follower> = notes.clone();
        for _ in 0..3 {
            t.db.write_blocking(move |tx| journal::append_all(tx, school, now, &vec![Happened { what: 1 }; 400])).unwrap();
        }
        assert_eq!(Followers::catch_up(&t.db, &follower).unwrap(), 1200);
        t.db.write_blocking(move |tx| journal::append(tx, school, now, &Happened { what: 2 })).unwrap();
        notes.fails.store(true, Ordering::SeqCst);
        assert!(Followers::catch_up(&t.db, &follower).is_err());
        notes.fails.store(false, Ordering::SeqCst);
        assert_eq!(t.db.read_blocking(|tx| journal::lag(tx, "notes")).unwrap(), 1);
        assert_eq!(Followers::catch_up(&t.db, &follower).unwrap(), 1);
        assert_eq!(*notes.seen.lock().unwrap(), (1..=1201).collect::<Vec<_>>());
        t.db.write_blocking(|tx| Followers::forget(tx, "notes")).unwrap();
        assert_eq!(Followers::catch_up(&t.db, &follower).unwrap(), 1201);
    }

    fn running_followers_are_woken_by_a_commit(t) {
        let school = t.school("one");
        let now = t.clock.now();
        let notes = Arc::new(Notes::default());
        let running = Followers::start(&t.db, vec![notes.clone()]).unwrap();
        t.db.write_blocking(move |tx| journal::append(tx, school, now, &Happened { what: 1 })).unwrap();
        for _ in 0..2000 {
            if !notes.seen.lock().unwrap().is_empty() {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        drop(running);
        assert_eq!(*notes.seen.lock().unwrap(), [1]);
    }

    fn a_follower_that_stands_still_at_one_school_serves_the_others(t) {
        let (bad, good) = (t.school("bad"), t.school("good"));
        let now = t.clock.now();
        for school in [bad, good] {
            t.db.write_blocking(move |tx| journal::append_all(tx, school, now, &[Happened { what: 1 }, Happened { what: 2 }])).unwrap();
        }
        for fault in [Fault::Error, Fault::Panic] {
            let picky = Arc::new(Picky { bad, fault, seen: Mutex::default() });
            let follower: Arc<dyn Follower> = picky.clone();
            t.db.write_blocking(|tx| Followers::forget(tx, "picky")).unwrap();
            assert!(matches!(Followers::catch_up(&t.db, &follower), Err(JournalError::Follower { follower: "picky", .. })));
            assert_eq!(*picky.seen.lock().unwrap(), [(good, 1), (good, 2)]);
            assert_eq!(t.db.read_blocking(|tx| journal::lag(tx, "picky")).unwrap(), 2);
        }
        // Also a running one, which neither dies of the panic nor rests while the other school goes on.
        let picky = Arc::new(Picky { bad, fault: Fault::Panic, seen: Mutex::default() });
        t.db.write_blocking(|tx| Followers::forget(tx, "picky")).unwrap();
        let running = Followers::start(&t.db, vec![picky.clone()]).unwrap();
        for more in 0..3 {
            t.db.write_blocking(move |tx| journal::append(tx, good, now, &Happened { what: more })).unwrap();
            let until = std::time::Instant::now() + std::time::Duration::from_secs(20);
            while picky.seen.lock().unwrap().len() < 3 + more as usize && std::time::Instant::now() < until {
                std::thread::sleep(std::time::Duration::from_millis(5));
            }
        }
        drop(running);
        assert_eq!(picky.seen.lock().unwrap().iter().map(|(_, seq)| *seq).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
    }
}

#[derive(Clone, Copy)]
enum Fault {
    Error,
    Panic,
}

/// Fails at one school.
struct Picky {
    bad: SchoolId,
    fault: Fault,
    seen: Mutex<Vec<(SchoolId, u64)>>,
}
impl Follower for Picky {
    fn name(&self) -> &'static str {
        "picky"
    }
    fn follow(&self, _: &mut Tx<'_>, entries: &[Entry]) -> Result<(), Box<dyn Error + Send + Sync>> {
        if entries[0].school == self.bad {
            match self.fault {
                Fault::Error => return Err("told to fail".into()),
                Fault::Panic => panic!("told to panic"),
            }
        }
        self.seen.lock().unwrap().extend(entries.iter().map(|entry| (entry.school, entry.seq)));
        Ok(())
    }
}
