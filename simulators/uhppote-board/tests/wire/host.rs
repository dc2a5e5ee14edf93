//! A bare host: it sends what a test spells out and waits for what comes back.

use std::net::{SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

use uhppote_board::Board;

/// Generous: a test that waits this long has failed.
const PATIENCE: Duration = Duration::from_secs(20);
/// Long enough for an answer on the loopback, when there must be none.
const QUIET: Duration = Duration::from_millis(300);

pub const MAGIC: [u8; 4] = [0x55, 0xAA, 0xAA, 0x55];

pub struct Host {
    socket: UdpSocket,
    board: SocketAddr,
    serial: u32,
}

impl Host {
    pub fn of(board: &Board) -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        socket.set_read_timeout(Some(PATIENCE)).unwrap();
        Host { socket, board: board.addr(), serial: board.serial() }
    }

    /// A request with these bytes from offset 8 on.
    pub fn request(&self, function: u8, body: &[u8]) -> [u8; 64] {
        let mut frame = [0; 64];
        frame[..2].copy_from_slice(&[0x17, function]);
        frame[4..8].copy_from_slice(&self.serial.to_le_bytes());
        frame[8..8 + body.len()].copy_from_slice(body);
        frame
    }

    pub fn send(&self, bytes: &[u8]) {
        self.socket.send_to(bytes, self.board).unwrap();
    }

    pub fn receive(&self) -> [u8; 64] {
        let mut frame = [0; 64];
        let (length, _) = self.socket.recv_from(&mut frame).expect("no answer came");
        assert_eq!(length, 64);
        frame
    }

    pub fn ask(&self, function: u8, body: &[u8]) -> [u8; 64] {
        self.send(&self.request(function, body));
        let reply = self.receive();
        assert_eq!(reply[..2], [0x17, function]);
        assert_eq!(reply[4..8], self.serial.to_le_bytes());
        reply
    }

    /// Whether a call was answered with "done".
    pub fn does(&self, function: u8, body: &[u8]) -> bool {
        self.ask(function, body)[8] == 1
    }

    pub fn hears_nothing(&self) -> bool {
        self.socket.set_read_timeout(Some(QUIET)).unwrap();
        let silent = self.socket.recv_from(&mut [0; 64]).is_err();
        self.socket.set_read_timeout(Some(PATIENCE)).unwrap();
        silent
    }

    pub fn port(&self) -> u16 {
        self.socket.local_addr().unwrap().port()
    }

    /// Makes another host the board's listener.
    pub fn sends_events_to(&self, listener: &Host, auto_send_s: u8) {
        let mut body = vec![127, 0, 0, 1];
        body.extend(listener.port().to_le_bytes());
        body.push(auto_send_s);
        assert!(self.does(0x90, &body));
    }

    pub fn takes_control(&self, on: bool) {
        let mut body = MAGIC.to_vec();
        body.push(u8::from(on));
        assert!(self.does(0xA0, &body));
    }

    /// Puts a card that is good from 2026 to 2027 on these doors.
    pub fn puts(&self, number: u32, doors: [u8; 4]) -> bool {
        self.does(0x50, &card(number, doors))
    }

    pub fn event(&self, index: u32) -> [u8; 64] {
        self.ask(0xB0, &index.to_le_bytes())
    }
}

/// Body of a put-card request for a card that is good from 2026 to 2027.
pub fn card(number: u32, doors: [u8; 4]) -> Vec<u8> {
    let mut body = number.to_le_bytes().to_vec();
    body.extend([0x20, 0x26, 0x01, 0x01, 0x20, 0x27, 0x12, 0x31]);
    body.extend(doors);
    body
}

pub fn u32_at(frame: &[u8; 64], at: usize) -> u32 {
    u32::from_le_bytes(frame[at..at + 4].try_into().unwrap())
}

/// Waits until something holds.
pub fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !holds() {
        assert!(Instant::now() < end, "{what} did not happen");
        std::thread::sleep(Duration::from_millis(5));
    }
}
