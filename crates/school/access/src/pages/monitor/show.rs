//! Showing the monitor: the page, its board when the line was lost, and the live stream.

use std::time::Duration;

use accounts::{Action, Reader, shell};
use i18n::msg;
use web::{Fragment, Page, Response, WebError, sse};

use super::view::{self, Board};
use crate::{Access, AccessError, LiveEvent, queries};

/// Passes shown when the page is opened.
const RECENT: u32 = 14;
/// Alarms shown; the rest is counted on their own page.
const ALARMS: u32 = 3;
/// How soon a monitor goes dark whose guard was signed out or lost the right to it.
const CHECKED_EVERY: Duration = Duration::from_secs(30);

pub(super) async fn page(reader: Reader, access: Access) -> Result<Page, WebError> {
    let board = load(&reader, &access).await?;
    let title = msg!(reader.lang, "access-monitor");
    Ok(shell(&reader, title).screen().style("monitor.css").script("monitor.js").page(view::page(&reader, &board)))
}

pub(super) async fn board(reader: Reader, access: Access) -> Result<Fragment, WebError> {
    let board = load(&reader, &access).await?;
    Ok(Fragment(view::board(&reader, &board)))
}

async fn load(reader: &Reader, access: &Access) -> Result<Board, WebError> {
    let (scope, patience) = (reader.scope()?, access.patience);
    let now = reader.app.clock.now();
    let loaded = reader.app.db.read(move |tx| {
        Ok::<_, AccessError>(Board {
            mode: queries::mode(tx, &scope)?,
            inside: queries::inside(tx, &scope)?,
            lanes: queries::lanes(tx, &scope, now, patience)?,
            recent: queries::last_passes(tx, &scope, RECENT)?,
            alarms: queries::alarms(
                tx,
                &scope,
                &queries::AlarmFilter { is_unseen: true, ..Default::default() },
                ALARMS,
            )?,
        })
    });
    Ok(loaded.await?)
}

pub(super) async fn live(reader: Reader, access: Access) -> Result<Response, WebError> {
    let receiver = access.live.subscribe(&reader.scope()?).await?;
    let stop = reader.app.stop.clone();
    let sees_alarms = reader.may(Action::SeeAlarms);
    let watched = reader.clone();
    let may_go_on = move || {
        let reader = watched.clone();
        async move { reader.is_still_here().await }
    };
    Ok(sse::from_broadcast_while(receiver, &stop, CHECKED_EVERY, may_go_on, move |event| match event {
        LiveEvent::Pass(pass) => Some(sse::LiveEvent::new("pass", view::pass(&reader, &pass))),
        LiveEvent::Alarm(alarm) => sees_alarms.then(|| sse::LiveEvent::new("alarm", view::alarm(&reader, &alarm))),
        LiveEvent::Mode(mode) => Some(sse::LiveEvent::new("mode", view::mode(&reader, &mode))),
        LiveEvent::Counters(inside) => Some(sse::LiveEvent::new("inside", view::inside(&reader, &inside))),
        LiveEvent::AlarmsSeen { .. } => sees_alarms.then(|| sse::LiveEvent::new("alarms-seen", web::html! { "seen" })),
        LiveEvent::Resync => Some(sse::LiveEvent::resync()),
        LiveEvent::Lanes(lanes) => Some(sse::LiveEvent::new("lanes", view::lanes(&reader, &lanes))),
    }))
}
