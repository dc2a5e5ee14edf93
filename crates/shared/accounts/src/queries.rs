//! Reads of accounts.

use std::collections::HashMap;

use ::store::{StoreError, Tx};
use jiff::Timestamp;
use kernel::{Id, UserId, moment_id};

pub use crate::audit::shown::{Deed, DeedFilter, SUBJECTS, deeds, deeds_about};
use crate::{
    api_tokens,
    audit::{AuditId, SubjectId},
    login::Login,
    rights::{Scope, StaffRole},
    store,
    user::User,
};
pub use crate::{api_tokens::TokenRow, store::TrailLine};

/// The accounts of the scope's school, by login.
///
/// # Errors
/// From the database.
pub fn users(tx: &mut Tx<'_>, scope: &Scope) -> Result<Vec<User>, StoreError> {
    let mut held: HashMap<UserId, Vec<StaffRole>> = HashMap::new();
    for holds in store::roles_of_school(tx, scope.school())? {
        held.entry(holds.user_id).or_default().push(holds.role);
    }
    let rows = store::users(tx, scope.school())?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let roles = held.remove(&row.id).unwrap_or_default();
            row.with_roles(roles)
        })
        .collect())
}

/// One account of the scope's school.
///
/// # Errors
/// From the database.
pub fn user(tx: &mut Tx<'_>, scope: &Scope, user: UserId) -> Result<Option<User>, StoreError> {
    let row = store::user(tx, scope.school(), user)?;
    store::user_with_roles(tx, row)
}

/// The account of a login at whatever school: for the operator at the command line, never for a page.
///
/// # Errors
/// From the database.
pub fn user_of_login(tx: &mut Tx<'_>, login: &Login) -> Result<Option<User>, StoreError> {
    let row = store::user_of_login(tx, login.as_str())?;
    store::user_with_roles(tx, row)
}

/// Tokens in a list at most.
const TOKENS_LIMIT: u32 = 500;

/// Tokens of programs at the scope's school, or of one account there, the newest first.
///
/// # Errors
/// From the database.
pub fn tokens(tx: &mut Tx<'_>, scope: &Scope, user: Option<UserId>) -> Result<Vec<TokenRow>, StoreError> {
    api_tokens::store::list(tx, scope.school(), user, TOKENS_LIMIT)
}

/// Lines of the audit trail at most.
const TRAIL_LIMIT: u32 = 100;

/// What was done to `subject` since a moment, newest first: the lines of one `action` of the audit trail. `limit` is at most 100.
///
/// # Errors
/// From the database.
pub fn trail<K>(
    tx: &mut Tx<'_>,
    scope: &Scope,
    action: &str,
    subject: Id<K>,
    since: Timestamp,
    limit: u32,
) -> Result<Vec<TrailLine>, StoreError> {
    let (after, subject): (AuditId, _) = (moment_id(since), SubjectId::from_uuid(subject.uuid()));
    store::trail(tx, scope.school(), after, action, subject, limit.min(TRAIL_LIMIT))
}
