//! Where a board is reached, as it stands in the settings.

use std::net::{SocketAddr, SocketAddrV4, ToSocketAddrs};

use crate::DeviceError;

/// The port on which boards listen, for UDP and TCP.
pub const BOARD_PORT: u16 = 60000;

const MAX_HOST_LEN: usize = 253;

/// Where a board is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// Wherever a broadcast finds it.
    Anywhere,
    /// At this host and port.
    Host {
        /// A name or an IPv4 address.
        host: String,
        /// The port.
        port: u16,
    },
}

impl Address {
    /// Reads `host:port`, `host` (port [`BOARD_PORT`]) or an empty text (find it by broadcast).
    ///
    /// # Errors
    /// [`DeviceError::Address`] when it is none of these.
    pub fn parse(text: &str) -> Result<Self, DeviceError> {
        let wrong = || DeviceError::Address(text.chars().take(MAX_HOST_LEN).collect());
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return Ok(Self::Anywhere);
        }
        let (host, port) = match trimmed.split_once(':') {
            Some((host, port)) => (host, port.parse().ok().filter(|port| *port != 0).ok_or_else(wrong)?),
            None => (trimmed, BOARD_PORT),
        };
        let is_host = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
        if host.is_empty() || host.len() > MAX_HOST_LEN || !host.bytes().all(is_host) {
            return Err(wrong());
        }
        Ok(Self::Host { host: host.to_owned(), port })
    }

    /// The IPv4 address of a host; `None` for [`Self::Anywhere`].
    ///
    /// # Errors
    /// [`DeviceError::Unresolved`] when its name is not known now.
    pub fn resolve(&self) -> Result<Option<SocketAddrV4>, DeviceError> {
        let Self::Host { host, port } = self else { return Ok(None) };
        let unresolved = || DeviceError::Unresolved(host.clone());
        let found =
            (host.as_str(), *port).to_socket_addrs().map_err(|_| unresolved())?.find_map(|address| match address {
                SocketAddr::V4(address) => Some(address),
                SocketAddr::V6(_) => None,
            });
        found.map(Some).ok_or_else(unresolved)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_with_and_without_a_port() {
        let host = |host: &str, port| Address::Host { host: host.to_owned(), port };
        for (text, address) in [
            ("", Some(Address::Anywhere)),
            ("  ", Some(Address::Anywhere)),
            ("10.0.0.7", Some(host("10.0.0.7", 60000))),
            ("10.0.0.7:60001", Some(host("10.0.0.7", 60001))),
            ("gate-1.school.kz:60000", Some(host("gate-1.school.kz", 60000))),
            ("10.0.0.7:", None),
            ("10.0.0.7:0", None),
            ("10.0.0.7:65536", None),
            (":60000", None),
            ("fe80::1", None),
            ("a b", None),
        ] {
            assert_eq!(Address::parse(text).ok(), address, "{text:?}");
        }
    }
}
