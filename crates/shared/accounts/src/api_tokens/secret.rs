//! The secret that a program holds.

use std::fmt;

use kernel::Ids;
use sha2::{Digest, Sha256};

/// A token: `kzk_`, 43 letters and digits that hold 32 random bytes, and 6 that prove that none was mistyped or cut off. The beginning and the
/// proof let those who search sources and logs for lost secrets find ours. `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiToken(String);

/// SHA-256 of a token: what the database has. A token has so much randomness that a slow hash adds nothing.
pub(crate) type ApiTokenHash = [u8; 32];

const PREFIX: &str = "kzk_";
const BODY: usize = 43;
const PROOF: usize = 6;
const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

impl ApiToken {
    pub(crate) fn new(ids: &Ids) -> Self {
        let body = in_base62(&ids.bytes::<32>(), BODY);
        let proof = proof_of(&body);
        Self(format!("{PREFIX}{body}{proof}"))
    }

    /// The token in an `Authorization` header's value; `None` when it cannot be one of ours.
    pub(crate) fn of_header(value: &str) -> Option<Self> {
        let (scheme, token) = value.split_once(' ')?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return None;
        }
        let token = token.trim();
        let rest = token.strip_prefix(PREFIX)?;
        if rest.len() != BODY + PROOF || !rest.bytes().all(|letter| letter.is_ascii_alphanumeric()) {
            return None;
        }
        let (body, proof) = rest.split_at(BODY);
        (proof_of(body) == proof).then(|| Self(token.to_owned()))
    }

    /// The text that is shown once.
    pub fn expose(&self) -> &str {
        &self.0
    }

    pub(crate) fn hash(&self) -> ApiTokenHash {
        Sha256::digest(self.0.as_bytes()).into()
    }
}

impl fmt::Debug for ApiToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiToken(…)")
    }
}

/// CRC-32 of the body, in base 62.
fn proof_of(body: &str) -> String {
    in_base62(&crc32fast::hash(body.as_bytes()).to_be_bytes(), PROOF)
}

/// A number, most significant byte first, in `length` digits of base 62.
fn in_base62(bytes: &[u8], length: usize) -> String {
    let mut number = bytes.to_vec();
    let mut digits = vec![b'0'; length];
    for digit in digits.iter_mut().rev() {
        let mut rest = 0_u32;
        for byte in &mut number {
            let part = rest << 8 | u32::from(*byte);
            // Below 62 × 256 / 62, so both fit.
            *byte = u8::try_from(part / 62).unwrap_or(u8::MAX);
            rest = part % 62;
        }
        *digit = DIGITS.get(rest as usize).copied().unwrap_or(b'0');
    }
    digits.into_iter().map(char::from).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_number_is_written_in_base_62() {
        for (number, text) in [(0_u32, "000000"), (61, "00000z"), (62, "000010"), (u32::MAX, "4gfFC3")] {
            assert_eq!(in_base62(&number.to_be_bytes(), PROOF), text, "{number}");
        }
        assert_eq!(in_base62(&[0xff; 32], BODY).len(), BODY);
        assert_ne!(in_base62(&[0xff; 32], BODY).as_bytes()[0], b'0', "43 digits are as many as 32 bytes need");
    }

    #[test]
    fn a_token_is_found_in_its_header_and_hidden_in_logs() {
        let token = ApiToken::new(&Ids::seeded(1));
        assert_eq!(ApiToken::of_header(&format!("Bearer {}", token.expose())), Some(token.clone()));
        assert_eq!(ApiToken::of_header(&format!("bearer  {} ", token.expose())), Some(token.clone()));
        assert_eq!(format!("{token:?}"), "ApiToken(…)");
        assert_ne!(token.hash(), ApiToken::new(&Ids::seeded(2)).hash());
        let cut = &token.expose()[..token.expose().len() - 1];
        for wrong in
            ["", "Bearer", "Bearer ", "Bearer kzk_", &format!("Basic {}", token.expose()), &format!("Bearer {cut}")]
        {
            assert_eq!(ApiToken::of_header(wrong), None, "{wrong:?}");
        }
    }

    proptest! {
        #[test]
        fn a_mistyped_token_is_none(seed in any::<u64>(), place in 4_usize..53, letter in "[0-9A-Za-z]") {
            let token = ApiToken::new(&Ids::seeded(seed));
            let mut text = token.expose().to_owned();
            text.replace_range(place..=place, &letter);
            let found = ApiToken::of_header(&format!("Bearer {text}"));
            prop_assert_eq!(found.is_some(), text == token.expose());
        }

        #[test]
        fn no_header_breaks_the_parser(value in "\\PC{0,80}") {
            let _ = ApiToken::of_header(&value);
            let _ = ApiToken::of_header(&format!("Bearer kzk_{value}"));
        }
    }
}
