//! Screens of the calendar, as a browser sees them, on both databases.
#![allow(clippy::unwrap_used, reason = "a story that cannot go on shall stop")]

#[path = "../../accounts/tests/browser/mod.rs"]
mod browser;

use accounts::StaffRole;
use axum::http::StatusCode;
use browser::{Answer, Browser, Site};
use i18n::Lang;
use kernel::{ClassId, Role};
use people::{
    model::{ClassName, PersonName},
    person::{ClassData, PersonData, Shift},
};
use testkit::{TestDb, both_databases};

fn site(t: &TestDb) -> Site {
    let site = Site::new(t, |app| vec![calendar::subsystem(app)]);
    site.add_user("secretary", &[StaffRole::Secretary]);
    site.add_user("other", &[StaffRole::Head]);
    site.add_user("guard", &[StaffRole::Guard]);
    site
}

/// A site whose school has taken the state's calendar.
fn opened(t: &TestDb) -> Site {
    let site = site(t);
    assert_eq!(site.browser_of("secretary").post("/calendar/open", &[]).location(), "/calendar?done=opened");
    site
}

fn class(site: &Site, t: &TestDb, grade: u8, letter: char) -> ClassId {
    let ctx = site.ctx();
    let data = ClassData { name: ClassName::new(grade, letter).unwrap(), lang: Lang::Kk, shift: Shift::First };
    t.db.write_blocking(move |tx| people::ops::add_class(tx, &ctx, &data)).unwrap()
}

fn teacher(site: &Site, t: &TestDb) -> String {
    let ctx = site.ctx();
    let data = PersonData {
        name: PersonName::parse("Оспанова", "Сәуле", None).unwrap(),
        sex: None,
        birth_date: None,
        roles: [Role::Teacher].into(),
        class: None,
        position: String::new(),
        learning_until: None,
    };
    t.db.write_blocking(move |tx| people::ops::add_person(tx, &ctx, &data)).unwrap().to_string()
}

/// Every field that a page's forms would send by themselves: inputs and chosen options.
fn fields(page: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let attribute = |tag: &str, name: &str| {
        let start = format!(" {name}=\"");
        tag.find(&start).map(|at| tag[at + start.len()..].split('"').next().unwrap().to_owned())
    };
    let mut select = String::new();
    for tag in page.split('<').skip(1) {
        let tag = tag.split('>').next().unwrap();
        if tag.starts_with("select ") {
            select = attribute(tag, "name").unwrap_or_default();
        } else if tag.starts_with("option ") && tag.contains(" selected") {
            found.push((select.clone(), attribute(tag, "value").unwrap()));
        } else if tag.starts_with("input ")
            && let Some(name) = attribute(tag, "name")
            && (!tag.contains("type=\"checkbox\"") || tag.contains(" checked"))
        {
            found.push((name, attribute(tag, "value").unwrap_or_default()));
        }
    }
    found
}

/// The form of a page's part between two marks, with some fields filled otherwise.
fn sent(page: &str, begin: &str, others: &[(&str, &str)]) -> Vec<(String, String)> {
    let part = page.split_once(begin).unwrap_or_else(|| panic!("{begin} is not in {page}")).1;
    let part = part.split("</form>").next().unwrap();
    let mut fields = fields(part);
    for (name, value) in others {
        match fields.iter_mut().find(|(known, _)| known == name) {
            Some((_, old)) => *old = (*value).to_owned(),
            None => fields.push(((*name).to_owned(), (*value).to_owned())),
        }
    }
    fields
}

fn post(browser: &mut Browser<'_>, path: &str, fields: &[(String, String)]) -> Answer {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    browser.post(path, &fields)
}

/// The class with which a day stands in the year.
fn look_of<'a>(page: &'a str, day: &str) -> &'a str {
    let at = page.find(&format!("href=\"/calendar/day/{day}\"")).unwrap_or_else(|| panic!("{day} is not in {page}"));
    let start = page[..at].rfind("class=\"").unwrap() + "class=\"".len();
    page[start..].split('"').next().unwrap()
}

