//! Screens of the register, as a browser sees them, on both databases.
#![allow(clippy::unwrap_used, reason = "a story that cannot go on shall stop")]

#[path = "../../accounts/tests/browser/mod.rs"]
mod browser;

use accounts::{Ctx, StaffRole};
use axum::http::StatusCode;
use browser::{Browser, Site};
use kernel::{ClassId, Clock, PersonId, Role, SchoolId};
use people::{
    model::{ClassName, PersonName},
    ops,
    person::{ClassData, PersonData, Shift},
};
use testkit::{TestDb, both_databases};

fn site(t: &TestDb) -> Site {
    let site = Site::new(t, |app| vec![people::subsystem(app)]);
    site.add_user("secretary", &[StaffRole::Secretary]);
    site.add_user("teacher", &[StaffRole::Teacher]);
    site.add_user("admin", &[StaffRole::SchoolAdmin]);
    site
}

fn person(t: &TestDb, school: SchoolId, family: &str, role: Role, class: Option<ClassId>) -> PersonId {
    let data = PersonData {
        name: PersonName::parse(family, "Айгүл", None).unwrap(),
        sex: None,
        birth_date: None,
        roles: [role].into(),
        class,
        position: String::new(),
        learning_until: None,
    };
    let ctx = Ctx::of_program(school, t.clock.now(), t.ids.clone());
    t.db.write_blocking(move |tx| ops::add_person(tx, &ctx, &data)).unwrap()
}

fn class(t: &TestDb, school: SchoolId, name: &str) -> ClassId {
    let data = ClassData { name: ClassName::parse(name).unwrap(), lang: i18n::Lang::Kk, shift: Shift::First };
    let ctx = Ctx::of_program(school, t.clock.now(), t.ids.clone());
    t.db.write_blocking(move |tx| ops::add_class(tx, &ctx, &data)).unwrap()
}

/// The value of a field of a page.
fn field<'a>(page: &'a str, name: &str) -> &'a str {
    let start = format!("name=\"{name}\" value=\"");
    let at = page.find(&start).unwrap_or_else(|| panic!("the page has no field {name}")) + start.len();
    page[at..].split('"').next().unwrap()
}

fn numbers(desk: &mut Browser<'_>, home: &str, more: &[(&str, &str)]) -> (StatusCode, String) {
    let page = desk.get(&format!("{home}/numbers")).body;
    let revision = field(&page, "revision").to_owned();
    let mut fields = vec![("revision", revision.as_str())];
    fields.extend(more);
    let answer = desk.post(&format!("{home}/numbers"), &fields);
    (answer.status, answer.body)
}

