//! Hours of staff and the time sheet of a month.

use accounts::{Action, Reader};
use i18n::{Lang, msg};
use jiff::civil::Date;
use kernel::PersonId;
use web::{
    Filters, Form, IntoResponse, Markup, Page, Path, Response, WebError,
    components::{
        Button, Choice, Column, Field, Icon, LinkButton, Row, Table, Tone, alert, back_link, badge, card, cell,
        checkbox, empty_state, form_actions, form_faults, hidden, moment, page_head,
    },
    html,
};

use super::{
    desk, done_alert, file_lang, files, id_of, known_day, month_of, month_steps, order, page, read, refuse, refused,
    shown, to, today_of,
};
use crate::{
    model::{Code, Entered, TimeCode},
    ops,
    queries::{self, Days, HoursBook, StaffRow, TimeHistoryRow},
    sheet_report::{letter, meaning, time_sheet},
};

pub(crate) const PATH: &str = "/timesheet";
const CODES_PATH: &str = "/timesheet/codes";
/// Letters of a code's meaning at most.
const MOST_NAME: usize = 80;

async fn book(reader: &Reader, days: Days, only: Option<PersonId>) -> Result<(HoursBook, Vec<TimeCode>), WebError> {
    let now = reader.app.clock.now();
    read(reader, move |tx, scope| Ok((queries::hours(tx, scope, days, only, now)?, queries::codes(tx, scope)?))).await
}

pub(super) async fn show(reader: Reader, filters: Filters) -> Result<Response, WebError> {
    let lang = reader.lang;
    let days = month_of(&filters, today_of(&reader));
    let (book, codes) = book(&reader, days, None).await?;
    let order = order(&reader, file_lang(&filters, lang), days);
    let report = time_sheet(&order, &book, &codes, filters.get("format").is_none());
    let open: u32 = book.rows.iter().map(StaffRow::open_days).sum();
    shown(&reader, &filters, report, |report| {
        let body = html! {
            (page_head(&report.title, html! {
                (LinkButton::plain(msg!(lang, "attendance-codes"), CODES_PATH).icon(Icon::ListDetails))
                (files(&reader, &filters))
            }))
            (done_alert(lang, &filters))
            div .choose { (month_steps(lang, &filters, days)) }
            @if open > 0 { (alert(Tone::Warn, &msg!(lang, "attendance-open-days", count = i64::from(open)), &msg!(lang, "attendance-open-days-how"))) }
            @if book.rows.is_empty() {
                (empty_state(Icon::Users, &msg!(lang, "attendance-no-staff"), &msg!(lang, "attendance-no-staff-how"), None))
            } @else { (report.screen()) }
        };
        page(&reader, report.title.clone(), body)
    })
    .await
}

/// The month of one person: hours in the building against the schedule.
pub(super) async fn person(reader: Reader, Path(id): Path<String>, filters: Filters) -> Result<Page, WebError> {
    person_page(&reader, &id, &filters, None).await
}

async fn person_page(reader: &Reader, id: &str, filters: &Filters, sent: Option<Form>) -> Result<Page, WebError> {
    let lang = reader.lang;
    let person: PersonId = id_of(id)?;
    let days = month_of(filters, today_of(reader));
    let (book, _) = book(reader, days, Some(person)).await?;
    let row = book.rows.first().ok_or(WebError::NotFound)?;
    let form = sent.unwrap_or_else(|| Form::filled(desk::plan_pairs(row.plan)));
    let columns = vec![
        Column::new(msg!(lang, "attendance-day")),
        Column::new(msg!(lang, "attendance-in-sheet")),
        Column::number(msg!(lang, "attendance-in-building")),
        Column::number(msg!(lang, "attendance-night-hours")),
        Column::number(msg!(lang, "attendance-planned")),
    ];
    let hours =
        |minutes: u16| cell(if minutes == 0 { String::new() } else { format!("{}:{:02}", minutes / 60, minutes % 60) });
    let rows = book.frames.iter().zip(&book.is_day_off).zip(row.entries.iter().zip(&row.worked)).map(
        |((frame, is_off), (entry, worked))| {
            let day = frame.date();
            let is_work_day = !is_off && row.plan.works_on(day.weekday());
            let planned = if is_work_day { row.plan.minutes() } else { 0 };
            let told = html! {
                (letter(entry)) " "
                @if entry.is_entered { (badge(Tone::Info, &msg!(lang, "attendance-entered"))) }
                @if entry.is_open { (badge(Tone::Warn, &msg!(lang, "attendance-to-decide"))) }
            };
            let date = html! { (i18n::date(lang, day)) " " span .quiet { (i18n::weekday_short(lang, day.weekday())) } };
            Row::new(vec![date, told, hours(worked.minutes()), hours(worked.night_min()), hours(planned)])
                .leads_to(format!("{PATH}/{person}/{day}"))
        },
    );
    let total = |minutes: u32| format!("{}:{:02}", minutes / 60, minutes % 60);
    let (in_sheet, inside) = (total(row.minutes()), total(row.inside_min()));
    let body = html! {
        (back_link(&msg!(lang, "attendance-sheet-title"), PATH))
        (page_head(&row.full, html! { (LinkButton::plain(msg!(lang, "attendance-movements"), format!("/attendance/person/{person}")).icon(Icon::Walk)) }))
        (done_alert(lang, filters))
        (form_faults(lang, &form))
        div .choose { (month_steps(lang, filters, days)) }
        p { (msg!(lang, "attendance-hours-sum", sheet = in_sheet.as_str(), inside = inside.as_str())) }
        (Table::new(lang, msg!(lang, "attendance-sheet-title"), columns).rows(rows))
        @if reader.may(Action::EditTimeSheet) { (card(&msg!(lang, "attendance-plan"), plan_form(lang, row, &form))) }
    };
    Ok(page(reader, row.full.clone(), body))
}

