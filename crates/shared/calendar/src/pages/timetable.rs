//! Timetables of classes: the list, a week, one lesson, pasting and copying.

use std::collections::BTreeMap;

use accounts::{Action, Reader, Scope};
use i18n::{Lang, msg, weekday_name};
use kernel::{ClassId, PersonId, Role};
use people::queries::{ClassView, PersonFilter};
use store::{StoreError, Tx};
use web::{
    Filters, Form, IntoResponse, Markup, Page, Path, Redirect, Response, WebError,
    components::{
        Button, Choice, Column, Field, Icon, LinkButton, Row, Table, back_link, card, cell, confirm_dialog,
        empty_state, form_actions, form_faults, hidden, page_head,
    },
    html,
};

use super::{Part, conflict, id_of, page, parts, read, refused, revision, words};
use crate::{
    CalendarError, CalendarOf,
    model::{Cell, GradePlans, Pasted, Place, Timetable, paste as read_paste, weekday_of},
    ops, queries,
};

pub(super) const PATH: &str = "/calendar/timetable";

/// Teachers to choose from at most.
const TEACHERS_LIMIT: usize = 1_000;

pub(super) async fn list(reader: Reader) -> Result<Page, WebError> {
    let lang = reader.lang;
    let (known, classes) =
        read(&reader, |tx, scope| Ok((queries::calendar_of(tx, scope)?, people::queries::classes(tx, scope)?))).await?;
    let title = msg!(lang, "calendar-timetables");
    let columns = vec![
        Column::new(msg!(lang, "calendar-class")),
        Column::new(msg!(lang, "calendar-shift")),
        Column::new(msg!(lang, "calendar-timetable")),
    ];
    let row = |class: &ClassView| {
        let state = match known.timetable(class.id) {
            Some(timetable) => cell(msg!(lang, "calendar-timetable-is", count = timetable.cells.len())),
            None => html! { span .quiet { (msg!(lang, "calendar-timetable-none")) } },
        };
        let cells = vec![html! { b { (class.data.name) } }, cell(words::shift(lang, class.data.shift)), state];
        Row::new(cells).leads_to(format!("{PATH}/{}", class.id))
    };
    let body = html! {
        (page_head(&title, Markup::default()))
        (parts(&reader, Part::Timetables))
        @if classes.is_empty() {
            (empty_state(Icon::School, &msg!(lang, "calendar-no-classes"), &msg!(lang, "calendar-no-classes-how"), None))
        } @else {
            (Table::new(lang, title.as_str(), columns).rows(classes.iter().map(row)))
        }
    };
    Ok(page(&reader, title, body))
}

/// A class with all that its page shows.
struct Shown {
    class: ClassView,
    classes: Vec<ClassView>,
    known: CalendarOf,
    timetable: Timetable,
    teachers: BTreeMap<PersonId, String>,
}

async fn shown(reader: &Reader, id: &str) -> Result<Shown, WebError> {
    let id: ClassId = id_of(id)?;
    let found = read(reader, move |tx, scope| {
        let classes = people::queries::classes(tx, scope)?;
        let known = queries::calendar_of(tx, scope)?;
        let timetable = queries::timetable_of(tx, scope, id)?;
        let mut ids: Vec<PersonId> = timetable.cells.values().filter_map(|cell| cell.teacher).collect();
        ids.sort_unstable();
        ids.dedup();
        let persons = people::queries::by_ids(tx, scope, &ids)?;
        let teachers = persons.into_iter().map(|(id, person)| (id, person.short)).collect();
        Ok((classes, known, timetable, teachers))
    });
    let (classes, known, timetable, teachers) = found.await?;
    let class = classes.iter().find(|class| class.id == id).copied().ok_or(WebError::NotFound)?;
    Ok(Shown { class, classes, known, timetable, teachers })
}

pub(super) async fn show(reader: Reader, Path(class): Path<String>, filters: Filters) -> Result<Page, WebError> {
    let found = shown(&reader, &class).await?;
    let form = Form::filled([("revision", found.timetable.revision.to_string())]);
    Ok(view(&reader, &found, &form, words::done_alert(reader.lang, &filters)))
}

fn back(class: ClassId, word: &'static str) -> Response {
    Redirect::to(&web::address(&format!("{PATH}/{class}"), [("done", word)])).into_response()
}

