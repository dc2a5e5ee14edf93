//! A table of guardians: a row for each child and guardian, with the terms of the guardianship. What each row would change.
//!
//! Children and guardians are found as in a list of persons; only guardianships are written, and guardians whom the register does not know yet.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;
use kernel::{PersonId, ReaderFormat};
use people::{
    everybody::{Match, family_and_given},
    model::{GuardianKind, GuardianshipData, Iin, NamePart, Particulars, PersonName, Phone},
};
use sheet::{Book, Cell, Sheet};

use super::{
    Draft, DraftGuardian, FaultKind, Field, ListRole, Mapping, NewGuardian, Reading, Register, SAMPLE_ROWS,
    draft::drafts_alone,
    families::{among_kin, by_numbers},
    fold,
    index::Index,
    kin::Human,
};

/// A term of a guardianship that has a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Term {
    /// Whether the guardian is shown what the child does.
    MaySee,
    /// Whether the guardian may pay.
    MayPay,
    /// Whether the child may be given to the guardian.
    MayCollect,
    /// The first day.
    Since,
    /// The last day.
    Until,
    /// What else is to know.
    Note,
}

impl Term {
    /// All of them, in the order of the columns.
    pub const ALL: [Self; 6] = [Self::MaySee, Self::MayPay, Self::MayCollect, Self::Since, Self::Until, Self::Note];
}

/// What a column of the table means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KinColumn {
    /// Something of the child or the guardian.
    Of(Field),
    /// A term.
    Term(Term),
}

/// The columns of the table: of the child, of the guardian, the terms.
pub const KIN_COLUMNS: [KinColumn; 15] = [
    KinColumn::Of(Field::FullName),
    KinColumn::Of(Field::Class),
    KinColumn::Of(Field::Iin),
    KinColumn::Of(Field::BirthDate),
    KinColumn::Of(Field::Card),
    KinColumn::Of(Field::Guardian1Name),
    KinColumn::Of(Field::Guardian1Iin),
    KinColumn::Of(Field::Guardian1Phone),
    KinColumn::Of(Field::Guardian1Kind),
    KinColumn::Term(Term::MaySee),
    KinColumn::Term(Term::MayPay),
    KinColumn::Term(Term::MayCollect),
    KinColumn::Term(Term::Since),
    KinColumn::Term(Term::Until),
    KinColumn::Term(Term::Note),
];

/// Where a table of guardians is in a file, and what its columns mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KinTable {
    /// Which sheet.
    pub sheet: usize,
    /// The columns of child and guardian.
    pub mapping: Mapping,
    /// The columns of the terms.
    terms: Vec<(Term, usize)>,
}

impl KinTable {
    fn column(&self, term: Term) -> Option<usize> {
        self.terms.iter().find(|(known, _)| *known == term).map(|(_, column)| *column)
    }
}

/// Finds a table of guardians by its headings, given with their meanings; `None`: the file is another list. A child, a guardian and at least one
/// term beside a note make one: a list of persons with their parents has none.
pub fn kin_table(book: &Book, headings: &[(KinColumn, String)]) -> Option<KinTable> {
    book.sheets.iter().enumerate().find_map(|(place, sheet)| {
        (0..sheet.rows.len().min(SAMPLE_ROWS)).find_map(|heading| table_under(place, sheet, heading, headings))
    })
}

