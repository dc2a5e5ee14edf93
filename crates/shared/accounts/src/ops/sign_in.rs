//! Somebody signs in, or fails to: a password, and a second factor where the account has one; or a passkey, which is both.

use ::store::{StoreError, Tx};
use crypto::Vault;
use jiff::{SignedDuration, Timestamp};
use kernel::{Ids, UserId};

use crate::{
    AccountsError,
    audit::{Line, SubjectId},
    factors::{self, Challenge, Proof, STEP_TIME},
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

/// Browsers of an account that are remembered.
const BROWSERS_LIMIT: u32 = 50;

/// The browser that wants to be signed in.
#[derive(Clone, Debug)]
pub(crate) struct Newcomer {
    /// The hash of the token that it is given: of a session, or of a sign-in that waits for its second step.
    pub(crate) token: TokenHash,
    /// What a passkey has to sign, should there be a second step.
    pub(crate) challenge: Challenge,
    /// The session that the browser had before.
    pub(crate) replaces: Option<TokenHash>,
    /// The waiting sign-in that the browser had before.
    pub(crate) step: Option<TokenHash>,
    /// The mark by which the browser is known again; none where browsers are not looked at.
    pub(crate) mark: Option<TokenHash>,
    pub(crate) address: String,
    pub(crate) agent: String,
}

/// A try whose password was already compared with the hash.
#[derive(Clone, Debug)]
pub(crate) struct SignIn {
    pub(crate) user: UserId,
    /// The hash against which the password was checked.
    pub(crate) checked: PasswordHash,
    /// Whether it was the right one.
    pub(crate) is_right: bool,
    pub(crate) by: Newcomer,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    SignedIn(News),
    /// The password was right; a second factor is wanted.
    Second,
    Refused,
}

/// Whether there is something to be told: the account was used in browsers that were new.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct News(pub(crate) bool);

/// What came of the second step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Second {
    SignedIn(News),
    /// Wrong, or the account is closed. Another try may be made.
    Refused,
    /// No sign-in waits here: it took too long, or the browser keeps no cookies.
    Gone,
}

/// The account of a login and the hash of its password.
pub(crate) fn lock_of(tx: &mut Tx<'_>, login: &Login) -> Result<Option<(UserId, PasswordHash)>, AccountsError> {
    let lock = store::lock_of_login(tx, login.as_str())?;
    // An account that waits for its first password takes as long to be refused as any other.
    let hash = |text: String| if text.is_empty() { PasswordHash::of_nobody() } else { PasswordHash::stored(text) };
    Ok(lock.map(|lock| (lock.id, hash(lock.password_hash))))
}

/// Begins a session or the second step, or counts a failure.
pub(crate) fn sign_in(tx: &mut Tx<'_>, now: Timestamp, ids: &Ids, try_: &SignIn) -> Result<Verdict, AccountsError> {
    match judge(tx, now, ids, try_.user, &try_.checked, try_.is_right)? {
        Some(lock) => password_proved(tx, now, ids, &lock, &try_.by),
        None => Ok(Verdict::Refused),
    }
}

/// Begins a session, or the second step where the account has a second factor.
pub(crate) fn password_proved(
    tx: &mut Tx<'_>,
    now: Timestamp,
    ids: &Ids,
    lock: &Lock,
    by: &Newcomer,
) -> Result<Verdict, AccountsError> {
    if factors::has_factor(tx, lock.id)? {
        // The count of failures stays: whoever knows the password could else guess codes for ever.
        wait(tx, now, Some(lock.id), by)?;
        return Ok(Verdict::Second);
    }
    begin(tx, now, ids, lock, by, "").map(Verdict::SignedIn)
}

/// Lets a browser wait for a passkey that says who it is.
pub(crate) fn begin_passkey_step(tx: &mut Tx<'_>, now: Timestamp, by: &Newcomer) -> Result<(), AccountsError> {
    wait(tx, now, None, by)
}

/// Takes the second factor of a waiting sign-in.
///
/// Whether the account is closed is looked at in one transaction with the factor and the count, as for passwords. A wrong one counts like a wrong
/// password and leaves a new challenge.
pub(crate) fn second_step(
    tx: &mut Tx<'_>,
    vault: &Vault,
    now: Timestamp,
    ids: &Ids,
    proof: &Proof,
    by: &Newcomer,
) -> Result<Second, AccountsError> {
    let Some(token) = by.step else { return Ok(Second::Gone) };
    let Some(waiting) = factors::step(tx, &token, now)? else { return Ok(Second::Gone) };
    // Whatever comes of it, this challenge is not answered a second time.
    factors::end_step(tx, &token)?;
    let Some(user) = waiting.user_id else {
        let Proof::Passkey(party, answer) = proof else { return Ok(Second::Gone) };
        let Some(user) = factors::passkey_user(tx, now, &waiting.challenge, party, answer)? else {
            return Ok(Second::Refused);
        };
        let Some(lock) = open_lock(tx, now, user)? else { return Ok(Second::Refused) };
        return begin(tx, now, ids, &lock, by, "passkey_alone").map(Second::SignedIn);
    };
    let Some(lock) = open_lock(tx, now, user)? else {
        wait(tx, now, Some(user), by)?;
        return Ok(Second::Refused);
    };
    match factors::prove(tx, vault, now, (lock.school, user), &waiting.challenge, proof)? {
        Some(how) => begin(tx, now, ids, &lock, by, how).map(Second::SignedIn),
        None => {
            count_failure(tx, now, ids, &lock, "second_factor_failed")?;
            wait(tx, now, Some(user), by)?;
            Ok(Second::Refused)
        }
    }
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
    let Some(lock) = open_lock(tx, now, user)? else { return Ok(None) };
    if is_right {
        return Ok(Some(lock).filter(|lock| lock.password_hash == checked.as_str()));
    }
    count_failure(tx, now, ids, &lock, "sign_in_failed")?;
    Ok(None)
}

