//! A QR pass: a text of half a minute that says who shows it, signed by the school. Gates check it without the server.
//!
//! ```text
//! KZK1 ‖ base32( key u16 ‖ school 16 ‖ person 16 ‖ from u32 ‖ lasts u16 ‖ nonce 8 ‖ signature 64 )
//! ```
//!
//! Numbers are big-endian; `from` counts seconds since 1970. Base32 (RFC 4648, without padding) is all capital letters and digits: a QR of
//! version 6 holds it in its alphanumeric mode, a reader may type it, no sign is lost on the way. What is signed is [`CodeClaims::message`].

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{PersonId, SchoolId};

/// What every code begins with; another shape takes another number.
pub const CODE_PREFIX: &str = "KZK1";
/// How long a code may be good for, in seconds, where the clock runs as fast as real ones.
pub const CODE_LIFE_S: u16 = 30;
/// By how much the clocks of server and gate may differ, in seconds.
pub const CODE_SKEW_S: i64 = 5;
/// What is signed begins with it, so that no other signature of the same key is taken for a code's.
const DOMAIN: &[u8] = b"kezekshi code 1\0";
const CLAIMS: usize = 48;
const SIGNATURE: usize = 64;
/// Letters of a code.
pub const CODE_LETTERS: usize = CODE_PREFIX.len() + ((CLAIMS + SIGNATURE) * 8).div_ceil(5);

/// An Ed25519 signature (RFC 8032).
pub type Signature = [u8; SIGNATURE];

/// Says whether a message bears a signature of a public key. Handed to the gate by whoever knows ciphers.
pub type Verify = fn(public: &[u8; 32], message: &[u8], signature: &Signature) -> bool;

/// A public key by which gates check codes, as the snapshot tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeKeyDoc {
    /// Its number at the school.
    pub number: u16,
    /// The Ed25519 public key.
    pub public: [u8; 32],
}

/// What a code says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeClaims {
    /// The number of the school's key that signed.
    pub key: u16,
    /// The school.
    pub school: SchoolId,
    /// Who shows it.
    pub person: PersonId,
    /// From when on it is good, in seconds since 1970.
    pub from_s: u32,
    /// For how long, in seconds.
    pub lasts_s: u16,
    /// What makes it another one than every other.
    pub nonce: [u8; 8],
}

/// A text that is no code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the text is no code")]
pub struct NoCode;

impl CodeClaims {
    /// What is signed.
    pub fn message(&self) -> Vec<u8> {
        [DOMAIN, &self.to_bytes()].concat()
    }

    /// The code with its signature, as a QR shows it.
    pub fn write(&self, signature: &Signature) -> String {
        let mut bytes = self.to_bytes().to_vec();
        bytes.extend_from_slice(signature);
        CODE_PREFIX.to_owned() + &to_base32(&bytes)
    }

    /// Reads a code. Whether the signature is sound is not asked here.
    ///
    /// # Errors
    /// [`NoCode`], also for a text that another program might take for the same code.
    pub fn parse(text: &str) -> Result<(Self, Signature), NoCode> {
        let text = text.trim();
        if text.len() != CODE_LETTERS || !is_code(text) {
            return Err(NoCode);
        }
        let bytes = of_base32(text.get(CODE_PREFIX.len()..).ok_or(NoCode)?).ok_or(NoCode)?;
        let (claims, signature) = bytes.split_at_checked(CLAIMS).ok_or(NoCode)?;
        Ok((Self::of_bytes(claims).ok_or(NoCode)?, signature.try_into().map_err(|_| NoCode)?))
    }

    /// From when on it is good.
    pub fn from(&self) -> Timestamp {
        moment(i64::from(self.from_s))
    }

    /// Until when it is good.
    pub fn until(&self) -> Timestamp {
        moment(i64::from(self.from_s) + i64::from(self.lasts_s))
    }

    fn to_bytes(self) -> [u8; CLAIMS] {
        let mut bytes = [0; CLAIMS];
        bytes[..2].copy_from_slice(&self.key.to_be_bytes());
        bytes[2..18].copy_from_slice(self.school.as_bytes());
        bytes[18..34].copy_from_slice(self.person.as_bytes());
        bytes[34..38].copy_from_slice(&self.from_s.to_be_bytes());
        bytes[38..40].copy_from_slice(&self.lasts_s.to_be_bytes());
        bytes[40..].copy_from_slice(&self.nonce);
        bytes
    }

