//! What the interface itself keeps of persons: what a write made, for a day; what webhooks were told, for a month.

use accounts::DataEntry;

const PURPOSE: &str = "so that a write that is sent again is done once";
const GROUND: &str = "employment at the school";
const TERM: &str = "24 hours, then until the next write of a program at the school";

const fn kept(column: &'static str) -> DataEntry {
    DataEntry { table: "api_idempotency", column, purpose: PURPOSE, ground: GROUND, term: TERM }
}

const HOOK_PURPOSE: &str = "to tell other programs of the school what happened: ids, never a name";
const HOOK_TERM: &str = "30 days";

const fn sent(column: &'static str) -> DataEntry {
    DataEntry { table: "webhook_delivery", column, purpose: HOOK_PURPOSE, ground: GROUND, term: HOOK_TERM }
}

/// Addresses of programs and secrets shared with them.
const HOOKS: DataEntry = DataEntry { table: "webhook", column: "*", purpose: "", ground: "", term: "" };

/// The data map of the interface.
pub const DATA: &[DataEntry] = &[
    kept("school"),
    kept("token"),
    kept("key"),
    kept("request_hash"),
    kept("subject"),
    kept("at"),
    HOOKS,
    sent("school"),
    sent("webhook"),
    sent("number"),
    sent("message"),
    sent("kind"),
    sent("body"),
    sent("created_at"),
    sent("state"),
    sent("attempts"),
    sent("tried_at"),
    sent("status"),
    sent("trouble"),
    sent("took_ms"),
    sent("answer"),
];
