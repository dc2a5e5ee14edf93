//! Values go in and come out as they are, on both databases.
#![allow(clippy::unwrap_used, missing_docs, reason = "a test that cannot go on stops")]

mod common;

use common::{Thing, add, add_whole, school_with_things, thing};
use jiff::{Timestamp, civil};
use kernel::{PersonId, SchoolId};
use proptest::prelude::*;
use store::{StoreError, statements};
use testkit::{TestDb, both_databases};

statements! {
    fn echo_moment(school: SchoolId, at: Timestamp) -> Exactly<Timestamp> = "select cast($2 as bigint) from school where school = $1";
    fn echo_day(school: SchoolId, day: civil::Date) -> Exactly<civil::Date> = "select cast($2 as bigint) from school where school = $1";
    fn echo_small(school: SchoolId, number: i64) -> Exactly<u8> = "select cast($2 as bigint) from school where school = $1";
    fn by_number(school: SchoolId, flag: bool, fraction: f64, bytes: &[u8]) -> Many<i64> =
        "select id from thing where school = $1 and flag = $2 and fraction = $3 and bytes = $4";
    fn lost_number(school: SchoolId) -> Many<i64> = "select number from thing where school = $1";
    fn wrong_kind(school: SchoolId) -> Many<i64> = "select word from thing where school = $1";
    fn own_id(school: SchoolId) -> Exactly<PersonId> = "select school from school where school = $1";
    fn short_id(school: SchoolId) -> Many<PersonId> = "select bytes from thing where school = $1";
}

fn round_trip(t: &TestDb, school: SchoolId, whole: &Thing) -> Thing {
    let given = whole.clone();
    t.db.write_blocking(move |tx| {
        common::remove(tx, school, given.id)?;
        let (word, bytes) = (given.word.as_deref(), given.bytes.as_deref());
        add_whole(tx, school, given.id, given.number, given.fraction, given.flag, word, bytes)?;
        thing(tx, school, given.id)
    })
    .unwrap()
}

fn with(change: impl FnOnce(&mut Thing)) -> Thing {
    let mut thing = Thing { id: 1, number: None, fraction: None, flag: None, word: None, bytes: None };
    change(&mut thing);
    thing
}

both_databases! {
    fn limits_and_nulls_come_back_as_they_were(t) {
        let school = school_with_things(t);
        let mut cases = vec![with(|_| {})];
        cases.extend([0, 1, -1, i64::MAX, i64::MIN].map(|number| with(|thing| thing.number = Some(number))));
        let fractions = [0.0, -1.5, f64::MAX, f64::MIN_POSITIVE, f64::EPSILON, f64::INFINITY, f64::NEG_INFINITY, 1e-310];
        cases.extend(fractions.map(|fraction| with(|thing| thing.fraction = Some(fraction))));
        cases.extend([true, false].map(|flag| with(|thing| thing.flag = Some(flag))));
        let words = ["", " ", "Әлия Ұлықбекқызы", "'; drop table thing; --", "$1 ?1 {lock}", "\u{1F600}\u{0301}\r\n\t", "null"];
        cases.extend(words.map(|word| with(|thing| thing.word = Some(word.to_owned()))));
        cases.push(with(|thing| thing.word = Some("ш".repeat(1 << 20))));
        cases.extend([vec![], vec![0], (0..=255).collect(), vec![7; 3 << 20]].map(|bytes| with(|thing| thing.bytes = Some(bytes))));
        for case in &cases {
            assert_eq!(&round_trip(t, school, case), case);
        }
    }

    fn any_row_comes_back_as_it_was(t) {
        let school = school_with_things(t);
        let words = any::<Option<String>>().prop_map(|word| word.map(|word| word.replace('\0', "")));
        let row = (any::<i64>(), any::<Option<i64>>(), any::<Option<f64>>(), any::<Option<bool>>(), words, any::<Option<Vec<u8>>>());
        proptest!(ProptestConfig::with_cases(48), |(row in row)| {
            let (id, number, fraction, flag, word, bytes) = row;
            let whole = Thing { id, number, fraction, flag, word, bytes };
            prop_assert_eq!(round_trip(t, school, &whole), whole);
        });
    }

    fn a_row_is_found_by_each_kind_of_value(t) {
        let school = school_with_things(t);
        let found = t.db.write_blocking(move |tx| {
            add_whole(tx, school, 5, None, Some(0.1), Some(true), None, Some(b"ab"))?;
            add_whole(tx, school, 6, None, Some(0.1), Some(false), None, Some(b"ab"))?;
            by_number(tx, school, true, 0.1, b"ab")
        });
        assert_eq!(found.unwrap(), [5]);
    }

    fn moments_days_and_ids_keep_their_meaning(t) {
        let school = school_with_things(t);
        for at in ["1969-12-31T23:59:59.999999Z", "2026-11-23T02:30:00.000001Z", "9999-12-30T22:00:00Z"] {
            let at: Timestamp = at.parse().unwrap();
            assert_eq!(t.db.read_blocking(|tx| echo_moment(tx, school, at)).unwrap(), at);
        }
        for day in [civil::date(2024, 2, 29), civil::date(1, 1, 1), civil::date(9999, 12, 31)] {
            assert_eq!(t.db.read_blocking(|tx| echo_day(tx, school, day)).unwrap(), day);
        }
        assert_eq!(t.db.read_blocking(|tx| own_id(tx, school)).unwrap().uuid(), school.uuid());
    }

    fn what_does_not_fit_the_record_is_named(t) {
        let school = school_with_things(t);
        t.db.write_blocking(move |tx| add_whole(tx, school, 1, None, None, None, Some("word"), Some(b"too short"))).unwrap();
        let told = [
            t.db.read_blocking(|tx| echo_small(tx, school, 256).map(|_| ())).unwrap_err().to_string(),
            t.db.read_blocking(|tx| lost_number(tx, school).map(|_| ())).unwrap_err().to_string(),
            t.db.read_blocking(|tx| wrong_kind(tx, school).map(|_| ())).unwrap_err().to_string(),
            t.db.read_blocking(|tx| short_id(tx, school).map(|_| ())).unwrap_err().to_string(),
            t.db.read_blocking(|tx| thing(tx, school, 77).map(|_| ())).unwrap_err().to_string(),
        ];
        let expected = ["holds \"256\"", "is null", "of another type", "holds \"9 bytes\"", "column row: is null"];
        for (told, expected) in told.iter().zip(expected) {
            assert!(told.contains(expected), "{told}");
        }
        assert!(told[0].contains("values::echo_small, column value"), "{told:?}");
    }

    fn a_text_with_the_character_0_is_refused_and_the_transaction_goes_on(t) {
        let school = school_with_things(t);
        let refused = t.db.write_blocking(move |tx| {
            let refused = common::add_code(tx, school, 1, "a\0b");
            add(tx, school, 2, None)?;
            Ok::<_, StoreError>(matches!(refused, Err(StoreError::Nul("values::common::add_code"))))
        });
        assert!(refused.unwrap());
        assert_eq!(common::kept(t, school), [2]);
    }

    fn what_is_not_a_number_is_kept_as_null(t) {
        let school = school_with_things(t);
        let back = round_trip(t, school, &with(|thing| thing.fraction = Some(f64::NAN)));
        assert_eq!(back.fraction, None);
    }
}
