//! Persons, their roles and the words by which they are found.

use std::collections::BTreeSet;

use jiff::{Timestamp, civil::Date};
use kernel::{ClassId, PersonId, PersonStatus, Role, SchoolId};
use store::{ColumnError, Param, Raw, Shape, Statement, StoreError, Tx, Value, record, statements};

use super::classes;
use crate::{
    model::{PersonName, Sex},
    person::{PersonBrief, PersonData},
};

/// Roles as one number: a bit each, in the order of [`Role::ALL`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleBits(pub BTreeSet<Role>);

impl store::Column for RoleBits {
    fn read(raw: Raw<'_>) -> Result<Self, ColumnError> {
        let bits = i64::read(raw)?;
        Ok(Self(
            Role::ALL.iter().enumerate().filter(|(index, _)| bits >> index & 1 == 1).map(|(_, role)| *role).collect(),
        ))
    }
}

record! {
    /// A person in a list.
    pub struct BriefRow {
        /// Who.
        pub id: PersonId,
        /// Family name.
        pub family: String,
        /// Given name.
        pub given: String,
        /// Patronymic.
        pub patronymic: Option<String>,
        /// The class.
        pub class: Option<ClassId>,
        /// The class's grade.
        pub grade: Option<u8>,
        /// The class's letter.
        pub letter: Option<String>,
        /// What the person works as.
        pub position: String,
        /// Roles.
        pub roles: RoleBits,
        /// Whether the person may be here.
        pub status: PersonStatus,
        /// The version of the photo; 0: none.
        pub photo_version: u64,
        /// The place in the order of the Kazakh alphabet.
        pub sort_key: String,
    }
    /// What a form of a person shows besides.
    pub struct MoreRow {
        /// Sex.
        pub sex: Option<Sex>,
        /// Birth date.
        pub birth_date: Option<Date>,
        /// Always let in up to and with this day.
        pub learning_until: Option<Date>,
        /// Rises with each change.
        pub revision: u64,
        /// Since when the person is known.
        pub created_at: Timestamp,
    }
    /// Somebody of a name.
    pub struct NamesakeRow {
        /// Who.
        pub id: PersonId,
        /// Birth date.
        pub birth_date: Option<Date>,
        /// Rises with each change.
        pub revision: u64,
    }
    /// What a change of a person begins with.
    pub struct HeldRow {
        /// Whether the person may be here.
        pub status: PersonStatus,
        /// The version of the photo.
        pub photo_version: u64,
        /// Rises with each change.
        pub revision: u64,
    }
}

