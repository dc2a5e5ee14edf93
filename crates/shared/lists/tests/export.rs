//! Everything is taken away, and brought again; photos come as a ZIP.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a story that cannot go on shall stop")]

#[path = "../../accounts/tests/browser/mod.rs"]
mod browser;
mod site;

use std::{collections::BTreeMap, io::Cursor};

use accounts::{App, Scope, StaffRole};
use axum::http::StatusCode;
use browser::Browser;
use image::{DynamicImage, ImageFormat};
use people::everybody::everybody;
use sheet::{Archive, Pack};
use site::{bring, bring_photos, choose, finished, preview_of, register, school, waited};
use store::statements;
use testkit::both_databases;

const LIST: &str = "Фамилия;Имя;Отчество;ИИН;Дата рождения;Пол;Класс;Роль;Должность;Карта;Группы;Статус;Пропускать всегда до;Документ;Телефон;Почта;Адрес;ФИО матери;ИИН матери;Телефон матери;ФИО отца;Телефон отца;Отец кем приходится\n\
Асанов;Ерлан;Болатұлы;150915500017;15.09.2015;м;5Б;ученик;;100,58400;Хор;;01.10.2026;св-во о рождении АВ № 123456 от 20.09.2015;;;Абай көшесі, 1;Асанова Дана Серікқызы;850611400232;8 701 000 00 01;Асанов Болат;+7 (701) 000-00-02;опекун\n\
Асанова;Айгүл;Болатқызы;160229600711;;ж;1Ә;ученик;;;;;;;;;;Асанова Дана;850611400232;;Асанов Болат;87010000002;\n\
Ким;Анна;;;01.02.1985;ж;;учитель, родитель;Учитель физики;0x04A1B2C3;Хор;;;Удостоверение личности 012345678;87010000003, 87010000004;Anna@mail.kz;;;;;;;\n\
Ли;Ян;;;03.04.2010;м;11Ә;ученик;;;;выбыл;;;;;;Ким Анна;;8701 000 0003;Ли Олег;;\n\
О'Нил;Джон;;;;м;;сотрудник;-5% \"=1\";;;проход запрещён;;;;;;;;;;;\n";

fn take_in(desk: &mut Browser<'_>, bytes: &[u8]) {
    let job = bring(desk, "list", bytes);
    assert_eq!(choose(desk, &job).location(), format!("/import/{job}/preview"));
    assert_eq!(desk.post(&format!("/import/{job}/confirm"), &[]).status, StatusCode::SEE_OTHER);
    let page = finished(desk, &job);
    assert!(page.says("Готово"), "{}", page.body);
}

/// Takes everything away; the files by name.
fn taken_away(desk: &mut Browser<'_>) -> BTreeMap<String, Vec<u8>> {
    let home = desk.post("/export", &[]).location().to_owned();
    let page = waited(desk, &home);
    assert!(page.says("Архив готов"), "{}", page.body);
    let zip = desk.get(&format!("{home}/register.zip"));
    assert!(zip.header("content-disposition").starts_with("attachment; filename=\"kezekshi-"));
    let mut archive = Archive::open(zip.bytes).unwrap();
    (0..archive.len()).filter_map(|index| archive.file(index, 10_000_000).unwrap()).collect()
}

fn jpeg(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::new_rgb8(width, height).write_to(&mut bytes, ImageFormat::Jpeg).unwrap();
    bytes.into_inner()
}

