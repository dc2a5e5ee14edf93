//! Gates, their commands, and how they are.

use jiff::Timestamp;
use kernel::{GateId, SchoolId};
use store::{record, statements};

record! {
    /// A gate.
    pub struct GateRow {
        /// Which.
        pub id: GateId,
        /// Its name.
        pub name: String,
        /// `in_process` or `remote`.
        pub is_remote: bool,
        /// When it was last heard of.
        pub seen_at: Option<Timestamp>,
        /// The snapshot it decides by.
        pub snapshot: u64,
        /// Records that it has still to send.
        pub spool_depth: u64,
        /// Whether it can write its spool.
        pub spool_ok: bool,
        /// Its program's version.
        pub version: String,
        /// When the journal's entry of its snapshot was written.
        pub snapshot_at: Option<Timestamp>,
    }
    /// A gate and its school.
    pub struct KeyRow {
        /// The school.
        pub school: SchoolId,
        /// The gate.
        pub id: GateId,
    }
    /// The number of a gate's newest command.
    pub struct CommandHeadRow {
        /// The gate.
        pub id: GateId,
        /// The number.
        pub command_seq: u64,
    }
    /// A command.
    pub struct CommandRow {
        /// Its number.
        pub number: u64,
        /// Not to be done after this moment.
        pub until: Timestamp,
        /// What, as JSON.
        pub body: String,
    }
}

macro_rules! gate_select {
    () => {
        "select g.id as id, g.name as name, g.kind = 'remote' as is_remote, g.seen_at as seen_at, g.snapshot as snapshot,
           g.spool_depth as spool_depth, g.spool_ok as spool_ok, g.version as version, j.at as snapshot_at
         from gate g left join journal j on j.school = g.school and j.seq = g.snapshot "
    };
}

