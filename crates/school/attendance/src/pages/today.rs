//! The school as it is now: who is there, who is away, who came late, by shift and class; live.

use std::time::Duration;

use accounts::Reader;
use i18n::{Lang, msg};
use jiff::Timestamp;
use web::{
    Markup, Page, Response, WebError,
    components::{
        Bar, ChartLine, Column, Histogram, Icon, Row, Table, Tone, alert, card, cell, live_state, page_head, stat,
    },
    html, sse,
};

use super::{PATH as ATTENDANCE, page, read};
use crate::{
    Panel,
    model::{Reason, Tally},
    queries::{self, Today},
};

pub(crate) const PATH: &str = "/today";
/// How often an open dashboard looks whether something changed.
const LOOK: Duration = Duration::from_secs(2);

pub(super) async fn show(reader: Reader, gates: Option<Panel>) -> Result<Page, WebError> {
    let lang = reader.lang;
    let board = board(&reader, gates.as_ref()).await?;
    let title = msg!(lang, "attendance-today");
    let body = html! {
        div hx-ext="sse" sse-connect="/today/events" {
            (page_head(&title, live_state(lang)))
            div #today sse-swap="today" { (board) }
        }
    };
    Ok(page(&reader, title, body))
}

/// Sends the board anew when it is not as it was.
pub(super) async fn live(reader: Reader, gates: Option<Panel>) -> Response {
    let stop = reader.app.stop.clone();
    let told = std::sync::Arc::new(tokio::sync::Mutex::new(String::new()));
    let next = move || {
        let (reader, gates, told) = (reader.clone(), gates.clone(), told.clone());
        async move {
            let mut told = told.lock().await;
            loop {
                tokio::time::sleep(LOOK).await;
                match board(&reader, gates.as_ref()).await {
                    Ok(board) if board.0 != *told => {
                        told.clone_from(&board.0);
                        return Some(sse::LiveEvent::new("today", board));
                    }
                    Ok(_) => {}
                    // The browser comes back by itself and is told by the page what is wrong.
                    Err(error) => {
                        tracing::warn!(?error, "an open dashboard is not told");
                        return None;
                    }
                }
            }
        }
    };
    sse::from_fn(next, &stop)
}

async fn board(reader: &Reader, gates: Option<&Panel>) -> Result<Markup, WebError> {
    let now: Timestamp = reader.app.clock.now();
    let today = read(reader, move |tx, scope| Ok(queries::today(tx, scope, now)?)).await?;
    let gates = match gates {
        Some(panel) => panel.show(reader).await?,
        None => Markup::default(),
    };
    Ok(shown(reader.lang, &today, gates))
}

fn shown(lang: Lang, today: &Today, gates: Markup) -> Markup {
    let date = today.frame.date();
    let day = format!("{}, {}", i18n::date_long(lang, date), i18n::weekday_name(lang, date.weekday()));
    let mut all = Tally::default();
    today.shifts.iter().for_each(|shift| all.join(&shift.tally));
    let inside: u32 = today.shifts.iter().map(|shift| shift.inside).sum();
    let not_yet: u32 = today.shifts.iter().map(|shift| shift.not_yet).sum();
    let expected = today.classes.iter().any(|class| class.is_expected);
    let figure = |label: String, count: u32, sign: Icon, tone: Tone, href: Option<&str>| {
        stat(&label, &i18n::number(i64::from(count)), sign, tone, href)
    };
    html! {
        p .today-day { (day) }
        div .stats.today-stats {
            (figure(msg!(lang, "attendance-in-school"), inside, Icon::School, Tone::Good, None))
            (figure(msg!(lang, "attendance-absent"), all.absent_all(), Icon::UserOff, Tone::Bad, Some(ATTENDANCE)))
            (figure(msg!(lang, "attendance-late"), all.late, Icon::ClockExclamation, Tone::Warn, Some(super::lists::LATE_PATH)))
            @if all.early > 0 { (figure(msg!(lang, "attendance-left-early"), all.early, Icon::Logout, Tone::Warn, Some(ATTENDANCE))) }
            @if all.let_go > 0 { (figure(msg!(lang, "attendance-let-go"), all.let_go, Icon::DoorExit, Tone::Info, Some(ATTENDANCE))) }
            (figure(msg!(lang, "attendance-not-yet"), not_yet, Icon::Clock, Tone::Plain, None))
            (figure(msg!(lang, "attendance-staff-here", staff = i64::from(today.staff)), today.staff_inside, Icon::IdBadge2, Tone::Info, None))
        }
        @if !expected { (alert(Tone::Info, &msg!(lang, "attendance-no-lessons-today"), "")) }
        @if all.unknown > 0 { (alert(Tone::Warn, &msg!(lang, "attendance-doors-silent"), &msg!(lang, "attendance-doors-silent-how"))) }
        (gates)
        @if !today.arrivals.is_empty() { (card(&msg!(lang, "attendance-arrivals"), arrivals(lang, today))) }
        @if !today.classes.is_empty() { @for shift in &today.shifts { (shift_card(lang, today, shift)) } }
        @else { (web::components::empty_state(Icon::School, &msg!(lang, "attendance-no-classes"), &msg!(lang, "attendance-no-classes-how"), None)) }
    }
}

