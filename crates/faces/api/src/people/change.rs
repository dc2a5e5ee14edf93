//! Persons are added and changed.

use std::collections::BTreeSet;

use accounts::{App, Caller, Ctx, Scope};
use axum::{extract::FromRequestParts, http::request::Parts};
use jiff::civil::Date;
use kernel::{ClassId, PersonId, Role};
use people::{
    PeopleError,
    model::{NameError, NamePart, PersonName, Sex},
    ops,
    person::PersonData,
    queries,
};
use serde::Deserialize;
use store::Tx;
use utoipa::ToSchema;
use web::{IntoResponse, Json, Path, Response, StatusCode, WebError, header};

use super::{PATH, person_id, shape::Person};
use crate::{
    fault::{self, Faults},
    input::{Body, given},
    once::{Once, Written},
    wire,
};

/// A person to be added.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewPerson {
    /// The family name.
    #[schema(example = "Асанова", max_length = 80)]
    family: String,
    /// The given name.
    #[schema(example = "Айдана", max_length = 80)]
    given: String,
    /// The patronymic.
    #[schema(max_length = 80)]
    patronymic: Option<String>,
    /// The sex.
    #[schema(value_type = Option<wire::Sex>)]
    sex: Option<String>,
    /// The birth date.
    #[schema(format = "date")]
    birth_date: Option<String>,
    /// What the person is to the school; at least one.
    #[schema(value_type = Vec<wire::Role>, min_items = 1)]
    roles: Vec<String>,
    /// The class of a pupil.
    #[schema(format = "uuid")]
    class_id: Option<String>,
    /// What the person works as.
    #[schema(max_length = 120)]
    position: Option<String>,
    /// Always let in up to and with this day, since the card is new.
    #[schema(format = "date")]
    learning_until: Option<String>,
}

/// What is to be changed of a person; what is left out stays, `null` empties what may be empty.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PersonChange {
    /// The family name.
    #[schema(max_length = 80)]
    family: Option<String>,
    /// The given name.
    #[schema(max_length = 80)]
    given: Option<String>,
    /// The patronymic.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, max_length = 80)]
    patronymic: Option<Option<String>>,
    /// The sex.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<wire::Sex>)]
    sex: Option<Option<String>>,
    /// The birth date.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, format = "date")]
    birth_date: Option<Option<String>>,
    /// What the person is to the school; at least one.
    #[schema(value_type = Option<Vec<wire::Role>>)]
    roles: Option<Vec<String>>,
    /// The class of a pupil.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, format = "uuid")]
    class_id: Option<Option<String>>,
    /// What the person works as.
    #[schema(max_length = 120)]
    position: Option<String>,
    /// Always let in up to and with this day, since the card is new.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, format = "date")]
    learning_until: Option<Option<String>>,
}

/// What was given of a person, read: `None` was left out.
#[derive(Clone, Debug)]
struct Given {
    family: Option<String>,
    given: Option<String>,
    patronymic: Option<Option<String>>,
    sex: Option<Option<Sex>>,
    birth_date: Option<Option<Date>>,
    roles: Option<BTreeSet<Role>>,
    class: Option<Option<ClassId>>,
    position: Option<String>,
    learning_until: Option<Option<Date>>,
}

impl Given {
    /// Reads what was given; every fault is told at once.
    fn read(change: PersonChange) -> Result<Self, WebError> {
        let mut faults = Faults::default();
        let sex = optional(&mut faults, "sex", change.sex, |word| wire::word(word, Sex::parse));
        let birth_date = optional(&mut faults, "birth_date", change.birth_date, wire::day);
        let class = optional(&mut faults, "class_id", change.class_id, wire::id);
        let learning_until = optional(&mut faults, "learning_until", change.learning_until, wire::day);
        let roles = change.roles.map(|words| {
            let read: Result<_, _> = words.iter().map(|word| wire::word(word, Role::parse)).collect();
            faults.kept("roles", read).unwrap_or_default()
        });
        let read = Self {
            family: change.family,
            given: change.given,
            patronymic: change.patronymic,
            sex,
            birth_date,
            roles,
            class,
            position: change.position,
            learning_until,
        };
        faults.done(Some(read))
    }

    /// What was given in place of what is there.
    fn over(self, now: &PersonData) -> Result<PersonData, NameError> {
        let family = self.family.as_deref().unwrap_or_else(|| now.name.family());
        let given = self.given.as_deref().unwrap_or_else(|| now.name.given());
        let patronymic =
            self.patronymic.as_ref().map_or_else(|| now.name.patronymic(), |patronymic| patronymic.as_deref());
        Ok(PersonData {
            name: PersonName::parse(family, given, patronymic)?,
            sex: self.sex.unwrap_or(now.sex),
            birth_date: self.birth_date.unwrap_or(now.birth_date),
            roles: self.roles.unwrap_or_else(|| now.roles.clone()),
            class: self.class.unwrap_or(now.class),
            position: self.position.unwrap_or_else(|| now.position.clone()),
            learning_until: self.learning_until.unwrap_or(now.learning_until),
        })
    }
}

fn optional<T>(
    faults: &mut Faults,
    field: &str,
    text: Option<Option<String>>,
    read: impl FnOnce(&str) -> Result<T, &'static str>,
) -> Option<Option<T>> {
    match text? {
        None => Some(None),
        Some(text) => faults.kept(field, read(&text)).map(Some),
    }
}

