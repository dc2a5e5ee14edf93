//! What the interface itself keeps of persons: what a write made, for a day.

use accounts::DataEntry;

const PURPOSE: &str = "so that a write that is sent again is done once";
const GROUND: &str = "employment at the school";
const TERM: &str = "24 hours, then until the next write of a program at the school";

const fn kept(column: &'static str) -> DataEntry {
    DataEntry { table: "api_idempotency", column, purpose: PURPOSE, ground: GROUND, term: TERM }
}

/// The data map of the interface.
pub const DATA: &[DataEntry] =
    &[kept("school"), kept("token"), kept("key"), kept("request_hash"), kept("subject"), kept("at")];
