//! How many days a week and lessons a day each grade learns.

use accounts::{Action, Reader};
use i18n::{Lang, msg};
use web::{
    Filters, Form, IntoResponse, Markup, Page, Response, WebError,
    components::{Button, Column, Icon, Row, Table, card, cell, form_actions, form_faults, hidden, page_head},
    html,
};

use super::{
    Part, conflict, done, page, parts, read, refused, revision,
    rows::{self, Pressed, Rows, enter_saves},
    words,
};
use crate::{
    CalendarError,
    model::{Fault, GradePlan, GradePlans, Grades, Week},
    ops, queries,
};

pub(super) const PATH: &str = "/calendar/week";

const FIELDS: [&str; 4] = ["grade_from", "grade_to", "week_days", "lessons"];
/// The only list of the form.
const LINES: usize = 1;

pub(super) async fn show(reader: Reader, filters: Filters) -> Result<Page, WebError> {
    let (plans, revision) = stored(&reader).await?;
    let form = Form::filled([("revision", revision.to_string())]);
    let said = words::done_alert(reader.lang, &filters);
    Ok(view(&reader, &form, &lines(&plans), &plans, said))
}

async fn stored(reader: &Reader) -> Result<(GradePlans, u64), WebError> {
    read(reader, |tx, scope| Ok((queries::days_of(tx, scope)?.plans().clone(), queries::plans_revision(tx, scope)?)))
        .await
}

fn lines(plans: &GradePlans) -> Rows<4> {
    let line = |plan: &GradePlan| {
        [plan.grades.from(), plan.grades.to(), plan.week.days(), plan.lessons].map(|number| number.to_string())
    };
    Rows(plans.lines().iter().map(line).collect())
}

pub(super) async fn save(reader: Reader, mut form: Form) -> Result<Response, WebError> {
    let lang = reader.lang;
    let seen = revision(&form)?;
    let pressed = rows::pressed(&form);
    let is_blank = |line: &[String; 4]| line[0].is_empty() && line[1].is_empty() && line[3].is_empty();
    let sent = Rows::of(&form, FIELDS).after(pressed, LINES, is_blank);
    if pressed != Pressed::Save {
        let (plans, _) = stored(&reader).await?;
        return Ok(view(&reader, &form, &sent, &plans, Markup::default()).into_response());
    }
    match plans_of(&sent) {
        Ok(plans) => {
            let ctx = reader.ctx();
            match reader.app.db.write(move |tx| ops::set_plans(tx, &ctx, seen, &plans)).await {
                Ok(()) => return Ok(done(PATH, "saved")),
                Err(CalendarError::Changed) => {
                    let (plans, revision) = stored(&reader).await?;
                    let form = Form::filled([("revision", revision.to_string())]);
                    let said = words::changed_alert(lang, &summary(lang, &plans));
                    return Ok(conflict(view(&reader, &form, &sent, &plans, said)));
                }
                Err(error) => words::refuse(lang, &mut form, error)?,
            }
        }
        Err(fault) => form.refuse("", words::fault(lang, fault)),
    }
    let (plans, _) = stored(&reader).await?;
    Ok(refused(view(&reader, &form, &sent, &plans, Markup::default())))
}

fn plans_of(lines: &Rows<4>) -> Result<GradePlans, Fault> {
    let number = |text: &str, fault: Fault| text.parse::<u8>().map_err(|_| fault);
    let line = |[from, to, week, lessons]: &[String; 4]| -> Result<GradePlan, Fault> {
        let grades = Grades::new(number(from, Fault::Grades)?, number(to, Fault::Grades)?)?;
        let week = Week::of_days(number(week, Fault::Lessons)?).ok_or(Fault::Lessons)?;
        Ok(GradePlan { grades, week, lessons: number(lessons, Fault::Lessons)? })
    };
    GradePlans::new(lines.0.iter().map(line).collect::<Result<_, _>>()?)
}

fn summary(lang: Lang, plans: &GradePlans) -> String {
    let line = |plan: &GradePlan| {
        format!("{}: {}, {}", words::grades(lang, plan.grades), week(lang, plan.week), lessons(lang, plan.lessons))
    };
    plans.lines().iter().map(line).collect::<Vec<_>>().join("; ")
}

fn week(lang: Lang, week: Week) -> String {
    match week {
        Week::Five => msg!(lang, "calendar-week-5"),
        Week::Six => msg!(lang, "calendar-week-6"),
    }
}

fn lessons(lang: Lang, count: u8) -> String {
    msg!(lang, "calendar-lessons-count", count = count)
}

fn view(reader: &Reader, form: &Form, lines: &Rows<4>, plans: &GradePlans, said: Markup) -> Page {
    let lang = reader.lang;
    let title = msg!(lang, "calendar-week");
    let body = html! {
        (page_head(&title, Markup::default()))
        (parts(reader, Part::Week))
        (said)
        (form_faults(lang, form))
        p .quiet { (msg!(lang, "calendar-week-how")) }
        @if reader.may(Action::ManageCalendar) { (card("", editor(lang, form, lines))) } @else { (table(lang, plans)) }
    };
    page(reader, title, body)
}

fn table(lang: Lang, plans: &GradePlans) -> Markup {
    let columns = vec![
        Column::new(msg!(lang, "calendar-grades")),
        Column::new(msg!(lang, "calendar-week-days")),
        Column::number(msg!(lang, "calendar-lessons")),
    ];
    let row = |plan: &GradePlan| {
        let grades = words::grades(lang, plan.grades);
        Row::new(vec![cell(grades), cell(week(lang, plan.week)), cell(plan.lessons.to_string())])
    };
    html! { (Table::new(lang, msg!(lang, "calendar-week"), columns).rows(plans.lines().iter().map(row))) }
}

fn editor(lang: Lang, form: &Form, lines: &Rows<4>) -> Markup {
    let weeks: Vec<(String, String)> =
        [Week::Five, Week::Six].into_iter().map(|one| (one.days().to_string(), week(lang, one))).collect();
    let (from, to, days, count) = (
        msg!(lang, "calendar-grade-from"),
        msg!(lang, "calendar-grade-to"),
        msg!(lang, "calendar-week-days"),
        msg!(lang, "calendar-lessons"),
    );
    html! {
        form .stack method="post" action=(PATH) {
            (enter_saves())
            (hidden("revision", form.value("revision")))
            div .lines {
                @for (index, [grade_from, grade_to, week_days, lessons]) in lines.0.iter().enumerate() {
                    @let line = msg!(lang, "calendar-line", number = index + 1);
                    div .line {
                        label { span { (from) } (rows::number_input("grade_from", grade_from, &format!("{line}: {from}"))) }
                        label { span { (to) } (rows::number_input("grade_to", grade_to, &format!("{line}: {to}"))) }
                        label { span { (days) } (rows::select("week_days", week_days, &format!("{line}: {days}"), &weeks)) }
                        label { span { (count) } (rows::number_input("lessons", lessons, &format!("{line}: {count}"))) }
                        (rows::remove_button(format!("{}: {line}", msg!(lang, "calendar-line-remove")), LINES, index))
                    }
                }
            }
            div { (rows::add_button(msg!(lang, "calendar-line-add"), LINES)) }
            (form_actions(html! { (Button::primary(msg!(lang, "calendar-save")).icon(Icon::Check).sends("act", "save")) }))
        }
    }
}
