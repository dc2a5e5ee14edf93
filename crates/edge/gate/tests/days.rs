//! What a gate remembers from one day to the next, from other gates, and of what is out of order.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on stops")]

mod support;

use std::{sync::Arc, time::Duration};

use gate::driver::Told;
use jiff::Timestamp;
use kernel::*;
use support::{
    disk::MemoryDisk,
    id,
    school::{House, TestServer, morning, school},
};

const IN: Direction = Direction::In;
const OUT: Direction = Direction::Out;
/// Ten to eight in the morning to midnight, in seconds.
const TO_MIDNIGHT_S: i64 = 16 * 3600 + 600;
/// The door with hard anti-passback.
const HARD: u8 = 1;

fn served(change: impl FnOnce(&mut SnapshotDoc)) -> TestServer {
    let server = TestServer::default();
    let mut doc = school(1);
    change(&mut doc);
    server.change(|state| state.snapshot = Some(doc));
    server
}

fn house(disk: &MemoryDisk, server: &TestServer) -> House {
    let house = House::open(Arc::new(disk.clone()), server.clone());
    house.wait_started();
    house
}

/// What came of the pass with this number in the order of all passes.
fn reason(server: &TestServer, place: usize) -> Reason {
    let passes = || server.passes();
    server.until("a pass", |state| {
        state.records.iter().filter(|record| matches!(record.body, GateBody::Pass(_))).count() > place
    });
    passes()[place].reason
}

/// Person 4 taps at the door with hard anti-passback; what came of it.
fn tap(house: &House, index: u32, direction: Direction) -> Reason {
    house.swipe(index, 4, HARD, direction);
    reason(&house.server, index as usize - 1)
}

#[test]
fn whoever_is_still_inside_at_midnight_is_not_refused_in_the_morning() {
    let (disk, server) = (MemoryDisk::default(), served(|_| ()));
    let house = house(&disk, &server);
    assert_eq!(tap(&house, 1, IN), Reason::Granted);
    house.clock.forward_s(TO_MIDNIGHT_S - 1);
    assert_eq!(tap(&house, 2, IN), Reason::AntiPassback, "a second before midnight");
    house.clock.forward_s(1);
    assert_eq!(tap(&house, 3, IN), Reason::Granted, "at midnight");
    assert_eq!(tap(&house, 4, IN), Reason::AntiPassback, "known again");
}

#[test]
fn who_came_before_midnight_leaves_after_it() {
    let (disk, server) = (MemoryDisk::default(), served(|_| ()));
    let house = house(&disk, &server);
    house.clock.forward_s(TO_MIDNIGHT_S - 600);
    assert_eq!(tap(&house, 1, IN), Reason::Granted);
    house.clock.forward_s(1_200);
    assert_eq!(tap(&house, 2, OUT), Reason::Granted);
    assert_eq!(tap(&house, 3, OUT), Reason::AntiPassback, "outside now, and known to be");
    assert_eq!(tap(&house, 4, IN), Reason::Granted);
}

#[test]
fn a_zone_is_empty_at_midnight() {
    let (disk, server) = (MemoryDisk::default(), served(|doc| doc.zones[0].occupancy_limit = Some(1)));
    let house = house(&disk, &server);
    assert_eq!(tap(&house, 1, IN), Reason::Granted);
    house.swipe(2, 5, 2, IN);
    assert_eq!(reason(&server, 1), Reason::ZoneFull);
    house.clock.forward_s(TO_MIDNIGHT_S);
    house.swipe(3, 5, 2, IN);
    assert_eq!(reason(&server, 2), Reason::Granted);
    house.swipe(4, 6, 2, IN);
    assert_eq!(reason(&server, 3), Reason::ZoneFull);
}

#[test]
fn a_school_may_keep_presence_over_the_night() {
    let (disk, server) = (MemoryDisk::default(), served(|doc| doc.resets_at_midnight = false));
    let house = house(&disk, &server);
    assert_eq!(tap(&house, 1, IN), Reason::Granted);
    house.clock.forward_s(TO_MIDNIGHT_S + 8 * 3600);
    assert_eq!(tap(&house, 2, IN), Reason::AntiPassback);
    let mut doc = school(2);
    doc.resets_at_midnight = true;
    server.change(|state| state.snapshot = Some(doc));
    house.until("the other setting", |status| status.snapshot == 2);
    assert_eq!(tap(&house, 3, IN), Reason::Granted);
}

#[test]
fn a_gate_that_was_off_over_midnight_and_finds_no_server_has_forgotten_yesterday() {
    let (disk, server) = (MemoryDisk::default(), served(|_| ()));
    let first = house(&disk, &server);
    assert_eq!(tap(&first, 1, IN), Reason::Granted);
    first.gate.as_ref().unwrap().status();
    first.kill();
    server.change(|state| state.is_away = true);
    let again = House::open_at(Arc::new(disk.crashed(0.0)), server.clone(), morning() + Duration::from_secs(86_400));
    again.wait_started();
    again.swipe(2, 4, HARD, IN);
    again.swipe(3, 4, HARD, IN);
    assert_eq!(again.wait_opened(), HARD);
    server.change(|state| state.is_away = false);
    assert_eq!((reason(&server, 1), reason(&server, 2)), (Reason::Granted, Reason::AntiPassback));
}

fn elsewhere(zone: Option<u8>, since: Timestamp) -> PresentDoc {
    PresentDoc { person: id(4), zone: zone.map(id), since, last: None }
}