fn plan_form(lang: Lang, row: &StaffRow, form: &Form) -> Markup {
    let how = if row.has_own_plan { msg!(lang, "attendance-plan-own") } else { msg!(lang, "attendance-plan-school") };
    html! {
        p .quiet { (how) }
        form .form method="post" action={ (PATH) "/" (row.person) "/plan" } {
            (desk::plan_fields(lang, form))
            (form_actions(html! {
                (Button::primary(msg!(lang, "attendance-save")).icon(Icon::Check))
                @if row.has_own_plan { (Button::quiet(msg!(lang, "attendance-plan-reset")).sends("reset", "on").attr("formnovalidate", "")) }
            }))
        }
    }
}

pub(super) async fn put_plan(
    reader: Reader,
    Path(id): Path<String>,
    filters: Filters,
    mut form: Form,
) -> Result<Response, WebError> {
    let person: PersonId = id_of(&id)?;
    let plan = if form.is_checked("reset") { Some(None) } else { desk::plan_of(reader.lang, &mut form).map(Some) };
    let Some(plan) = plan else { return Ok(refused(person_page(&reader, &id, &filters, Some(form)).await?)) };
    let ctx = reader.ctx();
    reader.app.db.write(move |tx| ops::put_plan(tx, &ctx, person, plan)).await?;
    Ok(to(&format!("{PATH}/{person}"), &[("done", "saved")]))
}

/// One day of one person.
pub(super) async fn day(reader: Reader, Path((id, day)): Path<(String, String)>) -> Result<Page, WebError> {
    day_page(&reader, &id, &day, None).await
}

async fn day_page(reader: &Reader, id: &str, day: &str, sent: Option<Form>) -> Result<Page, WebError> {
    let lang = reader.lang;
    let (person, day): (PersonId, Date) = (id_of(id)?, known_day(day).ok_or(WebError::NotFound)?);
    let (book, codes) = book(reader, Days::one(day), Some(person)).await?;
    let history = read(reader, move |tx, scope| Ok(queries::time_history(tx, scope, person, day)?)).await?;
    let row = book.rows.first().ok_or(WebError::NotFound)?;
    let (Some(entry), Some(worked)) = (row.entries.first(), row.worked.first()) else { return Err(WebError::NotFound) };
    let clock = |minutes: u16| format!("{:02}:{:02}", minutes / 60 % 24, minutes % 60);
    let code = entry.code.as_ref().map_or("", Code::as_str).to_owned();
    let form = sent.unwrap_or_else(|| {
        Form::filled([
            ("code", code),
            ("hours", format!("{}:{:02}", entry.minutes / 60, entry.minutes % 60)),
            ("night", format!("{}:{:02}", entry.night_min / 60, entry.night_min % 60)),
        ])
    });
    let choices = codes
        .iter()
        .map(|code| Choice::new(code.code.as_str(), format!("{} — {}", code.code, meaning(lang, code))))
        .collect();
    let (inside, night) = (clock(worked.minutes()), clock(worked.night_min()));
    let title = format!("{}, {}", row.full, i18n::date(lang, day));
    let action = format!("{PATH}/{person}/{day}");
    let revision = history.first().map_or(0, |row| row.revision);
    let body = html! {
        (back_link(&row.full, &format!("{PATH}/{person}?month={:04}-{:02}", day.year(), day.month())))
        (page_head(&title, Markup::default()))
        (form_faults(lang, &form))
        p { (msg!(lang, "attendance-day-hours", inside = inside.as_str(), night = night.as_str())) }
        @if worked.is_incomplete { (alert(Tone::Warn, &msg!(lang, "attendance-incomplete"), &msg!(lang, "attendance-incomplete-how"))) }
        @if reader.may(Action::EditTimeSheet) { (card(&msg!(lang, "attendance-in-sheet"), html! {
            form .form method="post" action=(action) {
                (hidden("revision", &revision.to_string()))
                (Field::select("code", msg!(lang, "attendance-code"), &form, choices).required())
                (Field::text("hours", msg!(lang, "attendance-hours"), &form).short().attr("inputmode", "text").help(msg!(lang, "attendance-hours-how")))
                (Field::text("night", msg!(lang, "attendance-night-hours"), &form).short())
                (form_actions(html! {
                    (Button::primary(msg!(lang, "attendance-save")).icon(Icon::Check))
                    @if entry.is_entered { (Button::quiet(msg!(lang, "attendance-tap-as_seen")).sends("withdraw", "on").attr("formnovalidate", "").icon(Icon::ArrowBackUp)) }
                }))
            }
        })) }
        @if !history.is_empty() { (card(&msg!(lang, "attendance-said"), entries(reader, &history))) }
    };
    Ok(page(reader, title, body))
}

