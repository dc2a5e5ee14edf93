//! Bodies and queries as they come, read strictly.

use accounts::App;
use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Request},
    http::request::Parts,
};
use serde::{Deserialize, Deserializer, de::DeserializeOwned};
use web::{FieldFault, HeaderMap, StatusCode, WebError, header};

use crate::fault;

/// Rows of a list unless said otherwise.
const ROWS: u32 = 50;
/// Rows of a list at most.
pub(crate) const ROWS_LIMIT: u32 = 200;
/// A text in a query has so many letters at most.
const TEXT_LIMIT: usize = 200;

/// A JSON body of this shape, and its bytes as they were sent.
pub(crate) struct Body<T> {
    pub(crate) value: T,
    pub(crate) bytes: Bytes,
}

impl<T: DeserializeOwned> FromRequest<App> for Body<T> {
    type Rejection = WebError;

    async fn from_request(request: Request, app: &App) -> Result<Self, WebError> {
        if !is_json(request.headers()) {
            return Err(fault::not_json());
        }
        let bytes = Bytes::from_request(request, app).await.map_err(|refused| {
            if refused.status() == StatusCode::PAYLOAD_TOO_LARGE { WebError::TooLarge } else { fault::no_json() }
        })?;
        // A shape could be read from a list of its values too, which no document says.
        if bytes.trim_ascii_start().first() == Some(&b'[') {
            return Err(fault::field("", "api-fault-type"));
        }
        let mut reader = serde_json::Deserializer::from_slice(&bytes);
        let value = serde_path_to_error::deserialize(&mut reader).map_err(refused)?;
        reader.end().map_err(|_| fault::no_json())?;
        Ok(Self { value, bytes })
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json")
}

fn refused(error: serde_path_to_error::Error<serde_json::Error>) -> WebError {
    if !error.inner().is_data() {
        return fault::no_json();
    }
    let path = Some(error.path().to_string()).filter(|path| !matches!(path.as_str(), "." | "?")).unwrap_or_default();
    fault::fields(vec![of_words(&error.inner().to_string(), &path)])
}

/// What serde says of a field that is too much, missing or given twice, by the words in which it says so.
fn of_words(words: &str, path: &str) -> FieldFault {
    let key = match words.split(" `").next().unwrap_or_default() {
        "unknown field" => "api-fault-unknown",
        "missing field" => "api-fault-missing",
        "duplicate field" => "api-fault-twice",
        _ => return FieldFault::new(path, "api-fault-type"),
    };
    let name = words.split('`').nth(1).unwrap_or_default();
    let field = if path.is_empty() || path == name || path.ends_with(&format!(".{name}")) {
        path.to_owned()
    } else {
        format!("{path}.{name}")
    };
    FieldFault::new(if field.is_empty() { name.to_owned() } else { field }, key)
}

/// The parameters of an address, in this shape.
pub(crate) struct Params<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequestParts<App> for Params<T> {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, WebError> {
        let read = axum::extract::Query::<T>::try_from_uri(&parts.uri);
        read.map(|axum::extract::Query(value)| Self(value)).map_err(|refused| {
            let words = refused.body_text();
            let words = words.rsplit_once(": ").map_or(words.as_str(), |(_, words)| words).to_owned();
            fault::fields(vec![of_words(&words, "")])
        })
    }
}

/// A field that may be left out (`None`), be `null` (`Some(None)`) or have a value.
pub(crate) fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(from).map(Some)
}

/// How many rows are wanted.
pub(crate) fn limit(text: Option<&str>) -> Result<u32, &'static str> {
    let Some(text) = text else { return Ok(ROWS) };
    text.parse().ok().filter(|limit| (1..=ROWS_LIMIT).contains(limit)).ok_or("api-fault-limit")
}

/// A line of text to look for.
pub(crate) fn line(text: Option<&str>) -> Result<String, &'static str> {
    let text = text.unwrap_or_default();
    if text.chars().count() > TEXT_LIMIT || text.chars().any(char::is_control) {
        return Err("api-fault-text");
    }
    Ok(text.to_owned())
}
