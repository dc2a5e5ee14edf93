//! What each row of a list says, and what is wrong with it.

use std::collections::{BTreeSet, HashMap};

use jiff::civil::Date;
use kernel::{Card, PersonStatus, ReaderFormat, Role};
use people::{
    model::{ClassName, GuardianKind, Iin, NameError, NamePart, Particulars, PersonName, Phone, Sex},
    person::PersonData,
};
use sheet::{Cell, Row, Sheet};

use super::{
    Fault, FaultKind, Field, Mapping,
    value::{card_of, class_of, iin_of, roles_of, sex_of, status_of},
};

/// Cards in one cell.
const CARDS_LIMIT: usize = 5;
/// Groups in one cell.
const GROUPS_LIMIT: usize = 20;
/// A group's name has so many letters at most.
const GROUP_LETTERS: usize = 80;
/// Nobody in a school was born before.
const FIRST_YEAR: i16 = 1900;

/// Who stands in a list that does not say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum ListRole {
    /// Pupils.
    #[default]
    Pupils,
    /// Teachers.
    Teachers,
    /// Other staff.
    Staff,
    /// Guardians, each beside a child: a table of its own kind, which is told by its headings.
    Guardians,
}

impl ListRole {
    /// Those of a list of persons.
    pub const ALL: [Self; 3] = [Self::Pupils, Self::Teachers, Self::Staff];

    /// The role of a new person in such a list.
    pub const fn role(self) -> Role {
        match self {
            Self::Pupils => Role::Pupil,
            Self::Teachers => Role::Teacher,
            Self::Staff => Role::Staff,
            Self::Guardians => Role::Guardian,
        }
    }

    /// The list of this role's word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().chain([Self::Guardians]).find(|list| list.role().as_str() == word)
    }
}

/// How a list is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Who stands in it.
    pub role: ListRole,
    /// What kind of reader showed the numbers of cards.
    pub format: ReaderFormat,
    /// No birth date is later.
    pub today: Date,
}

/// What a row says. What it does not say is none, and leaves what the register knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// The row's number in the file, as a spreadsheet program shows it.
    pub row: u32,
    /// The name, if it is one.
    pub name: Option<PersonName>,
    /// The name with Cyrillic letters in place of Latin ones that look alike, if there are any.
    pub mended: Option<PersonName>,
    /// The identification number; among the particulars too.
    pub iin: Option<Iin>,
    /// The birth date, also as the IIN tells it.
    pub birth_date: Option<Date>,
    /// The sex, also as the IIN tells it.
    pub sex: Option<Sex>,
    /// The class.
    pub class: Option<ClassName>,
    /// The roles.
    pub roles: BTreeSet<Role>,
    /// The position.
    pub position: Option<String>,
    /// Cards.
    pub cards: Vec<Card>,
    /// Names of groups.
    pub groups: Vec<String>,
    /// Whether the person may be here.
    pub status: Option<PersonStatus>,
    /// Always let in up to and with this day.
    pub learning_until: Option<Date>,
    /// What is kept sealed.
    pub particulars: Particulars,
    /// Who answers for the pupil.
    pub guardians: Vec<DraftGuardian>,
    /// What is wrong, or should be known.
    pub faults: Vec<Fault>,
}

/// A guardian as the row of a pupil names one: by a name, an IIN, or both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftGuardian {
    /// Among the columns of which guardian: 0 or 1, as in [`Field::GUARDIANS`].
    pub place: usize,
    /// The first of its columns that says something.
    pub column: usize,
    /// The name.
    pub name: Option<PersonName>,
    /// The name with Cyrillic letters in place of Latin ones that look alike, if there are any.
    pub mended: Option<PersonName>,
    /// The identification number.
    pub iin: Option<Iin>,
    /// Telephones.
    pub phones: Vec<Phone>,
    /// What the guardian is to the pupil, if it is said.
    pub kind: Option<GuardianKind>,
}

impl DraftGuardian {
    /// The name to be written.
    pub fn name_to_write(&self, is_mended: bool) -> Option<&PersonName> {
        self.mended.as_ref().filter(|_| is_mended).or(self.name.as_ref())
    }
}

impl Draft {
    /// Whether letters of a name look like those of another alphabet.
    pub fn has_lookalikes(&self) -> bool {
        self.mended.is_some() || self.guardians.iter().any(|guardian| guardian.mended.is_some())
    }

