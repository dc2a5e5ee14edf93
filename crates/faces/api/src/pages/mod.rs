//! Tokens, webhooks, and the description of the interface with forms to try it.

mod describe;
mod hooks;
mod sample;
mod tokens;

use accounts::{Action, NavEntry, NavGroup, Right, Routes};

/// Where the description is.
pub(crate) const DESCRIPTION: &str = "/api";

/// Its places in the navigation.
pub(crate) const NAV: &[NavEntry] = &[NavEntry {
    group: NavGroup::School,
    label: "api-hooks",
    href: hooks::PATH,
    icon: "plug",
    action: Action::ManageWebhooks,
    order: 98,
}];

/// Adds the pages.
pub(crate) fn routes(routes: Routes) -> Routes {
    hooks::routes(routes)
        .get(DESCRIPTION, Right::SignedIn, describe::show)
        .get(tokens::PATH, Right::SignedIn, tokens::own)
        .post(tokens::PATH, Right::SignedIn, tokens::add)
        .post(tokens::REVOKE, Right::SignedIn, tokens::revoke)
        .get(tokens::ALL, Right::Action(Action::EditAccounts), tokens::all)
}
