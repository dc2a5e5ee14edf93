//! Permissions to leave, as the journal tells them.

use jiff::Timestamp;
use kernel::{LeaveId, PersonId, SchoolId, UserId};
use store::{record, statements};

use crate::model::LeaveTerm;

record! {
    /// A permission to leave.
    pub struct LeaveRow {
        /// Which.
        pub id: LeaveId,
        /// Who was let go.
        pub person: PersonId,
        /// From this moment.
        pub from_at: Timestamp,
        /// Before this moment.
        pub until_at: Timestamp,
        /// When it was taken back.
        pub withdrawn_at: Option<Timestamp>,
        /// The name of who gave it.
        pub given_by_name: Option<String>,
    }
}

impl LeaveRow {
    /// From when to when.
    pub(crate) const fn term(&self) -> LeaveTerm {
        LeaveTerm { from: self.from_at, until: self.until_at, withdrawn_at: self.withdrawn_at }
    }
}

statements! {
    /// Permissions whose term meets a span of time, the first one first.
    fn between(school: SchoolId, from: Timestamp, until: Timestamp) -> Many<LeaveRow> =
        "select l.id, l.person, l.from_at, l.until_at, l.withdrawn_at, u.name as given_by_name
         from attendance_leave l left join user_account u on u.school = l.school and u.id = l.given_by
         where l.school = $1 and l.until_at > $2 and l.from_at < $3 order by l.from_at, l.id";
    /// Writes a permission as it is now. Whether an older program gave it stays.
    fn put(
        school: SchoolId, id: LeaveId, person: PersonId, from_at: Timestamp, until_at: Timestamp, given_by: Option<UserId>,
        withdrawn_at: Option<Timestamp>,
    ) -> Run =
        "insert into attendance_leave (school, id, person, from_at, until_at, given_by, withdrawn_at) values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (school, id) do update set person = excluded.person, from_at = excluded.from_at, until_at = excluded.until_at,
           given_by = excluded.given_by, withdrawn_at = excluded.withdrawn_at";
    /// Forgets what the journals tell again, before it is rebuilt from them. (All schools.)
    fn clear() across_schools -> Run = "delete from attendance_leave where is_older = false";
}
