//! Screens of people, as a browser sees them, on both databases.
#![allow(clippy::unwrap_used, reason = "a story that cannot go on shall stop")]

#[path = "../../accounts/tests/browser/mod.rs"]
mod browser;

use std::io::Cursor;

use accounts::{Ctx, StaffRole};
use axum::http::StatusCode;
use browser::{Browser, Site};
use image::{DynamicImage, ImageFormat};
use kernel::{Card, Clock, PersonId, Role, SchoolId};
use people::{
    model::PersonName,
    ops::{self, NewCredential},
    person::PersonData,
};
use testkit::{TestDb, both_databases};

fn site(t: &TestDb) -> Site {
    let site = Site::new(t, |app| vec![people::subsystem(app)]);
    site.add_user("secretary", &[StaffRole::Secretary]);
    site.add_user("teacher", &[StaffRole::Teacher]);
    site
}

fn person(t: &TestDb, school: SchoolId, family: &str, given: &str) -> PersonId {
    let name = PersonName::parse(family, given, None).unwrap();
    let roles = [Role::Pupil].into();
    let data = PersonData {
        name,
        sex: None,
        birth_date: None,
        roles,
        class: None,
        position: String::new(),
        learning_until: None,
    };
    let ctx = Ctx::of_program(school, t.clock.now(), t.ids.clone());
    t.db.write_blocking(move |tx| ops::add_person(tx, &ctx, &data)).unwrap()
}

fn give_card(t: &TestDb, school: SchoolId, person: PersonId, value: u64) -> kernel::CredentialId {
    let ctx = Ctx::of_program(school, t.clock.now(), t.ids.clone());
    let new = NewCredential { card: Card::new(24, value).unwrap(), valid_from: None, valid_until: None };
    t.db.write_blocking(move |tx| ops::issue_credential(tx, &ctx, person, &new)).unwrap()
}

fn jpeg(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::new_rgb8(width, height).write_to(&mut bytes, ImageFormat::Jpeg).unwrap();
    bytes.into_inner()
}

/// The value of a hidden field of a page.
fn field<'a>(page: &'a str, name: &str) -> &'a str {
    let start = format!("name=\"{name}\" value=\"");
    let at = page.find(&start).unwrap_or_else(|| panic!("the page has no field {name}")) + start.len();
    page[at..].split('"').next().unwrap()
}

fn added(browser: &mut Browser<'_>, fields: &[(&str, &str)]) -> String {
    let answer = browser.post("/people/new", fields);
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    answer.location().split('?').next().unwrap().to_owned()
}

