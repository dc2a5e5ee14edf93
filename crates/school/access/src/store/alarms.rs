//! Alarms.

use jiff::Timestamp;
use kernel::{AccessPointId, Alarm, AlarmId, AlarmKind, DeviceId, GateId, PersonId, PersonStatus, SchoolId, UserId};
use store::{Param, StoreError, Tx, Value, record, statements};

use super::persons::{PersonColumns, person_columns, person_join};
use crate::queries::AlarmView;

record! {
    /// An alarm with the names beside its ids.
    pub struct AlarmRow {
        /// Which.
        pub id: AlarmId,
        /// What.
        pub kind: AlarmKind,
        /// The device's name.
        pub device_name: Option<String>,
        /// The point's name.
        pub point_name: Option<String>,
        /// Numbers that belong to it.
        pub detail: String,
        /// When.
        pub at: Timestamp,
        /// When somebody saw it.
        pub seen_at: Option<Timestamp>,
        /// Who saw it.
        pub seen_by_name: Option<String>,
        /// Whether it tells a state that holds still.
        pub stands: bool,
        /// Since when nothing need be done about it any more.
        pub closed_at: Option<Timestamp>,
        /// By whom.
        pub person: Option<PersonId>,
        /// The person's family name.
        pub family: Option<String>,
        /// Given name.
        pub given: Option<String>,
        /// Patronymic.
        pub patronymic: Option<String>,
        /// The class's grade.
        pub grade: Option<u8>,
        /// The class's letter.
        pub letter: Option<String>,
        /// Position.
        pub position: Option<String>,
        /// Status.
        pub status: Option<PersonStatus>,
        /// Photo.
        pub photo_version: Option<u64>,
        /// The first of the roles.
        pub role_rank: Option<u8>,
    }
}

record! {
    /// A state that an alarm told of and that holds still.
    pub struct StandingRow {
        /// The alarm.
        pub id: AlarmId,
        /// What.
        pub kind: AlarmKind,
        /// At which device.
        pub device: Option<DeviceId>,
        /// Since when.
        pub at: Timestamp,
        /// Whether its device or point is gone, or belongs to another gate.
        pub is_orphan: bool,
    }
}

impl AlarmRow {
    pub(crate) fn view(self) -> AlarmView {
        let person = PersonColumns {
            person: self.person,
            family: self.family,
            given: self.given,
            patronymic: self.patronymic,
            grade: self.grade,
            letter: self.letter,
            position: self.position,
            status: self.status,
            photo_version: self.photo_version,
            role_rank: self.role_rank,
        };
        AlarmView {
            id: self.id,
            kind: self.kind,
            device_name: self.device_name,
            point_name: self.point_name,
            person: person.view(),
            detail: self.detail,
            at: self.at,
            seen_at: self.seen_at,
            seen_by_name: self.seen_by_name,
            stands: self.stands,
            closed_at: self.closed_at,
        }
    }
}

macro_rules! alarm_select {
    () => {
        concat!(
            "select p.id as id, p.kind as kind, d.name as device_name, a.name as point_name, p.detail as detail, p.at as at,
               p.seen_at as seen_at, u.name as seen_by_name, p.stands as stands, p.closed_at as closed_at, p.person as person, ",
            person_columns!(),
            " from alarm p left join device d on d.school = p.school and d.id = p.device
              left join access_point a on a.school = p.school and a.id = p.point left join user_account u on u.school = p.school and u.id = p.seen_by ",
            person_join!()
        )
    };
}

