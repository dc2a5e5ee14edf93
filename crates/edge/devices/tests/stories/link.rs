//! Request and reply against a board that answers whatever the test says.

use std::{
    io::{Read, Write},
    net::{SocketAddr, SocketAddrV4, TcpListener, UdpSocket},
    thread,
    time::Duration,
};

use devices::{
    DeviceError,
    uhppote::{
        codec::{Frame, FrameError, Function, Reply, Request},
        link::Link,
    },
};

use crate::bench::SERIAL;

const LONG: Duration = Duration::from_secs(20);
const SHORT: Duration = Duration::from_millis(20);
const TWICE_SHORT: &[Duration] = &[SHORT; 2];
const SHORT_TO_LONG: &[Duration] = &[SHORT, SHORT, LONG];
const MIDDLE_TO_LONG: &[Duration] = &[Duration::from_millis(200), Duration::from_millis(200), LONG];

/// A UDP socket that sends these answers to each request, in order.
fn udp_board(answers: Vec<Vec<Vec<u8>>>) -> SocketAddrV4 {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let SocketAddr::V4(address) = socket.local_addr().unwrap() else { panic!("IPv6") };
    thread::spawn(move || {
        for datagrams in answers {
            let (_, from) = socket.recv_from(&mut [0; 64]).unwrap();
            for datagram in datagrams {
                socket.send_to(&datagram, from).unwrap();
            }
        }
    });
    address
}

fn frame(frame: Frame) -> Vec<u8> {
    frame.to_vec()
}

fn count(cards: u32) -> Reply {
    Reply::CardCount(cards)
}

#[test]
fn strays_are_passed_over() {
    let mut wrong_start = count(4).frame(SERIAL);
    wrong_start[0] = 0x18;
    let strays = vec![
        b"short".to_vec(),
        vec![0x17; 65],
        frame(wrong_start),
        frame(count(1).frame(SERIAL + 1)),
        frame(Reply::EventIndex(2).frame(SERIAL)),
        frame([0xff; 64]),
        frame(count(3).frame(SERIAL)),
        frame(count(9).frame(SERIAL)),
    ];
    let address = udp_board(vec![strays, vec![frame(count(5).frame(SERIAL))]]);
    let mut link = Link::udp(SERIAL, address, &[LONG]);
    assert_eq!(link.call(&Request::CountCards).unwrap(), count(3));
    // The second answer to the first question is no answer to the second question.
    assert_eq!(link.call(&Request::CountCards).unwrap(), count(5));
}

#[test]
fn a_question_that_is_not_answered_is_asked_again_so_often_and_no_more() {
    let address = udp_board(vec![vec![], vec![], vec![frame(count(3).frame(SERIAL))]]);
    assert_eq!(Link::udp(SERIAL, address, SHORT_TO_LONG).call(&Request::CountCards).unwrap(), count(3));

    let silent = udp_board(vec![vec![]; 3]);
    let error = Link::udp(SERIAL, silent, TWICE_SHORT).call(&Request::CountCards).unwrap_err();
    assert!(matches!(error, DeviceError::Silent(Function::CountCards)), "{error}");
    assert!(error.is_silence());
}

#[test]
fn nobody_there_is_the_same_as_silence() {
    let gone = UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let SocketAddr::V4(gone) = gone else { panic!("IPv6") };
    for mut link in [Link::udp(SERIAL, gone, TWICE_SHORT), Link::tcp(SERIAL, gone, TWICE_SHORT)] {
        let error = link.call(&Request::CountCards).unwrap_err();
        assert!(matches!(error, DeviceError::Silent(Function::CountCards)), "{error}");
    }
}

#[test]
fn an_answer_that_cannot_be_is_an_error_and_no_silence() {
    let mut impossible = count(0).frame(SERIAL);
    impossible[1] = Function::GetTime.code();
    impossible[8] = 0x2f;
    let address = udp_board(vec![vec![frame(impossible)]]);
    let error = Link::udp(SERIAL, address, &[LONG]).call(&Request::GetTime).unwrap_err();
    assert!(matches!(error, DeviceError::Frame { error: FrameError::Bcd { at: 8 }, .. }), "{error}");
    assert!(!error.is_silence());
}

/// A TCP board that does this with each connection: reads a request, sends these pieces, then waits for the other side to hang up.
fn tcp_board(connections: Vec<Vec<Vec<Vec<u8>>>>) -> SocketAddrV4 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let SocketAddr::V4(address) = listener.local_addr().unwrap() else { panic!("IPv6") };
    thread::spawn(move || {
        for requests in connections {
            let (mut stream, _) = listener.accept().unwrap();
            for pieces in requests {
                stream.read_exact(&mut [0; 64]).unwrap();
                for piece in pieces {
                    stream.write_all(&piece).unwrap();
                    stream.flush().unwrap();
                }
            }
        }
    });
    address
}

#[test]
fn a_connection_serves_many_questions_and_is_made_anew_when_it_broke() {
    let answer = count(3).frame(SERIAL).to_vec();
    let in_pieces = vec![answer[..10].to_vec(), answer[10..].to_vec()];
    let stray_first = vec![frame(Reply::EventIndex(2).frame(SERIAL)), frame(count(4).frame(SERIAL))];
    let address = tcp_board(vec![
        vec![in_pieces, stray_first],
        // The first connection ended after two questions; this one ends in the middle of an answer.
        vec![vec![vec![0x17, 0x58]]],
        vec![vec![frame(count(5).frame(SERIAL))]],
    ]);
    let mut link = Link::tcp(SERIAL, address, MIDDLE_TO_LONG);
    assert_eq!(link.call(&Request::CountCards).unwrap(), count(3));
    assert_eq!(link.call(&Request::CountCards).unwrap(), count(4));
    assert_eq!(link.call(&Request::CountCards).unwrap(), count(5));
}

#[test]
fn a_connection_with_something_unasked_in_it_is_not_used_again() {
    let address = tcp_board(vec![
        vec![vec![frame(count(3).frame(SERIAL)), frame(count(9).frame(SERIAL))]],
        vec![vec![frame(count(4).frame(SERIAL))]],
    ]);
    let mut link = Link::tcp(SERIAL, address, &[LONG]);
    assert_eq!(link.call(&Request::CountCards).unwrap(), count(3));
    // The unasked frame may still be on its way; when the other side has hung up, it has arrived.
    thread::sleep(Duration::from_millis(50));
    assert_eq!(link.call(&Request::CountCards).unwrap(), count(4));
}
