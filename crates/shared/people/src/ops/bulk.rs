//! Many persons are taken over at once: the demonstration's school, a list from another system.

use accounts::{Action, Ctx, audit};
use crypto::{CryptoError, Vault};
use jiff::{Timestamp, civil::Date};
use kernel::{Card, CredentialId, CredentialStatus, GroupId, PersonId, SchoolId};
use store::{Param, StoreError, Tx, Value};

use super::{
    latest_today,
    moves::begin_many,
    particulars::{self, ToKeep},
    photo::version_after,
};
use crate::{
    PeopleError,
    events::PeopleLoaded,
    model::{GuardianshipData, Particulars, Photo},
    person::PersonData,
    store::{
        persons,
        photos::{self, LARGE, SMALL},
    },
};

/// A person with everything that belongs to her.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPerson {
    /// The person.
    pub data: PersonData,
    /// The photo.
    pub photo: Option<Photo>,
    /// Cards, the oldest first.
    pub cards: Vec<NewCard>,
    /// Groups that are there already.
    pub groups: Vec<GroupId>,
}

/// A card and how it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewCard {
    /// What is on it.
    pub card: Card,
    /// Whether it opens anything.
    pub status: CredentialStatus,
}

/// Adds persons in few statements; gives their ids in the same order. One entry of the journal tells of all of them.
///
/// Photos stay in memory until the transaction ends: some hundreds at a time are a good measure.
///
/// # Errors
/// [`PeopleError`] of the first person that is wrong, [`PeopleError::Denied`]; the database's when a class or group is not there or a card
/// is held twice.
pub fn load(tx: &mut Tx<'_>, ctx: &Ctx, vault: &Vault, new: &[NewPerson]) -> Result<Vec<PersonId>, PeopleError> {
    load_since(tx, ctx, vault, new, None)
}

/// As [`load`], of pupils who have been in their classes since a day; `None`: since today.
///
/// # Errors
/// As [`load`].
pub fn load_since(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    vault: &Vault,
    new: &[NewPerson],
    since: Option<Date>,
) -> Result<Vec<PersonId>, PeopleError> {
    let school = ctx.require(Action::EditPersons)?.school();
    ctx.require(Action::ManageCredentials)?;
    let today = latest_today(ctx);
    for person in new {
        person.data.check(today)?;
    }
    let ids: Vec<PersonId> = new.iter().map(|_| ctx.new_id()).collect();
    let version = version_after(0, ctx);
    insert_persons(tx, school, new, &ids, version, ctx.now)?;
    insert_roles_and_words(tx, school, new, &ids)?;
    insert_photos(tx, vault, school, new, &ids, version, ctx.now)?;
    insert_cards(tx, ctx, school, new, &ids)?;
    let pupils: Vec<_> =
        new.iter().zip(&ids).filter_map(|(new, id)| new.data.class.map(|class| (*id, class))).collect();
    begin_many(tx, ctx, school, &pupils, since)?;
    let members: Vec<Vec<Value<'_>>> = new
        .iter()
        .zip(&ids)
        .flat_map(|(person, id)| person.groups.iter().map(|group| vec![school.value(), group.value(), id.value()]))
        .collect();
    insert(tx, school, "person_group_member", &["school", "group_id", "person"], &members)?;
    journal::append(tx, school, ctx.now, &PeopleLoaded { count: new.len() as u64 })?;
    audit::<kernel::PersonKind>(tx, ctx, "people_loaded", None, &new.len().to_string())?;
    Ok(ids)
}

