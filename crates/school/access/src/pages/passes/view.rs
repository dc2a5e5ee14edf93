//! What the log looks like.

use accounts::{Action, Reader};
use i18n::{Lang, local, msg, msg_dyn};
use jiff::{civil, tz::TimeZone};
use kernel::{ClassId, DecidedBy, Direction, Reason};
use web::{
    Filters, Form, Markup,
    components::{
        Choice, Column, Field, Icon, LinkButton, Row, Table, Tone, badge, empty_state, filter_bar, hidden, icon,
        page_head, pager_cursor, photo,
    },
    html,
};

use super::{PATH, export, filter};
use crate::{
    pages::words::{self, belongs, photo_address},
    queries::{PassPage, PassView, PersonView, PointView},
};

/// The whole content of the page.
pub(super) fn log(
    reader: &Reader,
    filters: &Filters,
    log: &PassPage,
    points: &[PointView],
    classes: &[(ClassId, String)],
) -> Markup {
    let lang = reader.lang;
    let form = Form::filled(filters.others(&[]));
    let days = |name: &'static str, label: String| Field::date(name, label, &form);
    let lanes = points.iter().map(|point| Choice::new(point.id.to_string(), point.name.as_str())).collect();
    let classes = classes.iter().map(|(id, name)| Choice::new(id.to_string(), name.as_str())).collect();
    let ways =
        Direction::ALL.map(|way| Choice::new(way.as_str(), msg_dyn!(lang, "access-direction-", way.as_str()))).to_vec();
    let fields = html! {
        @if let Some(person) = filters.get("person") { (hidden("person", person)) }
        (days("from", msg!(lang, "access-passes-from")))
        (days("until", msg!(lang, "access-passes-until")))
        (Field::select("class", msg!(lang, "access-class"), &form, classes).or_none(msg!(lang, "access-any-class")))
        (Field::select("point", msg!(lang, "access-point"), &form, lanes).or_none(msg!(lang, "access-any-point")))
        (Field::select("way", msg!(lang, "access-direction"), &form, ways).or_none(msg!(lang, "access-any-direction")))
        (Field::select("outcome", msg!(lang, "access-outcome"), &form, outcomes(lang)).or_none(msg!(lang, "access-any-outcome")))
        (Field::select("late", msg!(lang, "access-passes-when"), &form, vec![Choice::new(filter::LATE, msg!(lang, "access-passes-late-only"))])
            .or_none(msg!(lang, "access-passes-all")))
    };
    html! {
        (page_head(&msg!(lang, "access-passes"), files(reader, filters)))
        (filter_bar(lang, filters, PATH, Some(&msg!(lang, "access-passes-search")), fields, filter::NAMES))
        div #results {
            @if log.rows.is_empty() {
                (nothing(lang, filters))
            } @else {
                (Table::new(lang, msg!(lang, "access-passes"), columns(lang)).rows(log.rows.iter().map(|pass| row(reader, pass))))
                (pager_cursor(lang, filters.get("after").map(|_| filters.without(&[])), log.next.map(|cursor| filter::older(filters, cursor))))
            }
        }
    }
}

fn files(reader: &Reader, filters: &Filters) -> Markup {
    let lang = reader.lang;
    // No `download`: what is answered instead of a file that would be too long is a page to be read.
    let file = |label: String, sign: Icon, path: &str| LinkButton::plain(label, filters.at_path(path)).icon(sign);
    html! {
        @if reader.may(Action::ExportPasses) {
            (file(msg!(lang, "access-export-csv"), Icon::Download, export::CSV_PATH))
            (file(msg!(lang, "access-export-xlsx"), Icon::FileSpreadsheet, export::XLSX_PATH))
        }
    }
}

fn outcomes(lang: Lang) -> Vec<Choice> {
    let mut choices = vec![
        Choice::new(filter::GRANTED, msg!(lang, "access-outcome-granted")),
        Choice::new(filter::REFUSED, msg!(lang, "access-outcome-refused")),
    ];
    // "Granted" is every granted pass in this list; the reasons follow.
    let reasons = Reason::ALL.iter().filter(|reason| **reason != Reason::Granted);
    choices
        .extend(reasons.map(|reason| Choice::new(reason.as_str(), msg_dyn!(lang, "access-reason-", reason.as_str()))));
    choices
}

