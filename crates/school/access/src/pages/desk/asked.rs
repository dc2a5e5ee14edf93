//! What stands in the address of the desk, and what the page shows for it.

use accounts::Reader;
use kernel::{AccessPointId, ClassId, CredentialId, PersonId, ReaderFormat};
use people::queries::{self as register, ClassView, CredentialView, PersonBrief, PersonFilter};
use store::Tx;
use web::{Filters, Form, WebError};

use super::PATH;
use crate::{
    AccessError,
    queries::{self, PointView},
};

/// Persons that a search offers.
const FOUND: u32 = 8;

/// What somebody chose at the desk.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Asked {
    /// The class whose pupils come one after another.
    pub(super) class: Option<ClassId>,
    /// The access point whose reader is used; none: one at this computer.
    pub(super) point: Option<AccessPointId>,
    /// How the reader at this computer shows a number.
    pub(super) format: Option<ReaderFormat>,
    /// Who is next; none: the first of the class without a card.
    pub(super) person: Option<PersonId>,
    /// After whom the next of the class comes.
    pub(super) after: Option<PersonId>,
    /// What was given out last.
    pub(super) given: Option<CredentialId>,
    /// What is searched for.
    pub(super) text: String,
}

impl Asked {
    pub(super) fn of(filters: &Filters) -> Self {
        Self {
            class: filters.parsed("class", |text| text.parse().ok()),
            point: filters.parsed("point", |text| text.parse().ok()),
            format: filters.parsed("format", ReaderFormat::parse),
            person: filters.parsed("person", |text| text.parse().ok()),
            after: filters.parsed("after", |text| text.parse().ok()),
            given: filters.parsed("given", |text| text.parse().ok()),
            text: filters.get("q").unwrap_or_default().to_owned(),
        }
    }

    /// What a form of the desk sends along. What its card is read as may differ from how the reader at this computer shows numbers.
    pub(super) fn of_form(form: &Form) -> Self {
        Self {
            class: form.value("class").parse().ok(),
            point: form.value("point").parse().ok(),
            format: ReaderFormat::parse(form.value("usual")),
            person: form.value("person").parse().ok(),
            ..Self::default()
        }
    }

    /// How the reader at this computer shows a number.
    pub(super) fn format(&self) -> ReaderFormat {
        self.format.unwrap_or(ReaderFormat::W26)
    }

    /// The desk with the same class and reader, and these besides.
    pub(super) fn address(&self, more: &[(&str, String)]) -> String {
        let kept = [
            ("class", self.class.map(|id| id.to_string())),
            ("point", self.point.map(|id| id.to_string())),
            ("format", self.format.map(|format| format.as_str().to_owned())),
        ];
        let kept = kept.iter().filter_map(|(name, value)| Some((*name, value.as_deref()?)));
        web::address(PATH, kept.chain(more.iter().map(|(name, value)| (*name, value.as_str()))))
    }
}

/// What the page shows.
pub(super) struct Desk {
    pub(super) asked: Asked,
    pub(super) classes: Vec<ClassView>,
    pub(super) points: Vec<PointView>,
    /// Those of the class without a card, in the order of the alphabet.
    pub(super) queue: Vec<PersonBrief>,
    /// How many are in the class.
    pub(super) in_class: usize,
    /// Who is next.
    pub(super) person: Option<PersonBrief>,
    /// Cards of that person's own that work.
    pub(super) own: Vec<CredentialView>,
    /// Whom the search found.
    pub(super) found: Vec<PersonBrief>,
    /// What was given out last, and to whom.
    pub(super) given: Option<(CredentialView, PersonBrief)>,
}

/// Loads what the page shows.
pub(super) async fn load(reader: &Reader, asked: Asked) -> Result<Desk, WebError> {
    let scope = reader.scope()?;
    Ok(reader.app.db.read(move |tx| read(tx, &scope, asked.clone())).await?)
}

fn read(tx: &mut Tx<'_>, scope: &accounts::Scope, asked: Asked) -> Result<Desk, AccessError> {
    let (mut members, mut served) = (Vec::new(), std::collections::HashSet::new());
    if let Some(class) = asked.class {
        let filter = PersonFilter { class: Some(class), ..PersonFilter::default() };
        members = register::list(tx, scope, &filter, None, register::PAGE_LIMIT)?.rows;
        served = register::with_card(tx, scope, class)?;
    }
    let person = match asked.person {
        Some(person) => register::brief(tx, scope, person)?,
        None => next(&members, asked.after, |person| !served.contains(&person.id)).cloned(),
    };
    let mut own = Vec::new();
    if let Some(person) = &person {
        for credential in register::own_cards(tx, scope, person.id)? {
            own.extend(register::credential(tx, scope, credential)?);
        }
    }
    let mut given = None;
    if let Some(credential) = asked.given.map(|id| register::credential(tx, scope, id)).transpose()?.flatten() {
        given = register::brief(tx, scope, credential.person)?.map(|person| (credential, person));
    }
    Ok(Desk {
        classes: register::classes(tx, scope)?,
        points: queries::points(tx, scope)?.into_iter().filter(|point| point.is_enabled).collect(),
        in_class: members.len(),
        queue: members.into_iter().filter(|person| !served.contains(&person.id)).collect(),
        found: register::search(tx, scope, &asked.text, FOUND)?,
        person,
        own,
        given,
        asked,
    })
}

/// The first after somebody of whom something is true; whoever was passed over comes again at the end.
fn next(
    members: &[PersonBrief],
    after: Option<PersonId>,
    is_wanted: impl Fn(&PersonBrief) -> bool,
) -> Option<&PersonBrief> {
    let begin = after.and_then(|after| members.iter().position(|person| person.id == after)).map_or(0, |at| at + 1);
    let (before, behind) = members.split_at(begin);
    behind.iter().chain(before).find(|person| is_wanted(person))
}

#[cfg(test)]
mod tests {
    use kernel::PersonStatus;

    use super::*;

    fn person(number: u8) -> PersonBrief {
        PersonBrief {
            id: PersonId::from_slice(&[number; 16]).unwrap(),
            full: String::new(),
            short: String::new(),
            class: None,
            class_name: None,
            position: String::new(),
            roles: [].into(),
            status: PersonStatus::Active,
            photo_version: 0,
        }
    }

    #[test]
    fn who_was_passed_over_comes_again_at_the_end() {
        let members: Vec<_> = (1..=4).map(person).collect();
        let id = |number: usize| Some(members[number - 1].id);
        let next = |after: Option<usize>, served: &[usize]| {
            let is_wanted = |person: &PersonBrief| !served.iter().any(|number| Some(person.id) == id(*number));
            next(&members, after.and_then(id), is_wanted).map(|person| person.id)
        };
        assert_eq!(next(None, &[]), id(1));
        assert_eq!(next(Some(1), &[1]), id(2));
        assert_eq!(next(Some(2), &[1]), id(3), "2 was passed over");
        assert_eq!(next(Some(4), &[1, 3, 4]), id(2));
        assert_eq!(next(Some(2), &[1, 3, 4]), id(2), "nobody else is left");
        assert_eq!(next(Some(4), &[1, 2, 3, 4]), None);
    }

    #[test]
    fn class_and_reader_stay_in_the_address() {
        let asked = Asked::of(&Filters::parse(PATH, "format=w34&q=x&person=1"));
        assert_eq!(asked.address(&[("done", "undone".into())]), "/desk?format=w34&done=undone");
        assert_eq!((asked.format(), asked.person), (ReaderFormat::W34, None));
    }
}