fn entries(reader: &Reader, history: &[TimeHistoryRow]) -> Markup {
    let lang = reader.lang;
    let columns = vec![
        Column::new(msg!(lang, "attendance-code")),
        Column::number(msg!(lang, "attendance-hours")),
        Column::number(msg!(lang, "attendance-night-hours")),
        Column::new(msg!(lang, "attendance-who")),
        Column::new(msg!(lang, "attendance-when")),
    ];
    let hours = |minutes: u16| format!("{}:{:02}", minutes / 60, minutes % 60);
    let rows = history.iter().map(|row| {
        let code = if row.code.is_empty() { msg!(lang, "attendance-withdrawn") } else { row.code.clone() };
        let who = row.author_name.as_deref().unwrap_or("—");
        Row::new(vec![
            cell(code),
            cell(hours(row.minutes)),
            cell(hours(row.night_min)),
            cell(who),
            moment(lang, row.at, &reader.app.time_zone),
        ])
    });
    html! { (Table::new(lang, msg!(lang, "attendance-said"), columns).rows(rows)) }
}

/// Minutes of `7:45`, `7` or an empty text.
fn minutes(text: &str) -> Result<u16, ()> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(0);
    }
    let (hours, minutes) = text.split_once(':').unwrap_or((text, "0"));
    let part = |text: &str| {
        if text.bytes().all(|digit| digit.is_ascii_digit()) { text.parse::<u16>().map_err(|_| ()) } else { Err(()) }
    };
    let (hours, minutes) = (part(hours)?, part(minutes)?);
    if hours > 24 || minutes > 59 || hours * 60 + minutes > 1440 { Err(()) } else { Ok(hours * 60 + minutes) }
}

pub(super) async fn enter(
    reader: Reader,
    Path((id, day)): Path<(String, String)>,
    mut form: Form,
) -> Result<Response, WebError> {
    let lang = reader.lang;
    let (person, date): (PersonId, Date) = (id_of(&id)?, known_day(&day).ok_or(WebError::NotFound)?);
    let seen: u64 = form.value("revision").parse().map_err(|_| WebError::BadInput(String::new()))?;
    let entered = if form.is_checked("withdraw") {
        Some(None)
    } else {
        let fault = |()| msg!(lang, "attendance-fault-hours");
        let code = form.parsed(lang, "code", Code::parse, |_| msg!(lang, "attendance-fault-code-letters"));
        let hours = form.optional("hours", minutes, fault);
        let night = form.optional("night", minutes, fault);
        match (code, hours, night) {
            (Some(code), Some(hours), Some(night)) => {
                Some(Some(Entered { code, minutes: hours.unwrap_or(0), night_min: night.unwrap_or(0) }))
            }
            _ => None,
        }
    };
    if let Some(entered) = entered {
        let ctx = reader.ctx();
        match reader.app.db.write(move |tx| ops::enter(tx, &ctx, person, date, entered.as_ref(), seen)).await {
            Ok(()) => {
                let month = format!("{:04}-{:02}", date.year(), date.month());
                return Ok(to(&format!("{PATH}/{person}"), &[("month", &month), ("done", "entered")]));
            }
            Err(error) => refuse(lang, &mut form, error)?,
        }
    }
    Ok(refused(day_page(&reader, &id, &day, Some(form)).await?).into_response())
}

