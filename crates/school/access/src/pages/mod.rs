//! One file a screen.

use accounts::Routes;

use crate::Access;

/// Adds the pages.
pub(crate) fn routes(routes: Routes, access: &Access) -> Routes {
    let _ = access;
    routes
}
