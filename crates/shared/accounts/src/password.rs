//! Passwords: what a new one must be, and the only form in which one is kept.

use std::fmt;

use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc},
};
use kernel::Ids;

use crate::login::Login;

/// A password that may be chosen. `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct NewPassword(String);

/// The argon2id hash of a password as a PHC string: 19 MiB of memory, two passes, one lane, 16 random bytes of salt, which is what
/// OWASP's password storage cheat sheet asks for. `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

/// Why a text may not be chosen as a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Fewer letters than [`NewPassword::MIN_LETTERS`].
    #[error("a password has at least 10 letters")]
    TooShort,
    /// More letters than [`NewPassword::MAX_LETTERS`].
    #[error("a password has at most 128 letters")]
    TooLong,
    /// The login, or one that everybody tries first.
    #[error("this password is guessed at once")]
    Guessable,
}

impl PasswordError {
    /// The key of the text that a page shows.
    pub const fn key(self) -> &'static str {
        match self {
            Self::TooShort => "accounts-password-too-short",
            Self::TooLong => "accounts-password-too-long",
            Self::Guessable => "accounts-password-guessable",
        }
    }
}

/// Those with ten letters and more that lists of leaked passwords begin with, Cyrillic keyboards included.
const FIRST_TRIED: [&str; 20] = [
    "1234567890",
    "0123456789",
    "0987654321",
    "12345678910",
    "1234567891",
    "123123123123",
    "1q2w3e4r5t",
    "1q2w3e4r5t6y",
    "1qaz2wsx3edc",
    "qwertyuiop",
    "qwerty12345",
    "qwerty123456",
    "password123",
    "password1234",
    "passw0rd123",
    "йцукенгшщз",
    "йцукен12345",
    "пароль12345",
    "administrator",
    "q1w2e3r4t5y6",
];

impl NewPassword {
    /// The fewest letters.
    pub const MIN_LETTERS: usize = 10;
    /// The most letters: bounds the work of hashing.
    pub const MAX_LETTERS: usize = 128;

    /// Reads a password chosen for the account `login`. Letters count, not bytes; spaces are letters.
    ///
    /// # Errors
    /// [`PasswordError`] says what is wrong.
    pub fn parse(text: &str, login: &Login) -> Result<Self, PasswordError> {
        let letters = text.chars().count();
        let folded = text.to_lowercase();
        if letters < Self::MIN_LETTERS {
            Err(PasswordError::TooShort)
        } else if letters > Self::MAX_LETTERS {
            Err(PasswordError::TooLong)
        } else if folded == login.as_str() || FIRST_TRIED.contains(&folded.as_str()) || is_one_letter(text) {
            Err(PasswordError::Guessable)
        } else {
            Ok(Self(text.to_owned()))
        }
    }

    /// Its hash with a new salt. Takes some tens of milliseconds and 19 MiB, so not on an async thread.
    pub fn hash(&self, ids: &Ids) -> PasswordHash {
        let salt: [u8; 16] = ids.bytes();
        match Argon2::default().hash_password_with_salt(self.0.as_bytes(), &salt) {
            Ok(hash) => PasswordHash(hash.to_string()),
            // Neither the password nor the salt can be of a wrong length here. An empty hash matches no password.
            Err(error) => {
                tracing::error!(%error, "a password could not be hashed");
                PasswordHash(String::new())
            }
        }
    }
}

fn is_one_letter(text: &str) -> bool {
    let mut letters = text.chars();
    let first = letters.next();
    letters.all(|letter| Some(letter) == first)
}

/// Longer than any password that could have been chosen, in bytes.
const LONGEST_BYTES: usize = NewPassword::MAX_LETTERS * 4;

impl PasswordHash {
    /// A hash of nothing, which takes as long to be compared with as a real one.
    pub fn of_nobody() -> Self {
        Self(
            "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
                .to_owned(),
        )
    }

    /// The hash that was stored.
    pub(crate) fn stored(text: String) -> Self {
        Self(text)
    }

    /// The text that is stored.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is its password. Takes as long as hashing.
    pub fn is_of(&self, password: &str) -> bool {
        let password = if password.len() > LONGEST_BYTES { "" } else { password };
        phc::PasswordHash::new(&self.0)
            .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
    }
}

impl fmt::Debug for NewPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NewPassword(hidden)")
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn login() -> Login {
        Login::parse("secretary-5").unwrap()
    }

    #[test]
    fn passwords_that_are_guessed_are_refused() {
        for (text, error) in [
            ("", PasswordError::TooShort),
            ("девятьбук", PasswordError::TooShort),
            ("Secretary-5", PasswordError::Guessable),
            ("QwertyUiop", PasswordError::Guessable),
            ("аааааааааааа", PasswordError::Guessable),
        ] {
            assert_eq!(NewPassword::parse(text, &login()), Err(error), "{text:?}");
        }
        assert_eq!(NewPassword::parse(&"ab".repeat(65), &login()), Err(PasswordError::TooLong));
    }

    #[test]
    fn a_password_is_known_by_its_hash_alone_and_each_hash_has_its_salt() {
        let ids = Ids::seeded(1);
        let password = NewPassword::parse("десять букв", &login()).unwrap();
        let (one, other) = (password.hash(&ids), password.hash(&ids));
        assert_ne!(one, other);
        assert!(one.as_str().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "OWASP's cost");
        assert!(one.is_of("десять букв") && !one.is_of("десять букв ") && !one.is_of(""));
        assert!(!format!("{password:?} {one:?}").contains("букв"));
    }

    #[test]
    fn the_hash_of_nobody_is_of_the_same_cost_and_matches_nothing() {
        let nobody = phc::PasswordHash::new(PasswordHash::of_nobody().0.as_str()).unwrap().params.to_string();
        let real = NewPassword::parse("десять букв", &login()).unwrap().hash(&Ids::seeded(1));
        assert_eq!(nobody, phc::PasswordHash::new(real.as_str()).unwrap().params.to_string());
        assert!(!PasswordHash::of_nobody().is_of("") && !PasswordHash::stored(String::new()).is_of(""));
        assert!(!real.is_of(&"x".repeat(1_000_000)));
    }
}
