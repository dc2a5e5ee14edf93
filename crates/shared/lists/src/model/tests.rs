//! Rows as schools send them, and what becomes of them.

use jiff::{
    Timestamp,
    civil::{Date, date},
};
use kernel::{Card, CredentialStatus, Ids, PersonStatus, ReaderFormat, Role};
use people::{
    everybody::Known,
    model::{ClassName, IinError, PersonName},
    person::PersonData,
};
use proptest::prelude::*;
use sheet::{Cell, Row as SheetRow, Sheet};

use super::*;

const READING: Reading = Reading { role: ListRole::Pupils, format: ReaderFormat::W26, today: date(2026, 11, 23) };

fn sheet(rows: &[&[&str]]) -> Sheet {
    let row = |(index, cells): (usize, &&[&str])| SheetRow {
        number: u32::try_from(index + 1).unwrap(),
        cells: cells.iter().map(|text| Cell::text(text)).collect(),
    };
    Sheet { name: "1".into(), rows: rows.iter().enumerate().map(row).collect() }
}

fn read(rows: &[&[&str]]) -> Vec<Draft> {
    let list = sheet(rows);
    drafts(&list, &guess(&list), &READING)
}

fn kinds(draft: &Draft) -> Vec<FaultKind> {
    draft.faults.iter().map(|fault| fault.kind).collect()
}

#[test]
fn a_row_is_read_and_each_fault_is_said_in_its_place() {
    let drafts = read(&[
        &["ФИО", "ИИН", "Дата рождения", "Пол", "Класс", "Карта"],
        &["АСАНОВА АЙГҮЛ ЕРЛАНҚЫЗЫ", "150915500017", "15.09.2015", "ұл", "5 б класс", "100,58400"],
        &["Ким Анна", "150915500018", "", "ж", "5Б", ""],
        &["Ли Ян", "160229600711", "28.02.2016", "м", "5Б", ""],
        &["Пак Ольга", "990340005977", "", "", "5Б", ""],
        &["Цой", "", "", "", "5Б", ""],
        &["Acaнов Ерлан", "", "2015-13-01", "?", "пятый", "abc"],
        &["Бекова Дана", "1,50916E+11", "1.9.15", "", "", ""],
        &["", "", "", "", "", ""],
        &["ФИО", "ИИН", "Дата рождения", "Пол", "Класс", "Карта"],
    ]);
    assert_eq!(drafts.len(), 7, "empty rows and repeated headings are no rows");
    let first = &drafts[0];
    assert_eq!(first.name.as_ref().unwrap().full(), "Асанова Айгүл Ерланқызы");
    assert_eq!((first.row, first.class, first.faults.len()), (2, ClassName::parse("5Б").ok(), 0));
    assert_eq!(first.cards, [Card::new(24, 100 << 16 | 58_400).unwrap()]);
    assert_eq!(drafts[1].faults, [Fault { column: Some(1), kind: FaultKind::Iin(IinError::CheckDigit) }]);
    assert_eq!(kinds(&drafts[2]), [FaultKind::IinBirthDate, FaultKind::IinSex]);
    assert_eq!(kinds(&drafts[3]), [FaultKind::Iin(IinError::Bin)]);
    assert!(matches!(kinds(&drafts[4])[..], [FaultKind::Name(_)]));
    let many = kinds(&drafts[5]);
    assert!(many.contains(&FaultKind::Lookalikes) && many.contains(&FaultKind::Date) && many.contains(&FaultKind::Sex));
    assert_eq!(drafts[5].mended.as_ref().unwrap().family(), "Асанов");
    assert!(kinds(&drafts[6]).contains(&FaultKind::IinShortened));
    let refused: Vec<bool> = drafts.iter().map(Draft::is_refused).collect();
    assert_eq!(refused, [false, true, true, true, true, true, true]);
}

