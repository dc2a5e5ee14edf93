//! Screens of people.

mod picture;

use accounts::{Action, NavEntry, Right, Routes};

pub use picture::photo_src;

const SEE: Right = Right::Action(Action::SeePersons);

pub(crate) fn routes(routes: Routes) -> Routes {
    routes.get("/people/{id}/photo", SEE, picture::photo)
}

pub(crate) fn nav() -> Vec<NavEntry> {
    let entry = |label, href, icon, order| NavEntry { label, href, icon, action: Action::SeePersons, order };
    vec![entry("people-nav", "/people", "users", 40), entry("people-nav-classes", "/classes", "school", 45)]
}
