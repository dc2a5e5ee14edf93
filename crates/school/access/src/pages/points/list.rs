//! All access points, and the buildings with their zones.

use accounts::{Action, Reader, page};
use i18n::{Lang, msg, msg_dyn, number};
use kernel::AntiPassback;
use web::{
    Filters, Form, Markup, Page, Render, Response, WebError,
    components::{
        Button, Column, Icon, LinkButton, Row, Table, Tone, badge, card, cell, empty_state, hidden, icon, page_head,
    },
    html,
};

use super::{BUILDINGS, NIGHTS, PATH, ZONES};
use crate::{
    AccessError, ops,
    pages::editor::{done, done_alert},
    queries::{self, BuildingView, PointView, ZoneView},
};

struct Places {
    buildings: Vec<BuildingView>,
    zones: Vec<ZoneView>,
    points: Vec<PointView>,
    resets_presence: bool,
}

pub(super) async fn show(reader: Reader, filters: Filters) -> Result<Page, WebError> {
    let scope = reader.scope()?;
    let found = reader.app.db.read(move |tx| {
        let (buildings, zones) = (queries::buildings(tx, &scope)?, queries::zones(tx, &scope)?);
        let (points, resets_presence) = (queries::points(tx, &scope)?, queries::resets_presence(tx, &scope)?);
        Ok::<_, AccessError>(Places { buildings, zones, points, resets_presence })
    });
    let places = found.await?;
    let lang = reader.lang;
    let may_edit = reader.may(Action::EditPoints);
    let add = LinkButton::primary(msg!(lang, "access-point-add"), format!("{PATH}/new")).icon(Icon::Plus);
    let may_add = may_edit && !places.zones.is_empty();
    let body = html! {
        (page_head(&msg!(lang, "access-points"), html! { @if may_add && !places.points.is_empty() { (add) } }))
        (done_alert(lang, &filters))
        @if !places.points.is_empty() {
            (points_table(lang, &places.points, may_edit))
        } @else if places.zones.is_empty() {
            (empty_state(Icon::DoorEnter, &msg!(lang, "access-points-none"), &msg!(lang, "access-points-none-zones"), None))
        } @else {
            @let add: Option<&dyn Render> = if may_add { Some(&add) } else { None };
            (empty_state(Icon::DoorEnter, &msg!(lang, "access-points-none"), &msg!(lang, "access-points-none-how"), add))
        }
        (buildings_part(lang, &places, may_edit))
        (card(&msg!(lang, "access-nights"), nights(lang, places.resets_presence, may_edit)))
    };
    Ok(page(&reader, msg!(lang, "access-points"), body))
}

/// What becomes of presence at midnight, and a button that changes it.
fn nights(lang: Lang, resets: bool, may_edit: bool) -> Markup {
    let (word, label) = if resets { ("", msg!(lang, "access-turn-off")) } else { ("on", msg!(lang, "access-turn-on")) };
    let state = if resets {
        badge(Tone::Good, &msg!(lang, "access-nights-on"))
    } else {
        badge(Tone::Plain, &msg!(lang, "access-nights-off"))
    };
    html! {
        p { (state) }
        p .quiet { (msg!(lang, "access-nights-what")) }
        @if may_edit {
            form method="post" action=(NIGHTS) { (hidden("resets", word)) (Button::plain(label)) }
        }
    }
}

pub(super) async fn change_nights(reader: Reader, form: Form) -> Result<Response, WebError> {
    let (ctx, resets) = (reader.ctx(), form.text("resets").is_some());
    reader.app.db.write(move |tx| ops::reset_presence_at_night(tx, &ctx, resets)).await?;
    Ok(done(PATH, "saved"))
}

