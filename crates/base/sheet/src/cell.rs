//! One cell, and how a person's idea of it is found: a number, a text, a day.

use jiff::civil::{Date, DateTime, date};

/// Days of a spreadsheet program are counted from here (with its belief in 29 February 1900).
const FIRST_DAY: Date = date(1899, 12, 30);
/// Numbers that may stand for a day from 1927 to 2064.
const DAY_NUMBERS: std::ops::RangeInclusive<i64> = 10_000..=60_000;
/// Two figures of a year up to this are of our century.
const LATEST_SHORT_YEAR: i16 = 40;

/// What a cell holds.
#[derive(Clone, PartialEq, Debug, Default)]
pub enum Cell {
    /// Nothing, or only spaces.
    #[default]
    Empty,
    /// Letters, without spaces around.
    Text(String),
    /// A number.
    Number(f64),
    /// A day, or a moment of it.
    Moment(DateTime),
    /// Yes or no.
    Bool(bool),
    /// An error of the spreadsheet program, as it shows it: `#REF!`.
    Error(String),
}

impl Cell {
    /// A text without the spaces around it; [`Cell::Empty`] when nothing is left.
    pub fn text(text: &str) -> Self {
        let text = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}' | '\0'));
        if text.is_empty() { Self::Empty } else { Self::Text(text.chars().take(crate::CELL_LIMIT).collect()) }
    }

    /// Whether nothing is there.
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Empty)
    }

    /// As a person reads it: whole numbers without a point, days as `2026-09-01`, no error.
    pub fn as_text(&self) -> String {
        match self {
            Self::Empty | Self::Error(_) => String::new(),
            Self::Text(text) => text.clone(),
            Self::Number(number) => plain(*number),
            Self::Moment(moment) if moment.time() == jiff::civil::Time::midnight() => moment.date().to_string(),
            Self::Moment(moment) => moment.strftime("%Y-%m-%d %H:%M:%S").to_string(),
            Self::Bool(true) => "1".into(),
            Self::Bool(false) => "0".into(),
        }
    }

    /// The day that is meant, if one is: a date cell, a text that [`date_of_text`] understands, a number that counts days.
    pub fn as_date(&self) -> Option<Date> {
        match self {
            Self::Moment(moment) => Some(moment.date()),
            Self::Text(text) => date_of_text(text),
            Self::Number(number) if number.fract() == 0.0 && DAY_NUMBERS.contains(&(*number as i64)) => {
                FIRST_DAY.checked_add(jiff::Span::new().days(*number as i64)).ok()
            }
            Self::Empty | Self::Number(_) | Self::Bool(_) | Self::Error(_) => None,
        }
    }
}

/// Whether a spreadsheet program could take a text for a formula, be it behind apostrophes.
pub(crate) fn looks_like_formula(text: &str) -> bool {
    let bare = text.trim_start_matches(|c: char| c == '\'' || c.is_whitespace());
    bare.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
}

/// A number without exponent, as it was typed: `150915500017`, `12.5`.
fn plain(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < 1e15 { format!("{number:.0}") } else { number.to_string() }
}

/// The day that a text means: `01.09.2026`, `1.9.26`, `1/9/2026`, `2026-09-01`, each also with a time behind it. Day before month, as in
/// Kazakhstan.
pub fn date_of_text(text: &str) -> Option<Date> {
    let text = text.trim().trim_end_matches(['г', 'ж', '.', ' ']);
    let day = text.split([' ', 'T']).next()?;
    let parts: Vec<&str> = day.split(['.', '-', '/']).collect();
    let [first, second, third] = parts[..] else { return None };
    let number = |part: &str| -> Option<i16> {
        ((1..=4).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit())).then(|| part.parse().ok())?
    };
    let (first_number, month, third_number) = (number(first)?, number(second)?, number(third)?);
    let (year, day) = match (first.len(), third.len()) {
        (4, 1..=2) => (first_number, third_number),
        (1..=2, 4) => (third_number, first_number),
        (1..=2, 2) => (third_number + if third_number <= LATEST_SHORT_YEAR { 2_000 } else { 1_900 }, first_number),
        _ => return None,
    };
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn days_are_understood_as_people_type_them() {
        for (text, day) in [
            ("01.09.2026", Some(date(2026, 9, 1))),
            (" 1.9.26 ", Some(date(2026, 9, 1))),
            ("15/09/2015", Some(date(2015, 9, 15))),
            ("2016-02-29", Some(date(2016, 2, 29))),
            ("2016-02-29 00:00:00", Some(date(2016, 2, 29))),
            ("29.02.2016 г.", Some(date(2016, 2, 29))),
            ("11.06.85", Some(date(1985, 6, 11))),
            ("29.02.2015", None),
            ("31.04.2015", None),
            ("13.13.2015", None),
            ("2015", None),
            ("1.2.3.4", None),
            ("-1.2.2015", None),
            ("сентябрь", None),
        ] {
            assert_eq!(Cell::text(text).as_date(), day, "{text}");
        }
        assert_eq!(Cell::Number(42_248.0).as_date(), Some(date(2015, 9, 1)));
        assert_eq!(Cell::Number(150_915_500_017.0).as_date(), None);
    }

    #[test]
    fn numbers_lose_no_figure() {
        assert_eq!(Cell::Number(150_915_500_017.0).as_text(), "150915500017");
        assert_eq!(Cell::Number(12.5).as_text(), "12.5");
        assert_eq!(Cell::text(" \u{a0} "), Cell::Empty);
    }

    proptest! {
        #[test]
        fn every_day_is_read_as_it_is_shown(year in 1950_i16..2040, month in 1_i8..=12, day in 1_i8..=28) {
            let day = date(year, month, day);
            prop_assert_eq!(date_of_text(&day.strftime("%d.%m.%Y").to_string()), Some(day));
            prop_assert_eq!(date_of_text(&day.to_string()), Some(day));
        }

        #[test]
        fn any_text_is_a_day_or_none(text in ".{0,40}") {
            let _ = date_of_text(&text);
        }
    }
}
