//! Permissions to leave during lessons: who may leave today, and a form that gives one.

use accounts::{Action, Reader, Right, Routes, page};
use i18n::{Lang, msg, msg_dyn};
use jiff::{SignedDuration, Timestamp, civil};
use kernel::{LeaveId, PersonId, Role};
use people::{Panel, model::ClassName, queries::PersonBrief};
use web::{
    Filters, Form, Markup, Page, Path, Response, WebError,
    components::{
        Button, Choice, Column, Field, Icon, LinkButton, Row, Table, Tone, alert, badge, card, cell, empty_state,
        form_actions, form_faults, page_head,
    },
    html, parse_date,
};

use super::{
    editor::{done, done_alert, id_of, refuse, refused, sentence},
    rules::form as rule_form,
    words::belongs,
};
use crate::{
    AccessError,
    model::{Fault, LeaveInput, LeaveState, Title},
    ops,
    queries::{self, LeaveView, PointView},
};

pub(crate) const PATH: &str = "/leave";
const FIND: &str = "/leave/people";
/// A new permission lasts so long, unless somebody says otherwise.
const USUAL: SignedDuration = SignedDuration::from_hours(1);

/// Adds the pages of permissions.
pub(super) fn routes(routes: Routes) -> Routes {
    let (see, give) = (Right::Action(Action::SeeLeaves), Right::Action(Action::GiveLeave));
    routes
        .get(PATH, see, show)
        .post(PATH, give, add)
        .get(FIND, give, rule_form::people)
        .post("/leave/{id}/revoke", give, revoke)
        .post("/leave/grades", Right::Action(Action::EditRules), change_grades)
}

/// The part of a person's card that says when the person may leave, for those who may see it.
pub fn panel() -> Panel {
    Panel::new(|reader, person| async move {
        let Ok(scope) = reader.require(Action::SeeLeaves) else { return Ok(Markup::default()) };
        let now = reader.app.clock.now();
        let (leaves, is_pupil) = reader
            .app
            .db
            .read(move |tx| {
                let known = people::queries::by_ids(tx, &scope, &[person])?;
                let is_pupil = known.get(&person).is_some_and(|known| known.roles.contains(&Role::Pupil));
                Ok::<_, AccessError>((queries::leaves_of(tx, &scope, person, now)?, is_pupil))
            })
            .await?;
        // Only pupils are kept in lessons.
        let may_give = is_pupil && reader.may(Action::GiveLeave);
        if leaves.is_empty() && !may_give {
            return Ok(Markup::default());
        }
        let lang = reader.lang;
        let give = LinkButton::plain(msg!(lang, "access-leave-give"), for_person(person)).icon(Icon::DoorExit);
        Ok(card(
            &msg!(lang, "access-leave"),
            html! {
                @if leaves.is_empty() { p .quiet { (msg!(lang, "access-leave-none-of-person")) } }
                @for leave in &leaves {
                    p { (state_badge(lang, leave, now)) " " (line(&reader, leave)) }
                }
                @if may_give { (give) }
            },
        ))
    })
}

/// The address of the form with a person chosen.
pub(crate) fn for_person(person: PersonId) -> String {
    web::address(PATH, [("person", person.to_string().as_str())])
}

/// A permission in one line: its hours, who collects, who gave it.
pub(super) fn line(reader: &Reader, leave: &LeaveView) -> String {
    let lang = reader.lang;
    let mut parts = vec![term(reader, leave)];
    if !leave.collected_by.is_empty() {
        parts.push(msg!(lang, "access-leave-collects", who = &leave.collected_by));
    }
    if let Some(name) = &leave.given_by_name {
        parts.push(msg!(lang, "access-leave-by", who = name));
    }
    parts.join(" · ")
}

/// `10:00–11:00`, with the date on another day than today.
fn term(reader: &Reader, leave: &LeaveView) -> String {
    let (lang, zone) = (reader.lang, &reader.app.time_zone);
    let day = |at: Timestamp| i18n::local(at, zone).date();
    let hours = format!("{}–{}", i18n::time(leave.from, zone), i18n::time(leave.until, zone));
    let from = day(leave.from);
    if from == day(reader.app.clock.now()) { hours } else { format!("{} {hours}", i18n::date(lang, from)) }
}