both_databases! {
    fn what_is_taken_away_and_brought_to_an_empty_school_is_the_same_register(t) {
        let site = school(t);
        let mut desk = site.browser_of("secretary");
        take_in(&mut desk, LIST.as_bytes());
        let before = register(t, site.school);
        assert_eq!(before.len(), 8, "five rows and three guardians: {before:#?}");
        assert!(before.iter().any(|line| line.starts_with("Асанова Айгүл") && line.contains("Асанова Дана Серікқызы") && line.contains("Асанов Болат")), "{before:#?}");
        let mut head = site.browser_of("head");
        let files = taken_away(&mut head);
        let names: Vec<&str> = files.keys().map(String::as_str).collect();
        assert_eq!(names, ["classes.xlsx", "credentials.xlsx", "groups.xlsx", "guardians.xlsx", "persons.xlsx", "readme.txt"]);

        let empty = t.school("Школа № 2");
        site.add_user_at(empty, "other", &[StaffRole::SchoolAdmin]);
        let mut other = site.browser_of("other");
        take_in(&mut other, &files["persons.xlsx"]);
        assert_eq!(register(t, empty), before);
        // Once more, at home: nothing changes.
        let job = bring(&mut desk, "persons.xlsx", &files["persons.xlsx"]);
        choose(&mut desk, &job);
        let page = preview_of(&mut desk, &job, "");
        // Whom neither IIN nor birth date tells is asked about: John, and the guardian of whom there is no number.
        assert!(page.says("Новых: 0. Изменится: 0. Без изменений: 6.") && page.says("Вопросы, которые ждут ответа: 2"), "{}", page.body);
        let noted = t.db.read_blocking(|tx| audited(tx, site.school)).unwrap();
        assert!(noted.contains(&"numbers of 5 persons, 6 guardianships".to_owned()), "{noted:?}");
        assert!(other.get(&head.get("/export").body.split("href=\"/export/").nth(1).map(|rest| format!("/export/{}", &rest[..36])).unwrap()).status == StatusCode::NOT_FOUND);
    }

    fn photos_come_by_card_and_by_name_and_go_away_so_again(t) {
        let site = school(t);
        let mut desk = site.browser_of("secretary");
        take_in(&mut desk, LIST.as_bytes());
        let mut pack = Pack::new();
        let picture = jpeg(30, 40);
        let pictures: [(&str, &[u8]); 9] = [
            ("5Б/100,58400.jpg", &picture),
            ("Ким Анна.jpg", &picture),
            ("ким анна 1985-02-01.jpg", &picture),
            ("Пак Ольга.jpg", &picture),
            ("160229600711.jpg", &picture),
            ("120302600174.jpg", &picture),
            ("Ли Ян.jpg", &picture),
            ("О'Нил Джон.jpg", b"no picture"),
            ("__MACOSX/._x.jpg", b"x"),
        ];
        for (name, bytes) in pictures {
            pack.file(name, bytes).unwrap();
        }
        let job = bring_photos(&mut desk, &pack.finish().unwrap());
        let page = preview_of(&mut desk, &job, "");
        assert!(page.says("Будет поставлено: 3. Не принято: 5."), "{}", page.body);
        for sentence in ["уже есть в архиве", "Такого человека, ИИН или карты нет", "Человек в архиве", "Это не фотография"] {
            assert!(page.says(sentence), "{sentence}");
        }
        desk.post(&format!("/import/{job}/confirm"), &[]);
        let page = finished(&mut desk, &job);
        assert!(page.says("Готово") && page.says("Поставлено фотографий"), "{}", page.body);
        let shown = t.db.read_blocking(|tx| everybody(tx, &Scope::of_program(site.school))).unwrap();
        let shown: Vec<String> = shown.iter().filter(|known| known.photo_version > 0).map(|known| known.data.name.full()).collect();
        assert_eq!(shown, ["Асанов Ерлан Болатұлы", "Асанова Айгүл Болатқызы", "Ким Анна"]);

        let files = taken_away(&mut site.browser_of("head"));
        let photos: Vec<&String> = files.keys().filter(|name| name.ends_with(".jpg")).collect();
        assert_eq!(photos, ["0x04A1B2C3.jpg", "100,58400.jpg", "Асанова Айгүл Болатқызы 2016-02-29.jpg"]);
        let mut pack = Pack::new();
        for name in photos {
            pack.file(name, &files[name]).unwrap();
        }
        let job = bring_photos(&mut desk, &pack.finish().unwrap());
        assert!(preview_of(&mut desk, &job, "").says("Будет поставлено: 3. Не принято: 0."));
        let none = bring_photos(&mut desk, b"no zip");
        assert!(finished(&mut desk, &none).says("Это не таблица и не архив ZIP"));
    }

    fn two_programs_in_one_process_take_away_each_what_is_wired_in_it(t) {
        let part = |name: &'static str| lists::Part::new(move |_, _, _, pack| Ok(pack.file(name, name.as_bytes())?));
        let site = |name| {
            let wired = move |app: &App| vec![people::subsystem(app), lists::subsystem(app, vec![part(name)])];
            let site = browser::Site::new(t, wired);
            site.add_user(name, &[StaffRole::Head]);
            site
        };
        let (one, two) = (site("one"), site("two"));
        let files = |site: &browser::Site, name: &str| taken_away(&mut site.browser_of(name)).into_keys().collect::<Vec<_>>();
        let (first, second) = (files(&one, "one"), files(&two, "two"));
        assert!(first.contains(&"one".to_owned()) && !first.contains(&"two".to_owned()), "{first:?}");
        assert!(second.contains(&"two".to_owned()) && !second.contains(&"one".to_owned()), "{second:?}");
    }
}

statements! {
    /// Details of the audit trail.
    fn audited(school: kernel::SchoolId) -> Many<String> = "select detail from audit where school = $1 order by id";
}
