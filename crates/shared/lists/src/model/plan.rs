//! What a list would change in the register, row by row, before anything is written.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use kernel::{Card, CredentialStatus, GroupId, PersonId, PersonStatus, Role};
use people::{
    everybody::{Known, Match},
    model::{ClassName, GuardianshipData, Particulars, PersonName},
    person::PersonData,
    queries::ClassView,
};

use super::{
    Draft, Fault, FaultKind, Field, FiledKin, NewGuardian, Reading, families::Families, index::Index, kin::Kindred,
};

/// The register as it was when the plan was made.
#[derive(Clone, Debug, Default)]
pub struct Register {
    /// Everybody, in the order of the alphabet.
    pub known: Vec<Known>,
    /// The classes.
    pub classes: Vec<ClassView>,
    /// The groups.
    pub groups: Vec<(GroupId, String)>,
    /// Who is in which group.
    pub memberships: Vec<(GroupId, PersonId)>,
    /// What is kept sealed of them, opened.
    pub private: HashMap<PersonId, Particulars>,
    /// Who answers for whom: child, guardian, terms.
    pub families: Vec<(PersonId, PersonId, GuardianshipData)>,
}

/// Who is meant, as a person has said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// This person of the register.
    Person(PersonId),
    /// Somebody whom the register does not know.
    Another,
}

/// What whoever brings the list has decided about its rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answers {
    /// By the row's number: who is meant.
    pub people: BTreeMap<u32, Answer>,
    /// Rows whose look-alike letters stay as they are.
    pub unmended: BTreeSet<u32>,
    /// Whether no row is mended that is not named otherwise.
    pub mends_none: bool,
}

impl Answers {
    /// Whether look-alike letters of a row become Cyrillic.
    pub fn mends(&self, row: u32) -> bool {
        !self.mends_none && !self.unmended.contains(&row)
    }
}

/// How a person was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MatchedBy {
    /// The IIN is the same.
    Iin,
    /// Name and telephone of a guardian are the same.
    Phone,
    /// Name and birth date are the same.
    NameAndDate,
    /// Of several who may be meant one holds the card.
    Card,
    /// A person has said it.
    Answer,
}

/// What becomes of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It cannot be taken.
    Refused,
    /// A person is added.
    New,
    /// A person is changed in these fields.
    Change {
        /// Who.
        person: PersonId,
        /// How it is known that he is meant.
        by: MatchedBy,
        /// What changes.
        fields: Vec<Field>,
    },
    /// The register says all of it already.
    Same {
        /// Who.
        person: PersonId,
        /// How it is known that he is meant.
        by: MatchedBy,
    },
    /// One of these may be meant, or somebody new: a person has to say. Until then nothing is written.
    Question(Vec<PersonId>),
}

impl Verdict {
    /// The person of the register who is meant.
    pub const fn person(&self) -> Option<PersonId> {
        match self {
            Self::Change { person, .. } | Self::Same { person, .. } => Some(*person),
            Self::Refused | Self::New | Self::Question(_) => None,
        }
    }
}

/// What is written of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filed {
    /// The data, without the class: it may have to be added first.
    pub data: PersonData,
    /// The class.
    pub class: Option<ClassName>,
    /// Cards that the person does not hold yet.
    pub cards: Vec<Card>,
    /// Groups that the person is not in yet.
    pub groups: Vec<String>,
    /// Whether the person may be here.
    pub status: PersonStatus,
    /// What the list says of what is kept sealed, and the register does not yet.
    pub particulars: Particulars,
    /// Who answers for the person.
    pub kin: Vec<FiledKin>,
}

/// A row of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// What it says.
    pub draft: Draft,
    /// What becomes of it.
    pub verdict: Verdict,
    /// What is written; `None` for what is refused or asked.
    pub filed: Option<Filed>,
}

/// How many rows of each kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Persons that are added.
    pub new: u32,
    /// Persons that are changed.
    pub changed: u32,
    /// Persons that stay as they are.
    pub same: u32,
    /// Rows about which a question is open.
    pub asked: u32,
    /// Rows that cannot be taken.
    pub refused: u32,
    /// Rows that are taken with a remark.
    pub warned: u32,
    /// Rows with look-alike letters.
    pub lookalikes: u32,
}

impl Counts {
    /// Rows in all.
    pub const fn total(&self) -> u32 {
        self.new + self.changed + self.same + self.asked + self.refused
    }

    /// Rows that change something.
    pub const fn written(&self) -> u32 {
        self.new + self.changed
    }
}

