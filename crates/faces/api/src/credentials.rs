//! Credentials.

use accounts::{Caller, Ctx, Right, Routes, Scope, TokenScope};
use kernel::{Card, CardError, CredentialId, PersonId, ReaderFormat};
use people::{PeopleError, ops, ops::NewCredential as NewCard, person::CredentialView, queries};
use serde::{Deserialize, Serialize};
use store::Tx;
use utoipa::ToSchema;
use web::{IntoResponse, Json, Path, Response, StatusCode, WebError, header};

use crate::{
    fault::{self, Faults},
    input::Body,
    once::{Once, Written},
    people::person_id,
    wire,
};

/// Adds the routes.
pub(crate) fn routes(routes: Routes) -> Routes {
    let write = Right::Token(Some(TokenScope::CredentialsWrite));
    routes
        .get("/api/v1/people/{id}/credentials", Right::Token(Some(TokenScope::PeopleRead)), list_credentials)
        .post("/api/v1/credentials", write, issue_credential)
        .post("/api/v1/credentials/{id}/status", write, set_credential_status)
}

/// What is on a card.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CardBits {
    /// How many data bits: 24, 32, 35 or 56.
    bits: u8,
    /// The bits as a decimal number; a text, since not every program holds 56 bits in a number.
    #[schema(example = "6612000")]
    value: String,
}

/// A credential.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Credential {
    /// Its id.
    #[schema(format = "uuid")]
    id: String,
    /// Whose.
    #[schema(format = "uuid")]
    person_id: String,
    /// What is on it.
    card: CardBits,
    /// Whether it opens anything.
    #[schema(value_type = wire::CredentialStatus)]
    status: &'static str,
    /// From this moment; null: since it was issued.
    #[schema(format = "date-time")]
    valid_from: Option<String>,
    /// Before this moment; null: for good.
    #[schema(format = "date-time")]
    valid_until: Option<String>,
    /// When it was given out.
    #[schema(format = "date-time")]
    issued_at: String,
    /// When it was changed last.
    #[schema(format = "date-time")]
    changed_at: String,
    /// By which it was replaced.
    #[schema(format = "uuid")]
    replaced_by_id: Option<String>,
}

impl Credential {
    fn of(view: &CredentialView) -> Self {
        Self {
            id: view.id.to_string(),
            person_id: view.person.to_string(),
            card: CardBits { bits: view.card.bits, value: view.card.value.to_string() },
            status: view.status.as_str(),
            valid_from: view.valid_from.map(|at| at.to_string()),
            valid_until: view.valid_until.map(|at| at.to_string()),
            issued_at: view.issued_at.to_string(),
            changed_at: view.changed_at.to_string(),
            replaced_by_id: view.replaced_by.map(|id| id.to_string()),
        }
    }
}

/// All credentials of a person.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Credentials {
    /// The credentials: those that work first, then the newest.
    items: Vec<Credential>,
    /// Always null: this list has one page.
    next: Option<String>,
}

/// A card to be given to somebody.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewCredential {
    /// To whom.
    #[schema(format = "uuid")]
    person_id: String,
    /// The number of the card as the reader shows it: decimal, `facility,number`, or `0x…`.
    #[schema(example = "100,58400")]
    number: String,
    /// How that reader shows a card.
    #[schema(value_type = wire::CardFormat)]
    format: String,
    /// From this moment; left out: at once.
    #[schema(format = "date-time")]
    valid_from: Option<String>,
    /// Before this moment; left out: for good.
    #[schema(format = "date-time")]
    valid_until: Option<String>,
}

/// What a credential is to become.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StatusChange {
    /// `suspended` stops it for now, `active` lets it work again, `lost` raises an alarm when it is tried, `returned` is for good: the card may
    /// be issued again.
    #[schema(value_type = wire::CredentialStatus)]
    status: String,
}

/// The credentials of a person. Scope `people:read`.
#[utoipa::path(get, path = "/api/v1/people/{id}/credentials", tag = "credentials", operation_id = "list_credentials",
    params(("id" = String, Path, format = "uuid", description = "The person")),
    responses((status = 200, description = "The credentials", body = Credentials), crate::document::Refused))]
