//! The board's own card list is brought to what it should be, by differences.

use std::sync::Arc;

use devices::uhppote::codec::{BoardDate, CardRecord, Pin, Reply, Request};
use gate::driver::BoardList;
use jiff::civil::date;
use uhppote_board::Board;

use crate::bench::{Bench, ask, card, list, until};

const PUT: u8 = 0x50;
const DELETE: u8 = 0x52;

/// The list on a board.
fn on_board(board: &Board) -> BoardList {
    let entry = |card: uhppote_board::Card| {
        let doors = card.doors.map(|right| right == 1);
        (card.number, gate::driver::BoardCard { from: card.from, until: card.to, doors })
    };
    board.cards().into_iter().map(entry).collect()
}

fn hold(bench: &mut Bench, wanted: &BoardList) {
    bench.driver.hold(Arc::new(wanted.clone()));
    let board = &bench.board;
    until("the list to be on the board", || on_board(board) == *wanted);
    let count = wanted.len() as u32;
    bench.ear.status("the list to be told", |status| status.cards == Some((count, 0)));
}

/// Orders the board about behind the driver's back.
fn meddle(board: &Board, request: Request) {
    assert_eq!(ask(board, request), Reply::Done { function: request.function(), ok: true });
}

#[test]
fn an_empty_list_empties_the_board_at_once() {
    let mut bench = Bench::online();
    hold(&mut bench, &list(1001..=1060));
    hold(&mut bench, &BoardList::new());
    assert_eq!((bench.board.requests(0x54), bench.board.requests(DELETE)), (1, 0));
    hold(&mut bench, &list(1001..=1003));
}

#[test]
fn only_what_differs_is_stored_and_deleted() {
    let mut bench = Bench::online();
    let mut wanted = list(1001..=1060);
    hold(&mut bench, &wanted);
    assert_eq!(bench.board.requests(PUT), 60);

    // The same again: nothing to do. Then two leave, one changes, three come.
    bench.driver.hold(Arc::new(wanted.clone()));
    wanted.remove(&1001);
    wanted.remove(&1030);
    wanted.get_mut(&1002).unwrap().until = date(2026, 12, 31);
    wanted.extend(list(2001..=2003));
    hold(&mut bench, &wanted);
    assert_eq!((bench.board.requests(PUT), bench.board.requests(DELETE)), (64, 2));

    // What was read once is not read again.
    let read = bench.board.requests(0x5C);
    wanted.get_mut(&1003).unwrap().doors = [false, false, false, true];
    hold(&mut bench, &wanted);
    assert_eq!((bench.board.requests(PUT), bench.board.requests(0x5C)), (65, read));
}

#[test]
fn a_list_that_is_on_the_board_already_is_read_and_left_alone() {
    let mut bench = Bench::online();
    let mut wanted = list(1001..=1060);
    hold(&mut bench, &wanted);
    wanted.retain(|number, _| number % 3 != 0);
    hold(&mut bench, &wanted);

    let put = bench.board.requests(PUT);
    let Bench { clock, board, driver, .. } = bench;
    drop(driver);
    let (driver, ear) = crate::bench::drive(&board, false, None, &clock);
    let mut bench = Bench { clock, board, driver, ear };
    bench.wait_for_control();
    hold(&mut bench, &wanted);
    assert_eq!(bench.board.requests(PUT), put, "deleted slots are passed over, the rest is as it should be");
}

#[test]
fn comparing_anew_mends_what_others_have_changed() {
    let mut bench = Bench::online();
    let wanted = list(1001..=1060);
    hold(&mut bench, &wanted);
    meddle(&bench.board, Request::DeleteCard(1007));
    meddle(&bench.board, put_request(666));
    bench.driver.resync();
    let board = &bench.board;
    until("the list to be mended", || on_board(board) == wanted);
    until("the last request", || board.requests(PUT) == 62 && board.requests(DELETE) == 2);
}

fn put_request(number: u32) -> Request {
    let card = card();
    Request::PutCard(CardRecord {
        number,
        from: BoardDate::At(card.from),
        until: BoardDate::At(card.until),
        doors: [1; 4],
        pin: Pin::NONE,
        first_card: 0,
    })
}

#[test]
fn a_full_board_is_reported_and_not_pestered() {
    let mut bench = Bench::start(None, |_| {}, |config| config.capacity = 10);
    bench.wait_for_control();
    bench.driver.hold(Arc::new(list(1001..=1060)));
    bench.ear.status("a full board", |status| status.cards == Some((10, 50)));
    let tried = bench.board.requests(PUT);
    assert!(tried < 30, "{tried} attempts for 10 places");

    // Ten more looks at the board later nothing was tried again.
    let (board, polls) = (&bench.board, bench.board.requests(0x20));
    until("ten looks", || board.requests(0x20) > polls + 10);
    assert_eq!(bench.board.requests(PUT), tried);

    // Where others leave, others find room.
    let wanted = list(1006..=1015);
    hold(&mut bench, &wanted);
}

#[test]
fn a_network_that_loses_replies_delays_the_list_and_no_more() {
    let bench = Bench::online();
    bench.board.duplicate_replies(true);
    let wanted = list(1001..=1060);
    bench.driver.hold(Arc::new(wanted.clone()));
    let board = &bench.board;
    let mut looks = 0;
    until("the list to be on the board", || {
        looks += 1;
        if looks % 20 == 0 {
            board.drop_replies(1);
        }
        on_board(board) == wanted
    });
}