/// What a list would change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Its rows, in the list's order.
    pub rows: Vec<Row>,
    /// Classes that the school does not have yet.
    pub new_classes: BTreeSet<ClassName>,
    /// Groups that the school does not have yet.
    pub new_groups: BTreeSet<String>,
    /// Guardians who are added though they have no row of their own.
    pub guardians: BTreeMap<usize, NewGuardian>,
    /// Indexes of the rows in the order in which they are written, which the list alone decides.
    pub order: Vec<usize>,
    /// How many rows of each kind.
    pub counts: Counts,
}

/// What these rows would change in this register.
pub fn plan(drafts: &[Draft], register: &Register, answers: &Answers, reading: &Reading) -> Plan {
    let index = Index::of(register);
    let kindred = Kindred::of(drafts, answers);
    let mut meant: HashMap<PersonId, u32> = HashMap::new();
    let mut plan = Plan::default();
    for draft in drafts {
        let mut draft = draft.clone();
        let is_mended = answers.mends(draft.row);
        let row = match draft.name_to_write(is_mended).cloned() {
            Some(name) if !draft.is_refused() => {
                let found = whom(&draft, &name, &index, answers);
                if matches!(found, Found::Held) {
                    draft.faults.push(Fault { column: None, kind: FaultKind::IinHeld });
                    Row { draft, verdict: Verdict::Refused, filed: None }
                } else if let Found::Person(person, _) = found
                    && let Some(first) = meant.insert(person, draft.row)
                {
                    draft.faults.push(Fault { column: None, kind: FaultKind::PersonTwice(first) });
                    Row { draft, verdict: Verdict::Refused, filed: None }
                } else {
                    filed_row(draft, &name, found, &index, reading)
                }
            }
            _ => Row { draft, verdict: Verdict::Refused, filed: None },
        };
        plan.rows.push(row);
    }
    plan.guardians = Families::new(&index, &kindred, answers, &plan.rows).join(&mut plan.rows);
    plan.order = kindred.order;
    for row in &plan.rows {
        count(&mut plan.counts, row);
    }
    let known: HashSet<ClassName> = register.classes.iter().map(|class| class.data.name).collect();
    let groups: HashSet<&str> = register.groups.iter().map(|(_, name)| name.as_str()).collect();
    let filed = || plan.rows.iter().filter_map(|row| row.filed.as_ref());
    plan.new_classes = filed().filter_map(|filed| filed.class).filter(|class| !known.contains(class)).collect();
    plan.new_groups =
        filed().flat_map(|filed| &filed.groups).filter(|name| !groups.contains(name.as_str())).cloned().collect();
    plan
}

enum Found {
    Nobody,
    Person(PersonId, MatchedBy),
    Unsure(Vec<PersonId>),
    /// The IIN is another person's than the one who was named.
    Held,
}

fn whom(draft: &Draft, name: &PersonName, index: &Index<'_>, answers: &Answers) -> Found {
    let holder = draft.iin.and_then(|iin| index.holder_of(iin));
    match answers.people.get(&draft.row) {
        Some(Answer::Another) => return if holder.is_some() { Found::Held } else { Found::Nobody },
        Some(Answer::Person(person)) if index.by_id.contains_key(person) => {
            let is_held = holder.is_some_and(|holder| holder != *person);
            return if is_held { Found::Held } else { Found::Person(*person, MatchedBy::Answer) };
        }
        Some(Answer::Person(_)) | None => {}
    }
    if let Some(holder) = holder {
        // Another name altogether: the number is one row off, or a married woman's. Somebody has to say.
        let is_like = index.is_like(holder, name);
        return if is_like { Found::Person(holder, MatchedBy::Iin) } else { Found::Unsure(vec![holder]) };
    }
    // Nobody has the IIN: whoever has another one is hardly meant, unless one of the two was mistyped.
    let may_be = |person: &PersonId| draft.iin.is_none() || index.private(*person).iin.is_none();
    match index.finder.find(name, draft.birth_date) {
        Match::Nobody => Found::Nobody,
        Match::One(person) if may_be(&person) => Found::Person(person, MatchedBy::NameAndDate),
        Match::One(person) => Found::Unsure(vec![person]),
        Match::Unsure(candidates) => {
            let fits: Vec<PersonId> = candidates.iter().copied().filter(may_be).collect();
            let candidates = if fits.is_empty() { candidates } else { fits };
            let card = draft.cards.iter().find_map(|card| index.cards.get(card).copied());
            if let Some(holder) = card.filter(|holder| candidates.contains(holder)) {
                return Found::Person(holder, MatchedBy::Card);
            }
            match by_phone(draft, &candidates, index) {
                Some(person) => Found::Person(person, MatchedBy::Phone),
                None => Found::Unsure(candidates),
            }
        }
    }
}