macro_rules! brief {
    () => {
        "select p.id as id, p.family as family, p.given as given, p.patronymic as patronymic, p.class as class, c.grade as grade,
           c.letter as letter, p.position as position,
           (select cast(coalesce(sum(case r.role when 'pupil' then 1 when 'teacher' then 2 when 'staff' then 4 else 8 end), 0) as bigint)
            from person_role r where r.school = p.school and r.person = p.id) as roles,
           p.status as status, p.photo_version as photo_version, p.sort_key as sort_key
         from person p left join class c on c.school = p.school and c.id = p.class "
    };
}
/// Filters of both lists, `$2` to `$8`; a null is not set, and is asked for last, since PostgreSQL takes a parameter's type from its first use. Archived persons are shown only when they are asked for.
macro_rules! filters {
    () => {
        "where p.school = $1 and (p.sort_key, p.id) > ($2, $3) and (p.class = $4 or $4 is null) and (c.grade = $5 or $5 is null)
           and (c.letter = $6 or $6 is null)
           and (exists (select 1 from person_role r where r.school = p.school and r.person = p.id and r.role = $7) or $7 is null)
           and (p.status = $8 or ($8 is null and p.status <> 'archived')) "
    };
}
statements! {
    /// Adds a person.
    fn add(
        school: SchoolId, id: PersonId, family: &str, given: &str, patronymic: Option<&str>, sort_key: &str, search_key: &str,
        sex: Option<Sex>, birth_date: Option<Date>, class: Option<ClassId>, position: &str, learning_until: Option<Date>, now: Timestamp,
    ) -> Run =
        "insert into person (school, id, family, given, patronymic, sort_key, search_key, sex, birth_date, class, position, learning_until, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    /// Changes a person whom nobody else has changed since.
    fn change(
        school: SchoolId, id: PersonId, revision: u64, family: &str, given: &str, patronymic: Option<&str>, sort_key: &str,
        search_key: &str, sex: Option<Sex>, birth_date: Option<Date>, class: Option<ClassId>, position: &str, learning_until: Option<Date>,
    ) -> Run =
        "update person set family = $4, given = $5, patronymic = $6, sort_key = $7, search_key = $8, sex = $9, birth_date = $10, class = $11,
           position = $12, learning_until = $13, revision = revision + 1 where school = $1 and id = $2 and revision = $3";
    /// A person, held until the transaction ends.
    fn held(school: SchoolId, id: PersonId) -> One<HeldRow> =
        "select status, photo_version, revision from person where school = $1 and id = $2 {lock}";
    /// Lets a person be here, or not.
    fn set_status(school: SchoolId, id: PersonId, status: PersonStatus) -> Run =
        "update person set status = $3, revision = revision + 1 where school = $1 and id = $2";
    /// Notes which photo a person has; the form is not concerned, so the revision stays.
    fn set_photo_version(school: SchoolId, id: PersonId, version: u64) -> Run =
        "update person set photo_version = $3 where school = $1 and id = $2";
    /// Notes that something of a person has changed that stands elsewhere.
    fn touch(school: SchoolId, id: PersonId) -> Run = "update person set revision = revision + 1 where school = $1 and id = $2";
    /// Persons of one of these folded names, or of one that begins so; a word of the name finds them by its index.
    fn namesakes(school: SchoolId, word: &str, key: &str, shorter: &str, length: u32, start: &str, limit: u32) -> Many<NamesakeRow> =
        "select p.id as id, p.birth_date as birth_date, p.revision as revision from person p
         where p.school = $1 and p.id in (select w.person from person_word w where w.school = $1 and w.word = $2)
           and (p.search_key in ($3, $4) or substr(p.search_key, 1, cast(cast($5 as bigint) as integer)) = $6) order by p.id limit $7";
    /// Gives a role.
    fn add_role(school: SchoolId, person: PersonId, role: Role) -> Run =
        "insert into person_role (school, person, role) values ($1, $2, $3)";
    /// Gives a role to whoever may have it already.
    fn grant_role(school: SchoolId, person: PersonId, role: Role) -> Run =
        "insert into person_role (school, person, role) values ($1, $2, $3) on conflict do nothing";
    /// Takes a role.
    fn take_role(school: SchoolId, person: PersonId, role: Role) -> Run =
        "delete from person_role where school = $1 and person = $2 and role = $3";
    /// The roles of a person.
    fn roles(school: SchoolId, person: PersonId) -> Many<Role> = "select role from person_role where school = $1 and person = $2 order by role";
    /// Notes as what a person is shown.
    fn set_position(school: SchoolId, id: PersonId, position: &str) -> Run =
        "update person set position = $3, revision = revision + 1 where school = $1 and id = $2";
    /// Takes all roles.
    fn remove_roles(school: SchoolId, person: PersonId) -> Run = "delete from person_role where school = $1 and person = $2";
    /// Forgets the words of a name.
    fn remove_words(school: SchoolId, person: PersonId) -> Run = "delete from person_word where school = $1 and person = $2";

    /// One person.
    fn brief(school: SchoolId, id: PersonId) -> One<BriefRow> = concat!(brief!(), "where p.school = $1 and p.id = $2");
    /// The place of a person in the order of the alphabet.
    fn sort_key(school: SchoolId, id: PersonId) -> One<String> = "select sort_key from person where school = $1 and id = $2";
    /// The rest of one person.
    fn more(school: SchoolId, id: PersonId) -> One<MoreRow> =
        "select sex, birth_date, learning_until, revision, created_at from person where school = $1 and id = $2";
    /// A page of persons, in the order of the alphabet.
    fn list(
        school: SchoolId, after_key: &str, after_id: PersonId, class: Option<ClassId>, grade: Option<u8>, letter: Option<&str>,
        role: Option<Role>, status: Option<PersonStatus>, limit: u32,
    ) -> Many<BriefRow> = concat!(brief!(), filters!(), "order by p.sort_key, p.id limit $9");
    /// A page of persons of one class, in the order of the alphabet: found by the class, however many persons the school has. (The order's `|| ''` keeps SQLite from going
    /// through the alphabet for it.)
    fn list_of_class(
        school: SchoolId, after_key: &str, after_id: PersonId, class: ClassId, role: Option<Role>, status: Option<PersonStatus>, limit: u32,
    ) -> Many<BriefRow> = concat!(
        brief!(),
        "where p.school = $1 and (p.sort_key, p.id) > ($2, $3) and p.class = $4
           and (exists (select 1 from person_role r where r.school = p.school and r.person = p.id and r.role = $5) or $5 is null)
           and (p.status = $6 or ($6 is null and p.status <> 'archived')) order by p.sort_key || '', p.id limit $7"
    );
    /// Persons in whose names a word begins so, some more than once.
    fn of_word(school: SchoolId, from: &str, to: &str, limit: u32) -> Many<PersonId> =
        "select person from person_word where school = $1 and word >= $2 and word < $3 limit $4";
    /// A page of persons whose name has words that begin so. The first word finds them by its index, the others are looked up
    /// for each of those.
    fn list_named(
        school: SchoolId, after_key: &str, after_id: PersonId, class: Option<ClassId>, grade: Option<u8>, letter: Option<&str>,
        role: Option<Role>, status: Option<PersonStatus>, limit: u32, from1: &str, to1: &str, from2: Option<&str>, to2: Option<&str>,
        from3: Option<&str>, to3: Option<&str>, from4: Option<&str>, to4: Option<&str>, from5: Option<&str>, to5: Option<&str>,
    ) -> Many<BriefRow> = concat!(
        brief!(),
        filters!(),
        "and p.id in (select w.person from person_word w where w.school = $1 and w.word >= $10 and w.word < $11)
         and (exists (select 1 from person_word w where w.school = p.school and w.person = p.id and w.word >= $12 and w.word < $13) or $12 is null)
         and (exists (select 1 from person_word w where w.school = p.school and w.person = p.id and w.word >= $14 and w.word < $15) or $14 is null)
         and (exists (select 1 from person_word w where w.school = p.school and w.person = p.id and w.word >= $16 and w.word < $17) or $16 is null)
         and (exists (select 1 from person_word w where w.school = p.school and w.person = p.id and w.word >= $18 and w.word < $19) or $18 is null)
         order by p.sort_key, p.id limit $9"
    );
    /// The members of a group, in the order of the alphabet.
    fn in_group(school: SchoolId, group: kernel::GroupId, limit: u32) -> Many<BriefRow> = concat!(
        brief!(),
        "join person_group_member m on m.school = p.school and m.person = p.id
         where p.school = $1 and m.group_id = $2 and p.status <> 'archived' order by p.sort_key, p.id limit $3"
    );
    /// Everybody's id, the oldest first.
    fn ids(school: SchoolId) -> Many<PersonId> = "select id from person where school = $1 order by id";
    /// How many persons there are, archived ones aside.
    fn count(school: SchoolId) -> Exactly<u64> = "select count(*) from person where school = $1 and status <> 'archived'";
}