fn table_under(place: usize, sheet: &Sheet, heading: usize, headings: &[(KinColumn, String)]) -> Option<KinTable> {
    let cells = &sheet.rows.get(heading)?.cells;
    let mut mapping = Mapping { heading: Some(heading), columns: vec![None; cells.len()] };
    let mut terms: Vec<(Term, usize)> = Vec::new();
    for (column, cell) in cells.iter().enumerate() {
        let said = fold(&cell.as_text());
        let meanings = headings.iter().filter(|(_, known)| *known == said).map(|(meaning, _)| *meaning);
        for meaning in meanings {
            match meaning {
                KinColumn::Of(field) if mapping.column(field).is_none() => {
                    if let Some(known) = mapping.columns.get_mut(column) {
                        *known = Some(field);
                    }
                    break;
                }
                KinColumn::Term(term) if terms.iter().all(|(known, _)| *known != term) => {
                    terms.push((term, column));
                    break;
                }
                KinColumn::Of(_) | KinColumn::Term(_) => {}
            }
        }
    }
    let has = |fields: [Field; 2]| fields.into_iter().any(|field| mapping.column(field).is_some());
    let is_one = has([Field::FullName, Field::Iin])
        && has([Field::Guardian1Name, Field::Guardian1Iin])
        && terms.iter().any(|(term, _)| *term != Term::Note);
    is_one.then_some(KinTable { sheet: place, mapping, terms })
}

/// What is wrong with a row of the table as a whole. Texts: keys `lists-kin-<word>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KinFault {
    /// The register does not know the child.
    NoChild,
    /// Several may be the child.
    UnclearChild,
    /// Neither name nor IIN of a guardian.
    NoGuardian,
    /// Several may be the guardian.
    UnclearGuardian,
    /// The guardian is the child, or the child answers for the guardian.
    Oneself,
    /// The same two stand in a row before.
    Twice,
    /// The child has as many guardians as may be.
    Full,
    /// Neither yes nor no.
    YesOrNo,
    /// No date, or the last day is before the first.
    Days,
    /// The note is too long.
    Note,
}

impl KinFault {
    /// The word in text keys.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoChild => "no-child",
            Self::UnclearChild => "unclear-child",
            Self::NoGuardian => "no-guardian",
            Self::UnclearGuardian => "unclear-guardian",
            Self::Oneself => "oneself",
            Self::Twice => "twice",
            Self::Full => "full",
            Self::YesOrNo => "yes-or-no",
            Self::Days => "days",
            Self::Note => "note",
        }
    }
}

/// Who the guardian of a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KinWho {
    /// This person of the register.
    Known(PersonId),
    /// Somebody new: an index of [`KinPlan::guardians`].
    New(usize),
}

/// What becomes of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KinVerdict {
    /// It cannot be taken; the draft's own faults say more.
    Refused(Option<KinFault>),
    /// The two were not noted.
    New {
        /// The child.
        child: PersonId,
        /// The guardian.
        guardian: KinWho,
        /// What is noted.
        data: GuardianshipData,
    },
    /// The terms change.
    Change {
        /// The child.
        child: PersonId,
        /// The guardian.
        guardian: PersonId,
        /// What was noted.
        old: GuardianshipData,
        /// What is noted now.
        data: GuardianshipData,
    },
    /// The register says so already.
    Same {
        /// The child.
        child: PersonId,
        /// The guardian.
        guardian: PersonId,
    },
}

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KinRow {
    /// What it says of child and guardian.
    pub draft: Draft,
    /// What becomes of it.
    pub verdict: KinVerdict,
}

impl KinRow {
    /// Whether something is written.
    pub const fn is_written(&self) -> bool {
        matches!(self.verdict, KinVerdict::New { .. } | KinVerdict::Change { .. })
    }
}

/// What a table of guardians would change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KinPlan {
    /// Its rows, in the table's order.
    pub rows: Vec<KinRow>,
    /// Guardians who are added.
    pub guardians: BTreeMap<usize, NewGuardian>,
}

impl KinPlan {
    /// How many guardianships are new, change, stay, and how many rows are not taken.
    pub fn counts(&self) -> [u32; 4] {
        let mut counts = [0; 4];
        for row in &self.rows {
            counts[match row.verdict {
                KinVerdict::New { .. } => 0,
                KinVerdict::Change { .. } => 1,
                KinVerdict::Same { .. } => 2,
                KinVerdict::Refused(_) => 3,
            }] += 1;
        }
        counts
    }
}

/// What a row says of the terms. What it does not say is none, and leaves what is noted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Terms {
    may_see: Option<bool>,
    may_pay: Option<bool>,
    may_collect: Option<bool>,
    since: Option<Date>,
    until: Option<Date>,
    note: Option<String>,
}

