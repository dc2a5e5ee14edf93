//! Classes.

use accounts::{Caller, Right, Routes, TokenScope};
use kernel::ClassId;
use people::{
    PeopleError,
    model::ClassName,
    ops,
    person::{ClassData, ClassView, Shift},
    queries,
};
use serde::{Deserialize, Serialize};
use store::Tx;
use utoipa::ToSchema;
use web::{IntoResponse, Json, Path, Response, StatusCode, WebError, header};

use crate::{
    fault::Faults,
    input::Body,
    once::{Once, Written},
    wire,
};

const PATH: &str = "/api/v1/classes";
const ONE: &str = "/api/v1/classes/{id}";

/// Adds the routes.
pub(crate) fn routes(routes: Routes) -> Routes {
    let (read, write) = (Right::Token(Some(TokenScope::PeopleRead)), Right::Token(Some(TokenScope::PeopleWrite)));
    routes.get(PATH, read, list_classes).post(PATH, write, add_class).get(ONE, read, get_class).patch(
        ONE,
        write,
        change_class,
    )
}

/// A class.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Class {
    /// Its id.
    #[schema(format = "uuid")]
    id: String,
    /// As everybody writes it.
    #[schema(example = "5 «Б»")]
    name: String,
    /// The grade, 0 to 12.
    grade: u8,
    /// The letter.
    #[schema(example = "Б")]
    letter: String,
    /// The language of instruction.
    #[schema(value_type = wire::Lang)]
    lang: &'static str,
    /// Whether it learns in the first shift or the second: 1 or 2.
    shift: u8,
    /// How many pupils are in it, archived ones aside.
    pupils: u64,
}

impl Class {
    fn of(view: &ClassView) -> Self {
        Self {
            id: view.id.to_string(),
            name: view.data.name.to_string(),
            grade: view.data.name.grade(),
            letter: view.data.name.letter().to_string(),
            lang: view.data.lang.code(),
            shift: view.data.shift.number(),
            pupils: view.pupils,
        }
    }
}

/// All classes.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Classes {
    /// The classes, in their order.
    items: Vec<Class>,
    /// Always null: this list has one page.
    next: Option<String>,
}

/// A class to be added.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewClass {
    /// Grade and letter, as people write them: `5Б`, `5 «Б»`, `11-А`.
    #[schema(example = "5Б")]
    name: String,
    /// The language of instruction.
    #[schema(value_type = wire::Lang)]
    lang: String,
    /// 1 or 2.
    #[schema(minimum = 1, maximum = 2)]
    shift: u8,
}

/// What is to be changed of a class; what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClassChange {
    /// Grade and letter.
    #[schema(example = "6Б")]
    name: Option<String>,
    /// The language of instruction.
    #[schema(value_type = Option<wire::Lang>)]
    lang: Option<String>,
    /// 1 or 2.
    #[schema(minimum = 1, maximum = 2)]
    shift: Option<u8>,
}

/// Name, language and shift, as far as they are to change.
type Parts = (Option<ClassName>, Option<i18n::Lang>, Option<Shift>);

/// The parts of a class that were given, read; all faults are told at once.
fn parts(change: &ClassChange) -> Result<Parts, WebError> {
    let mut faults = Faults::default();
    let name = change.name.as_deref().map(|text| ClassName::parse(text).map_err(people::model::ClassNameError::key));
    let name = name.map(|read| faults.kept("name", read));
    let lang = change.lang.as_deref().map(|code| wire::word(code, lang_of));
    let lang = lang.map(|read| faults.kept("lang", read));
    let shift = change.shift.map(|number| Shift::of_number(number).ok_or("api-fault-shift"));
    let shift = shift.map(|read| faults.kept("shift", read));
    faults.done(Some((name.flatten(), lang.flatten(), shift.flatten())))
}

fn lang_of(code: &str) -> Option<i18n::Lang> {
    i18n::Lang::ALL.into_iter().find(|lang| lang.code() == code)
}

/// The classes, in their order. Scope `people:read`.
#[utoipa::path(get, path = "/api/v1/classes", tag = "classes", operation_id = "list_classes",
    responses((status = 200, description = "The classes", body = Classes), crate::document::Refused))]
