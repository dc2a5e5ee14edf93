//! What a guard does at the monitor.

use std::time::Duration;

use accounts::{Action, Reader};
use i18n::msg;
use kernel::{AccessPointId, AlarmId, Direction, PersonId, SchoolMode};
use web::{Filters, Form, Fragment, IntoResponse, Path, Redirect, Response, WebError, components::Tone};

use super::{PATH, view};
use crate::{
    AccessError, ops,
    queries::{self, PassView},
};

/// How many persons a search shows: more do not fit the dialog, and another letter tells them apart.
const FOUND: u32 = 6;
/// How long the page waits for the gate's answer.
const ANSWER: Duration = Duration::from_secs(4);

pub(super) async fn people(reader: Reader, filters: Filters) -> Result<Fragment, WebError> {
    let scope = reader.scope()?;
    let asked = filters.get("q").unwrap_or_default().trim().to_owned();
    let text = asked.clone();
    let found = reader.app.db.read(move |tx| {
        let mut found = Vec::new();
        for person in people::queries::search(tx, &scope, &text, FOUND)? {
            let place = queries::where_is(tx, &scope, person.id)?;
            found.push((person, place));
        }
        Ok::<_, AccessError>(found)
    });
    Ok(Fragment(view::found(&reader, &found.await?, &asked)))
}

pub(super) async fn admit(reader: Reader, form: Form) -> Result<Fragment, WebError> {
    let lang = reader.lang;
    let say = |tone, what: String, how: String| Ok(Fragment(view::admitted(&reader, tone, &what, &how)));
    let Some(person) = form.value("person").parse::<PersonId>().ok() else {
        return say(Tone::Warn, msg!(lang, "access-admit-choose"), String::new());
    };
    let (Ok(point), Some(direction)) =
        (form.value("point").parse::<AccessPointId>(), Direction::parse(form.value("direction")))
    else {
        return Err(WebError::BadInput(String::new()));
    };
    let ctx = reader.ctx();
    let asking = ctx.clone();
    let asked = reader.app.db.write(move |tx| ops::admit(tx, &asking, ops::Admit { point, direction, person })).await;
    let pass = match asked {
        Ok(pass) => pass,
        Err(AccessError::PointDisabled) => {
            return say(Tone::Bad, msg!(lang, "access-admit-disabled"), msg!(lang, "access-admit-by-key"));
        }
        Err(AccessError::PersonArchived) => {
            return say(Tone::Bad, msg!(lang, "access-admit-archived"), msg!(lang, "access-admit-write-visitor"));
        }
        Err(error) => return Err(error.into()),
    };
    match ops::wait_for_admission(&reader.app, &ctx, person, pass, ANSWER).await? {
        Some(PassView { reason, person: Some(person), point_name, .. }) if reason.is_granted() => say(
            Tone::Good,
            msg!(lang, "access-admit-done", name = person.full, lane = point_name),
            msg!(lang, "access-admit-told"),
        ),
        Some(_) => say(Tone::Bad, msg!(lang, "access-admit-refused"), msg!(lang, "access-admit-by-key")),
        None => say(Tone::Bad, msg!(lang, "access-admit-no-answer"), msg!(lang, "access-admit-by-key")),
    }
}

pub(super) async fn mode(reader: Reader, form: Form) -> Result<Response, WebError> {
    let mode = SchoolMode::parse(form.value("mode")).ok_or_else(|| WebError::BadInput(String::new()))?;
    let ctx = reader.ctx();
    reader.app.db.write(move |tx| ops::change_mode(tx, &ctx, mode)).await?;
    Ok(Redirect::to(PATH).into_response())
}

pub(super) async fn see_alarm(reader: Reader, Path(id): Path<String>) -> Result<Response, WebError> {
    let alarm: AlarmId = id.parse().map_err(|_| WebError::NotFound)?;
    let ctx = reader.ctx();
    reader.require(Action::SeeAlarms).map_err(|_| WebError::Forbidden)?;
    reader.app.db.write(move |tx| ops::see_alarm(tx, &ctx, alarm)).await?;
    if reader.web.wants_fragment() {
        Ok(Fragment(web::html! {}).into_response())
    } else {
        Ok(Redirect::to(PATH).into_response())
    }
}
