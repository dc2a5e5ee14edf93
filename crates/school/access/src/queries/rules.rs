//! Rules.

use std::collections::HashMap;

use accounts::Scope;
use kernel::RuleId;
use people::model::PersonName;
use store::Tx;

use super::{RuleView, WhoChoices};
use crate::{
    error::AccessError,
    store::{
        persons::{self, class_text},
        rules::{self as rows, RuleRow, WhoNameRow},
    },
};

/// Rules in their order.
///
/// # Errors
/// From the database.
pub fn rules(tx: &mut Tx<'_>, scope: &Scope) -> Result<Vec<RuleView>, AccessError> {
    let list = rows::list(tx, scope.school())?;
    views(tx, scope, list)
}

/// One rule.
///
/// # Errors
/// From the database.
pub fn rule(tx: &mut Tx<'_>, scope: &Scope, rule: RuleId) -> Result<Option<RuleView>, AccessError> {
    let list = rows::one(tx, scope.school(), rule)?.into_iter().collect();
    Ok(views(tx, scope, list)?.pop())
}

fn views(tx: &mut Tx<'_>, scope: &Scope, list: Vec<RuleRow>) -> Result<Vec<RuleView>, AccessError> {
    let school = scope.school();
    let mut names: HashMap<RuleId, String> =
        rows::who_names(tx, school)?.into_iter().filter_map(|row| Some((row.id, who_name(row)?))).collect();
    let mut points: HashMap<RuleId, Vec<_>> = HashMap::new();
    for row in rows::points(tx, school)? {
        points.entry(row.rule).or_default().push((row.point, row.name));
    }
    let mut windows: HashMap<RuleId, Vec<_>> = HashMap::new();
    for row in rows::windows(tx, school)? {
        windows.entry(row.rule).or_default().push(row.window());
    }
    Ok(list
        .into_iter()
        .filter_map(|row| {
            Some(RuleView {
                who: row.who()?,
                id: row.id,
                name: row.name,
                who_name: names.remove(&row.id).unwrap_or_default(),
                points: points.remove(&row.id).unwrap_or_default(),
                direction: row.direction,
                windows: windows.remove(&row.id).unwrap_or_default(),
                from: row.from_day,
                until: row.until_day,
                on_holidays: row.on_holidays,
                is_enabled: row.is_enabled,
                revision: row.revision,
            })
        })
        .collect())
}

fn who_name(row: WhoNameRow) -> Option<String> {
    if let Some((grade, letter)) = row.grade.zip(row.letter) {
        return Some(class_text(grade, &letter));
    }
    if row.group_name.is_some() {
        return row.group_name;
    }
    let (family, given) = (row.family?, row.given?);
    let name = PersonName::parse(&family, &given, row.patronymic.as_deref());
    Some(name.map_or_else(|_| format!("{family} {given}"), |name| name.full()))
}

/// What can be chosen as the one who has a right, besides roles and persons.
///
/// # Errors
/// From the database.
pub fn who_choices(tx: &mut Tx<'_>, scope: &Scope) -> Result<WhoChoices, AccessError> {
    let classes = persons::classes(tx, scope.school())?;
    let groups = persons::groups(tx, scope.school())?;
    Ok(WhoChoices {
        classes: classes.into_iter().map(|row| (row.id, class_text(row.grade, &row.letter))).collect(),
        groups: groups.into_iter().map(|row| (row.id, row.name)).collect(),
    })
}
