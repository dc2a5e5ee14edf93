//! Devices for stories: an authenticator app, and a key that makes passkeys as browsers and devices do.
#![allow(dead_code, reason = "each story uses what it needs")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a story that cannot go on shall stop")]

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use crypto::{OtpSecret, SigningKey};
use jiff::Timestamp;
use sha2::{Digest, Sha256};

/// The code that an app shows, which was told this base-32 text.
pub fn app_code(typed: &str, now: Timestamp) -> String {
    let mut bytes = Vec::new();
    let (mut held, mut bits) = (0_u32, 0);
    for letter in typed.bytes().filter(|letter| *letter != b' ') {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'2'..=b'7' => letter - b'2' + 26,
            other => panic!("{other} is no letter of base 32"),
        };
        held = held << 5 | u32::from(value);
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(held >> bits & 0xff).unwrap());
            held &= (1 << bits) - 1;
        }
    }
    let step = u64::try_from(now.as_second() / OtpSecret::STEP_S).unwrap();
    format!("{:06}", OtpSecret::from_slice(&bytes).unwrap().code(step))
}

/// What a page says between two texts.
pub fn between<'a>(page: &'a str, before: &str, after: &str) -> &'a str {
    let rest = page.split_once(before).unwrap_or_else(|| panic!("no {before} in {page}")).1;
    rest.split_once(after).unwrap().0
}

/// A key with one passkey on it.
pub struct Device {
    key: SigningKey,
    id: Vec<u8>,
    handle: Vec<u8>,
    count: u32,
    pub verifies: bool,
}

impl Device {
    pub fn new(id: &[u8]) -> Self {
        Self { key: SigningKey::random().unwrap(), id: id.to_vec(), handle: Vec::new(), count: 0, verifies: true }
    }

    /// Makes a passkey as the page asks: the fields of the form.
    pub fn make(&mut self, page: &str, origin: &str) -> Vec<(&'static str, String)> {
        self.handle = URL_SAFE_NO_PAD.decode(between(page, "data-user=\"", "\"")).unwrap();
        let length = u16::try_from(self.id.len()).unwrap().to_be_bytes();
        let cose =
            [&[0xa4, 0x01, 0x01, 0x03, 0x27, 0x20, 0x06, 0x21, 0x58, 0x20][..], &self.key.public().unwrap()].concat();
        let data = [&self.data(page, 0x40)[..], &[0; 16], &length, &self.id, &cose].concat();
        let head =
            [&[0xa3, 0x63][..], b"fmt", &[0x64], b"none", &[0x67], b"attStmt", &[0xa0, 0x68], b"authData", &[0x59]]
                .concat();
        let object = [&head[..], &u16::try_from(data.len()).unwrap().to_be_bytes(), &data].concat();
        vec![
            ("client", URL_SAFE_NO_PAD.encode(client(page, "webauthn.create", origin))),
            ("attestation", URL_SAFE_NO_PAD.encode(object)),
        ]
    }

    /// Answers what the page asks: the fields of the form.
    pub fn answer(&mut self, page: &str, origin: &str) -> Vec<(&'static str, String)> {
        self.count += 1;
        let client = client(page, "webauthn.get", origin);
        let data = self.data(page, 0);
        let signature = self.key.sign(&[&data[..], &Sha256::digest(&client)].concat()).unwrap();
        vec![
            ("credential", URL_SAFE_NO_PAD.encode(&self.id)),
            ("handle", URL_SAFE_NO_PAD.encode(&self.handle)),
            ("client", URL_SAFE_NO_PAD.encode(client)),
            ("device", URL_SAFE_NO_PAD.encode(data)),
            ("signature", URL_SAFE_NO_PAD.encode(signature)),
        ]
    }

    fn data(&self, page: &str, more: u8) -> Vec<u8> {
        let host = between(page, "data-host=\"", "\"");
        let flags = more | if self.verifies { 0x05 } else { 0x01 };
        [&Sha256::digest(host.as_bytes())[..], &[flags], &self.count.to_be_bytes()].concat()
    }
}

fn client(page: &str, kind: &str, origin: &str) -> String {
    let challenge = between(page, "data-challenge=\"", "\"");
    format!("{{\"type\":\"{kind}\",\"challenge\":\"{challenge}\",\"origin\":\"{origin}\",\"crossOrigin\":false}}")
}
