//! Who answers for the pupils of a list, beside what the register knows of it.

use std::collections::{BTreeMap, HashSet};

use kernel::{PersonId, Role};
use people::{
    everybody::family_and_given,
    model::{GuardianKind, GuardianshipData, Iin, Particulars, PersonName, Phone},
};

use super::{
    Answers, DraftGuardian, Fault, FaultKind, Field, Row, Verdict,
    index::Index,
    kin::{Human, Kindred},
    plan::Filed,
};

/// Who a guardian is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Whom {
    /// This person of the register.
    Person(PersonId),
    /// Who stands in the row of this number.
    Row(u32),
    /// Somebody new: the key of [`super::Plan::guardians`].
    New(usize),
}

/// Somebody who is added because he answers for a pupil of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewGuardian {
    /// The name.
    pub name: PersonName,
    /// IIN and telephones.
    pub particulars: Particulars,
}

/// A guardian of a row's pupil, as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FiledKin {
    /// Among the columns of which guardian: as in [`Field::GUARDIANS`].
    pub place: usize,
    /// Who.
    pub who: Whom,
    /// The name.
    pub name: PersonName,
    /// What was noted of the two.
    pub old: Option<GuardianshipData>,
    /// What is noted now.
    pub data: GuardianshipData,
    /// Whether the guardian has the role already.
    pub has_role: bool,
    /// IIN and telephones of a known guardian that the register does not know yet.
    pub brings: Particulars,
    /// The IIN as the list says it.
    pub iin: Option<Iin>,
    /// The telephones as the list says them.
    pub phones: Vec<Phone>,
    /// Whether the guardian's own row is not taken: then nothing is noted, unless that row was written before a fall.
    pub is_left: bool,
}

impl FiledKin {
    /// Which fields of the row this changes.
    pub fn fields(&self) -> Vec<Field> {
        let [name, iin, phone, kind] = Field::GUARDIANS[self.place];
        let is_noted_anew = self.old.is_none() && !self.is_left;
        let is_other_kind = self.old.as_ref().is_some_and(|old| old.kind != self.data.kind);
        let is_new = matches!(self.who, Whom::New(_));
        [
            (name, is_noted_anew),
            (kind, is_noted_anew || is_other_kind),
            (iin, self.brings.iin.is_some() || (is_new && self.iin.is_some())),
            (phone, !self.brings.phones.is_empty() || (is_new && !self.phones.is_empty())),
        ]
        .into_iter()
        .filter_map(|(field, is_changed)| is_changed.then_some(field))
        .collect()
    }
}

/// Several persons may be meant.
pub(super) struct Unclear;

/// Works out the guardians of all rows.
pub(super) struct Families<'a> {
    index: &'a Index<'a>,
    kindred: &'a Kindred,
    answers: &'a Answers,
    /// Whom the register knows as each human being of the list.
    found: Vec<Result<Option<PersonId>, Unclear>>,
    /// Known persons whom a row of the list changes, itself or as a guardian.
    changed: HashSet<PersonId>,
    new: BTreeMap<usize, NewGuardian>,
}

impl<'a> Families<'a> {
    pub(super) fn new(index: &'a Index<'a>, kindred: &'a Kindred, answers: &'a Answers, rows: &[Row]) -> Self {
        let find = |human: &Human| {
            if let Some(person) = by_numbers(human, index)? {
                return Ok(Some(person));
            }
            let children = human.mentions.iter().filter_map(|(row, _)| rows[*row].verdict.person());
            for child in children {
                if let Some(person) = among_kin(human, child, index)? {
                    return Ok(Some(person));
                }
            }
            Ok(None)
        };
        Self {
            index,
            kindred,
            answers,
            found: kindred.humans.iter().map(find).collect(),
            changed: rows.iter().filter_map(|row| row.verdict.person()).collect(),
            new: BTreeMap::new(),
        }
    }

    /// Adds guardians to the rows; gives those who are new.
    pub(super) fn join(mut self, rows: &mut [Row]) -> BTreeMap<usize, NewGuardian> {
        for at in &self.kindred.order {
            if rows[*at].filed.is_none() {
                continue;
            }
            let (kin, faults) = self.of_row(*at, rows);
            for filed in &kin {
                self.settle(filed);
            }
            file(&mut rows[*at], kin, faults);
        }
        self.new
    }