#[test]
fn doubles_within_a_file_are_found_by_iin_by_name_and_by_card() {
    let drafts = read(&[
        &["ФИО", "ИИН", "Дата рождения", "Карта"],
        &["Асанова Айгүл", "150915500017", "", "1,5"],
        &["Асанова Айгуль", "150915500017", "", ""],
        &["Ким Анна", "", "01.02.2015", "1,5"],
        &["ким анна", "", "01.02.2015", ""],
        &["Ли Ян", "", "", ""],
        &["Ли Ян", "", "", ""],
    ]);
    assert_eq!(kinds(&drafts[1]), [FaultKind::IinTwice(2)]);
    assert_eq!(kinds(&drafts[2]), [FaultKind::CardTwice(2)]);
    assert_eq!(kinds(&drafts[3]), [FaultKind::PersonTwice(4)]);
    assert_eq!(kinds(&drafts[5]), [FaultKind::NameTwice(6)]);
    assert!(!drafts[5].is_refused() && drafts[2].cards.is_empty());
}

#[test]
fn grade_and_letter_may_stand_apart() {
    let drafts = read(&[&["ФИО", "Параллель", "Литера"], &["Ким Анна", "5", "ә"], &["Ли Ян", "Класс 11", "A"]]);
    assert_eq!(drafts[0].class, ClassName::parse("5Ә").ok());
    assert_eq!(drafts[1].class, ClassName::parse("11А").ok(), "a Latin letter becomes a Cyrillic one");
}

fn known(ids: &Ids, name: [&str; 3], born: Option<Date>, cards: &[Card]) -> Known {
    let [family, given, patronymic] = name;
    Known {
        id: ids.new_id(Timestamp::UNIX_EPOCH),
        data: PersonData {
            name: PersonName::parse(family, given, Some(patronymic)).unwrap(),
            sex: None,
            birth_date: born,
            roles: [Role::Pupil].into(),
            class: None,
            position: String::new(),
            learning_until: None,
        },
        status: PersonStatus::Active,
        photo_version: 0,
        revision: 1,
        cards: cards.iter().map(|card| (*card, CredentialStatus::Active)).collect(),
    }
}

#[test]
fn each_row_becomes_new_changed_same_asked_or_refused() {
    let ids = Ids::seeded(1);
    let card = Card::new(24, 77).unwrap();
    let people = vec![
        known(&ids, ["Асанова", "Айгүл", ""], Some(date(2015, 9, 15)), &[Card::new(24, 78).unwrap()]),
        known(&ids, ["Ким", "Анна", ""], None, &[]),
        known(&ids, ["Ли", "Ян", "Олегович"], Some(date(2014, 1, 1)), &[card]),
    ];
    let [aigul, kim, li] = [0, 1, 2].map(|index: usize| people[index].id);
    let register = Register { known: people, ..Register::default() };
    let rows = read(&[
        &["ФИО", "Дата рождения", "Класс", "Карта"],
        &["АСАНОВА АЙГҮЛ", "15.09.2015", "5Б", ""],
        &["Ким Анна", "01.02.2015", "5Б", ""],
        &["Ли Ян", "", "", "0,77"],
        &["Пак Ольга", "01.02.2015", "6Ә", "0,78"],
        &["Цой", "", "", ""],
    ]);
    let first = plan(&rows, &register, &Answers::default(), &READING);
    let Verdict::Change { person, by, fields } = &first.rows[0].verdict else { panic!("{:?}", first.rows[0].verdict) };
    assert_eq!((*person, *by, fields.as_slice()), (aigul, MatchedBy::NameAndDate, [Field::Class].as_slice()));
    assert_eq!(first.rows[1].verdict, Verdict::Question(vec![kim]));
    assert_eq!(first.rows[2].verdict, Verdict::Same { person: li, by: MatchedBy::Card });
    assert_eq!(first.rows[3].verdict, Verdict::New);
    assert!(first.rows[3].filed.as_ref().unwrap().cards.is_empty(), "a card that somebody holds is left out");
    assert_eq!(kinds(&first.rows[3].draft), [FaultKind::CardHeld]);
    assert_eq!(first.rows[4].verdict, Verdict::Refused);
    let names: Vec<String> = first.new_classes.iter().map(|class| class.compact()).collect();
    assert_eq!(names, ["5Б", "6Ә"]);
    let Counts { new, changed, same, asked, refused, .. } = first.counts;
    assert_eq!([new, changed, same, asked, refused], [1; 5]);

    let mut answers = Answers::default();
    answers.people.insert(3, Answer::Person(kim));
    answers.people.insert(2, Answer::Person(kim));
    let second = plan(&rows, &register, &answers, &READING);
    assert!(matches!(second.rows[0].verdict, Verdict::Change { person, .. } if person == kim));
    assert_eq!(second.rows[1].verdict, Verdict::Refused, "nobody stands in a list twice");
    answers.people.insert(2, Answer::Another);
    let third = plan(&rows, &register, &answers, &READING);
    assert_eq!(third.rows[0].verdict, Verdict::New);
    assert!(matches!(third.rows[1].verdict, Verdict::Change { person, by: MatchedBy::Answer, .. } if person == kim));
}

