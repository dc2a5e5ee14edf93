//! What the two ends of a spool share.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use kernel::{DeviceId, GateBody, GateRecord};

use super::{
    frame::{Checkpoint, Cursor, Entry, write_frame},
    recover::Recovered,
};
use crate::standing::Standing;

/// How far a gate has come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// The index of the last event of each device that is taken in.
    pub handled: BTreeMap<DeviceId, u32>,
    /// The number of the last command that is done.
    pub command: Option<u64>,
}

impl Progress {
    pub(crate) fn take_in(&mut self, cursor: &Cursor) {
        self.handled.extend(cursor.handled.iter().copied());
        self.command = cursor.command.or(self.command);
    }

    /// Drops what this cursor speaks of: a later word of it exists.
    pub(crate) fn forget(&mut self, cursor: &Cursor) {
        for (device, _) in &cursor.handled {
            self.handled.remove(device);
        }
        if cursor.command.is_some() {
            self.command = None;
        }
    }

    /// Takes in only what it does not speak of itself.
    fn add(&mut self, earlier: Self) {
        for (device, index) in earlier.handled {
            self.handled.entry(device).or_insert(index);
        }
        self.command = self.command.or(earlier.command);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.handled.is_empty() && self.command.is_none()
    }

    pub(crate) fn cursor(&self) -> Cursor {
        Cursor {
            handled: self.handled.iter().map(|(device, index)| (*device, *index)).collect(),
            command: self.command,
        }
    }
}

/// A segment, as far as it is durable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Segment {
    pub(crate) number: u64,
    pub(crate) length: u64,
    /// The number of the last record in it or before it.
    pub(crate) last_seq: u64,
}

/// What [`State::encode`] put into a buffer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Chunk {
    /// The number of the last record in it or before it.
    pub(crate) seq: u64,
    marks: Cursor,
}

/// The shared state.
pub(crate) struct State {
    /// By number; only what is durable.
    pub(crate) segments: VecDeque<Segment>,
    /// Records that are not durable yet.
    pub(crate) queue: VecDeque<(GateRecord, Cursor)>,
    /// The last number given.
    pub(crate) last_seq: u64,
    /// The number up to which the server has everything.
    pub(crate) acked: u64,
    pub(crate) is_failing: bool,
    /// Nothing more will be appended.
    pub(crate) is_ending: bool,
    /// The files belong to somebody else from now on.
    pub(crate) is_closed: bool,
    /// How far the gate has come, with everything in the queue.
    pub(crate) progress: Progress,
    /// How far it had come by what is durable.
    durable: Progress,
    /// The alarms that stand by what is durable or with the server.
    standing: Standing,
    /// Moves of the cursor that no record in the queue carries and that are not durable.
    pub(crate) unmarked: Progress,
    pub(crate) refused: u64,
}

impl State {
    /// The checkpoint of what is durable: the queue is not, so what it holds must not be taken for done after a crash.
    pub(crate) fn checkpoint(&self) -> Checkpoint {
        Checkpoint { seq: self.durable_seq(), cursor: self.durable.cursor(), standing: self.standing.clone() }
    }

    /// The number of the last record that is not in the queue.
    pub(crate) fn durable_seq(&self) -> u64 {
        self.queue.front().map_or(self.last_seq, |(first, _)| first.seq - 1)
    }

    /// Writes frames of the queue's beginning, about as many bytes as `limit`; after the last record the waiting marks too.
    pub(crate) fn encode(&self, buffer: &mut Vec<u8>, limit: usize) -> Chunk {
        let mut chunk = Chunk { seq: self.durable_seq(), marks: Cursor::default() };
        let mut is_whole = true;
        for (record, cursor) in &self.queue {
            if buffer.len() >= limit {
                is_whole = false;
                break;
            }
            chunk.seq = record.seq;
            if write_frame(&Entry::Record(record.clone(), cursor.clone()), buffer).is_err() {
                // A record is under 1 kB by its type; it is dropped rather than kept as a block to everything after it.
                tracing::error!(seq = record.seq, "a record is too long for the spool and is lost");
            }
        }
        if is_whole && !self.unmarked.is_empty() {
            let marks = self.unmarked.cursor();
            // A gate has some dozens of devices at most.
            if write_frame(&Entry::Mark(marks.clone()), buffer).is_ok() {
                chunk.marks = marks;
            }
        }
        chunk
    }

    /// What was encoded is on the disk.
    pub(crate) fn written(&mut self, chunk: &Chunk, segment: Segment) {
        self.leave_queue(chunk.seq);
        for (device, index) in &chunk.marks.handled {
            if self.unmarked.handled.get(device) == Some(index) {
                self.unmarked.handled.remove(device);
            }
        }
        if chunk.marks.command.is_some() && self.unmarked.command == chunk.marks.command {
            self.unmarked.command = None;
        }
        self.durable.take_in(&chunk.marks);
        match self.segments.back_mut().filter(|last| last.number == segment.number) {
            Some(last) => *last = segment,
            None => self.segments.push_back(segment),
        }
    }

    /// The server has everything up to this number, also what is only in memory.
    pub(crate) fn acknowledge(&mut self, seq: u64) {
        self.acked = seq;
        let mut left = Progress::default();
        while self.is_failing && self.queue.front().is_some_and(|(record, _)| record.seq <= seq) {
            if let Some((record, cursor)) = self.queue.pop_front() {
                self.note_standing(&record);
                left.take_in(&cursor);
            }
        }
        // What no later record carries becomes a mark, unless a later mark waits already.
        for (_, later) in &self.queue {
            left.forget(later);
        }
        self.unmarked.add(left);
    }

    fn note_standing(&mut self, record: &GateRecord) {
        if let GateBody::Alarm(alarm) = &record.body {
            self.standing.take_in(alarm);
        }
    }

    fn leave_queue(&mut self, seq: u64) {
        while self.queue.front().is_some_and(|(record, _)| record.seq <= seq) {
            if let Some((record, cursor)) = self.queue.pop_front() {
                self.note_standing(&record);
                self.durable.take_in(&cursor);
            }
        }
    }

    pub(crate) fn durable_length(&self, number: u64) -> Option<u64> {
        self.segments.iter().find(|segment| segment.number == number).map(|segment| segment.length)
    }

    /// The number up to which the outbox may read: what is durable, and while the disk fails what is in memory too.
    fn readable_seq(&self) -> u64 {
        if self.is_failing { self.last_seq } else { self.durable_seq() }
    }
}

/// The shared state behind its lock.
pub(crate) struct Shared {
    state: Mutex<State>,
    bell: Condvar,
}

impl Shared {
    pub(crate) fn new(recovered: &Recovered, segments: VecDeque<Segment>) -> Self {
        let state = State {
            segments,
            queue: VecDeque::new(),
            last_seq: recovered.last_seq,
            acked: recovered.acked,
            is_failing: false,
            is_ending: false,
            is_closed: false,
            progress: recovered.progress.clone(),
            durable: recovered.progress.clone(),
            standing: recovered.standing.clone(),
            unmarked: Progress::default(),
            refused: 0,
        };
        Self { state: Mutex::new(state), bell: Condvar::new() }
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the state and wakes who waits for it.
    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let value = change(&mut self.state());
        self.bell.notify_all();
        value
    }

    /// Waits until there is something to read after `seq`, nothing more will come, or the time is over.
    pub(crate) fn wait_for_records(&self, seq: u64, timeout: Duration) {
        let end = Instant::now() + timeout;
        let mut state = self.state();
        while !state.is_ending && state.readable_seq() <= seq {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return;
            }
            state = self.bell.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}
