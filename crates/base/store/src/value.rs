//! Values on their way into and out of SQL.

use jiff::{Timestamp, civil};
use kernel::Id;

use crate::tx::Row;

/// A parameter as it is bound.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'a> {
    /// `null`, of any type.
    Null,
    /// `bigint`.
    Int(i64),
    /// `double precision`.
    Real(f64),
    /// `boolean`; 0 or 1 in SQLite.
    Bool(bool),
    /// `text`.
    Text(&'a str),
    /// `bytea`, `blob`.
    Blob(&'a [u8]),
}

/// A column as it was read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Raw<'a> {
    /// `null`.
    Null,
    /// Any whole number; SQLite's booleans too.
    Int(i64),
    /// A floating point number.
    Real(f64),
    /// PostgreSQL's boolean.
    Bool(bool),
    /// Text.
    Text(&'a str),
    /// Bytes.
    Blob(&'a [u8]),
}

/// Why a column is not what the record wants.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ColumnError {
    /// `null` where a value must be.
    #[error("is null")]
    Null,
    /// Another type.
    #[error("is of another type")]
    Type,
    /// The value is of the right type, but not one of those allowed.
    #[error("holds {0:?}, which is not allowed")]
    Value(String),
}

/// A type that can be bound.
pub trait Param {
    /// As it is bound.
    fn value(&self) -> Value<'_>;
}

/// A type that one column can become.
pub trait Column: Sized {
    /// Reads it.
    ///
    /// # Errors
    /// [`ColumnError`] when the column holds something else.
    fn read(raw: Raw<'_>) -> Result<Self, ColumnError>;
}

/// A type that a row can become; made by [`crate::record!`].
pub trait Record: Sized {
    /// The names of the columns, in order; empty: not checked.
    const FIELDS: &'static [&'static str];
    /// Reads a row.
    ///
    /// # Errors
    /// The place and reason of the first column that does not fit.
    fn read_row(row: &Row<'_>) -> Result<Self, (usize, ColumnError)>;
}

impl<T: Param + ?Sized> Param for &T {
    fn value(&self) -> Value<'_> {
        (**self).value()
    }
}
impl<T: Param> Param for Option<T> {
    fn value(&self) -> Value<'_> {
        self.as_ref().map_or(Value::Null, Param::value)
    }
}
impl<T: Column> Column for Option<T> {
    fn read(raw: Raw<'_>) -> Result<Self, ColumnError> {
        if raw == Raw::Null { Ok(None) } else { T::read(raw).map(Some) }
    }
}

impl Param for str {
    fn value(&self) -> Value<'_> {
        Value::Text(self)
    }
}
impl Param for String {
    fn value(&self) -> Value<'_> {
        Value::Text(self)
    }
}
impl Column for String {
    fn read(raw: Raw<'_>) -> Result<Self, ColumnError> {
        match raw {
            Raw::Text(text) => Ok(text.to_owned()),
            Raw::Null => Err(ColumnError::Null),
            _ => Err(ColumnError::Type),
        }
    }
}
impl Param for [u8] {
    fn value(&self) -> Value<'_> {
        Value::Blob(self)
    }
}
impl Param for Vec<u8> {
    fn value(&self) -> Value<'_> {
        Value::Blob(self)
    }
}
impl Column for Vec<u8> {
    fn read(raw: Raw<'_>) -> Result<Self, ColumnError> {
        match raw {
            Raw::Blob(bytes) => Ok(bytes.to_vec()),
            Raw::Null => Err(ColumnError::Null),
            _ => Err(ColumnError::Type),
        }
    }
}
impl<const N: usize> Param for [u8; N] {
    fn value(&self) -> Value<'_> {
        Value::Blob(self)
    }
}
impl<const N: usize> Column for [u8; N] {
    fn read(raw: Raw<'_>) -> Result<Self, ColumnError> {
        match raw {
            Raw::Blob(bytes) => bytes.try_into().map_err(|_| ColumnError::Value(format!("{} bytes", bytes.len()))),
            Raw::Null => Err(ColumnError::Null),
            _ => Err(ColumnError::Type),
        }
    }
}

impl Param for bool {
    fn value(&self) -> Value<'_> {
        Value::Bool(*self)
    }
}
impl Column for bool {
    fn read(raw: Raw<'_>) -> Result<Self, ColumnError> {
        match raw {
            Raw::Bool(value) => Ok(value),
            Raw::Int(value) => Ok(value != 0),
            Raw::Null => Err(ColumnError::Null),
            _ => Err(ColumnError::Type),
        }
    }
}
/// What is not a number is `null`, which SQLite makes of it anyway.
impl Param for f64 {
    fn value(&self) -> Value<'_> {
        if self.is_nan() { Value::Null } else { Value::Real(*self) }
    }
}
impl Column for f64 {
    fn read(raw: Raw<'_>) -> Result<Self, ColumnError> {
        match raw {
            Raw::Real(value) => Ok(value),
            Raw::Int(value) => Ok(value as Self),
            Raw::Null => Err(ColumnError::Null),
            _ => Err(ColumnError::Type),
        }
    }
}

