//! One day: what it is, why, and how it is changed.

use accounts::{Action, Reader};
use i18n::{Lang, date_long, msg, msg_dyn, weekday_name};
use jiff::civil::{Date, Weekday};
use people::person::Shift;
use web::{
    Filters, Form, IntoResponse, Markup, Page, Path, Redirect, Response, WebError,
    components::{
        Button, Choice, Field, Icon, LinkButton, Tone, alert, back_link, card, form_actions, form_faults, hidden, icon,
        page_head,
    },
    html, parse_date,
};

use super::{PATH, conflict, id_of, page, read, refused, rows, words};
use crate::{
    CalendarError, CalendarOf, ClassPlace,
    model::{
        ActId, Audience, BellRuleId, BellScheduleId, BellsWhen, Change, DayKind, DaySpan, Grades, Label,
        weekday_number, weekday_of,
    },
    ops, queries,
};

pub(super) async fn show(reader: Reader, Path(day): Path<String>, filters: Filters) -> Result<Page, WebError> {
    let day = day_of(&day)?;
    let said = words::done_alert(reader.lang, &filters);
    // Which of the forms is open stands in the address; a page has one at a time.
    let form = Form::filled(filters.get("change").map(|word| ("act", word)));
    shown(&reader, day, &form, said).await
}

fn day_of(text: &str) -> Result<Date, WebError> {
    parse_date(text).filter(|day| (1900..=2200).contains(&day.year())).ok_or(WebError::NotFound)
}

fn path_of(day: Date) -> String {
    format!("{PATH}/day/{day}")
}

pub(super) async fn change(reader: Reader, Path(day): Path<String>, mut form: Form) -> Result<Response, WebError> {
    let (lang, day) = (reader.lang, day_of(&day)?);
    let reason =
        form.optional("reason", Label::parse, |fault| words::fault(lang, fault)).map(Option::unwrap_or_default);
    let wanted = wanted(lang, &mut form, day);
    if let (Some(reason), Some(wanted), true) = (reason, wanted, form.is_ok()) {
        let ctx = reader.ctx();
        let made = reader.app.db.write(move |tx| match wanted {
            Wanted::Free => ops::make_free(tx, &ctx, day, &reason).map(|_| ()),
            Wanted::Move(to) => ops::move_lessons(tx, &ctx, day, to, &reason).map(|_| ()),
            Wanted::Work(weekday) => ops::make_working(tx, &ctx, day, weekday, &reason).map(|_| ()),
            Wanted::Remote(days, whom) => ops::make_remote(tx, &ctx, days, whom, &reason).map(|_| ()),
            Wanted::Bells(schedule, audience) => {
                ops::add_rule(tx, &ctx, schedule, BellsWhen { day: Some(day), audience, ..BellsWhen::ALWAYS })
            }
        });
        match made.await {
            Ok(()) => return Ok(Redirect::to(&web::address(&path_of(day), [("done", "changed")])).into_response()),
            Err(error) => words::refuse(lang, &mut form, error)?,
        }
    }
    Ok(refused(shown(&reader, day, &form, Markup::default()).await?))
}

/// What is to be done about a day.
#[derive(Clone, Copy, Debug)]
enum Wanted {
    Free,
    Move(Date),
    Work(Weekday),
    Remote(DaySpan, Audience),
    Bells(BellScheduleId, Audience),
}

fn wanted(lang: Lang, form: &mut Form, day: Date) -> Option<Wanted> {
    match form.value("act").to_owned().as_str() {
        "free" => Some(Wanted::Free),
        "move" => form.date(lang, "to").map(Wanted::Move),
        "work" => {
            let weekday = form.choice(lang, "as_weekday", |number| number.parse().ok().and_then(weekday_of));
            weekday.map(Wanted::Work)
        }
        "remote" => {
            let until = form.optional_date(lang, "until")?.unwrap_or(day);
            let whom = whom(lang, form)?;
            let span = DaySpan::new(day, until).map_err(|fault| form.refuse("until", words::fault(lang, fault)));
            Some(Wanted::Remote(span.ok()?, whom))
        }
        "bells" => {
            let schedule = form.choice(lang, "schedule", |id| id.parse().ok())?;
            Some(Wanted::Bells(schedule, whom(lang, form)?))
        }
        _ => {
            form.refuse("", msg!(lang, "web-form-choice"));
            None
        }
    }
}

