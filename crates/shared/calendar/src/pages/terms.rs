//! The school year: its days, terms and breaks.

use accounts::{Action, Reader};
use i18n::{Lang, msg};
use web::{
    Filters, Form, IntoResponse, Markup, Page, Redirect, Response, WebError,
    components::{
        Button, Field, Icon, LinkButton, Tone, alert, card, confirm_dialog, facts, form_actions, form_faults, hidden,
        page_head,
    },
    html, parse_date,
};

use super::{
    PATH as HOME, Part, conflict, done, id_of, page, parts, read, refused, revision,
    rows::{self, Pressed, Rows, enter_saves},
    today, words,
};
use crate::{
    CalendarError,
    model::{Break, Calendar, DaySpan, Fault, Grades, Label, SchoolYear, SchoolYearId, StateYear, TERMS, YearPlan},
    ops, queries,
};

pub(super) const PATH: &str = "/calendar/terms";

const TERM_FIELDS: [&str; 2] = ["term_from", "term_until"];
const BREAK_FIELDS: [&str; 3] = ["break_from", "break_until", "break_grades"];
/// The list of breaks among the form's lists.
const BREAKS: usize = 1;

/// The form as it is shown: single fields and lines.
struct Filled {
    form: Form,
    terms: Rows<2>,
    breaks: Rows<3>,
}

impl Filled {
    fn stored(year: &SchoolYear) -> Self {
        let plan = &year.plan;
        let day = |day: jiff::civil::Date| day.to_string();
        let form = Form::filled([
            ("year", year.id.to_string()),
            ("revision", year.revision.to_string()),
            ("name", plan.name.to_string()),
            ("from", day(plan.days.from())),
            ("until", day(plan.days.until())),
        ]);
        let terms = plan.terms.iter().map(|term| [day(term.from()), day(term.until())]).collect();
        let breaks =
            plan.breaks.iter().map(|one| [day(one.days.from()), day(one.days.until()), rows::grades_value(one.grades)]);
        Self { form, terms: Rows(terms), breaks: Rows(breaks.collect()) }
    }

    fn sent(form: Form, pressed: Pressed) -> Self {
        let is_blank = |line: &[String; 3]| line[0].is_empty() && line[1].is_empty();
        let terms = Rows::of(&form, TERM_FIELDS);
        let breaks = Rows::of(&form, BREAK_FIELDS).after(pressed, BREAKS, is_blank);
        Self { form, terms, breaks }
    }

    /// The year that was filled in; `None` when the form now says what is wrong.
    fn plan(&mut self, lang: Lang) -> Option<YearPlan> {
        let name = self.form.parsed(lang, "name", Label::parse, |fault| words::fault(lang, fault));
        let (from, until) = (self.form.date(lang, "from"), self.form.date(lang, "until"));
        let days = self.span(lang, "until", DaySpan::new(from?, until?));
        let terms: Option<Vec<DaySpan>> =
            (1..).zip(&self.terms.0).map(|(_, line)| span_of(&line[0], &line[1])).collect();
        let terms: Option<[DaySpan; TERMS]> = terms.and_then(|terms| terms.try_into().ok());
        if terms.is_none() {
            self.form.refuse("", msg!(lang, "calendar-terms-wrong"));
        }
        let breaks: Option<Vec<Break>> = self.breaks.0.iter().map(break_of).collect();
        if breaks.is_none() {
            self.form.refuse("", msg!(lang, "calendar-breaks-wrong"));
        }
        Some(YearPlan { name: name?, days: days?, terms: terms?, breaks: breaks? })
    }

    fn span(&mut self, lang: Lang, field: &str, span: Result<DaySpan, Fault>) -> Option<DaySpan> {
        span.map_err(|fault| self.form.refuse(field, words::fault(lang, fault))).ok()
    }
}

fn span_of(from: &str, until: &str) -> Option<DaySpan> {
    DaySpan::new(parse_date(from)?, parse_date(until)?).ok()
}

fn break_of([from, until, grades]: &[String; 3]) -> Option<Break> {
    Some(Break { days: span_of(from, until)?, grades: rows::grades_of(grades)? })
}