fn state(leave: &LeaveView, now: Timestamp) -> LeaveState {
    LeaveState::at(now, (leave.from, leave.until), leave.used_at, leave.revoked_at)
}

fn state_badge(lang: Lang, leave: &LeaveView, now: Timestamp) -> Markup {
    let state = state(leave, now);
    let tone = match state {
        LeaveState::Open => Tone::Good,
        LeaveState::Ahead | LeaveState::Used => Tone::Info,
        LeaveState::Revoked | LeaveState::Over => Tone::Plain,
    };
    badge(tone, &msg_dyn!(lang, "access-leave-is-", state.as_str()))
}

/// What the page shows.
struct Found {
    day: civil::Date,
    leaves: Vec<LeaveView>,
    /// Exits to the street.
    points: Vec<PointView>,
    up_to_grade: u8,
    person: Option<PersonBrief>,
}

async fn found(reader: &Reader, day: civil::Date, person: Option<PersonId>) -> Result<Found, WebError> {
    let scope = reader.require(Action::SeeLeaves)?;
    let zone = reader.app.time_zone.clone();
    let midnight = |day: civil::Date| day.to_zoned(zone.clone()).map(|zoned| zoned.timestamp()).ok();
    let from = midnight(day).ok_or_else(|| WebError::BadInput(String::new()))?;
    let until = day.tomorrow().ok().and_then(midnight).unwrap_or(Timestamp::MAX);
    let found = reader.app.db.read(move |tx| {
        let points = queries::points(tx, &scope)?.into_iter().filter(|point| point.outer.is_none()).collect();
        let person = person.map(|person| people::queries::brief(tx, &scope, person)).transpose()?.flatten();
        Ok::<_, AccessError>(Found {
            day,
            leaves: queries::leaves(tx, &scope, from, until)?,
            points,
            up_to_grade: queries::stays_in_grade(tx, &scope)?,
            person,
        })
    });
    Ok(found.await?)
}

fn today(reader: &Reader) -> civil::Date {
    i18n::local(reader.app.clock.now(), &reader.app.time_zone).date()
}

async fn show(reader: Reader, filters: Filters) -> Result<Page, WebError> {
    let day = filters.parsed("day", parse_date).unwrap_or_else(|| today(&reader));
    let person = filters.parsed("person", |text| text.parse().ok());
    let found = found(&reader, day, person).await?;
    let said = done_alert(reader.lang, &filters);
    Ok(leave_page(&reader, &found, &blank(&reader, day), said))
}

/// The form as it is opened: from now on, for an hour.
fn blank(reader: &Reader, day: civil::Date) -> Form {
    let now = i18n::local(reader.app.clock.now(), &reader.app.time_zone).datetime();
    let until = now.checked_add(USUAL).ok().filter(|until| until.date() == now.date());
    let last = civil::time(23, 59, 0, 0);
    Form::filled([
        ("date", day.max(now.date()).to_string()),
        ("from", i18n::clock_time(now.time())),
        ("until", i18n::clock_time(until.map_or(last, |until| until.time()))),
    ])
}

async fn add(reader: Reader, mut form: Form) -> Result<Response, WebError> {
    let input = read(&reader, &mut form);
    if let Some(input) = input {
        let ctx = reader.ctx();
        let day = i18n::local(input.from, &reader.app.time_zone).date();
        match reader.app.db.write(move |tx| ops::give_leave(tx, &ctx, &input)).await {
            Ok(_) => {
                let address = web::address(PATH, [("day", day.to_string().as_str()), ("done", "added")]);
                return Ok(web::IntoResponse::into_response(web::Redirect::to(&address)));
            }
            Err(error) => refuse(reader.lang, &mut form, error)?,
        }
    }
    let person = form.value("person").parse().ok();
    let found = found(&reader, parse_date(form.value("date")).unwrap_or_else(|| today(&reader)), person).await?;
    Ok(refused(leave_page(&reader, &found, &form, Markup::default())))
}