/// For whom, as the fields say that [`whom_fields`] shows.
pub(super) fn whom(lang: Lang, form: &mut Form) -> Option<Audience> {
    let shift = form.optional(
        "shift",
        |number| number.parse().ok().and_then(Shift::of_number).ok_or(()),
        |()| msg!(lang, "web-form-choice"),
    );
    let from =
        form.optional("grade_from", |text| text.parse::<u8>().map_err(|_| ()), |()| msg!(lang, "web-form-choice"));
    let to = form.optional("grade_to", |text| text.parse::<u8>().map_err(|_| ()), |()| msg!(lang, "web-form-choice"));
    let (shift, from, to) = (shift?, from?, to?);
    let grades = Grades::new(from.unwrap_or(Grades::ALL.from()), to.unwrap_or(Grades::ALL.to()));
    let grades = grades.map_err(|fault| form.refuse("grade_to", words::fault(lang, fault))).ok()?;
    Some(Audience { shift, grades })
}

/// The fields that say for whom.
pub(super) fn whom_fields(lang: Lang, form: &Form) -> Markup {
    let shifts = Shift::ALL
        .into_iter()
        .map(|shift| Choice::new(shift.number().to_string(), words::shift(lang, shift)))
        .collect();
    let grades =
        || (Grades::ALL.from()..=Grades::ALL.to()).map(|grade| Choice::new(grade.to_string(), grade.to_string()));
    html! {
        (Field::select("shift", msg!(lang, "calendar-shift"), form, shifts).or_none(msg!(lang, "calendar-shift-any")))
        (Field::select("grade_from", msg!(lang, "calendar-grade-from"), form, grades().collect()).short().or_none("—"))
        (Field::select("grade_to", msg!(lang, "calendar-grade-to"), form, grades().collect()).short().or_none("—"))
    }
}

/// Undoes a change of the day, or of the bells on it.
pub(super) async fn undo(reader: Reader, Path(day): Path<String>, form: Form) -> Result<Response, WebError> {
    let day = day_of(&day)?;
    let ctx = reader.ctx();
    let undone = if let Some(rule) = form.text("rule") {
        let rule: BellRuleId = id_of(rule)?;
        reader.app.db.write(move |tx| ops::remove_rule(tx, &ctx, rule)).await
    } else {
        let act: ActId = id_of(form.value("change"))?;
        reader.app.db.write(move |tx| ops::undo(tx, &ctx, act).map(|_| ())).await
    };
    match undone {
        Ok(()) => Ok(Redirect::to(&web::address(&path_of(day), [("done", "undone")])).into_response()),
        Err(CalendarError::Changed) => {
            let said = alert(Tone::Warn, &msg!(reader.lang, "calendar-undone-already"), "");
            Ok(conflict(shown(&reader, day, &Form::blank(), said).await?))
        }
        Err(error) => Err(error.into()),
    }
}

async fn shown(reader: &Reader, day: Date, form: &Form, said: Markup) -> Result<Page, WebError> {
    let lang = reader.lang;
    let known = read(reader, queries::calendar_of).await?;
    let title = format!("{}, {}", date_long(lang, day), weekday_name(lang, day.weekday()));
    let year = known.calendar().year_of(day).map_or_else(|| PATH.to_owned(), |year| format!("{PATH}?year={}", year.id));
    let step = |day: Option<Date>, label: String, sign: Icon| {
        html! { @if let Some(day) = day { (LinkButton::quiet(label, path_of(day)).icon(sign).only_icon()) } }
    };
    let steps = html! {
        (step(day.yesterday().ok(), msg!(lang, "calendar-day-before"), Icon::ChevronLeft))
        (step(day.tomorrow().ok(), msg!(lang, "calendar-day-after"), Icon::ChevronRight))
    };
    let body = html! {
        (back_link(&msg!(lang, "calendar-title"), &year))
        (page_head(&title, steps))
        (said)
        (form_faults(lang, form))
        div .columns {
            (card(&msg!(lang, "calendar-day-what"), what(lang, &known, day)))
            (card(&msg!(lang, "calendar-day-why"), why(reader, &known, day)))
        }
        (card(&msg!(lang, "calendar-day-bells"), ringing(reader, &known, day)))
        @if reader.may(Action::ManageCalendar) { (forms(lang, &known, day, form)) }
    };
    Ok(page(reader, title, body))
}

