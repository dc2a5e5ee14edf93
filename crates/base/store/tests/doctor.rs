//! The doctor finds what is wrong, and says that all is well when it is.
#![allow(clippy::unwrap_used, missing_docs, reason = "a test that cannot go on stops")]

mod common;

use common::{add, add_part, migrations, school_with_things};
use kernel::{Clock, SchoolId};
use store::{FINDINGS, Finding, MIGRATIONS, Told, statements};
use testkit::{TestDb, both_databases};

statements! {
    fn misplace(school: SchoolId) -> Run = "update thing set number = 'a word', flag = 7 where school = $1";
    fn forget_step() -> Run = "delete from schema_migration where number = 1";
}

fn keys(findings: &[Finding]) -> Vec<&'static str> {
    findings.iter().filter(|finding| !finding.ok).map(|finding| finding.what_key).collect()
}

fn known(findings: &[Finding]) {
    for finding in findings {
        let args: Vec<_> = finding.args.iter().map(|(name, _)| *name).collect();
        assert!(FINDINGS.contains(&(finding.what_key, args.as_slice())), "{finding:?}");
    }
}

both_databases! {
    fn a_sound_database_is_called_sound(t) {
        t.school("one");
        let findings = t.db.check();
        known(&findings);
        assert!(findings.iter().all(|finding| finding.ok), "{findings:?}");
        assert_eq!(findings.len(), 4);
        let newest = MIGRATIONS.last().unwrap().number;
        assert!(findings.contains(&Finding::good("migrations-complete", vec![("number", Told::Number(newest))])));
    }

    fn a_missing_and_an_unknown_migration_are_told(t) {
        t.db.migrate(&migrations(), &t.clock).unwrap();
        t.db.write_blocking(forget_step).unwrap();
        let findings = t.db.check();
        known(&findings);
        assert_eq!(keys(&findings), ["migration-missing", "migration-unknown"]);
    }

    fn a_closed_database_is_unreadable(t) {
        t.db.close();
        let findings = t.db.check();
        known(&findings);
        assert_eq!(keys(&findings), ["database-unreadable"]);
    }
}

#[test]
fn a_reference_that_leads_nowhere_is_found_in_sqlite() {
    let t = TestDb::sqlite();
    let school = school_with_things(&t);
    t.db.write_blocking(move |tx| {
        add(tx, school, 1, None)?;
        add_part(tx, school, 1, 1)?;
        add_part(tx, school, 2, 1)
    })
    .unwrap();
    let raw = rusqlite::Connection::open(t.db.file().unwrap()).unwrap();
    raw.execute_batch("pragma foreign_keys = off; delete from thing").unwrap();
    let findings = t.db.check();
    known(&findings);
    let args =
        vec![("table", Told::Text("part".into())), ("target", Told::Text("thing".into())), ("rows", Told::Number(2))];
    assert!(findings.contains(&Finding::bad("reference-broken", args)), "{findings:?}");
}

#[test]
fn a_reference_that_leads_nowhere_is_found_in_postgresql() {
    let t = TestDb::postgres();
    let school = school_with_things(&t);
    t.db.write_blocking(move |tx| {
        add(tx, school, 1, None)?;
        add_part(tx, school, 1, 1)
    })
    .unwrap();
    let mut raw = postgres::Client::connect(&t.address, postgres::NoTls).unwrap();
    raw.batch_execute("set session_replication_role = replica; delete from thing").unwrap();
    let findings = t.db.check();
    known(&findings);
    let args =
        vec![("table", Told::Text("part".into())), ("target", Told::Text("thing".into())), ("rows", Told::Number(1))];
    assert!(findings.contains(&Finding::bad("reference-broken", args)), "{findings:?}");
}

#[test]
fn values_that_are_not_of_their_columns_kind_are_counted() {
    let t = TestDb::sqlite();
    let school = school_with_things(&t);
    t.db.write_blocking(move |tx| {
        add(tx, school, 1, None)?;
        add(tx, school, 2, None)?;
        misplace(tx, school)
    })
    .unwrap();
    let findings = t.db.check();
    known(&findings);
    assert_eq!(
        keys(&findings),
        ["value-of-another-kind", "value-of-another-kind", "migration-unknown"],
        "{findings:?}"
    );
}

#[test]
fn a_file_with_a_bent_page_is_called_damaged() {
    let t = TestDb::sqlite();
    let school = school_with_things(&t);
    let now = t.clock.now();
    for id in 0..200 {
        let word = format!("{now}").repeat(20);
        t.db.write_blocking(move |tx| common::add_whole(tx, school, id, None, None, None, Some(&word), None)).unwrap();
    }
    let path = t.db.file().unwrap();
    t.db.close();
    let mut bytes = std::fs::read(&path).unwrap();
    let page = 4096;
    let last = bytes.len() / page - 1;
    for place in (last - 8)..last {
        bytes[place * page..place * page + 100].fill(0xa5);
    }
    std::fs::write(&path, bytes).unwrap();
    let db = store::Db::open(&t.address, &store::Options::default()).unwrap();
    let findings = db.check();
    known(&findings);
    let bad = keys(&findings);
    assert!(bad.contains(&"database-damaged") || bad.contains(&"database-unreadable"), "{findings:?}");
}
