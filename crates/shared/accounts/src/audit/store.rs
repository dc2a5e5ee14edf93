//! All SQL of the chain.

use ::store::{StoreError, Tx, record, statements};
use jiff::Timestamp;
use kernel::{SchoolId, UserId};

use super::{
    AuditId, SubjectId,
    chain::{self, ChainHash, Content},
};

record! {
    /// The end of a school's trail.
    pub struct Head {
        /// The number of the last line; where a number was just taken, that one.
        pub seq: u64,
        /// The hash of the last line that is written.
        pub hash: ChainHash,
    }
    /// A school and the end of its trail.
    pub struct SchoolHead {
        /// The school.
        pub school: SchoolId,
        /// The number of the last line; none when the school has no end.
        pub seq: Option<u64>,
        /// Its hash.
        pub hash: Option<ChainHash>,
    }
    /// A line of the chain.
    pub struct Chained {
        /// Its number.
        pub seq: u64,
        /// Its id.
        pub id: AuditId,
        /// When.
        pub at: Timestamp,
        /// Who; none: the program itself.
        pub user_id: Option<UserId>,
        /// What was done.
        pub action: String,
        /// To what.
        pub subject: Option<SubjectId>,
        /// More about it.
        pub detail: String,
        /// Its hash; none when somebody took it away.
        pub hash: Option<ChainHash>,
    }
    /// A line that is not chained yet.
    pub struct Loose {
        /// Its id.
        pub id: AuditId,
        /// When.
        pub at: Timestamp,
        /// Who; none: the program itself.
        pub user_id: Option<UserId>,
        /// What was done.
        pub action: String,
        /// To what.
        pub subject: Option<SubjectId>,
        /// More about it.
        pub detail: String,
    }
    /// A line as a page shows it.
    pub struct Deed {
        /// Its number at the school; none while lines of before are being chained.
        pub seq: Option<u64>,
        /// Its id.
        pub id: AuditId,
        /// When.
        pub at: Timestamp,
        /// The account; none: the program itself.
        pub user_id: Option<UserId>,
        /// The account's name.
        pub by_name: Option<String>,
        /// The word of what was done.
        pub action: String,
        /// To what.
        pub subject: Option<SubjectId>,
        /// More in words and numbers of the program.
        pub detail: String,
    }
    /// A number and its hash.
    pub struct Numbered {
        /// The number.
        pub seq: u64,
        /// The hash.
        pub hash: Option<ChainHash>,
    }
}

