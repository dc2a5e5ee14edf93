//! Buildings, zones and access points: what leads where, and how it behaves.

mod building;
mod list;
mod point;
mod point_form;
mod zone;

use accounts::{Action, Right, Routes};

pub(crate) const PATH: &str = "/access/points";
const ZONES: &str = "/access/points/zones";
const BUILDINGS: &str = "/access/points/buildings";
const NIGHTS: &str = "/access/points/nights";

/// Adds the pages of buildings, zones and access points.
pub(super) fn routes(routes: Routes) -> Routes {
    let (see, edit) = (Right::Action(Action::SeePoints), Right::Action(Action::EditPoints));
    routes
        .get(PATH, see, list::show)
        .post(NIGHTS, edit, list::change_nights)
        .get("/access/points/new", edit, point::blank)
        .post("/access/points/new", edit, point::add)
        .get("/access/points/{id}", edit, point::show)
        .post("/access/points/{id}", edit, point::save)
        .post("/access/points/{id}/enable", edit, point::enable)
        .post("/access/points/{id}/remove", edit, point::remove)
        .get("/access/points/zones/new", edit, zone::blank)
        .post("/access/points/zones/new", edit, zone::add)
        .get("/access/points/zones/{id}", edit, zone::show)
        .post("/access/points/zones/{id}", edit, zone::save)
        .post("/access/points/zones/{id}/remove", edit, zone::remove)
        .get("/access/points/buildings/new", edit, building::blank)
        .post("/access/points/buildings/new", edit, building::add)
        .get("/access/points/buildings/{id}", edit, building::show)
        .post("/access/points/buildings/{id}", edit, building::save)
        .post("/access/points/buildings/{id}/remove", edit, building::remove)
}
