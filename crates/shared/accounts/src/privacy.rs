//! What this subsystem keeps of persons: its users are staff. The tables of keys, which no subsystem owns, are named here too.

use crate::subsystem::DataEntry;

const ACCOUNT_PURPOSE: &str = "to know who acts in the system and what he may do";
const ACCOUNT_GROUND: &str = "employment at the school";
const ACCOUNT_TERM: &str = "as long as the account is there";

const TRAIL_PURPOSE: &str = "to show afterwards who did what";
const CHAIN_PURPOSE: &str = "to find what was changed in the trail past the program";
const TRAIL_GROUND: &str = "law on personal data: protection against unlawful access";
const TRAIL_TERM: &str = "3 years";

const SESSION_PURPOSE: &str = "to keep somebody signed in and to show him where he is";
const SESSION_TERM: &str = "until the session ends: 12 hours unused, 7 days at most";

const FACTOR_PURPOSE: &str = "to know that it is really the user who signs in";
const FACTOR_GROUND: &str = "law on personal data: protection against unlawful access";
const STEP_TERM: &str = "5 minutes";

const BROWSER_PURPOSE: &str = "to tell a user of a sign-in in a browser that was never used before";
const BROWSER_TERM: &str = "as long as the account is there, the 50 last used";

const INVITATION_PURPOSE: &str = "to let somebody choose the password of an account himself";

const TOKEN_PURPOSE: &str = "to let a program ask in the name of whoever made its token";
const TOKEN_TERM: &str = "as long as the account is there";

const KEY_PURPOSE: &str = "to seal what is kept of a person, so that it can be erased for ever";
const KEY_GROUND: &str = "law on personal data: protection against unlawful access";
const KEY_TERM: &str = "until the person is erased";
const DESTROYED_PURPOSE: &str = "so that an erased person stays erased when a backup is restored";
const DESTROYED_TERM: &str = "as long as backups may be restored";

const fn nobody(table: &'static str) -> DataEntry {
    personal(table, "*", "", "", "")
}

const fn personal(
    table: &'static str,
    column: &'static str,
    purpose: &'static str,
    ground: &'static str,
    term: &'static str,
) -> DataEntry {
    DataEntry { table, column, purpose, ground, term }
}

