//! A session ends.

use ::store::Tx;
use kernel::UserId;

use crate::{AccountsError, Action, Ctx, audit, factors, store, token::TokenHash};

/// Ends the actor's session.
///
/// # Errors
/// From the database.
pub(crate) fn sign_out(tx: &mut Tx<'_>, ctx: &Ctx, session: &TokenHash) -> Result<(), AccountsError> {
    if store::end_session(tx, session)? > 0 {
        audit(tx, ctx, "signed_out", ctx.actor.user, "")?;
    }
    Ok(())
}

/// Ends every session of an account of the school; gives how many there were.
///
/// # Errors
/// [`AccountsError::Denied`], [`AccountsError::NoSuchUser`], or the database's.
pub fn end_sessions_of(tx: &mut Tx<'_>, ctx: &Ctx, user: UserId) -> Result<u64, AccountsError> {
    let school = ctx.require(Action::EditAccounts)?.school();
    store::user(tx, school, user)?.ok_or(AccountsError::NoSuchUser)?;
    let ended = store::end_sessions(tx, user)?;
    factors::end_steps(tx, user)?;
    audit(tx, ctx, "sessions_ended", Some(user), &ended.to_string())?;
    Ok(ended)
}

/// Ends one session of the actor.
///
/// # Errors
/// [`AccountsError::NoSuchUser`] when it is not his or has ended already, else the database's.
pub(crate) fn end_own_session(tx: &mut Tx<'_>, ctx: &Ctx, session: &TokenHash) -> Result<(), AccountsError> {
    let user = ctx.actor.user.ok_or(AccountsError::NoSuchUser)?;
    if store::end_own_session(tx, user, session)? == 0 {
        return Err(AccountsError::NoSuchUser);
    }
    audit(tx, ctx, "session_ended", Some(user), "")?;
    Ok(())
}

/// The actor was told of sign-ins in new browsers. When they were not his, everything but this session ends.
///
/// # Errors
/// [`AccountsError::NoSuchUser`] for the program itself, else the database's.
pub(crate) fn answer_new_browsers(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    session: &TokenHash,
    is_mine: bool,
) -> Result<(), AccountsError> {
    let user = ctx.actor.user.ok_or(AccountsError::NoSuchUser)?;
    if store::tell_browsers(tx, user, session, ctx.now)? == 0 {
        return Ok(());
    }
    audit(tx, ctx, "new_browsers_told", Some(user), if is_mine { "own" } else { "not own" })?;
    if !is_mine {
        sign_out_elsewhere(tx, ctx, session)?;
        factors::end_steps(tx, user)?;
    }
    Ok(())
}

/// Ends every other session of the actor; gives how many there were.
///
/// # Errors
/// [`AccountsError::NoSuchUser`] for the program itself, else the database's.
pub fn sign_out_elsewhere(tx: &mut Tx<'_>, ctx: &Ctx, kept: &TokenHash) -> Result<u64, AccountsError> {
    let user = ctx.actor.user.ok_or(AccountsError::NoSuchUser)?;
    let ended = store::end_other_sessions(tx, user, kept)?;
    audit(tx, ctx, "signed_out_elsewhere", Some(user), &ended.to_string())?;
    Ok(ended)
}
