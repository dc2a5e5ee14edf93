//! The turn of the school year: what will become of each class is shown, can be changed, is done, and can be taken back.

use accounts::{Ctx, Reader};
use i18n::{Lang, msg, text};
use web::{
    Form, IntoResponse, Markup, Page, Redirect, Response, StatusCode, WebError,
    components::{
        Button, Column, Field, Icon, LinkButton, Row, Table, Tone, alert, back_link, card, cell, checkbox,
        confirm_dialog, empty_state, form_actions, page_head,
    },
    html,
};

use super::{read, words};
use crate::{
    PeopleError, TurnFault,
    model::ClassName,
    ops::turn_over::{self, Next, NextOf, Plan, Preview},
    person::{ClassData, ClassView, Shift},
    queries::{self, PersonBrief},
};

const PATH: &str = "/classes/turn-over";
/// New classes that can be entered besides those that are suggested.
const MORE_NEW: usize = 3;
/// New classes at most.
const MOST_NEW: usize = 30;

pub(super) async fn show(reader: Reader) -> Result<Page, WebError> {
    let preview = preview(&reader).await?;
    let form = suggested(&preview);
    page(&reader, &preview, &form, Markup::default())
}

async fn preview(reader: &Reader) -> Result<Preview, WebError> {
    let (ctx, scope) = (reader.ctx(), reader.scope()?);
    Ok(reader.app.db.read(move |tx| turn_over::suggest(tx, &ctx, &scope)).await?)
}

/// The form as it is first shown.
fn suggested(preview: &Preview) -> Form {
    let plan = &preview.plan;
    let mut fields = vec![("year".to_owned(), plan.year.clone()), ("day".to_owned(), plan.day.to_string())];
    for of in &plan.classes {
        let next = match of.next {
            Next::Becomes(name) => name.compact(),
            Next::Graduates => "+".to_owned(),
            Next::Ends => "-".to_owned(),
        };
        fields.push((format!("next-{}", of.class), next));
        fields.push((format!("shift-{}", of.class), of.shift.number().to_string()));
    }
    for (place, data) in plan.new.iter().enumerate() {
        fields.push((format!("new-{place}"), data.name.compact()));
        fields.push((format!("new-lang-{place}"), data.lang.code().to_owned()));
        fields.push((format!("new-shift-{place}"), data.shift.number().to_string()));
    }
    Form::filled(fields)
}

pub(super) async fn turn(reader: Reader, mut form: Form) -> Result<Response, WebError> {
    let lang = reader.lang;
    let preview = preview(&reader).await?;
    let mut above = Markup::default();
    if let Some(plan) = filled_in(lang, &mut form, &preview) {
        let ctx = reader.ctx();
        match reader.app.db.write(move |tx| turn_over::turn(tx, &ctx, &plan)).await {
            Ok(_) => return Ok(Redirect::to("/classes?done=turned").into_response()),
            Err(error) => above = told(&reader, error).await?,
        }
    }
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&reader, &preview, &form, above)?).into_response())
}

pub(super) async fn undo(reader: Reader) -> Result<Response, WebError> {
    let ctx: Ctx = reader.ctx();
    match reader.app.db.write(move |tx| turn_over::undo(tx, &ctx)).await {
        Ok(_) => Ok(Redirect::to("/classes?done=turned-back").into_response()),
        Err(error) => {
            let above = told(&reader, error).await?;
            let preview = preview(&reader).await?;
            let form = suggested(&preview);
            Ok((StatusCode::CONFLICT, page(&reader, &preview, &form, above)?).into_response())
        }
    }
}

/// What stands in the way, with the class or the pupils by name.
async fn told(reader: &Reader, error: PeopleError) -> Result<Markup, WebError> {
    let lang = reader.lang;
    let PeopleError::Turn(fault) = error else {
        return Ok(alert(Tone::Bad, &words::fault(lang, error)?, ""));
    };
    let what = text(lang, fault.key(), &[]);
    let persons = match &fault {
        TurnFault::Repeater(person) => vec![*person],
        TurnFault::Moved(persons) => persons.clone(),
        TurnFault::Ends(name) | TurnFault::Twice(name) => return Ok(alert(Tone::Bad, &what, &name.to_string())),
        TurnFault::Stale | TurnFault::Nothing | TurnFault::Year | TurnFault::TooLate => {
            return Ok(alert(Tone::Bad, &what, ""));
        }
    };
    let known = read(reader, move |tx, scope| queries::by_ids(tx, scope, &persons)).await?;
    let mut known: Vec<PersonBrief> = known.into_values().collect();
    known.sort_by(|a, b| a.full.cmp(&b.full));
    Ok(html! { (alert(Tone::Bad, &what, "")) (names(&known)) })
}

