//! The board as a host sees it: bytes on sockets.

use std::net::UdpSocket;
use std::time::Duration;

use uhppote_board::{Board, BoardConfig};

#[test]
fn a_board_is_found_by_a_question_to_everybody() {
    let board = Board::start(BoardConfig::default()).unwrap();
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let mut request = [0; 64];
    request[..2].copy_from_slice(&[0x17, 0x94]);
    socket.send_to(&request, board.addr()).unwrap();
    let mut reply = [0; 100];
    let (length, from) = socket.recv_from(&mut reply).unwrap();
    assert_eq!((length, from), (64, board.addr()));
    assert_eq!(reply[..8], [0x17, 0x94, 0, 0, 0x78, 0x37, 0x2a, 0x18]);
}
