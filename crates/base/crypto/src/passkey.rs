//! The public key of a passkey, and whether it signed something: the three kinds that browsers and their devices make.

use ring::signature::{
    ECDSA_P256_SHA256_ASN1, ED25519, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
};

/// The public key of a passkey.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PasskeyKey {
    /// ECDSA on P-256 with SHA-256 (COSE −7): the two coordinates.
    P256 {
        /// X.
        x: [u8; 32],
        /// Y.
        y: [u8; 32],
    },
    /// Ed25519 (COSE −8).
    Ed25519([u8; 32]),
    /// RSA PKCS #1 v1.5 with SHA-256 (COSE −257), 2048 to 8192 bits: Windows Hello on older chips.
    Rsa {
        /// The modulus, the greatest byte first.
        n: Vec<u8>,
        /// The exponent, the greatest byte first.
        e: Vec<u8>,
    },
}

impl PasskeyKey {
    /// Whether a message bears a signature of this key.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::P256 { x, y } => {
                let mut point = [4; 65];
                point[1..33].copy_from_slice(x);
                point[33..].copy_from_slice(y);
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point).verify(message, signature).is_ok()
            }
            Self::Ed25519(key) => UnparsedPublicKey::new(&ED25519, key).verify(message, signature).is_ok(),
            Self::Rsa { n, e } => {
                // Leading zeros are refused by the library, though some devices send them.
                let n = strip(n);
                let e = strip(e);
                RsaPublicKeyComponents { n, e }.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature).is_ok()
            }
        }
    }
}

fn strip(number: &[u8]) -> &[u8] {
    let first = number.iter().position(|byte| *byte != 0).unwrap_or(number.len());
    number.get(first..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use ring::{
        rand::SystemRandom,
        signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair},
    };

    use super::*;
    use crate::SigningKey;

    #[test]
    fn a_signature_counts_for_its_own_key_and_message_only() {
        let chance = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &chance).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8.as_ref(), &chance).unwrap();
        let point = pair.public_key().as_ref();
        let key = PasskeyKey::P256 { x: point[1..33].try_into().unwrap(), y: point[33..].try_into().unwrap() };
        let signature = pair.sign(&chance, b"said").unwrap();
        assert!(key.verify(b"said", signature.as_ref()));
        assert!(!key.verify(b"sais", signature.as_ref()) && !key.verify(b"said", &signature.as_ref()[1..]));
        assert!(!PasskeyKey::P256 { x: [0; 32], y: [0; 32] }.verify(b"said", signature.as_ref()));

        let signing = SigningKey::random().unwrap();
        let key = PasskeyKey::Ed25519(signing.public().unwrap());
        assert!(key.verify(b"said", &signing.sign(b"said").unwrap()) && !key.verify(b"said", b""));
    }

    /// Made by another program (`openssl genrsa 2048`, `openssl dgst -sha256 -sign`).
    #[test]
    fn an_rsa_signature_of_another_program_is_known() {
        let n = include_str!("../tests/data/rsa-n.hex").trim();
        let signature = include_str!("../tests/data/rsa-signature.hex").trim();
        let mut n = hex::decode(n).unwrap();
        n.insert(0, 0);
        let key = PasskeyKey::Rsa { n, e: vec![1, 0, 1] };
        let signature = hex::decode(signature).unwrap();
        assert!(key.verify(b"said", &signature));
        assert!(!key.verify(b"other", &signature));
        assert!(!PasskeyKey::Rsa { n: vec![0], e: vec![] }.verify(b"said", &signature));
    }
}
