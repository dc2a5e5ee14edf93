//! One-time passwords by time: TOTP (RFC 6238) with SHA-1, six digits and steps of 30 seconds, which is what every authenticator app does.

use std::fmt;

use ring::hmac;
use zeroize::Zeroizing;

use crate::error::CryptoError;

/// A secret that an authenticator app and we share: 20 random bytes, as RFC 4226 asks for. Wiped when let go; `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct OtpSecret(Zeroizing<[u8; OtpSecret::LENGTH]>);

impl OtpSecret {
    /// Its bytes.
    pub const LENGTH: usize = 20;
    /// Seconds for which a code stands.
    pub const STEP_S: i64 = 30;
    /// Digits of a code.
    pub const DIGITS: usize = 6;
    const MODULUS: u32 = 1_000_000;

    /// A new one, from the system's randomness.
    ///
    /// # Errors
    /// [`CryptoError::Randomness`].
    pub fn random() -> Result<Self, CryptoError> {
        let mut bytes = Zeroizing::new([0; Self::LENGTH]);
        getrandom::fill(bytes.as_mut_slice()).map_err(CryptoError::Randomness)?;
        Ok(Self(bytes))
    }

    /// The one of these bytes; none unless they are 20.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(|bytes| Self(Zeroizing::new(bytes)))
    }

    /// The bytes, to be sealed or to be shown once.
    pub fn bytes(&self) -> &[u8; Self::LENGTH] {
        &self.0
    }

    /// The code of a step: a number of six digits. The step is the seconds since 1970 divided by [`OtpSecret::STEP_S`].
    pub fn code(&self, step: u64) -> u32 {
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, self.0.as_slice());
        let tag = hmac::sign(&key, &step.to_be_bytes());
        let bytes = tag.as_ref();
        // RFC 4226, 5.3: the last four bits say where the number begins.
        let start = bytes.last().map_or(0, |last| usize::from(last & 0x0f));
        let number = bytes
            .get(start..start + 4)
            .map_or(0, |four| four.iter().fold(0_u32, |number, byte| number << 8 | u32::from(*byte)) & 0x7fff_ffff);
        number % Self::MODULUS
    }
}

impl fmt::Debug for OtpSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OtpSecret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Appendix B of RFC 6238, SHA-1, the last six of its eight digits.
    #[test]
    fn codes_are_those_of_rfc_6238() {
        let secret = OtpSecret::from_slice(b"12345678901234567890").unwrap();
        for (second, code) in [
            (59_u64, 287_082),
            (1_111_111_109, 81_804),
            (1_111_111_111, 50_471),
            (1_234_567_890, 5_924),
            (2_000_000_000, 279_037),
            (20_000_000_000, 353_130),
        ] {
            assert_eq!(secret.code(second / 30), code, "{second}");
        }
    }

    #[test]
    fn a_secret_is_of_twenty_bytes_and_is_not_shown() {
        assert_eq!(OtpSecret::from_slice(&[1; 19]), None);
        assert_ne!(OtpSecret::random().unwrap(), OtpSecret::random().unwrap());
        assert_eq!(format!("{:?}", OtpSecret::random().unwrap()), "OtpSecret(…)");
    }
}
