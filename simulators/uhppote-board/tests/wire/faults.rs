//! What goes wrong between a board and its host.

use std::collections::BTreeSet;
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use uhppote_board::{Board, BoardConfig, Reason};

use crate::host::{Host, u32_at, until};

fn board() -> (Board, Host, Host) {
    let board = Board::start(BoardConfig { host_silence: Duration::from_secs(2), ..BoardConfig::default() }).unwrap();
    let (host, listener) = (Host::of(&board), Host::of(&board));
    host.sends_events_to(&listener, 0);
    (board, host, listener)
}

fn connect(board: &Board) -> TcpStream {
    let stream = TcpStream::connect(board.addr()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream
}

/// Whether the other side has closed; closed with bytes unread, that looks like a reset.
fn has_ended(stream: &mut TcpStream) -> bool {
    match stream.read(&mut [0; 64]) {
        Ok(length) => length == 0,
        Err(error) => error.kind() == ErrorKind::ConnectionReset,
    }
}

#[test]
fn an_unplugged_board_is_silent_decides_by_itself_and_tells_of_it_later() {
    let (board, host, listener) = board();
    host.puts(7, [1, 0, 0, 0]);
    host.takes_control(true);
    board.unplug();
    let first = board.swipe(7, 1, true);
    until("the board deciding by itself", || board.swipe(7, 1, true) > first && board.opened(1) > 0);
    host.send(&host.request(0x20, &[]));
    assert!(host.hears_nothing() && listener.hears_nothing());
    let asked = board.requests(0x20);
    board.plug();
    let newest = u32_at(&host.ask(0x20, &[]), 8);
    assert_eq!(board.requests(0x20), asked + 1, "what was sent to an unplugged board is lost");
    let reasons: Vec<u8> = (first..=newest).map(|index| host.event(index)[27]).collect();
    assert_eq!(reasons.first(), Some(&(Reason::HostDecides as u8)));
    assert_eq!(reasons.last(), Some(&(Reason::Swipe as u8)));
}

#[test]
fn lost_pushes_leave_no_hole_in_the_ring() {
    let (board, host, listener) = board();
    board.drop_pushes(true);
    let lost = board.swipe(9, 1, true);
    board.drop_pushes(false);
    let sent = board.swipe(9, 2, true);
    assert_eq!(u32_at(&listener.receive(), 8), sent);
    assert_eq!(host.event(lost)[14], 1);
}

#[test]
fn a_lost_reply_has_taken_effect_and_is_counted() {
    let (board, host, _) = board();
    board.drop_replies(1);
    host.send(&host.request(0x40, &[1]));
    until("the door opening", || board.opened(1) == 1);
    assert!(host.hears_nothing());
    assert!(host.does(0x40, &[1]));
    assert_eq!((board.opened(1), board.requests(0x40)), (2, 2));
}

#[test]
fn duplicated_replies_come_twice() {
    let (board, host, _) = board();
    board.duplicate_replies(true);
    let first = host.ask(0x58, &[]);
    assert_eq!(host.receive(), first);
    board.duplicate_replies(false);
    host.ask(0x58, &[]);
    assert!(host.hears_nothing());
}

#[test]
fn reordered_pushes_overtake_each_other_and_none_is_lost() {
    let (board, _, listener) = board();
    board.reorder(true);
    let sent: Vec<u32> = (0..20).map(|_| board.swipe(9, 1, true)).collect();
    let heard: Vec<u32> = sent.iter().map(|_| u32_at(&listener.receive(), 8)).collect();
    assert_ne!(heard, sent);
    assert_eq!(heard.iter().collect::<BTreeSet<_>>(), sent.iter().collect::<BTreeSet<_>>());
}

#[test]
fn a_datagram_with_nothing_to_overtake_it_is_let_go() {
    let (board, host, _) = board();
    board.reorder(true);
    assert_eq!(host.ask(0x58, &[])[8], 0);
}

#[test]
fn the_newest_event_is_sent_again_when_a_host_wants_that() {
    let (board, host, listener) = board();
    host.sends_events_to(&listener, 1);
    let index = board.swipe(9, 1, true);
    let (first, again) = (listener.receive(), listener.receive());
    assert_eq!((u32_at(&first, 8), u32_at(&again, 8)), (index, index));
    assert_eq!(u32_at(&again, 40), u32_at(&first, 40) + 1, "each push has its own number");
}

#[test]
fn firmware_6_62_begins_its_events_otherwise() {
    let board = Board::start(BoardConfig { firmware: 0x0662, ..BoardConfig::default() }).unwrap();
    let (host, listener) = (Host::of(&board), Host::of(&board));
    host.sends_events_to(&listener, 0);
    board.swipe(9, 1, true);
    assert_eq!(listener.receive()[..2], [0x19, 0x20]);
    assert_eq!(host.ask(0x94, &[])[26..28], [0x06, 0x62]);
}

#[test]
fn tcp_answers_frame_by_frame_also_when_they_come_in_pieces() {
    let (board, host, _) = board();
    let mut stream = connect(&board);
    let request = host.request(0x94, &[]);
    stream.write_all(&request[..10]).unwrap();
    std::thread::sleep(Duration::from_millis(20));
    stream.write_all(&request[10..]).unwrap();
    stream.write_all(&host.request(0x58, &[])).unwrap();
    let mut replies = [0; 128];
    stream.read_exact(&mut replies).unwrap();
    assert_eq!((replies[1], replies[65]), (0x94, 0x58));
}

#[test]
fn tcp_ends_with_bytes_that_are_no_frame_and_with_a_loss_of_power() {
    let (board, host, _) = board();
    let mut stream = connect(&board);
    stream.write_all(b"GET / HTTP/1.1\r\n").unwrap();
    assert!(has_ended(&mut stream));

    let mut stream = connect(&board);
    stream.write_all(&host.request(0x58, &[])).unwrap();
    stream.read_exact(&mut [0; 64]).unwrap();
    board.power_cycle();
    assert!(has_ended(&mut stream));
    assert!(host.does(0x40, &[1]), "the board itself is up");
}

#[test]
fn a_dropped_board_frees_its_address_even_with_a_connection_open() {
    let board = Board::start(BoardConfig::default()).unwrap();
    let bind = board.addr();
    let _open = connect(&board);
    drop(board);
    let again = Board::start(BoardConfig { bind, ..BoardConfig::default() }).unwrap();
    assert_eq!(again.addr(), bind);
}

#[test]
fn two_boards_cannot_share_an_address() {
    let board = Board::start(BoardConfig::default()).unwrap();
    assert!(Board::start(BoardConfig { bind: board.addr(), serial: 1, ..BoardConfig::default() }).is_err());
    assert!(Board::start(BoardConfig { serial: 0, ..BoardConfig::default() }).is_err());
}