impl Param for i64 {
    fn value(&self) -> Value<'_> {
        Value::Int(*self)
    }
}
impl Column for i64 {
    fn read(raw: Raw<'_>) -> Result<Self, ColumnError> {
        match raw {
            Raw::Int(value) => Ok(value),
            Raw::Null => Err(ColumnError::Null),
            _ => Err(ColumnError::Type),
        }
    }
}

macro_rules! small_ints {
    ($($type:ty),*) => {$(
        impl Param for $type {
            fn value(&self) -> Value<'_> {
                Value::Int(i64::from(*self))
            }
        }
        impl Column for $type {
            fn read(raw: Raw<'_>) -> Result<Self, ColumnError> {
                let wide = i64::read(raw)?;
                Self::try_from(wide).map_err(|_| ColumnError::Value(wide.to_string()))
            }
        }
    )*};
}
small_ints!(u8, u16, u32, i32);

/// Numbers of journals and spools: kept below 2^63, which no school reaches.
impl Param for u64 {
    fn value(&self) -> Value<'_> {
        Value::Int(i64::try_from(*self).unwrap_or(i64::MAX))
    }
}
impl Column for u64 {
    fn read(raw: Raw<'_>) -> Result<Self, ColumnError> {
        let wide = i64::read(raw)?;
        Self::try_from(wide).map_err(|_| ColumnError::Value(wide.to_string()))
    }
}

impl<K> Param for Id<K> {
    fn value(&self) -> Value<'_> {
        Value::Blob(self.as_bytes())
    }
}
impl<K> Column for Id<K> {
    fn read(raw: Raw<'_>) -> Result<Self, ColumnError> {
        match raw {
            Raw::Blob(bytes) => {
                Self::from_slice(bytes).ok_or_else(|| ColumnError::Value(format!("{} bytes", bytes.len())))
            }
            Raw::Null => Err(ColumnError::Null),
            _ => Err(ColumnError::Type),
        }
    }
}

impl Param for Timestamp {
    fn value(&self) -> Value<'_> {
        Value::Int(self.as_microsecond())
    }
}
impl Column for Timestamp {
    fn read(raw: Raw<'_>) -> Result<Self, ColumnError> {
        let micros = i64::read(raw)?;
        Self::from_microsecond(micros).map_err(|_| ColumnError::Value(micros.to_string()))
    }
}

/// A calendar day: YYYYMMDD as a number, so that it sorts and can be read in a dump.
impl Param for civil::Date {
    fn value(&self) -> Value<'_> {
        Value::Int(i64::from(self.year()) * 10_000 + i64::from(self.month()) * 100 + i64::from(self.day()))
    }
}
impl Column for civil::Date {
    fn read(raw: Raw<'_>) -> Result<Self, ColumnError> {
        let number = i64::read(raw)?;
        let bad = || ColumnError::Value(number.to_string());
        let part = |value: i64| i8::try_from(value).map_err(|_| bad());
        let year = i16::try_from(number / 10_000).map_err(|_| bad())?;
        Self::new(year, part(number / 100 % 100)?, part(number % 100)?).map_err(|_| bad())
    }
}

/// Words of an enum that has `as_str` and `parse`: kept as text.
#[macro_export]
macro_rules! word_column {
    ($($type:ty),* $(,)?) => {$(
        impl $crate::Param for $type {
            fn value(&self) -> $crate::Value<'_> {
                $crate::Value::Text(self.as_str())
            }
        }
        impl $crate::Column for $type {
            fn read(raw: $crate::Raw<'_>) -> Result<Self, $crate::ColumnError> {
                match raw {
                    $crate::Raw::Text(word) => {
                        <$type>::parse(word).ok_or_else(|| $crate::ColumnError::Value(word.to_owned()))
                    }
                    $crate::Raw::Null => Err($crate::ColumnError::Null),
                    _ => Err($crate::ColumnError::Type),
                }
            }
        }
    )*};
}
word_column!(
    kernel::Direction,
    kernel::Reason,
    kernel::DecidedBy,
    kernel::AlarmKind,
    kernel::DeviceState,
    kernel::ReaderFormat,
    kernel::Role,
    kernel::PersonStatus,
    kernel::CredentialStatus,
    kernel::SchoolMode,
);

/// A row of one column.
impl<T: Column> Record for T {
    const FIELDS: &'static [&'static str] = &[];
    fn read_row(row: &Row<'_>) -> Result<Self, (usize, ColumnError)> {
        row.column(0)
    }
}
