//! What rings on a day for a class.

use accounts::Reader;
use i18n::{Lang, date_long, msg, weekday_name};
use jiff::civil::Date;
use kernel::ClassId;
use people::queries::ClassView;
use web::{
    Filters, Form, Markup,
    components::{Choice, Field, LinkButton, filter_bar},
    html, parse_date,
};

use super::{super::today, PATH, rows, words};
use crate::CalendarOf;

const FIELDS: [&str; 2] = ["class", "date"];

/// The question and its answer; without a question, the first class today.
pub(super) fn view(reader: &Reader, filters: &Filters, known: &CalendarOf, classes: &[ClassView]) -> Markup {
    let lang = reader.lang;
    let day = filters.parsed("date", parse_date).unwrap_or_else(|| today(reader));
    let asked: Option<ClassId> = filters.parsed("class", |id| id.parse().ok());
    let class = asked.and_then(|id| classes.iter().find(|class| class.id == id)).or_else(|| classes.first());
    let chosen = class.map(|class| class.id.to_string()).unwrap_or_default();
    let now = Form::filled([("class", chosen), ("date", day.to_string())]);
    let choices = classes.iter().map(|class| Choice::new(class.id.to_string(), class.data.name.to_string())).collect();
    let fields = html! {
        (Field::select("class", msg!(lang, "calendar-class"), &now, choices))
        (Field::date("date", msg!(lang, "calendar-day"), &now))
    };
    html! {
        (filter_bar(lang, filters, PATH, None, fields, &FIELDS))
        div #results {
            @match class {
                Some(class) => (answer(lang, known, class, day)),
                None => p .quiet { (msg!(lang, "calendar-no-classes")) },
            }
        }
    }
}

fn answer(lang: Lang, known: &CalendarOf, class: &ClassView, day: Date) -> Markup {
    let Some(found) = known.class_day(class.id, day) else { return Markup::default() };
    let place = known.place_of(class.id);
    let schedule = place.and_then(|place| known.ringing(day, place.grade, place.shift));
    let when = format!("{}, {}", date_long(lang, day), weekday_name(lang, day.weekday()));
    html! {
        p { b { (class.data.name) } " · " (when) " · " (words::kind_of(lang, day, found.kind))
            @if let Some(schedule) = schedule { " · " (schedule.name) } }
        @if found.lessons.is_empty() {
            p .quiet { (msg!(lang, "calendar-day-silent")) }
        } @else {
            ol .lesson-list { @for lesson in &found.lessons { li {
                b { (lesson.time.number) }
                span { (rows::span(lesson.time.from_min, lesson.time.until_min)) }
                @if let Some(cell) = &lesson.cell { span { (cell.subject) @if !cell.room.is_empty() { " · " (cell.room) } } }
            } } }
        }
        div { (LinkButton::quiet(msg!(lang, "calendar-part-timetables"), format!("/calendar/timetable/{}", class.id))) }
    }
}