fn nothing(lang: Lang, filters: &Filters) -> Markup {
    if filters.any(filter::NAMES) || filters.get("q").is_some() {
        let all = LinkButton::plain(msg!(lang, "access-show-all"), PATH);
        return empty_state(
            Icon::Search,
            &msg!(lang, "access-passes-none-found"),
            &msg!(lang, "access-passes-none-found-how"),
            Some(&all),
        );
    }
    empty_state(Icon::DoorEnter, &msg!(lang, "access-passes-none"), &msg!(lang, "access-passes-none-how"), None)
}

fn columns(lang: Lang) -> Vec<Column> {
    vec![
        Column::new(msg!(lang, "access-who")),
        Column::new(msg!(lang, "access-when")),
        Column::new(msg!(lang, "access-where")),
        Column::new(msg!(lang, "access-outcome")),
    ]
}

fn row(reader: &Reader, pass: &PassView) -> Row {
    let (lang, zone) = (reader.lang, &reader.app.time_zone);
    let today = local(reader.app.clock.now(), zone).date();
    let row = Row::new(vec![
        match &pass.person {
            Some(person) => who(lang, person),
            None => nobody(lang, pass),
        },
        when(lang, pass, zone, today),
        whereto(lang, pass),
        outcome(lang, pass),
    ]);
    let row = if pass.reason.is_granted() { row } else { row.class("bad") };
    match &pass.person {
        Some(person) if reader.may(Action::SeePersons) => row.leads_to(format!("/people/{}", person.id)),
        Some(_) | None => row,
    }
}

fn who(lang: Lang, person: &PersonView) -> Markup {
    html! {
        span .person {
            (photo(photo_address(person, "small").as_deref(), &person.full, "small"))
            span { b { (person.full) } small { (belongs(lang, person)) } }
        }
    }
}

fn nobody(lang: Lang, pass: &PassView) -> Markup {
    html! {
        span .person {
            span .photo.none.small aria-hidden="true" { (icon(Icon::UserQuestion)) }
            span {
                b { (words::nobody(lang, pass)) }
                @if let Some((_, number)) = pass.number { small { (msg!(lang, "access-card-number", number = number.to_string())) } }
            }
        }
    }
}

fn when(lang: Lang, pass: &PassView, zone: &TimeZone, today: civil::Date) -> Markup {
    let day = local(pass.at, zone).date();
    html! {
        span .two-lines {
            time datetime=(pass.at.to_string()) { (i18n::time_with_seconds(pass.at, zone)) }
            @if day != today { small { (i18n::date(lang, day)) } }
            @if pass.is_late {
                (badge(Tone::Warn, &msg!(lang, "access-passes-late", time = i18n::time(pass.received_at, zone))))
            }
        }
    }
}

fn whereto(lang: Lang, pass: &PassView) -> Markup {
    let sign = if pass.direction == Direction::In { Icon::Login } else { Icon::Logout };
    html! {
        span .two-lines {
            span { @if pass.point_name.is_empty() { (msg!(lang, "access-point-unknown")) } @else { (pass.point_name) } }
            small { (icon(sign)) (msg_dyn!(lang, "access-direction-", pass.direction.as_str())) }
        }
    }
}

fn outcome(lang: Lang, pass: &PassView) -> Markup {
    let tone = if pass.reason.is_granted() { Tone::Good } else { Tone::Bad };
    html! {
        span .two-lines {
            (badge(tone, &msg_dyn!(lang, "access-reason-", pass.reason.as_str())))
            @if let Some(by) = decided_by(lang, pass) { small { (by) } }
        }
    }
}

/// Who decided, where that is not the gate by its rules, as it is nearly always.
fn decided_by(lang: Lang, pass: &PassView) -> Option<String> {
    match (pass.decided_by, &pass.guard_name) {
        (DecidedBy::Gate, _) => None,
        (DecidedBy::Guard, Some(name)) => Some(msg!(lang, "access-decided-by", who = name)),
        (by @ (DecidedBy::Guard | DecidedBy::Board), _) => Some(msg_dyn!(lang, "access-decided-", by.as_str())),
    }
}
