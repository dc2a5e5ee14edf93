//! The register as a whole: everybody at once, for lists that are taken in and away, and a way to find in it whom a list means.

use std::collections::HashMap;

use accounts::Scope;
use crypto::Vault;
use jiff::civil::Date;
use kernel::{Card, CredentialStatus, GroupId, PersonId, PersonStatus};
use store::{ColumnError, StoreError, Tx};

use crate::{
    PeopleError,
    model::{GuardianshipData, Particulars, PersonName},
    ops::particulars::open_row,
    person::PersonData,
    store::{everybody as register, families, particulars::PrivateRow, persons},
};

/// Persons of a school that are read at once at most: many more than any school has.
pub const REGISTER_LIMIT: u32 = 250_000;

/// A person as the register holds her.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Who.
    pub id: PersonId,
    /// As in a form.
    pub data: PersonData,
    /// Whether the person may be here.
    pub status: PersonStatus,
    /// The version of the photo; 0: none.
    pub photo_version: u64,
    /// Rises with each change of the data.
    pub revision: u64,
    /// Cards in the person's hands and those that were lost, the oldest first.
    pub cards: Vec<(Card, CredentialStatus)>,
}

/// Everybody in the order of the alphabet, archived ones included.
///
/// # Errors
/// From the database.
pub fn everybody(tx: &mut Tx<'_>, scope: &Scope) -> Result<Vec<Known>, StoreError> {
    let mut cards: HashMap<PersonId, Vec<(Card, CredentialStatus)>> = HashMap::new();
    for row in register::cards(tx, scope.school(), REGISTER_LIMIT)? {
        let card = Card::new(row.bits, row.value).map_err(|_| StoreError::Column {
            statement: "credential",
            column: "value",
            source: ColumnError::Type,
        })?;
        cards.entry(row.person).or_default().push((card, row.status));
    }
    let known = |row: register::EveryRow| {
        Ok(Known {
            id: row.id,
            data: PersonData {
                name: persons::name(&row.family, &row.given, row.patronymic.as_deref())?,
                sex: row.sex,
                birth_date: row.birth_date,
                roles: row.roles.0,
                class: row.class,
                position: row.position,
                learning_until: row.learning_until,
            },
            status: row.status,
            photo_version: row.photo_version,
            revision: row.revision,
            cards: cards.remove(&row.id).unwrap_or_default(),
        })
    };
    register::everybody(tx, scope.school(), REGISTER_LIMIT)?.into_iter().map(known).collect()
}

/// Who is in which group.
///
/// # Errors
/// From the database.
pub fn memberships(tx: &mut Tx<'_>, scope: &Scope) -> Result<Vec<(GroupId, PersonId)>, StoreError> {
    Ok(register::members(tx, scope.school(), REGISTER_LIMIT)?.into_iter().map(|row| (row.group, row.person)).collect())
}

/// What is kept sealed of everybody, opened; who has nothing, or was erased, is left out. For lists: what is taken away of it is noted by whoever
/// asks, and pages show it masked.
///
/// # Errors
/// From the keys and the database.
pub fn particulars(
    tx: &mut Tx<'_>,
    scope: &Scope,
    vault: &Vault,
) -> Result<HashMap<PersonId, Particulars>, PeopleError> {
    let school = scope.school();
    let rows = register::privates(tx, school, REGISTER_LIMIT)?;
    let persons: Vec<PersonId> = rows.iter().map(|row| row.person).collect();
    let opener = vault.opener(tx, school, &persons)?;
    let mut opened = HashMap::with_capacity(rows.len());
    for row in rows {
        let register::EveryPrivate { person, iin, document, phones, email, address } = row;
        let particulars = open_row(&opener, person, &PrivateRow { iin, document, phones, email, address })?;
        if !particulars.is_empty() {
            opened.insert(person, particulars);
        }
    }
    Ok(opened)
}

/// Who answers for whom: child, guardian, terms.
///
/// # Errors
/// From the database.
pub fn guardianships(
    tx: &mut Tx<'_>,
    scope: &Scope,
) -> Result<Vec<(PersonId, PersonId, GuardianshipData)>, StoreError> {
    let rows = families::all(tx, scope.school(), REGISTER_LIMIT)?;
    Ok(rows.into_iter().map(|row| (row.child, row.guardian, row.data())).collect())
}

/// Whom a row of a list means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Match {
    /// Nobody whom the register knows.
    Nobody,
    /// This person: name and birth date are the same.
    One(PersonId),
    /// One of these, or somebody else: a person has to say.
    Unsure(Vec<PersonId>),
}

