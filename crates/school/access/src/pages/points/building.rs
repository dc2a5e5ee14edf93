//! Adding, changing and removing a building.

use accounts::{Reader, page};
use i18n::{Lang, msg};
use kernel::BuildingId;
use web::{
    Form, Markup, Page, Path, Response, WebError,
    components::{Button, Field, Icon, LinkButton, back_link, card, form_actions, form_faults, page_head},
    html,
};

use super::{BUILDINGS, PATH};
use crate::{
    model::{BuildingInput, Title},
    ops,
    pages::editor::{done, id_of, refuse, refused, removal, sentence},
    queries::{self, BuildingView},
};

async fn building(reader: &Reader, id: BuildingId) -> Result<BuildingView, WebError> {
    let scope = reader.scope()?;
    let all = reader.app.db.read(move |tx| queries::buildings(tx, &scope)).await?;
    all.into_iter().find(|building| building.id == id).ok_or(WebError::NotFound)
}

fn filled(building: &BuildingView) -> Form {
    Form::filled([("name", building.name.as_str()), ("address", building.address.as_str())])
}

fn read(lang: Lang, form: &mut Form) -> Option<BuildingInput> {
    let name = form.parsed(lang, "name", Title::parse, |fault| sentence(lang, fault));
    let address = form.optional("address", Title::parse, |fault| sentence(lang, fault));
    Some(BuildingInput { name: name?, address: address? })
}

fn fields(lang: Lang, form: &Form, action: &str, save: String) -> Markup {
    html! {
        (form_faults(lang, form))
        form .form method="post" action=(action) {
            (Field::text("name", msg!(lang, "access-name"), form).required().attr("maxlength", "80").attr("autofocus", "").help(msg!(lang, "access-building-name-help")))
            (Field::text("address", msg!(lang, "access-building-address"), form).attr("maxlength", "80"))
            (form_actions(html! { (Button::primary(save).icon(Icon::Check)) (LinkButton::quiet(msg!(lang, "access-cancel"), PATH)) }))
        }
    }
}

pub(super) async fn blank(reader: Reader) -> Page {
    new_page(&reader, &Form::blank())
}

pub(super) async fn add(reader: Reader, mut form: Form) -> Result<Response, WebError> {
    let Some(input) = read(reader.lang, &mut form) else { return Ok(refused(new_page(&reader, &form))) };
    let ctx = reader.ctx();
    reader.app.db.write(move |tx| ops::add_building(tx, &ctx, &input)).await?;
    Ok(done(PATH, "added"))
}

fn new_page(reader: &Reader, form: &Form) -> Page {
    let lang = reader.lang;
    let title = msg!(lang, "access-building-new");
    let body = html! {
        (back_link(&msg!(lang, "access-points"), PATH))
        (page_head(&title, Markup::default()))
        (card("", fields(lang, form, &format!("{BUILDINGS}/new"), msg!(lang, "access-add"))))
    };
    page(reader, title, body)
}

pub(super) async fn show(reader: Reader, Path(id): Path<String>) -> Result<Page, WebError> {
    let building = building(&reader, id_of(&id)?).await?;
    Ok(building_page(&reader, &building, &filled(&building)))
}

pub(super) async fn save(reader: Reader, Path(id): Path<String>, mut form: Form) -> Result<Response, WebError> {
    let id = id_of(&id)?;
    let Some(input) = read(reader.lang, &mut form) else {
        return Ok(refused(building_page(&reader, &building(&reader, id).await?, &form)));
    };
    let ctx = reader.ctx();
    reader.app.db.write(move |tx| ops::edit_building(tx, &ctx, id, &input)).await?;
    Ok(done(PATH, "saved"))
}

pub(super) async fn remove(reader: Reader, Path(id): Path<String>) -> Result<Response, WebError> {
    let (id, ctx) = (id_of(&id)?, reader.ctx());
    let error = match reader.app.db.write(move |tx| ops::remove_building(tx, &ctx, id)).await {
        Ok(()) => return Ok(done(PATH, "removed")),
        Err(error) => error,
    };
    let building = building(&reader, id).await?;
    let mut form = filled(&building);
    refuse(reader.lang, &mut form, error)?;
    Ok(refused(building_page(&reader, &building, &form)))
}

fn building_page(reader: &Reader, building: &BuildingView, form: &Form) -> Page {
    let lang = reader.lang;
    let address = format!("{BUILDINGS}/{}", building.id);
    let question = msg!(lang, "access-building-remove-ask", name = &building.name);
    let actions = removal(
        lang,
        msg!(lang, "access-remove"),
        &question,
        &msg!(lang, "access-building-remove-what"),
        &format!("{address}/remove"),
    );
    let body = html! {
        (back_link(&msg!(lang, "access-points"), PATH))
        (page_head(&building.name, actions))
        (card("", fields(lang, form, &address, msg!(lang, "access-save"))))
    };
    page(reader, building.name.clone(), body)
}
