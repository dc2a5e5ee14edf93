//! Whether the journals are whole.

use ::store::{Finding, StoreError, Tx};
use serde::de::IgnoredAny;

use crate::store::{self, Head};

/// Every key that [`doctor`] may give, with the names of its arguments.
pub const FINDINGS: &[(&str, &[&str])] = &[
    ("journals-whole", &["schools", "entries"]),
    ("journal-with-holes", &["school", "entries", "head"]),
    ("journal-entries-readable", &["entries"]),
    ("journal-entry-unreadable", &["school", "seq", "kind"]),
    ("journal-cursors-behind-heads", &["cursors"]),
    ("journal-cursor-beyond-head", &["follower", "school", "seq", "head"]),
];

/// Entries read at once.
const BATCH: u32 = 1000;
/// Unreadable entries that are told of each school: the first say enough.
const TOLD: usize = 20;

/// Checks the journal of every school: its numbers have no holes, each entry is JSON, no follower claims to have seen what was never written.
/// Reads every entry.
///
/// # Errors
/// From the database.
pub fn doctor(tx: &mut Tx<'_>) -> Result<Vec<Finding>, StoreError> {
    let heads = store::heads(tx)?;
    let mut findings = wholeness(tx, &heads)?;
    findings.extend(bodies(tx, &heads)?);
    findings.extend(cursors(tx)?);
    Ok(findings)
}

fn wholeness(tx: &mut Tx<'_>, heads: &[Head]) -> Result<Vec<Finding>, StoreError> {
    let (mut findings, mut entries) = (Vec::new(), 0);
    for head in heads {
        let counted = store::count(tx, head.school)?;
        entries += counted.entries;
        if !counted.is_whole(head.seq) {
            let school = head.school.to_string().into();
            let args = vec![("school", school), ("entries", counted.entries.into()), ("head", head.seq.into())];
            findings.push(Finding::bad("journal-with-holes", args));
        }
    }
    if findings.is_empty() {
        let args = vec![("schools", (heads.len() as u64).into()), ("entries", entries.into())];
        findings.push(Finding::good("journals-whole", args));
    }
    Ok(findings)
}

fn bodies(tx: &mut Tx<'_>, heads: &[Head]) -> Result<Vec<Finding>, StoreError> {
    let (mut findings, mut entries) = (Vec::new(), 0_u64);
    for head in heads {
        let (mut after, mut told) = (0, 0);
        loop {
            let batch = store::entries(tx, head.school, after, BATCH)?;
            let Some(last) = batch.last() else { break };
            after = last.seq;
            entries += batch.len() as u64;
            for entry in batch.iter().filter(|entry| serde_json::from_str::<IgnoredAny>(&entry.body).is_err()) {
                told += 1;
                if told <= TOLD {
                    let school = head.school.to_string().into();
                    let args = vec![("school", school), ("seq", entry.seq.into()), ("kind", entry.kind.clone().into())];
                    findings.push(Finding::bad("journal-entry-unreadable", args));
                }
            }
        }
    }
    if findings.is_empty() {
        findings.push(Finding::good("journal-entries-readable", vec![("entries", entries.into())]));
    }
    Ok(findings)
}

fn cursors(tx: &mut Tx<'_>) -> Result<Vec<Finding>, StoreError> {
    let beyond = store::cursors_beyond(tx)?;
    if beyond.is_empty() {
        let count = store::cursor_count(tx)?;
        return Ok(vec![Finding::good("journal-cursors-behind-heads", vec![("cursors", count.into())])]);
    }
    let told = |cursor: store::Beyond| {
        let school = cursor.school.to_string().into();
        let args = vec![
            ("follower", cursor.follower.into()),
            ("school", school),
            ("seq", cursor.seq.into()),
            ("head", cursor.head.into()),
        ];
        Finding::bad("journal-cursor-beyond-head", args)
    };
    Ok(beyond.into_iter().map(told).collect())
}
