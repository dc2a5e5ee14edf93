//! What a gate at the door asks over HTTP; see [`kernel::FeedRequest`] and [`kernel::RecordsRequest`].
//!
//! Every question carries `Authorization: Bearer <the gate's token>`, which is looked at before anything else of it. Errors are problem
//! documents (RFC 9457) with one word more, `error`.

use std::time::Duration;

use accounts::{Right, Routes};
use axum::extract::{FromRequest, Request};
use kernel::{FEED_PATH, FeedRequest, RECORDS_PATH, RecordsAnswer, RecordsRequest};
use serde::de::DeserializeOwned;
use serde_json::json;
use web::{HeaderMap, HeaderValue, IntoResponse, Json, Response, StatusCode, header};

use crate::{
    error::AccessError,
    gates::{Feeds, GateKey},
    model::GateToken,
};

/// A question of a gate has so many bytes at most: a full delivery of records stays well below.
const BODY_LIMIT: usize = 4 << 20;

/// How the paths at which gates ask begin.
pub const GATE_PATHS: &str = "/gate/";

/// Adds the gates' routes.
pub(crate) fn routes(routes: Routes, feeds: &Feeds) -> Routes {
    let (feeding, taking) = (feeds.clone(), feeds.clone());
    routes
        .post_large(FEED_PATH, Right::Gate, BODY_LIMIT, move |request: Request| async move {
            feed(&feeding, request).await.unwrap_or_else(Refusal::answer)
        })
        .post_large(RECORDS_PATH, Right::Gate, BODY_LIMIT, move |request: Request| async move {
            records(&taking, request).await.unwrap_or_else(Refusal::answer)
        })
}

async fn feed(feeds: &Feeds, request: Request) -> Result<Response, Refusal> {
    let key = authenticate(feeds, request.headers()).await?;
    let question: FeedRequest = body(request).await?;
    let wait = Duration::from_secs(u64::from(question.wait_s));
    let feed = feeds.feed(key, question.has(), &question.status, wait).await?;
    Ok(Json(feed).into_response())
}

async fn records(feeds: &Feeds, request: Request) -> Result<Response, Refusal> {
    let key = authenticate(feeds, request.headers()).await?;
    let given: RecordsRequest = body(request).await?;
    let accepted_through = feeds.deliver(key, given.records).await?;
    Ok(Json(RecordsAnswer { accepted_through }).into_response())
}

async fn body<T: DeserializeOwned>(request: Request) -> Result<T, Refusal> {
    let Json(body) = Json::from_request(request, &()).await.map_err(|rejection| Refusal::Body(rejection.status()))?;
    Ok(body)
}

async fn authenticate(feeds: &Feeds, headers: &HeaderMap) -> Result<GateKey, AccessError> {
    let value = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = value.and_then(GateToken::of_header).ok_or(AccessError::Token)?;
    feeds.authenticate(&token).await
}

/// Why a gate is not answered as it wished.
enum Refusal {
    /// What it sent is no question, or too long.
    Body(StatusCode),
    /// The question cannot be answered.
    Access(AccessError),
}

impl From<AccessError> for Refusal {
    fn from(error: AccessError) -> Self {
        Self::Access(error)
    }
}

impl Refusal {
    fn answer(self) -> Response {
        let (status, title, word) = match &self {
            // A gate that was removed between the look at its token and the work is one whose token is not known.
            Self::Access(AccessError::Token | AccessError::NotFound(_)) => {
                (StatusCode::UNAUTHORIZED, "the gate's token is missing or not known", "token")
            }
            Self::Access(AccessError::TooManyRecords) => {
                (StatusCode::PAYLOAD_TOO_LARGE, "too many records at once", "too_many_records")
            }
            Self::Access(error) => {
                tracing::error!(%error, "a gate was not answered");
                (StatusCode::SERVICE_UNAVAILABLE, "the server cannot answer just now", "unavailable")
            }
            Self::Body(status) => (*status, "the body is not what this address takes", "body"),
        };
        let problem = json!({ "type": "about:blank", "status": status.as_u16(), "title": title, "error": word });
        let mut response = (status, problem.to_string()).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}
