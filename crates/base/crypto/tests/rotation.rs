//! Master keys: whose they are, and how they are changed while the school goes on.
#![allow(clippy::unwrap_used, missing_docs, reason = "a test that cannot go on stops")]

mod common;

use std::{
    fs,
    path::Path,
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    time::{Duration, Instant},
};

use common::{IIN, iin, keep, read, school};
use crypto::{CryptoError, MasterKeys, MasterSource, Rewrapped, Vault};
use kernel::SchoolId;
use testkit::{TestDb, both_databases};

/// How long a busy machine may take for some reads.
const LONG: Duration = Duration::from_secs(60);

fn file(folder: &Path, name: &str) -> MasterSource {
    MasterSource::File(folder.join(name))
}

fn path(source: &MasterSource) -> &Path {
    let MasterSource::File(path) = source else { panic!("a file") };
    path
}

fn schools(t: &TestDb, count: usize) -> Vec<SchoolId> {
    let first = school(t);
    std::iter::once(first).chain((1..count).map(|_| t.school("another"))).collect()
}

/// Waits until so many reads were done; lets the reader go, and fails, when they do not come.
fn until(reads: &AtomicU64, wanted: u64, stop: &AtomicBool) {
    let end = Instant::now() + LONG;
    while reads.load(Ordering::SeqCst) < wanted {
        if Instant::now() > end {
            stop.store(true, Ordering::SeqCst);
            panic!("the reader gave up");
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// The lines of a key file whose number is this.
fn only(source: &MasterSource, number: u32) -> MasterKeys {
    let text = fs::read_to_string(path(source)).unwrap();
    let line = text.lines().find(|line| line.starts_with(&format!("{number}:"))).unwrap();
    MasterKeys::parse(line, "one line").unwrap()
}

both_databases! {
    fn a_new_master_key_takes_over_while_others_read_and_write(t) {
        let folder = tempfile::tempdir().unwrap();
        let source = file(folder.path(), "master.key");
        let (server, is_new) = Vault::start(&t.db, source.clone()).unwrap();
        assert!(is_new);
        // More than one batch of schools.
        let schools = schools(t, 210);
        let people = common::persons(t, schools.len());
        for (place, (school, person)) in schools.iter().zip(&people).enumerate() {
            keep(&t.db, &server, *school, *person, &iin(place)).unwrap();
        }
        let (stop, reads) = (AtomicBool::new(false), AtomicU64::new(0));
        let newcomer = t.school("comes meanwhile");
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let mut place = 0;
                while !stop.load(Ordering::SeqCst) {
                    place = (place + 17) % schools.len();
                    let opened = read(&t.db, &server, schools[place], people[place]).unwrap().unwrap();
                    assert_eq!(opened.text().unwrap(), iin(place));
                    reads.fetch_add(1, Ordering::SeqCst);
                }
            });
            until(&reads, 20, &stop);
            // Another process: only the file and the database are between them.
            assert_eq!(source.add_key(1).unwrap(), 2);
            let rotating = Vault::load(source.clone()).unwrap().unwrap();
            let done = rotating.rewrap(&t.db).unwrap();
            assert_eq!(done, Rewrapped { schools: schools.len() as u64, installation: true });
            let seen = reads.load(Ordering::SeqCst);
            until(&reads, seen + 50, &stop);
            stop.store(true, Ordering::SeqCst);
        });
        // The server has met the new number and read the file anew, so it wraps by the new one.
        keep(&t.db, &server, newcomer, people[0], "031122500125").unwrap();
        let status = t.db.read_blocking(crypto::status).unwrap();
        assert_eq!((status.installation, status.schools), (Some(2), vec![(2, schools.len() as u64 + 1)]));
        assert_eq!(Vault::load(source.clone()).unwrap().unwrap().rewrap(&t.db).unwrap(), Rewrapped::default());
        // The new key alone opens everything; the old one nothing.
        let (new, old) = (Vault::new(only(&source, 2)), Vault::new(only(&source, 1)));
        for (place, (school, person)) in schools.iter().zip(&people).enumerate() {
            assert_eq!(read(&t.db, &new, *school, *person).unwrap().unwrap().text().unwrap(), iin(place));
        }
        assert!(matches!(read(&t.db, &old, schools[3], people[3]), Err(CryptoError::UnknownMaster(2))));
        assert_eq!(common::complaints(t, &new), Vec::<&str>::new());
    }

    fn an_interrupted_rotation_goes_on_where_it_stood(t) {
        let folder = tempfile::tempdir().unwrap();
        let source = file(folder.path(), "master.key");
        let (before, _) = Vault::start(&t.db, source.clone()).unwrap();
        let schools = schools(t, 3);
        let person = common::persons(t, 1)[0];
        keep(&t.db, &before, schools[0], person, "1").unwrap();
        source.add_key(1).unwrap();
        // Half: one school is of the old key, one was made by the new.
        let after = Vault::load(source.clone()).unwrap().unwrap();
        keep(&t.db, &after, schools[1], person, "2").unwrap();
        let status = t.db.read_blocking(crypto::status).unwrap();
        assert_eq!(status.schools, [(1, 1), (2, 1)]);
        assert_eq!(after.rewrap(&t.db).unwrap(), Rewrapped { schools: 1, installation: true });
        for (school, value) in schools.iter().zip(["1", "2"]) {
            assert_eq!(read(&t.db, &before, *school, person).unwrap().unwrap().text().unwrap(), value);
        }
    }

    fn a_server_with_anothers_master_key_is_refused(t) {
        let folder = tempfile::tempdir().unwrap();
        let source = file(folder.path(), "master.key");
        let school = school(t);
        let (vault, is_new) = Vault::start(&t.db, source.clone()).unwrap();
        assert!(is_new && path(&source).exists());
        keep(&t.db, &vault, school, common::persons(t, 1)[0], "1").unwrap();
        let (_, is_new) = Vault::start(&t.db, source.clone()).unwrap();
        assert!(!is_new);

        // A second machine whose folder is empty makes no key of its own.
        let empty = file(folder.path(), "other/master.key");
        let refused = Vault::start(&t.db, empty.clone()).unwrap_err();
        assert!(matches!(refused, CryptoError::MasterMissing { .. }), "{refused}");
        assert!(!path(&empty).exists());
        // Somebody else's key of the same number.
        let foreign = TestDb::sqlite();
        let elsewhere = file(folder.path(), "elsewhere.key");
        Vault::start(&foreign.db, elsewhere.clone()).unwrap();
        let refused = Vault::start(&t.db, elsewhere.clone()).unwrap_err();
        assert!(matches!(&refused, CryptoError::WrongMaster { number: 1, .. }), "{refused}");
        assert!(refused.to_string().contains("another installation's"), "{refused}");
        // Only a later one.
        let later = fs::read_to_string(path(&source)).unwrap().replace("1:", "5:");
        fs::write(path(&elsewhere), later).unwrap();
        let refused = Vault::start(&t.db, elsewhere).unwrap_err();
        assert!(matches!(refused, CryptoError::UnknownMaster(1)), "{refused}");
    }

    fn servers_that_start_at_once_agree_on_one_master_key(t) {
        school(t);
        let folder = tempfile::tempdir().unwrap();
        let started: Vec<_> = std::thread::scope(|scope| {
            let starts: Vec<_> = (0..4).map(|server| {
                let source = file(folder.path(), &format!("{server}.key"));
                scope.spawn(move || Vault::start(&t.db, source))
            }).collect();
            starts.into_iter().map(|start| start.join().unwrap()).collect()
        });
        // Each has a folder of its own: one is first, the others are told.
        assert_eq!(started.iter().filter(|start| start.is_ok()).count(), 1, "{started:?}");
        for refused in started.into_iter().filter_map(Result::err) {
            assert!(matches!(refused, CryptoError::WrongMaster { .. } | CryptoError::MasterMissing { .. }), "{refused}");
        }
    }

    fn the_doctor_names_what_does_not_open(t) {
        let folder = tempfile::tempdir().unwrap();
        let source = file(folder.path(), "master.key");
        let school = school(t);
        let check = |t: &TestDb, source: &MasterSource| {
            let (finding, vault) = t.db.read_blocking(|tx| crypto::check_source(tx, source)).unwrap();
            let (_, names) = crypto::FINDINGS.iter().find(|(key, _)| *key == finding.what_key).unwrap();
            assert_eq!(finding.args.iter().map(|(name, _)| *name).collect::<Vec<_>>(), *names);
            (finding.what_key, finding.ok, vault.is_some())
        };
        assert_eq!(check(t, &source), ("master-keys-not-made", true, false));
        let (vault, _) = Vault::start(&t.db, source.clone()).unwrap();
        assert_eq!(check(t, &source), ("master-keys-usable", true, true));
        assert_eq!(check(t, &file(folder.path(), "none")), ("master-keys-missing", false, false));
        let people = common::persons(t, 3);
        for person in &people {
            keep(&t.db, &vault, school, *person, "1").unwrap();
        }
        assert_eq!(common::complaints(t, &vault), Vec::<&str>::new());
        fs::set_permissions(path(&source), std::os::unix::fs::PermissionsExt::from_mode(0o644)).unwrap();
        assert_eq!(check(t, &source), ("master-keys-unusable", false, false));

        assert_eq!(common::complaints(t, &testkit::vault()), ["installation-key-closed", "school-key-closed"]);
        let lost = people[0];
        t.db.write_blocking(move |tx| common::lose_key(tx, school, lost)).unwrap();
        assert_eq!(common::complaints(t, &vault), ["sealed-values-without-key"]);
        let (from, to) = (common::raw(&t.db, school).remove(0), people[2]);
        t.db.write_blocking(move |tx| common::set_raw_key(tx, school, to, 1, &from.wrapped)).unwrap();
        assert_eq!(common::complaints(t, &vault), ["person-keys-closed", "sealed-values-without-key"]);
        t.db.write_blocking(move |tx| common::lose_school_key(tx, school)).unwrap();
        assert_eq!(common::complaints(t, &vault), ["person-keys-without-school", "sealed-values-without-key"]);
        let opened = t.db.read_blocking(|tx| vault.find_key(tx, school, common::LOOKUP)).unwrap();
        assert!(opened.is_none());
        assert!(IIN.at(people[0]) != IIN.at(people[1]));
    }
}