/// The account, held, unless it is closed. That somebody came to a closed one is not written down: whoever hammers at it would fill the trail.
fn open_lock(tx: &mut Tx<'_>, now: Timestamp, user: UserId) -> Result<Option<Lock>, AccountsError> {
    let lock = store::lock_of_user(tx, user)?;
    Ok(lock.filter(|lock| lock.locked_until.is_none_or(|until| until <= now) && lock.status == UserStatus::Active))
}

fn count_failure(
    tx: &mut Tx<'_>,
    now: Timestamp,
    ids: &Ids,
    lock: &Lock,
    action: &'static str,
) -> Result<(), AccountsError> {
    let failures = lock.failures.saturating_add(1);
    let seconds = lock_seconds(failures);
    let until = seconds.and_then(|seconds| now.checked_add(SignedDuration::from_secs(seconds)).ok());
    store::set_failures(tx, lock.id, failures, until)?;
    note(tx, now, ids, lock, action, &failures.to_string())?;
    if let Some(seconds) = seconds {
        note(tx, now, ids, lock, "account_locked", &format!("{seconds} s"))?;
    }
    Ok(())
}

/// Lets a browser wait for the second step, with a token of its own for it.
fn wait(tx: &mut Tx<'_>, now: Timestamp, user: Option<UserId>, by: &Newcomer) -> Result<(), AccountsError> {
    if let Some(old) = &by.step {
        factors::end_step(tx, old)?;
    }
    let expires_at = now.checked_add(STEP_TIME).unwrap_or(now);
    factors::add_step(tx, &by.token, user, &by.challenge, now, expires_at)?;
    Ok(())
}

/// Begins a session; `how` says by which second factor.
fn begin(
    tx: &mut Tx<'_>,
    now: Timestamp,
    ids: &Ids,
    lock: &Lock,
    by: &Newcomer,
    how: &'static str,
) -> Result<News, AccountsError> {
    if lock.failures > 0 {
        store::set_failures(tx, lock.id, 0, None)?;
    }
    if let Some(old) = &by.replaces {
        store::end_session(tx, old)?;
    }
    if let Some(old) = &by.step {
        factors::end_step(tx, old)?;
    }
    let expires_at = now.checked_add(ABSOLUTE).unwrap_or(Timestamp::MAX);
    let mark = by.mark.as_ref().map(TokenHash::as_slice);
    store::add_session(tx, &by.token, lock.id, now, expires_at, &by.address, &by.agent, mark)?;
    store::end_oldest_sessions(tx, lock.id, SESSIONS_LIMIT)?;
    note(tx, now, ids, lock, "signed_in", how)?;
    know_browser(tx, now, ids, lock, by)?;
    Ok(News(!store::untold_browsers_of(tx, lock.id, &by.token)?.is_empty()))
}

/// Notes in which browser an account is used. A new one is told at the next sign-in elsewhere; the first of all is not new.
fn know_browser(tx: &mut Tx<'_>, now: Timestamp, ids: &Ids, lock: &Lock, by: &Newcomer) -> Result<(), AccountsError> {
    let Some(mark) = &by.mark else { return Ok(()) };
    if store::touch_browser(tx, lock.id, mark, &by.agent, now)? > 0 {
        return Ok(());
    }
    let is_first = store::count_browsers(tx, lock.id)? == 0;
    store::add_browser(tx, lock.id, mark, &by.agent, &by.address, now, is_first.then_some(now))?;
    store::forget_browsers(tx, lock.id, BROWSERS_LIMIT)?;
    if !is_first {
        note(tx, now, ids, lock, "new_browser", "")?;
    }
    Ok(())
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

/// Forgets sessions that are over, and sign-ins that nobody finished.
pub(crate) fn forget_sessions(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64, StoreError> {
    factors::forget_steps(tx, now)?;
    store::forget_sessions(tx, now, now.checked_sub(IDLE).unwrap_or(Timestamp::MIN))
}
