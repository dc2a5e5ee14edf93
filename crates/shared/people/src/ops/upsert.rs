//! A person of a list is found among those who are known, and added or brought up to date: how lists of other systems come in.
//!
//! First [`find_match`], which changes nothing and whose answer can be shown; then [`upsert`] with what was decided. A list of thousands is compared in
//! memory ([`crate::everybody`]) and written by [`upsert_many`].

mod many;

use accounts::{Action, Ctx, Scope};
use crypto::Vault;
use jiff::civil::Date;
use kernel::{PersonId, SchoolId};
use store::Tx;

pub use many::{Entry, Kin, set_kin, upsert_many};

use super::{add_person, edit_person, particulars};
use crate::{
    PeopleError,
    model::{Iin, Particulars, PersonName},
    person::PersonData,
    queries,
    store::persons,
};

/// A person as a list has her.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incoming {
    /// As in a form. What the list does not know and the school does is kept only if whoever reads the list puts it here: see [`merged`].
    pub data: PersonData,
    /// What is kept sealed; what is silent here stays as it is.
    pub particulars: Particulars,
}

/// Who of the school a person of a list is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Match {
    /// Nobody is known who could be meant.
    Nobody,
    /// This one, without doubt: the same IIN, or the same name and birth date and no one else.
    One(Found),
    /// One of the same name, whose birth date is not known on both sides and whose IIN is no other: a human being decides.
    Perhaps(Found),
    /// Several of the same name who could be meant: a human being decides.
    Several(Vec<Found>),
}

/// A person who is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// Who.
    pub person: PersonId,
    /// The revision under which she was found; [`upsert`] wants it back.
    pub revision: u64,
    /// By what.
    pub by: FoundBy,
}

/// By what a person was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FoundBy {
    /// The IIN.
    Iin,
    /// Name and birth date.
    NameAndBirthDate,
    /// The name alone.
    Name,
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Upserted {
    /// The person is new.
    Added(PersonId),
    /// Something of the person was brought up to date.
    Changed(PersonId),
    /// Everything was so already; nothing was written.
    Unchanged(PersonId),
}

impl Upserted {
    /// Who.
    pub const fn person(self) -> PersonId {
        match self {
            Self::Added(person) | Self::Changed(person) | Self::Unchanged(person) => person,
        }
    }
}

/// Persons of one name that are looked at, at most.
const NAMESAKES: u32 = 20;

/// Finds who is meant: by IIN, else by name and birth date. Persons who left the school are found too, so that they are readmitted and not added twice.
///
/// # Errors
/// From the keys and the database.
pub fn find_match(
    tx: &mut Tx<'_>,
    scope: &Scope,
    vault: &Vault,
    iin: Option<&Iin>,
    name: &PersonName,
    birth_date: Option<Date>,
) -> Result<Match, PeopleError> {
    let school = scope.school();
    if let Some(iin) = iin
        && let Some(person) = particulars::holder_of_iin(tx, vault, school, iin)?
        && let Some(more) = persons::more(tx, school, person)?
    {
        return Ok(Match::One(Found { person, revision: more.revision, by: FoundBy::Iin }));
    }
    let birth_date = birth_date.or_else(|| iin.and_then(Iin::birth_date));
    let (mut sure, mut unsure) = (Vec::new(), Vec::new());
    for row in persons::named(tx, school, name, NAMESAKES)? {
        // Whoever has an IIN, and another one, is another human being.
        if iin.is_some() && particulars::opened(tx, vault, school, row.id)?.iin.is_some() {
            continue;
        }
        let found = |by| Found { person: row.id, revision: row.revision, by };
        match birth_date.zip(row.birth_date) {
            Some((one, other)) if one == other => sure.push(found(FoundBy::NameAndBirthDate)),
            Some(_) => {}
            None => unsure.push(found(FoundBy::Name)),
        }
    }
    Ok(match (sure.as_slice(), unsure.as_slice()) {
        ([], []) => Match::Nobody,
        ([one], _) => Match::One(*one),
        ([], [one]) => Match::Perhaps(*one),
        _ => Match::Several(sure.into_iter().chain(unsure).collect()),
    })
}

/// Adds a person, or brings the one that was found up to date. Roles that the person has besides those of the list stay.
///
/// # Errors
/// [`PeopleError::Changed`] when somebody has changed the person since she was found; the others say which part is wrong.
pub fn upsert(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    vault: &Vault,
    known: Option<Found>,
    incoming: &Incoming,
) -> Result<Upserted, PeopleError> {
    let scope = ctx.require(Action::EditPersons)?;
    let Some(found) = known else {
        let person = add_person(tx, ctx, &incoming.data)?;
        if !incoming.particulars.is_empty() {
            particulars::keep(tx, vault, scope.school(), person, &incoming.particulars)?;
        }
        return Ok(Upserted::Added(person));
    };
    let person = found.person;
    let stored = queries::find(tx, &scope, person)?.ok_or(PeopleError::NoSuchPerson)?;
    if stored.revision != found.revision {
        return Err(PeopleError::Changed);
    }
    let merged = merged(&stored.data, &incoming.data);
    let is_other = merged != stored.data;
    if is_other {
        edit_person(tx, ctx, person, found.revision, &merged)?;
    }
    let is_sealed_other = bring_up(tx, ctx, vault, scope.school(), person, &incoming.particulars)?;
    Ok(if is_other || is_sealed_other { Upserted::Changed(person) } else { Upserted::Unchanged(person) })
}

/// What the school knows of a person, brought up to date by a list: where the list is silent, what is known stays.
pub fn merged(known: &PersonData, list: &PersonData) -> PersonData {
    let name = match (list.name.patronymic(), known.name.patronymic()) {
        // A list without patronymics takes none away.
        (None, Some(_)) => PersonName::parse(list.name.family(), list.name.given(), known.name.patronymic()).ok(),
        _ => None,
    };
    let said = |text: &str, known: &str| if text.trim().is_empty() { known.to_owned() } else { text.trim().to_owned() };
    PersonData {
        name: name.unwrap_or_else(|| list.name.clone()),
        sex: list.sex.or(known.sex),
        birth_date: list.birth_date.or(known.birth_date),
        roles: known.roles.union(&list.roles).copied().collect(),
        class: list.class.or(known.class),
        position: said(&list.position, &known.position),
        learning_until: list.learning_until.or(known.learning_until),
    }
}

fn bring_up(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    vault: &Vault,
    school: SchoolId,
    person: PersonId,
    new: &Particulars,
) -> Result<bool, PeopleError> {
    if new.is_empty() {
        return Ok(false);
    }
    let stored = particulars::opened(tx, vault, school, person)?;
    let updated = stored.clone().updated_by(new);
    if updated == stored {
        return Ok(false);
    }
    particulars::keep(tx, vault, school, person, &updated)?;
    persons::touch(tx, school, person)?;
    super::told_of_person(tx, ctx, person, "particulars_set")?;
    Ok(true)
}