fn names(persons: &[PersonBrief]) -> Markup {
    html! {
        ul { @for person in persons { li { a href={ "/people/" (person.id) } { (person.full) @if let Some(class) = &person.class_name { ", " (class) } } } } }
    }
}

/// The plan as it was chosen; `None` when the form now says what is wrong.
fn filled_in(lang: Lang, form: &mut Form, preview: &Preview) -> Option<Plan> {
    let (year, day) = (form.required(lang, "year"), form.date(lang, "day"));
    let mut classes = Vec::with_capacity(preview.classes.len());
    let mut is_whole = true;
    for class in &preview.classes {
        match next_of(lang, form, class) {
            Some(of) => classes.push(of),
            None => is_whole = false,
        }
    }
    let mut new = Vec::new();
    for place in 0..MOST_NEW {
        if form.text(&format!("new-{place}")).is_none() {
            continue;
        }
        match new_class(lang, form, place) {
            Some(data) => new.push(data),
            None => is_whole = false,
        }
    }
    let plan = Plan { year: year?, day: day?, classes, new, may_merge: form.is_checked("merge") };
    is_whole.then_some(plan)
}

fn next_of(lang: Lang, form: &mut Form, class: &ClassView) -> Option<NextOf> {
    let (field, shift_field) = (format!("next-{}", class.id), format!("shift-{}", class.id));
    let parse = |word: &str| match word.trim() {
        "+" => Ok(Next::Graduates),
        "-" | "–" => Ok(Next::Ends),
        name => ClassName::parse(name).map(Next::Becomes),
    };
    // A class that was added since the page was shown is not in the form: the plan is then refused as stale.
    if form.text(&field).is_none() && form.text(&shift_field).is_none() {
        form.refuse("", text(lang, TurnFault::Stale.key(), &[]));
        return None;
    }
    let next = form.parsed(lang, &field, parse, |error| text(lang, error.key(), &[]));
    let shift = form.choice(lang, &shift_field, |number| number.parse().ok().and_then(Shift::of_number));
    Some(NextOf { class: class.id, next: next?, shift: shift? })
}

fn new_class(lang: Lang, form: &mut Form, place: usize) -> Option<ClassData> {
    let name = form.parsed(lang, &format!("new-{place}"), ClassName::parse, |error| text(lang, error.key(), &[]));
    let of = form
        .choice(lang, &format!("new-lang-{place}"), |code| Lang::ALL.into_iter().find(|known| known.code() == code));
    let shift =
        form.choice(lang, &format!("new-shift-{place}"), |number| number.parse().ok().and_then(Shift::of_number));
    Some(ClassData { name: name?, lang: of?, shift: shift? })
}

fn page(reader: &Reader, preview: &Preview, form: &Form, above: Markup) -> Result<Page, WebError> {
    let lang = reader.lang;
    let title = msg!(lang, "people-turn");
    let body = html! {
        (back_link(&msg!(lang, "people-classes"), "/classes"))
        (page_head(&title, Markup::default()))
        (above)
        @for fault in form.faults() { (alert(Tone::Bad, &fault.sentence, "")) }
        @if let Some(turned) = &preview.undoable {
            (card(&msg!(lang, "people-turn-done", year = turned.year.as_str()), html! {
                p { (msg!(lang, "people-turn-undo-until", date = i18n::date(lang, turned.undo_until.to_zoned(reader.app.time_zone.clone()).date()))) }
                div .form-actions { (Button::danger(msg!(lang, "people-turn-undo")).icon(Icon::ArrowBackUp).opens("undo")) }
            }))
            (confirm_dialog(lang, "undo", &msg!(lang, "people-turn-undo-ask", year = turned.year.as_str()), &msg!(lang, "people-turn-undo-what"),
                &format!("{PATH}/undo"), &Markup::default(), &Button::danger(msg!(lang, "people-turn-undo")).icon(Icon::ArrowBackUp)))
        }
        @if preview.classes.is_empty() {
            (empty_state(Icon::School, &msg!(lang, "people-classes-empty"), &msg!(lang, "people-classes-empty-how"), None))
        } @else {
            (choices(lang, preview, form))
        }
    };
    Ok(accounts::page(reader, title, body))
}

