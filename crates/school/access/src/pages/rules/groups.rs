//! Groups of persons, so that a rule can name them at once.

use accounts::{Action, Reader, Right, Routes, page};
use i18n::{Lang, msg, number, text};
use kernel::{GroupId, PersonId};
use people::{
    PeopleError,
    queries::{ClassView, GroupView, PersonBrief},
};
use web::{
    Filters, Form, Fragment, Markup, Page, Path, Redirect, Response, WebError,
    components::{
        Button, Choice, Column, Field, Icon, Row, Table, Tone, alert, back_link, card, cell, empty_state, form_actions,
        form_faults, hidden, page_head, photo,
    },
    html,
};

use super::{Part, parts};
use crate::{
    AccessError, ops,
    pages::editor::{done, done_alert, id_of, refused, removal},
};

pub(super) const PATH: &str = "/access/rules/groups";
/// Persons that a search shows.
const FOUND: u32 = 40;
/// Persons who are put into a group at once, at most.
const JOIN_LIMIT: usize = 500;

pub(super) fn routes(routes: Routes) -> Routes {
    let (see, edit) = (Right::Action(Action::SeeRules), Right::Action(Action::EditRules));
    routes
        .get(PATH, see, list)
        .post(PATH, edit, add)
        .get("/access/rules/groups/{id}", see, show)
        .post("/access/rules/groups/{id}", edit, rename)
        .get("/access/rules/groups/{id}/people", edit, found)
        .post("/access/rules/groups/{id}/members", edit, join)
        .post("/access/rules/groups/{id}/members/class", edit, join_class)
        .post("/access/rules/groups/{id}/remove", edit, remove)
        .post("/access/rules/groups/{id}/members/remove", edit, leave)
}

/// Puts what a use case refused beside the name.
fn refuse(lang: Lang, form: &mut Form, error: PeopleError) -> Result<(), WebError> {
    let Some(key) = error.key() else { return Err(error.into()) };
    form.refuse("name", text(lang, key, &[]));
    Ok(())
}

async fn list(reader: Reader, filters: Filters) -> Result<Page, WebError> {
    groups_page(&reader, &Form::blank(), done_alert(reader.lang, &filters)).await
}

async fn add(reader: Reader, mut form: Form) -> Result<Response, WebError> {
    if let Some(name) = form.required(reader.lang, "name") {
        let ctx = reader.ctx();
        match reader.app.db.write(move |tx| people::ops::add_group(tx, &ctx, &name)).await {
            Ok(group) => return Ok(to_group(group)),
            Err(error) => refuse(reader.lang, &mut form, error)?,
        }
    }
    Ok(refused(groups_page(&reader, &form, Markup::default()).await?))
}

fn to_group(group: GroupId) -> Response {
    web::IntoResponse::into_response(Redirect::to(&format!("{PATH}/{group}")))
}

async fn groups_page(reader: &Reader, form: &Form, said: Markup) -> Result<Page, WebError> {
    let (lang, scope) = (reader.lang, reader.scope()?);
    let groups = reader.app.db.read(move |tx| people::queries::groups(tx, &scope)).await.map_err(PeopleError::from)?;
    let columns = vec![Column::new(msg!(lang, "access-group")), Column::number(msg!(lang, "access-group-members"))];
    let rows = groups.iter().map(|group| {
        let members = i64::try_from(group.members).unwrap_or(i64::MAX);
        Row::new(vec![cell(&group.name), cell(number(members))]).leads_to(format!("{PATH}/{}", group.id))
    });
    let body = html! {
        (page_head(&msg!(lang, "access-rules"), Markup::default()))
        (parts(reader, Part::Groups))
        (said)
        p .quiet { (msg!(lang, "access-groups-how")) }
        @if reader.may(Action::EditRules) { (card(&msg!(lang, "access-group-add"), name_form(lang, form, PATH, msg!(lang, "access-add")))) }
        @if groups.is_empty() {
            (empty_state(Icon::UsersGroup, &msg!(lang, "access-groups-none"), &msg!(lang, "access-groups-none-how"), None))
        } @else {
            (Table::new(lang, msg!(lang, "access-groups"), columns).rows(rows))
        }
    };
    Ok(page(reader, msg!(lang, "access-groups"), body))
}

