//! Frames that others have seen, frames that are wrong, and frames of pure chance.

use std::io::Write;
use std::net::TcpStream;

use proptest::prelude::*;
use uhppote_board::{Board, BoardConfig};

use crate::host::{Host, MAGIC, card, u32_at, until};

fn board() -> (Board, Host) {
    let board = Board::start(BoardConfig { capacity: 64, events: 16, ..BoardConfig::default() }).unwrap();
    let host = Host::of(&board);
    (board, host)
}

#[test]
fn a_board_is_found_by_a_question_to_everybody() {
    let (board, host) = board();
    let mut request = [0; 64];
    request[..2].copy_from_slice(&[0x17, 0x94]);
    host.send(&request);
    let reply = host.receive();
    assert_eq!(reply[..16], [0x17, 0x94, 0, 0, 0x78, 0x37, 0x2a, 0x18, 127, 0, 0, 1, 255, 255, 255, 0]);
    assert_eq!(reply[26..28], [0x08, 0x92]);
    assert_eq!(board.requests(0x94), 1);
}

#[test]
fn wrong_frames_and_other_boards_business_are_met_with_silence() {
    let (board, host) = board();
    let right = host.request(0x20, &[]);
    host.send(&right[..63]);
    host.send(&[&right[..], &[0]].concat());
    host.send(&[]);
    for (at, value) in [(0, 0x19), (1, 0x21), (4, 0x79)] {
        let mut wrong = right;
        wrong[at] = value;
        host.send(&wrong);
    }
    let mut everybody = right;
    everybody[4..8].fill(0);
    host.send(&everybody);
    assert!(host.hears_nothing());
    assert_eq!(board.requests(0x20), 0);
    assert_eq!(host.ask(0x20, &[])[1], 0x20);
}

#[test]
fn a_card_comes_back_as_it_was_put() {
    let (_board, host) = board();
    let mut seen = [0; 20];
    seen.copy_from_slice(&[
        0xa0, 0x7a, 0x99, 0x00, 0x20, 0x26, 0x01, 0x01, 0x20, 0x26, 0x12, 0x31, 0x01, 0x00, 0x1d, 0x01, 0x6b, 0x1d,
        0x00, 0x05,
    ]);
    assert!(host.does(0x50, &seen));
    assert_eq!(host.ask(0x5A, &seen[..4])[8..28], seen);
    assert_eq!(host.ask(0x5C, &[1])[8..28], seen);
    assert_eq!(u32_at(&host.ask(0x5C, &[2]), 8), 0);
    assert_eq!(u32_at(&host.ask(0x58, &[]), 8), 1);
    assert!(host.does(0x52, &seen[..4]));
    assert!(!host.does(0x52, &seen[..4]));
    assert_eq!(u32_at(&host.ask(0x5C, &[1]), 8), 0xFFFF_FFFF);
    assert_eq!(u32_at(&host.ask(0x5A, &seen[..4]), 8), 0);
}

#[test]
fn a_card_without_dates_or_without_a_number_is_refused() {
    let (_board, host) = board();
    let mut undated = card(7, [1; 4]);
    undated[4..12].fill(0);
    assert!(!host.does(0x50, &undated));
    assert!(!host.puts(0, [1; 4]));
    assert!(!host.puts(u32::MAX, [1; 4]));
    let mut long_pin = card(7, [1; 4]);
    long_pin.extend([0x40, 0x42, 0x0F]);
    assert!(host.does(0x50, &long_pin));
    assert_eq!(host.ask(0x5A, &[7])[24..27], [0; 3], "1000000 is no PIN");
}

#[test]
fn the_sixty_fifth_card_of_a_board_for_64_is_not_stored() {
    let (board, host) = board();
    let stored = (1..=65).filter(|number| host.puts(*number, [1; 4])).count();
    assert_eq!(stored, 64);
    assert!(host.puts(64, [2; 4]), "a card that is there can be changed");
    assert_eq!((board.cards().len(), board.requests(0x50)), (64, 66));
}

#[test]
fn overwritten_and_future_events_are_told_apart() {
    let (board, host) = board();
    assert_eq!(u32_at(&host.event(0xFFFF_FFFF), 8), 0);
    for _ in 0..20 {
        board.swipe(9, 1, true);
    }
    assert_eq!(u32_at(&host.event(0), 8), 5);
    assert_eq!(u32_at(&host.event(0xFFFF_FFFF), 8), 20);
    assert_eq!(host.event(4)[8..16], [4, 0, 0, 0, 0xFF, 0, 0, 0]);
    assert_eq!(host.event(999)[8..], [0; 56]);
    assert_eq!(board.events().len(), 16);
}

#[test]
fn the_event_index_is_a_bookmark_with_a_guard() {
    let (board, host) = board();
    board.swipe(9, 1, true);
    host.send(&host.request(0xB2, &[1, 0, 0, 0]));
    assert!(host.hears_nothing());
    let set = |index: u8| host.does(0xB2, &[&[index, 0, 0, 0], &MAGIC[..]].concat());
    assert!(set(1));
    assert!(!set(1));
    assert!(!set(2));
    assert_eq!(u32_at(&host.ask(0xB4, &[]), 8), 1);
}

