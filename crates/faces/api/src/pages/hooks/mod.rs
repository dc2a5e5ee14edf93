//! Webhooks: which programs are told of events, and what came of it.

mod form;
mod list;
mod log;
mod words;

use accounts::{Action, Right, Routes};
use web::WebError;

use crate::hooks::HookId;

/// Where the list is.
pub(super) const PATH: &str = "/webhooks";
const NEW: &str = "/webhooks/new";
const ONE: &str = "/webhooks/{id}";

/// Adds the pages.
pub(super) fn routes(routes: Routes) -> Routes {
    let right = Right::Action(Action::ManageWebhooks);
    routes
        .get(PATH, right, list::show)
        .get(NEW, right, form::new)
        .post(PATH, right, form::add)
        .get(ONE, right, log::show)
        .get("/webhooks/{id}/edit", right, form::edit)
        .post("/webhooks/{id}/edit", right, form::change)
        .post("/webhooks/{id}/secret", right, form::rotate)
        .post("/webhooks/{id}/test", right, log::test)
        .post("/webhooks/{id}/on", right, log::switch_on)
        .post("/webhooks/{id}/off", right, log::switch_off)
        .post("/webhooks/{id}/remove", right, log::remove)
        .get("/webhooks/{id}/deliveries/{number}", right, log::one)
        .post("/webhooks/{id}/deliveries/{number}/again", right, log::again)
        .post("/webhooks/{id}/deliveries/{number}/skip", right, log::skip)
}

/// The webhook in an address; what is no id is none.
fn hook_id(text: &str) -> Result<HookId, WebError> {
    text.parse().map_err(|_| WebError::NotFound)
}

fn home(id: HookId) -> String {
    format!("{PATH}/{id}")
}
