//! Reads of the register: families, posts, stays in classes, numbers, the school itself.

use std::collections::HashMap;

use accounts::Scope;
use crypto::{Lookup, Vault};
use kernel::{ClassId, PersonId};
use store::{ColumnError, StoreError, Tx};

use super::{HOLDERS_LIMIT, OrganisationRow, by_ids};
use crate::{
    PeopleError,
    model::{Iin, Particulars, Phone, WorkWeek},
    ops::particulars::{found, opened, phone_end},
    person::PersonBrief,
    register::{ClassHome, Enrolment, Family, Kin, PostData, PostView, SchoolProfile, SchoolView},
    store::{
        classes, enrolments, families, organisations as organisation_store, persons, posts as post_store,
        schools as school_store,
    },
};

/// The stays of a person in classes, the newest first.
///
/// # Errors
/// From the database.
pub fn history(tx: &mut Tx<'_>, scope: &Scope, person: PersonId) -> Result<Vec<Enrolment>, StoreError> {
    let rows = enrolments::of_person(tx, scope.school(), person)?;
    let stay = |row: enrolments::EnrolmentRow| -> Result<Enrolment, StoreError> {
        Ok(Enrolment {
            number: row.number,
            class: row.class,
            class_name: classes::name(row.grade, &row.letter)?.to_string(),
            since: row.since,
            until: row.until,
            how: row.how,
            ended: row.ended,
            why: row.why,
            document: row.document,
        })
    };
    rows.into_iter().map(stay).collect()
}

/// Whether a pupil is marked to learn the grade once more.
///
/// # Errors
/// From the database.
pub fn repeats(tx: &mut Tx<'_>, scope: &Scope, person: PersonId) -> Result<bool, StoreError> {
    Ok(enrolments::repeats(tx, scope.school(), person)?.is_some())
}

/// Who answers for a person, for whom the person answers, and other children of the same guardians.
///
/// # Errors
/// From the database.
pub fn family(tx: &mut Tx<'_>, scope: &Scope, person: PersonId) -> Result<Family, StoreError> {
    let school = scope.school();
    let guardians = families::of_child(tx, school, person)?;
    let children = families::of_guardian(tx, school, person)?;
    let siblings = families::siblings(tx, school, person)?;
    let ids: Vec<PersonId> = guardians
        .iter()
        .map(|row| row.guardian)
        .chain(children.iter().map(|row| row.child))
        .chain(siblings.iter().copied())
        .collect();
    let known = by_ids(tx, scope, &ids)?;
    let kin = |row: &families::GuardianshipRow, other: PersonId| {
        known.get(&other).map(|person| Kin { person: person.clone(), data: row.data() })
    };
    let mut family = Family {
        guardians: guardians.iter().filter_map(|row| kin(row, row.guardian)).collect(),
        children: children.iter().filter_map(|row| kin(row, row.child)).collect(),
        siblings: siblings.iter().filter_map(|id| known.get(id).cloned()).collect(),
    };
    family.guardians.sort_by(|a, b| a.person.full.cmp(&b.person.full));
    family.children.sort_by(|a, b| a.person.full.cmp(&b.person.full));
    Ok(family)
}

/// The posts of a person, those that go on first.
///
/// # Errors
/// From the database.
pub fn posts(tx: &mut Tx<'_>, scope: &Scope, person: PersonId) -> Result<Vec<PostView>, StoreError> {
    let broken = || StoreError::Column { statement: "employment", column: "schedule", source: ColumnError::Type };
    let rows = post_store::of_person(tx, scope.school(), person)?;
    let view = |row: post_store::PostRow| {
        let schedule = WorkWeek::parse(&row.schedule).map_err(|_| broken())?;
        let data = PostData {
            position: row.position,
            department: row.department,
            rate_percent: row.rate_percent,
            since: row.since,
            until: row.until,
            schedule,
        };
        Ok(PostView { id: row.id, person: row.person, data })
    };
    rows.into_iter().map(view).collect()
}

/// What is kept sealed of a person, for showing it masked: whoever shows it in full uses [`crate::ops::see_particulars`], which notes the look.
///
/// # Errors
/// Those of the keys and the database.
pub fn particulars(
    tx: &mut Tx<'_>,
    scope: &Scope,
    vault: &Vault,
    person: PersonId,
) -> Result<Particulars, PeopleError> {
    opened(tx, vault, scope.school(), person)
}

/// Persons with this IIN, this phone, or a phone that ends with these four digits, in the order of the alphabet. A scope for
/// [`accounts::Action::SeePersonalNumbers`] is asked for, since the answer tells whose number it is.
///
/// # Errors
/// Those of the keys and the database.
pub fn by_number(tx: &mut Tx<'_>, scope: &Scope, vault: &Vault, text: &str) -> Result<Vec<PersonBrief>, PeopleError> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let school = scope.school();
    let ids = if let Ok(iin) = Iin::parse(text) {
        found(tx, vault, school, Lookup::Iin, "iin", &iin.expose(), 1)?
    } else if let Ok(phone) = Phone::parse(text) {
        found(tx, vault, school, Lookup::Phone, "phone", phone.e164(), HOLDERS_LIMIT)?
    } else if digits.len() == 4 && digits.len() == text.trim().len() {
        found(tx, vault, school, Lookup::Phone, "phone_end", &phone_end(&digits), HOLDERS_LIMIT)?
    } else {
        Vec::new()
    };
    let mut rows = persons::some(tx, school, &ids)?;
    rows.sort_by(|a, b| (&a.sort_key, a.id).cmp(&(&b.sort_key, b.id)));
    rows.dedup_by_key(|row| row.id);
    Ok(rows.into_iter().map(persons::BriefRow::view).collect::<Result<_, _>>()?)
}

/// Room, home-room teacher and school year of each class.
///
/// # Errors
/// From the database.
pub fn class_homes(tx: &mut Tx<'_>, scope: &Scope) -> Result<HashMap<ClassId, ClassHome>, StoreError> {
    let rows = classes::homes(tx, scope.school())?;
    Ok(rows
        .into_iter()
        .map(|row| (row.id, ClassHome { room: row.room, teacher: row.teacher, year: row.year }))
        .collect())
}

/// The school as its page shows it.
///
/// # Errors
/// From the database.
pub fn school_profile(tx: &mut Tx<'_>, scope: &Scope) -> Result<Option<SchoolView>, StoreError> {
    let row = school_store::profile(tx, scope.school())?;
    Ok(row.map(|row| SchoolView {
        school: scope.school(),
        revision: row.revision,
        profile: SchoolProfile {
            name_kk: row.name_kk,
            name_ru: row.name_ru,
            district: row.district,
            bin: row.bin,
            address: row.address,
            phones: row.phones,
            badge_colour: row.badge_colour,
            last_grade: row.last_grade,
        },
    }))
}

/// Regions and districts of the installation, regions first.
///
/// # Errors
/// From the database.
pub fn organisations(tx: &mut Tx<'_>) -> Result<Vec<OrganisationRow>, StoreError> {
    organisation_store::all(tx)
}
