//! Days put together: one row for each day that is over, so that a report of months reads few rows.

use std::collections::BTreeSet;

use jiff::civil::Date;
use kernel::{PersonId, SchoolId};
use store::{StoreError, Tx, record, statements};

use super::days::{self, CameRow};
use crate::model::{DayPack, DaySeen};

/// Days that are put together at once at most, beside those that were changed: a school that was there before packs were has older ones.
const MOST_AT_ONCE: usize = 40;

record! {
    /// A day of everybody.
    pub struct PackRow {
        /// Which.
        pub day: Date,
        /// [`DayPack`].
        pub seen: Vec<u8>,
    }
}

statements! {
    /// Days that are put together, in order.
    fn span(school: SchoolId, from: Date, until: Date) -> Many<PackRow> =
        "select day, seen from attendance_pack where school = $1 and day between $2 and $3 order by day";
    /// How many came in on those days, in order.
    fn came(school: SchoolId, from: Date, until: Date) -> Many<CameRow> =
        "select day, came as count from attendance_pack where school = $1 and day between $2 and $3 order by day";
    /// Whether a day is put together.
    fn has(school: SchoolId, day: Date) -> One<i64> = "select 1 from attendance_pack where school = $1 and day = $2";
    /// Writes a day as it is now.
    fn put(school: SchoolId, day: Date, came: u32, seen: &[u8]) -> Run =
        "insert into attendance_pack (school, day, came, seen) values ($1, $2, $3, $4)
         on conflict (school, day) do update set came = excluded.came, seen = excluded.seen";
    /// Forgets everything, before it is rebuilt from the journals. (All schools.)
    fn clear() across_schools -> Run = "delete from attendance_pack";
}

/// Keeps packs true after days were changed: those of days that are over are made anew. The newest day changes with every pass and has none.
/// `newest_before` is the newest day before the change.
pub(crate) fn follow(
    tx: &mut Tx<'_>,
    school: SchoolId,
    changed: &BTreeSet<Date>,
    newest_before: Option<Date>,
) -> Result<(), StoreError> {
    let Some(newest) = changed.last().copied().max(newest_before) else { return Ok(()) };
    for day in changed.iter().filter(|day| **day < newest) {
        pack(tx, school, *day)?;
    }
    let mut day = newest_before.filter(|before| *before < newest);
    for _ in 0..MOST_AT_ONCE {
        let Some(over) = day else { break };
        if !changed.contains(&over) {
            if has(tx, school, over)?.is_some() {
                break;
            }
            pack(tx, school, over)?;
        }
        day = days::day_before(tx, school, over)?;
    }
    Ok(())
}

fn pack(tx: &mut Tx<'_>, school: SchoolId, day: Date) -> Result<(), StoreError> {
    let rows = days::in_order(tx, school, day)?;
    let pack = DayPack::new(rows.iter().map(|row| (row.person, row.seen())));
    put(tx, school, day, pack.came(), pack.as_bytes())?;
    Ok(())
}

/// Everybody's days from and until, day by day; days without a pass are left out, and within a day most come in the order of persons.
pub(crate) fn everybody(
    tx: &mut Tx<'_>,
    school: SchoolId,
    from: Date,
    until: Date,
    mut each: impl FnMut(Date, PersonId, DaySeen),
) -> Result<(), StoreError> {
    let packs = span(tx, school, from, until)?;
    for pack in &packs {
        DayPack::entries(&pack.seen).for_each(|(person, seen)| each(pack.day, person, seen));
    }
    for (from, until) in gaps(from, until, packs.iter().map(|pack| pack.day)) {
        for row in days::span(tx, school, from, until)? {
            each(row.day, row.person, row.seen());
        }
    }
    Ok(())
}

/// How many persons came in on each of the days; days without a pass are left out.
pub(crate) fn came_in(tx: &mut Tx<'_>, school: SchoolId, from: Date, until: Date) -> Result<Vec<CameRow>, StoreError> {
    let mut all = came(tx, school, from, until)?;
    let packed: Vec<Date> = all.iter().map(|row| row.day).collect();
    for (from, until) in gaps(from, until, packed.into_iter()) {
        all.extend(days::came(tx, school, from, until)?);
    }
    Ok(all)
}

/// The stretches of days between those that are there, which come in order.
fn gaps(from: Date, until: Date, there: impl Iterator<Item = Date>) -> Vec<(Date, Date)> {
    let (mut gaps, mut next) = (Vec::new(), Some(from));
    for day in there {
        if let (Some(from), Ok(before)) = (next, day.yesterday())
            && from <= before
        {
            gaps.push((from, before));
        }
        next = day.tomorrow().ok();
    }
    gaps.extend(next.filter(|from| *from <= until).map(|from| (from, until)));
    gaps
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn stretches_lie_between_the_days_that_are_there() {
        let day = |day| date(2026, 11, day);
        for (there, left) in [
            (vec![], vec![(1, 5)]),
            (vec![1, 2, 3, 4, 5], vec![]),
            (vec![1, 4], vec![(2, 3), (5, 5)]),
            (vec![3], vec![(1, 2), (4, 5)]),
        ] {
            let left: Vec<_> = left.into_iter().map(|(from, until)| (day(from), day(until))).collect();
            assert_eq!(gaps(day(1), day(5), there.iter().map(|there| day(*there))), left, "{there:?}");
        }
    }
}
