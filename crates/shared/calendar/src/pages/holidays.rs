//! Holidays of the state and the school.

use accounts::{Action, Reader};
use i18n::{Lang, msg, msg_dyn, weekday_name};
use jiff::{ToSpan, civil::Date};
use web::{
    Filters, Form, Markup, Page, Response, WebError,
    components::{
        Button, Choice, Column, Field, Icon, LinkButton, Row, Table, Tone, badge, card, cell, checkbox, confirm_dialog,
        date_cell, empty_state, form_actions, form_faults, hidden, page_head,
    },
    html, parse_date,
};

use super::{Part, done, page, parts, read, refused, today, words};
use crate::{
    CalendarError,
    model::{Calendar, DaySpan, Holiday, HolidayName, Label, Occasion},
    ops, queries,
};

pub(super) const PATH: &str = "/calendar/holidays";

pub(super) async fn show(reader: Reader, filters: Filters) -> Result<Page, WebError> {
    let calendar = read(&reader, queries::days_of).await?;
    let asked = filters.parsed("day", parse_date);
    let form = match asked.and_then(|day| calendar.holiday(day)) {
        Some(holiday) => stored(holiday),
        None => Form::filled(asked.map(|day| ("day", day.to_string()))),
    };
    Ok(view(&reader, &calendar, &form, words::done_alert(reader.lang, &filters)))
}

fn stored(holiday: &Holiday) -> Form {
    let (name, occasion) = match &holiday.name {
        HolidayName::State(occasion) => (String::new(), occasion.as_str()),
        HolidayName::Own(name) => (name.to_string(), ""),
    };
    let guess = holiday.is_guess.then(|| ("is_guess", "on".to_owned()));
    let fields = [("day", holiday.day.to_string()), ("name", name), ("occasion", occasion.to_owned())];
    Form::filled(fields.into_iter().chain(guess))
}

pub(super) async fn put(reader: Reader, mut form: Form) -> Result<Response, WebError> {
    if let Some(holiday) = filled_in(reader.lang, &mut form) {
        let ctx = reader.ctx();
        match reader.app.db.write(move |tx| ops::put_holiday(tx, &ctx, &holiday)).await {
            Ok(()) => return Ok(done(PATH, "holiday")),
            Err(error) => words::refuse(reader.lang, &mut form, error)?,
        }
    }
    let calendar = read(&reader, queries::days_of).await?;
    Ok(refused(view(&reader, &calendar, &form, Markup::default())))
}

fn filled_in(lang: Lang, form: &mut Form) -> Option<Holiday> {
    let day = form.date(lang, "day");
    let choice = |()| msg!(lang, "web-form-choice");
    let occasion = form.optional("occasion", |word| Occasion::parse(word).ok_or(()), choice)?;
    let name = match occasion {
        Some(occasion) => HolidayName::State(occasion),
        None => HolidayName::Own(form.parsed(lang, "name", Label::parse, |fault| words::fault(lang, fault))?),
    };
    Some(Holiday { day: day?, name, is_guess: form.is_checked("is_guess") })
}

pub(super) async fn remove(reader: Reader, form: Form) -> Result<Response, WebError> {
    let day = parse_date(form.value("day")).ok_or_else(|| WebError::BadInput(String::new()))?;
    let ctx = reader.ctx();
    match reader.app.db.write(move |tx| ops::remove_holiday(tx, &ctx, day)).await {
        // Whoever removes what is gone has what he wanted.
        Ok(()) | Err(CalendarError::NotFound(_)) => Ok(done(PATH, "unholiday")),
        Err(error) => Err(error.into()),
    }
}

