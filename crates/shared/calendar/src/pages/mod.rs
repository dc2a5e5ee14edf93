//! Screens of the calendar.

mod bells;
mod day;
mod holidays;
mod rows;
mod terms;
mod timetable;
mod week;
mod words;
mod year;

use accounts::{Action, NavEntry, NavGroup, Reader, Right, Routes, Scope};
use i18n::{local, msg};
use jiff::civil::Date;
use store::{StoreError, Tx};
use web::{
    Form, IntoResponse, Markup, Page, Redirect, Response, StatusCode, WebError,
    components::{Tab, tabs},
};

use crate::CalendarError;

/// Where the calendar is.
pub const PATH: &str = "/calendar";

const SEE: Right = Right::Action(Action::SeeCalendar);
const MANAGE: Right = Right::Action(Action::ManageCalendar);

/// A pasted week is longer than other forms.
const PASTE_LIMIT: usize = 256 * 1024;

pub(crate) fn routes(routes: Routes) -> Routes {
    let routes = routes
        .get(PATH, SEE, year::show)
        .post("/calendar/open", MANAGE, year::open)
        .get("/calendar/day/{day}", SEE, day::show)
        .post("/calendar/day/{day}", MANAGE, day::change)
        .post("/calendar/day/{day}/undo", MANAGE, day::undo)
        .get("/calendar/terms", SEE, terms::show)
        .post("/calendar/terms", MANAGE, terms::save)
        .post("/calendar/terms/copy", MANAGE, terms::copy)
        .post("/calendar/terms/remove", MANAGE, terms::remove)
        .post("/calendar/terms/state", MANAGE, terms::take_state)
        .get(holidays::PATH, SEE, holidays::show)
        .post(holidays::PATH, MANAGE, holidays::put)
        .post("/calendar/holidays/remove", MANAGE, holidays::remove)
        .get(week::PATH, SEE, week::show)
        .post(week::PATH, MANAGE, week::save);
    let routes = routes
        .get(bells::PATH, SEE, bells::show)
        .get("/calendar/bells/new", MANAGE, bells::blank)
        .post("/calendar/bells/new", MANAGE, bells::add)
        .post("/calendar/bells/rules", MANAGE, bells::add_rule)
        .post("/calendar/bells/rules/remove", MANAGE, bells::remove_rule)
        .get("/calendar/bells/{id}", SEE, bells::edit)
        .post("/calendar/bells/{id}", MANAGE, bells::save)
        .post("/calendar/bells/{id}/remove", MANAGE, bells::remove);
    routes
        .get(timetable::PATH, SEE, timetable::list)
        .get("/calendar/timetable/{class}", SEE, timetable::show)
        .post_large("/calendar/timetable/{class}/paste", MANAGE, PASTE_LIMIT, timetable::paste)
        .post("/calendar/timetable/{class}/copy", MANAGE, timetable::copy)
        .post("/calendar/timetable/{class}/clear", MANAGE, timetable::clear)
        .get("/calendar/timetable/{class}/{place}", MANAGE, timetable::lesson)
        .post("/calendar/timetable/{class}/{place}", MANAGE, timetable::save_lesson)
}

pub(crate) fn nav() -> Vec<NavEntry> {
    vec![NavEntry {
        group: NavGroup::School,
        label: "calendar-nav",
        href: PATH,
        icon: "calendar",
        action: Action::SeeCalendar,
        order: 47,
    }]
}

/// The parts of the calendar.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Year,
    Terms,
    Holidays,
    Week,
    Bells,
    Timetables,
}

fn parts(reader: &Reader, here: Part) -> Markup {
    let lang = reader.lang;
    let all = [
        (Part::Year, msg!(lang, "calendar-part-year"), PATH),
        (Part::Terms, msg!(lang, "calendar-part-terms"), terms::PATH),
        (Part::Holidays, msg!(lang, "calendar-part-holidays"), holidays::PATH),
        (Part::Week, msg!(lang, "calendar-part-week"), week::PATH),
        (Part::Bells, msg!(lang, "calendar-part-bells"), bells::PATH),
        (Part::Timetables, msg!(lang, "calendar-part-timetables"), timetable::PATH),
    ];
    let all: Vec<_> =
        all.iter().map(|(part, label, href)| Tab { label, href, count: None, current: *part == here }).collect();
    tabs(&msg!(lang, "calendar-parts"), &all)
}

/// The page with the calendar's own styles.
fn page(reader: &Reader, title: impl Into<String>, body: Markup) -> Page {
    accounts::shell(reader, title).style("calendar.css").page(body)
}

/// Today, where the school is.
fn today(reader: &Reader) -> Date {
    local(reader.app.clock.now(), &reader.app.time_zone).date()
}

/// Reads for a page.
async fn read<T: Send + 'static>(
    reader: &Reader,
    mut work: impl FnMut(&mut Tx<'_>, &Scope) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, WebError> {
    let scope = reader.scope()?;
    Ok(reader.app.db.read(move |tx| work(tx, &scope)).await.map_err(CalendarError::from)?)
}

/// On to a page that says what was done.
fn done(path: &str, word: &'static str) -> Response {
    Redirect::to(&web::address(path, [("done", word)])).into_response()
}

/// A form that was sent wrongly.
fn refused(page: Page) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
}

/// A form about something that somebody else has changed meanwhile.
fn conflict(page: Page) -> Response {
    (StatusCode::CONFLICT, page).into_response()
}

/// The revision that a form was made from.
fn revision(form: &Form) -> Result<u64, WebError> {
    form.value("revision").parse().map_err(|_| WebError::BadInput(String::new()))
}

/// An id that stands in an address; another text is no address of ours.
fn id_of<K>(text: &str) -> Result<kernel::Id<K>, WebError> {
    text.parse().map_err(|_| WebError::NotFound)
}
