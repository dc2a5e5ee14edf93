//! Everything is taken away, and brought again; photos come as a ZIP.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a story that cannot go on shall stop")]

#[path = "../../accounts/tests/browser/mod.rs"]
mod browser;
mod site;

use std::{collections::BTreeMap, io::Cursor};

use accounts::{Scope, StaffRole};
use axum::http::StatusCode;
use browser::Browser;
use image::{DynamicImage, ImageFormat};
use kernel::SchoolId;
use people::everybody::{everybody, memberships};
use sheet::{Archive, Pack};
use site::{bring, bring_photos, choose, finished, preview_of, school, waited};
use testkit::{TestDb, both_databases};

const LIST: &str = "Фамилия;Имя;Отчество;Дата рождения;Пол;Класс;Роль;Должность;Карта;Группы;Статус;Пропускать всегда до\n\
Асанова;Айгүл;Ерланқызы;15.09.2015;ж;5Б;ученик;;100,58400;Хор;;01.10.2026\n\
Ким;Анна;;01.02.1985;ж;;учитель, родитель;Учитель физики;0x04A1B2C3;Хор;;\n\
Ли;Ян;;03.04.2010;м;11Ә;ученик;;;;выбыл;\n\
О'Нил;Джон;;;м;;сотрудник;-5% \"=1\";;;проход запрещён;\n";

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

/// What the register says, without ids and what a list does not tell.
fn register(t: &TestDb, school: SchoolId) -> Vec<String> {
    let scope = Scope::of_program(school);
    t.db.read_blocking(|tx| {
        let classes = people::queries::classes(tx, &scope)?;
        let groups = people::queries::groups(tx, &scope)?;
        let members = memberships(tx, &scope)?;
        Ok::<_, store::StoreError>(
            everybody(tx, &scope)?
                .into_iter()
                .map(|known| {
                    let class = classes
                        .iter()
                        .find(|class| Some(class.id) == known.data.class)
                        .map(|class| class.data.name.compact());
                    let of = members.iter().filter(|(_, person)| *person == known.id);
                    let of: Vec<&str> = of
                        .filter_map(|(id, _)| groups.iter().find(|group| group.id == *id))
                        .map(|group| group.name.as_str())
                        .collect();
                    let data = &known.data;
                    format!(
                        "{} {:?} {:?} {:?} {:?} {} {:?} {:?} {:?} {}",
                        data.name.full(),
                        data.sex,
                        data.birth_date,
                        class,
                        data.roles,
                        data.position,
                        data.learning_until,
                        known.cards,
                        of,
                        known.status.as_str()
                    )
                })
                .collect(),
        )
    })
    .unwrap()
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
        assert_eq!(before.len(), 4);
        let mut head = site.browser_of("head");
        let files = taken_away(&mut head);
        let names: Vec<&str> = files.keys().map(String::as_str).collect();
        assert_eq!(names, ["classes.xlsx", "credentials.xlsx", "groups.xlsx", "persons.xlsx", "readme.txt"]);

        let empty = t.school("Школа № 2");
        site.add_user_at(empty, "other", &[StaffRole::SchoolAdmin]);
        let mut other = site.browser_of("other");
        take_in(&mut other, &files["persons.xlsx"]);
        assert_eq!(register(t, empty), before);
        // Once more, at home: nothing changes.
        let job = bring(&mut desk, "persons.xlsx", &files["persons.xlsx"]);
        choose(&mut desk, &job);
        let page = preview_of(&mut desk, &job, "");
        assert!(page.says("Новых: 0. Изменится: 0. Без изменений: 3.") && page.says("Вопросы, которые ждут ответа: 1"), "{}", page.body);
        assert!(other.get(&head.get("/export").body.split("href=\"/export/").nth(1).map(|rest| format!("/export/{}", &rest[..36])).unwrap()).status == StatusCode::NOT_FOUND);
    }

    fn photos_come_by_card_and_by_name_and_go_away_so_again(t) {
        let site = school(t);
        let mut desk = site.browser_of("secretary");
        take_in(&mut desk, LIST.as_bytes());
        let mut pack = Pack::new();
        let picture = jpeg(30, 40);
        let pictures: [(&str, &[u8]); 8] = [
            ("5Б/100,58400.jpg", &picture),
            ("Ким Анна.jpg", &picture),
            ("ким анна 1985-02-01.jpg", &picture),
            ("Пак Ольга.jpg", &picture),
            ("150915500017.jpg", &picture),
            ("Ли Ян.jpg", &picture),
            ("О'Нил Джон.jpg", b"no picture"),
            ("__MACOSX/._x.jpg", b"x"),
        ];
        for (name, bytes) in pictures {
            pack.file(name, bytes).unwrap();
        }
        let job = bring_photos(&mut desk, &pack.finish().unwrap());
        let page = preview_of(&mut desk, &job, "");
        assert!(page.says("Будет поставлено: 2. Не принято: 5."), "{}", page.body);
        for sentence in ["уже есть в архиве", "Такого человека или карты нет", "По ИИН человек пока не находится", "Человек в архиве", "Это не фотография"] {
            assert!(page.says(sentence), "{sentence}");
        }
        desk.post(&format!("/import/{job}/confirm"), &[]);
        let page = finished(&mut desk, &job);
        assert!(page.says("Готово") && page.says("Поставлено фотографий"), "{}", page.body);
        let shown: Vec<bool> = t.db.read_blocking(|tx| everybody(tx, &Scope::of_program(site.school))).unwrap().iter().map(|known| known.photo_version > 0).collect();
        assert_eq!(shown, [true, true, false, false]);

        let files = taken_away(&mut site.browser_of("head"));
        let photos: Vec<&String> = files.keys().filter(|name| name.ends_with(".jpg")).collect();
        assert_eq!(photos, ["0x04A1B2C3.jpg", "100,58400.jpg"]);
        let mut pack = Pack::new();
        for name in photos {
            pack.file(name, &files[name]).unwrap();
        }
        let job = bring_photos(&mut desk, &pack.finish().unwrap());
        assert!(preview_of(&mut desk, &job, "").says("Будет поставлено: 2. Не принято: 0."));
        let none = bring_photos(&mut desk, b"no zip");
        assert!(finished(&mut desk, &none).says("Это не таблица и не архив ZIP"));
    }
}
