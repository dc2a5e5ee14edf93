//! Tokens are made and revoked.

use std::collections::BTreeSet;

use ::store::Tx;
use jiff::{SignedDuration, Timestamp};

use super::{ApiToken, TokenId, TokenScope, scope::TokenScopes, store};
use crate::{AccountsError, Action, Ctx, audit};

/// A token that is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewToken {
    name: String,
    scopes: BTreeSet<TokenScope>,
    days: u16,
}

/// A name may have so many letters.
const NAME_LIMIT: usize = 80;
/// Living tokens of one account at most.
const TOKENS_LIMIT: u64 = 20;

impl NewToken {
    /// A token may live for so many days at most.
    pub const LONGEST_DAYS: u16 = 366;

    /// Checks what is wanted: a name by which its maker will know it, at least one scope, 1 to [`NewToken::LONGEST_DAYS`] days.
    ///
    /// # Errors
    /// [`AccountsError::TokenName`], [`AccountsError::TokenScopes`], [`AccountsError::TokenDays`].
    pub fn new(name: &str, scopes: impl IntoIterator<Item = TokenScope>, days: u16) -> Result<Self, AccountsError> {
        let name = name.trim().to_owned();
        if name.is_empty() || name.chars().count() > NAME_LIMIT || name.chars().any(char::is_control) {
            return Err(AccountsError::TokenName);
        }
        let scopes: BTreeSet<_> = scopes.into_iter().collect();
        if scopes.is_empty() {
            return Err(AccountsError::TokenScopes);
        }
        if !(1..=Self::LONGEST_DAYS).contains(&days) {
            return Err(AccountsError::TokenDays);
        }
        Ok(Self { name, scopes, days })
    }
}

/// Makes a token for whoever acts; gives it, for the only time. `now` is the moment as sessions count it ([`crate::App::session_now`]).
///
/// # Errors
/// [`AccountsError::Denied`] when a scope reaches beyond the maker's own rights, [`AccountsError::TooManyTokens`],
/// [`AccountsError::NoSuchUser`] when the program itself acts, else the database's.
pub fn add_token(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    new: &NewToken,
    now: Timestamp,
) -> Result<(TokenId, ApiToken), AccountsError> {
    let user = ctx.actor.user.ok_or(AccountsError::NoSuchUser)?;
    let school = ctx.actor.school;
    for scope in &new.scopes {
        ctx.require(scope.action())?;
    }
    if store::living(tx, school, user, now)? >= TOKENS_LIMIT {
        return Err(AccountsError::TooManyTokens);
    }
    let (id, token) = (ctx.new_id(), ApiToken::new(&ctx.ids));
    let life = SignedDuration::from_hours(24 * i64::from(new.days));
    let expires_at = now.checked_add(life).map_err(|_| AccountsError::TokenDays)?;
    store::add(tx, school, id, user, &new.name, &token.hash(), &TokenScopes::new(&new.scopes), now, expires_at)?;
    let words: Vec<_> = new.scopes.iter().map(|scope| scope.as_str()).collect();
    audit(tx, ctx, "token_added", Some(id), &words.join(" "))?;
    Ok((id, token))
}

/// Ends a token: one's own, or with [`Action::EditAccounts`] any of the school.
///
/// # Errors
/// [`AccountsError::NoSuchToken`] also when it is another's and the right is missing, else the database's.
pub fn revoke_token(tx: &mut Tx<'_>, ctx: &Ctx, token: TokenId, now: Timestamp) -> Result<(), AccountsError> {
    let school = ctx.actor.school;
    let maker = store::maker(tx, school, token)?.ok_or(AccountsError::NoSuchToken)?;
    if ctx.actor.user != Some(maker) && ctx.require(Action::EditAccounts).is_err() {
        return Err(AccountsError::NoSuchToken);
    }
    store::revoke(tx, school, token, now)?;
    audit(tx, ctx, "token_revoked", Some(token), "")?;
    Ok(())
}
