//! Numbers, documents, contacts and guardians come with a list, as a browser sees it, on both databases.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a story that cannot go on shall stop")]

#[path = "../../accounts/tests/browser/mod.rs"]
mod browser;
mod site;

use accounts::Scope;
use axum::http::StatusCode;
use browser::{Answer, Browser, Site};
use jiff::civil::date;
use kernel::{PersonId, SchoolId};
use people::{everybody, model::GuardianKind, ops, queries};
use rust_xlsxwriter::Workbook;
use site::{bring, choose, finished, iin, people, preview_of, school};
use store::statements;
use testkit::{TestDb, both_databases, vault};

const HEAD: &str = "Фамилия;Имя;ИИН;Дата рождения;Класс;Документ;Телефон;Почта;ФИО матери;ИИН матери;Телефон матери;ФИО отца;Телефон отца;Отец кем приходится\n";
const SON: &str = "Асанов;Ерлан;150915500017;;5Б;Свидетельство о рождении 0123456, 20.09.2015;;;Асанова Дана Серікқызы;850611400232;8 701 000 00 01;Асанов Болат;87010000002;опекун\n";
const DAUGHTER: &str = "Асанова;Айгүл;160229600711;29.02.2016;1Ә;;87010000003;AIGUL@mail.kz;Асанова Дана;850611400232;;АСАНОВ БОЛАТ;+7 701 000-00-02;\n";

fn previewed(desk: &mut Browser<'_>, list: &str) -> (String, Answer) {
    let job = bring(desk, "list.csv", list.as_bytes());
    assert_eq!(choose(desk, &job).location(), format!("/import/{job}/preview"));
    let page = preview_of(desk, &job, "");
    (job, page)
}

fn written(desk: &mut Browser<'_>, list: &str) -> Answer {
    let (job, _) = previewed(desk, list);
    confirmed(desk, &job)
}

fn confirmed(desk: &mut Browser<'_>, job: &str) -> Answer {
    assert_eq!(desk.post(&format!("/import/{job}/confirm"), &[]).status, StatusCode::SEE_OTHER);
    let page = finished(desk, job);
    assert!(page.says("Готово"), "{}", page.body);
    page
}

/// Whom a number finds, by name.
fn found(t: &TestDb, school: SchoolId, text: &str) -> Vec<String> {
    let scope = Scope::of_program(school);
    let found = t.db.read_blocking(|tx| queries::by_number(tx, &scope, &vault(), text)).unwrap();
    found.into_iter().map(|person| person.full).collect()
}

fn id_of(t: &TestDb, school: SchoolId, name: &str) -> PersonId {
    let scope = Scope::of_program(school);
    let known = t.db.read_blocking(|tx| everybody::everybody(tx, &scope)).unwrap();
    let mut found = known.iter().filter(|known| known.data.name.full() == name);
    let one = found.next().unwrap_or_else(|| panic!("{name} is not there"));
    assert!(found.next().is_none(), "{name} is there twice");
    one.id
}

/// `name kind` of those who answer for a child.
fn guardians(t: &TestDb, school: SchoolId, child: &str) -> Vec<(String, GuardianKind)> {
    let (scope, id) = (Scope::of_program(school), id_of(t, school, child));
    let family = t.db.read_blocking(|tx| queries::family(tx, &scope, id)).unwrap();
    family.guardians.into_iter().map(|kin| (kin.person.full, kin.data.kind)).collect()
}

fn count(t: &TestDb, site: &Site) -> usize {
    let scope = Scope::of_program(site.school);
    t.db.read_blocking(|tx| everybody::everybody(tx, &scope)).unwrap().len()
}

/// The figures above the confirmation.
fn sums(new: u32, changed: u32, same: u32) -> String {
    format!("Новых: {new}. Изменится: {changed}. Без изменений: {same}.")
}

