//! The form of a person: adding, editing, and what happens when two edit at once.

use std::collections::BTreeSet;

use accounts::Reader;
use i18n::{Lang, msg};
use kernel::Role;
use web::{
    Form, IntoResponse, Markup, Page, Path, Response, StatusCode, WebError,
    components::{
        Button, Choice, Column, Field, Icon, LinkButton, Row, Table, Tone, alert, back_link, card, cell, choices,
        form_actions, form_faults, hidden, page_head,
    },
    html,
};

use super::{card::back, card::person_of, letters, person_id, read, words};
use crate::{
    PeopleError,
    model::{NamePart, PersonName, Sex},
    ops,
    person::{PersonBrief, PersonData, PersonView},
    queries::{self, ClassView},
};

pub(super) async fn new(reader: Reader) -> Result<Page, WebError> {
    let classes = read(&reader, queries::classes).await?;
    let blank = Form::filled([("role", Role::Pupil.as_str())]);
    Ok(adding(&reader, &blank, &classes))
}

pub(super) async fn add(reader: Reader, form: Form) -> Result<Response, WebError> {
    let lang = reader.lang;
    let classes = read(&reader, queries::classes).await?;
    let mut form = match letters::settled(form) {
        Ok(form) => form,
        Err(asking) => {
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, adding(&reader, &asking, &classes)).into_response());
        }
    };
    if let Some(data) = filled_in(lang, &mut form) {
        let ctx = reader.ctx();
        match reader.app.db.write(move |tx| ops::add_person(tx, &ctx, &data)).await {
            Ok(person) => return Ok(back(person, "added")),
            Err(error) => refuse(lang, &mut form, error)?,
        }
    }
    Ok((StatusCode::UNPROCESSABLE_ENTITY, adding(&reader, &form, &classes)).into_response())
}

pub(super) async fn edit(reader: Reader, Path(id): Path<String>) -> Result<Page, WebError> {
    let person = person_of(&reader, person_id(&id)?).await?;
    let classes = read(&reader, queries::classes).await?;
    Ok(editing(&reader, &person.brief, &shown(&person.data, person.revision), &classes, Markup::default()))
}

pub(super) async fn change(reader: Reader, Path(id): Path<String>, form: Form) -> Result<Response, WebError> {
    let lang = reader.lang;
    let id = person_id(&id)?;
    let person = person_of(&reader, id).await?;
    let classes = read(&reader, queries::classes).await?;
    let again = |form: &Form, status: StatusCode, above: Markup| {
        Ok((status, editing(&reader, &person.brief, form, &classes, above)).into_response())
    };
    let mut form = match letters::settled(form) {
        Ok(form) => form,
        Err(asking) => return again(&asking, StatusCode::UNPROCESSABLE_ENTITY, Markup::default()),
    };
    let revision: u64 = form.value("revision").parse().map_err(|_| WebError::BadInput(String::new()))?;
    let Some(data) = filled_in(lang, &mut form) else {
        return again(&form, StatusCode::UNPROCESSABLE_ENTITY, Markup::default());
    };
    let (ctx, wanted) = (reader.ctx(), data.clone());
    match reader.app.db.write(move |tx| ops::edit_person(tx, &ctx, id, revision, &wanted)).await {
        Ok(()) => Ok(back(id, "edited")),
        Err(PeopleError::Changed) => {
            // Read anew: what was read above may be older than the change that was in the way.
            let stored = person_of(&reader, id).await?;
            again(&shown(&data, stored.revision), StatusCode::CONFLICT, both_versions(lang, &data, &stored, &classes))
        }
        Err(error) => {
            refuse(lang, &mut form, error)?;
            again(&form, StatusCode::UNPROCESSABLE_ENTITY, Markup::default())
        }
    }
}

/// What was filled in; `None` when the form now says what is wrong.
fn filled_in(lang: Lang, form: &mut Form) -> Option<PersonData> {
    let name = match PersonName::parse(form.value("family"), form.value("given"), form.text("patronymic")) {
        Ok(name) => Some(name),
        Err(error) => {
            let field = match error.part() {
                NamePart::Family => "family",
                NamePart::Given => "given",
                NamePart::Patronymic => "patronymic",
            };
            form.refuse(field, words::name_fault(lang, error));
            None
        }
    };
    let choice = |()| msg!(lang, "people-fault-choice");
    let sex = form.optional("sex", |word| Sex::parse(word).ok_or(()), choice);
    let birth_date = form.optional_date(lang, "birth_date");
    let class = form.optional("class", |id| id.parse().map_err(|_| ()), choice);
    let learning_until = form.optional_date(lang, "learning_until");
    let roles: BTreeSet<Role> = form.values("role").filter_map(Role::parse).collect();
    Some(PersonData {
        name: name?,
        sex: sex?,
        birth_date: birth_date?,
        roles,
        class: class?,
        position: form.value("position").to_owned(),
        learning_until: learning_until?,
    })
}

/// Puts the error beside its field.
fn refuse(lang: Lang, form: &mut Form, error: PeopleError) -> Result<(), WebError> {
    let field = match &error {
        PeopleError::NoRole => "role",
        PeopleError::ClassWithoutPupil | PeopleError::NoSuchClass => "class",
        PeopleError::Position => "position",
        PeopleError::BirthDate => "birth_date",
        PeopleError::Learning => "learning_until",
        _ => "",
    };
    form.refuse(field, words::fault(lang, error)?);
    Ok(())
}

