//! The log of passes.

use accounts::Scope;
use jiff::Timestamp;
use kernel::{PassId, SchoolId};
use people::model::{Prefix, SearchQuery};
use store::{StoreError, Tx};

use super::{LAST_MOMENT, PassCursor, PassFilter, PassPage, PassView, last_id};
use crate::{
    error::AccessError,
    store::passes::{self, PassRow},
};

/// Rows of a page at most.
pub const PAGE_LIMIT: u32 = 500;
/// Rows of an exported file at most.
pub const EXPORT_LIMIT: u64 = 100_000;
/// Rows read at once for an export: bounds the memory that a long file takes.
const EXPORT_CHUNK: u32 = 1_000;

/// One pass.
///
/// # Errors
/// From the database.
pub fn pass(tx: &mut Tx<'_>, scope: &Scope, pass: PassId) -> Result<Option<PassView>, AccessError> {
    Ok(passes::one(tx, scope.school(), pass)?.map(PassRow::view))
}

/// These passes, in no order; those that are not there are left out.
pub(crate) fn passes_by_id(tx: &mut Tx<'_>, scope: &Scope, ids: &[PassId]) -> Result<Vec<PassView>, AccessError> {
    Ok(passes::some(tx, scope.school(), ids)?.into_iter().map(PassRow::view).collect())
}

/// A page of the log, newest first, after `after`. `limit` is at most [`PAGE_LIMIT`].
///
/// # Errors
/// From the database.
pub fn passes(
    tx: &mut Tx<'_>,
    scope: &Scope,
    filter: &PassFilter,
    after: Option<PassCursor>,
    limit: u32,
) -> Result<PassPage, AccessError> {
    let limit = limit.clamp(1, PAGE_LIMIT);
    let Some(wanted) = Wanted::of(filter) else { return Ok(PassPage { rows: Vec::new(), next: None }) };
    // One row more than shown tells whether there is a next page.
    let mut rows = wanted.rows(tx, scope.school(), after, limit + 1)?;
    let more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    let next = rows.last().filter(|_| more).map(|row| PassCursor { at: row.at, id: row.id });
    Ok(PassPage { rows: rows.into_iter().map(PassRow::view).collect(), next })
}

/// Hands the rows of the log to `take`, newest first, until they end or `take` fails; gives how many were given. Only a chunk of them is
/// held at a time.
///
/// # Errors
/// [`AccessError::TooManyRows`] when there are more than `limit` (at most [`EXPORT_LIMIT`]), which `take` has then been given; from the
/// database; or what `take` says.
pub fn export<E: From<AccessError>>(
    tx: &mut Tx<'_>,
    scope: &Scope,
    filter: &PassFilter,
    limit: u64,
    mut take: impl FnMut(PassView) -> Result<(), E>,
) -> Result<u64, E> {
    let limit = limit.min(EXPORT_LIMIT);
    let Some(wanted) = Wanted::of(filter) else { return Ok(0) };
    let (mut given, mut after) = (0_u64, None);
    loop {
        // One row more than may be given tells that there are too many.
        let chunk = u32::try_from(limit - given + 1).unwrap_or(EXPORT_CHUNK).min(EXPORT_CHUNK);
        let rows = wanted.rows(tx, scope.school(), after, chunk).map_err(AccessError::from)?;
        let Some(last) = rows.last() else { break };
        after = Some(PassCursor { at: last.at, id: last.id });
        let is_last = rows.len() < chunk as usize;
        for row in rows {
            if given == limit {
                return Err(AccessError::TooManyRows.into());
            }
            take(row.view())?;
            given += 1;
        }
        if is_last {
            break;
        }
    }
    Ok(given)
}

/// A filter with its words folded.
struct Wanted<'a> {
    filter: &'a PassFilter,
    words: [Option<(String, String)>; 3],
}

impl<'a> Wanted<'a> {
    /// `None`: letters were given that no name has, so nobody is found.
    fn of(filter: &'a PassFilter) -> Option<Self> {
        let query = SearchQuery::parse(&filter.name);
        if query.is_empty() && !filter.name.trim().is_empty() {
            return None;
        }
        let mut ranges = query.prefixes().iter().map(Prefix::range);
        Some(Self { filter, words: [ranges.next(), ranges.next(), ranges.next()] })
    }

    fn rows(
        &self,
        tx: &mut Tx<'_>,
        school: SchoolId,
        after: Option<PassCursor>,
        limit: u32,
    ) -> Result<Vec<PassRow>, StoreError> {
        let f = self.filter;
        let from = f.from.unwrap_or(Timestamp::UNIX_EPOCH);
        let until = f.until.unwrap_or(LAST_MOMENT);
        let (before_at, before_id) = after.map_or((LAST_MOMENT, last_id()), |cursor| (cursor.at, cursor.id));
        let begin = |index: usize| self.words[index].as_ref().map(|(begin, _)| begin.as_str());
        let end = |index: usize| self.words[index].as_ref().map(|(_, end)| end.as_str());
        match f.person {
            None => passes::page(
                tx,
                school,
                from,
                until,
                before_at,
                before_id,
                f.point,
                f.direction,
                f.is_granted,
                f.reason,
                f.is_late,
                f.class,
                begin(0),
                end(0),
                begin(1),
                end(1),
                begin(2),
                end(2),
                limit,
            ),
            Some(person) => passes::page_of_person(
                tx,
                school,
                from,
                until,
                before_at,
                before_id,
                f.point,
                f.direction,
                f.is_granted,
                f.reason,
                f.is_late,
                f.class,
                begin(0),
                end(0),
                begin(1),
                end(1),
                begin(2),
                end(2),
                limit,
                person,
            ),
        }
    }
}
