//! Somebody signs in, or fails to.

use ::store::{StoreError, Tx};
use jiff::{SignedDuration, Timestamp};
use kernel::{Ids, UserId};

use crate::{
    AccountsError,
    audit::{Line, SubjectId},
    lockout::lock_seconds,
    login::Login,
    password::PasswordHash,
    session::{ABSOLUTE, IDLE},
    store::{self, Lock},
    token::TokenHash,
    user::UserStatus,
};

/// Sessions that one account may have at once.
const SESSIONS_LIMIT: u32 = 20;

/// A try whose password was already compared with the hash.
#[derive(Clone, Debug)]
pub(crate) struct SignIn {
    pub(crate) user: UserId,
    /// The hash against which the password was checked.
    pub(crate) checked: PasswordHash,
    /// Whether it was the right one.
    pub(crate) is_right: bool,
    /// The hash of the new session's token.
    pub(crate) token: TokenHash,
    /// The session that the browser had before.
    pub(crate) replaces: Option<TokenHash>,
    pub(crate) address: String,
    pub(crate) agent: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    SignedIn,
    Refused,
}

/// The account of a login and the hash of its password.
pub(crate) fn lock_of(tx: &mut Tx<'_>, login: &Login) -> Result<Option<(UserId, PasswordHash)>, AccountsError> {
    Ok(store::lock_of_login(tx, login.as_str())?.map(|lock| (lock.id, PasswordHash::stored(lock.password_hash))))
}

/// Begins a session, or counts a failure.
pub(crate) fn sign_in(tx: &mut Tx<'_>, now: Timestamp, ids: &Ids, try_: &SignIn) -> Result<Verdict, AccountsError> {
    let Some(lock) = judge(tx, now, ids, try_.user, &try_.checked, try_.is_right)? else { return Ok(Verdict::Refused) };
    if lock.failures > 0 {
        store::set_failures(tx, lock.id, 0, None)?;
    }
    if let Some(old) = &try_.replaces {
        store::end_session(tx, old)?;
    }
    let expires_at = now.checked_add(ABSOLUTE).unwrap_or(Timestamp::MAX);
    store::add_session(tx, &try_.token, lock.id, now, expires_at, &try_.address, &try_.agent)?;
    store::end_oldest_sessions(tx, lock.id, SESSIONS_LIMIT)?;
    note(tx, now, ids, &lock, "signed_in", "")?;
    Ok(Verdict::SignedIn)
}

/// Judges a password that was compared with `checked`: the account when it was right, nothing when it was wrong (which is counted) or
/// when the account is closed.
///
/// Whether the account is closed is looked at here, after the password was compared and in one transaction with the count, so that
/// many tries at once get no more guesses than one after the other.
pub(crate) fn judge(
    tx: &mut Tx<'_>,
    now: Timestamp,
    ids: &Ids,
    user: UserId,
    checked: &PasswordHash,
    is_right: bool,
) -> Result<Option<Lock>, AccountsError> {
    let Some(lock) = store::lock_of_user(tx, user)? else { return Ok(None) };
    let is_closed = lock.locked_until.is_some_and(|until| until > now) || lock.status != UserStatus::Active;
    if is_closed || (is_right && lock.password_hash != checked.as_str()) {
        // Not written down: whoever hammers at a closed door would fill the trail.
        return Ok(None);
    }
    if is_right {
        return Ok(Some(lock));
    }
    let failures = lock.failures.saturating_add(1);
    let seconds = lock_seconds(failures);
    let until = seconds.and_then(|seconds| now.checked_add(SignedDuration::from_secs(seconds)).ok());
    store::set_failures(tx, lock.id, failures, until)?;
    note(tx, now, ids, &lock, "sign_in_failed", &failures.to_string())?;
    if let Some(seconds) = seconds {
        note(tx, now, ids, &lock, "account_locked", &format!("{seconds} s"))?;
    }
    Ok(None)
}

fn note(
    tx: &mut Tx<'_>,
    now: Timestamp,
    ids: &Ids,
    lock: &Lock,
    action: &'static str,
    detail: &str,
) -> Result<(), StoreError> {
    let line = Line { school: lock.school, at: now, user: Some(lock.id), action, detail };
    line.write(tx, ids.new_id(now), Some(SubjectId::from_uuid(lock.id.uuid())))
}

/// Forgets sessions that are over.
pub(crate) fn forget_sessions(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64, StoreError> {
    store::forget_sessions(tx, now, now.checked_sub(IDLE).unwrap_or(Timestamp::MIN))
}
