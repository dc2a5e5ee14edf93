//! Reads for pages and for other subsystems: each takes a scope, so none runs without a right.

mod alarms;
mod card_list;
mod leaves;
mod monitor;
mod passes;
mod places;
mod rules;
mod views;
mod what_if;

pub use alarms::{alarms, unseen_alarms};
pub use card_list::{CardVerdict, card_verdicts};
pub use leaves::{leave_reasons, leaves, leaves_of, stays_in_grade};
pub use monitor::{inside, lanes, last_passes, mode, where_is};
pub use passes::{EXPORT_LIMIT, PAGE_LIMIT, export, pass, passes};
pub use places::{buildings, device, devices, gate, gates, point, points, resets_presence, zone, zones};
pub use rules::{rule, rules, who_choices};
pub use views::{
    AlarmFilter, AlarmView, BuildingView, DeviceView, GATE_PATIENCE, GateView, Inside, LaneState, LaneView, LeaveView,
    ModeView, PassCursor, PassFilter, PassPage, PassView, PersonView, PointView, RuleView, WhereView, WhoChoices,
    ZoneCount, ZoneView,
};

pub use what_if::{WhatIf, what_if};

pub(crate) use alarms::alarms_by_id;
pub(crate) use leaves::put_leaves;
pub(crate) use passes::passes_by_id;

use jiff::Timestamp;
use kernel::Id;

/// After every other id.
pub(crate) fn last_id<K>() -> Id<K> {
    Id::from_uuid(uuid::Uuid::max())
}

/// After every other moment that a database holds.
pub(crate) const LAST_MOMENT: Timestamp = Timestamp::MAX;
