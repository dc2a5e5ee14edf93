//! How many requests may come from one network address.
//!
//! A whole school stands behind one address, so the bounds are wide: they stop a program that runs wild or wants to stop us, not people. Assets are not
//! counted, nor gates, whose passes must come in whatever else comes from their school, nor programs with tokens, which have a pace of their own.

use std::net::{IpAddr, SocketAddr};

use axum::{
    extract::{ConnectInfo, Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use web::WebError;

use crate::{addresses::network, app::App, pace::Pace};

/// So many at once.
const BURST: i64 = 2_000;
/// Then so many a second.
const PER_S: i64 = 200;

/// The requests of each address.
#[derive(Debug)]
struct Crowd(Pace<IpAddr>);

impl Default for Crowd {
    fn default() -> Self {
        Self(Pace::new(BURST, 1_000_000 / PER_S))
    }
}

/// Refuses an address that asks too fast, before anything is looked up for it:
/// `router.layer(middleware::from_fn_with_state(app.clone(), accounts::crowd_layer))`, around [`crate::session_layer`].
pub async fn crowd_layer(State(app): State<App>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let is_free = ["/assets/", "/gate/", crate::API_PATHS].iter().any(|start| path.starts_with(start));
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    if let Some(ConnectInfo(peer)) = peer.filter(|_| !is_free) {
        let address = network(app.proxies().caller(peer.ip(), request.headers()));
        if let Err(retry_after_s) = app.memory::<Crowd>().0.take(address, app.session_now()) {
            return WebError::TooMany { retry_after_s }.into_response();
        }
    }
    next.run(request).await
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use axum::{Router, body::Body, http::StatusCode, middleware, routing::get};
    use kernel::Clock;
    use testkit::TestDb;
    use tower::ServiceExt;

    use super::*;

    #[tokio::test]
    async fn an_address_that_asks_too_fast_is_refused_and_its_neighbours_gates_and_assets_are_not() {
        let t = tokio::task::spawn_blocking(TestDb::sqlite).await.unwrap();
        let app = App::new(t.db.clone(), testkit::vault(), Arc::new(t.clock.clone()), t.ids.clone(), false, Vec::new());
        let router = Router::new()
            .route("/people", get(|| async { "" }))
            .route("/assets/x.css", get(|| async { "" }))
            .route("/gate/v1/feed", get(|| async { "" }))
            .layer(middleware::from_fn_with_state(app.clone(), crowd_layer));
        let ask = async |path: &str, peer: &str| {
            let peer: SocketAddr = peer.parse().unwrap();
            let request = Request::builder().uri(path).extension(ConnectInfo(peer)).body(Body::empty()).unwrap();
            router.clone().oneshot(request).await.unwrap().status()
        };
        let (one, neighbour) = ("203.0.113.7:50000", "203.0.113.8:50000");
        for _ in 0..BURST {
            assert_eq!(ask("/people", one).await, StatusCode::OK);
        }
        assert_eq!(ask("/people", one).await, StatusCode::TOO_MANY_REQUESTS);
        for (path, peer) in [("/people", neighbour), ("/assets/x.css", one), ("/gate/v1/feed", one)] {
            assert_eq!(ask(path, peer).await, StatusCode::OK, "{path}");
        }
        t.clock.set(t.clock.now() + jiff::SignedDuration::from_secs(1));
        assert_eq!(ask("/people", one).await, StatusCode::OK, "a second later it goes on");
    }
}
