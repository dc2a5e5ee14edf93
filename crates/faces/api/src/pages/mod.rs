//! Tokens, and the description of the interface with forms to try it.

mod describe;
mod sample;
mod tokens;

use accounts::{Action, Right, Routes};

/// Where the description is.
pub(crate) const DESCRIPTION: &str = "/api";

/// Adds the pages.
pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get(DESCRIPTION, Right::SignedIn, describe::show)
        .get(tokens::PATH, Right::SignedIn, tokens::own)
        .post(tokens::PATH, Right::SignedIn, tokens::add)
        .post(tokens::REVOKE, Right::SignedIn, tokens::revoke)
        .get(tokens::ALL, Right::Action(Action::EditAccounts), tokens::all)
}
