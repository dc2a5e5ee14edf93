//! The bytes of a segment: frames, one after another. Pure on bytes, total on any.
//!
//! A frame is a mark of four bytes, the payload's length (u32, little-endian), a CRC-32 over length and payload, and the payload: JSON of
//! an [`Entry`]. The mark begins with a byte that no JSON text holds, so after damage the next frame is found by looking for it.

use std::ops::Range;

use kernel::{DeviceId, GateRecord, PresentDoc};
use serde::{Deserialize, Serialize};

use crate::standing::Standing;

/// The longest payload.
pub const MAX_PAYLOAD: usize = 64 * 1024;

/// Begins every frame; the last byte is the version of the layout.
const MARK: [u8; 4] = [0xff, b'K', b'z', 1];
const HEADER: usize = 12;

/// What a frame says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Entry {
    /// What was true when the segment was begun. Every segment begins with one.
    Checkpoint(Checkpoint),
    /// Where some of the people were then; follows a checkpoint, in as many frames as it takes.
    Present(Vec<PresentDoc>),
    /// A record, and how far the gate has come with it.
    Record(GateRecord, Cursor),
    /// The gate has come further without a record.
    Mark(Cursor),
}

/// What was true when a segment was begun.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// The number of the last record.
    pub seq: u64,
    /// How far the gate had come.
    pub cursor: Cursor,
    /// The alarms that stood.
    #[serde(default, skip_serializing_if = "Standing::is_empty")]
    pub standing: Standing,
}

/// How far the gate has come. Names only what moves.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    /// The index of the last event of each device that is taken in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub handled: Vec<(DeviceId, u32)>,
    /// The number of the last command that is done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<u64>,
}

impl Cursor {
    /// Whether it moves nothing.
    pub fn is_empty(&self) -> bool {
        self.handled.is_empty() && self.command.is_none()
    }
}

/// The entry's payload is longer than a frame may be, or is no JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an entry does not fit a frame")]
pub struct TooLong;

/// Appends the frame of this entry.
///
/// # Errors
/// [`TooLong`]; `to` is then as it was.
pub fn write_frame(entry: &Entry, to: &mut Vec<u8>) -> Result<(), TooLong> {
    let start = to.len();
    to.extend_from_slice(&MARK);
    to.extend_from_slice(&[0; HEADER - MARK.len()]);
    let is_written = serde_json::to_writer(&mut *to, entry).is_ok();
    let length = to.len() - start - HEADER;
    if !is_written || length > MAX_PAYLOAD {
        to.truncate(start);
        return Err(TooLong);
    }
    let length = (length as u32).to_le_bytes();
    to[start + 4..start + 8].copy_from_slice(&length);
    let crc = checksum(&length, &to[start + HEADER..]);
    to[start + 8..start + HEADER].copy_from_slice(&crc.to_le_bytes());
    Ok(())
}

fn checksum(length: &[u8], payload: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(length);
    hasher.update(payload);
    hasher.finalize()
}

/// Something found in the bytes of a segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// An entry, and where its frame ends.
    Entry(Entry, usize),
    /// No frame, though one follows: damage, skipped.
    Damaged(Range<usize>),
    /// No frame up to the end: a write that was cut off.
    Torn(Range<usize>),
}

/// Reads a segment from its bytes. Goes on after damage with the next good frame; never panics and never gives an entry whose
/// checksum is wrong.
#[derive(Clone, Debug)]
pub struct SpoolReader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> SpoolReader<'a> {
    /// A reader of these bytes from their beginning.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }
}

impl Iterator for SpoolReader<'_> {
    type Item = Found;

    fn next(&mut self) -> Option<Found> {
        let start = self.at;
        let mut at = start;
        while at < self.bytes.len() {
            match read_frame(&self.bytes[at..]) {
                Some((entry, length)) if at == start => {
                    self.at = at + length;
                    return Some(Found::Entry(entry, self.at));
                }
                Some(_) => {
                    self.at = at;
                    return Some(Found::Damaged(start..at));
                }
                None => at = next_mark(self.bytes, at + 1),
            }
        }
        self.at = self.bytes.len();
        (start < at).then_some(Found::Torn(start..self.bytes.len()))
    }
}

/// Where the next mark begins at or after `from`; the end if there is none.
fn next_mark(bytes: &[u8], from: usize) -> usize {
    let rest = &bytes[from.min(bytes.len())..];
    rest.windows(MARK.len()).position(|window| window == MARK).map_or(bytes.len(), |offset| from + offset)
}

