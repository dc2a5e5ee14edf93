//! Lists are brought, looked at and written, as a browser sees it, on both databases.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a story that cannot go on shall stop")]

#[path = "../../accounts/tests/browser/mod.rs"]
mod browser;
mod site;

use axum::http::StatusCode;
use rust_xlsxwriter::{Format, Formula, Workbook};
use sheet::{Cell, Pack};
use site::{bring, choose, finished, members, people, preview_of, school};
use store::statements;
use testkit::{TestDb, both_databases};

const LIST: &str = "Мектеп № 1;;;;\r\n№;Ф.И.О.;ИИН;Дата рождения;Класс\r\n\
1;АСАНОВ ЕРЛАН БОЛАТОВИЧ;150915500017;;5 «Б»\r\n2;Ким Анна;;02.03.2012;8А\r\n3;Пак Ольга;150915500018;;5Б\r\n";

both_databases! {
    fn a_list_is_brought_looked_at_and_written(t) {
        let site = school(t);
        let mut desk = site.browser_of("secretary");
        let bytes = windows_1251(LIST);
        let job = bring(&mut desk, "список.csv", &bytes);
        let columns = desk.get(&format!("/import/{job}/columns"));
        assert!(columns.says("Ф.И.О.") && columns.says("АСАНОВ ЕРЛАН БОЛАТОВИЧ"), "{}", columns.body);
        assert!(columns.says("<option value=\"birth_date\" selected>"));
        assert_eq!(choose(&mut desk, &job).location(), format!("/import/{job}/preview"));
        let preview = preview_of(&mut desk, &job, "");
        assert!(preview.says("Новых: 2. Изменится: 0.") && preview.says("контрольная цифра не сходится"), "{}", preview.body);
        assert!(preview.says("Будут добавлены классы: 2") && preview.says("Асанов Ерлан Болатович"));
        assert_eq!(people(&mut desk).len(), 0, "nothing is written before it is confirmed");

        assert_eq!(desk.post(&format!("/import/{job}/confirm"), &[]).location(), format!("/import/{job}"));
        let result = finished(&mut desk, &job);
        assert!(result.says("Готово") && result.says("Скачать непринятые строки"), "{}", result.body);
        assert_eq!(people(&mut desk), ["Асанов Ерлан Болатович 5 «Б»", "Ким Анна 8 «А»"]);

        // The rows left out are mended and brought again.
        let refused = desk.get(&format!("/import/{job}/refused.xlsx"));
        let book = sheet::read(&refused.bytes).unwrap();
        let row = &book.sheets[0].rows[1];
        assert_eq!(row.cell(1), &Cell::Text("Пак Ольга".into()));
        assert!(row.cell(5).as_text().contains("ИИН: В ИИН ошибка"), "{}", row.cell(5).as_text());

        // The same list again changes nothing; one with another class changes that.
        let again = bring(&mut desk, "list.csv", LIST.replace("8А", "8Ә").as_bytes());
        choose(&mut desk, &again);
        let preview = preview_of(&mut desk, &again, "?view=changed");
        assert!(preview.says("Новых: 0. Изменится: 1. Без изменений: 1.") && preview.says("<del>8 «А»</del>"), "{}", preview.body);
        desk.post(&format!("/import/{again}/confirm"), &[]);
        finished(&mut desk, &again);
        assert_eq!(people(&mut desk), ["Асанов Ерлан Болатович 5 «Б»", "Ким Анна 8 «Ә»"]);
        assert!(desk.get("/import").says("добавлено: 2, изменено: 0, не принято: 1"));
    }

    fn files_that_are_no_lists_are_refused_with_the_reason(t) {
        let site = school(t);
        let mut desk = site.browser_of("secretary");
        let bomb = {
            let mut pack = Pack::new();
            pack.file("[Content_Types].xml", b"<Types/>").unwrap();
            pack.file("xl/workbook.xml", &vec![b' '; 80 * 1024 * 1024]).unwrap();
            pack.finish().unwrap()
        };
        let old = [&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1][..], &[0; 600][..]].concat();
        for (bytes, sentence) in [
            (&old[..], "старый файл XLS"),
            (b"%PDF-1.7 x", "Это не таблица"),
            (b"PK\x03\x04 not a zip at all", "Файл повреждён"),
            (b"\n \n", "Файл пуст"),
        ] {
            let job = bring(&mut desk, "x.xlsx", bytes);
            let page = finished(&mut desk, &job);
            assert!(page.says("Выполнить не удалось") && page.says(sentence), "{sentence}: {}", page.body);
        }
        let job = bring(&mut desk, "bomb.xlsx", &bomb);
        assert!(finished(&mut desk, &job).says("Выполнить не удалось"));
        let none = desk.post_file("/import", &[], "other", "x.csv", b"a");
        assert!(none.status == StatusCode::UNPROCESSABLE_ENTITY && none.says("Выберите файл со списком."));
        let huge = desk.post_file("/import", &[], "file", "x.csv", &vec![b'a'; sheet::FILE_LIMIT + 100_000]);
        assert_eq!(huge.status, StatusCode::PAYLOAD_TOO_LARGE);
    }

    fn a_workbook_of_real_life_is_understood(t) {
        let site = school(t);
        let mut desk = site.browser_of("secretary");
        let mut book = Workbook::new();
        let cover = book.add_worksheet();
        cover.set_name("Титул").unwrap().write_string(0, 0, "Отчёт школы").unwrap();
        let list = book.add_worksheet();
        list.set_name("Оқушылар").unwrap();
        list.merge_range(0, 0, 0, 5, "Оқушылар тізімі", &Format::new()).unwrap();
        for (column, head) in (0_u16..).zip(["Т.А.Ә.", "ЖСН", "Туған күні", "Жынысы", "Сынып", "Карта"]) {
            list.write_string(2, column, head).unwrap();
        }
        list.write_string(3, 0, "Асанова Айгүл Ерланқызы").unwrap();
        // The spreadsheet program took the number for a number: its zero is lost.
        list.write_number(3, 1, 61_211_600_012.0).unwrap();
        list.write_string(3, 2, "11.12.2006").unwrap();
        list.write_string(3, 3, "қыз").unwrap();
        list.write_string(3, 4, "11 а сынып").unwrap();
        list.write_formula(3, 5, Formula::new("=100*100000+58400").set_result("10058400")).unwrap();
        list.write_string(4, 0, "Acaнов Нұрлан").unwrap();
        list.write_string(4, 1, "990340005977").unwrap();
        list.write_string(5, 0, "Ceріков Нұрлан").unwrap();
        list.write_string(5, 2, "15.09.2015").unwrap();
        let job = bring(&mut desk, "list.xlsx", &book.save_to_buffer().unwrap());
        let columns = desk.get(&format!("/import/{job}/columns"));
        assert!(columns.says("<option value=\"1\" selected>Оқушылар") && columns.says("формулы") && columns.says("Объединённые"), "{}", columns.body);
        choose(&mut desk, &job);
        let page = preview_of(&mut desk, &job, "");
        assert!(page.says("это БИН организации") || page.says("БИН организации"), "{}", page.body);
        assert!(page.says("восстановлены потерянные нули") && page.says("Имена с латинскими буквами: 1"));
        assert!(page.says("100,58400") && page.says("11 «А»") && page.says("11.12.2006"));
        // Mended for all, then not for any, then for this one.
        desk.post(&format!("/import/{job}/answers"), &[("act", "mend-none"), ("view", "lookalikes")]);
        assert!(preview_of(&mut desk, &job, "?view=lookalikes").says("<b>Ceріков Нұрлан</b>"));
        desk.post(&format!("/import/{job}/answers"), &[("act", "mend-all")]);
        assert!(preview_of(&mut desk, &job, "?view=lookalikes").says("<b>Серіков Нұрлан</b>"));
        desk.post(&format!("/import/{job}/answers"), &[("act", "save"), ("mend-6", "no")]);
        assert!(preview_of(&mut desk, &job, "?view=lookalikes").says("<b>Ceріков Нұрлан</b>"));
        desk.post(&format!("/import/{job}/answers"), &[("act", "save"), ("mend-6", "yes")]);
        desk.post(&format!("/import/{job}/confirm"), &[]);
        finished(&mut desk, &job);
        assert_eq!(people(&mut desk), ["Асанова Айгүл Ерланқызы 11 «А»", "Серіков Нұрлан"]);
    }

    fn a_question_is_answered_before_anybody_is_doubled(t) {
        let site = school(t);
        let mut desk = site.browser_of("secretary");
        let job = bring(&mut desk, "a.csv", "ФИО;Класс\nКим Анна;5Б\n".as_bytes());
        choose(&mut desk, &job);
        desk.post(&format!("/import/{job}/confirm"), &[]);
        finished(&mut desk, &job);
        let job = bring(&mut desk, "b.csv", "ФИО;Класс;Дата рождения\nКим Анна;6Б;01.02.2015\n".as_bytes());
        choose(&mut desk, &job);
        let page = preview_of(&mut desk, &job, "?view=asked");
        assert!(page.says("Тот же человек: Ким Анна, 5 «Б»") && page.says("Другой, новый человек"), "{}", page.body);
        assert!(page.says("Записывать нечего"));
        desk.post(&format!("/import/{job}/answers"), &[("act", "all-known"), ("view", "asked")]);
        assert!(preview_of(&mut desk, &job, "").says("Изменится: 1"));
        desk.post(&format!("/import/{job}/answers"), &[("act", "save"), ("who-2", "new")]);
        assert!(preview_of(&mut desk, &job, "").says("Новых: 1"));
        desk.post(&format!("/import/{job}/answers"), &[("act", "save"), ("who-2", "")]);
        assert!(preview_of(&mut desk, &job, "").says("вопросов без ответа – 1"));
        desk.post(&format!("/import/{job}/answers"), &[("act", "all-known")]);
        desk.post(&format!("/import/{job}/confirm"), &[]);
        finished(&mut desk, &job);
        assert_eq!(people(&mut desk), ["Ким Анна 6 «Б»"]);
    }

    fn columns_are_corrected_by_hand(t) {
        let site = school(t);
        let mut desk = site.browser_of("secretary");
        let job = bring(&mut desk, "a.csv", "кто;где\nКим Анна;5Б\nЛи Ян;5Б\n".as_bytes());
        let path = format!("/import/{job}/columns");
        let wrong = desk.post(&path, &[("heading", "0"), ("column-0", ""), ("column-1", "class"), ("role", "pupil")]);
        // The row of headings was chosen anew: the columns are shown once more.
        assert_eq!(wrong.location(), path);
        let wrong = desk.post(&path, &[("heading", "0"), ("column-0", ""), ("column-1", "class")]);
        assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.says("Укажите столбец «ФИО»"));
        let wrong = desk.post(&path, &[("heading", "0"), ("column-0", "full_name"), ("column-1", "full_name")]);
        assert!(wrong.says("«ФИО» выбрано в двух столбцах"));
        let fine = desk.post(&path, &[("heading", "0"), ("column-0", "full_name"), ("column-1", "class"), ("role", "teacher")]);
        assert_eq!(fine.location(), format!("/import/{job}/preview"));
        let page = preview_of(&mut desk, &job, "");
        assert!(page.says("Новых: 2") && page.says("Учитель") && page.says("Класс бывает только у ученика"), "{}", page.body);
    }

    fn work_that_fell_goes_on_and_writes_nothing_twice(t) {
        let site = school(t);
        let mut desk = site.browser_of("secretary");
        let rows: String = (0..450).map(|number| format!("Ким {};5Б\n", letters(number))).collect();
        let job = bring(&mut desk, "a.csv", format!("ФИО;Класс\n{rows}").as_bytes());
        choose(&mut desk, &job);
        // The server fell when two batches were written of a list whose people nobody can tell apart by birth date.
        let id: kernel::Id<()> = job.parse().unwrap();
        let school = site.school;
        t.db.write_blocking(move |tx| fell(tx, school, id, "writing", 200)).unwrap();
        let result = finished(&mut desk, &job);
        assert!(result.says("Готово"), "{}", result.body);
        assert_eq!(people(&mut desk).len(), 250, "rows before the fall are not written once more");
    }

    fn what_is_stopped_stays_stopped_and_its_file_is_gone(t) {
        let site = school(t);
        let mut desk = site.browser_of("secretary");
        let job = bring(&mut desk, "a.csv", LIST.as_bytes());
        choose(&mut desk, &job);
        assert_eq!(desk.post(&format!("/import/{job}/cancel"), &[]).location(), format!("/import/{job}"));
        assert!(desk.get(&format!("/import/{job}")).says("Отменено"));
        assert_eq!(desk.post(&format!("/import/{job}/confirm"), &[]).location(), format!("/import/{job}"));
        assert_eq!(desk.get(&format!("/import/{job}/columns")).location(), format!("/import/{job}"));
        let school = site.school;
        assert_eq!(t.db.read_blocking(|tx| parts(tx, school)).unwrap(), 0);
        assert_eq!(people(&mut desk).len(), 0);
    }

    fn files_lie_sealed_and_go_after_a_week(t) {
        let site = school(t);
        let mut desk = site.browser_of("secretary");
        bring(&mut desk, "a.csv", LIST.as_bytes());
        let school = site.school;
        let sealed = t.db.read_blocking(|tx| pieces(tx, school)).unwrap();
        assert!(!sealed.is_empty());
        let name = "АСАНОВ".as_bytes();
        assert!(sealed.iter().all(|piece| !piece.windows(name.len()).any(|window| window == name)));
        t.clock.forward_s(8 * 24 * 3_600);
        let mut desk = site.browser_of("secretary");
        let other = bring(&mut desk, "b.csv", b"\xd0\xa4\xd0\x98\xd0\x9e\nx y\n");
        assert_eq!(t.db.read_blocking(|tx| parts(tx, school)).unwrap(), 1, "only the new file is there");
        assert!(desk.get(&format!("/import/{other}/columns")).status == StatusCode::OK);
    }

    fn what_nobody_looks_at_is_gone_on_with_and_deleted_in_time(t) {
        let site = school(t);
        let mut desk = site.browser_of("secretary");
        let job = bring(&mut desk, "a.csv", "ФИО;Класс\nКим Анна;5Б\n".as_bytes());
        choose(&mut desk, &job);
        let (id, school): (kernel::Id<()>, _) = (job.parse().unwrap(), site.school);
        t.db.write_blocking(move |tx| fell(tx, school, id, "writing", 0)).unwrap();
        lists::keeper::look(&site.app).unwrap();
        let start = std::time::Instant::now();
        while people(&mut desk).is_empty() {
            assert!(start.elapsed().as_secs() < 60, "nobody goes on with it");
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        finished(&mut desk, &job);
        bring(&mut desk, "b.csv", LIST.as_bytes());
        assert_eq!(t.db.read_blocking(|tx| parts(tx, school)).unwrap(), 1);
        t.clock.forward_s(8 * 24 * 3_600);
        lists::keeper::look(&site.app).unwrap();
        assert_eq!(t.db.read_blocking(|tx| parts(tx, school)).unwrap(), 0);
    }

    fn only_those_with_the_right_bring_lists_and_none_of_another_school(t) {
        let site = school(t);
        let (mut desk, mut teacher, mut head) = (site.browser_of("secretary"), site.browser_of("teacher"), site.browser_of("head"));
        let job = bring(&mut desk, "a.csv", LIST.as_bytes());
        for path in ["/import".into(), "/import/template.xlsx".into(), format!("/import/{job}/columns"), "/import/photos".into()] {
            assert_eq!(teacher.get(&path).status, StatusCode::FORBIDDEN, "{path}");
            assert_eq!(head.get(&path).status, StatusCode::FORBIDDEN, "{path}");
            assert_eq!(desk.get(&path).status, StatusCode::OK, "{path}");
        }
        assert_eq!(desk.get("/export").status, StatusCode::FORBIDDEN);
        assert_eq!(head.get("/export").status, StatusCode::OK);
        let other = t.school("Школа № 2");
        site.add_user_at(other, "stranger", &[accounts::StaffRole::SchoolAdmin]);
        let mut stranger = site.browser_of("stranger");
        for path in [format!("/import/{job}"), format!("/import/{job}/columns"), format!("/import/{job}/refused.xlsx")] {
            assert_eq!(stranger.get(&path).status, StatusCode::NOT_FOUND, "{path}");
        }
        assert_eq!(stranger.post(&format!("/import/{job}/cancel"), &[]).status, StatusCode::NOT_FOUND);
    }

    fn the_template_is_taken_in_as_it_is_in_three_languages(t) {
        let site = school(t);
        let mut desk = site.browser_of("secretary");
        for (lang, name) in [("kk", "Асанов Ерлан Болатұлы"), ("ru", "Асанов Ерлан Болатович"), ("en", "Asanov Yerlan Bolatovich")] {
            desk.post("/language", &[("lang", lang), ("next", "/")]);
            let template = desk.get("/import/template.xlsx");
            let job = bring(&mut desk, "template.xlsx", &template.bytes);
            for path in ["/import".into(), format!("/import/{job}/columns"), "/import/photos".into()] {
                let page = desk.get(&path);
                assert!(page.status == StatusCode::OK && !page.says("⟦"), "{lang} {path}");
            }
            choose(&mut desk, &job);
            let page = preview_of(&mut desk, &job, "?view=new");
            assert!(page.says(name) && page.says("5 «Б»") && !page.says("⟦"), "{lang} {}", page.body);
        }
    }

    fn groups_cards_and_states_come_with_the_list(t) {
        let site = school(t);
        let mut desk = site.browser_of("secretary");
        let list = "Фамилия;Имя;Дата рождения;Роль;Группы;Карта;Статус\nКим;Анна;01.02.1985;учитель, родитель;Хор; 1,5 ;\nЛи;Ян;01.02.1986;сотрудник;Хор; 1,5;выбыл\n";
        let job = bring(&mut desk, "a.csv", list.as_bytes());
        choose(&mut desk, &job);
        let page = preview_of(&mut desk, &job, "");
        assert!(page.says("Эта карта уже есть в строке 2") && page.says("Будут добавлены группы: 1"), "{}", page.body);
        desk.post(&format!("/import/{job}/confirm"), &[]);
        finished(&mut desk, &job);
        assert_eq!(people(&mut desk), ["Ким Анна"], "who has left is not in the list of those who are here");
        assert!(desk.get("/people?status=archived").says("Ли Ян") && desk.get("/people?q=1,5").says("Ким Анна"));
        assert_eq!(members(t, site.school), 2);
    }
}

