//! One key.

use std::fmt;

use zeroize::Zeroizing;

use crate::error::CryptoError;

/// Bytes of every key.
pub(crate) const KEY_BYTES: usize = 32;

/// 32 bytes that nobody else knows; wiped when let go.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Key(Zeroizing<[u8; KEY_BYTES]>);

impl Key {
    /// From the system's own randomness. Ids come from a source that tests can seed; a key never does.
    pub(crate) fn random() -> Result<Self, CryptoError> {
        let mut key = Self::zero();
        getrandom::fill(key.0.as_mut_slice()).map_err(CryptoError::Randomness)?;
        Ok(key)
    }

    /// To be filled.
    pub(crate) fn zero() -> Self {
        Self(Zeroizing::new([0; KEY_BYTES]))
    }

    /// The key in this slice; none unless it is 32 bytes long.
    pub(crate) fn from_slice(bytes: &[u8]) -> Option<Self> {
        let mut key = Self::zero();
        (bytes.len() == KEY_BYTES).then(|| key.0.copy_from_slice(bytes))?;
        Some(key)
    }

    pub(crate) fn bytes(&self) -> &[u8; KEY_BYTES] {
        &self.0
    }

    pub(crate) fn bytes_mut(&mut self) -> &mut [u8; KEY_BYTES] {
        &mut self.0
    }

    /// Whether all its bytes are the same: nobody's randomness, somebody's placeholder.
    pub(crate) fn is_flat(&self) -> bool {
        self.0.iter().all(|byte| *byte == self.0[0])
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}
