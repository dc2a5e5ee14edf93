//! The trail as pages show it.

use ::store::{StoreError, Tx};
use jiff::Timestamp;
use kernel::{Id, UserId, moment_id};

pub use super::store::Deed;
use super::{AuditId, SubjectId, store};
use crate::rights::Scope;

/// Subjects of one question at most; of more the first count.
pub const SUBJECTS: usize = 6;
/// Lines of one answer at most.
const MOST: u32 = 2_000;

/// Which lines are wanted. What is not set does not count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeedFilter {
    /// By this account.
    pub user: Option<UserId>,
    /// Of this word.
    pub action: Option<String>,
    /// About one of these, [`SUBJECTS`] at most; none: about anything.
    pub subjects: Vec<SubjectId>,
    /// From this moment on.
    pub from: Option<Timestamp>,
    /// Before this moment.
    pub until: Option<Timestamp>,
    /// Older than this line: where a page begins.
    pub before: Option<AuditId>,
}

/// Lines of the scope's school, the newest first; at most 2,000.
///
/// # Errors
/// From the database.
pub fn deeds(tx: &mut Tx<'_>, scope: &Scope, filter: &DeedFilter, limit: u32) -> Result<Vec<Deed>, StoreError> {
    let from = moment_id(filter.from.unwrap_or(Timestamp::UNIX_EPOCH));
    let last = AuditId::from_slice(&[u8::MAX; 16]).unwrap_or(from);
    let until = filter.until.map_or(last, moment_id);
    let until = filter.before.map_or(until, |before| before.min(until));
    // Some names stand for the rest: a list of one length is one statement.
    let subject = |index: usize| filter.subjects.get(index).or(filter.subjects.first()).copied();
    let [s1, s2, s3, s4, s5, s6] = [0, 1, 2, 3, 4, 5].map(subject);
    let action = filter.action.as_deref();
    store::page(tx, scope.school(), from, until, filter.user, action, s1, s2, s3, s4, s5, s6, limit.min(MOST))
}

/// The newest lines about `subject` of one of these three words, at most 2,000.
///
/// # Errors
/// From the database.
pub fn deeds_about<K>(
    tx: &mut Tx<'_>,
    scope: &Scope,
    subject: Id<K>,
    [one, two, three]: [&str; 3],
    limit: u32,
) -> Result<Vec<Deed>, StoreError> {
    store::about(tx, scope.school(), SubjectId::from_uuid(subject.uuid()), one, two, three, limit.min(MOST))
}
