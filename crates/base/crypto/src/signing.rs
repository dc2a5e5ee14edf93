//! Signatures that others check without knowing a secret: Ed25519 (RFC 8032).

use std::fmt;

use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};

use crate::{error::CryptoError, key::Key};

/// A key that signs; its seed is kept sealed. Wiped when let go; `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct SigningKey(Key);

impl SigningKey {
    /// A new one, from the system's randomness.
    ///
    /// # Errors
    /// [`CryptoError::Randomness`].
    pub fn random() -> Result<Self, CryptoError> {
        Key::random().map(Self)
    }

    /// The key of this seed; none unless it is 32 bytes.
    pub fn from_slice(seed: &[u8]) -> Option<Self> {
        Key::from_slice(seed).map(Self)
    }

    /// The seed, to be sealed.
    pub fn seed(&self) -> &[u8; 32] {
        self.0.bytes()
    }

    /// The key by which signatures are checked.
    ///
    /// # Errors
    /// [`CryptoError::Cipher`], which would be a defect of the program.
    pub fn public(&self) -> Result<[u8; 32], CryptoError> {
        self.pair()?.public_key().as_ref().try_into().map_err(|_| CryptoError::Cipher("Ed25519"))
    }

    /// Signs a message.
    ///
    /// # Errors
    /// [`CryptoError::Cipher`], which would be a defect of the program.
    pub fn sign(&self, message: &[u8]) -> Result<[u8; 64], CryptoError> {
        self.pair()?.sign(message).as_ref().try_into().map_err(|_| CryptoError::Cipher("Ed25519"))
    }

    fn pair(&self) -> Result<Ed25519KeyPair, CryptoError> {
        Ed25519KeyPair::from_seed_unchecked(self.0.bytes()).map_err(|_| CryptoError::Cipher("Ed25519"))
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey(…)")
    }
}

/// Whether a message bears a signature of this public key. Of the shape of [`kernel::Verify`], so that a gate can be handed it.
pub fn verify(public: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
    UnparsedPublicKey::new(&ED25519, public).verify(message, signature).is_ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn bytes<const N: usize>(hex: &str) -> [u8; N] {
        hex::decode(hex).unwrap().try_into().unwrap()
    }

    /// Tests 1 and 2 of RFC 8032, 7.1.
    #[test]
    fn ed25519_gives_what_rfc_8032_says() {
        for (seed, public, message, signature) in [
            (
                "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
                "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
                "",
                "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
            ),
            (
                "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
                "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
                "72",
                "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
            ),
        ] {
            let key = SigningKey::from_slice(&bytes::<32>(seed)).unwrap();
            let message = hex::decode(message).unwrap();
            assert_eq!(key.public().unwrap(), bytes(public));
            assert_eq!(key.sign(&message).unwrap(), bytes(signature));
            assert!(verify(&bytes(public), &message, &bytes(signature)));
        }
        assert_eq!(format!("{:?}", SigningKey::random().unwrap()), "SigningKey(…)");
        assert_eq!(SigningKey::from_slice(&[1; 31]), None);
    }

    proptest! {
        #[test]
        fn any_flipped_bit_is_refused(seed: [u8; 32], message: Vec<u8>, chance: proptest::sample::Index) {
            let key = SigningKey::from_slice(&seed).unwrap();
            let (public, signature) = (key.public().unwrap(), key.sign(&message).unwrap());
            prop_assert!(verify(&public, &message, &signature));
            let bit = chance.index(64 * 8);
            let mut bent = signature;
            bent[bit / 8] ^= 1 << (bit % 8);
            prop_assert!(!verify(&public, &message, &bent));
            let mut longer = message.clone();
            longer.push(0);
            prop_assert!(!verify(&public, &longer, &signature));
        }
    }
}
