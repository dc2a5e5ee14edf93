//! What is done to persons, classes, groups and credentials, one use case a file. Each begins with the right, ends with an entry of
//! the journal, and leaves a line in the audit trail.

mod accounts;
mod add_person;
mod add_school;
pub mod bulk;
mod change_credential;
mod classes;
mod codes;
mod day_cards;
mod desk;
mod edit_person;
mod family;
mod groups;
mod issue_credential;
mod moves;
mod organisations;
pub(crate) mod particulars;
mod photo;
mod posts;
mod replace_credential;
mod school;
mod status;
pub mod turn_over;
pub mod upsert;

pub use self::accounts::{link_account, unlink_account};
pub use add_person::add_person;
pub use add_school::{NewSchool, add_school};
pub use change_credential::{can_become, give_back, report_lost, resume, suspend};
pub use classes::{add_class, edit_class, set_class_home};
pub use codes::{CodeKeyId, CodeKeyKind, change_code_key, code, note_code_shown};
pub(crate) use day_cards::end_loan;
pub use day_cards::{
    DAY_CARDS_LIMIT, Lending, OwnCard, add_day_card, lend_day_card, take_day_card_back, withdraw_day_card,
};
pub use desk::{OldCards, UNDO, give_card, undo_card};
pub use edit_person::edit_person;
pub use family::{remove_guardian, set_guardian};
pub use groups::{add_class_members, add_group, add_members, remove_group, remove_member, rename_group};
pub use issue_credential::{NewCredential, issue_credential};
pub use moves::{admit, leave, mark_repeater, readmit_pupil, transfer};
pub use organisations::{NewOrganisation, add_organisation, set_district};
pub use particulars::{see_particulars, set_particulars};
pub use photo::{remove_photo, seal_photos, set_photo};
pub use posts::{add_post, edit_post};
pub use replace_credential::{Replacement, replace_credential};
pub use school::edit_school;
pub use status::{archive, block, readmit, unblock};

use ::accounts::{Ctx, audit};
use jiff::{SignedDuration, civil::Date, tz::TimeZone};
use kernel::{CredentialId, PersonId};
use store::Tx;

use crate::{
    PeopleError,
    events::{CredentialChanged, PersonChanged},
    store::schools,
};

/// The latest day that anybody on Earth calls today: a bound for birth dates needs no time zone.
fn latest_today(ctx: &Ctx) -> Date {
    let ahead = ctx.now.checked_add(SignedDuration::from_hours(14)).unwrap_or(ctx.now);
    ahead.to_zoned(TimeZone::UTC).date()
}

/// The school's day.
fn today(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Date, PeopleError> {
    let school = schools::one(tx, ctx.actor.school)?.ok_or(PeopleError::NoSuchSchool)?;
    let zone = TimeZone::get(&school.time_zone).unwrap_or(TimeZone::UTC);
    Ok(ctx.now.to_zoned(zone).date())
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
