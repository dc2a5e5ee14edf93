//! All SQL of webhooks.

use ::store::{Param, StoreError, Tx, Value, record, statements};
use accounts::Scope;
use crypto::Sealed;
use jiff::Timestamp;
use kernel::SchoolId;

use super::{
    HookId,
    kinds::Kinds,
    words::{DeliveryState, OffBecause, Trouble},
};

record! {
    /// A webhook in a list.
    pub struct HookRow {
        /// Which.
        pub id: HookId,
        /// Where it is sent.
        pub url: String,
        /// What it is told of.
        pub kinds: Kinds,
        /// Whether it is on.
        pub is_enabled: bool,
        /// Why it is off.
        pub off_because: Option<OffBecause>,
        /// Since when.
        pub off_at: Option<Timestamp>,
        /// Until when messages are signed with the secret before, too.
        pub old_secret_until: Option<Timestamp>,
        /// Since when it is there.
        pub created_at: Timestamp,
        /// Since when nothing gets through.
        pub failing_since: Option<Timestamp>,
        /// When it is tried again.
        pub next_at: Timestamp,
        /// Deliveries that wait.
        pub waiting: u64,
    }
    /// A webhook as the follower wants it.
    pub struct Wanting {
        /// Which.
        pub id: HookId,
        /// What it is told of.
        pub kinds: Kinds,
        /// Events up to this number were before its time.
        pub since: u64,
    }
    /// A webhook that something may be sent to.
    pub struct Due {
        /// The school.
        pub school: SchoolId,
        /// Which.
        pub id: HookId,
    }
    /// The oldest delivery that waits, with what is needed to send it.
    pub struct Job {
        /// Where to.
        pub url: String,
        /// The secret, sealed.
        pub secret: Sealed,
        /// The secret before, sealed.
        pub old_secret: Option<Sealed>,
        /// Until when it is signed with, too.
        pub old_secret_until: Option<Timestamp>,
        /// Failures in a row.
        pub failures: u64,
        /// Since when.
        pub failing_since: Option<Timestamp>,
        /// The delivery's number.
        pub number: u64,
        /// `webhook-id`.
        pub message: String,
        /// The JSON.
        pub body: String,
    }
    /// A delivery in a list.
    pub struct DeliveryRow {
        /// Its number.
        pub number: u64,
        /// The kind of event.
        pub kind: String,
        /// When it was put into the queue.
        pub created_at: Timestamp,
        /// How it is.
        pub state: DeliveryState,
        /// How often it was tried.
        pub attempts: u64,
        /// When last.
        pub tried_at: Option<Timestamp>,
        /// The status of the last answer.
        pub status: Option<u64>,
        /// Why there was none.
        pub trouble: Option<Trouble>,
    }
    /// A delivery with everything.
    pub struct DeliveryFull {
        /// Its number.
        pub number: u64,
        /// `webhook-id`.
        pub message: String,
        /// The kind of event.
        pub kind: String,
        /// The JSON.
        pub body: String,
        /// When it was put into the queue.
        pub created_at: Timestamp,
        /// How it is.
        pub state: DeliveryState,
        /// How often it was tried.
        pub attempts: u64,
        /// When last.
        pub tried_at: Option<Timestamp>,
        /// The status of the last answer.
        pub status: Option<u64>,
        /// Why there was none.
        pub trouble: Option<Trouble>,
        /// How long it took, in milliseconds.
        pub took_ms: Option<u64>,
        /// The first kilobyte of the answer.
        pub answer: Option<String>,
    }
}