impl Terms {
    fn over(self, kind: Option<GuardianKind>, old: Option<&GuardianshipData>) -> Result<GuardianshipData, KinFault> {
        let old = old.cloned().unwrap_or_else(|| GuardianshipData::of(kind.unwrap_or(GuardianKind::Parent)));
        let data = GuardianshipData {
            kind: kind.unwrap_or(old.kind),
            may_see: self.may_see.unwrap_or(old.may_see),
            may_pay: self.may_pay.unwrap_or(old.may_pay),
            may_collect: self.may_collect.unwrap_or(old.may_collect),
            since: self.since.or(old.since),
            until: self.until.or(old.until),
            note: self.note.unwrap_or(old.note),
        };
        if data.since.zip(data.until).is_some_and(|(since, until)| until < since) {
            return Err(KinFault::Days);
        }
        if data.fits() { Ok(data) } else { Err(KinFault::Note) }
    }
}

/// `Да`, `иә`, `yes`, `+`, `1`: yes; `нет`, `жоқ`, `no`, `-`, `0`: no.
fn yes_or_no(text: &str) -> Option<bool> {
    match text.trim().to_lowercase().as_str() {
        "да" | "иә" | "иа" | "ия" | "yes" | "true" | "истина" | "+" | "1" => Some(true),
        "нет" | "жоқ" | "жок" | "no" | "false" | "ложь" | "-" | "–" | "—" | "0" => Some(false),
        _ => None,
    }
}

fn terms_of(sheet: &Sheet, table: &KinTable, row: u32) -> Result<Terms, KinFault> {
    let Some(row) = sheet.rows.iter().find(|known| known.number == row) else { return Ok(Terms::default()) };
    let cell = |term| table.column(term).map(|column| row.cell(column)).filter(|cell| !cell.is_empty());
    let word = |term| cell(term).map(|cell| yes_or_no(&cell.as_text()).ok_or(KinFault::YesOrNo)).transpose();
    let day = |term| cell(term).map(|cell: &Cell| cell.as_date().ok_or(KinFault::Days)).transpose();
    let note = cell(Term::Note).map(|cell| cell.as_text().split_whitespace().collect::<Vec<_>>().join(" "));
    Ok(Terms {
        may_see: word(Term::MaySee)?,
        may_pay: word(Term::MayPay)?,
        may_collect: word(Term::MayCollect)?,
        since: day(Term::Since)?,
        until: day(Term::Until)?,
        note,
    })
}

/// What each row of the table says of child and guardian.
pub fn kin_drafts(sheet: &Sheet, table: &KinTable, today: Date) -> Vec<Draft> {
    let reading = Reading { role: ListRole::Pupils, format: ReaderFormat::W26, today };
    drafts_alone(sheet, &table.mapping, &reading)
        .into_iter()
        .map(|mut draft| {
            // Whom a number tells needs no name.
            if draft.name.is_none() && (draft.iin.is_some() || !draft.cards.is_empty()) {
                draft.faults.retain(
                    |fault| !matches!(fault.kind, FaultKind::Name(error) if error.part() != NamePart::Patronymic),
                );
            }
            draft
        })
        .collect()
}

/// What this table would change in this register.
pub fn kin_plan(sheet: &Sheet, table: &KinTable, register: &Register, today: Date) -> KinPlan {
    let index = Index::of(register);
    let mut maker = Maker { index: &index, plan: KinPlan::default(), news: News::default(), meant: HashMap::new() };
    for draft in kin_drafts(sheet, table, today) {
        let verdict = match terms_of(sheet, table, draft.row) {
            _ if draft.is_refused() => KinVerdict::Refused(None),
            Err(fault) => KinVerdict::Refused(Some(fault)),
            Ok(terms) => maker.verdict(&draft, terms).unwrap_or_else(|fault| KinVerdict::Refused(Some(fault))),
        };
        maker.plan.rows.push(KinRow { draft, verdict });
    }
    maker.plan
}

