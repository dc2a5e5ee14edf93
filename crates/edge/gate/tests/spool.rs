//! The spool under crashes, a full disk, and syncs that fail.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod support;

use std::{sync::Arc, time::Duration};

use gate::spool::{Commit, Cursor, Directory, Disk, Lately, Limits, Outbox, Recovered, Spool};
use kernel::*;
use proptest::{collection::vec, prelude::*};
use support::{disk::MemoryDisk, id};

const SMALL: Limits = Limits { segment_bytes: 1_500, queue: 12, retry: Duration::ZERO };

fn open(disk: &MemoryDisk) -> (Spool, Outbox, Recovered) {
    Spool::open(Arc::new(disk.clone()), SMALL).unwrap()
}

/// A record that is told from all others by its number.
fn body(number: u64) -> GateBody {
    GateBody::Alarm(Alarm {
        id: id(1),
        kind: AlarmKind::DoorHeld,
        device: None,
        point: None,
        person: None,
        detail: number.to_string(),
        at: at_micros(0),
    })
}

fn number(record: &GateRecord) -> u64 {
    match &record.body {
        GateBody::Alarm(alarm) => alarm.detail.parse().unwrap(),
        GateBody::Pass(_) => unreachable!("only alarms are written here"),
    }
}

fn handled(index: u32) -> Cursor {
    Cursor { handled: vec![(id(1), index)], command: None }
}

fn nobody() -> Vec<PresentDoc> {
    Vec::new()
}

/// Everything there is to give out.
fn drain_records(outbox: &mut Outbox) -> Vec<GateRecord> {
    let mut all = Vec::new();
    loop {
        let mut batch = outbox.next_batch().unwrap();
        if batch.is_empty() {
            assert!(all.is_sorted_by(|one: &GateRecord, next| one.seq < next.seq));
            return all;
        }
        all.append(&mut batch);
    }
}

/// Everything there is to give out, by the numbers of the bodies.
fn drain(outbox: &mut Outbox) -> Vec<u64> {
    drain_records(outbox).iter().map(number).collect()
}

#[derive(Clone, Debug)]
enum Step {
    Append(u8),
    Commit,
    Tidy,
    Mark,
    Deliver,
    Sick(bool),
    Room(Option<usize>),
    Stuck(bool),
    /// Share of the unsynced bytes that survives.
    Crash(f64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (1..4_u8).prop_map(Step::Append),
        6 => Just(Step::Commit),
        2 => Just(Step::Tidy),
        1 => Just(Step::Mark),
        2 => Just(Step::Deliver),
        1 => any::<bool>().prop_map(Step::Sick),
        1 => prop::option::of(0..2_000_usize).prop_map(Step::Room),
        1 => any::<bool>().prop_map(Step::Stuck),
        2 => (0.0..=1.0).prop_map(Step::Crash),
    ]
}

/// What must be true of a spool, whatever happened.
#[derive(Default)]
struct Model {
    next: u64,
    /// Written and not said to be durable.
    open: Vec<u64>,
    /// Durable and not delivered.
    kept: Vec<u64>,
    delivered: Vec<u64>,
}

impl Model {
    fn committed(&mut self) {
        self.kept.append(&mut self.open);
    }

