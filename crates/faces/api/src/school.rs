//! The school, and its access points.

use access::AccessError;
use accounts::{Caller, Right, Routes, TokenScope};
use serde::Serialize;
use utoipa::ToSchema;
use web::{Json, WebError};

/// Adds the routes.
pub(crate) fn routes(routes: Routes) -> Routes {
    routes.get("/api/v1/school", Right::Token(None), get_school).get(
        "/api/v1/points",
        Right::Token(Some(TokenScope::PointsRead)),
        list_points,
    )
}

/// The school of the token.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct School {
    /// Its id.
    #[schema(format = "uuid")]
    id: String,
    /// Its name in Kazakh.
    name_kk: String,
    /// Its name in Russian.
    name_ru: String,
    /// IANA name of the zone in which its days are counted.
    #[schema(example = "Asia/Almaty")]
    time_zone: String,
}

/// The school of the token. Any living token opens it: a first call to see that all is well.
#[utoipa::path(get, path = "/api/v1/school", tag = "school", operation_id = "get_school",
    responses((status = 200, description = "The school", body = School), crate::document::Refused))]
pub(crate) async fn get_school(caller: Caller) -> Result<Json<School>, WebError> {
    let school = caller.actor.school;
    let found = caller.app.db.read(move |tx| people::queries::school(tx, school)).await?.ok_or(WebError::NotFound)?;
    Ok(Json(School {
        id: found.school.to_string(),
        name_kk: found.name_kk,
        name_ru: found.name_ru,
        time_zone: found.time_zone,
    }))
}

/// An access point.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Point {
    /// Its id.
    #[schema(format = "uuid")]
    id: String,
    /// Its name.
    name: String,
    /// The zone reached by going in.
    #[schema(format = "uuid")]
    inner_zone_id: String,
    /// That zone's name.
    inner_zone_name: String,
    /// The zone reached by going out; null: the street.
    #[schema(format = "uuid")]
    outer_zone_id: Option<String>,
    /// That zone's name; null: the street.
    outer_zone_name: Option<String>,
    /// Whether it is in use.
    is_enabled: bool,
}

/// All access points.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Points {
    /// The points, in their order.
    items: Vec<Point>,
    /// Always null: this list has one page.
    next: Option<String>,
}

/// The access points, in their order. Scope `points:read`.
#[utoipa::path(get, path = "/api/v1/points", tag = "school", operation_id = "list_points",
    responses((status = 200, description = "The access points", body = Points), crate::document::Refused))]
pub(crate) async fn list_points(caller: Caller) -> Result<Json<Points>, WebError> {
    let scope = caller.scope()?;
    let found: Result<_, AccessError> = caller.app.db.read(move |tx| access::queries::points(tx, &scope)).await;
    let items = found?
        .into_iter()
        .map(|point| Point {
            id: point.id.to_string(),
            name: point.name,
            inner_zone_id: point.inner.to_string(),
            inner_zone_name: point.inner_name,
            outer_zone_id: point.outer.map(|zone| zone.to_string()),
            outer_zone_name: point.outer.map(|_| point.outer_name),
            is_enabled: point.is_enabled,
        })
        .collect();
    Ok(Json(Points { items, next: None }))
}