#[test]
fn calls_that_destroy_ask_for_the_guard_word() {
    let (board, host) = board();
    host.puts(7, [1; 4]);
    for function in [0x54, 0x8A, 0xA0, 0xA6, 0xAC, 0xC8] {
        assert!(!host.does(function, &[0x55, 0xAA, 0xAA, 0x54]), "{function:02x}");
    }
    assert_eq!(board.cards().len(), 1);
    host.send(&host.request(0x96, &[10, 0, 0, 5]));
    assert!(host.hears_nothing());
    assert_eq!(host.ask(0x94, &[])[8..12], [127, 0, 0, 1]);
    host.send(&host.request(0x96, &[&[10, 0, 0, 5, 255, 255, 0, 0, 10, 0, 0, 1], &MAGIC[..]].concat()));
    assert!(host.hears_nothing());
    assert_eq!(host.ask(0x94, &[])[8..20], [10, 0, 0, 5, 255, 255, 0, 0, 10, 0, 0, 1]);
    assert!(host.does(0x54, &MAGIC));
    assert_eq!(board.cards(), []);
}

#[test]
fn restored_defaults_begin_the_events_anew() {
    let (board, host) = board();
    host.puts(7, [1; 4]);
    host.ask(0x80, &[1, 2, 9]);
    board.swipe(7, 1, true);
    assert!(host.does(0xC8, &MAGIC));
    assert_eq!((board.cards().len(), board.events().len()), (0, 0));
    assert_eq!(host.ask(0x82, &[1])[8..11], [1, 3, 5]);
    assert_eq!(board.swipe(7, 1, true), 1);
}

#[test]
fn profiles_and_listeners_read_back() {
    let (_board, host) = board();
    let profile = [
        29, 0x20, 0x26, 0x01, 0x01, 0x20, 0x26, 0x12, 0x31, 1, 1, 0, 1, 1, 0, 0, 0x08, 0x30, 0x09, 0x45, 0x11, 0x35,
        0x13, 0x15, 0, 0, 0, 0, 19,
    ];
    assert!(host.does(0x88, &profile));
    assert_eq!(host.ask(0x98, &[29])[8..37], profile);
    assert_eq!(host.ask(0x98, &[30])[8..], [0; 56]);
    for bad in [0, 1, 255] {
        let mut other = profile;
        other[0] = bad;
        assert!(!host.does(0x88, &other), "profile {bad}");
    }
    assert!(host.does(0x8A, &MAGIC));
    assert_eq!(host.ask(0x98, &[29])[8], 0);

    let listener = [127, 0, 0, 1, 0x61, 0xea, 13];
    assert!(host.does(0x90, &listener));
    assert_eq!(host.ask(0x92, &[])[8..15], listener);
    assert!(!host.does(0x90, &[10, 0, 0, 1, 0, 0, 0]), "port 0 is nowhere");
    assert!(host.does(0x90, &[0; 7]));
    assert_eq!(host.ask(0x92, &[])[8..15], [0; 7]);
}

/// Function bytes of the protocol, and a few that are none.
fn function() -> impl Strategy<Value = u8> {
    prop::sample::select(vec![
        0x20, 0x30, 0x32, 0x40, 0x50, 0x52, 0x54, 0x58, 0x5A, 0x5C, 0x80, 0x82, 0x84, 0x86, 0x88, 0x8A, 0x8C, 0x8E,
        0x90, 0x92, 0x94, 0x96, 0x98, 0xA0, 0xA2, 0xA4, 0xA6, 0xA8, 0xAA, 0xAC, 0xB0, 0xB2, 0xB4, 0xC8, 0x00, 0xFF,
    ])
}

/// Sixty-four bytes that look like a request to the board and mean anything at all.
fn plausible() -> impl Strategy<Value = Vec<u8>> {
    let small = prop::collection::vec(prop_oneof![any::<u8>(), 0u8..5, Just(0x20), Just(0x55), Just(0xAA)], 56);
    (function(), small)
        .prop_map(|(function, body)| [&[0x17, function, 0, 0, 0x78, 0x37, 0x2a, 0x18][..], &body[..]].concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn nothing_that_comes_over_the_network_stops_the_board(
        datagrams in prop::collection::vec(
            prop_oneof![4 => plausible(), 1 => prop::collection::vec(any::<u8>(), 0..200)], 0..60),
        stream in prop::collection::vec(any::<u8>(), 0..300),
        swipes in prop::collection::vec((any::<u32>(), any::<u8>()), 0..10),
    ) {
        let (board, host) = board();
        let mut tcp = TcpStream::connect(board.addr()).unwrap();
        for datagram in &datagrams {
            host.send(datagram);
        }
        // The board may have hung up already.
        let _ = tcp.write_all(&stream);
        for (card, door) in swipes {
            board.swipe(card, door % 6, card % 2 == 0);
        }
        let asker = Host::of(&board);
        prop_assert_eq!(asker.ask(0x94, &[])[1], 0x94);
        prop_assert!(board.cards().len() <= 64);
        let indexes: Vec<u32> = board.events().iter().map(|event| event.index).collect();
        prop_assert!(indexes.len() <= 16 && indexes.windows(2).all(|pair| pair[1] == pair[0] + 1));
    }
}

#[test]
fn two_hosts_at_once_get_their_own_answers() {
    let (board, one) = board();
    let other = Host::of(&board);
    one.send(&one.request(0x58, &[]));
    other.send(&other.request(0x32, &[]));
    assert_eq!((one.receive()[1], other.receive()[1]), (0x58, 0x32));
    until("both counted", || board.requests(0x58) + board.requests(0x32) == 2);
}
