//! One log line and one observation a request; error pages in the reader's language.
//!
//! Neither holds the address with its ids and search words: only the route's pattern.

use std::time::Instant;

use axum::{
    extract::{MatchedPath, Request},
    http::{Method, header},
    middleware::Next,
    response::Response,
};
use tracing::Instrument;

use crate::{
    Reader, WebError,
    error::{Fault, render},
};

pub(super) async fn answer(request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let method = method_word(request.method());
    let route =
        request.extensions().get::<MatchedPath>().map_or("unmatched".to_owned(), |path| path.as_str().to_owned());
    let Some(reader) = request.extensions().get::<Reader>().cloned() else { return next.run(request).await };
    let span = tracing::info_span!("request", id = reader.request_id(), method, route);
    async move {
        let mut response = next.run(request).await;
        if let Some(error) = fault_of(&response) {
            if let WebError::Internal(source) = &*error.0 {
                tracing::error!(error = %source, "a request failed");
            }
            response = rendered(&error.0, &reader, response);
        }
        let status = response.status().as_u16();
        let seconds = begun.elapsed().as_secs_f64();
        metrics::histogram!("kezekshi_http_request_seconds", "route" => route, "method" => method, "status" => status.to_string())
            .record(seconds);
        tracing::debug!(status, ms = seconds * 1000.0, "answered");
        response
    }
    .instrument(span)
    .await
}

/// The error of a response: ours, or that of a library which answered with a bare status or a line of plain text.
fn fault_of(response: &Response) -> Option<Fault> {
    if let Some(fault) = response.extensions().get::<Fault>() {
        return Some(fault.clone());
    }
    let status = response.status();
    let content_type = response.headers().get(header::CONTENT_TYPE).map(|value| value.as_bytes());
    let bare = content_type.is_none_or(|kind| kind.starts_with(b"text/plain"));
    ((status.is_client_error() || status.is_server_error()) && bare)
        .then(|| Fault(std::sync::Arc::new(WebError::of_status(status))))
}

/// The error page, with what the handler's response said in its headers (a cookie that ends a session, `Allow`).
fn rendered(error: &WebError, reader: &Reader, bare: Response) -> Response {
    let mut response = render(error, reader);
    for (name, value) in bare.headers() {
        if *name == header::SET_COOKIE || *name == header::ALLOW {
            response.headers_mut().append(name.clone(), value.clone());
        }
    }
    response
}

/// Only known words become labels, or a stranger could fill the memory with made-up methods.
fn method_word(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "OTHER",
    }
}
