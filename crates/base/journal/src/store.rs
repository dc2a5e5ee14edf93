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
        /// The least number.
        pub first: u64,
        /// The greatest number.
        pub last: u64,
    }
    /// How far a school's journal is.
    pub struct Head {
        /// The school.
        pub school: SchoolId,
        /// The newest number.
        pub seq: u64,
    }
    /// A cursor that cannot be.
    pub struct Beyond {
        /// Whose.
        pub follower: String,
        /// The school.
        pub school: SchoolId,
        /// What it claims to have seen.
        pub seq: u64,
        /// How much there is.
        pub head: u64,
    }
    /// A school with entries that a follower has not seen.
    pub struct Behind {
        /// The school.
        pub school: SchoolId,
        /// What it has seen.
        pub seq: u64,
        /// How much there is.
        pub head: u64,
    }
}

impl Counted {
    /// Whether these are the numbers 1 to `head`, none missing.
    pub fn is_whole(&self, head: u64) -> bool {
        self.entries == head && self.last == head && self.first == u64::from(head > 0)
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
        "select count(*) as entries, coalesce(min(seq), 0) as first, coalesce(max(seq), 0) as last from journal where school = $1";
    /// Schools in which this follower is behind: it serves each of them.
    fn behind(follower: &str, limit: u32) across_schools -> Many<Behind> =
        "select h.school as school, coalesce(c.seq, 0) as seq, h.seq as head from journal_head h
         left join journal_cursor c on c.school = h.school and c.follower = $1
         where h.seq > coalesce(c.seq, 0) limit $2";
    /// The follower's cursor, held until the transaction ends, so that two replicas do not follow the same entry.
    fn cursor(follower: &str, school: SchoolId) -> One<u64> =
        "select seq from journal_cursor where follower = $1 and school = $2 {lock}";
    /// The follower's cursor as it stands.
    fn cursor_now(follower: &str, school: SchoolId) -> One<u64> =
        "select seq from journal_cursor where follower = $1 and school = $2";
    /// How far a follower is, at each school of which it has seen something.
    fn cursors(follower: &str) across_schools -> Many<Head> =
        "select school, seq from journal_cursor where follower = $1 order by school";
    /// Moves the cursor.
    fn set_cursor(follower: &str, school: SchoolId, seq: u64) -> Run =
        "insert into journal_cursor (follower, school, seq) values ($1, $2, $3)
         on conflict (follower, school) do update set seq = excluded.seq";
    /// Forgets a follower's cursors, so that it begins anew everywhere.
    fn forget(follower: &str) across_schools -> Run = "delete from journal_cursor where follower = $1";
    /// Every school that has a journal, also one whose head was lost.
    fn heads() across_schools -> Many<Head> =
        "select j.school, coalesce(h.seq, 0) as seq
         from (select school from journal_head union select school from journal) j
         left join journal_head h on h.school = j.school order by j.school";
    /// Cursors that claim to have seen what was never written.
    fn cursors_beyond() across_schools -> Many<Beyond> =
        "select c.follower, c.school, c.seq, coalesce(h.seq, 0) as head from journal_cursor c
         left join journal_head h on h.school = c.school where c.seq > coalesce(h.seq, 0) order by c.follower, c.school";
    /// How many cursors there are.
    fn cursor_count() across_schools -> Exactly<u64> = "select count(*) from journal_cursor";
    /// Entries not followed, wherever they are.
    fn lag(follower: &str) across_schools -> Exactly<u64> =
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
    tx.insert_ahead("journal", COLUMNS, school, rows, "")
}