both_databases! {
    fn numbers_and_guardians_are_kept_sealed_shown_masked_and_found(t) {
        let site = school(t);
        let mut desk = site.browser_of("secretary");
        let (job, page) = previewed(&mut desk, &format!("{HEAD}{SON}{DAUGHTER}"));
        assert!(page.says(&sums(2, 0, 0)) && page.says("Будут добавлены родители: 2"), "{}", page.body);
        for masked in ["1509•••••017", "8506•••••232", "+7 (7••) •••-••-01", "•••••56", "a•••@mail.kz", "Опекун · Асанов Болат"] {
            assert!(page.says(masked), "{masked}: {}", page.body);
        }
        for number in ["150915500017", "850611400232", "701 000", "0123456", "aigul@"] {
            assert!(!page.says(number), "a preview shows {number}");
        }
        assert_eq!(count(t, &site), 0, "nothing is written before it is confirmed");
        confirmed(&mut desk, &job);
        assert_eq!(count(t, &site), 4);
        for (number, name) in [
            ("150915500017", "Асанов Ерлан"),
            ("160229600711", "Асанова Айгүл"),
            ("850611400232", "Асанова Дана Серікқызы"),
            ("87010000001", "Асанова Дана Серікқызы"),
            ("87010000002", "Асанов Болат"),
            ("0003", "Асанова Айгүл"),
        ] {
            assert_eq!(found(t, site.school, number), [name], "{number}");
        }
        let parents = |kind| vec![("Асанов Болат".to_owned(), kind), ("Асанова Дана Серікқызы".to_owned(), GuardianKind::Parent)];
        assert_eq!(guardians(t, site.school, "Асанов Ерлан"), parents(GuardianKind::Guardian));
        assert_eq!(guardians(t, site.school, "Асанова Айгүл"), parents(GuardianKind::Parent));
        let card = desk.get(&format!("/people/{}", id_of(t, site.school, "Асанов Ерлан")));
        assert!(card.says("Асанова Дана Серікқызы") && card.says("Асанова А.") && card.says("15.09.2015"), "{}", card.body);
        // What tells of a person stands sealed only; the journal and the audit trail hold none of it.
        let sealed = t.db.read_blocking(|tx| sealed(tx, site.school)).unwrap();
        assert!(sealed.len() == 4 && sealed.iter().flatten().all(|bytes| !bytes.windows(12).any(|part| part == b"150915500017")));
        let told = t.db.read_blocking(|tx| told(tx, site.school)).unwrap().join("\n");
        assert!(!told.contains("850611") && !told.contains("Асан") && told.contains("added 2"), "{told}");
    }

    fn a_list_that_comes_again_doubles_nobody_and_changes_what_it_says(t) {
        let site = school(t);
        let mut desk = site.browser_of("secretary");
        written(&mut desk, &format!("{HEAD}{SON}{DAUGHTER}"));
        let before = site::register(t, site.school);
        let (_, page) = previewed(&mut desk, &format!("{HEAD}{SON}{DAUGHTER}"));
        assert!(page.says(&sums(0, 0, 2)), "{}", page.body);

        // A new telephone of the mother, the father's IIN, another number of the certificate, a third child of the same two.
        let list = format!(
            "Фамилия;Имя;ИИН;Класс;Документ;ФИО матери;ИИН матери;Телефон матери;ФИО отца;Телефон отца;ИИН отца\n\
             Асанов;Ерлан;150915500017;5Б;Свидетельство о рождении 7654321;Асанова Дана;850611400232;87010000009;Асанов Болат;87010000002;{}\n\
             Асанов;Тимур;;0А;;Асанова Дана;;87010000001;Асанов Болат;87010000002;\n",
            iin(date(1983, 4, 5), false, 1)
        );
        let (job, page) = previewed(&mut desk, &list);
        assert!(page.says(&sums(1, 1, 0)) && !page.says("Будут добавлены родители"), "{}", page.body);
        for change in ["<del>+7 (7••) •••-••-01</del> → <ins>+7 (7••) •••-••-09</ins>", "ИИН: <del>–</del>", "<del>Свидетельство о рождении •••••56</del>"] {
            assert!(page.says(change), "{change}: {}", page.body);
        }
        confirmed(&mut desk, &job);
        assert_eq!(count(t, &site), 5, "the same parents answer for a third child");
        assert_eq!(guardians(t, site.school, "Асанов Тимур").len(), 2);
        assert_eq!(found(t, site.school, "87010000009"), ["Асанова Дана Серікқызы"]);
        assert_eq!(found(t, site.school, "87010000001"), ["Асанова Дана Серікқызы"], "the first telephone stays");
        assert_eq!(found(t, site.school, &iin(date(1983, 4, 5), false, 1)), ["Асанов Болат"]);
        let kept = guardians(t, site.school, "Асанов Ерлан");
        assert_eq!(kept[0].1, GuardianKind::Guardian, "a list that does not say the relation leaves it");
        assert_ne!(site::register(t, site.school), before);
    }

    fn an_iin_finds_who_is_meant_and_doubt_is_asked_before_anything_is_written(t) {
        let site = school(t);
        let mut desk = site.browser_of("secretary");
        written(&mut desk, &format!("{HEAD}{SON}"));
        let head = "Фамилия;Имя;ИИН;Дата рождения;Класс\n";
        let (_, page) = previewed(&mut desk, &format!("{head}Асан;Ерлан;150915500017;;5Б\n"));
        assert!(page.says(&sums(0, 1, 0)) && page.says("<del>Асанов</del> → <ins>Асан</ins>"), "{}", page.body);

        let (job, page) = previewed(&mut desk, &format!("{head}Омаров;Тимур;150915500017;;5Б\n"));
        assert!(page.says("Вопросы, которые ждут ответа: 1") && page.says("этот ИИН у человека с другим именем"), "{}", page.body);
        desk.post(&format!("/import/{job}/answers"), &[("act", "all-new")]);
        let page = preview_of(&mut desk, &job, "");
        assert!(page.says("Этот ИИН в реестре у другого человека") && page.says(&sums(0, 0, 0)), "{}", page.body);

        let other = iin(date(2015, 9, 15), false, 77);
        let (job, page) = previewed(&mut desk, &format!("{head}Асанов;Ерлан;{other};;5Б\n"));
        assert!(page.says("Вопросы, которые ждут ответа: 1") && page.says("другой ИИН"), "{}", page.body);
        desk.post(&format!("/import/{job}/answers"), &[("act", "all-known")]);
        let page = preview_of(&mut desk, &job, "");
        assert!(page.says(&sums(0, 1, 0)) && page.says("<del>1509•••••017</del>"), "{}", page.body);
        confirmed(&mut desk, &job);
        assert_eq!((found(t, site.school, &other), found(t, site.school, "150915500017")), (vec!["Асанов Ерлан".to_owned()], vec![]));
    }

    fn what_cannot_be_an_iin_or_contradicts_another_column_is_refused_with_the_reason(t) {
        let site = school(t);
        let mut desk = site.browser_of("secretary");
        let rows = [
            "Асанов;Ерлан;150915500017;15.09.2015;м;;",
            "Асанова;Ерке;150915500017;;;;",
            "Бекова;Дана;150915500018;;;;",
            "Ким;Анна;120302600174;03.03.2012;;;",
            "Ли;Анна;120302600253;;м;;",
            "Пак;Ольга;990340005977;;;;",
            "Цой;Ян;1,50915E+11;;;;",
            "Юн;Ян;;;;Юн Олег;850611400233",
            "Acaнов;Тимур;;01.02.2016;;Aсанова Дaна;850611400232",
        ];
        let list = format!("Фамилия;Имя;ИИН;Дата рождения;Пол;ФИО матери;ИИН матери\n{}\n", rows.join("\n"));
        let (job, page) = previewed(&mut desk, &list);
        assert!(page.says(&sums(2, 0, 0)) && page.says("строк с ошибками – 7"), "{}", page.body);
        for sentence in [
            "Этот ИИН уже есть в строке 2",
            "контрольная цифра не сходится",
            "ИИН не соответствует дате рождения",
            "ИИН не соответствует полу",
            "БИН",
            "сократила ИИН",
            "похожие латинские буквы",
        ] {
            assert!(page.says(sentence), "{sentence}: {}", page.body);
        }
        confirmed(&mut desk, &job);
        assert_eq!(guardians(t, site.school, "Асанов Тимур"), [("Асанова Дана".to_owned(), GuardianKind::Parent)], "letters of both names are mended");
        let refused = sheet::read(&desk.get(&format!("/import/{job}/refused.xlsx")).bytes).unwrap();
        assert_eq!(refused.sheets[0].rows.len(), 8, "the head and seven rows");
    }

    fn a_teacher_of_the_same_list_answers_for_her_child_as_the_one_she_is(t) {
        let site = school(t);
        let mut desk = site.browser_of("secretary");
        let mother = iin(date(1985, 6, 11), true, 5);
        let list = format!(
            "ФИО;ИИН;Роль;Класс;Телефон;ФИО матери;ИИН матери;Телефон матери\n\
             Ким Анна;120302600174;ученик;8А;;Ким Ольга;{mother};\n\
             Ли Ян;{};ученик;8А;;Ли Мария;;87010000005\n\
             Ким Ольга;{mother};учитель;;87010000004;;;\n\
             Ли Мария;;родитель;;87010000005;;;\n",
            iin(date(2012, 5, 5), false, 4)
        );
        written(&mut desk, &list);
        assert_eq!(count(t, &site), 4);
        assert_eq!(guardians(t, site.school, "Ким Анна"), [("Ким Ольга".to_owned(), GuardianKind::Parent)]);
        assert_eq!(guardians(t, site.school, "Ли Ян"), [("Ли Мария".to_owned(), GuardianKind::Parent)]);
        let (scope, olga) = (Scope::of_program(site.school), id_of(t, site.school, "Ким Ольга"));
        let roles = t.db.read_blocking(|tx| queries::brief(tx, &scope, olga)).unwrap().unwrap().roles;
        assert_eq!(roles, [kernel::Role::Teacher, kernel::Role::Guardian].into());
        let (_, page) = previewed(&mut desk, &list);
        assert!(page.says(&sums(0, 0, 4)), "{}", page.body);
    }

    fn families_are_whole_after_a_fall_between_two_batches(t) {
        let site = school(t);
        let mut desk = site.browser_of("secretary");
        // One father of all, known by his telephone; one who has neither number and stands in the list himself.
        let mut list = String::from("ФИО;ИИН;Роль;Класс;ФИО отца;Телефон отца;ФИО матери\n");
        for number in 0..300 {
            let born = date(2012, 1, 1).checked_add(jiff::Span::new().days(number)).unwrap();
            let (code, letters) = (iin(born, false, 9), letters(number));
            let mother = if number % 299 == 0 { "Ли Мария" } else { "" };
            list += &format!("Ким {letters};{code};ученик;5Б;Ким Олег;87010000001;{mother}\n");
        }
        list += "Ли Мария;;родитель;;;;\n";
        let (job, page) = previewed(&mut desk, &list);
        assert!(page.says(&sums(301, 0, 0)), "{}", page.body);
        let school = site.school;
        confirmed(&mut desk, &job);
        assert_eq!(count(t, &site), 302);
        let families = || t.db.read_blocking(|tx| everybody::guardianships(tx, &Scope::of_program(school))).unwrap().len();
        assert_eq!(families(), 302);
        // As if a server had fallen after two hundred rows: the persons are there, the rows behind are still to be done.
        let again = bring(&mut desk, "list.csv", list.as_bytes());
        choose(&mut desk, &again);
        let again_id: kernel::Id<()> = again.parse().unwrap();
        t.db.write_blocking(move |tx| forget_families(tx, school)).unwrap();
        t.db.write_blocking(move |tx| fell(tx, school, again_id, "writing", 200)).unwrap();
        let page = finished(&mut desk, &again);
        assert!(page.says("Готово"), "{}", page.body);
        assert_eq!(count(t, &site), 302, "nobody is doubled");
        assert_eq!(families(), 102, "rows after the fall are noted, with a guardian who was written before it");
    }

    fn whoever_changes_a_person_meanwhile_is_not_overwritten(t) {
        let site = school(t);
        let mut desk = site.browser_of("secretary");
        written(&mut desk, &format!("{HEAD}{SON}"));
        let list = format!("Фамилия;Имя;ИИН;Класс\nАсанов;Ерлан;150915500017;6Б\nБеков;Али;{};6Б\n", iin(date(2014, 5, 6), false, 3));
        let (job, _) = previewed(&mut desk, &list);
        // Between the preview and the writing somebody else gets the second number.
        let (ctx, school, code) = (site.ctx(), site.school, iin(date(2014, 5, 6), false, 3));
        let other = id_of(t, school, "Асанов Болат");
        let kept = people::model::Particulars { iin: people::model::Iin::parse(&code).ok(), ..Default::default() };
        t.db.write_blocking(move |tx| {
            let revision = queries::find(tx, &Scope::of_program(school), other)?.unwrap().revision;
            ops::set_particulars(tx, &ctx, &vault(), other, revision, &kept)
        }).unwrap();
        let page = confirmed(&mut desk, &job);
        assert!(page.says("Скачать непринятые строки"), "{}", page.body);
        assert_eq!(found(t, school, &code), ["Асанов Болат"]);
        assert!(people(&mut desk).contains(&"Асанов Ерлан 6 «Б»".to_owned()));
    }

    fn a_workbook_with_numbers_as_numbers_is_read_and_the_template_explains_every_column(t) {
        let site = school(t);
        let mut desk = site.browser_of("secretary");
        let mut book = Workbook::new();
        let list = book.add_worksheet();
        for (column, head) in (0_u16..).zip(["ФИО", "ИИН", "Телефон", "ФИО матери", "ИИН матери", "Телефон матери"]) {
            list.write_string(0, column, head).unwrap();
        }
        list.write_string(1, 0, "Асанова Айгүл").unwrap();
        list.write_number(1, 1, 61_211_600_012.0).unwrap();
        list.write_number(1, 2, 87_010_000_003.0).unwrap();
        list.write_string(1, 3, "Асанова Дана").unwrap();
        list.write_number(1, 4, 850_611_400_232.0).unwrap();
        list.write_number(1, 5, 7_010_000_001.0).unwrap();
        let job = bring(&mut desk, "list.xlsx", &book.save_to_buffer().unwrap());
        choose(&mut desk, &job);
        confirmed(&mut desk, &job);
        assert_eq!(found(t, site.school, "061211600012"), ["Асанова Айгүл"]);
        assert_eq!(found(t, site.school, "+77010000001"), ["Асанова Дана"]);
        for lang in ["kk", "ru", "en"] {
            desk.post("/language", &[("lang", lang), ("next", "/")]);
            let template = sheet::read(&desk.get("/import/template.xlsx").bytes).unwrap();
            let heads: Vec<String> = template.sheets[0].rows[0].cells.iter().map(sheet::Cell::as_text).collect();
            let about: Vec<(String, String)> = template.sheets[1].rows[1..].iter().map(|row| (row.cell(0).as_text(), row.cell(1).as_text())).collect();
            assert_eq!(heads.len(), 25);
            assert_eq!(about.iter().map(|(head, _)| head.clone()).collect::<Vec<_>>(), heads, "{lang}");
            assert!(about.iter().all(|(_, text)| !text.is_empty() && !text.contains('⟦')), "{lang}");
        }
    }
}

/// A given name that no other number has.
fn letters(mut number: i32) -> String {
    const LETTERS: [char; 10] = ['а', 'б', 'в', 'г', 'д', 'е', 'ж', 'з', 'и', 'к'];
    let mut name = String::from("Я");
    for _ in 0..4 {
        name.push(LETTERS[(number % 10) as usize]);
        number /= 10;
    }
    name
}

statements! {
    /// As a server leaves it that falls.
    fn fell(school: SchoolId, id: kernel::Id<()>, state: &str, done: u32) -> Run =
        "update list_job set state = $3, done = $4, changed_at = changed_at - 120000000 where school = $1 and id = $2";
    /// Nobody answers for anybody.
    fn forget_families(school: SchoolId) -> Run = "delete from guardianship where school = $1";
    /// IINs as they are kept.
    fn sealed(school: SchoolId) -> Many<Option<Vec<u8>>> = "select iin from person_private where school = $1";
    /// What the audit trail says.
    fn told(school: SchoolId) -> Many<String> = "select detail from audit where school = $1 order by id";
}
