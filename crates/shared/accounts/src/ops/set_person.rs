//! Who of the register uses an account.

use ::store::Tx;
use kernel::{PersonId, UserId};

use crate::{AccountsError, Action, Ctx, audit, store};

/// Says which person uses an account, or that nobody is known to (`None`). A person uses one account at most. Whether there is such a person is for the
/// register to see to, which calls this.
///
/// # Errors
/// [`AccountsError::Denied`], [`AccountsError::NoSuchUser`], [`AccountsError::PersonTaken`], or the database's.
pub fn set_person(tx: &mut Tx<'_>, ctx: &Ctx, user: UserId, person: Option<PersonId>) -> Result<(), AccountsError> {
    let school = ctx.require(Action::EditAccounts)?.school();
    if let Some(person) = person
        && store::user_of_person(tx, school, person)?.is_some_and(|known| known != user)
    {
        return Err(AccountsError::PersonTaken);
    }
    match store::set_person(tx, school, user, person) {
        Ok(0) => return Err(AccountsError::NoSuchUser),
        // Somebody else was first, where this transaction could not see it.
        Err(error) if error.is_duplicate() => return Err(AccountsError::PersonTaken),
        set => set?,
    };
    let detail = person.map(|person| person.to_string()).unwrap_or_default();
    audit(tx, ctx, "user_person_set", Some(user), &detail)?;
    Ok(())
}
