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
        /// Whether it is known where; when not, `zone` says nothing.
        pub is_known: bool,
        /// Since when.
        pub since: Timestamp,
        /// The point of the pass that tells it.
        pub point_name: Option<String>,
        /// The way of that pass.
        pub direction: Option<Direction>,
        /// The pass that tells it; none when it was said by hand.
        pub pass: Option<PassId>,
        /// Who said it by hand.
        pub set_by_name: Option<String>,
    }
    /// Who is inside since when.
    pub struct AheadRow {
        /// The person.
        pub person: PersonId,
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
        "select p.zone as zone, z.name as zone_name, p.is_known as is_known, p.since as since, a.name as point_name,
           p.direction as direction, p.pass as pass, u.name as set_by_name
         from presence p left join zone z on z.school = p.school and z.id = p.zone
         left join access_point a on a.school = p.school and a.id = p.point
         left join user_account u on u.school = p.school and u.id = p.set_by where p.school = $1 and p.person = $2";
    /// How many persons are inside.
    fn inside(school: SchoolId) -> One<u32> = "select count(*) from presence where school = $1 and zone is not null";
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
    /// Everybody who came inside before a moment is outside since that moment.
    fn all_out(school: SchoolId, since: Timestamp, by: Option<UserId>) -> Run =
        "update presence set zone = null, since = $2, point = null, direction = null, pass = null, set_by = $3
         where school = $1 and zone is not null and since < $2";
    /// Who came inside at that moment or later, as told by a gate whose clock is ahead.
    fn inside_since(school: SchoolId, since: Timestamp) -> Many<AheadRow> =
        "select person, since from presence where school = $1 and zone is not null and since >= $2 order by person";
    /// Forgets who came in before a moment and is inside still.
    fn forget_inside(school: SchoolId, before: Timestamp) -> Run =
        "delete from presence where school = $1 and zone is not null and since < $2";
    /// Forgets where a person is, unless something later is known.
    fn forget_one(school: SchoolId, person: PersonId, until: Timestamp) -> Run =
        "delete from presence where school = $1 and person = $2 and since <= $3";
    /// Forgets where everybody is, before it is rebuilt from the journals. (All schools.)
    fn clear() across_schools -> Run = "delete from presence";
}

/// Where somebody is since a moment, and who or what said so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Moved {
    pub person: PersonId,
    pub zone: Option<ZoneId>,
    /// Whether it is known where.
    pub is_known: bool,
    pub since: Timestamp,
    /// The pass that tells it: where, which way, which pass.
    pub by_pass: Option<(AccessPointId, Direction, PassId)>,
    /// The account that told it by hand.
    pub set_by: Option<UserId>,
}

const COLUMNS: &[&str] = &["school", "person", "zone", "is_known", "since", "point", "direction", "pass", "set_by"];
/// A word from an earlier moment never replaces one from a later moment.
const NEWER_WINS: &str = "on conflict (school, person) do update set zone = excluded.zone, is_known = excluded.is_known, since = excluded.since,
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
                row.moved.is_known.value(),
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