/// The guardian among these who has a telephone of the row. Of pupils a telephone tells nothing: it is a parent's.
fn by_phone(draft: &Draft, candidates: &[PersonId], index: &Index<'_>) -> Option<PersonId> {
    let is_guardian = |person: &PersonId| {
        index
            .known(*person)
            .is_some_and(|known| known.data.roles.contains(&Role::Guardian) && !known.data.roles.contains(&Role::Pupil))
    };
    let has_phone =
        |person: &PersonId| index.private(*person).phones.iter().any(|phone| draft.particulars.phones.contains(phone));
    let mut found = candidates.iter().copied().filter(|person| is_guardian(person) && has_phone(person));
    found.next().filter(|_| found.next().is_none())
}

fn filed_row(mut draft: Draft, name: &PersonName, found: Found, index: &Index<'_>, reading: &Reading) -> Row {
    match found {
        Found::Held => Row { draft, verdict: Verdict::Refused, filed: None },
        Found::Unsure(candidates) => {
            if let Some(iin) = draft.iin {
                let kind = if index.holder_of(iin).is_some() { FaultKind::IinNamed } else { FaultKind::OtherIin };
                let is_other = |person: &PersonId| index.private(*person).iin.is_some_and(|known| known != iin);
                if kind == FaultKind::IinNamed || candidates.iter().any(is_other) {
                    draft.faults.push(Fault { column: None, kind });
                }
            }
            Row { draft, verdict: Verdict::Question(candidates), filed: None }
        }
        Found::Nobody => {
            let cards = free_cards(&mut draft, None, index);
            let mut roles = draft.roles.clone();
            if roles.is_empty() {
                roles.insert(reading.role.role());
            }
            let data = PersonData {
                name: name.clone(),
                sex: draft.sex,
                birth_date: draft.birth_date,
                roles,
                class: None,
                position: draft.position.clone().unwrap_or_default(),
                learning_until: draft.learning_until,
            };
            let status = draft.status.unwrap_or(PersonStatus::Active);
            let filed = Filed {
                data,
                class: draft.class,
                cards,
                groups: draft.groups.clone(),
                status,
                particulars: draft.particulars.clone(),
                kin: Vec::new(),
            };
            Row { draft, verdict: Verdict::New, filed: Some(filed) }
        }
        Found::Person(person, by) => {
            let Some(known) = index.by_id.get(&person) else {
                return Row { draft, verdict: Verdict::Refused, filed: None };
            };
            let cards = free_cards(&mut draft, Some(person), index);
            if known.status == PersonStatus::Archived && draft.status.is_none() {
                draft.faults.push(Fault { column: None, kind: FaultKind::Archived });
            }
            let filed = merged(known, &draft, name, cards, index);
            let stored = index.private(person);
            if let Some(iin) = draft.iin.or(stored.iin)
                && !iin.agrees_with(filed.data.birth_date, filed.data.sex)
            {
                let is_date = !iin.agrees_with(filed.data.birth_date, None);
                let kind = if is_date { FaultKind::IinBirthDate } else { FaultKind::IinSex };
                draft.faults.push(Fault { column: None, kind });
                return Row { draft, verdict: Verdict::Refused, filed: None };
            }
            let updated = stored.clone().updated_by(&filed.particulars);
            if filed.particulars.phones.iter().any(|phone| !updated.phones.contains(phone)) {
                draft.faults.push(Fault { column: None, kind: FaultKind::PhonesFull });
            }
            let mut fields = changed_fields(known, &filed, index.class_of(known));
            fields.extend(sealed_fields(stored, &updated));
            let filed = if updated == *stored { Filed { particulars: Particulars::default(), ..filed } } else { filed };
            let verdict =
                if fields.is_empty() { Verdict::Same { person, by } } else { Verdict::Change { person, by, fields } };
            Row { draft, verdict, filed: Some(filed) }
        }
    }
}

/// The cards that the person does not hold yet; those that somebody else holds are left out with a remark.
fn free_cards(draft: &mut Draft, person: Option<PersonId>, index: &Index<'_>) -> Vec<Card> {
    let mut free = Vec::new();
    for card in draft.cards.clone() {
        match index.holder(card) {
            None => free.push(card),
            Some(holder) if Some(holder) == person => {}
            Some(holder) => draft.faults.push(Fault { column: None, kind: FaultKind::CardHeld(holder) }),
        }
    }
    free
}

