//! Settings: from which minute on somebody is late, when staff works, who leads which class.

use accounts::Reader;
use i18n::{Lang, msg, weekday_name};
use jiff::civil::{Time, Weekday};
use kernel::UserId;
use people::person::ClassView;
use web::{
    Filters, Form, IntoResponse, Markup, Page, Response, WebError,
    components::{
        Button, Choice, Column, Field, Icon, Row, Table, card, choices, empty_state, form_actions, form_faults, hidden,
        page_head,
    },
    html,
};

use super::{Part, done_alert, id_of, page, parts, read, refuse, refused, to};
use crate::{
    model::{Settings, WorkPlan},
    ops,
    queries::{self, TeacherRow},
};

pub(super) const PATH: &str = "/attendance/settings";

struct Found {
    settings: Settings,
    classes: Vec<ClassView>,
    teachers: Vec<TeacherRow>,
    accounts: Vec<(UserId, String)>,
}

async fn found(reader: &Reader) -> Result<Found, WebError> {
    read(reader, |tx, scope| {
        Ok(Found {
            settings: queries::settings(tx, scope)?,
            classes: people::queries::classes(tx, scope)?,
            teachers: queries::teachers(tx, scope)?,
            accounts: queries::teacher_accounts(tx, scope)?,
        })
    })
    .await
}

pub(super) async fn show(reader: Reader, filters: Filters) -> Result<Page, WebError> {
    let found = found(&reader).await?;
    let mut pairs = plan_pairs(found.settings.plan);
    pairs.push(("tolerance_min", found.settings.tolerance_min.to_string()));
    let said = done_alert(reader.lang, &filters);
    Ok(settings_page(&reader, &found, &Form::filled(pairs), said))
}

