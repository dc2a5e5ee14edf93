//! What is kept sealed of a person is changed, or looked at; of many persons at once too.

use std::collections::HashMap;

use accounts::{Action, Ctx, audit};
use crypto::{BlindIndex, IndexKey, Lookup, Opener, Place, Sealed, Secret, Vault};
use jiff::civil::Date;
use kernel::{PersonId, SchoolId};
use store::Tx;

use super::told_of_person;
use crate::{
    PeopleError,
    model::{Address, Document, Email, Iin, Particulars, Phone, Sex},
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
    open_row(&opener, person, &row)
}

/// Opens what is kept of many persons by one reading of their keys, for whoever has checked the right. Who has nothing is left out.
pub(crate) fn opened_many(
    tx: &mut Tx<'_>,
    vault: &Vault,
    school: SchoolId,
    persons: &[PersonId],
) -> Result<HashMap<PersonId, Particulars>, PeopleError> {
    let mut rows = Vec::with_capacity(persons.len());
    for person in persons {
        rows.extend(particulars::of(tx, school, *person)?.map(|row| (*person, row)));
    }
    let opener = vault.opener(tx, school, persons)?;
    rows.iter().map(|(person, row)| Ok((*person, open_row(&opener, *person, row)?))).collect()
}

/// Opens the values of one row.
pub(crate) fn open_row(opener: &Opener, person: PersonId, row: &PrivateRow) -> Result<Particulars, PeopleError> {
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
    let row = sealed_row(person, new, |place, value| Ok(vault.seal(tx, school, person, place, value.as_bytes())?))?;
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

/// What is to be kept of one of many persons.
pub(crate) struct ToKeep<'a> {
    /// Whose.
    pub(crate) person: PersonId,
    /// The person's birth date, with which the IIN has to agree.
    pub(crate) birth_date: Option<Date>,
    /// The person's sex, likewise.
    pub(crate) sex: Option<Sex>,
    /// Whether something may be kept of the person already.
    pub(crate) is_known: bool,
    /// What.
    pub(crate) new: &'a Particulars,
}

/// As [`keep`] for many persons, in few statements.
pub(crate) fn keep_many(
    tx: &mut Tx<'_>,
    vault: &Vault,
    school: SchoolId,
    all: &[ToKeep<'_>],
) -> Result<(), PeopleError> {
    if all.is_empty() {
        return Ok(());
    }
    if all.iter().any(|one| one.new.phones.len() > Particulars::MAX_PHONES) {
        return Err(PeopleError::TooManyPhones);
    }
    let keys = Keys::of(tx, vault, school)?;
    iins_fit(tx, school, &keys, all)?;
    let persons: Vec<PersonId> = all.iter().map(|one| one.person).collect();
    let sealer = vault.sealer(tx, school, &persons)?;
    let rows = all.iter().map(|one| {
        let row =
            sealed_row(one.person, one.new, |place, value| Ok(sealer.seal(one.person, place, value.as_bytes())?))?;
        Ok((one.person, row))
    });
    let rows: Vec<(PersonId, PrivateRow)> = rows.collect::<Result<_, PeopleError>>()?;
    particulars::put_many(tx, school, &rows)?;
    for one in all.iter().filter(|one| one.is_known) {
        particulars::forget(tx, school, one.person)?;
    }
    let notes: Vec<_> = all
        .iter()
        .flat_map(|one| keys.hashes(one.new).into_iter().map(|(purpose, hash)| (purpose, hash, one.person)))
        .collect();
    Ok(particulars::note_many(tx, school, &notes)?)
}

/// Whether each IIN is free, is nobody else's among these, and agrees with the person.
fn iins_fit(tx: &mut Tx<'_>, school: SchoolId, keys: &Keys, all: &[ToKeep<'_>]) -> Result<(), PeopleError> {
    let mut wanted: HashMap<BlindIndex, PersonId> = HashMap::new();
    let taken = |tx: &mut Tx<'_>, holder: PersonId| -> PeopleError {
        match queries::name_of(tx, school, holder) {
            Ok(Some(name)) => PeopleError::IinTaken { holder, name },
            Ok(None) => PeopleError::NoSuchPerson,
            Err(error) => error.into(),
        }
    };
    for one in all {
        let Some(iin) = &one.new.iin else { continue };
        if !iin.agrees_with(one.birth_date, one.sex) {
            return Err(PeopleError::IinDisagrees { birth_date: iin.birth_date(), sex: iin.sex() });
        }
        if let Some(other) = wanted.insert(keys.iin.of(&iin.expose()), one.person).filter(|other| *other != one.person)
        {
            return Err(taken(tx, other));
        }
    }
    let hashes: Vec<BlindIndex> = wanted.keys().copied().collect();
    for row in particulars::holders(tx, school, &hashes)? {
        if wanted.get(&row.hash).is_some_and(|person| *person != row.person) {
            return Err(taken(tx, row.person));
        }
    }
    Ok(())
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

