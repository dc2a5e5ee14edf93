//! One parent of each pupil, and made-up numbers that are well formed.

use jiff::{ToSpan, civil::Date};
use people::model::{Iin, Phone, Sex};

use super::{Person, names};
use crate::lot::Lot;

/// A parent of a pupil.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parent {
    /// Family name, that of the child.
    pub family: String,
    /// Given name.
    pub given: String,
    /// Patronymic.
    pub patronymic: Option<String>,
    /// Sex, that of the child: family names have the same ending then.
    pub sex: Sex,
    /// Birth date.
    pub birth_date: Date,
    /// The child's place among the people.
    pub child: usize,
}

/// The parents, in the order of the pupils.
pub(super) fn parents(lot: &mut Lot, people: &[Person]) -> Vec<Parent> {
    let pupils = people.iter().enumerate().filter(|(_, person)| person.class.is_some());
    pupils
        .map(|(child, pupil)| {
            let names = names::draw(lot, pupil.custom, pupil.sex, true);
            let days = 365 * i64::from(lot.below(21, 39)) + i64::from(lot.below(0, 365));
            let birth_date = pupil.birth_date.saturating_sub(days.days());
            let (given, patronymic) = (names.given, names.patronymic);
            Parent { family: pupil.family.clone(), given, patronymic, sex: pupil.sex, birth_date, child }
        })
        .collect()
}

/// A made-up IIN of somebody who was born on this day. Each `place` below 5,000 has a number of its own.
pub fn iin(birth_date: Date, sex: Sex, place: usize) -> Option<Iin> {
    let century = match (birth_date.year() < 2000, sex) {
        (true, Sex::Male) => 3,
        (true, Sex::Female) => 4,
        (false, Sex::Male) => 5,
        (false, Sex::Female) => 6,
    };
    let (year, month, day) = (birth_date.year() % 100, birth_date.month(), birth_date.day());
    // A number whose check digit would be 10 is never given out: then the one that is 5,000 higher is tried.
    [place, place + 5_000].into_iter().find_map(|serial| {
        (0..10).find_map(|check| Iin::parse(&format!("{year:02}{month:02}{day:02}{century}{serial:04}{check}")).ok())
    })
}

/// A made-up phone; each `place` has a number of its own.
pub fn phone(place: usize) -> Option<Phone> {
    Phone::parse(&format!("+7700{:07}", 1_000_000 + place * 7 % 9_000_000)).ok()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::world::World;

    #[test]
    fn everybody_gets_a_well_formed_number_of_ones_own() {
        let world = World::make(1, Date::constant(2026, 11, 23));
        fn of((place, person): (usize, &Person)) -> Option<(Iin, &Person)> {
            iin(person.birth_date, person.sex, place).map(|iin| (iin, person))
        }
        let numbers: Vec<_> = world.people.iter().enumerate().filter_map(of).collect();
        assert!(numbers.len() + 15 > world.people.len(), "hardly anybody goes without: {}", numbers.len());
        assert!(numbers.iter().all(|(iin, person)| iin.agrees_with(Some(person.birth_date), Some(person.sex))));
        assert_eq!(numbers.iter().map(|(iin, _)| iin.expose()).collect::<BTreeSet<_>>().len(), numbers.len());
        assert_eq!(world.parents.len(), crate::world::PUPILS);
        let fits = |parent: &Parent| {
            (20..41).contains(&(world.people[parent.child].birth_date.year() - parent.birth_date.year()))
        };
        assert!(world.parents.iter().all(fits));
    }
}
