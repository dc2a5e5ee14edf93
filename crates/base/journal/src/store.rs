//! All SQL of the journal.

use jiff::Timestamp;
use kernel::SchoolId;

use crate::event::{Entry, Event};
use ::store::{Param, StoreError, Tx, Value, record, statements};

record! {
    /// How many entries there are, and the number of the last.
    pub struct Counted {
        /// Entries.
        pub entries: u64,
        /// The greatest number.
        pub last: u64,
    }
    /// A school with entries that a follower has not seen.
    pub struct Behind {
        /// The school.
        pub school: SchoolId,
        /// What it has seen.
        pub seq: u64,
    }
}

statements! {
    /// Takes `count` numbers; the last of them is given.
    fn advance(school: SchoolId, count: u64) -> Exactly<u64> =
        "insert into journal_head (school, seq) values ($1, $2)
         on conflict (school) do update set seq = journal_head.seq + excluded.seq returning seq";
    /// The newest number.
    fn head(school: SchoolId) -> One<u64> = "select seq from journal_head where school = $1";
    /// Entries after a number.
    fn entries(school: SchoolId, after: u64, limit: u32) -> Many<Entry> =
        "select school, seq, at, kind, version, body from journal where school = $1 and seq > $2 order by seq limit $3";
    /// For the check of wholeness.
    fn count(school: SchoolId) -> Exactly<Counted> =
        "select count(*) as entries, coalesce(max(seq), 0) as last from journal where school = $1";
    /// Schools in which this follower is behind. (All schools: a follower serves each of them.)
    fn behind(follower: &str, limit: u32) -> Many<Behind> =
        "select h.school as school, coalesce(c.seq, 0) as seq from journal_head h
         left join journal_cursor c on c.school = h.school and c.follower = $1
         where h.seq > coalesce(c.seq, 0) limit $2";
    /// The follower's cursor, held until the transaction ends, so that two replicas do not follow the same entry.
    fn cursor(follower: &str, school: SchoolId) -> One<u64> =
        "select seq from journal_cursor where follower = $1 and school = $2 {lock}";
    /// Moves the cursor.
    fn set_cursor(follower: &str, school: SchoolId, seq: u64) -> Run =
        "insert into journal_cursor (follower, school, seq) values ($1, $2, $3)
         on conflict (follower, school) do update set seq = excluded.seq";
    /// Forgets a follower's cursors, so that it begins anew. (All schools.)
    fn forget(follower: &str) -> Run = "delete from journal_cursor where follower = $1";
    /// Entries not followed. (All schools.)
    fn lag(follower: &str) -> Exactly<u64> =
        "select cast(coalesce(sum(h.seq - coalesce(c.seq, 0)), 0) as bigint) from journal_head h
         left join journal_cursor c on c.school = h.school and c.follower = $1";
}

const COLUMNS: &[&str] = &["school", "seq", "at", "kind", "version", "body"];

pub(crate) fn row<'a, E: Event>(school: &'a SchoolId, seq: u64, at: Timestamp, _: &E, body: &'a str) -> Vec<Value<'a>> {
    vec![
        school.value(),
        Value::Int(seq as i64),
        Value::Int(at.as_microsecond()),
        Value::Text(E::KIND),
        Value::Int(i64::from(E::VERSION)),
        Value::Text(body),
    ]
}

pub(crate) fn insert(tx: &mut Tx<'_>, school: SchoolId, rows: &[Vec<Value<'_>>]) -> Result<(), StoreError> {
    tx.insert_many::<u64>("journal", COLUMNS, school, rows, "").map(|_| ())
}
