//! The audit trail: who did what to whom.

use ::store::{StoreError, Tx};
use jiff::Timestamp;
use kernel::{Id, SchoolId, UserId};

use crate::{ctx::Ctx, store};

/// A line of the audit trail.
#[derive(Debug)]
pub enum AuditKind {}
/// The id of a line of the audit trail.
pub type AuditId = Id<AuditKind>;

/// Whatever an action was done to.
#[derive(Debug)]
pub(crate) enum SubjectKind {}
pub(crate) type SubjectId = Id<SubjectKind>;

/// Details longer than this are cut, in letters.
const DETAIL_LIMIT: usize = 200;

/// Notes that the actor did something, in the transaction that does it.
///
/// `action` is a word of the program such as `person_blocked`; `subject` is what it was done to; `detail` says more in words and
/// numbers of the program (`returned`, `1200 rows`), never a name or a card number.
///
/// # Errors
/// From the database.
pub fn audit<K>(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    action: &'static str,
    subject: Option<Id<K>>,
    detail: &str,
) -> Result<(), StoreError> {
    let line = Line { school: ctx.actor.school, at: ctx.now, user: ctx.actor.user, action, detail };
    line.write(tx, ctx.new_id(), subject.map(|id| SubjectId::from_uuid(id.uuid())))
}

pub(crate) struct Line<'a> {
    pub(crate) school: SchoolId,
    pub(crate) at: Timestamp,
    pub(crate) user: Option<UserId>,
    pub(crate) action: &'static str,
    pub(crate) detail: &'a str,
}

impl Line<'_> {
    pub(crate) fn write(&self, tx: &mut Tx<'_>, id: AuditId, subject: Option<SubjectId>) -> Result<(), StoreError> {
        let detail: String = self.detail.chars().take(DETAIL_LIMIT).collect();
        store::add_audit(tx, self.school, id, self.at, self.user, self.action, subject, &detail).map(|_| ())
    }
}