statements! {
    /// Adds a webhook.
    fn add(
        school: SchoolId, id: HookId, url: &str, kinds: &Kinds, secret: &Sealed, since: u64, now: Timestamp,
    ) -> Run =
        "insert into webhook (school, id, url, kinds, secret, is_enabled, since, created_at, next_at)
         values ($1, $2, $3, $4, $5, true, $6, $7, $7)";
    /// How many webhooks a school has.
    fn count(school: SchoolId) -> Exactly<u64> = "select count(*) from webhook where school = $1";
    /// Whether it is on; none: there is no such webhook. Held until the transaction ends.
    fn is_enabled(school: SchoolId, id: HookId) -> One<bool> =
        "select is_enabled from webhook where school = $1 and id = $2 {lock}";
    /// The webhooks of a school.
    fn list(school: SchoolId, limit: u64) -> Many<HookRow> =
        "select w.id, w.url, w.kinds, w.is_enabled, w.off_because, w.off_at, w.old_secret_until, w.created_at, w.failing_since, w.next_at,
           (select count(*) from webhook_delivery d where d.school = w.school and d.webhook = w.id and d.state = 'waiting') as waiting
         from webhook w where w.school = $1 order by w.id limit $2";
    /// What the webhooks of a school that are on want.
    fn wanting(school: SchoolId) -> Many<Wanting> =
        "select id, kinds, since from webhook where school = $1 and is_enabled = true order by id";
    /// Changes the address and the kinds.
    fn change(school: SchoolId, id: HookId, url: &str, kinds: &Kinds) -> Run =
        "update webhook set url = $3, kinds = $4 where school = $1 and id = $2";
    /// Gives a new secret; the one before is kept beside it.
    fn rotate(school: SchoolId, id: HookId, secret: &Sealed, old_until: Timestamp, old: &Sealed) -> Run =
        "update webhook set old_secret = $5, old_secret_until = $4, secret = $3 where school = $1 and id = $2";
    /// The secret as it is kept.
    fn secret(school: SchoolId, id: HookId) -> One<Sealed> = "select secret from webhook where school = $1 and id = $2 {lock}";
    /// Switches off.
    fn switch_off(school: SchoolId, id: HookId, because: OffBecause, now: Timestamp) -> Run =
        "update webhook set is_enabled = false, off_because = $3, off_at = $4 where school = $1 and id = $2 and is_enabled = true";
    /// Switches on: what failed before counts no more; events in between were not for it.
    fn switch_on(school: SchoolId, id: HookId, since: u64, now: Timestamp) -> Run =
        "update webhook set is_enabled = true, off_because = null, off_at = null, failing_since = null, failures = 0, since = $3, next_at = $4
         where school = $1 and id = $2 and is_enabled = false";
    /// Lets it be tried at once.
    fn hurry(school: SchoolId, id: HookId, now: Timestamp) -> Run =
        "update webhook set next_at = $3 where school = $1 and id = $2 and next_at > $3";
    /// Removes a webhook whose deliveries are gone.
    fn remove(school: SchoolId, id: HookId) -> Run = "delete from webhook where school = $1 and id = $2";
    /// Removes its deliveries.
    fn remove_deliveries(school: SchoolId, id: HookId) -> Run =
        "delete from webhook_delivery where school = $1 and webhook = $2";
    /// Takes numbers for deliveries; the last of them is given.
    fn take_numbers(school: SchoolId, id: HookId, count: u64) -> Exactly<u64> =
        "update webhook set last_number = last_number + $3 where school = $1 and id = $2 returning last_number";
    /// Deliveries that wait, counted up to a limit.
    fn waiting(school: SchoolId, id: HookId, limit: u64) -> Exactly<u64> =
        "select count(*) from (select d.number from webhook_delivery d where d.school = $1 and d.webhook = $2 and d.state = 'waiting' limit $3) w";
    /// Leaves out what waits.
    fn skip_waiting(school: SchoolId, id: HookId) -> Run =
        "update webhook_delivery set state = 'skipped' where school = $1 and webhook = $2 and state = 'waiting'";
    /// Leaves out one that waits.
    fn skip(school: SchoolId, id: HookId, number: u64) -> Run =
        "update webhook_delivery set state = 'skipped' where school = $1 and webhook = $2 and number = $3 and state = 'waiting'";
    /// Puts a delivery into the queue once more, under a new number.
    fn again(school: SchoolId, id: HookId, number: u64, new_number: u64, now: Timestamp) -> Run =
        "insert into webhook_delivery (school, webhook, number, message, kind, body, created_at, state)
         select d.school, d.webhook, $4, d.message, d.kind, d.body, $5, 'waiting' from webhook_delivery d
         where d.school = $1 and d.webhook = $2 and d.number = $3";
    /// Webhooks to which something may be sent now, of whatever school: one sender serves all.
    fn due(now: Timestamp, limit: u64) across_schools -> Many<Due> =
        "select w.school, w.id from webhook w where w.next_at <= $1 and w.leased_until <= $1 and w.is_enabled = true
         and exists (select 1 from webhook_delivery d where d.school = w.school and d.webhook = w.id and d.state = 'waiting')
         order by w.next_at limit $2";
    /// Takes a webhook until a moment. Rows: 1, or 0 when another server was faster.
    fn lease(school: SchoolId, id: HookId, now: Timestamp, until: Timestamp) -> Run =
        "update webhook set leased_until = $4 where school = $1 and id = $2 and leased_until <= $3 and is_enabled = true";
    /// Holds on to a webhook that was taken. Rows: 0 when it is no more ours, or off.
    fn prolong(school: SchoolId, id: HookId, was: Timestamp, until: Timestamp) -> Run =
        "update webhook set leased_until = $4 where school = $1 and id = $2 and leased_until = $3 and is_enabled = true";
    /// Lets go of a webhook that was taken; others that are due come before it.
    fn release(school: SchoolId, id: HookId, until: Timestamp, now: Timestamp) -> Run =
        "update webhook set leased_until = 0, next_at = case when next_at < $4 then $4 else next_at end
         where school = $1 and id = $2 and leased_until = $3";
    /// The oldest delivery of a webhook that waits.
    fn job(school: SchoolId, id: HookId) -> One<Job> =
        "select w.url, w.secret, w.old_secret, w.old_secret_until, w.failures, w.failing_since, d.number, d.message, d.body
         from webhook w join webhook_delivery d on d.school = w.school and d.webhook = w.id
         where w.school = $1 and w.id = $2 and d.state = 'waiting' order by d.number limit 1";
    /// Notes an attempt at a delivery.
    fn tried(
        school: SchoolId, id: HookId, number: u64, state: DeliveryState, now: Timestamp, status: Option<u64>, trouble: Option<Trouble>,
        took_ms: u64, answer: Option<&str>,
    ) -> Run =
        "update webhook_delivery set state = $4, attempts = attempts + 1, tried_at = $5, status = $6, trouble = $7, took_ms = $8, answer = $9
         where school = $1 and webhook = $2 and number = $3 and state = 'waiting'";
    /// Notes that something got through.
    fn got_through(school: SchoolId, id: HookId) -> Run =
        "update webhook set failing_since = null, failures = 0 where school = $1 and id = $2";
    /// Notes that nothing got through, and when it is tried again.
    fn failed(school: SchoolId, id: HookId, failures: u64, since: Timestamp, next_at: Timestamp) -> Run =
        "update webhook set failures = $3, failing_since = $4, next_at = $5 where school = $1 and id = $2";
    /// Forgets old deliveries of all schools.
    fn forget(before: Timestamp) across_schools -> Run = "delete from webhook_delivery where created_at < $1";
    /// Forgets secrets that are signed with no more, of all schools.
    fn forget_secrets(now: Timestamp) across_schools -> Run =
        "update webhook set old_secret = null, old_secret_until = null where old_secret_until <= $1";
    /// Deliveries of a webhook, the newest first, before a number.
    fn log(school: SchoolId, id: HookId, before: u64, limit: u64) -> Many<DeliveryRow> =
        "select number, kind, created_at, state, attempts, tried_at, status, trouble from webhook_delivery
         where school = $1 and webhook = $2 and number < $3 order by number desc limit $4";
    /// One delivery.
    fn one(school: SchoolId, id: HookId, number: u64) -> One<DeliveryFull> =
        "select number, message, kind, body, created_at, state, attempts, tried_at, status, trouble, took_ms, answer from webhook_delivery
         where school = $1 and webhook = $2 and number = $3";
}

