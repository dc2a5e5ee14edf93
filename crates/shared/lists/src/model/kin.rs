//! Which guardians of a list are one human being, and in what order its rows are written.
//!
//! Made of the list alone, not of the register: a run that goes on after a fall finds the same order.

use std::collections::{HashMap, HashSet};

use kernel::Role;
use people::{
    everybody::family_and_given,
    model::{Iin, Particulars, PersonName, Phone},
};

use super::{Answers, Draft, DraftGuardian};

/// One who answers for pupils of the list.
#[derive(Clone, Debug, Default)]
pub(super) struct Human {
    /// The name, as it is written.
    pub(super) name: Option<PersonName>,
    /// The identification number.
    pub(super) iin: Option<Iin>,
    /// Telephones of all rows that name this human being.
    pub(super) phones: Vec<Phone>,
    /// The index of the list's row that is this human being's own.
    pub(super) row: Option<usize>,
    /// Who is answered for: indexes of rows, each with that of the guardian in the row.
    pub(super) mentions: Vec<(usize, usize)>,
}

/// The guardians of a list.
#[derive(Clone, Debug, Default)]
pub(super) struct Kindred {
    /// Each human being once.
    pub(super) humans: Vec<Human>,
    /// Who is meant by a guardian of a row.
    pub(super) of: HashMap<(usize, usize), usize>,
    /// Guardians of rows who cannot be told from each other, or who would answer for themselves in a circle.
    pub(super) unclear: HashSet<(usize, usize)>,
    /// Indexes of rows in the order in which they are written: who answers for somebody first.
    pub(super) order: Vec<usize>,
}

/// A telephone with the name of whom it belongs to: two persons of a family share the one, not both.
type Contact = (Phone, String);

/// A name in both ways in which it may be written: in parts, and in one cell, where a family name of two words has no end.
fn keys(name: &PersonName) -> [String; 2] {
    [family_and_given(name), name.full().to_lowercase()]
}

fn contacts(phones: &[Phone], name: &PersonName) -> Vec<Contact> {
    let keys = keys(name);
    phones.iter().flat_map(|phone| keys.iter().map(|key| (phone.clone(), key.clone()))).collect()
}

/// Rows by what they can be told by.
#[derive(Default)]
struct Rows {
    iins: HashMap<Iin, usize>,
    contacts: HashMap<Contact, usize>,
    /// Rows of guardians without an IIN, by the whole name.
    names: HashMap<String, Vec<usize>>,
}

impl Rows {
    fn of(drafts: &[Draft], answers: &Answers) -> Self {
        let mut rows = Self::default();
        for (index, draft) in drafts.iter().enumerate().filter(|(_, draft)| !draft.is_refused()) {
            let Some(name) = draft.name_to_write(answers.mends(draft.row)) else { continue };
            if let Some(iin) = draft.iin {
                rows.iins.entry(iin).or_insert(index);
            }
            // Pupils are found by their IIN only: a child may bear a parent's name and give a parent's telephone.
            if draft.class.is_some() || draft.roles.is_empty() || draft.roles.contains(&Role::Pupil) {
                continue;
            }
            for contact in contacts(&draft.particulars.phones, name) {
                rows.contacts.entry(contact).or_insert(index);
            }
            if draft.roles.contains(&Role::Guardian) && draft.iin.is_none() {
                rows.names.entry(name.full().to_lowercase()).or_default().push(index);
            }
        }
        rows
    }
}

impl Kindred {
    pub(super) fn of(drafts: &[Draft], answers: &Answers) -> Self {
        let rows = Rows::of(drafts, answers);
        let mut kindred = Self::default();
        let mut known = Known::default();
        let named = |draft: &Draft, guardian: &DraftGuardian| guardian.name_to_write(answers.mends(draft.row)).cloned();
        // Those with an IIN first: by them the others may be known.
        for is_numbered in [true, false] {
            for (index, draft) in drafts.iter().enumerate().filter(|(_, draft)| !draft.is_refused()) {
                for (place, guardian) in draft.guardians.iter().enumerate() {
                    if guardian.iin.is_some() == is_numbered {
                        let name = named(draft, guardian);
                        kindred.take((index, place), guardian, name, drafts, &rows, &mut known);
                    }
                }
            }
        }
        kindred.put_in_order(drafts);
        kindred
    }