/// The permission that the form describes; `None`: the form says what is wrong.
fn read(reader: &Reader, form: &mut Form) -> Option<LeaveInput> {
    let lang = reader.lang;
    let fault = |fault| sentence(lang, fault);
    let person = form.value("person").parse();
    let person = person.map_err(|_| form.refuse("person", msg!(lang, "access-leave-who"))).ok();
    let date = form.date(lang, "date");
    let (from, until) = (form.time(lang, "from"), form.time(lang, "until"));
    let point = form.optional("point", |text| text.parse().map_err(|_| Fault::NoSuch), fault);
    let reason = form.optional("reason", Title::parse, fault);
    let collected_by = form.optional("collected_by", Title::parse, fault);
    let (date, zone) = (date?, &reader.app.time_zone);
    let at = |time: civil::Time| {
        date.to_datetime(time).to_zoned(zone.clone()).map(|zoned| zoned.timestamp()).unwrap_or(Timestamp::MAX)
    };
    Some(LeaveInput {
        person: person?,
        from: at(from?),
        until: at(until?),
        point: point?,
        reason: reason?,
        collected_by: collected_by?,
    })
}

async fn revoke(reader: Reader, Path(id): Path<String>) -> Result<Response, WebError> {
    let (id, ctx): (LeaveId, _) = (id_of(&id)?, reader.ctx());
    match reader.app.db.write(move |tx| ops::revoke_leave(tx, &ctx, id)).await {
        Ok(()) => Ok(done(PATH, "removed")),
        Err(AccessError::Changed) => {
            let lang = reader.lang;
            let day = today(&reader);
            let found = found(&reader, day, None).await?;
            let said =
                alert(Tone::Warn, &msg!(lang, "access-leave-too-late"), &msg!(lang, "access-leave-too-late-how"));
            Ok(refused(leave_page(&reader, &found, &blank(&reader, day), said)))
        }
        Err(error) => Err(error.into()),
    }
}

async fn change_grades(reader: Reader, form: Form) -> Result<Response, WebError> {
    let ctx = reader.ctx();
    let grade: u8 = form.value("grade").parse().map_err(|_| WebError::BadInput(String::new()))?;
    reader.app.db.write(move |tx| ops::keep_in_lessons(tx, &ctx, grade)).await?;
    Ok(done(PATH, "saved"))
}

fn leave_page(reader: &Reader, found: &Found, form: &Form, said: Markup) -> Page {
    let lang = reader.lang;
    let title = msg!(lang, "access-leave");
    let heading = msg!(lang, "access-leave-of-day", day = i18n::date(lang, found.day));
    let body = html! {
        (page_head(&title, Markup::default()))
        (said)
        p .quiet { (rule_text(lang, found.up_to_grade)) }
        @if reader.may(Action::GiveLeave) { (card(&msg!(lang, "access-leave-give"), leave_form(reader, found, form))) }
        (card(&heading, html! { (day_form(lang, found.day)) (table(reader, found)) }))
        @if reader.may(Action::EditRules) { (card(&msg!(lang, "access-leave-setting"), grades_form(lang, found.up_to_grade))) }
    };
    page(reader, title, body)
}

fn rule_text(lang: Lang, up_to_grade: u8) -> String {
    match up_to_grade {
        0 => msg!(lang, "access-leave-rule-none"),
        1 => msg!(lang, "access-leave-rule-first"),
        grade => msg!(lang, "access-leave-rule", grade = i64::from(grade)),
    }
}

fn leave_form(reader: &Reader, found: &Found, form: &Form) -> Markup {
    let lang = reader.lang;
    let points = found.points.iter().map(|point| Choice::new(point.id.to_string(), point.name.as_str())).collect();
    html! {
        (form_faults(lang, form))
        form .form.rule-form method="post" action=(PATH) {
            (rule_form::person_field(lang, found.person.as_ref(), FIND, None, form.fault("person")))
            (Field::date("date", msg!(lang, "access-leave-date"), form).required())
            (Field::time("from", msg!(lang, "access-leave-from"), form).required())
            (Field::time("until", msg!(lang, "access-leave-until"), form).required())
            (Field::text("collected_by", msg!(lang, "access-leave-collected-by"), form).help(msg!(lang, "access-leave-collected-by-help")).attr("maxlength", "80"))
            (Field::text("reason", msg!(lang, "access-leave-reason"), form).attr("maxlength", "80"))
            (Field::select("point", msg!(lang, "access-leave-point"), form, points).or_none(msg!(lang, "access-leave-any-point")).help(msg!(lang, "access-leave-point-help")))
            (form_actions(html! { (Button::primary(msg!(lang, "access-leave-do")).icon(Icon::Check)) }))
        }
    }
}

