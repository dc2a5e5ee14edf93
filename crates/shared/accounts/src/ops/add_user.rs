//! An account is added.

use std::collections::BTreeSet;

use ::store::Tx;
use i18n::Lang;
use kernel::{Ids, SchoolId, UserId};

use crate::{
    AccountsError, Action, Ctx, StaffRole, audit,
    login::Login,
    password::{NewPassword, PasswordHash},
    store::{self, LangColumn},
};

/// An account to be added. Made before the transaction, since hashing takes its time.
#[derive(Clone, Debug)]
pub struct NewUser {
    login: Login,
    name: String,
    school: SchoolId,
    roles: BTreeSet<StaffRole>,
    /// None: chosen by its user, by a link.
    password: Option<PasswordHash>,
    lang: Lang,
}

/// A name may have so many letters.
const NAME_LIMIT: usize = 120;

impl NewUser {
    /// Checks what is wanted and hashes the password: some tens of milliseconds, so not on an async thread.
    ///
    /// # Errors
    /// [`AccountsError`] says which part is wrong.
    pub fn new(
        ids: &Ids,
        login: &str,
        name: &str,
        school: SchoolId,
        roles: impl IntoIterator<Item = StaffRole>,
        password: &str,
        lang: Lang,
    ) -> Result<Self, AccountsError> {
        let mut new = Self::invited(login, name, school, roles, lang)?;
        new.password = Some(NewPassword::parse(password, &new.login)?.hash(ids));
        Ok(new)
    }

    /// Checks what is wanted of an account whose user chooses the password himself: until then nobody signs in to it.
    ///
    /// # Errors
    /// [`AccountsError`] says which part is wrong.
    pub fn invited(
        login: &str,
        name: &str,
        school: SchoolId,
        roles: impl IntoIterator<Item = StaffRole>,
        lang: Lang,
    ) -> Result<Self, AccountsError> {
        let login = Login::parse(login)?;
        let name = name.trim().to_owned();
        if name.is_empty() || name.chars().count() > NAME_LIMIT || name.chars().any(char::is_control) {
            return Err(AccountsError::Name);
        }
        let roles: BTreeSet<StaffRole> = roles.into_iter().collect();
        if roles.is_empty() {
            return Err(AccountsError::NoRole);
        }
        Ok(Self { login, name, school, roles, password: None, lang })
    }
}

/// Adds an account; gives its id.
///
/// # Errors
/// [`AccountsError::Denied`] without the right or for another school, [`AccountsError::LoginTaken`], else the database's.
pub fn add_user(tx: &mut Tx<'_>, ctx: &Ctx, new: &NewUser) -> Result<UserId, AccountsError> {
    let scope = ctx.require(Action::EditAccounts)?;
    if scope.school() != new.school {
        return Err(crate::Denied(Action::EditAccounts).into());
    }
    if store::user_of_login(tx, new.login.as_str())?.is_some() {
        return Err(AccountsError::LoginTaken(new.login.to_string()));
    }
    let user: UserId = ctx.new_id();
    let added = store::add_user(
        tx,
        user,
        new.school,
        new.login.as_str(),
        &new.name,
        new.password.as_ref().map_or("", PasswordHash::as_str),
        LangColumn(new.lang),
        ctx.now,
    );
    match added {
        // Another school may have taken it meanwhile, where this transaction could not see it.
        Err(error) if error.is_duplicate() => return Err(AccountsError::LoginTaken(new.login.to_string())),
        added => added?,
    };
    for role in &new.roles {
        store::add_role(tx, user, *role, ctx.now, ctx.actor.user)?;
    }
    audit(tx, ctx, "user_added", Some(user), "")?;
    Ok(user)
}
