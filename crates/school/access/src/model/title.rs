//! The name of a thing: a building, a lane, a rule.

use std::fmt;

use super::Fault;

/// A name that somebody gave to a thing: one line, trimmed, inner white space made single.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Title(String);

impl Title {
    /// How many letters it may have.
    pub const MAX_LETTERS: usize = 80;

    /// Reads a name that must be there.
    ///
    /// # Errors
    /// [`Fault::Empty`], [`Fault::TooLong`] or [`Fault::Sign`].
    pub fn parse(text: &str) -> Result<Self, Fault> {
        Self::parse_optional(text)?.ok_or(Fault::Empty)
    }

    /// Reads a name that may be left out.
    ///
    /// # Errors
    /// [`Fault::TooLong`] or [`Fault::Sign`].
    pub fn parse_optional(text: &str) -> Result<Option<Self>, Fault> {
        // Looked at before any work, so that a megabyte costs nothing.
        if text.len() > Self::MAX_LETTERS * 16 {
            return Err(Fault::TooLong);
        }
        let words: Vec<_> = text.split_whitespace().collect();
        let title = words.join(" ");
        if title.chars().any(char::is_control) {
            return Err(Fault::Sign);
        }
        match title.chars().count() {
            0 => Ok(None),
            count if count > Self::MAX_LETTERS => Err(Fault::TooLong),
            _ => Ok(Some(Self(title))),
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Title {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_name_is_one_tidy_line() {
        for (text, title) in [
            ("  Главный \t вход ", Ok("Главный вход")),
            ("Негізгі\nкіру", Ok("Негізгі кіру")),
            (" \n ", Err(Fault::Empty)),
            ("a\u{7}b", Err(Fault::Sign)),
        ] {
            assert_eq!(Title::parse(text).as_ref().map(Title::as_str), title.as_ref().map(|title| *title), "{text:?}");
        }
        assert!(Title::parse(&"я".repeat(80)).is_ok());
        assert_eq!(Title::parse(&"я".repeat(81)), Err(Fault::TooLong));
        assert_eq!(Title::parse(&"я".repeat(1_000_000)), Err(Fault::TooLong));
        assert_eq!(Title::parse_optional(""), Ok(None));
    }

    proptest! {
        #[test]
        fn a_name_that_was_read_is_read_again_unchanged(text in "\\PC{0,100}") {
            if let Ok(title) = Title::parse(&text) {
                prop_assert_eq!(Title::parse(title.as_str()), Ok(title));
            }
        }
    }
}
