//! Stories of a running gate, with a server, drivers and a disk in memory.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on stops")]

mod support;

use std::{sync::Arc, time::Duration};

use gate::{
    Gate, GateError, Server, ServerError,
    driver::{DoorEvent, Doors, Told},
};
use kernel::*;
use support::{
    disk::MemoryDisk,
    id,
    school::{Done, House, TestServer, config, morning, school},
};

const IN: Direction = Direction::In;
const OUT: Direction = Direction::Out;

fn served() -> TestServer {
    let server = TestServer::default();
    server.change(|state| state.snapshot = Some(school(1)));
    server
}

/// A gate that has its snapshot and its driver.
fn house(disk: &MemoryDisk, server: &TestServer) -> House {
    let house = House::open(Arc::new(disk.clone()), server.clone());
    house.wait_started();
    house
}

fn reasons(server: &TestServer) -> Vec<Reason> {
    server.passes().iter().map(|pass| pass.reason).collect()
}

fn command(number: u64, body: GateCommandBody) -> GateCommand {
    GateCommand { number, until: morning() + Duration::from_secs(10), body }
}

fn admit(number: u64, pass: u8) -> GateCommand {
    command(
        number,
        GateCommandBody::Admit { pass: id(pass), point: id(2), direction: IN, person: id(3), guard: id(77) },
    )
}

#[test]
fn a_tap_is_on_the_disk_before_the_door_opens_and_then_with_the_server() {
    let (disk, server) = (MemoryDisk::default(), served());
    let house = house(&disk, &server);
    server.change(|state| state.is_away = true);
    house.swipe(1, 4, 1, IN);
    assert_eq!(house.wait_opened(), 1);
    let crashed = disk.crashed(0.0);
    server.change(|state| state.is_away = false);
    server.until("the pass", |state| state.records.len() == 1);
    let pass = server.passes().remove(0);
    assert_eq!((pass.person, pass.point, pass.reason), (Some(id(4)), id(1), Reason::Granted));
    assert_eq!((pass.board_event, pass.number), (Some((id(1), 1)), Some((ReaderFormat::W26Plain, 4))));
    house.kill();
    let again = TestServer::default();
    let reopened = House::open(Arc::new(crashed), again.clone());
    again.until("the pass from the disk as it was when the door opened", |state| state.records.len() == 1);
    assert_eq!(again.passes(), [pass]);
    assert_eq!(reopened.wait_started(), Some(1), "the driver goes on after the event");
}

#[test]
fn two_taps_of_a_card_at_once_let_one_person_in() {
    let (disk, server) = (MemoryDisk::default(), served());
    let house = house(&disk, &server);
    house.swipe(1, 4, 1, IN);
    house.swipe(2, 4, 1, IN);
    house.swipe(3, 4, 1, OUT);
    server.until("three passes", |state| state.records.len() == 3);
    assert_eq!(reasons(&server), [Reason::Granted, Reason::AntiPassback, Reason::Granted]);
}

#[test]
fn an_event_that_was_taken_in_is_not_taken_in_again() {
    let (disk, server) = (MemoryDisk::default(), served());
    let house = house(&disk, &server);
    house.swipe(5, 4, 2, IN);
    house.swipe(5, 4, 2, IN);
    house.swipe(4, 4, 2, IN);
    let alarm = |index| Told::Alarm {
        kind: AlarmKind::DoorForced,
        door: Some(1),
        detail: "1-2 a".to_owned(),
        moment: morning(),
        index,
    };
    house.tell(alarm(Some(5)));
    house.tell(alarm(Some(6)));
    house.tell(Told::Handled { index: 7 });
    house.swipe(7, 5, 2, IN);
    house.swipe(8, 6, 2, IN);
    server.until("the last tap", |state| state.records.len() >= 3);
    assert_eq!(server.passes().iter().map(|pass| pass.person).collect::<Vec<_>>(), [Some(id(4)), Some(id(6))]);
    let GateBody::Alarm(alarm) = server.state().records[1].body.clone() else { panic!("an alarm in between") };
    assert_eq!((alarm.kind, alarm.point, alarm.detail.as_str()), (AlarmKind::DoorForced, Some(id(1)), "1-2 "));
}