pub(super) async fn show(reader: Reader, filters: Filters) -> Result<Response, WebError> {
    let calendar = read(&reader, queries::days_of).await?;
    let Some(year) = asked(&reader, &calendar, filters.get("year")) else {
        // The first page tells a school without a year how to get one.
        return Ok(Redirect::to(HOME).into_response());
    };
    let said = words::done_alert(reader.lang, &filters);
    Ok(view(&reader, &calendar, year, &Filled::stored(year), said).into_response())
}

fn asked<'a>(reader: &Reader, calendar: &'a Calendar, id: Option<&str>) -> Option<&'a SchoolYear> {
    match id {
        Some(id) => calendar.years().iter().find(|year| year.id.to_string() == id),
        None => calendar.year_around(today(reader)),
    }
}

async fn year_of(reader: &Reader, form: &Form) -> Result<(Calendar, SchoolYear), WebError> {
    let id: SchoolYearId = id_of(form.value("year"))?;
    let calendar = read(reader, queries::days_of).await?;
    let year = calendar.years().iter().find(|year| year.id == id).cloned().ok_or(WebError::NotFound)?;
    Ok((calendar, year))
}

fn path_of(year: SchoolYearId, word: &'static str) -> String {
    web::address(PATH, [("year", year.to_string().as_str()), ("done", word)])
}

fn back(year: SchoolYearId, word: &'static str) -> Response {
    Redirect::to(&path_of(year, word)).into_response()
}

pub(super) async fn save(reader: Reader, form: Form) -> Result<Response, WebError> {
    let lang = reader.lang;
    let (calendar, year) = year_of(&reader, &form).await?;
    let revision = revision(&form)?;
    let pressed = rows::pressed(&form);
    let mut filled = Filled::sent(form, pressed);
    if pressed != Pressed::Save {
        return Ok(view(&reader, &calendar, &year, &filled, Markup::default()).into_response());
    }
    if let Some(plan) = filled.plan(lang) {
        let (ctx, id) = (reader.ctx(), year.id);
        match reader.app.db.write(move |tx| ops::edit_year(tx, &ctx, id, revision, plan.clone())).await {
            Ok(()) => return Ok(back(year.id, "saved")),
            Err(CalendarError::Changed) => {
                let (calendar, year) = year_of(&reader, &filled.form).await?;
                let said = words::changed_alert(lang, &summary(lang, &year.plan));
                filled.form = renewed(&filled.form, &year);
                return Ok(conflict(view(&reader, &calendar, &year, &filled, said)));
            }
            Err(error) => words::refuse(lang, &mut filled.form, error)?,
        }
    }
    Ok(refused(view(&reader, &calendar, &year, &filled, Markup::default())))
}

/// The same form with the revision of what is stored now: saved again, it is put over that knowingly.
fn renewed(form: &Form, year: &SchoolYear) -> Form {
    let kept = ["name", "from", "until"].map(|name| (name, form.value(name).to_owned()));
    Form::filled([("year", year.id.to_string()), ("revision", year.revision.to_string())].into_iter().chain(kept))
}

fn summary(lang: Lang, plan: &YearPlan) -> String {
    let breaks: Vec<String> = plan.breaks.iter().map(|one| words::a_break(lang, one)).collect();
    format!("{}: {}; {}", plan.name, words::span(lang, plan.days), breaks.join(", "))
}

/// Prepares the next year from this one.
pub(super) async fn copy(reader: Reader, form: Form) -> Result<Response, WebError> {
    let (calendar, year) = year_of(&reader, &form).await?;
    let (ctx, id) = (reader.ctx(), year.id);
    match reader.app.db.write(move |tx| ops::copy_year(tx, &ctx, id)).await {
        Ok(next) => Ok(back(next, "copied")),
        Err(error) => refused_with(&reader, &calendar, &year, error),
    }
}

/// Makes the year as the state ordered it.
pub(super) async fn take_state(reader: Reader, form: Form) -> Result<Response, WebError> {
    let (calendar, year) = year_of(&reader, &form).await?;
    let (ctx, id, revision) = (reader.ctx(), year.id, revision(&form)?);
    match reader.app.db.write(move |tx| ops::take_state(tx, &ctx, id, revision)).await {
        Ok(()) => Ok(back(year.id, "state")),
        Err(error) => refused_with(&reader, &calendar, &year, error),
    }
}

