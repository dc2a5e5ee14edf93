//! Screens of attendance.

mod class_day;
mod desk;
mod lists;
mod mark;
mod person;
mod time_sheet;
mod today;

use accounts::{Action, NavEntry, NavGroup, Reader, Right, Routes};
use i18n::{Lang, msg, msg_dyn};
use jiff::civil::Date;
use kernel::ClassId;
use people::person::ClassView;
use store::Tx;
use web::{
    Filters, Form, IntoResponse, Markup, Page, Redirect, Response, StatusCode, WebError,
    components::{Choice, Tab, Tone, alert, tabs},
    html, parse_date,
};

use crate::{
    AttendanceError, LeaveReasons, Panel,
    queries::{self, Days, Reach},
    report::{Format, Report},
    reports::Order,
};

const SEE: Right = Right::Action(Action::SeeAttendance);
const CORRECT: Right = Right::Action(Action::CorrectAttendance);
const SEE_ALL: Right = Right::Action(Action::SeeAllAttendance);
const MANAGE: Right = Right::Action(Action::ManageAttendance);
const SEE_SHEET: Right = Right::Action(Action::SeeTimeSheet);
const EDIT_SHEET: Right = Right::Action(Action::EditTimeSheet);

/// Where attendance of classes is.
pub(crate) const PATH: &str = "/attendance";

pub(crate) fn routes(routes: Routes, gates: Option<Panel>, reasons: &LeaveReasons) -> Routes {
    let (shown, live) = (gates.clone(), gates);
    let (of_class, of_line, of_form, of_month) = (reasons.clone(), reasons.clone(), reasons.clone(), reasons.clone());
    let (of_day, of_save, of_log) = (reasons.clone(), reasons.clone(), reasons.clone());
    let routes = routes
        .get(today::PATH, SEE_ALL, move |reader| today::show(reader, shown.clone()))
        .get("/today/events", SEE_ALL, move |reader| today::live(reader, live.clone()))
        .get(PATH, SEE, move |reader, filters| class_day::show(reader, filters, of_class.clone()))
        .post("/attendance/mark", CORRECT, move |reader, form| class_day::mark(reader, form, of_line.clone()))
        .post("/attendance/check", CORRECT, class_day::check)
        .post("/attendance/absence", CORRECT, move |reader, filters, form| {
            class_day::tell_absence(reader, filters, form, of_form.clone())
        })
        .post("/attendance/absence/withdraw", CORRECT, class_day::withdraw_absence)
        .get("/attendance/class/{id}/month", SEE, move |reader, id, filters| {
            lists::class_month(reader, id, filters, of_month.clone())
        })
        .get("/attendance/person/{id}", SEE, person::show)
        .post("/attendance/person/{id}", SEE, move |reader, id, form| person::look(reader, id, form, of_log.clone()))
        .get("/attendance/person/{id}/{day}", SEE, move |reader, of| mark::show(reader, of, of_day.clone()))
        .post("/attendance/person/{id}/{day}", CORRECT, move |reader, of, form| {
            mark::save(reader, of, form, of_save.clone())
        });
    let routes = routes
        .get(lists::SCHOOL_PATH, SEE_ALL, lists::school_month)
        .get(lists::LATE_PATH, SEE_ALL, lists::late)
        .get(lists::CHRONIC_PATH, SEE_ALL, lists::chronic)
        .get(desk::PATH, MANAGE, desk::show)
        .post(desk::PATH, MANAGE, desk::save);
    routes
        .get(time_sheet::PATH, SEE_SHEET, time_sheet::show)
        .get("/timesheet/codes", SEE_SHEET, time_sheet::codes)
        .post("/timesheet/codes", EDIT_SHEET, time_sheet::put_code)
        .post("/timesheet/codes/remove", EDIT_SHEET, time_sheet::remove_code)
        .get("/timesheet/{person}", SEE_SHEET, time_sheet::person)
        .post("/timesheet/{person}/plan", EDIT_SHEET, time_sheet::put_plan)
        .get("/timesheet/{person}/{day}", SEE_SHEET, time_sheet::day)
        .post("/timesheet/{person}/{day}", EDIT_SHEET, time_sheet::enter)
}

pub(crate) const NAV: [NavEntry; 3] = [
    NavEntry {
        group: NavGroup::Day,
        label: "attendance-nav-today",
        href: today::PATH,
        icon: "activity",
        action: Action::SeeAllAttendance,
        order: 5,
    },
    NavEntry {
        group: NavGroup::Day,
        label: "attendance-nav",
        href: PATH,
        icon: "user-check",
        action: Action::SeeAttendance,
        order: 6,
    },
    NavEntry {
        group: NavGroup::Day,
        label: "attendance-nav-sheet",
        href: time_sheet::PATH,
        icon: "clock",
        action: Action::SeeTimeSheet,
        order: 7,
    },
];