both_databases! {
    fn an_account_is_linked_with_one_person_of_the_staff_and_both_pages_show_it(t) {
        let site = site(t);
        let users = t.db.read_blocking(|tx| accounts::queries::users(tx, &accounts::Scope::of_program(site.school))).unwrap();
        let id_of = |login: &str| users.iter().find(|user| user.login == login).unwrap().id.to_string();
        let (teacher, secretary) = (id_of("teacher"), id_of("secretary"));
        let kim = person(t, site.school, "Ким", Role::Teacher, None);
        let li = person(t, site.school, "Ли", Role::Staff, None);
        let pupil = person(t, site.school, "Асанова", Role::Pupil, None);
        let mut desk = site.browser_of("admin");
        assert!(desk.get("/accounts").says("Не связана") && !desk.get("/accounts").says("Ким Айгүл"));
        let card = format!("/people/{kim}");
        assert!(desk.get(&card).says(&format!("value=\"{teacher}\"")));
        let link = |desk: &mut Browser<'_>, person: PersonId, user: &str| desk.post(&format!("/people/{person}/account"), &[("user", user)]);
        assert_eq!(link(&mut desk, kim, &teacher).location(), format!("/people/{kim}?done=account"));
        assert!(desk.get("/accounts").says(&format!("href=\"/people/{kim}\">Ким Айгүл")));
        let shown = desk.get(&card);
        assert!(shown.says(">teacher<") && shown.says("Убрать связь"), "{}", shown.body);
        assert!(!desk.get(&format!("/people/{li}")).says(&format!("value=\"{teacher}\"")), "it is not free any more");
        for (person, user, status) in [
            (li, teacher.as_str(), StatusCode::CONFLICT),
            (kim, secretary.as_str(), StatusCode::CONFLICT),
            (pupil, secretary.as_str(), StatusCode::BAD_REQUEST),
            (li, "nonsense", StatusCode::NOT_FOUND),
            (li, kim.to_string().as_str(), StatusCode::NOT_FOUND),
        ] {
            assert_eq!(link(&mut desk, person, user).status, status, "{person} {user}");
        }
        assert_eq!(link(&mut desk, kim, "").location(), format!("/people/{kim}?done=account-removed"));
        assert_eq!(link(&mut desk, li, &teacher).status, StatusCode::SEE_OTHER);
        let mut secretary = site.browser_of("secretary");
        assert_eq!(secretary.get("/accounts").status, StatusCode::FORBIDDEN);
        assert_eq!(link(&mut secretary, li, "").status, StatusCode::FORBIDDEN);
        assert!(!secretary.get(&format!("/people/{li}")).says("Учётная запись"));
    }

    fn numbers_are_masked_until_they_are_asked_for_and_teachers_see_none(t) {
        let site = site(t);
        let girl = person(t, site.school, "Асанова", Role::Pupil, None);
        let home = format!("/people/{girl}");
        let mut desk = site.browser_of("secretary");
        for (iin, says) in [
            ("150915500018", "контрольная цифра не сходится"),
            ("990740000519", "БИН организации"),
            ("12345", "12 цифр"),
        ] {
            let (status, body) = numbers(&mut desk, &home, &[("iin", iin)]);
            assert!(status == StatusCode::UNPROCESSABLE_ENTITY && body.contains(says) && body.contains(iin), "{iin}: {body}");
        }
        let all = [("iin", "120302600174"), ("phones", "8 700 111 22 33"), ("document_kind", "passport"), ("document_number", "n 1234567"), ("email", "a@mail.kz"), ("address", "Абай, 1")];
        assert_eq!(numbers(&mut desk, &home, &all).0, StatusCode::SEE_OTHER);
        let masked = desk.get(&home);
        assert!(masked.says("1203•••••174") && masked.says("••-33") && !masked.says("120302600174") && !masked.says("1112233"));
        let open = desk.post(&format!("{home}/numbers/show"), &[]);
        assert!(open.says("120302600174") && open.says("+7 (700) 111-22-33") && open.says("N1234567") && open.says("записан в журнал"), "{}", open.body);
        assert!(desk.get("/people?q=2233").says("Асанова Айгүл") && desk.get("/people?q=120302600174").says("Асанова Айгүл"));
        let mut teacher = site.browser_of("teacher");
        let page = teacher.get(&home);
        assert!(page.says("Асанова") && !page.says("1203•••••174"));
        assert_eq!(teacher.get(&format!("{home}/numbers")).status, StatusCode::FORBIDDEN);
        assert_eq!(teacher.post(&format!("{home}/numbers/show"), &[]).status, StatusCode::FORBIDDEN);
        assert!(!teacher.get("/people?q=2233").says("Асанова Айгүл"));
    }

    fn an_iin_that_disagrees_offers_its_birth_date(t) {
        let site = site(t);
        let girl = person(t, site.school, "Асанова", Role::Pupil, None);
        let home = format!("/people/{girl}");
        let mut desk = site.browser_of("secretary");
        let edit = desk.get(&format!("{home}/edit")).body;
        let fields = [("family", "Асанова"), ("given", "Айгүл"), ("role", "pupil"), ("birth_date", "2012-03-03"), ("revision", field(&edit, "revision"))];
        assert_eq!(desk.post(&format!("{home}/edit"), &fields).status, StatusCode::SEE_OTHER);
        let (status, body) = numbers(&mut desk, &home, &[("iin", "120302600174")]);
        assert!(status == StatusCode::UNPROCESSABLE_ENTITY && body.contains("02.03.2012") && body.contains("name=\"take\""), "{body}");
        assert_eq!(numbers(&mut desk, &home, &[("iin", "120302600174"), ("take", "1")]).0, StatusCode::SEE_OTHER);
        assert!(desk.get(&home).says("02.03.2012"));
        let other = person(t, site.school, "Бекова", Role::Pupil, None);
        let (status, body) = numbers(&mut desk, &format!("/people/{other}"), &[("iin", "120302600174")]);
        assert!(status == StatusCode::UNPROCESSABLE_ENTITY && body.contains("Асанова Айгүл") && body.contains(&home), "{body}");
    }

    fn a_guardian_is_found_before_one_is_added(t) {
        let site = site(t);
        let five = class(t, site.school, "5Б");
        let (girl, sister) = (person(t, site.school, "Асанова", Role::Pupil, Some(five)), person(t, site.school, "Бекова", Role::Pupil, Some(five)));
        let (home, other) = (format!("/people/{girl}"), format!("/people/{sister}"));
        let mut desk = site.browser_of("secretary");
        let new = [("family", "Омарова"), ("given", "Дана"), ("iin", "850611400232"), ("phones", "+77001112233"), ("kind", "parent"), ("may", "see"), ("may", "collect")];
        assert_eq!(desk.post(&format!("{home}/family/new"), &new).location(), format!("{home}?done=guardian"));
        let page = desk.get(&home);
        assert!(page.says("Омарова Дана") && page.says("Родитель") && page.says("забирать ребёнка") && !page.says("платить"));
        assert!(desk.get(&format!("{other}/family/new?q=2233")).says("Омарова Дана"), "found by the end of her phone");
        let known = desk.post(&format!("{other}/family/new"), &new);
        let path = known.location().to_owned();
        assert!(path.starts_with(&format!("{other}/family/")) && path.ends_with("?known=1"), "{path}");
        assert!(desk.get(&path).says("уже известен школе"));
        let path = path.split('?').next().unwrap().to_owned();
        assert_eq!(desk.post(&path, &[("kind", "trustee"), ("since", "2026-09-01"), ("until", "2026-08-01")]).status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(desk.post(&path, &[("kind", "trustee")]).status, StatusCode::SEE_OTHER);
        let page = desk.get(&other);
        assert!(page.says("Попечитель") && page.says("Ничего не разрешено") && page.says("Асанова А."), "siblings are told");
        assert_eq!(desk.post(&path, &[("act", "remove")]).location(), format!("{other}?done=guardian-removed"));
        assert!(!desk.get(&other).says("Попечитель"));
    }

    fn a_pupil_is_moved_at_the_desk_and_the_year_is_turned_and_taken_back(t) {
        let site = site(t);
        let [five, six] = ["5Б", "6А"].map(|name| class(t, site.school, name));
        let girl = person(t, site.school, "Асанова", Role::Pupil, Some(five));
        let home = format!("/people/{girl}");
        let mut desk = site.browser_of("secretary");
        assert!(desk.get(&home).says("Перевести в другой класс"));
        assert!(desk.get(&format!("{home}/move?act=transfer")).says("6 «А»"));
        let wrong = desk.post(&format!("{home}/move"), &[("act", "transfer"), ("day", "2026-11-23"), ("why", "x")]);
        assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.says("value=\"x\""));
        let class = six.to_string();
        assert_eq!(desk.post(&format!("{home}/move"), &[("act", "transfer"), ("class", &class), ("day", "2026-11-23"), ("document", "№ 7")]).location(), format!("{home}?done=moved"));
        assert!(desk.get(&home).says("№ 7"));
        let page = desk.get("/classes/turn-over").body;
        assert!(page.contains("value=\"7А\""), "{page}");
        let (of_five, of_six) = (format!("next-{five}"), format!("next-{six}"));
        let (shift_five, shift_six) = (format!("shift-{five}"), format!("shift-{six}"));
        let plan = [("year", "2027-28"), ("day", "2026-11-24"), (of_five.as_str(), "-"), (of_six.as_str(), "7А"), (shift_five.as_str(), "1"), (shift_six.as_str(), "2"), ("new-0", "1А"), ("new-lang-0", "kk"), ("new-shift-0", "1")];
        let mut wrong = plan;
        wrong[3].1 = "7";
        assert_eq!(desk.post("/classes/turn-over", &wrong).status, StatusCode::UNPROCESSABLE_ENTITY);
        wrong[3].1 = "1А";
        assert!(desk.post("/classes/turn-over", &wrong).says("1 «А»"));
        assert_eq!(desk.post("/classes/turn-over", &plan).location(), "/classes?done=turned");
        assert!(desk.get("/classes").says("7 «А»") && desk.get("/classes").says("1 «А»") && !desk.get("/classes").says("5 «Б»"));
        assert_eq!(desk.post("/classes/turn-over/undo", &[]).location(), "/classes?done=turned-back");
        assert!(desk.get("/classes").says("5 «Б»") && desk.get("/classes").says("6 «А»"));
        assert_eq!(desk.post("/classes/turn-over/undo", &[]).status, StatusCode::CONFLICT);
        let gone = desk.post(&format!("{home}/move"), &[("act", "leave"), ("day", "2026-11-24"), ("why", "Астана")]);
        assert_eq!(gone.location(), format!("{home}?done=moved"));
        assert!(desk.get(&home).says("В архиве") && desk.get(&home).says("Астана"));
        assert_eq!(site.browser_of("teacher").get("/classes/turn-over").status, StatusCode::FORBIDDEN);
    }

    fn a_post_has_hours_and_a_class_its_teacher(t) {
        let site = site(t);
        let five = class(t, site.school, "5Б");
        let teacher = person(t, site.school, "Бекова", Role::Teacher, None);
        let home = format!("/people/{teacher}");
        let mut desk = site.browser_of("secretary");
        let post = [("position", "Учитель физики"), ("rate", "150"), ("since", "2026-09-01"), ("from1", "08:30"), ("until1", "14:00"), ("from2", "08:30"), ("until2", "14:00")];
        assert_eq!(desk.post(&format!("{home}/posts/new"), &post).location(), format!("{home}?done=edited"));
        let page = desk.get(&home);
        assert!(page.says("Пн–Вт 08:30–14:00") && page.says("Учитель физики"));
        let mut wrong = post;
        wrong[4].1 = "08:00";
        let answer = desk.post(&format!("{home}/posts/new"), &wrong);
        assert!(answer.status == StatusCode::UNPROCESSABLE_ENTITY && answer.says("более позднее окончание"));
        let id = teacher.to_string();
        let class = [("name", "5Б"), ("lang", "kk"), ("shift", "1"), ("teacher", id.as_str()), ("room", "214"), ("year", "2026-27")];
        assert_eq!(desk.post(&format!("/classes/{five}"), &class).status, StatusCode::SEE_OTHER);
        let list = desk.get("/classes");
        assert!(list.says("Бекова А.") && list.says("214"));
    }

    fn badges_are_printed_of_a_class_a_group_and_one_person(t) {
        let site = site(t);
        let five = class(t, site.school, "5Б");
        let (one, two) = (person(t, site.school, "Асанова", Role::Pupil, Some(five)), person(t, site.school, "Бекова", Role::Pupil, Some(five)));
        let teacher = person(t, site.school, "Ким", Role::Teacher, None);
        let ctx = Ctx::of_program(site.school, t.clock.now(), t.ids.clone());
        let group = t.db.write_blocking(move |tx| {
            let group = ops::add_group(tx, &ctx, "Хор")?;
            ops::add_members(tx, &ctx, group, &[two, teacher])?;
            Ok::<_, people::PeopleError>(group)
        }).unwrap();
        let mut desk = site.browser_of("secretary");
        assert!(desk.get("/badges").says("Чьи бейджи печатаем?"));
        let page = desk.get(&format!("/badges?class={five}"));
        assert!(page.says("Асанова Айгүл") && page.says("Бекова Айгүл") && !page.says("Ким Айгүл"), "{}", page.body);
        assert_eq!(page.body.matches("name=\"person\"").count(), 2);
        assert!(page.body.contains("type=\"checkbox\" name=\"person\"") && page.says("checked"));
        let page = desk.get(&format!("/badges?group={group}"));
        assert!(page.says("Бекова Айгүл") && page.says("Ким Айгүл") && !page.says("Асанова Айгүл"));
        assert!(desk.get("/badges?q=Асан").says("Асанова Айгүл") && desk.get("/badges?q=нет").says("Никого не нашлось"));
        let home = format!("/people/{one}");
        assert!(desk.get(&home).says(&format!("/badges?person={one}")));
        assert!(desk.get(&format!("/badges?person={one}")).says("Асанова Айгүл"));

        let (first, second) = (one.to_string(), two.to_string());
        for (paper, names) in [("sheets", "both"), ("cards", "kk"), ("cards", "ru")] {
            let order = [("person", first.as_str()), ("person", second.as_str()), ("paper", paper), ("names", names)];
            let answer = desk.post("/badges/print", &order);
            assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
            assert_eq!(answer.header("content-type"), "application/pdf");
            assert_eq!(answer.header("cache-control"), "no-store");
            assert!(answer.header("content-disposition").contains("badges-2026-"), "{}", answer.header("content-disposition"));
            assert!(answer.bytes.starts_with(b"%PDF-") && answer.bytes.len() > 5_000, "{}", answer.bytes.len());
        }
        let notes = t.db.read_blocking(|tx| printed(tx, site.school)).unwrap();
        assert_eq!(notes, ["2 badges", "2 badges", "2 badges"]);
        let class = five.to_string();
        let nobody = desk.post("/badges/print", &[("class", class.as_str()), ("paper", "sheets"), ("names", "both")]);
        assert!(nobody.status == StatusCode::UNPROCESSABLE_ENTITY && nobody.says("Отметьте хотя бы одного человека"), "{}", nobody.body);
        let most: Vec<(&str, &str)> = std::iter::repeat_n(("person", first.as_str()), 201).chain([("paper", "sheets"), ("names", "both"), ("class", &class)]).collect();
        let many = desk.post("/badges/print", &most);
        assert!(many.status == StatusCode::UNPROCESSABLE_ENTITY && many.says("не больше 200 бейджей"), "{}", many.body);
        assert_eq!(desk.post("/badges/print", &[("person", &first), ("paper", "stone"), ("names", "kk")]).status, StatusCode::BAD_REQUEST);
        // A person of another school has no badge here.
        let stranger = person(t, t.school("another"), "Чужой", Role::Pupil, None);
        assert!(!desk.get(&format!("/badges?person={stranger}")).says("Чужой"));
        assert_eq!(site.browser_of("teacher").get("/badges").status, StatusCode::FORBIDDEN);
        for lang in ["kk", "ru", "en"] {
            desk.post("/language", &[("lang", lang), ("next", "/")]);
            for path in ["/badges".to_owned(), format!("/badges?class={five}"), "/badges?q=нет".to_owned()] {
                assert!(!desk.get(&path).says("⟦"), "{lang} {path}");
            }
        }
    }

    fn the_school_is_its_administrators_to_change(t) {
        let site = site(t);
        let mut admin = site.browser_of("admin");
        let page = admin.get("/school").body;
        let revision = field(&page, "revision").to_owned();
        let base = [("name_kk", "Мектеп"), ("name_ru", "Школа"), ("bin", "150915500017"), ("badge_colour", "#14597A"), ("last_grade", "12"), ("revision", &revision)];
        let wrong = admin.post("/school", &base);
        assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.says("не похоже на БИН") && wrong.says("value=\"Школа\""));
        let mut right = base;
        right[2].1 = "";
        assert_eq!(admin.post("/school", &right).location(), "/school?done=edited");
        assert_eq!(admin.post("/school", &right).status, StatusCode::CONFLICT, "the second is told");
        assert_eq!(site.browser_of("secretary").get("/school").status, StatusCode::FORBIDDEN);
    }
}

store::statements! {
    /// What was noted of printed badges.
    fn printed(school: SchoolId) -> Many<String> =
        "select detail from audit where school = $1 and action = 'badges_printed' order by id";
}
