//! The pages of the log, rules, points, devices and alarms, as a browser meets them.
#![allow(missing_docs, clippy::unwrap_used, reason = "stories")]

mod site;

use access::{model::PointInput, queries};
use accounts::StaffRole;
use axum::http::StatusCode;
use kernel::{AccessPointId, AlarmKind, Direction, GateBody, GateRecord, ReaderFormat, Reason, Role, Who};
use site::{Site, browser::Browser, rule};
use testkit::{TestDb, both_databases};

/// A school in which three passes happened: in, refused, an unknown card that came late.
fn morning(t: &TestDb) -> Site<'_> {
    let site = Site::new(t);
    let class = site.class(5, 'Б');
    let pupils = site.persons(&["Әбдіғали", "Формулин"], Some(class), 700);
    let mut passes = vec![
        site.pass(site.door, Direction::In, Some(pupils[0])),
        site.pass(site.inner_door, Direction::In, Some(pupils[1])),
        site.pass(site.door, Direction::Out, None),
    ];
    (passes[1].reason, passes[1].at) = (Reason::NoRight, site::later(site.now(), 1));
    (passes[2].reason, passes[2].at) = (Reason::UnknownCredential, site::later(site.now(), -7200));
    passes[2].number = Some((ReaderFormat::W26, 10_058_400));
    site.deliver_passes(1, &passes);
    site
}

fn rename(site: &Site<'_>, point: AccessPointId, name: &str) {
    let (ctx, scope, name) = (site.ctx(), site.scope(), site::title(name));
    let renamed = site.t.db.write_blocking(move |tx| {
        let was = queries::point(tx, &scope, point)?.unwrap();
        let input = PointInput {
            name: name.clone(),
            gate: was.gate,
            device: was.device,
            door: was.door,
            reader_format: was.reader_format,
            inner: was.inner,
            outer: was.outer,
            anti_passback: was.anti_passback,
            is_enabled: was.is_enabled,
            position: was.position,
        };
        access::ops::edit_point(tx, &ctx, point, &input)
    });
    renamed.unwrap();
}

