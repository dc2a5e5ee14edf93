//! What a passkey's device says, checked as the Web Authentication recommendation (W3C, level 2, 7.1 and 7.2) tells a relying party to.
//!
//! No attestation is asked for, so what a device claims about its maker is not looked at: any device that verifies its user may be used.
//! Why this is our own and no library's stands in `docs/decisions/second-factor.md`.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use crypto::PasskeyKey;
use sha2::{Digest, Sha256};

use super::cbor::Item;

/// What a device has to sign, once: 32 random bytes.
pub(crate) type Challenge = [u8; 32];

/// Where browsers reach us, as passkeys are bound to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RelyingParty {
    /// The host.
    pub(crate) id: String,
    /// `https://host[:port]`.
    pub(crate) origin: String,
}

/// A passkey as its device made it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NewPasskey {
    /// The id by which the device knows it.
    pub(crate) credential: Vec<u8>,
    /// Its public key as a COSE key.
    pub(crate) public_key: Vec<u8>,
    /// How often the device says that it signed.
    pub(crate) sign_count: u32,
}

/// What a browser sent when a passkey was asked for, not believed yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Assertion {
    /// Which passkey.
    pub(crate) credential: Vec<u8>,
    /// Whose it is, as the device has it.
    pub(crate) user_handle: Vec<u8>,
    client_data: Vec<u8>,
    device_data: Vec<u8>,
    signature: Vec<u8>,
}

/// A passkey's answer is at most so long, in bytes.
const LONGEST: usize = 16 * 1024;
/// A credential's id is at most so long, in bytes.
const LONGEST_ID: usize = 1023;

const USER_PRESENT: u8 = 0x01;
const USER_VERIFIED: u8 = 0x04;
const MAY_BE_COPIED: u8 = 0x08;
const IS_COPIED: u8 = 0x10;
const HAS_CREDENTIAL: u8 = 0x40;

impl RelyingParty {
    /// Of the origin at which browsers reach us; none where no browser makes passkeys: without TLS (but at `localhost`), or by an IP address.
    pub(crate) fn of_origin(origin: &str) -> Option<Self> {
        let (scheme, authority) = origin.split_once("://")?;
        let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host);
        let is_local = host == "localhost";
        let is_number = host.starts_with('[') || host.parse::<std::net::IpAddr>().is_ok();
        let is_fit = (is_local || scheme == "https") && !is_number && !host.is_empty() && !host.contains('[');
        is_fit.then(|| Self { id: host.to_owned(), origin: origin.to_owned() })
    }

    /// Reads a new passkey: what the browser put together, and what the device said.
    pub(crate) fn registered(&self, challenge: &Challenge, client_data: &str, attestation: &str) -> Option<NewPasskey> {
        let client_data = decoded(client_data)?;
        self.check_client(&client_data, "webauthn.create", challenge)?;
        let attestation = decoded(attestation)?;
        let (object, length) = Item::read(&attestation)?;
        if length != attestation.len() {
            return None;
        }
        let device_data = object.get(&Item::Text("authData"))?.bytes()?;
        let told = self.check_device(device_data)?;
        if told.flags & HAS_CREDENTIAL == 0 {
            return None;
        }
        // After the head: 16 bytes of the device's kind, the id with its length, the key.
        let rest = told.rest.get(16..)?;
        let (length, rest) = rest.split_at_checked(2)?;
        let length = usize::from(u16::from_be_bytes(length.try_into().ok()?));
        let (credential, rest) = rest.split_at_checked(length)?;
        if credential.is_empty() || credential.len() > LONGEST_ID {
            return None;
        }
        let (_, length) = Item::read(rest)?;
        let public_key = rest.get(..length)?;
        key_of(public_key)?;
        Some(NewPasskey {
            credential: credential.to_vec(),
            public_key: public_key.to_vec(),
            sign_count: told.sign_count,
        })
    }

    /// Whether an answer is of the passkey with this key and this count; gives the new count.
    pub(crate) fn asserted(
        &self,
        challenge: &Challenge,
        answer: &Assertion,
        public_key: &[u8],
        sign_count: u32,
    ) -> Option<u32> {
        self.check_client(&answer.client_data, "webauthn.get", challenge)?;
        let told = self.check_device(&answer.device_data)?;
        let mut signed = answer.device_data.clone();
        signed.extend(Sha256::digest(&answer.client_data));
        if !key_of(public_key)?.verify(&signed, &answer.signature) {
            return None;
        }
        // A count that does not rise is that of a copy, unless the device does not count.
        let rises = told.sign_count > sign_count || (told.sign_count == 0 && sign_count == 0);
        rises.then_some(told.sign_count)
    }

    fn check_client(&self, client_data: &[u8], kind: &str, challenge: &Challenge) -> Option<()> {
        let said: serde_json::Value = serde_json::from_slice(client_data).ok()?;
        let word = |name: &str| said.get(name).and_then(serde_json::Value::as_str);
        let is_ours = word("type") == Some(kind)
            && word("challenge") == Some(URL_SAFE_NO_PAD.encode(challenge).as_str())
            && word("origin") == Some(self.origin.as_str())
            // In a frame of another site's page nobody sees who asks.
            && !said.get("crossOrigin").is_some_and(|value| value != &serde_json::Value::Bool(false))
            && said.get("topOrigin").is_none();
        is_ours.then_some(())
    }

    fn check_device<'a>(&self, data: &'a [u8]) -> Option<DeviceData<'a>> {
        let (host, rest) = data.split_at_checked(32)?;
        let (&flags, rest) = rest.split_first()?;
        let (count, rest) = rest.split_at_checked(4)?;
        let is_ours = host == Sha256::digest(self.id.as_bytes()).as_slice();
        // A passkey stands for two factors only when the device made sure that it is its owner who touches it.
        let is_owner = flags & USER_PRESENT != 0 && flags & USER_VERIFIED != 0;
        let makes_sense = flags & IS_COPIED == 0 || flags & MAY_BE_COPIED != 0;
        let sign_count = u32::from_be_bytes(count.try_into().ok()?);
        (is_ours && is_owner && makes_sense).then_some(DeviceData { flags, sign_count, rest })
    }
}

