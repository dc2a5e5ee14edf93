//! The school itself: names, BIN, address, phones, the colour of badges, the last grade.

use accounts::{Action, Reader};
use i18n::{Lang, msg};
use web::{
    Filters, Form, IntoResponse, Markup, Page, Redirect, Response, StatusCode, WebError,
    components::{
        Button, Choice, Field, Icon, Tone, alert, card, cell, facts, form_actions, form_faults, hidden, page_head,
    },
    html,
};

use super::{read, words};
use crate::{
    PeopleError, ops, queries,
    register::{SchoolProfile, SchoolView},
};

const PATH: &str = "/school";
const LAST_GRADES: [&str; 2] = ["11", "12"];

pub(super) async fn show(reader: Reader, filters: Filters) -> Result<Page, WebError> {
    let school = school_of(&reader).await?;
    let form = shown(&school.profile, school.revision);
    page(&reader, &school, &form, words::done(reader.lang, filters.get("done"))).await
}

pub(super) async fn change(reader: Reader, mut form: Form) -> Result<Response, WebError> {
    let lang = reader.lang;
    let school = school_of(&reader).await?;
    let revision: u64 = form.value("revision").parse().map_err(|_| WebError::BadInput(String::new()))?;
    let (name_kk, name_ru) = (form.required(lang, "name_kk"), form.required(lang, "name_ru"));
    let last_grade = form.choice(lang, "last_grade", |grade| grade.parse::<u8>().ok());
    let mut status = StatusCode::UNPROCESSABLE_ENTITY;
    let mut above = Markup::default();
    if let (Some(name_kk), Some(name_ru), Some(last_grade)) = (name_kk, name_ru, last_grade) {
        let profile = SchoolProfile {
            name_kk,
            name_ru,
            district: school.profile.district,
            bin: form.value("bin").to_owned(),
            address: form.value("address").to_owned(),
            phones: form.value("phones").to_owned(),
            badge_colour: form.value("badge_colour").to_owned(),
            last_grade,
        };
        let (ctx, wanted) = (reader.ctx(), profile.clone());
        match reader.app.db.write(move |tx| ops::edit_school(tx, &ctx, revision, &wanted)).await {
            Ok(()) => return Ok(Redirect::to(&format!("{PATH}?done=edited")).into_response()),
            Err(PeopleError::Changed) => {
                status = StatusCode::CONFLICT;
                above = alert(Tone::Warn, &msg!(lang, "people-conflict"), &msg!(lang, "people-numbers-conflict-how"));
                let stored = school_of(&reader).await?;
                form = shown(&profile, stored.revision);
            }
            Err(error) => refuse(lang, &mut form, error)?,
        }
    }
    Ok((status, page(&reader, &school, &form, above).await?).into_response())
}

fn refuse(lang: Lang, form: &mut Form, error: PeopleError) -> Result<(), WebError> {
    let field = if let PeopleError::Profile(field) = &error { field } else { "" };
    let sentence = match crate::model::Bin::parse(form.value("bin")) {
        Err(wrong) if field == "bin" => i18n::text(lang, wrong.key(), &[]),
        _ => words::fault(lang, error)?,
    };
    form.refuse(field, sentence);
    Ok(())
}

async fn school_of(reader: &Reader) -> Result<SchoolView, WebError> {
    read(reader, queries::school_profile).await?.ok_or(WebError::NotFound)
}

fn shown(profile: &SchoolProfile, revision: u64) -> Form {
    Form::filled([
        ("name_kk", profile.name_kk.clone()),
        ("name_ru", profile.name_ru.clone()),
        ("bin", profile.bin.clone()),
        ("address", profile.address.clone()),
        ("phones", profile.phones.clone()),
        ("badge_colour", profile.badge_colour.clone()),
        ("last_grade", profile.last_grade.to_string()),
        ("revision", revision.to_string()),
    ])
}

/// District and region by name, in the reader's language.
async fn belongs(reader: &Reader, school: &SchoolView) -> Result<Option<String>, WebError> {
    let Some(district) = school.profile.district else { return Ok(None) };
    let all = read(reader, |tx, _| queries::organisations(tx)).await?;
    let name = |row: &queries::OrganisationRow| {
        if reader.lang == Lang::Kk { row.name_kk.clone() } else { row.name_ru.clone() }
    };
    let found = all.iter().find(|row| row.id == district);
    let region = found.and_then(|row| row.parent).and_then(|id| all.iter().find(|row| row.id == id));
    Ok(found.map(|row| region.map_or_else(|| name(row), |region| format!("{}, {}", name(region), name(row)))))
}

async fn page(reader: &Reader, school: &SchoolView, form: &Form, above: Markup) -> Result<Page, WebError> {
    let lang = reader.lang;
    let title = msg!(lang, "people-school");
    let belongs = belongs(reader, school).await?;
    let grades = LAST_GRADES.into_iter().map(|grade| Choice::new(grade, grade)).collect();
    let body = html! {
        (page_head(&title, Markup::default()))
        (above)
        @if reader.may(Action::EditSchool) {
            (form_faults(lang, form))
            (card("", html! {
                @if let Some(belongs) = &belongs { (facts(&[(msg!(lang, "people-school-district").as_str(), cell(belongs))])) }
                form .form method="post" action=(PATH) {
                    (Field::text("name_kk", msg!(lang, "people-school-name-kk"), form).required().wide().attr("maxlength", "200"))
                    (Field::text("name_ru", msg!(lang, "people-school-name-ru"), form).required().wide().attr("maxlength", "200"))
                    (Field::text("bin", msg!(lang, "people-school-bin"), form).short().attr("inputmode", "numeric").attr("maxlength", "20"))
                    (Field::text("address", msg!(lang, "people-address"), form).wide().attr("maxlength", "300"))
                    (Field::text("phones", msg!(lang, "people-school-phones"), form).wide().attr("maxlength", "300"))
                    (Field::text("badge_colour", msg!(lang, "people-school-colour"), form).short().attr("maxlength", "7").attr("pattern", "#[0-9A-Fa-f]{6}")
                        .help(msg!(lang, "people-school-colour-help")))
                    (Field::select("last_grade", msg!(lang, "people-school-last-grade"), form, grades).required().short())
                    (hidden("revision", form.value("revision")))
                    (form_actions(html! { (Button::primary(msg!(lang, "people-save")).icon(Icon::Check)) }))
                }
            }))
        }
    };
    Ok(accounts::page(reader, title, body))
}
