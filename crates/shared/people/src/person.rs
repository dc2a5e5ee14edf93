//! What a person is made of, as it is entered and as it is shown.

use std::collections::BTreeSet;

use i18n::Lang;
use jiff::{Timestamp, ToSpan, civil::Date};
use kernel::{Card, ClassId, CredentialId, CredentialStatus, GroupId, PersonId, PersonStatus, Role};

use crate::{
    PeopleError,
    model::{ClassName, PersonName, Sex},
};

/// Everything about a person that is entered in a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonData {
    /// The name.
    pub name: PersonName,
    /// The sex, if known.
    pub sex: Option<Sex>,
    /// The birth date, if known.
    pub birth_date: Option<Date>,
    /// What the person is to the school; at least one.
    pub roles: BTreeSet<Role>,
    /// The class of a pupil.
    pub class: Option<ClassId>,
    /// What the person works as; may be empty.
    pub position: String,
    /// Always let in up to and with this day, since the card is new.
    pub learning_until: Option<Date>,
}

impl PersonData {
    /// A position has so many letters at most.
    pub const MAX_POSITION_LETTERS: usize = 120;
    const FIRST_YEAR: i16 = 1900;

    /// Whether the parts fit each other on this day.
    ///
    /// # Errors
    /// The first that does not.
    pub fn check(&self, today: Date) -> Result<(), PeopleError> {
        let position = self.position.trim();
        if self.roles.is_empty() {
            Err(PeopleError::NoRole)
        } else if self.class.is_some() && !self.roles.contains(&Role::Pupil) {
            Err(PeopleError::ClassWithoutPupil)
        } else if position.chars().count() > Self::MAX_POSITION_LETTERS || position.chars().any(char::is_control) {
            Err(PeopleError::Position)
        } else if self.birth_date.is_some_and(|day| day > today || day.year() < Self::FIRST_YEAR) {
            Err(PeopleError::BirthDate)
        } else if self.learning_until.is_some_and(|day| day > Self::latest_learning(today)) {
            Err(PeopleError::Learning)
        } else {
            Ok(())
        }
    }

    /// A learning month that outlasts a year was mistyped, and would let somebody in at any hour for that long.
    fn latest_learning(today: Date) -> Date {
        today.checked_add(1.year()).unwrap_or(today)
    }
}

/// A person in a list, or beside something that the person did.
#[derive(Clone, Debug, PartialEq)]
pub struct PersonBrief {
    /// Who.
    pub id: PersonId,
    /// `Фамилия Имя Отчество`.
    pub full: String,
    /// `Фамилия И. О.`
    pub short: String,
    /// The class.
    pub class: Option<ClassId>,
    /// The class as everybody writes it: `5 «Б»`.
    pub class_name: Option<String>,
    /// What the person works as; may be empty.
    pub position: String,
    /// What the person is to the school.
    pub roles: BTreeSet<Role>,
    /// Whether the person may be here.
    pub status: PersonStatus,
    /// The version of the photo; 0: none.
    pub photo_version: u64,
}

impl PersonBrief {
    /// The address of the photo in a size (`large`, `small`); `None` without one.
    pub fn photo_src(&self, size: &str) -> Option<String> {
        crate::photo_src(self.id, self.photo_version, size)
    }
}

/// A person with everything that is known.
#[derive(Clone, Debug, PartialEq)]
pub struct PersonView {
    /// As in a list.
    pub brief: PersonBrief,
    /// As in a form.
    pub data: PersonData,
    /// Rises with each change of the data.
    pub revision: u64,
    /// Since when the person is known.
    pub created_at: Timestamp,
    /// Groups, by name.
    pub groups: Vec<GroupBrief>,
    /// Credentials, those that work first, then the newest.
    pub credentials: Vec<CredentialView>,
}

/// A credential as it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CredentialView {
    /// Which.
    pub id: CredentialId,
    /// Whose.
    pub person: PersonId,
    /// What is on it.
    pub card: Card,
    /// Whether it opens anything.
    pub status: CredentialStatus,
    /// From this moment.
    pub valid_from: Option<Timestamp>,
    /// Before this moment.
    pub valid_until: Option<Timestamp>,
    /// When it was given out.
    pub issued_at: Timestamp,
    /// When it was changed last.
    pub changed_at: Timestamp,
    /// By which it was replaced.
    pub replaced_by: Option<CredentialId>,
}

/// A group to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupBrief {
    /// Which.
    pub id: GroupId,
    /// Its name.
    pub name: String,
}

/// A group in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupView {
    /// Which.
    pub id: GroupId,
    /// Its name.
    pub name: String,
    /// How many persons are in it, archived ones aside.
    pub members: u64,
}

/// What a class is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClassData {
    /// Grade and letter.
    pub name: ClassName,
    /// The language of instruction.
    pub lang: Lang,
    /// Whether it learns in the first shift or the second.
    pub shift: Shift,
}

/// A class in a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClassView {
    /// Which.
    pub id: ClassId,
    /// What it is made of.
    pub data: ClassData,
    /// How many pupils are in it, archived ones aside.
    pub pupils: u64,
}

/// Half of the school day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Shift {
    /// The morning.
    First,
    /// The afternoon.
    Second,
}

impl Shift {
    /// Both.
    pub const ALL: [Self; 2] = [Self::First, Self::Second];

    /// 1 or 2.
    pub const fn number(self) -> u8 {
        match self {
            Self::First => 1,
            Self::Second => 2,
        }
    }

    /// The shift of this number.
    pub fn of_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|shift| shift.number() == number)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn parts_that_do_not_fit_are_refused_with_the_reason() {
        let today = date(2026, 11, 23);
        let pupil = PersonData {
            name: PersonName::parse("Асанова", "Айгерім", None).unwrap(),
            sex: None,
            birth_date: Some(date(2015, 9, 15)),
            roles: [Role::Pupil].into(),
            class: Some(kernel::Ids::seeded(1).new_id(Timestamp::UNIX_EPOCH)),
            position: String::new(),
            learning_until: None,
        };
        assert!(pupil.check(today).is_ok());
        let changed = |change: fn(&mut PersonData)| {
            let mut data = pupil.clone();
            change(&mut data);
            data.check(today).err().and_then(|error| error.key()).unwrap_or("fine")
        };
        assert_eq!(changed(|data| data.roles.clear()), "people-fault-no-role");
        assert_eq!(changed(|data| data.roles = [Role::Staff].into()), "people-fault-class-without-pupil");
        assert_eq!(changed(|data| data.position = "я".repeat(121)), "people-fault-position");
        assert_eq!(changed(|data| data.position = "a\nb".into()), "people-fault-position");
        assert_eq!(changed(|data| data.birth_date = Some(date(2026, 11, 24))), "people-fault-birth-date");
        assert_eq!(changed(|data| data.learning_until = Some(date(2027, 11, 23))), "fine");
        assert_eq!(changed(|data| data.learning_until = Some(date(2027, 11, 24))), "people-fault-learning");
        assert_eq!(changed(|data| data.birth_date = Some(date(1899, 12, 31))), "people-fault-birth-date");
        assert_eq!(changed(|data| data.roles = [Role::Pupil, Role::Guardian].into()), "fine");
    }
}
