//! The ciphers themselves: AES-256-GCM-SIV (RFC 8452) seals, HKDF-SHA256 (RFC 5869) derives keys, HMAC-SHA256 (RFC 2104) makes blind indexes.
//!
//! A sealed value is a byte that names this format, 12 random bytes of nonce, the ciphertext and its tag of 16 bytes. GCM-SIV was chosen because a
//! nonce that comes twice (a virtual machine restored from a snapshot) then shows no more than that two values are the same.

use aes_gcm_siv::{
    Aes256GcmSiv, KeyInit, Nonce,
    aead::{Aead, Payload},
};
use hkdf::Hkdf;
use hmac::Hmac;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::{error::CryptoError, key::Key};

/// The only format so far.
pub(crate) const FORMAT: u8 = 1;
const NONCE_BYTES: usize = 12;
const TAG_BYTES: usize = 16;
/// How much longer than its content a sealed value is.
pub(crate) const OVERHEAD: usize = 1 + NONCE_BYTES + TAG_BYTES;
/// Where our derivations are told from those of other programs.
const SALT: &[u8] = b"kezekshi keys 1";

/// Keyed hash of blind indexes.
pub(crate) type Mac = Hmac<Sha256>;

/// Why a value does not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Closed {
    /// Sealed in a format that is not known.
    Format(u8),
    /// Another key, another place, changed bits, or too short.
    Refused,
}

/// Seals `plain`, to be opened only beside the same `place`.
pub(crate) fn seal(key: &Key, place: &[u8], plain: &[u8]) -> Result<Vec<u8>, CryptoError> {
    let mut nonce = [0; NONCE_BYTES];
    getrandom::fill(&mut nonce).map_err(CryptoError::Randomness)?;
    let sealed = encrypt(key, &nonce, place, plain)?;
    let mut whole = Vec::with_capacity(1 + NONCE_BYTES + sealed.len());
    whole.push(FORMAT);
    whole.extend_from_slice(&nonce);
    whole.extend_from_slice(&sealed);
    Ok(whole)
}

/// Opens what [`seal`] made.
pub(crate) fn open(key: &Key, place: &[u8], whole: &[u8]) -> Result<Zeroizing<Vec<u8>>, Closed> {
    let (format, rest) = whole.split_first().ok_or(Closed::Refused)?;
    if *format != FORMAT {
        return Err(Closed::Format(*format));
    }
    let (nonce, sealed) = rest.split_first_chunk::<NONCE_BYTES>().ok_or(Closed::Refused)?;
    let cipher = Aes256GcmSiv::new(key.bytes().into());
    let payload = Payload { msg: sealed, aad: place };
    cipher.decrypt(&Nonce::from(*nonce), payload).map(Zeroizing::new).map_err(|_| Closed::Refused)
}

fn encrypt(key: &Key, nonce: &[u8; NONCE_BYTES], place: &[u8], plain: &[u8]) -> Result<Vec<u8>, CryptoError> {
    let cipher = Aes256GcmSiv::new(key.bytes().into());
    cipher
        .encrypt(&Nonce::from(*nonce), Payload { msg: plain, aad: place })
        .map_err(|_| CryptoError::Cipher("AES-GCM-SIV"))
}

/// A key that is made of another for one use, named by `parts`.
pub(crate) fn derive(key: &Key, parts: &[&[u8]]) -> Result<Key, CryptoError> {
    let mut derived = Key::zero();
    expand(Some(SALT), key.bytes(), &joined(parts), derived.bytes_mut())?;
    Ok(derived)
}

fn expand(salt: Option<&[u8]>, from: &[u8], info: &[u8], out: &mut [u8]) -> Result<(), CryptoError> {
    Hkdf::<Sha256>::new(salt, from).expand(info, out).map_err(|_| CryptoError::Cipher("HKDF"))
}

/// A keyed hash, ready to take what is hashed.
pub(crate) fn mac(key: &[u8]) -> Result<Mac, CryptoError> {
    <Mac as KeyInit>::new_from_slice(key).map_err(|_| CryptoError::Cipher("HMAC"))
}

/// Parts as one row of bytes, each after its length, so that no two lists of parts give the same.
pub(crate) fn joined(parts: &[&[u8]]) -> Vec<u8> {
    let mut whole = Vec::with_capacity(parts.iter().map(|part| part.len() + 4).sum());
    for part in parts {
        // Parts are names and ids; none comes near 4 GB.
        whole.extend_from_slice(&(part.len() as u32).to_be_bytes());
        whole.extend_from_slice(part);
    }
    whole
}

#[cfg(test)]
mod tests {
    use hmac::Mac as _;
    use proptest::prelude::*;

    use super::*;

    fn bytes(hex: &str) -> Vec<u8> {
        hex::decode(hex).unwrap()
    }

