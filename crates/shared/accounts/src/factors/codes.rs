//! Codes: those of an authenticator app, and those that are written down for the day when it is lost.

use std::fmt;

use crypto::OtpSecret;
use jiff::Timestamp;
use kernel::{Ids, UserId};
use sha2::{Digest, Sha256};

/// So many codes are given out at once.
pub(crate) const RECOVERY_CODES: usize = 10;

/// The app's clock may be off by so many steps of 30 seconds.
const SKEW: u64 = 1;

/// Who keeps the account, as the app shows it.
const ISSUER: &str = "Kezekshi";

const RFC_4648: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/// Digits and letters without those that are mistaken for one another.
const CROCKFORD: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LETTERS: usize = 16;

/// A code that is typed where the app's would be: 80 random bits in 16 letters and digits, each good for once. `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct RecoveryCode(String);

/// What somebody typed as the second step.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Typed {
    /// Six digits of an app.
    App(u32),
    /// A code that was written down.
    Recovery(RecoveryCode),
}

impl RecoveryCode {
    pub(crate) fn new(ids: &Ids) -> Self {
        Self(in_base32(&ids.bytes::<10>(), CROCKFORD))
    }

    /// `XXXX-XXXX-XXXX-XXXX`.
    pub(crate) fn shown(&self) -> String {
        in_fours(&self.0, '-')
    }

    /// What the database has. 80 random bits need no slow hash; with the account in it, one table of hashes does not serve for all.
    pub(crate) fn hash(&self, user: UserId) -> [u8; 32] {
        Sha256::new().chain_update(user.as_bytes()).chain_update(self.0.as_bytes()).finalize().into()
    }
}

impl Typed {
    /// Reads what was typed; none when it can be neither. Spaces and dashes do not count, nor capitals.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        // Longer ones need not be looked at.
        let text = text.get(..64).unwrap_or(text);
        let letters: String = text.chars().filter(|letter| !letter.is_whitespace() && *letter != '-').collect();
        if letters.len() == OtpSecret::DIGITS && letters.bytes().all(|digit| digit.is_ascii_digit()) {
            return letters.parse().ok().map(Self::App);
        }
        let letters: String = letters
            .to_ascii_uppercase()
            .chars()
            .map(|letter| match letter {
                'O' => '0',
                'I' | 'L' => '1',
                letter => letter,
            })
            .collect();
        let is_code = letters.len() == LETTERS && letters.bytes().all(|letter| CROCKFORD.contains(&letter));
        is_code.then_some(Self::Recovery(RecoveryCode(letters)))
    }
}

/// The step whose code this is, after the last one that was taken; none when it is wrong, too old, or was taken already.
pub(crate) fn step_of(secret: &OtpSecret, code: u32, now: Timestamp, last_step: u64) -> Option<u64> {
    let current = u64::try_from(now.as_second().div_euclid(OtpSecret::STEP_S)).ok()?;
    (current.saturating_sub(SKEW)..=current.saturating_add(SKEW))
        .filter(|step| *step > last_step)
        .find(|step| secret.code(*step) == code)
}

/// A secret as apps take it when it is typed: RFC 4648's base 32.
pub(crate) fn base32(secret: &OtpSecret) -> String {
    in_base32(secret.bytes(), RFC_4648)
}

/// The same in groups of four, for whoever types it.
pub(crate) fn spoken(secret: &OtpSecret) -> String {
    in_fours(&base32(secret), ' ')
}

/// The address that stands in the QR code. Algorithm, digits and step are the ones that apps take when nothing is said.
pub(crate) fn uri(secret: &OtpSecret, login: &str) -> String {
    // A login's letters need no escaping in a path but `@`, which is allowed there.
    format!("otpauth://totp/{ISSUER}:{login}?secret={}&issuer={ISSUER}", base32(secret))
}

fn in_base32(bytes: &[u8], alphabet: &[u8; 32]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(5) * 8);
    let (mut held, mut bits) = (0_u32, 0);
    for byte in bytes {
        held = held << 8 | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            text.push(char::from(alphabet[(held >> bits & 31) as usize]));
        }
        held &= (1 << bits) - 1;
    }
    if bits > 0 {
        text.push(char::from(alphabet[(held << (5 - bits) & 31) as usize]));
    }
    text
}

fn in_fours(text: &str, between: char) -> String {
    let mut shown = String::with_capacity(text.len() * 5 / 4);
    for (place, letter) in text.chars().enumerate() {
        if place > 0 && place % 4 == 0 {
            shown.push(between);
        }
        shown.push(letter);
    }
    shown
}

impl fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryCode(hidden)")
    }
}

impl fmt::Debug for Typed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Typed(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use kernel::{Id, at_micros};
    use proptest::prelude::*;

    use super::*;

    fn secret() -> OtpSecret {
        OtpSecret::from_slice(b"12345678901234567890").unwrap()
    }

    #[test]
    fn a_secret_is_written_as_apps_read_it() {
        assert_eq!(base32(&secret()), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert_eq!(spoken(&secret()), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
        assert_eq!(in_base32(b"f", RFC_4648), "MY");
        assert_eq!(in_base32(b"foobar", RFC_4648), "MZXW6YTBOI");
        assert!(uri(&secret(), "guard").starts_with("otpauth://totp/Kezekshi:guard?secret=GEZDGNBV"));
    }

    #[test]
    fn a_code_stands_for_a_step_before_and_after_and_is_taken_once() {
        let at = |second: i64| at_micros(second * 1_000_000);
        let (secret, step) = (secret(), 1_111_111_109_u64 / 30);
        let code = secret.code(step);
        for (second, last, found) in [
            (1_111_111_109, 0, Some(step)),
            (1_111_111_109 + 30, 0, Some(step)),
            (1_111_111_109 - 30, 0, Some(step)),
            (1_111_111_109 + 61, 0, None),
            (1_111_111_109 - 61, 0, None),
            (1_111_111_109, step, None),
            (1_111_111_109, step - 1, Some(step)),
        ] {
            assert_eq!(step_of(&secret, code, at(second), last), found, "{second} {last}");
        }
        assert_eq!(step_of(&secret, (code + 1) % 1_000_000, at(1_111_111_109), 0), None);
    }

    #[test]
    fn what_is_typed_is_read_with_spaces_dashes_and_mistaken_letters() {
        assert_eq!(Typed::parse(" 081 804 "), Some(Typed::App(81_804)));
        let code = Some(Typed::Recovery(RecoveryCode("0123456789ABCDEF".to_owned())));
        assert_eq!(Typed::parse("o123-4567-89ab-cdef"), code);
        assert_eq!(Typed::parse("Ol23 4567 89AB CDEF"), code);
        for text in ["", "12345", "1234567", "0123-4567-89AB-CDE", "0123-4567-89AB-CDEU", "٠٨١٨٠٤"] {
            assert_eq!(Typed::parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_recovery_code_comes_back_as_it_was_shown(seed: u64) {
            let code = RecoveryCode::new(&Ids::seeded(seed));
            prop_assert_eq!(Typed::parse(&code.shown()), Some(Typed::Recovery(code.clone())));
            let (one, other) = (Id::from_slice(&[1; 16]).unwrap(), Id::from_slice(&[2; 16]).unwrap());
            prop_assert_ne!(code.hash(one), code.hash(other));
        }

        #[test]
        fn any_text_is_a_code_or_none(text in "\\PC{0,80}") {
            let _ = Typed::parse(&text);
        }
    }
}
