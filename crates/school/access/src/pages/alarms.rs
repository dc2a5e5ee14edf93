//! Alarms: what went wrong or was noticed, and who has seen it.

use accounts::{Action, Reader, Right, Routes, page};
use i18n::{Lang, msg, msg_dyn};
use kernel::{AlarmId, AlarmKind, at_micros, micros};
use web::{
    Filters, Form, Markup, Page, Path, Response, WebError, address,
    components::{
        Button, Choice, Column, Field, Icon, LinkButton, Row, Table, Tone, badge, cell, empty_state, filter_bar,
        page_head, pager_cursor,
    },
    html,
};

use super::editor::{done, done_alert, id_of};
use crate::{
    AccessError, ops,
    queries::{self, AlarmFilter, AlarmView},
};

pub(crate) const PATH: &str = "/alarms";
/// Rows of a page.
const ROWS: u32 = 50;
const NAMES: &[&str] = &["seen", "kind"];
const UNSEEN: &str = "no";

/// Adds the pages of alarms.
pub(super) fn routes(routes: Routes) -> Routes {
    let right = Right::Action(Action::SeeAlarms);
    routes.get(PATH, right, list).post("/alarms/seen", right, see_all).post("/alarms/{id}/seen", right, see)
}

fn wanted(filters: &Filters) -> AlarmFilter {
    let before = |text: &str| {
        let (at, id) = text.split_once('.')?;
        Some((at_micros(at.parse().ok()?), id.parse().ok()?))
    };
    AlarmFilter {
        is_unseen: filters.get("seen") == Some(UNSEEN),
        kind: filters.parsed("kind", AlarmKind::parse),
        before: filters.parsed("after", before),
    }
}

async fn list(reader: Reader, filters: Filters) -> Result<Page, WebError> {
    let (scope, wanted) = (reader.scope()?, wanted(&filters));
    let found = reader.app.db.read(move |tx| {
        // One row more than shown tells whether there is a next page.
        let alarms = queries::alarms(tx, &scope, &wanted, ROWS + 1)?;
        Ok::<_, AccessError>((alarms, queries::unseen_alarms(tx, &scope)?))
    });
    let (mut alarms, unseen) = found.await?;
    let more = alarms.len() > ROWS as usize;
    alarms.truncate(ROWS as usize);
    let last = alarms.last().filter(|_| more).map(|last| (last.at, last.id));
    let lang = reader.lang;
    let body = html! {
        (page_head(&msg!(lang, "access-alarms"), see_all_button(lang, unseen)))
        (done_alert(lang, &filters))
        (filter(lang, &filters))
        div #results {
            @if alarms.is_empty() {
                (nothing(lang, &filters))
            } @else {
                (Table::new(lang, msg!(lang, "access-alarms"), columns(lang)).rows(alarms.iter().map(|alarm| row(&reader, alarm))))
                (pager_cursor(lang, filters.get("after").map(|_| filters.without(&["done"])), last.map(|(at, id)| older(&filters, at, id))))
            }
        }
    };
    Ok(page(&reader, msg!(lang, "access-alarms"), body))
}

fn see_all_button(lang: Lang, unseen: u32) -> Markup {
    html! {
        @if unseen > 0 {
            form method="post" action="/alarms/seen" { (Button::plain(msg!(lang, "access-alarms-see-all", count = i64::from(unseen))).icon(Icon::Check)) }
        }
    }
}

fn filter(lang: Lang, filters: &Filters) -> Markup {
    let form = Form::filled(filters.others(&[]));
    let kinds =
        AlarmKind::ALL.map(|kind| Choice::new(kind.as_str(), msg_dyn!(lang, "access-alarm-", kind.as_str()))).to_vec();
    let fields = html! {
        (Field::select("seen", msg!(lang, "access-alarms-seen"), &form, vec![Choice::new(UNSEEN, msg!(lang, "access-alarms-unseen-only"))]).or_none(msg!(lang, "access-alarms-any")))
        (Field::select("kind", msg!(lang, "access-alarm-kind"), &form, kinds).or_none(msg!(lang, "access-alarms-any-kind")))
    };
    filter_bar(lang, filters, PATH, None, fields, NAMES)
}

fn nothing(lang: Lang, filters: &Filters) -> Markup {
    if filters.any(NAMES) {
        let all = LinkButton::plain(msg!(lang, "access-show-all"), PATH);
        return empty_state(
            Icon::Search,
            &msg!(lang, "access-alarms-none-found"),
            &msg!(lang, "access-alarms-none-found-how"),
            Some(&all),
        );
    }
    empty_state(Icon::ShieldCheck, &msg!(lang, "access-alarms-none"), &msg!(lang, "access-alarms-none-how"), None)
}

fn older(filters: &Filters, at: jiff::Timestamp, id: AlarmId) -> String {
    let after = format!("{}.{id}", micros(at));
    address(PATH, filters.others(&["page", "after", "done"]).chain([("after", after.as_str())]))
}