    /// Whether the row cannot be taken.
    pub fn is_refused(&self) -> bool {
        self.faults.iter().any(|fault| fault.kind.is_refusal())
    }

    /// The name to be written.
    pub fn name_to_write(&self, is_mended: bool) -> Option<&PersonName> {
        self.mended.as_ref().filter(|_| is_mended).or(self.name.as_ref())
    }
}

/// Reads every row of the list; rows without anything in a column that means something are left out, and so are headings that are repeated.
pub fn drafts(sheet: &Sheet, mapping: &Mapping, reading: &Reading) -> Vec<Draft> {
    let mut drafts = drafts_alone(sheet, mapping, reading);
    find_doubles(&mut drafts, mapping);
    drafts
}

/// As [`drafts`], each row for itself: the same person may stand in several.
pub(super) fn drafts_alone(sheet: &Sheet, mapping: &Mapping, reading: &Reading) -> Vec<Draft> {
    let head = mapping.heading.and_then(|index| sheet.rows.get(index));
    let is_list = |row: &&Row| {
        let says = |column: usize| !row.cell(column).is_empty();
        let is_head = |column: usize| head.is_some_and(|head| head.cell(column) == row.cell(column));
        let meant: Vec<usize> =
            (0..mapping.columns.len()).filter(|column| mapping.columns[*column].is_some() && says(*column)).collect();
        !meant.is_empty() && !meant.iter().all(|column| is_head(*column))
    };
    mapping
        .body(sheet)
        .iter()
        .filter(is_list)
        .map(|row| Cells { row, head, mapping, reading, faults: Vec::new() }.draft())
        .collect()
}

/// A row that is being read.
pub(super) struct Cells<'a> {
    pub(super) row: &'a Row,
    pub(super) head: Option<&'a Row>,
    pub(super) mapping: &'a Mapping,
    pub(super) reading: &'a Reading,
    pub(super) faults: Vec<Fault>,
}

