//! Looks at a spool from outside, also while its gate runs: reads, and changes nothing.

use std::{fs, io, path::Path};

use jiff::Timestamp;
use kernel::GateBody;

use super::{
    disk::{Directory, Disk},
    frame::{Entry, Found, SpoolReader},
    recover::{MAX_SEGMENT_BYTES, read_acked, segment_number},
};

/// What stands in a spool.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inspected {
    /// Records that can be read.
    pub records: u64,
    /// Records that the server has not taken in yet, by their numbers.
    pub kept: u64,
    /// Those among them that stand nowhere any more.
    pub missing: u64,
    /// Bytes inside segments that are no frames.
    pub damaged_bytes: u64,
    /// Bytes of a write that was cut off at the end of the newest segment; none of it was ever durable.
    pub torn_bytes: u64,
    /// Segments that cannot be read, and why.
    pub unreadable: Vec<(String, String)>,
    /// The latest moment of a record.
    pub latest_at: Option<Timestamp>,
}

/// Whether a folder holds, or held, a spool.
pub fn is_spool(folder: &Path) -> bool {
    fs::read_dir(folder).is_ok_and(|entries| {
        entries.flatten().any(|entry| entry.file_name().to_str().is_some_and(|name| segment_number(name).is_some()))
    })
}

/// Looks at the spool in this folder.
///
/// # Errors
/// When the folder cannot be listed.
pub fn inspect(folder: &Path) -> io::Result<Inspected> {
    let disk = Directory::existing(folder);
    let mut segments: Vec<(u64, String)> =
        disk.list()?.into_iter().filter_map(|name| Some((segment_number(&name)?, name))).collect();
    segments.sort_unstable();
    let mut seen = Inspected::default();
    let (mut numbers, mut last_seq) = (std::collections::BTreeSet::new(), 0);
    let newest = segments.last().map(|(number, _)| *number);
    for (number, name) in segments {
        let bytes = match disk.read(&name, 0, MAX_SEGMENT_BYTES) {
            Ok(bytes) => bytes,
            // The server has all of it by now, and the gate removed it.
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => {
                seen.unreadable.push((name, error.to_string()));
                continue;
            }
        };
        for found in SpoolReader::new(&bytes) {
            match found {
                Found::Entry(Entry::Checkpoint(checkpoint), _) => last_seq = last_seq.max(checkpoint.seq),
                Found::Entry(Entry::Record(record, _), _) => {
                    last_seq = last_seq.max(record.seq);
                    numbers.insert(record.seq);
                    let at = match &record.body {
                        GateBody::Pass(pass) => pass.at,
                        GateBody::Alarm(alarm) => alarm.at,
                    };
                    seen.latest_at = seen.latest_at.max(Some(at));
                }
                Found::Entry(Entry::Present(_) | Entry::Mark(_), _) => {}
                Found::Torn(span) if Some(number) == newest => seen.torn_bytes += span.len() as u64,
                Found::Torn(span) | Found::Damaged(span) => seen.damaged_bytes += span.len() as u64,
            }
        }
    }
    // Read after the segments: what the gate hands over meanwhile is then missed by nobody.
    let acked = read_acked(&disk).unwrap_or(0);
    seen.records = numbers.len() as u64;
    seen.kept = last_seq.saturating_sub(acked);
    seen.missing = seen.kept.saturating_sub(numbers.range(acked + 1..).count() as u64);
    Ok(seen)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use kernel::{Alarm, AlarmKind, Ids, at_micros};

    use super::*;
    use crate::spool::{Commit, Cursor, Limits, Spool, recover::write_acked};

    fn filled(folder: &Path) {
        let (mut spool, _outbox, _) =
            Spool::open(Arc::new(Directory::open(folder).unwrap()), Limits::default()).unwrap();
        for second in 1..=5 {
            let alarm = Alarm {
                id: Ids::seeded(second).new_id(at_micros(1)),
                kind: AlarmKind::ClockDrift,
                device: None,
                point: None,
                person: None,
                detail: "x".repeat(40),
                at: at_micros(second as i64 * 1_000_000),
            };
            spool.append(GateBody::Alarm(alarm), Cursor::default()).unwrap();
        }
        assert_eq!(spool.commit(&Vec::new), Commit::Durable);
    }

    #[test]
    fn a_spool_is_looked_at_without_being_changed() {
        let folder = tempfile::tempdir().unwrap();
        assert!(!is_spool(folder.path()) && !is_spool(&folder.path().join("none")));
        assert!(inspect(&folder.path().join("none")).is_err());
        filled(folder.path());
        assert!(is_spool(folder.path()));
        write_acked(&Directory::existing(folder.path()), 2).unwrap();
        let whole = Inspected { records: 5, kept: 3, latest_at: Some(at_micros(5_000_000)), ..Inspected::default() };
        assert_eq!(inspect(folder.path()).unwrap(), whole);

        let segment = folder.path().join("spool-0000000001.seg");
        let bytes = fs::read(&segment).unwrap();
        fs::write(&segment, &bytes[..bytes.len() - 10]).unwrap();
        let torn = inspect(folder.path()).unwrap();
        assert_eq!((torn.records, torn.kept, torn.damaged_bytes), (4, 2, 0));
        assert!(torn.torn_bytes > 10, "{torn:?}");
        assert_eq!(fs::read(&segment).unwrap().len(), bytes.len() - 10, "it was only looked at");

        let mut hurt = bytes.clone();
        let middle = bytes.len() - bytes.len() / 3;
        hurt[middle] ^= 0x55;
        fs::write(&segment, &hurt).unwrap();
        let damaged = inspect(folder.path()).unwrap();
        assert_eq!((damaged.records, damaged.kept, damaged.missing, damaged.torn_bytes), (4, 3, 1, 0));
        assert!(damaged.damaged_bytes > 0);
    }
}
