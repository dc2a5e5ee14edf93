//! What is kept sealed of a person is changed, or looked at.

use accounts::{Action, Ctx, audit};
use crypto::{BlindIndex, IndexKey, Lookup, Place, Sealed, Secret, Vault};
use kernel::{PersonId, SchoolId};
use store::Tx;

use super::told_of_person;
use crate::{
    PeopleError,
    model::{Address, Document, Email, Iin, Particulars, Phone},
    queries,
    store::{
        particulars::{self, ADDRESS, DOCUMENT, EMAIL, IIN, PHONES, PrivateRow},
        persons,
    },
};

/// Keeps these particulars of a person in place of those of `revision`.
///
/// # Errors
/// [`PeopleError::IinTaken`] names who has the IIN; [`PeopleError::IinDisagrees`] tells what it says of birth date and sex;
/// [`PeopleError::Changed`] when somebody else has changed the person since; [`PeopleError::Denied`], else the database's.
pub fn set_particulars(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    vault: &Vault,
    person: PersonId,
    revision: u64,
    new: &Particulars,
) -> Result<(), PeopleError> {
    let school = ctx.require(Action::EditPersons)?.school();
    ctx.require(Action::SeePersonalNumbers)?;
    let held = persons::held(tx, school, person)?.ok_or(PeopleError::NoSuchPerson)?;
    if held.revision != revision {
        return Err(PeopleError::Changed);
    }
    keep(tx, vault, school, person, new)?;
    persons::touch(tx, school, person)?;
    told_of_person(tx, ctx, person, "particulars_set")
}

/// What is kept of a person, opened; the look is written into the audit trail, so this needs a transaction that writes. Nothing, when nothing is kept
/// or the person was erased.
///
/// # Errors
/// [`PeopleError::Denied`], [`PeopleError::NoSuchPerson`], those of the keys and the database.
pub fn see_particulars(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    vault: &Vault,
    person: PersonId,
) -> Result<Particulars, PeopleError> {
    let school = ctx.require(Action::SeePersonalNumbers)?.school();
    persons::held(tx, school, person)?.ok_or(PeopleError::NoSuchPerson)?;
    audit(tx, ctx, "particulars_seen", Some(person), "")?;
    opened(tx, vault, school, person)
}

/// Opens what is kept of a person, for whoever has checked the right and notes the look, or shows it masked.
pub(crate) fn opened(
    tx: &mut Tx<'_>,
    vault: &Vault,
    school: SchoolId,
    person: PersonId,
) -> Result<Particulars, PeopleError> {
    let Some(row) = particulars::of(tx, school, person)? else { return Ok(Particulars::default()) };
    let opener = vault.opener(tx, school, &[person])?;
    let open = |place: Place, sealed: &Option<Sealed>| -> Result<Option<Secret>, PeopleError> {
        match sealed {
            Some(sealed) => Ok(opener.open(person, place, sealed)?),
            None => Ok(None),
        }
    };
    let (iin, document) = (open(IIN.at(person), &row.iin)?, open(DOCUMENT.at(person), &row.document)?);
    let (phones, email) = (open(PHONES.at(person), &row.phones)?, open(EMAIL.at(person), &row.email)?);
    let address = open(ADDRESS.at(person), &row.address)?;
    let text = |secret: Option<Secret>| -> Result<Option<String>, PeopleError> {
        Ok(secret.map(|secret| secret.text().map(str::to_owned)).transpose()?)
    };
    Ok(Particulars {
        iin: text(iin)?.and_then(|text| Iin::parse(&text).ok()),
        document: text(document)?.and_then(|text| Document::unpacked(&text)),
        phones: text(phones)?.unwrap_or_default().lines().filter_map(|line| Phone::parse(line).ok()).collect(),
        email: text(email)?.and_then(|text| Email::parse(&text).ok()),
        address: text(address)?.and_then(|text| Address::parse(&text).ok()).unwrap_or_default(),
    })
}

