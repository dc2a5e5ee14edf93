//! Permissions to leave during lessons.

use jiff::Timestamp;
use kernel::{AccessPointId, LeaveId, PersonId, PersonStatus, SchoolId, UserId};
use store::{record, statements};

use super::persons::{PersonColumns, person_columns, person_join};
use crate::queries::LeaveView;

record! {
    /// A permission with the names beside its ids.
    pub struct LeaveRow {
        /// Which.
        pub id: LeaveId,
        /// From this moment.
        pub from_at: Timestamp,
        /// Before this moment.
        pub until_at: Timestamp,
        /// Through this point only.
        pub point: Option<AccessPointId>,
        /// The point's name.
        pub point_name: Option<String>,
        /// Why.
        pub reason: String,
        /// Who collects the pupil.
        pub collected_by: String,
        /// The name of who gave it.
        pub given_by_name: Option<String>,
        /// The first pass by it.
        pub used_at: Option<Timestamp>,
        /// When it was taken back.
        pub revoked_at: Option<Timestamp>,
        /// Who may leave.
        pub person: PersonId,
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
    /// What a permission says.
    pub struct TermRow {
        /// Who.
        pub person: PersonId,
        /// From this moment.
        pub from_at: Timestamp,
        /// Before this moment.
        pub until_at: Timestamp,
        /// Who gave it.
        pub given_by: Option<UserId>,
    }
    /// A permission as a gate must know it.
    pub struct OpenRow {
        /// Which.
        pub id: LeaveId,
        /// Who.
        pub person: PersonId,
        /// From this moment.
        pub from_at: Timestamp,
        /// Before this moment.
        pub until_at: Timestamp,
        /// Through this point only.
        pub point: Option<AccessPointId>,
    }
}

impl LeaveRow {
    pub(crate) fn view(self) -> LeaveView {
        let person = PersonColumns {
            person: Some(self.person),
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
        LeaveView {
            id: self.id,
            person: self.person,
            shown: person.view(),
            from: self.from_at,
            until: self.until_at,
            point_name: self.point.map(|_| self.point_name.unwrap_or_default()),
            reason: self.reason,
            collected_by: self.collected_by,
            given_by_name: self.given_by_name,
            used_at: self.used_at,
            revoked_at: self.revoked_at,
        }
    }
}

macro_rules! leave_select {
    () => {
        concat!(
            "select p.id as id, p.from_at as from_at, p.until_at as until_at, p.point as point, a.name as point_name, p.reason as reason,
               p.collected_by as collected_by, u.name as given_by_name, p.used_at as used_at, p.revoked_at as revoked_at,
               p.person as person, ",
            person_columns!(),
            " from leave_permission p left join access_point a on a.school = p.school and a.id = p.point
              left join user_account u on u.school = p.school and u.id = p.given_by ",
            person_join!()
        )
    };
}

statements! {
    /// Writes a permission down.
    fn add(
        school: SchoolId, leave: LeaveId, person: PersonId, from_at: Timestamp, until_at: Timestamp, point: Option<AccessPointId>,
        reason: &str, collected_by: &str, given_by: Option<UserId>, given_at: Timestamp,
    ) -> Run =
        "insert into leave_permission (school, id, person, from_at, until_at, point, reason, collected_by, given_by, given_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    /// What a permission says.
    fn term(school: SchoolId, leave: LeaveId) -> One<TermRow> =
        "select person, from_at, until_at, given_by from leave_permission where school = $1 and id = $2";
    /// Why a permission was given. Asked for many before the first answer is read.
    fn reason(school: SchoolId, leave: LeaveId) -> LaterMany<String> =
        "select reason from leave_permission where school = $1 and id = $2";
    /// Takes back a permission that is not over, not used and not taken back.
    fn revoke(school: SchoolId, leave: LeaveId, now: Timestamp) -> Run =
        "update leave_permission set revoked_at = $3
         where school = $1 and id = $2 and revoked_at is null and used_at is null and until_at > $3";
    /// Notes the first pass by a permission.
    fn use_up(school: SchoolId, person: PersonId, at: Timestamp, point: AccessPointId) -> Run =
        "update leave_permission set used_at = $3 where school = $1 and person = $2 and from_at <= $3 and until_at > $3
           and (point is null or point = $4) and (revoked_at is null or revoked_at > $3) and used_at is null";
    /// Permissions whose term meets a span of time, in their order.
    fn between(school: SchoolId, from: Timestamp, until: Timestamp) -> Many<LeaveRow> =
        concat!(leave_select!(), "where p.school = $1 and p.until_at > $2 and p.from_at < $3 order by p.from_at, p.id");
    /// A person's permissions whose term meets a span of time, in their order.
    fn of_person(school: SchoolId, person: PersonId, from: Timestamp, until: Timestamp) -> Many<LeaveRow> =
        concat!(leave_select!(), "where p.school = $1 and p.person = $2 and p.until_at > $3 and p.from_at < $4 order by p.from_at, p.id");
    /// What gates must know: permissions that hold and are not over.
    fn open(school: SchoolId, now: Timestamp) -> Many<OpenRow> =
        "select id, person, from_at, until_at, point from leave_permission
         where school = $1 and until_at > $2 and revoked_at is null order by id";
    /// Up to which grade pupils do not leave during lessons; 0: all may.
    fn stays_in_grade(school: SchoolId) -> One<u8> = "select stays_in_grade from school where school = $1";
    /// Changes that.
    fn set_stays_in_grade(school: SchoolId, grade: u8) -> Run = "update school set stays_in_grade = $2 where school = $1";
}