fn day_form(lang: Lang, day: civil::Date) -> Markup {
    let form = Form::filled([("day", day.to_string())]);
    html! {
        form .form method="get" action=(PATH) {
            (Field::date("day", msg!(lang, "access-leave-day"), &form))
            (form_actions(html! { (Button::plain(msg!(lang, "access-leave-show")).icon(Icon::Calendar)) }))
        }
    }
}

fn table(reader: &Reader, found: &Found) -> Markup {
    let lang = reader.lang;
    if found.leaves.is_empty() {
        let how = msg!(lang, "access-leave-none-how");
        return empty_state(Icon::DoorExit, &msg!(lang, "access-leave-none"), &how, None);
    }
    let (now, may_give) = (reader.app.clock.now(), reader.may(Action::GiveLeave));
    let mut columns = vec![
        Column::new(msg!(lang, "access-leave-person")),
        Column::new(msg!(lang, "access-leave-hours")),
        Column::new(msg!(lang, "access-leave-collected-by")),
        Column::new(msg!(lang, "access-leave-reason")),
        Column::new(msg!(lang, "access-leave-given-by")),
        Column::new(msg!(lang, "access-leave-state")),
    ];
    if may_give {
        columns.push(Column::actions(msg!(lang, "access-leave-actions")));
    }
    let rows = found.leaves.iter().map(|leave| {
        let mut cells = vec![
            who_cell(lang, leave),
            cell(match &leave.point_name {
                Some(point) => format!("{} · {point}", term(reader, leave)),
                None => term(reader, leave),
            }),
            cell(&leave.collected_by),
            cell(&leave.reason),
            cell(leave.given_by_name.as_deref().unwrap_or("—")),
            html! {
                (state_badge(lang, leave, now))
                @if let Some(at) = leave.used_at { " " (i18n::time(at, &reader.app.time_zone)) }
            },
        ];
        if may_give {
            cells.push(revoking(lang, leave, now));
        }
        Row::new(cells)
    });
    html! { (Table::new(lang, msg!(lang, "access-leave"), columns).rows(rows)) }
}

fn who_cell(lang: Lang, leave: &LeaveView) -> Markup {
    html! {
        @if let Some(person) = &leave.shown {
            span .two-lines { b { (person.short) } small { (belongs(lang, person)) } }
        } @else { "—" }
    }
}

fn revoking(lang: Lang, leave: &LeaveView, now: Timestamp) -> Markup {
    html! {
        @if matches!(state(leave, now), LeaveState::Open | LeaveState::Ahead) {
            form method="post" action={ (PATH) "/" (leave.id) "/revoke" } {
                (Button::quiet(msg!(lang, "access-leave-revoke")).icon(Icon::X))
            }
        }
    }
}

fn grades_form(lang: Lang, up_to_grade: u8) -> Markup {
    let form = Form::filled([("grade", up_to_grade.to_string())]);
    let name = |grade: u8| match grade {
        1 => msg!(lang, "access-leave-grades-first"),
        grade => msg!(lang, "access-leave-grades", grade = i64::from(grade)),
    };
    let grades = (1..=ClassName::MAX_GRADE).map(|grade| Choice::new(grade.to_string(), name(grade)));
    let choices = std::iter::once(Choice::new("0", msg!(lang, "access-leave-grades-none"))).chain(grades).collect();
    html! {
        form .form method="post" action={ (PATH) "/grades" } {
            (Field::select("grade", msg!(lang, "access-leave-who-stays"), &form, choices).help(msg!(lang, "access-leave-who-stays-help")))
            (form_actions(html! { (Button::plain(msg!(lang, "access-save")).icon(Icon::Check)) }))
        }
    }
}