#[test]
fn what_a_list_does_not_say_stays_as_it_is() {
    let ids = Ids::seeded(2);
    let mut person = known(&ids, ["Асанова", "Айгүл", "Ерланқызы"], Some(date(2015, 9, 15)), &[]);
    person.data.position = "Староста".into();
    person.data.sex = people::model::Sex::parse("f");
    let register = Register { known: vec![person], ..Register::default() };
    let rows =
        read(&[&["ФИО", "Дата рождения", "Пол", "Должность"], &["Асанова Айгүл Ерланқызы", "15.09.2015", "", ""]]);
    let plan = plan(&rows, &register, &Answers::default(), &READING);
    assert!(matches!(plan.rows[0].verdict, Verdict::Same { .. }), "{:?}", plan.rows[0].verdict);
}

#[test]
fn a_formula_that_failed_refuses_its_row() {
    let mut list = sheet(&[&["ФИО", "Класс"], &["Ким Анна", "5Б"]]);
    list.rows.push(SheetRow { number: 3, cells: vec![Cell::text("Ли Ян"), Cell::Error("#REF!".into())] });
    let drafts = drafts(&list, &guess(&list), &READING);
    assert_eq!(drafts[1].faults, [Fault { column: Some(1), kind: FaultKind::Formula }]);
}

proptest! {
    #[test]
    fn any_table_becomes_drafts_and_a_plan(rows in prop::collection::vec(prop::collection::vec("\\PC{0,14}", 0..7), 0..12)) {
        let head: &[&str] = &["ФИО", "ИИН", "Дата рождения", "Пол", "Класс", "Карта", "Роль"];
        let body: Vec<Vec<&str>> = rows.iter().map(|row| row.iter().map(String::as_str).collect()).collect();
        let table: Vec<&[&str]> = std::iter::once(head).chain(body.iter().map(Vec::as_slice)).collect();
        let drafts = read(&table);
        let plan = plan(&drafts, &Register::default(), &Answers::default(), &READING);
        prop_assert_eq!(plan.rows.len(), drafts.len());
        prop_assert_eq!(plan.counts.total() as usize, drafts.len());
        for row in &plan.rows {
            prop_assert_eq!(row.filed.is_some(), !matches!(row.verdict, Verdict::Refused | Verdict::Question(_)));
        }
    }

    #[test]
    fn what_was_taken_in_once_is_the_same_the_second_time(born in 1..28_i8, letter in "[А-Е]", grade in 1..11_u8) {
        let (day, class) = (format!("{born:02}.05.2015"), format!("{grade}{letter}"));
        let rows = read(&[&["ФИО", "Дата рождения", "Класс"], &["Ким Анна", &day, &class]]);
        let first = plan(&rows, &Register::default(), &Answers::default(), &READING);
        let filed = first.rows[0].filed.clone().unwrap();
        let ids = Ids::seeded(3);
        let view = people::queries::ClassView {
            id: ids.new_id(Timestamp::UNIX_EPOCH),
            data: people::person::ClassData { name: filed.class.unwrap(), lang: i18n::Lang::Kk, shift: people::person::Shift::First },
            pupils: 1,
        };
        let mut person = known(&ids, ["Ким", "Анна", ""], filed.data.birth_date, &[]);
        person.data.class = Some(view.id);
        let register = Register { known: vec![person], classes: vec![view], ..Register::default() };
        let second = plan(&rows, &register, &Answers::default(), &READING);
        prop_assert!(matches!(second.rows[0].verdict, Verdict::Same { .. }), "{:?}", second.rows[0].verdict);
    }
}
