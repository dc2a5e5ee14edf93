//! Columns that hold sealed values.

use std::fmt;

use kernel::{Id, PersonId, SchoolId};
use store::{StoreError, Tx};

use crate::cipher::joined;

/// Every column of the program that holds sealed values, for [`crate::doctor()`].
#[linkme::distributed_slice]
pub static SEALED: [SealedField];

/// A column of sealed values. Made by [`crate::sealed_fields!`] only, so that the doctor knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    table: &'static str,
    column: &'static str,
}

/// One row of a column of sealed values.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Place {
    field: Field,
    row: [u8; 16],
}

/// A column of sealed values as the doctor asks about it.
#[derive(Clone, Copy)]
pub struct SealedField {
    /// Which.
    pub field: Field,
    /// Counts persons of all schools that have values in it, but neither a key nor a note that it was destroyed.
    pub without_key: fn(&mut Tx<'_>) -> Result<u64, StoreError>,
}

impl Field {
    /// Used by [`crate::sealed_fields!`].
    #[doc(hidden)]
    pub const fn new(table: &'static str, column: &'static str) -> Self {
        Self { table, column }
    }

    /// The table.
    pub const fn table(self) -> &'static str {
        self.table
    }

    /// The column.
    pub const fn column(self) -> &'static str {
        self.column
    }

    /// The value in the row with this id (the person's own, where a person has one row).
    pub const fn at<K>(self, row: Id<K>) -> Place {
        Place { field: self, row: *row.as_bytes() }
    }
}

impl Place {
    /// The column.
    pub const fn field(self) -> Field {
        self.field
    }

    /// What is bound to the value: it opens nowhere else.
    pub(crate) fn bound(self, school: SchoolId, person: PersonId) -> Vec<u8> {
        let Field { table, column } = self.field;
        joined(&[b"value", school.as_bytes(), person.as_bytes(), table.as_bytes(), column.as_bytes(), &self.row])
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.field.table, self.field.column)
    }
}

/// Declares columns that hold sealed values, each a [`Field`] constant, and tells the doctor of them. `of` names the column of the same table in which the
/// person stands; the table has a `school` too.
///
/// ```ignore
/// sealed_fields! {
///     /// The person's IIN.
///     pub IIN = "person_identity"."iin" of "person";
/// }
/// ```
#[macro_export]
macro_rules! sealed_fields {
    ($($(#[$meta:meta])* $vis:vis $name:ident = $table:literal . $column:literal of $person:literal;)*) => {$(
        $(#[$meta])*
        $vis const $name: $crate::Field = $crate::Field::new($table, $column);
        const _: () = {
            $crate::sealed_store::statements! {
                /// Persons with values but without a key; the doctor asks for the whole installation.
                fn without_key() across_schools -> Exactly<u64> = concat!(
                    "select count(*) from (select distinct v.school, v.", $person, " from ", $table, " v where v.", $column, " is not null
                     and not exists (select 1 from key_person k where k.school = v.school and k.person = v.", $person, ")
                     and not exists (select 1 from key_destroyed d where d.school = v.school and d.person = v.", $person, ")) lost"
                );
            }
            #[$crate::sealed_store::linkme::distributed_slice($crate::SEALED)]
            #[linkme(crate = $crate::sealed_store::linkme)]
            static FIELD: $crate::SealedField = $crate::SealedField { field: $name, without_key };
        };
    )*};
}
