//! The secret that a browser holds while somebody is signed in.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use kernel::Ids;
use sha2::{Digest, Sha256};

/// 32 random bytes; only the browser has them. `Debug` hides them.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct SessionToken([u8; 32]);

/// SHA-256 of a token: what the database has. It opens nothing.
pub(crate) type TokenHash = [u8; 32];

impl SessionToken {
    pub(crate) fn new(ids: &Ids) -> Self {
        Self(ids.bytes())
    }

    /// The token in a cookie; `None` when it cannot be one of ours.
    pub(crate) fn parse(cookie: &str) -> Option<Self> {
        // 43 letters hold 32 bytes: longer ones need not be decoded.
        (cookie.len() == 43).then(|| URL_SAFE_NO_PAD.decode(cookie).ok()?.try_into().ok().map(Self)).flatten()
    }

    /// As it stands in the cookie.
    pub(crate) fn to_cookie(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    pub(crate) fn hash(&self) -> TokenHash {
        Sha256::digest(self.0).into()
    }
}

impl fmt::Debug for SessionToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionToken(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_token_comes_back_from_its_cookie() {
        let token = SessionToken::new(&Ids::seeded(1));
        let cookie = token.to_cookie();
        assert_eq!(SessionToken::parse(&cookie), Some(token.clone()));
        assert!(cookie.bytes().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, b'-' | b'_')));
        assert!(!format!("{token:?}").contains(&cookie));
        assert_ne!(token.hash(), token.0);
    }

    proptest! {
        #[test]
        fn garbled_cookies_are_no_tokens(cookie in "\\PC{0,60}") {
            if let Some(token) = SessionToken::parse(&cookie) {
                prop_assert_eq!(token.to_cookie(), cookie);
            }
        }
    }
}
