//! Where a person is: on the person's card, in the guard's search, and a page to say it by hand.

use accounts::{Action, Reader, Right, Routes, page, queries::TrailLine};
use i18n::{Lang, local, msg, msg_dyn};
use jiff::{SignedDuration, Timestamp};
use kernel::{PersonId, ZoneId, micros};
use people::{Panel, queries::PersonBrief};
use web::{
    Filters, Form, Markup, Page, Path, Response, WebError,
    components::{
        Button, Column, Icon, LinkButton, Row, Table, Tone, alert, badge, breadcrumb, card, cell, form_actions,
        form_faults, hidden, icon, moment, page_head,
    },
    html,
};

use super::editor::{done, done_alert, id_of, refuse, refused};
use crate::{
    AccessError, Place, ops,
    queries::{self, WhereView, ZoneView},
};

/// What was said by hand is shown for so long.
const SHOWN: SignedDuration = SignedDuration::from_hours(30 * 24);
/// Lines of it at most.
const LINES: u32 = 20;
const STREET: &str = "street";
const UNKNOWN: &str = "unknown";

/// Adds the page on which somebody says where a person is.
pub(super) fn routes(routes: Routes) -> Routes {
    let right = Right::Action(Action::AdmitByHand);
    routes.get("/people/{id}/presence", right, show).post("/people/{id}/presence", right, save)
}

/// The part of a person's card that says where the person is, for those who may see passes.
pub fn panel() -> Panel {
    Panel::new(|reader, person| async move {
        let Ok(scope) = reader.require(Action::SeePasses) else { return Ok(Markup::default()) };
        let place = reader.app.db.read(move |tx| queries::where_is(tx, &scope, person)).await?;
        let lang = reader.lang;
        let set = LinkButton::plain(msg!(lang, "access-where-set"), address(person)).icon(Icon::MapPin);
        Ok(card(
            &msg!(lang, "access-where-now"),
            html! {
                div .split {
                    (whereabouts(&reader, place.as_ref()))
                    @if reader.may(Action::AdmitByHand) { (set) }
                }
            },
        ))
    })
}

/// Where the page of a person is.
pub(super) fn address(person: PersonId) -> String {
    format!("/people/{person}/presence")
}

/// The place in a badge, since when, and by which pass or by whose word.
pub(super) fn whereabouts(reader: &Reader, place: Option<&WhereView>) -> Markup {
    let lang = reader.lang;
    let Some(view) = place else {
        return html! { span .two-lines { (badge(Tone::Plain, &msg!(lang, "access-where-never"))) } };
    };
    html! {
        span .two-lines {
            (badge(tone(view), &place_name(lang, view)))
            small { (since(reader, view)) }
        }
    }
}

/// The same in one line, for a list: `Школа · с 08:05 · Турникет 1, вход`.
pub(super) fn whereabouts_line(reader: &Reader, place: Option<&WhereView>) -> String {
    let lang = reader.lang;
    match place {
        None => msg!(lang, "access-where-never"),
        Some(view) => format!("{} · {}", place_name(lang, view), since(reader, view)),
    }
}

fn tone(view: &WhereView) -> Tone {
    match (view.is_known, view.zone) {
        (false, _) => Tone::Info,
        (true, Some(_)) => Tone::Good,
        (true, None) => Tone::Plain,
    }
}

fn place_name(lang: Lang, view: &WhereView) -> String {
    match (view.is_known, view.zone) {
        (false, _) => msg!(lang, "access-where-unknown"),
        (true, Some(_)) => view.zone_name.clone(),
        (true, None) => msg!(lang, "access-where-outside"),
    }
}

/// `с 08:05 · Турникет 1, вход`; on another day with the date; said by hand: with the name of who said it.
fn since(reader: &Reader, view: &WhereView) -> String {
    let (lang, zone) = (reader.lang, &reader.app.time_zone);
    let is_today = local(view.since, zone).date() == local(reader.app.clock.now(), zone).date();
    let time = if is_today { i18n::time(view.since, zone) } else { i18n::date_time(lang, view.since, zone) };
    let since = msg!(lang, "access-where-since", time = time);
    let by = match (&view.by_pass, &view.set_by_name) {
        (Some((point, way)), _) if point.is_empty() => msg_dyn!(lang, "access-rule-way-", way.as_str()),
        (Some((point, way)), _) => format!("{point}, {}", msg_dyn!(lang, "access-rule-way-", way.as_str())),
        (None, Some(name)) => msg!(lang, "access-where-by-hand", who = name),
        (None, None) => return since,
    };
    format!("{since} · {by}")
}

/// What the page shows.
struct Found {
    person: PersonBrief,
    place: Option<WhereView>,
    zones: Vec<ZoneView>,
    trail: Vec<TrailLine>,
}

async fn found(reader: &Reader, person: PersonId) -> Result<Found, WebError> {
    let scope = reader.scope()?;
    let from = reader.app.clock.now().checked_sub(SHOWN).unwrap_or(Timestamp::UNIX_EPOCH);
    let found = reader.app.db.read(move |tx| {
        let Some(brief) = people::queries::brief(tx, &scope, person)? else { return Ok(None) };
        Ok::<_, AccessError>(Some(Found {
            person: brief,
            place: queries::where_is(tx, &scope, person)?,
            zones: queries::zones(tx, &scope)?,
            trail: accounts::queries::trail(tx, &scope, ops::SET, person, from, LINES)?,
        }))
    });
    found.await?.ok_or(WebError::NotFound)
}

