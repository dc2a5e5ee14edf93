//! Classes: list, adding, editing.

use accounts::{Action, Reader};
use i18n::{Lang, msg, text};
use kernel::{ClassId, Role};
use web::{
    Filters, Form, IntoResponse, Markup, Page, Path, Redirect, Response, StatusCode, WebError,
    components::{
        Button, Choice, Column, Field, Icon, LinkButton, Row, Table, back_link, card, cell, empty_state, form_actions,
        form_faults, page_head,
    },
    html,
};

use super::{read, words};
use crate::{
    PeopleError,
    model::ClassName,
    ops,
    person::{ClassData, Shift},
    queries::{self, ClassView, PersonFilter},
    register::ClassHome,
};

const PATH: &str = "/classes";
/// Pages of teachers that are read, of [`queries::PAGE_LIMIT`] each: more than any school has.
const TEACHER_PAGES: usize = 25;

pub(super) async fn list(reader: Reader, filters: Filters) -> Result<Page, WebError> {
    let lang = reader.lang;
    let (classes, homes, teachers) = read(&reader, |tx, scope| {
        let homes = queries::class_homes(tx, scope)?;
        let teachers: Vec<_> = homes.values().filter_map(|home| home.teacher).collect();
        let teachers = queries::by_ids(tx, scope, &teachers)?;
        Ok((queries::classes(tx, scope)?, homes, teachers))
    })
    .await?;
    let title = msg!(lang, "people-classes");
    let may_edit = reader.may(Action::EditPersons);
    let add = LinkButton::primary(msg!(lang, "people-class-add"), "/classes/new").icon(Icon::Plus);
    let turn = LinkButton::plain(msg!(lang, "people-turn"), "/classes/turn-over").icon(Icon::ArrowRight);
    let at_home = |class: ClassId| {
        let home = homes.get(&class);
        let teacher = home.and_then(|home| home.teacher).and_then(|id| teachers.get(&id));
        (
            teacher.map(|teacher| teacher.short.clone()).unwrap_or_default(),
            home.map(|home| home.room.clone()).unwrap_or_default(),
        )
    };
    let body = html! {
        (page_head(&title, html! { @if may_edit { @if !classes.is_empty() { (turn) } (add) } }))
        (words::done(lang, filters.get("done")))
        @if classes.is_empty() {
            (empty_state(Icon::School, &msg!(lang, "people-classes-empty"), &msg!(lang, "people-classes-empty-how"), None))
        } @else {
            (table(lang, &title, &classes, may_edit, at_home))
        }
    };
    Ok(accounts::page(&reader, title, body))
}

fn table(
    lang: Lang,
    title: &str,
    classes: &[ClassView],
    may_edit: bool,
    at_home: impl Fn(ClassId) -> (String, String),
) -> Markup {
    let columns = vec![
        Column::new(msg!(lang, "people-class")),
        Column::new(msg!(lang, "people-class-lang")),
        Column::new(msg!(lang, "people-shift")),
        Column::new(msg!(lang, "people-class-teacher")),
        Column::new(msg!(lang, "people-class-room")),
        Column::number(msg!(lang, "people-pupils")),
        Column::actions(msg!(lang, "people-actions")),
    ];
    let rows = classes.iter().map(|class| {
        let edit =
            LinkButton::quiet(msg!(lang, "people-edit"), format!("{PATH}/{}", class.id)).icon(Icon::Edit).only_icon();
        let (teacher, room) = at_home(class.id);
        let cells = vec![
            html! { b { (class.data.name) } },
            cell(language(lang, class.data.lang)),
            cell(class.data.shift.number().to_string()),
            cell(teacher),
            cell(room),
            cell(class.pupils.to_string()),
            html! { @if may_edit { (edit) } },
        ];
        Row::new(cells).leads_to(format!("/people?class={}", class.id))
    });
    html! { (Table::new(lang, title, columns).rows(rows)) }
}

/// The language of instruction, in the reader's.
pub(super) fn language(lang: Lang, of: Lang) -> String {
    match of {
        Lang::Kk => msg!(lang, "people-class-lang-kk"),
        Lang::Ru => msg!(lang, "people-class-lang-ru"),
        Lang::En => msg!(lang, "people-class-lang-en"),
    }
}

pub(super) async fn new(reader: Reader) -> Page {
    let blank = Form::filled([("lang", "kk"), ("shift", "1")]);
    form_page(&reader, &blank, None, Vec::new())
}

pub(super) async fn add(reader: Reader, mut form: Form) -> Result<Response, WebError> {
    if let Some(data) = filled_in(reader.lang, &mut form) {
        let ctx = reader.ctx();
        match reader.app.db.write(move |tx| ops::add_class(tx, &ctx, &data)).await {
            Ok(_) => return Ok(Redirect::to(&format!("{PATH}?done=class-added")).into_response()),
            Err(error) => refuse(reader.lang, &mut form, error)?,
        }
    }
    Ok((StatusCode::UNPROCESSABLE_ENTITY, form_page(&reader, &form, None, Vec::new())).into_response())
}