struct DeviceData<'a> {
    flags: u8,
    sign_count: u32,
    rest: &'a [u8],
}

impl Assertion {
    /// Reads what the browser sent; none when it cannot be an answer.
    pub(crate) fn parse(
        credential: &str,
        user_handle: &str,
        client_data: &str,
        device_data: &str,
        signature: &str,
    ) -> Option<Self> {
        Some(Self {
            credential: decoded(credential).filter(|id| !id.is_empty() && id.len() <= LONGEST_ID)?,
            user_handle: decoded(user_handle)?,
            client_data: decoded(client_data)?,
            device_data: decoded(device_data)?,
            signature: decoded(signature)?,
        })
    }
}

fn decoded(text: &str) -> Option<Vec<u8>> {
    (text.len() <= LONGEST).then(|| URL_SAFE_NO_PAD.decode(text).ok()).flatten()
}

/// The key in a COSE key (RFC 9053); none of another kind than those that are asked for.
fn key_of(cose: &[u8]) -> Option<PasskeyKey> {
    let (map, length) = Item::read(cose)?;
    let number = |key| map.get(&Item::Number(key)).and_then(Item::number);
    let bytes = |key| map.get(&Item::Number(key)).and_then(Item::bytes);
    if length != cose.len() {
        return None;
    }
    Some(match (number(1)?, number(3)?) {
        (2, ES256) if number(-1) == Some(1) => {
            PasskeyKey::P256 { x: bytes(-2)?.try_into().ok()?, y: bytes(-3)?.try_into().ok()? }
        }
        (1, EDDSA) if number(-1) == Some(6) => PasskeyKey::Ed25519(bytes(-2)?.try_into().ok()?),
        (3, RS256) => PasskeyKey::Rsa { n: bytes(-1)?.to_vec(), e: bytes(-2)?.to_vec() },
        _ => return None,
    })
}

const ES256: i64 = -7;
const EDDSA: i64 = -8;
const RS256: i64 = -257;
/// The kinds of keys that a device may make, the best liked first, as COSE numbers them.
pub(crate) const ALGORITHMS: &str = "-7,-8,-257";

#[cfg(test)]
mod tests {
    use crypto::SigningKey;
    use proptest::prelude::*;

    use super::*;

    fn party() -> RelyingParty {
        RelyingParty::of_origin("https://school.example").unwrap()
    }

    fn client(kind: &str, challenge: &Challenge, origin: &str, more: &str) -> Vec<u8> {
        let challenge = URL_SAFE_NO_PAD.encode(challenge);
        format!("{{\"type\":\"{kind}\",\"challenge\":\"{challenge}\",\"origin\":\"{origin}\"{more}}}").into_bytes()
    }

    fn device(host: &str, flags: u8, count: u32) -> Vec<u8> {
        [&Sha256::digest(host.as_bytes())[..], &[flags], &count.to_be_bytes()].concat()
    }

    fn cose(key: &SigningKey) -> Vec<u8> {
        [&[0xa4, 0x01, 0x01, 0x03, 0x27, 0x20, 0x06, 0x21, 0x58, 0x20][..], &key.public().unwrap()].concat()
    }

    fn answer(key: &SigningKey, client_data: Vec<u8>, device_data: Vec<u8>) -> Assertion {
        let signed = [&device_data[..], &Sha256::digest(&client_data)].concat();
        let signature = key.sign(&signed).unwrap().to_vec();
        Assertion { credential: vec![1], user_handle: vec![2], client_data, device_data, signature }
    }

    #[test]
    fn passkeys_are_made_where_browsers_make_them() {
        for (origin, host) in [
            ("https://school.example", Some("school.example")),
            ("https://school.example:8443", Some("school.example")),
            ("http://localhost:8080", Some("localhost")),
            ("http://school.example", None),
            ("https://192.0.2.1", None),
            ("http://127.0.0.1:8080", None),
            ("https://[2001:db8::1]:8443", None),
            ("https://", None),
            ("nonsense", None),
        ] {
            assert_eq!(RelyingParty::of_origin(origin).map(|party| party.id).as_deref(), host, "{origin}");
        }
    }