/// Removes a year that has not begun.
pub(super) async fn remove(reader: Reader, form: Form) -> Result<Response, WebError> {
    let (calendar, year) = year_of(&reader, &form).await?;
    let (ctx, id, revision, day) = (reader.ctx(), year.id, revision(&form)?, today(&reader));
    match reader.app.db.write(move |tx| ops::remove_year(tx, &ctx, id, revision, day)).await {
        Ok(()) => Ok(done(HOME, "removed")),
        Err(error) => refused_with(&reader, &calendar, &year, error),
    }
}

fn refused_with(
    reader: &Reader,
    calendar: &Calendar,
    year: &SchoolYear,
    error: CalendarError,
) -> Result<Response, WebError> {
    let mut filled = Filled::stored(year);
    if matches!(error, CalendarError::Changed) {
        let said = words::changed_alert(reader.lang, &summary(reader.lang, &year.plan));
        return Ok(conflict(view(reader, calendar, year, &filled, said)));
    }
    words::refuse(reader.lang, &mut filled.form, error)?;
    Ok(refused(view(reader, calendar, year, &filled, Markup::default())))
}

fn view(reader: &Reader, calendar: &Calendar, year: &SchoolYear, filled: &Filled, said: Markup) -> Page {
    let lang = reader.lang;
    let title = msg!(lang, "calendar-terms-title", name = year.plan.name.as_str());
    let may = reader.may(Action::ManageCalendar);
    let body = html! {
        (page_head(&title, Markup::default()))
        (parts(reader, Part::Terms))
        @if calendar.years().len() > 1 { (years(lang, calendar, year)) }
        (said)
        (form_faults(lang, &filled.form))
        @if may { (editor(lang, year, filled)) (others(reader, calendar, year)) } @else { (card("", plan_facts(lang, &year.plan))) }
    };
    page(reader, title, body)
}

fn years(lang: Lang, calendar: &Calendar, shown: &SchoolYear) -> Markup {
    html! {
        nav .segmented.inline aria-label=(msg!(lang, "calendar-year")) {
            @for year in calendar.years() {
                a href={ (PATH) "?year=" (year.id) } aria-current=[(year.id == shown.id).then_some("page")] { (year.plan.name) }
            }
        }
    }
}

fn plan_facts(lang: Lang, plan: &YearPlan) -> Markup {
    let value = |text: String| html! { (text) };
    let terms: Vec<(String, Markup)> = (1_usize..)
        .zip(&plan.terms)
        .map(|(number, term)| (msg!(lang, "calendar-term", number = number), value(words::span(lang, *term))))
        .collect();
    let breaks = plan.breaks.iter().map(|one| (msg!(lang, "calendar-break"), value(words::a_break(lang, one))));
    let year = (msg!(lang, "calendar-year"), value(words::span(lang, plan.days)));
    let all: Vec<(String, Markup)> = std::iter::once(year).chain(terms).chain(breaks).collect();
    let all: Vec<(&str, Markup)> = all.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
    facts(&all)
}

fn editor(lang: Lang, year: &SchoolYear, filled: &Filled) -> Markup {
    let form = &filled.form;
    html! {
        form .stack method="post" action=(PATH) {
            (enter_saves())
            (hidden("year", &year.id.to_string()))
            (hidden("revision", form.value("revision")))
            (card(&msg!(lang, "calendar-year"), html! { div .form {
                (Field::text("name", msg!(lang, "calendar-year-name"), form).required().short().attr("maxlength", "80"))
                (Field::date("from", msg!(lang, "calendar-from"), form).required())
                (Field::date("until", msg!(lang, "calendar-until"), form).required())
            } }))
            (card(&msg!(lang, "calendar-terms"), terms(lang, &filled.terms)))
            (card(&msg!(lang, "calendar-breaks"), breaks(lang, &filled.breaks)))
            (form_actions(html! {
                (Button::primary(msg!(lang, "calendar-save")).icon(Icon::Check).sends("act", "save"))
                (LinkButton::quiet(msg!(lang, "calendar-cancel"), HOME))
            }))
        }
    }
}

