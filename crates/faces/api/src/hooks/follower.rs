//! Follows the journal: what a webhook wants comes into its queue.

use std::error::Error;

use ::store::Tx;
use accounts::App;
use jiff::Timestamp;
use journal::{Entry, Follower};

use super::{
    OffBecause, WAITING_LIMIT, message,
    store::{self, Queued, Wanting},
};

/// Puts events into the queues of webhooks.
#[derive(Debug)]
pub struct HookFollower {
    app: App,
}

impl HookFollower {
    /// On the clock by which deliveries are sent: that of sessions, which is the real one also where the school's own runs faster.
    pub fn new(app: &App) -> Self {
        Self { app: app.clone() }
    }
}

impl Follower for HookFollower {
    fn name(&self) -> &'static str {
        "webhooks"
    }

    fn follow(&self, tx: &mut Tx<'_>, entries: &[Entry]) -> Result<(), Box<dyn Error + Send + Sync>> {
        let Some(school) = entries.first().map(|entry| entry.school) else { return Ok(()) };
        let now = self.app.session_now();
        for hook in store::wanting(tx, school)? {
            queue(tx, &hook, entries, now)?;
        }
        Ok(())
    }
}

fn queue(
    tx: &mut Tx<'_>,
    hook: &Wanting,
    entries: &[Entry],
    now: Timestamp,
) -> Result<(), Box<dyn Error + Send + Sync>> {
    let wanted = entries.iter().filter(|entry| entry.seq > hook.since && hook.kinds.wants(&entry.kind));
    let messages: Vec<Queued> = wanted
        .filter_map(|entry| {
            let body = message::of_entry(entry);
            if body.is_none() {
                tracing::error!(school = %entry.school, seq = entry.seq, "an entry of the journal is no JSON; webhooks are not told of it");
            }
            Some(Queued { message: message::id_of(entry), kind: entry.kind.clone(), body: body? })
        })
        .collect();
    let (Some(first), count) = (entries.first(), messages.len() as u64) else { return Ok(()) };
    if count == 0 {
        return Ok(());
    }
    let school = first.school;
    if store::waiting(tx, school, hook.id, WAITING_LIMIT)? + count > WAITING_LIMIT {
        tracing::warn!(%school, webhook = %hook.id, "too much waits for a webhook; it is switched off");
        store::switch_off(tx, school, hook.id, OffBecause::Full, now)?;
        return Ok(());
    }
    store::put(tx, school, hook.id, &messages, now)?;
    Ok(())
}
