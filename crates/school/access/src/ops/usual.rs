//! The rules that most schools begin with.

use std::collections::HashSet;

use accounts::{Action, Ctx, Scope};
use jiff::{ToSpan, civil};
use kernel::Who;
use store::Tx;

use super::add_rule;
use crate::{
    error::AccessError,
    model::{ClassWeek, RuleInput, usual_rules},
    store::{persons, rules},
};

/// Days in which every class has a usual week, whatever break or holiday lies among them.
const LOOKED_AT: i64 = 42;

/// The usual rules that a school has not, by its classes and the bells of the weeks to come; none for whoever has a rule already.
///
/// # Errors
/// From the database.
pub fn propose_rules(tx: &mut Tx<'_>, scope: &Scope, today: civil::Date) -> Result<Vec<RuleInput>, AccessError> {
    let school = scope.school();
    let existing: HashSet<Who> = rules::list(tx, school)?.iter().filter_map(rules::RuleRow::who).collect();
    let calendar = calendar::queries::calendar_of(tx, scope)?;
    // In summer the weeks of the coming year count.
    let first = calendar.calendar().year_around(today).map_or(today, |year| today.max(year.plan.days.from()));
    let mut weeks = Vec::new();
    for class in persons::classes(tx, school)? {
        let Some(place) = calendar.place_of(class.id) else { continue };
        let mut week: Option<ClassWeek> = None;
        for day in (0..LOOKED_AT).filter_map(|ahead| first.checked_add(ahead.days()).ok()) {
            let Some(of_class) = calendar.class_day(class.id, day) else { continue };
            let Some(as_weekday) = of_class.kind.as_weekday() else { continue };
            let Some((from_min, to_min)) = of_class.begins_min().zip(of_class.ends_min()) else { continue };
            let days = 1_u8 << as_weekday.to_monday_zero_offset();
            week = Some(match week {
                None => ClassWeek { class: class.id, shift: place.shift.number(), days, from_min, to_min },
                Some(week) => ClassWeek {
                    days: week.days | days,
                    from_min: week.from_min.min(from_min),
                    to_min: week.to_min.max(to_min),
                    ..week
                },
            });
        }
        weeks.extend(week);
    }
    Ok(usual_rules(&weeks, &existing))
}

/// Adds the usual rules that the school has not; gives how many. Doing it twice adds nothing.
///
/// # Errors
/// [`AccessError::Denied`], or from the database.
pub fn add_usual_rules(tx: &mut Tx<'_>, ctx: &Ctx, today: civil::Date) -> Result<usize, AccessError> {
    let scope = ctx.require(Action::EditRules)?;
    let proposed = propose_rules(tx, &scope, today)?;
    let count = proposed.len();
    for rule in proposed {
        add_rule(tx, ctx, rule)?;
    }
    Ok(count)
}
