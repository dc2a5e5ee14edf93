//! Request and reply with one board, over UDP or TCP.
//!
//! The protocol has no request id, so the port that a UDP request is sent from serves as one: each request has a socket of its
//! own, and a late or doubled reply to an earlier request arrives at a port that nobody reads. Within one request every
//! attempt has the same socket, so that a late reply to the first attempt still counts. Over TCP a connection is kept while
//! its answers come in time and dropped with the first that does not.
//!
//! A link has at most one request in flight. Whatever is not the reply waited for (another function, another serial number, a
//! frame that is none) is ignored.

use std::{
    io::{self, Read, Write},
    net::{Ipv4Addr, SocketAddrV4, TcpStream, UdpSocket},
    time::{Duration, Instant},
};

use super::codec::{FRAME_LEN, Frame, FrameError, Function, Reply, Request};
use crate::DeviceError;

/// How long each attempt of a request waits for its reply; as many attempts as there are entries.
pub type Patience = &'static [Duration];

/// How many frames that are not the reply are looked at within one attempt.
const MAX_STRAYS: usize = 256;

/// The way to one board.
#[derive(Debug)]
pub struct Link {
    serial: u32,
    address: SocketAddrV4,
    patience: Patience,
    wire: Wire,
}

#[derive(Debug)]
enum Wire {
    Udp,
    /// The connection, while it is in order.
    Tcp(Option<TcpStream>),
}

impl Link {
    /// A link by UDP.
    pub fn udp(serial: u32, address: SocketAddrV4, patience: Patience) -> Self {
        Self { serial, address, patience, wire: Wire::Udp }
    }

    /// A link by TCP. Connects with the first request.
    pub fn tcp(serial: u32, address: SocketAddrV4, patience: Patience) -> Self {
        Self { serial, address, patience, wire: Wire::Tcp(None) }
    }

    /// Where the board is reached.
    pub const fn address(&self) -> SocketAddrV4 {
        self.address
    }

    /// The address of this computer from which the board is reached: where the board can reach us.
    ///
    /// # Errors
    /// [`DeviceError::Io`] when no route leads to the board.
    pub fn local_ip(&self) -> Result<Ipv4Addr, DeviceError> {
        let socket = udp_socket(self.address)?;
        match socket.local_addr().map_err(DeviceError::io("reading the local address"))?.ip() {
            std::net::IpAddr::V4(ip) => Ok(ip),
            std::net::IpAddr::V6(_) => Err(DeviceError::Unresolved(self.address.to_string())),
        }
    }

    /// Sends a request and waits for its reply, with as many attempts as the link's patience has.
    ///
    /// # Errors
    /// [`DeviceError::Silent`] when no attempt was answered, [`DeviceError::Frame`] when the reply cannot be read,
    /// [`DeviceError::Io`] when it could not even be sent.
    pub fn call(&mut self, request: &Request) -> Result<Reply, DeviceError> {
        self.call_unless(request, &|| false)?.ok_or(DeviceError::Silent(request.function()))
    }

    /// The same, for what must not be done twice: before the request is sent again, `is_done` is asked whether its effect has
    /// been seen otherwise. `None` when it has.
    ///
    /// # Errors
    /// As for [`Self::call`].
    pub fn call_unless(&mut self, request: &Request, is_done: &dyn Fn() -> bool) -> Result<Option<Reply>, DeviceError> {
        let frame = request.frame(self.serial);
        let exchange = Exchange { serial: self.serial, function: request.function(), frame: &frame, is_done };
        match &mut self.wire {
            Wire::Udp => exchange.over_udp(self.address, self.patience),
            Wire::Tcp(stream) => exchange.over_tcp(self.address, self.patience, stream),
        }
    }
}

/// One request and what its reply must look like.
struct Exchange<'a> {
    serial: u32,
    function: Function,
    frame: &'a Frame,
    is_done: &'a dyn Fn() -> bool,
}

