//! Words that several screens share.

use i18n::{Arg, Lang, msg, msg_dyn, text, weekday_name, weekday_short};
use jiff::civil::Date;
use people::person::Shift;
use web::{
    Filters, Form, Markup, WebError,
    components::{Tone, alert},
};

use crate::{
    CalendarError, ClassPlace,
    model::{
        Audience, BellsWhen, Break, Change, DayChange, DayKind, DaySpan, Difference, EVERY_WEEKDAY, Fault, Grades,
        Holiday, HolidayName, weekday_of,
    },
};

/// What was done, as it stands in the address after a redirect; each has a sentence `calendar-done-<word>`.
const DONE: [&str; 14] = [
    "opened",
    "changed",
    "undone",
    "saved",
    "copied",
    "removed",
    "state",
    "holiday",
    "unholiday",
    "bells",
    "rule",
    "unrule",
    "timetable",
    "cleared",
];

/// Says what was done before the redirect that led here.
pub(super) fn done_alert(lang: Lang, filters: &Filters) -> Markup {
    let known = |word: &str| DONE.into_iter().find(|known| *known == word);
    match filters.parsed("done", known) {
        Some(word) => alert(Tone::Good, &msg_dyn!(lang, "calendar-done-", word), ""),
        None => Markup::default(),
    }
}

/// The sentence about what does not fit.
pub(super) fn fault(lang: Lang, fault: Fault) -> String {
    match fault.number() {
        Some(number) => text(lang, fault.key(), &[("number", Arg::from(number))]),
        None => text(lang, fault.key(), &[]),
    }
}

/// Puts what a use case refused above its form. What the reader can do nothing about stays an error.
pub(super) fn refuse(lang: Lang, form: &mut Form, error: CalendarError) -> Result<(), WebError> {
    match error {
        CalendarError::Fault(found) => {
            form.refuse("", fault(lang, found));
            Ok(())
        }
        other => Err(other.into()),
    }
}

/// Says that somebody else was first; `stored` is what is stored now.
pub(super) fn changed_alert(lang: Lang, stored: &str) -> Markup {
    let how = msg!(lang, "calendar-conflict-how", stored = stored);
    alert(Tone::Warn, &msg!(lang, "calendar-conflict"), &how)
}

pub(super) fn kind(lang: Lang, word: &str) -> String {
    msg_dyn!(lang, "calendar-kind-", word)
}

/// What a day is, in a sentence; a moved day says by which weekday it works.
pub(super) fn kind_of(lang: Lang, day: Date, kind_of: DayKind) -> String {
    let name = kind(lang, kind_of.as_str());
    match kind_of.as_weekday().filter(|weekday| *weekday != day.weekday()) {
        Some(weekday) => msg!(lang, "calendar-kind-as", kind = name, weekday = weekday_name(lang, weekday)),
        None => name,
    }
}

pub(super) fn shift(lang: Lang, shift: Shift) -> String {
    match shift {
        Shift::First => msg!(lang, "calendar-shift-1"),
        Shift::Second => msg!(lang, "calendar-shift-2"),
    }
}

pub(super) fn grades(lang: Lang, grades: Grades) -> String {
    if grades.is_all() {
        return msg!(lang, "calendar-grades-all");
    }
    if grades.from() == grades.to() {
        return msg!(lang, "calendar-grade-one", grade = grades.from());
    }
    msg!(lang, "calendar-grades-some", from = grades.from(), to = grades.to())
}

pub(super) fn audience(lang: Lang, audience: Audience) -> String {
    match audience.shift {
        None if audience.grades.is_all() => msg!(lang, "calendar-everybody"),
        None => grades(lang, audience.grades),
        Some(only) if audience.grades.is_all() => shift(lang, only),
        Some(only) => format!("{}, {}", grades(lang, audience.grades), shift(lang, only)),
    }
}

/// Grades and shifts of a school, as runs: `1-я смена: 1, 5–11 классы`.
pub(super) fn places(lang: Lang, places: &[ClassPlace]) -> String {
    let of_shift = |only: Shift| {
        let grades: Vec<u8> = places.iter().filter(|place| place.shift == only).map(|place| place.grade).collect();
        match grades[..] {
            [] => None,
            [grade] => Some(format!("{}: {}", shift(lang, only), msg!(lang, "calendar-grade-one", grade = grade))),
            _ => Some(msg!(lang, "calendar-shift-grades", shift = shift(lang, only), grades = runs(&grades))),
        }
    };
    Shift::ALL.into_iter().filter_map(of_shift).collect::<Vec<_>>().join("; ")
}

