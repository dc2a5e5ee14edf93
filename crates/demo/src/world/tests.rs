use std::collections::{HashMap, HashSet};

use ::people::model::{ClassName, PersonName, Sex};
use jiff::civil::date;
use kernel::{CredentialStatus, ReaderFormat, Role};
use proptest::prelude::*;

use super::*;

fn world() -> World {
    World::make(1, date(2026, 11, 23))
}

#[test]
fn the_school_has_its_people_and_each_a_name_that_the_program_accepts() {
    let world = world();
    let pupils = world.people.iter().filter(|person| person.role == Role::Pupil).count();
    assert_eq!((pupils, world.people.len() - pupils), (PUPILS, STAFF));
    for person in &world.people {
        let name = PersonName::parse(&person.family, &person.given, person.patronymic.as_deref());
        assert!(name.is_ok(), "{} {}", person.family, person.given);
        assert_eq!(person.class.is_some(), person.role == Role::Pupil);
        assert_eq!(person.position.is_some(), person.role != Role::Pupil);
    }
    let names: HashSet<_> =
        world.people.iter().map(|person| (&person.family, &person.given, &person.patronymic)).collect();
    assert!(names.len() > world.people.len() * 95 / 100, "few namesakes, {} names", names.len());
}

#[test]
fn every_part_of_a_name_has_the_form_of_the_sex() {
    for person in &world().people {
        let patronymic = person.patronymic.as_deref().unwrap();
        let (own, other) = (["ұлы", "вич", "ьич"], ["қызы", "вна", "чна"]);
        let (own, other) = if person.sex == Sex::Male { (own, other) } else { (other, own) };
        assert!(own.iter().any(|ending| patronymic.ends_with(ending)), "{patronymic}");
        assert!(!other.iter().any(|ending| patronymic.ends_with(ending)), "{patronymic}");
        let is_female_form =
            ["ова", "ева", "ёва", "ина", "ына", "ая"].iter().any(|ending| person.family.ends_with(ending));
        let is_male_form = ["ов", "ев", "ёв", "ский", "цкий"].iter().any(|ending| person.family.ends_with(ending));
        let is_wrong = if person.sex == Sex::Male { is_female_form } else { is_male_form };
        assert!(!is_wrong, "{}", person.family);
    }
}

#[test]
fn classes_have_names_languages_shifts_teachers_and_a_fair_size() {
    let world = world();
    let names: Vec<ClassName> =
        world.classes.iter().map(|class| ClassName::new(class.grade, class.letter).unwrap()).collect();
    assert!(names.is_sorted() && names.iter().collect::<HashSet<_>>().len() == names.len());
    assert_eq!((names[0].grade(), names[names.len() - 1].grade()), (0, 11));
    for language in [Language::Kazakh, Language::Russian] {
        assert!(world.classes.iter().filter(|class| class.language == language).count() > 10);
    }
    let mut size: HashMap<usize, usize> = HashMap::new();
    let mut in_shift: HashMap<Shift, usize> = HashMap::new();
    for pupil in world.people.iter().filter(|person| person.role == Role::Pupil) {
        *size.entry(pupil.class.unwrap()).or_default() += 1;
        *in_shift.entry(world.classes[pupil.class.unwrap()].shift).or_default() += 1;
    }
    assert!(size.len() == world.classes.len() && size.values().all(|size| (18..31).contains(size)), "{size:?}");
    assert!(in_shift.values().all(|pupils| (450..750).contains(pupils)), "{in_shift:?}");
    assert!(world.classes.iter().all(|class| world.people[class.teacher].role == Role::Teacher));
}

#[test]
fn cards_are_distinct_and_readable_and_some_are_lost_suspended_or_replaced() {
    let world = world();
    let mut numbers = HashSet::new();
    let mut count: HashMap<CredentialStatus, usize> = HashMap::new();
    for held in world.people.iter().flat_map(|person| &person.cards) {
        assert!(numbers.insert(ReaderFormat::W26.number(held.card).unwrap()), "{held:?}");
        assert_eq!(ReaderFormat::W26.card(ReaderFormat::W26.number(held.card).unwrap()), Ok(held.card));
        *count.entry(held.status).or_default() += 1;
    }
    let count = |status| count.get(&status).copied().unwrap_or(0);
    assert_eq!(count(CredentialStatus::Active), PUPILS + STAFF - 8, "four wait for a card, four are suspended");
    assert_eq!(
        (count(CredentialStatus::Lost), count(CredentialStatus::Suspended), count(CredentialStatus::Returned)),
        (22, 4, 10)
    );
    assert!(
        world.people.iter().all(|person| person
            .cards
            .iter()
            .filter(|held| held.status == CredentialStatus::Active)
            .count()
            <= 1)
    );
}

#[test]
fn first_graders_learn_the_card_in_september_only() {
    for (today, learning) in
        [(date(2026, 9, 1), true), (date(2026, 9, 30), true), (date(2026, 10, 1), false), (date(2027, 3, 1), false)]
    {
        let world = World::make(1, today);
        for (place, person) in world.people.iter().enumerate() {
            let is_first_grader = world.class_of(place).is_some_and(|class| class.grade == 1);
            assert_eq!(person.learning_until, (learning && is_first_grader).then_some(date(2026, 9, 30)), "{today}");
        }
    }
}

#[test]
fn points_boards_and_rules_refer_to_what_exists() {
    let world = world();
    let mut doors = HashSet::new();
    for point in &world.points {
        assert!(point.inner < world.zones.len() && point.outer.is_none_or(|zone| zone < world.zones.len()));
        if let Host::Door { board, door } = point.host {
            assert!((1..=world.boards[board].doors).contains(&door) && doors.insert((board, door)));
        }
    }
    assert_eq!(doors.len(), 4, "four turnstiles");
    for rule in &world.rules {
        assert!(rule.points.iter().all(|point| *point < world.points.len()));
        assert!(
            rule.windows
                .iter()
                .all(|window| window.from_min < window.to_min && window.to_min <= 1440 && window.days < 128)
        );
        if let RuleWho::Group(group) = rule.who {
            assert!(
                world.people.iter().any(|person| person.groups.contains(&group)),
                "{:?} has members",
                world.groups[group].kind
            );
        }
    }
    assert!(world.groups.iter().zip(GroupKind::ALL).all(|(group, kind)| group.kind == kind));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn pupils_have_the_age_of_their_grade_and_a_seed_gives_the_same_school(seed in any::<u64>(), month in 1..13_i8, day in 1..29_i8) {
        let today = date(2026, month, day);
        let world = World::make(seed, today);
        prop_assert!(world == World::make(seed, today));
        prop_assert!(world.people != World::make(seed ^ 1, today).people);
        for (place, person) in world.people.iter().enumerate() {
            let age = person.age_on(world.calendar.first_day);
            match world.class_of(place) {
                Some(class) => prop_assert!((class.grade + 5..=class.grade + 6).contains(&age), "{} at {age}", class.grade),
                None => prop_assert!((21..=67).contains(&age), "{age}"),
            }
        }
    }
}