/// New guardians by what tells them.
#[derive(Default)]
struct News {
    iins: HashMap<Iin, usize>,
    contacts: HashMap<(Phone, String), (usize, Option<Iin>)>,
}

struct Maker<'a> {
    index: &'a Index<'a>,
    plan: KinPlan,
    news: News,
    /// Guardians of each child in the rows before, with whether the two were noted.
    meant: HashMap<PersonId, Vec<(KinWho, bool)>>,
}

impl Maker<'_> {
    fn verdict(&mut self, draft: &Draft, terms: Terms) -> Result<KinVerdict, KinFault> {
        let child = self.child(draft)?;
        let guardian = draft.guardians.first().ok_or(KinFault::NoGuardian)?;
        let who = self.guardian(guardian, child)?;
        let before = self.meant.entry(child).or_default();
        if before.iter().any(|(known, _)| *known == who) {
            return Err(KinFault::Twice);
        }
        let noted = self.index.kin(child);
        let old = match who {
            KinWho::Known(person) => {
                if person == child || self.index.kin(person).iter().any(|(other, _)| *other == child) {
                    return Err(KinFault::Oneself);
                }
                noted.iter().find(|(other, _)| *other == person).map(|(_, data)| *data)
            }
            KinWho::New(_) => None,
        };
        let data = terms.over(guardian.kind, old)?;
        let new = before.iter().filter(|(_, is_noted)| !is_noted).count();
        if old.is_none() && noted.len() + new >= GuardianshipData::MOST {
            return Err(KinFault::Full);
        }
        before.push((who, old.is_some()));
        if let KinWho::New(place) = who {
            self.add(place, guardian);
        }
        Ok(match (who, old) {
            (KinWho::Known(guardian), Some(old)) if *old == data => KinVerdict::Same { child, guardian },
            (KinWho::Known(guardian), Some(old)) => KinVerdict::Change { child, guardian, old: old.clone(), data },
            (guardian, _) => KinVerdict::New { child, guardian, data },
        })
    }

    /// By IIN, card, name and birth date; where no birth date stands, by name and class if that is one.
    fn child(&self, draft: &Draft) -> Result<PersonId, KinFault> {
        let index = self.index;
        let by_iin = draft.iin.and_then(|iin| index.holder_of(iin));
        let by_card = || draft.cards.iter().find_map(|card| index.cards.get(card).copied());
        if let Some(holder) = by_iin.or_else(by_card) {
            let is_like = draft.name_to_write(true).is_none_or(|name| index.is_like(holder, name));
            return if is_like { Ok(holder) } else { Err(KinFault::UnclearChild) };
        }
        let name = draft.name_to_write(true).ok_or(KinFault::NoChild)?;
        match index.finder.find(name, draft.birth_date) {
            Match::Nobody => Err(KinFault::NoChild),
            Match::One(person) => Ok(person),
            Match::Unsure(candidates) => {
                let in_class = |person: &&PersonId| {
                    let class = index.known(**person).and_then(|known| index.class_of(known));
                    draft.class.is_some() && class == draft.class
                };
                let mut fits = candidates.iter().filter(in_class);
                match (fits.next(), fits.next()) {
                    (Some(person), None) => Ok(*person),
                    _ => Err(KinFault::UnclearChild),
                }
            }
        }
    }

    /// By IIN, by telephone and name, by name among those who answer for the child already; else somebody new, unless the bare name is one that
    /// the register knows.
    fn guardian(&mut self, said: &DraftGuardian, child: PersonId) -> Result<KinWho, KinFault> {
        let name = said.name_to_write(true);
        let human = Human { name: name.cloned(), iin: said.iin, phones: said.phones.clone(), ..Human::default() };
        let unclear = |_| KinFault::UnclearGuardian;
        if let Some(person) = by_numbers(&human, self.index).map_err(unclear)? {
            return Ok(KinWho::Known(person));
        }
        if let Some(person) = among_kin(&human, child, self.index).map_err(unclear)? {
            return Ok(KinWho::Known(person));
        }
        let Some(name) = name else { return Err(KinFault::NoGuardian) };
        if let Some(place) = said.iin.and_then(|iin| self.news.iins.get(&iin).copied()) {
            return Ok(KinWho::New(place));
        }
        let key = family_and_given(name);
        let known = said.phones.iter().find_map(|phone| self.news.contacts.get(&(phone.clone(), key.clone())));
        if let Some((place, iin)) = known.copied()
            && iin.zip(said.iin).is_none_or(|(a, b)| a == b)
        {
            return Ok(KinWho::New(place));
        }
        let is_bare = said.iin.is_none() && said.phones.is_empty();
        if is_bare && self.index.finder.find(name, None) != Match::Nobody {
            return Err(KinFault::UnclearGuardian);
        }
        Ok(KinWho::New(self.plan.guardians.len()))
    }

    /// Notes a new guardian, or what another row tells of one.
    fn add(&mut self, place: usize, said: &DraftGuardian) {
        let Some(name) = said.name_to_write(true) else { return };
        let tells = Particulars { iin: said.iin, phones: said.phones.clone(), ..Particulars::default() };
        let new = self
            .plan
            .guardians
            .entry(place)
            .or_insert_with(|| NewGuardian { name: name.clone(), particulars: Particulars::default() });
        new.particulars = std::mem::take(&mut new.particulars).updated_by(&tells);
        if let Some(iin) = said.iin {
            self.news.iins.insert(iin, place);
        }
        let key = family_and_given(name);
        for phone in &said.phones {
            self.news.contacts.entry((phone.clone(), key.clone())).or_insert((place, said.iin));
        }
    }
}

