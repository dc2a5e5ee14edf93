//! The log of passes.

use access::{
    AccessError,
    queries::{self, PassCursor, PassFilter, PassView},
};
use accounts::{Caller, Right, Routes, TokenScope};
use kernel::{PassId, at_micros, micros};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{Json, WebError};

use crate::{
    cursor,
    fault::Faults,
    input::{self, Params},
    wire,
};

/// Adds the routes.
pub(crate) fn routes(routes: Routes) -> Routes {
    routes.get("/api/v1/passes", Right::Token(Some(TokenScope::PassesRead)), list_passes)
}

/// Which passes are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PassesQuery {
    /// From this moment.
    #[param(format = "date-time")]
    from: Option<String>,
    /// Before this moment.
    #[param(format = "date-time")]
    until: Option<String>,
    /// Of this person.
    #[param(format = "uuid")]
    person: Option<String>,
    /// Through this access point.
    #[param(format = "uuid")]
    point: Option<String>,
    /// Rows of a page, 1 to 200; 50 unless said.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Option<String>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// One attempt to pass.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Pass {
    /// Its id.
    #[schema(format = "uuid")]
    id: String,
    /// When it happened.
    #[schema(format = "date-time")]
    at: String,
    /// When the server learnt of it.
    #[schema(format = "date-time")]
    received_at: String,
    /// Whether that was more than a minute later.
    is_late: bool,
    /// Through which access point.
    #[schema(format = "uuid")]
    point_id: String,
    /// The point's name; empty when the point is not known any more.
    point_name: String,
    /// Which way.
    #[schema(value_type = wire::Direction)]
    direction: &'static str,
    /// Whether the person was let through.
    is_granted: bool,
    /// Why, or why not.
    #[schema(value_type = wire::Reason)]
    reason: &'static str,
    /// Who decided.
    #[schema(value_type = wire::DecidedBy)]
    decided_by: &'static str,
    /// Who; null when the credential is not known.
    #[schema(format = "uuid")]
    person_id: Option<String>,
    /// The person's full name.
    person_name: Option<String>,
    /// The class of a pupil, as everybody writes it.
    class_name: Option<String>,
    /// By which credential.
    #[schema(format = "uuid")]
    credential_id: Option<String>,
}

impl Pass {
    fn of(view: PassView) -> Self {
        Self {
            id: view.id.to_string(),
            at: view.at.to_string(),
            received_at: view.received_at.to_string(),
            is_late: view.is_late,
            point_id: view.point.to_string(),
            point_name: view.point_name,
            direction: view.direction.as_str(),
            is_granted: view.reason.is_granted(),
            reason: view.reason.as_str(),
            decided_by: view.decided_by.as_str(),
            person_id: view.person.as_ref().map(|person| person.id.to_string()),
            person_name: view.person.as_ref().map(|person| person.full.clone()),
            class_name: view.person.and_then(|person| person.class),
            credential_id: view.credential.map(|id| id.to_string()),
        }
    }
}

/// A page of passes.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Passes {
    /// The passes, newest first.
    items: Vec<Pass>,
    /// Give it as `cursor` for the next page; null: this is the last.
    next: Option<String>,
}

/// The log of passes, newest first. Scope `passes:read`.
#[utoipa::path(get, path = "/api/v1/passes", tag = "passes", operation_id = "list_passes", params(PassesQuery),
    responses((status = 200, description = "A page of passes", body = Passes), crate::document::Refused))]
pub(crate) async fn list_passes(caller: Caller, Params(query): Params<PassesQuery>) -> Result<Json<Passes>, WebError> {
    let scope = caller.scope()?;
    let (filter, after, limit) = wanted(&query)?;
    let found: Result<_, AccessError> =
        caller.app.db.read(move |tx| queries::passes(tx, &scope, &filter, after, limit)).await;
    let page = found?;
    Ok(Json(Passes { items: page.rows.into_iter().map(Pass::of).collect(), next: page.next.map(place) }))
}

fn wanted(query: &PassesQuery) -> Result<(PassFilter, Option<PassCursor>, u32), WebError> {
    let mut faults = Faults::default();
    let limit = faults.kept("limit", input::limit(query.limit.as_deref()));
    let from = query.from.as_deref().and_then(|text| faults.kept("from", wire::moment(text)));
    let until = query.until.as_deref().and_then(|text| faults.kept("until", wire::moment(text)));
    let person = query.person.as_deref().and_then(|text| faults.kept("person", wire::id(text)));
    let point = query.point.as_deref().and_then(|text| faults.kept("point", wire::id(text)));
    let after = query.cursor.as_deref().and_then(|word| faults.kept("cursor", row(word).ok_or("api-fault-cursor")));
    let filter = PassFilter { from, until, person, point, ..PassFilter::default() };
    faults.done(limit.map(|limit| (filter, after, limit)))
}

/// The word of a row after which a page begins: the moment in 8 bytes, the id in 16.
fn place(cursor: PassCursor) -> String {
    cursor::word(&[micros(cursor.at).to_be_bytes().as_slice(), cursor.id.as_bytes().as_slice()].concat())
}

fn row(word: &str) -> Option<PassCursor> {
    let bytes = cursor::bytes::<24>(word)?;
    let (at, id) = bytes.split_at(8);
    Some(PassCursor { at: at_micros(i64::from_be_bytes(at.try_into().ok()?)), id: PassId::from_slice(id)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_found_again_by_its_word() {
        for at in [0, -1, 1_795_000_000_123_456] {
            let cursor = PassCursor { at: at_micros(at), id: PassId::from_slice(&[9; 16]).unwrap() };
            assert_eq!(row(&place(cursor)), Some(cursor));
        }
        assert_eq!(row("AAAA"), None);
    }
}
