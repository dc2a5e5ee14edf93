//! Who is inside: how many, and where one person is.

use access::{AccessError, queries};
use accounts::{Caller, Right, Routes, TokenScope};
use serde::Serialize;
use utoipa::ToSchema;
use web::{Json, Path, WebError};

use crate::people::person_id;

/// Adds the routes.
pub(crate) fn routes(routes: Routes) -> Routes {
    let read = Right::Token(Some(TokenScope::PresenceRead));
    routes.get("/api/v1/presence", read, get_presence).get("/api/v1/people/{id}/presence", read, get_person_presence)
}

/// How many people are inside.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Presence {
    /// Everybody.
    total: u32,
    /// Pupils.
    pupils: u32,
    /// Teachers and other staff.
    staff: u32,
    /// Everybody else.
    others: u32,
    /// By zone.
    zones: Vec<ZonePresence>,
}

/// How many people are in a zone.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ZonePresence {
    /// The zone.
    #[schema(format = "uuid")]
    zone_id: String,
    /// Its name.
    zone_name: String,
    /// How many people it may hold; null: not said.
    limit: Option<u32>,
    /// How many it holds.
    count: u32,
}

/// Where a person is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PersonPresence {
    /// The person.
    #[schema(format = "uuid")]
    person_id: String,
    /// What is known.
    state: State,
    /// The zone, when inside.
    #[schema(format = "uuid")]
    zone_id: Option<String>,
    /// The zone's name, when inside.
    zone_name: Option<String>,
    /// Since when; null when nothing is known.
    #[schema(format = "date-time")]
    since: Option<String>,
}

/// What is known of where a person is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum State {
    /// In a zone.
    Inside,
    /// On the street.
    Outside,
    /// Never seen, or it was said that it is not known.
    Unknown,
}

/// How many people are inside, by role and by zone. Scope `presence:read`.
#[utoipa::path(get, path = "/api/v1/presence", tag = "presence", operation_id = "get_presence",
    responses((status = 200, description = "How many people are inside", body = Presence), crate::document::Refused))]
pub(crate) async fn get_presence(caller: Caller) -> Result<Json<Presence>, WebError> {
    let scope = caller.scope()?;
    let found: Result<_, AccessError> = caller.app.db.read(move |tx| queries::inside(tx, &scope)).await;
    let queries::Inside { total, pupils, staff, others, zones } = found?;
    let zones = zones
        .into_iter()
        .map(|zone| ZonePresence {
            zone_id: zone.zone.to_string(),
            zone_name: zone.name,
            limit: zone.limit,
            count: zone.count,
        })
        .collect();
    Ok(Json(Presence { total, pupils, staff, others, zones }))
}

/// Where a person is. Scope `presence:read`.
#[utoipa::path(get, path = "/api/v1/people/{id}/presence", tag = "presence", operation_id = "get_person_presence",
    params(("id" = String, Path, format = "uuid", description = "The person")),
    responses((status = 200, description = "Where the person is", body = PersonPresence), crate::document::Refused))]
pub(crate) async fn get_person_presence(
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<PersonPresence>, WebError> {
    let (scope, id) = (caller.scope()?, person_id(&id)?);
    let found = caller.app.db.read(move |tx| {
        if people::queries::brief(tx, &scope, id)?.is_none() {
            return Ok(None);
        }
        queries::where_is(tx, &scope, id).map(Some)
    });
    let found: Result<_, AccessError> = found.await;
    let known = found?.ok_or(WebError::NotFound)?.filter(|place| place.is_known);
    let state = match &known {
        None => State::Unknown,
        Some(place) if place.zone.is_some() => State::Inside,
        Some(_) => State::Outside,
    };
    Ok(Json(PersonPresence {
        person_id: id.to_string(),
        state,
        since: known.as_ref().map(|place| place.since.to_string()),
        zone_id: known.as_ref().and_then(|place| place.zone).map(|zone| zone.to_string()),
        zone_name: known.filter(|place| place.zone.is_some()).map(|place| place.zone_name),
    }))
}