fn name_form(lang: Lang, form: &Form, action: &str, save: String) -> Markup {
    html! {
        (form_faults(lang, form))
        form .form method="post" action=(action) {
            (Field::text("name", msg!(lang, "access-name"), form).required().attr("maxlength", "80"))
            (form_actions(html! { (Button::primary(save).icon(Icon::Check)) }))
        }
    }
}

async fn show(reader: Reader, Path(id): Path<String>, filters: Filters) -> Result<Page, WebError> {
    let above = joined_alert(reader.lang, &filters);
    group_page(&reader, id_of(&id)?, None, above, filters.get("q")).await
}

/// Says how many were put in before the redirect that led here.
fn joined_alert(lang: Lang, filters: &Filters) -> Markup {
    let count = filters.parsed("joined", |text| text.parse::<u32>().ok());
    html! { @match count {
        Some(0) => (alert(Tone::Info, &msg!(lang, "access-group-joined-none"), "")),
        Some(count) => (alert(Tone::Good, &msg!(lang, "access-group-joined", count = i64::from(count)), &msg!(lang, "access-gates-know"))),
        None => {}
    } }
}

async fn rename(reader: Reader, Path(id): Path<String>, mut form: Form) -> Result<Response, WebError> {
    let id = id_of(&id)?;
    if let Some(name) = form.required(reader.lang, "name") {
        let ctx = reader.ctx();
        match reader.app.db.write(move |tx| people::ops::rename_group(tx, &ctx, id, &name)).await {
            Ok(()) => return Ok(done(PATH, "saved")),
            Err(error) => refuse(reader.lang, &mut form, error)?,
        }
    }
    Ok(refused(group_page(&reader, id, Some(form), Markup::default(), None).await?))
}

/// The group's page; `sent` is the name that was refused, `asked` what was searched for without script.
async fn group_page(
    reader: &Reader,
    id: GroupId,
    sent: Option<Form>,
    above: Markup,
    asked: Option<&str>,
) -> Result<Page, WebError> {
    let (lang, scope) = (reader.lang, reader.scope()?);
    let text = asked.unwrap_or_default().to_owned();
    let read = move |tx: &mut store::Tx<'_>| {
        let group = people::queries::groups(tx, &scope)?.into_iter().find(|group| group.id == id);
        let members = people::queries::group_members(tx, &scope, id)?;
        let found = people::queries::search(tx, &scope, &text, FOUND)?;
        Ok::<_, PeopleError>((group, members, people::queries::classes(tx, &scope)?, found))
    };
    let (group, members, classes, found) = reader.app.db.read(read).await?;
    let group = group.ok_or(WebError::NotFound)?;
    let form = sent.unwrap_or_else(|| Form::filled([("name", group.name.as_str())]));
    let address = format!("{PATH}/{id}");
    let body = html! {
        (back_link(&msg!(lang, "access-groups"), PATH))
        (page_head(&group.name, html! { @if reader.may(Action::EditRules) { (removal(
            lang,
            msg!(lang, "access-remove"),
            &msg!(lang, "access-group-remove-ask", name = &group.name),
            &msg!(lang, "access-group-remove-what"),
            &format!("{address}/remove"),
        )) } }))
        (above)
        @if reader.may(Action::EditRules) {
            div .columns {
                (card(&msg!(lang, "access-group-join"), search(lang, &address, asked, &found, &members)))
                div .stack {
                    (card(&msg!(lang, "access-group-join-class"), class_form(lang, &address, &classes)))
                    (card(&msg!(lang, "access-name"), name_form(lang, &form, &address, msg!(lang, "access-save"))))
                }
            }
        }
        (members_list(reader, &group, &members, &address))
    };
    Ok(page(reader, group.name.clone(), body))
}