/// What the register will say: what the list says, and where it says nothing, what is known.
fn merged(known: &Known, draft: &Draft, name: &PersonName, cards: Vec<Card>, index: &Index<'_>) -> Filed {
    let old = &known.data;
    let is_same_name = old.name.full().to_lowercase() == name.full().to_lowercase();
    let lacks_patronymic = name.patronymic().is_none() && old.name.patronymic().is_some();
    let name = if is_same_name || lacks_patronymic { old.name.clone() } else { name.clone() };
    let mut roles: BTreeSet<Role> = old.roles.union(&draft.roles).copied().collect();
    if draft.class.is_some() {
        roles.insert(Role::Pupil);
    }
    let known_groups = index.groups.get(&known.id);
    let is_in = |group: &&String| known_groups.is_some_and(|known| known.contains(group.as_str()));
    Filed {
        data: PersonData {
            name,
            sex: draft.sex.or(old.sex),
            birth_date: draft.birth_date.or(old.birth_date),
            roles,
            class: None,
            position: draft.position.clone().unwrap_or_else(|| old.position.clone()),
            learning_until: draft.learning_until.or(old.learning_until),
        },
        class: draft.class.or_else(|| index.class_of(known)),
        cards: if known.status == PersonStatus::Archived && draft.status.is_none_or(|to| to == PersonStatus::Archived) {
            Vec::new()
        } else {
            cards
        },
        groups: draft.groups.iter().filter(|group| !is_in(group)).cloned().collect(),
        status: draft.status.unwrap_or(known.status),
        particulars: news(&draft.particulars, index.private(known.id)),
        kin: Vec::new(),
    }
}

/// What a list says of what is sealed, as it is brought to what is known: a document without its day is the one that is known with it.
fn news(said: &Particulars, stored: &Particulars) -> Particulars {
    let is_known =
        said.document.as_ref().zip(stored.document.as_ref()).is_some_and(|(said, known)| {
            said.issued.is_none() && (said.kind, &said.number) == (known.kind, &known.number)
        });
    let mut news = said.clone();
    if is_known {
        news.document = None;
    }
    news
}

/// In which sealed fields a person changes.
fn sealed_fields(old: &Particulars, new: &Particulars) -> Vec<Field> {
    [
        (Field::Iin, old.iin != new.iin),
        (Field::Document, old.document != new.document),
        (Field::Phone, old.phones != new.phones),
        (Field::Email, old.email != new.email),
        (Field::Address, old.address != new.address),
    ]
    .into_iter()
    .filter_map(|(field, is_changed)| is_changed.then_some(field))
    .collect()
}

/// In which fields a person changes.
fn changed_fields(known: &Known, filed: &Filed, class: Option<ClassName>) -> Vec<Field> {
    let (old, new) = (&known.data, &filed.data);
    [
        (Field::Family, old.name.family() != new.name.family()),
        (Field::Given, old.name.given() != new.name.given()),
        (Field::Patronymic, old.name.patronymic() != new.name.patronymic()),
        (Field::BirthDate, old.birth_date != new.birth_date),
        (Field::Sex, old.sex != new.sex),
        (Field::Class, class != filed.class),
        (Field::Role, old.roles != new.roles),
        (Field::Position, old.position != new.position),
        (Field::Card, !filed.cards.is_empty()),
        (Field::Groups, !filed.groups.is_empty()),
        (Field::Status, known.status != filed.status),
        (Field::LearningUntil, old.learning_until != new.learning_until),
    ]
    .into_iter()
    .filter_map(|(field, is_changed)| is_changed.then_some(field))
    .collect()
}

fn count(counts: &mut Counts, row: &Row) {
    let place = match row.verdict {
        Verdict::Refused => &mut counts.refused,
        Verdict::New => &mut counts.new,
        Verdict::Change { .. } => &mut counts.changed,
        Verdict::Same { .. } => &mut counts.same,
        Verdict::Question(_) => &mut counts.asked,
    };
    *place += 1;
    let is_taken = !matches!(row.verdict, Verdict::Refused);
    counts.warned += u32::from(is_taken && !row.draft.faults.is_empty());
    counts.lookalikes += u32::from(is_taken && row.draft.has_lookalikes());
}

/// Cards that work or were stopped for a while: those that a list shows.
pub(crate) fn cards_in_hand(known: &Known) -> impl Iterator<Item = Card> {
    known
        .cards
        .iter()
        .filter(|(_, status)| matches!(status, CredentialStatus::Active | CredentialStatus::Suspended))
        .map(|(card, _)| *card)
}
