//! Bells: schedules, when each holds, and what rings on a day for a class.

mod form;
mod preview;

use accounts::{Action, Reader};
use i18n::{Lang, msg, weekday_short};
use people::person::Shift;
use web::{
    Filters, Form, Markup, Page, Response, WebError,
    components::{
        Button, Choice, Field, Icon, LinkButton, Tone, alert, card, empty_state, form_actions, form_faults, hidden,
        page_head,
    },
    html,
};

use super::{
    Part, conflict,
    day::{whom, whom_fields},
    done, id_of, page, parts, read, refused, rows, words,
};
use crate::{
    CalendarError, CalendarOf,
    model::{BellRuleId, BellSchedule, Bells, BellsWhen, EVERY_WEEKDAY, weekday_of},
    ops, queries,
};

pub(super) use form::{add, blank, edit, remove, save};

pub(super) const PATH: &str = "/calendar/bells";

pub(super) async fn show(reader: Reader, filters: Filters) -> Result<Page, WebError> {
    let said = words::done_alert(reader.lang, &filters);
    shown(&reader, &filters, &Form::blank(), said).await
}

pub(super) async fn add_rule(reader: Reader, mut form: Form) -> Result<Response, WebError> {
    let lang = reader.lang;
    let schedule = form.choice(lang, "schedule", |id| id.parse().ok());
    let day = form.optional_date(lang, "day");
    let audience = whom(lang, &mut form);
    let ticked = form.values("weekday").filter_map(|number| number.parse::<u8>().ok());
    let weekdays = ticked.filter(|number| (1..=7).contains(number)).fold(0, |days, number| days | 1_u8 << (number - 1));
    // No day of the week ticked: on any.
    let weekdays = if weekdays == 0 { EVERY_WEEKDAY } else { weekdays };
    if let (Some(schedule), Some(day), Some(audience)) = (schedule, day, audience) {
        let (ctx, when) = (reader.ctx(), BellsWhen { day, weekdays, audience });
        match reader.app.db.write(move |tx| ops::add_rule(tx, &ctx, schedule, when)).await {
            Ok(()) => return Ok(done(PATH, "rule")),
            Err(error) => words::refuse(lang, &mut form, error)?,
        }
    }
    Ok(refused(shown(&reader, &Filters::default(), &form, Markup::default()).await?))
}

pub(super) async fn remove_rule(reader: Reader, form: Form) -> Result<Response, WebError> {
    let rule: BellRuleId = id_of(form.value("rule"))?;
    let ctx = reader.ctx();
    match reader.app.db.write(move |tx| ops::remove_rule(tx, &ctx, rule)).await {
        Ok(()) => Ok(done(PATH, "unrule")),
        Err(CalendarError::Changed) => {
            let said = alert(Tone::Warn, &msg!(reader.lang, "calendar-undone-already"), "");
            Ok(conflict(shown(&reader, &Filters::default(), &Form::blank(), said).await?))
        }
        Err(error) => Err(error.into()),
    }
}

async fn shown(reader: &Reader, filters: &Filters, form: &Form, said: Markup) -> Result<Page, WebError> {
    let lang = reader.lang;
    let (known, classes) =
        read(reader, |tx, scope| Ok((queries::calendar_of(tx, scope)?, people::queries::classes(tx, scope)?))).await?;
    let may = reader.may(Action::ManageCalendar);
    let title = msg!(lang, "calendar-bells");
    let add = LinkButton::primary(msg!(lang, "calendar-schedule-add"), format!("{PATH}/new")).icon(Icon::Plus);
    let bells = known.bells();
    let body = html! {
        (page_head(&title, html! { @if may { (add) } }))
        (parts(reader, Part::Bells))
        (said)
        (form_faults(lang, form))
        @if bells.schedules().is_empty() {
            (empty_state(Icon::Bell, &msg!(lang, "calendar-bells-none"), &msg!(lang, "calendar-bells-none-how"), None))
        } @else {
            div .columns { @for schedule in bells.schedules() { (a_schedule(lang, schedule)) } }
            (card(&msg!(lang, "calendar-preview"), preview::view(reader, filters, &known, &classes)))
            (card(&msg!(lang, "calendar-rules"), rules(lang, &known, may)))
            @if may { (card(&msg!(lang, "calendar-rule-add"), rule_form(lang, bells, form))) }
        }
    };
    Ok(page(reader, title, body))
}

fn a_schedule(lang: Lang, schedule: &BellSchedule) -> Markup {
    card(
        "",
        html! {
            h2 { a href={ (PATH) "/" (schedule.id) } { (schedule.name) } }
            @for shift in Shift::ALL { @if !schedule.of(shift).lessons().is_empty() {
                p { b { (words::shift(lang, shift)) } }
                ol .bell-times { @for lesson in schedule.of(shift).lessons() {
                    li { b { (lesson.number) } " " (rows::span(lesson.from_min, lesson.until_min)) }
                } }
            } }
        },
    )
}

/// When each schedule holds, the one that wins first.
fn rules(lang: Lang, known: &CalendarOf, may: bool) -> Markup {
    let bells = known.bells();
    html! {
        p .quiet { (msg!(lang, "calendar-rules-how")) }
        @if bells.rules().is_empty() { (alert(Tone::Warn, &msg!(lang, "calendar-rules-none"), &msg!(lang, "calendar-rules-none-how"))) }
        ul .rules {
            @for rule in bells.rules() { @if let Some(schedule) = bells.schedule(rule.schedule) {
                li .rule {
                    span .rule-text { b { (schedule.name) } small { (words::bells_when(lang, &rule.when)) } }
                    @if may {
                        form .rule-actions method="post" action={ (PATH) "/rules/remove" } {
                            (hidden("rule", &rule.id.to_string()))
                            (Button::quiet(format!("{}: {}, {}", msg!(lang, "calendar-remove"), schedule.name, words::bells_when(lang, &rule.when)))
                                .icon(Icon::Trash).only_icon())
                        }
                    }
                }
            } }
        }
    }
}

fn rule_form(lang: Lang, bells: &Bells, form: &Form) -> Markup {
    let schedules =
        bells.schedules().iter().map(|schedule| Choice::new(schedule.id.to_string(), schedule.name.to_string()));
    html! {
        form .form method="post" action={ (PATH) "/rules" } {
            (Field::select("schedule", msg!(lang, "calendar-schedule"), form, schedules.collect()).required())
            (Field::date("day", msg!(lang, "calendar-rule-day"), form).help(msg!(lang, "calendar-rule-day-how")))
            fieldset .choices {
                legend { (msg!(lang, "calendar-rule-weekdays")) }
                div .window-days { @for number in 1..=7_u8 { @if let Some(weekday) = weekday_of(number) {
                    label .day {
                        input type="checkbox" name="weekday" value=(number) checked[form.values("weekday").any(|value| value == number.to_string())];
                        span { (weekday_short(lang, weekday)) }
                    }
                } } }
                p .help { (msg!(lang, "calendar-rule-weekdays-how")) }
            }
            (whom_fields(lang, form))
            (form_actions(html! { (Button::plain(msg!(lang, "calendar-rule-add")).icon(Icon::Plus)) }))
        }
        p .quiet { (msg!(lang, "calendar-rule-weekdays-moved")) }
    }
}
