//! Pages of attendance through HTTP, on both databases.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a story that cannot go on shall stop")]

#[path = "../../../shared/accounts/tests/browser/mod.rs"]
mod browser;
mod site;

use accounts::StaffRole;
use attendance::LeaveReasons;
use axum::http::StatusCode;
use browser::Site;
use journal::facts::{LeaveChanged, LeaveTerm};
use kernel::{
    Direction::{In, Out},
    PersonId, Role,
};
use people::person::Shift;
use site::{at, class, leads, open_calendar, pass, person, tell};
use testkit::{TestDb, both_databases};

struct School {
    site: Site,
    class: String,
    other: String,
    pupils: Vec<PersonId>,
    stranger: PersonId,
    cook: PersonId,
    teacher: PersonId,
}

/// Monday 09:00: of three pupils of 5 «А» one came in time, one 12 minutes late, one not at all; a class teacher leads 5 «А».
fn school(t: &TestDb) -> School {
    let site = Site::new(t, |app| {
        let reasons = LeaveReasons::new(|_, _, ids| Ok(ids.iter().map(|id| (*id, "К врачу".to_owned())).collect()));
        vec![attendance::subsystem_with(app, None, reasons)]
    });
    let id = site.school;
    open_calendar(t, id);
    let (own, other) = (class(t, id, 5, 'А', Shift::First), class(t, id, 6, 'Б', Shift::First));
    let pupils: Vec<PersonId> = ["Асанов", "Беков", "Дәуітова"]
        .into_iter()
        .map(|family| person(t, id, family, Role::Pupil, Some(own)))
        .collect();
    let stranger = person(t, id, "Чужой", Role::Pupil, Some(other));
    let cook = person(t, id, "Поварова", Role::Staff, None);
    site.add_user("secretary", &[StaffRole::Secretary]);
    site.add_user("head", &[StaffRole::Head]);
    site.add_user("guard", &[StaffRole::Guard]);
    let teacher = site.add_user("teacher", &[StaffRole::Teacher]);
    site.add_user("newcomer", &[StaffRole::Teacher]);
    let leader = person(t, id, "Учителева", Role::Teacher, None);
    leads(t, id, own, leader, teacher);
    t.clock.set(at("2026-11-23T09:00:00+05:00"));
    tell(
        t,
        id,
        vec![
            pass(t, pupils[0], In, at("2026-11-23T07:50:00+05:00")),
            pass(t, pupils[1], In, at("2026-11-23T08:12:00+05:00")),
            pass(t, cook, In, at("2026-11-23T07:00:00+05:00")),
            pass(t, cook, Out, at("2026-11-23T08:55:00+05:00")),
        ],
    );
    School { site, class: own.to_string(), other: other.to_string(), pupils, stranger, cook, teacher: leader }
}