    /// After a crash: what was kept is there, in order; of what was not, a beginning may be.
    fn check_after_crash(&mut self, found: &[u64]) {
        let news: Vec<u64> = found.iter().copied().filter(|number| !self.delivered.contains(number)).collect();
        assert!(news.len() >= self.kept.len(), "lost: found {news:?}, kept {:?}", self.kept);
        let (kept, lucky) = news.split_at(self.kept.len());
        assert_eq!(kept, self.kept);
        assert!(self.open.starts_with(lucky), "found {lucky:?}, open {:?}", self.open);
        self.kept = news;
        self.open.clear();
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn what_was_said_to_be_durable_is_given_out_once_and_in_order_whatever_happens(steps in vec(step(), 1..60)) {
        let mut disk = MemoryDisk::default();
        let (mut spool, mut outbox, _) = open(&disk);
        let mut model = Model::default();
        for step in steps {
            match step {
                Step::Append(count) => for _ in 0..count {
                    if spool.append(body(model.next), handled(model.next as u32)).is_some() {
                        model.open.push(model.next);
                    }
                    model.next += 1;
                },
                Step::Commit => if spool.commit(&nobody) == Commit::Durable { model.committed() },
                Step::Tidy => if spool.tidy(&nobody) == Commit::Durable { model.committed() },
                Step::Mark => spool.mark(&handled(model.next as u32)),
                Step::Deliver => {
                    let records = drain_records(&mut outbox);
                    // What the server had taken in may come again after a crash.
                    let given: Vec<u64> =
                        records.iter().map(number).filter(|number| !model.delivered.contains(number)).collect();
                    prop_assert!(given.len() >= model.kept.len(), "given {:?}, kept {:?}", given, model.kept);
                    let all: Vec<u64> = model.kept.drain(..).chain(model.open.drain(..)).collect();
                    prop_assert!(all.starts_with(&given), "given {:?} of {:?}", given, all);
                    model.open = all[given.len()..].to_vec();
                    model.delivered.extend(given);
                    outbox.ack(records.last().map_or(0, |record| record.seq));
                }
                Step::Sick(is_sick) => disk.content().is_sick = is_sick,
                Step::Room(room) => disk.content().room = room,
                Step::Stuck(is_stuck) => disk.content().is_stuck = is_stuck,
                Step::Crash(share) => {
                    disk = disk.crashed(share);
                    let (reopened, reopened_outbox, recovered) = open(&disk);
                    prop_assert_eq!(recovered.damaged_bytes, 0);
                    (spool, outbox) = (reopened, reopened_outbox);
                    model.check_after_crash(&drain(&mut outbox));
                    outbox.rewind();
                }
            }
        }
    }
}

fn pass(seq: u64, person: u8, direction: Direction, replayed: bool) -> GateBody {
    GateBody::Pass(Pass {
        id: id(seq as u8),
        point: id(1),
        direction,
        person: Some(id(person)),
        credential: None,
        number: None,
        reason: Reason::Granted,
        decided_by: DecidedBy::Gate,
        guard: None,
        at: at_micros(seq as i64),
        board_event: None,
        replayed,
    })
}

#[test]
fn a_restart_goes_on_where_the_last_run_stopped() {
    let disk = MemoryDisk::default();
    let (mut spool, mut outbox, found) = open(&disk);
    assert_eq!(found, Recovered::default());
    assert_eq!(spool.append(pass(5, 1, Direction::In, false), handled(7)), Some(1));
    assert_eq!(
        spool.append(pass(3, 1, Direction::Out, true), Cursor { command: Some(4), ..Cursor::default() }),
        Some(2)
    );
    spool.mark(&handled(9));
    assert_eq!(spool.commit(&nobody), Commit::Durable);
    assert_eq!(outbox.next_batch().unwrap().len(), 2);
    outbox.ack(1);
    let (mut spool, mut outbox, found) = open(&disk.crashed(0.0));
    assert_eq!((found.last_seq, found.acked), (2, 1));
    assert_eq!((found.progress.handled.get(&id(1)), found.progress.command), (Some(&9), Some(4)));
    let passed = Lately::Passed { point: id(1), direction: Direction::In, at: at_micros(5) };
    assert_eq!(found.lately.get(&id(1)), Some(&passed), "what was learnt afterwards and is older does not count");
    assert_eq!(spool.append(body(3), Cursor::default()), Some(3));
    assert_eq!(spool.commit(&nobody), Commit::Durable);
    assert_eq!(outbox.next_batch().unwrap().iter().map(|record| record.seq).collect::<Vec<_>>(), [2, 3]);
}

#[test]
fn marks_become_durable_at_rest_without_a_record() {
    let disk = MemoryDisk::default();
    let (mut spool, _outbox, _) = open(&disk);
    spool.mark(&handled(3));
    assert_eq!(spool.commit(&nobody), Commit::Durable);
    assert_eq!(open(&disk.crashed(0.0)).2.progress.handled.len(), 0, "a mark alone is not worth a sync");
    assert_eq!(spool.tidy(&nobody), Commit::Durable);
    assert_eq!(open(&disk.crashed(0.0)).2.progress.handled.get(&id(1)), Some(&3));
    let syncs = disk.content().syncs;
    spool.tidy(&nobody);
    assert_eq!(disk.content().syncs, syncs, "nothing to write, nothing to sync");
}

#[test]
fn the_state_survives_the_removal_of_the_segments_it_was_written_in() {
    let disk = MemoryDisk::default();
    let (mut spool, mut outbox, _) = open(&disk);
    let present = PresentDoc { person: id(3), zone: Some(id(1)), since: at_micros(9), last: None };
    spool.append(body(0), Cursor { handled: vec![(id(2), 77)], command: Some(5) }).unwrap();
    for index in 1..200 {
        spool.append(body(u64::from(index)), handled(index)).unwrap();
        assert_eq!(spool.commit(&|| vec![present]), Commit::Durable);
        spool.tidy(&|| vec![present]);
    }
    let before = disk.segments();
    assert!(before > 10, "{before}");
    let records = drain_records(&mut outbox);
    outbox.ack(records.last().unwrap().seq);
    outbox.save();
    assert_eq!(disk.segments(), 1, "the newest stays");
    let found = open(&disk.crashed(0.0)).2;
    assert_eq!((found.last_seq, found.acked), (200, 200));
    assert_eq!(found.progress.handled, [(id(1), 199), (id(2), 77)].into());
    assert_eq!(found.progress.command, Some(5));
    assert_eq!(found.lately.get(&id(3)), Some(&Lately::Present(present)));
}

#[test]
fn a_full_disk_loses_nothing_until_memory_is_full_too() {
    let disk = MemoryDisk::default();
    let (mut spool, mut outbox, _) = open(&disk);
    spool.append(body(0), handled(1)).unwrap();
    assert_eq!(spool.commit(&nobody), Commit::Durable);
    disk.content().room = Some(100);
    for number in 1..=12 {
        spool.append(body(number), handled(number as u32 + 1)).unwrap();
        assert_eq!(spool.commit(&nobody), Commit::Kept);
    }
    assert_eq!(spool.append(body(13), handled(14)), None, "memory is full");
    assert_eq!(spool.refused(), 1);
    assert_eq!(spool.gauge().progress().handled.get(&id(1)), Some(&13), "the board keeps what was refused");
    let records = drain_records(&mut outbox);
    assert_eq!(records.iter().map(number).collect::<Vec<_>>(), (0..=12).collect::<Vec<_>>(), "delivered from memory");
    outbox.ack(records[5].seq);
    spool.append(body(14), handled(14)).unwrap();
    disk.content().room = None;
    assert_eq!(spool.commit(&nobody), Commit::Durable);
    let (_spool, mut outbox, found) = open(&disk.crashed(0.0));
    let again: Vec<u64> = drain(&mut outbox).into_iter().filter(|number| *number > 5).collect();
    assert_eq!(again, [6, 7, 8, 9, 10, 11, 12, 14]);
    assert_eq!(found.progress.handled.get(&id(1)), Some(&14));
}

#[test]
fn a_mark_later_than_what_the_server_took_from_memory_is_not_turned_back() {
    let disk = MemoryDisk::default();
    let (mut spool, mut outbox, _) = open(&disk);
    disk.content().is_sick = true;
    spool.append(body(0), handled(5)).unwrap();
    assert_eq!(spool.commit(&nobody), Commit::Kept);
    spool.mark(&handled(6));
    let given = drain_records(&mut outbox);
    outbox.ack(given[0].seq);
    disk.content().is_sick = false;
    assert_eq!(spool.tidy(&nobody), Commit::Durable);
    assert_eq!(open(&disk.crashed(0.0)).2.progress.handled.get(&id(1)), Some(&6));
}

#[test]
fn damage_inside_a_segment_costs_only_what_it_touches_and_holds_nothing_up() {
    let disk = MemoryDisk::default();
    let (mut spool, _, _) = open(&disk);
    for number in 0..4 {
        spool.append(body(number), Cursor::default()).unwrap();
        spool.commit(&nobody);
    }
    for (needle, expected) in [("\"detail\":\"1\"", vec![0, 2, 3]), ("\"detail\":\"3\"", vec![0, 1, 2])] {
        let damaged = disk.crashed(0.0);
        for file in damaged.content().files.values_mut() {
            let at = file.bytes.windows(needle.len()).position(|window| window == needle.as_bytes()).unwrap();
            file.bytes[at + 2] ^= 0x10;
        }
        let (mut spool, mut outbox, found) = open(&damaged);
        assert_eq!(found.damaged_bytes > 0, expected.contains(&3), "damage at the very end is a torn tail");
        assert_eq!(drain(&mut outbox), expected);
        outbox.ack(found.last_seq);
        let next = spool.append(body(9), Cursor::default()).unwrap();
        assert_eq!(next, found.last_seq + 1);
        spool.commit(&nobody);
        assert_eq!(drain(&mut outbox), [9]);
    }
}

#[test]
fn damage_that_the_reader_meets_later_is_skipped() {
    let disk = MemoryDisk::default();
    let (mut spool, mut outbox, _) = open(&disk);
    spool.append(body(0), Cursor::default()).unwrap();
    spool.commit(&nobody);
    for file in disk.content().files.values_mut() {
        let end = file.bytes.len();
        file.bytes[end - 2] ^= 1;
    }
    assert_eq!(drain(&mut outbox), [0; 0]);
    assert_eq!(spool.gauge().depth(), 0, "what cannot be read is not waited for");
    spool.append(body(1), Cursor::default()).unwrap();
    spool.commit(&nobody);
    assert_eq!(drain(&mut outbox), [1]);
}

#[test]
fn a_damaged_note_of_the_servers_progress_has_everything_delivered_again() {
    let disk = MemoryDisk::default();
    let (mut spool, mut outbox, _) = open(&disk);
    spool.append(body(0), Cursor::default()).unwrap();
    spool.commit(&nobody);
    let given = drain_records(&mut outbox);
    outbox.ack(given[0].seq);
    disk.replace("acked", b"{").unwrap();
    let (_, mut outbox, found) = open(&disk.crashed(0.0));
    assert_eq!((found.last_seq, found.acked), (1, 0));
    assert_eq!(drain(&mut outbox), [0]);
}

#[test]
fn the_other_end_leaves_the_files_alone_after_the_spool_is_closed() {
    let disk = MemoryDisk::default();
    let (mut spool, mut outbox, _) = open(&disk);
    spool.append(body(0), Cursor::default()).unwrap();
    spool.commit(&nobody);
    let given = drain_records(&mut outbox);
    spool.gauge().close();
    outbox.ack(given[0].seq);
    outbox.finish();
    assert!(!disk.content().files.contains_key("acked"));
}

#[test]
fn a_reader_beside_a_writer_with_a_failing_disk_misses_nothing() {
    const RECORDS: u64 = 3_000;
    let disk = MemoryDisk::default();
    let (mut spool, mut outbox, _) = open(&disk);
    let reader = std::thread::spawn(move || {
        let mut all = Vec::new();
        while all.len() < RECORDS as usize {
            outbox.wait(Duration::from_millis(50));
            let batch = outbox.next_batch().unwrap();
            all.extend(batch.iter().map(number));
            if let Some(last) = batch.last() {
                outbox.ack(last.seq);
            }
        }
        all
    });
    for number in 0..RECORDS {
        if number % 7 == 0 {
            let mut content = disk.content();
            content.is_sick = number % 3 == 0;
            content.room = (number % 5 == 0).then_some(number as usize % 400);
        }
        while spool.append(body(number), Cursor::default()).is_none() {
            std::thread::yield_now();
            spool.tidy(&nobody);
        }
        spool.commit(&nobody);
    }
    (disk.content().is_sick, disk.content().room) = (false, None);
    spool.tidy(&nobody);
    assert_eq!(reader.join().unwrap(), (0..RECORDS).collect::<Vec<_>>());
}

#[test]
fn a_real_directory_keeps_what_was_committed_and_belongs_to_one_gate() {
    let folder = tempfile::tempdir().unwrap();
    let directory = Directory::open(&folder.path().join("gate")).unwrap();
    let lock = directory.lock("gate.lock").unwrap();
    assert_eq!(directory.lock("gate.lock").unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
    drop(lock);
    drop(directory.lock("gate.lock").unwrap());
    let disk: Arc<dyn Disk> = Arc::new(directory);
    let (mut spool, mut outbox, _) = Spool::open(Arc::clone(&disk), SMALL).unwrap();
    for number in 0..50 {
        spool.append(body(number), handled(number as u32)).unwrap();
        assert_eq!(spool.commit(&nobody), Commit::Durable);
    }
    let given = drain_records(&mut outbox);
    outbox.ack(given[30].seq);
    outbox.finish();
    drop((spool, outbox));
    let name = disk.list().unwrap().into_iter().filter(|name| name.ends_with(".seg")).max().unwrap();
    let whole = disk.read(&name, 0, u64::MAX).unwrap();
    disk.cut(&name, whole.len() as u64 - 3).unwrap();
    let (_, mut outbox, found) = Spool::open(disk, SMALL).unwrap();
    assert_eq!((found.acked, found.last_seq), (31, 49));
    assert!(found.cut_bytes > 0);
    assert_eq!(drain(&mut outbox), (31..49).collect::<Vec<_>>());
}
