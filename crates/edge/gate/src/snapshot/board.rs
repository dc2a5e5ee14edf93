//! The lists that boards keep for the time when the gate is silent.

use std::collections::{BTreeMap, btree_map::Entry};

use jiff::{
    ToSpan,
    civil::{Date, date},
};
use kernel::{CredentialStatus, DeviceId, Direction, PersonStatus, SchoolMode};

use super::{Credential, Holder, Person, Point, PointIndex, Snapshot};
use crate::driver::{BoardCard, BoardList};

/// A credential without a first day holds from here: a fixed day, so that the list does not change from day to day.
const FIRST_DAY: Date = date(2000, 1, 1);
/// A credential without a last day holds until here: the last day that the date of every board can show.
const LAST_DAY: Date = date(2099, 12, 31);
/// Boards use the highest number to mark an empty place, and 0 for none.
const NO_CARD: [u32; 2] = [0, u32::MAX];
const DOORS: usize = 4;

/// For each device of the snapshot, the cards that its board shall hold from `today` on: every active credential of an active
/// person who has a right at the door in any window of a rule that is in force today, or whose learning month runs.
///
/// Boards know neither our windows nor holidays nor anti-passback: what they decide alone is wider than what the gate decides. Nor do they
/// know lessons and permissions to leave: while the gate is silent, whoever has a right at a door in any window gets out through it, and a
/// guard must look after the youngest. A permission puts nobody on a list. In a lock-down the lists are empty: a board that is cut off from
/// its gate lets nobody in then (`docs/decisions/fire-and-lock-down.md`). A number that is ambiguous at a door is left out there.
pub fn board_lists(snapshot: &Snapshot, today: Date) -> BTreeMap<DeviceId, BoardList> {
    let mut lists: BTreeMap<DeviceId, BoardList> =
        snapshot.devices.iter().map(|device| (device.id, BoardList::new())).collect();
    if snapshot.mode() == SchoolMode::LockedDown {
        return lists;
    }
    for (&(device, door), &point) in &snapshot.doors {
        let Some(list) = lists.get_mut(&device) else { continue };
        let door = usize::from(door);
        if (1..=DOORS).contains(&door) && snapshot.points[point.place()].is_enabled {
            hold_at(snapshot, today, point, door - 1, list);
        }
    }
    lists
}

fn hold_at(snapshot: &Snapshot, today: Date, place: PointIndex, door: usize, list: &mut BoardList) {
    let point = &snapshot.points[place.place()];
    for credential in &snapshot.credentials {
        let person = &snapshot.persons[credential.person.place()];
        if credential.status != CredentialStatus::Active || !may_pass(snapshot, person, place, today) {
            continue;
        }
        let Some(number) = board_number(snapshot, point, credential, today) else { continue };
        let Some((from, until)) = term(snapshot, credential, today) else { continue };
        match list.entry(number) {
            Entry::Vacant(vacant) => {
                let mut doors = [false; DOORS];
                doors[door] = true;
                vacant.insert(BoardCard { from, until, doors });
            }
            Entry::Occupied(mut occupied) => {
                let card = occupied.get_mut();
                card.doors[door] = true;
                card.from = card.from.min(from);
                card.until = card.until.max(until);
            }
        }
    }
}

fn may_pass(snapshot: &Snapshot, person: &Person, point: PointIndex, today: Date) -> bool {
    person.status == PersonStatus::Active
        && (person.learning_until.is_some_and(|until| today <= until)
            || Direction::ALL.into_iter().any(|direction| {
                snapshot.grants(person, point, direction).iter().any(|grant| grant.is_in_force(today))
            }))
}

/// The number as the board shows it, unless the board cannot hold it or could not tell whose it is.
fn board_number(snapshot: &Snapshot, point: &Point, credential: &Credential, today: Date) -> Option<u32> {
    let number = point.reader_format.number(credential.card)?;
    let noon = today.at(12, 0, 0, 0).to_zoned(snapshot.time_zone.clone()).ok()?.timestamp();
    if snapshot.holder(point.reader_format, number, noon) == Holder::Ambiguous {
        return None;
    }
    u32::try_from(number).ok().filter(|number| !NO_CARD.contains(number))
}

/// First and last day of validity by the school's wall clock; `None` when it is over or no day is left.
fn term(snapshot: &Snapshot, credential: &Credential, today: Date) -> Option<(Date, Date)> {
    let from = credential.valid_from.map_or(FIRST_DAY, |from| snapshot.day(from)).clamp(FIRST_DAY, LAST_DAY);
    let until = match credential.valid_until {
        // The term ends before this moment: a term until midnight does not reach into the day that begins then.
        Some(until) => snapshot.day(until.checked_sub(1.microsecond()).ok()?),
        None => LAST_DAY,
    };
    let until = until.clamp(FIRST_DAY, LAST_DAY);
    (from <= until && today <= until).then_some((from, until))
}