#[test]
fn a_board_that_numbers_its_events_anew_is_heard_from_the_beginning() {
    let (disk, server) = (MemoryDisk::default(), served());
    let house = house(&disk, &server);
    house.swipe(500, 4, 2, IN);
    let restarted = Told::Alarm {
        kind: AlarmKind::DeviceRestarted,
        door: None,
        detail: String::new(),
        moment: morning(),
        index: None,
    };
    house.tell(restarted);
    house.swipe(1, 5, 2, IN);
    server.until("all", |state| state.records.len() == 3);
    house.gate.unwrap().stop();
    let again = House::open(Arc::new(disk.crashed(0.0)), server);
    assert_eq!(again.wait_started(), Some(1));
}

#[test]
fn what_a_board_decided_alone_is_recorded_with_its_own_time_and_moves_people_unless_later_is_known() {
    let (disk, server) = (MemoryDisk::default(), served());
    let house = house(&disk, &server);
    house.swipe(1, 4, 1, IN);
    let earlier = morning() - Duration::from_secs(3_600);
    let at = |index, direction| DoorEvent { door: 1, direction, index, moment: earlier };
    let decided = |index, direction, number, granted| Told::BoardDecided {
        at: at(index, direction),
        number,
        granted,
        replayed: true,
    };
    house.tell(decided(2, OUT, Some(4), true));
    house.tell(decided(3, IN, Some(5), true));
    house.tell(decided(4, IN, Some(999), false));
    house.tell(decided(5, OUT, None, true));
    house.swipe(6, 4, 1, IN);
    house.swipe(7, 5, 1, IN);
    server.until("all", |state| state.records.len() == 7);
    let passes = server.passes();
    let expected = [
        Reason::Granted,
        Reason::GrantedByBoard,
        Reason::GrantedByBoard,
        Reason::DeniedByBoard,
        Reason::GrantedByButton,
        Reason::AntiPassback,
        Reason::AntiPassback,
    ];
    assert_eq!(reasons(&server), expected);
    assert_eq!((passes[1].at, passes[1].replayed, passes[1].decided_by), (earlier, true, DecidedBy::Board));
    assert_eq!((passes[2].person, passes[3].person, passes[4].number), (Some(id(5)), None, None));
}

#[test]
fn a_week_without_the_server_is_delivered_in_order_when_it_is_back() {
    let (disk, server) = (MemoryDisk::default(), served());
    let first = house(&disk, &server);
    first.until("the snapshot", |status| status.snapshot == 1);
    first.gate.unwrap().stop();
    server.change(|state| state.is_away = true);
    let house = house(&disk, &server);
    let mut index = 0;
    for _day in 0..7 {
        for _tap in 0..200 {
            index += 1;
            house.swipe(index, u64::from(index % 9) + 1, 2, if index % 2 == 0 { IN } else { OUT });
        }
        house.clock.forward_s(86_400);
    }
    house.until("all in the spool", |status| status.spool_depth == 1_400);
    assert_eq!(server.state().records.len(), 0);
    server.change(|state| state.is_away = false);
    server.until("all delivered", |state| state.records.len() == 1_400);
    let events: Vec<u32> = server.passes().iter().map(|pass| pass.board_event.unwrap().1).collect();
    assert_eq!(events, (1..=1_400).collect::<Vec<_>>());
    assert!(server.passes().is_sorted_by_key(|pass| pass.at));
    house.until("nothing left", |status| status.spool_depth == 0);
}

#[test]
fn a_gate_that_is_killed_again_and_again_loses_and_doubles_nothing() {
    let (mut disk, server) = (MemoryDisk::default(), served());
    let mut index = 0;
    for life in 0..12 {
        server.change(|state| state.is_away = life % 3 == 1);
        let house = House::open(Arc::new(disk.clone()), server.clone());
        let handled = house.wait_started().unwrap_or(0);
        assert_eq!(handled, index, "what opened a door is on the disk");
        for _ in 0..20 {
            index += 1;
            house.swipe(index, 4, 2, IN);
            house.wait_opened();
            if index % 7 == 0 {
                server.change(|state| state.loses_answers = true);
            }
        }
        disk = disk.crashed(life as f64 / 12.0);
        house.kill();
    }
    server.change(|state| state.is_away = false);
    let house = house(&disk, &server);
    server.until("all", |state| state.records.len() == index as usize);
    let events: Vec<u32> = server.passes().iter().map(|pass| pass.board_event.unwrap().1).collect();
    assert_eq!(events, (1..=index).collect::<Vec<_>>());
    drop(house);
}