/// A form that shows this data.
fn shown(data: &PersonData, revision: u64) -> Form {
    let day = |day: Option<jiff::civil::Date>| day.map(|day| day.to_string()).unwrap_or_default();
    let fields = [
        ("family", data.name.family().to_owned()),
        ("given", data.name.given().to_owned()),
        ("patronymic", data.name.patronymic().unwrap_or_default().to_owned()),
        ("sex", data.sex.map(Sex::as_str).unwrap_or_default().to_owned()),
        ("birth_date", day(data.birth_date)),
        ("class", data.class.map(|class| class.to_string()).unwrap_or_default()),
        ("position", data.position.clone()),
        ("learning_until", day(data.learning_until)),
        ("revision", revision.to_string()),
    ];
    Form::filled(fields.into_iter().chain(data.roles.iter().map(|role| ("role", role.as_str().to_owned()))))
}

fn adding(reader: &Reader, form: &Form, classes: &[ClassView]) -> Page {
    let lang = reader.lang;
    let title = msg!(lang, "people-add-title");
    let body = html! {
        (back_link(&msg!(lang, "people-to-list"), "/people"))
        (page_head(&title, Markup::default()))
        (form_faults(lang, form))
        (card("", fields(lang, form, classes, "/people/new", "/people", &Button::primary(msg!(lang, "people-add")).icon(Icon::UserPlus))))
    };
    accounts::page(reader, title, body)
}

fn editing(reader: &Reader, person: &PersonBrief, form: &Form, classes: &[ClassView], above: Markup) -> Page {
    let lang = reader.lang;
    let title = msg!(lang, "people-edit-title", name = person.short.as_str());
    let (path, home) = (format!("/people/{}/edit", person.id), format!("/people/{}", person.id));
    let body = html! {
        (back_link(&person.short, &home))
        (page_head(&title, Markup::default()))
        (above)
        (form_faults(lang, form))
        (card("", fields(lang, form, classes, &path, &home, &Button::primary(msg!(lang, "people-save")).icon(Icon::Check))))
    };
    accounts::page(reader, title, body)
}

fn fields(lang: Lang, form: &Form, classes: &[ClassView], action: &str, cancel: &str, doer: &Button) -> Markup {
    let sexes = Sex::ALL.into_iter().map(|sex| Choice::new(sex.as_str(), words::sex(lang, sex))).collect();
    let roles: Vec<Choice> =
        Role::ALL.iter().map(|role| Choice::new(role.as_str(), words::role(lang, *role))).collect();
    let longest = PersonName::MAX_LETTERS.to_string();
    html! {
        form .form method="post" action=(action) {
            (letters::hint(lang, form))
            (Field::text("family", msg!(lang, "people-family"), form).required().attr("maxlength", &longest).attr("autocomplete", "off"))
            (Field::text("given", msg!(lang, "people-given"), form).required().attr("maxlength", &longest).attr("autocomplete", "off"))
            (Field::text("patronymic", msg!(lang, "people-patronymic"), form).attr("maxlength", &longest).attr("autocomplete", "off")
                .help(msg!(lang, "people-patronymic-help")))
            (Field::select("sex", msg!(lang, "people-sex"), form, sexes).or_none(msg!(lang, "people-not-said")))
            (Field::date("birth_date", msg!(lang, "people-birth-date"), form))
            (choices("role", &msg!(lang, "people-role"), form, &roles))
            (Field::select("class", msg!(lang, "people-class"), form, words::class_choices(classes)).or_none(msg!(lang, "people-class-none"))
                .help(msg!(lang, "people-class-help")))
            (Field::text("position", msg!(lang, "people-position"), form).attr("maxlength", PersonData::MAX_POSITION_LETTERS.to_string())
                .help(msg!(lang, "people-position-help")))
            (Field::date("learning_until", msg!(lang, "people-learning-until"), form).help(msg!(lang, "people-learning-help")))
            @if form.text("revision").is_some() { (hidden("revision", form.value("revision"))) }
            (form_actions(html! { (doer) (letters::button(lang, form)) (LinkButton::quiet(msg!(lang, "people-cancel"), cancel)) }))
        }
    }
}

/// What the reader wanted beside what somebody else has stored meanwhile.
fn both_versions(lang: Lang, wanted: &PersonData, stored: &PersonView, classes: &[ClassView]) -> Markup {
    let day = |day: Option<jiff::civil::Date>| day.map(|day| i18n::date(lang, day)).unwrap_or_default();
    let class = |data: &PersonData| {
        let found = data.class.and_then(|id| classes.iter().find(|class| class.id == id));
        found.map(|class| class.data.name.to_string()).unwrap_or_default()
    };
    let values = |data: &PersonData| {
        [
            (msg!(lang, "people-name"), data.name.full()),
            (msg!(lang, "people-sex"), data.sex.map(|sex| words::sex(lang, sex)).unwrap_or_default()),
            (msg!(lang, "people-birth-date"), day(data.birth_date)),
            (
                msg!(lang, "people-role"),
                data.roles.iter().map(|role| words::role(lang, *role)).collect::<Vec<_>>().join(", "),
            ),
            (msg!(lang, "people-class"), class(data)),
            (msg!(lang, "people-position"), data.position.trim().to_owned()),
            (msg!(lang, "people-learning-until"), day(data.learning_until)),
        ]
    };
    let columns = vec![
        Column::new(msg!(lang, "people-conflict-field")),
        Column::new(msg!(lang, "people-conflict-mine")),
        Column::new(msg!(lang, "people-conflict-theirs")),
    ];
    let rows = values(wanted).into_iter().zip(values(&stored.data)).map(|((name, mine), (_, theirs))| {
        let row = Row::new(vec![cell(&name), cell(&mine), cell(&theirs)]);
        if mine == theirs { row } else { row.class("warn") }
    });
    let title = msg!(lang, "people-conflict");
    html! {
        (alert(Tone::Warn, &title, &msg!(lang, "people-conflict-how")))
        (Table::new(lang, title.as_str(), columns).rows(rows))
    }
}