const REVISION: &str = "name=\"revision\" value=\"";

fn value_after<'a>(page: &'a str, mark: &str) -> &'a str {
    page.split_once(mark).unwrap_or_else(|| panic!("{mark} is not in {page}")).1.split('"').next().unwrap()
}

both_databases! {
    fn a_school_without_a_calendar_is_offered_the_states(t) {
        let site = site(t);
        let mut desk = site.browser_of("secretary");
        let page = desk.get("/calendar");
        assert!(page.says("Календаря пока нет") && page.says("Загрузить календарь 2026-27"));
        assert_eq!(desk.get("/calendar/terms").location(), "/calendar");
        assert!(desk.get("/calendar/day/2026-11-23").says("Вне учебного года"));
        let mut guard = site.browser_of("guard");
        assert!(!guard.get("/calendar").says("Загрузить календарь"));
        assert_eq!(guard.post("/calendar/open", &[]).status, StatusCode::FORBIDDEN);
        assert_eq!(desk.post("/calendar/open", &[]).location(), "/calendar?done=opened");
        let again = desk.post("/calendar/open", &[]);
        assert!(again.status == StatusCode::UNPROCESSABLE_ENTITY && again.says("пересекаются"));
    }

    fn the_year_shows_what_each_day_is_by_a_word_and_a_sign(t) {
        let site = opened(t);
        let mut desk = site.browser_of("guard");
        let page = desk.get("/calendar").body;
        for (day, look) in [
            ("2026-09-01", "d lessons"), ("2026-10-25", "d holiday"), ("2026-10-27", "d break"), ("2026-11-28", "d weekend"),
            ("2027-02-09", "d lessons partly"), ("2027-05-26", "d outside"), ("2027-07-06", "d holiday"),
        ] {
            assert_eq!(look_of(&page, day), look, "{day}");
        }
        assert_eq!(page.matches("class=\"month\"").count(), 12);
        assert_eq!(page.matches("href=\"/calendar/day/").count() - page.matches("class=\"guess\"").count(), 365);
        assert!(page.contains("25\u{a0}октября, воскресенье: Праздник: День Республики"));
        assert_eq!(page.matches("aria-current=\"date\"").count(), 1);
        assert!(page.contains("Отличий нет.") && page.contains("дата предварительная"));
        let first = class(&site, t, 1, 'А');
        assert_eq!(look_of(&desk.get(&format!("/calendar?class={first}")).body, "2027-02-09"), "d break");
    }

    fn a_day_is_made_free_shown_in_the_year_and_brought_back(t) {
        let site = opened(t);
        let mut desk = site.browser_of("secretary");
        let path = "/calendar/day/2026-11-27";
        let page = desk.get(path);
        assert!(page.says("Учебный день") && page.says("2-я четверть") && page.says("08:00–08:45"));
        assert!(desk.get(&format!("{path}?change=free")).says("В этот день никто не учится."));
        assert_eq!(desk.post(path, &[("act", "free"), ("reason", "Ремонт")]).location(), format!("{path}?done=changed"));
        let page = desk.get(&format!("{path}?done=changed")).body;
        assert!(page.contains("День изменён") && page.contains("Дополнительный выходной") && page.contains("Дополнительный выходной. Ремонт"));
        let year = desk.get("/calendar").body;
        assert_eq!(look_of(&year, "2026-11-27"), "d off changed");
        assert!(year.contains("27.11.2026: Дополнительный выходной. Ремонт"));
        let second = site.browser_of("other").post(path, &[("act", "free"), ("reason", "Другое")]);
        assert!(second.status == StatusCode::UNPROCESSABLE_ENTITY && second.says("Сначала верните прежнее изменение"));
        let change = value_after(&page, "name=\"change\" value=\"").to_owned();
        assert_eq!(desk.post(&format!("{path}/undo"), &[("change", &change)]).location(), format!("{path}?done=undone"));
        let again = desk.post(&format!("{path}/undo"), &[("change", &change)]);
        assert!(again.status == StatusCode::CONFLICT && again.says("Это уже отменил кто-то другой"));
        assert_eq!(look_of(&desk.get("/calendar").body, "2026-11-27"), "d lessons");
    }

    fn lessons_are_moved_learnt_from_home_and_rung_by_other_bells(t) {
        let site = opened(t);
        let mut desk = site.browser_of("secretary");
        let done = |path: &str| format!("{path}?done=changed");
        let path = "/calendar/day/2026-11-27";
        assert_eq!(desk.post(path, &[("act", "move"), ("to", "2026-11-28"), ("reason", "")]).location(), done(path));
        assert!(desk.get("/calendar/day/2026-11-28").says("Учебный день (по расписанию: пятница)"));
        let path = "/calendar/day/2026-12-02";
        let remote = [("act", "remote"), ("reason", "Мороз"), ("until", "2026-12-04"), ("grade_from", "1"), ("grade_to", "4"), ("shift", "1")];
        assert_eq!(desk.post(path, &remote).location(), done(path));
        let page = desk.get("/calendar/day/2026-12-04");
        assert!(page.says("Дистанционно: 1–4-е классы, 1-я смена. Мороз") && page.says("1-я смена: 1–4 классы"));
        let path = "/calendar/day/2026-12-09";
        let form = desk.get(&format!("{path}?change=bells")).body;
        let short = form.split("<option value=\"").find(|part| part.contains("Короткий день")).unwrap().split('"').next().unwrap().to_owned();
        assert_eq!(desk.post(path, &[("act", "bells"), ("schedule", &short)]).location(), done(path));
        let page = desk.get(path).body;
        assert!(page.contains("08:00–08:30") && !page.contains("08:00–08:45") && page.contains("Звонки этого дня: Короткий день"));
        let rule = value_after(&page, "name=\"rule\" value=\"").to_owned();
        desk.post(&format!("{path}/undo"), &[("rule", &rule)]);
        assert!(desk.get(path).says("08:00–08:45"));
        let path = "/calendar/day/2026-12-06";
        assert_eq!(desk.post(path, &[("act", "work"), ("as_weekday", "3")]).location(), done(path));
        assert!(desk.get(path).says("Рабочий день по расписанию: среда"));
    }

    fn what_makes_no_sense_about_a_day_is_refused_and_kept_in_the_form(t) {
        let site = opened(t);
        let mut desk = site.browser_of("secretary");
        let path = "/calendar/day/2026-11-27";
        for (fields, says) in [
            (vec![("act", "move"), ("to", "31.02.2027"), ("reason", "Почему-то")], "value=\"Почему-то\""),
            (vec![("act", "move"), ("to", "2026-11-27")], "Выберите другой день."),
            (vec![("act", "move"), ("to", "2027-08-01")], "не входит ни в один учебный год"),
            (vec![("act", "remote"), ("reason", "")], "Заполните это поле."),
            (vec![("act", "remote"), ("reason", "Грипп"), ("until", "2026-11-01")], "Конец раньше начала"),
            (vec![("act", "remote"), ("reason", "Грипп"), ("grade_from", "5"), ("grade_to", "2")], "Классы от 0 до 12"),
            (vec![("act", "work"), ("as_weekday", "9")], "fault-line"),
            (vec![("act", "bells"), ("schedule", "nonsense")], "fault-line"),
            (vec![("act", "erase")], "alert bad"),
        ] {
            let answer = desk.post(path, &fields);
            assert!(answer.status == StatusCode::UNPROCESSABLE_ENTITY && answer.says(says), "{fields:?}: {} {}", answer.status, answer.body);
        }
        for path in ["/calendar/day/2026-02-30", "/calendar/day/nonsense", "/calendar/day/99999-01-01", "/calendar/bells/nonsense", "/calendar/timetable/nonsense"] {
            assert_eq!(desk.get(path).status, StatusCode::NOT_FOUND, "{path}");
        }
        assert!(desk.get("/calendar/day/2028-02-29").says("вторник"));
        assert_eq!(desk.post(&format!("{path}/undo"), &[("change", "nonsense")]).status, StatusCode::NOT_FOUND);
    }

    fn terms_and_breaks_are_edited_without_a_script_and_by_one_editor_at_a_time(t) {
        let site = opened(t);
        let (mut one, mut other) = (site.browser_of("secretary"), site.browser_of("other"));
        const FORM: &str = "action=\"/calendar/terms\"";
        let (page, seen) = (one.get("/calendar/terms").body, other.get("/calendar/terms").body);
        let more = post(&mut one, "/calendar/terms", &sent(&page, FORM, &[("act", "add_1")]));
        assert_eq!(more.status, StatusCode::OK);
        assert_eq!(more.body.matches("name=\"break_from\"").count(), 5, "one line more, nothing stored");
        assert_eq!(one.get("/calendar/terms").body.matches("name=\"break_from\"").count(), 4);
        let less = post(&mut one, "/calendar/terms", &sent(&page, FORM, &[("act", "remove_1_2")]));
        assert_eq!(less.body.matches("name=\"break_from\"").count(), 3);
        let saved = post(&mut one, "/calendar/terms", &sent(&less.body, FORM, &[("act", "save")]));
        assert!(saved.location().ends_with("done=saved"), "{}", saved.body);
        assert_eq!(look_of(&one.get("/calendar").body, "2027-02-09"), "d lessons");
        assert!(one.get("/calendar").says("Нет каникул: 08.02.2027 – 14.02.2027 (1-е классы)"));

        let late = post(&mut other, "/calendar/terms", &sent(&seen, FORM, &[("act", "save"), ("until", "2027-05-24")]));
        assert!(late.status == StatusCode::CONFLICT && late.says("Пока вы правили, это изменил кто-то другой"), "{}", late.body);
        assert!(late.says("value=\"2027-05-24\"") && late.body.matches("name=\"break_from\"").count() == 4, "his version is kept");
        let wrong = post(&mut other, "/calendar/terms", &sent(&late.body, FORM, &[("act", "save")]));
        assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.says("4-я четверть выходит за пределы"), "{}", wrong.body);
        for (field, value, says) in [
            ("from", "2027-06-01", "Конец раньше начала"),
            ("term_until", "", "Укажите начало и конец каждой четверти"),
            ("break_until", "2020-01-01", "Укажите начало и конец каждых каникул"),
            ("name", "", "fault-line"),
        ] {
            let answer = post(&mut other, "/calendar/terms", &sent(&late.body, FORM, &[("act", "save"), ("until", "2027-05-25"), (field, value)]));
            assert!(answer.status == StatusCode::UNPROCESSABLE_ENTITY && answer.says(says), "{field}: {}", answer.body);
        }
        let knowingly = post(&mut other, "/calendar/terms", &sent(&late.body, FORM, &[("act", "save"), ("until", "2027-05-25")]));
        assert!(knowingly.location().ends_with("done=saved"), "{}", knowingly.body);
        assert_eq!(site.browser_of("guard").post("/calendar/terms", &[]).status, StatusCode::FORBIDDEN);
        assert!(site.browser_of("guard").get("/calendar/terms").says("01.09.2026 – 25.05.2027"));
    }

    fn the_next_year_is_prepared_and_the_state_calendar_taken_anew(t) {
        let site = opened(t);
        let mut desk = site.browser_of("secretary");
        let page = desk.get("/calendar/terms").body;
        let copied = post(&mut desk, "/calendar/terms/copy", &sent(&page, "action=\"/calendar/terms/copy\"", &[]));
        let next = copied.location().to_owned();
        assert!(next.contains("done=copied"), "{}", copied.body);
        let page = desk.get(&next);
        assert!(page.says("2027-28: четверти и каникулы") && page.says("value=\"2027-10-25\"") && page.says("Удалить год"));
        let year = value_after(&page.body, "name=\"year\" value=\"").to_owned();
        assert_eq!(look_of(&desk.get(&format!("/calendar?year={year}")).body, "2028-02-29"), "d lessons");
        let twice = post(&mut desk, "/calendar/terms/copy", &sent(&desk_page(&site), "action=\"/calendar/terms/copy\"", &[]));
        assert!(twice.location().contains("done=copied"), "the year after the next");
        let removed = desk.post("/calendar/terms/remove", &[("year", &year), ("revision", "1")]);
        assert_eq!(removed.location(), "/calendar?done=removed");
        let first = desk.get("/calendar/terms").body;
        let state = post(&mut desk, "/calendar/terms/state", &sent(&first, "action=\"/calendar/terms/state\"", &[]));
        assert!(state.location().contains("done=state"), "{}", state.body);
        let late = post(&mut desk, "/calendar/terms/state", &sent(&first, "action=\"/calendar/terms/state\"", &[]));
        assert_eq!(late.status, StatusCode::CONFLICT);
        let begun = post(&mut desk, "/calendar/terms/remove", &sent(&desk_page_of_first(&site), "action=\"/calendar/terms\"", &[]));
        assert!(begun.status == StatusCode::UNPROCESSABLE_ENTITY && begun.says("и так учатся"));
    }

    fn holidays_are_put_confirmed_and_removed(t) {
        let site = opened(t);
        let mut desk = site.browser_of("secretary");
        let path = "/calendar/holidays";
        let page = desk.get(path);
        assert!(page.says("16.12.2026") && page.says("День Независимости") && page.says("Курбан айт") && page.says("Уточнить"));
        let wrong = desk.post(path, &[("day", "32.12.2026"), ("name", "")]);
        assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.says("32.12.2026"));
        assert_eq!(desk.post(path, &[("day", "2026-12-08"), ("name", "")]).status, StatusCode::UNPROCESSABLE_ENTITY, "it has no name");
        assert_eq!(desk.post(path, &[("day", "2026-12-08"), ("name", "День школы <b>")]).location(), "/calendar/holidays?done=holiday");
        assert!(desk.get(path).says("День школы &lt;b&gt;"));
        assert_eq!(look_of(&desk.get("/calendar").body, "2026-12-08"), "d holiday");
        let form = desk.get(&format!("{path}?day=2027-05-16")).body;
        assert!(form.contains("value=\"2027-05-16\"") && form.contains("value=\"on\" checked"));
        desk.post(path, &[("day", "2027-05-16"), ("occasion", "kurban_ait")]);
        assert!(!desk.get(path).says("Уточнить"));
        for _ in 0..2 {
            assert_eq!(desk.post("/calendar/holidays/remove", &[("day", "2026-12-08")]).location(), "/calendar/holidays?done=unholiday");
        }
        assert_eq!(desk.post("/calendar/holidays/remove", &[("day", "x")]).status, StatusCode::BAD_REQUEST);
    }

    fn the_week_of_grades_is_edited_line_by_line(t) {
        let site = opened(t);
        let (mut one, mut other) = (site.browser_of("secretary"), site.browser_of("other"));
        const FORM: &str = "action=\"/calendar/week\"";
        let (page, seen) = (one.get("/calendar/week").body, other.get("/calendar/week").body);
        let line = |fields: Vec<(String, String)>| -> Vec<(String, String)> { fields.into_iter().map(|(name, value)| if name == "week_days" { (name, "6".into()) } else { (name, value) }).collect() };
        let saved = post(&mut one, "/calendar/week", &line(sent(&page, FORM, &[("act", "save")])));
        assert_eq!(saved.location(), "/calendar/week?done=saved", "{}", saved.body);
        assert_eq!(look_of(&one.get("/calendar").body, "2026-11-28"), "d lessons");
        let late = post(&mut other, "/calendar/week", &sent(&seen, FORM, &[("act", "save")]));
        assert!(late.status == StatusCode::CONFLICT && late.says("6 дней"));
        let overlap = post(&mut other, "/calendar/week", &sent(&late.body, FORM, &[("act", "save"), ("grade_to", "3")]));
        assert!(overlap.status == StatusCode::UNPROCESSABLE_ENTITY && overlap.says("Строка 2: этот класс уже указан"), "{}", overlap.body);
        let many = post(&mut other, "/calendar/week", &sent(&late.body, FORM, &[("act", "save"), ("lessons", "99")]));
        assert!(many.says("от 1 до 12 уроков"));
        assert_eq!(post(&mut other, "/calendar/week", &sent(&seen, FORM, &[("act", "add_1")])).body.matches("name=\"grade_from\"").count(), 4);
    }

    fn bells_are_edited_and_what_rings_is_shown(t) {
        let site = opened(t);
        class(&site, t, 5, 'Б');
        let mut desk = site.browser_of("secretary");
        let page = desk.get("/calendar/bells");
        assert!(page.says("Обычный день") && page.says("Короткий день") && page.says("Каждый день; 1-е классы"));
        assert!(page.says("5 «Б»") && page.says("08:00–08:45") && page.says("23\u{a0}ноября 2026"), "{}", page.body);
        let blank = desk.get("/calendar/bells/new").body;
        const NEW: &str = "action=\"/calendar/bells/new\"";
        let more = post(&mut desk, "/calendar/bells/new", &sent(&blank, NEW, &[("act", "add_1"), ("name", "Понедельник"), ("from_1", "08:00"), ("until_1", "08:20")]));
        assert!(more.body.matches("name=\"from_1\"").count() == 2 && more.says("value=\"Понедельник\"") && more.says("value=\"08:20\""));
        assert!(more.says("name=\"number_1\" value=\"2\""));
        let two = |from: &str, until: &str| vec![
            ("name", "Понедельник".to_owned()), ("number_1", "1".into()), ("from_1", "08:00".into()), ("until_1", "08:20".into()),
            ("number_1", "2".into()), ("from_1", from.to_owned()), ("until_1", until.to_owned()), ("act", "save".into()),
        ];
        let mut send = |fields: Vec<(&str, String)>| {
            let fields: Vec<(String, String)> = fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
            post(&mut desk, "/calendar/bells/new", &fields)
        };
        for (from, until, says) in [
            ("08:10", "08:50", "1-я смена: Строка 2: урок начинается раньше, чем кончается предыдущий."),
            ("09:00", "08:50", "Строка 2: урок кончается раньше, чем начинается."),
            ("", "08:50", "Строка 2: укажите начало и конец"),
        ] {
            let answer = send(two(from, until));
            assert!(answer.status == StatusCode::UNPROCESSABLE_ENTITY && answer.says(says), "{}", answer.body);
        }
        assert_eq!(send(two("08:30", "09:10")).location(), "/calendar/bells?done=bells");
        assert!(send(two("08:30", "09:10")).says("Такое название уже есть"));

        let page = desk.get("/calendar/bells").body;
        let id = page.split("href=\"/calendar/bells/").find(|part| part.contains(">Понедельник<")).unwrap().split('"').next().unwrap().to_owned();
        let rule = [("schedule", id.as_str()), ("weekday", "1")];
        assert_eq!(desk.post("/calendar/bells/rules", &rule).location(), "/calendar/bells?done=rule");
        assert!(desk.post("/calendar/bells/rules", &rule).says("Для этого случая расписание уже указано"));
        let rang = desk.get("/calendar/bells?date=2026-11-30");
        assert!(rang.says("08:30–09:10") && rang.says("Пн; Вся школа"));
        let in_use = desk.post(&format!("/calendar/bells/{id}/remove"), &[]);
        assert!(in_use.status == StatusCode::UNPROCESSABLE_ENTITY && in_use.says("Сначала уберите"));
        let edit = format!("/calendar/bells/{id}");
        let form = desk.get(&edit).body;
        let mut first = sent(&form, &format!("action=\"{edit}\""), &[("act", "save"), ("name", "Классный час")]);
        assert_eq!(post(&mut desk, &edit, &first).location(), "/calendar/bells?done=bells");
        first.iter_mut().filter(|(name, _)| name == "name").for_each(|(_, value)| *value = "Опоздавший".into());
        let late = post(&mut desk, &edit, &first);
        assert!(late.status == StatusCode::CONFLICT && late.says("Классный час") && late.says("value=\"Опоздавший\""));
        let page = desk.get("/calendar/bells").body;
        let rule = page.split("<li class=\"rule\">").skip(1).find(|part| part.contains("Классный час")).unwrap();
        let rule = value_after(rule, "name=\"rule\" value=\"").to_owned();
        assert_eq!(desk.post("/calendar/bells/rules/remove", &[("rule", &rule)]).location(), "/calendar/bells?done=unrule");
        assert_eq!(desk.post("/calendar/bells/rules/remove", &[("rule", &rule)]).status, StatusCode::CONFLICT);
        assert_eq!(desk.post(&format!("{edit}/remove"), &[]).location(), "/calendar/bells?done=removed");
        assert_eq!(desk.get(&edit).status, StatusCode::NOT_FOUND);
        let silent = desk.get("/calendar/bells?date=2026-12-16");
        assert!(silent.says("Праздник") && silent.says("В этот день звонков нет."));
    }

    fn a_timetable_is_pasted_edited_lesson_by_lesson_and_copied(t) {
        let site = opened(t);
        let (one, two) = (class(&site, t, 5, 'Б'), class(&site, t, 5, 'В'));
        let who = teacher(&site, t);
        let mut desk = site.browser_of("secretary");
        let home = format!("/calendar/timetable/{one}");
        assert!(desk.get("/calendar/timetable").says("Нет расписания"));
        let page = desk.get(&home);
        assert!(page.says("с 1-го по 6-й урок") && page.says(&format!("href=\"{home}/1-1\"")));
        let seen = value_after(&page.body, REVISION).to_owned();
        let paste = |text: &str, revision: &str| vec![("text".to_owned(), text.to_owned()), ("revision".to_owned(), revision.to_owned())];
        let wrong = post(&mut desk, &format!("{home}/paste"), &paste("a\tb\tc\td\te\tf\tg", &seen));
        assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.says("столбцов больше") && wrong.says("a\tb\tc"));
        assert!(post(&mut desk, &format!("{home}/paste"), &paste(" ", &seen)).says("Заполните это поле."));
        let pasted = post(&mut desk, &format!("{home}/paste"), &paste("Пн\tВт\nАлгебра (214)\tФизика\nХимия", &seen));
        assert_eq!(pasted.location(), format!("{home}?done=timetable"), "{}", pasted.body);
        let page = desk.get(&home);
        assert!(page.says("Алгебра") && page.says("каб. 214") && page.says("Физика"));
        let late = post(&mut desk, &format!("{home}/paste"), &paste("История", &seen));
        assert!(late.status == StatusCode::CONFLICT && late.says("История") && late.says("Алгебра"));

        let cell = format!("{home}/1-1");
        let form = desk.get(&cell);
        assert!(form.says("value=\"Алгебра\"") && form.says("Оспанова Сәуле"));
        let now = value_after(&form.body, REVISION).to_owned();
        let fields = [("revision", now.as_str()), ("subject", "Алгебра"), ("room", "215"), ("teacher", who.as_str()), ("act", "save")];
        assert_eq!(desk.post(&cell, &fields).location(), format!("{home}?done=timetable"));
        assert!(desk.get(&home).says("Оспанова С."));
        let conflict = desk.post(&cell, &[("revision", now.as_str()), ("subject", "Геометрия"), ("room", ""), ("teacher", "")]);
        assert!(conflict.status == StatusCode::CONFLICT && conflict.says("Сейчас сохранено: Алгебра") && conflict.says("value=\"Геометрия\""));
        let now = value_after(&conflict.body, REVISION).to_owned();
        assert!(desk.post(&cell, &[("revision", now.as_str()), ("subject", " ")]).says("fault-line"));
        let long = "я".repeat(61);
        assert!(desk.post(&cell, &[("revision", now.as_str()), ("subject", &long)]).says("Текст слишком длинный"));
        assert_eq!(desk.post(&cell, &[("revision", now.as_str()), ("act", "remove")]).location(), format!("{home}?done=timetable"));
        assert!(!desk.get(&home).says("Алгебра"));
        for place in ["7-1", "1-13", "x", "1"] {
            assert_eq!(desk.get(&format!("{home}/{place}")).status, StatusCode::NOT_FOUND, "{place}");
        }

        let other = format!("/calendar/timetable/{two}");
        let page = desk.get(&other).body;
        let copy = sent(&page, &format!("action=\"{other}/copy\""), &[("from", &one.to_string())]);
        assert_eq!(post(&mut desk, &format!("{other}/copy"), &copy).location(), format!("{other}?done=timetable"));
        assert!(desk.get(&other).says("Химия"));
        let page = desk.get(&other).body;
        let clear = sent(&page, &format!("action=\"{other}/clear\""), &[]);
        assert_eq!(post(&mut desk, &format!("{other}/clear"), &clear).location(), format!("{other}?done=cleared"));
        assert!(!desk.get(&other).says("Химия"));
        let mut guard = site.browser_of("guard");
        assert!(guard.get(&home).says("Химия") && !guard.get(&home).says("Заменить расписание"));
        assert_eq!(guard.get(&format!("{home}/1-1")).status, StatusCode::FORBIDDEN);
    }

    fn every_page_speaks_all_languages(t) {
        let site = opened(t);
        let five = class(&site, t, 5, 'Б');
        let mut desk = site.browser_of("secretary");
        desk.post("/calendar/day/2026-11-27", &[("act", "free"), ("reason", "x")]);
        desk.post("/calendar/holidays", &[("day", "2026-12-08"), ("name", "x")]);
        let bells = desk.get("/calendar/bells").body;
        let schedule = bells.split("href=\"/calendar/bells/").find(|part| part.contains("Обычный")).unwrap().split('"').next().unwrap().to_owned();
        for lang in ["kk", "ru", "en"] {
            desk.set_cookie("lang", lang);
            for path in [
                "/calendar", "/calendar/terms", "/calendar/holidays", "/calendar/week", "/calendar/bells", "/calendar/bells/new",
                "/calendar/timetable", "/calendar/day/2026-11-27", "/calendar/day/2026-12-16", "/calendar/day/2027-02-09",
                "/calendar/day/2026-11-25?change=free", "/calendar/day/2026-11-25?change=move", "/calendar/day/2026-11-25?change=work",
                "/calendar/day/2026-11-25?change=remote", "/calendar/day/2026-11-25?change=bells",
                &format!("/calendar/bells/{schedule}"), &format!("/calendar/timetable/{five}"), &format!("/calendar/timetable/{five}/1-1"),
            ] {
                let page = desk.get(path);
                assert!(page.status == StatusCode::OK && !page.says("⟦"), "{lang} {path}: {}", page.body);
            }
        }
        desk.set_cookie("lang", "kk");
        let page = desk.get("/calendar");
        assert!(page.says("қыркүйек") && page.says("дүйсенбі") && page.says("Дс"));
    }
}

fn desk_page(site: &Site) -> String {
    let mut desk = site.browser_of("secretary");
    let page = desk.get("/calendar/terms").body;
    let last = page.split("/calendar/terms?year=").last().unwrap().split('"').next().unwrap().to_owned();
    desk.get(&format!("/calendar/terms?year={last}")).body
}

fn desk_page_of_first(site: &Site) -> String {
    site.browser_of("secretary").get("/calendar/terms").body
}
