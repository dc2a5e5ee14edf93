//! Use cases, one subject a file: right, rule, SQL, journal, audit trail.

mod admit;
mod alarms;
mod command;
mod devices;
mod furnish;
mod gates;
mod groups;
mod leaves;
mod mode;
mod nights;
mod places;
mod points;
mod presence;
mod present;
mod rules;
mod sync_device;
mod usual;

pub use admit::{Admit, admit, wait_for_admission};
pub use alarms::{see_alarm, see_all_alarms};
pub use command::{COMMAND_TERM, Sent, wait_for_pass};
pub use devices::{add_device, edit_device, remove_device};
pub use furnish::{Furniture, furnish};
pub use gates::{add_gate, remove_gate, rename_gate, rotate_gate_token};
pub use groups::remove_group;
pub use leaves::{give_leave, keep_in_lessons, revoke_leave};
pub use mode::change_mode;
pub use nights::reset_presence_at_night;
pub use places::{add_building, add_zone, edit_building, edit_zone, remove_building, remove_zone};
pub use points::{add_point, edit_point, enable_point, remove_point};
pub(crate) use presence::{ALL_OUT, SET, place_of_word};
pub use presence::{everybody_out, set_presence};
pub use present::{Present, PresentCode, present, present_code};
pub use rules::{add_rule, edit_rule, enable_rule, order_rules, remove_rule};
pub use sync_device::sync_device;
pub use usual::{add_usual_rules, propose_rules};

use accounts::{Ctx, audit};
use journal::Event;
use kernel::Id;
use store::Tx;

use crate::error::AccessError;

/// Writes down that something was done: to the journal, so that gates and monitors learn of it, and to the audit trail.
fn done<E: Event, K>(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    event: &E,
    action: &'static str,
    subject: Id<K>,
) -> Result<(), AccessError> {
    journal::append(tx, ctx.actor.school, ctx.now, event)?;
    Ok(audit(tx, ctx, action, Some(subject), "")?)
}

/// Says that a row was to be touched that is not there.
fn touched(rows: u64, what: &'static str) -> Result<(), AccessError> {
    if rows == 0 { Err(AccessError::NotFound(what)) } else { Ok(()) }
}
