//! Passes: taken in by the gate's sequence, read newest first.

use jiff::Timestamp;
use kernel::{
    AccessPointId, ClassId, CredentialId, DecidedBy, DeviceId, Direction, GateId, Pass, PassId, PersonId, PersonStatus,
    ReaderFormat, Reason, SchoolId,
};
use store::{Param, Reach, Shape, Statement, StoreError, Tx, Value, record, statements};

use super::persons::{PersonColumns, person_columns, person_join};
use crate::queries::PassView;

record! {
    /// A pass with the names beside its ids.
    pub struct PassRow {
        /// Which.
        pub id: PassId,
        /// When.
        pub at: Timestamp,
        /// When the server learnt of it.
        pub received_at: Timestamp,
        /// Where.
        pub point: AccessPointId,
        /// The point's name.
        pub point_name: Option<String>,
        /// Which way.
        pub direction: Direction,
        /// By which credential.
        pub credential: Option<CredentialId>,
        /// How the reader showed the number.
        pub reader_format: Option<ReaderFormat>,
        /// The number.
        pub number: Option<u64>,
        /// Why.
        pub reason: Reason,
        /// Who decided.
        pub decided_by: DecidedBy,
        /// Which guard.
        pub guard_name: Option<String>,
        /// Whether it came late.
        pub is_late: bool,
        /// Who.
        pub person: Option<PersonId>,
        /// The person's family name.
        pub family: Option<String>,
        /// Given name.
        pub given: Option<String>,
        /// Patronymic.
        pub patronymic: Option<String>,
        /// The class's grade.
        pub grade: Option<u8>,
        /// The class's letter.
        pub letter: Option<String>,
        /// Position.
        pub position: Option<String>,
        /// Status.
        pub status: Option<PersonStatus>,
        /// Photo.
        pub photo_version: Option<u64>,
        /// The first of the roles.
        pub role_rank: Option<u8>,
    }
}

record! {
    /// The event of a board that a pass comes from.
    pub struct BoardEventRow {
        /// Its index.
        pub board_event: u32,
        /// When the person passed.
        pub at: Timestamp,
    }
}

impl PassRow {
    pub(crate) fn view(self) -> PassView {
        let person = PersonColumns {
            person: self.person,
            family: self.family,
            given: self.given,
            patronymic: self.patronymic,
            grade: self.grade,
            letter: self.letter,
            position: self.position,
            status: self.status,
            photo_version: self.photo_version,
            role_rank: self.role_rank,
        };
        PassView {
            id: self.id,
            at: self.at,
            received_at: self.received_at,
            point: self.point,
            point_name: self.point_name.unwrap_or_default(),
            direction: self.direction,
            person: person.view(),
            credential: self.credential,
            number: self.reader_format.zip(self.number),
            reason: self.reason,
            decided_by: self.decided_by,
            guard_name: self.guard_name,
            is_late: self.is_late,
            leave: None,
        }
    }
}

macro_rules! pass_select {
    () => {
        concat!(
            "select p.id as id, p.at as at, p.received_at as received_at, p.point as point, a.name as point_name,
               p.direction as direction, p.credential as credential, p.reader_format as reader_format, p.number as number,
               p.reason as reason, p.decided_by as decided_by, u.name as guard_name, p.is_late as is_late, p.person as person, ",
            person_columns!(),
            " from pass p left join access_point a on a.school = p.school and a.id = p.point
              left join user_account u on u.school = p.school and u.id = p.guard ",
            person_join!()
        )
    };
}

/// The filters that both lists share; `$6` to `$17`. A null means that the filter is not set; PostgreSQL learns the type of a parameter where
/// it is first used, so the look at the null comes last.
macro_rules! pass_filters {
    () => {
        " and (p.point = $6 or $6 is null) and (p.direction = $7 or $7 is null) and (p.is_granted = $8 or $8 is null)
          and (p.reason = $9 or $9 is null) and (p.is_late = $10 or $10 is null) and (e.class = $11 or $11 is null)
          and (exists (select 1 from person_word w where w.school = p.school and w.person = p.person and w.word >= $12 and w.word < $13) or $12 is null)
          and (exists (select 1 from person_word w where w.school = p.school and w.person = p.person and w.word >= $14 and w.word < $15) or $14 is null)
          and (exists (select 1 from person_word w where w.school = p.school and w.person = p.person and w.word >= $16 and w.word < $17) or $16 is null)"
    };
}

