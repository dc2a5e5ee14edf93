//! The roles of an account are changed.

use std::collections::BTreeSet;

use ::store::Tx;
use kernel::UserId;

use crate::{AccountsError, Action, Ctx, Denied, audit, rights::StaffRole, store};

/// Gives an account of the school these roles and takes the others away. Nobody changes his own, so that a school keeps an administrator. What it
/// may do changes with its next request. Gives whether anything changed.
///
/// # Errors
/// [`AccountsError::Denied`], [`AccountsError::NoSuchUser`], [`AccountsError::NoRole`] when none is left, or the database's.
pub fn set_roles(tx: &mut Tx<'_>, ctx: &Ctx, user: UserId, roles: &BTreeSet<StaffRole>) -> Result<bool, AccountsError> {
    let school = ctx.require(Action::EditAccounts)?.school();
    if ctx.actor.user == Some(user) {
        return Err(Denied(Action::EditAccounts).into());
    }
    store::user(tx, school, user)?.ok_or(AccountsError::NoSuchUser)?;
    if roles.is_empty() {
        return Err(AccountsError::NoRole);
    }
    let held: BTreeSet<StaffRole> = store::roles(tx, user)?.into_iter().collect();
    if held == *roles {
        return Ok(false);
    }
    for role in held.difference(roles) {
        store::remove_role(tx, user, *role)?;
    }
    for role in roles.difference(&held) {
        store::add_role(tx, user, *role, ctx.now, ctx.actor.user)?;
    }
    audit(tx, ctx, "roles_changed", Some(user), &format!("{} -> {}", words(&held), words(roles)))?;
    Ok(true)
}

fn words(roles: &BTreeSet<StaffRole>) -> String {
    roles.iter().map(|role| role.as_str()).collect::<Vec<_>>().join(",")
}
