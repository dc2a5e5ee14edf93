//! Styles, scripts and icons, embedded in the program and served for ever under names that carry their hash.

use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;

use crate::WebError;

/// An embedded file.
#[derive(Debug)]
pub struct Asset {
    /// Its name in the sources: `main.css`.
    pub name: &'static str,
    /// Where it is served: `/assets/main.0123456789ab.css`.
    pub path: &'static str,
    /// Its `Content-Type`.
    pub content_type: &'static str,
    bytes: &'static [u8],
    gzip: Option<&'static [u8]>,
}

include!(concat!(env!("OUT_DIR"), "/assets.rs"));
include!(concat!(env!("OUT_DIR"), "/icons.rs"));

/// The address of an asset: `asset("main.css")`. An unknown name gives an address that answers 404.
pub fn asset(name: &str) -> &'static str {
    ASSETS.iter().find(|asset| asset.name == name).map_or("/assets/missing", |asset| asset.path)
}

/// Every embedded file.
pub fn all() -> &'static [Asset] {
    ASSETS
}

const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// Answers with the file of this name in `/assets/`.
pub(crate) fn serve(file: &str, request: &HeaderMap) -> Response {
    let Some(asset) = ASSETS.iter().find(|asset| asset.path.strip_prefix("/assets/") == Some(file)) else {
        return WebError::NotFound.into_response();
    };
    let tag = format!("\"{file}\"");
    let known = request.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes());
    let gzip = asset.gzip.filter(|_| accepts_gzip(request));
    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        Bytes::from_static(gzip.unwrap_or(asset.bytes)).into_response()
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, FOR_EVER);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(asset.content_type));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    if gzip.is_some() && !known {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    response
}

fn accepts_gzip(request: &HeaderMap) -> bool {
    let accepted = request.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accepted.split(',').any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        name.trim().eq_ignore_ascii_case("gzip") && !matches!(weight.trim(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_that_pages_name_is_there() {
        for name in [
            "main.css",
            "main.js",
            "monitor.css",
            "attendance.css",
            "calendar.css",
            "monitor.js",
            "lane.js",
            "icons.svg",
            "favicon.svg",
            "site.webmanifest",
        ] {
            assert!(asset(name).starts_with("/assets/") && asset(name) != "/assets/missing", "{name}");
        }
    }

    #[test]
    fn a_script_is_sent_packed_to_whoever_takes_it() {
        let file = asset("main.js").trim_start_matches("/assets/");
        let mut request = HeaderMap::new();
        assert!(serve(file, &request).headers().get(header::CONTENT_ENCODING).is_none());
        request.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("br, gzip;q=0.8"));
        assert_eq!(serve(file, &request).headers()[header::CONTENT_ENCODING], "gzip");
        request.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("gzip;q=0"));
        assert!(serve(file, &request).headers().get(header::CONTENT_ENCODING).is_none());
    }

    #[test]
    fn a_file_that_the_browser_has_is_not_sent_again() {
        let file = asset("main.js").trim_start_matches("/assets/");
        let tag = serve(file, &HeaderMap::new()).headers()[header::ETAG].clone();
        let request = HeaderMap::from_iter([(header::IF_NONE_MATCH, tag)]);
        assert_eq!(serve(file, &request).status(), StatusCode::NOT_MODIFIED);
    }

    #[test]
    fn nothing_else_is_served() {
        for name in ["", "main.js", "../Cargo.toml", "%2e%2e/Cargo.toml", "manifest.json"] {
            assert_eq!(serve(name, &HeaderMap::new()).status(), StatusCode::NOT_FOUND, "{name}");
        }
    }
}
