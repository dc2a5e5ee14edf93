//! The reading end of a spool: what the server does not have yet, and what it has taken in.

use std::{
    collections::VecDeque,
    io,
    sync::Arc,
    time::{Duration, Instant},
};

use kernel::GateRecord;

use super::{
    disk::Disk,
    frame::{Cursor, Entry, Found, SpoolReader},
    recover::{segment_name, write_acked},
    state::{Segment, Shared},
};
use crate::wire::{MAX_RECORDS, MAX_RECORDS_BYTES};

/// How often at most the server's progress is written down. A crash in between only has the last records delivered once more.
const SAVE_EVERY: Duration = Duration::from_secs(1);
/// What a record is counted with that comes from memory, where its length in the spool is not known.
const USUAL_RECORD_BYTES: usize = 1024;

/// The reading end.
pub struct Outbox {
    shared: Arc<Shared>,
    disk: Arc<dyn Disk>,
    /// The segment that is being read, and how far.
    place: Option<Place>,
    /// The last record given out.
    given: u64,
    saved: u64,
    save_at: Instant,
}

#[derive(Clone, Copy, Debug)]
struct Place {
    number: u64,
    offset: u64,
}

impl Outbox {
    pub(crate) fn new(shared: Arc<Shared>, disk: Arc<dyn Disk>) -> Self {
        let acked = shared.state().acked;
        Self { shared, disk, place: None, given: acked, saved: acked, save_at: Instant::now() }
    }

    /// The number up to which the server has everything.
    pub fn acked(&self) -> u64 {
        self.shared.state().acked
    }

    /// Whether the gate stops: nothing more will be appended.
    pub fn is_ending(&self) -> bool {
        self.shared.state().is_ending
    }

    /// Waits until there is something to give out, the gate stops, or the time is over.
    pub fn wait(&self, timeout: Duration) {
        self.shared.wait_for_records(self.given, timeout);
    }

    /// The next records after those given out, in order, no more than one delivery takes; empty when there are none.
    ///
    /// # Errors
    /// The operating system's, when a segment cannot be read; the call may be repeated.
    pub fn next_batch(&mut self) -> io::Result<Vec<GateRecord>> {
        let mut batch = Batch { records: Vec::new(), bytes: 0, seq: self.given };
        let owes_nothing = self.given == self.acked();
        while let Some(segment) = self.next_segment(&mut batch) {
            if !self.read_segment(segment, &mut batch)? {
                break;
            }
        }
        self.given = batch.seq;
        if batch.records.is_empty() && owes_nothing {
            self.ack(self.given);
        }
        Ok(batch.records)
    }

    /// The server has everything up to this number. Removes segments of which it has everything.
    pub fn ack(&mut self, seq: u64) {
        self.shared.change(|state| {
            if seq > state.acked {
                state.acknowledge(seq.min(state.last_seq));
            }
        });
        self.given = self.given.max(seq);
        self.save();
    }

    /// Goes back behind the last record that the server has taken in: a delivery failed, or part of it was taken in.
    pub fn rewind(&mut self) {
        self.given = self.shared.state().acked;
        self.place = None;
    }

    /// Writes down how far the server is, when that is due.
    pub fn save(&mut self) {
        let (acked, may_remove, is_closed) = {
            let state = self.shared.state();
            let is_behind = state.segments.front().is_some_and(|first| first.last_seq <= state.acked);
            (state.acked, state.segments.len() > 1 && is_behind, state.is_closed)
        };
        let is_due = Instant::now() >= self.save_at || may_remove;
        if acked != self.saved && is_due && !is_closed {
            self.save_now(acked);
        }
        while self.saved == acked && self.remove_first() {}
    }

    /// Writes down how far the server is, whether or not that is due.
    pub fn finish(&mut self) {
        self.save_at = Instant::now();
        self.save();
    }

    fn save_now(&mut self, acked: u64) {
        self.save_at = Instant::now() + SAVE_EVERY;
        match write_acked(self.disk.as_ref(), acked) {
            Ok(()) => self.saved = acked,
            Err(error) => tracing::debug!(%error, "it cannot be written down how far the server is"),
        }
    }

    /// Removes the first segment if the server has all of it. The newest always stays: it holds the checkpoint.
    fn remove_first(&mut self) -> bool {
        let mut state = self.shared.state();
        let saved = self.saved;
        let is_behind = state.segments.front().is_some_and(|first| first.last_seq <= saved);
        if state.is_closed || state.segments.len() < 2 || !is_behind {
            return false;
        }
        let Some(first) = state.segments.pop_front() else { return false };
        drop(state);
        if let Err(error) = self.disk.remove(&segment_name(first.number)) {
            tracing::warn!(%error, "a spool segment that the server has cannot be removed");
        }
        true
    }

    /// The segment to read on in: the one being read while it has more, else the next.
    ///
    /// When there is none and the disk fails, takes what is in memory, in the same look at the shared state: otherwise a record could become
    /// durable in between and be passed over.
    fn next_segment(&self, batch: &mut Batch) -> Option<Segment> {
        let state = self.shared.state();
        let (number, offset) = self.place.map_or((0, 0), |place| (place.number, place.offset));
        let has_more =
            |segment: &&Segment| segment.number > number || (segment.number == number && segment.length > offset);
        let next = state.segments.iter().filter(|segment| segment.last_seq > batch.seq).find(has_more);
        if next.is_none() {
            // What was durable and was not found is damaged: it is not waited for.
            batch.seq = batch.seq.max(state.durable_seq());
            if state.is_failing {
                batch.take_from_memory(&state.queue);
            }
        }
        next.copied()
    }

    /// Reads on in this segment; whether there is room for more.
    fn read_segment(&mut self, segment: Segment, batch: &mut Batch) -> io::Result<bool> {
        let offset = self.place.filter(|place| place.number == segment.number).map_or(0, |place| place.offset);
        let bytes = self.disk.read(&segment_name(segment.number), offset, segment.length - offset)?;
        let mut read = 0;
        for found in SpoolReader::new(&bytes) {
            match found {
                Found::Entry(entry, end) => {
                    if batch.is_full() {
                        self.place = Some(Place { number: segment.number, offset: offset + read as u64 });
                        return Ok(false);
                    }
                    if let Entry::Record(record, _) = entry
                        && record.seq > batch.seq
                    {
                        batch.take(record, end - read);
                    }
                    read = end;
                }
                Found::Damaged(span) | Found::Torn(span) => read = span.end,
            }
        }
        self.place = Some(Place { number: segment.number, offset: segment.length });
        Ok(!batch.is_full())
    }
}

/// Records being gathered for one delivery.
struct Batch {
    records: Vec<GateRecord>,
    bytes: usize,
    seq: u64,
}

impl Batch {
    fn is_full(&self) -> bool {
        self.records.len() >= MAX_RECORDS || self.bytes >= MAX_RECORDS_BYTES
    }

    fn take(&mut self, record: GateRecord, bytes: usize) {
        self.seq = record.seq;
        self.bytes += bytes;
        self.records.push(record);
    }

    fn take_from_memory(&mut self, queue: &VecDeque<(GateRecord, Cursor)>) {
        for (record, _) in queue {
            if self.is_full() {
                return;
            }
            if record.seq > self.seq {
                self.take(record.clone(), USUAL_RECORD_BYTES);
            }
        }
    }
}
