//! Who is let in, by whom, and what the event says.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use uhppote_board::{Board, BoardConfig, Reason, UnknownCard};

use crate::host::{Host, MAGIC, card, u32_at, until};

/// A board whose clock stands at noon of a Monday, and a handle to move it by seconds.
fn at_noon(change: impl FnOnce(&mut BoardConfig)) -> (Board, Host, Arc<AtomicI64>) {
    let moved = Arc::new(AtomicI64::new(0));
    let seen = Arc::clone(&moved);
    let noon: Timestamp = "2026-11-23T07:00:00Z".parse().unwrap();
    let clock = move || noon + SignedDuration::from_secs(seen.load(Ordering::SeqCst));
    let mut config = BoardConfig { clock: Some(Arc::new(clock)), ..BoardConfig::default() };
    change(&mut config);
    let board = Board::start(config).unwrap();
    let host = Host::of(&board);
    (board, host, moved)
}

/// The reason of the event with this index, as the wire gives it.
fn reason(host: &Host, index: u32) -> u8 {
    let event = host.event(index);
    assert_eq!(u32_at(&event, 8), index);
    event[27]
}

#[test]
fn the_board_decides_by_its_own_list() {
    let (board, host, _) = at_noon(|_| {});
    assert!(host.puts(7, [1, 0, 29, 30]));
    let mut old = card(8, [1; 4]);
    old[8..12].copy_from_slice(&[0x20, 0x26, 0x11, 0x22]);
    assert!(host.does(0x50, &old));
    let mut profile = vec![29, 0x20, 0x26, 0x01, 0x01, 0x20, 0x27, 0x12, 0x31, 1, 1, 1, 1, 1, 0, 0];
    profile.extend([0x08, 0x00, 0x11, 0x59]);
    assert!(host.does(0x88, &profile));
    for (number, door, expected) in [
        (7, 1, Reason::Swipe),
        (7, 2, Reason::NoRights),
        (7, 3, Reason::OutsideProfile),
        (7, 4, Reason::Swipe),
        (8, 1, Reason::OutsideDates),
        (9, 1, Reason::UnknownCard),
    ] {
        let index = board.swipe(number, door, true);
        assert_eq!(reason(&host, index), expected as u8, "card {number}, door {door}");
    }
    assert_eq!([1, 2, 3, 4].map(|door| board.opened(door)), [1, 0, 0, 1]);
    assert_eq!(board.swipe(7, 0, true), 0);
    assert_eq!(board.swipe(7, 5, true), 0);
}

#[test]
fn an_event_says_the_way_and_a_granted_swipe_is_of_type_2() {
    let (board, host, _) = at_noon(|_| {});
    host.puts(7, [1, 0, 0, 0]);
    let granted = host.event(board.swipe(7, 1, false));
    assert_eq!(granted[12..16], [2, 1, 1, 2]);
    assert_eq!(granted[16..20], [7, 0, 0, 0]);
    assert_eq!(granted[20..28], [0x20, 0x26, 0x11, 0x23, 0x12, 0x00, 0x00, 1]);
    let denied = host.event(board.swipe(7, 2, true));
    assert_eq!(denied[12..16], [1, 0, 2, 1]);
}

#[test]
fn a_host_in_control_opens_and_its_silence_gives_the_decision_back() {
    let (board, host, _) = at_noon(|config| config.host_silence = Duration::from_secs(2));
    let listener = Host::of(&board);
    let openings = board.openings(8);
    host.puts(7, [1, 0, 0, 0]);
    host.sends_events_to(&listener, 0);
    host.takes_control(true);

    let index = board.swipe(7, 1, true);
    let push = listener.receive();
    assert_eq!((u32_at(&push, 8), push[27]), (index, Reason::HostDecides as u8));
    assert_eq!(board.opened(1), 0);
    assert!(host.does(0x40, &[1]));
    let push = listener.receive();
    assert_eq!((push[12], push[13], push[27]), (2, 1, Reason::RemoteOpen as u8));
    assert_eq!(push[49], 0b0001, "the relay is shown as energised");
    assert_eq!(openings.recv_timeout(Duration::from_secs(20)).unwrap().door, 1);
    assert_eq!(board.opened(1), 1);

    until("the board deciding by itself", || board.swipe(7, 1, true) > 0 && board.opened(1) > 1);
    host.ask(0x20, &[]);
    let index = board.swipe(7, 1, true);
    assert_eq!(reason(&host, index), Reason::HostDecides as u8, "the host has spoken again");
}

