//! A message: its JSON, and the headers by which the receiver knows that it is ours (Standard Webhooks 1.0).

use std::fmt;

use base64::{Engine, prelude::BASE64_STANDARD};
use crypto::{CryptoError, SharedSecret};
use jiff::Timestamp;
use journal::Entry;
use kernel::SchoolId;
use serde::Serialize;
use serde_json::Value;

/// What is sent.
#[derive(Serialize)]
struct Message<'a> {
    /// As `webhook-id`.
    id: &'a str,
    /// The kind of event.
    kind: &'a str,
    /// The version of the event's shape.
    version: u32,
    /// When it was written into the journal.
    at: Timestamp,
    /// The school.
    school: SchoolId,
    /// The event.
    body: Value,
}

/// The id of the message about an entry: the same for every receiver and attempt, and never of two entries.
pub(super) fn id_of(entry: &Entry) -> String {
    format!("{}-{}", entry.school, entry.seq)
}

/// The message about an entry of the journal; none when the entry is no JSON, which the doctor tells of.
pub(super) fn of_entry(entry: &Entry) -> Option<String> {
    let body = serde_json::from_str(&entry.body).ok()?;
    let (id, Entry { kind, version, at, school, .. }) = (id_of(entry), entry);
    serde_json::to_string(&Message { id: &id, kind, version: *version, at: *at, school: *school, body }).ok()
}

/// A message that only proves that messages arrive.
pub(super) fn of_test(id: &str, kind: &str, at: Timestamp, school: SchoolId) -> Option<String> {
    let body = Value::Object(serde_json::Map::new());
    serde_json::to_string(&Message { id, kind, version: 1, at, school, body }).ok()
}

/// The `webhook-signature` header: one signature a secret, with a space between.
///
/// # Errors
/// [`CryptoError::Cipher`], which would be a defect of the program.
pub(super) fn signatures(secrets: &[SharedSecret], id: &str, at_s: i64, body: &str) -> Result<String, CryptoError> {
    let at = at_s.to_string();
    let parts: [&[u8]; 5] = [id.as_bytes(), b".", at.as_bytes(), b".", body.as_bytes()];
    let signed = secrets.iter().map(|secret| Ok(format!("v1,{}", BASE64_STANDARD.encode(secret.sign(&parts)?))));
    Ok(signed.collect::<Result<Vec<_>, CryptoError>>()?.join(" "))
}

/// A secret as the receiver wants it, `whsec_` and Base64. It is shown once; `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct ShownSecret(String);

impl ShownSecret {
    pub(super) fn of(secret: &SharedSecret) -> Self {
        Self(format!("whsec_{}", BASE64_STANDARD.encode(secret.bytes())))
    }

    /// The text that is shown once.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ShownSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ShownSecret(…)")
    }
}

#[cfg(test)]
mod tests {
    use kernel::Ids;

    use super::*;

    /// Reckoned by another program from RFC 2104; `scripts/test-api` has the specification's own library check messages as they arrive.
    #[test]
    fn a_message_is_signed_as_the_specification_says() {
        let secret = SharedSecret::from_slice(&[9; 32]).unwrap();
        let old = SharedSecret::from_slice(&[8; 32]).unwrap();
        let one = signatures(std::slice::from_ref(&secret), "msg_1", 1_614_265_330, "{\"test\": 2432232314}").unwrap();
        assert_eq!(one, "v1,vIo6E4bqby++CVlQO1dpOjyIvn7PtROvtVB0l23SXKg=");
        let both = signatures(&[secret, old], "msg_1", 1_614_265_330, "{\"test\": 2432232314}").unwrap();
        assert!(both.starts_with(&format!("{one} v1,")) && both.len() == 2 * one.len() + 1);
    }

    #[test]
    fn a_message_holds_the_event_and_a_secret_is_hidden() {
        let ids = Ids::seeded(1);
        let at: Timestamp = "2026-11-23T02:30:00Z".parse().unwrap();
        let school: SchoolId = ids.new_id(at);
        let entry = Entry { school, seq: 7, at, kind: "PassRecorded".into(), version: 2, body: "{\"a\":1}".into() };
        let message: Value = serde_json::from_str(&of_entry(&entry).unwrap()).unwrap();
        assert_eq!(message["id"], format!("{school}-7"));
        assert!(!message["id"].as_str().unwrap().contains('.'), "a dot parts the signed text");
        assert_eq!(message["kind"], "PassRecorded");
        assert_eq!(message["version"], 2);
        assert_eq!(message["at"], "2026-11-23T02:30:00Z");
        assert_eq!(message["school"], school.to_string());
        assert_eq!(message["body"]["a"], 1);
        assert_eq!(of_entry(&Entry { body: "{".into(), ..entry }), None);
        let shown = ShownSecret::of(&SharedSecret::from_slice(&[0; 32]).unwrap());
        assert_eq!(shown.expose(), "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
        assert_eq!(format!("{shown:?}"), "ShownSecret(…)");
    }
}
