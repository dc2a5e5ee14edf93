//! Where a list goes on: a word that means nothing to the program that keeps it.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use kernel::Id;

/// A cursor is never longer than this, in letters.
const LONGEST: usize = 64;

/// The word of these bytes.
pub(crate) fn word(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The bytes of a word; `None` when it is none of ours.
pub(crate) fn bytes<const N: usize>(word: &str) -> Option<[u8; N]> {
    (word.len() <= LONGEST).then(|| URL_SAFE_NO_PAD.decode(word).ok()?.try_into().ok()).flatten()
}

/// The id in a word.
pub(crate) fn id<K>(word: &str) -> Option<Id<K>> {
    Id::from_slice(&bytes::<16>(word)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_found_again_and_nonsense_is_none() {
        let place = [7_u8; 24];
        assert_eq!(bytes(&word(&place)), Some(place));
        assert_eq!(bytes::<16>(&word(&place)), None);
        for wrong in ["", "=", "AAAA", "%00", "ә", &"A".repeat(1_000)] {
            assert_eq!(bytes::<24>(wrong), None, "{wrong:?}");
        }
    }
}
