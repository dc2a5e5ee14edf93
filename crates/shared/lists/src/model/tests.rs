//! Rows as schools send them, and what becomes of them.

use jiff::{
    Timestamp,
    civil::{Date, date},
};
use kernel::{Card, CredentialStatus, Ids, PersonStatus, ReaderFormat, Role};
use people::{
    everybody::Known,
    model::{ClassName, GuardianKind, Iin, IinError, Particulars, PersonName},
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
    assert_eq!(kinds(&first.rows[3].draft), [FaultKind::CardHeld(aigul)]);
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

/// A list of pupils with guardians: name, IIN, guardian, the guardian's IIN and telephone.
fn families(rows: &[[&str; 5]]) -> Vec<Draft> {
    const HEAD: &[&str] = &["ФИО", "ИИН", "ФИО матери", "ИИН матери", "Телефон матери"];
    let table: Vec<&[&str]> = std::iter::once(HEAD).chain(rows.iter().map(|row| row.as_slice())).collect();
    read(&table)
}

fn kin_of_row(plan: &Plan, row: usize) -> &[FiledKin] {
    &plan.rows[row].filed.as_ref().unwrap().kin
}

#[test]
fn a_guardian_of_several_children_is_one_human_being_by_iin_or_by_name_and_phone() {
    let rows = families(&[
        ["Асанов Ерлан", "150915500017", "Асанова Дана", "", "8 701 000 00 01"],
        ["Асанова Айгүл", "160229600711", "АСАНОВА Дана Серікқызы", "850611400232", "87010000001"],
        ["Ким Анна", "120302600174", "Асанова Дана", "850611400232", ""],
        ["Ли Ян", "", "Асанова Дана", "", "87010000002"],
        ["Пак Ян", "", "Асанова Дана", "", ""],
        ["Цой Ян", "", "Асанова Дана", "", ""],
    ]);
    let plan = plan(&rows, &Register::default(), &Answers::default(), &READING);
    let who: Vec<Whom> = (0..6).map(|row| kin_of_row(&plan, row)[0].who).collect();
    assert!(who[0] == who[1] && who[1] == who[2], "{who:?}");
    assert!(who[3] != who[0] && who[4] != who[0] && who[4] != who[5] && who[3] != who[4], "{who:?}");
    assert_eq!(plan.guardians.len(), 4);
    let Whom::New(mother) = who[0] else { panic!("{:?}", who[0]) };
    assert_eq!(
        (plan.guardians[&mother].particulars.iin.is_some(), plan.guardians[&mother].particulars.phones.len()),
        (true, 1)
    );
    assert_eq!(kinds(&plan.rows[4].draft), [FaultKind::GuardianBare]);
    assert_eq!(plan.counts.new, 6, "guardians are no rows");
}

#[test]
fn a_guardian_with_a_row_of_his_own_is_that_row_and_is_written_first() {
    let rows = read(&[
        &["ФИО", "ИИН", "Роль", "ФИО матери", "ИИН матери", "Телефон", "Телефон матери"],
        &["Асанов Ерлан", "150915500017", "ученик", "Асанова Дана", "850611400232", "", ""],
        &["Ким Анна", "", "ученик", "Ким Ольга", "", "", "87010000002"],
        &["Ли Ян", "", "ученик", "Ли Мария", "", "", ""],
        &["Асанова Дана", "850611400232", "учитель", "", "", "", ""],
        &["Ким Ольга", "", "родитель", "", "", "8 701 000 00 02", ""],
        &["Ли Мария", "", "родитель", "", "", "", ""],
        &["Пак Ян", "", "учитель", "Пак Мария", "", "", ""],
    ]);
    let plan = plan(&rows, &Register::default(), &Answers::default(), &READING);
    let who: Vec<Whom> = (0..3).map(|row| kin_of_row(&plan, row)[0].who).collect();
    assert_eq!(who, [Whom::Row(5), Whom::Row(6), Whom::Row(7)]);
    assert_eq!(plan.order, [3, 0, 4, 1, 5, 2, 6]);
    assert!(plan.guardians.is_empty() && !kin_of_row(&plan, 0)[0].has_role && kin_of_row(&plan, 1)[0].has_role);
    assert_eq!(kinds(&plan.rows[6].draft), [FaultKind::GuardianWithoutPupil]);
}

#[test]
fn guardians_that_cannot_be_are_left_out_with_the_reason() {
    let rows = read(&[
        &["ФИО", "ИИН", "ФИО матери", "ИИН матери", "Мать кем приходится", "ФИО отца", "ИИН отца", "Телефон отца"],
        &["Асанов Ерлан", "150915500017", "Асанов Ерлан", "150915500017", "", "", "", ""],
        &["Ким Анна", "", "Ким Ольга", "", "бабушка", "", "", "87010000001"],
        &["Ли Ян", "", "Ли", "", "", "Ли Олег", "850611400232", ""],
        &["Пак Ян", "", "Пак Ольга", "061211600012", "", "Пак Ольга", "061211600012", ""],
        &["Цой Ян", "", "Цой Ольга", "850611400233", "", "", "", ""],
    ]);
    let plan = plan(&rows, &Register::default(), &Answers::default(), &READING);
    let said: Vec<Vec<FaultKind>> = plan.rows.iter().map(|row| kinds(&row.draft)).collect();
    assert_eq!(said[0], [FaultKind::GuardianSelf]);
    assert_eq!(said[1], [FaultKind::GuardianKind, FaultKind::GuardianName]);
    assert_eq!(said[2], [FaultKind::GuardianName]);
    assert_eq!(said[3], [FaultKind::GuardianTwice]);
    assert_eq!(said[4], [FaultKind::Iin(IinError::CheckDigit)]);
    let linked: Vec<Option<usize>> =
        plan.rows.iter().map(|row| row.filed.as_ref().map(|filed| filed.kin.len())).collect();
    assert_eq!(linked, [Some(0), Some(0), Some(1), Some(1), None]);
}

#[test]
fn two_who_answer_for_each_other_are_written_one_way() {
    let rows = read(&[
        &["ФИО", "ИИН", "ИИН матери"],
        &["Асанов Ерлан", "150915500017", "160229600711"],
        &["Асанова Айгүл", "160229600711", "150915500017"],
    ]);
    let plan = plan(&rows, &Register::default(), &Answers::default(), &READING);
    assert_eq!(plan.order, [1, 0]);
    assert_eq!((kin_of_row(&plan, 0).len(), kin_of_row(&plan, 1).len()), (1, 0));
    assert_eq!(kinds(&plan.rows[1].draft), [FaultKind::GuardianUnclear]);
}

/// Particulars with this IIN.
fn numbered(iin: &str) -> Particulars {
    Particulars { iin: Iin::parse(iin).ok(), ..Particulars::default() }
}

#[test]
fn the_iin_tells_who_is_meant_and_doubt_is_asked() {
    let ids = Ids::seeded(4);
    let born = Some(date(2015, 9, 15));
    let people = vec![
        known(&ids, ["Асанов", "Ерлан", ""], born, &[]),
        known(&ids, ["Беков", "Али", ""], born, &[]),
        known(&ids, ["Ким", "Анна", ""], Some(date(2012, 3, 2)), &[]),
    ];
    let [boy, other, girl] = [0, 1, 2].map(|index: usize| people[index].id);
    let private = [(boy, numbered("150915500017")), (girl, numbered("120302600174"))].into();
    let register = Register { known: people, private, ..Register::default() };
    let rows = read(&[
        &["ФИО", "ИИН", "Дата рождения"],
        &["Асанов Ерланбек", "150915500017", ""],
        &["Ким Анна", "", "02.03.2012"],
        &["Омаров Тимур", "120302600174", ""],
    ]);
    let first = plan(&rows, &register, &Answers::default(), &READING);
    assert!(
        matches!(&first.rows[0].verdict, Verdict::Change { person, by: MatchedBy::Iin, fields } if *person == boy && fields.contains(&Field::Given))
    );
    assert!(matches!(first.rows[1].verdict, Verdict::Same { person, by: MatchedBy::NameAndDate } if person == girl));
    assert_eq!(first.rows[2].verdict, Verdict::Question(vec![girl]));
    assert_eq!(kinds(&first.rows[2].draft), [FaultKind::IinNamed]);
    let mut answers = Answers::default();
    answers.people.insert(4, Answer::Another);
    let second = plan(&rows, &register, &answers, &READING);
    assert_eq!(
        (&second.rows[2].verdict, kinds(&second.rows[2].draft).contains(&FaultKind::IinHeld)),
        (&Verdict::Refused, true)
    );
    answers.people.insert(4, Answer::Person(other));
    assert_eq!(plan(&rows, &register, &answers, &READING).rows[2].verdict, Verdict::Refused, "the number is another's");

    // The same name and birth date under another number: mistyped, or another child.
    let rows = read(&[&["ФИО", "ИИН"], &["Ким Анна", "120302600253"]]);
    assert!(!rows[0].is_refused(), "{:?}", rows[0].faults);
    let third = plan(&rows, &register, &Answers::default(), &READING);
    assert_eq!(
        (&third.rows[0].verdict, kinds(&third.rows[0].draft)),
        (&Verdict::Question(vec![girl]), vec![FaultKind::OtherIin])
    );
    let mut answers = Answers::default();
    answers.people.insert(2, Answer::Person(girl));
    let fourth = plan(&rows, &register, &answers, &READING);
    assert!(
        matches!(&fourth.rows[0].verdict, Verdict::Change { fields, .. } if fields == &[Field::Sex, Field::Iin]),
        "{:?}",
        fourth.rows[0].verdict
    );
}

#[test]
fn a_list_that_comes_again_brings_only_what_is_new() {
    let ids = Ids::seeded(5);
    let child = known(&ids, ["Асанов", "Ерлан", ""], Some(date(2015, 9, 15)), &[]);
    let mut mother = known(&ids, ["Асанова", "Дана", ""], None, &[]);
    mother.data.roles = [Role::Guardian].into();
    let phone = |text| people::model::Phone::parse(text).unwrap();
    let (child_id, mother_id) = (child.id, mother.id);
    let mut boy = numbered("150915500017");
    boy.document = people::model::Document::parse(
        people::model::DocumentKind::BirthCertificate,
        "0123456",
        Some(date(2015, 9, 20)),
    )
    .ok();
    let contacts = Particulars { phones: vec![phone("87010000001")], ..Particulars::default() };
    let terms =
        people::model::GuardianshipData { may_pay: false, ..people::model::GuardianshipData::of(GuardianKind::Parent) };
    let register = Register {
        known: vec![child, mother],
        private: [(child_id, boy), (mother_id, contacts)].into(),
        families: vec![(child_id, mother_id, terms.clone())],
        ..Register::default()
    };
    let verdict = |row: [&str; 6]| {
        let rows = read(&[&["ФИО", "ИИН", "Документ", "ФИО матери", "ИИН матери", "Телефон матери"], &row]);
        plan(&rows, &register, &Answers::default(), &READING)
    };
    let boy = ["Асанов Ерлан", "150915500017", "св-во о рождении 0123456"];
    for (guardian, fields) in [
        (["Асанова Дана", "", "87010000001"], vec![]),
        (["Асанова Дана", "", ""], vec![]),
        (["Асанова Дана", "", "87010000009"], vec![Field::Guardian1Phone]),
        (["Асанова Дана", "850611400232", "87010000001"], vec![Field::Guardian1Iin]),
        (["Асанова Ольга", "", "87010000001"], vec![Field::Guardian1Name, Field::Guardian1Kind, Field::Guardian1Phone]),
    ] {
        let plan = verdict([boy[0], boy[1], boy[2], guardian[0], guardian[1], guardian[2]]);
        let sex = plan.rows[0].filed.as_ref().unwrap().data.sex;
        assert_eq!(sex, people::model::Sex::parse("m"));
        let found: Vec<Field> = match &plan.rows[0].verdict {
            Verdict::Change { fields, .. } => fields.iter().copied().filter(|field| *field != Field::Sex).collect(),
            other => panic!("{other:?}"),
        };
        assert_eq!(found, fields, "{guardian:?}");
        let kin = kin_of_row(&plan, 0);
        assert!(kin[0].old.is_none() || kin[0].data == terms, "what the school permitted stays");
    }
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
    fn any_table_becomes_drafts_and_a_plan(rows in prop::collection::vec(prop::collection::vec("\\PC{0,14}|8701000000[0-9]|Ким Анна|родитель|150915500017|850611400232", 0..9), 0..12)) {
        let head: &[&str] = &["ФИО", "ИИН", "Документ", "Телефон", "ФИО матери", "Телефон матери", "Роль", "ИИН матери", "Мать кем приходится"];
        let body: Vec<Vec<&str>> = rows.iter().map(|row| row.iter().map(String::as_str).collect()).collect();
        let table: Vec<&[&str]> = std::iter::once(head).chain(body.iter().map(Vec::as_slice)).collect();
        let drafts = read(&table);
        let plan = plan(&drafts, &Register::default(), &Answers::default(), &READING);
        prop_assert_eq!(plan.rows.len(), drafts.len());
        prop_assert_eq!(plan.counts.total() as usize, drafts.len());
        let mut order = plan.order.clone();
        order.sort_unstable();
        prop_assert_eq!(order, (0..drafts.len()).collect::<Vec<_>>(), "every row is written once");
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