impl Cells<'_> {
    fn draft(mut self) -> Draft {
        self.formulas();
        let name = self.name();
        let mended = name.as_ref().and_then(PersonName::without_lookalikes);
        if mended.is_some() {
            let column = self.mapping.column(Field::FullName).or_else(|| self.mapping.column(Field::Family));
            self.faults.push(Fault { column, kind: FaultKind::Lookalikes });
        }
        let iin = self.iin();
        let (birth_date, sex) = (self.birth_date(), self.sex());
        self.compare(iin, birth_date, sex);
        let roles = self.roles();
        let class = self.class(&roles);
        let (position, cards, groups) = (self.position(), self.cards(), self.groups());
        let (status, learning_until) = (self.status(), self.date(Field::LearningUntil));
        let particulars = self.particulars(iin);
        let guardians = self.guardians(self.is_pupil(&roles));
        Draft {
            row: self.row.number,
            name,
            mended,
            iin,
            birth_date: birth_date.or_else(|| iin.and_then(|iin| iin.birth_date())),
            sex: sex.or_else(|| iin.and_then(|iin| iin.sex())),
            class,
            roles,
            position,
            cards,
            groups,
            status,
            learning_until,
            particulars,
            guardians,
            faults: self.faults,
        }
    }

    pub(super) fn cell(&self, field: Field) -> Option<(usize, &Cell)> {
        let column = self.mapping.column(field)?;
        Some((column, self.row.cell(column))).filter(|(_, cell)| !cell.is_empty() && !matches!(cell, Cell::Error(_)))
    }

    pub(super) fn text(&self, field: Field) -> Option<(usize, String)> {
        self.cell(field).map(|(column, cell)| (column, cell.as_text()))
    }

    pub(super) fn blame(&mut self, column: usize, kind: FaultKind) {
        self.faults.push(Fault { column: Some(column), kind });
    }

    fn formulas(&mut self) {
        for column in 0..self.mapping.columns.len() {
            if self.mapping.columns[column].is_some() && matches!(self.row.cell(column), Cell::Error(_)) {
                self.blame(column, FaultKind::Formula);
            }
        }
    }

    fn name(&mut self) -> Option<PersonName> {
        let part = |field| self.text(field).map(|(_, text)| text).unwrap_or_default();
        let (family, given, patronymic) = (part(Field::Family), part(Field::Given), part(Field::Patronymic));
        let full = part(Field::FullName);
        let parsed = if family.is_empty() && given.is_empty() && !full.is_empty() {
            full_name(&full, &patronymic)
        } else {
            PersonName::parse(&calm(&family), &calm(&given), Some(&calm(&patronymic)))
        };
        parsed
            .map_err(|error| {
                let field = match error.part() {
                    NamePart::Family => Field::Family,
                    NamePart::Given => Field::Given,
                    NamePart::Patronymic => Field::Patronymic,
                };
                let column = self.mapping.column(field).or_else(|| self.mapping.column(Field::FullName));
                self.faults.push(Fault { column, kind: FaultKind::Name(error) });
            })
            .ok()
    }

    fn iin(&mut self) -> Option<Iin> {
        self.iin_in(Field::Iin)
    }

    /// The number in the column of a person or a guardian.
    pub(super) fn iin_in(&mut self, field: Field) -> Option<Iin> {
        let (column, cell) = self.cell(field)?;
        let text = cell.as_text();
        let is_shortened = text.contains(['e', 'E', 'е', 'Е']) && text.contains('+');
        match iin_of(cell) {
            Ok(found) => {
                if found.is_restored {
                    self.blame(column, FaultKind::IinRestored);
                }
                if field == Field::Iin && found.iin.warning().is_some() {
                    self.blame(column, FaultKind::IinForeigner);
                }
                Some(found.iin)
            }
            Err(_) if is_shortened => {
                self.blame(column, FaultKind::IinShortened);
                None
            }
            Err(error) => {
                self.blame(column, FaultKind::Iin(error));
                None
            }
        }
    }

    fn compare(&mut self, iin: Option<Iin>, birth_date: Option<Date>, sex: Option<Sex>) {
        let Some((iin, column)) = iin.zip(self.mapping.column(Field::Iin)) else { return };
        if !iin.agrees_with(birth_date, None) {
            self.blame(column, FaultKind::IinBirthDate);
        }
        if !iin.agrees_with(None, sex) {
            self.blame(column, FaultKind::IinSex);
        }
    }

    fn date(&mut self, field: Field) -> Option<Date> {
        let (column, cell) = self.cell(field)?;
        let date = cell.as_date();
        if date.is_none() {
            self.blame(column, FaultKind::Date);
        }
        date
    }

    fn birth_date(&mut self) -> Option<Date> {
        let date = self.date(Field::BirthDate)?;
        if date.year() < FIRST_YEAR || date > self.reading.today {
            let column = self.mapping.column(Field::BirthDate);
            self.faults.push(Fault { column, kind: FaultKind::BirthDate });
            return None;
        }
        Some(date)
    }

    fn sex(&mut self) -> Option<Sex> {
        let (column, text) = self.text(Field::Sex)?;
        let sex = sex_of(&text);
        if sex.is_none() {
            self.blame(column, FaultKind::Sex);
        }
        sex
    }

    fn roles(&mut self) -> BTreeSet<Role> {
        let Some((column, text)) = self.text(Field::Role) else { return BTreeSet::new() };
        roles_of(&text).unwrap_or_else(|| {
            self.blame(column, FaultKind::Role);
            BTreeSet::new()
        })
    }

    fn class(&mut self, roles: &BTreeSet<Role>) -> Option<ClassName> {
        let (column, text) = match (self.text(Field::Class), self.text(Field::Grade), self.text(Field::Letter)) {
            (Some((column, text)), _, Some((_, letter))) if class_of(&text).is_err() => {
                (column, format!("{text}{letter}"))
            }
            (Some(class), ..) => class,
            (None, Some((column, grade)), letter) => {
                (column, format!("{grade}{}", letter.map(|(_, text)| text).unwrap_or_default()))
            }
            (None, None, Some(letter)) => letter,
            (None, None, None) => return None,
        };
        match class_of(&text) {
            Ok(class) if self.is_pupil(roles) => Some(class),
            Ok(_) => {
                self.blame(column, FaultKind::ClassWithoutPupil);
                None
            }
            Err(error) => {
                self.blame(column, FaultKind::Class(error));
                None
            }
        }
    }

    fn is_pupil(&self, roles: &BTreeSet<Role>) -> bool {
        if roles.is_empty() { self.reading.role == ListRole::Pupils } else { roles.contains(&Role::Pupil) }
    }

    fn position(&mut self) -> Option<String> {
        let (column, text) = self.text(Field::Position)?;
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if text.chars().count() > PersonData::MAX_POSITION_LETTERS || text.chars().any(char::is_control) {
            self.blame(column, FaultKind::Position);
            return None;
        }
        Some(text)
    }

    fn cards(&mut self) -> Vec<Card> {
        let Some((column, text)) = self.text(Field::Card) else { return Vec::new() };
        let mut cards = Vec::new();
        for part in text.split([';', '\n', '|']).map(str::trim).filter(|part| !part.is_empty()).take(CARDS_LIMIT) {
            match card_of(part, self.reading.format) {
                Ok(card) if cards.contains(&card) => {}
                Ok(card) => cards.push(card),
                Err(error) => self.blame(column, FaultKind::Card(error)),
            }
        }
        cards
    }

    fn groups(&mut self) -> Vec<String> {
        let Some((column, text)) = self.text(Field::Groups) else { return Vec::new() };
        let mut groups: Vec<String> = Vec::new();
        for part in text.split([';', '\n']).map(str::trim).filter(|part| !part.is_empty()).take(GROUPS_LIMIT) {
            if part.chars().count() > GROUP_LETTERS || part.chars().any(char::is_control) {
                self.blame(column, FaultKind::Group);
            } else if !groups.iter().any(|known| known == part) {
                groups.push(part.to_owned());
            }
        }
        groups
    }

    fn status(&mut self) -> Option<PersonStatus> {
        let (column, text) = self.text(Field::Status)?;
        let status = status_of(&text);
        if status.is_none() {
            self.blame(column, FaultKind::Status);
        }
        status
    }
}

