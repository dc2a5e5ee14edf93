//! Adding, changing, switching and removing an access point.

use accounts::{Reader, page};
use i18n::{Lang, msg};
use kernel::AccessPointId;
use web::{
    Form, Markup, Page, Path, Response, WebError,
    components::{Button, Icon, LinkButton, Tone, alert, back_link, card, empty_state, hidden, page_head},
    html,
};

use super::{
    PATH,
    point_form::{self as form, Choices},
};
use crate::{
    AccessError, ops,
    pages::{
        devices,
        editor::{done, id_of, refuse, refused, removal},
    },
    queries::{self, GATE_PATIENCE, PointView},
};

async fn choices(reader: &Reader) -> Result<Choices, WebError> {
    let (scope, now) = (reader.scope()?, reader.app.clock.now());
    let found = reader.app.db.read(move |tx| {
        Ok::<_, AccessError>(Choices {
            gates: queries::gates(tx, &scope, now, GATE_PATIENCE)?,
            devices: queries::devices(tx, &scope)?,
            zones: queries::zones(tx, &scope)?,
            points: queries::points(tx, &scope)?.len(),
        })
    });
    Ok(found.await?)
}

async fn point(reader: &Reader, id: AccessPointId) -> Result<PointView, WebError> {
    let scope = reader.scope()?;
    reader.app.db.read(move |tx| queries::point(tx, &scope, id)).await?.ok_or(WebError::NotFound)
}

pub(super) async fn blank(reader: Reader) -> Result<Page, WebError> {
    let choices = choices(&reader).await?;
    Ok(new_page(&reader, &form::blank(&choices), &choices))
}

pub(super) async fn add(reader: Reader, mut sent: Form) -> Result<Response, WebError> {
    if let Some(input) = form::read(reader.lang, &mut sent) {
        let ctx = reader.ctx();
        match reader.app.db.write(move |tx| ops::add_point(tx, &ctx, &input)).await {
            Ok(_) => return Ok(done(PATH, "added")),
            Err(error) => refuse(reader.lang, &mut sent, error)?,
        }
    }
    Ok(refused(new_page(&reader, &sent, &choices(&reader).await?)))
}

fn new_page(reader: &Reader, sent: &Form, choices: &Choices) -> Page {
    let lang = reader.lang;
    let title = msg!(lang, "access-point-new");
    let body = html! {
        (back_link(&msg!(lang, "access-points"), PATH))
        (page_head(&title, Markup::default()))
        @if choices.gates.is_empty() {
            @let gates = LinkButton::primary(msg!(lang, "access-devices"), devices::PATH).icon(Icon::Cpu);
            (empty_state(Icon::Cpu, &msg!(lang, "access-gates-none"), &msg!(lang, "access-point-needs-gate"), Some(&gates)))
        } @else {
            (card("", form::view(lang, sent, choices, &format!("{PATH}/new"), msg!(lang, "access-add"))))
        }
    };
    page(reader, title, body)
}

pub(super) async fn show(reader: Reader, Path(id): Path<String>) -> Result<Page, WebError> {
    let point = point(&reader, id_of(&id)?).await?;
    Ok(point_page(&reader, &point, &form::filled(&point), &choices(&reader).await?))
}

pub(super) async fn save(reader: Reader, Path(id): Path<String>, mut sent: Form) -> Result<Response, WebError> {
    let id = id_of(&id)?;
    if let Some(input) = form::read(reader.lang, &mut sent) {
        let ctx = reader.ctx();
        match reader.app.db.write(move |tx| ops::edit_point(tx, &ctx, id, &input)).await {
            Ok(()) => return Ok(done(PATH, "saved")),
            Err(error) => refuse(reader.lang, &mut sent, error)?,
        }
    }
    let point = point(&reader, id).await?;
    Ok(refused(point_page(&reader, &point, &sent, &choices(&reader).await?)))
}

pub(super) async fn enable(reader: Reader, Path(id): Path<String>, sent: Form) -> Result<Response, WebError> {
    let (id, ctx, is_enabled) = (id_of(&id)?, reader.ctx(), sent.text("is_enabled").is_some());
    reader.app.db.write(move |tx| ops::enable_point(tx, &ctx, id, is_enabled)).await?;
    Ok(done(PATH, if is_enabled { "enabled" } else { "disabled" }))
}

pub(super) async fn remove(reader: Reader, Path(id): Path<String>) -> Result<Response, WebError> {
    let (id, ctx) = (id_of(&id)?, reader.ctx());
    let error = match reader.app.db.write(move |tx| ops::remove_point(tx, &ctx, id)).await {
        Ok(()) => return Ok(done(PATH, "removed")),
        Err(error) => error,
    };
    let point = point(&reader, id).await?;
    let mut form = form::filled(&point);
    refuse(reader.lang, &mut form, error)?;
    Ok(refused(point_page(&reader, &point, &form, &choices(&reader).await?)))
}

fn point_page(reader: &Reader, point: &PointView, sent: &Form, choices: &Choices) -> Page {
    let lang = reader.lang;
    let address = format!("{PATH}/{}", point.id);
    let question = msg!(lang, "access-point-remove-ask", name = &point.name);
    let actions = html! {
        (switch(lang, point, &address))
        (removal(lang, msg!(lang, "access-remove"), &question, &msg!(lang, "access-point-remove-what"), &format!("{address}/remove")))
    };
    let body = html! {
        (back_link(&msg!(lang, "access-points"), PATH))
        (page_head(&point.name, actions))
        @if !point.is_enabled { (alert(Tone::Info, &msg!(lang, "access-point-is-off"), &msg!(lang, "access-point-is-off-how"))) }
        (card("", form::view(lang, sent, choices, &address, msg!(lang, "access-save"))))
    };
    page(reader, point.name.clone(), body)
}

fn switch(lang: Lang, point: &PointView, address: &str) -> Markup {
    let (value, label) =
        if point.is_enabled { ("", msg!(lang, "access-turn-off")) } else { ("on", msg!(lang, "access-turn-on")) };
    html! { form method="post" action={ (address) "/enable" } { (hidden("is_enabled", value)) (Button::plain(label)) } }
}