statements! {
    /// Holds the journal's end, before that of the trail: whoever writes to both takes them in one order, whichever he does first. Where the journal
    /// has no entry yet there is nothing to hold.
    fn hold_journal(school: SchoolId) -> LaterMany<u64> = "select seq from journal_head where school = $1 {lock}";
    /// Takes the next numbers; gives the last of them and the hash of the last line that stands.
    fn advance(school: SchoolId, count: u64, beginning: &ChainHash) -> Exactly<Head> =
        "insert into audit_head (school, seq, hash) values ($1, $2, $3)
         on conflict (school) do update set seq = audit_head.seq + excluded.seq returning seq, hash";
    /// Says which hash the last line has.
    fn set_head(school: SchoolId, hash: &ChainHash) -> LaterMany<u64> = "update audit_head set hash = $2 where school = $1 returning seq";
    /// One line.
    fn add(
        school: SchoolId, id: AuditId, at: Timestamp, user: Option<UserId>, action: &str, subject: Option<SubjectId>, detail: &str, seq: u64,
        hash: &ChainHash,
    ) -> LaterMany<u64> =
        "insert into audit (school, id, at, user_id, action, subject, detail, seq, hash) values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning seq";

    /// A school with lines that are not chained: every one of them has to be.
    fn school_of_loose() across_schools -> One<SchoolId> = "select school from audit where seq is null order by school, id limit 1";
    /// Lines that are not chained, the oldest first.
    fn loose(school: SchoolId, limit: u32) -> Many<Loose> =
        "select id, at, user_id, action, subject, detail from audit where school = $1 and seq is null order by id limit $2";
    /// How many lines are not chained.
    fn loose_count(school: SchoolId) -> Exactly<u64> = "select count(*) from audit where school = $1 and seq is null";
    /// Chains a line of before.
    fn chain_loose(school: SchoolId, id: AuditId, seq: u64, hash: &ChainHash) -> LaterMany<u64> =
        "update audit set seq = $3, hash = $4 where school = $1 and id = $2 and seq is null returning seq";

    /// A page of the trail, the newest first. Ids rise with time, so days and pages are found by the primary key; a null is a filter that is not set, and
    /// PostgreSQL learns the type of a parameter where it is first used.
    fn page(
        school: SchoolId, from: AuditId, until: AuditId, user: Option<UserId>, action: Option<&str>, s1: Option<SubjectId>, s2: Option<SubjectId>,
        s3: Option<SubjectId>, s4: Option<SubjectId>, s5: Option<SubjectId>, s6: Option<SubjectId>, limit: u32,
    ) -> Many<Deed> =
        "select a.seq as seq, a.id as id, a.at as at, a.user_id as user_id, u.name as by_name, a.action as action, a.subject as subject, a.detail as detail
         from audit a left join user_account u on u.school = a.school and u.id = a.user_id
         where a.school = $1 and a.id >= $2 and a.id < $3 and (a.user_id = $4 or $4 is null) and (a.action = $5 or $5 is null)
           and (a.subject in ($6, $7, $8, $9, $10, $11) or $6 is null)
         order by a.id desc limit $12";
    /// The newest lines about one thing that are of one of these kinds.
    fn about(school: SchoolId, subject: SubjectId, a1: &str, a2: &str, a3: &str, limit: u32) -> Many<Deed> =
        "select a.seq as seq, a.id as id, a.at as at, a.user_id as user_id, u.name as by_name, a.action as action, a.subject as subject, a.detail as detail
         from audit a left join user_account u on u.school = a.school and u.id = a.user_id
         where a.school = $1 and a.subject = $2 and a.action in ($3, $4, $5) order by a.id desc limit $6";

    /// Every school, with the end of its trail.
    fn heads() across_schools -> Many<SchoolHead> =
        "select s.school as school, h.seq as seq, h.hash as hash from school s left join audit_head h on h.school = s.school order by s.school";
    /// Lines after a number.
    fn lines(school: SchoolId, after: u64, limit: u32) -> Many<Chained> =
        "select seq, id, at, user_id, action, subject, detail, hash from audit where school = $1 and seq > $2 order by seq limit $3";
    /// Hashes after a number.
    fn hashes(school: SchoolId, after: u64, limit: u32) -> Many<Numbered> =
        "select seq, hash from audit where school = $1 and seq > $2 order by seq limit $3";
    /// The hash of one line.
    fn hash_at(school: SchoolId, seq: u64) -> One<Numbered> = "select seq, hash from audit where school = $1 and seq = $2";
}

/// Takes the number of the next line; the hash is that of the line before.
pub(crate) fn take_number(tx: &mut Tx<'_>, school: SchoolId) -> Result<Head, StoreError> {
    take_numbers(tx, school, 1)
}

/// Takes numbers: the last of them, and the hash of the line before the first.
pub(crate) fn take_numbers(tx: &mut Tx<'_>, school: SchoolId, count: u64) -> Result<Head, StoreError> {
    drop(hold_journal(tx, school)?);
    advance(tx, school, count, &chain::beginning(school))
}

/// Writes a line whose number was taken, as the last one.
pub(crate) fn append(
    tx: &mut Tx<'_>,
    school: SchoolId,
    seq: u64,
    hash: &ChainHash,
    content: &Content<'_>,
) -> Result<(), StoreError> {
    let Content { id, at, user, action, subject, detail } = *content;
    drop(add(tx, school, id, at, user, action, subject, detail, seq, hash)?);
    drop(set_head(tx, school, hash)?);
    Ok(())
}

impl Chained {
    pub(crate) fn content(&self) -> Content<'_> {
        let Self { id, at, user_id: user, action, subject, detail, .. } = self;
        Content { id: *id, at: *at, user: *user, action, subject: *subject, detail }
    }
}

impl Loose {
    pub(crate) fn content(&self) -> Content<'_> {
        let Self { id, at, user_id: user, action, subject, detail } = self;
        Content { id: *id, at: *at, user: *user, action, subject: *subject, detail }
    }
}