async fn show(reader: Reader, Path(id): Path<String>, filters: Filters) -> Result<Page, WebError> {
    let found = found(&reader, id_of(&id)?).await?;
    let said = done_alert(reader.lang, &filters);
    Ok(place_page(&reader, &found, &Form::filled([("seen", seen(&found))]), said))
}

/// What the reader was shown: should the person pass meanwhile, what the reader says is asked again.
fn seen(found: &Found) -> String {
    found.place.as_ref().map(|place| micros(place.since).to_string()).unwrap_or_default()
}

async fn save(reader: Reader, Path(id): Path<String>, mut form: Form) -> Result<Response, WebError> {
    let (lang, person) = (reader.lang, id_of(&id)?);
    let now = found(&reader, person).await?;
    let chosen = form.choice(lang, "place", |word| match word {
        STREET => Some(Place::Street),
        UNKNOWN => Some(Place::Unknown),
        zone => zone.parse::<ZoneId>().ok().map(Place::Zone),
    });
    if let Some(place) = chosen {
        if form.value("seen") != seen(&now) {
            let kept = Form::filled([("seen", seen(&now)), ("place", form.value("place").to_owned())]);
            let said = alert(Tone::Warn, &msg!(lang, "access-where-moved"), &msg!(lang, "access-where-moved-how"));
            return Ok(refused(place_page(&reader, &now, &kept, said)));
        }
        let ctx = reader.ctx();
        match reader.app.db.write(move |tx| ops::set_presence(tx, &ctx, person, place)).await {
            Ok(()) => return Ok(done(&address(person), "placed")),
            Err(AccessError::Field { .. }) => form.refuse("place", msg!(lang, "access-fault-no-such")),
            Err(error) => refuse(lang, &mut form, error)?,
        }
    }
    Ok(refused(place_page(&reader, &now, &form, Markup::default())))
}

fn place_page(reader: &Reader, found: &Found, form: &Form, said: Markup) -> Page {
    let lang = reader.lang;
    let person = &found.person;
    let home = format!("/people/{}", person.id);
    let title = msg!(lang, "access-where-title", name = &person.full);
    let list = msg!(lang, "people-list");
    let body = html! {
        (breadcrumb(lang, &[(list.as_str(), "/people"), (person.short.as_str(), home.as_str())], &msg!(lang, "access-where-now")))
        (page_head(&title, Markup::default()))
        (said)
        (card(&msg!(lang, "access-where-now"), whereabouts(reader, found.place.as_ref())))
        (card(&msg!(lang, "access-where-set"), place_form(lang, found, form, &home)))
        (card(&msg!(lang, "access-where-history"), history(reader, found)))
    };
    page(reader, title, body)
}

fn place_form(lang: Lang, found: &Found, form: &Form, home: &str) -> Markup {
    let choice = |value: String, label: Markup| {
        html! {
            label .check {
                input type="radio" name="place" value=(value) required checked[form.value("place") == value];
                span { (label) }
            }
        }
    };
    html! {
        (form_faults(lang, form))
        form .form method="post" action=(address(found.person.id)) {
            (hidden("seen", form.value("seen")))
            fieldset .choices.wide {
                legend { (msg!(lang, "access-where-choose")) }
                div .choices-column {
                    @for zone in &found.zones {
                        (choice(zone.id.to_string(), html! { (zone.name) " " small .quiet { (zone.building_name) } }))
                    }
                    (choice(STREET.to_owned(), html! { (msg!(lang, "access-where-outside")) }))
                    (choice(UNKNOWN.to_owned(), html! { (msg!(lang, "access-where-unknown")) " " small .quiet { (msg!(lang, "access-where-unknown-what")) } }))
                }
                @if let Some(fault) = form.fault("place") { p .fault-line { (icon(Icon::AlertCircle)) (fault) } }
                p .help { (msg!(lang, "access-where-what")) }
            }
            (form_actions(html! {
                (Button::primary(msg!(lang, "access-save")).icon(Icon::Check))
                (LinkButton::quiet(msg!(lang, "access-cancel"), home))
            }))
        }
    }
}

fn history(reader: &Reader, found: &Found) -> Markup {
    let lang = reader.lang;
    if found.trail.is_empty() {
        return html! { p .quiet { (msg!(lang, "access-where-history-none")) } };
    }
    let columns = vec![
        Column::new(msg!(lang, "access-when")),
        Column::new(msg!(lang, "access-where")),
        Column::new(msg!(lang, "access-who-said")),
    ];
    let rows = found.trail.iter().map(|line| {
        Row::new(vec![
            moment(lang, line.at, &reader.app.time_zone),
            cell(said_place(lang, &found.zones, &line.detail)),
            cell(line.by_name.as_deref().unwrap_or("—")),
        ])
    });
    html! { (Table::new(lang, msg!(lang, "access-where-history"), columns).rows(rows)) }
}

/// A place of the audit trail in words.
fn said_place(lang: Lang, zones: &[ZoneView], word: &str) -> String {
    match ops::place_of_word(word) {
        Some(Place::Street) => msg!(lang, "access-where-outside"),
        Some(Place::Zone(id)) => {
            let zone = zones.iter().find(|zone| zone.id == id);
            zone.map_or_else(|| msg!(lang, "access-where-zone-gone"), |zone| zone.name.clone())
        }
        Some(Place::Unknown) | None => msg!(lang, "access-where-unknown"),
    }
}
