//! Guardians with the terms of their guardianships: taken away, brought again, changed by a table.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a story that cannot go on shall stop")]

#[path = "../../accounts/tests/browser/mod.rs"]
mod browser;
mod site;

use accounts::{Ctx, Scope, StaffRole};
use axum::http::StatusCode;
use browser::Browser;
use jiff::civil::date;
use kernel::{PersonId, SchoolId};
use people::{
    model::{GuardianKind, GuardianshipData},
    ops,
};
use sheet::Archive;
use site::{bring, choose, finished, preview_of, register, school, waited};
use testkit::{TestDb, both_databases};

const LIST: &str = "Фамилия;Имя;Отчество;ИИН;Дата рождения;Класс;Роль;Телефон;Карта;ФИО матери;ИИН матери;ФИО отца;Телефон отца\n\
Асанов;Ерлан;Болатұлы;150915500017;15.09.2015;5Б;ученик;;100,58400;Асанова Дана;850611400232;Асанов Болат;87010000002\n\
Асанова;Айгүл;Болатқызы;160229600711;;1Ә;ученик;;;Асанова Дана;850611400232;;\n\
Ким;Анна;;;01.02.2014;6А;ученик;;;;;;\n\
Ли;Вера;;;01.02.1955;;родитель;87010000009;;;;;\n";

fn take_in(desk: &mut Browser<'_>, bytes: &[u8]) {
    let job = bring(desk, "list", bytes);
    assert_eq!(choose(desk, &job).location(), format!("/import/{job}/preview"));
    assert_eq!(desk.post(&format!("/import/{job}/confirm"), &[]).status, StatusCode::SEE_OTHER);
    assert!(finished(desk, &job).says("Готово"));
}

/// Files of an export.
fn taken_away(desk: &mut Browser<'_>, name: &str) -> Vec<u8> {
    let home = desk.post("/export", &[]).location().to_owned();
    assert!(waited(desk, &home).says("Архив готов"));
    let mut archive = Archive::open(desk.get(&format!("{home}/register.zip")).bytes).unwrap();
    let files = (0..archive.len()).filter_map(|index| archive.file(index, 10_000_000).unwrap());
    files.into_iter().find(|(known, _)| known == name).unwrap().1
}

fn named(t: &TestDb, school: SchoolId, family: &str, given: &str) -> PersonId {
    let scope = Scope::of_program(school);
    let known = t.db.read_blocking(|tx| people::everybody::everybody(tx, &scope)).unwrap();
    known.iter().find(|one| one.data.name.family() == family && one.data.name.given() == given).unwrap().id
}

fn terms(t: &TestDb, school: SchoolId, child: PersonId, guardian: PersonId) -> Option<GuardianshipData> {
    let scope = Scope::of_program(school);
    let all = t.db.read_blocking(|tx| people::everybody::guardianships(tx, &scope)).unwrap();
    all.into_iter().find(|(a, b, _)| (*a, *b) == (child, guardian)).map(|(.., data)| data)
}

fn set(t: &TestDb, school: SchoolId, child: PersonId, guardian: PersonId, data: &GuardianshipData) {
    let ctx = Ctx::of_program(school, kernel::Clock::now(&t.clock), t.ids.clone());
    let data = data.clone();
    t.db.write_blocking(move |tx| ops::set_guardian(tx, &ctx, child, guardian, &data)).unwrap();
}