fn points_table(lang: Lang, points: &[PointView], may_edit: bool) -> Markup {
    let columns = vec![
        Column::new(msg!(lang, "access-point")),
        Column::new(msg!(lang, "access-point-leads")),
        Column::new(msg!(lang, "access-device")),
        Column::new(msg!(lang, "access-anti-passback")),
        Column::new(msg!(lang, "access-device-state")),
    ];
    let rows = points.iter().map(|point| {
        let state = if point.is_enabled {
            badge(Tone::Good, &msg!(lang, "access-point-on"))
        } else {
            badge(Tone::Plain, &msg!(lang, "access-point-off"))
        };
        let row = Row::new(vec![
            cell(&point.name),
            leads(lang, point),
            opened_by(lang, point),
            cell(passback(lang, point.anti_passback)),
            state,
        ]);
        if may_edit { row.leads_to(format!("{PATH}/{}", point.id)) } else { row }
    });
    Table::new(lang, msg!(lang, "access-points"), columns).rows(rows).render()
}

fn leads(lang: Lang, point: &PointView) -> Markup {
    let outer = if point.outer.is_some() { point.outer_name.clone() } else { msg!(lang, "access-street") };
    html! { span .leads { (outer) (icon(Icon::ArrowsExchange)) (point.inner_name) } }
}

fn opened_by(lang: Lang, point: &PointView) -> Markup {
    let how = if point.device.is_none() {
        msg!(lang, "access-point-no-device")
    } else if point.is_virtual {
        point.device_name.clone()
    } else {
        msg!(lang, "access-point-door-of", device = &point.device_name, door = u32::from(point.door))
    };
    html! { span .two-lines { span { (how) } small { (point.gate_name) } } }
}

/// Anti-passback in words.
pub(super) fn passback(lang: Lang, passback: AntiPassback) -> String {
    match passback {
        AntiPassback::Timed(minutes) => msg!(lang, "access-passback-for", minutes = u32::from(minutes)),
        AntiPassback::Off | AntiPassback::Soft | AntiPassback::Hard => {
            msg_dyn!(lang, "access-passback-", passback.to_words().0)
        }
    }
}

fn buildings_part(lang: Lang, places: &Places, may_edit: bool) -> Markup {
    let add = LinkButton::plain(msg!(lang, "access-building-add"), format!("{BUILDINGS}/new")).icon(Icon::Plus);
    html! {
        div .page-head.second {
            h2 { (msg!(lang, "access-buildings")) }
            @if may_edit && !places.buildings.is_empty() { div .actions { (add) } }
        }
        @if places.buildings.is_empty() {
            @let add: Option<&dyn Render> = if may_edit { Some(&add) } else { None };
            (empty_state(Icon::Building, &msg!(lang, "access-buildings-none"), &msg!(lang, "access-buildings-none-how"), add))
        }
        div .columns {
            @for building in &places.buildings {
                (card(&building.name, building_card(lang, building, &places.zones, may_edit)))
            }
        }
    }
}

fn building_card(lang: Lang, building: &BuildingView, zones: &[ZoneView], may_edit: bool) -> Markup {
    let zones: Vec<&ZoneView> = zones.iter().filter(|zone| zone.building == building.id).collect();
    let columns = vec![Column::new(msg!(lang, "access-zone")), Column::number(msg!(lang, "access-zone-limit"))];
    let rows = zones.iter().map(|zone| {
        let limit =
            zone.occupancy_limit.map_or_else(|| msg!(lang, "access-zone-unlimited"), |limit| number(i64::from(limit)));
        let row = Row::new(vec![cell(&zone.name), cell(limit)]);
        if may_edit { row.leads_to(format!("{ZONES}/{}", zone.id)) } else { row }
    });
    html! {
        @if !building.address.is_empty() { p .quiet { (building.address) } }
        @if zones.is_empty() { p .quiet { (msg!(lang, "access-zones-none")) } } @else { (Table::new(lang, msg!(lang, "access-zones-of", building = &building.name), columns).rows(rows)) }
        @if may_edit {
            div .actions {
                (LinkButton::plain(msg!(lang, "access-zone-add"), format!("{ZONES}/new?building={}", building.id)).icon(Icon::Plus))
                (LinkButton::quiet(msg!(lang, "access-building-edit"), format!("{BUILDINGS}/{}", building.id)).icon(Icon::Edit))
            }
        }
    }
}
