//! The lines of a backup that are not rows.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The version of this format. A reader refuses what is newer. Version 1 had one part, without keys.
pub(super) const VERSION: u32 = 2;
/// A row at most, in bytes of JSON.
pub(super) const LONGEST_LINE: usize = 64 << 20;

/// What a file holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Part {
    /// Everything there was: before there were keys.
    #[default]
    All,
    /// All tables but those of keys.
    Data,
    /// The tables of keys.
    Keys,
}

/// A line that says what the rows are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kezekshi", rename_all = "snake_case")]
pub(super) enum Line {
    /// The first line.
    #[serde(rename = "backup")]
    Header {
        version: u32,
        #[serde(default)]
        part: Part,
        /// The last migration that the database had.
        migration: i64,
        made_at: Timestamp,
        /// Every table, in the order in which they follow: those that are referred to first.
        tables: Vec<String>,
    },
    /// Before the rows of a table.
    Table {
        name: String,
        /// Names and kinds.
        columns: Vec<(String, String)>,
    },
    /// The last line.
    End {
        rows: BTreeMap<String, u64>,
        /// Of all lines before, uncompressed.
        sha256: String,
    },
}
