//! The board's sockets, and everything that can go wrong between a board and its host.

use std::io::{self, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, Shutdown, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::frames::{Bytes, LENGTH, START};

/// How often a waiting thread looks whether the board is to stop.
const LOOK: Duration = Duration::from_millis(100);
/// Pause after an error of a socket, so that a broken one does not eat a processor.
const REST: Duration = Duration::from_millis(10);
/// How long a TCP connection may stay silent.
const TCP_IDLE: Duration = Duration::from_secs(60);
/// How many TCP connections a board serves at once.
const TCP_MOST: usize = 16;
/// How long a datagram is held back for the next one to overtake it.
pub(crate) const HELD: Duration = Duration::from_millis(50);
/// How many ports are tried to find one that is free for both protocols.
const PORT_TRIES: usize = 64;

/// Answers frames; what a [`Wire`] calls for each one that comes in.
pub(crate) trait Answers: Send + Sync {
    /// The reply to these bytes, if there is one.
    fn answer(&self, bytes: &[u8]) -> Option<Bytes>;
}

/// What goes wrong on purpose.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    pub(crate) unplugged: AtomicBool,
    pub(crate) drop_pushes: AtomicBool,
    pub(crate) drop_replies: AtomicU32,
    pub(crate) duplicate_replies: AtomicBool,
    pub(crate) reorder: AtomicBool,
}

impl Faults {
    fn unplugged(&self) -> bool {
        self.unplugged.load(Ordering::SeqCst)
    }

    /// Whether this reply is one of those to be lost.
    fn loses_reply(&self) -> bool {
        let one_less = |left: u32| left.checked_sub(1);
        self.drop_replies.fetch_update(Ordering::SeqCst, Ordering::SeqCst, one_less).is_ok()
    }
}

type Held = (Bytes, SocketAddr, Instant);

/// Both sockets of a board on one address.
#[derive(Debug)]
pub(crate) struct Wire {
    udp: UdpSocket,
    address: SocketAddr,
    pub(crate) faults: Faults,
    stop: AtomicBool,
    held: Mutex<Option<Held>>,
    connections: Mutex<Vec<(TcpStream, JoinHandle<()>)>>,
}

impl Wire {
    /// Takes the address for UDP and TCP.
    ///
    /// # Errors
    /// What binding says; with port 0 only after many ports were tried.
    pub(crate) fn bind(address: SocketAddr) -> io::Result<(Wire, TcpListener)> {
        let mut tries = if address.port() == 0 { PORT_TRIES } else { 1 };
        loop {
            let listener = TcpListener::bind(address)?;
            let taken = SocketAddr::new(address.ip(), listener.local_addr()?.port());
            tries -= 1;
            match UdpSocket::bind(taken) {
                Ok(udp) => {
                    udp.set_read_timeout(Some(LOOK))?;
                    return Ok((Wire::new(udp, taken), listener));
                }
                Err(error) if error.kind() == io::ErrorKind::AddrInUse && tries > 0 => {}
                Err(error) => return Err(error),
            }
        }
    }

    fn new(udp: UdpSocket, address: SocketAddr) -> Self {
        Wire {
            udp,
            address,
            faults: Faults::default(),
            stop: AtomicBool::new(false),
            held: Mutex::new(None),
            connections: Mutex::new(Vec::new()),
        }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn is_stopping(&self) -> bool {
        self.stop.load(Ordering::SeqCst)
    }

    /// Asks all threads to end and waits for the TCP connections.
    ///
    /// Returns whether the thread that accepts connections could be woken, so whether it can be waited for.
    pub(crate) fn stop(&self) -> bool {
        self.stop.store(true, Ordering::SeqCst);
        let own_host = match self.address.ip() {
            ip if !ip.is_unspecified() => ip,
            IpAddr::V4(_) => IpAddr::V4(Ipv4Addr::LOCALHOST),
            IpAddr::V6(_) => IpAddr::V6(Ipv6Addr::LOCALHOST),
        };
        let own = SocketAddr::new(own_host, self.address.port());
        // The datagram only shortens the wait: the receiving thread looks by itself, too.
        let _ = self.udp.send_to(&[0], own);
        let woken = TcpStream::connect_timeout(&own, Duration::from_secs(1)).is_ok();
        self.hang_up();
        woken
    }

    /// Closes all TCP connections and waits for their threads.
    pub(crate) fn hang_up(&self) {
        let open = std::mem::take(&mut *self.connections.lock().unwrap_or_else(PoisonError::into_inner));
        for (stream, thread) in open {
            let _ = stream.shutdown(Shutdown::Both);
            let _ = thread.join();
        }
    }

    /// Sends an event, unless a fault eats it.
    pub(crate) fn push(&self, frame: &Bytes, to: SocketAddr) {
        if !self.faults.drop_pushes.load(Ordering::SeqCst) {
            self.send(frame, to);
        }
    }

    fn reply(&self, frame: &Bytes, to: SocketAddr) {
        if self.faults.loses_reply() {
            return;
        }
        // Looked up before the reply leaves: whoever has the reply may change the fault for the next one.
        let twice = self.faults.duplicate_replies.load(Ordering::SeqCst);
        self.send(frame, to);
        if twice {
            self.send(frame, to);
        }
    }

    /// Sends a datagram, or holds it back until the next one has overtaken it.
    fn send(&self, frame: &Bytes, to: SocketAddr) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if self.faults.reorder.load(Ordering::SeqCst) && held.is_none() {
            *held = Some((*frame, to, Instant::now()));
            return;
        }
        self.send_now(frame, to);
        if let Some((frame, to, _)) = held.take() {
            self.send_now(&frame, to);
        }
    }

