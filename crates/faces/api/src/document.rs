//! The OpenAPI document, made of the routes and shapes of this crate.

use std::{collections::BTreeMap, sync::LazyLock};

use accounts::{Right, Routes};
use serde::Serialize;
use utoipa::{
    IntoParams, IntoResponses, Modify, OpenApi, ToSchema,
    openapi::{
        ContentBuilder, Ref, RefOr, Response, ResponseBuilder,
        security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};
use web::{IntoResponse, header};

use crate::{attendance, classes, credentials, passes, people, presence, school, wire};

/// Where the document is.
pub(crate) const PATH: &str = "/api/v1/openapi.json";

/// Adds the route of the document.
pub(crate) fn routes(routes: Routes) -> Routes {
    routes.get(PATH, Right::Public("describes the interface, holds nothing of any school"), serve)
}

async fn serve() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "public, max-age=300")], document())
}

/// The document as JSON, for people to read.
pub fn document() -> &'static str {
    &DOCUMENT
}

static DOCUMENT: LazyLock<String> = LazyLock::new(|| {
    // Only types that write themselves are in it.
    Document::openapi().to_pretty_json().map(|text| text + "\n").unwrap_or_default()
});

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Kezekshi",
        version = "1",
        description = "What other programs may read and write of a school: people, classes, credentials, passes, presence, attendance.\n\n\
            Every request carries `Authorization: Bearer kzk_…`, a token that somebody made on the page “My account → Tokens” for some scopes and \
            some time; it never gives more than its maker may do. Moments are RFC 3339 in UTC, days `YYYY-MM-DD`, ids UUIDs. Lists give `items` and \
            `next`; give `next` as `cursor` for the next page. Fields and parameters that are not known are refused. Whatever goes wrong is told as \
            `application/problem+json` (RFC 9457), in the language of `Accept-Language` (kk, ru, en). A write with an `Idempotency-Key` is done once \
            within 24 hours, however often it is sent.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    servers((url = "/", description = "This installation")),
    tags(
        (name = "school", description = "The school and its access points"),
        (name = "people", description = "Persons"),
        (name = "classes", description = "Classes"),
        (name = "credentials", description = "Credentials"),
        (name = "passes", description = "The log of passes"),
        (name = "presence", description = "Who is inside"),
        (name = "attendance", description = "What pupils' days were"),
    ),
    paths(
        school::get_school,
        school::list_points,
        people::list_people,
        people::add_person,
        people::get_person,
        people::change_person,
        people::get_photo,
        classes::list_classes,
        classes::add_class,
        classes::get_class,
        classes::change_class,
        credentials::list_credentials,
        credentials::issue_credential,
        credentials::set_credential_status,
        passes::list_passes,
        presence::get_presence,
        presence::get_person_presence,
        attendance::get_class_attendance,
        attendance::get_person_attendance,
    ),
    components(schemas(
        Problem, FieldProblem, wire::Role, wire::PersonStatus, wire::CredentialStatus, wire::Direction, wire::Reason, wire::DecidedBy,
        wire::CardFormat, wire::Sex, wire::Lang, wire::AttendanceStatus
    )),
    modifiers(&Token),
    security(("token" = []))
)]
struct Document;

/// How a program shows who it is.
struct Token;

impl Modify for Token {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("kzk_…")
            .description(Some("A token from the page “My account → Tokens”."))
            .build();
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("token", SecurityScheme::Http(scheme));
    }
}

/// Why a request was not answered with what it asked for (RFC 9457).
#[derive(Serialize, ToSchema)]
struct Problem {
    /// By which a program knows it; `about:blank` when the status says all.
    #[serde(rename = "type")]
    #[schema(example = "/api#problem-fields")]
    kind: String,
    /// The HTTP status.
    status: u16,
    /// What happened.
    title: String,
    /// What to do.
    detail: String,
    /// By which the operator finds the request in the log.
    instance: String,
    /// What is wrong with which field.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    errors: Option<Vec<FieldProblem>>,
}

/// What is wrong with one field.
#[derive(Serialize, ToSchema)]
struct FieldProblem {
    /// The field, or the path to it; empty: the whole body.
    field: String,
    /// What is wrong.
    detail: String,
}

/// Every answer that is not the one that was asked for.
pub(crate) struct Refused;

impl IntoResponses for Refused {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let content = || ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
        let refused = |what: &str| {
            RefOr::T(ResponseBuilder::new().description(what).content("application/problem+json", content()).build())
        };
        BTreeMap::from([
            ("401".to_owned(), refused("No token, or one that is unknown, over or revoked")),
            ("403".to_owned(), refused("The token has not this scope, or its maker no longer the right")),
            ("429".to_owned(), refused("Too many requests; `Retry-After` says for how many seconds to wait")),
            (
                "default".to_owned(),
                refused(
                    "404 nothing there · 409 not possible as things stand · 412 changed since it was read · 413 too large · 415 not JSON · \
                     422 wrong fields · 428 `If-Match` is missing",
                ),
            ),
        ])
    }
}

/// The header of a write that is to be done once.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "the shape of a parameter in the document")]
pub(crate) struct OnceHeader {
    /// Any 1 to 128 printable ASCII signs, new for each write, such as a UUID: the same request sent again within 24 hours is not done again.
    #[param(rename = "Idempotency-Key", max_length = 128, required = false)]
    key: Option<String>,
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    #[test]
    fn the_document_is_of_3_1_and_every_reference_leads_somewhere() {
        let document: Value = serde_json::from_str(super::document()).unwrap();
        assert_eq!(document["openapi"], "3.1.0");
        let text = super::document();
        for (at, _) in text.match_indices("\"#/components/schemas/") {
            let name = text[at + 22..].split('"').next().unwrap();
            assert!(document["components"]["schemas"][name].is_object(), "{name}");
        }
        let operations =
            document["paths"].as_object().unwrap().values().flat_map(|path| path.as_object().unwrap().values());
        assert!(operations.clone().count() > 10);
        for operation in operations {
            assert!(
                operation["operationId"].is_string() && operation["responses"]["default"].is_object(),
                "{operation}"
            );
        }
    }
}
