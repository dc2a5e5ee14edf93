//! Timetables of classes.

use std::collections::{BTreeMap, HashMap};

use kernel::{ClassId, PersonId, SchoolId};
use people::person::Shift;
use store::{Param, StoreError, Tx, Value, record, statements};

use super::misfit;
use crate::model::{Cell, Place, Timetable};

record! {
    /// Where a class stands.
    pub struct ClassRow {
        /// Which.
        pub id: ClassId,
        /// Its grade.
        pub grade: u8,
        /// 1 or 2.
        pub shift: u8,
    }
    /// How often a timetable was changed.
    pub struct RevisionRow {
        /// Whose.
        pub class: ClassId,
        /// Rises with each change.
        pub revision: u64,
    }
    /// A lesson of a class.
    pub struct CellRow {
        /// Whose.
        pub class: ClassId,
        /// 1 Monday.
        pub weekday: u8,
        /// Its number.
        pub lesson: u8,
        /// The subject.
        pub subject: String,
        /// The room.
        pub room: String,
        /// Who teaches.
        pub teacher: Option<PersonId>,
    }
}

statements! {
    /// Grade and shift of every class.
    fn class_rows(school: SchoolId) -> Many<ClassRow> = "select id, grade, shift from class where school = $1 and closed_at is null";
    /// Whether there is such a class.
    fn class_exists(school: SchoolId, class: ClassId) -> One<u64> = "select 1 from class where school = $1 and id = $2 and closed_at is null";
    /// Whether there is such a person.
    fn person_exists(school: SchoolId, person: PersonId) -> One<u64> = "select 1 from person where school = $1 and id = $2";
    /// The revisions of all timetables.
    fn revisions(school: SchoolId) -> Many<RevisionRow> = "select class, revision from timetable where school = $1";
    /// The lessons of all classes.
    fn cells(school: SchoolId) -> Many<CellRow> =
        "select class, weekday, lesson, subject, room, teacher from timetable_cell where school = $1";
    /// The revision of one timetable.
    fn revision(school: SchoolId, class: ClassId) -> One<u64> = "select revision from timetable where school = $1 and class = $2";
    /// The lessons of one class.
    fn cells_of(school: SchoolId, class: ClassId) -> Many<CellRow> =
        "select class, weekday, lesson, subject, room, teacher from timetable_cell where school = $1 and class = $2";
    /// Opens a timetable, if it is not open yet.
    fn open(school: SchoolId, class: ClassId) -> Run =
        "insert into timetable (school, class, revision) values ($1, $2, 0) on conflict (school, class) do nothing";
    /// Notes a change of a timetable that nobody else has changed since.
    fn change(school: SchoolId, class: ClassId, revision: u64) -> Run =
        "update timetable set revision = revision + 1 where school = $1 and class = $2 and revision = $3";
    /// Says what is taught at a place.
    fn put_cell(
        school: SchoolId, class: ClassId, weekday: u8, lesson: u8, subject: &str, room: &str, teacher: Option<PersonId>,
    ) -> Run =
        "insert into timetable_cell (school, class, weekday, lesson, subject, room, teacher) values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (school, class, weekday, lesson) do update
           set subject = excluded.subject, room = excluded.room, teacher = excluded.teacher";
    /// Empties a place.
    fn remove_cell(school: SchoolId, class: ClassId, weekday: u8, lesson: u8) -> Run =
        "delete from timetable_cell where school = $1 and class = $2 and weekday = $3 and lesson = $4";
    /// Empties the timetable of a class.
    fn remove_cells(school: SchoolId, class: ClassId) -> Run = "delete from timetable_cell where school = $1 and class = $2";
}

/// Grade and shift of every class.
pub(crate) fn classes(tx: &mut Tx<'_>, school: SchoolId) -> Result<HashMap<ClassId, (u8, Shift)>, StoreError> {
    let place = |row: ClassRow| {
        let shift = Shift::of_number(row.shift).ok_or(misfit("class", "shift"))?;
        Ok((row.id, (row.grade, shift)))
    };
    class_rows(tx, school)?.into_iter().map(place).collect()
}

fn cell(row: CellRow) -> Result<(Place, Cell), StoreError> {
    let place = Place::new(row.weekday, row.lesson).ok_or(misfit("timetable_cell", "weekday"))?;
    let cell = Cell::new(&row.subject, &row.room, row.teacher).map_err(|_| misfit("timetable_cell", "subject"))?;
    Ok((place, cell))
}

/// The timetables of all classes that have one.
pub(crate) fn all(tx: &mut Tx<'_>, school: SchoolId) -> Result<HashMap<ClassId, Timetable>, StoreError> {
    let mut timetables: HashMap<ClassId, Timetable> = HashMap::new();
    for row in revisions(tx, school)? {
        timetables.entry(row.class).or_default().revision = row.revision;
    }
    for row in cells(tx, school)? {
        let class = row.class;
        let (place, cell) = cell(row)?;
        timetables.entry(class).or_default().cells.insert(place, cell);
    }
    Ok(timetables)
}

/// The timetable of a class.
pub(crate) fn of(tx: &mut Tx<'_>, school: SchoolId, class: ClassId) -> Result<Timetable, StoreError> {
    let revision = revision(tx, school, class)?.unwrap_or(0);
    let cells = cells_of(tx, school, class)?.into_iter().map(cell).collect::<Result<_, _>>()?;
    Ok(Timetable { cells, revision })
}

/// Writes the lessons of a class that has none.
pub(crate) fn insert_cells(
    tx: &mut Tx<'_>,
    school: SchoolId,
    class: ClassId,
    cells: &BTreeMap<Place, Cell>,
) -> Result<(), StoreError> {
    let row = |(place, cell)| -> Vec<Value<'_>> {
        let (place, cell): (&Place, &Cell) = (place, cell);
        let (weekday, lesson) = (Value::Int(place.weekday().into()), Value::Int(place.lesson().into()));
        let (subject, room) = (Value::Text(cell.subject.as_str()), Value::Text(cell.room.as_str()));
        vec![school.value(), class.value(), weekday, lesson, subject, room, cell.teacher.value()]
    };
    let rows: Vec<Vec<Value<'_>>> = cells.iter().map(row).collect();
    let columns = &["school", "class", "weekday", "lesson", "subject", "room", "teacher"];
    tx.insert_many::<u64>("timetable_cell", columns, school, &rows, "").map(|_| ())
}