    #[test]
    fn an_answer_counts_once_it_is_ours_signed_verified_and_newer() {
        let (key, challenge) = (SigningKey::random().unwrap(), [7; 32]);
        let ours = || client("webauthn.get", &challenge, "https://school.example", "");
        let said = |client_data, device_data| {
            party().asserted(&challenge, &answer(&key, client_data, device_data), &cose(&key), 5)
        };
        assert_eq!(said(ours(), device("school.example", 5, 6)), Some(6));
        for (client_data, device_data, what) in [
            (ours(), device("school.example", 5, 5), "a count that does not rise"),
            (ours(), device("school.example", 5, 0), "a count that was forgotten"),
            (ours(), device("school.example", 1, 6), "nobody was verified"),
            (ours(), device("school.example", 4, 6), "nobody was present"),
            (ours(), device("school.example", 0x15, 6), "copied, but cannot be"),
            (ours(), device("evil.example", 5, 6), "another site's"),
            (
                client("webauthn.create", &challenge, "https://school.example", ""),
                device("school.example", 5, 6),
                "kind",
            ),
            (
                client("webauthn.get", &[8; 32], "https://school.example", ""),
                device("school.example", 5, 6),
                "challenge",
            ),
            (client("webauthn.get", &challenge, "https://evil.example", ""), device("school.example", 5, 6), "origin"),
            (client("webauthn.get", &challenge, "http://school.example", ""), device("school.example", 5, 6), "scheme"),
            (
                client("webauthn.get", &challenge, "https://school.example", ",\"crossOrigin\":true"),
                device("school.example", 5, 6),
                "framed",
            ),
            (b"{}".to_vec(), device("school.example", 5, 6), "empty"),
            (ours(), vec![1, 2, 3], "cut off"),
        ] {
            assert_eq!(said(client_data, device_data), None, "{what}");
        }
        let other = SigningKey::random().unwrap();
        let forged = answer(&other, ours(), device("school.example", 5, 6));
        assert_eq!(party().asserted(&challenge, &forged, &cose(&key), 5), None, "another key's");
        let uncounted = answer(&key, ours(), device("school.example", 0x1d, 0));
        assert_eq!(party().asserted(&challenge, &uncounted, &cose(&key), 0), Some(0), "a device that does not count");
    }

    #[test]
    fn a_new_passkey_is_read_and_a_foreign_or_broken_one_is_not() {
        let (key, challenge) = (SigningKey::random().unwrap(), [7; 32]);
        let told = |flags: u8, id: &[u8], key: &[u8]| {
            let length = u16::try_from(id.len()).unwrap().to_be_bytes();
            let data = [&device("school.example", flags, 0)[..], &[0; 16], &length, id, key].concat();
            let head =
                [&[0xa3, 0x63][..], b"fmt", &[0x64], b"none", &[0x67], b"attStmt", &[0xa0, 0x68], b"authData"].concat();
            let length = u16::try_from(data.len()).unwrap().to_be_bytes();
            URL_SAFE_NO_PAD.encode([&head[..], &[0x59], &length, &data].concat())
        };
        let ours = URL_SAFE_NO_PAD.encode(client(
            "webauthn.create",
            &challenge,
            "https://school.example",
            ",\"crossOrigin\":false",
        ));
        let read = |attestation: &str| party().registered(&challenge, &ours, attestation);
        let made = read(&told(0x45, b"id", &cose(&key))).unwrap();
        assert_eq!(made, NewPasskey { credential: b"id".to_vec(), public_key: cose(&key), sign_count: 0 });
        assert_eq!(read(&told(0x41, b"id", &cose(&key))), None, "nobody was verified");
        assert_eq!(read(&told(0x05, b"id", &cose(&key))), None, "no credential");
        assert_eq!(read(&told(0x45, b"", &cose(&key))), None, "no id");
        assert_eq!(read(&told(0x45, b"id", &[0xa0])), None, "no key");
        assert_eq!(read("AAAA"), None);
        let other = [9; 32];
        assert_eq!(party().registered(&other, &ours, &told(0x45, b"id", &cose(&key))), None, "another challenge");
    }

    proptest! {
        #[test]
        fn nothing_that_a_browser_may_send_breaks_it(client_data: Vec<u8>, attestation: Vec<u8>, device_data: Vec<u8>) {
            let (client_data, attestation) = (URL_SAFE_NO_PAD.encode(client_data), URL_SAFE_NO_PAD.encode(attestation));
            prop_assert_eq!(party().registered(&[0; 32], &client_data, &attestation), None);
            let device_data = URL_SAFE_NO_PAD.encode(device_data);
            if let Some(answer) = Assertion::parse("AA", "AA", &client_data, &device_data, "AA") {
                prop_assert_eq!(party().asserted(&[0; 32], &answer, &[0xa0], 0), None);
            }
        }
    }
}
