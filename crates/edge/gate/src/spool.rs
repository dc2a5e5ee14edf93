//! The spool: every record on disk before a door opens, kept until the server has it.
//!
//! The directory holds segments (`spool-0000000001.seg`, …), each of [`frame`]s that begin with a checkpoint, and the number of the last
//! record that the server has taken in (`acked`). The [`Spool`] belongs to the thread that decides and only appends; the [`Outbox`]
//! belongs to the uplink, reads what is durable, and removes segments of which the server has everything. They share a small state
//! under a lock that is never held during input or output.
//!
//! What it promises:
//! - [`Spool::commit`] says [`Commit::Durable`] only when all that was appended is on the disk (one sync for the whole batch).
//! - After a crash at any byte every durable record is read back, once and in order. A torn tail of the newest segment is cut off; damage
//!   inside a segment is logged, counted, and skipped up to the next good frame.
//! - When the disk is full or broken, records stay in memory, at most [`Limits::queue`] of them, from where the uplink delivers them too, and
//!   writing is tried again. After a failed sync nothing that it covered counts as written, since the operating system may have
//!   dropped it: it is written anew into a new segment, and the reader drops numbers it has seen.
//! - Only when memory is full too is a record refused; its board event is not marked as handled then, so the board still has it.

mod disk;
mod frame;
mod inspect;
mod outbox;
mod recover;
mod state;

use std::{
    io,
    sync::Arc,
    time::{Duration, Instant},
};

use kernel::{GateBody, GateRecord, PresentDoc};

pub use disk::{Appender, Directory, Disk};
pub use frame::{Checkpoint, Cursor, Entry, Found, MAX_PAYLOAD, SpoolReader, TooLong, write_frame};
pub use inspect::{Inspected, inspect, is_spool};
pub use outbox::Outbox;
pub use recover::{Lately, Recovered};
pub use state::Progress;

use recover::{recover, segment_name};
use state::{Segment, Shared};

/// Bytes written and synced at once when a long queue is brought to the disk.
const CHUNK_BYTES: usize = 1024 * 1024;
/// People in one frame of a checkpoint; stays far below [`MAX_PAYLOAD`].
const PRESENT_PER_FRAME: usize = 200;

/// The limits of a spool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Length of a segment from which on the next one is begun. A checkpoint counts only half of it at most.
    pub segment_bytes: u64,
    /// Records kept in memory while the disk cannot be written.
    pub queue: usize,
    /// How long to wait before writing is tried again.
    pub retry: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { segment_bytes: 4 * 1024 * 1024, queue: 100_000, retry: Duration::from_secs(1) }
    }
}

/// Why a spool cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum SpoolError {
    /// The directory cannot be read.
    #[error("the spool's directory cannot be read: {0}")]
    Directory(io::Error),
}

/// What became of what was appended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Commit {
    /// It is on the disk.
    Durable,
    /// The disk cannot be written; it is kept in memory.
    Kept,
}

/// The writing end.
pub struct Spool {
    shared: Arc<Shared>,
    disk: Arc<dyn Disk>,
    limits: Limits,
    current: Option<Current>,
    next_number: u64,
    retry_at: Option<Instant>,
    buffer: Vec<u8>,
}

/// How a spool is, and the end of it.
#[derive(Clone)]
pub struct SpoolGauge(Arc<Shared>);

impl SpoolGauge {
    /// Records that the server has not taken in.
    pub fn depth(&self) -> u64 {
        let state = self.0.state();
        state.last_seq.saturating_sub(state.acked)
    }

    /// Whether the disk can be written.
    pub fn is_ok(&self) -> bool {
        !self.0.state().is_failing
    }

    /// Records refused since the start, for want of room anywhere.
    pub fn refused(&self) -> u64 {
        self.0.state().refused
    }

    /// How far the gate has come, with everything appended.
    pub fn progress(&self) -> Progress {
        self.0.state().progress.clone()
    }

    /// Says that nothing more will be appended: the uplink may hand over what there is and end.
    pub fn end(&self) {
        self.0.change(|state| state.is_ending = true);
    }

    /// Takes the files from both ends: from now on they belong to somebody else.
    pub fn close(&self) {
        self.0.change(|state| {
            state.is_ending = true;
            state.is_closed = true;
        });
    }
}

/// The segment that is being written.
struct Current {
    number: u64,
    file: Box<dyn Appender>,
    length: u64,
    full_at: u64,
}

impl Spool {
    /// Opens the spool, cuts off a torn tail, and gives the two ends and what was found.
    ///
    /// # Errors
    /// [`SpoolError`] when the directory cannot be read. A segment that cannot be read is logged and left in its place.
    pub fn open(disk: Arc<dyn Disk>, limits: Limits) -> Result<(Self, Outbox, Recovered), SpoolError> {
        let (found, segments) = recover(disk.as_ref()).map_err(SpoolError::Directory)?;
        let next_number = found.next_number;
        let shared = Arc::new(Shared::new(&found.recovered, segments));
        let outbox = Outbox::new(Arc::clone(&shared), Arc::clone(&disk));
        let spool = Self { shared, disk, limits, current: None, next_number, retry_at: None, buffer: Vec::new() };
        Ok((spool, outbox, found.recovered))
    }

