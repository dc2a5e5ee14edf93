//! At each local midnight it is forgotten who is still inside: an exit that was not read must not keep a child out next morning.
//!
//! Gates do the same by themselves from their own clocks ([`kernel::SnapshotDoc::resets_at_midnight`]), with or without the server; here it is
//! done for the school's own table of presence, and written down. Day cards whose day is over are taken back beside it. It does not matter when the server comes to it: the journal's entry names
//! the midnight, and whoever came in after it stays.

use std::{
    fmt,
    sync::{Arc, Weak},
    thread,
    time::{Duration, Instant},
};

use accounts::App;
use jiff::{Timestamp, tz::TimeZone};
use kernel::{Clock, Ids, SchoolId};
use store::{Db, StoreError};

use crate::{
    error::AccessError,
    events::PresenceReset,
    store::school::{self, NightRow},
};

/// How often the clock is looked at.
const LOOK: Duration = Duration::from_secs(1);
/// Schools are asked for at least this often: one may have been added, or another process may have changed a setting.
const ASK: Duration = Duration::from_secs(30);

/// The thread that waits for midnights. Cheap to clone; it ends with the last clone.
#[derive(Clone)]
pub struct Nights(Arc<Inner>);

struct Inner {
    db: Db,
    clock: Arc<dyn Clock>,
    ids: Ids,
}

impl Nights {
    /// Starts waiting.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub(crate) fn start(app: &App) -> Result<Self, AccessError> {
        let inner = Arc::new(Inner { db: app.db.clone(), clock: app.clock.clone(), ids: app.ids.clone() });
        let weak = Arc::downgrade(&inner);
        thread::Builder::new().name("nights".into()).spawn(move || watch(&weak)).map_err(AccessError::Thread)?;
        Ok(Self(inner))
    }
}

impl fmt::Debug for Nights {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Nights").field("clock", &self.0.clock.now()).finish_non_exhaustive()
    }
}

fn watch(inner: &Weak<Inner>) {
    let mut asked: Option<(Instant, Timestamp)> = None;
    loop {
        let Some(nights) = inner.upgrade() else { return };
        let now = nights.clock.now();
        if asked.is_none_or(|(at, next)| at.elapsed() >= ASK || next <= now) {
            match reset_due(&nights.db, now) {
                Ok(next) => asked = Some((Instant::now(), next)),
                Err(AccessError::Store(StoreError::Closed)) => return,
                Err(error) => tracing::warn!(%error, "presence could not be reset for the night"),
            }
            if let Err(error) = people::day_cards::end_due(&nights.db, &nights.ids, now) {
                tracing::warn!(%error, "day cards whose day is over could not be taken back");
            }
        }
        // Not held while waiting, or the last handle would never be the last.
        drop(nights);
        thread::sleep(LOOK);
    }
}

/// Resets presence at every school at which midnight has passed since it was done last; gives the next midnight of any school.
///
/// # Errors
/// From the database.
pub fn reset_due(db: &Db, now: Timestamp) -> Result<Timestamp, AccessError> {
    let schools = db.read_blocking(school::nights)?;
    let mut next = Timestamp::MAX;
    for row in schools {
        let Some((midnight, tomorrow)) = day_of(&row.time_zone, now) else {
            tracing::warn!(school = %row.school, "the school's time zone is not known");
            continue;
        };
        next = next.min(tomorrow);
        if row.is_due(midnight) {
            reset(db, row.school, midnight, now)?;
        }
    }
    Ok(next)
}

/// The midnights before and after `now` by the clock of a school.
fn day_of(time_zone: &str, now: Timestamp) -> Option<(Timestamp, Timestamp)> {
    let zone = TimeZone::get(time_zone).ok()?;
    let today = zone.to_datetime(now).date();
    let midnight = |day: jiff::civil::Date| Some(day.to_zoned(zone.clone()).ok()?.timestamp());
    Some((midnight(today)?, midnight(today.tomorrow().ok()?)?))
}

fn reset(db: &Db, of: SchoolId, midnight: Timestamp, now: Timestamp) -> Result<(), AccessError> {
    db.write_blocking(move |tx| {
        // Another server may have been faster.
        let Some(row) = school::night_locked(tx, of)?.filter(|row| row.is_due(midnight)) else { return Ok(()) };
        school::set_presence_reset(tx, of, midnight)?;
        // The first night of a school in which nobody has been seen is nothing to write down.
        if row.presence_reset_at.is_some() || row.has_presence {
            journal::append(tx, of, now, &PresenceReset { before: midnight })?;
            tracing::info!(school = %of, "presence begins anew with the day");
        }
        Ok(())
    })
}

impl NightRow {
    fn is_due(&self, midnight: Timestamp) -> bool {
        self.presence_reset_at.is_none_or(|done| done < midnight)
    }
}
