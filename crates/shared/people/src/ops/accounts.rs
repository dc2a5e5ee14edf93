//! Which account a person of the staff uses.

use ::accounts::{AccountsError, Action, Ctx, Scope, ops, queries};
use kernel::{PersonId, PersonStatus, Role, UserId};
use store::Tx;

use crate::{PeopleError, events::AccountLinked, store::persons};

/// Says that a person of the staff uses an account: where the register names the person, as leading a class, the account acts for it.
///
/// # Errors
/// [`PeopleError::NotStaff`], [`PeopleError::AccountTaken`] when either is somebody else's already, [`PeopleError::NoSuchPerson`],
/// [`PeopleError::NoSuchAccount`], [`PeopleError::Denied`], else the database's.
pub fn link_account(tx: &mut Tx<'_>, ctx: &Ctx, person: PersonId, user: UserId) -> Result<(), PeopleError> {
    let scope = ctx.require(Action::EditAccounts)?;
    let school = scope.school();
    let held = persons::held(tx, school, person)?.ok_or(PeopleError::NoSuchPerson)?;
    let works = persons::roles(tx, school, person)?.iter().any(|role| matches!(role, Role::Teacher | Role::Staff));
    if !works || held.status == PersonStatus::Archived {
        return Err(PeopleError::NotStaff);
    }
    let account = queries::user(tx, &scope, user)?.ok_or(PeopleError::NoSuchAccount)?;
    if account.person.is_some_and(|known| known != person) {
        return Err(PeopleError::AccountTaken);
    }
    ops::set_person(tx, ctx, user, Some(person)).map_err(refused)?;
    told(tx, ctx, &scope, user, Some(person))
}

/// Says that a person does not use an account any more. Whoever uses none stays so.
///
/// # Errors
/// [`PeopleError::NoSuchPerson`], [`PeopleError::Denied`], else the database's.
pub fn unlink_account(tx: &mut Tx<'_>, ctx: &Ctx, person: PersonId) -> Result<(), PeopleError> {
    let scope = ctx.require(Action::EditAccounts)?;
    persons::held(tx, scope.school(), person)?.ok_or(PeopleError::NoSuchPerson)?;
    let users = queries::users(tx, &scope)?;
    let Some(user) = users.into_iter().find(|user| user.person == Some(person)) else { return Ok(()) };
    ops::set_person(tx, ctx, user.id, None).map_err(refused)?;
    told(tx, ctx, &scope, user.id, None)
}

fn told(tx: &mut Tx<'_>, ctx: &Ctx, scope: &Scope, user: UserId, person: Option<PersonId>) -> Result<(), PeopleError> {
    journal::append(tx, scope.school(), ctx.now, &AccountLinked { user, person })?;
    Ok(())
}

fn refused(error: AccountsError) -> PeopleError {
    match error {
        AccountsError::Store(error) => error.into(),
        AccountsError::Denied(denied) => denied.into(),
        AccountsError::PersonTaken => PeopleError::AccountTaken,
        _ => PeopleError::NoSuchAccount,
    }
}