/// Finds persons of the register by name and birth date. Case, apostrophes and the order of the alphabet's look do not count.
#[derive(Clone, Debug, Default)]
pub struct Finder {
    by_name: HashMap<String, Vec<Namesake>>,
}

/// Who, with the patronymic and the birth date.
type Namesake = (PersonId, Option<String>, Option<Date>);

impl Finder {
    /// In this register.
    pub fn new<'a>(known: impl IntoIterator<Item = &'a Known>) -> Self {
        let mut by_name: HashMap<String, Vec<Namesake>> = HashMap::new();
        for person in known {
            let name = &person.data.name;
            by_name.entry(family_and_given(name)).or_default().push((
                person.id,
                name.patronymic().map(folded),
                person.data.birth_date,
            ));
        }
        Self { by_name }
    }

    /// Whom this name and birth date mean. Two birth dates, or two patronymics, that are known and differ are two persons; one that is not
    /// known decides nothing.
    pub fn find(&self, name: &PersonName, birth_date: Option<Date>) -> Match {
        let Some(namesakes) = self.by_name.get(&family_and_given(name)) else { return Match::Nobody };
        let patronymic = name.patronymic().map(folded);
        let differ = |a: Option<Date>, b: Option<Date>| a.zip(b).is_some_and(|(a, b)| a != b);
        let fits = namesakes.iter().filter(|(_, known, born)| {
            !differ(*born, birth_date) && known.as_ref().zip(patronymic.as_ref()).is_none_or(|(a, b)| a == b)
        });
        let fits: Vec<_> = fits.collect();
        match fits.as_slice() {
            [] => Match::Nobody,
            [(id, known, born)] if born.is_some() && *born == birth_date && *known == patronymic => Match::One(*id),
            several => Match::Unsure(several.iter().map(|(id, ..)| *id).collect()),
        }
    }
}

fn folded(part: &str) -> String {
    part.to_lowercase().replace(['’', '-'], " ").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Family and given name without case, hyphens and apostrophes: what two records of one person have in common.
pub fn family_and_given(name: &PersonName) -> String {
    format!("{}|{}", folded(name.family()), folded(name.given()))
}

#[cfg(test)]
mod tests {
    use jiff::{Timestamp, civil::date};
    use kernel::{Ids, Role};

    use super::*;

    fn known(ids: &Ids, name: [&str; 3], born: Option<Date>) -> Known {
        let [family, given, patronymic] = name;
        Known {
            id: ids.new_id(Timestamp::UNIX_EPOCH),
            data: PersonData {
                name: PersonName::parse(family, given, Some(patronymic)).unwrap(),
                sex: None,
                birth_date: born,
                roles: [Role::Pupil].into(),
                class: None,
                position: String::new(),
                learning_until: None,
            },
            status: PersonStatus::Active,
            photo_version: 0,
            revision: 1,
            cards: Vec::new(),
        }
    }

    #[test]
    fn a_person_is_found_by_name_and_birth_date_and_doubt_is_said() {
        let (ids, born) = (Ids::seeded(1), Some(date(2015, 9, 15)));
        let people = [
            known(&ids, ["Асанова", "Айгүл", "Ерланқызы"], born),
            known(&ids, ["Ким", "Анна", ""], None),
            known(&ids, ["Ли", "Ян", ""], born),
            known(&ids, ["Ли", "Ян", ""], born),
        ];
        let finder = Finder::new(&people);
        let find = |family, given, patronymic, born| {
            finder.find(&PersonName::parse(family, given, Some(patronymic)).unwrap(), born)
        };
        let [aigul, kim, li, other] = [0, 1, 2, 3].map(|index: usize| people[index].id);
        assert_eq!(find("АСАНОВА", "айгүл", "Ерланқызы", born), Match::One(aigul));
        assert_eq!(find("Асанова", "Айгүл", "", born), Match::Unsure(vec![aigul]));
        assert_eq!(find("Асанова", "Айгүл", "Ерланқызы", None), Match::Unsure(vec![aigul]));
        assert_eq!(find("Асанова", "Айгүл", "Ерланқызы", Some(date(2015, 9, 16))), Match::Nobody);
        assert_eq!(find("Асанова", "Айгүл", "Болатқызы", born), Match::Nobody);
        assert_eq!(find("Ким", "Анна", "", born), Match::Unsure(vec![kim]));
        assert_eq!(find("Ли", "Ян", "", born), Match::Unsure(vec![li, other]));
        assert_eq!(find("Пак", "Ян", "", born), Match::Nobody);
    }
}
