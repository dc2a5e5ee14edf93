//! Events that are no taps, and events of times when nobody listened.

use std::sync::Arc;

use gate::driver::Told;
use jiff::{SignedDuration, Timestamp};
use kernel::{AlarmKind, Clock, DeviceState};
use uhppote_board::Board;

use crate::bench::{Bench, CARD, Ear, board_config, drive, list, morning, until};

/// So many swipes; the index of the last.
fn swipes(board: &Board, count: u32) -> u32 {
    (0..count).fold(0, |_, _| board.swipe(CARD, 1, true))
}

/// What the board decided by itself, as told for this index.
fn decided(ear: &mut Ear, index: u32) -> (Option<u64>, bool, bool, Timestamp) {
    match ear.event(index) {
        Told::BoardDecided { at, number, granted, replayed } => (number, granted, replayed, at.moment),
        other => panic!("{other:?}"),
    }
}

#[test]
fn alarms_and_buttons_and_doors_are_told_for_what_they_are() {
    let mut bench = Bench::online();
    let board = &bench.board;
    let forced = board.door_forced(1);
    let held = board.door_held(2);
    let fire = board.fire(true);
    let button = board.press_button(3);
    assert_eq!(bench.ear.alarm(AlarmKind::DoorForced), (Some(1), String::new(), Some(forced)));
    assert_eq!(bench.ear.alarm(AlarmKind::DoorHeld), (Some(2), String::new(), Some(held)));
    assert_eq!(bench.ear.alarm(AlarmKind::Fire).2, Some(fire));
    let (number, granted, replayed, _) = decided(&mut bench.ear, button);
    assert_eq!((number, granted, replayed), (None, true, false));
    let opened = bench.board.door_opened(4);
    let closed = bench.board.door_closed(4);
    assert_eq!(bench.ear.event(opened), Told::Handled { index: opened });
    assert_eq!(bench.ear.event(closed), Told::Handled { index: closed });
}

#[test]
fn a_board_that_is_unplugged_decides_by_its_list_and_tells_afterwards() {
    let mut bench = Bench::start(None, |_| {}, |config| config.host_silence = std::time::Duration::from_millis(400));
    bench.wait_for_control();
    bench.driver.hold(Arc::new(list([CARD])));
    bench.ear.status("the list to be held", |status| status.cards == Some((1, 0)));

    bench.board.unplug();
    assert_eq!(bench.ear.alarm(AlarmKind::DeviceUnreachable), (None, String::new(), None));
    bench.ear.status("the state", |status| status.state == DeviceState::Unreachable);
    let entered = bench.clock.now();
    let known = bench.board.swipe(CARD, 1, true);
    bench.clock.forward_s(600);
    let unknown = bench.board.swipe(77, 2, true);
    bench.clock.forward_s(3600);

    bench.board.plug();
    bench.ear.alarm(AlarmKind::DeviceBack);
    assert_eq!(decided(&mut bench.ear, known), (Some(u64::from(CARD)), true, true, entered));
    let later = entered + SignedDuration::from_secs(600);
    assert_eq!(decided(&mut bench.ear, unknown), (Some(77), false, true, later));
    assert_eq!(bench.board.opened(1), 1);

    let unreachable = |told: &&Told| matches!(told, Told::Alarm { kind: AlarmKind::DeviceUnreachable, .. });
    assert_eq!(bench.ear.events().iter().filter(unreachable).count(), 1);
    bench.ear.status("the state", |status| status.state == DeviceState::Online);

    // The host decides again.
    let board = &bench.board;
    let mut index = 0;
    until("the board to be under control", || {
        index = board.swipe(CARD, 1, true);
        board.events().last().unwrap().reason == uhppote_board::Reason::HostDecides as u8
    });
    assert!(matches!(bench.ear.event(index), Told::Swipe { .. }));
}

#[test]
fn a_refusal_that_nobody_heard_in_time_is_the_boards_and_opens_nothing() {
    let mut bench = Bench::online();
    bench.board.unplug();
    let index = bench.board.swipe(CARD, 1, true);
    let shown = bench.clock.now();
    bench.clock.forward_s(4);
    bench.board.plug();
    assert_eq!(decided(&mut bench.ear, index), (Some(u64::from(CARD)), false, true, shown));
}