/// The parts of attendance.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Class,
    School,
    Late,
    Chronic,
    Settings,
}

fn parts(reader: &Reader, here: Part) -> Markup {
    let lang = reader.lang;
    let all = [
        (Part::Class, msg!(lang, "attendance-part-class"), PATH, Action::SeeAttendance),
        (Part::School, msg!(lang, "attendance-part-school"), lists::SCHOOL_PATH, Action::SeeAllAttendance),
        (Part::Late, msg!(lang, "attendance-part-late"), lists::LATE_PATH, Action::SeeAllAttendance),
        (Part::Chronic, msg!(lang, "attendance-part-chronic"), lists::CHRONIC_PATH, Action::SeeAllAttendance),
        (Part::Settings, msg!(lang, "attendance-part-settings"), desk::PATH, Action::ManageAttendance),
    ];
    let seen: Vec<_> = all.iter().filter(|(.., action)| reader.may(*action)).collect();
    let shown: Vec<_> =
        seen.iter().map(|(part, label, href, _)| Tab { label, href, count: None, current: *part == here }).collect();
    html! { @if shown.len() > 1 { (tabs(&msg!(lang, "attendance-parts"), &shown)) } }
}

fn page(reader: &Reader, title: impl Into<String>, body: Markup) -> Page {
    accounts::shell(reader, title).style("attendance.css").page(body)
}

/// Today, where the school is.
fn today_of(reader: &Reader) -> Date {
    i18n::local(reader.app.clock.now(), &reader.app.time_zone).date()
}

/// Reads for a page, in the scope of its route.
async fn read<T: Send + 'static>(
    reader: &Reader,
    mut work: impl FnMut(&mut Tx<'_>, &accounts::Scope) -> Result<T, AttendanceError> + Send + 'static,
) -> Result<T, WebError> {
    let scope = reader.scope()?;
    Ok(reader.app.db.read(move |tx| work(tx, &scope)).await?)
}

/// The classes that the reader may see, in their order.
async fn classes(reader: &Reader) -> Result<Vec<ClassView>, WebError> {
    let actor = reader.actor.clone();
    read(reader, move |tx, scope| {
        let reach: Reach = queries::reach(tx, scope, &actor)?;
        let classes = people::queries::classes(tx, scope)?;
        Ok(classes.into_iter().filter(|class| reach.sees(class.id)).collect())
    })
    .await
}

/// A class that the reader may see; another is not told apart from one that does not exist.
async fn class_of(reader: &Reader, id: &str) -> Result<ClassView, WebError> {
    let id: ClassId = id_of(id)?;
    classes(reader).await?.into_iter().find(|class| class.id == id).ok_or(WebError::NotFound)
}

fn id_of<K>(text: &str) -> Result<kernel::Id<K>, WebError> {
    text.parse().map_err(|_| WebError::NotFound)
}

/// A day that stands in an address: of this century, and not further ahead than a year.
fn day_of(filters: &Filters, name: &str, today: Date) -> Date {
    filters.parsed(name, known_day).unwrap_or(today)
}

fn known_day(text: &str) -> Option<Date> {
    parse_date(text).filter(|day| (2000..=2200).contains(&day.year()))
}

/// The month that stands in an address as `2026-11`, else the month of today.
fn month_of(filters: &Filters, today: Date) -> Days {
    Days::month(filters.parsed("month", |text| known_day(&format!("{text}-01"))).unwrap_or(today))
}

/// The days of a list: from and until as they stand in the address, else this month so far.
fn span_of(filters: &Filters, today: Date) -> Days {
    let until = day_of(filters, "until", today);
    let from = filters.parsed("from", known_day).unwrap_or_else(|| until.first_of_month());
    let longest = until.checked_sub(jiff::Span::new().days(Days::MOST as i64 - 1)).unwrap_or(from);
    Days { from: from.min(until).max(longest), until }
}

fn order(reader: &Reader, lang: Lang, days: Days) -> Order {
    let (school, now) = (reader.school_name_in(lang).to_owned(), reader.app.clock.now());
    Order { lang, school, days, now, leaves: LeaveReasons::unknown() }
}

/// The language of a file that was asked for, else the page's.
fn file_lang(filters: &Filters, lang: Lang) -> Lang {
    filters.parsed("in", Lang::parse).unwrap_or(lang)
}