both_databases! {
    fn a_third_guardian_and_all_terms_come_back_to_an_empty_school(t) {
        let site = school(t);
        let mut desk = site.browser_of("secretary");
        take_in(&mut desk, LIST.as_bytes());
        let of = |family, given| named(t, site.school, family, given);
        let (erlan, anna) = (of("Асанов", "Ерлан"), of("Ким", "Анна"));
        let trustee = GuardianshipData {
            kind: GuardianKind::Trustee,
            may_pay: false,
            since: Some(date(2026, 9, 1)),
            until: Some(date(2027, 5, 25)),
            note: "Решение суда; № 7".into(),
            ..GuardianshipData::of(GuardianKind::Trustee)
        };
        set(t, site.school, erlan, of("Ли", "Вера"), &trustee);
        set(t, site.school, anna, of("Ли", "Вера"), &GuardianshipData { may_see: false, may_collect: false, ..GuardianshipData::of(GuardianKind::Guardian) });
        set(t, site.school, erlan, of("Асанов", "Болат"), &GuardianshipData { until: Some(date(2026, 1, 31)), ..GuardianshipData::of(GuardianKind::Parent) });
        let before = register(t, site.school);
        let mut head = site.browser_of("head");
        let (persons, guardians) = (taken_away(&mut head, "persons.xlsx"), taken_away(&mut head, "guardians.xlsx"));

        let empty = t.school("Школа № 2");
        site.add_user_at(empty, "other", &[StaffRole::SchoolAdmin]);
        let mut other = site.browser_of("other");
        take_in(&mut other, &persons);
        assert_ne!(register(t, empty), before, "a list of persons has neither terms nor a third guardian");
        let job = bring(&mut other, "guardians.xlsx", &guardians);
        let page = preview_of(&mut other, &job, "");
        assert!(page.says("Представители: предпросмотр") && page.says("Изменится"), "{}", page.body);
        for words in ["<del>Да</del> → <ins>Нет</ins>", "25.05.2027", "Решение суда; № 7", "31.01.2026"] {
            assert!(page.says(words), "{words}: {}", page.body);
        }
        let untouched = register(t, empty);
        assert_ne!(untouched, before, "nothing is written before it is confirmed");
        assert_eq!(other.get(&format!("/import/{job}/columns")).status, StatusCode::SEE_OTHER, "there is nothing to choose");
        assert_eq!(other.post(&format!("/import/{job}/confirm"), &[]).status, StatusCode::SEE_OTHER);
        let done = finished(&mut other, &job);
        assert!(done.says("Готово"), "{}", done.body);
        assert_eq!(register(t, empty), before);

        // Once more: nothing changes, neither there nor at home.
        for desk in [&mut other, &mut desk] {
            let job = bring(desk, "guardians.xlsx", &guardians);
            let page = preview_of(desk, &job, "");
            assert!(page.says("Новых: 0. Изменится: 0. Без изменений: 5."), "{}", page.body);
            assert!(page.says("Записывать нечего"));
        }
        assert_eq!(register(t, empty), before);
        assert!(other.get("/import").says("Представители"));
    }

    fn a_table_of_a_secretary_tells_whom_it_means_and_what_does_not_fit(t) {
        let site = school(t);
        let mut desk = site.browser_of("secretary");
        take_in(&mut desk, LIST.as_bytes());
        let table = "Ребёнок;Класс;ИИН ребёнка;Дата рождения ребёнка;Карта ребёнка;Родитель или представитель;ИИН представителя;Телефон представителя;Кем приходится;Видит данные;Платит;Забирает;С;По;Примечание\n\
;;150915500017;;;Ли Вера;;87010000009;опекун;да;нет;;01.09.2026;;По решению суда\n\
Асанова Айгүл;1Ә;;;;Пак Ольга;;87010000077;;;;нет;;;\n\
Ким Анна;;;01.02.2014;;Пак Ольга;;8 701 000 00 77;;;;;;;\n\
;;;;100,58400;Асанова Дана;850611400232;;;;;;;31.12.2026;\n\
Ким Анна;7Б;;;;Пак Ольга;;87010000077;;;;;;;\n\
Нет Такой;;;01.02.2014;;Пак Ольга;;87010000077;;;;;;;\n\
Ким Анна;;;01.02.2014;;Асанов Болат;;;;;;;;;\n\
Ким Анна;;;01.02.2014;;Пак Ольга;;87010000077;;;;;;;\n\
Ким Анна;;;01.02.2014;;Цой Олег;;87010000078;;может быть;;;;;\n\
Ким Анна;;;01.02.2014;;Цой Олег;;87010000078;;;;;01.09.2026;31.08.2026;\n";
        let job = bring(&mut desk, "table.csv", table.as_bytes());
        let page = preview_of(&mut desk, &job, "");
        assert!(page.says("Новых: 3. Изменится: 1. Без изменений: 0.") && page.says("Не будут записаны строк: 6"), "{}", page.body);
        for sentence in [
            "Непонятно, о каком ребёнке речь", "Такого ребёнка в школе нет", "Непонятно, о каком представителе речь",
            "уже есть в строке выше", "Напишите «да» или «нет»", "последний день раньше первого",
        ] {
            assert!(page.says(sentence), "{sentence}: {}", page.body);
        }
        assert!(page.says("<del>–</del> → <ins>31.12.2026</ins>"), "{}", page.body);
        let mut teacher = site.browser_of("teacher");
        assert_eq!(teacher.get(&format!("/import/{job}/preview")).status, StatusCode::FORBIDDEN);
        desk.post(&format!("/import/{job}/confirm"), &[]);
        let done = finished(&mut desk, &job);
        assert!(done.says("Готово"), "{}", done.body);
        let of = |family, given| named(t, site.school, family, given);
        let (erlan, anna, aigul, olga) = (of("Асанов", "Ерлан"), of("Ким", "Анна"), of("Асанова", "Айгүл"), of("Пак", "Ольга"));
        let by_court = terms(t, site.school, erlan, of("Ли", "Вера")).unwrap();
        assert_eq!((by_court.kind, by_court.may_see, by_court.may_pay, by_court.may_collect), (GuardianKind::Guardian, true, false, true));
        assert_eq!((by_court.since, by_court.note.as_str()), (Some(date(2026, 9, 1)), "По решению суда"));
        assert!(!terms(t, site.school, aigul, olga).unwrap().may_collect);
        assert_eq!(terms(t, site.school, anna, olga), Some(GuardianshipData::of(GuardianKind::Parent)), "one new person for both children");
        assert_eq!(terms(t, site.school, erlan, of("Асанова", "Дана")).unwrap().until, Some(date(2026, 12, 31)));
        // What was left out can be downloaded and mended.
        let left = desk.get(&format!("/import/{job}/refused.xlsx"));
        let book = sheet::read(&left.bytes).unwrap();
        let rows = &book.sheets[0].rows;
        assert_eq!(rows.len(), 7);
        assert!(rows[1].cell(15).as_text().contains("Непонятно, о каком ребёнке речь"), "{:?}", rows[1]);
    }

    fn a_card_of_somebody_else_is_told_with_the_holders_name_and_class(t) {
        let site = school(t);
        let mut desk = site.browser_of("secretary");
        take_in(&mut desk, LIST.as_bytes());
        let job = bring(&mut desk, "list", "ФИО;Класс;Дата рождения;Карта\nПак Игорь;5Б;01.03.2015;100,58400\n".as_bytes());
        choose(&mut desk, &job);
        let page = preview_of(&mut desk, &job, "");
        assert!(page.says("уже у другого человека: Асанов Ерлан Болатұлы, 5 «Б»"), "{}", page.body);
    }
}
