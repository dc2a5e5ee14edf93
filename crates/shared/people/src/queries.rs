//! Reads for pages and for other subsystems.

mod register;

use std::{
    collections::{HashMap, HashSet},
    fmt,
};

use accounts::Scope;
use crypto::Vault;
use kernel::{Card, ClassId, CodeKeyDoc, CredentialId, GroupId, PersonId, PersonStatus, ReaderFormat, Role, SchoolId};
use store::{StoreError, Tx};

pub use self::register::{
    by_number, class_homes, family, history, organisations, particulars, posts, repeats, school_profile,
};
pub use crate::person::{ClassView, CredentialView, GroupBrief, GroupView, PersonBrief, PersonView};
pub use crate::store::{organisations::OrganisationRow, schools::SchoolRow};
use crate::{
    PeopleError,
    model::{ClassName, PersonName, SearchQuery},
    person::PersonData,
    store::{
        classes, codes, credentials as credential_store, day_cards, groups as group_store, persons,
        photos::{self, LARGE, SMALL},
        schools as school_store,
    },
};

/// So many words of names are looked through one by one.
const FEW: u32 = 1_000;
/// Persons on a page at most.
pub const PAGE_LIMIT: u32 = 200;
/// Members of a group that are shown at most.
const MEMBERS_LIMIT: u32 = 5_000;
/// Holders of cards that look alike to some reader, at most.
const HOLDERS_LIMIT: u32 = 20;

/// The public keys by which gates check QR passes.
///
/// # Errors
/// From the database.
pub fn code_keys(tx: &mut Tx<'_>, scope: &Scope) -> Result<Vec<CodeKeyDoc>, StoreError> {
    let rows = codes::living(tx, scope.school())?.into_iter();
    // What was written has 32 bytes; a key that somebody changed by hand checks nothing.
    Ok(rows
        .filter_map(|row| Some(CodeKeyDoc { number: row.number, public: row.public_key.try_into().ok()? }))
        .collect())
}

/// Which persons are wanted. What is not set does not count; archived persons are found only when their status is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PersonFilter {
    /// What somebody typed: the beginnings of names, a class, the number of a card, names and a class.
    pub text: String,
    /// Of this class.
    pub class: Option<ClassId>,
    /// With this role.
    pub role: Option<Role>,
    /// In this status.
    pub status: Option<PersonStatus>,
}

/// A page of persons, in the order of the Kazakh alphabet.
#[derive(Clone, Debug, PartialEq)]
pub struct PersonPage {
    /// The persons.
    pub rows: Vec<PersonBrief>,
    /// After whom the next page begins; `None`: this is the last. An id, since the place in the alphabet would write a name into
    /// addresses.
    pub next: Option<PersonId>,
}

/// A picture in the size that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhotoSize {
    /// 480 × 640.
    Large,
    /// 120 × 160.
    Small,
}

/// A photo as it is served.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    /// The version of the photo.
    pub version: u64,
    /// JPEG.
    pub bytes: Vec<u8>,
}

/// A face stands in no log.
impl fmt::Debug for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Picture({} bytes)", self.bytes.len())
    }
}

/// Whose card it is.
#[derive(Clone, Debug, PartialEq)]
pub struct CardHolder {
    /// The living credential.
    pub credential: CredentialView,
    /// Its holder.
    pub person: PersonBrief,
    /// Whether the card itself is held, and not only one that some readers cannot tell from it.
    pub is_exact: bool,
}

/// A person with everything that is known.
///
/// # Errors
/// From the database.
pub fn find(tx: &mut Tx<'_>, scope: &Scope, person: PersonId) -> Result<Option<PersonView>, StoreError> {
    let school = scope.school();
    let (Some(row), Some(more)) = (persons::brief(tx, school, person)?, persons::more(tx, school, person)?) else {
        return Ok(None);
    };
    let name = row.name()?;
    let brief = row.view()?;
    let data = PersonData {
        name,
        sex: more.sex,
        birth_date: more.birth_date,
        roles: brief.roles.clone(),
        class: brief.class,
        position: brief.position.clone(),
        learning_until: more.learning_until,
    };
    let groups = group_store::of_person(tx, school, person)?;
    Ok(Some(PersonView {
        brief,
        data,
        revision: more.revision,
        created_at: more.created_at,
        groups: groups.into_iter().map(|row| GroupBrief { id: row.id, name: row.name }).collect(),
        credentials: credentials(tx, scope, person)?,
    }))
}

