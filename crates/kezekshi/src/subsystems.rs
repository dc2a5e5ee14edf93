//! The subsystems of this program.

use access::Access;
use accounts::{App, Subsystem};

/// Their names, in the order of the house. Naming it links them all, with their texts and statements.
pub const NAMES: &[&str] = &["accounts", "people", "privacy", "lists", "calendar", "access", "attendance", "api"];

/// All of them.
pub fn all(app: &App, access: &Access) -> Vec<Subsystem> {
    vec![
        accounts::subsystem(app),
        people::subsystem_with(app, vec![access::person_panel(), access::leave_panel()]),
        privacy::subsystem(app),
        lists::subsystem(app, vec![access::export_part(app), attendance::export_part(app, leave_reasons())]),
        calendar::subsystem(app),
        access::subsystem(app, access),
        attendance::subsystem_with(app, Some(gates_panel(access)), leave_reasons()),
        api::subsystem(app),
    ]
}

/// Why pupils were let go, which access knows and attendance shows.
fn leave_reasons() -> attendance::LeaveReasons {
    attendance::LeaveReasons::new(access::queries::leave_reasons)
}

/// How the gates are, on the dashboard of attendance, which does not know access.
fn gates_panel(access: &Access) -> attendance::Panel {
    let patience = access.patience;
    attendance::Panel::new(move |reader| access::gates_summary(reader, patience))
}
