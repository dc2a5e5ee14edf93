//! One device: how it is, its settings, its list of cards.

use accounts::{Reader, page};
use i18n::msg;
use kernel::{DeviceId, DeviceKind};
use web::{
    Form, IntoResponse, Markup, Page, Path, Response, WebError,
    components::{back_link, card, facts, moment, page_head},
    html,
};

use super::{PATH, form, list};
use crate::{
    AccessError, ops,
    pages::editor::{done, id_of, refuse, refused, removal},
    queries::{self, DeviceView, GATE_PATIENCE, GateView},
};

async fn gates(reader: &Reader) -> Result<Vec<GateView>, WebError> {
    let (scope, now) = (reader.scope()?, reader.app.clock.now());
    Ok(reader.app.db.read(move |tx| queries::gates(tx, &scope, now, GATE_PATIENCE)).await?)
}

async fn device(reader: &Reader, id: DeviceId) -> Result<DeviceView, WebError> {
    let scope = reader.scope()?;
    reader.app.db.read(move |tx| queries::device(tx, &scope, id)).await?.ok_or(WebError::NotFound)
}

pub(super) async fn blank(reader: Reader) -> Result<Page, WebError> {
    let gates = gates(&reader).await?;
    Ok(new_page(&reader, &form::blank(&gates), &gates))
}

pub(super) async fn add(reader: Reader, mut sent: Form) -> Result<Response, WebError> {
    if let Some(input) = form::read(reader.lang, &mut sent) {
        let ctx = reader.ctx();
        match reader.app.db.write(move |tx| ops::add_device(tx, &ctx, &input)).await {
            Ok(_) => return Ok(done(PATH, "added")),
            Err(error) => refuse(reader.lang, &mut sent, error)?,
        }
    }
    Ok(refused(new_page(&reader, &sent, &gates(&reader).await?)))
}

fn new_page(reader: &Reader, sent: &Form, gates: &[GateView]) -> Page {
    let lang = reader.lang;
    let title = msg!(lang, "access-device-new");
    let body = html! {
        (back_link(&msg!(lang, "access-devices"), PATH))
        (page_head(&title, Markup::default()))
        (card("", form::view(lang, sent, gates, &format!("{PATH}/new"), msg!(lang, "access-add"))))
    };
    page(reader, title, body)
}

pub(super) async fn show(reader: Reader, Path(id): Path<String>) -> Result<Page, WebError> {
    let device = device(&reader, id_of(&id)?).await?;
    let gates = gates(&reader).await?;
    Ok(device_page(&reader, &device, &form::filled(&device), &gates))
}

pub(super) async fn save(reader: Reader, Path(id): Path<String>, mut sent: Form) -> Result<Response, WebError> {
    let id = id_of(&id)?;
    if let Some(input) = form::read(reader.lang, &mut sent) {
        let ctx = reader.ctx();
        match reader.app.db.write(move |tx| ops::edit_device(tx, &ctx, id, &input)).await {
            Ok(()) => return Ok(done(PATH, "saved")),
            Err(error) => refuse(reader.lang, &mut sent, error)?,
        }
    }
    let device = device(&reader, id).await?;
    Ok(refused(device_page(&reader, &device, &sent, &gates(&reader).await?)))
}

pub(super) async fn sync(reader: Reader, Path(id): Path<String>) -> Result<Response, WebError> {
    let (id, ctx) = (id_of(&id)?, reader.ctx());
    reader.app.db.write(move |tx| ops::sync_device(tx, &ctx, id)).await?;
    Ok(done(PATH, "synced").into_response())
}

pub(super) async fn remove(reader: Reader, Path(id): Path<String>) -> Result<Response, WebError> {
    let (id, ctx) = (id_of(&id)?, reader.ctx());
    let error: AccessError = match reader.app.db.write(move |tx| ops::remove_device(tx, &ctx, id)).await {
        Ok(()) => return Ok(done(PATH, "removed")),
        Err(error) => error,
    };
    let device = device(&reader, id).await?;
    let mut form = form::filled(&device);
    refuse(reader.lang, &mut form, error)?;
    Ok(refused(device_page(&reader, &device, &form, &gates(&reader).await?)))
}

fn device_page(reader: &Reader, device: &DeviceView, sent: &Form, gates: &[GateView]) -> Page {
    let lang = reader.lang;
    let address = format!("{PATH}/{}", device.id);
    let question = msg!(lang, "access-device-remove-ask", name = &device.name);
    let actions = html! {
        @if matches!(device.kind, DeviceKind::Uhppote { .. }) { (list::sync_form(device, list::sync_button(lang, device))) }
        (removal(lang, msg!(lang, "access-remove"), &question, &msg!(lang, "access-device-remove-what"), &format!("{address}/remove")))
    };
    let body = html! {
        (back_link(&msg!(lang, "access-devices"), PATH))
        (page_head(&device.name, actions))
        div .columns.wide-first {
            (card(&msg!(lang, "access-settings"), form::view(lang, sent, gates, &address, msg!(lang, "access-save"))))
            (card(&msg!(lang, "access-device-now"), known(reader, device)))
        }
    };
    page(reader, device.name.clone(), body)
}

fn known(reader: &Reader, device: &DeviceView) -> Markup {
    let lang = reader.lang;
    let points =
        if device.points.is_empty() { msg!(lang, "access-device-no-points") } else { device.points.join(", ") };
    facts(&[
        (&msg!(lang, "access-device-state"), list::state(lang, device)),
        (
            &msg!(lang, "access-device-seen"),
            device.last_seen_at.map_or_else(list::dash, |at| moment(lang, at, &reader.app.time_zone)),
        ),
        (&msg!(lang, "access-device-drift"), list::drift(lang, device)),
        (
            &msg!(lang, "access-device-event"),
            device.last_event.map_or_else(list::dash, |event| html! { (i18n::number(i64::from(event))) }),
        ),
        (&msg!(lang, "access-device-cards"), list::cards(lang, device)),
        (&msg!(lang, "access-points"), html! { (points) }),
        (&msg!(lang, "access-version"), list::or_dash(&device.version)),
    ])
}
