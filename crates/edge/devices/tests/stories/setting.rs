//! How a board is set up.

use devices::uhppote::codec::{Door, DoorControl, DoorMode, Reply, Request};
use gate::driver::Doors;
use kernel::{AlarmKind, DeviceDoc, DeviceKind, DeviceState};
use uhppote_board::Board;

use crate::bench::{Bench, Ear, SERIAL, ask, config, device, morning, until};

#[test]
fn doors_open_for_as_long_as_the_device_says_and_for_the_gate_alone() {
    let mut bench = Bench::start(None, |_| {}, |_| {});
    bench.wait_for_control();
    for door in Door::ALL {
        match ask(&bench.board, Request::GetDoor(door)) {
            Reply::Door(control) => assert_eq!((control.mode, control.open_s), (DoorMode::Controlled, 4)),
            other => panic!("{other:?}"),
        }
    }
    let status = bench.ear.status("the version", |status| !status.version.is_empty());
    assert_eq!((status.version.as_str(), status.state), ("8.92", DeviceState::Online));
}

/// How the doors of a board stand.
fn modes(board: &Board) -> Vec<DoorMode> {
    let mode = |door: &Door| match ask(board, Request::GetDoor(*door)) {
        Reply::Door(control) => control.mode,
        other => panic!("{other:?}"),
    };
    Door::ALL.iter().map(mode).collect()
}

#[test]
fn in_free_passage_every_door_stands_open_until_it_is_over() {
    let Bench { board, driver, ear, clock } = Bench::online();
    driver.keep_doors(Doors::Open);
    until("the doors to stand open", || modes(&board) == [DoorMode::Open; 4]);

    // Other software shuts one: it opens again.
    let shut = DoorControl { door: Door::ALL[2], mode: DoorMode::Closed, open_s: 4 };
    ask(&board, Request::SetDoor(shut));
    until("the doors to stand open again", || modes(&board) == [DoorMode::Open; 4]);

    // The gate goes, a new driver comes that was told nothing yet, the board loses its power: nobody shuts a door.
    drop((driver, ear));
    board.power_cycle();
    let (_ear, inbox) = Ear::new(device(board.addr(), SERIAL, false).id);
    let drivers = devices::drivers(config(), std::sync::Arc::new(clock));
    let driver = gate::driver::Drivers::start(&drivers, &device(board.addr(), SERIAL, false), None, inbox).unwrap();
    let asked = board.requests(0x92);
    until("two looks at the settings", || board.requests(0x92) > asked + 1);
    assert_eq!(modes(&board), [DoorMode::Open; 4]);

    driver.keep_doors(Doors::Open);
    let asked = board.requests(0x82);
    until("a look at the doors", || board.requests(0x82) >= asked + 4);
    assert_eq!(modes(&board), [DoorMode::Open; 4]);
    driver.keep_doors(Doors::Controlled);
    until("the doors to be controlled", || modes(&board) == [DoorMode::Controlled; 4]);
}

#[test]
fn doors_open_in_a_fire_before_a_long_memory_is_read() {
    let clock = kernel::TestClock::at(morning());
    let board = Board::start(crate::bench::board_config(&clock)).unwrap();
    let last = (0..2_000).fold(0, |_, _| board.swipe(crate::bench::CARD, 1, true));
    let (driver, mut ear) = crate::bench::drive(&board, false, None, &clock);
    ear.event(1);
    driver.keep_doors(Doors::Open);
    until("the doors to stand open", || modes(&board) == [DoorMode::Open; 4]);
    assert!(ear.indices().last().is_some_and(|index| *index < last), "not before the memory was read");
}

#[test]
fn what_is_set_already_is_not_written_again() {
    let mut bench = Bench::online();
    let written = |board: &Board| (board.requests(0x90), board.requests(0x80));
    let before = written(&bench.board);
    assert_eq!(before, (1, 4));
    let board = &bench.board;
    until("two more looks at the settings", || board.requests(0x92) > 3);
    assert_eq!((written(board), board.requests(0x8E)), (before, 1));
    bench.board.unplug();
    bench.ear.alarm(AlarmKind::DeviceUnreachable);
    bench.board.plug();
    bench.ear.alarm(AlarmKind::DeviceBack);
    let (board, asked) = (&bench.board, bench.board.requests(0xA0));
    until("control to be taken again", || board.requests(0xA0) > asked);
    assert_eq!(written(&bench.board), before);
}

#[test]
fn a_device_that_cannot_be_driven_is_refused_with_a_sentence() {
    use std::sync::Arc;

    use devices::drivers;
    use gate::driver::Drivers;
    use kernel::TestClock;

    let clock = Arc::new(TestClock::at(morning()));
    let mut with_address = device("127.0.0.1:1".parse().unwrap(), SERIAL, false);
    if let DeviceKind::Uhppote { address, .. } = &mut with_address.kind {
        *address = "not an address".to_owned();
    }
    let (_ear, inbox) = Ear::new(with_address.id);
    let refused = drivers(config(), clock.clone()).start(&with_address, None, inbox.clone()).err();
    assert_eq!(refused.as_deref(), Some("address \"not an address\" is not host:port"));

    let taken = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let mut config = config();
    config.uhppote.event_bind = taken.local_addr().unwrap();
    let drivers = drivers(config, clock);
    let board = device("127.0.0.1:1".parse().unwrap(), SERIAL, false);
    let refused = drivers.start(&board, None, inbox.clone()).err().unwrap();
    assert!(refused.starts_with("opening the event port: "), "{refused}");
    // A page in the browser needs no port.
    let lane = DeviceDoc { id: board.id, kind: DeviceKind::Virtual, last_event: None };
    assert!(drivers.start(&lane, None, inbox).is_ok());
}

#[test]
fn a_virtual_turnstile_is_always_ready() {
    use std::sync::Arc;

    use devices::virtual_lane::VirtualLane;
    use gate::driver::{BoardList, Driver};

    let (mut ear, inbox) = Ear::new(device("127.0.0.1:1".parse().unwrap(), SERIAL, false).id);
    let lane = VirtualLane::start(device("127.0.0.1:1".parse().unwrap(), SERIAL, false).id, morning(), inbox);
    ear.status("to be ready", |status| status.state == DeviceState::Online);
    lane.open(1);
    lane.open(1);
    lane.hold(Arc::new(BoardList::new()));
    lane.resync();
    assert_eq!(lane.opened(), 2);
}
