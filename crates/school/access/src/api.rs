//! What a gate at the door asks over HTTP; see [`kernel::FeedRequest`] and [`kernel::RecordsRequest`].
//!
//! Every question carries `Authorization: Bearer <the gate's token>`. Errors are JSON with one word, `error`.

use std::time::Duration;

use accounts::{Right, Routes};
use kernel::{FEED_PATH, FeedRequest, RECORDS_PATH, RecordsAnswer, RecordsRequest};
use serde_json::json;
use web::{HeaderMap, IntoResponse, Json, Response, StatusCode, header};

use crate::{
    error::AccessError,
    gates::{Feeds, GateKey},
    model::GateToken,
};

/// A question of a gate has so many bytes at most: a full delivery of records stays well below.
const BODY_LIMIT: usize = 4 << 20;

/// Adds the gates' routes.
pub(crate) fn routes(routes: Routes, feeds: &Feeds) -> Routes {
    let (feeding, taking) = (feeds.clone(), feeds.clone());
    routes
        .post_large(
            FEED_PATH,
            Right::Gate,
            BODY_LIMIT,
            move |headers: HeaderMap, Json(question): Json<FeedRequest>| async move {
                feed(&feeding, &headers, question).await.unwrap_or_else(refusal)
            },
        )
        .post_large(
            RECORDS_PATH,
            Right::Gate,
            BODY_LIMIT,
            move |headers: HeaderMap, Json(given): Json<RecordsRequest>| async move {
                records(&taking, &headers, given).await.unwrap_or_else(refusal)
            },
        )
}

async fn feed(feeds: &Feeds, headers: &HeaderMap, question: FeedRequest) -> Result<Response, AccessError> {
    let key = authenticate(feeds, headers).await?;
    let wait = Duration::from_secs(u64::from(question.wait_s));
    let feed = feeds.feed(key, question.have, question.after_command, &question.status, wait).await?;
    Ok(Json(feed).into_response())
}

async fn records(feeds: &Feeds, headers: &HeaderMap, given: RecordsRequest) -> Result<Response, AccessError> {
    let key = authenticate(feeds, headers).await?;
    let accepted_through = feeds.deliver(key, given.records).await?;
    Ok(Json(RecordsAnswer { accepted_through }).into_response())
}

async fn authenticate(feeds: &Feeds, headers: &HeaderMap) -> Result<GateKey, AccessError> {
    let value = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = value.and_then(GateToken::of_header).ok_or(AccessError::Token)?;
    feeds.authenticate(&token).await
}

fn refusal(error: AccessError) -> Response {
    let (status, word) = match &error {
        // A gate that was removed between the look at its token and the work is one whose token is not known.
        AccessError::Token | AccessError::NotFound(_) => (StatusCode::UNAUTHORIZED, "token"),
        AccessError::TooManyRecords => (StatusCode::PAYLOAD_TOO_LARGE, "too_many_records"),
        other => {
            tracing::error!(error = %other, "a gate was not answered");
            (StatusCode::SERVICE_UNAVAILABLE, "unavailable")
        }
    };
    (status, Json(json!({ "error": word }))).into_response()
}
