//! The audit trail: who did what to whom, each line chained to the one before.
//!
//! A line gets the next number of its school and the hash of the line before together with its own content ([`chain`]), in the transaction of the
//! deed. Nothing here changes or removes a line. Whoever does so past the program is found by [`doctor()`]; whoever makes the whole chain anew, or
//! cuts its end off, by an [`Anchor`] that was kept elsewhere.

mod anchor;
mod chain;
mod chained;
mod doctor;
pub(crate) mod shown;
mod store;

use ::store::{StoreError, Tx};
use jiff::Timestamp;
use kernel::{Id, SchoolId, UserId};

use crate::ctx::Ctx;

pub use anchor::{Anchor, Anchors};
pub use chain::ChainHash;
pub use chained::chain_trail;
pub use doctor::{FINDINGS, doctor, verify};

/// A line of the audit trail.
#[derive(Debug)]
pub enum AuditKind {}
/// The id of a line of the audit trail.
pub type AuditId = Id<AuditKind>;

/// Whatever an action was done to.
#[derive(Debug)]
pub enum SubjectKind {}
/// The id of whatever an action was done to.
pub type SubjectId = Id<SubjectKind>;

/// Details longer than this are cut, in letters.
const DETAIL_LIMIT: usize = 200;

/// Notes that the actor did something, in the transaction that does it.
///
/// `action` is a word of the program such as `person_blocked`; `subject` is what it was done to; `detail` says more in words and
/// numbers of the program (`returned`, `1200 rows`), never a name or a card number.
///
/// The school's trail is a queue: who appends holds its end until the commit, so it is best done last. A transaction that also writes to the
/// journal may do the two in any order.
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
        let Self { school, at, user, action, .. } = *self;
        let last = store::take_number(tx, school)?;
        let content = chain::Content { id, at, user, action, subject, detail: &detail };
        let hash = chain::link(&last.hash, &content);
        store::append(tx, school, last.seq, &hash, &content)
    }
}
