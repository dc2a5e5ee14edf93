//! A destroyed key is gone: from the database, from its file, from later keys files.
#![allow(clippy::unwrap_used, missing_docs, reason = "a test that cannot go on stops")]

mod common;

use std::io::Read;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use common::{IIN, destroy, keep, migrations, persons, raw, read, revive, school, seal, set_raw_key};
use crypto::{CryptoError, Vault};
use flate2::read::GzDecoder;
use kernel::{Clock, PersonId, SchoolId};
use store::{Db, RestoreFrom, StoreError};
use testkit::{TestDb, both_databases, vault};

fn backup(t: &TestDb) -> (Vec<u8>, Vec<u8>) {
    let (mut data, mut keys) = (Vec::new(), Vec::new());
    t.db.backup(&mut data, &mut keys, t.clock.now()).unwrap();
    (data, keys)
}

fn restored(t: &TestDb, data: &[u8], keys: &[u8]) -> TestDb {
    let target = TestDb::of(t.db.engine());
    let from = RestoreFrom { data, keys: Some(keys), older_keys: false };
    target.db.restore_with(&migrations(), from, &target.clock).unwrap();
    target
}

fn unpacked(bytes: &[u8]) -> String {
    let mut text = String::new();
    GzDecoder::new(bytes).read_to_string(&mut text).unwrap();
    text
}

/// Puts every wrapped key that is there in the place of the person's, and tries to open; gives how many were tried.
fn try_every_key(db: &Db, vault: &Vault, school: SchoolId, person: PersonId) -> usize {
    let keys = raw(db, school);
    for key in keys.clone() {
        db.write_blocking::<_, StoreError>(move |tx| {
            revive(tx, school, person)?;
            set_raw_key(tx, school, person, key.school_version, &key.wrapped)
        })
        .unwrap();
        let refused = read(db, vault, school, person);
        assert!(matches!(refused, Err(CryptoError::KeyDamaged { .. })), "{refused:?}");
    }
    keys.len()
}

both_databases! {
    fn what_was_destroyed_opens_neither_in_the_database_nor_in_old_data_with_the_newest_keys(t) {
        let (school, vault) = (school(t), vault());
        let people = persons(t, 3);
        for (place, person) in people.iter().enumerate() {
            keep(&t.db, &vault, school, *person, &common::iin(place)).unwrap();
        }
        let gone = people[1];
        let wrapped = raw(&t.db, school).into_iter().find(|key| key.person == gone).unwrap().wrapped;
        let written = BASE64_STANDARD.encode(&wrapped);
        t.clock.forward_s(60);
        let (old_data, old_keys) = backup(t);
        assert!(unpacked(&old_keys).contains(&written));
        assert!(!unpacked(&old_data).contains(&written), "a backup holds no keys");

        t.clock.forward_s(60);
        destroy(t, &vault, school, gone);
        let (new_data, new_keys) = backup(t);
        for (what, text) in [("data", unpacked(&new_data)), ("keys", unpacked(&new_keys))] {
            assert!(!text.contains(&written), "the new {what}");
        }
        assert!(unpacked(&new_data).contains(&common_value(t, school, gone)), "the sealed value itself is still there");

        // The one who holds the master key, the database and all its raw rows.
        assert!(read(&t.db, &vault, school, gone).unwrap().is_none());
        assert!(!raw(&t.db, school).iter().any(|key| key.person == gone || key.wrapped == wrapped));
        // The same with a backup of before, and the keys of today.
        let target = restored(t, &old_data, &new_keys);
        assert!(read(&target.db, &vault, school, gone).unwrap().is_none());
        for (place, person) in people.iter().enumerate().filter(|(_, person)| **person != gone) {
            for db in [&t.db, &target.db] {
                assert_eq!(read(db, &vault, school, *person).unwrap().unwrap().text().unwrap(), common::iin(place));
            }
        }
        assert_eq!(common::complaints(&target, &vault), Vec::<&str>::new());
        for db in [&t.db, &target.db] {
            assert_eq!(try_every_key(db, &vault, school, gone), 2);
        }
        // Only the keys of then open it: they are what must be thrown away.
        let target = restored(t, &old_data, &old_keys);
        assert_eq!(read(&target.db, &vault, school, gone).unwrap().unwrap().text().unwrap(), common::iin(1));
    }

    fn nothing_is_sealed_for_whom_was_destroyed_and_the_first_moment_stays(t) {
        let (school, vault) = (school(t), vault());
        let people = persons(t, 2);
        keep(&t.db, &vault, school, people[0], "031122500125").unwrap();
        // The second never had a key.
        for person in &people {
            for _ in 0..2 {
                destroy(t, &vault, school, *person);
                t.clock.forward_s(1);
            }
            let refused = seal(&t.db, &vault, school, *person, IIN.at(*person), b"1");
            assert!(matches!(refused, Err(CryptoError::Destroyed { .. })), "{refused:?}");
        }
        assert_eq!(common::counted(&t.db, school), (1, 0));
        let status = t.db.read_blocking(crypto::status).unwrap();
        assert_eq!((status.persons, status.destroyed), (0, 2));
    }

    fn a_key_that_is_made_while_it_is_destroyed_does_not_stay(t) {
        let (school, vault) = (school(t), vault());
        for person in persons(t, 12) {
            std::thread::scope(|scope| {
                scope.spawn(|| {
                    let sealed = seal(&t.db, &vault, school, person, IIN.at(person), b"1");
                    assert!(matches!(sealed, Ok(_) | Err(CryptoError::Destroyed { .. })), "{sealed:?}");
                });
                scope.spawn(|| destroy(t, &vault, school, person));
            });
            assert!(!raw(&t.db, school).iter().any(|key| key.person == person));
        }
    }
}

fn common_value(t: &TestDb, school: SchoolId, person: PersonId) -> String {
    let sealed = t.db.read_blocking::<_, StoreError>(|tx| common::kept(tx, school, person)).unwrap();
    let store::Value::Blob(bytes) = store::Param::value(&sealed) else { panic!("bytes") };
    BASE64_STANDARD.encode(bytes)
}

/// Pages of a file keep what was deleted unless it is written over.
#[test]
fn the_bytes_of_a_destroyed_key_are_in_no_page_of_the_file() {
    let t = TestDb::sqlite();
    let (school, vault) = (school(&t), vault());
    // Enough for pages to be split, joined and freed.
    let people = persons(&t, 400);
    let (sealing, some) = (vault.clone(), people.clone());
    t.db.write_blocking(move |tx| {
        for person in &some {
            sealing.seal(tx, school, *person, IIN.at(*person), b"031122500125")?;
        }
        Ok::<_, CryptoError>(())
    })
    .unwrap();
    let keys = raw(&t.db, school);
    let (gone, stay) = keys.split_at(390);
    for key in gone {
        destroy(&t, &vault, school, key.person);
    }
    let path = t.db.file().unwrap();
    // Folds the log in and cuts it off.
    t.db.close();
    let file = std::fs::read(&path).unwrap();
    let has = |wrapped: &[u8]| file.windows(wrapped.len()).any(|window| window == wrapped);
    assert!(stay.iter().all(|key| has(&key.wrapped)));
    assert_eq!(gone.iter().filter(|key| has(&key.wrapped)).count(), 0);
    assert!(!path.with_extension("sqlite-wal").exists());
}
