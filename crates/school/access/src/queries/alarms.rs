//! Alarms.

use accounts::Scope;
use kernel::AlarmId;
use store::Tx;

use super::{AlarmFilter, AlarmView, LAST_MOMENT, last_id, passes::PAGE_LIMIT};
use crate::{
    error::AccessError,
    store::alarms::{self, AlarmRow},
};

/// Alarms, newest first; `limit` is at most [`PAGE_LIMIT`].
///
/// # Errors
/// From the database.
pub fn alarms(tx: &mut Tx<'_>, scope: &Scope, filter: &AlarmFilter, limit: u32) -> Result<Vec<AlarmView>, AccessError> {
    let (at, id) = filter.before.unwrap_or((LAST_MOMENT, last_id()));
    let list = if filter.is_unseen { alarms::unseen } else { alarms::list };
    let rows = list(tx, scope.school(), at, id, filter.kind, limit.clamp(1, PAGE_LIMIT))?;
    Ok(rows.into_iter().map(AlarmRow::view).collect())
}

/// How many alarms nobody has seen.
///
/// # Errors
/// From the database.
pub fn unseen_alarms(tx: &mut Tx<'_>, scope: &Scope) -> Result<u32, AccessError> {
    Ok(alarms::count_unseen(tx, scope.school())?)
}

/// These alarms, in their order; those that are not there are left out.
pub(crate) fn alarms_by_id(tx: &mut Tx<'_>, scope: &Scope, ids: &[AlarmId]) -> Result<Vec<AlarmView>, AccessError> {
    let mut views = Vec::with_capacity(ids.len());
    for id in ids {
        views.extend(alarms::one(tx, scope.school(), *id)?.map(AlarmRow::view));
    }
    Ok(views)
}
