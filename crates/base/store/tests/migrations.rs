//! The schema comes up to date once, wholly or not at all.
#![allow(clippy::unwrap_used, missing_docs, reason = "a test that cannot go on stops")]

mod common;

use common::{THINGS, ids, kept, migrations, school_with_things};
use store::{Db, MIGRATIONS, Migration, Options, StoreError};
use testkit::both_databases;

const LATER: Migration =
    Migration { number: 9_001, name: "later", sql: "create table later (school {id} primary key, at bigint)" };
const BROKEN: Migration = Migration {
    number: 9_002,
    name: "broken",
    sql: "create table half (school {id} primary key); insert into half (school) values (null); create table nonsense (",
};

fn tables(db: &Db) -> Vec<String> {
    let mut tables: Vec<_> = store::columns(db).unwrap().into_iter().map(|(table, _)| table).collect();
    tables.dedup();
    tables
}

both_databases! {
    fn migrating_twice_changes_nothing(t) {
        let school = school_with_things(t);
        t.db.write_blocking(move |tx| common::add(tx, school, 1, None)).unwrap();
        let before = tables(&t.db);
        for _ in 0..2 {
            t.db.migrate(&migrations(), &t.clock).unwrap();
        }
        assert_eq!(tables(&t.db), before);
        assert_eq!(kept(t, school), [1]);
        t.db.migrate(&[migrations(), vec![LATER]].concat(), &t.clock).unwrap();
        assert!(tables(&t.db).contains(&"later".to_owned()));
        assert_eq!(kept(t, school), [1]);
    }

    fn a_database_of_a_newer_program_is_refused_and_left_alone(t) {
        t.db.migrate(&migrations(), &t.clock).unwrap();
        let before = tables(&t.db);
        let refused = t.db.migrate(MIGRATIONS, &t.clock).unwrap_err();
        assert!(matches!(refused, StoreError::Migration { number: 9_000, .. }), "{refused}");
        assert!(refused.to_string().contains("newer program"), "{refused}");
        assert_eq!(tables(&t.db), before);
    }

    fn a_broken_migration_leaves_nothing_half_done(t) {
        let before = tables(&t.db);
        let steps = [MIGRATIONS, &[THINGS, LATER, BROKEN]].concat();
        let failed = t.db.migrate(&steps, &t.clock).unwrap_err();
        assert!(matches!(failed, StoreError::Migration { number: 9_002, .. }), "{failed}");
        assert_eq!(tables(&t.db), before);
        // The program before this one goes on as if nothing had been tried.
        t.db.migrate(MIGRATIONS, &t.clock).unwrap();
        let school = school_with_things(t);
        assert!(t.db.read_blocking(|tx| ids(tx, school)).unwrap().is_empty());
    }

    fn programs_that_start_at_once_do_not_migrate_twice(t) {
        let steps = [migrations(), vec![LATER]].concat();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    let db = Db::open(&t.address, &Options::default()).unwrap();
                    db.migrate(&steps, &t.clock).unwrap();
                });
            }
        });
        assert!(tables(&t.db).contains(&"later".to_owned()));
    }
}