statements! {
    /// Gates by name.
    fn list(school: SchoolId) -> Many<GateRow> = concat!(gate_select!(), "where g.school = $1 order by g.name, g.id");
    /// How many gates there are, up to two.
    fn some_gates(school: SchoolId) -> Exactly<u64> =
        "select count(*) from (select 1 from gate where school = $1 limit 2) as few";
    /// Adds a gate.
    fn add(school: SchoolId, gate: GateId, name: &str, kind: &str, token_hash: Option<&[u8; 32]>, now: Timestamp) -> Run =
        "insert into gate (school, id, name, kind, token_hash, created_at) values ($1, $2, $3, $4, $5, $6)";
    /// Gives a gate another name.
    fn rename(school: SchoolId, gate: GateId, name: &str) -> Run = "update gate set name = $3 where school = $1 and id = $2";
    /// Gives a remote gate another token.
    fn set_token(school: SchoolId, gate: GateId, token_hash: &[u8; 32]) -> Run =
        "update gate set token_hash = $3 where school = $1 and id = $2 and kind = 'remote'";
    /// Removes a gate.
    fn remove(school: SchoolId, gate: GateId) -> Run = "delete from gate where school = $1 and id = $2";
    /// Whether there is such a gate.
    fn has(school: SchoolId, gate: GateId) -> One<u64> = "select 1 from gate where school = $1 and id = $2";
    /// Whether a gate runs in the server's own process.
    fn is_in_process(school: SchoolId, gate: GateId) -> One<u64> =
        "select 1 from gate where school = $1 and id = $2 and kind = 'in_process'";
    /// How many records a gate last said that it has still to send.
    fn spool_depth(school: SchoolId, gate: GateId) -> One<u64> = "select spool_depth from gate where school = $1 and id = $2";
    /// Takes or prolongs the right to run a gate of the server's own process; nothing when another server holds it.
    fn hold_lease(school: SchoolId, gate: GateId, owner: &str, now: Timestamp, until: Timestamp) -> One<u64> =
        "insert into gate_lease (school, gate, owner, until) values ($1, $2, $3, $5)
         on conflict (school, gate) do update set owner = excluded.owner, until = excluded.until
           where gate_lease.owner = excluded.owner or gate_lease.until < $4
         returning 1";
    /// Gives the right back.
    fn release_lease(school: SchoolId, gate: GateId, owner: &str) -> Run =
        "delete from gate_lease where school = $1 and gate = $2 and owner = $3";
    /// Forgets who runs a gate that goes.
    fn forget_lease(school: SchoolId, gate: GateId) -> Run = "delete from gate_lease where school = $1 and gate = $2";
    /// The gate of a token. (All schools: the token tells the school.)
    fn by_token(token_hash: &[u8; 32]) across_schools -> One<KeyRow> = "select school, id from gate where token_hash = $1";
    /// Gates in the server's own process. (All schools: the process runs them all.)
    fn in_process() across_schools -> Many<KeyRow> = "select school, id from gate where kind = 'in_process' order by school, id";
    /// Moves the number up to which a gate's records are here, never back; gives it. The row is the gate's queue: two deliveries of one
    /// gate follow each other. Fails when there is no such gate.
    fn accept(school: SchoolId, gate: GateId, through: u64) -> Later<u64> =
        "insert into gate_intake (school, gate, accepted_seq) values ($1, $2, $3)
         on conflict (school, gate) do update set accepted_seq =
           case when gate_intake.accepted_seq < excluded.accepted_seq then excluded.accepted_seq else gate_intake.accepted_seq end
         returning accepted_seq";
    /// Forgets the number of a gate that goes.
    fn forget_accepted(school: SchoolId, gate: GateId) -> Run = "delete from gate_intake where school = $1 and gate = $2";
    /// Keeps how a gate is. Its number of commands never falls below what it says it has done: after a restore of the
    /// database new commands would otherwise be taken for old ones.
    fn set_status(
        school: SchoolId, gate: GateId, seen_at: Timestamp, snapshot: u64, spool_depth: u64, spool_ok: bool, version: &str,
        after_command: u64,
    ) -> Run =
        "update gate set seen_at = $3, snapshot = $4, spool_depth = $5, spool_ok = $6, version = $7,
           command_seq = case when command_seq < $8 then $8 else command_seq end
         where school = $1 and id = $2";

    /// The next number of a command.
    fn next_command(school: SchoolId, gate: GateId) -> One<u64> =
        "update gate set command_seq = command_seq + 1 where school = $1 and id = $2 returning command_seq";
    /// Adds a command.
    fn add_command(school: SchoolId, gate: GateId, number: u64, until: Timestamp, body: &str) -> Run =
        "insert into gate_command (school, gate, number, until, body) values ($1, $2, $3, $4, $5)";
    /// Removes commands whose time is over.
    fn forget_commands(school: SchoolId, gate: GateId, before: Timestamp) -> Run =
        "delete from gate_command where school = $1 and gate = $2 and until < $3";
    /// Removes all commands of a gate.
    fn remove_commands(school: SchoolId, gate: GateId) -> Run = "delete from gate_command where school = $1 and gate = $2";
    /// Takes a command back.
    fn withdraw_command(school: SchoolId, gate: GateId, number: u64) -> Run =
        "delete from gate_command where school = $1 and gate = $2 and number = $3";
    /// Commands after a number that may still be done.
    fn commands(school: SchoolId, gate: GateId, after: u64, now: Timestamp, limit: u32) -> Many<CommandRow> =
        "select number, until, body from gate_command
         where school = $1 and gate = $2 and number > $3 and until > $4 order by number limit $5";
    /// The number of the newest command of each gate. (All schools: one look serves every waiting gate.)
    fn command_heads() across_schools -> Many<CommandHeadRow> = "select id, command_seq from gate where command_seq > 0";
    /// The number of the newest command of a gate.
    fn command_head(school: SchoolId, gate: GateId) -> One<u64> = "select command_seq from gate where school = $1 and id = $2";
}