/// Puts what was pasted in place of the week.
pub(super) async fn paste(reader: Reader, Path(class): Path<String>, mut form: Form) -> Result<Response, WebError> {
    match read_paste(form.value("text")) {
        Ok(pasted) => replace(&reader, &class, form, pasted, "timetable").await,
        Err(fault) => {
            form.refuse("text", words::fault(reader.lang, fault));
            let found = shown(&reader, &class).await?;
            Ok(refused(view(&reader, &found, &form, Markup::default())))
        }
    }
}

/// Empties the week.
pub(super) async fn clear(reader: Reader, Path(class): Path<String>, form: Form) -> Result<Response, WebError> {
    replace(&reader, &class, form, Pasted::default(), "cleared").await
}

async fn replace(
    reader: &Reader,
    class: &str,
    form: Form,
    pasted: Pasted,
    word: &'static str,
) -> Result<Response, WebError> {
    let (id, seen, ctx) = (id_of(class)?, revision(&form)?, reader.ctx());
    let made = reader.app.db.write(move |tx| ops::replace_timetable(tx, &ctx, id, seen, &pasted)).await;
    answered(reader, class, form, made, id, word).await
}

/// Puts another class's subjects in place of the week.
pub(super) async fn copy(reader: Reader, Path(class): Path<String>, mut form: Form) -> Result<Response, WebError> {
    let (id, seen, ctx) = (id_of(&class)?, revision(&form)?, reader.ctx());
    let Some(from) = form.choice::<ClassId>(reader.lang, "from", |id| id.parse().ok()) else {
        let found = shown(&reader, &class).await?;
        return Ok(refused(view(&reader, &found, &form, Markup::default())));
    };
    let made = reader.app.db.write(move |tx| ops::copy_timetable(tx, &ctx, id, seen, from)).await;
    answered(&reader, &class, form, made, id, "timetable").await
}

/// The answer to a change of the whole week.
async fn answered(
    reader: &Reader,
    class: &str,
    mut form: Form,
    made: Result<(), CalendarError>,
    id: ClassId,
    word: &'static str,
) -> Result<Response, WebError> {
    let lang = reader.lang;
    let error = match made {
        Ok(()) => return Ok(back(id, word)),
        Err(error) => error,
    };
    let found = shown(reader, class).await?;
    if matches!(error, CalendarError::Changed) {
        // What was pasted is kept; saved again it goes over what is shown now.
        let text = form.value("text").to_owned();
        let form = Form::filled([("revision", found.timetable.revision.to_string()), ("text", text)]);
        let said = words::changed_alert(lang, &msg!(lang, "calendar-conflict-below"));
        return Ok(conflict(view(reader, &found, &form, said)));
    }
    words::refuse(lang, &mut form, error)?;
    Ok(refused(view(reader, &found, &form, Markup::default())))
}

fn view(reader: &Reader, found: &Shown, form: &Form, said: Markup) -> Page {
    let lang = reader.lang;
    let may = reader.may(Action::ManageCalendar);
    let title = msg!(lang, "calendar-timetable-title", name = found.class.data.name.to_string());
    let body = html! {
        (back_link(&msg!(lang, "calendar-timetables"), PATH))
        (page_head(&title, Markup::default()))
        (parts(reader, Part::Timetables))
        (said)
        (form_faults(lang, form))
        @if found.timetable.cells.is_empty() {
            p .quiet { (msg!(lang, "calendar-timetable-none-how", count = plan(found))) }
        }
        (grid(lang, found, may))
        @if may { (whole_week(lang, found, form)) }
    };
    page(reader, title, body)
}

fn plan(found: &Shown) -> u8 {
    found.known.calendar().plans().of(found.class.data.name.grade()).lessons
}

/// The week: a column a day on a desk, one under the other on a phone.
fn grid(lang: Lang, found: &Shown, may: bool) -> Markup {
    let filled = found.timetable.cells.keys().map(|place| place.lesson()).max().unwrap_or(0);
    let first = found.timetable.cells.keys().map(|place| place.lesson()).min().unwrap_or(1).min(1);
    // One line more than is filled, so that there is always a place to go on.
    let last = (filled.max(plan(found)) + u8::from(may)).min(GradePlans::MAX_LESSONS);
    html! {
        div .week-grid {
            @for weekday in 1..=Timetable::DAYS { @if let Some(day) = weekday_of(weekday) {
                section aria-label=(weekday_name(lang, day)) {
                    h2 { (weekday_name(lang, day)) }
                    ol { @for lesson in first..=last { @if let Some(place) = Place::new(weekday, lesson) { li { (a_lesson(lang, found, place, may)) } } } }
                }
            } }
        }
    }
}