both_databases! {
    fn a_person_is_added_found_changed_blocked_and_archived(t) {
        let site = site(t);
        let mut desk = site.browser_of("secretary");
        assert!(desk.get("/people").says("Здесь пока никого нет"));
        assert_eq!(desk.post("/classes/new", &[("name", "5б"), ("lang", "kk"), ("shift", "2")]).location(), "/classes?done=class-added");
        let form = desk.get("/people/new").body;
        let class = form.split("<option value=\"").find(|part| part.contains("5 «Б»")).unwrap().split('"').next().unwrap().to_owned();
        let wrong = desk.post("/people/new", &[("family", "Асанова"), ("given", "Айгүл7"), ("class", &class), ("birth_date", "31.02.2015")]);
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.says("Знак «7» в именах не встречается.") && wrong.says("value=\"Асанова\"") && wrong.says("Введите дату"));
        let fields = [("family", "Асанова"), ("given", "Айгүл"), ("role", "pupil"), ("class", &class), ("birth_date", "2015-09-15")];
        let no_role: Vec<_> = fields.iter().copied().filter(|(name, _)| *name != "role").collect();
        assert!(desk.post("/people/new", &no_role).says("Отметьте хотя бы одну роль."));
        let home = added(&mut desk, &fields);
        assert!(desk.get(&format!("{home}?done=added")).says("Человек добавлен"));

        for asked in ["асан", "aigul", "5Б", "асан 5"] {
            let list = desk.get_part(&web::address("/people", [("q", asked)]));
            assert!(list.says("Асанова Айгүл") && list.says(&home), "{asked}");
        }
        assert!(desk.get("/people?q=zzz").says("Никого не нашли"));
        assert!(desk.get(&format!("/people?class={class}&role=pupil")).says("Асанова Айгүл"));
        assert!(!desk.get("/people?status=archived").says("Асанова Айгүл"));

        let edit = desk.get(&format!("{home}/edit")).body;
        let revision = field(&edit, "revision").to_owned();
        let changes = [("family", "Бекова"), ("given", "Айгүл"), ("role", "teacher"), ("role", "staff"), ("position", "Учитель физики"), ("revision", &revision)];
        assert_eq!(desk.post(&format!("{home}/edit"), &changes).location(), format!("{home}?done=edited"));
        let page = desk.get(&home);
        assert!(page.says("Бекова Айгүл") && page.says("Учитель физики") && page.says("Учитель, Сотрудник"));

        assert_eq!(desk.post(&format!("{home}/status"), &[("act", "block")]).location(), format!("{home}?done=blocked"));
        assert!(desk.get(&home).says("Проход запрещён"));
        let second = desk.post(&format!("{home}/status"), &[("act", "block")]);
        assert!(second.status == StatusCode::CONFLICT && second.says("Данные уже изменил кто-то другой") && second.says("Снять блокировку"));
        assert_eq!(desk.post(&format!("{home}/status"), &[("act", "archive")]).location(), format!("{home}?done=archived"));
        assert!(desk.get("/people?status=archived").says("Бекова Айгүл"));
        assert!(!desk.get("/people").says("Бекова Айгүл"));
        assert_eq!(desk.post(&format!("{home}/status"), &[("act", "erase")]).status, StatusCode::BAD_REQUEST);
    }

    fn the_second_of_two_editors_sees_both_versions_and_can_save_his(t) {
        let site = site(t);
        let home = format!("/people/{}", person(t, site.school, "Асанова", "Айгүл"));
        let (mut one, mut two) = (site.browser_of("secretary"), site.browser_of("secretary"));
        let edit = format!("{home}/edit");
        let (first, second) = (one.get(&edit).body, two.get(&edit).body);
        let fields = |family, revision| [("family", family), ("given", "Айгүл"), ("role", "pupil"), ("revision", revision)];
        assert_eq!(one.post(&edit, &fields("Бекова", field(&first, "revision"))).status, StatusCode::SEE_OTHER);
        let conflict = two.post(&edit, &fields("Сериккызы", field(&second, "revision")));
        assert_eq!(conflict.status, StatusCode::CONFLICT);
        assert!(conflict.says("Бекова Айгүл") && conflict.says("Сериккызы Айгүл") && conflict.says("value=\"Сериккызы\""));
        assert_eq!(two.post(&edit, &fields("Сериккызы", field(&conflict.body, "revision"))).status, StatusCode::SEE_OTHER);
        assert!(two.get(&home).says("Сериккызы Айгүл"));
    }

    fn latin_letters_among_cyrillic_ones_are_said_and_replaced_by_one_button(t) {
        let site = site(t);
        let mut desk = site.browser_of("secretary");
        let mut fields = vec![("family", "Acaнова"), ("given", "Айгүл"), ("role", "pupil"), ("position", "x")];
        let answer = desk.post("/people/new", &fields);
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.says("value=\"Acaнова\"") && answer.says("латинские буквы") && answer.says("value=\"x\""), "{}", answer.body);
        assert!(answer.says("value=\"pupil\" checked") && answer.says("Заменить кириллицей: Асанова Айгүл"));
        fields.push(("letters_seen", "1"));
        let kept = desk.post("/people/new", &fields).location().to_owned();
        assert!(desk.get(kept.split('?').next().unwrap()).says("Acaнова Айгүл"), "who saves again keeps what was typed");
        fields.push(("letters_replace", "1"));
        let home = desk.post("/people/new", &fields).location().split('?').next().unwrap().to_owned();
        assert!(desk.get(&home).says("Асанова Айгүл"));
        let edit = format!("{home}/edit");
        let revision = field(&desk.get(&edit).body, "revision").to_owned();
        let changed = [("family", "Асанова"), ("given", "Айгүл"), ("patronymic", "Epлaнқызы"), ("role", "pupil"), ("revision", revision.as_str())];
        let asked = desk.post(&edit, &changed);
        assert!(asked.status == StatusCode::UNPROCESSABLE_ENTITY && asked.says("Заменить кириллицей: Асанова Айгүл Ерланқызы"));
        let guardian = desk.post(&format!("{home}/family/new"), &[("family", "Acaнова"), ("given", "Дана"), ("kind", "parent")]);
        assert!(guardian.status == StatusCode::UNPROCESSABLE_ENTITY && guardian.says("Заменить кириллицей: Асанова Дана"), "{}", guardian.body);
        let done = desk.post(&format!("{home}/family/new"), &[("family", "Acaнова"), ("given", "Дана"), ("kind", "parent"), ("letters_replace", "1")]);
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        assert!(desk.get(&home).says("Асанова Дана"));
    }

    fn a_card_is_looked_at_issued_stopped_and_replaced(t) {
        let site = site(t);
        let (one, two) = (person(t, site.school, "Асанова", "Айгүл"), person(t, site.school, "Бекова", "Дана"));
        let mut desk = site.browser_of("secretary");
        let (home, other) = (format!("/people/{one}"), format!("/people/{two}"));
        assert!(desk.get(&home).says("Карт нет"));
        let check = |text: &str, person: PersonId| web::address("/people/credential-check", [("text", text), ("format", "w26"), ("person", &person.to_string())]);
        assert!(desk.get_part(&check("12ab", one)).says("Это не номер карты"));
        assert!(desk.get_part(&check("99999999", one)).says("Такого номера у этого считывателя не бывает"));
        let free = desk.get_part(&check("10058400", one));
        assert!(free.says("Карта свободна") && free.says("6612000") && free.says("10058400"));
        let new = format!("{home}/credentials/new");
        let card = [("bits", field(&free.body, "bits").to_owned()), ("value", field(&free.body, "value").to_owned())];
        let fields: Vec<(&str, &str)> = card.iter().map(|(name, value)| (*name, value.as_str())).chain([("valid_until", "2027-05-25")]).collect();
        assert_eq!(desk.post(&new, &fields).location(), format!("{home}?done=issued"));
        let page = desk.get(&format!("{home}?done=issued"));
        assert!(page.says("100,58400") && page.says("25.05.2027") && page.says("Карта выдана") && page.says("в течение секунды"));

        let taken = desk.get_part(&check("100,58400", two));
        assert!(taken.says("Карта уже выдана: Асанова Айгүл") && taken.says(&home) && !taken.says("Карта свободна"));
        let refused = desk.post(&format!("{other}/credentials/new"), &fields);
        assert!(refused.status == StatusCode::CONFLICT && refused.says("Карта уже выдана: Асанова Айгүл"));

        let credential = page.body.split("/credentials/new?replaces=").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let act = format!("{home}/credentials/{credential}");
        assert_eq!(desk.post(&act, &[("act", "suspend")]).location(), format!("{home}?done=suspended"));
        let again = desk.post(&act, &[("act", "suspend")]);
        assert!(again.status == StatusCode::CONFLICT && again.says("Состояние карты уже изменил кто-то другой"));
        assert_eq!(desk.post(&format!("{other}/credentials/{credential}"), &[("act", "resume")]).status, StatusCode::NOT_FOUND, "another person's card");
        let replace = [("bits", "24"), ("value", "77"), ("replaces", credential.as_str()), ("lost", "on")];
        assert_eq!(desk.post(&new, &replace).location(), format!("{home}?done=replaced"));
        let page = desk.get(&home);
        assert!(page.says("Утеряна") && page.says("Действует") && page.says("000,00077"));
        assert_eq!(desk.post(&new, &[("bits", "25"), ("value", "77")]).status, StatusCode::BAD_REQUEST);
        assert_eq!(desk.post(&new, &[("bits", "24"), ("value", "16777216")]).status, StatusCode::BAD_REQUEST);
    }

    fn a_photo_is_made_anew_kept_by_its_version_and_drawn_when_there_is_none(t) {
        let site = site(t);
        let home = format!("/people/{}", person(t, site.school, "Асанова", "Айгүл"));
        let mut desk = site.browser_of("secretary");
        let drawn = desk.get(&format!("{home}/photo"));
        assert!(drawn.header("content-type").starts_with("image/svg") && drawn.says("АА"));
        let photo = format!("{home}/photo");
        assert_eq!(desk.post_file(&photo, &[], "photo", "../../../etc/passwd%00.jpg", &jpeg(900, 800)).location(), format!("{home}?done=photo"));
        let page = desk.get(&home);
        assert!(!page.says("passwd"), "the name of the file is kept nowhere");
        let src = page.body.split("src=\"").find(|part| part.contains("/photo?")).unwrap().split('"').next().unwrap().replace("&amp;", "&");
        let shown = desk.get(&src);
        assert_eq!(shown.header("content-type"), "image/jpeg");
        assert_eq!(shown.header("cache-control"), "private, max-age=31536000, immutable");
        let picture = image::load_from_memory(&shown.bytes).unwrap();
        assert_eq!((picture.width(), picture.height()), (480, 640));
        let tag = shown.header("etag").to_owned();
        let known = desk.request("GET", &src).header("if-none-match", &tag).body(axum::body::Body::empty()).unwrap();
        assert_eq!(desk.send(known).status, StatusCode::NOT_MODIFIED);
        let small = image::load_from_memory(&desk.get(&src.replace("large", "small")).bytes).unwrap();
        assert_eq!((small.width(), small.height()), (120, 160));
        assert_eq!(desk.get(&format!("{photo}?v=1")).header("cache-control"), "private, no-cache", "an old address is not kept");
        assert_eq!(desk.post(&format!("{photo}/remove"), &[]).location(), format!("{home}?done=photo-removed"));
        assert!(desk.get(&photo).header("content-type").starts_with("image/svg"));
        assert_eq!(site.browser().get(&src).status, StatusCode::SEE_OTHER, "nobody sees a photo without signing in");
    }

    fn what_is_no_photo_is_refused_with_the_reason(t) {
        let site = site(t);
        let home = format!("/people/{}", person(t, site.school, "Асанова", "Айгүл"));
        let mut desk = site.browser_of("secretary");
        let photo = format!("{home}/photo");
        let mut torn = jpeg(600, 800);
        torn.truncate(200);
        let mut bomb = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        bomb.extend([0, 1, 0, 0, 0, 1, 0, 0, 8, 2, 0, 0, 0, 0, 0, 0, 0]);
        let heic = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".to_vec();
        let mut long = jpeg(60, 80);
        long.resize(8 * 1024 * 1024 + 1, 0);
        for (bytes, says) in [
            (b"<script>alert(1)</script>".to_vec(), "Это не фотография"),
            (torn, "Это не фотография"),
            (bomb, "Это не фотография, или файл повреждён"),
            (heic, "Такой формат не поддерживается"),
            (long, "Файл больше 8 МБ"),
            (Vec::new(), "Выберите файл с фотографией"),
        ] {
            let answer = desk.post_file(&photo, &[], "photo", "p.jpg", &bytes);
            assert!(answer.status == StatusCode::UNPROCESSABLE_ENTITY && answer.says(says), "{says}: {}", answer.status);
        }
        // What a phone takes is read whole, so that the page can say what is wrong.
        let answer = desk.post_file(&photo, &[], "photo", "p.jpg", &vec![0; 10 << 20]);
        assert!(answer.status == StatusCode::UNPROCESSABLE_ENTITY && answer.says("Файл больше 8 МБ"));
        let answer = desk.post_file(&photo, &[], "photo", "p.jpg", &vec![0; 33 << 20]);
        assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
        let answer = desk.post("/people/new", &[("family", &"я".repeat(1 << 20))]);
        assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE, "other forms take less");
        assert!(desk.get(&format!("{home}/photo")).header("content-type").starts_with("image/svg"));
    }

    fn another_schools_person_and_card_are_not_there(t) {
        let site = site(t);
        let other = t.school("another");
        let stranger = person(t, other, "Чужой", "Али");
        let credential = give_card(t, other, stranger, 42);
        let own = person(t, site.school, "Асанова", "Айгүл");
        let mut desk = site.browser_of("secretary");
        for path in [format!("/people/{stranger}"), format!("/people/{stranger}/edit"), format!("/people/{stranger}/photo"), format!("/people/{stranger}/credentials/new"), "/people/x".into(), format!("/classes/{stranger}")] {
            assert_eq!(desk.get(&path).status, StatusCode::NOT_FOUND, "{path}");
        }
        for (path, fields) in [
            (format!("/people/{stranger}/status"), &[("act", "block")][..]),
            (format!("/people/{stranger}/photo/remove"), &[]),
            (format!("/people/{stranger}/credentials/{credential}"), &[("act", "lose")]),
            (format!("/people/{own}/credentials/{credential}"), &[("act", "lose")]),
            (format!("/people/{stranger}/credentials/new"), &[("bits", "24"), ("value", "7")]),
            (format!("/people/{own}/credentials/new"), &[("bits", "24"), ("value", "7"), ("replaces", &credential.to_string())]),
        ] {
            assert_eq!(desk.post(&path, fields).status, StatusCode::NOT_FOUND, "{path}");
        }
        assert!(!desk.get("/people?q=чужой").says("Чужой Али") && !desk.get("/people?q=0000042").says("Чужой"));
        let check = desk.get_part(&format!("/people/credential-check?text=42&format=w26&person={own}"));
        assert!(check.says("Карта свободна"), "a card of another school says nothing here");
    }

    fn a_teacher_sees_and_changes_nothing(t) {
        let site = site(t);
        let home = format!("/people/{}", person(t, site.school, "Асанова", "Айгүл"));
        let mut teacher = site.browser_of("teacher");
        let page = teacher.get(&home);
        assert!(page.status == StatusCode::OK && !page.says("Заблокировать") && !page.says("Выдать карту") && !page.says("type=\"file\""));
        for path in ["/people/new".to_owned(), format!("{home}/edit"), format!("{home}/credentials/new"), "/classes/new".into()] {
            assert_eq!(teacher.get(&path).status, StatusCode::FORBIDDEN, "{path}");
        }
        for path in [format!("{home}/status"), format!("{home}/photo"), format!("{home}/photo/remove"), format!("{home}/credentials/new"), "/people/new".into(), "/classes/new".into()] {
            assert_eq!(teacher.post(&path, &[]).status, StatusCode::FORBIDDEN, "{path}");
        }
    }

    fn classes_are_listed_in_order_and_kept_apart(t) {
        let site = site(t);
        let mut desk = site.browser_of("secretary");
        assert!(desk.get("/classes").says("Классов пока нет"));
        for name in ["11А", "2Ғ", "2Д", "2А"] {
            assert_eq!(desk.post("/classes/new", &[("name", name), ("lang", "ru"), ("shift", "1")]).status, StatusCode::SEE_OTHER);
        }
        let page = desk.get("/classes").body;
        let places: Vec<usize> = ["2 «А»", "2 «Ғ»", "2 «Д»", "11 «А»"].iter().map(|name| page.find(name).unwrap()).collect();
        assert!(places.is_sorted());
        let again = desk.post("/classes/new", &[("name", "11 «а»"), ("lang", "ru"), ("shift", "1")]);
        assert!(again.status == StatusCode::UNPROCESSABLE_ENTITY && again.says("Такой класс уже есть."));
        let wrong = desk.post("/classes/new", &[("name", "Б"), ("lang", "de"), ("shift", "3")]);
        assert!(wrong.says("Начните с номера класса") && wrong.says("Исправьте 3 поля"));
        let class = page.split("href=\"/classes/").find(|part| part.len() > 36 && part.as_bytes()[8] == b'-').unwrap()[..36].to_owned();
        assert_eq!(desk.post(&format!("/classes/{class}"), &[("name", "2Ә"), ("lang", "kk"), ("shift", "2")]).location(), "/classes?done=class-edited");
        assert!(desk.get("/classes").says("2 «Ә»"));
    }

    fn the_pages_are_written_in_three_languages(t) {
        let site = site(t);
        let one = person(t, site.school, "Асанова", "Айгүл");
        give_card(t, site.school, one, 42);
        let mut desk = site.browser_of("secretary");
        for lang in ["kk", "ru", "en"] {
            desk.post("/language", &[("lang", lang), ("next", "/")]);
            let paths = ["/people".into(), "/people/new".into(), format!("/people/{one}"), format!("/people/{one}/edit"), format!("/people/{one}/credentials/new"), "/classes".into(), "/classes/new".into(), "/account".into()];
            for path in paths {
                let page = desk.get(&path);
                assert!(page.status == StatusCode::OK && !page.says("⟦") && page.says(&format!("lang=\"{lang}\"")), "{lang} {path}");
            }
        }
    }
}
