//! What this subsystem keeps of persons: nothing.

use accounts::DataEntry;

/// The data map of privacy.
pub const DATA: &[DataEntry] = &[DataEntry { table: "visit", column: "*", purpose: "", ground: "", term: "" }];
