//! All SQL of second factors.

use ::store::{StoreError, Tx, record, statements};
use crypto::Sealed;
use jiff::Timestamp;
use kernel::UserId;

use super::PasskeyId;

record! {
    /// The secret of an app.
    pub struct AppRow {
        /// Sealed.
        pub secret: Sealed,
        /// When it was made.
        pub created_at: Timestamp,
        /// Since when it counts.
        pub confirmed_at: Option<Timestamp>,
        /// The step of the last code that was taken.
        pub last_step: u64,
    }
    /// How many factors an account has.
    pub struct Factors {
        /// Confirmed apps: one at most.
        pub apps: u64,
        /// Passkeys.
        pub passkeys: u64,
        /// Recovery codes that are not used yet.
        pub codes: u64,
    }
    /// A passkey as its owner sees it.
    pub struct PasskeyRow {
        /// Its id.
        pub id: PasskeyId,
        /// What its owner calls it.
        pub name: String,
        /// Since when it is there.
        pub created_at: Timestamp,
        /// When it was last used.
        pub last_used_at: Option<Timestamp>,
    }
    /// A passkey as it is checked.
    pub struct KeyRow {
        /// Its id.
        pub id: PasskeyId,
        /// Whose.
        pub user_id: UserId,
        /// Its public key.
        pub public_key: Vec<u8>,
        /// How often it signed.
        pub sign_count: u32,
    }
    /// A sign-in that waits for its second step.
    pub struct StepRow {
        /// Whose, once the password was right.
        pub user_id: Option<UserId>,
        /// What a passkey has to sign.
        pub challenge: [u8; 32],
    }
}

statements! {
    /// How many factors an account has.
    fn count(user: UserId) -> Exactly<Factors> =
        "select (select count(*) from user_totp where user_id = $1 and confirmed_at is not null) as apps,
           (select count(*) from user_passkey where user_id = $1) as passkeys,
           (select count(*) from user_recovery_code where user_id = $1 and used_at is null) as codes";

    /// The secret of an account's app.
    fn app(user: UserId) -> One<AppRow> = "select secret, created_at, confirmed_at, last_step from user_totp where user_id = $1";
    /// Puts a secret in the place of one that was never confirmed.
    fn begin_app(user: UserId, secret: &Sealed, now: Timestamp) -> Run =
        "insert into user_totp (user_id, secret, created_at) values ($1, $2, $3)
         on conflict (user_id) do update set secret = excluded.secret, created_at = excluded.created_at, last_step = 0
         where user_totp.confirmed_at is null";
    /// The secret counts from now on.
    fn confirm_app(user: UserId, step: u64, now: Timestamp) -> Run =
        "update user_totp set confirmed_at = $3, last_step = $2 where user_id = $1 and confirmed_at is null";
    /// Takes a code; touches no row when one of this step or a later one was taken.
    fn take_app_step(user: UserId, step: u64) -> Run =
        "update user_totp set last_step = $2 where user_id = $1 and confirmed_at is not null and last_step < $2";
    /// The app does not count any more.
    fn remove_app(user: UserId) -> Run = "delete from user_totp where user_id = $1";

    /// Keeps the hash of a recovery code.
    fn add_code(user: UserId, code_hash: &[u8], now: Timestamp) -> Run =
        "insert into user_recovery_code (user_id, code_hash, created_at) values ($1, $2, $3)";
    /// Takes a recovery code; touches no row when it is wrong or was used.
    fn take_code(user: UserId, code_hash: &[u8], now: Timestamp) -> Run =
        "update user_recovery_code set used_at = $3 where user_id = $1 and code_hash = $2 and used_at is null";
    /// Forgets the recovery codes.
    fn remove_codes(user: UserId) -> Run = "delete from user_recovery_code where user_id = $1";

    /// The passkeys of an account, the oldest first.
    fn passkeys(user: UserId) -> Many<PasskeyRow> =
        "select id, name, created_at, last_used_at from user_passkey where user_id = $1 order by created_at, id";
    /// The passkey of a device's id, held until the transaction ends. It says whose it is.
    fn passkey_of(credential: &[u8]) across_schools -> One<KeyRow> =
        "select id, user_id, public_key, sign_count from user_passkey where credential = $1 {lock}";
    /// Adds a passkey.
    fn add_passkey(id: PasskeyId, user: UserId, credential: &[u8], public_key: &[u8], sign_count: u32, name: &str, now: Timestamp) -> Run =
        "insert into user_passkey (id, user_id, credential, public_key, sign_count, name, created_at) values ($1, $2, $3, $4, $5, $6, $7)";
    /// Notes that a passkey was used.
    fn use_passkey(id: PasskeyId, sign_count: u32, now: Timestamp) -> Run =
        "update user_passkey set sign_count = $2, last_used_at = $3 where id = $1";
    /// Removes a passkey.
    fn remove_passkey(user: UserId, id: PasskeyId) -> Run = "delete from user_passkey where user_id = $1 and id = $2";
    /// Removes all passkeys of an account.
    fn remove_passkeys(user: UserId) -> Run = "delete from user_passkey where user_id = $1";

    /// A sign-in waits for its second step.
    fn add_step(token_hash: &[u8], user: Option<UserId>, challenge: &[u8], now: Timestamp, expires_at: Timestamp) -> Run =
        "insert into sign_in_step (token_hash, user_id, challenge, created_at, expires_at) values ($1, $2, $3, $4, $5)";
    /// A sign-in that waits and is not over.
    fn step(token_hash: &[u8], now: Timestamp) across_schools -> One<StepRow> =
        "select user_id, challenge from sign_in_step where token_hash = $1 and expires_at > $2";
    /// The waiting of a browser ends.
    fn end_step(token_hash: &[u8]) -> Run = "delete from sign_in_step where token_hash = $1";
    /// All waiting for an account ends.
    fn end_steps(user: UserId) -> Run = "delete from sign_in_step where user_id = $1";
    /// Forgets what is over.
    fn forget_steps(now: Timestamp) across_schools -> Run = "delete from sign_in_step where expires_at <= $1";

    /// What a device has to sign for a session that adds a passkey.
    fn set_challenge(session: &[u8], challenge: &[u8], until: Timestamp) -> Run =
        "update user_session set challenge = $2, challenge_until = $3 where token_hash = $1";
    /// Takes the challenge of a session.
    fn challenge(session: &[u8], now: Timestamp) -> Many<[u8; 32]> =
        "select challenge from user_session where token_hash = $1 and challenge is not null and challenge_until > $2";
    /// A challenge is used once.
    fn end_challenge(session: &[u8]) -> Run =
        "update user_session set challenge = null, challenge_until = null where token_hash = $1 and challenge is not null";
}

impl Factors {
    /// Whether the account has a second factor. Recovery codes alone are none.
    pub(crate) const fn any(&self) -> bool {
        self.apps + self.passkeys > 0
    }
}

/// How many factors an account has.
pub(crate) fn factors(tx: &mut Tx<'_>, user: UserId) -> Result<Factors, StoreError> {
    count(tx, user)
}