    fn of_bytes(bytes: &[u8]) -> Option<Self> {
        let (key, rest) = bytes.split_first_chunk()?;
        let (school, rest) = rest.split_at_checked(16)?;
        let (person, rest) = rest.split_at_checked(16)?;
        let (from_s, rest) = rest.split_first_chunk()?;
        let (lasts_s, nonce) = rest.split_first_chunk()?;
        Some(Self {
            key: u16::from_be_bytes(*key),
            school: SchoolId::from_slice(school)?,
            person: PersonId::from_slice(person)?,
            from_s: u32::from_be_bytes(*from_s),
            lasts_s: u16::from_be_bytes(*lasts_s),
            nonce: nonce.try_into().ok()?,
        })
    }
}

/// Whether a text wants to be a code rather than the number of a card.
pub fn is_code(text: &str) -> bool {
    text.trim().get(..CODE_PREFIX.len()).is_some_and(|head| head.eq_ignore_ascii_case(CODE_PREFIX))
}

fn moment(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap_or(Timestamp::MAX)
}

const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

fn to_base32(bytes: &[u8]) -> String {
    let mut text = String::with_capacity((bytes.len() * 8).div_ceil(5));
    let (mut bits, mut count) = (0_u32, 0_u32);
    let mut push = |five: u32| text.push(char::from(LETTERS[(five & 31) as usize]));
    for byte in bytes {
        bits = bits << 8 | u32::from(*byte);
        count += 8;
        while count >= 5 {
            count -= 5;
            push(bits >> count);
        }
        bits &= (1 << count) - 1;
    }
    if count > 0 {
        push(bits << (5 - count));
    }
    text
}

/// `None` for a letter that is none of ours, and for bits behind the last byte: each row of bytes has one text.
fn of_base32(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() * 5 / 8);
    let (mut bits, mut count) = (0_u32, 0_u32);
    for letter in text.bytes() {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a',
            b'2'..=b'7' => letter - b'2' + 26,
            _ => return None,
        };
        bits = bits << 5 | u32::from(value);
        count += 5;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(bits >> count).ok()?);
            bits &= (1 << count) - 1;
        }
    }
    (bits == 0 && count < 5).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn claims() -> impl Strategy<Value = CodeClaims> {
        (any::<u16>(), any::<[u8; 16]>(), any::<[u8; 16]>(), any::<u32>(), any::<u16>(), any::<[u8; 8]>()).prop_map(
            |(key, school, person, from_s, lasts_s, nonce)| CodeClaims {
                key,
                school: SchoolId::from_slice(&school).unwrap(),
                person: PersonId::from_slice(&person).unwrap(),
                from_s,
                lasts_s,
                nonce,
            },
        )
    }

    proptest! {
        #[test]
        fn what_was_written_is_read_in_any_case_and_fits_a_small_qr(claims in claims(), signature: [u8; 32]) {
            let signature: Signature = [signature, signature].concat().try_into().unwrap();
            let text = claims.write(&signature);
            prop_assert_eq!(text.len(), CODE_LETTERS);
            // A QR of version 6 with the least correction holds 195 signs of the alphanumeric mode.
            prop_assert!(text.len() <= 195 && text.bytes().all(|sign| sign.is_ascii_uppercase() || sign.is_ascii_digit()));
            prop_assert_eq!(CodeClaims::parse(&text), Ok((claims, signature)));
            prop_assert_eq!(CodeClaims::parse(&format!(" {} ", text.to_lowercase())), Ok((claims, signature)));
            prop_assert!(claims.from() <= claims.until());
        }

        #[test]
        fn no_text_breaks_the_parser(text in "\\PC{0,200}", tail in "[A-Za-z0-9]{180}") {
            let _ = CodeClaims::parse(&text);
            let _ = CodeClaims::parse(&format!("KZK1{text}"));
            if let Ok((claims, signature)) = CodeClaims::parse(&format!("KZK1{tail}")) {
                prop_assert_eq!(claims.write(&signature), format!("KZK1{tail}").to_uppercase());
            }
        }

        #[test]
        fn other_claims_are_other_messages(one in claims(), other in claims()) {
            prop_assert_eq!(one.message() == other.message(), one == other);
        }

        #[test]
        fn base_32_comes_back(bytes: Vec<u8>) {
            prop_assert_eq!(of_base32(&to_base32(&bytes)), Some(bytes));
        }
    }

    #[test]
    fn base_32_is_that_of_rfc_4648() {
        for (bytes, text) in
            [("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foob", "MZXW6YQ"), ("foobar", "MZXW6YTBOI")]
        {
            assert_eq!(to_base32(bytes.as_bytes()), text);
            assert_eq!(of_base32(text), Some(bytes.as_bytes().to_vec()));
        }
        for wrong in ["MZ", "M1", "MY======", "A", "AAA", "ә"] {
            assert_eq!(of_base32(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_card_is_told_from_a_code() {
        for (text, wants) in [("KZK1ABC", true), (" kzk1", true), ("12345678", false), ("KZK", false), ("қзк1", false)]
        {
            assert_eq!(is_code(text), wants, "{text}");
        }
    }
}
