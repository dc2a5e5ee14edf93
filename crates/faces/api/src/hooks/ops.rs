//! What an administrator does with webhooks. Each takes [`Action::ManageWebhooks`] and stands in the audit trail; addresses do not.

use ::store::Tx;
use accounts::{Action, Ctx, audit};
use crypto::{SchoolField, SharedSecret, Vault};
use jiff::Timestamp;
use kernel::SchoolId;

use super::{
    BELL, HOOKS_LIMIT, HookError, HookId, HookUrl, Kinds, OffBecause, ROTATION, ShownSecret,
    kinds::TEST_KIND,
    message,
    store::{self, Queued},
};

/// The secret of a webhook.
pub(super) const SECRET: SchoolField = SchoolField::new("webhook", "secret");
/// The secret before.
pub(super) const OLD_SECRET: SchoolField = SchoolField::new("webhook", "old_secret");

/// Adds a webhook; gives its secret, for the only time. It is told of what happens from now on.
///
/// # Errors
/// [`HookError::Denied`], [`HookError::TooMany`]; from the keys and the database.
pub fn add(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    vault: &Vault,
    url: &HookUrl,
    kinds: &Kinds,
    now: Timestamp,
) -> Result<(HookId, ShownSecret), HookError> {
    let school = ctx.require(Action::ManageWebhooks)?.school();
    if store::count(tx, school)? >= HOOKS_LIMIT {
        return Err(HookError::TooMany);
    }
    let (id, secret): (HookId, _) = (ctx.new_id(), SharedSecret::random()?);
    let sealed = vault.seal_of_school(tx, school, SECRET.at(id), secret.bytes())?;
    let since = journal::head(tx, school)?;
    store::add(tx, school, id, &url.to_string(), kinds, &sealed, since, now)?;
    audit(tx, ctx, "webhook_added", Some(id), &told(kinds))?;
    Ok((id, ShownSecret::of(&secret)))
}

/// Changes where it is sent and what it is told of.
///
/// # Errors
/// [`HookError::Denied`], [`HookError::NoSuchHook`]; from the database.
pub fn change(tx: &mut Tx<'_>, ctx: &Ctx, hook: HookId, url: &HookUrl, kinds: &Kinds) -> Result<(), HookError> {
    let school = ctx.require(Action::ManageWebhooks)?.school();
    found(store::change(tx, school, hook, &url.to_string(), kinds)?)?;
    audit(tx, ctx, "webhook_changed", Some(hook), &told(kinds))?;
    Ok(())
}

/// Gives a new secret, shown for the only time. For a day messages are signed with both, so that the receiver can change over.
///
/// # Errors
/// [`HookError::Denied`], [`HookError::NoSuchHook`]; from the keys and the database.
pub fn rotate(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    vault: &Vault,
    hook: HookId,
    now: Timestamp,
) -> Result<ShownSecret, HookError> {
    let school = ctx.require(Action::ManageWebhooks)?.school();
    let kept = store::secret(tx, school, hook)?.ok_or(HookError::NoSuchHook)?;
    let before = vault.open_of_school(tx, school, SECRET.at(hook), &kept)?;
    let secret = SharedSecret::random()?;
    let sealed = vault.seal_of_school(tx, school, SECRET.at(hook), secret.bytes())?;
    let old = vault.seal_of_school(tx, school, OLD_SECRET.at(hook), before.bytes())?;
    let until = now.checked_add(ROTATION).unwrap_or(now);
    found(store::rotate(tx, school, hook, &sealed, until, &old)?)?;
    audit(tx, ctx, "webhook_secret_changed", Some(hook), "")?;
    Ok(ShownSecret::of(&secret))
}

/// Switches it off: events are not kept for it meanwhile; what waits, waits on.
///
/// # Errors
/// [`HookError::Denied`], [`HookError::NoSuchHook`]; from the database.
pub fn switch_off(tx: &mut Tx<'_>, ctx: &Ctx, hook: HookId, now: Timestamp) -> Result<(), HookError> {
    let school = ctx.require(Action::ManageWebhooks)?.school();
    store::is_enabled(tx, school, hook)?.ok_or(HookError::NoSuchHook)?;
    if store::switch_off(tx, school, hook, OffBecause::ByHand, now)? == 1 {
        audit(tx, ctx, "webhook_off", Some(hook), OffBecause::ByHand.as_str())?;
    }
    Ok(())
}

