//! Values of a school itself open where they were sealed and nowhere else.
#![allow(clippy::unwrap_used, missing_docs, reason = "a test that cannot go on stops")]

use crypto::{CryptoError, SchoolField, SharedSecret};
use kernel::{Clock, Id, PersonKind};
use store::{Column, Param, Raw, Value};
use testkit::{both_databases, vault};

const SECRET: SchoolField = SchoolField::new("hook", "secret");
const OTHER: SchoolField = SchoolField::new("hook", "old_secret");

both_databases! {
    fn a_value_of_a_school_opens_in_its_place_alone(t) {
        let (ours, theirs, vault) = (t.school("one"), t.school("two"), vault());
        let row: Id<PersonKind> = t.ids.new_id(t.clock.now());
        let another: Id<PersonKind> = t.ids.new_id(t.clock.now());
        let secret = SharedSecret::random().unwrap();
        let sealing = vault.clone();
        let bytes = *secret.bytes();
        let sealed = t.db.write_blocking(move |tx| {
            sealing.seal_of_school(tx, theirs, SECRET.at(row), b"so that the other school has a key")?;
            sealing.seal_of_school(tx, ours, SECRET.at(row), &bytes)
        }).unwrap();
        let open = |school, place| t.db.read_blocking(|tx| vault.open_of_school(tx, school, place, &sealed));
        assert_eq!(open(ours, SECRET.at(row)).unwrap().bytes(), secret.bytes());
        for (why, refused) in [
            ("another row", open(ours, SECRET.at(another))),
            ("another column", open(ours, OTHER.at(row))),
            ("another school", open(theirs, SECRET.at(row))),
        ] {
            assert!(matches!(refused, Err(CryptoError::Refused { table: "hook", .. })), "{why}");
        }
        let Value::Blob(kept) = sealed.value() else { panic!("bytes") };
        for bit in 0..kept.len() * 8 {
            let mut bent = kept.to_vec();
            bent[bit / 8] ^= 1 << (bit % 8);
            let bent = crypto::Sealed::read(Raw::Blob(&bent)).unwrap();
            assert!(t.db.read_blocking(|tx| vault.open_of_school(tx, ours, SECRET.at(row), &bent)).is_err(), "{bit}");
        }
    }
}
