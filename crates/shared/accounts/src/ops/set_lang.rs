//! The actor chooses a language.

use ::store::Tx;
use i18n::Lang;

use crate::{
    AccountsError, Ctx,
    store::{self, LangColumn},
};

/// Keeps the language for the actor's account.
///
/// # Errors
/// [`AccountsError::NoSuchUser`] for the program itself, else the database's.
pub fn set_lang(tx: &mut Tx<'_>, ctx: &Ctx, lang: Lang) -> Result<(), AccountsError> {
    let user = ctx.actor.user.ok_or(AccountsError::NoSuchUser)?;
    store::set_lang(tx, ctx.actor.school, user, LangColumn(lang))?;
    Ok(())
}