fn terms(lang: Lang, terms: &Rows<2>) -> Markup {
    html! {
        div .lines {
            @for (number, [from, until]) in (1_usize..).zip(&terms.0) {
                @let name = msg!(lang, "calendar-term", number = number);
                div .line {
                    b .line-name { (name) }
                    label { span { (msg!(lang, "calendar-from")) } (rows::input("date", "term_from", from, &format!("{name}: {}", msg!(lang, "calendar-from")))) }
                    label { span { (msg!(lang, "calendar-until")) } (rows::input("date", "term_until", until, &format!("{name}: {}", msg!(lang, "calendar-until")))) }
                }
            }
        }
    }
}

fn breaks(lang: Lang, breaks: &Rows<3>) -> Markup {
    html! {
        div .lines {
            @for (index, [from, until, grades]) in breaks.0.iter().enumerate() {
                @let name = msg!(lang, "calendar-break-number", number = index + 1);
                div .line {
                    b .line-name { (name) }
                    label { span { (msg!(lang, "calendar-from")) } (rows::input("date", "break_from", from, &format!("{name}: {}", msg!(lang, "calendar-from")))) }
                    label { span { (msg!(lang, "calendar-until")) } (rows::input("date", "break_until", until, &format!("{name}: {}", msg!(lang, "calendar-until")))) }
                    label { span { (msg!(lang, "calendar-for-whom")) } (rows::select("break_grades", grades, &format!("{name}: {}", msg!(lang, "calendar-for-whom")), &break_choices(lang, grades))) }
                    (rows::remove_button(format!("{}: {name}", msg!(lang, "calendar-line-remove")), BREAKS, index))
                }
            }
        }
        div { (rows::add_button(msg!(lang, "calendar-break-add"), BREAKS)) }
    }
}

/// All, the first grade alone, and whatever else the line holds.
fn break_choices(lang: Lang, held: &str) -> Vec<(String, String)> {
    let mut choices = vec![Grades::ALL, Grades::FIRST];
    choices.extend(rows::grades_of(held).filter(|grades| !choices.contains(grades)));
    choices.into_iter().map(|grades| (rows::grades_value(grades), words::grades(lang, grades))).collect()
}

/// What else can be done with the year: the state's calendar anew, the next year, away with it.
fn others(reader: &Reader, calendar: &Calendar, year: &SchoolYear) -> Markup {
    let lang = reader.lang;
    let state = StateYear::around(year.plan.days.from());
    let is_last = calendar.years().last().is_some_and(|last| last.id == year.id);
    let fields = html! { (hidden("year", &year.id.to_string())) (hidden("revision", &year.revision.to_string())) };
    let name = year.plan.name.as_str();
    let ask = |id: &'static str, question: String, what: String, action: String, doer: Button| {
        confirm_dialog(lang, id, &question, &what, &action, &fields, &doer)
    };
    html! {
        (card(&msg!(lang, "calendar-state"), html! {
            p .quiet { (if state.is_known { msg!(lang, "calendar-state-how") } else { msg!(lang, "calendar-state-guess") }) }
            div { (Button::plain(msg!(lang, "calendar-state-take")).icon(Icon::Refresh).opens("take-state")) }
        }))
        (ask("take-state", msg!(lang, "calendar-state-ask", name = name), msg!(lang, "calendar-state-what"), format!("{PATH}/state"),
            Button::danger(msg!(lang, "calendar-state-take"))))
        @if is_last {
            (card(&msg!(lang, "calendar-next"), html! {
                p .quiet { (msg!(lang, "calendar-next-how")) }
                form method="post" action={ (PATH) "/copy" } { (fields) (Button::plain(msg!(lang, "calendar-next-do")).icon(Icon::CalendarEvent)) }
            }))
        }
        @if year.plan.days.from() > today(reader) {
            div { (Button::quiet(msg!(lang, "calendar-year-remove")).icon(Icon::Trash).opens("remove-year")) }
            (ask("remove-year", msg!(lang, "calendar-year-remove-ask", name = name), msg!(lang, "calendar-year-remove-what"), format!("{PATH}/remove"),
                Button::danger(msg!(lang, "calendar-year-remove"))))
        }
        @if calendar.holidays(year.plan.with_summer()).any(|holiday| holiday.is_guess) {
            (alert(Tone::Info, &msg!(lang, "calendar-guesses"), &msg!(lang, "calendar-guesses-how")))
        }
    }
}