#[test]
fn a_clock_that_is_a_day_off_is_mended_and_times_of_before_are_put_right() {
    for (off_s, detail) in [(86_400, "+86400"), (-86_400, "-86400"), (-847_000_000, "-847000000")] {
        let clock_before = |board: &Board| {
            board.set_clock_offset_s(off_s);
            board.swipe(CARD, 1, true);
            board.swipe(CARD, 2, true);
        };
        let mut bench = Bench::start(None, clock_before, |_| {});
        // No host has ever been there: the board decided, a moment ago by both clocks.
        for index in [1, 2] {
            let (_, _, replayed, moment) = decided(&mut bench.ear, index);
            assert!(replayed);
            assert!(moment.duration_since(morning()).abs() <= SignedDuration::from_secs(1), "{moment} with {off_s}");
        }
        assert_eq!(bench.ear.alarm(AlarmKind::ClockDrift), (None, detail.to_owned(), None));
        bench.ear.status("the clock to be right", |status| status.clock_drift_s == Some(0));
        assert_eq!(bench.board.now().date().to_string(), "2026-11-23");
        let drifts = |told: &&Told| matches!(told, Told::Alarm { kind: AlarmKind::ClockDrift, .. });
        assert_eq!(bench.ear.events().iter().filter(drifts).count(), 1);

        bench.board.unplug();
        bench.ear.alarm(AlarmKind::DeviceUnreachable);
        let index = bench.board.swipe(CARD, 1, true);
        bench.clock.forward_s(100);
        bench.board.plug();
        let (_, _, _, moment) = decided(&mut bench.ear, index);
        assert_eq!(moment, morning(), "after the clock was mended");
    }
}

#[test]
fn a_clock_that_is_some_seconds_off_is_mended_without_an_alarm() {
    let mut bench = Bench::online();
    bench.board.set_clock_offset_s(30);
    bench.ear.status("the drift to be seen", |status| {
        status.clock_drift_s.is_some_and(|drift_s| drift_s > 2) || status.clock_drift_s == Some(0)
    });
    let board = &bench.board;
    until("the clock to be set", || board.now().time().to_string() == "07:30:00");
    assert!(!bench.ear.has_heard(|told| matches!(told, Told::Alarm { .. })));
}

#[test]
fn events_that_were_overwritten_are_an_alarm_that_names_them() {
    let mut bench = Bench::start(None, |_| {}, |config| config.events = 20);
    bench.wait_for_control();
    let first = bench.board.swipe(CARD, 1, true);
    bench.ear.event(first);
    bench.board.unplug();
    bench.clock.forward_s(60);
    let last = swipes(&bench.board, 60);
    bench.clock.forward_s(60);
    bench.board.plug();

    let (_, detail, index) = bench.ear.alarm(AlarmKind::EventsLost);
    assert_eq!((detail, index), (format!("{}-{}", first + 1, last - 20), Some(last - 20)));
    bench.ear.event(last);
    let indices = bench.ear.indices();
    let expected = (first..=first).chain(last - 20..=last).collect::<Vec<_>>();
    assert_eq!(indices, expected);
}

#[test]
fn a_gate_that_never_handled_an_event_misses_none_of_before() {
    let prepare = |board: &Board| _ = swipes(board, 60);
    let mut bench = Bench::start(None, prepare, |config| config.events = 20);
    bench.ear.event(60);
    assert_eq!(bench.ear.indices(), (40..=60).collect::<Vec<_>>());
    assert!(!bench.ear.has_heard(|told| matches!(told, Told::Alarm { .. })));
}

#[test]
fn a_gate_that_comes_back_is_told_what_came_after_what_it_has() {
    let prepare = |board: &Board| _ = swipes(board, 9);
    let mut bench = Bench::start(Some(5), prepare, |_| {});
    bench.ear.event(9);
    assert_eq!(bench.ear.indices(), [6, 7, 8, 9]);
}