#[test]
fn a_board_that_has_never_heard_its_host_decides_by_itself() {
    let (board, host, _) = at_noon(|_| {});
    host.puts(7, [1, 0, 0, 0]);
    host.takes_control(true);
    board.power_cycle();
    let index = board.swipe(7, 1, true);
    assert_eq!(reason(&host, index), Reason::Swipe as u8);
    assert_eq!(reason(&host, index - 1), Reason::PowerOn as u8);
}

#[test]
fn an_unknown_card_under_a_hosts_control_is_as_the_configuration_says() {
    for (unknown_card, expected) in
        [(UnknownCard::AskHost, Reason::HostDecides), (UnknownCard::DenyAtOnce, Reason::UnknownCard)]
    {
        let (board, host, _) = at_noon(|config| config.unknown_card = unknown_card);
        host.takes_control(true);
        assert_eq!(reason(&host, board.swipe(9, 1, true)), expected as u8);
    }
}

#[test]
fn door_modes_are_obeyed_by_cards_hosts_and_buttons() {
    let (board, host, _) = at_noon(|_| {});
    host.puts(7, [1; 4]);
    assert!(host.does(0x8E, &[1]));
    assert_eq!(host.ask(0x80, &[1, 2, 7])[8..11], [1, 2, 7]);
    assert_eq!(reason(&host, board.swipe(7, 1, true)), Reason::NormallyClosed as u8);
    assert!(!host.does(0x40, &[1]));
    assert_eq!(reason(&host, board.press_button(1)), Reason::ButtonLocked as u8);
    assert_eq!(board.opened(1), 0);

    assert_eq!(host.ask(0x80, &[2, 1, 3])[8..11], [2, 1, 3]);
    assert_eq!(host.ask(0x20, &[])[49], 0b0010, "a normally open door is unlocked all the time");
    assert_eq!(host.ask(0x80, &[3, 9, 4])[8..11], [3, 3, 4], "an unknown mode leaves the mode as it was");
    host.send(&host.request(0x82, &[5]));
    assert!(host.hears_nothing(), "there is no fifth door");
}

#[test]
fn a_door_of_first_cards_waits_for_one() {
    let (board, host, _) = at_noon(|_| {});
    host.puts(7, [1; 4]);
    let mut first = card(8, [1; 4]);
    first.extend([0, 0, 0, 0b0001]);
    assert!(host.does(0x50, &first));
    let rule = [1, 0x08, 0x00, 0, 0x17, 0x00, 3, 1, 1, 1, 1, 1, 1, 1];
    assert!(host.does(0xAA, &rule));
    assert_eq!(reason(&host, board.swipe(7, 1, true)), Reason::Swipe as u8, "not in force before the refresh");
    assert!(host.does(0xAC, &MAGIC));
    assert_eq!(reason(&host, board.swipe(7, 1, true)), Reason::FirstCard as u8);
    assert_eq!(reason(&host, board.swipe(8, 1, true)), Reason::Swipe as u8);
    assert_eq!(reason(&host, board.swipe(7, 1, true)), Reason::Swipe as u8);
}

#[test]
fn anti_passback_and_interlock_deny() {
    let (board, host, _) = at_noon(|_| {});
    host.puts(7, [1; 4]);
    assert!(host.does(0x84, &[1]));
    assert_eq!(host.ask(0x86, &[])[8], 1);
    assert!(!host.does(0x84, &[5]));
    let reasons = [1, 1, 2, 1].map(|door| reason(&host, board.swipe(7, door, true)));
    assert_eq!(reasons, [1, 8, 1, 1]);

    assert!(host.does(0xA2, &[2]));
    assert!(!host.does(0xA2, &[5]));
    board.door_opened(3);
    assert_eq!(reason(&host, board.swipe(7, 4, true)), Reason::Interlock as u8);
    assert!(!host.does(0x40, &[4]));
    board.door_closed(3);
    assert_eq!(reason(&host, board.swipe(7, 4, true)), Reason::Swipe as u8);
}

