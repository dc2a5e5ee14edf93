//! The one UDP socket on which every board's pushed events arrive, and who they are for.
//!
//! A push is not answered and may be lost, doubled or forged: it carries no proof of where it is from. What is done with one is
//! the business of whoever takes it in ([`super::events`]).

use std::{
    collections::{BTreeMap, btree_map::Entry},
    fmt,
    net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use super::{
    codec::{FRAME_LEN, Status},
    link::is_silence,
};
use crate::DeviceError;

/// How long the thread may take to notice that nobody needs it any more.
const STOP_WITHIN: Duration = Duration::from_millis(250);

/// Takes in what a board pushed: the status, where it came from, and when its bytes were in hand.
pub type Intake = Arc<dyn Fn(Status, Ipv4Addr, Instant) + Send + Sync>;

type Intakes = Mutex<BTreeMap<u32, Intake>>;

/// The socket and its thread, which ends when this is dropped.
pub struct Listener {
    address: SocketAddr,
    intakes: Arc<Intakes>,
    stop: Arc<AtomicBool>,
}

impl fmt::Debug for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listener").field("address", &self.address).finish_non_exhaustive()
    }
}

impl Listener {
    /// Opens the socket and starts its thread.
    ///
    /// # Errors
    /// [`DeviceError::Io`] when the port is in use or not allowed.
    pub fn start(bind: SocketAddr) -> Result<Arc<Self>, DeviceError> {
        let socket = UdpSocket::bind(bind).map_err(DeviceError::io("opening the event port"))?;
        socket.set_read_timeout(Some(STOP_WITHIN)).map_err(DeviceError::io("opening the event port"))?;
        let address = socket.local_addr().map_err(DeviceError::io("opening the event port"))?;
        let intakes = Arc::<Intakes>::default();
        let stop = Arc::<AtomicBool>::default();
        let listener = Self { address, intakes: Arc::clone(&intakes), stop: Arc::clone(&stop) };
        thread::Builder::new()
            .name("uhppote-events".to_owned())
            .spawn(move || receive(&socket, &intakes, &stop))
            .map_err(DeviceError::io("starting the thread of the event port"))?;
        Ok(Arc::new(listener))
    }

    /// The port that boards are told.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// Hands the pushes of the board of this serial number to `intake` until the registration is dropped.
    ///
    /// # Errors
    /// [`DeviceError::Taken`] while somebody else has them: gates of several schools share this port, and none may take another's board.
    pub fn register(self: &Arc<Self>, serial: u32, intake: Intake) -> Result<Registration, DeviceError> {
        match lock(&self.intakes).entry(serial) {
            Entry::Occupied(_) => Err(DeviceError::Taken(serial)),
            Entry::Vacant(vacant) => {
                vacant.insert(intake);
                Ok(Registration { listener: Arc::clone(self), serial })
            }
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Release);
    }
}

/// The right to a board's pushes.
pub struct Registration {
    listener: Arc<Listener>,
    serial: u32,
}

impl Drop for Registration {
    fn drop(&mut self) {
        lock(&self.listener.intakes).remove(&self.serial);
    }
}

fn lock(intakes: &Intakes) -> MutexGuard<'_, BTreeMap<u32, Intake>> {
    intakes.lock().unwrap_or_else(PoisonError::into_inner)
}

fn receive(socket: &UdpSocket, intakes: &Intakes, stop: &AtomicBool) {
    let mut buffer = [0; FRAME_LEN * 2];
    while !stop.load(Ordering::Acquire) {
        match socket.recv_from(&mut buffer) {
            Ok((length, from)) => deliver(&buffer[..length], from, Instant::now(), intakes),
            Err(error) if is_silence(&error) => {}
            Err(error) => {
                tracing::warn!(%error, "the event port failed");
                thread::sleep(STOP_WITHIN);
            }
        }
    }
}

fn deliver(bytes: &[u8], from: SocketAddr, seen: Instant, intakes: &Intakes) {
    let IpAddr::V4(from) = from.ip() else { return };
    let pushed = match Status::parse_pushed(bytes) {
        Ok(pushed) => pushed,
        Err(error) => {
            tracing::debug!(%error, %from, "what came to the event port is no event");
            return;
        }
    };
    let intake = lock(intakes).get(&pushed.serial).cloned();
    match intake {
        Some(intake) => intake(pushed.body, from, seen),
        None => tracing::debug!(serial = pushed.serial, %from, "an event of a board that nobody drives"),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;
    use crate::uhppote::codec::{BoardNow, Reply};

    const SERIAL: u32 = 405_419_896;

    fn status(sequence: u32) -> Status {
        Status {
            event: None,
            doors_open: [false; 4],
            buttons: [false; 4],
            error: 0,
            now: BoardNow::Unset,
            sequence,
            special: 0,
            relays: 0,
            inputs: 0,
        }
    }

    fn send(listener: &Listener, bytes: &[u8]) {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        socket.send_to(bytes, (Ipv4Addr::LOCALHOST, listener.port())).unwrap();
    }

    #[test]
    fn pushes_reach_who_drives_their_board_and_nobody_takes_it_over() {
        let listener = Listener::start("127.0.0.1:0".parse().unwrap()).unwrap();
        let register = |serial| {
            let (sender, receiver) = mpsc::channel();
            let intake: Intake = Arc::new(move |status, _, _| {
                let _ = sender.send(status.sequence);
            });
            (listener.register(serial, intake), receiver)
        };
        let (old, old_pushes) = register(SERIAL);
        let (_other, other_pushes) = register(SERIAL + 1);
        assert!(matches!(register(SERIAL).0, Err(DeviceError::Taken(SERIAL))));
        assert!(old.is_ok());
        drop(old);
        let (_new, pushes) = register(SERIAL);

        send(&listener, b"not a frame");
        send(&listener, &Reply::Status(status(1)).frame(SERIAL + 7));
        let mut newer_firmware = Reply::Status(status(2)).frame(SERIAL);
        newer_firmware[0] = 0x19;
        send(&listener, &newer_firmware);
        assert_eq!(pushes.recv_timeout(Duration::from_secs(20)), Ok(2));
        assert!(old_pushes.try_recv().is_err());
        assert!(other_pushes.try_recv().is_err());
    }
}
