//! The school's office: gives the permissions to leave of each simulated day, before anybody leaves by one.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
    time::Duration,
};

use access::{
    AccessError,
    model::{LeaveInput, Title},
    ops, queries,
};
use accounts::Ctx;
use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
use kernel::PersonId;
use store::{Db, Tx};

use crate::{
    clock::DemoClock,
    day::{Day, LetGo},
    lot::Lot,
    world::World,
};

/// How often the office looks which day it is.
const LOOK: Duration = Duration::from_millis(100);
/// What the lot of reasons is about.
const REASONS: u64 = 0x7768_7900;
/// Why pupils are let go, as people write it down; the other half is unwell.
const WHY: [&str; 4] = ["Приём у врача", "Дәрігерге бару", "Семейные обстоятельства", "Жарысқа бару"];
const UNWELL: &str = "Плохое самочувствие";

/// Who acts for the office at this moment.
pub type Clerk = Box<dyn Fn() -> Ctx + Send>;

/// An office that works until dropped.
#[derive(Debug)]
pub struct Office {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Office {
    /// Opens it: on each day of the clock it gives the permissions of that day. `people` are those of [`World::people`].
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn open(
        db: Db,
        world: Arc<World>,
        clock: DemoClock,
        people: Arc<[PersonId]>,
        clerk: Clerk,
    ) -> io::Result<Self> {
        let stop = Arc::new(AtomicBool::new(false));
        let told = stop.clone();
        let thread = std::thread::Builder::new().name("office".into()).spawn(move || {
            let mut day = None;
            while !told.load(Ordering::SeqCst) {
                let today = clock.today();
                if day != Some(today) {
                    day = Some(today);
                    let (ctx, world, people) = (clerk(), world.clone(), people.clone());
                    let done = db.write_blocking(move |tx| permit(tx, &ctx, &world, &people, today));
                    if let Err(error) = done {
                        tracing::warn!(%error, "the office could not give the permissions of the day");
                    }
                }
                std::thread::sleep(LOOK);
            }
        })?;
        Ok(Self { stop, thread: Some(thread) })
    }
}

impl Drop for Office {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the office ended by a panic");
        }
    }
}

/// Gives the permissions of a day that are still ahead and were not given before.
///
/// # Errors
/// From the public operation, or the database.
pub fn permit(tx: &mut Tx<'_>, ctx: &Ctx, world: &World, people: &[PersonId], today: Date) -> Result<u32, AccessError> {
    let scope = ctx.require(accounts::Action::GiveLeave)?;
    let zone = TimeZone::get(world.time_zone).unwrap_or(TimeZone::UTC);
    let Ok(midnight) = today.to_zoned(zone) else { return Ok(0) };
    let at = |second: u32| midnight.timestamp().checked_add(i64::from(second).seconds()).unwrap_or(Timestamp::MAX);
    let mut given = 0;
    for LetGo { person: place, from_s, until_s } in Day::let_go(world, world.seed, today) {
        let Some(person) = people.get(place).copied() else { continue };
        let (from, until) = (at(from_s), at(until_s));
        let known = queries::leaves_of(tx, &scope, person, ctx.now)?;
        if until <= ctx.now || known.iter().any(|leave| leave.from < until && from < leave.until) {
            continue;
        }
        let days = today.since(Date::ZERO).map_or(0, |span| span.get_days());
        let mut lot = Lot::new(world.seed ^ REASONS, u64::from(days.unsigned_abs()) << 32 | place as u64);
        let reason = if lot.chance(500) { UNWELL } else { lot.pick(&WHY) };
        let parent = world.parents.iter().find(|parent| parent.child == place);
        let input = LeaveInput {
            person,
            from,
            until,
            point: None,
            reason: Title::parse(reason).ok(),
            collected_by: parent.and_then(|parent| Title::parse(&format!("{} {}", parent.family, parent.given)).ok()),
        };
        ops::give_leave(tx, ctx, &input)?;
        given += 1;
    }
    Ok(given)
}

#[cfg(test)]
mod tests {
    use accounts::Scope;
    use jiff::civil::date;
    use testkit::both_databases;

    use super::*;

    both_databases! {
        fn permissions_of_a_day_are_given_once(t) {
            let day = date(2026, 11, 23);
            let world = Arc::new(World::make(1, day));
            let order = crate::school::Order { boards_port: 1, apart: false };
            let vault = testkit::vault();
            let made = crate::school::import(&t.db, &world, &vault, &t.clock, order, &|| false).unwrap();
            let give = || {
                let ctx = Ctx::of_program(made.school, kernel::Clock::now(&t.clock), t.ids.clone());
                let (world, people) = (world.clone(), made.people.clone());
                t.db.write_blocking(move |tx| permit(tx, &ctx, &world, &people, day)).unwrap()
            };
            let count = Day::let_go(&world, world.seed, day).len() as u32;
            assert!(count > 0);
            assert_eq!((give(), give()), (count, 0));
            let scope = Scope::of_program(made.school);
            let now = kernel::Clock::now(&t.clock);
            let until = now.checked_add(jiff::SignedDuration::from_hours(12)).unwrap();
            let leaves = t.db.read_blocking(|tx| queries::leaves(tx, &scope, now, until)).unwrap();
            assert_eq!(leaves.len() as u32, count);
            assert!(leaves.iter().all(|leave| !leave.reason.is_empty() && !leave.collected_by.is_empty()));
            t.clock.forward_s(20 * 3600);
            assert_eq!(give(), 0, "what is over is not given any more");
        }
    }
}