    fn derived(salt: &str, from: &str, info: &str, length: usize) -> String {
        let mut out = vec![0; length];
        expand(Some(&bytes(salt)), &bytes(from), &bytes(info), &mut out).unwrap();
        hex::encode(out)
    }

    #[test]
    fn hkdf_gives_what_rfc_5869_says() {
        let from = "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b";
        assert_eq!(
            derived("000102030405060708090a0b0c", from, "f0f1f2f3f4f5f6f7f8f9", 42),
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
            "case 1"
        );
        let rising = |first: u8| hex::encode((0..80).map(|step| first + step).collect::<Vec<_>>());
        assert_eq!(
            derived(&rising(0x60), &rising(0x00), &rising(0xb0), 82),
            "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09\
             da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87",
            "case 2"
        );
        assert_eq!(
            derived("", from, "", 42),
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8",
            "case 3"
        );
    }

    #[test]
    fn hmac_gives_what_rfc_4231_says() {
        for (key, data, wanted) in [
            (
                "0b".repeat(20),
                hex::encode("Hi There"),
                "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
            ),
            (
                hex::encode("Jefe"),
                hex::encode("what do ya want for nothing?"),
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            ),
            ("aa".repeat(20), "dd".repeat(50), "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
            (
                "aa".repeat(131),
                hex::encode("Test Using Larger Than Block-Size Key - Hash Key First"),
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
            ),
        ] {
            let mut mac = mac(&bytes(&key)).unwrap();
            mac.update(&bytes(&data));
            assert_eq!(hex::encode(mac.finalize().into_bytes()), wanted);
        }
    }

    #[test]
    fn aes_gcm_siv_gives_what_rfc_8452_says() {
        let key = Key::from_slice(&bytes(&format!("01{}", "00".repeat(31)))).unwrap();
        let nonce = bytes("030000000000000000000000").try_into().unwrap();
        for (aad, plain, wanted) in [
            ("", "", "07f5f4169bbf55a8400cd47ea6fd400f"),
            ("", "0100000000000000", "c2ef328e5c71c83b843122130f7364b761e0b97427e3df28"),
            ("01", "0200000000000000", "1de22967237a813291213f267e3b452f02d01ae33e4ec854"),
        ] {
            let sealed = encrypt(&key, &nonce, &bytes(aad), &bytes(plain)).unwrap();
            assert_eq!(hex::encode(sealed), wanted);
        }
    }

    proptest! {
        #[test]
        fn what_was_sealed_opens_and_any_flipped_bit_is_refused(
            from: [u8; 32], place: Vec<u8>, plain in proptest::collection::vec(any::<u8>(), 0..200), chance: proptest::sample::Index,
        ) {
            let key = Key::from_slice(&from).unwrap();
            let sealed = seal(&key, &place, &plain).unwrap();
            prop_assert_eq!(sealed.len(), plain.len() + OVERHEAD);
            let opened = open(&key, &place, &sealed).unwrap();
            prop_assert_eq!(opened.as_slice(), plain.as_slice());

            let bit = chance.index(sealed.len() * 8);
            let mut bent = sealed.clone();
            bent[bit / 8] ^= 1 << (bit % 8);
            let wanted = if bit < 8 { Closed::Format(bent[0]) } else { Closed::Refused };
            prop_assert_eq!(open(&key, &place, &bent).unwrap_err(), wanted);

            let mut elsewhere = place.clone();
            elsewhere.push(0);
            prop_assert_eq!(open(&key, &elsewhere, &sealed).unwrap_err(), Closed::Refused);
            let mut other = from;
            other[chance.index(32)] ^= 1;
            prop_assert_eq!(open(&Key::from_slice(&other).unwrap(), &place, &sealed).unwrap_err(), Closed::Refused);
            let cut = chance.index(sealed.len());
            prop_assert_eq!(open(&key, &place, &sealed[..cut]).unwrap_err(), Closed::Refused);
        }

        #[test]
        fn other_parts_are_other_bytes(one: Vec<Vec<u8>>, other: Vec<Vec<u8>>) {
            let of = |parts: &[Vec<u8>]| joined(&parts.iter().map(Vec::as_slice).collect::<Vec<_>>());
            prop_assert_eq!(of(&one) == of(&other), one == other);
        }
    }

    #[test]
    fn the_same_value_sealed_twice_looks_different() {
        let key = Key::random().unwrap();
        assert_ne!(seal(&key, b"", b"031122500125").unwrap(), seal(&key, b"", b"031122500125").unwrap());
    }

    #[test]
    fn moving_a_border_between_parts_makes_another_key() {
        let key = Key::from_slice(&[7; 32]).unwrap();
        assert_ne!(derive(&key, &[b"ab", b"c"]).unwrap(), derive(&key, &[b"a", b"bc"]).unwrap());
    }
}