    /// Appends a record and how far the gate has come with it; its number. Nothing is durable before [`Spool::commit`].
    ///
    /// `None` when the record is refused: neither disk nor memory has room for it. It is counted then, and the cursor does not move.
    pub fn append(&mut self, body: GateBody, cursor: Cursor) -> Option<u64> {
        let mut state = self.shared.state();
        if state.queue.len() >= self.limits.queue {
            state.refused += 1;
            return None;
        }
        state.last_seq += 1;
        let seq = state.last_seq;
        state.progress.take_in(&cursor);
        state.unmarked.forget(&cursor);
        state.queue.push_back((GateRecord { seq, body }, cursor));
        Some(seq)
    }

    /// Whether another record would be taken.
    pub fn has_room(&self) -> bool {
        self.shared.state().queue.len() < self.limits.queue
    }

    /// Moves the cursor without a record. Becomes durable with the next record, or by [`Spool::tidy`].
    pub fn mark(&mut self, cursor: &Cursor) {
        let mut state = self.shared.state();
        state.progress.take_in(cursor);
        state.unmarked.take_in(cursor);
    }

    /// Brings all that was appended to the disk with one sync. `present` tells where people are, should a new segment be begun.
    pub fn commit(&mut self, present: &dyn Fn() -> Vec<PresentDoc>) -> Commit {
        if self.shared.state().queue.is_empty() {
            return self.outcome();
        }
        self.try_write(present);
        self.outcome()
    }

    /// What can wait until a moment of rest: marks without a record, the next segment, another try after an error.
    pub fn tidy(&mut self, present: &dyn Fn() -> Vec<PresentDoc>) -> Commit {
        let has_work = {
            let state = self.shared.state();
            !state.queue.is_empty() || !state.unmarked.is_empty() || state.is_failing
        };
        let is_full = self.current.as_ref().is_none_or(|current| current.length >= current.full_at);
        if has_work || is_full {
            self.try_write(present);
        }
        self.outcome()
    }

    /// Records refused since the start, for want of room anywhere.
    pub fn refused(&self) -> u64 {
        self.shared.state().refused
    }

    /// A view of how the spool is, for any thread.
    pub fn gauge(&self) -> SpoolGauge {
        SpoolGauge(Arc::clone(&self.shared))
    }

    fn outcome(&self) -> Commit {
        if self.shared.state().is_failing { Commit::Kept } else { Commit::Durable }
    }

    fn try_write(&mut self, present: &dyn Fn() -> Vec<PresentDoc>) {
        if self.shared.state().is_closed || self.retry_at.is_some_and(|at| Instant::now() < at) {
            return;
        }
        match self.write(present) {
            Ok(()) => {
                self.retry_at = None;
                self.shared.change(|state| state.is_failing = false);
            }
            Err(error) => {
                let was_failing = self.shared.change(|state| std::mem::replace(&mut state.is_failing, true));
                if !was_failing {
                    tracing::error!(%error, "the spool cannot be written; records are kept in memory");
                }
                self.abandon();
                self.retry_at = Some(Instant::now() + self.limits.retry);
            }
        }
    }

    /// Writes and syncs until the queue is empty, chunk by chunk.
    fn write(&mut self, present: &dyn Fn() -> Vec<PresentDoc>) -> io::Result<()> {
        loop {
            if self.current.as_ref().is_none_or(|current| current.length >= current.full_at) {
                self.begin_segment(present)?;
            }
            self.buffer.clear();
            let chunk = self.shared.state().encode(&mut self.buffer, CHUNK_BYTES);
            let Some(current) = self.current.as_mut() else { return Ok(()) };
            if !self.buffer.is_empty() {
                current.file.append(&self.buffer)?;
                current.length += self.buffer.len() as u64;
            }
            // Also when there is nothing new: after an error only a success of the disk itself shows that it is back.
            current.file.sync()?;
            let (number, length) = (current.number, current.length);
            let is_done = self.shared.change(|state| {
                state.written(&chunk, Segment { number, length, last_seq: chunk.seq });
                state.queue.is_empty()
            });
            if is_done {
                return Ok(());
            }
        }
    }

    /// Begins the next segment with a checkpoint of what is durable. It is synced together with what follows.
    fn begin_segment(&mut self, present: &dyn Fn() -> Vec<PresentDoc>) -> io::Result<()> {
        self.current = None;
        let number = self.next_number;
        self.next_number += 1;
        self.buffer.clear();
        let checkpoint = self.shared.state().checkpoint();
        let mut entries = vec![Entry::Checkpoint(checkpoint)];
        entries.extend(present().chunks(PRESENT_PER_FRAME).map(|people| Entry::Present(people.to_vec())));
        for entry in &entries {
            write_frame(entry, &mut self.buffer).map_err(io::Error::other)?;
        }
        let name = segment_name(number);
        let mut file = self.disk.create(&name).inspect_err(|_| drop(self.disk.remove(&name)))?;
        let length = self.buffer.len() as u64;
        let full_at = self.limits.segment_bytes + length.saturating_sub(self.limits.segment_bytes / 2);
        let appended = file.append(&self.buffer);
        // Noted even if appending failed, so that the broken file is removed.
        self.current = Some(Current { number, file, length, full_at });
        appended
    }

    /// Gives up the segment after an error: what is durable of it stays, the rest is cut off if the disk lets us.
    fn abandon(&mut self) {
        let Some(current) = self.current.take() else { return };
        let durable = self.shared.state().durable_length(current.number);
        drop(current.file);
        let name = segment_name(current.number);
        let cleared = match durable {
            Some(length) => self.disk.cut(&name, length),
            None => self.disk.remove(&name),
        };
        if let Err(error) = cleared {
            tracing::warn!(%error, "the broken end of a spool segment stays; it is skipped when read");
        }
    }
}
