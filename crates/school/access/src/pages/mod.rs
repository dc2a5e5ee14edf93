//! One file a screen.

mod alarms;
mod day_cards;
mod desk;
mod devices;
mod editor;
mod inside;
mod lane;
mod leave;
mod monitor;
mod passes;
mod points;
mod presence;
mod rules;
pub(crate) mod words;

use accounts::{Action, NavEntry, NavGroup, Routes};

use crate::Access;

pub use devices::gates_summary;
pub use leave::panel as leave_panel;
pub use passes::export_part;
pub use presence::panel as person_panel;

/// The places of access control in the navigation.
pub(crate) const NAV: &[NavEntry] = &[
    NavEntry {
        group: NavGroup::Day,
        label: "access-monitor",
        href: monitor::PATH,
        icon: "device-desktop",
        action: Action::SeeMonitor,
        order: 10,
    },
    NavEntry {
        group: NavGroup::Day,
        label: "access-passes",
        href: passes::PATH,
        icon: "list-details",
        action: Action::SeePasses,
        order: 20,
    },
    NavEntry {
        group: NavGroup::Day,
        label: "access-leave",
        href: leave::PATH,
        icon: "door-exit",
        action: Action::SeeLeaves,
        order: 25,
    },
    NavEntry {
        group: NavGroup::Day,
        label: "access-alarms",
        href: alarms::PATH,
        icon: "alarm",
        action: Action::SeeAlarms,
        order: 30,
    },
    NavEntry {
        group: NavGroup::Cards,
        label: "access-desk",
        href: desk::PATH,
        icon: "credit-card",
        action: Action::ManageCredentials,
        order: 42,
    },
    NavEntry {
        group: NavGroup::Cards,
        label: "access-day-cards",
        href: day_cards::PATH,
        icon: "id-badge-2",
        action: Action::LendDayCards,
        order: 43,
    },
    NavEntry {
        group: NavGroup::Entrance,
        label: "access-rules",
        href: rules::PATH,
        icon: "shield-lock",
        action: Action::SeeRules,
        order: 50,
    },
    NavEntry {
        group: NavGroup::Entrance,
        label: "access-points",
        href: points::PATH,
        icon: "door-enter",
        action: Action::SeePoints,
        order: 60,
    },
    NavEntry {
        group: NavGroup::Entrance,
        label: "access-devices",
        href: devices::PATH,
        icon: "cpu",
        action: Action::SeeDevices,
        order: 70,
    },
    NavEntry {
        group: NavGroup::Entrance,
        label: "access-lane-nav",
        href: lane::PATH,
        icon: "run",
        action: Action::UseVirtualLane,
        order: 80,
    },
];

/// Adds the pages.
pub(crate) fn routes(routes: Routes, access: &Access) -> Routes {
    let routes = monitor::routes(routes, access);
    let routes = inside::routes(routes);
    let routes = presence::routes(routes);
    let routes = passes::routes(routes);
    let routes = alarms::routes(routes);
    let routes = leave::routes(routes);
    let routes = desk::routes(routes, access);
    let routes = day_cards::routes(routes, access);
    let routes = rules::routes(routes, access);
    let routes = points::routes(routes);
    let routes = devices::routes(routes, access);
    lane::routes(routes)
}