both_databases! {
    fn the_log_is_shown_newest_first_and_narrowed_by_its_filters(t) {
        let site = morning(t);
        let mut guard = Browser::of(&site, StaffRole::Guard);
        let all = guard.get("/passes");
        all.says(&["Әбдіғали", "5 «Б»", "Турникет 1", "Столовая", "10058400", "Неизвестная карта", "Получено в 07:30"]);
        assert!(all.body.find("Формулин").unwrap() < all.body.find("Әбдіғали").unwrap());
        guard.get("/passes?outcome=no").says(&["Формулин", "10058400"]).hides(&["Әбдіғали"]);
        guard.get("/passes?q=%D3%99%D0%B1%D0%B4").says(&["Әбдіғали"]).hides(&["10058400"]);
        guard.get("/passes?late=late&way=out").says(&["10058400"]).hides(&["Әбдіғали"]);
        guard.get("/passes?from=2026-11-24").says(&["Таких проходов нет", "Показать все"]);
        guard.get("/passes?from=nonsense&after=1.x&point=%00").says(&["Әбдіғали"]);
    }

    fn the_log_is_read_page_by_page_without_gaps(t) {
        let site = Site::new(t);
        let passes: Vec<_> = (0..120_u64).map(|index| {
            let mut pass = site.pass(site.door, Direction::In, None);
            // Several at one moment: the id alone orders them.
            pass.at = site::later(site.now(), -((index / 5) as i64));
            pass.number = Some((ReaderFormat::W26, 7_000_000 + index));
            pass
        }).collect();
        site.deliver_passes(1, &passes);
        let mut guard = Browser::of(&site, StaffRole::Guard);
        let (mut path, mut seen) = ("/passes?way=in".to_owned(), std::collections::BTreeSet::new());
        for _ in 0..3 {
            let page = guard.get(&path);
            for index in 0..120 {
                let number = (7_000_000 + index).to_string();
                if page.body.contains(&number) {
                    assert!(seen.insert(number.clone()), "{number} twice");
                }
            }
            let Some(at) = page.body.find("rel=\"next\"") else { break };
            let link = page.body[..at].rsplit_once("href=\"").unwrap().1.split_once('"').unwrap().0;
            path = link.replace("&amp;", "&");
        }
        assert_eq!(seen.len(), 120);
    }

    fn the_log_is_taken_away_as_a_file_by_those_who_may_and_noted(t) {
        let site = morning(t);
        rename(&site, site.inner_door, "=1+1 Столовая");
        let mut head = Browser::of(&site, StaffRole::Head);
        let csv = head.get("/passes.csv");
        assert!(csv.body.starts_with('\u{feff}'));
        csv.says(&["23.11.2026 07:30:00;Әбдіғали Айдана;5 «Б»;Турникет 1;", ";Формулин Айдана;5 «Б»;'=1+1 Столовая;", ";10058400;"]);
        assert_eq!(csv.body.lines().count(), 4);
        assert_eq!(head.get("/passes.csv?outcome=no").body.lines().count(), 3);
        let xlsx = head.get("/passes.xlsx");
        assert_eq!((xlsx.status, &xlsx.bytes[..2]), (StatusCode::OK, &b"PK"[..]));
        let noted = t.db.read_blocking(|tx| exports(tx, site.school)).unwrap();
        assert_eq!(noted.into_iter().map(|row| row.detail).collect::<Vec<_>>(), ["3 rows", "2 rows", "3 rows"]);
        let mut guard = Browser::of(&site, StaffRole::Guard);
        assert_eq!(guard.get("/passes.csv").status, StatusCode::FORBIDDEN);
        guard.get("/passes").hides(&["/passes.csv"]);
    }

    fn a_rule_is_written_changed_switched_ordered_and_removed(t) {
        let site = Site::new(t);
        let mut admin = Browser::of(&site, StaffRole::SchoolAdmin);
        admin.get("/access/rules").says(&["Правил пока нет"]);
        let door = site.door.to_string();
        let fields = [("who", "role:pupil"), ("direction", "in"), ("points", door.as_str()), ("is_enabled", "on"),
            ("w0-days", "1"), ("w0-days", "2"), ("w0-days", "3"), ("w0-from", "07:30"), ("w0-to", "14:00")];
        let wrong: Vec<_> = fields.iter().copied().filter(|(name, _)| *name != "w0-to").collect();
        admin.refused("/access/rules/new", &wrong).says(&["07:30", "fault-line"]);
        assert_eq!(admin.done("/access/rules/new", &fields), "/access/rules?done=added");
        admin.done("/access/rules/new", &[("who", "everybody"), ("is_enabled", "on")]);
        let list = admin.get("/access/rules?done=added");
        list.says(&["Все ученики", "Турникет 1 · вход · Пн–Ср 07:30–14:00", "все точки прохода · вход и выход · в любое время", "Добавлено"]);
        let rules = t.db.read_blocking(|tx| queries::rules(tx, &site.scope())).unwrap();
        let (first, second) = (format!("/access/rules/{}", rules[0].id), format!("/access/rules/{}", rules[1].id));
        admin.get(&first).says(&["value=\"07:30\"", "name=\"revision\" value=\"1\"", "Удалить правило «Все ученики»?"]);
        admin.done(&first, &[("revision", "1"), ("who", "role:teacher"), ("until", "2027-05-25")]);
        admin.get("/access/rules").says(&["Все учителя", "по 25.05.2027", "Отключено"]);
        // The second editor began from the older version.
        admin.refused(&first, &[("revision", "1"), ("who", "role:staff")]).says(&["Все учителя"]);
        admin.done(&format!("{first}/enable"), &[("is_enabled", "on")]);
        admin.done(&format!("{first}/move"), &[("to", "down")]);
        let order = t.db.read_blocking(|tx| queries::rules(tx, &site.scope())).unwrap();
        assert_eq!(order.iter().map(|rule| rule.id).collect::<Vec<_>>(), [rules[1].id, rules[0].id]);
        assert!(order[1].is_enabled);
        admin.done(&format!("{second}/remove"), &[]);
        assert_eq!(admin.get(&second).status, StatusCode::NOT_FOUND);
    }

    fn windows_of_a_rule_are_added_and_removed_by_buttons_and_seven_are_kept(t) {
        let site = Site::new(t);
        let mut desk = Browser::of(&site, StaffRole::Secretary);
        let mut fields: Vec<(String, String)> = vec![("who".into(), "everybody".into()), ("name".into(), "Неделя <b>".into()), ("is_enabled".into(), "on".into())];
        for day in 0..7 {
            if day > 0 {
                let grown = desk.post("/access/rules/new", &as_str(&fields, ("windows-change", "add")));
                assert_eq!(grown.status, StatusCode::OK);
                // What was typed stays, the new window is there, nothing is saved.
                grown.says(&["value=\"Неделя &lt;b&gt;\"", &format!("name=\"w{day}-from\""), "value=\"07:30\""]).hides(&[&format!("name=\"w{}-from\"", day + 1)]);
            }
            fields.push((format!("w{day}-days"), (day + 1).to_string()));
            fields.push((format!("w{day}-from"), "07:30".into()));
            fields.push((format!("w{day}-to"), format!("{}:00", 12 + day)));
        }
        assert!(t.db.read_blocking(|tx| queries::rules(tx, &site.scope())).unwrap().is_empty());
        let fewer = desk.post("/access/rules/new", &as_str(&fields, ("windows-change", "6")));
        fewer.says(&["value=\"17:00\""]).hides(&["value=\"18:00\"", "name=\"w6-from\""]);
        desk.done("/access/rules/new", &as_str(&fields, ("windows-shown", "7")));
        let rules = t.db.read_blocking(|tx| queries::rules(tx, &site.scope())).unwrap();
        assert_eq!(rules[0].windows.len(), 7);
        let address = format!("/access/rules/{}", rules[0].id);
        desk.get(&address).says(&["name=\"w6-from\""]).hides(&["name=\"w7-from\""]);
        fields.push(("revision".into(), "1".into()));
        desk.post(&address, &as_str(&fields, ("windows-change", "add"))).says(&["name=\"w7-from\""]);
        desk.refused(&address, &as_str(&fields, ("w7-from", "08:00"))).says(&["Промежуток 8: Выберите хотя бы один день."]);
    }

    fn a_group_is_filled_by_ticks_and_by_classes_and_removed_when_no_rule_names_it(t) {
        let site = Site::new(t);
        let class = site.class(5, 'Б');
        site.persons(&["Асанова", "Бекова", "Ватаев"], Some(class), 1);
        let others = site.persons(&["Қасымов", "Қасенов"], None, 10);
        let mut desk = Browser::of(&site, StaffRole::Secretary);
        let group = desk.done("/access/rules/groups", &[("name", "Шахматы")]);
        // Without script the page itself shows who was found.
        desk.get(&format!("{group}?q=%D2%9B%D0%B0%D1%81")).says(&["Қасымов", "Қасенов", "type=\"checkbox\" name=\"person\""]);
        desk.refused(&format!("{group}/members"), &[]).says(&["Отметьте хотя бы одного человека"]);
        let both = [("person", others[0].to_string()), ("person", others[1].to_string())];
        let both: Vec<_> = both.iter().map(|(name, id)| (*name, id.as_str())).collect();
        assert_eq!(desk.done(&format!("{group}/members"), &both), format!("{group}?joined=2"));
        desk.get(&format!("{group}?joined=2")).says(&["Добавлены 2 человека", "В группе 2 человека"]);
        desk.get(&format!("{group}/people?q=%D2%9B%D0%B0%D1%81")).says(&["уже в группе"]);
        assert_eq!(desk.done(&format!("{group}/members"), &both), format!("{group}?joined=0"));
        assert_eq!(desk.done(&format!("{group}/members/class"), &[("class", &class.to_string())]), format!("{group}?joined=3"));
        desk.get(&group).says(&["В группе 5 человек", "Асанова", "Удалить группу «Шахматы»?"]);
        assert_eq!(desk.post(&format!("{group}/members/class"), &[("class", &site.hall.to_string())]).status, StatusCode::NOT_FOUND);
        assert_eq!(desk.post(&format!("{group}/members"), &[("person", &site.hall.to_string())]).status, StatusCode::NOT_FOUND);
        let who = format!("group:{}", group.rsplit('/').next().unwrap());
        desk.done("/access/rules/new", &[("who", &who), ("is_enabled", "on")]);
        desk.refused(&format!("{group}/remove"), &[]).says(&["Группу удалить нельзя", "Для этой группы есть правила", "Қасымов"]);
        let rule = t.db.read_blocking(|tx| queries::rules(tx, &site.scope())).unwrap()[0].id;
        desk.done(&format!("/access/rules/{rule}/remove"), &[]);
        assert_eq!(desk.done(&format!("{group}/remove"), &[]), "/access/rules/groups?done=removed");
        assert_eq!(desk.get(&group).status, StatusCode::NOT_FOUND);
        assert_eq!(desk.post(&format!("{group}/remove"), &[]).status, StatusCode::NOT_FOUND);
        let mut head = Browser::of(&site, StaffRole::Head);
        assert_eq!(head.post(&format!("{group}/remove"), &[]).status, StatusCode::FORBIDDEN);
    }

    fn one_persons_rule_is_made_by_finding_the_name(t) {
        let site = Site::new(t);
        let person = site.person("Қасымов", 900).to_string();
        let mut admin = Browser::of(&site, StaffRole::SchoolAdmin);
        admin.get("/access/rules/people?person-q=%D2%9B%D0%B0%D1%81").says(&["Қасымов", &person]);
        admin.refused("/access/rules/new", &[("who", "person")]);
        admin.done("/access/rules/new", &[("who", "person"), ("person", &person), ("is_enabled", "on")]);
        admin.get("/access/rules").says(&["Қасымов Айдана"]);
    }

    fn groups_have_their_pages(t) {
        let site = Site::new(t);
        let person = site.person("Қасымов", 900).to_string();
        let mut admin = Browser::of(&site, StaffRole::SchoolAdmin);
        let group = admin.done("/access/rules/groups", &[("name", "Шахматы")]);
        admin.get(&format!("{group}/people?q=%D2%9B%D0%B0%D1%81")).says(&["Қасымов"]);
        admin.done(&format!("{group}/members"), &[("person", &person)]);
        admin.get(&group).says(&["Шахматы", "Қасымов", "В группе 1 человек"]);
        admin.done(&format!("{group}/members/remove"), &[("person", &person)]);
        admin.get(&group).says(&["В группе пока никого нет"]);
        admin.refused("/access/rules/groups", &[("name", "Шахматы")]);
    }

    fn where_a_person_is_stands_on_the_card_and_is_set_by_hand(t) {
        let site = morning(t);
        site.follow();
        let person = person_named(&site, "Әбдіғали");
        let (card, page) = (format!("/people/{person}"), format!("/people/{person}/presence"));
        let mut guard = Browser::of(&site, StaffRole::Guard);
        guard.get(&card).says(&["Где сейчас", "Холл", "с 07:30 · Турникет 1, вход", &page]);
        guard.get("/monitor/people?q=%D3%99%D0%B1%D0%B4").says(&["Әбдіғали", "Холл · с 07:30", &page]);
        let shown = guard.get(&page);
        shown.says(&["Где сейчас: Әбдіғали Айдана", "За 30 дней место вручную не указывали"]);
        let seen = field(&shown.body, "seen").to_owned();
        guard.refused(&page, &[("seen", &seen)]).says(&["Заполните это поле"]);
        guard.refused(&page, &[("seen", &seen), ("place", "<script>")]).says(&["Выберите значение из списка"]).hides(&["<script>"]);
        guard.refused(&page, &[("seen", &seen), ("place", &person)]).says(&["Такой записи нет"]);
        assert_eq!(guard.done(&page, &[("seen", &seen), ("place", "street")]), format!("{page}?done=placed"));
        guard.get(&format!("{page}?done=placed")).says(&["Место указано", "Вне школы", "вручную: Асанова А. Б."]);
        // The second tab still shows what was before.
        let refused = guard.refused(&page, &[("seen", &seen), ("place", "unknown")]);
        refused.says(&["Пока вы выбирали", "value=\"unknown\" required checked"]);
        let seen = field(&refused.body, "seen").to_owned();
        guard.done(&page, &[("seen", &seen), ("place", "unknown")]);
        guard.get(&card).says(&["Неизвестно", "вручную: Асанова А. Б."]);
        let mut secretary = Browser::of(&site, StaffRole::Secretary);
        secretary.get(&card).says(&["Где сейчас", "Неизвестно"]).hides(&[&page]);
        assert_eq!(secretary.get(&page).status, StatusCode::FORBIDDEN);
        let mut teacher = Browser::of(&site, StaffRole::Teacher);
        teacher.get(&card).says(&["Әбдіғали"]).hides(&["Где сейчас"]);
        assert_eq!(guard.get("/people/nonsense/presence").status, StatusCode::NOT_FOUND);
        let stranger = Site::named(t, "two").person("Чужой", 1);
        assert_eq!(guard.get(&format!("/people/{stranger}/presence")).status, StatusCode::NOT_FOUND);
        assert_eq!(guard.post(&format!("/people/{stranger}/presence"), &[("place", "street")]).status, StatusCode::NOT_FOUND);
    }

    fn the_building_is_declared_empty_by_typing_how_many_are_inside(t) {
        let site = morning(t);
        site.follow();
        let mut guard = Browser::of(&site, StaffRole::Guard);
        guard.get("/monitor").says(&["href=\"/monitor/inside\""]);
        guard.get("/monitor/inside").says(&["Люди в школе", "Холл", "без ограничения", "В школе числится 1 человек", "введите 1."]);
        guard.refused("/monitor/inside", &[("count", "")]).says(&["Заполните это поле"]);
        guard.refused("/monitor/inside", &[("count", "много")]).says(&["Введите число цифрами", "value=\"много\""]);
        guard.refused("/monitor/inside", &[("count", "7")]).says(&["Сейчас в школе числится людей: 1"]);
        assert_eq!(guard.done("/monitor/inside", &[("count", " 1 ")]), "/monitor/inside?done=emptied");
        guard.get("/monitor/inside?done=emptied").says(&["Все отмечены вышедшими", "никто не числится", "Когда отмечали", "Асанова А. Б."]);
        // Sent once more by the back button.
        guard.refused("/monitor/inside", &[("count", "1")]).says(&["никто не числится"]);
        let mut secretary = Browser::of(&site, StaffRole::Secretary);
        assert_eq!(secretary.post("/monitor/inside", &[("count", "0")]).status, StatusCode::FORBIDDEN);
    }

    fn places_are_built_from_nothing_and_kept_while_something_stands_on_them(t) {
        let site = Site::new(t);
        let mut admin = Browser::of(&site, StaffRole::SchoolAdmin);
        admin.get("/access/points").says(&["Турникет 1", "Улица", "Холл", "Плата, дверь 1", "Главное здание"]);
        admin.done("/access/points/buildings/new", &[("name", "Спорткомплекс"), ("address", "ул. Абая, 1")]);
        admin.get("/access/points").says(&["Спорткомплекс", "ул. Абая, 1", "Зон в этом здании пока нет"]);
        let building = site.building.to_string();
        admin.refused("/access/points/zones/new", &[("name", "Зал"), ("building", &building), ("occupancy_limit", "0")]).says(&["fault-line"]);
        admin.done("/access/points/zones/new", &[("name", "Актовый зал"), ("building", &building), ("occupancy_limit", "300")]);
        admin.get("/access/points").says(&["Актовый зал", "300"]);
        admin.refused(&format!("/access/points/buildings/{building}/remove"), &[]).says(&["В здании есть зоны"]);
        admin.refused(&format!("/access/points/zones/{}/remove", site.hall), &[]).says(&["связаны точки прохода"]);
        let (gate, hall, board) = (site.key.gate.to_string(), site.hall.to_string(), site.board.to_string());
        let point = [("name", "Калитка"), ("gate", gate.as_str()), ("device", &board), ("door", "1"), ("reader_format", "w34"),
            ("inner", &hall), ("outer", ""), ("anti_passback", "timed"), ("anti_passback_min", "15"), ("position", "9"), ("is_enabled", "on")];
        admin.refused("/access/points/new", &point).says(&["Калитка", "другая точка прохода"]);
        let point = point.map(|(name, value)| (name, if name == "door" { "3" } else { value }));
        admin.done("/access/points/new", &point);
        admin.get("/access/points").says(&["Калитка", "Запрещён 15 минут"]);
        let door = format!("/access/points/{}", site.door);
        site.deliver_passes(1, &[site.pass(site.door, Direction::In, None)]);
        admin.refused(&format!("{door}/remove"), &[]).says(&["уже записаны проходы"]);
        admin.done(&format!("{door}/enable"), &[("is_enabled", "")]);
        admin.get(&door).says(&["Точка прохода отключена"]);
    }

    fn a_remote_gates_token_is_shown_once(t) {
        let site = Site::new(t);
        let mut admin = Browser::of(&site, StaffRole::SchoolAdmin);
        let shown = admin.post("/access/devices/gates/new", &[("name", "Спортзал"), ("kind", "remote")]);
        assert_eq!(shown.status, StatusCode::OK);
        shown.says(&["Ключ показан только сейчас", "value=\"kzg_"]);
        let list = admin.get("/access/devices");
        list.says(&["Спортзал", "Отдельный компьютер в школе", "Ещё не выходил на связь"]).hides(&["kzg_"]);
        let id = shown.body.split_once("/access/devices/gates/").unwrap().1.split('"').next().unwrap().to_owned();
        let gate = format!("/access/devices/gates/{id}");
        admin.get(&gate).hides(&["kzg_"]);
        let again = admin.post(&format!("{gate}/token"), &[]);
        assert_ne!(token_in(&shown.body), token_in(&again.body));
        admin.done(&gate, &[("name", "Стадион")]);
        admin.done(&format!("{gate}/remove"), &[]);
        admin.refused(&format!("/access/devices/gates/{}/remove", site.key.gate), &[]).says(&["связаны точки прохода"]);
    }

    fn a_board_is_added_checked_synchronised_and_removed(t) {
        let site = Site::new(t);
        let mut admin = Browser::of(&site, StaffRole::SchoolAdmin);
        let gate = site.key.gate.to_string();
        let board = |serial, address| [("name", "Плата 2"), ("gate", gate.as_str()), ("kind", "uhppote"), ("serial", serial),
            ("address", address), ("transport", "udp"), ("open_s", "3")];
        admin.refused("/access/devices/new", &board("405419896", "")).says(&["Плата 2", "уже есть у другого устройства"]);
        admin.refused("/access/devices/new", &board("7", "no port")).says(&["no port", "fault-line"]);
        admin.done("/access/devices/new", &board("405419897", "192.168.1.9:60000"));
        admin.get("/access/devices").says(&["Плата 2", "UHPPOTE 405419897", "Ещё не опрошено"]);
        assert_eq!(admin.done(&format!("/access/devices/{}/sync", site.board), &[]), "/access/devices?done=synced");
        admin.refused(&format!("/access/devices/{}/remove", site.board), &[]).says(&["связаны точки прохода"]);
        let mut head = Browser::of(&site, StaffRole::Head);
        head.get("/access/devices").says(&["Плата 2"]).hides(&["Добавить устройство", "/sync"]);
        assert_eq!(head.get("/access/devices/new").status, StatusCode::FORBIDDEN);
    }

    fn alarms_are_listed_and_marked_as_seen(t) {
        let site = Site::new(t);
        let mut guard = Browser::of(&site, StaffRole::Guard);
        guard.get("/alarms").says(&["Тревог нет"]);
        let alarms = [AlarmKind::ClockDrift, AlarmKind::DoorForced].map(|kind| site.alarm(kind));
        let records: Vec<_> = alarms.iter().zip(1..).map(|(alarm, seq)| GateRecord { seq, body: GateBody::Alarm(alarm.clone()) }).collect();
        site.deliver(&records);
        guard.get("/alarms").says(&["Турникет 1", "12 с", "Отметить все 2 тревоги"]);
        guard.done(&format!("/alarms/{}/seen", alarms[0].id), &[]);
        guard.get("/alarms?seen=no").says(&["Отметить 1 тревогу"]).hides(&["12 с"]);
        guard.done("/alarms/seen", &[]);
        guard.get("/alarms?seen=no").says(&["Таких тревог нет"]);
        guard.get("/alarms").says(&["Асанова А. Б."]);
    }

    fn a_state_that_is_over_says_so_and_asks_for_nothing(t) {
        let site = Site::new(t);
        let mut guard = Browser::of(&site, StaffRole::Guard);
        let raise = |seq, kind| {
            let alarm = kernel::Alarm { point: None, detail: String::new(), ..site.alarm(kind) };
            site.deliver(&[GateRecord { seq, body: GateBody::Alarm(alarm) }]);
        };
        raise(1, AlarmKind::DeviceUnreachable);
        guard.get("/alarms").says(&["Контроллер не отвечает", "Ещё не устранено", "Понятно"]);
        t.clock.forward_s(65);
        raise(2, AlarmKind::DeviceBack);
        guard.get("/alarms").says(&["Контроллер снова на связи", "Снова в порядке: 23.11.2026 07:31"]).hides(&["Ещё не устранено", "Понятно"]);
        guard.get("/alarms?seen=no").says(&["Таких тревог нет"]);
    }

    fn presence_at_night_is_a_setting_of_those_who_edit_points(t) {
        let site = Site::new(t);
        let mut admin = Browser::of(&site, StaffRole::SchoolAdmin);
        admin.get("/access/points").says(&["Присутствие ночью", "В полночь начинается заново", "Отключить"]);
        assert_eq!(admin.done("/access/points/nights", &[("resets", "")]), "/access/points?done=saved");
        admin.get("/access/points").says(&["В полночь сохраняется", "Включить"]);
        let mut head = Browser::of(&site, StaffRole::Head);
        head.get("/access/points").says(&["В полночь сохраняется"]).hides(&["/access/points/nights"]);
        assert_eq!(head.post("/access/points/nights", &[("resets", "on")]).status, StatusCode::FORBIDDEN);
        admin.done("/access/points/nights", &[("resets", "on")]);
        admin.get("/access/points").says(&["В полночь начинается заново"]);
    }

    fn another_schools_things_are_not_there(t) {
        let (ours, theirs) = (Site::named(t, "one"), Site::named(t, "two"));
        let added = rule(Who::Role(Role::Pupil));
        let ctx = theirs.ctx();
        let id = t.db.write_blocking(move |tx| access::ops::add_rule(tx, &ctx, added.clone())).unwrap();
        let mut admin = Browser::of(&ours, StaffRole::SchoolAdmin);
        for path in [
            format!("/access/rules/{id}"),
            format!("/access/points/{}", theirs.door),
            format!("/access/points/zones/{}", theirs.hall),
            format!("/access/points/buildings/{}", theirs.building),
            format!("/access/devices/{}", theirs.board),
            format!("/access/devices/gates/{}", theirs.key.gate),
            "/access/rules/nonsense".to_owned(),
        ] {
            assert_eq!(admin.get(&path).status, StatusCode::NOT_FOUND, "{path}");
            assert_eq!(admin.post(&format!("{path}/remove"), &[]).status, StatusCode::NOT_FOUND, "{path}");
        }
    }

    fn every_page_speaks_all_languages(t) {
        let site = morning(t);
        let mut admin = Browser::of(&site, StaffRole::SchoolAdmin);
        let session = admin.cookie.clone();
        let new_rule = admin.done("/access/rules/new", &[("who", "role:pupil")]);
        assert_eq!(new_rule, "/access/rules?done=added");
        let where_is = format!("/people/{}/presence", person_named(&site, "Әбдіғали"));
        for lang in ["kk", "ru", "en"] {
            admin.cookie = format!("{session}; lang={lang}");
            for path in [
                "/passes", "/access/rules", "/access/rules/new", "/access/rules/groups", "/access/points",
                "/access/points/new", "/access/points/zones/new", "/access/points/buildings/new", "/access/devices", "/access/devices/new",
                "/access/devices/gates/new", "/alarms", "/monitor", "/monitor/inside", &where_is,
            ] {
                let page = admin.get(path);
                assert_eq!(page.status, StatusCode::OK, "{path}");
                page.hides(&["⟦"]);
            }
        }
    }
}

fn person_named(site: &Site<'_>, text: &str) -> String {
    let (scope, text) = (site.scope(), text.to_owned());
    let found = site.t.db.read_blocking(move |tx| people::queries::search(tx, &scope, &text, 1)).unwrap();
    found[0].id.to_string()
}

/// The value of a hidden field of a page.
fn field<'a>(page: &'a str, name: &str) -> &'a str {
    page.split_once(&format!("name=\"{name}\" value=\"")).unwrap().1.split('"').next().unwrap()
}

fn as_str<'a>(fields: &'a [(String, String)], more: (&'a str, &'a str)) -> Vec<(&'a str, &'a str)> {
    fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).chain([more]).collect()
}

fn token_in(body: &str) -> &str {
    body.split_once("value=\"kzg_").unwrap().1.split('"').next().unwrap()
}

store::record! {
    /// What was noted.
    pub struct NotedRow {
        /// The words.
        pub detail: String,
    }
}

store::statements! {
    /// Exports in their order.
    fn exports(school: kernel::SchoolId) -> Many<NotedRow> =
        "select detail as detail from audit where school = $1 and action = 'passes_exported' order by id";
}
