//! Groups of persons: made for rules, so whoever may change rules may change them.

use accounts::{Action, Ctx, audit};
use kernel::{ClassId, GroupId, PersonId};
use store::Tx;

use crate::{
    PeopleError,
    events::GroupChanged,
    store::{classes, groups, persons},
};

const NAME_LIMIT: usize = 80;

/// Adds a group; gives its id.
///
/// # Errors
/// [`PeopleError::GroupName`], [`PeopleError::GroupTaken`], [`PeopleError::Denied`], else the database's.
pub fn add_group(tx: &mut Tx<'_>, ctx: &Ctx, name: &str) -> Result<GroupId, PeopleError> {
    let school = ctx.require(Action::EditRules)?.school();
    let name = checked(name)?;
    if groups::named(tx, school, name)?.is_some() {
        return Err(PeopleError::GroupTaken);
    }
    let group: GroupId = ctx.new_id();
    groups::add(tx, school, group, name)?;
    told(tx, ctx, group, "group_added", "")?;
    Ok(group)
}

/// Gives a group another name.
///
/// # Errors
/// As [`add_group`], and [`PeopleError::NoSuchGroup`].
pub fn rename_group(tx: &mut Tx<'_>, ctx: &Ctx, group: GroupId, name: &str) -> Result<(), PeopleError> {
    let school = ctx.require(Action::EditRules)?.school();
    let name = checked(name)?;
    if groups::named(tx, school, name)?.is_some_and(|named| named != group) {
        return Err(PeopleError::GroupTaken);
    }
    if groups::rename(tx, school, group, name)? == 0 {
        return Err(PeopleError::NoSuchGroup);
    }
    told(tx, ctx, group, "group_renamed", "")
}

/// Puts persons into a group; those that are in it stay. Gives how many were not in it yet.
///
/// # Errors
/// [`PeopleError::NoSuchGroup`], [`PeopleError::NoSuchPerson`], [`PeopleError::Denied`], else the database's.
pub fn add_members(tx: &mut Tx<'_>, ctx: &Ctx, group: GroupId, members: &[PersonId]) -> Result<u64, PeopleError> {
    let school = ctx.require(Action::EditRules)?.school();
    groups::exists(tx, school, group)?.ok_or(PeopleError::NoSuchGroup)?;
    let mut added = 0;
    for person in members {
        persons::held(tx, school, *person)?.ok_or(PeopleError::NoSuchPerson)?;
        added += groups::add_member(tx, school, group, *person)?;
    }
    if added > 0 {
        told(tx, ctx, group, "group_members_added", &added.to_string())?;
    }
    Ok(added)
}

/// Takes somebody out of a group; who is not in it is not missed.
///
/// # Errors
/// [`PeopleError::NoSuchGroup`], [`PeopleError::Denied`], else the database's.
pub fn remove_member(tx: &mut Tx<'_>, ctx: &Ctx, group: GroupId, person: PersonId) -> Result<(), PeopleError> {
    let school = ctx.require(Action::EditRules)?.school();
    groups::exists(tx, school, group)?.ok_or(PeopleError::NoSuchGroup)?;
    if groups::remove_member(tx, school, group, person)? == 0 {
        return Ok(());
    }
    told(tx, ctx, group, "group_member_removed", "")
}

/// Puts the pupils of a class into a group, those who left aside; gives how many were not in it yet.
///
/// # Errors
/// [`PeopleError::NoSuchGroup`], [`PeopleError::NoSuchClass`], [`PeopleError::Denied`], else the database's.
pub fn add_class_members(tx: &mut Tx<'_>, ctx: &Ctx, group: GroupId, class: ClassId) -> Result<u64, PeopleError> {
    let school = ctx.require(Action::EditRules)?.school();
    groups::exists(tx, school, group)?.ok_or(PeopleError::NoSuchGroup)?;
    classes::one(tx, school, class)?.ok_or(PeopleError::NoSuchClass)?;
    let added = groups::add_class(tx, school, group, class)?;
    if added > 0 {
        told(tx, ctx, group, "group_members_added", &added.to_string())?;
    }
    Ok(added)
}

/// Removes a group; its members stay what they are. Whoever lets rules name groups looks first whether one does.
///
/// # Errors
/// [`PeopleError::NoSuchGroup`], [`PeopleError::Denied`], else the database's.
pub fn remove_group(tx: &mut Tx<'_>, ctx: &Ctx, group: GroupId) -> Result<(), PeopleError> {
    let school = ctx.require(Action::EditRules)?.school();
    let members = groups::empty(tx, school, group)?;
    if groups::remove(tx, school, group)? == 0 {
        return Err(PeopleError::NoSuchGroup);
    }
    told(tx, ctx, group, "group_removed", &members.to_string())
}

fn checked(name: &str) -> Result<&str, PeopleError> {
    let name = name.trim();
    let is_name = !name.is_empty() && name.chars().count() <= NAME_LIMIT && !name.chars().any(char::is_control);
    is_name.then_some(name).ok_or(PeopleError::GroupName)
}

fn told(tx: &mut Tx<'_>, ctx: &Ctx, group: GroupId, action: &'static str, detail: &str) -> Result<(), PeopleError> {
    journal::append(tx, ctx.actor.school, ctx.now, &GroupChanged { group })?;
    Ok(audit(tx, ctx, action, Some(group), detail)?)
}
