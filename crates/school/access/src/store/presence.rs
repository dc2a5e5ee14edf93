//! Where each person is.

use jiff::Timestamp;
use kernel::{AccessPointId, Direction, PassId, PersonId, SchoolId, UserId, ZoneId};
use store::{Param, StoreError, Tx, Value, record, statements};

record! {
    /// Where a person is.
    pub struct PresenceRow {
        /// The zone; none: outside.
        pub zone: Option<ZoneId>,
        /// The zone's name.
        pub zone_name: Option<String>,
        /// Since when.
        pub since: Timestamp,
    }
    /// How many persons a zone holds.
    pub struct ZoneCountRow {
        /// The zone.
        pub zone: ZoneId,
        /// Its name.
        pub name: String,
        /// What it may hold.
        pub occupancy_limit: Option<u32>,
        /// What it holds.
        pub count: u32,
    }
    /// How many persons of a role are inside.
    pub struct RoleCountRow {
        /// 0 pupil, 1 teacher, 2 staff, else others.
        pub rank: Option<u8>,
        /// How many.
        pub count: u32,
    }
}

statements! {
    /// Where a person is.
    fn one(school: SchoolId, person: PersonId) -> One<PresenceRow> =
        "select p.zone as zone, z.name as zone_name, p.since as since from presence p
         left join zone z on z.school = p.school and z.id = p.zone where p.school = $1 and p.person = $2";
    /// How many persons each zone holds.
    fn zones(school: SchoolId) -> Many<ZoneCountRow> =
        "select z.id as zone, z.name as name, z.occupancy_limit as occupancy_limit,
           (select count(*) from presence p where p.school = z.school and p.zone = z.id) as count
         from zone z join building b on b.school = z.school and b.id = z.building
         where z.school = $1 order by b.name, z.name, z.id";
    /// How many persons of each role are inside, by the first of their roles.
    fn roles(school: SchoolId) -> Many<RoleCountRow> =
        "select rank, count(*) as count from
           (select (select min(case r.role when 'pupil' then 0 when 'teacher' then 1 when 'staff' then 2 else 3 end)
              from person_role r where r.school = p.school and r.person = p.person) as rank
            from presence p where p.school = $1 and p.zone is not null) as inside
         group by rank";
    /// Everybody leaves a zone that goes.
    fn leave_zone(school: SchoolId, zone: ZoneId) -> Run = "update presence set zone = null where school = $1 and zone = $2";
    /// Forgets where everybody is, before it is rebuilt from the journals. (All schools.)
    fn clear() across_schools -> Run = "delete from presence";
}

/// Where somebody is since a moment, and who or what said so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Moved {
    pub person: PersonId,
    pub zone: Option<ZoneId>,
    pub since: Timestamp,
    /// The pass that tells it: where, which way, which pass.
    pub by_pass: Option<(AccessPointId, Direction, PassId)>,
    /// The account that told it by hand.
    pub set_by: Option<UserId>,
}

const COLUMNS: &[&str] = &["school", "person", "zone", "since", "point", "direction", "pass", "set_by"];
/// A word from an earlier moment never replaces one from a later moment.
const NEWER_WINS: &str = "on conflict (school, person) do update set zone = excluded.zone, since = excluded.since,
  point = excluded.point, direction = excluded.direction, pass = excluded.pass, set_by = excluded.set_by
  where excluded.since >= presence.since";

/// Writes down where persons are; each person stands in `moved` at most once.
///
/// # Errors
/// From the database.
pub(crate) fn put(tx: &mut Tx<'_>, school: SchoolId, moved: &[Moved]) -> Result<(), StoreError> {
    struct Row<'a> {
        moved: &'a Moved,
        point: Option<AccessPointId>,
        direction: Option<Direction>,
        pass: Option<PassId>,
    }
    let rows: Vec<Row<'_>> = moved
        .iter()
        .map(|moved| Row {
            moved,
            point: moved.by_pass.map(|(point, ..)| point),
            direction: moved.by_pass.map(|(_, direction, _)| direction),
            pass: moved.by_pass.map(|(.., pass)| pass),
        })
        .collect();
    let values: Vec<Vec<Value<'_>>> = rows
        .iter()
        .map(|row| {
            vec![
                school.value(),
                row.moved.person.value(),
                row.moved.zone.value(),
                row.moved.since.value(),
                row.point.value(),
                row.direction.value(),
                row.pass.value(),
                row.moved.set_by.value(),
            ]
        })
        .collect();
    tx.insert_many::<u64>("presence", COLUMNS, school, &values, NEWER_WINS).map(|_| ())
}