    fn take(
        &mut self,
        at: (usize, usize),
        guardian: &DraftGuardian,
        name: Option<PersonName>,
        drafts: &[Draft],
        rows: &Rows,
        known: &mut Known,
    ) {
        let contacts = name.as_ref().map(|name| contacts(&guardian.phones, name)).unwrap_or_default();
        let Ok(row) = row_of(guardian, name.as_ref(), &contacts, drafts, rows) else {
            self.unclear.insert(at);
            return;
        };
        let human = match known.find(guardian, &contacts, row) {
            Some(human) => human,
            None => {
                self.humans.push(Human { row, ..Human::default() });
                self.humans.len() - 1
            }
        };
        known.note(human, guardian, contacts, row);
        let one = &mut self.humans[human];
        one.name = one.name.take().or(name);
        one.iin = one.iin.or(guardian.iin);
        one.row = one.row.or(row);
        for phone in &guardian.phones {
            if !one.phones.contains(phone) && one.phones.len() < Particulars::MAX_PHONES {
                one.phones.push(phone.clone());
            }
        }
        one.mentions.push(at);
        self.of.insert(at, human);
    }

    /// Guardians with rows of their own before those for whom they answer; all others as they stand in the list.
    fn put_in_order(&mut self, drafts: &[Draft]) {
        #[derive(Clone, Copy, PartialEq)]
        enum Mark {
            New,
            Open,
            Done,
        }
        let mut marks = vec![Mark::New; drafts.len()];
        for start in 0..drafts.len() {
            // A stack of its own: a list may hold a chain as long as itself.
            let mut stack = vec![(start, 0_usize)];
            while let Some((row, place)) = stack.pop() {
                if place == 0 {
                    if marks[row] != Mark::New {
                        continue;
                    }
                    marks[row] = Mark::Open;
                }
                if place == drafts[row].guardians.len() {
                    marks[row] = Mark::Done;
                    self.order.push(row);
                    continue;
                }
                stack.push((row, place + 1));
                let own = self.of.get(&(row, place)).and_then(|human| self.humans[*human].row);
                match own.filter(|own| *own != row).map(|own| (own, marks[own])) {
                    Some((own, Mark::New)) => stack.push((own, 0)),
                    Some((_, Mark::Open)) => {
                        self.of.remove(&(row, place));
                        self.unclear.insert((row, place));
                    }
                    Some((_, Mark::Done)) | None => {}
                }
            }
        }
    }
}

/// The row that is a guardian's own; an error when there are several.
fn row_of(
    guardian: &DraftGuardian,
    name: Option<&PersonName>,
    contacts: &[Contact],
    drafts: &[Draft],
    rows: &Rows,
) -> Result<Option<usize>, ()> {
    if let Some(row) = guardian.iin.and_then(|iin| rows.iins.get(&iin)) {
        return Ok(Some(*row));
    }
    let fits = |row: &usize| drafts[*row].iin.zip(guardian.iin).is_none_or(|(a, b)| a == b);
    if let Some(row) = contacts.iter().find_map(|contact| rows.contacts.get(contact)).filter(|row| fits(row)) {
        return Ok(Some(*row));
    }
    // Neither number: the whole name must do, where one row bears it.
    if guardian.iin.is_some() || !guardian.phones.is_empty() {
        return Ok(None);
    }
    match name.and_then(|name| rows.names.get(&name.full().to_lowercase())).map(Vec::as_slice) {
        None | Some([]) => Ok(None),
        Some([row]) => Ok(Some(*row)),
        Some(_) => Err(()),
    }
}

/// The guardians that were met, by what they can be told by.
#[derive(Default)]
struct Known {
    iins: HashMap<Iin, usize>,
    contacts: HashMap<Contact, (usize, Option<Iin>)>,
    rows: HashMap<usize, usize>,
}

impl Known {
    fn find(&self, guardian: &DraftGuardian, contacts: &[Contact], row: Option<usize>) -> Option<usize> {
        let by_row = row.and_then(|row| self.rows.get(&row).copied());
        let by_iin = || guardian.iin.and_then(|iin| self.iins.get(&iin).copied());
        let by_contact = || {
            let found = contacts.iter().find_map(|contact| self.contacts.get(contact))?;
            found.1.zip(guardian.iin).is_none_or(|(a, b)| a == b).then_some(found.0)
        };
        by_row.or_else(by_iin).or_else(by_contact)
    }

    fn note(&mut self, human: usize, guardian: &DraftGuardian, contacts: Vec<Contact>, row: Option<usize>) {
        if let Some(iin) = guardian.iin {
            self.iins.entry(iin).or_insert(human);
        }
        for contact in contacts {
            self.contacts.entry(contact).or_insert((human, guardian.iin));
        }
        if let Some(row) = row {
            self.rows.entry(row).or_insert(human);
        }
    }
}
