//! Gates and the devices that they drive: how each is, and their settings.

mod board;
mod form;
mod gate;
mod list;
mod summary;

use accounts::{Action, Right, Routes};

use crate::Access;

pub use summary::gates_summary;

pub(crate) const PATH: &str = "/access/devices";
const GATES: &str = "/access/devices/gates";

/// Adds the pages of gates and devices.
pub(super) fn routes(routes: Routes, access: &Access) -> Routes {
    let patience = access.patience;
    let (see, edit) = (Right::Action(Action::SeeDevices), Right::Action(Action::EditDevices));
    routes
        .get(PATH, see, move |reader, filters| list::show(reader, filters, patience))
        .get("/access/devices/new", edit, board::blank)
        .post("/access/devices/new", edit, board::add)
        .get("/access/devices/{id}", edit, board::show)
        .post("/access/devices/{id}", edit, board::save)
        .post("/access/devices/{id}/sync", edit, board::sync)
        .post("/access/devices/{id}/remove", edit, board::remove)
        .get("/access/devices/gates/new", edit, gate::blank)
        .post("/access/devices/gates/new", edit, gate::add)
        .get("/access/devices/gates/{id}", edit, move |reader, path| gate::show(reader, path, patience))
        .post("/access/devices/gates/{id}", edit, gate::save)
        .post("/access/devices/gates/{id}/token", edit, gate::rotate)
        .post("/access/devices/gates/{id}/remove", edit, gate::remove)
}
