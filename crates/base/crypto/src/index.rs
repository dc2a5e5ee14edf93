//! Blind indexes: a keyed hash by which a row is found whose value is sealed.

use std::fmt;

use hmac::Mac as _;
use store::{Column, ColumnError, Param, Raw, Value};

use crate::{
    cipher::{self, Mac},
    error::CryptoError,
    key::Key,
};

/// What one looks up by. Each has a key of its own, so that a phone and an IIN of the same digits do not meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lookup {
    /// The individual identification number.
    Iin,
    /// The number of a document.
    Document,
    /// A phone.
    Phone,
    /// An e-mail.
    Email,
}

impl Lookup {
    /// The word of which its key is derived; never changed, since it would make another key.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Iin => "iin",
            Self::Document => "document",
            Self::Phone => "phone",
            Self::Email => "email",
        }
    }
}

/// The key of a school's (or the installation's) index for one kind of look-up.
#[derive(Clone)]
pub struct IndexKey(Mac);

/// The keyed hash of a value, 16 bytes: the same value gives the same at the same school, and tells nothing without the key.
///
/// A table that holds some has a name that begins with `key_` and no reference to other tables: it then goes into the keys file of a backup, and erasing a person
/// reaches it there. In the backup itself it would outlive the person, and whoever holds the school's key could try all IINs.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BlindIndex([u8; 16]);

impl IndexKey {
    /// The key of `scope` (`school`, `installation`) for a kind of look-up.
    pub(crate) fn derive(key: &Key, scope: &str, lookup: Lookup) -> Result<Self, CryptoError> {
        let key = cipher::derive(key, &[b"index", scope.as_bytes(), lookup.as_str().as_bytes()])?;
        cipher::mac(key.bytes()).map(Self)
    }

    /// The index of a value. `value` must be in its one normal form (digits of an IIN, `+7…` of a phone, an e-mail in lower case): two ways of
    /// writing it are two values.
    pub fn of(&self, value: &str) -> BlindIndex {
        let mut mac = self.0.clone();
        mac.update(value.as_bytes());
        let whole = mac.finalize().into_bytes();
        let mut index = [0; 16];
        index.copy_from_slice(&whole[..16]);
        BlindIndex(index)
    }
}

impl fmt::Debug for IndexKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IndexKey(…)")
    }
}

impl fmt::Debug for BlindIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BlindIndex(…)")
    }
}

impl Param for BlindIndex {
    fn value(&self) -> Value<'_> {
        Value::Blob(&self.0)
    }
}

impl Column for BlindIndex {
    fn read(raw: Raw<'_>) -> Result<Self, ColumnError> {
        <[u8; 16]>::read(raw).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key(byte: u8, scope: &str, lookup: Lookup) -> IndexKey {
        IndexKey::derive(&Key::from_slice(&[byte; 32]).unwrap(), scope, lookup).unwrap()
    }

    proptest! {
        #[test]
        fn the_same_value_is_found_again_and_only_there(one in "[0-9]{12}", other in "[0-9]{12}") {
            let iin = key(1, "school", Lookup::Iin);
            prop_assert_eq!(iin.of(&one), key(1, "school", Lookup::Iin).of(&one));
            prop_assert_eq!(iin.of(&one) == iin.of(&other), one == other);
            prop_assert_ne!(iin.of(&one), key(1, "school", Lookup::Phone).of(&one));
            prop_assert_ne!(iin.of(&one), key(2, "school", Lookup::Iin).of(&one));
            prop_assert_ne!(iin.of(&one), key(1, "installation", Lookup::Iin).of(&one));
        }
    }

    /// What stands in databases must be found by every later program. The value was reckoned by another program from RFC 5869 and RFC 2104.
    #[test]
    fn an_index_never_changes() {
        let index = key(1, "school", Lookup::Iin).of("031122500125");
        assert_eq!(hex::encode(index.0), "a7c16a98b874862f58eaccf8afe0fee0");
        assert_eq!(format!("{index:?}"), "BlindIndex(…)");
    }
}
