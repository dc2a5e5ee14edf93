//! Every gate with its devices, and how they are.

use accounts::{Action, Reader, page};
use i18n::{Lang, msg, msg_dyn, number};
use jiff::SignedDuration;
use kernel::{DeviceKind, DeviceState};
use web::{
    Filters, Markup, Page, WebError,
    components::{
        Button, Column, Icon, LinkButton, Row, Table, Tone, alert, badge, card, cell, empty_state, facts, moment,
        page_head,
    },
    html,
};

use super::{GATES, PATH};
use crate::{
    AccessError,
    pages::editor::done_alert,
    queries::{self, DeviceView, GateView},
};

/// From this on a clock's drift is worth a look, in seconds.
const DRIFT_S: u64 = 5;
/// From this on records that wait are worth a look.
const WAITING: u64 = 100;

pub(super) async fn show(reader: Reader, filters: Filters, patience: SignedDuration) -> Result<Page, WebError> {
    let scope = reader.scope()?;
    let now = reader.app.clock.now();
    let found = reader.app.db.read(move |tx| {
        Ok::<_, AccessError>((queries::gates(tx, &scope, now, patience)?, queries::devices(tx, &scope)?))
    });
    let (gates, devices) = found.await?;
    let lang = reader.lang;
    let body = html! {
        (page_head(&msg!(lang, "access-devices"), actions(&reader, &gates)))
        (done_alert(lang, &filters))
        @if gates.is_empty() { (no_gates(&reader)) }
        // States change by themselves; the list follows them.
        div #devices .stack hx-get=(PATH) hx-trigger="every 5s" hx-select="#devices" hx-swap="outerHTML" {
            @for gate in &gates { (gate_card(&reader, gate, &devices)) }
        }
    };
    Ok(page(&reader, msg!(lang, "access-devices"), body))
}

fn actions(reader: &Reader, gates: &[GateView]) -> Markup {
    let lang = reader.lang;
    html! {
        @if reader.may(Action::EditDevices) && !gates.is_empty() {
            (LinkButton::plain(msg!(lang, "access-gate-add"), format!("{GATES}/new")).icon(Icon::Plus))
            (LinkButton::primary(msg!(lang, "access-device-add"), format!("{PATH}/new")).icon(Icon::Plus))
        }
    }
}

fn no_gates(reader: &Reader) -> Markup {
    let lang = reader.lang;
    let add = LinkButton::primary(msg!(lang, "access-gate-add"), format!("{GATES}/new")).icon(Icon::Plus);
    let add: Option<&dyn web::Render> = if reader.may(Action::EditDevices) { Some(&add) } else { None };
    empty_state(Icon::Cpu, &msg!(lang, "access-gates-none"), &msg!(lang, "access-gates-none-how"), add)
}

fn gate_card(reader: &Reader, gate: &GateView, devices: &[DeviceView]) -> Markup {
    let lang = reader.lang;
    let of_gate: Vec<&DeviceView> = devices.iter().filter(|device| device.gate == gate.id).collect();
    let body = html! {
        div .split {
            div .badges { (gate_state(reader, gate)) (badge(Tone::Plain, &gate_kind(lang, gate))) }
            @if reader.may(Action::EditDevices) {
                (LinkButton::quiet(msg!(lang, "access-gate-settings"), format!("{GATES}/{}", gate.id)).icon(Icon::Settings)
                    .attr("id", format!("gate-{}", gate.id)))
            }
        }
        @if !gate.spool_ok { (alert(Tone::Bad, &msg!(lang, "access-gate-spool-full"), &msg!(lang, "access-gate-spool-full-how"))) }
        (gate_facts(reader, gate))
        @if of_gate.is_empty() {
            p .quiet { (msg!(lang, "access-gate-no-devices")) }
        } @else {
            (Table::new(lang, msg!(lang, "access-devices-of", gate = &gate.name), columns(reader)).rows(of_gate.into_iter().map(|device| row(reader, device))))
        }
    };
    card(&gate.name, body)
}

/// Whether the gate is on the line, in a badge.
pub(super) fn gate_state(reader: &Reader, gate: &GateView) -> Markup {
    let lang = reader.lang;
    match (gate.is_online, gate.seen_at) {
        (true, _) => badge(Tone::Good, &msg!(lang, "access-gate-online")),
        (false, Some(at)) => {
            badge(Tone::Bad, &msg!(lang, "access-gate-away", time = i18n::date_time(lang, at, &reader.app.time_zone)))
        }
        (false, None) => badge(Tone::Warn, &msg!(lang, "access-gate-never")),
    }
}

fn gate_kind(lang: Lang, gate: &GateView) -> String {
    if gate.is_remote { msg!(lang, "access-gate-remote") } else { msg!(lang, "access-gate-here") }
}

