//! What somebody adds to a correction.

use std::fmt;

/// Why a text cannot be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoteFault {
    /// Longer than [`Note::LIMIT`] letters.
    #[error("longer than {} letters", Note::LIMIT)]
    TooLong,
    /// A sign that cannot be shown.
    #[error("holds a sign that cannot be shown")]
    Sign,
}

/// One tidy line, or none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Note(String);

impl Note {
    /// How many letters it may have.
    pub const LIMIT: usize = 200;

    /// Reads a line; white space is made single.
    ///
    /// # Errors
    /// [`NoteFault`].
    pub fn parse(text: &str) -> Result<Self, NoteFault> {
        let tidy = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if tidy.chars().any(char::is_control) {
            Err(NoteFault::Sign)
        } else if tidy.chars().count() > Self::LIMIT {
            Err(NoteFault::TooLong)
        } else {
            Ok(Self(tidy))
        }
    }

    /// The line.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_is_one_tidy_line() {
        assert_eq!(Note::parse("  Справка \n до пятницы ").unwrap().as_str(), "Справка до пятницы");
        assert_eq!(Note::parse("").unwrap(), Note::default());
        assert_eq!(Note::parse(&"ә".repeat(201)), Err(NoteFault::TooLong));
        assert_eq!(Note::parse("a\u{7}b"), Err(NoteFault::Sign));
    }
}
