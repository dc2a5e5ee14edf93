//! The virtual turnstile: a lane in the browser, for trying rules and for doors without a board.

use std::time::Duration;

use accounts::{Action, Reader, Right, Routes, page, shell};
use i18n::{msg, msg_dyn};
use kernel::{AccessPointId, Card, Direction, is_code};
use web::{
    Filters, Form, Fragment, Markup, Page, Path, WebError,
    components::{Button, Column, Icon, Row, Table, Tone, alert, back_link, cell, empty_state, icon, page_head, photo},
    html,
};

use super::words::{belongs, photo_address};
use crate::{
    AccessError, ops,
    queries::{self, PassView, PointView},
};

pub(crate) const PATH: &str = "/lane";
const ANSWER: Duration = Duration::from_secs(4);
const FOUND: u32 = 6;

/// Adds the virtual turnstile's pages.
pub(super) fn routes(routes: Routes) -> Routes {
    let right = Right::Action(Action::UseVirtualLane);
    routes.get(PATH, right, list).get("/lane/{point}", right, turnstile).get("/lane/{point}/people", right, found).post(
        "/lane/{point}/present",
        right,
        present,
    )
}

async fn list(reader: Reader) -> Result<Page, WebError> {
    let scope = reader.scope()?;
    let mut points = reader.app.db.read(move |tx| queries::points(tx, &scope)).await?;
    points.retain(|point| point.is_virtual && point.is_enabled);
    let lang = reader.lang;
    let columns = vec![Column::new(msg!(lang, "access-point")), Column::new(msg!(lang, "access-point-inner"))];
    let rows = points.iter().map(|point| {
        Row::new(vec![cell(&point.name), cell(&point.inner_name)]).leads_to(format!("{PATH}/{}", point.id))
    });
    let body = html! {
        (page_head(&msg!(lang, "access-lane-nav"), html! {}))
        p .lead { (msg!(lang, "access-lane-what")) }
        @if points.is_empty() { (empty_state(Icon::Run, &msg!(lang, "access-lane-none"), &msg!(lang, "access-lane-none-how"), None)) }
        @if !points.is_empty() { (Table::new(lang, msg!(lang, "access-lane-nav"), columns).rows(rows)) }
    };
    Ok(page(&reader, msg!(lang, "access-lane-nav"), body))
}

async fn point_of(reader: &Reader, id: &str) -> Result<PointView, WebError> {
    let (id, scope) = (id.parse::<AccessPointId>().map_err(|_| WebError::NotFound)?, reader.scope()?);
    reader.app.db.read(move |tx| queries::point(tx, &scope, id)).await?.ok_or(WebError::NotFound)
}

async fn turnstile(reader: Reader, Path(id): Path<String>) -> Result<Page, WebError> {
    let point = point_of(&reader, &id).await?;
    let lang = reader.lang;
    let address = format!("{PATH}/{}", point.id);
    let body = html! {
        (back_link(&msg!(lang, "access-lane-nav"), PATH))
        (page_head(&point.name, html! {}))
        div .turnstile {
            form .turnstile-reader method="post" action={ (address) "/present" } hx-post={ (address) "/present" } hx-target="#answer" data-again {
                fieldset .segmented-choice {
                    legend { (msg!(lang, "access-admit-which-way")) }
                    @for direction in Direction::ALL {
                        label .choice { input type="radio" name="direction" value=(direction.as_str()) checked[direction == Direction::In]; span { (msg_dyn!(lang, "access-direction-", direction.as_str())) } }
                    }
                }
                div .field {
                    label for="number" { (msg!(lang, "access-lane-number")) }
                    input #number type="text" name="number" autocapitalize="characters" spellcheck="false" autocomplete="off" autofocus aria-describedby="number-help";
                    p #number-help .help { (msg!(lang, "access-lane-number-help")) }
                }
                div .field {
                    label for="lane-q" { (msg!(lang, "access-lane-person")) }
                    input #lane-q type="search" name="q" autocomplete="off" hx-get={ (address) "/people" } hx-trigger="input changed delay:200ms, search" hx-target="#lane-found" hx-sync="this:replace";
                    div #lane-found .admit-found aria-live="polite" {}
                }
                (Button::primary(msg!(lang, "access-lane-present")).icon(Icon::CreditCard).large())
            }
            div #answer .turnstile-answer aria-live="assertive" { (waiting(&reader)) }
        }
    };
    Ok(shell(&reader, point.name.clone()).style("monitor.css").script("lane.js").page(body))
}