/// What the day is, and for whom when it is not the same for all.
fn what(lang: Lang, known: &CalendarOf, day: Date) -> Markup {
    let mut groups: Vec<(DayKind, Vec<ClassPlace>)> = Vec::new();
    for place in known.places() {
        let kind = known.day_kind(day, place.grade, place.shift);
        match groups.iter_mut().find(|(other, _)| *other == kind) {
            Some((_, places)) => places.push(place),
            None => groups.push((kind, vec![place])),
        }
    }
    let is_one = groups.len() == 1;
    html! {
        ul .day-groups { @for (kind, places) in &groups { li {
            span class={ "d " (kind.as_str()) } aria-hidden="true" { (day.day()) }
            div {
                b { (words::kind_of(lang, day, *kind)) }
                p .quiet { @if is_one { (msg!(lang, "calendar-everybody")) } @else { (words::places(lang, places)) } }
            }
        } } }
    }
}

/// Why it is so: year, term, break, holiday, changes with a button that undoes each.
fn why(reader: &Reader, known: &CalendarOf, day: Date) -> Markup {
    let lang = reader.lang;
    let calendar = known.calendar();
    let may = reader.may(Action::ManageCalendar);
    html! {
        ul .reasons {
            @match calendar.year_of(day) {
                Some(year) => {
                    li { (msg!(lang, "calendar-why-year", name = year.plan.name.as_str())) }
                    @if let Some(term) = year.plan.term_of(day) { li { (msg!(lang, "calendar-why-term", number = term)) } }
                    @for one in year.plan.breaks.iter().filter(|one| one.days.contains(day)) {
                        li { (msg!(lang, "calendar-why-break", days = words::a_break(lang, one))) }
                    }
                },
                None => li { (msg!(lang, "calendar-why-outside")) },
            }
            @if let Some(holiday) = calendar.holiday(day) {
                li {
                    (msg!(lang, "calendar-why-holiday", name = words::holiday(lang, holiday)))
                    @if holiday.is_guess { p .guess { (icon(Icon::HelpCircle)) (msg!(lang, "calendar-guess-how")) } }
                }
            }
            @for change in calendar.changes(day) {
                li .split {
                    span { (words::change(lang, change)) }
                    @if may { (undo_form(lang, day, "change", &change.act.to_string())) }
                }
            }
        }
        @if may {
            p { a href={ (super::holidays::PATH) "?day=" (day) } { (if calendar.holiday(day).is_some() { msg!(lang, "calendar-holiday-edit") } else { msg!(lang, "calendar-holiday-make") }) } }
        }
    }
}

fn undo_form(lang: Lang, day: Date, name: &str, value: &str) -> Markup {
    html! {
        form method="post" action={ (path_of(day)) "/undo" } {
            (hidden(name, value))
            (Button::plain(msg!(lang, "calendar-undo")).icon(Icon::ArrowBackUp))
        }
    }
}

/// What rings on the day, and which rules are of this day alone.
fn ringing(reader: &Reader, known: &CalendarOf, day: Date) -> Markup {
    let lang = reader.lang;
    let mut heard: Vec<(BellScheduleId, Shift, Vec<ClassPlace>)> = Vec::new();
    let mut silent = Vec::new();
    for place in known.places() {
        if known.day_kind(day, place.grade, place.shift).as_weekday().is_none() {
            continue;
        }
        let Some(schedule) = known.ringing(day, place.grade, place.shift) else {
            silent.push(place);
            continue;
        };
        match heard.iter_mut().find(|(id, shift, _)| *id == schedule.id && *shift == place.shift) {
            Some((_, _, places)) => places.push(place),
            None => heard.push((schedule.id, place.shift, vec![place])),
        }
    }
    let own = known.bells().rules().iter().filter(|rule| rule.when.day == Some(day));
    html! {
        @if heard.is_empty() && silent.is_empty() { p .quiet { (msg!(lang, "calendar-day-silent")) } }
        @for (id, shift, places) in &heard { @if let Some(schedule) = known.bells().schedule(*id) {
            div .bell-line {
                p { b { (schedule.name) } " · " (words::places(lang, places)) }
                ol .bell-times { @for lesson in schedule.of(*shift).lessons() {
                    li { b { (lesson.number) } " " (rows::span(lesson.from_min, lesson.until_min)) }
                } }
            }
        } }
        @if !silent.is_empty() { (alert(Tone::Warn, &msg!(lang, "calendar-no-bells", whom = words::places(lang, &silent)), &msg!(lang, "calendar-no-bells-how"))) }
        @for rule in own { @if let Some(schedule) = known.bells().schedule(rule.schedule) {
            div .split {
                span { (msg!(lang, "calendar-day-own-bells", name = schedule.name.as_str(), whom = words::audience(lang, rule.when.audience))) }
                @if reader.may(Action::ManageCalendar) { (undo_form(lang, day, "rule", &rule.id.to_string())) }
            }
        } }
    }
}

