//! Keys that sign QR passes.

use ::store::{record, statements};
use crypto::Sealed;
use jiff::Timestamp;
use kernel::SchoolId;

use crate::ops::CodeKeyId;

record! {
    /// The key that signs.
    pub struct SigningRow {
        /// Its number.
        pub number: u16,
        /// By which its seed is sealed.
        pub id: CodeKeyId,
        /// Its seed.
        pub seed: Sealed,
    }
    /// A key by which codes are checked.
    pub struct PublicRow {
        /// Its number.
        pub number: u16,
        /// The public key.
        pub public_key: Vec<u8>,
    }
}

statements! {
    /// The key that signs.
    fn signing(school: SchoolId) -> One<SigningRow> =
        "select number, id, seed from code_key where school = $1 and retired_at is null and seed is not null order by number desc limit 1";
    /// The keys by which codes are checked.
    fn living(school: SchoolId) -> Many<PublicRow> =
        "select number, public_key from code_key where school = $1 and retired_at is null order by number";
    /// The number of the newest key.
    fn newest(school: SchoolId) -> Exactly<u64> = "select coalesce(max(number), 0) from code_key where school = $1";
    /// Ends every key: its seed is forgotten.
    fn retire(school: SchoolId, now: Timestamp) -> Run =
        "update code_key set retired_at = $2, seed = null where school = $1 and retired_at is null";
    /// Adds a key.
    fn add(school: SchoolId, number: u16, id: CodeKeyId, public_key: &[u8], seed: &Sealed, now: Timestamp) -> Run =
        "insert into code_key (school, number, id, public_key, seed, created_at) values ($1, $2, $3, $4, $5, $6)";
}
