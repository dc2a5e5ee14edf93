//! A password is replaced: by its owner, or by somebody who looks after accounts.

use ::store::Tx;
use kernel::UserId;

use crate::{AccountsError, Action, Ctx, audit, password::PasswordHash, store, token::TokenHash};

/// Replaces the actor's own password. `checked` is the hash against which the current one was proved; every session but `kept` ends.
///
/// # Errors
/// [`AccountsError::WrongPassword`] when the password has been replaced since it was proved, else the database's.
pub fn change_password(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    checked: &PasswordHash,
    new: &PasswordHash,
    kept: Option<&TokenHash>,
) -> Result<(), AccountsError> {
    let user = ctx.actor.user.ok_or(AccountsError::NoSuchUser)?;
    let stored = store::password_hash(tx, ctx.actor.school, user)?.ok_or(AccountsError::NoSuchUser)?;
    if stored != checked.as_str() {
        return Err(AccountsError::WrongPassword);
    }
    store::set_password(tx, ctx.actor.school, user, new.as_str(), ctx.now)?;
    match kept {
        Some(kept) => store::end_other_sessions(tx, user, kept)?,
        None => store::end_sessions(tx, user)?,
    };
    crate::factors::end_steps(tx, user)?;
    audit(tx, ctx, "password_changed", Some(user), "")?;
    Ok(())
}

/// Gives an account another password, opens it and ends its sessions.
///
/// # Errors
/// [`AccountsError::Denied`], [`AccountsError::NoSuchUser`], or the database's.
pub fn reset_password(tx: &mut Tx<'_>, ctx: &Ctx, user: UserId, new: &PasswordHash) -> Result<(), AccountsError> {
    let scope = ctx.require(Action::EditAccounts)?;
    if store::set_password(tx, scope.school(), user, new.as_str(), ctx.now)? == 0 {
        return Err(AccountsError::NoSuchUser);
    }
    store::end_sessions(tx, user)?;
    crate::factors::end_steps(tx, user)?;
    // A link that is still about would put another password in the place of this one.
    crate::invitations::revoke(tx, scope.school(), user, ctx.now)?;
    audit(tx, ctx, "password_reset", Some(user), "")?;
    Ok(())
}
