//! What the guard's monitor shows.

use std::collections::HashMap;

use accounts::Scope;
use jiff::{SignedDuration, Timestamp};
use kernel::{DeviceState, PersonId};
use store::Tx;

use super::{
    Inside, LaneState, LaneView, ModeView, PassView, WhereView, ZoneCount, gates, passes::PAGE_LIMIT, passes_by_id,
    put_leaves,
};
use crate::{
    error::AccessError,
    model::Nesting,
    store::{
        devices,
        passes::{self, PassRow},
        places, presence, school,
    },
};

/// A lane whose newest pass is older shows none: finding it would mean reading the log of a holiday.
const LAST_PASS_WITHIN: SignedDuration = SignedDuration::from_hours(16);

/// The school's name and state.
///
/// # Errors
/// From the database; [`AccessError::NotFound`] when there is no such school.
pub fn mode(tx: &mut Tx<'_>, scope: &Scope) -> Result<ModeView, AccessError> {
    let row = school::mode(tx, scope.school())?.ok_or(AccessError::NotFound("school"))?;
    Ok(ModeView {
        school_kk: row.name_kk,
        school_ru: row.name_ru,
        time_zone: row.time_zone,
        mode: row.mode,
        since: row.mode_since,
        by_name: row.by_name,
    })
}

/// How many people are inside, by role and by zone; who is in a zone within another one counts in both, as the gates count.
///
/// # Errors
/// From the database.
pub fn inside(tx: &mut Tx<'_>, scope: &Scope) -> Result<Inside, AccessError> {
    let mut inside = Inside::default();
    for row in presence::roles(tx, scope.school())? {
        inside.total += row.count;
        match row.rank {
            Some(0) => inside.pupils += row.count,
            Some(1 | 2) => inside.staff += row.count,
            Some(_) | None => inside.others += row.count,
        }
    }
    let leads = places::leads(tx, scope.school())?;
    let zones = presence::zones(tx, scope.school())?;
    let leads: Vec<_> = leads.get(tx)?.into_iter().map(|row| (row.inner_zone, row.outer_zone)).collect();
    let nesting = Nesting::of(&leads);
    inside.zones = zones
        .iter()
        .map(|row| {
            let within = zones.iter().filter(|other| nesting.holds(row.zone, other.zone));
            let count = within.map(|other| other.count).sum();
            ZoneCount { zone: row.zone, name: row.name.clone(), limit: row.occupancy_limit, count }
        })
        .collect();
    Ok(inside)
}

/// Where a person is; `None`: never seen.
///
/// # Errors
/// From the database.
pub fn where_is(tx: &mut Tx<'_>, scope: &Scope, person: PersonId) -> Result<Option<WhereView>, AccessError> {
    let row = presence::one(tx, scope.school(), person)?;
    Ok(row.map(|row| WhereView {
        zone: row.zone,
        zone_name: row.zone_name.unwrap_or_default(),
        is_known: row.is_known,
        since: row.since,
        // The name of a point that was removed is empty.
        by_pass: row.pass.and(row.direction).map(|direction| (row.point_name.unwrap_or_default(), direction)),
        set_by_name: row.set_by_name,
    }))
}

/// The newest passes, newest first, with the permissions to leave that a guard should know of; `limit` is at most [`PAGE_LIMIT`].
///
/// # Errors
/// From the database.
pub fn last_passes(tx: &mut Tx<'_>, scope: &Scope, limit: u32) -> Result<Vec<PassView>, AccessError> {
    let rows = passes::last(tx, scope.school(), limit.clamp(1, PAGE_LIMIT))?;
    let mut passes: Vec<PassView> = rows.into_iter().map(PassRow::view).collect();
    put_leaves(tx, scope, &mut passes)?;
    Ok(passes)
}

/// Every access point with how it is and its newest pass of today. A gate that was not heard of for `patience` counts as away
/// ([`super::GATE_PATIENCE`], unless the clock is a fast one).
///
/// # Errors
/// From the database.
pub fn lanes(
    tx: &mut Tx<'_>,
    scope: &Scope,
    now: Timestamp,
    patience: SignedDuration,
) -> Result<Vec<LaneView>, AccessError> {
    let school = scope.school();
    let gates: HashMap<_, _> = gates(tx, scope, now, patience)?.into_iter().map(|gate| (gate.id, gate)).collect();
    let devices: HashMap<_, _> = devices::list(tx, school)?.into_iter().map(|device| (device.id, device)).collect();
    let since = now.checked_sub(LAST_PASS_WITHIN).unwrap_or(Timestamp::UNIX_EPOCH);
    let newest = passes::newest_at_points(tx, school, since)?;
    let mut last: HashMap<_, _> =
        passes_by_id(tx, scope, &newest)?.into_iter().map(|pass| (pass.point, pass)).collect();
    let mut lanes = Vec::new();
    for row in places::points(tx, school)? {
        let Some(gate) = gates.get(&row.gate).cloned() else { continue };
        let device = row.device.and_then(|device| devices.get(&device));
        let point = row.view();
        let state = if !point.is_enabled {
            LaneState::Disabled
        } else if !gate.is_online {
            LaneState::GateAway { since: gate.seen_at }
        } else {
            match device.map(|device| device.state) {
                _ if point.is_virtual => LaneState::Online,
                Some(DeviceState::Unreachable) => {
                    LaneState::DeviceUnreachable { since: device.and_then(|device| device.last_seen_at) }
                }
                Some(DeviceState::Unknown) => LaneState::Starting,
                Some(DeviceState::Online) | None => LaneState::Online,
            }
        };
        lanes.push(LaneView {
            point: point.id,
            name: point.name,
            inner_name: point.inner_name,
            state,
            gate,
            is_virtual: point.is_virtual,
            last: last.remove(&point.id),
        });
    }
    Ok(lanes)
}