fn choices(lang: Lang, preview: &Preview, form: &Form) -> Markup {
    let columns = vec![
        Column::new(msg!(lang, "people-class")),
        Column::number(msg!(lang, "people-pupils")),
        Column::new(msg!(lang, "people-turn-next")),
        Column::new(msg!(lang, "people-shift")),
    ];
    let rows = preview.classes.iter().map(|class| {
        let name = class.data.name.to_string();
        Row::new(vec![
            html! { b { (name) } },
            cell(class.pupils.to_string()),
            small_text(
                form,
                &format!("next-{}", class.id),
                &msg!(lang, "people-turn-next-of", name = name.as_str()),
                6,
            ),
            shift_select(
                form,
                &format!("shift-{}", class.id),
                &msg!(lang, "people-turn-shift-of", name = name.as_str()),
                class,
            ),
        ])
    });
    html! {
        form method="post" action=(PATH) {
            (card("", html! {
                p { (msg!(lang, "people-turn-how")) }
                div .form {
                    (Field::text("year", msg!(lang, "people-class-year"), form).required().short().attr("maxlength", "7"))
                    (Field::date("day", msg!(lang, "people-move-day"), form).required().help(msg!(lang, "people-turn-day-help")))
                }
            }))
            (Table::new(lang, msg!(lang, "people-turn-classes"), columns).rows(rows))
            (checkbox("merge", "1", &msg!(lang, "people-turn-merge"), form.is_checked("merge")))
            (card(&msg!(lang, "people-turn-new"), new_classes(lang, preview, form)))
            @if !preview.repeaters.is_empty() {
                (card(&msg!(lang, "people-turn-repeaters"), names(&preview.repeaters)))
            }
            (form_actions(html! {
                (Button::primary(msg!(lang, "people-turn-do")).icon(Icon::Check))
                (LinkButton::quiet(msg!(lang, "people-cancel"), "/classes"))
            }))
        }
    }
}

fn new_classes(lang: Lang, preview: &Preview, form: &Form) -> Markup {
    let count = (preview.plan.new.len() + MORE_NEW).min(MOST_NEW);
    let columns = vec![
        Column::new(msg!(lang, "people-class-name")),
        Column::new(msg!(lang, "people-class-lang")),
        Column::new(msg!(lang, "people-shift")),
    ];
    let rows = (0..count).map(|place| {
        let (name, of, shift) = (format!("new-{place}"), format!("new-lang-{place}"), format!("new-shift-{place}"));
        let languages = Lang::ALL.into_iter().map(|of| (of.code().to_owned(), super::classes::language(lang, of)));
        let shifts = Shift::ALL.into_iter().map(|shift| (shift.number().to_string(), shift.number().to_string()));
        Row::new(vec![
            small_text(form, &name, &msg!(lang, "people-class-name"), 6),
            select(form, &of, &msg!(lang, "people-class-lang"), languages, "kk"),
            select(form, &shift, &msg!(lang, "people-shift"), shifts, "1"),
        ])
    });
    html! { (Table::new(lang, msg!(lang, "people-turn-new"), columns).rows(rows)) }
}

fn shift_select(form: &Form, name: &str, label: &str, class: &ClassView) -> Markup {
    let shifts = Shift::ALL.into_iter().map(|shift| (shift.number().to_string(), shift.number().to_string()));
    select(form, name, label, shifts, &class.data.shift.number().to_string())
}

/// A field of a table: its label is read aloud, the column's head shows it.
fn small_text(form: &Form, name: &str, label: &str, letters: usize) -> Markup {
    let fault = form.fault(name);
    html! {
        input type="text" name=(name) value=(form.value(name)) maxlength=(letters) size=(letters) autocomplete="off" aria-label=(label)
            aria-invalid=[fault.map(|_| "true")] {}
        @if let Some(fault) = fault { p .fault-line { (fault) } }
    }
}

fn select(form: &Form, name: &str, label: &str, values: impl Iterator<Item = (String, String)>, usual: &str) -> Markup {
    let now = form.text(name).unwrap_or(usual).to_owned();
    html! {
        select name=(name) aria-label=(label) {
            @for (value, text) in values { option value=(value) selected[value == now] { (text) } }
        }
    }
}
