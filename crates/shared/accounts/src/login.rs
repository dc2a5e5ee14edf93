//! The name under which an account signs in.

use std::fmt;

/// A login: 2 to 64 small Latin letters, digits and `. _ - @`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Login(String);

/// Why a text is no login.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LoginError {
    /// Shorter than [`Login::MIN_LETTERS`] or longer than [`Login::MAX_LETTERS`].
    #[error("a login has 2 to 64 letters")]
    Length,
    /// A sign that no login has.
    #[error("a login is made of Latin letters, digits and . _ - @")]
    Letter,
}

impl LoginError {
    /// The key of the text that a page shows.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Length => "accounts-login-length",
            Self::Letter => "accounts-login-letter",
        }
    }
}

impl Login {
    /// The fewest letters.
    pub const MIN_LETTERS: usize = 2;
    /// The most letters.
    pub const MAX_LETTERS: usize = 64;

    /// Reads a login; capitals become small, spaces around it are dropped.
    ///
    /// # Errors
    /// [`LoginError`] says what is wrong.
    pub fn parse(text: &str) -> Result<Self, LoginError> {
        let text = text.trim();
        if !(Self::MIN_LETTERS..=Self::MAX_LETTERS).contains(&text.len()) {
            return Err(LoginError::Length);
        }
        if !text.bytes().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, b'.' | b'_' | b'-' | b'@')) {
            return Err(LoginError::Letter);
        }
        Ok(Self(text.to_ascii_lowercase()))
    }

    /// The login as it is stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capitals_and_spaces_do_not_count() {
        assert_eq!(Login::parse(" Guard.1@School ").map(|login| login.0), Ok("guard.1@school".to_owned()));
    }

    #[test]
    fn texts_that_are_no_logins_are_refused() {
        for (text, error) in [
            ("", LoginError::Length),
            ("a", LoginError::Length),
            ("вахта", LoginError::Letter),
            ("a b", LoginError::Letter),
            ("a'--", LoginError::Letter),
        ] {
            assert_eq!(Login::parse(text), Err(error), "{text:?}");
        }
        assert_eq!(Login::parse(&"a".repeat(65)), Err(LoginError::Length));
    }
}
