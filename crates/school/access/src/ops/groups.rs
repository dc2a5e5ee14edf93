//! Groups of persons, where rules name them.

use accounts::{Action, Ctx};
use kernel::{GroupId, Who};
use store::Tx;

use crate::{
    error::{AccessError, Use},
    store::rules,
};

/// Removes a group that no rule is for.
///
/// # Errors
/// [`AccessError::InUse`] when a rule names it, [`AccessError::Denied`], [`AccessError::People`] when there is none, or from the database.
pub fn remove_group(tx: &mut Tx<'_>, ctx: &Ctx, group: GroupId) -> Result<(), AccessError> {
    let scope = ctx.require(Action::EditRules)?;
    if rules::list(tx, scope.school())?.iter().any(|rule| rule.who() == Some(Who::Group(group))) {
        return Err(AccessError::InUse(Use::GroupRules));
    }
    Ok(people::ops::remove_group(tx, ctx, group)?)
}