/// Working hours as fields of a form.
pub(super) fn plan_pairs(plan: WorkPlan) -> Vec<(&'static str, String)> {
    let clock = |minute: u16| {
        let minute = minute % 1440;
        format!("{:02}:{:02}", minute / 60, minute % 60)
    };
    let mut pairs: Vec<(&'static str, String)> = (0..7_u8)
        .filter(|day| plan.weekdays & (1 << day) != 0)
        .map(|day| ("weekdays", (day + 1).to_string()))
        .collect();
    pairs.extend([
        ("from", clock(plan.from_min)),
        ("until", clock(plan.until_min)),
        ("break_min", plan.break_min.to_string()),
    ]);
    pairs
}

/// The fields of working hours.
pub(super) fn plan_fields(lang: Lang, form: &Form) -> Markup {
    let days: Vec<Choice> = (1..=7_i8)
        .filter_map(|day| {
            Some(Choice::new(day.to_string(), weekday_name(lang, Weekday::from_monday_one_offset(day).ok()?)))
        })
        .collect();
    html! {
        (choices("weekdays", &msg!(lang, "attendance-work-days"), form, &days))
        (Field::time("from", msg!(lang, "attendance-work-from"), form).required())
        (Field::time("until", msg!(lang, "attendance-work-until"), form).required().help(msg!(lang, "attendance-work-until-how")))
        (Field::number("break_min", msg!(lang, "attendance-work-break"), form).required())
    }
}

/// Working hours as the fields say.
pub(super) fn plan_of(lang: Lang, form: &mut Form) -> Option<WorkPlan> {
    let weekdays = form
        .values("weekdays")
        .filter_map(|day| day.parse::<u8>().ok().filter(|day| (1..=7).contains(day)))
        .fold(0_u8, |days, day| days | 1 << (day - 1));
    let (from, until) = (form.time(lang, "from"), form.time(lang, "until"));
    let break_min = form.number(lang, "break_min", 0..=i64::from(Settings::MOST_BREAK_MIN));
    let minute = |time: Time| time.hour() as u16 * 60 + time.minute() as u16;
    let (from_min, until_min) = (minute(from?), minute(until?));
    // Midnight at the end of the day.
    let until_min = if until_min == 0 { 1440 } else { until_min };
    Some(WorkPlan { weekdays, from_min, until_min, break_min: u16::try_from(break_min?).ok()? })
}

pub(super) async fn save(reader: Reader, mut form: Form) -> Result<Response, WebError> {
    let lang = reader.lang;
    let tolerance = form.number(lang, "tolerance_min", 0..=i64::from(Settings::MOST_TOLERANCE_MIN));
    let plan = plan_of(lang, &mut form);
    if plan.is_some_and(|plan| plan.until_min <= plan.from_min) {
        form.refuse("until", msg!(lang, "attendance-fault-hours"));
    }
    let revision = form.value("revision").parse().map_err(|_| WebError::BadInput(String::new()))?;
    if let (Some(tolerance), Some(plan), true) = (tolerance, plan, form.is_ok()) {
        let new = Settings { tolerance_min: u16::try_from(tolerance).unwrap_or(0), plan, revision };
        let ctx = reader.ctx();
        match reader.app.db.write(move |tx| ops::change_settings(tx, &ctx, new)).await {
            Ok(()) => return Ok(to(PATH, &[("done", "saved")])),
            Err(error) => refuse(lang, &mut form, error)?,
        }
    }
    let found = found(&reader).await?;
    Ok(refused(settings_page(&reader, &found, &form, Markup::default())).into_response())
}

pub(super) async fn add_teacher(reader: Reader, form: Form) -> Result<Response, WebError> {
    let (class, user) = (id_of(form.value("class"))?, id_of(form.value("user"))?);
    let ctx = reader.ctx();
    reader.app.db.write(move |tx| ops::add_class_teacher(tx, &ctx, class, user)).await?;
    Ok(to(PATH, &[("done", "teacher")]))
}

pub(super) async fn remove_teacher(reader: Reader, form: Form) -> Result<Response, WebError> {
    let (class, user) = (id_of(form.value("class"))?, id_of(form.value("user"))?);
    let ctx = reader.ctx();
    reader.app.db.write(move |tx| ops::remove_class_teacher(tx, &ctx, class, user)).await?;
    Ok(to(PATH, &[("done", "teacher")]))
}

fn settings_page(reader: &Reader, found: &Found, form: &Form, said: Markup) -> Page {
    let lang = reader.lang;
    let title = msg!(lang, "attendance-part-settings");
    let body = html! {
        (page_head(&msg!(lang, "attendance-settings"), Markup::default()))
        (parts(reader, Part::Settings))
        (said)
        (form_faults(lang, form))
        (card(&msg!(lang, "attendance-rules"), html! {
            form .form method="post" action=(PATH) {
                (hidden("revision", &found.settings.revision.to_string()))
                (Field::number("tolerance_min", msg!(lang, "attendance-tolerance"), form).required().help(msg!(lang, "attendance-tolerance-how")))
                (plan_fields(lang, form))
                (form_actions(html! { (Button::primary(msg!(lang, "attendance-save")).icon(Icon::Check)) }))
            }
        }))
        (card(&msg!(lang, "attendance-class-teachers"), teachers(lang, found)))
    };
    page(reader, title, body)
}

fn teachers(lang: Lang, found: &Found) -> Markup {
    if found.accounts.is_empty() {
        return empty_state(
            Icon::UserQuestion,
            &msg!(lang, "attendance-no-teachers"),
            &msg!(lang, "attendance-no-teachers-how"),
            None,
        );
    }
    let columns = vec![
        Column::new(msg!(lang, "attendance-class")),
        Column::new(msg!(lang, "attendance-class-teacher")),
        Column::actions(msg!(lang, "attendance-actions")),
    ];
    let blank = Form::blank();
    let rows = found.teachers.iter().filter_map(|row| {
        let class = found.classes.iter().find(|class| class.id == row.class)?;
        let remove = html! {
            form method="post" action="/attendance/settings/teachers/remove" {
                (hidden("class", &row.class.to_string()))
                (hidden("user", &row.user_id.to_string()))
                (Button::quiet(msg!(lang, "attendance-remove")).icon(Icon::X).only_icon())
            }
        };
        Some(Row::new(vec![html! { b { (class.data.name) } }, html! { (row.name) }, remove]))
    });
    let classes =
        found.classes.iter().map(|class| Choice::new(class.id.to_string(), class.data.name.to_string())).collect();
    let accounts = found.accounts.iter().map(|(id, name)| Choice::new(id.to_string(), name)).collect();
    html! {
        p .quiet { (msg!(lang, "attendance-class-teachers-how")) }
        @if !found.teachers.is_empty() { (Table::new(lang, msg!(lang, "attendance-class-teachers"), columns).rows(rows)) }
        form .form method="post" action="/attendance/settings/teachers" {
            (Field::select("class", msg!(lang, "attendance-class"), &blank, classes).required())
            (Field::select("user", msg!(lang, "attendance-class-teacher"), &blank, accounts).required())
            (form_actions(html! { (Button::plain(msg!(lang, "attendance-add")).icon(Icon::Plus)) }))
        }
    }
}
