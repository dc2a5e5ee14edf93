//! The home page is the page that one's role begins the day with.

use web::Redirect;

use crate::{frame::ACCOUNT_PATH, reader::Reader, rights::StaffRole};

/// The guard's monitor; what a guard's role leads to.
const MONITOR_PATH: &str = "/monitor";

pub(super) async fn home(reader: Reader) -> Redirect {
    let is_guard = reader.actor.roles.contains(&StaffRole::Guard);
    let first = reader.app.nav().iter().find(|entry| reader.may(entry.action)).map(|entry| entry.href);
    Redirect::to(if is_guard { MONITOR_PATH } else { first.unwrap_or(ACCOUNT_PATH) })
}
