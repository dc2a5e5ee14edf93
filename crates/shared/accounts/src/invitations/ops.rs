//! What is done with invitations.

use ::store::Tx;
use jiff::{SignedDuration, Timestamp};
use kernel::{Ids, UserId};

use super::{InvitationToken, store};
use crate::{
    AccountsError, Action, Ctx, Denied, audit,
    audit::{Line, SubjectId},
    factors,
    login::Login,
    ops::{Newcomer, Verdict, password_proved},
    password::PasswordHash,
    session::SchoolName,
    store as accounts_store,
    token::TokenHash,
};

/// A link is good for so long.
const GOOD_FOR: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Whom an open link is for.
#[derive(Clone, Debug)]
pub(crate) struct Opened {
    pub(crate) login: Login,
    pub(crate) name: String,
    pub(crate) school: SchoolName,
}

/// Makes a link by which the password of an account of the school is chosen. The old password, its sessions and earlier links end at once.
/// Gives the token, which is shown once. Nobody invites himself.
///
/// # Errors
/// [`AccountsError::Denied`], [`AccountsError::NoSuchUser`], or the database's.
pub(crate) fn invite(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    user: UserId,
    now: Timestamp,
) -> Result<InvitationToken, AccountsError> {
    let school = ctx.require(Action::EditAccounts)?.school();
    if ctx.actor.user == Some(user) {
        return Err(Denied(Action::EditAccounts).into());
    }
    if store::take_password(tx, school, user, ctx.now)? == 0 {
        return Err(AccountsError::NoSuchUser);
    }
    accounts_store::end_sessions(tx, user)?;
    factors::end_steps(tx, user)?;
    store::revoke(tx, school, user, now)?;
    let token = InvitationToken::new(&ctx.ids);
    let expires_at = now.checked_add(GOOD_FOR).unwrap_or(now);
    store::add(tx, school, ctx.new_id(), user, &token.hash(), now, ctx.actor.user, expires_at)?;
    audit(tx, ctx, "invitation_made", Some(user), "")?;
    Ok(token)
}

/// Takes a link back that was not used yet. The account has no password then.
///
/// # Errors
/// [`AccountsError::Denied`], or the database's.
pub(crate) fn revoke_invitation(tx: &mut Tx<'_>, ctx: &Ctx, user: UserId, now: Timestamp) -> Result<(), AccountsError> {
    let school = ctx.require(Action::EditAccounts)?.school();
    if store::revoke(tx, school, user, now)? > 0 {
        audit(tx, ctx, "invitation_revoked", Some(user), "")?;
    }
    Ok(())
}

/// Whom a link is for; nothing when it was used, taken back, is over or never was. Which of these is not told.
pub(crate) fn opened(tx: &mut Tx<'_>, token: &TokenHash, now: Timestamp) -> Result<Option<Opened>, AccountsError> {
    let Some(row) = store::open(tx, token, now)? else { return Ok(None) };
    let (login, school) = (Login::parse(&row.login)?, SchoolName::new(row.name_kk, row.name_ru));
    Ok(Some(Opened { login, name: row.name, school }))
}

/// Puts the chosen password in place, uses the link up and signs in; nothing when the link is not good any more.
pub(crate) fn accept(
    tx: &mut Tx<'_>,
    now: Timestamp,
    ids: &Ids,
    token: &TokenHash,
    password: &PasswordHash,
    by: &Newcomer,
) -> Result<Option<Verdict>, AccountsError> {
    let Some(row) = store::open(tx, token, now)? else { return Ok(None) };
    if store::use_up(tx, row.school, row.id, now)? == 0 {
        return Ok(None);
    }
    accounts_store::set_password(tx, row.school, row.user_id, password.as_str(), now)?;
    accounts_store::end_sessions(tx, row.user_id)?;
    let line = Line { school: row.school, at: now, user: Some(row.user_id), action: "invitation_used", detail: "" };
    line.write(tx, ids.new_id(now), Some(SubjectId::from_uuid(row.user_id.uuid())))?;
    let Some(lock) = accounts_store::lock_of_user(tx, row.user_id)? else { return Ok(None) };
    password_proved(tx, now, ids, &lock, by).map(Some)
}
