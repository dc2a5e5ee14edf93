//! The same-origin check: a form of another site's page must not act in the name of whoever is signed in here.
//!
//! Browsers say where a request comes from in `Sec-Fetch-Site` and `Origin`, which no page can forge, so forms need no
//! token. A request that changes something and says neither is refused too, unless it carries a bearer token: browsers
//! never add one by themselves, so it cannot be a stolen session. Where only tokens count ([`WebSettings::token_paths`]) there is nothing to
//! steal, and whoever asks without one is told so by the route.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, Method, Uri, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::WebSettings;
use crate::WebError;

pub(super) async fn check(State(settings): State<Arc<WebSettings>>, request: Request, next: Next) -> Response {
    let shows_token = settings.asks_with_token(request.uri().path());
    if shows_token || is_ours(request.method(), request.headers(), request.uri(), settings.public_origin.as_deref()) {
        next.run(request).await
    } else {
        WebError::ForeignOrigin.into_response()
    }
}

fn is_ours(method: &Method, headers: &HeaderMap, uri: &Uri, public_origin: Option<&str>) -> bool {
    let word = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return true;
    }
    if word(header::AUTHORIZATION)
        .is_some_and(|value| value.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("bearer ")))
    {
        return true;
    }
    let origin = word(header::ORIGIN);
    match word(HeaderName::from_static("sec-fetch-site")) {
        // Typed into the address bar or chosen from bookmarks: nobody's page.
        Some("same-origin" | "none") => true,
        Some(_) => origin.is_some() && origin == public_origin,
        None => origin.is_some_and(|origin| {
            let host = uri.authority().map(|authority| authority.as_str()).or_else(|| word(header::HOST));
            let authority = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
            Some(origin) == public_origin || (authority.is_some() && authority == host)
        }),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn asked(method: Method, headers: &[(&'static str, &'static str)]) -> bool {
        let headers = headers
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect();
        is_ours(&method, &headers, &Uri::from_static("/x"), Some("https://school.example"))
    }

    #[test]
    fn only_our_own_pages_and_programs_with_a_token_may_change_something() {
        for (headers, ours) in [
            (&[("sec-fetch-site", "same-origin")][..], true),
            (&[("sec-fetch-site", "none")], true),
            (&[("sec-fetch-site", "same-site"), ("host", "a:1"), ("origin", "http://a:1")], false),
            (&[("sec-fetch-site", "cross-site")], false),
            (&[("sec-fetch-site", "cross-site"), ("origin", "https://school.example")], true),
            (&[("host", "a:1"), ("origin", "http://a:1")], true),
            (&[("host", "inner"), ("origin", "https://school.example")], true),
            (&[("host", "a:1"), ("origin", "http://a:2")], false),
            (&[("host", "a:1"), ("origin", "null")], false),
            (&[("host", "a:1"), ("origin", "ftp://a:1")], false),
            (&[("origin", "http://a:1")], false),
            (&[("host", "a:1")], false),
            (&[], false),
            (&[("authorization", "Bearer abc")], true),
            (&[("authorization", "Basic abc")], false),
            (&[("authorization", "bearer")], false),
        ] {
            assert_eq!(asked(Method::POST, headers), ours, "{headers:?}");
            assert!(asked(Method::GET, headers), "{headers:?}");
        }
        assert!(!asked(Method::DELETE, &[]));
    }
}
