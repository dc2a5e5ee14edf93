//! The weeks before the demonstration begins: days of attendance, so that reports are not empty.
//!
//! They are planned as every day of the demonstration is, and taken in as days that another system knew: the log of passes, which
//! holds only what a gate told, does not have them, and a rebuild of attendance from the journal forgets them.

use accounts::Ctx;
use attendance::ops::load_past;
use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
use kernel::{Direction, PersonId};
use store::Tx;

use crate::{
    day::{Day, Tap},
    school::ImportError,
    world::World,
};

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
        let passes: Vec<_> =
            Day::plan(world, world.seed, date).iter().filter_map(|tap| crossing(world, people, tap, begins)).collect();
        load_past(tx, ctx, &passes)?;
    }
    Ok(())
}

/// Who went through a door to the street, if the tap came to that.
fn crossing(
    world: &World,
    people: &[PersonId],
    tap: &Tap,
    begins: Timestamp,
) -> Option<(PersonId, Direction, Timestamp)> {
    let to_street = world.points.get(tap.point)?.outer.is_none();
    let person = people.get(tap.person()?)?;
    let at = begins.checked_add(i64::from(tap.at_s).seconds()).ok()?;
    (tap.expected.is_granted() && to_street).then_some((*person, tap.direction, at))
}
