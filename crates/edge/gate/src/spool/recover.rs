//! What a spool finds when it is opened.

use std::{
    collections::{BTreeMap, VecDeque},
    io,
};

use jiff::Timestamp;
use kernel::{AccessPointId, Direction, GateBody, Pass, PersonId, PresentDoc};
use serde::{Deserialize, Serialize};

use super::{
    disk::Disk,
    frame::{Entry, Found, SpoolReader},
    state::{Progress, Segment},
};
use crate::standing::Standing;

/// Keeps the number up to which the server has everything.
pub(crate) const ACKED: &str = "acked";
/// A segment is far shorter; a longer file is none of ours.
pub(super) const MAX_SEGMENT_BYTES: u64 = 256 * 1024 * 1024;
const MAX_ACKED_BYTES: u64 = 4096;

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recovered {
    /// The number of the last record that was ever durable.
    pub last_seq: u64,
    /// The number up to which the server has everything, as far as we remember.
    pub acked: u64,
    /// How far the gate had come.
    pub progress: Progress,
    /// What was last known of each person.
    pub lately: BTreeMap<PersonId, Lately>,
    /// The alarms that stand.
    pub standing: Standing,
    /// Bytes inside segments that were no frames and were skipped.
    pub damaged_bytes: u64,
    /// Bytes of a torn tail that were cut off.
    pub cut_bytes: u64,
}

/// What was last known of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lately {
    /// Was there, by a checkpoint.
    Present(PresentDoc),
    /// Passed so.
    Passed {
        /// Where.
        point: AccessPointId,
        /// Which way.
        direction: Direction,
        /// When.
        at: Timestamp,
    },
}

impl Lately {
    fn at(&self) -> Timestamp {
        match self {
            Self::Present(present) => present.since,
            Self::Passed { at, .. } => *at,
        }
    }
}

impl Recovered {
    fn take_in(&mut self, entry: Entry) {
        match entry {
            Entry::Checkpoint(checkpoint) => {
                self.last_seq = self.last_seq.max(checkpoint.seq);
                self.progress.take_in(&checkpoint.cursor);
                // Later than every record before it that can still be read, and true to those that cannot.
                self.standing = checkpoint.standing;
            }
            Entry::Present(people) => {
                self.lately.extend(people.into_iter().map(|present| (present.person, Lately::Present(present))));
            }
            Entry::Record(record, cursor) => {
                self.last_seq = self.last_seq.max(record.seq);
                self.progress.take_in(&cursor);
                match &record.body {
                    GateBody::Pass(pass) => self.take_in_pass(pass),
                    GateBody::Alarm(alarm) => self.standing.take_in(alarm),
                }
            }
            Entry::Mark(cursor) => self.progress.take_in(&cursor),
        }
    }

    /// As [`crate::Presence::apply`] does: what was learnt afterwards counts unless something later is known.
    fn take_in_pass(&mut self, pass: &Pass) {
        let Some(person) = pass.person.filter(|_| pass.reason.is_granted()) else { return };
        let is_outdated = pass.replayed && self.lately.get(&person).is_some_and(|known| pass.at < known.at());
        if !is_outdated {
            let passed = Lately::Passed { point: pass.point, direction: pass.direction, at: pass.at };
            self.lately.insert(person, passed);
        }
    }
}

/// What was found, and the number of the next segment.
pub(crate) struct Findings {
    pub(crate) recovered: Recovered,
    pub(crate) next_number: u64,
}

/// The file of the segment with this number.
pub(crate) fn segment_name(number: u64) -> String {
    format!("spool-{number:010}.seg")
}

pub(super) fn segment_number(name: &str) -> Option<u64> {
    name.strip_prefix("spool-")?.strip_suffix(".seg")?.parse().ok()
}

/// Reads everything there is, and cuts a torn tail off the newest segment.
pub(crate) fn recover(disk: &dyn Disk) -> io::Result<(Findings, VecDeque<Segment>)> {
    let mut numbers: Vec<u64> = disk.list()?.iter().filter_map(|name| segment_number(name)).collect();
    numbers.sort_unstable();
    let mut recovered = Recovered::default();
    let mut segments = VecDeque::new();
    for &number in &numbers {
        let name = segment_name(number);
        match disk.read(&name, 0, MAX_SEGMENT_BYTES) {
            Ok(bytes) => {
                let length = take_in_segment(&bytes, &name, &mut recovered);
                let is_torn = length < bytes.len() as u64;
                if is_torn && Some(&number) == numbers.last() {
                    recovered.cut_bytes = bytes.len() as u64 - length;
                    cut_tail(disk, &name, length);
                }
                if length > 0 {
                    segments.push_back(Segment { number, length, last_seq: recovered.last_seq });
                }
            }
            Err(error) => tracing::error!(%error, name, "a spool segment cannot be read and is left in its place"),
        }
    }
    recovered.acked = read_acked(disk).unwrap_or(0);
    // Records that the server took from memory while the disk was full stand nowhere else.
    recovered.last_seq = recovered.last_seq.max(recovered.acked);
    let next_number = numbers.last().map_or(1, |last| last + 1);
    Ok((Findings { recovered, next_number }, segments))
}

/// Takes in the entries of a segment; where the last good frame ends.
fn take_in_segment(bytes: &[u8], name: &str, recovered: &mut Recovered) -> u64 {
    let mut good_until = 0;
    for found in SpoolReader::new(bytes) {
        match found {
            Found::Entry(entry, end) => {
                good_until = end as u64;
                recovered.take_in(entry);
            }
            Found::Damaged(span) => {
                tracing::error!(
                    name,
                    from = span.start,
                    bytes = span.len(),
                    "a spool segment is damaged; the damage is skipped"
                );
                recovered.damaged_bytes += span.len() as u64;
            }
            Found::Torn(span) => {
                tracing::warn!(name, from = span.start, bytes = span.len(), "a write was cut off here")
            }
        }
    }
    good_until
}

fn cut_tail(disk: &dyn Disk, name: &str, length: u64) {
    let done = if length == 0 { disk.remove(name) } else { disk.cut(name, length) };
    if let Err(error) = done {
        tracing::warn!(%error, name, "the torn end of a spool segment stays; it is skipped when read");
    }
}

/// The file of [`ACKED`].
#[derive(Serialize, Deserialize)]
struct Acked {
    acked: u64,
}

pub(super) fn read_acked(disk: &dyn Disk) -> Option<u64> {
    let bytes = match disk.read(ACKED, 0, MAX_ACKED_BYTES) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
        Err(error) => {
            tracing::error!(%error, "it cannot be read how far the server has come; everything is delivered again");
            return None;
        }
    };
    match serde_json::from_slice(&bytes) {
        Ok(Acked { acked }) => Some(acked),
        Err(error) => {
            tracing::error!(%error, "the file that says how far the server has come is damaged; everything is delivered again");
            None
        }
    }
}

pub(crate) fn write_acked(disk: &dyn Disk, acked: u64) -> io::Result<()> {
    disk.replace(ACKED, &serde_json::to_vec(&Acked { acked })?)
}