both_databases! {
    fn a_hundred_thousand_rows_are_looked_at_page_by_page(t) {
        many_rows(t);
    }
}

/// A list of a hundred thousand rows is read, looked at page by page, and nothing falls.
fn many_rows(t: &TestDb) {
    let site = school(t);
    let mut desk = site.browser_of("secretary");
    let columns = ["ФИО", "ИИН", "Класс", "ФИО матери", "Телефон матери"].map(|head| sheet::Column::new(head, 20.0));
    let mut file = sheet::Writer::new(sheet::Kind::Xlsx, "Список", &[], &columns).unwrap();
    for number in 0..100_000_u32 {
        // Every tenth row has the number of the row before, and a mother has two children.
        let born = jiff::civil::date(2008, 1, 1).checked_add(jiff::Span::new().days(number % 4_000)).unwrap();
        let code = if number % 10 == 9 { "150915500018".into() } else { site::iin(born, false, number / 4_000 * 7) };
        let mother = letters(number as usize / 2);
        let row = [
            format!("Ким {}", letters(number as usize)),
            code,
            "5Б".into(),
            format!("Ли {mother}"),
            format!("8701{:07}", number / 2),
        ];
        file.row(row.map(sheet::Value::from)).unwrap();
    }
    let job = bring(&mut desk, "a.xlsx", &file.finish().unwrap());
    choose(&mut desk, &job);
    // A machine that is busy with other tests may need longer than a page may take; what it works out meanwhile is there for the next request.
    let mut page = preview_of(&mut desk, &job, "?page=1900");
    for _ in 0..10 {
        if page.status == StatusCode::OK {
            break;
        }
        page = preview_of(&mut desk, &job, "?page=1900");
    }
    let sums = page.body.split("<b>").nth(1).unwrap_or(&page.body);
    assert_eq!(page.status, StatusCode::OK);
    assert!(
        page.says(&i18n::number(90_000)) && page.says("строк с ошибками – 10"),
        "{}",
        &sums[..sums.floor_char_boundary(600)]
    );
    assert!(page.body.len() < 200_000, "a page has fifty rows");
}