pub(crate) async fn list_credentials(caller: Caller, Path(id): Path<String>) -> Result<Json<Credentials>, WebError> {
    let (scope, id) = (caller.scope()?, person_id(&id)?);
    let found = caller.app.db.read(move |tx| {
        if queries::brief(tx, &scope, id)?.is_none() {
            return Ok(None);
        }
        queries::credentials(tx, &scope, id).map(Some)
    });
    let found = found.await?.ok_or(WebError::NotFound)?;
    Ok(Json(Credentials { items: found.iter().map(Credential::of).collect(), next: None }))
}

/// Issues a credential. Scope `credentials:write`.
#[utoipa::path(post, path = "/api/v1/credentials", tag = "credentials", operation_id = "issue_credential",
    params(crate::document::OnceHeader), request_body = NewCredential,
    responses((status = 201, description = "The credential", body = Credential), crate::document::Refused))]
pub(crate) async fn issue_credential(
    caller: Caller,
    once: Once,
    body: Body<NewCredential>,
) -> Result<Response, WebError> {
    let scope = caller.scope()?;
    let (person, card) = card_of(&body.value)?;
    let act = move |tx: &mut Tx<'_>, ctx: &Ctx| ops::issue_credential(tx, ctx, person, &card);
    let written = once.write(&caller, &body.bytes, act, move |tx, _, id| shown(tx, &scope, id)).await;
    let written = written.map_err(|error| match error {
        // The person stands in the body, not in the address.
        WebError::NotFound => fault::field("person_id", "api-fault-person"),
        error => error,
    })?;
    let location = format!("/api/v1/people/{}/credentials", written.value.person_id);
    let response = (StatusCode::CREATED, [(header::LOCATION, location)], Json(written.value)).into_response();
    Ok(Written::<Credential>::mark(written.is_replay, response))
}

fn card_of(new: &NewCredential) -> Result<(PersonId, NewCard), WebError> {
    let mut faults = Faults::default();
    let person = faults.kept("person_id", wire::id(&new.person_id));
    let format = faults.kept("format", wire::word(&new.format, ReaderFormat::parse));
    let card = format.and_then(|format| {
        let read = Card::parse(&new.number, format).map_err(|error| match error {
            CardError::OutOfRange => "api-fault-card-range",
            CardError::NotANumber | CardError::Length | CardError::Parity => "api-fault-card",
        });
        faults.kept("number", read)
    });
    let mut term = |field: &str, text: Option<&String>| text.and_then(|text| faults.kept(field, wire::moment(text)));
    let (valid_from, valid_until) =
        (term("valid_from", new.valid_from.as_ref()), term("valid_until", new.valid_until.as_ref()));
    faults.done(person.zip(card).map(|(person, card)| (person, NewCard { card, valid_from, valid_until })))
}

/// Stops a credential, lets it work again, reports it lost, or takes it back. Scope `credentials:write`.
#[utoipa::path(post, path = "/api/v1/credentials/{id}/status", tag = "credentials", operation_id = "set_credential_status",
    params(("id" = String, Path, format = "uuid", description = "The credential"), crate::document::OnceHeader),
    request_body = StatusChange,
    responses((status = 200, description = "The credential as it is now", body = Credential), crate::document::Refused))]
pub(crate) async fn set_credential_status(
    caller: Caller,
    Path(id): Path<String>,
    once: Once,
    body: Body<StatusChange>,
) -> Result<Response, WebError> {
    let scope = caller.scope()?;
    let id: CredentialId = id.parse().map_err(|_| WebError::NotFound)?;
    let mut faults = Faults::default();
    let status = faults.kept("status", wire::word(&body.value.status, kernel::CredentialStatus::parse));
    let status = faults.done(status)?;
    let act = move |tx: &mut Tx<'_>, ctx: &Ctx| {
        match status {
            kernel::CredentialStatus::Active => ops::resume(tx, ctx, id)?,
            kernel::CredentialStatus::Suspended => ops::suspend(tx, ctx, id)?,
            kernel::CredentialStatus::Lost => ops::report_lost(tx, ctx, id)?,
            kernel::CredentialStatus::Returned => ops::give_back(tx, ctx, id)?,
        }
        Ok(id)
    };
    let written = once.write(&caller, &body.bytes, act, move |tx, _, id| shown(tx, &scope, id)).await?;
    Ok(Written::<Credential>::mark(written.is_replay, Json(written.value).into_response()))
}

fn shown(tx: &mut Tx<'_>, scope: &Scope, id: CredentialId) -> Result<Credential, PeopleError> {
    Ok(Credential::of(&queries::credential(tx, scope, id)?.ok_or(PeopleError::NoSuchCredential)?))
}
