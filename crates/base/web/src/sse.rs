//! Live parts of a page: server-sent events with a piece of markup each.
//!
//! The page says `hx-ext="sse"` (every [`Shell`](crate::Shell) does), `sse-connect="/monitor/events"` on an element and
//! `sse-swap="pass"` on the parts. A stream says something at least every 15 seconds, ends when the server stops, when the
//! browser has gone, or after an hour (the browser then comes back by itself). What a slow browser misses it learns from
//! an event named `resync`, at which the page is loaded anew; what it misses while the line is broken it fetches at the
//! event `live-back` (`hx-trigger="live-back from:body"`). [`components::live_state`](crate::components::live_state) shows
//! how the line is.

use std::{
    borrow::Cow,
    convert::Infallible,
    pin::pin,
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use axum::{
    http::{HeaderName, HeaderValue},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures_util::{Stream, StreamExt, future::select, stream::unfold};
use maud::Markup;
use tokio::sync::broadcast;
use tokio_stream::wrappers::{BroadcastStream, errors::BroadcastStreamRecvError};

use crate::{Stop, WebError};

/// One event of a live part.
#[derive(Clone, Debug)]
pub struct LiveEvent {
    /// Its name, as in `sse-swap`.
    pub name: Cow<'static, str>,
    /// The markup that is put in.
    pub body: Markup,
}

impl LiveEvent {
    /// An event with this markup.
    pub fn new(name: impl Into<Cow<'static, str>>, body: Markup) -> Self {
        Self { name: name.into(), body }
    }

    /// Tells the page that it missed something and has to be loaded anew.
    pub fn resync() -> Self {
        // Browsers drop an event without data.
        Self::new("resync", maud::html! { "missed" })
    }
}

const KEEP_ALIVE: Duration = Duration::from_secs(15);
const LONGEST: Duration = Duration::from_secs(3600);
/// More open streams than this are refused: each costs a connection and memory.
const STREAMS_LIMIT: usize = 2_000;

static OPEN: AtomicUsize = AtomicUsize::new(0);

/// Counts a stream for as long as it lives.
struct Place;

impl Place {
    fn take() -> Option<Self> {
        let place = (OPEN.fetch_add(1, Ordering::Relaxed) < STREAMS_LIMIT).then_some(Self);
        if place.is_none() {
            OPEN.fetch_sub(1, Ordering::Relaxed);
        }
        metrics::gauge!("kezekshi_live_streams").set(OPEN.load(Ordering::Relaxed) as f64);
        place
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        OPEN.fetch_sub(1, Ordering::Relaxed);
        metrics::gauge!("kezekshi_live_streams").set(OPEN.load(Ordering::Relaxed) as f64);
    }
}

/// Sends a stream's events until it ends, the server stops or an hour has gone.
pub fn response(events: impl Stream<Item = LiveEvent> + Send + 'static, stop: &Stop) -> Response {
    let Some(place) = Place::take() else { return WebError::Unavailable.into_response() };
    let stop = stop.clone();
    let ended = Box::pin(async move {
        let (stopping, too_long) = (pin!(stop.wait()), pin!(tokio::time::sleep(LONGEST)));
        select(stopping, too_long).await;
    });
    let events = events.take_until(ended).map(move |event| {
        let _counted = &place;
        // A line feed would end the event; markup never needs a carriage return.
        Ok::<_, Infallible>(
            Event::default()
                .event(event.name.replace(['\r', '\n'], " "))
                .data(event.body.into_string().replace('\r', " ")),
        )
    });
    let mut response = Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE).text("live")).into_response();
    // Proxies that collect an answer before they pass it on would hold events back.
    response.headers_mut().insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    response
}

/// Sends what a bounded broadcast channel brings. `show` makes an event of a message, or none when it does not concern
/// this reader. A reader that is too slow for the channel gets [`LiveEvent::resync`].
pub fn from_broadcast<T: Clone + Send + 'static>(
    receiver: broadcast::Receiver<T>,
    stop: &Stop,
    show: impl FnMut(T) -> Option<LiveEvent> + Send + 'static,
) -> Response {
    response(shown(receiver, show), stop)
}

fn shown<T: Clone + Send + 'static>(
    receiver: broadcast::Receiver<T>,
    mut show: impl FnMut(T) -> Option<LiveEvent> + Send + 'static,
) -> impl Stream<Item = LiveEvent> + Send + 'static {
    BroadcastStream::new(receiver).filter_map(move |message| {
        let event = match message {
            Ok(message) => show(message),
            Err(BroadcastStreamRecvError::Lagged(_)) => Some(LiveEvent::resync()),
        };
        async move { event }
    })
}

/// The same for a reader whose right may end while the stream is open: `may_go_on` is asked each time `every` has gone, and the stream ends
/// when it says no. The browser then comes back by itself and is told by the route's guard what has become of it.
pub fn from_broadcast_while<T, W>(
    receiver: broadcast::Receiver<T>,
    stop: &Stop,
    every: Duration,
    mut may_go_on: impl FnMut() -> W + Send + 'static,
    show: impl FnMut(T) -> Option<LiveEvent> + Send + 'static,
) -> Response
where
    T: Clone + Send + 'static,
    W: Future<Output = bool> + Send + 'static,
{
    let ended = Box::pin(async move {
        loop {
            tokio::time::sleep(every).await;
            if !may_go_on().await {
                return;
            }
        }
    });
    response(shown(receiver, show).take_until(ended), stop)
}

/// Sends what `next` gives until it gives `None`: for a reader that asks the database in between.
pub fn from_fn<F, W>(next: F, stop: &Stop) -> Response
where
    F: FnMut() -> W + Send + 'static,
    W: Future<Output = Option<LiveEvent>> + Send + 'static,
{
    let events = unfold(next, |mut next| async move { next().await.map(|event| (event, next)) });
    response(events, stop)
}