/// Keeps what is sealed of many persons; one line of the audit trail tells of all of them. Whoever has nothing to keep is left out.
///
/// # Errors
/// [`PeopleError`] of the first person whose IIN is taken or does not agree; [`PeopleError::Denied`], else those of the keys and the database.
pub fn keep_particulars(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    vault: &Vault,
    new: &[(PersonId, Particulars)],
) -> Result<(), PeopleError> {
    let school = ctx.require(Action::EditPersons)?.school();
    ctx.require(Action::SeePersonalNumbers)?;
    let mut all = Vec::with_capacity(new.len());
    for (person, new) in new.iter().filter(|(_, new)| !new.is_empty()) {
        let more = persons::more(tx, school, *person)?.ok_or(PeopleError::NoSuchPerson)?;
        all.push(ToKeep { person: *person, birth_date: more.birth_date, sex: more.sex, is_known: true, new });
    }
    particulars::keep_many(tx, vault, school, &all)?;
    told_of_particulars(tx, ctx, new.len())
}

/// Tells the journal and the audit trail that what is sealed of many persons was kept.
pub(super) fn told_of_particulars(tx: &mut Tx<'_>, ctx: &Ctx, count: usize) -> Result<(), PeopleError> {
    journal::append(tx, ctx.actor.school, ctx.now, &PeopleLoaded { count: count as u64 })?;
    Ok(audit::<kernel::PersonKind>(tx, ctx, "particulars_loaded", None, &count.to_string())?)
}

/// Notes for many children who answers for each: child, guardian, terms. The guardians are known and have their role already.
///
/// # Errors
/// [`PeopleError::Guardianship`] of the first that does not fit, [`PeopleError::Denied`]; the database's when a person is not there or two are noted twice.
pub fn set_guardians(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    new: &[(PersonId, PersonId, GuardianshipData)],
) -> Result<(), PeopleError> {
    let school = ctx.require(Action::EditPersons)?.school();
    if new.iter().any(|(child, guardian, data)| child == guardian || !data.fits()) {
        return Err(PeopleError::Guardianship);
    }
    let rows: Vec<Vec<Value<'_>>> = new
        .iter()
        .map(|(child, guardian, data)| {
            let GuardianshipData { kind, may_see, may_pay, may_collect, since, until, note } = data;
            vec![
                school.value(),
                child.value(),
                guardian.value(),
                Value::Text(kind.as_str()),
                may_see.value(),
                may_pay.value(),
                may_collect.value(),
                since.value(),
                until.value(),
                Value::Text(note.trim()),
            ]
        })
        .collect();
    let columns =
        &["school", "child", "guardian", "kind", "may_see", "may_pay", "may_collect", "since", "until", "note"];
    insert(tx, school, "guardianship", columns, &rows)?;
    journal::append(tx, school, ctx.now, &PeopleLoaded { count: new.len() as u64 })?;
    Ok(audit::<kernel::PersonKind>(tx, ctx, "guardians_loaded", None, &new.len().to_string())?)
}

const PERSON: &[&str] = &[
    "school",
    "id",
    "family",
    "given",
    "patronymic",
    "sort_key",
    "search_key",
    "sex",
    "birth_date",
    "class",
    "position",
    "learning_until",
    "photo_version",
    "created_at",
];

fn insert_persons(
    tx: &mut Tx<'_>,
    school: SchoolId,
    new: &[NewPerson],
    ids: &[PersonId],
    version: u64,
    now: Timestamp,
) -> Result<(), StoreError> {
    let keys: Vec<(String, String)> =
        new.iter().map(|new| (new.data.name.sort_key(), new.data.name.search_key())).collect();
    let rows = new.iter().zip(ids).zip(&keys).map(|((new, id), (sort_key, search_key))| {
        let PersonData { name, sex, birth_date, class, position, learning_until, .. } = &new.data;
        let photo = if new.photo.is_some() { version } else { 0 };
        vec![
            school.value(),
            id.value(),
            Value::Text(name.family()),
            Value::Text(name.given()),
            name.patronymic().map_or(Value::Null, Value::Text),
            sort_key.value(),
            search_key.value(),
            sex.as_ref().map_or(Value::Null, |sex| Value::Text(sex.as_str())),
            birth_date.value(),
            class.value(),
            Value::Text(position.trim()),
            learning_until.value(),
            Value::Int(i64::try_from(photo).unwrap_or(i64::MAX)),
            Value::Int(now.as_microsecond()),
        ]
    });
    let rows: Vec<Vec<Value<'_>>> = rows.collect();
    insert(tx, school, "person", PERSON, &rows)
}

