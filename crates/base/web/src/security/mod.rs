//! What every request goes through, whatever it asks for.

mod headers;
mod limits;
mod observe;
mod origin;
mod proxy;

use std::{fmt, sync::Arc, time::Duration};

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request, State},
    middleware::{self, Next},
    response::Response,
};
use kernel::{Clock, Ids};
use tower_http::compression::CompressionLayer;

pub use proxy::{Network, Proxies};

use crate::{Cookies, Reader, WebError};

/// How the server is reached and how much it takes.
#[derive(Clone)]
pub struct WebSettings {
    /// Whether browsers always reach us over TLS (ours or a proxy's): cookies are then `__Host-` and HSTS is sent. So it is for a single
    /// request, too, when one of [`WebSettings::proxies`] says so.
    pub secure: bool,
    /// The proxies that are believed when they say for whom and how they were asked.
    pub proxies: Proxies,
    /// `https://host[:port]` as browsers see it, when a proxy changes the `Host` header.
    pub public_origin: Option<String>,
    /// Beginnings of paths at which programs ask that show a token in each request. A cookie counts for nothing there, so a foreign page can
    /// do no harm, and the handler itself says what is wrong with a request without a token.
    pub token_paths: &'static [&'static str],
    /// A handler has to begin its answer within this time.
    pub handler_timeout: Duration,
    /// A body may have so many bytes where a route does not say otherwise.
    pub body_limit: usize,
    /// Tells the time of requests' ids.
    pub clock: Arc<dyn Clock>,
    /// Makes requests' ids.
    pub ids: Ids,
}

impl WebSettings {
    /// Plain HTTP, 1 MB bodies, 30 seconds.
    pub fn new(clock: Arc<dyn Clock>, ids: Ids) -> Self {
        Self {
            secure: false,
            proxies: Proxies::default(),
            public_origin: None,
            token_paths: &[],
            handler_timeout: Duration::from_secs(30),
            body_limit: 1 << 20,
            clock,
            ids,
        }
    }

    /// Whether this is one of [`WebSettings::token_paths`].
    fn asks_with_token(&self, path: &str) -> bool {
        self.token_paths.iter().any(|beginning| path.starts_with(beginning))
    }
}

impl fmt::Debug for WebSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebSettings")
            .field("secure", &self.secure)
            .field("public_origin", &self.public_origin)
            .finish_non_exhaustive()
    }
}

/// A body limit of its own for a route that takes uploads: `post(upload).layer(body_limit(9 << 20))`.
pub fn body_limit(bytes: usize) -> DefaultBodyLimit {
    DefaultBodyLimit::max(bytes)
}

/// Wraps a finished router: compression, security headers, request id, log and metrics, errors in the reader's language, panics,
/// time limit, same-origin check, body limit. Call it once, after every route has been added.
pub fn harden(router: Router, settings: &WebSettings) -> Router {
    let settings = Arc::new(settings.clone());
    router
        .fallback(|| async { WebError::NotFound })
        .method_not_allowed_fallback(|| async { WebError::WrongMethod })
        .layer(DefaultBodyLimit::max(settings.body_limit))
        .layer(middleware::from_fn_with_state(settings.clone(), limits::in_time))
        .layer(middleware::from_fn_with_state(settings.clone(), origin::check))
        .layer(middleware::from_fn(limits::catch_panic))
        .layer(middleware::from_fn(observe::answer))
        .layer(middleware::from_fn_with_state(settings.clone(), headers::add))
        .layer(middleware::from_fn_with_state(settings, know_reader))
        .layer(CompressionLayer::new())
}

async fn know_reader(State(settings): State<Arc<WebSettings>>, mut request: Request, next: Next) -> Response {
    let cookies = Cookies { secure: settings.secure || settings.proxies.say_tls(&request) };
    let id = settings.ids.new_uuid(settings.clock.now()).to_string();
    let reader = if settings.asks_with_token(request.uri().path()) {
        Reader::of_program(request.headers(), request.uri(), request.method(), id)
    } else {
        Reader::of(request.headers(), request.uri(), request.method(), cookies, id)
    };
    request.extensions_mut().insert(cookies);
    request.extensions_mut().insert(reader);
    next.run(request).await
}