/// Persons looked up at once.
const IDS: usize = 20;

#[store::linkme::distributed_slice(store::STATEMENTS)]
#[linkme(crate = store::linkme)]
static SOME: Statement = Statement::new(
    concat!(module_path!(), "::some"),
    concat!(
        brief!(),
        "where p.school = $1 and p.id in ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)"
    ),
    &[
        "school", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16", "17", "18",
        "19", "20",
    ],
    <BriefRow as store::Record>::FIELDS,
    Shape::Rows,
    store::Reach::School,
);

/// These persons, in no order; those that are not there are left out.
pub(crate) fn some(tx: &mut Tx<'_>, school: SchoolId, ids: &[PersonId]) -> Result<Vec<BriefRow>, StoreError> {
    let mut rows = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(IDS) {
        // A list of one length is one statement to prepare: the last id fills what is left over.
        let Some(last) = chunk.last() else { continue };
        let mut params = vec![school.value()];
        params.extend((0..IDS).map(|index| chunk.get(index).unwrap_or(last).value()));
        tx.each(&SOME, &params, |row: BriefRow| rows.push(row))?;
    }
    Ok(rows)
}

/// The name as it was stored. The error names no letter of it.
pub(crate) fn name(family: &str, given: &str, patronymic: Option<&str>) -> Result<PersonName, StoreError> {
    PersonName::parse(family, given, patronymic).map_err(|_| StoreError::Column {
        statement: "person",
        column: "family",
        source: ColumnError::Type,
    })
}