pub(super) async fn edit(reader: Reader, Path(id): Path<String>) -> Result<Page, WebError> {
    let class = class_of(&reader, &id).await?;
    let data = class.data;
    let shift = data.shift.number().to_string();
    let (id, teachers) = (class.id, teachers(&reader).await?);
    let home =
        read(&reader, move |tx, scope| Ok(queries::class_homes(tx, scope)?.remove(&id))).await?.unwrap_or_default();
    let teacher = home.teacher.map(|teacher| teacher.to_string()).unwrap_or_default();
    let form = Form::filled([
        ("name", data.name.compact().as_str()),
        ("lang", data.lang.code()),
        ("shift", shift.as_str()),
        ("room", home.room.as_str()),
        ("teacher", teacher.as_str()),
        ("year", home.year.as_str()),
    ]);
    Ok(form_page(&reader, &form, Some(&class), teachers))
}

pub(super) async fn change(reader: Reader, Path(id): Path<String>, mut form: Form) -> Result<Response, WebError> {
    let class = class_of(&reader, &id).await?;
    let home = home_of(reader.lang, &mut form);
    if let (Some(data), Some(home)) = (filled_in(reader.lang, &mut form), home) {
        let ctx = reader.ctx();
        let work = move |tx: &mut store::Tx<'_>| {
            ops::edit_class(tx, &ctx, class.id, &data)?;
            ops::set_class_home(tx, &ctx, class.id, &home)
        };
        match reader.app.db.write(work).await {
            Ok(()) => return Ok(Redirect::to(&format!("{PATH}?done=class-edited")).into_response()),
            Err(error) => refuse(reader.lang, &mut form, error)?,
        }
    }
    let teachers = teachers(&reader).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, form_page(&reader, &form, Some(&class), teachers)).into_response())
}

async fn class_of(reader: &Reader, id: &str) -> Result<ClassView, WebError> {
    let id: ClassId = id.parse().map_err(|_| WebError::NotFound)?;
    read(reader, move |tx, scope| queries::class(tx, scope, id)).await?.ok_or(WebError::NotFound)
}

/// Teachers to choose from, all of them.
async fn teachers(reader: &Reader) -> Result<Vec<Choice>, WebError> {
    let filter = PersonFilter { role: Some(Role::Teacher), ..PersonFilter::default() };
    let found = read(reader, move |tx, scope| {
        let (mut found, mut after) = (Vec::new(), None);
        for _ in 0..TEACHER_PAGES {
            let page = queries::list(tx, scope, &filter, after, queries::PAGE_LIMIT)?;
            found.extend(page.rows);
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        Ok(found)
    })
    .await?;
    Ok(found.into_iter().map(|person| Choice::new(person.id.to_string(), person.full)).collect())
}

fn home_of(lang: Lang, form: &mut Form) -> Option<ClassHome> {
    let teacher = form.optional("teacher", |id| id.parse().map_err(|_| ()), |()| msg!(lang, "people-fault-choice"))?;
    Some(ClassHome { room: form.value("room").to_owned(), teacher, year: form.value("year").to_owned() })
}

fn filled_in(lang: Lang, form: &mut Form) -> Option<ClassData> {
    let name = form.parsed(lang, "name", ClassName::parse, |error| text(lang, error.key(), &[]));
    let of = form.choice(lang, "lang", |code| Lang::ALL.into_iter().find(|known| known.code() == code));
    let shift = form.choice(lang, "shift", |number| number.parse().ok().and_then(Shift::of_number));
    Some(ClassData { name: name?, lang: of?, shift: shift? })
}

fn refuse(lang: Lang, form: &mut Form, error: PeopleError) -> Result<(), WebError> {
    let field = match error {
        PeopleError::ClassTaken => "name",
        PeopleError::ClassHome => "year",
        _ => "",
    };
    form.refuse(field, words::fault(lang, error)?);
    Ok(())
}

fn form_page(reader: &Reader, form: &Form, class: Option<&ClassView>, teachers: Vec<Choice>) -> Page {
    let lang = reader.lang;
    let (title, action) = match class {
        Some(class) => {
            (msg!(lang, "people-class-edit-title", name = class.data.name.to_string()), format!("{PATH}/{}", class.id))
        }
        None => (msg!(lang, "people-class-add-title"), format!("{PATH}/new")),
    };
    let languages = Lang::ALL.into_iter().map(|of| Choice::new(of.code(), language(lang, of))).collect();
    let shifts = Shift::ALL
        .into_iter()
        .map(|shift| Choice::new(shift.number().to_string(), shift.number().to_string()))
        .collect();
    let body = html! {
        (back_link(&msg!(lang, "people-classes"), PATH))
        (page_head(&title, Markup::default()))
        (form_faults(lang, form))
        (card("", html! {
            form .form method="post" action=(action) {
                (Field::text("name", msg!(lang, "people-class-name"), form).required().short().help(msg!(lang, "people-class-name-help")).attr("autocomplete", "off"))
                (Field::select("lang", msg!(lang, "people-class-lang"), form, languages).required())
                (Field::select("shift", msg!(lang, "people-shift"), form, shifts).required().short())
                @if class.is_some() {
                    (Field::select("teacher", msg!(lang, "people-class-teacher"), form, teachers).or_none(msg!(lang, "people-not-said")))
                    (Field::text("room", msg!(lang, "people-class-room"), form).short().attr("maxlength", "20"))
                    (Field::text("year", msg!(lang, "people-class-year"), form).short().attr("maxlength", "7").help(msg!(lang, "people-class-year-help")))
                }
                (form_actions(html! {
                    (Button::primary(if class.is_some() { msg!(lang, "people-save") } else { msg!(lang, "people-class-add") }).icon(Icon::Check))
                    (LinkButton::quiet(msg!(lang, "people-cancel"), PATH))
                }))
            }
        }))
    };
    accounts::page(reader, title, body)
}
