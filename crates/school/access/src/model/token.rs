//! The token with which a gate at the door signs in.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

/// A gate's token: 32 random bytes, shown once. `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct GateToken(String);

/// What is kept of a token: its SHA-256. The token has so much randomness that a slow hash adds nothing.
pub type TokenHash = [u8; 32];

const PREFIX: &str = "kzg_";

impl GateToken {
    /// The token of these random bytes.
    pub fn of_bytes(bytes: [u8; 32]) -> Self {
        Self(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// The token in an `Authorization` header's value.
    pub fn of_header(value: &str) -> Option<Self> {
        let (scheme, token) = value.split_once(' ')?;
        let token = token.trim();
        let is_ours = scheme.eq_ignore_ascii_case("bearer") && token.len() <= 100 && token.starts_with(PREFIX);
        is_ours.then(|| Self(token.to_owned()))
    }

    /// The text that is shown once and put into the gate's token file.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What is kept.
    pub fn hash(&self) -> TokenHash {
        Sha256::digest(self.0.as_bytes()).into()
    }
}

impl fmt::Debug for GateToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("GateToken(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_found_in_its_header_and_hidden_in_logs() {
        let token = GateToken::of_bytes([9; 32]);
        assert_eq!(GateToken::of_header(&format!("Bearer {}", token.expose())), Some(token.clone()));
        assert_eq!(GateToken::of_header(&format!("bearer  {} ", token.expose())), Some(token.clone()));
        assert_eq!(format!("{token:?}"), "GateToken(…)");
        assert_ne!(token.hash(), GateToken::of_bytes([8; 32]).hash());
        for wrong in ["", "Bearer", "Bearer ", "Basic kzg_x", "Bearer secret"] {
            assert_eq!(GateToken::of_header(wrong), None, "{wrong:?}");
        }
        assert_eq!(GateToken::of_header(&format!("Bearer kzg_{}", "x".repeat(200))), None);
    }
}