/// The entry whose frame begins here, and the frame's length.
fn read_frame(bytes: &[u8]) -> Option<(Entry, usize)> {
    let header = bytes.get(..HEADER)?;
    let (mark, numbers) = header.split_at(MARK.len());
    let (length, crc) = numbers.split_at(4);
    let size = u32::from_le_bytes(length.try_into().ok()?) as usize;
    if mark != MARK || size > MAX_PAYLOAD {
        return None;
    }
    let payload = bytes.get(HEADER..HEADER + size)?;
    if checksum(length, payload).to_le_bytes() != crc {
        return None;
    }
    Some((serde_json::from_slice(payload).ok()?, HEADER + size))
}

#[cfg(test)]
mod tests {
    use kernel::{Alarm, AlarmKind, GateBody, Id, Ids, at_micros};
    use proptest::{collection::vec, prelude::*};

    use super::*;

    fn alarm(seq: u64, detail: &str) -> Entry {
        let alarm = Alarm {
            id: Ids::seeded(seq).new_id(at_micros(1)),
            kind: AlarmKind::ClockDrift,
            device: None,
            point: None,
            person: None,
            detail: detail.to_owned(),
            at: at_micros(seq as i64),
        };
        let handled = vec![(Id::from_slice(&[7; 16]).unwrap(), seq as u32)];
        Entry::Record(GateRecord { seq, body: GateBody::Alarm(alarm) }, Cursor { handled, command: None })
    }

    fn segment(details: &[String]) -> (Vec<Entry>, Vec<u8>, Vec<usize>) {
        let (mut bytes, mut ends) = (Vec::new(), Vec::new());
        let entries: Vec<Entry> = details.iter().zip(1..).map(|(detail, seq)| alarm(seq, detail)).collect();
        for entry in &entries {
            write_frame(entry, &mut bytes).unwrap();
            ends.push(bytes.len());
        }
        (entries, bytes, ends)
    }

    fn entries(bytes: &[u8]) -> Vec<Entry> {
        SpoolReader::new(bytes)
            .filter_map(|found| if let Found::Entry(entry, _) = found { Some(entry) } else { None })
            .collect()
    }

    #[test]
    fn an_entry_that_is_too_long_is_refused_and_leaves_nothing_behind() {
        let mut bytes = b"before".to_vec();
        assert_eq!(write_frame(&alarm(1, &"9".repeat(MAX_PAYLOAD)), &mut bytes), Err(TooLong));
        assert_eq!(bytes, b"before");
    }

    proptest! {
        #[test]
        fn a_segment_cut_anywhere_gives_back_the_whole_frames_before_the_cut(details in vec(".{0,40}", 0..6), cut in any::<prop::sample::Index>()) {
            let (written, bytes, ends) = segment(&details);
            let cut = cut.index(bytes.len() + 1);
            let whole = ends.iter().filter(|end| **end <= cut).count();
            let found: Vec<Found> = SpoolReader::new(&bytes[..cut]).collect();
            let read = entries(&bytes[..cut]);
            prop_assert_eq!(&read[..], &written[..whole]);
            let boundary = if whole == 0 { 0 } else { ends[whole - 1] };
            let torn = (boundary < cut).then_some(Found::Torn(boundary..cut));
            prop_assert_eq!(found.get(whole), torn.as_ref());
        }

        #[test]
        fn damage_costs_only_the_frames_it_touches(
            details in vec(".{0,40}", 1..6), place in any::<prop::sample::Index>(), garbage in vec(any::<u8>(), 1..30),
        ) {
            let (written, mut bytes, ends) = segment(&details);
            let from = place.index(bytes.len());
            let until = (from + garbage.len()).min(bytes.len());
            let before = bytes.clone();
            bytes[from..until].copy_from_slice(&garbage[..until - from]);
            prop_assume!(bytes != before);
            let starts = std::iter::once(0).chain(ends.iter().copied());
            let is_whole = |start: usize, end: usize| bytes[start..end] == before[start..end];
            let expected: Vec<Entry> = starts.zip(&ends).zip(written)
                .filter(|((start, end), _)| is_whole(*start, **end)).map(|(_, entry)| entry).collect();
            prop_assert_eq!(entries(&bytes), expected);
            prop_assert!(SpoolReader::new(&bytes).any(|found| !matches!(found, Found::Entry(..))));
        }

        #[test]
        fn any_bytes_are_read_to_the_end_and_covered_without_a_gap(bytes in vec(prop_oneof![Just(0xff), Just(b'K'), Just(b'z'), Just(1), any::<u8>()], 0..400)) {
            let mut at = 0;
            for found in SpoolReader::new(&bytes) {
                match found {
                    Found::Entry(_, end) => at = end,
                    Found::Damaged(span) | Found::Torn(span) => {
                        prop_assert_eq!(span.start, at);
                        prop_assert!(span.end > at);
                        at = span.end;
                    }
                }
            }
            prop_assert_eq!(at, bytes.len());
        }
    }
}
