//! Devices as forms give them, and how their settings are kept.

use kernel::{DeviceKind, GateId};

use super::{Fault, Title};

/// What a device is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceInput {
    /// Its name.
    pub name: Title,
    /// The gate that drives it.
    pub gate: GateId,
    /// What it is and where it is reached.
    pub kind: DeviceKind,
}

const MAX_OPEN_S: u8 = 60;
/// A DNS name has at most 253 signs, a port 5.
const MAX_ADDRESS: usize = 260;

impl DeviceInput {
    /// Checks what can be checked without the database; gives the field and what is wrong with it.
    ///
    /// # Errors
    /// The name of the field and the fault.
    pub fn check(&self) -> Result<(), (&'static str, Fault)> {
        match &self.kind {
            DeviceKind::Virtual => Ok(()),
            DeviceKind::Uhppote { serial, address, tcp, open_s } => {
                if *serial == 0 || *serial == u32::MAX {
                    return Err(("serial", Fault::Serial));
                }
                // Only UDP can be found by broadcast.
                if !is_address(address) || (*tcp && address.is_empty()) {
                    return Err(("address", Fault::Address));
                }
                if !(1..=MAX_OPEN_S).contains(open_s) {
                    return Err(("open_s", Fault::OpenSeconds));
                }
                Ok(())
            }
        }
    }
}

/// `host:port`, or empty.
fn is_address(text: &str) -> bool {
    if text.is_empty() {
        return true;
    }
    let Some((host, port)) = text.rsplit_once(':') else { return false };
    let is_name = !host.is_empty() && host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'));
    text.len() <= MAX_ADDRESS
        && is_name
        && port.bytes().all(|b| b.is_ascii_digit())
        && port.parse().is_ok_and(|port: u16| port > 0)
}

/// The word of the kind in the database.
pub(crate) const fn kind_word(kind: &DeviceKind) -> &'static str {
    match kind {
        DeviceKind::Uhppote { .. } => "uhppote",
        DeviceKind::Virtual => "virtual",
    }
}

/// A device's kind with its settings as the text that the database keeps.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn settings_text(kind: &DeviceKind) -> Result<String, serde_json::Error> {
    serde_json::to_string(kind)
}

/// The kind of a kept text.
///
/// # Errors
/// When the text is not one of ours.
pub fn parse_settings(text: &str) -> Result<DeviceKind, serde_json::Error> {
    serde_json::from_str(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn board(serial: u32, address: &str, tcp: bool, open_s: u8) -> DeviceInput {
        let kind = DeviceKind::Uhppote { serial, address: address.to_owned(), tcp, open_s };
        DeviceInput { name: Title::parse("Плата").unwrap(), gate: GateId::from_slice(&[1; 16]).unwrap(), kind }
    }

    #[test]
    fn boards_are_taken_when_they_can_be_reached() {
        for (input, answer) in [
            (board(405_419_896, "192.168.1.100:60000", false, 3), Ok(())),
            (board(405_419_896, "", false, 3), Ok(())),
            (board(405_419_896, "board-1.school.kz:60000", true, 60), Ok(())),
            (board(0, "", false, 3), Err(("serial", Fault::Serial))),
            (board(1, "192.168.1.100", false, 3), Err(("address", Fault::Address))),
            (board(1, "192.168.1.100:0", false, 3), Err(("address", Fault::Address))),
            (board(1, "host:99999", false, 3), Err(("address", Fault::Address))),
            (board(1, "a b:60000", false, 3), Err(("address", Fault::Address))),
            (board(1, "", true, 3), Err(("address", Fault::Address))),
            (board(1, "", false, 0), Err(("open_s", Fault::OpenSeconds))),
            (board(1, "", false, 61), Err(("open_s", Fault::OpenSeconds))),
        ] {
            assert_eq!(input.check(), answer, "{:?}", input.kind);
        }
    }

    #[test]
    fn settings_are_read_back_as_they_were_kept() {
        for kind in [board(7, "h:1", true, 5).kind, DeviceKind::Virtual] {
            assert_eq!(parse_settings(&settings_text(&kind).unwrap()).unwrap(), kind);
        }
        assert!(parse_settings("{}").is_err());
    }
}