pub(crate) async fn list_classes(caller: Caller) -> Result<Json<Classes>, WebError> {
    let scope = caller.scope()?;
    let found = caller.app.db.read(move |tx| queries::classes(tx, &scope)).await?;
    Ok(Json(Classes { items: found.iter().map(Class::of).collect(), next: None }))
}

/// One class. Scope `people:read`.
#[utoipa::path(get, path = "/api/v1/classes/{id}", tag = "classes", operation_id = "get_class",
    params(("id" = String, Path, format = "uuid", description = "The class")),
    responses((status = 200, description = "The class", body = Class), crate::document::Refused))]
pub(crate) async fn get_class(caller: Caller, Path(id): Path<String>) -> Result<Json<Class>, WebError> {
    let (scope, id) = (caller.scope()?, class_id(&id)?);
    let found = caller.app.db.read(move |tx| queries::class(tx, &scope, id)).await?;
    Ok(Json(Class::of(&found.ok_or(WebError::NotFound)?)))
}

/// Adds a class. Scope `people:write`.
#[utoipa::path(post, path = "/api/v1/classes", tag = "classes", operation_id = "add_class",
    params(crate::document::OnceHeader), request_body = NewClass,
    responses((status = 201, description = "The class, with its address in `Location`", body = Class), crate::document::Refused))]
pub(crate) async fn add_class(caller: Caller, once: Once, body: Body<NewClass>) -> Result<Response, WebError> {
    let scope = caller.scope()?;
    let NewClass { name, lang, shift } = body.value;
    let given = parts(&ClassChange { name: Some(name), lang: Some(lang), shift: Some(shift) })?;
    let (Some(name), Some(lang), Some(shift)) = given else { return Err(WebError::BadInput(String::new())) };
    let data = ClassData { name, lang, shift };
    let act = move |tx: &mut Tx<'_>, ctx: &accounts::Ctx| ops::add_class(tx, ctx, &data);
    let written = once.write(&caller, &body.bytes, act, move |tx, _, id| shown(tx, &scope, id)).await?;
    let location = format!("{PATH}/{}", written.value.id);
    let response = (StatusCode::CREATED, [(header::LOCATION, location)], Json(written.value)).into_response();
    Ok(Written::<Class>::mark(written.is_replay, response))
}

/// Changes a class. Scope `people:write`.
#[utoipa::path(patch, path = "/api/v1/classes/{id}", tag = "classes", operation_id = "change_class",
    params(("id" = String, Path, format = "uuid", description = "The class"), crate::document::OnceHeader),
    request_body = ClassChange,
    responses((status = 200, description = "The class as it is now", body = Class), crate::document::Refused))]
pub(crate) async fn change_class(
    caller: Caller,
    Path(id): Path<String>,
    once: Once,
    body: Body<ClassChange>,
) -> Result<Response, WebError> {
    let (scope, id) = (caller.scope()?, class_id(&id)?);
    let (name, lang, shift) = parts(&body.value)?;
    let act = move |tx: &mut Tx<'_>, ctx: &accounts::Ctx| {
        let now = queries::class(tx, &scope, id)?.ok_or(PeopleError::NoSuchClass)?.data;
        let data = ClassData {
            name: name.unwrap_or(now.name),
            lang: lang.unwrap_or(now.lang),
            shift: shift.unwrap_or(now.shift),
        };
        ops::edit_class(tx, ctx, id, &data).map(|()| id)
    };
    let written = once.write(&caller, &body.bytes, act, move |tx, _, id| shown(tx, &scope, id)).await?;
    Ok(Written::<Class>::mark(written.is_replay, Json(written.value).into_response()))
}

fn shown(tx: &mut Tx<'_>, scope: &accounts::Scope, id: ClassId) -> Result<Class, PeopleError> {
    Ok(Class::of(&queries::class(tx, scope, id)?.ok_or(PeopleError::NoSuchClass)?))
}

fn class_id(text: &str) -> Result<ClassId, WebError> {
    text.parse().map_err(|_| WebError::NotFound)
}
