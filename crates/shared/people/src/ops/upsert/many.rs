//! Persons of a list are written, some hundreds a transaction: who is not known is added, who is known is brought up to date, nobody twice.

use accounts::{Action, Ctx};
use crypto::Vault;
use jiff::Timestamp;
use kernel::{Card, PersonId, PersonStatus, Role};
use store::Tx;

use crate::{
    PeopleError,
    model::{GuardianshipData, Particulars},
    ops::{
        bulk::{self, NewPerson},
        edit_person,
        family::set_guardian,
        issue_credential::{self, NewCredential},
        particulars::{self, ToKeep},
        status, told_of_credential, told_of_person,
    },
    person::PersonData,
    store::persons,
};

/// One person of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// Somebody whom the register does not know.
    New {
        /// The person, with cards and groups.
        person: NewPerson,
        /// Whether the person may be here.
        status: PersonStatus,
        /// What is kept sealed.
        particulars: Particulars,
    },
    /// Somebody whom the register knows.
    Known {
        /// Who.
        person: PersonId,
        /// The revision that was seen.
        revision: u64,
        /// What takes the place of the person's data; `None`: that stays.
        data: Option<PersonData>,
        /// What becomes of the person; `None`: nothing.
        status: Option<PersonStatus>,
        /// Cards that are given to the person besides.
        cards: Vec<Card>,
        /// What the list says of what is kept sealed; what is silent here stays as it is.
        particulars: Particulars,
    },
}

/// Writes the persons of a list; gives their ids in the same order. All of them or, with an error, none.
///
/// # Errors
/// [`PeopleError`] of the first person that is wrong: [`PeopleError::Changed`] when somebody else has changed a person since it was read,
/// [`PeopleError::CardTaken`] and [`PeopleError::IinTaken`] when somebody else holds a card or has an IIN; [`PeopleError::Denied`]; the database's
/// when two persons have one new card.
pub fn upsert_many(tx: &mut Tx<'_>, ctx: &Ctx, vault: &Vault, entries: &[Entry]) -> Result<Vec<PersonId>, PeopleError> {
    ctx.require(Action::EditPersons)?;
    let new: Vec<NewPerson> = entries
        .iter()
        .filter_map(|entry| match entry {
            Entry::New { person, .. } => Some(person.clone()),
            Entry::Known { .. } => None,
        })
        .collect();
    let mut added = if new.is_empty() { Vec::new() } else { bulk::load(tx, ctx, vault, &new)? }.into_iter();
    let mut ids = Vec::with_capacity(entries.len());
    for entry in entries {
        ids.push(match entry {
            Entry::New { .. } => added.next().ok_or(PeopleError::NoSuchPerson)?,
            Entry::Known { person, revision, data, .. } => {
                bring_up(tx, ctx, *person, *revision, data.as_ref())?;
                *person
            }
        });
    }
    keep(tx, ctx, vault, entries, &ids)?;
    for (entry, person) in entries.iter().zip(&ids) {
        match entry {
            Entry::New { status: PersonStatus::Active, .. } => {}
            Entry::New { status, .. } => turn(tx, ctx, *person, *status)?,
            Entry::Known { status, cards, .. } => {
                if let Some(status) = status {
                    turn(tx, ctx, *person, *status)?;
                }
                issue(tx, ctx, *person, cards)?;
            }
        }
    }
    Ok(ids)
}

/// Changes a person's data, or sees at least that nobody else has changed it.
fn bring_up(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    person: PersonId,
    revision: u64,
    data: Option<&PersonData>,
) -> Result<(), PeopleError> {
    if let Some(data) = data {
        return edit_person(tx, ctx, person, revision, data);
    }
    let held = persons::held(tx, ctx.actor.school, person)?.ok_or(PeopleError::NoSuchPerson)?;
    if held.revision == revision { Ok(()) } else { Err(PeopleError::Changed) }
}

