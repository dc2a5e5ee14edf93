//! Neither a slow nor a broken handler takes the server with it.

use std::{any::Any, panic::AssertUnwindSafe, sync::Arc};

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use futures_util::FutureExt;

use super::WebSettings;
use crate::WebError;

/// Ends a handler that does not begin to answer in time. A stream that has begun is not ended.
pub(super) async fn in_time(State(settings): State<Arc<WebSettings>>, request: Request, next: Next) -> Response {
    match tokio::time::timeout(settings.handler_timeout, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            tracing::warn!("a handler took too long");
            WebError::Unavailable.into_response()
        }
    }
}

/// Turns a panic into an answer: it ends one request, not the server.
pub(super) async fn catch_panic(request: Request, next: Next) -> Response {
    // Nothing of the request is looked at after a panic, so no half-changed value can be seen.
    match AssertUnwindSafe(next.run(request)).catch_unwind().await {
        Ok(response) => response,
        Err(panic) => WebError::internal(format!("a handler panicked: {}", words(panic.as_ref()))).into_response(),
    }
}

fn words(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no words")
}
