//! All SQL of lists.

use crypto::{Sealed, sealed_fields};
use jiff::Timestamp;
use kernel::{Id, SchoolId, UserId};
use store::{record, statements};

use crate::job::{self, Job, JobId, Kind, PartKind, Settings, State};

/// A piece of a file.
#[derive(Debug)]
pub(crate) enum PartOf {}
pub(crate) type PartId = Id<PartOf>;

sealed_fields! {
    /// A piece of a file that was brought or is taken away.
    pub(crate) PART = "list_part"."sealed" of "job";
}

record! {
    /// A piece of work.
    pub struct JobRow {
        /// Which.
        pub id: JobId,
        /// Who began it.
        pub user_id: Option<UserId>,
        /// What it does.
        pub kind: Kind,
        /// How far it is.
        pub state: State,
        /// How the file is read.
        pub settings: String,
        /// What was decided.
        pub answers: String,
        /// What was not written.
        pub failures: String,
        /// To write.
        pub total: u32,
        /// Behind.
        pub done: u32,
        /// Added.
        pub added: u32,
        /// Changed.
        pub changed: u32,
        /// Known so already.
        pub same: u32,
        /// Not taken.
        pub refused: u32,
        /// Why it failed.
        pub fault: String,
        /// When it began.
        pub created_at: Timestamp,
        /// When something happened last.
        pub changed_at: Timestamp,
    }
    /// A piece of a file.
    pub struct PartRow {
        /// Which.
        pub id: PartId,
        /// Sealed for the work.
        pub sealed: Sealed,
    }
}

macro_rules! job {
    () => {
        "select id, user_id, kind, state, settings, answers, failures, total, done, added, changed, same, refused, fault, created_at, changed_at
         from list_job "
    };
}

statements! {
    /// Begins a piece of work.
    fn add(school: SchoolId, id: JobId, user: Option<UserId>, kind: Kind, state: State, settings: &str, now: Timestamp) -> Run =
        "insert into list_job (school, id, user_id, kind, state, settings, created_at, changed_at) values ($1, $2, $3, $4, $5, $6, $7, $7)";
    /// One piece of work.
    fn one(school: SchoolId, id: JobId) -> One<JobRow> = concat!(job!(), "where school = $1 and id = $2");
    /// One piece of work, held until the transaction ends.
    fn held(school: SchoolId, id: JobId) -> One<JobRow> = concat!(job!(), "where school = $1 and id = $2 {lock}");
    /// The newest work.
    fn newest(school: SchoolId, limit: u32) -> Many<JobRow> = concat!(job!(), "where school = $1 order by created_at desc, id desc limit $2");
    /// Work that nobody has touched since.
    fn untouched(school: SchoolId, before: Timestamp, limit: u32) -> Many<JobId> =
        "select id from list_job where school = $1 and changed_at < $2 order by changed_at limit $3";
    /// The same, where files are left or somebody is waited for.
    fn untouched_with_files(school: SchoolId, before: Timestamp, limit: u32) -> Many<JobRow> = concat!(
        job!(),
        "where school = $1 and changed_at < $2 and (state not in ('done', 'cancelled', 'failed')
           or exists (select 1 from list_part p where p.school = list_job.school and p.job = list_job.id))
         order by changed_at limit $3"
    );
    /// Work that goes on but has said nothing since.
    fn silent(school: SchoolId, before: Timestamp, limit: u32) -> Many<JobId> =
        "select id from list_job where school = $1 and state in ('reading', 'writing') and changed_at < $2 order by changed_at limit $3";
    /// Moves a piece of work on.
    fn set_state(school: SchoolId, id: JobId, state: State, fault: &str, now: Timestamp) -> Run =
        "update list_job set state = $3, fault = $4, changed_at = $5 where school = $1 and id = $2";
    /// Notes how the file is read.
    fn set_settings(school: SchoolId, id: JobId, settings: &str, now: Timestamp) -> Run =
        "update list_job set settings = $3, changed_at = $4 where school = $1 and id = $2";
    /// Notes what was decided about rows.
    fn set_answers(school: SchoolId, id: JobId, answers: &str, now: Timestamp) -> Run =
        "update list_job set answers = $3, changed_at = $4 where school = $1 and id = $2";
    /// Notes how much there is to write.
    fn set_total(school: SchoolId, id: JobId, total: u32, now: Timestamp) -> Run =
        "update list_job set total = $3, changed_at = $4 where school = $1 and id = $2";
    /// Notes how far it was written, in the transaction that wrote it.
    fn advance(
        school: SchoolId, id: JobId, done: u32, added: u32, changed: u32, same: u32, refused: u32, failures: &str, now: Timestamp,
    ) -> Run =
        "update list_job set done = $3, added = $4, changed = $5, same = $6, refused = $7, failures = $8, changed_at = $9
         where school = $1 and id = $2";
    /// Forgets a piece of work.
    fn remove(school: SchoolId, id: JobId) -> Run = "delete from list_job where school = $1 and id = $2";
    /// Keeps a piece of a file.
    fn add_part(school: SchoolId, id: PartId, job: JobId, kind: PartKind, number: u32, sealed: &Sealed) -> Run =
        "insert into list_part (school, id, job, kind, number, sealed) values ($1, $2, $3, $4, $5, $6)";
    /// The pieces of a file, in order.
    fn parts(school: SchoolId, job: JobId, kind: PartKind) -> Many<PartRow> =
        "select id, sealed from list_part where school = $1 and job = $2 and kind = $3 order by number";
    /// How many pieces a file has.
    fn count_parts(school: SchoolId, job: JobId, kind: PartKind) -> Exactly<u64> =
        "select count(*) from list_part where school = $1 and job = $2 and kind = $3";
    /// Deletes the pieces of a file.
    fn remove_parts(school: SchoolId, job: JobId, kind: PartKind) -> Run =
        "delete from list_part where school = $1 and job = $2 and kind = $3";
    /// Deletes every file of a piece of work.
    fn remove_files(school: SchoolId, job: JobId) -> Run = "delete from list_part where school = $1 and job = $2";
}

impl JobRow {
    pub(crate) fn job(self) -> Job {
        Job {
            id: self.id,
            user: self.user_id,
            kind: self.kind,
            state: self.state,
            settings: Settings::parse(&self.settings),
            answers: job::parse_answers(&self.answers),
            failures: job::parse_failures(&self.failures),
            total: self.total,
            done: self.done,
            added: self.added,
            changed: self.changed,
            same: self.same,
            refused: self.refused,
            fault: self.fault,
            created_at: self.created_at,
            changed_at: self.changed_at,
        }
    }
}