/// The data map of accounts.
pub const DATA: &[DataEntry] = &[
    personal("user_account", "id", ACCOUNT_PURPOSE, ACCOUNT_GROUND, ACCOUNT_TERM),
    personal("user_account", "school", ACCOUNT_PURPOSE, ACCOUNT_GROUND, ACCOUNT_TERM),
    personal("user_account", "login", ACCOUNT_PURPOSE, ACCOUNT_GROUND, ACCOUNT_TERM),
    personal("user_account", "name", ACCOUNT_PURPOSE, ACCOUNT_GROUND, ACCOUNT_TERM),
    personal("user_account", "person", ACCOUNT_PURPOSE, ACCOUNT_GROUND, ACCOUNT_TERM),
    personal("user_account", "password_hash", "to check a password without knowing it", ACCOUNT_GROUND, ACCOUNT_TERM),
    personal("user_account", "lang", "to speak to the user in his language", ACCOUNT_GROUND, ACCOUNT_TERM),
    personal("user_account", "status", ACCOUNT_PURPOSE, ACCOUNT_GROUND, ACCOUNT_TERM),
    personal("user_account", "failures", "to stop those who guess passwords", ACCOUNT_GROUND, "until the next sign-in"),
    personal(
        "user_account",
        "locked_until",
        "to stop those who guess passwords",
        ACCOUNT_GROUND,
        "until the next sign-in",
    ),
    personal("user_account", "created_at", ACCOUNT_PURPOSE, ACCOUNT_GROUND, ACCOUNT_TERM),
    personal("user_account", "password_changed_at", ACCOUNT_PURPOSE, ACCOUNT_GROUND, ACCOUNT_TERM),
    personal("user_role", "user_id", ACCOUNT_PURPOSE, ACCOUNT_GROUND, ACCOUNT_TERM),
    personal("user_role", "role", ACCOUNT_PURPOSE, ACCOUNT_GROUND, ACCOUNT_TERM),
    personal("user_session", "token_hash", SESSION_PURPOSE, ACCOUNT_GROUND, SESSION_TERM),
    personal("user_session", "user_id", SESSION_PURPOSE, ACCOUNT_GROUND, SESSION_TERM),
    personal("user_session", "created_at", SESSION_PURPOSE, ACCOUNT_GROUND, SESSION_TERM),
    personal("user_session", "last_seen_at", SESSION_PURPOSE, ACCOUNT_GROUND, SESSION_TERM),
    personal("user_session", "expires_at", SESSION_PURPOSE, ACCOUNT_GROUND, SESSION_TERM),
    personal("user_session", "address", SESSION_PURPOSE, ACCOUNT_GROUND, SESSION_TERM),
    personal("user_session", "agent", SESSION_PURPOSE, ACCOUNT_GROUND, SESSION_TERM),
    personal("user_role", "granted_at", ACCOUNT_PURPOSE, ACCOUNT_GROUND, ACCOUNT_TERM),
    personal("user_role", "granted_by", ACCOUNT_PURPOSE, ACCOUNT_GROUND, ACCOUNT_TERM),
    personal("user_session", "challenge", FACTOR_PURPOSE, FACTOR_GROUND, STEP_TERM),
    personal("user_session", "challenge_until", FACTOR_PURPOSE, FACTOR_GROUND, STEP_TERM),
    personal("user_session", "browser", SESSION_PURPOSE, ACCOUNT_GROUND, SESSION_TERM),
    personal("user_totp", "user_id", FACTOR_PURPOSE, FACTOR_GROUND, ACCOUNT_TERM),
    personal("user_totp", "secret", FACTOR_PURPOSE, FACTOR_GROUND, ACCOUNT_TERM),
    personal("user_totp", "created_at", FACTOR_PURPOSE, FACTOR_GROUND, ACCOUNT_TERM),
    personal("user_totp", "confirmed_at", FACTOR_PURPOSE, FACTOR_GROUND, ACCOUNT_TERM),
    personal("user_totp", "last_step", FACTOR_PURPOSE, FACTOR_GROUND, ACCOUNT_TERM),
    personal("user_recovery_code", "user_id", FACTOR_PURPOSE, FACTOR_GROUND, ACCOUNT_TERM),
    personal("user_recovery_code", "code_hash", FACTOR_PURPOSE, FACTOR_GROUND, ACCOUNT_TERM),
    personal("user_recovery_code", "created_at", FACTOR_PURPOSE, FACTOR_GROUND, ACCOUNT_TERM),
    personal("user_recovery_code", "used_at", FACTOR_PURPOSE, FACTOR_GROUND, ACCOUNT_TERM),
    personal("user_passkey", "id", FACTOR_PURPOSE, FACTOR_GROUND, ACCOUNT_TERM),
    personal("user_passkey", "user_id", FACTOR_PURPOSE, FACTOR_GROUND, ACCOUNT_TERM),
    personal("user_passkey", "credential", FACTOR_PURPOSE, FACTOR_GROUND, ACCOUNT_TERM),
    personal("user_passkey", "public_key", FACTOR_PURPOSE, FACTOR_GROUND, ACCOUNT_TERM),
    personal("user_passkey", "sign_count", FACTOR_PURPOSE, FACTOR_GROUND, ACCOUNT_TERM),
    personal("user_passkey", "name", FACTOR_PURPOSE, FACTOR_GROUND, ACCOUNT_TERM),
    personal("user_passkey", "created_at", FACTOR_PURPOSE, FACTOR_GROUND, ACCOUNT_TERM),
    personal("user_passkey", "last_used_at", FACTOR_PURPOSE, FACTOR_GROUND, ACCOUNT_TERM),
    personal("sign_in_step", "token_hash", FACTOR_PURPOSE, FACTOR_GROUND, STEP_TERM),
    personal("sign_in_step", "user_id", FACTOR_PURPOSE, FACTOR_GROUND, STEP_TERM),
    personal("sign_in_step", "challenge", FACTOR_PURPOSE, FACTOR_GROUND, STEP_TERM),
    personal("sign_in_step", "created_at", FACTOR_PURPOSE, FACTOR_GROUND, STEP_TERM),
    personal("sign_in_step", "expires_at", FACTOR_PURPOSE, FACTOR_GROUND, STEP_TERM),
    personal("user_browser", "user_id", BROWSER_PURPOSE, FACTOR_GROUND, BROWSER_TERM),
    personal("user_browser", "token_hash", BROWSER_PURPOSE, FACTOR_GROUND, BROWSER_TERM),
    personal("user_browser", "agent", BROWSER_PURPOSE, FACTOR_GROUND, BROWSER_TERM),
    personal("user_browser", "address", BROWSER_PURPOSE, FACTOR_GROUND, BROWSER_TERM),
    personal("user_browser", "name", BROWSER_PURPOSE, FACTOR_GROUND, BROWSER_TERM),
    personal("user_browser", "first_at", BROWSER_PURPOSE, FACTOR_GROUND, BROWSER_TERM),
    personal("user_browser", "last_at", BROWSER_PURPOSE, FACTOR_GROUND, BROWSER_TERM),
    personal("user_browser", "told_at", BROWSER_PURPOSE, FACTOR_GROUND, BROWSER_TERM),
    personal("user_invitation", "school", INVITATION_PURPOSE, ACCOUNT_GROUND, ACCOUNT_TERM),
    personal("user_invitation", "id", INVITATION_PURPOSE, ACCOUNT_GROUND, ACCOUNT_TERM),
    personal("user_invitation", "user_id", INVITATION_PURPOSE, ACCOUNT_GROUND, ACCOUNT_TERM),
    personal("user_invitation", "token_hash", INVITATION_PURPOSE, ACCOUNT_GROUND, ACCOUNT_TERM),
    personal("user_invitation", "created_at", INVITATION_PURPOSE, ACCOUNT_GROUND, ACCOUNT_TERM),
    personal("user_invitation", "created_by", INVITATION_PURPOSE, ACCOUNT_GROUND, ACCOUNT_TERM),
    personal("user_invitation", "expires_at", INVITATION_PURPOSE, ACCOUNT_GROUND, ACCOUNT_TERM),
    personal("user_invitation", "used_at", INVITATION_PURPOSE, ACCOUNT_GROUND, ACCOUNT_TERM),
    personal("user_invitation", "revoked_at", INVITATION_PURPOSE, ACCOUNT_GROUND, ACCOUNT_TERM),
    personal("api_token", "school", TOKEN_PURPOSE, ACCOUNT_GROUND, TOKEN_TERM),
    personal("api_token", "id", TOKEN_PURPOSE, ACCOUNT_GROUND, TOKEN_TERM),
    personal("api_token", "user_id", TOKEN_PURPOSE, ACCOUNT_GROUND, TOKEN_TERM),
    personal("api_token", "name", TOKEN_PURPOSE, ACCOUNT_GROUND, TOKEN_TERM),
    personal("api_token", "token_hash", "to know a token without keeping it", ACCOUNT_GROUND, TOKEN_TERM),
    personal("api_token", "scopes", TOKEN_PURPOSE, ACCOUNT_GROUND, TOKEN_TERM),
    personal("api_token", "created_at", TOKEN_PURPOSE, ACCOUNT_GROUND, TOKEN_TERM),
    personal("api_token", "expires_at", TOKEN_PURPOSE, ACCOUNT_GROUND, TOKEN_TERM),
    personal("api_token", "last_used_at", "to find tokens that nobody uses", ACCOUNT_GROUND, TOKEN_TERM),
    personal("api_token", "revoked_at", TOKEN_PURPOSE, ACCOUNT_GROUND, TOKEN_TERM),
    personal("audit", "school", TRAIL_PURPOSE, TRAIL_GROUND, TRAIL_TERM),
    personal("audit", "id", TRAIL_PURPOSE, TRAIL_GROUND, TRAIL_TERM),
    personal("audit", "at", TRAIL_PURPOSE, TRAIL_GROUND, TRAIL_TERM),
    personal("audit", "user_id", TRAIL_PURPOSE, TRAIL_GROUND, TRAIL_TERM),
    personal("audit", "action", TRAIL_PURPOSE, TRAIL_GROUND, TRAIL_TERM),
    personal("audit", "subject", TRAIL_PURPOSE, TRAIL_GROUND, TRAIL_TERM),
    personal("audit", "detail", TRAIL_PURPOSE, TRAIL_GROUND, TRAIL_TERM),
    personal("audit", "seq", CHAIN_PURPOSE, TRAIL_GROUND, TRAIL_TERM),
    personal("audit", "hash", CHAIN_PURPOSE, TRAIL_GROUND, TRAIL_TERM),
    nobody("audit_head"),
    personal("key_person", "school", KEY_PURPOSE, KEY_GROUND, KEY_TERM),
    personal("key_person", "person", KEY_PURPOSE, KEY_GROUND, KEY_TERM),
    personal("key_person", "school_version", KEY_PURPOSE, KEY_GROUND, KEY_TERM),
    personal("key_person", "wrapped", KEY_PURPOSE, KEY_GROUND, KEY_TERM),
    personal("key_destroyed", "school", DESTROYED_PURPOSE, KEY_GROUND, DESTROYED_TERM),
    personal("key_destroyed", "person", DESTROYED_PURPOSE, KEY_GROUND, DESTROYED_TERM),
    personal("key_destroyed", "at", DESTROYED_PURPOSE, KEY_GROUND, DESTROYED_TERM),
    nobody("key_installation"),
    nobody("key_school"),
];