/// Rising numbers as runs: `1, 5–11`.
fn runs(numbers: &[u8]) -> String {
    let mut runs: Vec<(u8, u8)> = Vec::new();
    for number in numbers {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == *number => *last = *number,
            _ => runs.push((*number, *number)),
        }
    }
    let run = |(from, to): (u8, u8)| if from == to { from.to_string() } else { format!("{from}–{to}") };
    runs.into_iter().map(run).collect::<Vec<_>>().join(", ")
}

pub(super) fn holiday(lang: Lang, holiday: &Holiday) -> String {
    match &holiday.name {
        HolidayName::State(occasion) => msg_dyn!(lang, "calendar-occasion-", occasion.as_str()),
        HolidayName::Own(name) => name.to_string(),
    }
}

/// `26.10.2026 – 01.11.2026`, or one day.
pub(super) fn span(lang: Lang, span: DaySpan) -> String {
    if span.from() == span.until() {
        return i18n::date(lang, span.from());
    }
    format!("{} – {}", i18n::date(lang, span.from()), i18n::date(lang, span.until()))
}

pub(super) fn a_break(lang: Lang, one: &Break) -> String {
    format!("{} ({})", span(lang, one.days), grades(lang, one.grades))
}

/// What was changed about a day, with the reason when there is one.
pub(super) fn change(lang: Lang, change: &DayChange) -> String {
    let what = match change.change {
        Change::Free => msg!(lang, "calendar-change-free"),
        Change::Works(weekday) => msg!(lang, "calendar-change-works", weekday = weekday_name(lang, weekday)),
        Change::Remote(whom) => msg!(lang, "calendar-change-remote", whom = audience(lang, whom)),
    };
    if change.reason.is_empty() { what } else { format!("{what}. {}", change.reason) }
}

/// In which case a schedule holds.
pub(super) fn bells_when(lang: Lang, when: &BellsWhen) -> String {
    let whom = audience(lang, when.audience);
    let days = match when.day {
        Some(day) => i18n::date(lang, day),
        None if when.weekdays == EVERY_WEEKDAY => msg!(lang, "calendar-every-day"),
        None => weekdays(lang, when.weekdays),
    };
    format!("{days}; {whom}")
}

/// `Пн, Ср`.
pub(super) fn weekdays(lang: Lang, days: u8) -> String {
    let named = (1..=7_u8).filter(|number| days & 1 << (number - 1) != 0).filter_map(weekday_of);
    named.map(|weekday| weekday_short(lang, weekday)).collect::<Vec<_>>().join(", ")
}

/// How a school differs from the state, in a sentence; and the day that it is about.
pub(super) fn difference(lang: Lang, difference: &Difference) -> (String, Option<Date>) {
    let date = |day: Date| i18n::date(lang, day);
    match difference {
        Difference::Begins { state, school } => {
            (msg!(lang, "calendar-differs-begins", state = date(*state), school = date(*school)), Some(*school))
        }
        Difference::Ends { state, school } => {
            (msg!(lang, "calendar-differs-ends", state = date(*state), school = date(*school)), Some(*school))
        }
        Difference::Term { number, school } => {
            (msg!(lang, "calendar-differs-term", number = *number, days = span(lang, *school)), None)
        }
        Difference::BreakAdded(one) => {
            (msg!(lang, "calendar-differs-break-added", days = a_break(lang, one)), Some(one.days.from()))
        }
        Difference::BreakMissing(one) => {
            (msg!(lang, "calendar-differs-break-missing", days = a_break(lang, one)), Some(one.days.from()))
        }
        Difference::HolidayAdded(one) => {
            let name = holiday(lang, one);
            (msg!(lang, "calendar-differs-holiday-added", day = date(one.day), name = name), Some(one.day))
        }
        Difference::HolidayMissing(one) => {
            let name = holiday(lang, one);
            (msg!(lang, "calendar-differs-holiday-missing", day = date(one.day), name = name), Some(one.day))
        }
        Difference::Day(one) => (format!("{}: {}", date(one.day), change(lang, one)), Some(one.day)),
    }
}

#[cfg(test)]
mod tests {
    use super::runs;

    #[test]
    fn grades_are_told_as_runs() {
        assert_eq!(runs(&[1, 5, 6, 7, 9]), "1, 5–7, 9");
        assert_eq!(runs(&[]), "");
    }
}