both_databases! {
    fn a_class_teacher_sees_the_own_class_and_says_why_with_one_tap(t) {
        let school = school(t);
        let mut desk = school.site.browser_of("teacher");
        let page = desk.get("/attendance");
        assert!(page.says("Асанов") && page.says("Опоздание 12 мин") && page.says("Без причины") && page.says("07:50"), "{}", page.body);
        assert!(!page.says("Чужой") && !page.says("6 «Б»"));
        let pupil = school.pupils[2].to_string();
        let tap = |status| [("person", pupil.as_str()), ("class", school.class.as_str()), ("day", "2026-11-23"), ("status", status)].map(|(name, value): (&str, &str)| (name.to_owned(), value.to_owned()));
        let send = |desk: &mut browser::Browser<'_>, fields: &[(String, String)]| {
            let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            desk.post("/attendance/mark", &fields)
        };
        let answer = send(&mut desk, &tap("ill"));
        assert_eq!(answer.location(), format!("/attendance?class={}&day=2026-11-23&done=marked", school.class));
        assert!(desk.get(answer.location()).says("Болезнь") && desk.get("/attendance").says("Отметил(а) Асанова А. Б."));
        assert_eq!(send(&mut desk, &tap("sleepy")).status, StatusCode::BAD_REQUEST);
        let mut other = tap("ill");
        other[0].1 = school.stranger.to_string();
        assert_eq!(send(&mut desk, &other).status, StatusCode::NOT_FOUND);
        assert_eq!(desk.get(&format!("/attendance?class={}", school.other)).status, StatusCode::NOT_FOUND);
        assert_eq!(desk.get(&format!("/attendance/class/{}/month", school.other)).status, StatusCode::NOT_FOUND);
        assert_eq!(desk.get(&format!("/attendance/person/{}", school.stranger)).status, StatusCode::NOT_FOUND);
        assert_eq!(desk.get(&format!("/attendance/person/{}", school.cook)).status, StatusCode::NOT_FOUND);
        for path in ["/today", "/attendance/school/month", "/attendance/late", "/attendance/chronic", "/timesheet", "/attendance/settings"] {
            assert_eq!(desk.get(path).status, StatusCode::FORBIDDEN, "{path}");
        }
        assert!(school.site.browser_of("newcomer").get("/attendance").says("За вами не закреплён класс"));
        assert_eq!(school.site.browser_of("guard").get("/attendance").status, StatusCode::FORBIDDEN);
    }

    fn the_check_at_the_first_lesson_finds_who_is_elsewhere(t) {
        let school = school(t);
        let mut desk = school.site.browser_of("teacher");
        let ids: Vec<String> = school.pupils.iter().map(ToString::to_string).collect();
        let mut fields = vec![("class", school.class.as_str()), ("day", "2026-11-23")];
        fields.extend(ids.iter().map(|id| ("asked", id.as_str())));
        // The first came in but is not in the class; the third sits there and was not seen at the doors.
        fields.extend([("there", ids[1].as_str()), ("there", ids[2].as_str())]);
        let answer = desk.post("/attendance/check", &fields);
        let page = desk.get(answer.location()).body;
        let after = |mark: &str| page.split_once(mark).unwrap_or_else(|| panic!("{mark}: {page}")).1.split("</p>").next().unwrap().to_owned();
        assert!(after("Вошли в школу, но отмечены отсутствующими").contains("Асанов"));
        assert!(after("Отмечены на уроке, но вход не зафиксирован").contains("Дәуітова"));
    }

    fn days_away_are_told_refused_and_withdrawn(t) {
        let school = school(t);
        let mut desk = school.site.browser_of("secretary");
        let pupil = school.pupils[2].to_string();
        let form = |until: &'static str| vec![("class", school.class.as_str()), ("day", "2026-11-23"), ("person", pupil.as_str()), ("reason", "family"), ("from", "2026-11-23"), ("until", until), ("note", "Свадьба")];
        let refused = desk.post("/attendance/absence", &form("2026-11-20"));
        assert!(refused.status == StatusCode::UNPROCESSABLE_ENTITY && refused.says("не раньше первого") && refused.says("Свадьба"));
        assert_eq!(desk.post("/attendance/absence", &form("2026-11-27")).status, StatusCode::SEE_OTHER);
        let page = desk.get("/attendance");
        assert!(page.says("Семейные причины") && page.says("До 27.11.2026") && page.says("Свадьба"));
        assert!(desk.post("/attendance/absence", &form("2026-11-24")).says("уже есть запись"));
        let id = page.body.split_once("name=\"absence\" value=\"").unwrap().1.split('"').next().unwrap().to_owned();
        let withdraw = [("class", school.class.as_str()), ("day", "2026-11-23"), ("absence", id.as_str())];
        assert_eq!(desk.post("/attendance/absence/withdraw", &withdraw).status, StatusCode::SEE_OTHER);
        assert!(!desk.get("/attendance").says("До 27.11.2026"));
        assert_eq!(desk.post("/attendance/absence/withdraw", &withdraw).status, StatusCode::CONFLICT);
    }

    fn every_report_is_shown_and_taken_away_in_two_languages(t) {
        let school = school(t);
        let mut desk = school.site.browser_of("head");
        let month = format!("/attendance/class/{}/month", school.class);
        for (path, says) in [
            ("/attendance".to_owned(), "Асанов"),
            (month.clone(), "Беков"),
            (format!("{month}?view=times"), "08:12"),
            ("/attendance/school/month".to_owned(), "5 «А»"),
            ("/attendance/late".to_owned(), "Беков"),
            ("/attendance/chronic".to_owned(), "Частых пропусков нет"),
            ("/timesheet".to_owned(), "Поварова"),
        ] {
            let page = desk.get(&path);
            assert!(page.status == StatusCode::OK && page.says(says), "{path}: {}", page.body);
            let sign = if path.contains('?') { '&' } else { '?' };
            for lang in ["kk", "ru"] {
                let pdf = desk.get(&format!("{path}{sign}format=pdf&in={lang}"));
                assert!(pdf.bytes.starts_with(b"%PDF") && pdf.header("content-disposition").ends_with(&format!("-{lang}.pdf\"")), "{path}");
                let xlsx = desk.get(&format!("{path}{sign}format=xlsx&in={lang}"));
                let book = sheet::read(&xlsx.bytes).unwrap();
                let text: String = book.sheets[0].rows.iter().flat_map(|row| row.cells.iter().map(sheet::Cell::as_text)).collect();
                let head = if lang == "kk" { "Оқушы" } else { "ченик" };
                assert!(path.contains("timesheet") || text.contains(head), "{path} {lang}: {text}");
            }
        }
    }

    fn who_left_by_a_permission_is_shown_so_with_the_reason_and_who_gave_it(t) {
        let school = school(t);
        let (id, pupil) = (school.site.school, school.pupils[0]);
        let (from, until) = (at("2026-11-23T10:00:00+05:00"), at("2026-11-23T12:00:00+05:00"));
        let given_by = Some(school.site.add_user("office", &[StaffRole::Secretary]));
        let leave = LeaveChanged {
            leave: t.ids.new_id(from),
            person: pupil,
            term: Some(LeaveTerm { from, until, given_by, withdrawn_at: None }),
        };
        t.db.write_blocking(move |tx| journal::append(tx, id, from, &leave)).unwrap();
        t.clock.set(at("2026-11-23T16:00:00+05:00"));
        tell(t, id, vec![pass(t, pupil, Out, at("2026-11-23T10:30:00+05:00")), pass(t, school.pupils[1], Out, at("2026-11-23T10:40:00+05:00"))]);
        let mut desk = school.site.browser_of("head");
        let month = format!("/attendance/class/{}/month", school.class);
        let by = "Разрешение дал(а) Асанова А. Б.: К врачу";
        let day = desk.get("/attendance");
        assert!(day.says("раньше по разрешению") && day.says(by), "{}", day.body);
        assert!(day.says("Ушли по разрешению") && day.says("Ушли раньше") && day.says("ранний уход на"), "{}", day.body);
        let page = desk.get(&month);
        assert!(page.says(">Р<") && page.says(&format!("23.11.2026, Асанов Айгерім. {by}")), "{}", page.body);
        assert!(desk.get("/today").says("Ушли по разрешению"));
        assert!(desk.get(&format!("/attendance/person/{pupil}/2026-11-23")).says(by));
        let log = [("from", "2026-11-23"), ("until", "2026-11-23"), ("why", "Заявление")];
        assert!(desk.post(&format!("/attendance/person/{pupil}"), &log).says(by));
        let file = desk.get("/attendance?format=xlsx&in=kk");
        let book = sheet::read(&file.bytes).unwrap();
        let text: String = book.sheets[0].rows.iter().flat_map(|row| row.cells.iter().map(sheet::Cell::as_text)).collect();
        assert!(text.contains("Рұқсат берген: Асанова А. Б.: К врачу"), "{text}");
    }

    fn movements_are_shown_to_whoever_says_why_and_that_is_kept(t) {
        let school = school(t);
        let mut desk = school.site.browser_of("secretary");
        let path = format!("/attendance/person/{}", school.pupils[1]);
        let ask = |why: &'static str| [("from", "2026-11-01"), ("until", "2026-11-23"), ("why", why)];
        assert!(!desk.get(&path).says("08:12:00"));
        assert!(desk.post(&path, &ask("")).status == StatusCode::UNPROCESSABLE_ENTITY && desk.post(&path, &ask("я")).says("Напишите причину"));
        let page = desk.post(&path, &ask("Заявление родителей"));
        assert!(page.says("08:12:00") && page.says("Вход"), "{}", page.body);
        let page = desk.get(&path);
        assert!(page.says("Кто смотрел") && page.says("Заявление родителей"));
        let pdf = desk.post(&path, &[("from", "2026-11-01"), ("until", "2026-11-23"), ("why", "Заявление"), ("format", "pdf"), ("in", "kk")]);
        assert!(pdf.bytes.starts_with(b"%PDF"));
        assert!(desk.post(&format!("/attendance/person/{}", school.cook), &ask("Проверка")).says("08:55:00"));
    }

    fn the_dashboard_tells_who_is_there_now(t) {
        let school = school(t);
        let mut desk = school.site.browser_of("head");
        let page = desk.get("/today").body;
        let figure = |label: &str| {
            let before = page.split_once(&format!("stat-label\">{label}")).unwrap_or_else(|| panic!("{label}: {page}")).0;
            before.rsplit_once("stat-figure\">").unwrap().1.split('<').next().unwrap().to_owned()
        };
        assert_eq!((figure("Сейчас в школе"), figure("Отсутствуют"), figure("Опоздали")), ("2".into(), "2".into(), "1".into()));
        assert_eq!(figure("Сотрудников в школе из 2"), "0");
        assert!(page.contains("1-я смена, звонок в 08:00") && page.contains("chart-bar") && page.contains("sse-connect=\"/today/events\""));
        assert!(!page.contains("style="));
        t.clock.set(at("2026-11-22T09:00:00+05:00"));
        assert!(desk.get("/today").says("Сегодня занятий в школе нет"));
    }

    fn the_secretary_says_when_one_is_late_and_who_leads_a_class(t) {
        let school = school(t);
        let mut desk = school.site.browser_of("secretary");
        let page = desk.get("/attendance/settings");
        assert!(page.says("name=\"revision\" value=\"0\""));
        let form = |tolerance: &'static str, revision: &'static str| vec![("revision", revision), ("tolerance_min", tolerance), ("weekdays", "1"), ("weekdays", "2"), ("from", "08:00"), ("until", "16:00"), ("break_min", "30")];
        assert_eq!(desk.post("/attendance/settings", &form("90", "0")).status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(desk.post("/attendance/settings", &form("15", "0")).location(), "/attendance/settings?done=saved");
        assert!(desk.post("/attendance/settings", &form("5", "0")).says("изменил кто-то другой"));
        assert!(!desk.get("/attendance").says("Опоздание 12 мин"));
        assert!(page.says(&format!("href=\"/people/{}\">Учителева", school.teacher)) && page.says(">teacher<") && page.says("Не назначен"), "{}", page.body);
        assert!(page.says(&format!("href=\"/classes/{}\"", school.other)));
        assert_eq!(school.site.browser_of("head").get("/attendance/settings").status, StatusCode::FORBIDDEN);
    }

    fn a_single_day_is_marked_with_minutes_and_a_note_and_its_history_is_shown(t) {
        let school = school(t);
        let mut desk = school.site.browser_of("teacher");
        let day = format!("/attendance/person/{}/2026-11-23", school.pupils[1]);
        assert!(desk.get("/attendance").says(&format!("href=\"{day}\"")));
        let page = desk.get(&day);
        assert!(page.says("Беков") && page.says("Опоздание 12 мин") && page.says("08:12–") && page.says("name=\"revision\" value=\"0\""), "{}", page.body);
        let form = |status: &'static str, minutes: &'static str, revision: &'static str| {
            [("revision", revision), ("status", status), ("minutes", minutes), ("note", "Автобус задержался")]
        };
        for (status, minutes) in [("late", ""), ("late", "0"), ("late", "вечность"), ("left_early", "721")] {
            let refused = desk.post(&day, &form(status, minutes, "0"));
            assert!(refused.status == StatusCode::UNPROCESSABLE_ENTITY && refused.says("Автобус задержался"), "{status} {minutes}");
        }
        let saved = desk.post(&day, &form("late", "4", "0"));
        assert_eq!(saved.location(), format!("/attendance?class={}&day=2026-11-23&done=marked", school.class));
        assert!(desk.get(saved.location()).says("Опоздание 4 мин") && desk.get(saved.location()).says("Автобус задержался"));
        assert!(desk.post(&day, &form("present", "", "0")).says("изменил кто-то другой"));
        assert_eq!(desk.post(&day, &form("left_early", "25", "1")).status, StatusCode::SEE_OTHER);
        let page = desk.get(&day);
        assert!(page.says("Ранний уход на 25 мин") && page.says("Опоздание 4 мин") && page.says("Асанова А. Б."), "{}", page.body);
        assert!(page.says("value=\"25\"") && page.says("value=\"left_early\" selected"), "{}", page.body);
        assert_eq!(desk.post(&day, &form("as_seen", "", "2")).status, StatusCode::SEE_OTHER);
        assert!(desk.get("/attendance").says("Опоздание 12 мин"));
        for (path, status) in [
            (format!("/attendance/person/{}/2026-11-23", school.stranger), StatusCode::NOT_FOUND),
            (format!("/attendance/person/{}/2026-11-23", school.cook), StatusCode::NOT_FOUND),
            (format!("/attendance/person/{}/2026-11-22", school.pupils[1]), StatusCode::NOT_FOUND),
            (format!("/attendance/person/{}/sunday", school.pupils[1]), StatusCode::NOT_FOUND),
        ] {
            assert_eq!(desk.get(&path).status, status, "{path}");
            assert_eq!(desk.post(&path, &form("present", "", "0")).status, status, "{path}");
        }
        assert_eq!(school.site.browser_of("guard").get(&day).status, StatusCode::FORBIDDEN);
    }

    fn a_day_of_the_time_sheet_is_entered(t) {
        let school = school(t);
        t.clock.set(at("2026-11-25T09:00:00+05:00"));
        let mut desk = school.site.browser_of("secretary");
        let path = format!("/timesheet/{}", school.cook);
        assert!(desk.get(&path).says("Ф 1:55") && desk.get(&path).says("нужно решение"));
        let day = format!("{path}/2026-11-23");
        assert!(desk.get(&day).says("01:55"));
        let entered = |code: &'static str, hours: &'static str| [("revision", "0"), ("code", code), ("hours", hours), ("night", "")];
        assert!(desk.post(&day, &entered("Я", "восемь")).says("Введите время как 7:45"));
        assert!(desk.post(&day, &entered("Б", "8")).says("часы к нему не ставятся"));
        assert_eq!(desk.post(&day, &entered("Я", "8")).location(), format!("{path}?month=2026-11&done=entered"));
        assert!(desk.get(&path).says("Я 8") && desk.get(&day).says("История исправлений"));
        assert!(desk.post(&day, &entered("Я", "7")).says("изменил кто-то другой"));
        assert!(desk.get("/timesheet/codes").says("Временная нетрудоспособность"));
        let code = [("code", "до"), ("name_kk", "Ақысыз демалыс"), ("name_ru", "Отпуск без оплаты")];
        assert_eq!(desk.post("/timesheet/codes", &code).location(), "/timesheet/codes?done=saved");
        assert!(desk.get("/timesheet/codes").says("<b>ДО</b>"));
        let plan = [("weekdays", "1"), ("from", "20:00"), ("until", "08:00"), ("break_min", "0")];
        assert_eq!(desk.post(&format!("{path}/plan"), &plan).location(), format!("{path}?done=saved"));
        assert!(desk.get(&path).says("12:00") && desk.get(&path).says("свой график"));
    }
}
