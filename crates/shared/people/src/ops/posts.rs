//! Posts that persons hold: given, changed, ended.

use accounts::{Action, Ctx};
use kernel::PersonId;
use store::Tx;

use super::{today, told_of_person};
use crate::{
    PeopleError,
    person::PersonData,
    register::{PostData, PostId},
    store::{persons, posts},
};

/// Gives somebody a post; gives its id. A post that counts today is what the person is shown as.
///
/// # Errors
/// [`PeopleError::Post`], [`PeopleError::NoSuchPerson`], [`PeopleError::Denied`], else the database's.
pub fn add_post(tx: &mut Tx<'_>, ctx: &Ctx, person: PersonId, data: &PostData) -> Result<PostId, PeopleError> {
    let school = ctx.require(Action::EditPersons)?.school();
    fits(data)?;
    persons::held(tx, school, person)?.ok_or(PeopleError::NoSuchPerson)?;
    let id: PostId = ctx.new_id();
    let PostData { position, department, rate_percent, since, until, schedule } = data;
    let (position, department, schedule) = (position.trim(), department.trim(), schedule.to_string());
    posts::add(tx, school, id, person, position, department, *rate_percent, *since, *until, &schedule)?;
    shown_as(tx, ctx, person, data)?;
    told_of_person(tx, ctx, person, "post_added")?;
    Ok(id)
}

/// Changes a post; one that ended gets a last day.
///
/// # Errors
/// As [`add_post`]; [`PeopleError::NoSuchPerson`] when there is no such post of this person.
pub fn edit_post(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    person: PersonId,
    post: PostId,
    data: &PostData,
) -> Result<(), PeopleError> {
    let school = ctx.require(Action::EditPersons)?.school();
    fits(data)?;
    posts::one(tx, school, post)?.filter(|row| row.person == person).ok_or(PeopleError::NoSuchPerson)?;
    let PostData { position, department, rate_percent, since, until, schedule } = data;
    let (position, department, schedule) = (position.trim(), department.trim(), schedule.to_string());
    posts::change(tx, school, post, position, department, *rate_percent, *since, *until, &schedule)?;
    shown_as(tx, ctx, person, data)?;
    told_of_person(tx, ctx, person, "post_edited")
}

fn shown_as(tx: &mut Tx<'_>, ctx: &Ctx, person: PersonId, data: &PostData) -> Result<(), PeopleError> {
    let day = today(tx, ctx)?;
    if data.since <= day && data.until.is_none_or(|until| day <= until) {
        persons::set_position(tx, ctx.actor.school, person, data.position.trim())?;
    }
    Ok(())
}

fn fits(data: &PostData) -> Result<(), PeopleError> {
    let is_line = |text: &str| {
        text.trim().chars().count() <= PersonData::MAX_POSITION_LETTERS && !text.chars().any(char::is_control)
    };
    let is_post = !data.position.trim().is_empty()
        && is_line(&data.position)
        && is_line(&data.department)
        && (1..=200).contains(&data.rate_percent)
        && data.until.is_none_or(|until| data.since <= until);
    if is_post { Ok(()) } else { Err(PeopleError::Post) }
}