/// A person as in a list.
///
/// # Errors
/// From the database.
pub fn brief(tx: &mut Tx<'_>, scope: &Scope, person: PersonId) -> Result<Option<PersonBrief>, StoreError> {
    persons::brief(tx, scope.school(), person)?.map(persons::BriefRow::view).transpose()
}

/// These persons, archived ones included; those that are not of this school are left out.
///
/// # Errors
/// From the database.
pub fn by_ids(tx: &mut Tx<'_>, scope: &Scope, ids: &[PersonId]) -> Result<HashMap<PersonId, PersonBrief>, StoreError> {
    let rows = persons::some(tx, scope.school(), ids)?;
    rows.into_iter().map(|row| row.view().map(|person| (person.id, person))).collect()
}

/// The first persons found by what somebody typed: the beginnings of names, a class, the number of a card. Nobody, when nothing was typed.
///
/// # Errors
/// From the database.
pub fn search(tx: &mut Tx<'_>, scope: &Scope, text: &str, limit: u32) -> Result<Vec<PersonBrief>, StoreError> {
    if text.trim().is_empty() {
        return Ok(Vec::new());
    }
    let filter = PersonFilter { text: text.to_owned(), ..PersonFilter::default() };
    Ok(list(tx, scope, &filter, None, limit)?.rows)
}

/// A page of persons after `after`. `limit` is at most [`PAGE_LIMIT`].
///
/// # Errors
/// From the database.
pub fn list(
    tx: &mut Tx<'_>,
    scope: &Scope,
    filter: &PersonFilter,
    after: Option<PersonId>,
    limit: u32,
) -> Result<PersonPage, StoreError> {
    let limit = limit.clamp(1, PAGE_LIMIT);
    let wanted = Wanted::of(&filter.text);
    if let Wanted::Number(number) = wanted {
        return holders(tx, scope, filter, number);
    }
    // One row more than shown tells whether there is a next page.
    let mut rows = match &wanted {
        Wanted::Nobody => Vec::new(),
        Wanted::Number(_) | Wanted::Everybody => rows(tx, scope, filter, after, limit + 1, &Named::default())?,
        Wanted::Named(named) => rows(tx, scope, filter, after, limit + 1, named)?,
    };
    let more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    let next = rows.last().filter(|_| more).map(|row| row.id);
    Ok(PersonPage { rows: rows.into_iter().map(persons::BriefRow::view).collect::<Result<_, _>>()?, next })
}

/// What a typed text asks for.
#[derive(Debug)]
enum Wanted {
    Everybody,
    Nobody,
    Number(u64),
    Named(Named),
}

#[derive(Debug, Default)]
struct Named {
    grade: Option<u8>,
    letter: Option<String>,
    query: Option<SearchQuery>,
}

impl Wanted {
    fn of(text: &str) -> Self {
        let text = text.trim();
        if text.is_empty() {
            return Self::Everybody;
        }
        if let Some(number) = card_number(text) {
            return Self::Number(number);
        }
        if let Ok(class) = ClassName::parse(text) {
            return Self::Named(Named {
                grade: Some(class.grade()),
                letter: Some(class.letter().to_string()),
                query: None,
            });
        }
        let (mut named, mut names) = (Named::default(), Vec::new());
        for word in text.split_whitespace() {
            match (ClassName::parse(word), word.parse::<u8>()) {
                (Ok(class), _) => {
                    named.grade = Some(class.grade());
                    named.letter = Some(class.letter().to_string());
                }
                (Err(_), Ok(grade)) if grade <= ClassName::MAX_GRADE => named.grade = Some(grade),
                _ => names.push(word),
            }
        }
        let query = SearchQuery::parse(&names.join(" "));
        named.query = Some(query).filter(|query| !query.is_empty());
        if named.grade.is_none() && named.query.is_none() { Self::Nobody } else { Self::Named(named) }
    }
}