#[test]
fn where_people_are_is_known_after_a_restart_and_after_a_new_snapshot() {
    let (disk, server) = (MemoryDisk::default(), served());
    let first = house(&disk, &server);
    first.swipe(1, 4, 1, IN);
    first.wait_opened();
    let crashed = disk.crashed(0.0);
    first.kill();
    let house = house(&crashed, &server);
    house.swipe(2, 4, 1, IN);
    server.until("the refusal", |state| state.records.len() == 2);
    server.change(|state| state.snapshot = Some(school(2)));
    house.until("the new snapshot", |status| status.snapshot == 2);
    house.swipe(3, 4, 1, IN);
    house.swipe(4, 5, 1, IN);
    server.until("all", |state| state.records.len() == 4);
    assert_eq!(reasons(&server)[1..], [Reason::AntiPassback, Reason::AntiPassback, Reason::Granted]);
}

#[test]
fn a_change_of_the_rules_reaches_the_next_decision() {
    let (disk, server) = (MemoryDisk::default(), served());
    let house = house(&disk, &server);
    house.swipe(1, 4, 2, IN);
    house.wait_opened();
    let mut doc = school(2);
    doc.credentials[3].status = CredentialStatus::Lost;
    server.change(|state| state.snapshot = Some(doc));
    house.until("the new snapshot", |status| status.snapshot == 2);
    house.swipe(2, 4, 2, IN);
    server.until("pass, refusal, alarm", |state| state.records.len() == 3);
    assert_eq!(reasons(&server), [Reason::Granted, Reason::CredentialLost]);
    assert_eq!(server.alarms(), [AlarmKind::LostCredentialUsed]);
}

#[test]
fn a_snapshot_that_cannot_be_used_leaves_the_gate_with_the_one_it_has() {
    let (disk, server) = (MemoryDisk::default(), served());
    let house = house(&disk, &server);
    server.change(|state| state.snapshot = Some(SnapshotDoc { time_zone: "Mars/North".to_owned(), ..school(2) }));
    let before = server.state().calls;
    server.until("it is asked again", |state| state.calls > before + 3);
    house.swipe(1, 4, 2, IN);
    assert_eq!(house.wait_opened(), 2);
    assert_eq!(house.gate.as_ref().unwrap().status().snapshot, 1);
    server.change(|state| state.snapshot = Some(school(3)));
    house.until("the good one", |status| status.snapshot == 3);
}

#[test]
fn a_guard_admits_once_and_not_too_late() {
    let (disk, server) = (MemoryDisk::default(), served());
    let first = house(&disk, &server);
    server.change(|state| state.commands = vec![admit(1, 10), admit(2, 11)]);
    assert_eq!((first.wait_opened(), first.wait_opened()), (2, 2));
    server.until("two passes", |state| state.records.len() == 2);
    let pass = server.passes().remove(0);
    assert_eq!(
        (pass.id, pass.reason, pass.person, pass.guard),
        (id(10), Reason::GrantedByGuard, Some(id(3)), Some(id(77)))
    );
    assert_eq!(pass.decided_by, DecidedBy::Guard);
    let crashed = disk.crashed(0.0);
    first.kill();
    let house = house(&crashed, &server);
    house.clock.forward_s(3_600);
    let in_time = GateCommand { until: morning() + Duration::from_secs(7_200), ..admit(4, 13) };
    server.change(|state| state.commands.extend([admit(3, 12), in_time]));
    house.wait_opened();
    server.until("three passes", |state| state.records.len() == 3);
    let ids: Vec<PassId> = server.passes().iter().map(|pass| pass.id).collect();
    assert_eq!(ids, [id(10), id(11), id(13)], "neither repeated after the restart nor done too late");
}

#[test]
fn a_virtual_lane_and_a_resync_are_commands_too() {
    let (disk, server) = (MemoryDisk::default(), served());
    let house = house(&disk, &server);
    let present = |number, card, pass| {
        command(number, GateCommandBody::Present { pass: id(pass), point: id(1), direction: IN, number: card })
    };
    server.change(|state| {
        state.commands = vec![present(1, 4, 10), present(2, 99, 11), command(3, GateCommandBody::SyncDevice(id(1)))];
    });
    house.wait("a resync", |done| (done == Done::Resynced(id(1))).then_some(()));
    server.until("two passes", |state| state.records.len() == 2);
    assert_eq!(reasons(&server), [Reason::Granted, Reason::UnknownCredential]);
    assert_eq!(server.passes()[1].number, Some((ReaderFormat::W26Plain, 99)));
}