fn waiting(reader: &Reader) -> Markup {
    html! { div .turnstile-light.wait { (icon(Icon::Run)) p { (msg!(reader.lang, "access-lane-wait")) } } }
}

async fn found(reader: Reader, Path(id): Path<String>, filters: Filters) -> Result<Fragment, WebError> {
    let point = point_of(&reader, &id).await?;
    let scope = reader.scope()?;
    let asked = filters.get("q").unwrap_or_default().trim().to_owned();
    let (text, format) = (asked.clone(), point.reader_format);
    let holders = reader
        .app
        .db
        .read(move |tx| {
            let mut holders = Vec::new();
            for person in people::queries::search(tx, &scope, &text, FOUND)? {
                for held in people::queries::credentials(tx, &scope, person.id)? {
                    if let Some(number) = format.number(held.card) {
                        holders.push((person.clone(), number, held.status));
                    }
                }
            }
            Ok::<_, AccessError>(holders)
        })
        .await?;
    let lang = reader.lang;
    Ok(Fragment(html! {
        @if holders.is_empty() && !asked.is_empty() { p .quiet { (msg!(lang, "access-admit-nobody", text = asked.as_str())) } }
        @for (person, number, status) in &holders {
            button .admit-person type="button" data-number=(number) {
                (photo(person.photo_src("small").as_deref(), &person.full, "small"))
                span { strong { (person.full) } span .quiet { (number) " · " (msg_dyn!(lang, "people-credential-", status.as_str())) } }
            }
        }
    }))
}

async fn present(reader: Reader, Path(id): Path<String>, form: Form) -> Result<Fragment, WebError> {
    let point = point_of(&reader, &id).await?;
    let lang = reader.lang;
    let direction = Direction::parse(form.value("direction")).ok_or_else(|| WebError::BadInput(String::new()))?;
    if is_code(form.value("number")) {
        return present_code(&reader, &point, direction, form.value("number")).await;
    }
    let number =
        Card::parse(form.value("number"), point.reader_format).ok().and_then(|card| point.reader_format.number(card));
    let Some(number) = number else {
        return Ok(Fragment(alert(
            Tone::Warn,
            &msg!(lang, "access-lane-no-number"),
            &msg!(lang, "access-lane-number-help"),
        )));
    };
    let (ctx, point) = (reader.ctx(), point.id);
    let asked = reader.app.db.write(move |tx| ops::present(tx, &ctx, ops::Present { point, direction, number })).await;
    decided(&reader, asked).await
}

/// A QR pass, typed by a reader or pasted: the gate checks it.
async fn present_code(
    reader: &Reader,
    point: &PointView,
    direction: Direction,
    code: &str,
) -> Result<Fragment, WebError> {
    let (ctx, input) = (reader.ctx(), ops::PresentCode { point: point.id, direction, code: code.trim().to_owned() });
    let asked = reader.app.db.write(move |tx| ops::present_code(tx, &ctx, &input)).await;
    decided(reader, asked).await
}

/// What the gate decided, once it did.
async fn decided(reader: &Reader, asked: Result<ops::Sent, AccessError>) -> Result<Fragment, WebError> {
    let lang = reader.lang;
    let scope = reader.scope()?;
    let pass = match asked {
        Ok(pass) => pass,
        Err(AccessError::PointDisabled) => {
            return Ok(Fragment(alert(Tone::Bad, &msg!(lang, "access-admit-disabled"), "")));
        }
        Err(error) => return Err(error.into()),
    };
    Ok(Fragment(match ops::wait_for_pass(&reader.app, scope, pass, ANSWER).await? {
        Some(pass) => answer(reader, &pass),
        None => alert(Tone::Bad, &msg!(lang, "access-admit-no-answer"), &msg!(lang, "access-lane-no-answer-how")),
    }))
}

fn answer(reader: &Reader, pass: &PassView) -> Markup {
    let lang = reader.lang;
    let granted = pass.reason.is_granted();
    html! {
        div .turnstile-light.open[granted].shut[!granted] {
            (icon(if granted { Icon::CircleCheck } else { Icon::Ban }))
            p .turnstile-reason { (msg_dyn!(lang, "access-reason-", pass.reason.as_str())) }
            @if let Some(person) = &pass.person {
                (photo(photo_address(person, "small").as_deref(), &person.full, "middle"))
                p { strong { (person.full) } }
                p .quiet { (belongs(lang, person)) }
            }
            p .quiet { (i18n::time(pass.at, &reader.app.time_zone)) }
        }
    }
}
