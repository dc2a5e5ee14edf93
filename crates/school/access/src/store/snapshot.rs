//! What a gate must know, read in a handful of statements, whatever the number of persons.

use jiff::{Timestamp, civil};
use kernel::{
    AccessPointId, ClassId, CredentialId, CredentialStatus, DeviceId, Direction, GateId, GroupId, PersonId,
    PersonStatus, PresentDoc, ReaderFormat, Role, SchoolId, ZoneId,
};
use store::{record, statements};

record! {
    /// A zone.
    pub struct ZoneRow {
        /// Which.
        pub id: ZoneId,
        /// How many people it may hold.
        pub occupancy_limit: Option<u32>,
    }
    /// A point of the gate.
    pub struct PointRow {
        /// Which.
        pub id: AccessPointId,
        /// Its device.
        pub device: Option<DeviceId>,
        /// The door on the device.
        pub door: u8,
        /// How its readers show a card.
        pub reader_format: ReaderFormat,
        /// The zone inside.
        pub inner_zone: ZoneId,
        /// The zone outside.
        pub outer_zone: Option<ZoneId>,
        /// The word of anti-passback.
        pub anti_passback: String,
        /// Its minutes.
        pub anti_passback_min: i64,
        /// Whether it is in use.
        pub is_enabled: bool,
    }
    /// A device of the gate.
    pub struct DeviceRow {
        /// Which.
        pub id: DeviceId,
        /// Kind and settings as JSON.
        pub settings: String,
        /// The newest event of the board that is here.
        pub last_event: Option<u32>,
    }
    /// A person.
    pub struct PersonRow {
        /// Who.
        pub id: PersonId,
        /// The class.
        pub class: Option<ClassId>,
        /// Whether the person may be here.
        pub status: PersonStatus,
        /// Always let in up to and with this day.
        pub learning_until: Option<civil::Date>,
    }
    /// A role of a person.
    pub struct RoleRow {
        /// Who.
        pub person: PersonId,
        /// What.
        pub role: Role,
    }
    /// A group of a person.
    pub struct MemberRow {
        /// Who.
        pub person: PersonId,
        /// In which group.
        pub group_id: GroupId,
    }
    /// A credential.
    pub struct CredentialRow {
        /// Which.
        pub id: CredentialId,
        /// Whose.
        pub person: PersonId,
        /// How many bits.
        pub bits: u8,
        /// The bits.
        pub value: i64,
        /// Whether it opens anything.
        pub status: CredentialStatus,
        /// From this moment.
        pub valid_from: Option<Timestamp>,
        /// Before this moment.
        pub valid_until: Option<Timestamp>,
    }
    /// Where a person is.
    pub struct PresentRow {
        /// Who.
        pub person: PersonId,
        /// Where.
        pub zone: Option<ZoneId>,
        /// Whether it is known where.
        pub is_known: bool,
        /// Since when.
        pub since: Timestamp,
        /// Through which point.
        pub point: Option<AccessPointId>,
        /// Which way.
        pub direction: Option<Direction>,
    }
}

impl PresentRow {
    pub(crate) fn doc(self) -> PresentDoc {
        let zone = told_zone(self.zone, self.is_known);
        PresentDoc { person: self.person, zone, since: self.since, last: self.point.zip(self.direction) }
    }
}

/// A gate takes a zone that its snapshot does not know for "not known where": nothing is held against the person then, and what the gate
/// itself remembers from before `since` no longer counts.
const NOT_KNOWN: ZoneId = ZoneId::from_uuid(uuid::Uuid::nil());

/// How a gate is told where a person is.
pub(crate) fn told_zone(zone: Option<ZoneId>, is_known: bool) -> Option<ZoneId> {
    if is_known { zone } else { Some(NOT_KNOWN) }
}

statements! {
    /// The school's zones.
    fn zones(school: SchoolId) -> Many<ZoneRow> = "select id, occupancy_limit from zone where school = $1 order by id";
    /// The gate's points.
    fn points(school: SchoolId, gate: GateId) -> Many<PointRow> =
        "select id, device, door, reader_format, inner_zone, outer_zone, anti_passback, anti_passback_min, is_enabled
         from access_point where school = $1 and gate = $2 order by id";
    /// The gate's devices.
    fn devices(school: SchoolId, gate: GateId) -> Many<DeviceRow> =
        "select d.id as id, d.settings as settings,
           (select p.board_event from pass p where p.school = d.school and p.device = d.id and p.at >= d.board_since
            order by p.at desc, p.board_event desc limit 1) as last_event
         from device d where d.school = $1 and d.gate = $2 order by d.id";
    /// Persons of the school, and those who left it with a card that they still have.
    fn persons(school: SchoolId) -> Many<PersonRow> =
        "select id, class, status, learning_until from person p where school = $1 and (status <> 'archived' or exists
           (select 1 from credential c where c.school = p.school and c.person = p.id and c.status <> 'returned'))
         order by id";
    /// Their roles.
    fn roles(school: SchoolId) -> Many<RoleRow> = "select person, role from person_role where school = $1 order by person, role";
    /// Their groups.
    fn members(school: SchoolId) -> Many<MemberRow> =
        "select person, group_id from person_group_member where school = $1 order by person, group_id";
    /// Credentials, the newest first, without those that were returned long ago.
    fn credentials(school: SchoolId, returned_since: Timestamp) -> Many<CredentialRow> =
        "select id, person, bits, value, status, valid_from, valid_until from credential
         where school = $1 and (status <> 'returned' or changed_at >= $2) order by id desc";
    /// Where everybody is.
    fn present(school: SchoolId) -> Many<PresentRow> =
        "select person, zone, is_known, since, point, direction from presence where school = $1 order by person";
}