/// Persons of this name. Where one side has no patronymic, family and given name must do.
pub(crate) fn named(
    tx: &mut Tx<'_>,
    school: SchoolId,
    name: &PersonName,
    limit: u32,
) -> Result<Vec<NamesakeRow>, StoreError> {
    let words = name.search_words();
    let Some(word) = words.first() else { return Ok(Vec::new()) };
    let key = name.search_key();
    // A name that was read with its patronymic reads without it.
    let shorter =
        PersonName::parse(name.family(), name.given(), None).map_or_else(|_| key.clone(), |name| name.search_key());
    let start = if name.patronymic().is_none() { format!("{key} ") } else { key.clone() };
    let length = u32::try_from(start.len()).unwrap_or(u32::MAX);
    namesakes(tx, school, word, &key, &shorter, length, &start, limit)
}

impl BriefRow {
    pub(crate) fn name(&self) -> Result<PersonName, StoreError> {
        name(&self.family, &self.given, self.patronymic.as_deref())
    }

    pub(crate) fn view(self) -> Result<PersonBrief, StoreError> {
        let name = self.name()?;
        let class_name = match (self.grade, &self.letter) {
            (Some(grade), Some(letter)) => Some(classes::name(grade, letter)?.to_string()),
            _ => None,
        };
        Ok(PersonBrief {
            id: self.id,
            full: name.full(),
            short: name.short(),
            class: self.class,
            class_name,
            position: self.position,
            roles: self.roles.0,
            status: self.status,
            photo_version: self.photo_version,
        })
    }
}

pub(crate) fn insert(
    tx: &mut Tx<'_>,
    school: SchoolId,
    id: PersonId,
    data: &PersonData,
    now: Timestamp,
) -> Result<(), StoreError> {
    let name = &data.name;
    add(
        tx,
        school,
        id,
        name.family(),
        name.given(),
        name.patronymic(),
        &name.sort_key(),
        &name.search_key(),
        data.sex,
        data.birth_date,
        data.class,
        data.position.trim(),
        data.learning_until,
        now,
    )?;
    put_roles_and_words(tx, school, id, data)
}

/// Changes a person; `false` when somebody else has changed it since `revision`.
pub(crate) fn update(
    tx: &mut Tx<'_>,
    school: SchoolId,
    id: PersonId,
    revision: u64,
    data: &PersonData,
) -> Result<bool, StoreError> {
    let name = &data.name;
    let touched = change(
        tx,
        school,
        id,
        revision,
        name.family(),
        name.given(),
        name.patronymic(),
        &name.sort_key(),
        &name.search_key(),
        data.sex,
        data.birth_date,
        data.class,
        data.position.trim(),
        data.learning_until,
    )?;
    if touched == 0 {
        return Ok(false);
    }
    remove_roles(tx, school, id)?;
    remove_words(tx, school, id)?;
    put_roles_and_words(tx, school, id, data)?;
    Ok(true)
}

fn put_roles_and_words(tx: &mut Tx<'_>, school: SchoolId, id: PersonId, data: &PersonData) -> Result<(), StoreError> {
    for role in &data.roles {
        add_role(tx, school, id, *role)?;
    }
    let words: BTreeSet<String> = data.name.search_words().into_iter().collect();
    let rows: Vec<Vec<Value<'_>>> = words.iter().map(|word| vec![school.value(), word.value(), id.value()]).collect();
    insert_words(tx, school, &rows)
}

/// Rows of `school, word, person`.
pub(crate) fn insert_words(tx: &mut Tx<'_>, school: SchoolId, rows: &[Vec<Value<'_>>]) -> Result<(), StoreError> {
    tx.insert_many::<u64>("person_word", &["school", "word", "person"], school, rows, "").map(|_| ())
}