/// A given name that no other number has.
fn letters(mut number: usize) -> String {
    const LETTERS: [char; 10] = ['а', 'б', 'в', 'г', 'д', 'е', 'ж', 'з', 'и', 'к'];
    let mut name = String::from("Я");
    for _ in 0..5 {
        name.push(LETTERS[number % 10]);
        number /= 10;
    }
    name
}

/// The list as an old spreadsheet program of the country writes it: windows-1251.
fn windows_1251(text: &str) -> Vec<u8> {
    let byte = |letter: char| match letter {
        '\0'..='\u{7f}' => letter as u8,
        'А'..='я' => u8::try_from(letter as u32 - 'А' as u32).unwrap() + 0xC0,
        '«' => 0xAB,
        '»' => 0xBB,
        '№' => 0xB9,
        'ё' => 0xB8,
        other => panic!("{other} is not in windows-1251"),
    };
    text.replace("Мектеп", "Школа").chars().map(byte).collect()
}

statements! {
    /// As a server leaves it that falls.
    fn fell(school: kernel::SchoolId, id: kernel::Id<()>, state: &str, done: u32) -> Run =
        "update list_job set state = $3, done = $4, changed_at = changed_at - 120000000 where school = $1 and id = $2";
    /// Pieces of files.
    fn parts(school: kernel::SchoolId) -> Exactly<u64> = "select count(*) from list_part where school = $1";
    /// The pieces themselves.
    fn pieces(school: kernel::SchoolId) -> Many<Vec<u8>> = "select sealed from list_part where school = $1";
}
