//! Keeps who was at school when: follows the journal, can be rebuilt from it.

use std::{collections::BTreeMap, error::Error, sync::Arc};

use jiff::{civil::Date, tz::TimeZone};
use journal::{
    Entry, Follower, Followers,
    facts::{LeaveChanged, PassRecorded},
};
use kernel::{PersonId, SchoolId};
use store::{Db, Finding, StoreError, Told, Tx};

use crate::{
    error::AttendanceError,
    model::{DayFrame, DayPass, DayPasses},
    store::{days, leaves, packs, roll},
};

/// The name of the follower's cursor.
const FOLLOWER: &str = "attendance";
/// Entries of each journal that doctor compares with the days.
const SAMPLE: u64 = 2_000;
const PAGE: u32 = 500;

/// Takes passes through doors to the street into their days, and permissions to leave. A pass that is learnt of late, or again, comes to the same.
#[derive(Debug, Default)]
pub struct AttendanceFollower;

impl Follower for AttendanceFollower {
    fn name(&self) -> &'static str {
        FOLLOWER
    }

    fn follow(&self, tx: &mut Tx<'_>, entries: &[Entry]) -> Result<(), Box<dyn Error + Send + Sync>> {
        let Some(school) = entries.first().map(|entry| entry.school) else { return Ok(()) };
        for entry in entries {
            if let Some(LeaveChanged { leave, person, term: Some(term) }) = entry.event()? {
                leaves::put(tx, school, leave, person, term.from, term.until, term.given_by, term.withdrawn_at)?;
            }
        }
        let crossed = crossings(entries)?;
        if crossed.is_empty() {
            return Ok(());
        }
        Ok(take_passes(tx, school, &crossed)?)
    }
}

/// Who went through a door to the street, which way, when.
type Crossing = (PersonId, kernel::Direction, jiff::Timestamp);

/// The crossings that entries tell.
fn crossings(entries: &[Entry]) -> Result<Vec<Crossing>, journal::JournalError> {
    let mut crossed = Vec::new();
    for entry in entries {
        if let Some(pass) = entry.event::<PassRecorded>()?
            && let Some((person, way)) = pass.crossed()
        {
            crossed.push((person, way, pass.at));
        }
    }
    Ok(crossed)
}

type Days = BTreeMap<(Date, PersonId), Vec<DayPass>>;

/// The same by day and person. In one order, so that two writers wait for each other instead of standing in each other's way.
fn sorted(crossed: &[Crossing], zone: &TimeZone) -> Days {
    let mut days = Days::new();
    let mut frame: Option<DayFrame> = None;
    for (person, way, at) in crossed {
        let day = match frame.take() {
            Some(day) if day.contains(*at) => day,
            _ => DayFrame::around(*at, zone),
        };
        let second = u32::try_from(day.second_of(*at)).unwrap_or(0);
        days.entry((day.date(), *person)).or_default().push(DayPass::new(second, *way));
        frame = Some(day);
    }
    days
}

/// Takes passes through doors to the street into their days.
pub(crate) fn take_passes(tx: &mut Tx<'_>, school: SchoolId, crossed: &[Crossing]) -> Result<(), StoreError> {
    let zone = zone_of(tx, school)?;
    take(tx, school, &sorted(crossed, &zone))
}

fn take(tx: &mut Tx<'_>, school: SchoolId, new: &Days) -> Result<(), StoreError> {
    let newest = days::newest(tx, school)?;
    let mut held = Vec::with_capacity(new.len());
    for (day, person) in new.keys() {
        held.push(days::held(tx, school, *day, *person)?);
    }
    let mut changed = Vec::with_capacity(new.len());
    for ((key, passes), held) in new.iter().zip(held) {
        let known = held.get(tx)?.first().map(|bytes| DayPasses::of_bytes(bytes)).unwrap_or_default();
        let mut all = known.clone();
        passes.iter().for_each(|pass| all.take(*pass));
        if all != known {
            changed.push((*key, all));
        }
    }
    days::put(tx, school, &changed)?;
    packs::follow(tx, school, &changed.iter().map(|((day, _), _)| *day).collect(), newest)
}

/// The school's time zone.
pub(crate) fn zone_of(tx: &mut Tx<'_>, school: SchoolId) -> Result<TimeZone, StoreError> {
    let name = roll::time_zone(tx, school)?;
    Ok(name.and_then(|name| TimeZone::get(&name).ok()).unwrap_or(TimeZone::UTC))
}

/// Forgets who was at school when and was let go, and takes it again from the journals; what people said stays. `progress` is told the number of entries
/// taken and of all there are. Gives how many were taken.
///
/// # Errors
/// From the database or a journal that cannot be read.
pub fn rebuild(db: &Db, mut progress: impl FnMut(u64, u64)) -> Result<u64, AttendanceError> {
    db.write_blocking(|tx| {
        days::clear(tx)?;
        packs::clear(tx)?;
        leaves::clear(tx)?;
        Followers::forget(tx, FOLLOWER)
    })?;
    let all = db.read_blocking(|tx| journal::lag(tx, FOLLOWER))?;
    let follower: Arc<dyn Follower> = Arc::new(AttendanceFollower);
    Ok(Followers::catch_up_telling(db, &follower, |taken| progress(taken, all.max(taken)))?)
}

/// What doctor can find here, with the names of its values.
pub const FINDINGS: &[(&str, &[&str])] =
    &[("attendance-agrees", &["count"]), ("attendance-differs", &["count", "missing"])];

/// Whether the newest passes of every journal that were followed stand in their days.
///
/// # Errors
/// From the database or a journal that cannot be read.
pub fn doctor(tx: &mut Tx<'_>) -> Result<Vec<Finding>, AttendanceError> {
    let (mut count, mut missing) = (0_u64, 0_u64);
    for (school, seen) in journal::seen(tx, FOLLOWER)? {
        let zone = zone_of(tx, school)?;
        let mut after = seen.saturating_sub(SAMPLE);
        while after < seen {
            let entries = journal::read(tx, school, after, PAGE)?;
            let Some(last) = entries.last().map(|entry| entry.seq) else { break };
            let followed: Vec<Entry> = entries.into_iter().filter(|entry| entry.seq <= seen).collect();
            for ((day, person), passes) in sorted(&crossings(&followed)?, &zone) {
                let known =
                    days::one(tx, school, day, person)?.map(|bytes| DayPasses::of_bytes(&bytes)).unwrap_or_default();
                count += passes.len() as u64;
                missing += passes.iter().filter(|pass| known.all().binary_search(pass).is_err()).count() as u64;
            }
            after = last;
        }
    }
    let number = |number: u64| Told::Number(i64::try_from(number).unwrap_or(i64::MAX));
    Ok(vec![if missing == 0 {
        Finding { ok: true, what_key: "attendance-agrees", args: vec![("count", number(count))] }
    } else {
        let args = vec![("count", number(count)), ("missing", number(missing))];
        Finding { ok: false, what_key: "attendance-differs", args }
    }])
}
