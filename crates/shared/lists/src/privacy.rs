//! What this subsystem keeps of persons: files that were brought or are taken away, for some days, sealed.

use accounts::DataEntry;

const PURPOSE: &str = "to take lists of the school into the register and everything out of it";
const GROUND: &str = "order of the Minister of Education No. 456: the school keeps the list of its pupils";
const FILE_TERM: &str = "a list until it is written, all else 7 days; sealed under a key that is destroyed with it";
const NOTE_TERM: &str = "1 year; numbers of rows and ids only";

const fn of(table: &'static str, column: &'static str, term: &'static str) -> DataEntry {
    DataEntry { table, column, purpose: PURPOSE, ground: GROUND, term }
}

/// The data map of lists.
pub const DATA: &[DataEntry] = &[
    of("list_job", "school", NOTE_TERM),
    of("list_job", "id", NOTE_TERM),
    of("list_job", "user_id", NOTE_TERM),
    of("list_job", "kind", NOTE_TERM),
    of("list_job", "state", NOTE_TERM),
    of("list_job", "settings", NOTE_TERM),
    of("list_job", "answers", NOTE_TERM),
    of("list_job", "failures", NOTE_TERM),
    of("list_job", "total", NOTE_TERM),
    of("list_job", "done", NOTE_TERM),
    of("list_job", "added", NOTE_TERM),
    of("list_job", "changed", NOTE_TERM),
    of("list_job", "same", NOTE_TERM),
    of("list_job", "refused", NOTE_TERM),
    of("list_job", "fault", NOTE_TERM),
    of("list_job", "created_at", NOTE_TERM),
    of("list_job", "changed_at", NOTE_TERM),
    of("list_part", "school", FILE_TERM),
    of("list_part", "id", FILE_TERM),
    of("list_part", "job", FILE_TERM),
    of("list_part", "kind", FILE_TERM),
    of("list_part", "number", FILE_TERM),
    of("list_part", "sealed", FILE_TERM),
];
