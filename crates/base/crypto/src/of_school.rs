//! Values that a school keeps sealed for itself: secrets shared with other programs, keys it signs with. They belong to no person.
//!
//! ```text
//! school key ── HKDF by table and column ── seals with AES-256-GCM-SIV, bound to school, table, column and row
//! ```

use ::store::Tx;
use kernel::{Id, SchoolId};

use crate::{
    cipher::{self, Closed, joined},
    error::CryptoError,
    key::Key,
    sealed::{LONGEST, Sealed, Secret},
    store,
    vault::Vault,
};

/// A column of values that are sealed for a school.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SchoolField {
    table: &'static str,
    column: &'static str,
}

/// One row of such a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SchoolPlace {
    field: SchoolField,
    row: [u8; 16],
}

impl SchoolField {
    /// A column of a table.
    pub const fn new(table: &'static str, column: &'static str) -> Self {
        Self { table, column }
    }

    /// The value in the row with this id.
    pub const fn at<K>(self, row: Id<K>) -> SchoolPlace {
        SchoolPlace { field: self, row: *row.as_bytes() }
    }
}

impl SchoolPlace {
    /// What is bound to the value: it opens nowhere else.
    fn bound(self, school: SchoolId) -> Vec<u8> {
        let SchoolField { table, column } = self.field;
        joined(&[b"school value", school.as_bytes(), table.as_bytes(), column.as_bytes(), &self.row])
    }
}

impl Vault {
    /// Seals a value of the school itself; makes the school's key when there is none.
    ///
    /// # Errors
    /// [`CryptoError::TooLong`]; from the keys and the database.
    pub fn seal_of_school(
        &self,
        tx: &mut Tx<'_>,
        school: SchoolId,
        place: SchoolPlace,
        value: &[u8],
    ) -> Result<Sealed, CryptoError> {
        if value.len() > LONGEST {
            return Err(CryptoError::TooLong(value.len()));
        }
        let (_, key) = self.school_key_made(tx, school)?;
        cipher::seal(&field_key(&key, place)?, &place.bound(school), value).map(Sealed::new)
    }

    /// Opens a value of the school itself.
    ///
    /// # Errors
    /// [`CryptoError::Refused`] when it was changed, belongs elsewhere, or the school's key is another one; from the keys and the database.
    pub fn open_of_school(
        &self,
        tx: &mut Tx<'_>,
        school: SchoolId,
        place: SchoolPlace,
        sealed: &Sealed,
    ) -> Result<Secret, CryptoError> {
        // The newest first: what was sealed before a change of the school's key opens by an older one.
        for row in store::school_keys(tx, school)? {
            let key = self.unwrap_school(school, row.version, row.master, &row.wrapped)?;
            match cipher::open(&field_key(&key, place)?, &place.bound(school), sealed.bytes()) {
                Ok(opened) => return Ok(Secret::new(opened)),
                Err(Closed::Format(format)) => return Err(CryptoError::Format(format)),
                Err(Closed::Refused) => {}
            }
        }
        Err(CryptoError::Refused { table: place.field.table, column: place.field.column })
    }
}

fn field_key(school_key: &Key, place: SchoolPlace) -> Result<Key, CryptoError> {
    let SchoolField { table, column } = place.field;
    cipher::derive(school_key, &[b"school field", table.as_bytes(), column.as_bytes()])
}