/// A name whose parts stand in one cell, the family name first.
pub(super) fn full_name(full: &str, patronymic: &str) -> Result<PersonName, NameError> {
    let mut words = full.split_whitespace();
    let (family, given) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let rest = words.collect::<Vec<_>>().join(" ");
    let patronymic = if rest.is_empty() { patronymic } else { &rest };
    PersonName::parse(&calm(family), &calm(given), Some(&calm(patronymic)))
}

/// A part of a name that was written in capitals throughout, as it is written otherwise: `АСАНОВА` becomes `Асанова`.
fn calm(part: &str) -> String {
    let letters = part.chars().filter(|letter| letter.is_alphabetic()).count();
    let is_shouted = letters > 1 && !part.chars().any(char::is_lowercase);
    if !is_shouted {
        return part.to_owned();
    }
    let mut is_first = true;
    part.chars()
        .flat_map(|letter| {
            let small: Vec<char> = if is_first { vec![letter] } else { letter.to_lowercase().collect() };
            is_first = !letter.is_alphabetic();
            small
        })
        .collect()
}

/// The same person, number or card in two rows: the second is at fault.
fn find_doubles(drafts: &mut [Draft], mapping: &Mapping) {
    let mut iins: HashMap<Iin, u32> = HashMap::new();
    let mut names: HashMap<(String, Option<Date>), (u32, Option<Iin>)> = HashMap::new();
    let mut cards: HashMap<Card, u32> = HashMap::new();
    let (iin_column, card_column) = (mapping.column(Field::Iin), mapping.column(Field::Card));
    for draft in drafts {
        let row = draft.row;
        let mut is_double = false;
        if let Some(iin) = draft.iin {
            if let Some(first) = iins.get(&iin) {
                is_double = true;
                draft.faults.push(Fault { column: iin_column, kind: FaultKind::IinTwice(*first) });
            } else {
                iins.insert(iin, row);
            }
        }
        if let Some(name) = draft.name_to_write(true) {
            let key = (name.full().to_lowercase(), draft.birth_date);
            match names.get(&key) {
                // Two numbers that differ are two persons, whatever else is the same.
                Some((_, first_iin)) if first_iin.zip(draft.iin).is_some_and(|(a, b)| a != b) => {}
                Some((first, _)) if !is_double => {
                    let kind = if draft.birth_date.is_some() {
                        FaultKind::PersonTwice(*first)
                    } else {
                        FaultKind::NameTwice(*first)
                    };
                    draft.faults.push(Fault { column: None, kind });
                }
                Some(_) => {}
                None => {
                    names.insert(key, (row, draft.iin));
                }
            }
        }
        let mut twice = Vec::new();
        draft.cards.retain(|card| match cards.get(card) {
            Some(first) => {
                twice.push(*first);
                false
            }
            None => {
                cards.insert(*card, row);
                true
            }
        });
        draft
            .faults
            .extend(twice.into_iter().map(|first| Fault { column: card_column, kind: FaultKind::CardTwice(first) }));
    }
}