/// The number of a card as some reader shows it: three digits and more, or facility code and number.
fn card_number(text: &str) -> Option<u64> {
    if let Some((facility, number)) = text.split_once([',', '/']) {
        let card = Card::parse(&format!("{facility},{number}"), ReaderFormat::W26).ok()?;
        return ReaderFormat::W26Plain.number(card);
    }
    (text.len() > 2 && text.bytes().all(|digit| digit.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

fn rows(
    tx: &mut Tx<'_>,
    scope: &Scope,
    filter: &PersonFilter,
    after: Option<PersonId>,
    limit: u32,
    named: &Named,
) -> Result<Vec<persons::BriefRow>, StoreError> {
    let school = scope.school();
    let begin = (String::new(), scope.school().uuid());
    let after = match after {
        Some(id) => persons::sort_key(tx, school, id)?.map(|key| (key, id.uuid())),
        None => None,
    };
    // Every key is longer than the empty one, so the id beside it does not count.
    let (key, id) = after.unwrap_or(begin);
    let (key, id) = (key.as_str(), PersonId::from_uuid(id));
    let Named { grade, letter, query } = named;
    let (grade, letter) = (*grade, letter.as_deref());
    let PersonFilter { class, role, status, .. } = *filter;
    let Some(query) = query else {
        // One class is found by itself: whoever looks through the alphabet for thirty pupils reads the whole school.
        let of_class = match (class, grade, letter) {
            (Some(class), None, None) => Some(class),
            (None, Some(grade), Some(letter)) => match classes::named(tx, school, grade, letter)? {
                Some(class) => Some(class),
                None => return Ok(Vec::new()),
            },
            _ => None,
        };
        if let Some(class) = of_class {
            return persons::list_of_class(tx, school, key, id, class, role, status, limit);
        }
        return persons::list(tx, school, key, id, class, grade, letter, role, status, limit);
    };
    let mut prefixes: Vec<_> = query.prefixes().iter().collect();
    // The longest is the rarest: the index is searched for it.
    prefixes.sort_by_key(|prefix| std::cmp::Reverse(prefix.as_str().len()));
    let ranges: Vec<(String, String)> = prefixes.iter().map(|prefix| prefix.range()).collect();
    let Some((from1, to1)) = ranges.first() else { return Ok(Vec::new()) };
    let from = |index: usize| ranges.get(index).map(|(from, _)| from.as_str());
    let to = |index: usize| ranges.get(index).map(|(_, to)| to.as_str());
    // Few are put in order here; of many a page is soon found by going through the alphabet.
    let mut few = persons::of_word(tx, school, from1, to1, FEW + 1)?;
    if few.len() <= FEW as usize {
        few.sort_unstable();
        few.dedup();
        let mut rows = persons::some(tx, school, &few)?;
        rows.retain(|row| {
            class.is_none_or(|class| row.class == Some(class))
                && grade.is_none_or(|grade| row.grade == Some(grade))
                && letter.is_none_or(|letter| row.letter.as_deref() == Some(letter))
                && role.is_none_or(|role| row.roles.0.contains(&role))
                && status.map_or(row.status != PersonStatus::Archived, |status| row.status == status)
                && (row.sort_key.as_str(), row.id) > (key, id)
                && row.name().is_ok_and(|name| has_words(&name, &ranges))
        });
        rows.sort_by(|a, b| (&a.sort_key, a.id).cmp(&(&b.sort_key, b.id)));
        rows.truncate(limit as usize);
        return Ok(rows);
    }
    persons::list_named(
        tx,
        school,
        key,
        id,
        class,
        grade,
        letter,
        role,
        status,
        limit,
        from1,
        to1,
        from(1),
        to(1),
        from(2),
        to(2),
        from(3),
        to(3),
        from(4),
        to(4),
    )
}

/// Whether a word of the name is in each of these ranges.
fn has_words(name: &PersonName, ranges: &[(String, String)]) -> bool {
    let words = name.search_words();
    ranges.iter().all(|(from, to)| words.iter().any(|word| from <= word && word < to))
}

fn holders(tx: &mut Tx<'_>, scope: &Scope, filter: &PersonFilter, number: u64) -> Result<PersonPage, StoreError> {
    let ids = credential_store::holders(tx, scope.school(), number, HOLDERS_LIMIT)?;
    let mut rows = persons::some(tx, scope.school(), &ids)?;
    rows.sort_by(|a, b| (&a.sort_key, a.id).cmp(&(&b.sort_key, b.id)));
    rows.dedup_by_key(|row| row.id);
    let fits = |person: &PersonBrief| {
        filter.class.is_none_or(|class| person.class == Some(class))
            && filter.role.is_none_or(|role| person.roles.contains(&role))
            && filter.status.map_or(person.status != PersonStatus::Archived, |status| person.status == status)
    };
    let rows: Result<Vec<PersonBrief>, StoreError> = rows.into_iter().map(persons::BriefRow::view).collect();
    Ok(PersonPage { rows: rows?.into_iter().filter(fits).collect(), next: None })
}

/// The ids of everybody, in the order in which they were added.
///
/// # Errors
/// From the database.
pub fn ids(tx: &mut Tx<'_>, scope: &Scope) -> Result<Vec<PersonId>, StoreError> {
    persons::ids(tx, scope.school())
}

/// How many persons there are, archived ones aside.
///
/// # Errors
/// From the database.
pub fn count(tx: &mut Tx<'_>, scope: &Scope) -> Result<u64, StoreError> {
    persons::count(tx, scope.school())
}

/// The credentials of a person: those that work first, then the newest.
///
/// # Errors
/// From the database.
pub fn credentials(tx: &mut Tx<'_>, scope: &Scope, person: PersonId) -> Result<Vec<CredentialView>, StoreError> {
    let rows = credential_store::of_person(tx, scope.school(), person)?;
    rows.into_iter().map(credential_store::CredentialRow::view).collect()
}

/// One credential.
///
/// # Errors
/// From the database.
pub fn credential(
    tx: &mut Tx<'_>,
    scope: &Scope,
    credential: CredentialId,
) -> Result<Option<CredentialView>, StoreError> {
    credential_store::one(tx, scope.school(), credential)?.map(credential_store::CredentialRow::view).transpose()
}

/// Who holds this card, or one that readers of 26 bits cannot tell from it.
///
/// # Errors
/// From the database.
pub fn holder_of(tx: &mut Tx<'_>, scope: &Scope, card: Card) -> Result<Option<CardHolder>, StoreError> {
    let school = scope.school();
    let exact = credential_store::of_card(tx, school, card.bits, card.value)?;
    let is_exact = exact.is_some();
    let found = match (exact, credential_store::low24(card)) {
        (None, Some(low24)) => credential_store::looking_like(tx, school, card.bits == 24, low24)?,
        (exact, _) => exact,
    };
    let Some(row) = found else { return Ok(None) };
    let credential = row.view()?;
    Ok(brief(tx, scope, credential.person)?.map(|person| CardHolder { credential, person, is_exact }))
}

/// Which persons of a class have a card of their own that works or was stopped for a while; day cards do not count.
///
/// # Errors
/// From the database.
pub fn with_card(tx: &mut Tx<'_>, scope: &Scope, class: ClassId) -> Result<HashSet<PersonId>, StoreError> {
    Ok(day_cards::holders_in_class(tx, scope.school(), class)?.into_iter().collect())
}

/// The cards of a person's own that work or were stopped for a while, the oldest first; day cards do not count.
///
/// # Errors
/// From the database.
pub fn own_cards(tx: &mut Tx<'_>, scope: &Scope, person: PersonId) -> Result<Vec<CredentialId>, StoreError> {
    day_cards::own_of(tx, scope.school(), person)
}

/// The label of the day card that this card is, or that 26-bit readers cannot tell from it.
///
/// # Errors
/// From the database.
pub fn day_card_of(tx: &mut Tx<'_>, scope: &Scope, card: Card) -> Result<Option<String>, StoreError> {
    let low24 = credential_store::low24(card);
    let found = day_cards::label_of(tx, scope.school(), card.bits, card.value, card.bits == 24, low24)?;
    Ok(found.into_iter().next())
}

/// A photo in a size; `None` when the person has none, or is not of this school.
///
/// # Errors
/// From the database.
pub fn photo(
    tx: &mut Tx<'_>,
    scope: &Scope,
    vault: &Vault,
    person: PersonId,
    size: PhotoSize,
) -> Result<Option<Picture>, PeopleError> {
    let school = scope.school();
    let (kept, place) = match size {
        PhotoSize::Large => (photos::large(tx, school, person)?, LARGE.at(person)),
        PhotoSize::Small => (photos::small(tx, school, person)?, SMALL.at(person)),
    };
    let Some(kept) = kept.filter(|kept| kept.is_sealed) else { return Ok(None) };
    let opened = vault.open(tx, school, person, place, &kept.bytes)?;
    Ok(opened.map(|opened| Picture { version: kept.version, bytes: opened.bytes().to_vec() }))
}

/// The classes, in their order.
///
/// # Errors
/// From the database.
pub fn classes(tx: &mut Tx<'_>, scope: &Scope) -> Result<Vec<ClassView>, StoreError> {
    classes::all(tx, scope.school())?.into_iter().map(classes::ClassRow::view).collect()
}

/// One class.
///
/// # Errors
/// From the database.
pub fn class(tx: &mut Tx<'_>, scope: &Scope, class: ClassId) -> Result<Option<ClassView>, StoreError> {
    classes::one(tx, scope.school(), class)?.map(classes::ClassRow::view).transpose()
}

/// The groups, by name.
///
/// # Errors
/// From the database.
pub fn groups(tx: &mut Tx<'_>, scope: &Scope) -> Result<Vec<GroupView>, StoreError> {
    let rows = group_store::all(tx, scope.school())?;
    Ok(rows.into_iter().map(|row| GroupView { id: row.id, name: row.name, members: row.members }).collect())
}

/// The members of a group, in the order of the alphabet, archived ones aside.
///
/// # Errors
/// From the database.
pub fn group_members(tx: &mut Tx<'_>, scope: &Scope, group: GroupId) -> Result<Vec<PersonBrief>, StoreError> {
    let rows = persons::in_group(tx, scope.school(), group, MEMBERS_LIMIT)?;
    rows.into_iter().map(persons::BriefRow::view).collect()
}

/// The schools of the installation: for the operator at the command line, never for a page.
///
/// # Errors
/// From the database.
pub fn schools(tx: &mut Tx<'_>) -> Result<Vec<SchoolRow>, StoreError> {
    school_store::all(tx)
}

/// One school.
///
/// # Errors
/// From the database.
pub fn school(tx: &mut Tx<'_>, school: SchoolId) -> Result<Option<SchoolRow>, StoreError> {
    school_store::one(tx, school)
}

/// The name of a person, for an error that has to name somebody.
pub(crate) fn name_of(tx: &mut Tx<'_>, school: SchoolId, person: PersonId) -> Result<Option<PersonName>, StoreError> {
    persons::brief(tx, school, person)?.map(|row| row.name()).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(text: &str) -> String {
        match Wanted::of(text) {
            Wanted::Everybody => "everybody".into(),
            Wanted::Nobody => "nobody".into(),
            Wanted::Number(number) => format!("card {number}"),
            Wanted::Named(Named { grade, letter, query }) => {
                let words: Vec<String> =
                    query.iter().flat_map(|query| query.prefixes()).map(|prefix| prefix.as_str().to_owned()).collect();
                format!(
                    "{} {} {}",
                    grade.map_or("-".into(), |grade| grade.to_string()),
                    letter.unwrap_or("-".into()),
                    words.join("+")
                )
            }
        }
    }

    #[test]
    fn a_typed_text_is_taken_for_names_a_class_or_a_card() {
        for (text, expected) in [
            ("", "everybody"),
            ("  ", "everybody"),
            ("…", "nobody"),
            ("10058400", "card 10058400"),
            ("100,58400", "card 6612000"),
            ("100/58400", "card 6612000"),
            ("0012345", "card 12345"),
            ("5Б", "5 Б "),
            ("5 «б»", "5 Б "),
            ("11-А", "11 А "),
            ("5", "5 - "),
            ("асан 5б", "5 Б asan"),
            ("5 Асан", "5 - asan"),
            ("Асан Али", "- - asan+ali"),
        ] {
            assert_eq!(wanted(text), expected, "{text:?}");
        }
    }
}