#[test]
fn a_keypad_asks_for_the_pin_and_a_supervisors_code_opens() {
    let (board, host, _) = at_noon(|_| {});
    let mut with_pin = card(7, [1; 4]);
    with_pin.extend([0x6B, 0x1D, 0x00]);
    assert!(host.does(0x50, &with_pin));
    assert!(host.does(0xA4, &[1, 0, 0, 0]));
    assert_eq!(reason(&host, board.swipe_with_pin(7, 1, true, 1)), Reason::WrongPin as u8);
    assert_eq!(reason(&host, board.swipe_with_pin(7, 1, true, 7531)), Reason::Swipe as u8);
    assert_eq!(reason(&host, board.swipe_with_pin(7, 2, true, 1)), Reason::Swipe as u8);

    let mut codes = vec![1, 0, 0, 0];
    codes.extend(12_345u32.to_le_bytes());
    codes.extend(1_000_000u32.to_le_bytes());
    assert!(host.does(0x8C, &codes));
    assert_eq!(board.enter_passcode(1, 0), 0);
    assert_eq!(board.enter_passcode(1, 1_000_000), 0);
    assert_eq!(reason(&host, board.enter_passcode(1, 12_345)), Reason::Supervisor as u8);
}

#[test]
fn door_and_button_events_are_recorded_only_when_asked_for_and_alarms_always() {
    let (board, host, _) = at_noon(|_| {});
    assert_eq!([board.door_opened(1), board.door_closed(1), board.press_button(1)], [0; 3]);
    assert_eq!(board.opened(1), 1, "the button opens all the same");
    assert_eq!(reason(&host, board.door_forced(2)), Reason::Forced as u8);
    let status = host.ask(0x20, &[]);
    assert_eq!((status[28..32].to_vec(), status[50]), (vec![0, 1, 0, 0], 0b10));
    assert_eq!(reason(&host, board.door_held(2)), Reason::HeldOpen as u8);
    assert_eq!(reason(&host, board.fire(true)), Reason::Fire as u8);
    assert_eq!(board.fire(true), 0, "it burns already");
    assert_eq!(host.ask(0x20, &[])[50], 0b11);
    board.fire(false);
    board.door_closed(2);
    assert_eq!(host.ask(0x20, &[])[50], 0);

    assert!(host.does(0x8E, &[1]));
    let reasons = [board.door_opened(1), board.door_closed(1), board.press_button(1)].map(|i| reason(&host, i));
    assert_eq!(reasons, [23, 24, 20]);
    assert_eq!(host.ask(0x20, &[])[32..36], [1, 0, 0, 0], "the button is shown as pressed");
}

#[test]
fn a_task_changes_the_door_at_its_minute() {
    let (board, host, moved) = at_noon(|_| {});
    host.puts(7, [1; 4]);
    let mut task = vec![0x20, 0x26, 0x01, 0x01, 0x20, 0x26, 0x12, 0x31, 1, 1, 1, 1, 1, 1, 1, 0x12, 0x30, 1];
    task.extend([2, 0]);
    assert!(host.does(0xA8, &task));
    assert!(!host.does(0xA8, &[0; 20]), "a task without dates is none");
    assert!(host.does(0xAC, &MAGIC));
    assert_eq!(reason(&host, board.swipe(7, 1, true)), Reason::Swipe as u8);
    moved.store(31 * 60, Ordering::SeqCst);
    let closed = Reason::NormallyClosed as u8;
    until("the door closing for good", || reason(&host, board.swipe(7, 1, true)) == closed);
    assert!(host.does(0xA6, &MAGIC));
}

#[test]
fn a_wrong_clock_shows_in_events_until_a_host_sets_it() {
    let (board, host, _) = at_noon(|_| {});
    board.set_clock_offset_s(86_400);
    assert_eq!(host.event(board.swipe(7, 1, true))[20..24], [0x20, 0x26, 0x11, 0x24]);
    assert_eq!(board.now().to_string(), "2026-11-24T12:00:00");
    let right = [0x20, 0x26, 0x11, 0x23, 0x12, 0x00, 0x00];
    assert_eq!(host.ask(0x30, &right)[8..15], right);
    assert_eq!(host.ask(0x32, &[])[8..15], right);
    assert_eq!(host.event(board.swipe(7, 1, true))[20..27], right);
    host.send(&host.request(0x30, &[0x20, 0x26, 0x13, 0x01, 0, 0, 0]));
    assert!(host.hears_nothing(), "there is no thirteenth month");
}