fn a_lesson(lang: Lang, found: &Shown, place: Place, may: bool) -> Markup {
    let what = found.timetable.at(place);
    let body = html! {
        b .lesson-number { (place.lesson()) }
        @match what {
            Some(cell) => span .lesson-what {
                b { (cell.subject) }
                @if !cell.room.is_empty() { small { (msg!(lang, "calendar-room-short", room = cell.room.as_str())) } }
                @if let Some(teacher) = cell.teacher.and_then(|id| found.teachers.get(&id)) { small { (teacher) } }
            },
            None => span .lesson-what.quiet { @if may { "+" span .unseen { (msg!(lang, "calendar-lesson-put")) } } @else { "—" } },
        }
    };
    html! {
        @if may {
            a .lesson href={ (PATH) "/" (found.class.id) "/" (place.weekday()) "-" (place.lesson()) } { (body) }
        } @else {
            div .lesson { (body) }
        }
    }
}

fn whole_week(lang: Lang, found: &Shown, form: &Form) -> Markup {
    let id = found.class.id;
    let others = found.classes.iter().filter(|class| class.id != id && found.known.timetable(class.id).is_some());
    let others: Vec<Choice> =
        others.map(|class| Choice::new(class.id.to_string(), class.data.name.to_string())).collect();
    let seen = hidden("revision", form.value("revision"));
    let name = found.class.data.name.to_string();
    html! {
        (card(&msg!(lang, "calendar-paste"), html! {
            form .form method="post" action={ (PATH) "/" (id) "/paste" } {
                (seen)
                (Field::area("text", msg!(lang, "calendar-paste-text"), form, 8).wide().required().help(msg!(lang, "calendar-paste-how")))
                (form_actions(html! { (Button::plain(msg!(lang, "calendar-paste-do")).icon(Icon::Replace)) }))
            }
        }))
        @if !others.is_empty() {
            (card(&msg!(lang, "calendar-copy"), html! {
                form .form method="post" action={ (PATH) "/" (id) "/copy" } {
                    (seen)
                    (Field::select("from", msg!(lang, "calendar-copy-from"), form, others).required().help(msg!(lang, "calendar-copy-how")))
                    (form_actions(html! { (Button::plain(msg!(lang, "calendar-copy-do")).icon(Icon::Replace)) }))
                }
            }))
        }
        @if !found.timetable.cells.is_empty() {
            div { (Button::quiet(msg!(lang, "calendar-clear")).icon(Icon::Trash).opens("clear")) }
            (confirm_dialog(lang, "clear", &msg!(lang, "calendar-clear-ask", name = name), &msg!(lang, "calendar-clear-what"),
                &format!("{PATH}/{id}/clear"), &seen, &Button::danger(msg!(lang, "calendar-clear"))))
        }
    }
}

/// The place in an address: `1-3` is the third lesson of Monday.
fn place_of(text: &str) -> Result<Place, WebError> {
    let numbers = text.split_once('-').and_then(|(weekday, lesson)| weekday.parse().ok().zip(lesson.parse().ok()));
    numbers.and_then(|(weekday, lesson)| Place::new(weekday, lesson)).ok_or(WebError::NotFound)
}

/// The form of one lesson.
pub(super) async fn lesson(reader: Reader, Path((class, place)): Path<(String, String)>) -> Result<Page, WebError> {
    let place = place_of(&place)?;
    let found = shown(&reader, &class).await?;
    let form = stored(&found.timetable, place);
    lesson_view(&reader, &found, place, &form, Markup::default()).await
}

fn stored(timetable: &Timetable, place: Place) -> Form {
    let cell = timetable.at(place);
    let text = |of: fn(&Cell) -> String| cell.map(of).unwrap_or_default();
    Form::filled([
        ("revision", timetable.revision.to_string()),
        ("subject", text(|cell| cell.subject.to_string())),
        ("room", text(|cell| cell.room.to_string())),
        ("teacher", text(|cell| cell.teacher.map(|id| id.to_string()).unwrap_or_default())),
    ])
}

