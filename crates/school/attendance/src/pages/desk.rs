//! Settings: from which minute on somebody is late, when staff works, who leads which class.

use accounts::{Action, Reader, UserStatus};
use i18n::{Lang, msg, weekday_name};
use jiff::civil::{Time, Weekday};
use kernel::PersonId;
use people::{person::ClassView, queries::PersonBrief};
use web::{
    Filters, Form, IntoResponse, Markup, Page, Response, WebError,
    components::{
        Button, Choice, Column, Field, Icon, Row, Table, card, choices, empty_state, form_actions, form_faults, hidden,
        page_head,
    },
    html,
};

use super::{Part, done_alert, page, parts, read, refuse, refused, to};
use crate::{
    model::{Settings, WorkPlan},
    ops, queries,
};

pub(super) const PATH: &str = "/attendance/settings";

struct Found {
    settings: Settings,
    /// Classes with who leads them by the register, and with which login.
    classes: Vec<(ClassView, Option<Leader>)>,
}

/// Who leads a class.
struct Leader {
    person: PersonBrief,
    login: Option<String>,
}

async fn found(reader: &Reader) -> Result<Found, WebError> {
    read(reader, |tx, scope| {
        let mut homes = people::queries::class_homes(tx, scope)?;
        let teachers: Vec<PersonId> = homes.values().filter_map(|home| home.teacher).collect();
        let people = people::queries::by_ids(tx, scope, &teachers)?;
        let accounts = accounts::queries::users(tx, scope)?;
        let login = |person: PersonId| {
            let account = accounts.iter().find(|user| user.person == Some(person) && user.status == UserStatus::Active);
            account.map(|user| user.login.clone())
        };
        let leader = |teacher: PersonId| Some(Leader { person: people.get(&teacher)?.clone(), login: login(teacher) });
        let classes = people::queries::classes(tx, scope)?.into_iter().map(|class| {
            let teacher = homes.remove(&class.id).and_then(|home| home.teacher);
            (class, teacher.and_then(leader))
        });
        Ok(Found { settings: queries::settings(tx, scope)?, classes: classes.collect() })
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
        (card(&msg!(lang, "attendance-class-teachers"), teachers(reader, found)))
    };
    page(reader, title, body)
}

/// Who leads which class: the register says so, here it is shown with the account that follows from it.
fn teachers(reader: &Reader, found: &Found) -> Markup {
    let lang = reader.lang;
    if found.classes.is_empty() {
        let (what, how) = (msg!(lang, "attendance-no-classes"), msg!(lang, "attendance-no-classes-how"));
        return empty_state(Icon::School, &what, &how, None);
    }
    let columns = vec![
        Column::new(msg!(lang, "attendance-class")),
        Column::new(msg!(lang, "attendance-class-teacher")),
        Column::new(msg!(lang, "attendance-login")),
    ];
    let may_edit = reader.may(Action::EditPersons);
    let rows = found.classes.iter().map(|(class, leader)| {
        let person = html! {
            @match leader {
                Some(leader) => a href={ "/people/" (leader.person.id) } { (leader.person.full) },
                None => span .quiet { (msg!(lang, "attendance-no-teacher")) },
            }
        };
        let login = html! {
            @match leader.as_ref().map(|leader| leader.login.as_deref()) {
                Some(Some(login)) => (login),
                Some(None) => span .quiet { (msg!(lang, "attendance-no-login")) },
                None => {},
            }
        };
        let row = Row::new(vec![html! { b { (class.data.name) } }, person, login]);
        if may_edit { row.leads_to(format!("/classes/{}", class.id)) } else { row }
    });
    html! {
        p .quiet { (msg!(lang, "attendance-class-teachers-how")) }
        (Table::new(lang, msg!(lang, "attendance-class-teachers"), columns).rows(rows))
    }
}
