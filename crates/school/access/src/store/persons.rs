//! Persons beside passes and alarms: columns of `people`'s tables that are joined, never written.

use kernel::{PersonId, PersonStatus, Role, SchoolId};
use people::model::{ClassName, PersonName};
use store::{record, statements};

use crate::queries::PersonView;

/// Columns of a joined person `e` and class `c`; all null without a person.
macro_rules! person_columns {
    () => {
        "e.family as family, e.given as given, e.patronymic as patronymic, c.grade as grade, c.letter as letter,
         e.position as position, e.status as status, e.photo_version as photo_version,
         (select min(case r.role when 'pupil' then 0 when 'teacher' then 1 when 'staff' then 2 else 3 end)
          from person_role r where r.school = e.school and r.person = e.id) as role_rank"
    };
}
/// The join of [`person_columns`] to a row `p` with `school` and `person`.
macro_rules! person_join {
    () => {
        " left join person e on e.school = p.school and e.id = p.person left join class c on c.school = e.school and c.id = e.class "
    };
}
pub(crate) use {person_columns, person_join};

/// The joined columns of a person.
pub(crate) struct PersonColumns {
    pub person: Option<PersonId>,
    pub family: Option<String>,
    pub given: Option<String>,
    pub patronymic: Option<String>,
    pub grade: Option<u8>,
    pub letter: Option<String>,
    pub position: Option<String>,
    pub status: Option<PersonStatus>,
    pub photo_version: Option<u64>,
    pub role_rank: Option<u8>,
}

impl PersonColumns {
    /// The person; `None` when the row names nobody, or somebody who is not there any more.
    pub(crate) fn view(self) -> Option<PersonView> {
        let (family, given) = (self.family?, self.given?);
        let (full, short) = match PersonName::parse(&family, &given, self.patronymic.as_deref()) {
            Ok(name) => (name.full(), name.short()),
            Err(_) => (format!("{family} {given}"), format!("{family} {given}")),
        };
        Some(PersonView {
            id: self.person?,
            full,
            short,
            class: self.grade.zip(self.letter).map(|(grade, letter)| class_text(grade, &letter)),
            position: self.position.unwrap_or_default(),
            role: self.role_rank.and_then(|rank| {
                [Role::Pupil, Role::Teacher, Role::Staff, Role::Guardian].get(usize::from(rank)).copied()
            }),
            status: self.status?,
            photo_version: self.photo_version.unwrap_or(0),
        })
    }
}

/// A class as everybody writes it.
pub(crate) fn class_text(grade: u8, letter: &str) -> String {
    let named = letter.chars().next().and_then(|letter| ClassName::new(grade, letter).ok());
    named.map_or_else(|| format!("{grade} {letter}"), |name| name.to_string())
}

record! {
    /// A class to choose.
    pub struct ClassRow {
        /// Which.
        pub id: kernel::ClassId,
        /// Its grade.
        pub grade: u8,
        /// Its letter.
        pub letter: String,
    }
    /// A group to choose.
    pub struct GroupRow {
        /// Which.
        pub id: kernel::GroupId,
        /// Its name.
        pub name: String,
    }
}

statements! {
    /// Whether the person may be here; `None`: not known.
    fn status(school: SchoolId, person: PersonId) -> One<PersonStatus> = "select status from person where school = $1 and id = $2";
    /// Whether there is such a class.
    fn has_class(school: SchoolId, class: kernel::ClassId) -> One<u64> = "select 1 from class where school = $1 and id = $2 and closed_at is null";
    /// Whether there is such a group.
    fn has_group(school: SchoolId, group: kernel::GroupId) -> One<u64> = "select 1 from person_group where school = $1 and id = $2";
    /// Classes in their order.
    fn classes(school: SchoolId) -> Many<ClassRow> =
        "select id, grade, letter from class where school = $1 and closed_at is null order by grade, sort_key";
    /// Groups by name.
    fn groups(school: SchoolId) -> Many<GroupRow> = "select id, name from person_group where school = $1 order by name";
}
