//! The guard's monitor: what has just happened at the door, large enough to be seen from an arm's length.

mod act;
mod show;
mod view;

use accounts::{Action, Right, Routes};

use crate::Access;

pub(crate) const PATH: &str = "/monitor";

/// Adds the monitor's pages.
pub(super) fn routes(routes: Routes, access: &Access) -> Routes {
    let (live, shown, fetched) = (access.clone(), access.clone(), access.clone());
    routes
        .get(PATH, Right::Action(Action::SeeMonitor), move |reader| show::page(reader, shown.clone()))
        .get("/monitor/board", Right::Action(Action::SeeMonitor), move |reader| show::board(reader, fetched.clone()))
        .get("/monitor/live", Right::Action(Action::SeeMonitor), move |reader| show::live(reader, live.clone()))
        .get("/monitor/people", Right::Action(Action::AdmitByHand), act::people)
        .post("/monitor/admit", Right::Action(Action::AdmitByHand), act::admit)
        .post("/monitor/mode", Right::Action(Action::ChangeMode), act::mode)
        .post("/monitor/alarms/{id}", Right::Action(Action::SeeAlarms), act::see_alarm)
}
