//! The audit trail is a chain: what was done to it past the program is found, and said in words.
#![allow(clippy::unwrap_used, reason = "a story that cannot go on shall stop")]

use std::{fmt::Write as _, sync::Arc, thread};

use accounts::{Anchor, Anchors, ChainHash, Ctx, audit, chain_trail, doctor, verify};
use kernel::{Clock, PersonId, SchoolId};
use store::{Finding, StoreError, Tx, record, statements};
use testkit::{TestDb, both_databases};

record! {
    /// A line of the chain.
    pub struct Line {
        /// Its number.
        pub seq: u64,
        /// Its hash.
        pub hash: ChainHash,
    }
}

statements! {
    /// The chain.
    fn chain(school: SchoolId) -> Many<Line> = "select seq, hash from audit where school = $1 order by seq";
    /// Changes a line.
    fn change(school: SchoolId, seq: u64) -> Run = "update audit set detail = 'another' where school = $1 and seq = $2";
    /// Changes a moment by a microsecond.
    fn change_moment(school: SchoolId, seq: u64) -> Run = "update audit set at = at + 1 where school = $1 and seq = $2";
    /// Lets somebody else have done it.
    fn change_who(school: SchoolId, seq: u64) -> Run = "update audit set user_id = id where school = $1 and seq = $2";
    /// Removes lines.
    fn remove(school: SchoolId, from: u64, until: u64) -> Run = "delete from audit where school = $1 and seq >= $2 and seq <= $3";
    /// Gives a line another number.
    fn renumber(school: SchoolId, seq: u64, other: u64) -> Run = "update audit set seq = $3 where school = $1 and seq = $2";
    /// Copies a line to a place of its own.
    fn copy(school: SchoolId, seq: u64, other: u64, id: kernel::UserId) -> Run =
        "insert into audit (school, id, at, user_id, action, subject, detail, seq, hash)
         select school, $4, at, user_id, action, subject, detail, $3, hash from audit where school = $1 and seq = $2";
    /// Gives a line a hash.
    fn set_hash(school: SchoolId, seq: u64, hash: &ChainHash) -> Run = "update audit set hash = $3 where school = $1 and seq = $2";
    /// Says where the chain ends.
    fn set_end(school: SchoolId, seq: u64, hash: &ChainHash) -> Run = "update audit_head set seq = $2, hash = $3 where school = $1";
    /// Forgets the chain: what a database of an older program looks like.
    fn unchain(school: SchoolId) -> Run = "update audit set seq = null, hash = null where school = $1";
    /// Forgets the end.
    fn no_end(school: SchoolId) -> Run = "delete from audit_head where school = $1";
    /// Lines without a number.
    fn loose(school: SchoolId) -> Exactly<u64> = "select count(*) from audit where school = $1 and seq is null";
}

fn write(t: &TestDb, school: SchoolId, detail: &str) {
    let ctx = Ctx::of_program(school, t.clock.now(), t.ids.clone());
    let detail = detail.to_owned();
    t.db.write_blocking(move |tx| {
        let person: PersonId = ctx.new_id();
        audit(tx, &ctx, "person_edited", Some(person), &detail)
    })
    .unwrap();
}

/// A school whose trail has so many lines.
fn school_with(t: &TestDb, lines: u64) -> SchoolId {
    let school = t.school("School");
    for number in 1..=lines {
        write(t, school, &format!("deed {number}"));
    }
    school
}

fn done<T: Send + 'static>(t: &TestDb, work: impl FnMut(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static) -> T {
    t.db.write_blocking(work).unwrap()
}

/// What the doctor says, as `key a b`, without the school.
fn said(findings: &[Finding]) -> Vec<String> {
    let line = |finding: &Finding| {
        let mut line = finding.what_key.to_owned();
        for (_, told) in finding.args.iter().filter(|(name, _)| !matches!(*name, "school" | "at")) {
            write!(line, " {told}").unwrap();
        }
        line
    };
    findings.iter().filter(|finding| !finding.ok).map(line).collect()
}

fn found(t: &TestDb) -> Vec<String> {
    let findings = t.db.read_blocking(doctor).unwrap();
    let wrong = said(&findings);
    let is_whole = findings.iter().any(|finding| finding.what_key == "trails-whole");
    assert_eq!(is_whole, wrong.is_empty(), "{findings:?}");
    wrong
}

fn anchored(t: &TestDb) -> Anchors {
    let at = t.clock.now();
    Anchors::parse(&t.db.read_blocking(|tx| Anchor::take(tx, at)).unwrap().to_string())
}

