//! The weeks before the demonstration begins: days of attendance, so that reports are not empty.
//!
//! They are planned as every day of the demonstration is, and taken in as days that another system knew: the log of passes, which
//! holds only what a gate told, does not have them, and a rebuild of attendance from the journal forgets them.

use std::collections::HashSet;

use accounts::Ctx;
use attendance::{
    model::{Marked, Note, Reason},
    ops::{Correction, load_past, mark},
};
use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
use kernel::{Direction, PersonId};
use store::Tx;

use crate::{
    day::{Day, Tap},
    lot::Lot,
    school::ImportError,
    world::World,
};

/// Who went through a door to the street, which way, when.
type Crossed = (PersonId, Direction, Timestamp);

/// What the lot of reasons is about: a lot of its own, so that the days are as they are without it.
const REASONS: u64 = 0x7265_6173;
/// So many days before today.
const DAYS: i32 = 45;

/// Takes the days before `today` in.
pub(crate) fn load(
    tx: &mut Tx<'_>,
    world: &World,
    ctx: &Ctx,
    people: &[PersonId],
    today: Date,
) -> Result<(), ImportError> {
    let zone = TimeZone::get(world.time_zone).unwrap_or(TimeZone::UTC);
    for before in 1..=DAYS {
        let Ok(date) = today.checked_sub(before.days()) else { break };
        let Ok(begins) = date.to_zoned(zone.clone()) else { continue };
        let begins = begins.timestamp();
        let passes: Vec<Crossed> =
            Day::plan(world, world.seed, date).iter().filter_map(|tap| crossing(world, people, tap, begins)).collect();
        load_past(tx, ctx, &passes)?;
        explain(tx, world, ctx, people, date, &passes)?;
    }
    Ok(())
}

/// Why somebody was away: what class teachers had written down by now. Of some nobody ever said.
fn explain(
    tx: &mut Tx<'_>,
    world: &World,
    ctx: &Ctx,
    people: &[PersonId],
    day: Date,
    passes: &[Crossed],
) -> Result<(), ImportError> {
    let came: HashSet<PersonId> = passes.iter().map(|(person, ..)| *person).collect();
    let days = day.since(Date::ZERO).map_or(0, |span| span.get_days());
    let mut lot = Lot::new(world.seed ^ REASONS, u64::from(days.unsigned_abs()));
    for (place, person) in people.iter().enumerate().filter(|(_, person)| !came.contains(person)) {
        let learns = world.class_of(place).is_some_and(|class| world.calendar.learns(day, class.grade));
        let weights =
            &[(60, Some(Reason::Ill)), (14, Some(Reason::Family)), (6, Some(Reason::Competition)), (20, None)];
        if learns && let Some(reason) = lot.weighed(weights) {
            let (marked, note) = (Marked::Absent(reason), Note::default());
            mark(tx, ctx, &Correction { person: *person, day, marked, note, seen: None })?;
        }
    }
    Ok(())
}

/// Who went through a door to the street, if the tap came to that.
fn crossing(world: &World, people: &[PersonId], tap: &Tap, begins: Timestamp) -> Option<Crossed> {
    let to_street = world.points.get(tap.point)?.outer.is_none();
    let person = people.get(tap.person()?)?;
    let at = begins.checked_add(i64::from(tap.at_s).seconds()).ok()?;
    (tap.expected.is_granted() && to_street).then_some((*person, tap.direction, at))
}