/// The search for persons; without script it is sent by its button and the page shows who was found.
fn search(lang: Lang, address: &str, asked: Option<&str>, found: &[PersonBrief], members: &[PersonBrief]) -> Markup {
    html! {
        form .field method="get" action=(address) role="search" {
            label for="group-q" { (msg!(lang, "access-group-search")) }
            input #group-q type="search" name="q" value=(asked.unwrap_or_default()) autocomplete="off" data-search hx-get={ (address) "/people" }
                hx-trigger="input changed delay:200ms, search" hx-target="#group-found" hx-sync="this:replace";
            noscript { button .button type="submit" { (msg!(lang, "access-group-find")) } }
        }
        div #group-found aria-live="polite" { @if asked.is_some() { (picks(lang, address, found, members)) } }
    }
}

async fn found(reader: Reader, Path(id): Path<String>, filters: Filters) -> Result<Fragment, WebError> {
    let (id, scope): (GroupId, _) = (id_of(&id)?, reader.scope()?);
    let asked = filters.get("q").unwrap_or_default().to_owned();
    let is_asked = !asked.trim().is_empty();
    let read = move |tx: &mut store::Tx<'_>| {
        if !people::queries::groups(tx, &scope)?.iter().any(|group| group.id == id) {
            return Err(PeopleError::NoSuchGroup);
        }
        let found = people::queries::search(tx, &scope, &asked, FOUND)?;
        Ok::<_, PeopleError>((found, people::queries::group_members(tx, &scope, id)?))
    };
    let (found, members) = reader.app.db.read(read).await?;
    let picks = picks(reader.lang, &format!("{PATH}/{id}"), &found, &members);
    Ok(Fragment(html! { @if is_asked { (picks) } }))
}

/// Persons to tick and put in together; those who are members already say so.
fn picks(lang: Lang, address: &str, found: &[PersonBrief], members: &[PersonBrief]) -> Markup {
    if found.is_empty() {
        return html! { p .quiet { (msg!(lang, "access-rule-nobody-found")) } };
    }
    let is_member = |person: &PersonBrief| members.iter().any(|member| member.id == person.id);
    html! {
        form method="post" action={ (address) "/members" } {
            div .picks.many {
                @for person in found {
                    label .pick {
                        input type="checkbox" name="person" value=(person.id) checked[found.len() == 1] disabled[is_member(person)];
                        (one(person))
                        @if is_member(person) { small .quiet { (msg!(lang, "access-group-is-in")) } }
                    }
                }
            }
            @if found.len() >= FOUND as usize { p .help { (msg!(lang, "access-group-found-many")) } }
            (form_actions(html! { (Button::primary(msg!(lang, "access-group-put")).icon(Icon::Plus)) }))
        }
    }
}

fn class_form(lang: Lang, address: &str, classes: &[ClassView]) -> Markup {
    if classes.is_empty() {
        return html! { p .quiet { (msg!(lang, "access-group-no-classes")) } };
    }
    let choices = classes.iter().map(|class| Choice::new(class.id.to_string(), class.data.name.to_string())).collect();
    html! {
        form .form method="post" action={ (address) "/members/class" } {
            (Field::select("class", msg!(lang, "access-class"), &Form::blank(), choices).help(msg!(lang, "access-group-class-help")))
            (form_actions(html! { (Button::plain(msg!(lang, "access-group-put-class")).icon(Icon::UsersGroup)) }))
        }
    }
}

fn one(person: &PersonBrief) -> Markup {
    html! {
        (photo(person.photo_src("small").as_deref(), &person.full, "small"))
        span { b { (person.full) } small { (person.class_name.as_deref().unwrap_or(&person.position)) } }
    }
}

