//! Routes that cannot be added without a right.

use axum::{
    Router,
    handler::Handler,
    middleware,
    routing::{MethodRouter, get, patch, post},
};

use crate::{api_tokens::TokenScope, app::App, reader::guard_route, rights::Action};

/// Who may use a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Right {
    /// Everybody, for this reason.
    Public(&'static str),
    /// Whoever is signed in: one's own account.
    SignedIn,
    /// Whoever is signed in, also without the second factor that a role of his wants: setting one up.
    OwnFactors,
    /// Those to whom the matrix allows it.
    Action(Action),
    /// A program with a living token of this scope, whose maker may do the scope's action; `None`: any living token.
    Token(Option<TokenScope>),
    /// A gate with its token; the handler checks it by [`crate::rights`]' rules for gates.
    Gate,
}

/// A route as the proofs see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RouteEntry {
    /// `GET`, `POST` or `PATCH`.
    pub method: &'static str,
    /// The path with its `{names}`.
    pub path: &'static str,
    /// Who may use it.
    pub right: Right,
}

/// The routes of a subsystem.
pub struct Routes {
    app: App,
    router: Router<App>,
    entries: Vec<RouteEntry>,
}

impl Routes {
    /// None yet.
    pub fn new(app: &App) -> Self {
        Self { app: app.clone(), router: Router::new(), entries: Vec::new() }
    }

    /// Adds a page or answer that changes nothing.
    #[must_use]
    pub fn get<H: Handler<T, App>, T: 'static>(self, path: &'static str, right: Right, handler: H) -> Self {
        self.add("GET", path, right, get(handler))
    }

    /// Adds something that changes.
    #[must_use]
    pub fn post<H: Handler<T, App>, T: 'static>(self, path: &'static str, right: Right, handler: H) -> Self {
        self.add("POST", path, right, post(handler))
    }

    /// Adds something that changes a part of what is there, for programs.
    #[must_use]
    pub fn patch<H: Handler<T, App>, T: 'static>(self, path: &'static str, right: Right, handler: H) -> Self {
        self.add("PATCH", path, right, patch(handler))
    }

    /// Adds something that changes and takes a larger body than others (a photo, records of a gate), in bytes.
    #[must_use]
    pub fn post_large<H: Handler<T, App>, T: 'static>(
        self,
        path: &'static str,
        right: Right,
        limit: usize,
        handler: H,
    ) -> Self {
        let handler = post(handler).layer(axum::extract::DefaultBodyLimit::max(limit));
        self.add("POST", path, right, handler)
    }

    fn add(mut self, method: &'static str, path: &'static str, right: Right, handler: MethodRouter<App>) -> Self {
        let guarded = handler.layer(middleware::from_fn_with_state((self.app.clone(), right), guard_route));
        self.router = self.router.route(path, guarded);
        self.entries.push(RouteEntry { method, path, right });
        self
    }

    /// The router and the list of what is in it.
    pub fn into_parts(self) -> (Router<App>, Vec<RouteEntry>) {
        (self.router, self.entries)
    }
}