fn insert_roles_and_words(
    tx: &mut Tx<'_>,
    school: SchoolId,
    new: &[NewPerson],
    ids: &[PersonId],
) -> Result<(), StoreError> {
    let roles: Vec<Vec<Value<'_>>> = new
        .iter()
        .zip(ids)
        .flat_map(|(new, id)| {
            new.data.roles.iter().map(|role| vec![school.value(), id.value(), Value::Text(role.as_str())])
        })
        .collect();
    insert(tx, school, "person_role", &["school", "person", "role"], &roles)?;
    let words: Vec<(String, &PersonId)> = new
        .iter()
        .zip(ids)
        .flat_map(|(new, id)| {
            let mut words = new.data.name.search_words();
            words.sort_unstable();
            words.dedup();
            words.into_iter().map(move |word| (word, id))
        })
        .collect();
    let rows: Vec<Vec<Value<'_>>> =
        words.iter().map(|(word, id)| vec![school.value(), word.value(), id.value()]).collect();
    persons::insert_words(tx, school, &rows)
}

fn insert_photos(
    tx: &mut Tx<'_>,
    vault: &Vault,
    school: SchoolId,
    new: &[NewPerson],
    ids: &[PersonId],
    version: u64,
    now: Timestamp,
) -> Result<(), PeopleError> {
    let shown: Vec<(PersonId, &Photo)> =
        new.iter().zip(ids).filter_map(|(new, id)| Some((*id, new.photo.as_ref()?))).collect();
    if shown.is_empty() {
        return Ok(());
    }
    let persons: Vec<PersonId> = shown.iter().map(|(person, _)| *person).collect();
    let sealer = vault.sealer(tx, school, &persons)?;
    let seal = |(person, photo): (PersonId, &Photo)| {
        let large = sealer.seal(person, LARGE.at(person), &photo.full)?;
        Ok::<_, CryptoError>((person, large, sealer.seal(person, SMALL.at(person), &photo.thumbnail)?))
    };
    let sealed = shown.into_iter().map(seal).collect::<Result<Vec<_>, _>>()?;
    Ok(photos::add_many(tx, school, &sealed, version, now)?)
}

fn insert_cards(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    school: SchoolId,
    new: &[NewPerson],
    ids: &[PersonId],
) -> Result<(), StoreError> {
    let cards: Vec<(CredentialId, &PersonId, NewCard)> =
        new.iter().zip(ids).flat_map(|(new, id)| new.cards.iter().map(move |card| (ctx.new_id(), id, *card))).collect();
    let now = Value::Int(ctx.now.as_microsecond());
    let rows: Vec<Vec<Value<'_>>> = cards
        .iter()
        .map(|(credential, person, NewCard { card, status })| {
            let value = Value::Int(i64::try_from(card.value).unwrap_or(i64::MAX));
            let bits = Value::Int(i64::from(card.bits));
            vec![
                school.value(),
                credential.value(),
                person.value(),
                bits,
                value,
                Value::Text(status.as_str()),
                now,
                now,
            ]
        })
        .collect();
    insert(
        tx,
        school,
        "credential",
        &["school", "id", "person", "bits", "value", "status", "issued_at", "changed_at"],
        &rows,
    )
}

fn insert(
    tx: &mut Tx<'_>,
    school: SchoolId,
    table: &'static str,
    columns: &'static [&'static str],
    rows: &[Vec<Value<'_>>],
) -> Result<(), StoreError> {
    tx.insert_many::<u64>(table, columns, school, rows, "").map(|_| ())
}
