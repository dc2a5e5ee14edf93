//! Counts visits in memory and writes the sums in batches, off the way of the request.

use std::{
    collections::HashMap,
    fmt, io,
    net::SocketAddr,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread::{self, JoinHandle},
    time::Duration,
};

use ::store::{StoreError, Tx};
use accounts::App;
use axum::{
    extract::{ConnectInfo, MatchedPath, Request, State},
    http::{Method, header},
    middleware::Next,
    response::Response,
};
use jiff::{SignedDuration, Timestamp};
use kernel::{SchoolId, at_micros, micros};

use crate::{model, store};

/// How often sums are written.
const FLUSH: Duration = Duration::from_secs(15);
/// Sums in memory at most; a visit of a kind that is not among them is not counted when they are so many.
const KINDS: usize = 10_000;
/// Sums with a foreign referrer between two writes at most; of more the referrer is left out. Anybody may name any site, and so fill the table.
const FOREIGN: usize = 20;
/// Sums of one transaction.
const BATCH: usize = 500;
/// How long rows are kept.
const KEPT: SignedDuration = SignedDuration::from_hours(90 * 24);
/// How often old rows are looked for.
const FORGET: SignedDuration = SignedDuration::from_hours(24);
const HOUR_US: i64 = 3_600_000_000;

/// What is summed by.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Kind {
    /// The reader's school; nobody's before somebody signs in.
    school: Option<SchoolId>,
    hour: i64,
    page: String,
    referrer: String,
    browser: &'static str,
    network: String,
}

#[derive(Debug, Default)]
struct Waiting {
    sums: HashMap<Kind, u64>,
    /// How many of them have a referrer.
    foreign: usize,
    is_over: bool,
}

#[derive(Debug, Default)]
struct Shared {
    waiting: Mutex<Waiting>,
    told: Condvar,
}

impl Shared {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Counts visits. Clones count together; the last sums are written when [`Writer`] is dropped.
#[derive(Clone, Debug, Default)]
pub struct Visits(Arc<Shared>);

/// The thread that writes the sums and removes old ones.
pub struct Writer {
    visits: Visits,
    thread: Option<JoinHandle<()>>,
}

impl Visits {
    /// The counter of this program: the same for all clones of the app.
    pub fn of(app: &App) -> Self {
        Self(app.memory::<Shared>())
    }

    /// Starts writing what is counted.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(app: &App) -> io::Result<Writer> {
        let visits = Self::of(app);
        let (app, own) = (app.clone(), visits.clone());
        let thread = thread::Builder::new().name("visits".into()).spawn(move || own.run(&app))?;
        Ok(Writer { visits, thread: Some(thread) })
    }

    /// Counts pages that were opened: answers in HTML, no fragments, nothing that programs ask for. Stands within the session's layer, which tells the
    /// school; nothing else is asked of the session.
    pub async fn layer(State(app): State<App>, request: Request, next: Next) -> Response {
        let kind = kind_of(&app, &request);
        let response = next.run(request).await;
        let is_page = response.status().is_success()
            && response
                .headers()
                .get(header::CONTENT_TYPE)
                .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
        if let Some(kind) = kind.filter(|_| is_page) {
            Self::of(&app).count(kind);
        }
        response
    }

    fn count(&self, mut kind: Kind) {
        let mut waiting = self.0.waiting();
        if !kind.referrer.is_empty() && !waiting.sums.contains_key(&kind) {
            if waiting.foreign >= FOREIGN {
                kind.referrer.clear();
            } else {
                waiting.foreign += 1;
            }
        }
        let has_place = waiting.sums.len() < KINDS || waiting.sums.contains_key(&kind);
        if has_place {
            *waiting.sums.entry(kind).or_default() += 1;
        }
    }

    fn run(&self, app: &App) {
        let mut forgotten: Option<Timestamp> = None;
        loop {
            let is_over = {
                let waited = self.0.told.wait_timeout_while(self.0.waiting(), FLUSH, |waiting| !waiting.is_over);
                waited.unwrap_or_else(PoisonError::into_inner).0.is_over
            };
            if let Err(error) = self.flush(app) {
                tracing::warn!(%error, "visits were not written");
            }
            if is_over {
                return;
            }
            let now = app.session_now();
            if forgotten.is_none_or(|then| now.duration_since(then) >= FORGET) {
                match Self::forget(app) {
                    Ok(()) => forgotten = Some(now),
                    Err(error) => tracing::warn!(%error, "old visits were not removed"),
                }
            }
        }
    }

    /// Removes rows that have stood for 90 days.
    ///
    /// # Errors
    /// From the database.
    pub fn forget(app: &App) -> Result<(), StoreError> {
        let before = app.session_now().checked_sub(KEPT).unwrap_or(Timestamp::MIN);
        let removed = app.db.write_blocking(move |tx| store::forget(tx, before))?;
        if removed > 0 {
            tracing::info!(rows = removed, "old visits were removed");
        }
        Ok(())
    }

    /// Writes what was counted until now.
    ///
    /// # Errors
    /// From the database; what was counted is then lost.
    pub fn flush(&self, app: &App) -> Result<(), StoreError> {
        let sums: Vec<_> = {
            let mut waiting = self.0.waiting();
            waiting.foreign = 0;
            std::mem::take(&mut waiting.sums).into_iter().collect()
        };
        if sums.is_empty() {
            return Ok(());
        }
        // Who is not signed in belongs to no school, unless there is only one.
        let only = match app.db.read_blocking(|tx| store::schools(tx, 2))?.as_slice() {
            [only] => Some(*only),
            _ => None,
        };
        for some in sums.chunks(BATCH) {
            let some = some.to_vec();
            app.db.write_blocking(move |tx| write(tx, &some, only))?;
        }
        Ok(())
    }
}

fn write(tx: &mut Tx<'_>, sums: &[(Kind, u64)], only: Option<SchoolId>) -> Result<(), StoreError> {
    for (kind, visits) in sums {
        let Some(school) = kind.school.or(only) else { continue };
        let hour = at_micros(kind.hour);
        drop(store::add(tx, school, hour, &kind.page, &kind.referrer, kind.browser, &kind.network, *visits)?);
    }
    Ok(())
}

fn kind_of(app: &App, request: &Request) -> Option<Kind> {
    let reader = request.extensions().get::<web::Reader>()?;
    if *request.method() != Method::GET || reader.wants_fragment() || reader.wants_json() {
        return None;
    }
    // The route's pattern: an address holds ids and what was searched for.
    let page = request.extensions().get::<MatchedPath>()?.as_str().to_owned();
    let headers = request.headers();
    let word = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let network = peer.map(|ConnectInfo(peer)| model::network(app.proxies().caller(peer.ip(), headers)));
    Some(Kind {
        school: accounts::school_of(request),
        hour: micros(app.session_now()).div_euclid(HOUR_US) * HOUR_US,
        page,
        referrer: model::referrer_host(word(header::REFERER), word(header::HOST)),
        browser: model::browser_family(word(header::USER_AGENT)),
        network: network.unwrap_or_default(),
    })
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.visits.0.waiting().is_over = true;
        self.visits.0.told.notify_all();
        if self.thread.take().is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("who writes visits ended by a panic");
        }
    }
}

impl fmt::Debug for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Writer")
    }
}
