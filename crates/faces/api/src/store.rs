//! All SQL of the interface itself.

use ::store::{record, statements};
use accounts::TokenId;
use jiff::Timestamp;
use kernel::{Id, SchoolId};

/// Whatever a write made or changed.
#[derive(Debug)]
pub enum SubjectKind {}
/// Its id.
pub type SubjectId = Id<SubjectKind>;

record! {
    /// A write that was done.
    pub struct Done {
        /// SHA-256 of the request.
        pub request_hash: [u8; 32],
        /// What it made or changed.
        pub subject: SubjectId,
    }
}

statements! {
    /// The write that this token did under this key, unless that was too long ago.
    fn done(school: SchoolId, token: TokenId, key: &str, since: Timestamp) -> One<Done> =
        "select request_hash, subject from api_idempotency where school = $1 and token = $2 and key = $3 and at > $4";
    /// Notes a write.
    fn note(school: SchoolId, token: TokenId, key: &str, request_hash: &[u8], subject: SubjectId, at: Timestamp) -> Run =
        "insert into api_idempotency (school, token, key, request_hash, subject, at) values ($1, $2, $3, $4, $5, $6)";
    /// Forgets writes of a school that were too long ago.
    fn forget(school: SchoolId, until: Timestamp) -> Run = "delete from api_idempotency where school = $1 and at <= $2";
}