statements! {
    /// One pass.
    fn one(school: SchoolId, pass: PassId) -> One<PassRow> = concat!(pass_select!(), "where p.school = $1 and p.id = $2");
    /// The newest passes.
    fn last(school: SchoolId, limit: u32) -> Many<PassRow> =
        concat!(pass_select!(), "where p.school = $1 order by p.at desc, p.id desc limit $2");
    /// A page of the log.
    fn page(
        school: SchoolId, from: Timestamp, until: Timestamp, before_at: Timestamp, before_id: PassId, point: Option<AccessPointId>,
        direction: Option<Direction>, is_granted: Option<bool>, reason: Option<Reason>, is_late: Option<bool>, class: Option<ClassId>,
        word1: Option<&str>, word1_end: Option<&str>, word2: Option<&str>, word2_end: Option<&str>, word3: Option<&str>,
        word3_end: Option<&str>, limit: u32,
    ) -> Many<PassRow> = concat!(
        pass_select!(),
        "where p.school = $1 and p.at >= $2 and p.at < $3 and (p.at, p.id) < ($4, $5)",
        pass_filters!(),
        " order by p.at desc, p.id desc limit $18"
    );
    /// A page of the log of one person: a statement of its own, since another index finds it.
    fn page_of_person(
        school: SchoolId, from: Timestamp, until: Timestamp, before_at: Timestamp, before_id: PassId, point: Option<AccessPointId>,
        direction: Option<Direction>, is_granted: Option<bool>, reason: Option<Reason>, is_late: Option<bool>, class: Option<ClassId>,
        word1: Option<&str>, word1_end: Option<&str>, word2: Option<&str>, word2_end: Option<&str>, word3: Option<&str>,
        word3_end: Option<&str>, limit: u32, person: PersonId,
    ) -> Many<PassRow> = concat!(
        pass_select!(),
        "where p.school = $1 and p.at >= $2 and p.at < $3 and (p.at, p.id) < ($4, $5) and p.person = $19",
        pass_filters!(),
        " order by p.at desc, p.id desc limit $18"
    );
    /// Events of a board, by index and moment, of which there is a pass.
    fn board_events(
        school: SchoolId, device: DeviceId, from: Timestamp, until: Timestamp, first: u32, last: u32,
    ) -> Many<BoardEventRow> =
        "select board_event, at from pass
         where school = $1 and device = $2 and at >= $3 and at <= $4 and board_event >= $5 and board_event <= $6";
    /// Whether a pass was ever recorded at a point.
    fn any_at_point(school: SchoolId, point: AccessPointId) -> One<u64> = "select 1 from pass where school = $1 and point = $2 limit 1";
    /// Whether a pass was ever recorded by a gate.
    fn any_of_gate(school: SchoolId, gate: GateId) -> One<u64> = "select 1 from pass where school = $1 and gate = $2 limit 1";
    /// The newest pass through each point that was used since a moment.
    fn newest_at_points(school: SchoolId, since: Timestamp) -> Many<PassId> =
        "select id from (select id, row_number() over (partition by point order by at desc, id desc) as place from pass
           where school = $1 and at >= $2) as ranked where place = 1";
}

/// Passes looked up at once.
const IDS: usize = 16;

#[store::linkme::distributed_slice(store::STATEMENTS)]
#[linkme(crate = store::linkme)]
static SOME: Statement = Statement::new(
    concat!(module_path!(), "::some"),
    concat!(
        pass_select!(),
        "where p.school = $1 and p.id in ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)"
    ),
    &["school", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16"],
    <PassRow as store::Record>::FIELDS,
    Shape::Rows,
    Reach::School,
);

/// These passes, in no order.
///
/// # Errors
/// From the database.
pub(crate) fn some(tx: &mut Tx<'_>, school: SchoolId, passes: &[PassId]) -> Result<Vec<PassRow>, StoreError> {
    let mut rows = Vec::with_capacity(passes.len());
    for chunk in passes.chunks(IDS) {
        // A list of one length is one statement to prepare: the last id fills what is left over.
        let Some(last) = chunk.last() else { continue };
        let mut params = vec![school.value()];
        params.extend((0..IDS).map(|index| chunk.get(index).unwrap_or(last).value()));
        tx.each(&SOME, &params, |row: PassRow| rows.push(row))?;
    }
    Ok(rows)
}

const COLUMNS: &[&str] = &[
    "school",
    "id",
    "gate",
    "gate_seq",
    "point",
    "direction",
    "person",
    "credential",
    "reader_format",
    "number",
    "reason",
    "is_granted",
    "decided_by",
    "guard",
    "at",
    "received_at",
    "is_late",
    "device",
    "board_event",
];

/// A pass as it becomes a row; values that have no column type of their own stand here apart.
pub(crate) struct NewPass<'a> {
    pub gate_seq: u64,
    pub pass: &'a Pass,
    pub is_granted: bool,
    pub is_late: bool,
    pub format: Option<ReaderFormat>,
    pub number: Option<u64>,
    pub at: Timestamp,
    pub device: Option<DeviceId>,
    pub board_event: Option<u32>,
}

/// Inserts those passes that are not there yet; gives their ids.
///
/// # Errors
/// From the database.
pub(crate) fn insert(
    tx: &mut Tx<'_>,
    school: SchoolId,
    gate: GateId,
    received_at: Timestamp,
    passes: &[NewPass<'_>],
) -> Result<Vec<PassId>, StoreError> {
    let rows: Vec<Vec<Value<'_>>> = passes
        .iter()
        .map(|new| {
            vec![
                school.value(),
                new.pass.id.value(),
                gate.value(),
                new.gate_seq.value(),
                new.pass.point.value(),
                new.pass.direction.value(),
                new.pass.person.value(),
                new.pass.credential.value(),
                new.format.value(),
                new.number.value(),
                new.pass.reason.value(),
                new.is_granted.value(),
                new.pass.decided_by.value(),
                new.pass.guard.value(),
                new.at.value(),
                received_at.value(),
                new.is_late.value(),
                new.device.value(),
                new.board_event.value(),
            ]
        })
        .collect();
    tx.insert_many("pass", COLUMNS, school, &rows, "on conflict (school, id) do nothing returning id")
}
