//! The people of the school and the cards they hold.

use jiff::{
    ToSpan,
    civil::{Date, date},
};
use kernel::{Card, CredentialStatus, Role};
use people::model::Sex;

use super::{Calendar, Class, Language, PUPILS, STAFF, Text, names, names::Custom, text};
use crate::lot::Lot;

/// Somebody who learns or works at the school.
#[derive(Clone, Debug, PartialEq)]
pub struct Person {
    /// Family name.
    pub family: String,
    /// Given name.
    pub given: String,
    /// Patronymic.
    pub patronymic: Option<String>,
    /// Sex.
    pub sex: Sex,
    /// Birth date.
    pub birth_date: Date,
    /// What the person is to the school.
    pub role: Role,
    /// The class's place in [`super::World::classes`], of a pupil.
    pub class: Option<usize>,
    /// What the person works as, of staff.
    pub position: Option<Text>,
    /// Places in [`super::World::groups`].
    pub groups: Vec<usize>,
    /// Always let in up to and with this day, since the card is new.
    pub learning_until: Option<Date>,
    /// Cards, the newest last.
    pub cards: Vec<HeldCard>,
    /// For [`crate::portrait::portrait`].
    pub portrait_seed: u64,
    /// Works on days without lessons too.
    pub(crate) is_on_duty: bool,
    /// How the family names its children.
    pub(super) custom: Custom,
}

/// A card that was given to somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeldCard {
    /// What is on it.
    pub card: Card,
    /// Whether it opens anything.
    pub status: CredentialStatus,
}

impl Person {
    /// Full years on this day.
    pub fn age_on(&self, day: Date) -> u8 {
        let had_birthday = (day.month(), day.day()) >= (self.birth_date.month(), self.birth_date.day());
        let years = day.year() - self.birth_date.year() - i16::from(!had_birthday);
        u8::try_from(years.max(0)).unwrap_or(u8::MAX)
    }

    /// The card that works.
    pub fn active_card(&self) -> Option<Card> {
        self.card_in(CredentialStatus::Active)
    }

    /// The newest card in this state.
    pub(crate) fn card_in(&self, status: CredentialStatus) -> Option<Card> {
        self.cards.iter().rev().find(|held| held.status == status).map(|held| held.card)
    }
}

/// Who works at the school: position, role, how many, how many women in a thousand, from and to age, on duty on any day.
type Post = (Text, Role, usize, u32, (i16, i16), bool);