/// Each value of these particulars, sealed.
fn sealed_row(
    person: PersonId,
    new: &Particulars,
    mut seal: impl FnMut(Place, &str) -> Result<Sealed, PeopleError>,
) -> Result<PrivateRow, PeopleError> {
    let mut some = |place: Place, value: Option<String>| value.map(|value| seal(place, &value)).transpose();
    let lines: Vec<&str> = new.phones.iter().map(Phone::e164).collect();
    Ok(PrivateRow {
        iin: some(IIN.at(person), new.iin.map(|iin| iin.expose()))?,
        document: some(DOCUMENT.at(person), new.document.as_ref().map(Document::packed))?,
        phones: some(PHONES.at(person), (!lines.is_empty()).then(|| lines.join("\n")))?,
        email: some(EMAIL.at(person), new.email.as_ref().map(|email| email.expose().to_owned()))?,
        address: some(ADDRESS.at(person), (!new.address.is_empty()).then(|| new.address.expose().to_owned()))?,
    })
}

/// The keys of a school's blind indexes.
struct Keys {
    iin: IndexKey,
    document: IndexKey,
    email: IndexKey,
    phone: IndexKey,
}

impl Keys {
    fn of(tx: &mut Tx<'_>, vault: &Vault, school: SchoolId) -> Result<Self, PeopleError> {
        let mut key = |lookup: Lookup| vault.index_key(tx, school, lookup);
        Ok(Self {
            iin: key(Lookup::Iin)?,
            document: key(Lookup::Document)?,
            email: key(Lookup::Email)?,
            phone: key(Lookup::Phone)?,
        })
    }

    /// By what a person of these particulars is found: purpose and hash.
    fn hashes(&self, new: &Particulars) -> Vec<(&'static str, BlindIndex)> {
        let mut hashes = Vec::new();
        hashes.extend(new.iin.map(|iin| ("iin", self.iin.of(&iin.expose()))));
        hashes.extend(new.document.as_ref().map(|document| ("document", self.document.of(&document.number))));
        hashes.extend(new.email.as_ref().map(|email| ("email", self.email.of(email.expose()))));
        for phone in &new.phones {
            hashes.push(("phone", self.phone.of(phone.e164())));
            hashes.push(("phone_end", self.phone.of(&phone_end(phone.e164()))));
        }
        hashes
    }
}

fn index(
    tx: &mut Tx<'_>,
    vault: &Vault,
    school: SchoolId,
    person: PersonId,
    new: &Particulars,
) -> Result<(), PeopleError> {
    particulars::forget(tx, school, person)?;
    if new.is_empty() {
        return Ok(());
    }
    for (purpose, hash) in Keys::of(tx, vault, school)?.hashes(new) {
        particulars::note(tx, school, purpose, &hash, person)?;
    }
    Ok(())
}