/// Keeps what is sealed of all of them.
fn keep(tx: &mut Tx<'_>, ctx: &Ctx, vault: &Vault, entries: &[Entry], ids: &[PersonId]) -> Result<(), PeopleError> {
    let said = |entry: &Entry| match entry {
        Entry::New { particulars, .. } | Entry::Known { particulars, .. } => !particulars.is_empty(),
    };
    if !entries.iter().any(said) {
        return Ok(());
    }
    let school = ctx.require(Action::SeePersonalNumbers)?.school();
    let known = entries.iter().zip(ids).filter(|(entry, _)| matches!(entry, Entry::Known { .. }) && said(entry));
    let known: Vec<PersonId> = known.map(|(_, person)| *person).collect();
    let stored = particulars::opened_many(tx, vault, school, &known)?;
    let mut whole: Vec<(PersonId, Particulars, Option<&PersonData>)> = Vec::new();
    for (entry, person) in entries.iter().zip(ids).filter(|(entry, _)| said(entry)) {
        match entry {
            Entry::New { person: new, particulars, .. } => whole.push((*person, particulars.clone(), Some(&new.data))),
            Entry::Known { particulars, .. } => {
                let old = stored.get(person).cloned().unwrap_or_default();
                let updated = old.clone().updated_by(particulars);
                if updated != old {
                    whole.push((*person, updated, None));
                }
            }
        }
    }
    let mut all = Vec::with_capacity(whole.len());
    for (person, new, data) in &whole {
        let (birth_date, sex) = match data {
            Some(data) => (data.birth_date, data.sex),
            None => {
                let more = persons::more(tx, school, *person)?.ok_or(PeopleError::NoSuchPerson)?;
                (more.birth_date, more.sex)
            }
        };
        all.push(ToKeep { person: *person, birth_date, sex, is_known: data.is_none(), new });
    }
    particulars::keep_many(tx, vault, school, &all)?;
    for one in all.iter().filter(|one| one.is_known) {
        persons::touch(tx, school, one.person)?;
        told_of_person(tx, ctx, one.person, "particulars_set")?;
    }
    let fresh = all.iter().filter(|one| !one.is_known).count();
    if fresh > 0 { bulk::told_of_particulars(tx, ctx, fresh) } else { Ok(()) }
}

fn turn(tx: &mut Tx<'_>, ctx: &Ctx, person: PersonId, to: PersonStatus) -> Result<(), PeopleError> {
    match to {
        // Who is not blocked may have left: both come back.
        PersonStatus::Active => match status::unblock(tx, ctx, person) {
            Err(PeopleError::Changed) => status::readmit(tx, ctx, person),
            done => done,
        },
        PersonStatus::Blocked => status::block(tx, ctx, person),
        PersonStatus::Archived => status::archive(tx, ctx, person),
    }
}

fn issue(tx: &mut Tx<'_>, ctx: &Ctx, person: PersonId, cards: &[Card]) -> Result<(), PeopleError> {
    for card in cards {
        let school = ctx.require(Action::ManageCredentials)?.school();
        let new = NewCredential { card: *card, valid_from: None::<Timestamp>, valid_until: None };
        issue_credential::may_hold(tx, school, person)?;
        let credential = issue_credential::add(tx, ctx, school, person, &new)?;
        told_of_credential(tx, ctx, credential, person, "credential_issued")?;
    }
    Ok(())
}

/// Who answers for a child, as a list says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kin {
    /// The child.
    pub child: PersonId,
    /// The guardian.
    pub guardian: PersonId,
    /// What for, and for how long.
    pub data: GuardianshipData,
    /// Whether this takes the place of what was noted of the two.
    pub is_noted: bool,
    /// Whether the guardian has the role already.
    pub has_role: bool,
}

/// Notes who answers for whom; new guardianships in few statements. Whoever read the list has seen that nobody answers for somebody who answers for
/// him, and that no child has more than [`GuardianshipData::MOST`] guardians.
///
/// # Errors
/// [`PeopleError::Guardianship`] of the first that does not fit, [`PeopleError::Denied`]; the database's when a person is not there.
pub fn set_kin(tx: &mut Tx<'_>, ctx: &Ctx, all: &[Kin]) -> Result<(), PeopleError> {
    let school = ctx.require(Action::EditPersons)?.school();
    let (noted, new): (Vec<&Kin>, Vec<&Kin>) = all.iter().partition(|kin| kin.is_noted);
    for kin in noted {
        set_guardian(tx, ctx, kin.child, kin.guardian, &kin.data)?;
    }
    for kin in new.iter().filter(|kin| !kin.has_role) {
        if persons::grant_role(tx, school, kin.guardian, Role::Guardian)? > 0 {
            persons::touch(tx, school, kin.guardian)?;
            told_of_person(tx, ctx, kin.guardian, "guardian_role_given")?;
        }
    }
    if new.is_empty() {
        return Ok(());
    }
    let new: Vec<_> = new.into_iter().map(|kin| (kin.child, kin.guardian, kin.data.clone())).collect();
    bulk::set_guardians(tx, ctx, &new)
}