fn columns(lang: Lang) -> Vec<Column> {
    vec![
        Column::new(msg!(lang, "access-alarm")),
        Column::new(msg!(lang, "access-when")),
        Column::new(msg!(lang, "access-where")),
        Column::new(msg!(lang, "access-who")),
        Column::new(msg!(lang, "access-alarms-seen")),
    ]
}

/// How bad it is.
const fn tone(kind: AlarmKind) -> Tone {
    match kind {
        AlarmKind::DoorForced
        | AlarmKind::Fire
        | AlarmKind::DeviceUnreachable
        | AlarmKind::DoorFailed
        | AlarmKind::EventsLost
        | AlarmKind::SpoolFull
        | AlarmKind::GateFailed => Tone::Bad,
        AlarmKind::DoorHeld
        | AlarmKind::ClockDrift
        | AlarmKind::Passback
        | AlarmKind::LostCredentialUsed
        | AlarmKind::BlockedLeft => Tone::Warn,
        AlarmKind::DeviceBack
        | AlarmKind::DoorBack
        | AlarmKind::ClockMended
        | AlarmKind::SpoolBack
        | AlarmKind::GateBack => Tone::Good,
        AlarmKind::DeviceRestarted => Tone::Info,
    }
}

fn row(reader: &Reader, alarm: &AlarmView) -> Row {
    let (lang, zone) = (reader.lang, &reader.app.time_zone);
    let needs_eyes = alarm.seen_at.is_none() && alarm.closed_at.is_none();
    let place: Vec<&str> = [&alarm.point_name, &alarm.device_name].into_iter().flatten().map(String::as_str).collect();
    let row = Row::new(vec![
        html! {
            span .two-lines {
                (badge(tone(alarm.kind), &msg_dyn!(lang, "access-alarm-", alarm.kind.as_str())))
                @if let Some(detail) = detail(lang, alarm) { small { (detail) } }
                @if alarm.stands { small { (msg!(lang, "access-alarm-stands")) } }
                @if let Some(at) = over_since(alarm) { small { (msg!(lang, "access-alarm-over", time = i18n::date_time(lang, at, zone))) } }
            }
        },
        web::components::moment(lang, alarm.at, zone),
        html! { (place.join(" · ")) },
        html! { @if let Some(person) = &alarm.person {
            @if reader.may(Action::SeePersons) { a href={ "/people/" (person.id) } { (person.short) } } @else { (person.short) }
        } },
        match alarm.seen_at {
            None if !needs_eyes => cell("—"),
            None => {
                html! { form method="post" action={ (PATH) "/" (alarm.id) "/seen" } { (Button::plain(msg!(lang, "access-alarm-see")).icon(Icon::Check)) } }
            }
            Some(at) => {
                html! { span .two-lines { span { (alarm.seen_by_name.as_deref().unwrap_or("—")) } small { (i18n::date_time(lang, at, zone)) } } }
            }
        },
    ]);
    if needs_eyes { row.class(tone(alarm.kind).class()) } else { row }
}

/// When the state of which an alarm told was over.
fn over_since(alarm: &AlarmView) -> Option<jiff::Timestamp> {
    alarm.closed_at.filter(|_| alarm.kind.ends().is_none())
}

/// The numbers that belong to an alarm, in words.
fn detail(lang: Lang, alarm: &AlarmView) -> Option<String> {
    if alarm.detail.is_empty() {
        return None;
    }
    Some(match alarm.kind {
        AlarmKind::ClockDrift => msg!(lang, "access-seconds", seconds = &alarm.detail),
        AlarmKind::EventsLost | AlarmKind::DeviceRestarted => {
            msg!(lang, "access-alarm-events", numbers = &alarm.detail)
        }
        AlarmKind::DoorForced
        | AlarmKind::DoorHeld
        | AlarmKind::Fire
        | AlarmKind::DeviceUnreachable
        | AlarmKind::DeviceBack
        | AlarmKind::DoorFailed
        | AlarmKind::DoorBack
        | AlarmKind::ClockMended
        | AlarmKind::SpoolFull
        | AlarmKind::SpoolBack
        | AlarmKind::Passback
        | AlarmKind::LostCredentialUsed
        | AlarmKind::BlockedLeft
        | AlarmKind::GateFailed
        | AlarmKind::GateBack => alarm.detail.clone(),
    })
}

async fn see(reader: Reader, Path(id): Path<String>) -> Result<Response, WebError> {
    let (id, ctx): (AlarmId, _) = (id_of(&id)?, reader.ctx());
    reader.app.db.write(move |tx| ops::see_alarm(tx, &ctx, id)).await?;
    Ok(done(PATH, "seen"))
}

async fn see_all(reader: Reader) -> Result<Response, WebError> {
    let ctx = reader.ctx();
    reader.app.db.write(move |tx| ops::see_all_alarms(tx, &ctx)).await?;
    Ok(done(PATH, "seen"))
}