fn forms(lang: Lang, known: &CalendarOf, day: Date, form: &Form) -> Markup {
    let calendar = known.calendar();
    let is_moved = calendar.changes(day).iter().any(|change| matches!(change.change, Change::Free | Change::Works(_)));
    let learns = |place: &ClassPlace| known.day_kind(day, place.grade, place.shift).as_weekday().is_some();
    let some_learn = known.places().iter().any(learns);
    let ways: Vec<Way> = Way::ALL.into_iter().filter(|way| way.is_open(some_learn, is_moved)).collect();
    if calendar.year_of(day).is_none() || ways.is_empty() {
        return Markup::default();
    }
    let chosen = ways.iter().copied().find(|way| way.word() == form.value("act"));
    let current = |way: Way| (Some(way) == chosen).then_some("true");
    card(
        &msg!(lang, "calendar-day-change"),
        html! {
            div #change .actions {
                @for way in &ways {
                    a .button href={ (path_of(day)) "?change=" (way.word()) "#change" } aria-current=[current(*way)] { (icon(way.sign())) span { (way.title(lang)) } }
                }
            }
            @if let Some(way) = chosen { (way_form(lang, known, day, form, way)) }
        },
    )
}

/// A way to change a day.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Free,
    Move,
    Work,
    Remote,
    Bells,
}

impl Way {
    const ALL: [Self; 5] = [Self::Free, Self::Move, Self::Work, Self::Remote, Self::Bells];

    const fn word(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::Move => "move",
            Self::Work => "work",
            Self::Remote => "remote",
            Self::Bells => "bells",
        }
    }

    const fn sign(self) -> Icon {
        match self {
            Self::Free => Icon::CalendarEvent,
            Self::Move => Icon::ArrowsExchange,
            Self::Work => Icon::School,
            Self::Remote => Icon::Home,
            Self::Bells => Icon::Bell,
        }
    }

    /// Whether it makes sense on a day on which somebody learns or not, and which was moved already or not.
    const fn is_open(self, some_learn: bool, is_moved: bool) -> bool {
        match self {
            Self::Free | Self::Move => some_learn && !is_moved,
            Self::Work => !is_moved,
            Self::Remote | Self::Bells => some_learn,
        }
    }

    fn title(self, lang: Lang) -> String {
        msg_dyn!(lang, "calendar-do-", self.word())
    }
}

fn way_form(lang: Lang, known: &CalendarOf, day: Date, form: &Form, way: Way) -> Markup {
    let letters = Label::MAX_LETTERS.to_string();
    let reason = Field::text("reason", msg!(lang, "calendar-reason"), form).attr("maxlength", letters);
    let fields = match way {
        Way::Free => html! { (reason) },
        Way::Move => html! { (Field::date("to", msg!(lang, "calendar-move-to"), form).required()) (reason) },
        Way::Work => html! { (weekday_field(lang, form)) (reason) },
        Way::Remote => html! {
            (reason.required())
            (Field::date("until", msg!(lang, "calendar-remote-until"), form).help(msg!(lang, "calendar-remote-until-how")))
            (whom_fields(lang, form))
        },
        Way::Bells => html! {
            (Field::select("schedule", msg!(lang, "calendar-schedule"), form, schedules(known)).required())
            (whom_fields(lang, form))
        },
    };
    html! {
        p .quiet { (msg_dyn!(lang, "calendar-how-", way.word())) }
        form .form method="post" action=(path_of(day)) {
            (hidden("act", way.word()))
            (fields)
            (form_actions(html! {
                (Button::primary(way.title(lang)).icon(Icon::Check))
                (LinkButton::quiet(msg!(lang, "calendar-cancel"), path_of(day)))
            }))
        }
    }
}

fn schedules(known: &CalendarOf) -> Vec<Choice> {
    let schedules = known.bells().schedules().iter();
    schedules.map(|schedule| Choice::new(schedule.id.to_string(), schedule.name.to_string())).collect()
}

fn weekday_field(lang: Lang, form: &Form) -> Markup {
    let weekdays = (1..=6).filter_map(weekday_of);
    let choices = weekdays.map(|weekday| Choice::new(weekday_number(weekday).to_string(), weekday_name(lang, weekday)));
    html! { (Field::select("as_weekday", msg!(lang, "calendar-as-weekday"), form, choices.collect()).required()) }
}