/// A message for the queue.
pub(super) struct Queued {
    pub(super) message: String,
    pub(super) kind: String,
    pub(super) body: String,
}

const COLUMNS: &[&str] = &["school", "webhook", "number", "message", "kind", "body", "created_at", "state"];

/// Puts messages into the queue of a webhook, in their order.
pub(super) fn put(
    tx: &mut Tx<'_>,
    school: SchoolId,
    hook: HookId,
    messages: &[Queued],
    now: Timestamp,
) -> Result<(), StoreError> {
    if messages.is_empty() {
        return Ok(());
    }
    let count = messages.len() as u64;
    let first = take_numbers(tx, school, hook, count)? - count + 1;
    let rows: Vec<Vec<Value<'_>>> = messages
        .iter()
        .zip(first..)
        .map(|(queued, number)| {
            vec![
                school.value(),
                hook.value(),
                // Numbers rise by one; none comes near the limit.
                Value::Int(number as i64),
                Value::Text(&queued.message),
                Value::Text(&queued.kind),
                Value::Text(&queued.body),
                Value::Int(now.as_microsecond()),
                Value::Text(DeliveryState::Waiting.as_str()),
            ]
        })
        .collect();
    tx.insert_ahead("webhook_delivery", COLUMNS, school, &rows, "")?;
    tx.ring(super::BELL);
    Ok(())
}

/// The webhooks of a school.
///
/// # Errors
/// From the database.
pub(crate) fn hooks(tx: &mut Tx<'_>, scope: &Scope) -> Result<Vec<HookRow>, StoreError> {
    list(tx, scope.school(), super::HOOKS_LIMIT)
}

/// At most `limit` deliveries of a webhook before a number, the newest first.
///
/// # Errors
/// From the database.
pub(crate) fn deliveries(
    tx: &mut Tx<'_>,
    scope: &Scope,
    hook: HookId,
    before: Option<u64>,
    limit: u64,
) -> Result<Vec<DeliveryRow>, StoreError> {
    let before = before.unwrap_or(u64::MAX).min(i64::MAX as u64);
    log(tx, scope.school(), hook, before, limit)
}

/// One delivery.
///
/// # Errors
/// From the database.
pub(crate) fn delivery(
    tx: &mut Tx<'_>,
    scope: &Scope,
    hook: HookId,
    number: u64,
) -> Result<Option<DeliveryFull>, StoreError> {
    one(tx, scope.school(), hook, number)
}
