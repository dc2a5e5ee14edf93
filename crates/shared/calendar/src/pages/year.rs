//! The year as twelve small months.

use accounts::{Action, Reader};
use i18n::{Lang, day_and_month, month_name, msg, weekday_name, weekday_short};
use jiff::{ToSpan, civil::Date};
use kernel::ClassId;
use people::queries::ClassView;
use web::{
    Filters, Form, Markup, Page, Response, WebError,
    components::{
        Button, Choice, Field, Icon, LinkButton, card, empty_state, filter_bar, form_faults, icon, page_head,
    },
    html,
};

use super::{PATH, Part, done, page, parts, read, refused, terms, today, words};
use crate::{
    CalendarOf, ClassPlace,
    model::{Calendar, DayKind, SchoolYear, StateYear, differences, weekday_of},
    ops, queries,
};

const FILTERS: [&str; 2] = ["class", "year"];

pub(super) async fn show(reader: Reader, filters: Filters) -> Result<Page, WebError> {
    shown(&reader, &filters, &Form::blank()).await
}

/// Gives a school without a calendar the state's.
pub(super) async fn open(reader: Reader) -> Result<Response, WebError> {
    let (ctx, day) = (reader.ctx(), today(&reader));
    match reader.app.db.write(move |tx| ops::open_calendar(tx, &ctx, day)).await {
        Ok(_) => Ok(done(PATH, "opened")),
        Err(error) => {
            let mut form = Form::blank();
            words::refuse(reader.lang, &mut form, error)?;
            Ok(refused(shown(&reader, &Filters::default(), &form).await?))
        }
    }
}

async fn shown(reader: &Reader, filters: &Filters, form: &Form) -> Result<Page, WebError> {
    let lang = reader.lang;
    let (known, classes) =
        read(reader, |tx, scope| Ok((queries::calendar_of(tx, scope)?, people::queries::classes(tx, scope)?))).await?;
    let title = msg!(lang, "calendar-title");
    let calendar = known.calendar();
    let named = filters.get("year").and_then(|id| calendar.years().iter().find(|year| year.id.to_string() == id));
    let Some(year) = named.or_else(|| calendar.year_around(today(reader))) else {
        return Ok(page(reader, title.as_str(), nothing(reader, &title, form)));
    };
    let class: Option<ClassId> = filters.parsed("class", |id| id.parse().ok());
    let whom = class.and_then(|class| known.place_of(class)).map_or_else(|| known.places(), |place| vec![place]);
    let actions = html! {
        @if reader.may(Action::ManageCalendar) {
            (LinkButton::plain(msg!(lang, "calendar-edit-year"), format!("{}?year={}", terms::PATH, year.id)).icon(Icon::Edit))
        }
    };
    let body = html! {
        (page_head(&msg!(lang, "calendar-title-year", name = year.plan.name.as_str()), actions))
        (parts(reader, Part::Year))
        (words::done_alert(lang, filters))
        (form_faults(lang, form))
        (filter_bar(lang, filters, PATH, None, fields(lang, filters, &classes, calendar.years(), year), &FILTERS))
        div #results .stack {
            (legend(lang))
            (months(lang, &known, year, &whom, today(reader)))
            (card(&msg!(lang, "calendar-differs"), changes(lang, calendar, year)))
        }
    };
    Ok(page(reader, title, body))
}

fn nothing(reader: &Reader, title: &str, form: &Form) -> Markup {
    let lang = reader.lang;
    let state = StateYear::around(today(reader));
    let take = Button::primary(msg!(lang, "calendar-open", name = state.plan.name.as_str())).icon(Icon::CalendarEvent);
    html! {
        (page_head(title, Markup::default()))
        (form_faults(lang, form))
        (empty_state(Icon::Calendar, &msg!(lang, "calendar-none"), &msg!(lang, "calendar-none-how"), None))
        @if reader.may(Action::ManageCalendar) {
            form .centered method="post" action="/calendar/open" { (take) }
        }
    }
}

fn fields(lang: Lang, filters: &Filters, classes: &[ClassView], years: &[SchoolYear], shown: &SchoolYear) -> Markup {
    let year = shown.id.to_string();
    let now = Form::filled([("class", filters.get("class").unwrap_or_default()), ("year", year.as_str())]);
    let classes = classes.iter().map(|class| Choice::new(class.id.to_string(), class.data.name.to_string())).collect();
    let years: Vec<_> = years.iter().map(|year| Choice::new(year.id.to_string(), year.plan.name.to_string())).collect();
    html! {
        (Field::select("class", msg!(lang, "calendar-for-whom"), &now, classes).or_none(msg!(lang, "calendar-everybody")))
        @if years.len() > 1 { (Field::select("year", msg!(lang, "calendar-year"), &now, years)) }
    }
}

fn legend(lang: Lang) -> Markup {
    html! {
        ul .day-legend aria-label=(msg!(lang, "calendar-legend")) {
            @for word in DayKind::WORDS { li { span class={ "d " (word) } aria-hidden="true" { "1" } (words::kind(lang, word)) } }
            li { span .d.lessons.partly aria-hidden="true" { "1" } (msg!(lang, "calendar-legend-partly")) }
            li { span .d.lessons.changed aria-hidden="true" { "1" } (msg!(lang, "calendar-legend-changed")) }
        }
    }
}

