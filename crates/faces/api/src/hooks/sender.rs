//! Sends what waits.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use ::store::StoreError;
use accounts::App;
use crypto::SharedSecret;
use jiff::{SignedDuration, Timestamp};

use super::{
    BELL, DeliveryState, HookError, KEPT, OffBecause, PATIENCE, Trouble,
    address::{HookUrl, Reach},
    backoff, message,
    ops::{OLD_SECRET, SECRET},
    post::{Outcome, Post},
    store::{self, Due, Job},
};

/// Webhooks that are sent to at the same time.
const AT_ONCE: usize = 4;
/// How often each looks by itself, since another server may have put something into a queue.
const LOOK: Duration = Duration::from_secs(1);
/// A webhook is taken for so long at a time: far longer than one attempt lasts.
const LEASE: SignedDuration = SignedDuration::from_secs(60);
/// Deliveries that go to one webhook before others have their turn.
const IN_A_ROW: u32 = 50;
/// How often old deliveries are forgotten.
const CLEANED: Duration = Duration::from_secs(3600);
/// How long the program waits for requests that are on their way when it ends; what is cut off is sent again at the next start.
const LAST: Duration = Duration::from_secs(2);
/// What a receiver answers that wants no more.
const GONE: u16 = 410;

/// The threads that send to webhooks of all schools. They end when this is dropped.
pub struct Sender {
    app: App,
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl Sender {
    /// Starts sending.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(app: &App) -> Result<Self, std::io::Error> {
        let mut running = Self { app: app.clone(), stop: Arc::default(), threads: Vec::new() };
        for place in 0..AT_ONCE {
            let (app, stop) = (app.clone(), running.stop.clone());
            let thread = thread::Builder::new().name(format!("webhooks-{place}"));
            running.threads.push(thread.spawn(move || run(&app, &stop, place == 0))?);
        }
        Ok(running)
    }
}

impl Drop for Sender {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        self.app.db.bell(BELL).ring();
        let end = Instant::now() + LAST;
        for thread in self.threads.drain(..) {
            while !thread.is_finished() && Instant::now() < end {
                thread::sleep(Duration::from_millis(20));
            }
            // One that still waits for an answer ends with the program.
            if thread.is_finished() && thread.join().is_err() {
                tracing::error!("who sends to webhooks ended by a panic");
            }
        }
    }
}

impl fmt::Debug for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sender")
    }
}

/// How far webhooks of this program reach.
pub(crate) fn reach(app: &App) -> Reach {
    if app.demo_users.is_empty() { Reach::Public } else { Reach::Demo }
}

fn run(app: &App, stop: &AtomicBool, cleans: bool) {
    let (bell, post) = (app.db.bell(BELL), Post::new(reach(app)));
    let mut cleaned: Option<Instant> = None;
    while !stop.load(Ordering::SeqCst) {
        let heard = bell.count();
        if cleans && cleaned.is_none_or(|at| at.elapsed() > CLEANED) {
            cleaned = Some(Instant::now());
            if let Err(error) = clean(app) {
                tracing::warn!(%error, "old deliveries of webhooks are not forgotten");
            }
        }
        match round(app, &post, stop) {
            Ok(0) => {
                bell.wait(heard, LOOK);
            }
            Ok(_) => {}
            Err(error) => {
                tracing::warn!(%error, "webhooks are not sent to for a moment");
                bell.wait(heard, LOOK);
            }
        }
    }
}

/// Forgets what is older than [`KEPT`], and secrets that are signed with no more.
///
/// # Errors
/// From the database.
pub fn clean(app: &App) -> Result<(), StoreError> {
    let now = app.session_now();
    let before = now.checked_sub(KEPT).unwrap_or(Timestamp::MIN);
    app.db.write_blocking(move |tx| {
        store::forget(tx, before)?;
        store::forget_secrets(tx, now).map(|_| ())
    })
}

/// Sends what is due, on this thread; gives the number of attempts. For tests.
///
/// # Errors
/// From the database.
pub fn send_due(app: &App) -> Result<u64, HookError> {
    round(app, &Post::new(reach(app)), &AtomicBool::new(false))
}

/// Sends to every webhook that is due and that nobody else has taken.
fn round(app: &App, post: &Post, stop: &AtomicBool) -> Result<u64, HookError> {
    let now = app.session_now();
    let mut attempts = 0;
    for due in app.db.read_blocking(move |tx| store::due(tx, now, AT_ONCE as u64 * 2))? {
        if stop.load(Ordering::SeqCst) {
            break;
        }
        attempts += serve(app, post, &due, stop)?;
    }
    Ok(attempts)
}

