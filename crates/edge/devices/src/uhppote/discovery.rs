//! Finding boards by broadcast.

use std::{
    collections::BTreeMap,
    net::{Ipv4Addr, SocketAddr, SocketAddrV4, UdpSocket},
    time::{Duration, Instant},
};

use super::{
    codec::{Controller, FRAME_LEN, Function, Reply, Request},
    link::{is_silence, time_left},
};
use crate::DeviceError;

/// How many boards one search returns.
pub const MAX_FOUND: usize = 1024;

/// A board that answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// Its serial number.
    pub serial: u32,
    /// Where its answer came from: where it is reached.
    pub address: SocketAddrV4,
    /// What it says of itself.
    pub controller: Controller,
}

/// Asks every board that hears one of `targets` (broadcast addresses, as a rule) what it is, and waits that long for answers.
///
/// # Errors
/// [`DeviceError::Io`] when nothing could be sent to any target.
pub fn discover(targets: &[SocketAddrV4], wait: Duration) -> Result<Vec<Found>, DeviceError> {
    let mut found = BTreeMap::new();
    search(0, targets, wait, |board| {
        if found.len() < MAX_FOUND {
            found.insert(board.serial, board);
        }
        found.len() < MAX_FOUND
    })?;
    Ok(found.into_values().collect())
}

/// Asks for one board, wherever it is.
///
/// # Errors
/// [`DeviceError::NotFound`] when it does not answer in time, [`DeviceError::Io`] when nothing could be sent.
pub fn find(serial: u32, targets: &[SocketAddrV4], wait: Duration) -> Result<Found, DeviceError> {
    let mut found = None;
    search(serial, targets, wait, |board| {
        if board.serial == serial {
            found = Some(board);
        }
        found.is_none()
    })?;
    found.ok_or(DeviceError::NotFound(serial))
}

/// Hands every answer to `take` until it has enough or the time is over.
fn search(
    serial: u32,
    targets: &[SocketAddrV4],
    wait: Duration,
    mut take: impl FnMut(Found) -> bool,
) -> Result<(), DeviceError> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).map_err(DeviceError::io("opening a socket"))?;
    socket.set_broadcast(true).map_err(DeviceError::io("allowing broadcasts"))?;
    let frame = Request::GetController.frame(serial);
    let sent = targets.iter().map(|target| socket.send_to(&frame, target)).collect::<Vec<_>>();
    if !sent.iter().any(Result::is_ok)
        && let Some(Err(source)) = sent.into_iter().next()
    {
        return Err(DeviceError::Io { doing: "asking for boards", source });
    }

    let until = Instant::now() + wait;
    let mut buffer = [0; FRAME_LEN * 2];
    while let Some(left) = time_left(until) {
        socket.set_read_timeout(Some(left)).map_err(DeviceError::io("waiting for boards"))?;
        let (length, from) = match socket.recv_from(&mut buffer) {
            Ok(received) => received,
            Err(error) if is_silence(&error) => continue,
            Err(source) => return Err(DeviceError::Io { doing: "waiting for boards", source }),
        };
        if let Some(board) = board(&buffer[..length], from)
            && !take(board)
        {
            break;
        }
    }
    Ok(())
}

fn board(bytes: &[u8], from: SocketAddr) -> Option<Found> {
    let SocketAddr::V4(address) = from else { return None };
    let reply = Reply::parse(bytes).ok()?;
    match reply.body {
        Reply::Controller(controller) if reply.body.function() == Function::GetController && reply.serial != 0 => {
            Some(Found { serial: reply.serial, address, controller })
        }
        _ => None,
    }
}