fn members_list(reader: &Reader, group: &GroupView, members: &[PersonBrief], address: &str) -> Markup {
    let lang = reader.lang;
    if members.is_empty() {
        return empty_state(
            Icon::Users,
            &msg!(lang, "access-group-empty"),
            &msg!(lang, "access-group-empty-how"),
            None,
        );
    }
    let may_edit = reader.may(Action::EditRules);
    let columns = vec![Column::new(msg!(lang, "access-who")), Column::actions(msg!(lang, "access-group-take"))];
    let rows = members.iter().map(|person| {
        Row::new(vec![
            html! { span .person { (one(person)) } },
            html! { @if may_edit { form method="post" action={ (address) "/members/remove" } {
                (hidden("person", &person.id.to_string()))
                (Button::quiet(msg!(lang, "access-group-take")).icon(Icon::UserMinus))
            } } },
        ])
    });
    html! {
        h2 { (msg!(lang, "access-group-has", count = i64::try_from(group.members).unwrap_or(i64::MAX))) }
        (Table::new(lang, group.name.as_str(), columns).rows(rows))
    }
}

fn person_of(form: &Form) -> Result<PersonId, WebError> {
    form.value("person").parse().map_err(|_| WebError::BadInput(String::new()))
}

async fn join(reader: Reader, Path(id): Path<String>, form: Form) -> Result<Response, WebError> {
    let id: GroupId = id_of(&id)?;
    let persons: Result<Vec<PersonId>, _> = form.values("person").map(str::parse).collect();
    let persons = persons.map_err(|_| WebError::BadInput(String::new()))?;
    if persons.is_empty() {
        let above = alert(Tone::Warn, &msg!(reader.lang, "access-group-tick"), "");
        return Ok(refused(group_page(&reader, id, None, above, None).await?));
    }
    if persons.len() > JOIN_LIMIT {
        return Err(WebError::TooLarge);
    }
    let ctx = reader.ctx();
    let added = reader.app.db.write(move |tx| people::ops::add_members(tx, &ctx, id, &persons)).await?;
    Ok(joined(id, added))
}

async fn join_class(reader: Reader, Path(id): Path<String>, form: Form) -> Result<Response, WebError> {
    let id: GroupId = id_of(&id)?;
    let class = form.value("class").parse().map_err(|_| WebError::BadInput(String::new()))?;
    let ctx = reader.ctx();
    let added = reader.app.db.write(move |tx| people::ops::add_class_members(tx, &ctx, id, class)).await?;
    Ok(joined(id, added))
}

/// Back to the group, which says how many were put in.
fn joined(group: GroupId, added: u64) -> Response {
    let address = web::address(&format!("{PATH}/{group}"), [("joined", added.to_string().as_str())]);
    web::IntoResponse::into_response(Redirect::to(&address))
}

async fn leave(reader: Reader, Path(id): Path<String>, form: Form) -> Result<Response, WebError> {
    let (id, person, ctx) = (id_of(&id)?, person_of(&form)?, reader.ctx());
    reader.app.db.write(move |tx| people::ops::remove_member(tx, &ctx, id, person)).await?;
    Ok(to_group(id))
}

async fn remove(reader: Reader, Path(id): Path<String>) -> Result<Response, WebError> {
    let (id, ctx): (GroupId, _) = (id_of(&id)?, reader.ctx());
    match reader.app.db.write(move |tx| ops::remove_group(tx, &ctx, id)).await {
        Ok(()) => Ok(done(PATH, "removed")),
        Err(AccessError::InUse(by)) => {
            let lang = reader.lang;
            let above = alert(Tone::Bad, &msg!(lang, "access-group-not-removed"), &text(lang, by.key(), &[]));
            Ok(refused(group_page(&reader, id, None, above, None).await?))
        }
        Err(error) => Err(error.into()),
    }
}