statements! {
    /// One alarm.
    fn one(school: SchoolId, alarm: AlarmId) -> One<AlarmRow> = concat!(alarm_select!(), "where p.school = $1 and p.id = $2");
    /// Alarms, newest first.
    fn list(school: SchoolId, before_at: Timestamp, before_id: AlarmId, kind: Option<AlarmKind>, limit: u32) -> Many<AlarmRow> =
        concat!(
            alarm_select!(),
            "where p.school = $1 and (p.at, p.id) < ($2, $3) and (p.kind = $4 or $4 is null) order by p.at desc, p.id desc limit $5"
        );
    /// Alarms that nobody has seen and that are not over, newest first.
    fn unseen(school: SchoolId, before_at: Timestamp, before_id: AlarmId, kind: Option<AlarmKind>, limit: u32) -> Many<AlarmRow> =
        concat!(
            alarm_select!(),
            "where p.school = $1 and p.seen_at is null and p.closed_at is null and (p.at, p.id) < ($2, $3) and (p.kind = $4 or $4 is null)
             order by p.at desc, p.id desc limit $5"
        );
    /// How many of them there are.
    fn count_unseen(school: SchoolId) -> Exactly<u32> = "select count(*) from alarm where school = $1 and seen_at is null and closed_at is null";
    /// Notes who saw it; touches nothing when somebody has before.
    fn see(school: SchoolId, alarm: AlarmId, at: Timestamp, by: Option<UserId>) -> Run =
        "update alarm set seen_at = $3, seen_by = $4 where school = $1 and id = $2 and seen_at is null";
    /// Notes who saw all of them.
    fn see_all(school: SchoolId, at: Timestamp, by: Option<UserId>) -> Run =
        "update alarm set seen_at = $2, seen_by = $3 where school = $1 and seen_at is null and closed_at is null";
    /// Closes the alarms of a state that is over.
    fn close(
        school: SchoolId, gate: GateId, kind: AlarmKind, device: Option<DeviceId>, point: Option<AccessPointId>, at: Timestamp,
    ) -> Many<AlarmId> =
        "update alarm set stands = false, closed_at = $6 where school = $1 and gate = $2 and kind = $3 and stands
           and (device = $4 or (device is null and $4 is null)) and (point = $5 or (point is null and $5 is null)) returning id";
    /// Closes one alarm.
    fn close_one(school: SchoolId, alarm: AlarmId, at: Timestamp) -> Run =
        "update alarm set stands = false, closed_at = $3 where school = $1 and id = $2 and stands";
    /// Closes all alarms of a gate that goes.
    fn close_of_gate(school: SchoolId, gate: GateId, at: Timestamp) -> Many<AlarmId> =
        "update alarm set stands = false, closed_at = $3 where school = $1 and gate = $2 and stands returning id";
    /// The states of a gate of which alarms stand.
    fn standing(school: SchoolId, gate: GateId) -> Many<StandingRow> =
        "select a.id as id, a.kind as kind, a.device as device, a.at as at,
           (a.device is not null and (d.gate is null or d.gate <> a.gate)) or (a.point is not null and p.id is null) as is_orphan
         from alarm a left join device d on d.school = a.school and d.id = a.device
           left join access_point p on p.school = a.school and p.id = a.point
         where a.school = $1 and a.gate = $2 and a.stands order by a.at, a.id";
}

const COLUMNS: &[&str] = &[
    "school",
    "id",
    "gate",
    "kind",
    "device",
    "point",
    "person",
    "detail",
    "at",
    "received_at",
    "stands",
    "closed_at",
];

/// Inserts those alarms that are not there yet; gives their ids.
///
/// # Errors
/// From the database.
pub(crate) fn insert(
    tx: &mut Tx<'_>,
    school: SchoolId,
    gate: GateId,
    received_at: Timestamp,
    alarms: &[Alarm],
) -> Result<Vec<AlarmId>, StoreError> {
    struct Row<'a> {
        alarm: &'a Alarm,
        stands: bool,
        closed_at: Option<Timestamp>,
    }
    let rows: Vec<Row<'_>> = alarms
        .iter()
        .map(|alarm| Row {
            alarm,
            stands: alarm.kind.ended_by().is_some(),
            // That something is in order again asks nothing of anybody.
            closed_at: alarm.kind.ends().map(|_| alarm.at),
        })
        .collect();
    let rows: Vec<Vec<Value<'_>>> = rows
        .iter()
        .map(|Row { alarm, stands, closed_at }| {
            vec![
                school.value(),
                alarm.id.value(),
                gate.value(),
                alarm.kind.value(),
                alarm.device.value(),
                alarm.point.value(),
                alarm.person.value(),
                alarm.detail.value(),
                alarm.at.value(),
                received_at.value(),
                stands.value(),
                closed_at.value(),
            ]
        })
        .collect();
    tx.insert_many("alarm", COLUMNS, school, &rows, "on conflict (school, id) do nothing returning id")
}
