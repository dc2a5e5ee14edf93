//! The spools of the gates that keep their files in the data folder.

use std::path::{Path, PathBuf};

use ::gate::spool::{Inspected, inspect, is_spool};
use jiff::{SignedDuration, Timestamp};
use store::{Finding, Told};

/// Every finding, with the names of its figures; a test asks for words for each.
#[cfg(test)]
pub(super) const FINDINGS: &[(&str, &[&str])] = &[
    ("spools-none", &["place"]),
    ("spool-unreadable", &["place", "reason"]),
    ("spool-damaged", &["place", "bytes"]),
    ("spool-records-missing", &["place", "records"]),
    ("spool-tail-torn", &["place", "bytes"]),
    ("spool-clock-ahead", &["place", "minutes"]),
    ("spool-whole", &["place", "records", "kept"]),
];

/// A record may be so far ahead of this machine's clock: boards tell the time of what they decided alone.
const AHEAD: SignedDuration = SignedDuration::from_mins(5);

/// The folders of spools below the data folder: of gates of the server's process, of a gate alone, of the demonstration's door.
pub(super) fn folders(data: &Path) -> Vec<PathBuf> {
    let mut folders: Vec<_> = ["gate", "door"].iter().map(|name| data.join(name)).collect();
    folders.extend(std::fs::read_dir(data.join("gates")).into_iter().flatten().flatten().map(|entry| entry.path()));
    folders.retain(|folder| is_spool(folder));
    folders.sort_unstable();
    folders
}

/// What is to be said of them.
pub(super) fn findings(data: &Path, now: Timestamp) -> Vec<Finding> {
    let folders = folders(data);
    if folders.is_empty() {
        return vec![finding(true, "spools-none", data, Vec::new())];
    }
    folders
        .iter()
        .flat_map(|folder| match inspect(folder) {
            Ok(seen) => of_spool(folder, &seen, now),
            Err(error) => vec![finding(false, "spool-unreadable", folder, vec![("reason", error.to_string().into())])],
        })
        .collect()
}

fn of_spool(folder: &Path, seen: &Inspected, now: Timestamp) -> Vec<Finding> {
    let mut findings: Vec<Finding> = seen
        .unreadable
        .iter()
        .map(|(name, reason)| {
            finding(false, "spool-unreadable", &folder.join(name), vec![("reason", reason.clone().into())])
        })
        .collect();
    if seen.damaged_bytes > 0 {
        findings.push(finding(false, "spool-damaged", folder, vec![("bytes", seen.damaged_bytes.into())]));
    }
    if seen.missing > 0 {
        findings.push(finding(false, "spool-records-missing", folder, vec![("records", seen.missing.into())]));
    }
    let ahead = seen.latest_at.map(|at| at.duration_since(now)).filter(|ahead| *ahead > AHEAD);
    if let Some(ahead) = ahead {
        findings.push(finding(false, "spool-clock-ahead", folder, vec![("minutes", ahead.as_mins().into())]));
    }
    if seen.torn_bytes > 0 {
        // As after a power cut: nothing of it was durable, no door opened by it.
        findings.push(finding(true, "spool-tail-torn", folder, vec![("bytes", seen.torn_bytes.into())]));
    }
    if findings.iter().all(|finding| finding.ok) {
        let figures = vec![("records", seen.records.into()), ("kept", seen.kept.into())];
        findings.push(finding(true, "spool-whole", folder, figures));
    }
    findings
}

fn finding(ok: bool, what_key: &'static str, place: &Path, figures: Vec<(&'static str, Told)>) -> Finding {
    let mut args = vec![("place", Told::from(place.display().to_string()))];
    args.extend(figures);
    Finding { ok, what_key, args }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_wrong_with_a_spool_is_said() {
        let now: Timestamp = "2026-11-23T02:30:00Z".parse().unwrap();
        let said = |seen: Inspected| {
            let findings = of_spool(Path::new("gate"), &seen, now);
            let keys: Vec<_> = findings.iter().map(|finding| finding.what_key).collect();
            (findings.iter().all(|finding| finding.ok), keys)
        };
        let fine = Inspected { records: 5, kept: 3, latest_at: Some(now), ..Inspected::default() };
        assert_eq!(said(fine.clone()), (true, vec!["spool-whole"]));
        assert_eq!(said(Inspected { torn_bytes: 9, ..fine.clone() }), (true, vec!["spool-tail-torn", "spool-whole"]));
        assert_eq!(said(Inspected { damaged_bytes: 9, ..fine.clone() }), (false, vec!["spool-damaged"]));
        assert_eq!(said(Inspected { missing: 1, ..fine.clone() }), (false, vec!["spool-records-missing"]));
        let unreadable = vec![("spool-0000000001.seg".to_owned(), "denied".to_owned())];
        assert_eq!(said(Inspected { unreadable, ..fine.clone() }), (false, vec!["spool-unreadable"]));
        let ahead = Inspected { latest_at: Some(now + SignedDuration::from_hours(2)), ..fine };
        assert_eq!(said(ahead), (false, vec!["spool-clock-ahead"]));
    }

    #[test]
    fn spools_are_found_where_gates_keep_them() {
        let data = tempfile::tempdir().unwrap();
        assert_eq!(findings(data.path(), Timestamp::UNIX_EPOCH)[0].what_key, "spools-none");
        for folder in ["gate", "door", "gates/one", "gates/two", "boards"] {
            std::fs::create_dir_all(data.path().join(folder)).unwrap();
            std::fs::write(data.path().join(folder).join("spool-0000000001.seg"), "").unwrap();
        }
        assert_eq!(folders(data.path()).len(), 4);
        assert!(findings(data.path(), Timestamp::UNIX_EPOCH).iter().all(|finding| finding.ok));
    }
}