#[test]
fn a_full_disk_stops_no_child_and_loses_nothing() {
    let (disk, server) = (MemoryDisk::default(), served());
    let house = house(&disk, &server);
    house.swipe(1, 4, 2, IN);
    house.wait_opened();
    disk.content().room = Some(10);
    for index in 2..10 {
        house.swipe(index, 4, 2, IN);
        assert_eq!(house.wait_opened(), 2);
    }
    house.until("it says so", |status| !status.spool_ok);
    server.until("the server learns of it while it lasts", |state| state.records.len() == 10);
    server.change(|state| state.is_away = true);
    for index in 10..20 {
        house.swipe(index, 4, 2, IN);
        house.wait_opened();
    }
    disk.content().room = None;
    house.until("it is over", |status| status.spool_ok);
    let crashed = disk.crashed(0.0);
    house.kill();
    server.change(|state| state.is_away = false);
    let house = House::open(Arc::new(crashed), server.clone());
    assert_eq!(house.wait_started(), Some(19));
    server.until("all and both alarms", |state| state.records.len() == 21);
    let mut events: Vec<u32> = server.passes().iter().map(|pass| pass.board_event.unwrap().1).collect();
    events.sort_unstable();
    assert_eq!(events, (1..20).collect::<Vec<_>>());
    assert_eq!(server.alarms(), [AlarmKind::SpoolFull, AlarmKind::SpoolBack]);
}

#[test]
fn what_was_delivered_from_memory_and_lost_in_a_crash_does_not_swallow_what_comes_after() {
    let (disk, server) = (MemoryDisk::default(), served());
    let first = house(&disk, &server);
    first.swipe(1, 4, 2, IN);
    first.wait_opened();
    server.until("the first", |state| state.records.len() == 1);
    disk.content().room = Some(0);
    for index in 2..6 {
        first.swipe(index, 4, 2, IN);
        first.wait_opened();
    }
    server.until("four from memory and the alarm", |state| state.records.len() == 6);
    let crashed = disk.crashed(0.0);
    first.kill();
    let house = house(&crashed, &server);
    for index in 6..9 {
        house.swipe(index, 5, 2, IN);
        house.wait_opened();
    }
    server.until("the new ones too", |state| state.records.len() == 9);
}

#[test]
fn a_server_that_takes_a_part_gets_the_rest() {
    let (disk, server) = (MemoryDisk::default(), served());
    server.change(|state| state.takes = Some(3));
    let house = house(&disk, &server);
    for index in 1..20 {
        house.swipe(index, 4, 2, IN);
    }
    server.until("all", |state| state.records.len() == 19);
    house.until("nothing left", |status| status.spool_depth == 0);
}

#[test]
fn a_refused_token_keeps_the_records_until_there_is_a_good_one() {
    let (disk, server) = (MemoryDisk::default(), served());
    let house = house(&disk, &server);
    server.change(|state| state.refuses = true);
    house.swipe(1, 4, 2, IN);
    house.wait_opened();
    house.until("kept", |status| status.spool_depth == 1);
    server.change(|state| state.refuses = false);
    server.until("delivered", |state| state.records.len() == 1);
}

