//! The doctor of journals finds holes, unreadable entries and impossible cursors.
#![allow(clippy::unwrap_used, missing_docs, reason = "a test that cannot go on stops")]

use journal::{Event, FINDINGS};
use kernel::{Clock, SchoolId};
use serde::{Deserialize, Serialize};
use store::{Finding, Told, statements};
use testkit::{TestDb, both_databases};

#[derive(Serialize, Deserialize)]
struct Happened {
    what: String,
}
impl Event for Happened {
    const KIND: &'static str = "Happened";
}

statements! {
    fn lose(school: SchoolId, seq: u64) -> Run = "delete from journal where school = $1 and seq = $2";
    fn lose_head(school: SchoolId) -> Run = "delete from journal_head where school = $1";
    fn bend(school: SchoolId, seq: u64) -> Run = "update journal set body = '{\"what\":' where school = $1 and seq = $2";
    fn run_ahead(school: SchoolId, seq: u64) -> Run = "insert into journal_cursor (follower, school, seq) values ('notes', $1, $2)";
}

fn filled(t: &TestDb) -> SchoolId {
    let school = t.school("one");
    let now = t.clock.now();
    for what in ["first", "second \0 «қазақ»", "third"] {
        t.db.write_blocking(move |tx| journal::append(tx, school, now, &Happened { what: what.into() })).unwrap();
    }
    school
}

fn findings(t: &TestDb) -> Vec<Finding> {
    let findings = t.db.read_blocking(journal::doctor).unwrap();
    for finding in &findings {
        let args: Vec<_> = finding.args.iter().map(|(name, _)| *name).collect();
        assert!(FINDINGS.contains(&(finding.what_key, args.as_slice())), "{finding:?}");
    }
    findings
}

fn bad(t: &TestDb) -> Vec<(&'static str, Vec<(&'static str, Told)>)> {
    findings(t).into_iter().filter(|finding| !finding.ok).map(|finding| (finding.what_key, finding.args)).collect()
}

both_databases! {
    fn whole_journals_are_called_whole(t) {
        assert_eq!(findings(t)[0], Finding::good("journals-whole", vec![("schools", Told::Number(0)), ("entries", Told::Number(0))]));
        let school = filled(t);
        t.school("without entries");
        t.db.write_blocking(move |tx| run_ahead(tx, school, 3)).unwrap();
        let findings = findings(t);
        assert!(findings.iter().all(|finding| finding.ok), "{findings:?}");
        assert_eq!(findings[0], Finding::good("journals-whole", vec![("schools", Told::Number(1)), ("entries", Told::Number(3))]));
    }

    fn a_hole_and_a_lost_head_are_found(t) {
        let school = filled(t);
        let hole = |entries, head| vec![("journal-with-holes", vec![("school", Told::Text(school.to_string())), ("entries", Told::Number(entries)), ("head", Told::Number(head))])];
        t.db.write_blocking(move |tx| lose(tx, school, 2)).unwrap();
        assert_eq!(bad(t), hole(2, 3));
        t.db.write_blocking(move |tx| lose_head(tx, school)).unwrap();
        assert_eq!(bad(t), hole(2, 0));
    }

    fn the_last_entry_cannot_get_lost_unseen(t) {
        let school = filled(t);
        t.db.write_blocking(move |tx| lose(tx, school, 3)).unwrap();
        assert_eq!(bad(t)[0].0, "journal-with-holes");
    }

    fn an_entry_that_is_no_json_is_found(t) {
        let school = filled(t);
        t.db.write_blocking(move |tx| bend(tx, school, 2)).unwrap();
        let args = vec![("school", Told::Text(school.to_string())), ("seq", Told::Number(2)), ("kind", Told::Text("Happened".into()))];
        assert_eq!(bad(t), [("journal-entry-unreadable", args)]);
    }

    fn a_cursor_that_ran_ahead_is_found(t) {
        let school = filled(t);
        t.db.write_blocking(move |tx| run_ahead(tx, school, 4)).unwrap();
        let args = vec![("follower", Told::Text("notes".into())), ("school", Told::Text(school.to_string())), ("seq", Told::Number(4)), ("head", Told::Number(3))];
        assert_eq!(bad(t), [("journal-cursor-beyond-head", args)]);
    }
}
