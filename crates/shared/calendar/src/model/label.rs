//! A name or a reason that somebody gave: one tidy line.

use std::fmt;

use super::Fault;

/// One line, trimmed, inner white space made single.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Label(String);

impl Label {
    /// How many letters it may have.
    pub const MAX_LETTERS: usize = 80;

    /// Reads a text that must be there.
    ///
    /// # Errors
    /// [`Fault::Empty`], [`Fault::TooLong`] or [`Fault::Sign`].
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let label = Self::parse_optional(text)?;
        if label.is_empty() { Err(Fault::Empty) } else { Ok(label) }
    }

    /// Reads a text that may be left out.
    ///
    /// # Errors
    /// [`Fault::TooLong`] or [`Fault::Sign`].
    pub fn parse_optional(text: &str) -> Result<Self, Fault> {
        Self::parse_up_to(text, Self::MAX_LETTERS)
    }

    /// Reads a text of at most so many letters that may be left out.
    pub(super) fn parse_up_to(text: &str, letters: usize) -> Result<Self, Fault> {
        // Looked at before any work, so that a megabyte costs nothing.
        if text.len() > letters * 16 {
            return Err(Fault::TooLong);
        }
        let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if line.chars().any(char::is_control) {
            return Err(Fault::Sign);
        }
        if line.chars().count() > letters { Err(Fault::TooLong) } else { Ok(Self(line)) }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it was left out.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_label_is_one_tidy_line() {
        assert_eq!(Label::parse("  Короткий \t день ").unwrap().as_str(), "Короткий день");
        assert_eq!(Label::parse(" \n "), Err(Fault::Empty));
        assert_eq!(Label::parse("a\u{7}b"), Err(Fault::Sign));
        assert_eq!(Label::parse(&"я".repeat(81)), Err(Fault::TooLong));
        assert_eq!(Label::parse(&"я".repeat(1_000_000)), Err(Fault::TooLong));
        assert!(Label::parse(&"я".repeat(80)).is_ok() && Label::parse_optional("").unwrap().is_empty());
    }

    proptest! {
        #[test]
        fn what_was_read_is_read_again_unchanged(text in "\\PC{0,100}") {
            if let Ok(label) = Label::parse(&text) {
                prop_assert_eq!(Label::parse(label.as_str()), Ok(label));
            }
        }
    }
}