    /// The guardians of a row, and what is to be said about them.
    fn of_row(&self, at: usize, rows: &[Row]) -> (Vec<FiledKin>, Vec<Fault>) {
        let row = &rows[at];
        let mut room = GuardianshipData::MOST;
        room -= row.verdict.person().map_or(0, |child| self.index.kin(child).len()).min(room);
        let (mut kin, mut faults) = (Vec::<FiledKin>::new(), Vec::new());
        for (place, guardian) in row.draft.guardians.iter().enumerate() {
            let mut blame = |kind| faults.push(Fault { column: Some(guardian.column), kind });
            match self.guardian((at, place), guardian, rows) {
                Err(kind) => blame(kind),
                Ok(filed) if kin.iter().any(|other| other.who == filed.who) => blame(FaultKind::GuardianTwice),
                Ok(filed) if filed.old.is_none() && room == 0 => blame(FaultKind::GuardiansFull),
                Ok(filed) => {
                    self.remark(&filed).map(blame);
                    room -= usize::from(filed.old.is_none());
                    kin.push(filed);
                }
            }
        }
        (kin, faults)
    }

    fn remark(&self, filed: &FiledKin) -> Option<FaultKind> {
        match filed.who {
            _ if filed.is_left => Some(FaultKind::GuardianLeft),
            Whom::New(_) if filed.iin.is_none() && filed.phones.is_empty() => Some(FaultKind::GuardianBare),
            Whom::Person(person) if filed.iin.is_some() && !self.index.is_like(person, &filed.name) => {
                Some(FaultKind::GuardianNamed)
            }
            Whom::Person(_) | Whom::New(_) | Whom::Row(_) => None,
        }
    }

    /// Notes that a human being is added, or changed, by this row: the other rows that name him have nothing to add.
    fn settle(&mut self, filed: &FiledKin) {
        match filed.who {
            Whom::Person(person) if !filed.brings.is_empty() => {
                self.changed.insert(person);
            }
            Whom::New(human) => {
                let one = &self.kindred.humans[human];
                let particulars = Particulars { iin: one.iin, phones: one.phones.clone(), ..Particulars::default() };
                self.new.entry(human).or_insert(NewGuardian { name: filed.name.clone(), particulars });
            }
            Whom::Person(_) | Whom::Row(_) => {}
        }
    }

    fn guardian(&self, at: (usize, usize), guardian: &DraftGuardian, rows: &[Row]) -> Result<FiledKin, FaultKind> {
        let human = *self.kindred.of.get(&at).ok_or(FaultKind::GuardianUnclear)?;
        let one = &self.kindred.humans[human];
        let row = &rows[at.0];
        if one.row == Some(at.0) {
            return Err(FaultKind::GuardianSelf);
        }
        let (who, is_left) = self.who(human, rows)?;
        let said = guardian.name_to_write(self.answers.mends(row.draft.row)).or(one.name.as_ref());
        let (name, has_role) = match who {
            Whom::Person(person) => {
                let known = self.index.known(person).ok_or(FaultKind::GuardianUnclear)?;
                // Who is known keeps the name that the register knows.
                (known.data.name.clone(), known.data.roles.contains(&Role::Guardian))
            }
            Whom::Row(number) => {
                let own = one.row.map(|row| &rows[row]).filter(|row| row.draft.row == number);
                let name = own.and_then(|own| own.draft.name_to_write(self.answers.mends(number)));
                let roles = own.and_then(|own| own.filed.as_ref()).map(|filed| &filed.data.roles);
                let name = name.or(said).cloned().ok_or(FaultKind::GuardianName)?;
                (name, roles.is_some_and(|roles| roles.contains(&Role::Guardian)))
            }
            Whom::New(_) => (said.cloned().ok_or(FaultKind::GuardianName)?, true),
        };
        let (old, brings) = match who {
            Whom::Person(person) => (self.noted(row, person)?, self.brings(person, one)?),
            Whom::Row(_) | Whom::New(_) => (None, Particulars::default()),
        };
        let data = match &old {
            Some(old) => GuardianshipData { kind: guardian.kind.unwrap_or(old.kind), ..old.clone() },
            None => GuardianshipData::of(guardian.kind.unwrap_or(GuardianKind::Parent)),
        };
        let (iin, phones) = (guardian.iin, guardian.phones.clone());
        Ok(FiledKin { place: guardian.place, who, name, old, data, has_role, brings, iin, phones, is_left })
    }