/// Switches it on. What waited is sent first, or left out when `skips_waiting`.
///
/// # Errors
/// [`HookError::Denied`], [`HookError::NoSuchHook`]; from the database.
pub fn switch_on(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    hook: HookId,
    skips_waiting: bool,
    now: Timestamp,
) -> Result<(), HookError> {
    let school = ctx.require(Action::ManageWebhooks)?.school();
    if store::is_enabled(tx, school, hook)?.ok_or(HookError::NoSuchHook)? {
        return Ok(());
    }
    if skips_waiting {
        store::skip_waiting(tx, school, hook)?;
    }
    let since = journal::head(tx, school)?;
    store::switch_on(tx, school, hook, since, now)?;
    tx.ring(BELL);
    audit(tx, ctx, "webhook_on", Some(hook), if skips_waiting { "skipped" } else { "" })?;
    Ok(())
}

/// Puts a message into the queue that only proves that messages arrive, and lets it be tried at once.
///
/// # Errors
/// [`HookError::Denied`], [`HookError::NoSuchHook`], [`HookError::Off`]; from the database.
pub fn test(tx: &mut Tx<'_>, ctx: &Ctx, hook: HookId, now: Timestamp) -> Result<(), HookError> {
    let school = ctx.require(Action::ManageWebhooks)?.school();
    is_on(tx, school, hook)?;
    let message = format!("test-{}", ctx.ids.new_uuid(now));
    let body = message::of_test(&message, TEST_KIND, now, school).ok_or(HookError::NoSuchHook)?;
    store::put(tx, school, hook, &[Queued { message, kind: TEST_KIND.to_owned(), body }], now)?;
    hurried(tx, school, hook, now)?;
    audit(tx, ctx, "webhook_tested", Some(hook), "")?;
    Ok(())
}

/// Sends a delivery again: one that waits is tried at once, another comes to the end of the queue with the same `webhook-id`.
///
/// # Errors
/// [`HookError::Denied`], [`HookError::NoSuchHook`], [`HookError::Off`]; from the database.
pub fn send_again(tx: &mut Tx<'_>, ctx: &Ctx, hook: HookId, number: u64, now: Timestamp) -> Result<(), HookError> {
    let school = ctx.require(Action::ManageWebhooks)?.school();
    is_on(tx, school, hook)?;
    let delivery = store::one(tx, school, hook, number)?.ok_or(HookError::NoSuchHook)?;
    if delivery.state != super::DeliveryState::Waiting {
        let new_number = store::take_numbers(tx, school, hook, 1)?;
        store::again(tx, school, hook, number, new_number, now)?;
    }
    hurried(tx, school, hook, now)?;
    audit(tx, ctx, "webhook_sent_again", Some(hook), &number.to_string())?;
    Ok(())
}

/// Leaves out a delivery that waits, so that those behind it come through.
///
/// # Errors
/// [`HookError::Denied`], [`HookError::NoSuchHook`] also when it does not wait; from the database.
pub fn skip(tx: &mut Tx<'_>, ctx: &Ctx, hook: HookId, number: u64, now: Timestamp) -> Result<(), HookError> {
    let school = ctx.require(Action::ManageWebhooks)?.school();
    found(store::skip(tx, school, hook, number)?)?;
    hurried(tx, school, hook, now)?;
    audit(tx, ctx, "webhook_skipped", Some(hook), &number.to_string())?;
    Ok(())
}

/// Removes it with its log.
///
/// # Errors
/// [`HookError::Denied`], [`HookError::NoSuchHook`]; from the database.
pub fn remove(tx: &mut Tx<'_>, ctx: &Ctx, hook: HookId) -> Result<(), HookError> {
    let school = ctx.require(Action::ManageWebhooks)?.school();
    store::is_enabled(tx, school, hook)?.ok_or(HookError::NoSuchHook)?;
    store::remove_deliveries(tx, school, hook)?;
    found(store::remove(tx, school, hook)?)?;
    audit(tx, ctx, "webhook_removed", Some(hook), "")?;
    Ok(())
}

fn is_on(tx: &mut Tx<'_>, school: SchoolId, hook: HookId) -> Result<(), HookError> {
    if store::is_enabled(tx, school, hook)?.ok_or(HookError::NoSuchHook)? { Ok(()) } else { Err(HookError::Off) }
}

fn hurried(tx: &mut Tx<'_>, school: SchoolId, hook: HookId, now: Timestamp) -> Result<(), HookError> {
    store::hurry(tx, school, hook, now)?;
    tx.ring(BELL);
    Ok(())
}

fn found(rows: u64) -> Result<(), HookError> {
    if rows == 1 { Ok(()) } else { Err(HookError::NoSuchHook) }
}

/// What it is told of, for the audit trail.
fn told(kinds: &Kinds) -> String {
    kinds.words().collect::<Vec<_>>().join(" ")
}
