//! One value of a row in a backup: `null`, a whole number, `true`/`false`, a text; bytes as base64 and fractions as text, since JSON has neither.

use std::fmt::Write as _;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::Value as Json;

use crate::{
    catalogue::Kind,
    value::{Column, ColumnError, Raw, Value},
};

/// A value that was read from a backup.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell {
    Null,
    Int(i64),
    Real(f64),
    Bool(bool),
    Text(String),
    Bytes(Vec<u8>),
}

impl Cell {
    /// The JSON value as a value of this kind; none when it is not one.
    pub(super) fn parse(json: Json, kind: Kind) -> Option<Self> {
        match (kind, json) {
            (_, Json::Null) => Some(Self::Null),
            (Kind::Int, Json::Number(number)) => number.as_i64().map(Self::Int),
            (Kind::Bool, Json::Bool(value)) => Some(Self::Bool(value)),
            (Kind::Text, Json::String(text)) => Some(Self::Text(text)),
            (Kind::Bytes, Json::String(text)) => BASE64_STANDARD.decode(text).ok().map(Self::Bytes),
            (Kind::Real, Json::String(text)) => text.parse().ok().map(Self::Real),
            (_, Json::Bool(_) | Json::Number(_) | Json::String(_) | Json::Array(_) | Json::Object(_)) => None,
        }
    }

    pub(super) fn value(&self) -> Value<'_> {
        match self {
            Self::Null => Value::Null,
            Self::Int(number) => Value::Int(*number),
            Self::Real(number) => Value::Real(*number),
            Self::Bool(value) => Value::Bool(*value),
            Self::Text(text) => Value::Text(text),
            Self::Bytes(bytes) => Value::Blob(bytes),
        }
    }
}

/// Writes a value as it stands in the database behind `line`.
pub(super) fn write_cell(raw: Raw<'_>, kind: Kind, line: &mut String) -> Result<(), ColumnError> {
    match (kind, raw) {
        (_, Raw::Null) => line.push_str("null"),
        (Kind::Int, Raw::Int(number)) => push(line, format_args!("{number}")),
        // SQLite's booleans are numbers.
        (Kind::Bool, Raw::Bool(_) | Raw::Int(0 | 1)) => push(line, format_args!("{}", bool::read(raw)?)),
        (Kind::Real, Raw::Real(_) | Raw::Int(_)) => push(line, format_args!("\"{:?}\"", f64::read(raw)?)),
        (Kind::Text, Raw::Text(text)) => line.push_str(&Json::from(text).to_string()),
        (Kind::Bytes, Raw::Blob(bytes)) => {
            line.push('"');
            BASE64_STANDARD.encode_string(bytes, line);
            line.push('"');
        }
        (_, Raw::Int(_) | Raw::Real(_) | Raw::Bool(_) | Raw::Text(_) | Raw::Blob(_)) => return Err(ColumnError::Type),
    }
    Ok(())
}

fn push(line: &mut String, what: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = line.write_fmt(what);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn round_trip(raw: Raw<'_>, kind: Kind) -> Cell {
        let mut line = String::new();
        write_cell(raw, kind, &mut line).unwrap();
        Cell::parse(serde_json::from_str(&line).unwrap(), kind).unwrap()
    }

    proptest! {
        #[test]
        fn every_value_comes_back_as_it_was(number: i64, real: f64, text: String, bytes: Vec<u8>) {
            prop_assert_eq!(round_trip(Raw::Int(number), Kind::Int), Cell::Int(number));
            prop_assert_eq!(round_trip(Raw::Real(real), Kind::Real), Cell::Real(real));
            prop_assert_eq!(round_trip(Raw::Text(&text), Kind::Text), Cell::Text(text.clone()));
            prop_assert_eq!(round_trip(Raw::Blob(&bytes), Kind::Bytes), Cell::Bytes(bytes.clone()));
        }
    }

    #[test]
    fn what_is_not_of_the_kind_is_refused() {
        for (kind, raw) in [
            (Kind::Int, Raw::Text("1")),
            (Kind::Bool, Raw::Int(2)),
            (Kind::Text, Raw::Int(1)),
            (Kind::Bytes, Raw::Text("ab")),
            (Kind::Int, Raw::Real(1.0)),
        ] {
            assert_eq!(write_cell(raw, kind, &mut String::new()), Err(ColumnError::Type), "{kind:?} {raw:?}");
        }
        for (kind, json) in [
            (Kind::Int, "1.5"),
            (Kind::Int, "\"1\""),
            (Kind::Bytes, "\"?\""),
            (Kind::Text, "1"),
            (Kind::Bool, "1"),
            (Kind::Real, "[]"),
        ] {
            assert_eq!(Cell::parse(serde_json::from_str(json).unwrap(), kind), None, "{kind:?} {json}");
        }
        assert_eq!(round_trip(Raw::Int(1), Kind::Bool), Cell::Bool(true));
    }
}