/// Takes a webhook and sends to it until nothing waits, one fails, or others have their turn.
fn serve(app: &App, post: &Post, due: &Due, stop: &AtomicBool) -> Result<u64, HookError> {
    let (school, id, now) = (due.school, due.id, app.session_now());
    let mut until = now.checked_add(LEASE).unwrap_or(now);
    if app.db.write_blocking(move |tx| store::lease(tx, school, id, now, until))? == 0 {
        return Ok(0);
    }
    let mut attempts = 0;
    for _ in 0..IN_A_ROW {
        let Some(job) = app.db.read_blocking(move |tx| store::job(tx, school, id))? else { break };
        attempts += 1;
        let outcome = attempt(app, post, due, &job);
        let is_through = noted(app, due, &job, &outcome)?;
        let (now, was) = (app.session_now(), until);
        until = now.checked_add(LEASE).unwrap_or(now);
        let is_ours = app.db.write_blocking(move |tx| store::prolong(tx, school, id, was, until))? == 1;
        if !is_ours {
            // Off, or another server's: what is still ours is let go.
            until = was;
            break;
        }
        if !is_through || stop.load(Ordering::SeqCst) {
            break;
        }
    }
    let now = app.session_now();
    app.db.write_blocking(move |tx| store::release(tx, school, id, until, now))?;
    Ok(attempts)
}

/// One attempt at one delivery.
fn attempt(app: &App, post: &Post, due: &Due, job: &Job) -> Outcome {
    let refused = |trouble| Outcome { result: Err(trouble), answer: None, took_ms: 0 };
    // The installation may reach less far than when the address was entered.
    let Ok(url) = HookUrl::parse(&job.url, reach(app)) else { return refused(Trouble::Inside) };
    let now = app.session_now();
    let signed = secrets(app, due, job, now)
        .and_then(|secrets| Ok(message::signatures(&secrets, &job.message, now.as_second(), &job.body)?));
    match signed {
        Ok(signatures) => {
            let at = now.as_second().to_string();
            let headers =
                [("webhook-id", job.message.as_str()), ("webhook-timestamp", &at), ("webhook-signature", &signatures)];
            post.send(&url, &headers, &job.body)
        }
        Err(error) => {
            tracing::error!(%error, school = %due.school, webhook = %due.id, "a webhook's secret cannot be used");
            refused(Trouble::Secret)
        }
    }
}

/// The secrets to sign with, the newest first.
fn secrets(app: &App, due: &Due, job: &Job, now: Timestamp) -> Result<Vec<SharedSecret>, HookError> {
    let (vault, school, id) = (app.vault.clone(), due.school, due.id);
    let old = job.old_secret.clone().filter(|_| job.old_secret_until.is_some_and(|until| until > now));
    let kept = [Some((SECRET, job.secret.clone())), old.map(|old| (OLD_SECRET, old))];
    app.db.read_blocking(move |tx| {
        let mut secrets = Vec::with_capacity(2);
        for (field, sealed) in kept.iter().flatten() {
            let opened = vault.open_of_school(tx, school, field.at(id), sealed)?;
            secrets.push(
                SharedSecret::from_slice(opened.bytes()).ok_or(crypto::CryptoError::Cipher("a webhook's secret"))?,
            );
        }
        Ok(secrets)
    })
}

/// Writes down what came of an attempt; tells whether it got through.
fn noted(app: &App, due: &Due, job: &Job, outcome: &Outcome) -> Result<bool, HookError> {
    let (school, id, number, now) = (due.school, due.id, job.number, app.session_now());
    let is_through = outcome.result.is_ok_and(|status| (200..300).contains(&status));
    let word = if is_through { "delivered" } else { "failed" };
    metrics::counter!("kezekshi_webhook_attempts_total", "outcome" => word).increment(1);
    let failures = job.failures + 1;
    let since = job.failing_since.unwrap_or(now);
    let chance = u16::from_be_bytes(app.ids.bytes::<2>());
    let next_at = now.checked_add(backoff::pause(failures, chance)).unwrap_or(now);
    let off = match outcome.result {
        _ if is_through => None,
        Ok(GONE) => Some(OffBecause::Gone),
        _ if now.duration_since(since) >= PATIENCE => Some(OffBecause::Failing),
        _ => None,
    };
    let outcome = outcome.clone();
    app.db.write_blocking(move |tx| {
        let state = if is_through { DeliveryState::Delivered } else { DeliveryState::Waiting };
        let (status, trouble) = (outcome.result.ok().map(u64::from), outcome.result.err());
        store::tried(tx, school, id, number, state, now, status, trouble, outcome.took_ms, outcome.answer.as_deref())?;
        if is_through {
            store::got_through(tx, school, id)?;
        } else {
            store::failed(tx, school, id, failures, since, next_at)?;
        }
        if let Some(because) = off
            && store::switch_off(tx, school, id, because, now)? == 1
        {
            tracing::warn!(%school, webhook = %id, because = because.as_str(), "a webhook is switched off");
        }
        Ok::<_, HookError>(())
    })?;
    Ok(is_through)
}
