//! What would be if somebody passed: asked of the gate's own decision.

use std::collections::HashMap;

use accounts::Scope;
use jiff::{Timestamp, tz::TimeZone};
use kernel::{Explain, Explanation, Question, RuleId, RuleVerdict, Unexplained};
use store::Tx;

use super::RuleView;
use crate::{error::AccessError, snapshot::snapshot_doc, store::places};

/// The answer to a question, with its rules as pages show them.
#[derive(Clone, Debug)]
pub struct WhatIf {
    /// What the gate would decide.
    pub explanation: Explanation,
    /// The person's rules in their order, each with what comes of it; those that were removed meanwhile are left out.
    pub rules: Vec<(RuleView, RuleVerdict)>,
}

/// Asks what would be, of the rules as they stand now. For another day than today nobody counts as inside: who will be there is not
/// known. `None`: no gate knows the person.
///
/// # Errors
/// From the database; [`AccessError::NotFound`] when there is no such point; [`AccessError::Unexplained`] when the rules cannot be used.
pub fn what_if(
    tx: &mut Tx<'_>,
    scope: &Scope,
    question: &Question,
    now: Timestamp,
    explain: Explain,
) -> Result<Option<WhatIf>, AccessError> {
    let school = scope.school();
    let point = places::point(tx, school, question.point)?.ok_or(AccessError::NotFound("point"))?;
    let mut doc = snapshot_doc(tx, school, point.gate, question.at)?;
    let zone = TimeZone::get(&doc.time_zone).unwrap_or(TimeZone::UTC);
    if zone.to_datetime(now).date() != zone.to_datetime(question.at).date() {
        doc.present.clear();
    }
    let explanation = match explain(&doc, question) {
        Ok(explanation) => explanation,
        Err(Unexplained::NoSuchPerson) => return Ok(None),
        Err(Unexplained::Snapshot(reason)) => return Err(AccessError::Unexplained(reason)),
    };
    let mut views: HashMap<RuleId, RuleView> =
        super::rules(tx, scope)?.into_iter().map(|rule| (rule.id, rule)).collect();
    let rules = explanation.rules.iter().filter_map(|(rule, verdict)| Some((views.remove(rule)?, *verdict))).collect();
    Ok(Some(WhatIf { explanation, rules }))
}
