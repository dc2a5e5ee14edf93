//! An account is closed, or opened again.

use ::store::Tx;
use kernel::UserId;

use crate::{AccountsError, Action, Ctx, audit, store, user::UserStatus};

/// Closes an account and ends its sessions; nobody closes his own.
///
/// # Errors
/// [`AccountsError::Denied`], [`AccountsError::NoSuchUser`], or the database's.
pub fn disable(tx: &mut Tx<'_>, ctx: &Ctx, user: UserId) -> Result<(), AccountsError> {
    if ctx.actor.user == Some(user) {
        return Err(crate::Denied(Action::EditAccounts).into());
    }
    set(tx, ctx, user, UserStatus::Disabled, "user_disabled")
}

/// Opens an account, also one that wrong passwords have closed.
///
/// # Errors
/// [`AccountsError::Denied`], [`AccountsError::NoSuchUser`], or the database's.
pub fn enable(tx: &mut Tx<'_>, ctx: &Ctx, user: UserId) -> Result<(), AccountsError> {
    set(tx, ctx, user, UserStatus::Active, "user_enabled")
}

fn set(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    user: UserId,
    status: UserStatus,
    action: &'static str,
) -> Result<(), AccountsError> {
    let scope = ctx.require(Action::EditAccounts)?;
    if store::set_status(tx, scope.school(), user, status)? == 0 {
        return Err(AccountsError::NoSuchUser);
    }
    if status == UserStatus::Disabled {
        store::end_sessions(tx, user)?;
        crate::factors::end_steps(tx, user)?;
        crate::invitations::revoke(tx, scope.school(), user, ctx.now)?;
    }
    audit(tx, ctx, action, Some(user), "")?;
    Ok(())
}
