//! Rules.

use std::collections::HashMap;

use accounts::{Action, Ctx, audit};
use kernel::{AccessPointId, RuleId, SchoolId, Who};
use store::Tx;

use super::{done, touched};
use crate::{
    error::AccessError,
    events::RulesChanged,
    model::{Fault, RuleInput, Title},
    store::{persons, places, rules},
};

/// Adds a rule after the others.
///
/// # Errors
/// [`AccessError::Denied`], [`AccessError::Field`], or from the database.
pub fn add_rule(tx: &mut Tx<'_>, ctx: &Ctx, input: RuleInput) -> Result<RuleId, AccessError> {
    let scope = ctx.require(Action::EditRules)?;
    let input = input.tidied();
    check(tx, scope.school(), &input)?;
    let rule = ctx.new_id();
    let (who, role, id) = rules::who_words(input.who);
    let position = rules::next_position(tx, scope.school())?;
    rules::add(
        tx,
        scope.school(),
        rule,
        name(&input),
        who,
        role,
        id,
        input.direction,
        input.from,
        input.until,
        input.on_holidays,
        input.is_enabled,
        position,
    )?;
    rules::put_parts(tx, scope.school(), rule, &input.points, &input.windows)?;
    done(tx, ctx, &RulesChanged {}, "rule_added", rule)?;
    Ok(rule)
}

/// Changes a rule as it was at `revision`.
///
/// # Errors
/// [`AccessError::Changed`] when somebody else has changed it since; [`AccessError::Denied`], [`AccessError::Field`],
/// [`AccessError::NotFound`], or from the database.
pub fn edit_rule(tx: &mut Tx<'_>, ctx: &Ctx, rule: RuleId, revision: u64, input: RuleInput) -> Result<(), AccessError> {
    let scope = ctx.require(Action::EditRules)?;
    let input = input.tidied();
    check(tx, scope.school(), &input)?;
    let (who, role, id) = rules::who_words(input.who);
    let edited = rules::edit(
        tx,
        scope.school(),
        rule,
        revision,
        name(&input),
        who,
        role,
        id,
        input.direction,
        input.from,
        input.until,
        input.on_holidays,
        input.is_enabled,
    )?;
    if edited == 0 {
        let is_there = rules::one(tx, scope.school(), rule)?.is_some();
        return Err(if is_there { AccessError::Changed } else { AccessError::NotFound("rule") });
    }
    rules::remove_points(tx, scope.school(), rule)?;
    rules::remove_windows(tx, scope.school(), rule)?;
    rules::put_parts(tx, scope.school(), rule, &input.points, &input.windows)?;
    done(tx, ctx, &RulesChanged {}, "rule_edited", rule)
}

/// Lets a rule count, or not.
///
/// # Errors
/// [`AccessError::Denied`], [`AccessError::NotFound`], or from the database.
pub fn enable_rule(tx: &mut Tx<'_>, ctx: &Ctx, rule: RuleId, is_enabled: bool) -> Result<(), AccessError> {
    let scope = ctx.require(Action::EditRules)?;
    touched(rules::enable(tx, scope.school(), rule, is_enabled)?, "rule")?;
    done(tx, ctx, &RulesChanged {}, if is_enabled { "rule_enabled" } else { "rule_disabled" }, rule)
}

/// Removes a rule.
///
/// # Errors
/// [`AccessError::Denied`], [`AccessError::NotFound`], or from the database.
pub fn remove_rule(tx: &mut Tx<'_>, ctx: &Ctx, rule: RuleId) -> Result<(), AccessError> {
    let scope = ctx.require(Action::EditRules)?;
    rules::remove_points(tx, scope.school(), rule)?;
    rules::remove_windows(tx, scope.school(), rule)?;
    touched(rules::remove(tx, scope.school(), rule)?, "rule")?;
    done(tx, ctx, &RulesChanged {}, "rule_removed", rule)
}

/// Puts rules in this order; those that are not named follow as they stood. The order is for readers alone: a person passes
/// when any rule allows it, so gates need not learn of it.
///
/// # Errors
/// [`AccessError::Denied`], or from the database.
pub fn order_rules(tx: &mut Tx<'_>, ctx: &Ctx, order: &[RuleId]) -> Result<(), AccessError> {
    let scope = ctx.require(Action::EditRules)?;
    let places: HashMap<_, _> = order.iter().zip(0_usize..).map(|(rule, place)| (*rule, place)).collect();
    let mut list: Vec<RuleId> = rules::list(tx, scope.school())?.into_iter().map(|row| row.id).collect();
    list.sort_by_key(|rule| places.get(rule).copied().unwrap_or(usize::MAX));
    for (rule, position) in list.into_iter().zip(0_u32..) {
        rules::place(tx, scope.school(), rule, position)?;
    }
    Ok(audit::<()>(tx, ctx, "rules_ordered", None, "")?)
}

fn name(input: &RuleInput) -> &str {
    input.name.as_ref().map_or("", Title::as_str)
}

fn check(tx: &mut Tx<'_>, school: SchoolId, input: &RuleInput) -> Result<(), AccessError> {
    input.check().map_err(AccessError::field)?;
    let known = match input.who {
        Who::Everybody | Who::Role(_) => true,
        Who::Class(class) => persons::has_class(tx, school, class)?.is_some(),
        Who::Group(group) => persons::has_group(tx, school, group)?.is_some(),
        Who::Person(person) => persons::status(tx, school, person)?.is_some(),
    };
    if !known {
        return Err(AccessError::field(("who", Fault::NoSuch)));
    }
    if !input.points.is_empty() {
        let known: Vec<AccessPointId> = places::leads(tx, school)?.get(tx)?.into_iter().map(|row| row.id).collect();
        if !input.points.iter().all(|point| known.contains(point)) {
            return Err(AccessError::field(("points", Fault::NoSuch)));
        }
    }
    Ok(())
}