#[test]
fn a_long_backlog_is_told_in_order_while_the_board_decides_by_itself() {
    let mut bench = Bench::online();
    bench.board.unplug();
    bench.ear.alarm(AlarmKind::DeviceUnreachable);
    let last = swipes(&bench.board, 400);
    bench.clock.forward_s(60);
    bench.board.plug();
    bench.ear.event(last);
    assert_eq!(bench.ear.indices(), (1..=last).collect::<Vec<_>>());
    let board = &bench.board;
    let mut index = 0;
    until("the board to be under control", || {
        index = board.swipe(CARD, 1, true);
        board.events().last().unwrap().reason == uhppote_board::Reason::HostDecides as u8
    });
    assert!(matches!(bench.ear.event(index), Told::Swipe { .. }));
}

#[test]
fn a_board_that_was_switched_off_and_on_is_told_and_set_up_again() {
    let mut bench = Bench::online();
    let taken = bench.board.requests(0xA0);
    bench.board.power_cycle();
    let (door, _, index) = bench.ear.alarm(AlarmKind::DeviceRestarted);
    assert_eq!((door, index), (None, Some(1)));
    let board = &bench.board;
    until("control to be taken again", || board.requests(0xA0) > taken);
    let index = bench.board.swipe(CARD, 1, true);
    assert!(matches!(bench.ear.event(index), Told::Swipe { .. }));
}

#[test]
fn a_board_that_was_restored_is_told_from_its_first_event_on() {
    let mut bench = Bench::online();
    bench.driver.hold(Arc::new(list([CARD])));
    bench.ear.status("the list to be held", |status| status.cards == Some((1, 0)));
    let last = swipes(&bench.board, 7);
    bench.ear.event(last);

    let address = bench.board.addr();
    drop(bench.board);
    let mut config = board_config(&bench.clock);
    config.bind = address;
    let board = Board::start(config).unwrap();
    board.swipe(CARD, 2, true);
    board.swipe(CARD, 3, true);

    let (_, detail, index) = bench.ear.alarm(AlarmKind::DeviceRestarted);
    assert_eq!((detail, index), (last.to_string(), None), "an alarm without an index: the numbers begin anew");
    bench.ear.event(1);
    bench.ear.event(2);
    until("the cards to be stored again", || board.cards().len() == 1);
}

#[test]
fn two_boards_share_one_event_port() {
    use devices::drivers;
    use gate::driver::Drivers;
    use kernel::TestClock;

    let clock = TestClock::at(morning());
    let drivers = drivers(crate::bench::config(), Arc::new(clock.clone()));
    let mut lanes = [201_020_304, 402_020_304].map(|serial| {
        let mut config = board_config(&clock);
        config.serial = serial;
        let board = Board::start(config).unwrap();
        let device = crate::bench::device(board.addr(), serial, false);
        let (ear, inbox) = Ear::new(device.id);
        let driver = drivers.start(&device, None, inbox).unwrap();
        (board, ear, driver)
    });
    for (board, ear, _) in &mut lanes {
        ear.status("the board to answer", |status| status.state == DeviceState::Online);
        until("the board to be under control", || board.requests(0xA0) > 0);
    }
    for (number, (board, ear, driver)) in lanes.iter_mut().enumerate() {
        let number = number as u32 + 500;
        let index = board.swipe(number, 1, true);
        assert_eq!(ear.swipe(), (index, 1, u64::from(number)));
        driver.open(1);
        until("the relay", || board.opened(1) == 1);
    }
}

#[test]
fn a_gate_that_has_stopped_is_asked_nothing_more() {
    let clock = kernel::TestClock::at(morning());
    let board = Board::start(board_config(&clock)).unwrap();
    let (driver, ear) = drive(&board, false, None, &clock);
    until("the board to be under control", || board.requests(0xA0) == 1);
    drop(ear);
    board.swipe(CARD, 1, true);
    until("control to be given back", || board.requests(0xA0) == 2);
    drop(driver);
}

#[test]
fn a_driver_that_ends_lets_the_board_decide_at_once() {
    let mut bench = Bench::online();
    bench.driver.hold(Arc::new(list([CARD])));
    bench.ear.status("the list to be held", |status| status.cards == Some((1, 0)));
    let Bench { board, driver, .. } = bench;
    drop(driver);
    until("control to be given back", || board.requests(0xA0) >= 2);
    board.swipe(CARD, 1, true);
    assert_eq!(board.opened(1), 1);
}