    /// Lets a held datagram go when nothing has overtaken it in time.
    pub(crate) fn release(&self) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((frame, to, _)) = held.take_if(|(_, _, since)| since.elapsed() >= HELD) {
            self.send_now(&frame, to);
        }
    }

    fn send_now(&self, frame: &Bytes, to: SocketAddr) {
        if self.faults.unplugged() {
            return;
        }
        if let Err(error) = self.udp.send_to(frame, to) {
            tracing::debug!(%error, "datagram not sent");
        }
    }

    /// Receives datagrams until the board stops.
    pub(crate) fn serve_udp(&self, board: &dyn Answers) {
        let mut buffer = [0; 2048];
        while !self.is_stopping() {
            match self.udp.recv_from(&mut buffer) {
                Ok((length, from)) if !self.faults.unplugged() => {
                    if let Some(reply) = board.answer(&buffer[..length]) {
                        self.reply(&reply, from);
                    }
                }
                Ok(_) => {}
                Err(error) if is_timeout(&error) => {}
                Err(_) => thread::sleep(REST),
            }
        }
    }

    /// Takes TCP connections until the board stops. A connection too many is closed at once.
    pub(crate) fn serve_tcp<S: AsRef<Wire> + Answers + 'static>(shared: &Arc<S>, listener: &TcpListener) {
        let wire: &Wire = (**shared).as_ref();
        while !wire.is_stopping() {
            let Ok((stream, _)) = listener.accept() else {
                thread::sleep(REST);
                continue;
            };
            let mut open = wire.connections.lock().unwrap_or_else(PoisonError::into_inner);
            open.retain(|(_, thread)| !thread.is_finished());
            if wire.is_stopping() || open.len() >= TCP_MOST {
                continue;
            }
            let Ok(handle) = stream.try_clone() else { continue };
            let board = Arc::clone(shared);
            let thread = thread::Builder::new().name("board-tcp".into()).spawn(move || {
                if let Err(error) = (*board).as_ref().converse(&stream, &*board) {
                    tracing::debug!(%error, "connection ended");
                }
                // The handle kept for hanging up holds the socket open, so dropping this one would not close it.
                let _ = stream.shutdown(Shutdown::Both);
            });
            if let Ok(thread) = thread {
                open.push((handle, thread));
            }
        }
    }

    /// Answers frames on one connection. Bytes that do not begin a frame end it: there is no way back into step.
    fn converse(&self, mut stream: &TcpStream, board: &dyn Answers) -> io::Result<()> {
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(LOOK))?;
        stream.set_write_timeout(Some(TCP_IDLE))?;
        let mut frame = [0; LENGTH];
        let (mut filled, mut last) = (0, Instant::now());
        while !self.is_stopping() && last.elapsed() < TCP_IDLE {
            match stream.read(&mut frame[filled..]) {
                Ok(0) => return Ok(()),
                Ok(more) => (filled, last) = (filled + more, Instant::now()),
                Err(error) if is_timeout(&error) => {}
                Err(error) => return Err(error),
            }
            if filled > 0 && frame[0] != START {
                return Ok(());
            }
            if filled == LENGTH {
                filled = 0;
                self.reply_on(stream, &frame, board)?;
            }
        }
        Ok(())
    }

    fn reply_on(&self, mut stream: &TcpStream, frame: &Bytes, board: &dyn Answers) -> io::Result<()> {
        if self.faults.unplugged() {
            return Ok(());
        }
        match board.answer(frame) {
            Some(reply) if !self.faults.unplugged() && !self.faults.loses_reply() => stream.write_all(&reply),
            _ => Ok(()),
        }
    }
}

fn is_timeout(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut | io::ErrorKind::Interrupted)
}