fn of_name(error: NameError) -> WebError {
    let field = match error.part() {
        NamePart::Family => "family",
        NamePart::Given => "given",
        NamePart::Patronymic => "patronymic",
    };
    fault::field(field, error.key())
}

/// Adds a person. Scope `people:write`.
#[utoipa::path(post, path = "/api/v1/people", tag = "people", operation_id = "add_person",
    params(crate::document::OnceHeader), request_body = NewPerson,
    responses((status = 201, description = "The person, with its address in `Location`", body = Person), crate::document::Refused))]
pub(crate) async fn add_person(caller: Caller, once: Once, body: Body<NewPerson>) -> Result<Response, WebError> {
    let scope = caller.scope()?;
    let NewPerson { family, given, patronymic, sex, birth_date, roles, class_id, position, learning_until } =
        body.value;
    let name = PersonName::parse(&family, &given, patronymic.as_deref()).map_err(of_name)?;
    let read = Given::read(PersonChange {
        sex: Some(sex),
        birth_date: Some(birth_date),
        roles: Some(roles),
        class_id: Some(class_id),
        position,
        learning_until: Some(learning_until),
        ..PersonChange::default()
    })?;
    let empty = PersonData {
        name,
        sex: None,
        birth_date: None,
        roles: BTreeSet::new(),
        class: None,
        position: String::new(),
        learning_until: None,
    };
    let data = read.over(&empty).map_err(of_name)?;
    let act = move |tx: &mut Tx<'_>, ctx: &Ctx| ops::add_person(tx, ctx, &data);
    let written = once.write(&caller, &body.bytes, act, move |tx, _, id| shown(tx, &scope, id)).await;
    let written = written.map_err(class_in_body)?;
    let headers = [(header::LOCATION, format!("{PATH}/{}", written.value.id)), (header::ETAG, written.value.tag())];
    let response = (StatusCode::CREATED, headers, Json(written.value)).into_response();
    Ok(Written::<Person>::mark(written.is_replay, response))
}

/// Whose revision a change is meant for.
pub(crate) enum IfMatch {
    /// This one.
    Revision(u64),
    /// Whatever it is now.
    Any,
}

impl FromRequestParts<App> for IfMatch {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, WebError> {
        let value = parts.headers.get(header::IF_MATCH).ok_or_else(fault::no_revision)?;
        let text = value.to_str().unwrap_or_default().trim();
        if text == "*" {
            return Ok(Self::Any);
        }
        let number = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).and_then(|text| text.parse().ok());
        // A tag that was never ours names no revision that is there.
        number.map(Self::Revision).ok_or_else(fault::changed)
    }
}

/// Changes a person. Scope `people:write`. `If-Match` names the revision that was read, or `*`.
#[utoipa::path(patch, path = "/api/v1/people/{id}", tag = "people", operation_id = "change_person",
    params(("id" = String, Path, format = "uuid", description = "The person"),
        ("If-Match" = String, Header, description = "The `ETag` that was read, or `*`"),
        crate::document::OnceHeader),
    request_body = PersonChange,
    responses((status = 200, description = "The person as it is now", body = Person), crate::document::Refused))]
pub(crate) async fn change_person(
    caller: Caller,
    Path(id): Path<String>,
    if_match: IfMatch,
    once: Once,
    body: Body<PersonChange>,
) -> Result<Response, WebError> {
    let (scope, id) = (caller.scope()?, person_id(&id)?);
    let read = Given::read(body.value)?;
    // Letters that no name has are told before anything is looked up; the parts that stay are sound already.
    let stand_in = PersonName::parse("Асан", "Асан", None).map_err(of_name)?;
    PersonName::parse(
        read.family.as_deref().unwrap_or(stand_in.family()),
        read.given.as_deref().unwrap_or(stand_in.given()),
        read.patronymic.as_ref().and_then(|patronymic| patronymic.as_deref()),
    )
    .map_err(of_name)?;
    let act = move |tx: &mut Tx<'_>, ctx: &Ctx| {
        let now = queries::find(tx, &scope, id)?.ok_or(PeopleError::NoSuchPerson)?;
        let revision = match if_match {
            IfMatch::Revision(revision) => revision,
            IfMatch::Any => now.revision,
        };
        let data = read.clone().over(&now.data).map_err(|_| PeopleError::Changed)?;
        ops::edit_person(tx, ctx, id, revision, &data).map(|()| id)
    };
    let exists = caller.app.db.read(move |tx| queries::brief(tx, &scope, id)).await?.is_some();
    if !exists {
        return Err(WebError::NotFound);
    }
    let written = once.write(&caller, &body.bytes, act, move |tx, _, id| shown(tx, &scope, id)).await;
    let written = written.map_err(class_in_body)?;
    let response = ([(header::ETAG, written.value.tag())], Json(written.value)).into_response();
    Ok(Written::<Person>::mark(written.is_replay, response))
}

/// The person is there, so what was not found is the class that the body names.
fn class_in_body(error: WebError) -> WebError {
    match error {
        WebError::NotFound => fault::field("class_id", "people-fault-no-class"),
        error => error,
    }
}

fn shown(tx: &mut Tx<'_>, scope: &Scope, id: PersonId) -> Result<Person, PeopleError> {
    Ok(Person::of(queries::find(tx, scope, id)?.ok_or(PeopleError::NoSuchPerson)?))
}