/// The letters of the time sheet.
pub(super) async fn codes(reader: Reader, filters: Filters) -> Result<Page, WebError> {
    let said = done_alert(reader.lang, &filters);
    codes_page(&reader, &Form::blank(), said).await
}

async fn codes_page(reader: &Reader, form: &Form, said: Markup) -> Result<Page, WebError> {
    let lang = reader.lang;
    let codes = read(reader, |tx, scope| Ok(queries::codes(tx, scope)?)).await?;
    let may = reader.may(Action::EditTimeSheet);
    let title = msg!(lang, "attendance-codes");
    let columns = vec![
        Column::new(msg!(lang, "attendance-code")),
        Column::new(msg!(lang, "attendance-name-kk")),
        Column::new(msg!(lang, "attendance-name-ru")),
        Column::new(msg!(lang, "attendance-hours")),
        Column::actions(msg!(lang, "attendance-actions")),
    ];
    let rows = codes.iter().map(|code| {
        let remove = html! { @if may && codes.len() > 1 {
            form method="post" action="/timesheet/codes/remove" { (hidden("code", code.code.as_str())) (Button::quiet(msg!(lang, "attendance-remove")).icon(Icon::X).only_icon()) }
        } };
        let hours = if code.is_work { msg!(lang, "attendance-with-hours") } else { "—".to_owned() };
        Row::new(vec![html! { b { (code.code) } }, cell(&code.name_kk), cell(&code.name_ru), cell(hours), remove])
    });
    let body = html! {
        (back_link(&msg!(lang, "attendance-sheet-title"), PATH))
        (page_head(&title, Markup::default()))
        (said)
        (form_faults(lang, form))
        (Table::new(lang, title.clone(), columns).rows(rows))
        @if may { (card(&msg!(lang, "attendance-code-add"), html! {
            form .form method="post" action=(CODES_PATH) {
                (Field::text("code", msg!(lang, "attendance-code"), form).required().short().attr("maxlength", Code::LIMIT.to_string()).attr("autocomplete", "off"))
                (Field::text("name_kk", msg!(lang, "attendance-name-kk"), form).required())
                (Field::text("name_ru", msg!(lang, "attendance-name-ru"), form).required())
                (checkbox("is_work", "on", &msg!(lang, "attendance-with-hours"), form.is_checked("is_work")))
                (form_actions(html! { (Button::primary(msg!(lang, "attendance-save")).icon(Icon::Check)) }))
            }
        })) }
    };
    Ok(page(reader, title, body))
}

pub(super) async fn put_code(reader: Reader, mut form: Form) -> Result<Response, WebError> {
    let lang = reader.lang;
    let code = form.parsed(lang, "code", Code::parse, |_| msg!(lang, "attendance-fault-code-letters"));
    let name = |text: &str| {
        if text.chars().count() <= MOST_NAME && !text.chars().any(char::is_control) {
            Ok(text.to_owned())
        } else {
            Err(())
        }
    };
    let name_kk = form.parsed(lang, "name_kk", name, |()| msg!(lang, "attendance-fault-name"));
    let name_ru = form.parsed(lang, "name_ru", name, |()| msg!(lang, "attendance-fault-name"));
    if let (Some(code), Some(name_kk), Some(name_ru)) = (code, name_kk, name_ru) {
        let new = TimeCode { code, name_kk, name_ru, is_work: form.is_checked("is_work") };
        let ctx = reader.ctx();
        match reader.app.db.write(move |tx| ops::put_code(tx, &ctx, &new)).await {
            Ok(()) => return Ok(to(CODES_PATH, &[("done", "saved")])),
            Err(error) => refuse(lang, &mut form, error)?,
        }
    }
    Ok(refused(codes_page(&reader, &form, Markup::default()).await?).into_response())
}

pub(super) async fn remove_code(reader: Reader, form: Form) -> Result<Response, WebError> {
    let code = Code::parse(form.value("code")).map_err(|_| WebError::NotFound)?;
    let ctx = reader.ctx();
    reader.app.db.write(move |tx| ops::remove_code(tx, &ctx, &code)).await?;
    Ok(to(CODES_PATH, &[("done", "saved")]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_read_as_people_type_them() {
        for (text, read) in [
            ("7:45", Ok(465)),
            ("8", Ok(480)),
            ("", Ok(0)),
            ("24:00", Ok(1440)),
            ("24:01", Err(())),
            ("7:60", Err(())),
            ("-1", Err(())),
            ("7:", Err(())),
            ("x", Err(())),
        ] {
            assert_eq!(minutes(text), read, "{text:?}");
        }
    }
}
