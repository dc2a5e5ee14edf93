//! Telephone numbers of Kazakhstan.

use std::fmt;

/// A number of Kazakhstan, as E.164 `+77XXXXXXXXX`. `Debug` hides it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Phone(String);

/// Why a text is no telephone number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PhoneError {
    /// No digit at all.
    #[error("no number")]
    Empty,
    /// Something else than digits, spaces, brackets, dots, hyphens and a leading plus.
    #[error("a letter or sign that no number has")]
    Letter,
    /// Too few or too many digits.
    #[error("a number has 11 digits")]
    Length,
    /// A number of another country.
    #[error("not a number of Kazakhstan")]
    Country,
}

impl PhoneError {
    /// The key of the text that a page shows.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Empty => "people-phone-empty",
            Self::Letter => "people-phone-letter",
            Self::Length => "people-phone-length",
            Self::Country => "people-phone-country",
        }
    }
}

impl Phone {
    /// Reads `8 7xx …`, `7 7xx …`, `+7 (7xx) …` and the ten digits `7xx …` without the country's.
    ///
    /// # Errors
    /// [`PhoneError`] says what is wrong with the text.
    pub fn parse(text: &str) -> Result<Self, PhoneError> {
        let text = text.trim();
        let (has_plus, rest) = text.strip_prefix('+').map_or((false, text), |rest| (true, rest));
        let mut digits = String::with_capacity(12);
        for letter in rest.chars() {
            if letter.is_ascii_digit() {
                if digits.len() == 15 {
                    return Err(PhoneError::Length);
                }
                digits.push(letter);
            } else if !(letter.is_whitespace() || matches!(letter, '(' | ')' | '-' | '‐' | '‑' | '–' | '.')) {
                return Err(PhoneError::Letter);
            }
        }
        if digits.is_empty() {
            return Err(PhoneError::Empty);
        }
        // A plus is followed by the country, so neither the trunk prefix 8 nor a bare ten-digit number can stand there.
        let national = match (has_plus, digits.len(), digits.as_bytes()[0]) {
            (_, 11, b'7') | (false, 11, b'8') => &digits[1..],
            (false, 10, b'7') => &digits,
            (true, _, first) if first != b'7' => return Err(PhoneError::Country),
            (_, 11, _) => return Err(PhoneError::Country),
            _ => return Err(PhoneError::Length),
        };
        if national.starts_with('7') { Ok(Self(format!("+7{national}"))) } else { Err(PhoneError::Country) }
    }

    /// The number as it is stored and dialled: `+77XXXXXXXXX`.
    pub fn e164(&self) -> &str {
        &self.0
    }

    /// The number as people read it: `+7 (7XX) XXX-XX-XX`.
    pub fn show(&self) -> String {
        let digits = &self.0[2..];
        format!("+7 ({}) {}-{}-{}", &digits[..3], &digits[3..6], &digits[6..8], &digits[8..])
    }

    /// The number for those who may not see it, but must tell one from another: `+7 (7••) •••-••-17`.
    pub fn masked(&self) -> String {
        format!("+7 (7••) •••-••-{}", &self.0[10..])
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Phone(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_way_of_writing_a_number_gives_one_number() {
        for text in [
            "8 701 234 56 17",
            "87012345617",
            "7 701 234-56-17",
            "+7 (701) 234-56-17",
            "+77012345617",
            " 8(701)234.56.17 ",
            "+7\u{a0}701\u{a0}234\u{2011}56\u{2011}17",
            "701 234 56 17",
        ] {
            let phone = Phone::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!((phone.e164(), phone.show().as_str()), ("+77012345617", "+7 (701) 234-56-17"), "{text}");
            assert_eq!(phone.masked(), "+7 (7••) •••-••-17");
            assert_eq!(format!("{phone:?}"), "Phone(hidden)");
        }
    }

    #[test]
    fn texts_that_are_no_number_of_kazakhstan_are_refused_with_the_reason() {
        for (text, error) in [
            ("", PhoneError::Empty),
            ("+", PhoneError::Empty),
            ("( )", PhoneError::Empty),
            ("8701234561", PhoneError::Length),
            ("870123456177", PhoneError::Length),
            ("+7012345617", PhoneError::Length),
            ("701234561", PhoneError::Length),
            ("+7 701 234 56 17 доб. 5", PhoneError::Letter),
            ("8+7012345617", PhoneError::Letter),
            ("+7 901 234 56 17", PhoneError::Country),
            ("8 901 234 56 17", PhoneError::Country),
            ("+87012345617", PhoneError::Country),
            ("+998 90 123 45 67", PhoneError::Country),
            ("97012345617", PhoneError::Country),
        ] {
            assert_eq!(Phone::parse(text), Err(error), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_shown_reads_back_as_the_same_number(rest in "7[0-9]{9}") {
            let phone = Phone::parse(&format!("8{rest}")).unwrap();
            prop_assert_eq!(&Phone::parse(&phone.show()).unwrap(), &phone);
            prop_assert_eq!(&Phone::parse(phone.e164()).unwrap(), &phone);
        }

        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,30}") {
            let _ = Phone::parse(&text);
        }
    }
}
