//! The desk at which cards are given out: one after another to a class, or to somebody who is looked for. A reader at this computer types
//! the number and Enter; a card that is held to a chosen access point tells its number by itself.

mod act;
mod asked;
mod list;
mod live;
mod view;

use accounts::{Action, Right, Routes};

pub(super) use live::taps;

use crate::Access;

pub(crate) const PATH: &str = "/desk";
const CHECK: &str = "/desk/check";
const LIVE: &str = "/desk/live";
const UNDO: &str = "/desk/undo";
const LIST: &str = "/desk/list";
const CONFIRM: &str = "/desk/list/confirm";
/// A list of a school's cards is some tens of kilobytes.
const LIST_BYTES: usize = 4 * 1024 * 1024;

/// Adds the desk.
pub(super) fn routes(routes: Routes, access: &Access) -> Routes {
    let (right, live) = (Right::Action(Action::ManageCredentials), access.clone());
    routes
        .get(PATH, right, view::show)
        .post(PATH, right, act::give)
        .get(CHECK, right, act::check)
        .get(LIVE, right, move |reader, filters| taps(reader, filters, live.clone()))
        .post(UNDO, right, act::undo)
        .get(LIST, right, list::show)
        .post_large(LIST, right, LIST_BYTES, list::look)
        .post(CONFIRM, right, list::confirm)
}
