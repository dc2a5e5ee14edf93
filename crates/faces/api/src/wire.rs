//! Values as they stand in JSON, and their shapes in the document.

use std::borrow::Cow;

use jiff::{Timestamp, civil::Date};
use kernel::Id;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, schema::Type},
};

/// Declares the shape of a word: its values are those that the program knows.
macro_rules! words {
    ($($(#[$meta:meta])* $name:ident = $values:expr;)*) => {$(
        $(#[$meta])*
        pub(crate) struct $name;
        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                word_schema($values.iter().map(|value| value.as_str()))
            }
        }
        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed(stringify!($name))
            }
        }
    )*};
}

words! {
    /// What a person is to the school.
    Role = kernel::Role::ALL;
    /// Whether a person may be at the school.
    PersonStatus = kernel::PersonStatus::ALL;
    /// Whether a credential opens anything.
    CredentialStatus = kernel::CredentialStatus::ALL;
    /// Which way.
    Direction = kernel::Direction::ALL;
    /// Granted or denied, and why.
    Reason = kernel::Reason::ALL;
    /// Who decided.
    DecidedBy = kernel::DecidedBy::ALL;
    /// How a reader shows a card.
    CardFormat = kernel::ReaderFormat::ALL;
    /// The sex.
    Sex = people::model::Sex::ALL;
}

/// A language of instruction.
pub(crate) struct Lang;

impl PartialSchema for Lang {
    fn schema() -> RefOr<Schema> {
        word_schema(i18n::Lang::ALL.into_iter().map(i18n::Lang::code))
    }
}
impl ToSchema for Lang {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Lang")
    }
}

/// What a pupil's day may have been: there, late, away and why, or nothing can be said and why.
pub(crate) const ATTENDANCE_STATUSES: [&str; 14] = [
    "present",
    "late",
    "left_early",
    "late_left_early",
    "not_yet",
    "ill",
    "family",
    "competition",
    "remote",
    "absent",
    "no_lessons",
    "remote_day",
    "other_class",
    "doors_silent",
];

/// What a pupil's day was.
pub(crate) struct AttendanceStatus;

impl PartialSchema for AttendanceStatus {
    fn schema() -> RefOr<Schema> {
        word_schema(ATTENDANCE_STATUSES.into_iter())
    }
}
impl ToSchema for AttendanceStatus {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("AttendanceStatus")
    }
}

fn word_schema<'a>(words: impl Iterator<Item = &'a str>) -> RefOr<Schema> {
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some(words.map(str::to_owned))).into()
}

/// The first year of moments and days that are taken.
const FIRST_YEAR: i16 = 1900;
/// The last one: what comes later is a mistake in writing.
const LAST_YEAR: i16 = 2199;

/// A moment in UTC.
pub(crate) fn moment(text: &str) -> Result<Timestamp, &'static str> {
    let is_within = |at: &Timestamp| (FIRST_YEAR..=LAST_YEAR).contains(&at.to_zoned(jiff::tz::TimeZone::UTC).year());
    text.parse().ok().filter(is_within).ok_or("api-fault-moment")
}

/// A day, `2026-11-23`.
pub(crate) fn day(text: &str) -> Result<Date, &'static str> {
    let is_plain = text.len() == 10 && text.bytes().all(|sign| sign.is_ascii_digit() || sign == b'-');
    let day: Option<Date> = if is_plain { text.parse().ok() } else { None };
    day.filter(|day| (FIRST_YEAR..=LAST_YEAR).contains(&day.year())).ok_or("api-fault-day")
}

/// An id.
pub(crate) fn id<K>(text: &str) -> Result<Id<K>, &'static str> {
    text.parse().map_err(|_| "api-fault-id")
}

/// One of the words of a type.
pub(crate) fn word<T>(text: &str, parse: impl FnOnce(&str) -> Option<T>) -> Result<T, &'static str> {
    parse(text).ok_or("api-fault-word")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_moments_are_read_in_one_way_and_within_reason() {
        assert!(day("2026-11-23").is_ok());
        assert!(moment("2026-11-23T08:00:00+05:00").is_ok());
        for wrong in ["", "23.11.2026", "2026-11-31", "20261123", "9999-01-01", "-009999-01-01", "2026-11-23T00:00"] {
            assert!(day(wrong).is_err(), "{wrong}");
        }
        for wrong in ["", "2026-11-23", "2026-11-23T08:00:00", "1", "9999-12-30T00:00:00Z", "-009999-01-02T00:00:00Z"] {
            assert!(moment(wrong).is_err(), "{wrong}");
        }
    }
}