/// Lets the server tell what another gate saw, and waits until this gate has it.
fn told(server: &TestServer, number: u64, doc: PresentDoc) {
    server.change(|state| state.elsewhere.push((number, doc)));
    server.until("the gate asks for what comes after", |state| state.asked_presence == Some(number));
}

#[test]
fn what_other_gates_saw_counts_unless_this_one_saw_something_later() {
    let (disk, server) = (MemoryDisk::default(), served(|doc| doc.presence_through = 40));
    let house = house(&disk, &server);
    server.until("it asks after its snapshot", |state| state.asked_presence == Some(40));
    let (earlier, now) = (morning() - Duration::from_secs(60), morning());
    told(&server, 41, elsewhere(Some(1), earlier));
    assert_eq!(tap(&house, 1, IN), Reason::AntiPassback, "came in by another gate");
    assert_eq!(tap(&house, 2, OUT), Reason::Granted);
    // Told again, or late: the gate's own pass is newer.
    told(&server, 42, elsewhere(Some(1), earlier));
    assert_eq!(tap(&house, 3, OUT), Reason::AntiPassback);
    told(&server, 43, elsewhere(Some(1), now + Duration::from_secs(5)));
    assert_eq!(tap(&house, 4, OUT), Reason::Granted, "came in by another gate meanwhile");
    told(&server, 44, elsewhere(None, now - Duration::from_secs(86_400)));
    house.clock.forward_s(60);
    assert_eq!(tap(&house, 5, IN), Reason::Granted);
    // Somebody who is not in the snapshot is nobody here.
    told(&server, 45, PresentDoc { person: id(200), ..elsewhere(Some(1), now) });
}

#[test]
fn what_was_learnt_of_others_outlives_a_new_snapshot() {
    let (disk, server) = (MemoryDisk::default(), served(|_| ()));
    let house = house(&disk, &server);
    told(&server, 7, elsewhere(Some(1), morning()));
    server.change(|state| state.snapshot = Some(SnapshotDoc { presence_through: 6, ..school(2) }));
    house.until("the new snapshot", |status| status.snapshot == 2);
    assert_eq!(tap(&house, 1, IN), Reason::AntiPassback);
}

fn alarm(kind: AlarmKind, door: Option<u8>) -> Told {
    Told::Alarm { kind, door, detail: String::new(), moment: morning(), index: None }
}

fn status(state: DeviceState, clock_drift_s: Option<i64>) -> Told {
    let (last_event, last_seen, cards, version) = (None, None, None, String::new());
    Told::Status(DeviceStatus { device: id(1), state, clock_drift_s, last_event, last_seen, cards, version })
}

#[test]
fn an_alarm_of_a_state_is_told_once_and_ended_once() {
    use AlarmKind as A;
    let (disk, server) = (MemoryDisk::default(), served(|_| ()));
    let house = house(&disk, &server);
    let tell = |all: &[Told]| all.iter().for_each(|told| house.tell(told.clone()));
    tell(&[status(DeviceState::Online, Some(0)), Told::Opened { door: 1 }, alarm(A::DeviceBack, None)]);
    tell(&[alarm(A::DeviceUnreachable, None), alarm(A::DeviceUnreachable, None)]);
    tell(&[status(DeviceState::Unreachable, None), status(DeviceState::Online, None), alarm(A::DeviceBack, None)]);
    tell(&[alarm(A::DoorFailed, Some(1)), alarm(A::DoorFailed, Some(2)), alarm(A::DoorFailed, Some(1))]);
    tell(&[Told::Opened { door: 2 }, Told::Opened { door: 2 }, Told::Opened { door: 1 }]);
    tell(&[alarm(A::ClockDrift, None), status(DeviceState::Online, Some(-90)), status(DeviceState::Online, Some(1))]);
    tell(&[alarm(A::DoorForced, Some(1)), alarm(A::DoorForced, Some(1))]);
    let wanted = [
        A::DeviceUnreachable,
        A::DeviceBack,
        A::DoorFailed,
        A::DoorFailed,
        A::DoorBack,
        A::DoorBack,
        A::ClockDrift,
        A::ClockMended,
        A::DoorForced,
        A::DoorForced,
    ];
    server.until("all of them", |state| state.records.len() >= wanted.len());
    assert_eq!(server.alarms(), wanted);
    let points: Vec<_> = server.state().records[2..6]
        .iter()
        .map(|record| if let GateBody::Alarm(alarm) = &record.body { alarm.point } else { None })
        .collect();
    assert_eq!(points, [Some(id(1)), Some(id(2)), Some(id(2)), Some(id(1))]);
}

#[test]
fn an_alarm_that_stands_is_ended_after_a_restart_of_the_gate() {
    let (disk, server) = (MemoryDisk::default(), served(|_| ()));
    let first = house(&disk, &server);
    first.tell(alarm(AlarmKind::DeviceUnreachable, None));
    server.until("the alarm", |state| state.records.len() == 1);
    // Everything that was delivered is forgotten by the spool, the alarm that stands is not.
    first.gate.unwrap().stop();
    for _ in 0..2 {
        house(&disk, &server).gate.unwrap().stop();
    }
    let again = house(&disk, &server);
    again.tell(alarm(AlarmKind::DeviceUnreachable, None));
    again.tell(status(DeviceState::Online, None));
    server.until("its end", |state| state.records.len() == 2);
    assert_eq!(server.alarms(), [AlarmKind::DeviceUnreachable, AlarmKind::DeviceBack]);
}