/// The name of a row's guardian as the preview shows it.
pub fn guardian_name<'a>(plan: &'a KinPlan, register: &'a Register, row: &'a KinRow) -> Option<&'a PersonName> {
    let of = |person: PersonId| register.known.iter().find(|known| known.id == person).map(|known| &known.data.name);
    match &row.verdict {
        KinVerdict::New { guardian: KinWho::New(place), .. } => plan.guardians.get(place).map(|new| &new.name),
        KinVerdict::New { guardian: KinWho::Known(person), .. }
        | KinVerdict::Change { guardian: person, .. }
        | KinVerdict::Same { guardian: person, .. } => of(*person),
        KinVerdict::Refused(_) => row.draft.guardians.first().and_then(|said| said.name.as_ref()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yes_and_no_are_read_in_every_language() {
        for (text, said) in [
            ("Да", Some(true)),
            ("иә", Some(true)),
            ("YES", Some(true)),
            (" нет ", Some(false)),
            ("Жоқ", Some(false)),
            ("0", Some(false)),
            ("может быть", None),
            ("", None),
        ] {
            assert_eq!(yes_or_no(text), said, "{text:?}");
        }
    }

    #[test]
    fn what_a_row_does_not_say_stays_as_it_is() {
        let day = |day| jiff::civil::date(2026, 9, day);
        let old = GuardianshipData {
            may_pay: false,
            until: Some(day(20)),
            note: "Суд".into(),
            ..GuardianshipData::of(GuardianKind::Trustee)
        };
        assert_eq!(Terms::default().over(None, Some(&old)), Ok(old.clone()));
        let said = Terms { may_pay: Some(true), since: Some(day(1)), ..Terms::default() };
        let new = said.over(Some(GuardianKind::Guardian), Some(&old)).unwrap();
        assert_eq!(
            (new.kind, new.may_pay, new.since, new.until),
            (GuardianKind::Guardian, true, Some(day(1)), Some(day(20)))
        );
        assert_eq!(Terms { since: Some(day(21)), ..Terms::default() }.over(None, Some(&old)), Err(KinFault::Days));
        assert_eq!(Terms { note: Some("ж".repeat(301)), ..Terms::default() }.over(None, None), Err(KinFault::Note));
    }
}