impl Exchange<'_> {
    /// The reply in these bytes; `None` when they are a stray.
    fn reply(&self, bytes: &[u8]) -> Option<Result<Reply, DeviceError>> {
        match Reply::parse_expected(bytes, self.serial, self.function) {
            Ok(reply) => Some(Ok(reply)),
            Err(
                FrameError::Length(_)
                | FrameError::Start(_)
                | FrameError::UnknownFunction(_)
                | FrameError::OtherFunction { .. }
                | FrameError::OtherSerial { .. },
            ) => None,
            Err(error) => Some(Err(DeviceError::Frame { function: self.function, error })),
        }
    }

    /// The end of an attempt: what came of it, if anything did.
    fn attempted(&self, reply: Option<Result<Reply, DeviceError>>) -> Option<Result<Option<Reply>, DeviceError>> {
        let outcome = if reply.is_some() { "answered" } else { "unanswered" };
        metrics::counter!("kezekshi_device_attempts_total", "outcome" => outcome).increment(1);
        match reply {
            Some(reply) => Some(reply.map(Some)),
            None => (self.is_done)().then_some(Ok(None)),
        }
    }

    fn over_udp(&self, address: SocketAddrV4, patience: Patience) -> Result<Option<Reply>, DeviceError> {
        let socket = udp_socket(address)?;
        for wait in patience {
            // A refused datagram (nobody listens there yet) is the same as a lost one.
            match socket.send(self.frame) {
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => {}
                Err(source) => return Err(DeviceError::Io { doing: "sending to a board", source }),
            }
            let reply = self.await_datagram(&socket, Instant::now() + *wait)?;
            if let Some(end) = self.attempted(reply) {
                return end;
            }
        }
        Err(DeviceError::Silent(self.function))
    }

    fn await_datagram(
        &self,
        socket: &UdpSocket,
        until: Instant,
    ) -> Result<Option<Result<Reply, DeviceError>>, DeviceError> {
        let mut buffer = [0; FRAME_LEN * 2];
        for _ in 0..MAX_STRAYS {
            let Some(left) = time_left(until) else { return Ok(None) };
            socket.set_read_timeout(Some(left)).map_err(DeviceError::io("waiting for a board"))?;
            match socket.recv(&mut buffer) {
                Ok(length) => {
                    if let Some(reply) = self.reply(&buffer[..length]) {
                        return Ok(Some(reply));
                    }
                }
                Err(error) if is_silence(&error) => {}
                Err(source) => return Err(DeviceError::Io { doing: "receiving from a board", source }),
            }
        }
        Ok(None)
    }

    fn over_tcp(
        &self,
        address: SocketAddrV4,
        patience: Patience,
        kept: &mut Option<TcpStream>,
    ) -> Result<Option<Reply>, DeviceError> {
        for wait in patience {
            let until = Instant::now() + *wait;
            let stream = kept.take().filter(is_quiet).map_or_else(|| tcp_stream(address, *wait), Ok);
            let answer =
                stream.and_then(|mut stream| self.await_frame(&mut stream, until).map(|reply| (stream, reply)));
            let reply = answer.ok().map(|(stream, reply)| {
                *kept = Some(stream);
                reply
            });
            // A board that refuses at once is given the rest of the attempt to come up.
            if reply.is_none()
                && let Some(left) = time_left(until)
            {
                std::thread::sleep(left);
            }
            if let Some(end) = self.attempted(reply) {
                return end;
            }
        }
        Err(DeviceError::Silent(self.function))
    }

    fn await_frame(&self, stream: &mut TcpStream, until: Instant) -> io::Result<Result<Reply, DeviceError>> {
        stream.write_all(self.frame)?;
        let mut buffer = [0; FRAME_LEN];
        for _ in 0..MAX_STRAYS {
            read_frame(stream, &mut buffer, until)?;
            if let Some(reply) = self.reply(&buffer) {
                return Ok(reply);
            }
        }
        Err(io::ErrorKind::InvalidData.into())
    }
}

fn read_frame(stream: &mut TcpStream, buffer: &mut Frame, until: Instant) -> io::Result<()> {
    let mut filled = 0;
    while filled < FRAME_LEN {
        let left = time_left(until).ok_or(io::ErrorKind::TimedOut)?;
        stream.set_read_timeout(Some(left))?;
        match stream.read(&mut buffer[filled..]) {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(length) => filled += length,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Whether a kept connection has nothing left to read: a frame nobody asked for would pass for the next reply.
fn is_quiet(stream: &TcpStream) -> bool {
    let peeked = stream.set_nonblocking(true).and_then(|()| stream.peek(&mut [0]));
    stream.set_nonblocking(false).is_ok() && matches!(peeked, Err(error) if error.kind() == io::ErrorKind::WouldBlock)
}

fn tcp_stream(address: SocketAddrV4, wait: Duration) -> io::Result<TcpStream> {
    let stream = TcpStream::connect_timeout(&address.into(), wait)?;
    stream.set_nodelay(true)?;
    stream.set_write_timeout(Some(wait))?;
    Ok(stream)
}

/// A socket of a port of its own that hears the board alone.
fn udp_socket(address: SocketAddrV4) -> Result<UdpSocket, DeviceError> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).map_err(DeviceError::io("opening a socket"))?;
    socket.connect(address).map_err(DeviceError::io("finding a route to a board"))?;
    Ok(socket)
}

/// The time left, in a form that a socket takes (zero would mean for ever).
pub(super) fn time_left(until: Instant) -> Option<Duration> {
    let left = until.saturating_duration_since(Instant::now());
    (left > Duration::from_micros(10)).then_some(left)
}

/// Whether a failed receive only means that nothing came: a timeout, or a "nobody listens there" from an earlier send.
pub(super) fn is_silence(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::WouldBlock
            | io::ErrorKind::TimedOut
            | io::ErrorKind::Interrupted
            | io::ErrorKind::ConnectionRefused
    )
}