fn view(reader: &Reader, calendar: &Calendar, form: &Form, said: Markup) -> Page {
    let lang = reader.lang;
    let may = reader.may(Action::ManageCalendar);
    let today = today(reader);
    // Days of the last year stay in sight: next year's are made after them.
    let from = today.checked_sub(1.year()).unwrap_or(today);
    let until = Date::MAX;
    let holidays: Vec<&Holiday> = calendar.holidays(DaySpan::up_to(from, until)).collect();
    let title = msg!(lang, "calendar-holidays");
    let body = html! {
        (page_head(&title, Markup::default()))
        (parts(reader, Part::Holidays))
        (said)
        p .quiet { (msg!(lang, "calendar-holidays-how")) }
        @if may { (card(&msg!(lang, "calendar-holiday-put"), put_form(lang, form))) }
        @if holidays.is_empty() {
            (empty_state(Icon::CalendarEvent, &msg!(lang, "calendar-holidays-none"), &msg!(lang, "calendar-holidays-none-how"), None))
        } @else {
            (table(lang, &holidays, may))
        }
    };
    page(reader, title, body)
}

fn put_form(lang: Lang, form: &Form) -> Markup {
    let occasions =
        Occasion::ALL.iter().map(|one| Choice::new(one.as_str(), msg_dyn!(lang, "calendar-occasion-", one.as_str())));
    html! {
        (form_faults(lang, form))
        form .form method="post" action=(PATH) {
            (Field::date("day", msg!(lang, "calendar-day"), form).required())
            (Field::select("occasion", msg!(lang, "calendar-occasion"), form, occasions.collect()).or_none(msg!(lang, "calendar-occasion-own")))
            (Field::text("name", msg!(lang, "calendar-name"), form).help(msg!(lang, "calendar-holiday-name-how"))
                .attr("maxlength", Label::MAX_LETTERS.to_string()))
            (checkbox("is_guess", "on", &msg!(lang, "calendar-is-guess"), form.is_checked("is_guess")))
            (form_actions(html! { (Button::primary(msg!(lang, "calendar-save")).icon(Icon::Check)) }))
        }
    }
}

fn table(lang: Lang, holidays: &[&Holiday], may: bool) -> Markup {
    let mut columns = vec![
        Column::new(msg!(lang, "calendar-day")),
        Column::new(msg!(lang, "calendar-weekday")),
        Column::new(msg!(lang, "calendar-name")),
    ];
    if may {
        columns.push(Column::actions(msg!(lang, "calendar-remove")));
    }
    let rows = holidays.iter().map(|holiday| {
        let name = html! {
            (words::holiday(lang, holiday)) " " @if holiday.is_guess { (badge(Tone::Warn, &msg!(lang, "calendar-is-guess-short"))) }
        };
        let weekday = weekday_name(lang, holiday.day.weekday());
        let mut cells = vec![date_cell(lang, holiday.day), cell(weekday), name];
        if may {
            cells.push(html! {
                (LinkButton::quiet(msg!(lang, "calendar-edit"), format!("{PATH}?day={}", holiday.day)).icon(Icon::Edit).only_icon())
                (Button::quiet(msg!(lang, "calendar-remove")).icon(Icon::Trash).only_icon().opens(dialog_id(holiday)))
            });
        }
        Row::new(cells)
    });
    html! {
        (Table::new(lang, msg!(lang, "calendar-holidays"), columns).rows(rows))
        @if may { @for holiday in holidays { (ask(lang, holiday)) } }
    }
}

fn dialog_id(holiday: &Holiday) -> String {
    format!("remove-{}", holiday.day)
}

fn ask(lang: Lang, holiday: &Holiday) -> Markup {
    let name = words::holiday(lang, holiday);
    let question = msg!(lang, "calendar-holiday-remove-ask", name = name, day = i18n::date(lang, holiday.day));
    let doer = Button::danger(msg!(lang, "calendar-remove")).icon(Icon::Trash);
    let day = hidden("day", &holiday.day.to_string());
    let what = msg!(lang, "calendar-holiday-remove-what");
    confirm_dialog(lang, &dialog_id(holiday), &question, &what, "/calendar/holidays/remove", &day, &doer)
}