#[test]
fn drivers_follow_the_devices_of_the_snapshot() {
    let (disk, server) = (MemoryDisk::default(), served());
    let house = house(&disk, &server);
    assert_eq!(house.wait_held().len(), 9);
    house.swipe(30, 4, 2, IN);
    house.wait_opened();
    let with = |version, serial, address: &str| {
        let mut doc = school(version);
        doc.devices[0].kind = DeviceKind::Uhppote { serial, address: address.to_owned(), tcp: false, open_s: 5 };
        doc
    };
    let change = |doc: SnapshotDoc| server.change(|state| state.snapshot = Some(doc));
    change(with(2, 1, "127.0.0.1:2"));
    house.wait("the old driver ends", |done| (done == Done::Ended(id(1))).then_some(()));
    assert_eq!(house.wait_started(), Some(30), "the same board at another address");
    assert_eq!(house.wait_held().len(), 9, "a new driver gets its list");
    change(with(3, 2, "127.0.0.1:2"));
    assert_eq!(house.wait_started(), None, "another board numbers its events by itself");
    house.swipe(1, 5, 2, IN);
    server.until("its first event counts", |state| state.records.len() == 3);
    assert_eq!(server.alarms(), [AlarmKind::DeviceRestarted]);
    house.wait_held();
    let mut fewer = with(4, 2, "127.0.0.1:2");
    fewer.credentials[0].status = CredentialStatus::Suspended;
    change(fewer);
    assert_eq!(house.wait_held().len(), 8, "a changed list is handed on without a restart");
    change(SnapshotDoc { devices: Vec::new(), ..school(5) });
    house.wait("the driver ends", |done| (done == Done::Ended(id(1))).then_some(()));
}

#[test]
fn lists_change_with_the_day() {
    let (disk, server) = (MemoryDisk::default(), TestServer::default());
    let mut doc = school(1);
    doc.credentials[0].valid_until = Some("2026-11-23T19:00:00Z".parse().unwrap());
    server.change(|state| state.snapshot = Some(doc));
    let house = house(&disk, &server);
    assert_eq!(house.wait_held().len(), 9);
    house.clock.forward_s(86_400);
    server.change(|state| state.commands.push(command(1, GateCommandBody::SyncDevice(id(1)))));
    assert_eq!(house.wait_held().len(), 8);
}

#[test]
fn a_driver_that_cannot_start_is_said_once_and_tried_again() {
    let (disk, server) = (MemoryDisk::default(), TestServer::default());
    let house = House::open(Arc::new(disk), server.clone());
    *house.drivers.broken.lock().unwrap() = Some("the port is in use".to_owned());
    server.change(|state| state.snapshot = Some(school(1)));
    server.until("the alarm", |state| state.records.len() == 1);
    assert_eq!(server.alarms(), [AlarmKind::DeviceUnreachable]);
    house.until("the status", |status| status.devices.iter().any(|device| device.state == DeviceState::Unreachable));
}

#[test]
fn the_server_learns_how_devices_are() {
    let (disk, server) = (MemoryDisk::default(), served());
    let house = house(&disk, &server);
    let status = |byte| DeviceStatus {
        device: id(byte),
        state: DeviceState::Online,
        clock_drift_s: Some(1),
        last_event: Some(9),
        last_seen: None,
        cards: Some((9, 0)),
        version: "6.62".to_owned(),
    };
    house.tell(Told::Status(status(1)));
    house.tell(Told::Status(status(9)));
    house.until("it is noted", |now| now.devices == [status(1)]);
    server.change(|state| state.snapshot = Some(school(2)));
    house.until("the next feed", |now| now.snapshot == 2);
    server.until("it is sent", |state| state.status.as_ref().is_some_and(|status| status.devices.len() == 1));
}

#[test]
fn an_event_at_a_door_without_a_point_moves_only_the_cursor() {
    let (disk, server) = (MemoryDisk::default(), served());
    let house = house(&disk, &server);
    house.swipe(1, 4, 3, IN);
    house.swipe(2, 4, 2, IN);
    server.until("the tap at the point", |state| state.records.len() == 1);
    assert_eq!(server.passes()[0].board_event, Some((id(1), 2)));
}

#[test]
fn stopping_writes_and_delivers_what_was_told() {
    let (disk, server) = (MemoryDisk::default(), served());
    let mut house = house(&disk, &server);
    for index in 1..300 {
        house.swipe(index, 4, 2, IN);
    }
    house.gate.take().unwrap().stop();
    assert_eq!(server.state().records.len(), 299);
    let again = House::open(Arc::new(disk.crashed(0.0)), server);
    assert_eq!(again.gate.as_ref().unwrap().status().spool_depth, 0);
    assert_eq!(again.wait_started(), Some(299));
}

/// A server that is never there.
struct Nowhere;

impl Server for Nowhere {
    fn feed(&self, _: Has, _: &GateStatus, _: Duration) -> Result<Feed, ServerError> {
        Err(ServerError::Away("nowhere".to_owned()))
    }
    fn deliver(&self, _: &[GateRecord]) -> Result<u64, ServerError> {
        Err(ServerError::Away("nowhere".to_owned()))
    }
}

