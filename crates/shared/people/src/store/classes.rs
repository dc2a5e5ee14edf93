//! Classes.

use accounts::LangColumn;
use kernel::{ClassId, PersonId, SchoolId};
use store::{ColumnError, StoreError, Tx, record, statements};

use crate::{
    model::ClassName,
    person::{ClassData, ClassView, Shift},
};

record! {
    /// A class and how many pupils are in it.
    pub struct ClassRow {
        /// Which.
        pub id: ClassId,
        /// Its grade.
        pub grade: u8,
        /// Its letter.
        pub letter: String,
        /// Its language of instruction.
        pub lang: LangColumn,
        /// 1 or 2.
        pub shift: u8,
        /// Its pupils.
        pub pupils: u64,
    }
    /// What else is known of a class.
    pub struct HomeRow {
        /// Which.
        pub id: ClassId,
        /// The room.
        pub room: String,
        /// The home-room teacher.
        pub teacher: Option<PersonId>,
        /// The school year.
        pub year: String,
    }
}

statements! {
    /// Adds a class.
    fn insert(school: SchoolId, id: ClassId, grade: u8, letter: &str, lang: LangColumn, shift: u8, sort_key: &str) -> Run =
        "insert into class (school, id, grade, letter, lang, shift, sort_key) values ($1, $2, $3, $4, $5, $6, $7)";
    /// Changes a class.
    fn update(school: SchoolId, id: ClassId, grade: u8, letter: &str, lang: LangColumn, shift: u8, sort_key: &str) -> Run =
        "update class set grade = $3, letter = $4, lang = $5, shift = $6, sort_key = $7 where school = $1 and id = $2";
    /// The class of this name.
    fn named(school: SchoolId, grade: u8, letter: &str) -> One<ClassId> =
        "select id from class where school = $1 and grade = $2 and letter = $3 and closed_at is null";
    /// Whether there is such a class.
    fn exists(school: SchoolId, id: ClassId) -> One<u64> = "select 1 from class where school = $1 and id = $2 and closed_at is null";
    /// Classes in their order.
    fn all(school: SchoolId) -> Many<ClassRow> =
        "select c.id as id, c.grade as grade, c.letter as letter, c.lang as lang, c.shift as shift,
           (select count(*) from person p where p.school = c.school and p.class = c.id and p.status <> 'archived') as pupils
         from class c where c.school = $1 and c.closed_at is null order by c.sort_key, c.id";
    /// One class.
    fn one(school: SchoolId, id: ClassId) -> One<ClassRow> =
        "select c.id as id, c.grade as grade, c.letter as letter, c.lang as lang, c.shift as shift,
           (select count(*) from person p where p.school = c.school and p.class = c.id and p.status <> 'archived') as pupils
         from class c where c.school = $1 and c.id = $2 and c.closed_at is null";
    /// Room, teacher and year of a class.
    fn home(school: SchoolId, id: ClassId) -> One<HomeRow> =
        "select id, room, teacher, year from class where school = $1 and id = $2 and closed_at is null";
    /// Room, teacher and year of every class.
    fn homes(school: SchoolId) -> Many<HomeRow> = "select id, room, teacher, year from class where school = $1 and closed_at is null";
    /// Changes room, teacher and year.
    fn set_home(school: SchoolId, id: ClassId, room: &str, teacher: Option<PersonId>, year: &str) -> Run =
        "update class set room = $3, teacher = $4, year = $5 where school = $1 and id = $2 and closed_at is null";
}

/// How a class is put in order among others: digits of one length, so that texts order as numbers do.
pub(crate) fn sort_key(name: ClassName) -> String {
    format!("{:05}", name.sort_key())
}

/// The name of a class as it was stored.
pub(crate) fn name(grade: u8, letter: &str) -> Result<ClassName, StoreError> {
    let mut letters = letter.chars();
    let named =
        letters.next().filter(|_| letters.next().is_none()).and_then(|letter| ClassName::new(grade, letter).ok());
    named.ok_or(StoreError::Column { statement: "class", column: "letter", source: ColumnError::Type })
}

impl ClassRow {
    pub(crate) fn view(self) -> Result<ClassView, StoreError> {
        let shift = Shift::of_number(self.shift).ok_or(StoreError::Column {
            statement: "class",
            column: "shift",
            source: ColumnError::Type,
        })?;
        let data = ClassData { name: name(self.grade, &self.letter)?, lang: self.lang.0, shift };
        Ok(ClassView { id: self.id, data, pupils: self.pupils })
    }
}

pub(crate) fn add(tx: &mut Tx<'_>, school: SchoolId, id: ClassId, data: &ClassData) -> Result<u64, StoreError> {
    let letter = data.name.letter().to_string();
    insert(tx, school, id, data.name.grade(), &letter, LangColumn(data.lang), data.shift.number(), &sort_key(data.name))
}

pub(crate) fn change(tx: &mut Tx<'_>, school: SchoolId, id: ClassId, data: &ClassData) -> Result<u64, StoreError> {
    let letter = data.name.letter().to_string();
    update(tx, school, id, data.name.grade(), &letter, LangColumn(data.lang), data.shift.number(), &sort_key(data.name))
}
