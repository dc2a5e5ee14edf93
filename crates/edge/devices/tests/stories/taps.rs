//! A card is shown, the gate says yes, the door opens.

use std::sync::Arc;

use devices::uhppote::codec::{BoardEvent, BoardMoment, BoardNow, EventKind, EventReason, Reply, Request, Status};
use gate::driver::Told;
use jiff::civil::date;
use kernel::{AlarmKind, Clock, Direction};
use uhppote_board::{Reason, UnknownCard};

use crate::bench::{Bench, CARD, SERIAL, ask, list, until};

fn a_tap_opens(mut bench: Bench) {
    bench.wait_for_control();
    let index = bench.board.swipe(CARD, 2, false);
    let (at, number) = bench.ear.next("the swipe", |told| match told {
        Told::Swipe { at, number, .. } => Some((*at, *number)),
        _ => None,
    });
    assert_eq!((at.index, at.door, at.direction, number), (index, 2, Direction::Out, u64::from(CARD)));
    assert_eq!(at.moment, bench.clock.now());
    assert_eq!(bench.board.opened(2), 0, "nobody has said yes");

    bench.driver.open(2);
    let board = &bench.board;
    until("the relay", || board.opened(2) == 1);
    let confirmation = bench.ear.event(index + 1);
    assert_eq!(confirmation, Told::Handled { index: index + 1 });
    assert_eq!(bench.board.opened(2), 1);
}

#[test]
fn a_tap_opens_the_door_over_udp() {
    a_tap_opens(Bench::start(None, |_| {}, |_| {}));
}

#[test]
fn a_tap_opens_the_door_over_tcp() {
    a_tap_opens(Bench::start_over(true, None, |_| {}, |_| {}));
}

#[test]
fn a_tap_opens_the_door_of_a_board_that_pushes_as_firmware_6_62_does() {
    a_tap_opens(Bench::start(None, |_| {}, |config| config.firmware = 0x0662));
}

#[test]
fn a_tap_whose_push_is_lost_is_found_by_asking() {
    let mut bench = Bench::online();
    bench.board.drop_pushes(true);
    for door in [1, 2, 3] {
        let index = bench.board.swipe(CARD, door, true);
        assert_eq!(bench.ear.swipe(), (index, door, u64::from(CARD)));
    }
}

#[test]
fn a_tap_needs_no_question_before_it_is_told() {
    let mut bench = Bench::online();
    let index = bench.board.swipe(CARD, 1, true);
    bench.ear.event(index);
    assert_eq!(bench.board.requests(0xB0), 0, "the push says it all");
}

#[test]
fn a_card_that_the_board_refuses_by_itself_while_the_host_is_in_control_is_asked_about() {
    let mut bench = Bench::start(None, |_| {}, |config| config.unknown_card = UnknownCard::DenyAtOnce);
    bench.wait_for_control();
    // The next question means that the driver has the answer to the one before it: it is in control, and knows it.
    let (board, polls) = (&bench.board, bench.board.requests(0x20));
    until("the next look", || board.requests(0x20) > polls + 1);
    let index = bench.board.swipe(CARD, 1, true);
    assert_eq!(bench.board.events().last().unwrap().reason, Reason::UnknownCard as u8);
    assert_eq!(bench.ear.swipe(), (index, 1, u64::from(CARD)));
}

#[test]
fn an_opening_does_not_wait_for_the_card_list() {
    const CARDS: u32 = 20_000;
    let mut bench = Bench::online();
    bench.driver.hold(Arc::new(list(1..=CARDS)));
    let board = &bench.board;
    until("the first cards", || board.requests(0x50) > 10);
    bench.board.swipe(CARD, 1, true);
    bench.ear.swipe();
    bench.driver.open(1);
    until("the relay", || board.opened(1) == 1);
    assert!(bench.board.requests(0x50) < u64::from(CARDS), "the list was complete before the door opened");
}

#[test]
fn doors_that_no_board_has_stay_closed() {
    let mut bench = Bench::online();
    bench.driver.open(0);
    bench.driver.open(5);
    bench.driver.open(1);
    let board = &bench.board;
    until("the relay", || board.opened(1) == 1);
    assert_eq!(bench.board.requests(0x40), 1);
    assert!(!bench.ear.has_heard(|told| matches!(told, Told::Alarm { .. })));
}

#[test]
fn an_opening_that_nobody_answers_is_an_alarm_of_its_door_and_comes_no_later() {
    let mut bench = Bench::online();
    bench.board.unplug();
    bench.driver.open(3);
    let door = bench.ear.next("the alarm", |told| match told {
        Told::Alarm { kind: AlarmKind::DoorFailed, door: Some(door), .. } => Some(*door),
        _ => None,
    });
    assert_eq!(door, 3);
    bench.board.plug();
    bench.ear.alarm(AlarmKind::DeviceBack);
    assert_eq!(bench.board.opened(3), 0);
    bench.driver.open(3);
    let opened =
        bench.ear.next("the opening", |told| if let Told::Opened { door } = told { Some(*door) } else { None });
    assert_eq!((opened, bench.board.opened(3)), (3, 1));
}

/// A push made by hand: event 1, a refusal so many seconds before the board's clock.
fn push(age_s: i8) -> [u8; 64] {
    let event = BoardEvent {
        index: 1,
        kind: EventKind::Swipe,
        granted: false,
        door: 1,
        direction: 1,
        card: CARD,
        at: BoardMoment::At(date(2026, 11, 23).at(7, 30, 59 - age_s, 0)),
        reason: EventReason::PcControl,
    };
    let status = Status {
        event: Some(event),
        doors_open: [false; 4],
        buttons: [false; 4],
        error: 0,
        now: BoardNow::At(date(2026, 11, 23).at(7, 30, 59, 0)),
        sequence: 1,
        special: 0,
        relays: 0,
        inputs: 0,
    };
    Reply::Status(status).frame(SERIAL)
}

/// The port that the board was told to push to.
fn event_port(bench: &Bench) -> u16 {
    match ask(&bench.board, Request::GetListener) {
        Reply::Listener(setting) => setting.port,
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_old_event_that_is_pushed_late_opens_nothing() {
    let mut bench = Bench::online();
    let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.send_to(&push(40), ("127.0.0.1", event_port(&bench))).unwrap();
    match bench.ear.event(1) {
        Told::BoardDecided { at, granted: false, replayed: true, .. } => {
            assert_eq!(bench.clock.now().duration_since(at.moment).as_secs(), 40);
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_push_from_another_address_than_the_boards_is_not_believed() {
    let mut bench = Bench::online();
    let port = event_port(&bench);
    let forger = std::net::UdpSocket::bind("127.0.0.2:0").unwrap();
    forger.send_to(&push(0), ("127.0.0.1", port)).unwrap();
    // The true event of the same index is told, and told once.
    assert_eq!(bench.board.swipe(77, 2, true), 1);
    assert_eq!(bench.ear.swipe(), (1, 2, 77));
    assert_eq!(bench.ear.indices(), [1]);
}