#[test]
fn a_folder_belongs_to_one_gate_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let start = || {
        let house = House::open(Arc::new(MemoryDisk::default()), TestServer::default());
        let config = gate::GateConfig { dir: folder.path().join("gate"), ..config() };
        Gate::start(config, house.drivers.clone(), Arc::new(Nowhere), Arc::new(house.clock.clone()), Ids::seeded(1))
    };
    let first = start().unwrap();
    assert!(matches!(start(), Err(GateError::InUse { .. })));
    first.stop();
    drop(start().unwrap());
}

#[test]
fn in_free_passage_all_doors_stand_open_and_in_a_lock_down_boards_hold_no_cards() {
    let (disk, server) = (MemoryDisk::default(), served());
    let first = house(&disk, &server);
    let stood = |house: &House| {
        house.wait("how doors stand", |done| if let Done::Stood(_, doors) = done { Some(doors) } else { None })
    };
    let change = |version, mode| {
        server.change(|state| state.snapshot = Some(SnapshotDoc { mode, ..school(version) }));
    };
    assert_eq!(stood(&first), Doors::Controlled);
    change(2, SchoolMode::FreePassage);
    assert_eq!(stood(&first), Doors::Open);
    first.until("the snapshot", |status| status.snapshot == 2);
    first.kill();

    // After a restart too, before any server is reached.
    server.change(|state| state.refuses = true);
    let house = house(&disk, &server);
    assert_eq!(stood(&house), Doors::Open);
    server.change(|state| state.refuses = false);
    assert_eq!(house.wait_held().len(), 9);
    change(3, SchoolMode::LockedDown);
    assert_eq!(stood(&house), Doors::Controlled);
    assert!(house.wait_held().is_empty(), "whom a board that is cut off lets in");
    change(4, SchoolMode::Normal);
    assert_eq!(house.wait_held().len(), 9);
}

#[test]
fn when_neither_disk_nor_memory_has_room_nobody_enters_unrecorded_and_the_board_is_read_again() {
    let (disk, server) = (MemoryDisk::default(), served());
    let house = House::open_with(Arc::new(disk.clone()), server.clone(), morning(), 3);
    house.wait_started();
    house.wait_held();
    server.change(|state| state.refuses = true);
    disk.content().room = Some(0);
    // The disk takes nothing and memory three records: two passes, and the alarm of the disk.
    for index in 1..=2 {
        house.swipe(index, u64::from(index), 2, IN);
        assert_eq!(house.wait_opened(), 2);
    }
    house.until("the disk to be seen as broken", |status| !status.spool_ok);
    house.swipe(3, 3, 2, IN);
    house.swipe(4, 4, 1, OUT);
    assert_eq!(house.wait_opened(), 1, "the third is not let in, the fourth is not kept in");
    disk.content().room = None;
    server.change(|state| state.refuses = false);
    assert_eq!(house.wait_started(), Some(2), "read again after what is kept");
    house.swipe(3, 3, 2, IN);
    assert_eq!(house.wait_opened(), 2);
    server.until("three passes", |state| {
        state.records.iter().filter(|record| matches!(record.body, GateBody::Pass(_))).count() == 3
    });
    let events: Vec<u32> = server.passes().iter().map(|pass| pass.board_event.unwrap().1).collect();
    assert_eq!(events, [1, 2, 3]);
}

#[test]
fn a_gate_with_a_new_folder_goes_on_where_the_server_is() {
    let server = TestServer::default();
    let mut doc = school(1);
    doc.devices[0].last_event = Some(120);
    server.change(|state| state.snapshot = Some(doc.clone()));
    let disk = MemoryDisk::default();
    let house = House::open(Arc::new(disk), server.clone());
    assert_eq!(house.wait_started(), Some(120));
    house.wait_held();
    house.swipe(121, 4, 2, IN);
    house.wait_opened();

    // The word of the server alone starts no driver anew.
    doc.version = 2;
    doc.devices[0].last_event = Some(121);
    server.change(|state| state.snapshot = Some(doc));
    house.until("the snapshot", |status| status.snapshot == 2);
    house.swipe(122, 5, 2, IN);
    house.wait_opened();
}