/// First arrivals of pupils against the bells.
fn arrivals(lang: Lang, today: &Today) -> Markup {
    const HOUR: u32 = 3600;
    let clock = |second: u32| i18n::clock_time(today.frame.clock(second));
    let bells: Vec<u32> = today.shifts.iter().filter_map(|shift| shift.bell).collect();
    let first = today
        .arrivals
        .first()
        .map_or(7 * HOUR, |(at, _)| *at)
        .min(bells.iter().min().copied().unwrap_or(8 * HOUR).saturating_sub(HOUR));
    let last = today
        .arrivals
        .last()
        .map_or(9 * HOUR, |(at, _)| *at)
        .max(bells.iter().max().copied().unwrap_or(8 * HOUR) + HOUR / 2);
    let (from, until) = (first / HOUR * HOUR, last / HOUR * HOUR + HOUR);
    let hours = (from / HOUR..until / HOUR).step_by(if until - from > 8 * HOUR { 2 } else { 1 });
    Histogram {
        title: msg!(lang, "attendance-arrivals-title"),
        axis: msg!(lang, "attendance-time"),
        counted: msg!(lang, "attendance-pupils"),
        span: (from, until),
        step: Today::STEP_S,
        bars: today.arrivals.iter().map(|(at, value)| Bar { at: *at, value: *value, label: clock(*at) }).collect(),
        lines: bells
            .iter()
            .map(|at| ChartLine { at: *at, label: msg!(lang, "attendance-bell", time = clock(*at)) })
            .collect(),
        ticks: hours.map(|hour| ChartLine { at: hour * HOUR, label: clock(hour * HOUR) }).collect(),
        table: msg!(lang, "attendance-as-table"),
    }
    .draw()
}

fn shift_card(lang: Lang, today: &Today, shift: &queries::ShiftNow) -> Markup {
    let number = i64::from(shift.shift.number());
    let bell = shift.bell.map(|second| i18n::clock_time(today.frame.clock(second)));
    let title = match &bell {
        Some(bell) => msg!(lang, "attendance-shift-bell", number = number, time = bell.as_str()),
        None => msg!(lang, "attendance-shift", number = number),
    };
    let (pupils, there, late, absent) = (shift.pupils, shift.tally.there, shift.tally.late, shift.tally.absent_all());
    let columns = vec![
        Column::new(msg!(lang, "attendance-class")),
        Column::number(msg!(lang, "attendance-pupils")),
        Column::number(msg!(lang, "attendance-in-school")),
        Column::number(msg!(lang, "attendance-there")),
        Column::number(msg!(lang, "attendance-late")),
        Column::number(msg!(lang, "attendance-absent")),
        Column::number(msg!(lang, "attendance-legend-unexplained")),
    ];
    let classes = today.classes.iter().filter(|class| class.class.data.shift == shift.shift);
    let number = |count: u32| cell(i18n::number(i64::from(count)));
    let rows = classes.map(|class| {
        let tally = &class.tally;
        let unexplained = tally.absent_for(Reason::Unexplained);
        let cells = vec![
            html! { b { (class.class.data.name) } },
            number(class.pupils),
            number(class.inside),
            number(tally.there),
            number(tally.late),
            number(tally.absent_all()),
            number(unexplained),
        ];
        Row::new(cells).leads_to(format!("{ATTENDANCE}?class={}", class.class.id))
    });
    card(
        &title,
        html! {
            p { (msg!(lang, "attendance-day-sum", pupils = pupils, there = there, late = late, absent = absent)) }
            div .today-table { (Table::new(lang, title.clone(), columns).rows(rows)) }
        },
    )
}
