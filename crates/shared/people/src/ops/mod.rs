//! What is done to persons, classes, groups and credentials, one use case a file. Each begins with the right, ends with an entry of
//! the journal, and leaves a line in the audit trail.

mod add_person;
mod add_school;
pub mod bulk;
mod change_credential;
mod classes;
mod edit_person;
mod groups;
mod issue_credential;
mod photo;
mod replace_credential;
mod status;

pub use add_person::add_person;
pub use add_school::{NewSchool, add_school};
pub use change_credential::{can_become, give_back, report_lost, resume, suspend};
pub use classes::{add_class, edit_class};
pub use edit_person::edit_person;
pub use groups::{add_class_members, add_group, add_members, remove_group, remove_member, rename_group};
pub use issue_credential::{NewCredential, issue_credential};
pub use photo::{remove_photo, set_photo};
pub use replace_credential::{Replacement, replace_credential};
pub use status::{archive, block, readmit, unblock};

use accounts::{Ctx, audit};
use jiff::{SignedDuration, civil::Date, tz::TimeZone};
use kernel::{CredentialId, PersonId};
use store::Tx;

use crate::{
    PeopleError,
    events::{CredentialChanged, PersonChanged},
};

/// The latest day that anybody on Earth calls today: a bound for birth dates needs no time zone.
fn latest_today(ctx: &Ctx) -> Date {
    let ahead = ctx.now.checked_add(SignedDuration::from_hours(14)).unwrap_or(ctx.now);
    ahead.to_zoned(TimeZone::UTC).date()
}

/// Tells the journal and the audit trail of a person.
fn told_of_person(tx: &mut Tx<'_>, ctx: &Ctx, person: PersonId, action: &'static str) -> Result<(), PeopleError> {
    journal::append(tx, ctx.actor.school, ctx.now, &PersonChanged { person })?;
    Ok(audit(tx, ctx, action, Some(person), "")?)
}

/// Tells the journal and the audit trail of a credential.
fn told_of_credential(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    credential: CredentialId,
    person: PersonId,
    action: &'static str,
) -> Result<(), PeopleError> {
    journal::append(tx, ctx.actor.school, ctx.now, &CredentialChanged { credential, person })?;
    Ok(audit(tx, ctx, action, Some(credential), "")?)
}
