//! One file a screen.

mod lane;
mod monitor;
pub(crate) mod words;

use accounts::{Action, NavEntry, Routes};

use crate::Access;

/// The places of access control in the navigation.
pub(crate) const NAV: &[NavEntry] = &[
    NavEntry { label: "access-monitor", href: monitor::PATH, icon: "device-desktop", action: Action::SeeMonitor, order: 10 },
    NavEntry { label: "access-lane-nav", href: lane::PATH, icon: "run", action: Action::UseVirtualLane, order: 80 },
];

/// Adds the pages.
pub(crate) fn routes(routes: Routes, access: &Access) -> Routes {
    let routes = monitor::routes(routes, access);
    lane::routes(routes)
}
