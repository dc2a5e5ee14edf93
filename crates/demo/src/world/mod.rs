//! A made-up school of 1,200 pupils and 90 staff, the same again for the same seed.
//!
//! Plain values: nothing here knows a database. What points to something else is its place in the world's list of such
//! things (`class: 3` is `world.classes[3]`).

mod calendar;
mod house;
mod names;
mod parents;
mod people;
mod rights;

pub use calendar::Calendar;
pub use house::{Board, Host, Point, Zone};
pub(crate) use house::{HALL, STAFF_ENTRANCE};
pub use parents::{Parent, iin, phone};
pub use people::{HeldCard, Person};
pub use rights::{Group, GroupKind, Rule, RuleWho};

use ::calendar::model::{GradePlans, LessonTimes};
use jiff::civil::Date;

use crate::lot::Lot;

/// A text that is stored with the school, in its three languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text {
    /// Kazakh.
    pub kk: &'static str,
    /// Russian.
    pub ru: &'static str,
    /// English.
    pub en: &'static str,
}

/// Shorthand for the tables of this module.
const fn text(kk: &'static str, ru: &'static str, en: &'static str) -> Text {
    Text { kk, ru, en }
}

/// The school and all that belongs to it.
#[derive(Clone, Debug, PartialEq)]
pub struct World {
    /// What it was made from.
    pub seed: u64,
    /// Its name.
    pub name: Text,
    /// IANA name of its time zone.
    pub time_zone: &'static str,
    /// The school year.
    pub calendar: Calendar,
    /// Zones; the first is the school itself.
    pub zones: Vec<Zone>,
    /// Boards that open turnstiles.
    pub boards: Vec<Board>,
    /// Access points.
    pub points: Vec<Point>,
    /// Classes, in their order.
    pub classes: Vec<Class>,
    /// Groups.
    pub groups: Vec<Group>,
    /// The staff, then the pupils by class.
    pub people: Vec<Person>,
    /// A parent of each pupil.
    pub parents: Vec<Parent>,
    /// Who may pass where and when.
    pub rules: Vec<Rule>,
}

/// A class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Class {
    /// 0 to 11.
    pub grade: u8,
    /// A letter of the Kazakh alphabet.
    pub letter: char,
    /// The language of instruction.
    pub language: Language,
    /// When it learns.
    pub shift: Shift,
    /// Its class teacher's place among the people.
    pub teacher: usize,
}

impl Class {
    /// When the last lesson of a day ends, in minutes of the day: by the bells and the weeks that a new school is given.
    pub fn lessons_end_min(&self) -> u16 {
        let bells = if self.grade == 1 { LessonTimes::first_grade(self.shift.as_people()) } else { self.shift.bells() };
        let count = GradePlans::usual().of(self.grade).lessons;
        let last = bells.lessons().iter().rfind(|lesson| lesson.number <= count);
        last.map_or(0, |lesson| lesson.until_min)
    }
}

/// The language of instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Language {
    /// Kazakh.
    Kazakh,
    /// Russian.
    Russian,
}

impl Language {
    /// Its two-letter code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Kazakh => "kk",
            Self::Russian => "ru",
        }
    }
}

/// Half of the school day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Shift {
    /// From 08:00.
    First,
    /// From 14:00.
    Second,
}

impl Shift {
    /// 1 or 2.
    pub const fn number(self) -> u8 {
        match self {
            Self::First => 1,
            Self::Second => 2,
        }
    }

    /// When its lessons begin and end: the bells that a new school is given.
    pub fn bells(self) -> LessonTimes {
        LessonTimes::usual(self.as_people())
    }

    /// The same in the register.
    pub const fn as_people(self) -> ::people::person::Shift {
        match self {
            Self::First => ::people::person::Shift::First,
            Self::Second => ::people::person::Shift::Second,
        }
    }

    /// When its lessons begin, in minutes of the day.
    pub fn begins_min(self) -> u32 {
        self.bells().lessons().first().map_or(0, |lesson| u32::from(lesson.from_min))
    }
}

/// How many pupils the school has.
pub const PUPILS: usize = 1200;
/// How many people work there.
pub const STAFF: usize = 90;

/// What the lot of the parents is about: a lot of their own, so that the rest of the school is as it is without them.
const PARENTS: u64 = 0x7061_7265;

impl World {
    /// Makes the school of this seed as it is on this day: ages fit the school year, and first-graders still learn the card
    /// when the day is not past September.
    pub fn make(seed: u64, today: Date) -> Self {
        let calendar = Calendar::around(today);
        let mut lot = Lot::new(seed, 0);
        let mut people = people::staff(&mut lot, &calendar);
        let classes = classes(&people);
        people.extend(people::pupils(&mut lot, &classes, &calendar, today));
        people::hand_out_cards(&mut lot, &mut people);
        let groups = rights::groups();
        rights::join_groups(&mut lot, &mut people, &classes);
        Self {
            seed,
            name: text("№ 17 «Самғау» мектеп-лицейі", "Школа-лицей № 17 «Самгау»", "School-lyceum No. 17 “Samgau”"),
            time_zone: "Asia/Almaty",
            rules: rights::rules(&calendar),
            calendar,
            zones: house::zones(),
            boards: house::boards(),
            points: house::points(),
            classes,
            groups,
            parents: parents::parents(&mut Lot::new(seed, PARENTS), &people),
            people,
        }
    }

    /// The class of a person, if the person has one.
    pub fn class_of(&self, person: usize) -> Option<&Class> {
        self.people.get(person)?.class.and_then(|class| self.classes.get(class))
    }

    /// The class teacher who has an account: the one of the first class of the fifth grade.
    pub fn leader_with_account(&self) -> Option<usize> {
        self.classes.iter().find(|class| class.grade == 5).map(|class| class.teacher)
    }

    /// Whether the person belongs to the group.
    pub fn is_in(&self, person: usize, kind: GroupKind) -> bool {
        self.people.get(person).is_some_and(|person| person.groups.contains(&kind.place()))
    }
}

/// How many classes each grade has, from grade 0.
const CLASSES_OF_GRADE: [usize; 12] = [3, 5, 5, 5, 5, 4, 4, 4, 4, 4, 3, 3];

/// 49 classes; the 1st, 5th, 9th and last years learn in the morning, as the sanitary rules ask.
fn classes(staff: &[Person]) -> Vec<Class> {
    use Language::{Kazakh, Russian};
    let teachers: Vec<usize> = people::teachers(staff).collect();
    let mut classes = Vec::new();
    for (grade, count) in (0_u8..).zip(CLASSES_OF_GRADE) {
        let letters: &[(char, Language)] = match count {
            3 => &[('А', Kazakh), ('Ә', Kazakh), ('Б', Russian)],
            4 => &[('А', Kazakh), ('Ә', Kazakh), ('Б', Russian), ('В', Russian)],
            _ => &[('А', Kazakh), ('Ә', Kazakh), ('Б', Kazakh), ('В', Russian), ('Г', Russian)],
        };
        for (letter, language) in letters {
            classes.push(Class {
                grade,
                letter: *letter,
                language: *language,
                shift: if matches!(grade, 2 | 3 | 4 | 6 | 7) { Shift::Second } else { Shift::First },
                teacher: teachers[classes.len() % teachers.len()],
            });
        }
    }
    classes
}

#[cfg(test)]
mod tests;
