//! Values open where they were sealed and nowhere else; keys are made once.
#![allow(clippy::unwrap_used, missing_docs, reason = "a test that cannot go on stops")]

mod common;

use std::sync::Barrier;

use common::{IIN, LOOKUP, PHONE, counted, destroy, find_index, iin, keep, put_index, read, school, seal};
use crypto::{CryptoError, LONGEST, Lookup, Sealed};
use proptest::{prelude::*, test_runner::TestRunner};
use store::{Column, Db, Options, Param, Raw, StoreError, Value};
use testkit::{both_databases, vault};

/// A sealed value with one bit turned.
fn bent(sealed: &Sealed, bit: usize) -> Sealed {
    let Value::Blob(bytes) = sealed.value() else { panic!("bytes") };
    let mut bytes = bytes.to_vec();
    let bit = bit % (bytes.len() * 8);
    bytes[bit / 8] ^= 1 << (bit % 8);
    Sealed::read(Raw::Blob(&bytes)).unwrap()
}

both_databases! {
    fn a_value_opens_in_its_place_and_any_flipped_bit_or_other_place_is_refused(t) {
        let (school, vault) = (school(t), vault());
        let other_school = t.school("two");
        let persons = common::persons(t, 4);
        let rows = common::persons(t, 2);
        for person in &persons {
            for school in [school, other_school] {
                seal(&t.db, &vault, school, *person, IIN.at(*person), b"so that everybody has a key").unwrap();
            }
        }
        let cases = (proptest::collection::vec(any::<u8>(), 0..300), 0..4_usize, any::<usize>());
        let mut runner = TestRunner::new(ProptestConfig::with_cases(24));
        runner.run(&cases, |(value, place, bit)| {
            let (person, other) = (persons[place], persons[(place + 1) % 4]);
            let at = IIN.at(rows[0]);
            let sealed = seal(&t.db, &vault, school, person, at, &value).unwrap();
            let open = |school, person, at, sealed: &Sealed| t.db.read_blocking(|tx| vault.open(tx, school, person, at, sealed));
            let opened = open(school, person, at, &sealed).unwrap().unwrap();
            prop_assert_eq!(opened.bytes(), value.as_slice());
            for (why, refused) in [
                ("a flipped bit", open(school, person, at, &bent(&sealed, bit))),
                ("another person", open(school, other, at, &sealed)),
                ("another row", open(school, person, IIN.at(rows[1]), &sealed)),
                ("another column", open(school, person, PHONE.at(rows[0]), &sealed)),
                ("another school", open(other_school, person, at, &sealed)),
            ] {
                let is_refused = matches!(refused, Err(CryptoError::Refused { .. } | CryptoError::Format(_)));
                prop_assert!(is_refused, "{}: {:?}", why, refused);
            }
            Ok(())
        }).unwrap();
    }

    fn many_persons_are_opened_by_one_reading_of_their_keys(t) {
        let (school, vault) = (school(t), vault());
        let persons = common::persons(t, 1_000);
        for (place, some) in persons.chunks(100).enumerate() {
            let (vault, some) = (vault.clone(), some.to_vec());
            t.db.write_blocking(move |tx| {
                for (step, person) in some.iter().enumerate() {
                    let sealed = vault.seal(tx, school, *person, IIN.at(*person), iin(place * 100 + step).as_bytes())?;
                    common::put(tx, school, *person, &sealed)?;
                }
                Ok::<_, CryptoError>(())
            }).unwrap();
        }
        destroy(t, &vault, school, persons[7]);
        let stranger = common::persons(t, 1)[0];
        t.db.read_blocking(|tx| {
            let rows = common::all(tx, school)?;
            // Asked twice for one, and for one who has no key.
            let asked: Vec<_> = persons.iter().chain([&persons[0], &stranger]).copied().collect();
            let opener = vault.opener(tx, school, &asked)?;
            for row in rows {
                let place = persons.iter().position(|person| *person == row.person).unwrap();
                let sealed = row.iin.unwrap();
                let opened = opener.open(row.person, IIN.at(row.person), &sealed)?;
                let wanted = (place != 7).then(|| iin(place));
                assert_eq!(opened.as_ref().map(|secret| secret.text().unwrap()), wanted.as_deref());
                let elsewhere = opener.open(row.person, PHONE.at(row.person), &sealed);
                assert!(place == 7 || matches!(elsewhere, Err(CryptoError::Refused { .. })));
                assert!(matches!(opener.open(stranger, IIN.at(stranger), &sealed), Err(CryptoError::KeyMissing { .. })));
            }
            assert!(vault.opener(tx, school, &[]).is_ok());
            let others = vault.opener(tx, other_of(school), &persons)?;
            let sealed = common::kept(tx, school, persons[0])?;
            assert!(matches!(others.open(persons[0], IIN.at(persons[0]), &sealed), Err(CryptoError::KeyMissing { .. })));
            Ok::<_, CryptoError>(())
        }).unwrap();
    }

    fn a_sealer_makes_the_keys_of_many_and_keeps_those_that_are_there(t) {
        let (school, vault) = (school(t), vault());
        let persons = common::persons(t, 300);
        let old = seal(&t.db, &vault, school, persons[5], IIN.at(persons[5]), iin(5).as_bytes()).unwrap();
        let (all, with) = (persons.clone(), vault.clone());
        let sealed: Vec<Sealed> = t.db.write_blocking(move |tx| {
            // Asked twice for one.
            let asked: Vec<_> = all.iter().chain([&all[0]]).copied().collect();
            let sealer = with.sealer(tx, school, &asked)?;
            let sealed = all.iter().enumerate().map(|(place, person)| sealer.seal(*person, IIN.at(*person), iin(place).as_bytes()));
            let sealed = sealed.collect::<Result<Vec<_>, _>>()?;
            let long = sealer.seal(all[0], IIN.at(all[0]), &vec![0; LONGEST + 1]);
            assert!(matches!(long, Err(CryptoError::TooLong(_))));
            Ok::<_, CryptoError>(sealed)
        }).unwrap();
        t.db.read_blocking(|tx| {
            for (place, (person, sealed)) in persons.iter().zip(&sealed).enumerate() {
                assert_eq!(vault.open(tx, school, *person, IIN.at(*person), sealed)?.unwrap().text()?, iin(place));
            }
            assert_eq!(vault.open(tx, school, persons[5], IIN.at(persons[5]), &old)?.unwrap().text()?, iin(5), "its key stayed");
            Ok::<_, CryptoError>(())
        }).unwrap();
        destroy(t, &vault, school, persons[7]);
        let stranger = common::persons(t, 1)[0];
        t.db.write_blocking(move |tx| {
            assert!(matches!(vault.sealer(tx, school, &persons), Err(CryptoError::Destroyed { person, .. }) if person == persons[7]));
            let sealer = vault.sealer(tx, school, &persons[..5])?;
            assert!(matches!(sealer.seal(stranger, IIN.at(stranger), b"x"), Err(CryptoError::KeyMissing { .. })));
            Ok::<_, CryptoError>(())
        }).unwrap();
    }

    fn an_opener_reads_the_keys_of_thousands_in_the_right_order(t) {
        let (school, vault) = (school(t), vault());
        let known = common::persons(t, 3);
        for (place, person) in known.iter().enumerate() {
            keep(&t.db, &vault, school, *person, &iin(place)).unwrap();
        }
        // More than are asked for by one statement.
        let mut asked = common::persons(t, 10_500);
        asked.splice(5_000..5_000, known.iter().copied());
        t.db.read_blocking(|tx| {
            let opener = vault.opener(tx, school, &asked)?;
            for (place, person) in known.iter().enumerate() {
                let sealed = common::kept(tx, school, *person)?;
                assert_eq!(opener.open(*person, IIN.at(*person), &sealed)?.unwrap().text()?, iin(place));
            }
            Ok::<_, CryptoError>(())
        }).unwrap();
    }

    fn two_who_make_the_first_key_of_a_school_and_a_person_end_with_one(t) {
        let (first, vault) = (school(t), vault());
        for round in 0..8 {
            let school = if round == 0 { first } else { t.school("next") };
            let person = common::persons(t, 1)[0];
            let barrier = Barrier::new(4);
            let sealed: Vec<_> = std::thread::scope(|scope| {
                let writers: Vec<_> = (0..4).map(|writer| {
                    let (barrier, vault, address) = (&barrier, vault.clone(), &t.address);
                    scope.spawn(move || {
                        // Programs of their own, as servers beside each other are.
                        let db = Db::open(address, &Options::default()).unwrap();
                        barrier.wait();
                        let value = iin(writer);
                        let sealed = seal(&db, &vault, school, person, IIN.at(person), value.as_bytes()).unwrap();
                        (value, sealed)
                    })
                }).collect();
                writers.into_iter().map(|writer| writer.join().unwrap()).collect()
            });
            assert_eq!(counted(&t.db, school), (1, 1));
            for (value, sealed) in sealed {
                let opened = t.db.read_blocking(|tx| vault.open(tx, school, person, IIN.at(person), &sealed)).unwrap().unwrap();
                assert_eq!(opened.text().unwrap(), value);
            }
        }
    }

    fn the_keys_of_a_transaction_that_was_undone_are_never_used(t) {
        let (school, vault) = (school(t), vault());
        let person = common::persons(t, 1)[0];
        let undone = vault.clone();
        let refused = t.db.write_blocking(move |tx| {
            undone.seal(tx, school, person, IIN.at(person), b"1")?;
            undone.index_key(tx, school, LOOKUP)?;
            Err::<(), _>(CryptoError::NotText)
        });
        assert!(matches!(refused, Err(CryptoError::NotText)));
        assert_eq!(counted(&t.db, school), (0, 0));
        keep(&t.db, &vault, school, person, "031122500125").unwrap();
        // A program that was started afterwards knows nothing of the first.
        assert_eq!(read(&t.db, &testkit::vault(), school, person).unwrap().unwrap().text().unwrap(), "031122500125");
    }

    fn a_person_is_found_by_a_value_that_is_not_kept(t) {
        let (school, vault) = (school(t), vault());
        let person = common::persons(t, 1)[0];
        let before = t.db.read_blocking(|tx| vault.find_key(tx, school, LOOKUP)).unwrap();
        assert!(before.is_none(), "a read makes no key");
        let writing = vault.clone();
        t.db.write_blocking(move |tx| {
            let index = writing.index_key(tx, school, LOOKUP)?.of("031122500125");
            put_index(tx, school, index, person)?;
            Ok::<_, CryptoError>(())
        }).unwrap();
        let find = |value: &str, lookup| t.db.read_blocking(|tx| {
            let key = vault.find_key(tx, school, lookup)?.unwrap();
            Ok::<_, CryptoError>(find_index(tx, school, key.of(value))?)
        }).unwrap();
        assert_eq!(find("031122500125", Lookup::Iin), Some(person));
        assert_eq!(find("031122500126", Lookup::Iin), None);
        assert_eq!(find("031122500125", Lookup::Phone), None);
        // The same IIN at another school is another index.
        let (other, writing) = (t.school("two"), vault.clone());
        let (here, there) = t.db.write_blocking(move |tx| {
            let of = |key: crypto::IndexKey| key.of("031122500125");
            Ok::<_, CryptoError>((of(writing.index_key(tx, school, LOOKUP)?), of(writing.index_key(tx, other, LOOKUP)?)))
        }).unwrap();
        assert_ne!(here, there);
    }

    fn a_phone_is_found_over_all_schools(t) {
        school(t);
        let vault = vault();
        let unmade = t.db.read_blocking(|tx| vault.installation_index_key(tx, Lookup::Phone));
        assert!(matches!(unmade, Err(CryptoError::NoInstallation)), "a read makes no key");
        let writing = vault.clone();
        let index = t.db.write_blocking(move |tx| writing.installation_index_key(tx, Lookup::Phone)).unwrap().of("+77011234567");
        let again = t.db.read_blocking(|tx| testkit::vault().installation_index_key(tx, Lookup::Phone)).unwrap();
        assert_eq!(again.of("+77011234567"), index);
        assert_ne!(again.of("+77011234568"), index);
    }

    fn a_lost_key_is_told_apart_from_a_destroyed_one(t) {
        let (school, vault) = (school(t), vault());
        let persons = common::persons(t, 2);
        for person in &persons {
            keep(&t.db, &vault, school, *person, "031122500125").unwrap();
        }
        destroy(t, &vault, school, persons[0]);
        let lost = persons[1];
        t.db.write_blocking::<_, StoreError>(move |tx| common::lose_key(tx, school, lost)).unwrap();
        assert!(read(&t.db, &vault, school, persons[0]).unwrap().is_none());
        assert!(matches!(read(&t.db, &vault, school, lost), Err(CryptoError::KeyMissing { .. })));
    }

    fn more_than_may_be_sealed_is_refused_and_as_much_as_may_be_comes_back(t) {
        let (school, vault) = (school(t), vault());
        let person = common::persons(t, 1)[0];
        let refused = seal(&t.db, &vault, school, person, IIN.at(person), &vec![1; LONGEST + 1]);
        assert!(matches!(refused, Err(CryptoError::TooLong(length)) if length == LONGEST + 1));
        assert_eq!(counted(&t.db, school), (0, 0));
        let most = vec![7; LONGEST];
        let sealed = seal(&t.db, &vault, school, person, IIN.at(person), &most).unwrap();
        t.db.write_blocking(move |tx| common::put(tx, school, person, &sealed)).unwrap();
        assert_eq!(read(&t.db, &vault, school, person).unwrap().unwrap().bytes(), most);
    }
}

fn other_of(school: kernel::SchoolId) -> kernel::SchoolId {
    let mut bytes = *school.as_bytes();
    bytes[15] ^= 1;
    kernel::SchoolId::from_slice(&bytes).unwrap()
}