/// A report on the screen or, when the address asks for a file, as one. Whoever takes a file away is noted.
async fn shown(
    reader: &Reader,
    filters: &Filters,
    report: Report,
    screen: impl FnOnce(&Report) -> Page,
) -> Result<Response, WebError> {
    let Some(format) = filters.parsed("format", Format::parse) else { return Ok(screen(&report).into_response()) };
    let (ctx, detail) = (reader.ctx(), format!("{} {} rows", report.name, report.rows.len()));
    let audited = reader.app.db.write(move |tx| {
        accounts::audit::<()>(tx, &ctx, "attendance_exported", None, &detail).map_err(AttendanceError::from)
    });
    audited.await?;
    Ok(report.file(format)?)
}

/// The buttons that take a report away, in the language of choice.
fn files(reader: &Reader, filters: &Filters) -> Markup {
    let lang = reader.lang;
    html! {
        form .take method="get" action=(path_of(reader)) {
            @for (name, value) in filters.others(&["format", "in", "done"]) { (web::components::hidden(name, value)) }
            label .take-lang {
                span .unseen { (msg!(lang, "attendance-file-lang")) }
                select name="in" { @for choice in [Lang::Kk, Lang::Ru, Lang::En] {
                    option value=(choice.code()) selected[choice == lang] { (choice.native_name()) }
                } }
            }
            button .button type="submit" name="format" value="xlsx" { (web::components::icon(web::components::Icon::FileSpreadsheet)) span { "XLSX" } }
            button .button type="submit" name="format" value="pdf" { (web::components::icon(web::components::Icon::Printer)) span { "PDF" } }
        }
    }
}

fn path_of(reader: &Reader) -> String {
    reader.web.path().split('?').next().unwrap_or_default().to_owned()
}

/// Steps to the month before and after, and the month's name.
fn month_steps(lang: Lang, filters: &Filters, days: Days) -> Markup {
    let month =
        |day: Option<Date>| day.map(|day| filters.with("month", format!("{:04}-{:02}", day.year(), day.month())));
    use web::components::{Icon, LinkButton};
    html! {
        @if let Some(href) = month(days.from.yesterday().ok()) { (LinkButton::quiet(msg!(lang, "attendance-month-before"), href).icon(Icon::ChevronLeft).only_icon()) }
        b .month-name { (i18n::month_name(lang, days.from.month())) " " (days.from.year()) }
        @if let Some(href) = month(days.until.tomorrow().ok()) { (LinkButton::quiet(msg!(lang, "attendance-month-after"), href).icon(Icon::ChevronRight).only_icon()) }
    }
}

/// What was done, as it stands in the address after a redirect; each has a sentence `attendance-done-<word>`.
const DONE: [&str; 6] = ["marked", "checked", "away", "withdrawn", "saved", "entered"];

/// Says what was done before the redirect that led here.
fn done_alert(lang: Lang, filters: &Filters) -> Markup {
    match filters.parsed("done", |word| DONE.into_iter().find(|known| *known == word)) {
        Some(word) => alert(Tone::Good, &msg_dyn!(lang, "attendance-done-", word), ""),
        None => Markup::default(),
    }
}

fn to(path: &str, pairs: &[(&str, &str)]) -> Response {
    Redirect::to(&web::address(path, pairs.iter().copied())).into_response()
}

/// A form that was sent wrongly.
fn refused(page: Page) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
}

/// What a use case refused, in words above its form. What the reader can do nothing about stays an error.
fn refuse(lang: Lang, form: &mut Form, error: AttendanceError) -> Result<(), WebError> {
    let sentence = match error {
        AttendanceError::Changed => msg!(lang, "attendance-fault-changed"),
        AttendanceError::Future => msg!(lang, "attendance-fault-future"),
        AttendanceError::Days => msg!(lang, "attendance-fault-days"),
        AttendanceError::Overlap => msg!(lang, "attendance-fault-overlap"),
        AttendanceError::Code => msg!(lang, "attendance-fault-code"),
        error @ (AttendanceError::Store(_)
        | AttendanceError::Journal(_)
        | AttendanceError::Denied(_)
        | AttendanceError::NotFound(_)
        | AttendanceError::Sheet(_)
        | AttendanceError::Paper(_)) => return Err(error.into()),
    };
    form.refuse("", sentence);
    Ok(())
}

fn note_fault(lang: Lang, fault: crate::model::NoteFault) -> String {
    match fault {
        crate::model::NoteFault::TooLong => msg!(lang, "attendance-fault-note-long"),
        crate::model::NoteFault::Sign => msg!(lang, "attendance-fault-note-sign"),
    }
}

/// Reasons to choose from.
fn reasons(lang: Lang) -> Vec<Choice> {
    let choice = |reason: &crate::model::Reason| {
        Choice::new(reason.as_str(), msg_dyn!(lang, "attendance-status-", reason.as_str()))
    };
    crate::model::Reason::ALL.iter().map(choice).collect()
}