fn months(lang: Lang, known: &CalendarOf, year: &SchoolYear, whom: &[ClassPlace], today: Date) -> Markup {
    let first = year.plan.days.from().first_of_month();
    html! {
        div .months {
            @for month in (0..12).filter_map(|month| first.checked_add(month.months()).ok()) {
                (a_month(lang, known, month, whom, today))
            }
        }
    }
}

/// A month as weeks from Monday to Sunday; `None` stands before the first day and after the last one.
fn weeks(month: Date) -> Vec<[Option<Date>; 7]> {
    let before = usize::from(month.weekday().to_monday_zero_offset().unsigned_abs());
    let days = month.series(1.day()).take(usize::from(month.days_in_month().unsigned_abs())).map(Some);
    let cells: Vec<Option<Date>> = std::iter::repeat_n(None, before).chain(days).collect();
    cells.chunks(7).map(|week| std::array::from_fn(|index| week.get(index).copied().flatten())).collect()
}

fn a_month(lang: Lang, known: &CalendarOf, month: Date, whom: &[ClassPlace], today: Date) -> Markup {
    html! {
        table .month {
            caption { (month_name(lang, month.month())) " " (month.year()) }
            thead { tr { @for weekday in (1..=7).filter_map(weekday_of) {
                th scope="col" abbr=(weekday_name(lang, weekday)) { (weekday_short(lang, weekday)) }
            } } }
            tbody { @for week in weeks(month) { tr { @for day in week { td {
                @if let Some(day) = day { (a_day(lang, known, day, whom, day == today)) }
            } } } } }
        }
    }
}

/// What a day is for most of those whom it is shown for, and whether some have another day.
fn most(known: &CalendarOf, day: Date, whom: &[ClassPlace]) -> (DayKind, bool) {
    let kinds: Vec<DayKind> = whom.iter().map(|place| known.day_kind(day, place.grade, place.shift)).collect();
    let count = |kind: &DayKind| kinds.iter().filter(|other| other.as_str() == kind.as_str()).count();
    let main = kinds.iter().max_by_key(|kind| count(kind)).copied().unwrap_or(DayKind::OutsideYear);
    (main, count(&main) < kinds.len())
}

fn a_day(lang: Lang, known: &CalendarOf, day: Date, whom: &[ClassPlace], is_today: bool) -> Markup {
    let (kind, is_partly) = most(known, day, whom);
    let is_changed = !known.calendar().changes(day).is_empty();
    let mut says = words::kind_of(lang, day, kind);
    if let Some(holiday) = known.calendar().holiday(day) {
        says = format!("{says}: {}", words::holiday(lang, holiday));
    }
    if is_partly {
        says = format!("{says}; {}", msg!(lang, "calendar-legend-partly"));
    }
    if is_changed {
        says = format!("{says}; {}", msg!(lang, "calendar-legend-changed"));
    }
    let class = format!(
        "d {}{}{}",
        kind.as_str(),
        if is_partly { " partly" } else { "" },
        if is_changed { " changed" } else { "" }
    );
    let label = format!("{}, {}: {says}", day_and_month(lang, day), weekday_name(lang, day.weekday()));
    html! {
        a class=(class) href={ (PATH) "/day/" (day) } aria-label=(label) title=(says) aria-current=[is_today.then_some("date")] { (day.day()) }
    }
}

fn changes(lang: Lang, calendar: &Calendar, year: &SchoolYear) -> Markup {
    let state = StateYear::around(year.plan.days.from());
    let days = year.plan.with_summer();
    let found = differences(&state, year, calendar.holidays(days), calendar.changes_in(days));
    html! {
        @if !state.is_known { p .quiet { (msg!(lang, "calendar-state-guess")) } }
        @if found.is_empty() {
            p .quiet { (msg!(lang, "calendar-differs-not")) }
        } @else {
            ul .change-list { @for one in &found { @let (sentence, day) = words::difference(lang, one); li {
                @match day {
                    Some(day) => a href={ (PATH) "/day/" (day) } { (sentence) },
                    None => (sentence),
                }
            } } }
        }
        @for holiday in calendar.holidays(days).filter(|holiday| holiday.is_guess) {
            p .guess { (icon(Icon::HelpCircle)) a href={ (PATH) "/day/" (holiday.day) } {
                (msg!(lang, "calendar-guess", day = i18n::date(lang, holiday.day), name = words::holiday(lang, holiday)))
            } }
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_month_is_whole_weeks_from_monday_on() {
        let march = weeks(date(2027, 3, 1));
        assert_eq!((march.len(), march[0][0], march[4][2]), (5, Some(date(2027, 3, 1)), Some(date(2027, 3, 31))));
        let leap = weeks(date(2028, 2, 1));
        assert_eq!(leap.iter().flatten().flatten().last(), Some(&date(2028, 2, 29)));
        assert_eq!(leap[0][0], None, "1 February 2028 is a Tuesday");
    }

    proptest! {
        #[test]
        fn every_day_stands_once_and_under_its_weekday(year in 2000..2100_i16, month in 1..13_i8) {
            let first = date(year, month, 1);
            let mut days = Vec::new();
            for week in weeks(first) {
                for (index, day) in week.iter().enumerate() {
                    if let Some(day) = day {
                        prop_assert_eq!(usize::from(day.weekday().to_monday_zero_offset().unsigned_abs()), index);
                        days.push(*day);
                    }
                }
            }
            prop_assert_eq!(days, first.series(1.day()).take_while(|day| day.month() == month).collect::<Vec<_>>());
        }
    }
}