    /// Who a human being of the list is, and whether his own row is left out.
    fn who(&self, human: usize, rows: &[Row]) -> Result<(Whom, bool), FaultKind> {
        let found = self.found[human].as_ref().map_err(|_| FaultKind::GuardianUnclear)?;
        let Some(own) = self.kindred.humans[human].row.map(|row| &rows[row]) else {
            return Ok((found.map_or(Whom::New(human), Whom::Person), false));
        };
        match (&own.verdict, found) {
            (Verdict::Change { person, .. } | Verdict::Same { person, .. }, _) => Ok((Whom::Person(*person), false)),
            (Verdict::New, _) => Ok((Whom::Row(own.draft.row), false)),
            (Verdict::Question(_) | Verdict::Refused, Some(person)) => Ok((Whom::Person(*person), false)),
            (Verdict::Question(_), None) => Ok((Whom::Row(own.draft.row), true)),
            (Verdict::Refused, None) => Err(FaultKind::GuardianLeft),
        }
    }

    /// What is noted of a row's pupil and a known guardian.
    fn noted(&self, row: &Row, guardian: PersonId) -> Result<Option<GuardianshipData>, FaultKind> {
        let Some(child) = row.verdict.person() else { return Ok(None) };
        let is_turned_round = self.index.kin(guardian).iter().any(|(other, _)| *other == child);
        if child == guardian || is_turned_round {
            return Err(FaultKind::GuardianSelf);
        }
        Ok(self.index.kin(child).iter().find(|(other, _)| *other == guardian).map(|(_, data)| (*data).clone()))
    }

    /// What the list tells of a known guardian who has no row of his own in it.
    fn brings(&self, person: PersonId, human: &Human) -> Result<Particulars, FaultKind> {
        let known = self.index.known(person).ok_or(FaultKind::GuardianUnclear)?;
        if human.iin.is_some_and(|iin| !iin.agrees_with(known.data.birth_date, known.data.sex)) {
            return Err(FaultKind::GuardianUnclear);
        }
        if self.changed.contains(&person) {
            return Ok(Particulars::default());
        }
        let stored = self.index.private(person);
        let said = Particulars { iin: human.iin, phones: human.phones.clone(), ..Particulars::default() };
        let updated = stored.clone().updated_by(&said);
        let phones = updated.phones.into_iter().filter(|phone| !stored.phones.contains(phone)).collect();
        Ok(Particulars { iin: updated.iin.filter(|_| stored.iin != said.iin && said.iin.is_some()), phones, ..said })
    }
}

/// Whether the register may know this human being as this person, by IIN and name.
fn may_be(human: &Human, person: PersonId, index: &Index<'_>) -> bool {
    let Some((known, said)) = index.known(person).zip(human.name.as_ref()) else { return false };
    let known = &known.data.name;
    let small = |patronymic: Option<&str>| patronymic.map(str::to_lowercase);
    let is_same_whole = known.full().to_lowercase() == said.full().to_lowercase();
    let is_same = family_and_given(known) == family_and_given(said)
        && small(known.patronymic()).zip(small(said.patronymic())).is_none_or(|(a, b)| a == b);
    (is_same_whole || is_same) && index.private(person).iin.zip(human.iin).is_none_or(|(a, b)| a == b)
}

/// By IIN, else by telephone and name.
pub(super) fn by_numbers(human: &Human, index: &Index<'_>) -> Result<Option<PersonId>, Unclear> {
    if let Some(person) = human.iin.and_then(|iin| index.holder_of(iin)) {
        return Ok(Some(person));
    }
    only(human.phones.iter().flat_map(|phone| index.with_phone(phone)).filter(|person| may_be(human, *person, index)))
}

/// Among those who answer for a child already, by name.
pub(super) fn among_kin(human: &Human, child: PersonId, index: &Index<'_>) -> Result<Option<PersonId>, Unclear> {
    only(index.kin(child).iter().map(|(guardian, _)| *guardian).filter(|person| may_be(human, *person, index)))
}

fn only(persons: impl Iterator<Item = PersonId>) -> Result<Option<PersonId>, Unclear> {
    let persons: HashSet<PersonId> = persons.collect();
    if persons.len() > 1 { Err(Unclear) } else { Ok(persons.into_iter().next()) }
}

/// Puts guardians into a row: one that changed nothing else may change now.
fn file(row: &mut Row, kin: Vec<FiledKin>, faults: Vec<Fault>) {
    row.draft.faults.extend(faults);
    let fields: Vec<Field> = kin.iter().flat_map(FiledKin::fields).collect();
    match &mut row.verdict {
        Verdict::Same { person, by } if !fields.is_empty() => {
            row.verdict = Verdict::Change { person: *person, by: *by, fields };
        }
        Verdict::Change { fields: known, .. } => known.extend(fields),
        Verdict::Refused | Verdict::New | Verdict::Same { .. } | Verdict::Question(_) => {}
    }
    if let Some(Filed { kin: place, .. }) = &mut row.filed {
        *place = kin;
    }
}
