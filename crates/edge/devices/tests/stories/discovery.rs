//! Boards are found by asking everybody.

use std::{
    net::{SocketAddr, SocketAddrV4},
    sync::Arc,
    time::Duration,
};

use devices::{
    drivers,
    uhppote::discovery::{discover, find},
};
use gate::driver::Drivers;
use kernel::{DeviceKind, TestClock};
use uhppote_board::Board;

use crate::bench::{CARD, Ear, board_config, config, device, morning, until};

fn boards(clock: &TestClock, count: u32) -> Vec<Board> {
    let board = |number| {
        let mut config = board_config(clock);
        config.serial = 423_000_000 + number;
        Board::start(config).unwrap()
    };
    (1..=count).map(board).collect()
}

fn addresses(boards: &[Board]) -> Vec<SocketAddrV4> {
    let address = |board: &Board| match board.addr() {
        SocketAddr::V4(address) => address,
        SocketAddr::V6(address) => panic!("{address}"),
    };
    boards.iter().map(address).collect()
}

#[test]
fn every_board_that_hears_the_question_is_found_once() {
    let boards = boards(&TestClock::at(morning()), 21);
    boards[3].duplicate_replies(true);
    let addresses = addresses(&boards);
    let mut found = Vec::new();
    // A datagram may get lost on a busy computer: ask again until all are there.
    until("all boards", || {
        found = discover(&addresses, Duration::from_millis(300)).unwrap();
        found.len() == boards.len()
    });
    let expected = boards.iter().map(Board::serial).zip(addresses).collect::<Vec<_>>();
    assert_eq!(found.iter().map(|board| (board.serial, board.address)).collect::<Vec<_>>(), expected);
    assert_eq!(found[0].controller.version.to_string(), "8.92");
}

#[test]
fn a_board_that_does_not_answer_is_not_found() {
    let boards = boards(&TestClock::at(morning()), 1);
    let error = find(1, &addresses(&boards), Duration::from_millis(50)).unwrap_err();
    assert_eq!(error.to_string(), "board 1 was not found by broadcast");
}

#[test]
fn a_board_without_an_address_is_found_and_driven() {
    let clock = TestClock::at(morning());
    let boards = boards(&clock, 3);
    let mut config = config();
    config.uhppote.broadcast = addresses(&boards);
    let mut device = device(boards[1].addr(), boards[1].serial(), false);
    if let DeviceKind::Uhppote { address, .. } = &mut device.kind {
        address.clear();
    }
    let (mut ear, inbox) = Ear::new(device.id);
    let driver = drivers(config, Arc::new(clock)).start(&device, None, inbox).unwrap();
    until("the board to be under control", || boards[1].requests(0xA0) > 0);
    boards[1].swipe(CARD, 1, true);
    ear.swipe();
    driver.open(1);
    until("the relay", || boards[1].opened(1) == 1);
}
