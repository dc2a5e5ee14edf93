//! Adding, changing and removing a zone.

use accounts::{Reader, page};
use i18n::{Lang, msg};
use kernel::ZoneId;
use web::{
    Filters, Form, Markup, Page, Path, Response, WebError,
    components::{Button, Choice, Field, Icon, LinkButton, back_link, card, form_actions, form_faults, page_head},
    html,
};

use super::{PATH, ZONES};
use crate::{
    model::{Fault, Title, ZoneInput},
    ops,
    pages::editor::{done, id_of, refuse, refused, removal, sentence},
    queries::{self, BuildingView, ZoneView},
};

async fn buildings(reader: &Reader) -> Result<Vec<BuildingView>, WebError> {
    let scope = reader.scope()?;
    Ok(reader.app.db.read(move |tx| queries::buildings(tx, &scope)).await?)
}

async fn zone(reader: &Reader, id: ZoneId) -> Result<ZoneView, WebError> {
    let scope = reader.scope()?;
    reader.app.db.read(move |tx| queries::zone(tx, &scope, id)).await?.ok_or(WebError::NotFound)
}

fn filled(zone: &ZoneView) -> Form {
    let limit = zone.occupancy_limit.map(|limit| limit.to_string()).unwrap_or_default();
    Form::filled([("building", zone.building.to_string()), ("name", zone.name.clone()), ("occupancy_limit", limit)])
}

fn read(lang: Lang, form: &mut Form) -> Option<ZoneInput> {
    let say = |fault| sentence(lang, fault);
    let building = form.choice(lang, "building", |id| id.parse().ok());
    let name = form.parsed(lang, "name", Title::parse, say);
    let limit = form.optional("occupancy_limit", |text| text.parse::<u32>().map_err(|_| Fault::Limit), say);
    Some(ZoneInput { building: building?, name: name?, occupancy_limit: limit? })
}

fn fields(lang: Lang, form: &Form, buildings: &[BuildingView], action: &str, save: String) -> Markup {
    let buildings =
        buildings.iter().map(|building| Choice::new(building.id.to_string(), building.name.as_str())).collect();
    html! {
        (form_faults(lang, form))
        form .form method="post" action=(action) {
            (Field::text("name", msg!(lang, "access-name"), form).required().attr("maxlength", "80").attr("autofocus", "").help(msg!(lang, "access-zone-name-help")))
            (Field::select("building", msg!(lang, "access-building"), form, buildings))
            (Field::number("occupancy_limit", msg!(lang, "access-zone-limit"), form).help(msg!(lang, "access-zone-limit-help")))
            (form_actions(html! { (Button::primary(save).icon(Icon::Check)) (LinkButton::quiet(msg!(lang, "access-cancel"), PATH)) }))
        }
    }
}

pub(super) async fn blank(reader: Reader, filters: Filters) -> Result<Page, WebError> {
    let form = Form::filled([("building", filters.get("building").unwrap_or_default())]);
    new_page(&reader, &form).await
}

pub(super) async fn add(reader: Reader, mut form: Form) -> Result<Response, WebError> {
    if let Some(input) = read(reader.lang, &mut form) {
        let ctx = reader.ctx();
        match reader.app.db.write(move |tx| ops::add_zone(tx, &ctx, &input)).await {
            Ok(_) => return Ok(done(PATH, "added")),
            Err(error) => refuse(reader.lang, &mut form, error)?,
        }
    }
    Ok(refused(new_page(&reader, &form).await?))
}

async fn new_page(reader: &Reader, form: &Form) -> Result<Page, WebError> {
    let (lang, buildings) = (reader.lang, buildings(reader).await?);
    let title = msg!(lang, "access-zone-new");
    let body = html! {
        (back_link(&msg!(lang, "access-points"), PATH))
        (page_head(&title, Markup::default()))
        (card("", fields(lang, form, &buildings, &format!("{ZONES}/new"), msg!(lang, "access-add"))))
    };
    Ok(page(reader, title, body))
}

pub(super) async fn show(reader: Reader, Path(id): Path<String>) -> Result<Page, WebError> {
    let zone = zone(&reader, id_of(&id)?).await?;
    zone_page(&reader, &zone, &filled(&zone)).await
}

pub(super) async fn save(reader: Reader, Path(id): Path<String>, mut form: Form) -> Result<Response, WebError> {
    let id = id_of(&id)?;
    if let Some(input) = read(reader.lang, &mut form) {
        let ctx = reader.ctx();
        match reader.app.db.write(move |tx| ops::edit_zone(tx, &ctx, id, &input)).await {
            Ok(()) => return Ok(done(PATH, "saved")),
            Err(error) => refuse(reader.lang, &mut form, error)?,
        }
    }
    Ok(refused(zone_page(&reader, &zone(&reader, id).await?, &form).await?))
}

pub(super) async fn remove(reader: Reader, Path(id): Path<String>) -> Result<Response, WebError> {
    let (id, ctx) = (id_of(&id)?, reader.ctx());
    let error = match reader.app.db.write(move |tx| ops::remove_zone(tx, &ctx, id)).await {
        Ok(()) => return Ok(done(PATH, "removed")),
        Err(error) => error,
    };
    let zone = zone(&reader, id).await?;
    let mut form = filled(&zone);
    refuse(reader.lang, &mut form, error)?;
    Ok(refused(zone_page(&reader, &zone, &form).await?))
}

async fn zone_page(reader: &Reader, zone: &ZoneView, form: &Form) -> Result<Page, WebError> {
    let (lang, buildings) = (reader.lang, buildings(reader).await?);
    let address = format!("{ZONES}/{}", zone.id);
    let question = msg!(lang, "access-zone-remove-ask", name = &zone.name);
    let actions = removal(
        lang,
        msg!(lang, "access-remove"),
        &question,
        &msg!(lang, "access-zone-remove-what"),
        &format!("{address}/remove"),
    );
    let body = html! {
        (back_link(&msg!(lang, "access-points"), PATH))
        (page_head(&zone.name, actions))
        (card("", fields(lang, form, &buildings, &address, msg!(lang, "access-save"))))
    };
    Ok(page(reader, zone.name.clone(), body))
}
