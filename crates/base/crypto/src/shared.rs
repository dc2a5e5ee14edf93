//! A secret shared with another program, by which it knows that a message is ours.

use std::fmt;

use hmac::Mac as _;

use crate::{cipher, error::CryptoError, key::Key};

/// 32 random bytes that we and a receiver of messages know. Wiped when let go; `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct SharedSecret(Key);

impl SharedSecret {
    /// A new one, from the system's randomness.
    ///
    /// # Errors
    /// [`CryptoError::Randomness`].
    pub fn random() -> Result<Self, CryptoError> {
        Key::random().map(Self)
    }

    /// The one of these bytes; none unless they are 32.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        Key::from_slice(bytes).map(Self)
    }

    /// The bytes, to be sealed or to be shown once.
    pub fn bytes(&self) -> &[u8; 32] {
        self.0.bytes()
    }

    /// HMAC-SHA256 (RFC 2104) of the parts behind each other.
    ///
    /// # Errors
    /// [`CryptoError::Cipher`], which would be a defect of the program.
    pub fn sign(&self, parts: &[&[u8]]) -> Result<[u8; 32], CryptoError> {
        let mut mac = cipher::mac(self.0.bytes())?;
        for part in parts {
            mac.update(part);
        }
        Ok(mac.finalize().into_bytes().into())
    }
}

impl fmt::Debug for SharedSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SharedSecret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reckoned by another program (`openssl dgst -sha256 -mac HMAC`).
    #[test]
    fn a_message_is_signed_as_others_sign_it_and_the_secret_is_not_shown() {
        let secret = SharedSecret::from_slice(&[7; 32]).unwrap();
        let whole = secret.sign(&[b"msg_1.1700000000.{}"]).unwrap();
        assert_eq!(secret.sign(&[b"msg_1.", b"1700000000", b".{}"]).unwrap(), whole);
        assert_eq!(hex::encode(whole), "9ee2cbca178229c4b637c24d385b79b2d93df11fae9985abdbafd94df76d18cf");
        assert_ne!(SharedSecret::from_slice(&[8; 32]).unwrap().sign(&[b"msg_1.1700000000.{}"]).unwrap(), whole);
        assert_eq!(format!("{secret:?}"), "SharedSecret(…)");
        assert_eq!(SharedSecret::from_slice(&[7; 31]), None);
        assert_ne!(SharedSecret::random().unwrap(), SharedSecret::random().unwrap());
    }
}