/// What is known of a gate.
pub(super) fn gate_facts(reader: &Reader, gate: &GateView) -> Markup {
    let (lang, zone) = (reader.lang, &reader.app.time_zone);
    let settings = match gate.snapshot_at {
        None => badge(Tone::Warn, &msg!(lang, "access-gate-no-snapshot")),
        Some(_) if gate.is_current => badge(Tone::Good, &msg!(lang, "access-gate-current")),
        Some(at) => badge(Tone::Warn, &msg!(lang, "access-gate-behind", time = i18n::date_time(lang, at, zone))),
    };
    let waiting = number(i64::try_from(gate.spool_depth).unwrap_or(i64::MAX));
    let waiting = if gate.spool_depth > WAITING { badge(Tone::Warn, &waiting) } else { cell(waiting) };
    html! {
        (facts(&[
            (&msg!(lang, "access-gate-rules"), settings),
            (&msg!(lang, "access-gate-waiting"), waiting),
            (&msg!(lang, "access-version"), or_dash(&gate.version)),
        ]))
    }
}

fn columns(reader: &Reader) -> Vec<Column> {
    let lang = reader.lang;
    let mut columns = vec![
        Column::new(msg!(lang, "access-device")),
        Column::new(msg!(lang, "access-device-state")),
        Column::new(msg!(lang, "access-device-drift")),
        Column::number(msg!(lang, "access-device-event")),
        Column::new(msg!(lang, "access-device-cards")),
        Column::new(msg!(lang, "access-device-seen")),
    ];
    if reader.may(Action::EditDevices) {
        columns.push(Column::actions(msg!(lang, "access-device-sync")));
    }
    columns
}

fn row(reader: &Reader, device: &DeviceView) -> Row {
    let (lang, is_board) = (reader.lang, matches!(device.kind, DeviceKind::Uhppote { .. }));
    let may_edit = reader.may(Action::EditDevices);
    let row = Row::new(vec![
        html! { span .two-lines { span { (device.name) } small { (what(lang, device)) } } },
        state(lang, device),
        drift(lang, device),
        device.last_event.map_or_else(dash, |event| cell(number(i64::from(event)))),
        cards(lang, device),
        device.last_seen_at.map_or_else(dash, |at| moment(lang, at, &reader.app.time_zone)),
        html! { @if may_edit && is_board { (sync_form(device, sync_button(lang, device).only_icon())) } },
    ]);
    let row = if is_board && device.state == DeviceState::Unreachable { row.class("bad") } else { row };
    if may_edit { row.leads_to(format!("{PATH}/{}", device.id)) } else { row }
}

/// The button that has a board's list of cards compared anew.
pub(super) fn sync_button(lang: Lang, device: &DeviceView) -> Button {
    Button::plain(msg!(lang, "access-device-sync")).icon(Icon::Refresh).attr("id", format!("sync-{}", device.id))
}

/// The form that the button sends.
pub(super) fn sync_form(device: &DeviceView, button: Button) -> Markup {
    html! { form method="post" action={ (PATH) "/" (device.id) "/sync" } { (button) } }
}

/// What a device is and which points it opens.
fn what(lang: Lang, device: &DeviceView) -> String {
    let kind = match &device.kind {
        DeviceKind::Uhppote { serial, .. } => msg!(lang, "access-board-of", serial = serial.to_string()),
        DeviceKind::Virtual => msg!(lang, "access-device-virtual"),
    };
    if device.points.is_empty() { kind } else { format!("{kind} · {}", device.points.join(", ")) }
}

/// Whether a device answers, in a badge.
pub(super) fn state(lang: Lang, device: &DeviceView) -> Markup {
    let tone = match (&device.kind, device.state) {
        (DeviceKind::Virtual, _) => return badge(Tone::Good, &msg!(lang, "access-device-ready")),
        (DeviceKind::Uhppote { .. }, DeviceState::Online) => Tone::Good,
        (DeviceKind::Uhppote { .. }, DeviceState::Unreachable) => Tone::Bad,
        (DeviceKind::Uhppote { .. }, DeviceState::Unknown) => Tone::Info,
    };
    badge(tone, &msg_dyn!(lang, "access-device-", device.state.as_str()))
}

/// How far a device's clock is off.
pub(super) fn drift(lang: Lang, device: &DeviceView) -> Markup {
    let Some(seconds) = device.clock_drift_s else { return dash() };
    let sign = if seconds > 0 { "+" } else { "" };
    let text = msg!(lang, "access-seconds", seconds = format!("{sign}{}", number(seconds)));
    if seconds.unsigned_abs() > DRIFT_S { badge(Tone::Warn, &text) } else { cell(text) }
}

/// How many cards a device holds itself, and whether they are the right ones.
pub(super) fn cards(lang: Lang, device: &DeviceView) -> Markup {
    match device.cards {
        None => dash(),
        Some((held, 0)) => {
            html! { span .two-lines { span { (number(i64::from(held))) } small { (msg!(lang, "access-cards-same")) } } }
        }
        Some((held, due)) => html! {
            span .two-lines { span { (number(i64::from(held))) } (badge(Tone::Warn, &msg!(lang, "access-cards-due", count = i64::from(due)))) }
        },
    }
}

/// Stands where nothing is known.
pub(super) fn dash() -> Markup {
    cell("—")
}

/// The text, or what stands where nothing is known.
pub(super) fn or_dash(text: &str) -> Markup {
    if text.is_empty() { dash() } else { cell(text) }
}