const POSTS: [Post; 24] = [
    (text("Директор", "Директор", "Head teacher"), Role::Staff, 1, 1000, (48, 58), false),
    (
        text(
            "Директордың оқу ісі жөніндегі орынбасары",
            "Заместитель директора по учебной работе",
            "Deputy head, studies",
        ),
        Role::Staff,
        3,
        850,
        (38, 58),
        false,
    ),
    (
        text(
            "Директордың тәрбие ісі жөніндегі орынбасары",
            "Заместитель директора по воспитательной работе",
            "Deputy head, upbringing",
        ),
        Role::Staff,
        1,
        700,
        (32, 50),
        false,
    ),
    (
        text("Бастауыш сынып мұғалімі", "Учитель начальных классов", "Primary teacher"),
        Role::Teacher,
        19,
        960,
        (23, 60),
        false,
    ),
    (
        text("Қазақ тілі мен әдебиеті мұғалімі", "Учитель казахского языка и литературы", "Teacher of Kazakh"),
        Role::Teacher,
        6,
        900,
        (24, 60),
        false,
    ),
    (
        text("Орыс тілі мен әдебиеті мұғалімі", "Учитель русского языка и литературы", "Teacher of Russian"),
        Role::Teacher,
        5,
        950,
        (24, 62),
        false,
    ),
    (
        text("Ағылшын тілі мұғалімі", "Учитель английского языка", "Teacher of English"),
        Role::Teacher,
        5,
        900,
        (22, 50),
        false,
    ),
    (
        text("Математика мұғалімі", "Учитель математики", "Teacher of mathematics"),
        Role::Teacher,
        5,
        700,
        (24, 62),
        false,
    ),
    (text("Физика мұғалімі", "Учитель физики", "Teacher of physics"), Role::Teacher, 2, 400, (28, 62), false),
    (
        text("Химия және биология мұғалімі", "Учитель химии и биологии", "Teacher of chemistry and biology"),
        Role::Teacher,
        3,
        850,
        (25, 60),
        false,
    ),
    (text("Тарих мұғалімі", "Учитель истории", "Teacher of history"), Role::Teacher, 3, 500, (25, 60), false),
    (
        text("Информатика мұғалімі", "Учитель информатики", "Teacher of informatics"),
        Role::Teacher,
        2,
        400,
        (23, 45),
        false,
    ),
    (
        text("Дене шынықтыру мұғалімі", "Учитель физической культуры", "Teacher of physical education"),
        Role::Teacher,
        4,
        300,
        (23, 55),
        false,
    ),
    (
        text(
            "Музыка және көркем еңбек мұғалімі",
            "Учитель музыки и художественного труда",
            "Teacher of music and crafts",
        ),
        Role::Teacher,
        2,
        600,
        (26, 60),
        false,
    ),
    (text("Педагог-психолог", "Педагог-психолог", "Psychologist"), Role::Staff, 2, 950, (25, 45), false),
    (text("Әлеуметтік педагог", "Социальный педагог", "Social pedagogue"), Role::Staff, 1, 1000, (28, 50), false),
    (text("Кітапханашы", "Библиотекарь", "Librarian"), Role::Staff, 2, 1000, (35, 62), false),
    (text("Хатшы", "Секретарь", "Secretary"), Role::Staff, 1, 1000, (24, 45), false),
    (text("Бухгалтер", "Бухгалтер", "Accountant"), Role::Staff, 2, 950, (30, 58), false),
    (text("Медбике", "Медицинская сестра", "Nurse"), Role::Staff, 1, 1000, (28, 58), false),
    (text("Аспазшы", "Повар", "Cook"), Role::Staff, 6, 850, (25, 58), false),
    (text("Кезекші", "Дежурный охранник", "Guard"), Role::Staff, 4, 200, (40, 66), true),
    (text("Тазалаушы", "Уборщица", "Cleaner"), Role::Staff, 7, 1000, (35, 63), false),
    (text("Техникалық жұмысшы", "Рабочий по обслуживанию здания", "Caretaker"), Role::Staff, 3, 0, (30, 63), true),
];

/// The staff.
pub(super) fn staff(lot: &mut Lot, calendar: &Calendar) -> Vec<Person> {
    let mut staff = Vec::with_capacity(STAFF + PUPILS);
    for (position, role, count, women, (youngest, oldest), is_on_duty) in POSTS {
        for _ in 0..count {
            let sex = if lot.chance(women) { Sex::Female } else { Sex::Male };
            let custom = lot.weighed(&[
                (34, Custom::Kazakh),
                (38, Custom::KazakhInRussian),
                (21, Custom::Russian),
                (7, Custom::Other),
            ]);
            let span = u32::from((oldest - youngest).unsigned_abs());
            let age = youngest + i16::try_from(lot.below(0, span + 1)).unwrap_or(0);
            let born = date(calendar.first_day.year() - age, 1, 1).saturating_add(i64::from(lot.below(0, 365)).days());
            let mut person = person(lot, custom, sex, born, role);
            (person.position, person.is_on_duty) = (Some(position), is_on_duty);
            staff.push(person);
        }
    }
    staff
}

/// The places of those who may lead a class.
pub(super) fn teachers(staff: &[Person]) -> impl Iterator<Item = usize> {
    staff.iter().enumerate().filter(|(_, person)| person.role == Role::Teacher).map(|(place, _)| place)
}