pub(super) async fn save_lesson(
    reader: Reader,
    Path((class, place)): Path<(String, String)>,
    mut form: Form,
) -> Result<Response, WebError> {
    let (lang, place, id) = (reader.lang, place_of(&place)?, id_of(&class)?);
    let seen = revision(&form)?;
    let wanted = if form.value("act") == "remove" { Some(None) } else { cell_in(lang, &mut form).map(Some) };
    if let Some(cell) = wanted {
        let ctx = reader.ctx();
        match reader.app.db.write(move |tx| ops::put_lesson(tx, &ctx, id, seen, place, cell.as_ref())).await {
            Ok(()) => return Ok(back(id, "timetable")),
            Err(CalendarError::Changed) => {
                let found = shown(&reader, &class).await?;
                let there = found.timetable.at(place).map_or("—", |cell| cell.subject.as_str()).to_owned();
                let mut again = stored(&found.timetable, place);
                if form.text("subject").is_some() {
                    let kept = ["subject", "room", "teacher"].map(|name| (name, form.value(name).to_owned()));
                    let revision = ("revision", found.timetable.revision.to_string());
                    again = Form::filled(std::iter::once(revision).chain(kept));
                }
                let said = words::changed_alert(lang, &there);
                return Ok(conflict(lesson_view(&reader, &found, place, &again, said).await?));
            }
            Err(error) => words::refuse(lang, &mut form, error)?,
        }
    }
    let found = shown(&reader, &class).await?;
    Ok(refused(lesson_view(&reader, &found, place, &form, Markup::default()).await?))
}

fn cell_in(lang: Lang, form: &mut Form) -> Option<Cell> {
    let subject = form.parsed(lang, "subject", Cell::subject, |fault| words::fault(lang, fault));
    let room = form.optional("room", Cell::room, |fault| words::fault(lang, fault));
    let choice = |()| msg!(lang, "web-form-choice");
    let teacher = form.optional("teacher", |id| id.parse().map_err(|_| ()), choice);
    Some(Cell { subject: subject?, room: room?.unwrap_or_default(), teacher: teacher? })
}

/// Everybody who teaches, in the order of the alphabet.
fn teachers(tx: &mut Tx<'_>, scope: &Scope) -> Result<Vec<Choice>, StoreError> {
    let filter = PersonFilter { role: Some(Role::Teacher), ..PersonFilter::default() };
    let (mut found, mut after) = (Vec::new(), None);
    while found.len() < TEACHERS_LIMIT {
        let page = people::queries::list(tx, scope, &filter, after, people::queries::PAGE_LIMIT)?;
        found.extend(page.rows.into_iter().map(|person| Choice::new(person.id.to_string(), person.full)));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    Ok(found)
}

async fn lesson_view(
    reader: &Reader,
    found: &Shown,
    place: Place,
    form: &Form,
    said: Markup,
) -> Result<Page, WebError> {
    let lang = reader.lang;
    let teachers = read(reader, teachers).await?;
    let weekday = weekday_of(place.weekday()).map_or("", |weekday| weekday_name(lang, weekday));
    let name = found.class.data.name.to_string();
    let title = msg!(lang, "calendar-lesson-title", name = name.as_str(), weekday = weekday, number = place.lesson());
    let home = format!("{PATH}/{}", found.class.id);
    let action = format!("{home}/{}-{}", place.weekday(), place.lesson());
    let is_there = found.timetable.at(place).is_some();
    let body = html! {
        (back_link(&msg!(lang, "calendar-timetable-title", name = name), &home))
        (page_head(&title, Markup::default()))
        (said)
        (form_faults(lang, form))
        (card("", html! {
            form .form method="post" action=(action) {
                (hidden("revision", form.value("revision")))
                (Field::text("subject", msg!(lang, "calendar-subject"), form).required().attr("autofocus", "")
                    .attr("maxlength", Cell::MAX_SUBJECT_LETTERS.to_string()))
                (Field::text("room", msg!(lang, "calendar-room"), form).short().attr("maxlength", Cell::MAX_ROOM_LETTERS.to_string()))
                (Field::select("teacher", msg!(lang, "calendar-teacher"), form, teachers).or_none(msg!(lang, "calendar-teacher-none")))
                (form_actions(html! {
                    (Button::primary(msg!(lang, "calendar-save")).icon(Icon::Check).sends("act", "save"))
                    @if is_there { (Button::plain(msg!(lang, "calendar-lesson-remove")).icon(Icon::Trash).sends("act", "remove").attr("formnovalidate", "")) }
                    (LinkButton::quiet(msg!(lang, "calendar-cancel"), home.as_str()))
                }))
            }
        }))
    };
    Ok(page(reader, title, body))
}
