//! What this subsystem keeps of persons.

use accounts::DataEntry;

const SAFETY: &str = "to keep pupils and staff safe: who is in the building, who tried to enter";
const RIGHT: &str = "to let the right persons in at the right time";
const BY_HAND: &str = "to let a person in who has no card at hand";
const LEAVE: &str = "to let a pupil out of lessons only to whom and when somebody permitted it";
const GROUND: &str = "the school's duty to keep those in its care safe";
const YEARS: &str = "3 years";
const YEAR: &str = "1 year";
const PRESENT: &str = "as long as the person belongs to the school";
const RULE: &str = "as long as the rule stands";
const DAY: &str = "1 day";

/// Every column of a table that holds data of persons.
macro_rules! personal {
    ($($table:literal, $purpose:expr, $term:expr => $($column:literal)*;)*) => {
        &[$($(DataEntry { table: $table, column: $column, purpose: $purpose, ground: GROUND, term: $term },)*)*]
    };
}

const PERSONAL: &[DataEntry] = personal! {
    "pass", SAFETY, YEARS =>
        "school" "id" "gate" "gate_seq" "point" "direction" "person" "credential" "reader_format" "number" "reason" "is_granted"
        "decided_by" "guard" "at" "received_at" "is_late" "device" "board_event";
    "alarm", SAFETY, YEARS =>
        "school" "id" "gate" "kind" "device" "point" "person" "detail" "at" "received_at" "seen_at" "seen_by" "stands" "closed_at";
    "presence", SAFETY, PRESENT => "school" "person" "zone" "is_known" "since" "point" "direction" "pass" "set_by";
    "rule", RIGHT, RULE =>
        "school" "id" "name" "who" "who_role" "who_id" "direction" "from_day" "until_day" "on_holidays" "is_enabled" "position"
        "revision";
    "journal", SAFETY, YEARS => "school" "seq" "at" "kind" "version" "body";
    "leave_permission", LEAVE, YEAR =>
        "school" "id" "person" "from_at" "until_at" "point" "reason" "collected_by" "given_by" "given_at" "used_at" "revoked_at";
    "gate_command", BY_HAND, DAY => "school" "gate" "number" "until" "body";
};

/// Tables that hold nothing about a person.
const IMPERSONAL: [&str; 11] = [
    "building",
    "zone",
    "gate",
    "gate_intake",
    "gate_lease",
    "device",
    "access_point",
    "rule_point",
    "rule_window",
    "journal_head",
    "journal_cursor",
];

/// The subsystem's lines of the data map.
pub const DATA: &[DataEntry] = &joined::<{ PERSONAL.len() + IMPERSONAL.len() }>();

const fn joined<const N: usize>() -> [DataEntry; N] {
    let mut entries = [DataEntry { table: "", column: "*", purpose: "", ground: "", term: "" }; N];
    let mut index = 0;
    while index < N {
        if index < PERSONAL.len() {
            entries[index] = PERSONAL[index];
        } else {
            entries[index].table = IMPERSONAL[index - PERSONAL.len()];
        }
        index += 1;
    }
    entries
}
