//! A list is written into the register: who is not known is added, who is known is changed, nobody twice.

use accounts::{Action, Ctx};
use jiff::Timestamp;
use kernel::{Card, PersonId, PersonStatus};
use store::Tx;

use super::{
    bulk::{self, NewPerson},
    edit_person,
    issue_credential::{NewCredential, add},
    status, told_of_credential,
};
use crate::{PeopleError, person::PersonData};

/// One person of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// Somebody whom the register does not know.
    New {
        /// The person, with cards and groups.
        person: NewPerson,
        /// Whether the person may be here.
        status: PersonStatus,
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
    },
}

/// Writes the persons of a list; gives their ids in the same order. All of them or, with an error, none.
///
/// # Errors
/// [`PeopleError`] of the first person that is wrong: [`PeopleError::Changed`] when somebody else has changed a person since it was read,
/// [`PeopleError::CardTaken`] when somebody holds a card; [`PeopleError::Denied`]; the database's when two persons have one new card.
pub fn take_in(tx: &mut Tx<'_>, ctx: &Ctx, entries: &[Entry]) -> Result<Vec<PersonId>, PeopleError> {
    ctx.require(Action::EditPersons)?;
    let new: Vec<NewPerson> = entries
        .iter()
        .filter_map(|entry| match entry {
            Entry::New { person, .. } => Some(person.clone()),
            Entry::Known { .. } => None,
        })
        .collect();
    let mut added = if new.is_empty() { Vec::new() } else { bulk::load(tx, ctx, &new)? }.into_iter();
    let mut ids = Vec::with_capacity(entries.len());
    for entry in entries {
        ids.push(match entry {
            Entry::New { status, .. } => {
                let person = added.next().ok_or(PeopleError::NoSuchPerson)?;
                match status {
                    PersonStatus::Active => {}
                    PersonStatus::Blocked => status::block(tx, ctx, person)?,
                    PersonStatus::Archived => status::archive(tx, ctx, person)?,
                }
                person
            }
            Entry::Known { person, revision, data, status, cards } => {
                if let Some(data) = data {
                    edit_person(tx, ctx, *person, *revision, data)?;
                }
                if let Some(status) = status {
                    turn(tx, ctx, *person, *status)?;
                }
                issue(tx, ctx, *person, cards)?;
                *person
            }
        });
    }
    Ok(ids)
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
        super::issue_credential::may_hold(tx, school, person)?;
        let credential = add(tx, ctx, school, person, &new)?;
        told_of_credential(tx, ctx, credential, person, "credential_issued")?;
    }
    Ok(())
}