fn found_with(t: &TestDb, anchors: &Anchors) -> Vec<String> {
    let anchors = anchors.clone();
    said(&t.db.read_blocking(move |tx| verify(tx, &anchors)).unwrap())
}

both_databases! {
    fn lines_are_numbered_without_holes_and_schools_do_not_meet(t) {
        let (one, other) = (school_with(t, 5), school_with(t, 2));
        for (school, lines) in [(one, 5), (other, 2)] {
            let seqs: Vec<_> = t.db.read_blocking(|tx| chain(tx, school)).unwrap().into_iter().map(|line| line.seq).collect();
            assert_eq!(seqs, (1..=lines).collect::<Vec<_>>());
        }
        assert_eq!(found(t), Vec::<String>::new());
    }

    fn a_deed_that_is_undone_leaves_no_hole(t) {
        let school = school_with(t, 2);
        let ctx = Ctx::of_program(school, t.clock.now(), t.ids.clone());
        let undone = t.db.write_blocking(move |tx| {
            audit::<()>(tx, &ctx, "person_edited", None, "never")?;
            Err::<(), _>(StoreError::Closed)
        });
        assert!(undone.is_err());
        write(t, school, "after");
        assert_eq!(t.db.read_blocking(|tx| chain(tx, school)).unwrap().len(), 3);
        assert_eq!(found(t), Vec::<String>::new());
    }

    fn many_who_write_at_once_make_one_chain(t) {
        let school = t.school("School");
        let ctx = Arc::new(Ctx::of_program(school, t.clock.now(), t.ids.clone()));
        thread::scope(|scope| {
            for writer in 0..6 {
                let ctx = ctx.clone();
                scope.spawn(move || {
                    for deed in 0..10 {
                        let ctx = ctx.clone();
                        // Some write to the journal before, some after.
                        t.db.write_blocking(move |tx| {
                            if writer % 2 == 0 {
                                journal::append(tx, school, ctx.now, &Deed { deed }).map_err(told)?;
                            }
                            audit::<()>(tx, &ctx, "person_edited", None, &format!("{writer} {deed}"))?;
                            if writer % 2 == 1 {
                                journal::append(tx, school, ctx.now, &Deed { deed }).map_err(told)?;
                            }
                            Ok::<_, StoreError>(())
                        })
                        .unwrap();
                    }
                });
            }
        });
        assert_eq!(t.db.read_blocking(|tx| chain(tx, school)).unwrap().len(), 60);
        assert_eq!(found(t), Vec::<String>::new());
    }

    fn a_changed_line_is_named_and_no_other(t) {
        let school = school_with(t, 6);
        done(t, move |tx| Ok(change(tx, school, 2)? + change_moment(tx, school, 4)? + change_who(tx, school, 6)?));
        assert_eq!(found(t), ["trail-line-changed 2", "trail-line-changed 4", "trail-line-changed 6"]);
    }

    fn removed_lines_are_named_in_the_middle_and_at_the_end(t) {
        let school = school_with(t, 9);
        done(t, move |tx| remove(tx, school, 1, 1));
        done(t, move |tx| remove(tx, school, 4, 5));
        done(t, move |tx| remove(tx, school, 9, 9));
        assert_eq!(found(t), ["trail-lines-removed 1 1", "trail-lines-removed 4 5", "trail-lines-removed 9 9"]);
    }

    fn lines_that_changed_places_are_named(t) {
        let school = school_with(t, 8);
        done(t, move |tx| {
            renumber(tx, school, 3, 100)?;
            renumber(tx, school, 6, 3)?;
            renumber(tx, school, 100, 6)
        });
        assert_eq!(
            found(t),
            ["trail-line-moved 3 5", "trail-line-moved 4 6", "trail-line-moved 6 2", "trail-line-moved 7 3"]
        );
    }

    fn an_inserted_line_is_named(t) {
        let school = school_with(t, 5);
        let id = t.ids.new_id(t.clock.now());
        done(t, move |tx| {
            for seq in (3..=5).rev() {
                renumber(tx, school, seq, seq + 1)?;
            }
            copy(tx, school, 2, 3, id)?;
            let last = chain(tx, school)?.pop().unwrap();
            set_end(tx, school, 6, &last.hash)
        });
        assert_eq!(found(t), ["trail-lines-inserted 3 3"], "with the hash of the line before");
        done(t, move |tx| set_hash(tx, school, 3, &ChainHash([7; 32])));
        assert_eq!(found(t), ["trail-lines-inserted 3 3"], "with a hash of its own");
    }

    fn a_line_beside_the_chain_is_found(t) {
        let school = school_with(t, 3);
        let id = t.ids.new_id(t.clock.now());
        done(t, move |tx| copy(tx, school, 2, 4, id));
        assert_eq!(found(t), ["trail-line-changed 4", "trail-end-wrong 4 3"]);
        done(t, move |tx| remove(tx, school, 4, 4));
        done(t, move |tx| no_end(tx, school));
        assert_eq!(found(t), ["trail-end-wrong 3 0"]);
    }

    fn an_end_cut_off_with_its_mark_is_seen_by_an_anchor_only(t) {
        let school = school_with(t, 7);
        let anchors = anchored(t);
        write(t, school, "after the anchor");
        assert_eq!(found_with(t, &anchors), Vec::<String>::new());
        done(t, move |tx| {
            remove(tx, school, 6, 8)?;
            let last = chain(tx, school)?.pop().unwrap();
            set_end(tx, school, last.seq, &last.hash)
        });
        assert_eq!(found(t), Vec::<String>::new(), "the chain itself is whole");
        assert_eq!(found_with(t, &anchors), ["trail-anchor-cut 7 5"]);
    }

    fn a_chain_made_anew_is_seen_by_an_anchor_only(t) {
        let school = school_with(t, 7);
        let anchors = anchored(t);
        done(t, move |tx| {
            change(tx, school, 2)?;
            unchain(tx, school)?;
            no_end(tx, school)
        });
        assert_eq!(chain_trail(&t.db).unwrap(), 7);
        assert_eq!(found(t), Vec::<String>::new(), "whoever knows the program makes a whole chain");
        assert_eq!(found_with(t, &anchors), ["trail-anchor-differs 7"]);
    }

    fn a_file_of_anchors_that_was_changed_is_found_by_its_own_last_line(t) {
        let school = school_with(t, 3);
        let at = t.clock.now();
        let text = t.db.read_blocking(|tx| Anchor::take(tx, at)).unwrap().to_string();
        let changed = text.replace(&format!("school {school} 3 "), &format!("school {school} 2 "));
        assert_ne!(text, changed);
        assert_eq!(found_with(t, &Anchors::parse(&changed)), ["trail-anchor-changed"]);
    }

    fn lines_of_before_are_chained_in_batches_and_go_on_where_it_ended(t) {
        let (one, other) = (t.school("One"), school_with(t, 3));
        let ctx = Ctx::of_program(one, t.clock.now(), t.ids.clone());
        done(t, move |tx| (0..2_500).try_for_each(|number| audit::<()>(tx, &ctx, "person_edited", None, &number.to_string())));
        // Their first lines were chained before the power went; another line was written since.
        done(t, move |tx| {
            unchain(tx, one)?;
            no_end(tx, one)
        });
        write(t, one, "by the new program");
        assert_eq!(done(t, move |tx| loose(tx, one)), 2_500);
        assert_eq!(found(t), ["trail-lines-loose 2500"]);
        assert_eq!(chain_trail(&t.db).unwrap(), 2_500);
        assert_eq!(chain_trail(&t.db).unwrap(), 0);
        assert_eq!(found(t), Vec::<String>::new());
        assert_eq!(t.db.read_blocking(|tx| chain(tx, one)).unwrap().last().unwrap().seq, 2_501);
        assert_eq!(t.db.read_blocking(|tx| chain(tx, other)).unwrap().len(), 3);
    }

    fn a_clock_that_was_moved_back_is_told_and_breaks_nothing(t) {
        let school = school_with(t, 3);
        t.clock.forward_s(-7_200);
        write(t, school, "two hours ago");
        t.clock.forward_s(60);
        write(t, school, "and on");
        let findings = t.db.read_blocking(doctor).unwrap();
        let back = findings.iter().find(|finding| finding.what_key == "trail-clock-back").unwrap();
        let figures: Vec<_> = back.args.iter().skip(1).map(|(name, told)| format!("{name} {told}")).collect();
        assert_eq!((back.ok, figures.join(" ")), (true, "number 4 minutes 120 times 1".to_owned()));
        assert_eq!(found(t), Vec::<String>::new());
    }
}

/// Something for the journal.
#[derive(serde::Serialize, serde::Deserialize)]
struct Deed {
    deed: u64,
}

impl journal::Event for Deed {
    const KIND: &'static str = "Deed";
}

fn told(error: journal::JournalError) -> StoreError {
    match error {
        journal::JournalError::Store(error) => error,
        other => panic!("{other}"),
    }
}
