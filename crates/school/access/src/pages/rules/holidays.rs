//! Days on which only rules marked so hold.

use accounts::{Action, Reader, Right, Routes, page};
use i18n::{Lang, local, msg, weekday_name};
use jiff::ToSpan;
use web::{
    Filters, Form, Markup, Page, Response, WebError,
    components::{
        Button, Column, Field, Icon, Row, Table, card, cell, confirm_dialog, date_cell, empty_state, form_actions,
        form_faults, hidden, page_head,
    },
    html, parse_date,
};

use super::{Part, parts};
use crate::{
    model::Title,
    ops,
    pages::editor::{done, done_alert, refused, sentence},
    queries::{self, HolidayView},
};

pub(super) const PATH: &str = "/access/rules/holidays";
const REMOVE: &str = "/access/rules/holidays/remove";

pub(super) fn routes(routes: Routes) -> Routes {
    routes.get(PATH, Right::Action(Action::SeeRules), show).post(PATH, Right::Action(Action::EditRules), add).post(
        REMOVE,
        Right::Action(Action::EditRules),
        remove,
    )
}

async fn show(reader: Reader, filters: Filters) -> Result<Page, WebError> {
    holidays_page(&reader, &Form::blank(), done_alert(reader.lang, &filters)).await
}

async fn add(reader: Reader, mut form: Form) -> Result<Response, WebError> {
    let lang = reader.lang;
    let day = form.date(lang, "day");
    let name = form.parsed(lang, "name", Title::parse, |fault| sentence(lang, fault));
    let (Some(day), Some(name)) = (day, name) else {
        return Ok(refused(holidays_page(&reader, &form, Markup::default()).await?));
    };
    let ctx = reader.ctx();
    reader.app.db.write(move |tx| ops::add_holiday(tx, &ctx, day, &name)).await?;
    Ok(done(PATH, "added"))
}

async fn remove(reader: Reader, form: Form) -> Result<Response, WebError> {
    let day = parse_date(form.value("day")).ok_or_else(|| WebError::BadInput(String::new()))?;
    let ctx = reader.ctx();
    reader.app.db.write(move |tx| ops::remove_holiday(tx, &ctx, day)).await?;
    Ok(done(PATH, "removed"))
}

async fn holidays_page(reader: &Reader, form: &Form, said: Markup) -> Result<Page, WebError> {
    let (lang, scope) = (reader.lang, reader.scope()?);
    let today = local(reader.app.clock.now(), &reader.app.time_zone).date();
    // Days of the last year stay in sight: next year's are made after them.
    let from = today.checked_sub(1.year()).unwrap_or(today);
    let holidays = reader.app.db.read(move |tx| queries::holidays(tx, &scope, from)).await?;
    let may_edit = reader.may(Action::EditRules);
    let body = html! {
        (page_head(&msg!(lang, "access-rules"), Markup::default()))
        (parts(reader, Part::Holidays))
        (said)
        p .quiet { (msg!(lang, "access-holidays-how")) }
        @if may_edit { (card(&msg!(lang, "access-holiday-add"), add_form(lang, form))) }
        @if holidays.is_empty() {
            (empty_state(Icon::CalendarEvent, &msg!(lang, "access-holidays-none"), &msg!(lang, "access-holidays-none-how"), None))
        } @else {
            (table(lang, &holidays, may_edit))
        }
    };
    Ok(page(reader, msg!(lang, "access-holidays"), body))
}

fn add_form(lang: Lang, form: &Form) -> Markup {
    html! {
        (form_faults(lang, form))
        form .form method="post" action=(PATH) {
            (Field::date("day", msg!(lang, "access-day"), form).required())
            (Field::text("name", msg!(lang, "access-name"), form).required().attr("maxlength", "80"))
            (form_actions(html! { (Button::primary(msg!(lang, "access-add")).icon(Icon::Plus)) }))
        }
    }
}

fn table(lang: Lang, holidays: &[HolidayView], may_edit: bool) -> Markup {
    let mut columns = vec![
        Column::new(msg!(lang, "access-day")),
        Column::new(msg!(lang, "access-weekday")),
        Column::new(msg!(lang, "access-name")),
    ];
    if may_edit {
        columns.push(Column::actions(msg!(lang, "access-remove")));
    }
    let rows = holidays.iter().map(|holiday| {
        let mut cells = vec![date_cell(lang, holiday.day), cell(weekday_name(lang, holiday.day.weekday())), cell(&holiday.name)];
        if may_edit {
            cells.push(html! { (Button::quiet(msg!(lang, "access-remove")).icon(Icon::Trash).only_icon().opens(dialog_id(holiday))) });
        }
        Row::new(cells)
    });
    html! {
        (Table::new(lang, msg!(lang, "access-holidays"), columns).rows(rows))
        @if may_edit { @for holiday in holidays { (ask(lang, holiday)) } }
    }
}

fn dialog_id(holiday: &HolidayView) -> String {
    format!("remove-{}", holiday.day)
}

fn ask(lang: Lang, holiday: &HolidayView) -> Markup {
    let question = msg!(lang, "access-holiday-remove-ask", name = &holiday.name, day = i18n::date(lang, holiday.day));
    let doer = Button::danger(msg!(lang, "access-remove")).icon(Icon::Trash);
    let day = hidden("day", &holiday.day.to_string());
    confirm_dialog(lang, &dialog_id(holiday), &question, &msg!(lang, "access-holiday-remove-what"), REMOVE, &day, &doer)
}
