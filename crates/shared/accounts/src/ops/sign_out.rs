//! A session ends.

use ::store::Tx;

use crate::{AccountsError, Ctx, audit, store, token::TokenHash};

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
