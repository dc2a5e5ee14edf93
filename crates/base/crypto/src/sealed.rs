//! A value as it is kept, and as it is read.

use std::fmt;

use store::{Column, ColumnError, Param, Raw, Value};
use zeroize::Zeroizing;

use crate::{cipher::OVERHEAD, error::CryptoError};

/// Bytes that one value may have at most.
pub const LONGEST: usize = 1 << 20;

/// A sealed value, kept in a `{bytes}` column. Made by [`crate::Vault::seal`], opened by [`crate::Vault::open`] or an [`crate::Opener`].
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed(Vec<u8>);

impl Sealed {
    pub(crate) const fn new(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0
    }
}

/// Not even the ciphertext is of use in a log.
impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealed({} bytes)", self.0.len())
    }
}

impl Param for Sealed {
    fn value(&self) -> Value<'_> {
        Value::Blob(&self.0)
    }
}

impl Column for Sealed {
    fn read(raw: Raw<'_>) -> Result<Self, ColumnError> {
        let bytes = Vec::<u8>::read(raw)?;
        if bytes.len() < OVERHEAD || bytes.len() > LONGEST + OVERHEAD {
            return Err(ColumnError::Value(format!("{} bytes", bytes.len())));
        }
        Ok(Self(bytes))
    }
}

/// An opened value: wiped from memory when it is let go, and never shown by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<Vec<u8>>);

impl Secret {
    pub(crate) const fn new(bytes: Zeroizing<Vec<u8>>) -> Self {
        Self(bytes)
    }

    /// The bytes that were sealed.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// The text that was sealed.
    ///
    /// # Errors
    /// [`CryptoError::NotText`] when it was no text.
    pub fn text(&self) -> Result<&str, CryptoError> {
        std::str::from_utf8(&self.0).map_err(|_| CryptoError::NotText)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_kept_nor_opened_values_are_shown() {
        let secret = Secret::new(Zeroizing::new(b"031122500125".to_vec()));
        assert_eq!(format!("{secret:?} {:?}", Sealed::new(vec![49; 41])), "Secret(…) Sealed(41 bytes)");
        assert_eq!(secret.text().unwrap(), "031122500125");
        assert!(matches!(Secret::new(Zeroizing::new(vec![0xff])).text(), Err(CryptoError::NotText)));
    }

    #[test]
    fn what_is_too_short_or_too_long_is_no_sealed_value() {
        for (length, fits) in [
            (0, false),
            (OVERHEAD - 1, false),
            (OVERHEAD, true),
            (LONGEST + OVERHEAD, true),
            (LONGEST + OVERHEAD + 1, false),
        ] {
            assert_eq!(Sealed::read(Raw::Blob(&vec![1; length])).is_ok(), fits, "{length}");
        }
        assert_eq!(Sealed::read(Raw::Null), Err(ColumnError::Null));
    }
}
