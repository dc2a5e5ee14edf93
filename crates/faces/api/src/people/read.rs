//! Persons are read.

use accounts::Caller;
use kernel::PersonStatus;
use people::queries::{self, PersonFilter, PhotoSize};
use serde::Deserialize;
use utoipa::IntoParams;
use web::{IntoResponse, Json, Path, Response, WebError, header};

use super::{
    person_id,
    shape::{People, Person, PersonItem},
};
use crate::{
    cursor,
    fault::Faults,
    input::{self, Params},
    wire,
};

/// Which persons are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PeopleQuery {
    /// The beginnings of names, a class, or the number of a card, as in the search box of a page.
    #[param(max_length = 200)]
    text: Option<String>,
    /// Of this class.
    #[param(format = "uuid")]
    class: Option<String>,
    /// With this role.
    #[param(value_type = Option<wire::Role>, inline)]
    role: Option<String>,
    /// In this status; archived persons are found only so.
    #[param(value_type = Option<wire::PersonStatus>, inline)]
    status: Option<String>,
    /// Rows of a page, 1 to 200; 50 unless said.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Option<String>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// Persons, in the order of the Kazakh alphabet. Scope `people:read`.
#[utoipa::path(get, path = "/api/v1/people", tag = "people", operation_id = "list_people", params(PeopleQuery),
    responses((status = 200, description = "A page of persons", body = People), crate::document::Refused))]
pub(crate) async fn list_people(caller: Caller, Params(query): Params<PeopleQuery>) -> Result<Json<People>, WebError> {
    let scope = caller.scope()?;
    let mut faults = Faults::default();
    let text = faults.kept("text", input::line(query.text.as_deref()));
    let limit = faults.kept("limit", input::limit(query.limit.as_deref()));
    let class = query.class.as_deref().and_then(|text| faults.kept("class", wire::id(text)));
    let role = query.role.as_deref().and_then(|word| faults.kept("role", wire::word(word, kernel::Role::parse)));
    let status = query.status.as_deref().and_then(|word| faults.kept("status", wire::word(word, PersonStatus::parse)));
    let after =
        query.cursor.as_deref().and_then(|word| faults.kept("cursor", cursor::id(word).ok_or("api-fault-cursor")));
    let wanted = text.zip(limit).map(|(text, limit)| (PersonFilter { text, class, role, status }, limit));
    let (filter, limit) = faults.done(wanted)?;
    let page = caller.app.db.read(move |tx| queries::list(tx, &scope, &filter, after, limit)).await?;
    let next = page.next.map(|id| cursor::word(id.as_bytes()));
    Ok(Json(People { items: page.rows.iter().map(PersonItem::of).collect(), next }))
}

/// One person. Scope `people:read`.
#[utoipa::path(get, path = "/api/v1/people/{id}", tag = "people", operation_id = "get_person",
    params(("id" = String, Path, format = "uuid", description = "The person")),
    responses((status = 200, description = "The person; `ETag` is the revision", body = Person), crate::document::Refused))]
pub(crate) async fn get_person(caller: Caller, Path(id): Path<String>) -> Result<Response, WebError> {
    let (scope, id) = (caller.scope()?, person_id(&id)?);
    let found = caller.app.db.read(move |tx| queries::find(tx, &scope, id)).await?;
    let person = Person::of(found.ok_or(WebError::NotFound)?);
    Ok(([(header::ETAG, person.tag())], Json(person)).into_response())
}

/// Which size of a photo is wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PhotoQuery {
    /// `large` is 480 × 640, `small` 120 × 160; large unless said.
    #[param(value_type = Option<Size>, inline)]
    size: Option<String>,
}

/// The size of a photo.
#[derive(utoipa::ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "the shape of a parameter in the document")]
enum Size {
    Large,
    Small,
}

/// The photo of a person, a JPEG; 404 when there is none. Scope `people:read`.
#[utoipa::path(get, path = "/api/v1/people/{id}/photo", tag = "people", operation_id = "get_photo",
    params(("id" = String, Path, format = "uuid", description = "The person"), PhotoQuery),
    responses((status = 200, description = "The photo", body = Vec<u8>, content_type = "image/jpeg"), crate::document::Refused))]
pub(crate) async fn get_photo(
    caller: Caller,
    Path(id): Path<String>,
    Params(query): Params<PhotoQuery>,
) -> Result<Response, WebError> {
    let (scope, id) = (caller.scope()?, person_id(&id)?);
    let mut faults = Faults::default();
    let size = faults.kept("size", wire::word(query.size.as_deref().unwrap_or("large"), size_of));
    let size = faults.done(size)?;
    let vault = caller.app.vault.clone();
    let found = caller.app.db.read(move |tx| queries::photo(tx, &scope, &vault, id, size)).await?;
    let picture = found.ok_or(WebError::NotFound)?;
    Ok(([(header::CONTENT_TYPE, "image/jpeg")], picture.bytes).into_response())
}

fn size_of(word: &str) -> Option<PhotoSize> {
    match word {
        "large" => Some(PhotoSize::Large),
        "small" => Some(PhotoSize::Small),
        _ => None,
    }
}