/// Seals and indexes; looks first whether the IIN is free and agrees with the person.
pub(super) fn keep(
    tx: &mut Tx<'_>,
    vault: &Vault,
    school: SchoolId,
    person: PersonId,
    new: &Particulars,
) -> Result<(), PeopleError> {
    if new.phones.len() > Particulars::MAX_PHONES {
        return Err(PeopleError::TooManyPhones);
    }
    if let Some(iin) = &new.iin {
        iin_fits(tx, vault, school, person, iin)?;
    }
    let mut seal = |place: Place, value: Option<String>| -> Result<Option<Sealed>, PeopleError> {
        Ok(value.map(|value| vault.seal(tx, school, person, place, value.as_bytes())).transpose()?)
    };
    let lines: Vec<&str> = new.phones.iter().map(Phone::e164).collect();
    let row = PrivateRow {
        iin: seal(IIN.at(person), new.iin.map(|iin| iin.expose()))?,
        document: seal(DOCUMENT.at(person), new.document.as_ref().map(Document::packed))?,
        phones: seal(PHONES.at(person), (!lines.is_empty()).then(|| lines.join("\n")))?,
        email: seal(EMAIL.at(person), new.email.as_ref().map(|email| email.expose().to_owned()))?,
        address: seal(ADDRESS.at(person), (!new.address.is_empty()).then(|| new.address.expose().to_owned()))?,
    };
    let PrivateRow { iin, document, phones, email, address } = &row;
    particulars::put(
        tx,
        school,
        person,
        iin.as_ref(),
        document.as_ref(),
        phones.as_ref(),
        email.as_ref(),
        address.as_ref(),
    )?;
    index(tx, vault, school, person, new)
}

fn iin_fits(tx: &mut Tx<'_>, vault: &Vault, school: SchoolId, person: PersonId, iin: &Iin) -> Result<(), PeopleError> {
    if let Some(holder) = holder_of_iin(tx, vault, school, iin)?.filter(|holder| *holder != person) {
        let name = queries::name_of(tx, school, holder)?.ok_or(PeopleError::NoSuchPerson)?;
        return Err(PeopleError::IinTaken { holder, name });
    }
    let more = persons::more(tx, school, person)?.ok_or(PeopleError::NoSuchPerson)?;
    if iin.agrees_with(more.birth_date, more.sex) {
        Ok(())
    } else {
        Err(PeopleError::IinDisagrees { birth_date: iin.birth_date(), sex: iin.sex() })
    }
}

/// Who has this IIN at the school.
pub(crate) fn holder_of_iin(
    tx: &mut Tx<'_>,
    vault: &Vault,
    school: SchoolId,
    iin: &Iin,
) -> Result<Option<PersonId>, PeopleError> {
    Ok(found(tx, vault, school, Lookup::Iin, "iin", &iin.expose(), 1)?.into_iter().next())
}

/// Who is found by a value; nobody, when nothing was ever indexed.
pub(crate) fn found(
    tx: &mut Tx<'_>,
    vault: &Vault,
    school: SchoolId,
    lookup: Lookup,
    purpose: &str,
    value: &str,
    limit: u32,
) -> Result<Vec<PersonId>, PeopleError> {
    match vault.find_key(tx, school, lookup)? {
        Some(key) => Ok(particulars::found(tx, school, purpose, &key.of(value), limit)?),
        None => Ok(Vec::new()),
    }
}

/// The last four digits of a phone, as they are indexed: by them a secretary finds whoever called.
pub(crate) fn phone_end(phone: &str) -> String {
    let start = phone.len().saturating_sub(4);
    format!("end {}", &phone[start..])
}

fn index(
    tx: &mut Tx<'_>,
    vault: &Vault,
    school: SchoolId,
    person: PersonId,
    new: &Particulars,
) -> Result<(), PeopleError> {
    particulars::forget(tx, school, person)?;
    let mut hashes: Vec<(&str, BlindIndex)> = Vec::new();
    let mut key = |lookup: Lookup| -> Result<IndexKey, PeopleError> { Ok(vault.index_key(tx, school, lookup)?) };
    if let Some(iin) = &new.iin {
        hashes.push(("iin", key(Lookup::Iin)?.of(&iin.expose())));
    }
    if let Some(document) = &new.document {
        hashes.push(("document", key(Lookup::Document)?.of(&document.number)));
    }
    if let Some(email) = &new.email {
        hashes.push(("email", key(Lookup::Email)?.of(email.expose())));
    }
    if !new.phones.is_empty() {
        let key = key(Lookup::Phone)?;
        for phone in &new.phones {
            hashes.push(("phone", key.of(phone.e164())));
            hashes.push(("phone_end", key.of(&phone_end(phone.e164()))));
        }
    }
    for (purpose, hash) in &hashes {
        particulars::note(tx, school, purpose, hash, person)?;
    }
    Ok(())
}