/// The pupils, class by class; sizes differ by a few and add up to [`PUPILS`].
pub(super) fn pupils(lot: &mut Lot, classes: &[Class], calendar: &Calendar, today: Date) -> Vec<Person> {
    let mut pupils = Vec::with_capacity(PUPILS);
    for (place, size) in sizes(lot, classes.len()).into_iter().enumerate() {
        let class = &classes[place];
        for _ in 0..size {
            let sex = *lot.pick(&Sex::ALL);
            let custom = lot.weighed(match class.language {
                Language::Kazakh => &[(94, Custom::Kazakh), (5, Custom::KazakhInRussian), (1, Custom::Other)],
                Language::Russian => {
                    &[(8, Custom::Kazakh), (32, Custom::KazakhInRussian), (45, Custom::Russian), (15, Custom::Other)]
                }
            });
            let born = birth_date(lot, class.grade, calendar);
            let mut pupil = person(lot, custom, sex, born, Role::Pupil);
            pupil.class = Some(place);
            pupil.learning_until = Some(calendar.learning_until()).filter(|until| class.grade == 1 && today <= *until);
            pupils.push(pupil);
        }
    }
    pupils
}

fn sizes(lot: &mut Lot, classes: usize) -> Vec<usize> {
    let mut sizes: Vec<usize> =
        (0..classes).map(|place| (place + 1) * PUPILS / classes - place * PUPILS / classes).collect();
    // Moving pupils between pairs keeps the sum.
    for _ in 0..classes * 3 {
        let (from, to) = (lot.below(0, classes as u32) as usize, lot.below(0, classes as u32) as usize);
        if sizes[from] > 20 && sizes[to] < 29 {
            sizes[from] -= 1;
            sizes[to] += 1;
        }
    }
    sizes
}

/// A child is 6 when it begins the first grade on 1 September, some are half a year older.
fn birth_date(lot: &mut Lot, grade: u8, calendar: &Calendar) -> Date {
    let youngest = date(calendar.first_day.year() - 5 - i16::from(grade), 8, 31);
    let days = if lot.chance(130) { lot.below(365, 540) } else { lot.below(0, 365) };
    youngest.saturating_sub(i64::from(days).days())
}

fn person(lot: &mut Lot, custom: Custom, sex: Sex, birth_date: Date, role: Role) -> Person {
    let names::Parts { family, given, patronymic } = names::draw(lot, custom, sex, role != Role::Pupil);
    Person {
        family,
        given,
        patronymic,
        sex,
        birth_date,
        role,
        class: None,
        position: None,
        groups: Vec::new(),
        learning_until: None,
        cards: Vec::new(),
        portrait_seed: lot.seed(),
        is_on_duty: false,
        custom,
    }
}

/// Facility codes of the three boxes of cards that the school bought.
const FACILITIES: [u64; 3] = [57, 58, 114];

/// Gives everybody a card with a number of its own. Some were lost or broken and replaced; a few pupils wait for a new one,
/// and a few cards are suspended.
pub(super) fn hand_out_cards(lot: &mut Lot, people: &mut [Person]) {
    let numbers = lot.some_of(FACILITIES.len() * 0xffff, people.len() * 2);
    let mut cards = numbers
        .into_iter()
        .map(|at| Card { bits: 24, value: FACILITIES[at / 0xffff] << 16 | (at % 0xffff + 1) as u64 });
    let pupils: Vec<usize> =
        people.iter().enumerate().filter(|(_, person)| person.role == Role::Pupil).map(|(at, _)| at).collect();
    // The first of these pupils wait for a new card, the next have theirs suspended, the rest have one replaced.
    let special: Vec<usize> = lot.some_of(pupils.len(), 36).into_iter().map(|at| pupils[at]).collect();
    for (at, person) in people.iter_mut().enumerate() {
        use CredentialStatus::{Active, Lost, Returned, Suspended};
        let statuses: &[CredentialStatus] = match special.iter().position(|special| *special == at) {
            Some(0..4) => &[Lost],
            Some(4..8) => &[Suspended],
            Some(8..26) => &[Lost, Active],
            Some(_) => &[Returned, Active],
            None => &[Active],
        };
        person.cards =
            statuses.iter().zip(&mut cards).map(|(status, card)| HeldCard { card, status: *status }).collect();
    }
}
