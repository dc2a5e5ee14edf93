//! Cards at scale: the desk, a list, a lost card replaced, day cards; as browsers and gates see it, on both databases.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a story that cannot be told shall stop")]

mod site;

use std::{collections::BTreeSet, time::Duration};

use access::{Feeds, GateKey, model::PointInput, ops};
use accounts::{Scope, StaffRole};
use axum::http::StatusCode;
use gate::{Attempt, By, Presence, Snapshot, decide};
use jiff::Timestamp;
use kernel::{
    AccessPointId, AntiPassback, Card, ClassId, CredentialStatus, DecidedBy, Direction, Feed, Has, Pass, PersonId,
    ReaderFormat, Reason, Role, SnapshotDoc, Who,
};
use people::{
    model::{Iin, Particulars, PersonName},
    ops::bulk::NewPerson,
    person::PersonData,
};
use site::{
    LONG, Site, board,
    browser::{Answer, Browser},
    rule, title, until,
};
use testkit::both_databases;

/// From the test's morning to midnight, in seconds.
const TO_MIDNIGHT_S: i64 = 16 * 3600 + 30 * 60;

/// Pupils of a class who have no card yet.
fn without_cards(site: &Site<'_>, families: &[&str], class: ClassId) -> Vec<PersonId> {
    let new: Vec<NewPerson> = families
        .iter()
        .map(|family| NewPerson {
            data: PersonData {
                name: PersonName::parse(family, "Айдана", None).unwrap(),
                sex: None,
                birth_date: None,
                roles: BTreeSet::from([Role::Pupil]),
                class: Some(class),
                position: String::new(),
                learning_until: None,
            },
            photo: None,
            cards: Vec::new(),
            groups: Vec::new(),
        })
        .collect();
    let ctx = site.ctx();
    site.t.db.write_blocking(move |tx| people::ops::bulk::load(tx, &ctx, &testkit::vault(), &new)).unwrap()
}

fn cards_of(site: &Site<'_>, person: PersonId) -> Vec<(u64, CredentialStatus)> {
    let scope = site.scope();
    let held = site.t.db.read_blocking(|tx| people::queries::credentials(tx, &scope, person)).unwrap();
    held.iter().map(|held| (held.card.value, held.status)).collect()
}

fn give(site: &Site<'_>, person: PersonId, number: u64) -> kernel::CredentialId {
    let ctx = site.ctx();
    let new = people::ops::NewCredential { card: Card::new(24, number).unwrap(), valid_from: None, valid_until: None };
    site.t.db.write_blocking(move |tx| people::ops::issue_credential(tx, &ctx, person, &new)).unwrap()
}

/// What the gate of a point would say to this number at a moment.
fn said(doc: &SnapshotDoc, point: AccessPointId, number: u64, at: Timestamp) -> Reason {
    let snapshot = Snapshot::compile(doc).unwrap();
    let presence = Presence::new(&snapshot, &[]);
    let by = By::Number(ReaderFormat::W26.number(Card::new(24, number).unwrap()).unwrap());
    decide(&snapshot, &presence, &Attempt { point, direction: Direction::In, by, at, is_replayed: false }).reason
}

fn everybody_may_pass(site: &Site<'_>) {
    let ctx = site.ctx();
    site.t.db.write_blocking(move |tx| ops::add_rule(tx, &ctx, rule(Who::Everybody))).unwrap();
}

/// Another gate with one door to the street.
fn second_gate(site: &Site<'_>) -> (GateKey, AccessPointId) {
    let (ctx, school, hall) = (site.ctx(), site.school, site.hall);
    site.t
        .db
        .write_blocking(move |tx| {
            let (gate, _) = ops::add_gate(tx, &ctx, &title("Спортзал"), false)?;
            let key = GateKey { school, gate };
            let device = ops::add_device(tx, &ctx, &board("Плата зала", key, site::SERIAL + 7))?;
            let input = PointInput {
                name: title("Турникет зала"),
                gate,
                device: Some(device),
                door: 1,
                reader_format: ReaderFormat::W26,
                inner: hall,
                outer: None,
                anti_passback: AntiPassback::Off,
                is_enabled: true,
                position: 5,
            };
            Ok::<_, access::AccessError>((key, ops::add_point(tx, &ctx, &input)?))
        })
        .unwrap()
}

fn ask(site: &Site<'_>, feeds: &Feeds, gate: GateKey, have: Option<u64>, wait: Duration) -> Feed {
    let has = Has { snapshot: have, command: 0, presence: None };
    feeds.feed_blocking(gate, has, &site.status(), wait).unwrap()
}

fn first(site: &Site<'_>, feeds: &Feeds, gate: GateKey) -> SnapshotDoc {
    ask(site, feeds, gate, None, Duration::ZERO).snapshot.map(|doc| SnapshotDoc::clone(&doc)).unwrap()
}

/// What a hidden field of a form says.
fn field<'a>(page: &'a str, name: &str) -> &'a str {
    page.split_once(&format!("name=\"{name}\" value=\"")).unwrap().1.split('"').next().unwrap()
}

both_databases! {
    fn a_class_is_given_cards_one_after_another_by_number_and_enter(t) {
        let site = Site::new(t);
        let class = site.class(5, 'Б');
        let pupils = without_cards(&site, &["Асанова", "Бекова", "Ким"], class);
        let mut desk = Browser::of(&site, StaffRole::Secretary);
        desk.get("/desk").says(&["Кому выдаём карты?", "5 «Б»", "Турникет 1"]);
        let begin = format!("/desk?class={class}&format=w26");
        desk.get(&begin).says(&["Асанова Айдана", "Без карты: 3 из 3", "autofocus"]);
        let id = class.to_string();
        let give = |desk: &mut Browser, person: PersonId, number: &str| {
            let person = person.to_string();
            desk.post("/desk", &[("class", &id), ("usual", "w26"), ("format", "w26"), ("person", &person), ("text", number)])
        };
        let given = give(&mut desk, pupils[0], "100,58400");
        assert_eq!(given.status, StatusCode::SEE_OTHER, "{}", given.body);
        let next = desk.get(&given.location);
        next.says(&["Карта 100,58400 выдана: Асанова А.", "Без карты: 2 из 3", "desk-name\">Бекова Айдана"]);
        let credential = field(&next.body, "credential").to_owned();

        // What is no number, and what somebody has, is told beside the field; nothing is given.
        let wrong = give(&mut desk, pupils[1], "12x");
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        wrong.says(&["Это не номер карты", "value=\"12x\""]);
        let taken = give(&mut desk, pupils[1], "10058400");
        assert_eq!(taken.status, StatusCode::CONFLICT);
        taken.says(&["Карта уже выдана: Асанова Айдана", &format!("/people/{}", pupils[0])]);
        assert!(cards_of(&site, pupils[1]).is_empty());

        // Passed over, she comes again after the last one.
        desk.get(&format!("{begin}&after={}", pupils[1])).says(&["desk-name\">Ким Айдана"]);
        let given = give(&mut desk, pupils[2], "101");
        desk.get(&given.location).says(&["desk-name\">Бекова Айдана", "Без карты: 1 из 3"]);

        // The one before the last is undone: the card is free, the pupil is next.
        let undone = desk.post("/desk/undo", &[("class", &id), ("usual", "w26"), ("credential", &credential)]);
        assert_eq!(undone.status, StatusCode::SEE_OTHER, "{}", undone.body);
        desk.get(&undone.location).says(&["Выдача отменена", "desk-name\">Асанова Айдана"]);
        assert_eq!(cards_of(&site, pupils[0]), [(100 << 16 | 58400, CredentialStatus::Returned)]);
        let twice = desk.post("/desk/undo", &[("class", &id), ("credential", &credential)]);
        assert_eq!(twice.status, StatusCode::CONFLICT);
        twice.says(&["Отменить уже нельзя"]);
        give(&mut desk, pupils[1], "100,58400");
        let last = give(&mut desk, pupils[0], "102");
        let page = desk.get(&last.location);
        page.says(&["У всех в этом классе есть карта"]);
        t.clock.forward_s(16 * 60);
        let late = desk.post("/desk/undo", &[("credential", field(&page.body, "credential"))]);
        assert_eq!(late.status, StatusCode::CONFLICT, "too late");
    }

    fn a_number_is_shown_in_all_its_views_with_its_holder(t) {
        let site = Site::new(t);
        site.person("Асанова", 100 << 16 | 58400);
        let mut desk = Browser::of(&site, StaffRole::Secretary);
        desk.get("/desk/check?text=100,58400&format=w26").says(&[
            "Карта уже выдана: Асанова Айдана", "100,58400", "10058400", "6612000", "64E420", "20E464",
        ]);
        desk.get("/desk/check?text=77777777&format=w34").says(&["Карта свободна", "04A2CB71", "71CBA204"]);
        desk.get("/desk/check?text=x&format=w34").says(&["Это не номер карты"]);
        assert_eq!(desk.get("/desk/check?format=w26").body, "");
        assert_eq!(Browser::of(&site, StaffRole::Guard).get("/desk").status, StatusCode::FORBIDDEN);
    }

    fn a_card_at_the_chosen_reader_tells_its_number_to_the_desk(t) {
        let site = Site::new(t);
        let desk = Browser::of(&site, StaffRole::Secretary);
        let mut stream = desk.open(&format!("/desk/live?point={}", site.inner_door));
        let tap = |point: AccessPointId, number: u64| Pass {
            number: Some((ReaderFormat::W26, number)),
            reason: Reason::UnknownCredential,
            decided_by: DecidedBy::Gate,
            ..site.pass(point, Direction::In, None)
        };
        // At another reader, by a button, then at this one.
        site.deliver_passes(1, &[tap(site.door, 1_000_001), site.pass(site.inner_door, Direction::In, None), tap(site.inner_door, 1_000_002)]);
        let told = desk.told(&mut stream, "data-tap");
        assert!(told.contains("event: tap") && told.contains("data-number=\"1000002\"") && told.contains("data-format=\"w26\""), "{told}");
        drop(stream);
        let guard = Browser::of(&site, StaffRole::Guard);
        let mut stream = guard.open(&format!("/day-cards/live?point={}", site.door));
        site.deliver_passes(4, &[tap(site.door, 1_000_003)]);
        assert!(guard.told(&mut stream, "data-tap").contains("data-number=\"1000003\""));
        drop(stream);
        let mut guard = guard;
        assert_eq!(guard.get(&format!("/desk/live?point={}", site.door)).status, StatusCode::FORBIDDEN);
    }

    fn a_lost_card_is_replaced_and_dead_at_every_gate_while_the_new_one_opens(t) {
        let site = Site::new(t);
        everybody_may_pass(&site);
        let (other, other_door) = second_gate(&site);
        let person = site.person("Асанова", 7);
        let feeds = Feeds::start(&site.app).unwrap();
        let doors = [(site.key, site.door), (other, other_door)];
        let before = doors.map(|(gate, _)| first(&site, &feeds, gate));
        for (doc, (_, door)) in before.iter().zip(doors) {
            assert_eq!(said(doc, door, 7, site.now()), Reason::Granted);
            assert_eq!(said(doc, door, 8, site.now()), Reason::UnknownCredential);
        }
        let mut desk = Browser::of(&site, StaffRole::Secretary);
        let page = desk.get(&format!("/people/{person}"));
        // The first click leads to the field for the new card.
        let link = page.body.split_once("credentials/new?replaces=").unwrap().1.split('"').next().unwrap();
        let form = desk.get(&format!("/people/{person}/credentials/new?replaces={link}&text=8&format=w26_plain"));
        form.says(&["Карта свободна", "Заменить на эту карту"]);
        // Both gates wait for news while the second click is made.
        let after = std::thread::scope(|scope| {
            let waiting = before.each_ref().map(|doc| {
                let (feeds, site, gate, have) = (&feeds, &site, GateKey { school: doc.school, gate: doc.gate }, doc.version);
                scope.spawn(move || ask(site, feeds, gate, Some(have), LONG))
            });
            let replaced = desk.post(&format!("/people/{person}/credentials/new"),
                &[("bits", "24"), ("value", "8"), ("replaces", link), ("lost", "on"), ("valid_until", "")]);
            assert_eq!(replaced.status, StatusCode::SEE_OTHER, "{}", replaced.body);
            waiting.map(|gate| gate.join().unwrap().snapshot.expect("the gate is told"))
        });
        for (doc, (_, door)) in after.iter().zip(doors) {
            assert_eq!(said(doc, door, 7, site.now()), Reason::CredentialLost);
            assert_eq!(said(doc, door, 8, site.now()), Reason::Granted);
        }
        assert_eq!(cards_of(&site, person), [(8, CredentialStatus::Active), (7, CredentialStatus::Lost)]);
    }

    fn at_the_desk_a_new_card_takes_the_place_of_those_before(t) {
        let site = Site::new(t);
        let person = site.person("Асанова", 7);
        give(&site, person, 8);
        let mut desk = Browser::of(&site, StaffRole::Secretary);
        desk.get(&format!("/desk?person={person}")).says(&["Карта уже есть: 000,00007; 000,00008", "Прежняя карта"]);
        let id = person.to_string();
        let given = desk.post("/desk", &[("person", &id), ("format", "w26_plain"), ("text", "9"), ("old", "lost")]);
        assert_eq!(given.status, StatusCode::SEE_OTHER, "{}", given.body);
        let mut cards = cards_of(&site, person);
        cards.sort_unstable_by_key(|(number, _)| *number);
        assert_eq!(cards, [(7, CredentialStatus::Lost), (8, CredentialStatus::Lost), (9, CredentialStatus::Active)]);
        // Undone, both work again.
        let credential = field(&desk.get(&given.location).body, "credential").to_owned();
        desk.done("/desk/undo", &[("credential", &credential)]);
        let mut cards = cards_of(&site, person);
        cards.sort_unstable_by_key(|(number, _)| *number);
        assert_eq!(cards, [(7, CredentialStatus::Active), (8, CredentialStatus::Active), (9, CredentialStatus::Returned)]);
    }

    fn cards_come_from_a_list_after_it_was_looked_at(t) {
        let site = Site::new(t);
        let (five, six) = (site.class(5, 'Б'), site.class(6, 'А'));
        let pupils = without_cards(&site, &["Асанова", "Бекова", "Ким"], five);
        let namesake = without_cards(&site, &["Бекова"], six)[0];
        let holder = site.person("Исаев", 500);
        let (ctx, vault, ilyas) = (site.ctx(), testkit::vault(), pupils[2]);
        let iin = Iin::parse("150915500017").unwrap();
        let revision = t.db.read_blocking(|tx| people::queries::find(tx, &site.scope(), ilyas)).unwrap().unwrap().revision;
        t.db.write_blocking(move |tx| {
            let particulars = Particulars { iin: Some(iin), ..Particulars::default() };
            let seen = people::queries::find(tx, &Scope::of_program(ctx.actor.school), ilyas)?.unwrap();
            let data = PersonData { birth_date: iin.birth_date(), sex: iin.sex(), ..seen.data };
            people::ops::edit_person(tx, &ctx, ilyas, revision, &data)?;
            people::ops::set_particulars(tx, &ctx, &vault, ilyas, revision + 1, &particulars)
        }).unwrap();
        let list = "Карты;;;\nФ.И.О.;ИИН;Класс;Номер карты\n\
            АСАНОВА Айдана;;5Б;1001\n\
            Бекова Айдана;;6 «А»;1002\n\
            Бекова Айдана;;;1003\n\
            ;150915500017;;1004\n\
            Нет Такой;;5Б;1005\n\
            Ким Айдана;;5Б;1001\n\
            Асанова Айдана;;5Б;500\n\
            Асанова Айдана;;5Б;карта\n";
        let mut desk = Browser::of(&site, StaffRole::Secretary);
        let preview = desk.post_file("/desk/list", &[("format", "w26_plain")], ("file", "карты.csv", list.as_bytes()));
        assert_eq!(preview.status, StatusCode::OK, "{}", preview.body);
        preview.says(&[
            "Выдать: 3. Уже есть: 0. Не подойдёт: 5.", "Людей с таким именем: 2", "Такого человека нет в школе",
            "Эта карта уже есть в строке 3", "Карта уже выдана: Исаев Айдана", &format!("/people/{holder}"), "Это не номер карты",
        ]);
        assert!(cards_of(&site, pupils[0]).is_empty(), "nothing is written before it is confirmed");
        // Meanwhile somebody gives one of the cards away.
        let other = site.person("Ли", 1);
        give(&site, other, 1002);
        let rows = field(&preview.body, "rows").to_owned();
        let done = desk.post("/desk/list/confirm", &[("rows", &rows)]);
        assert_eq!(done.status, StatusCode::OK, "{}", done.body);
        done.says(&["Выданы 2 карты", "Карта уже выдана: Ли Айдана", &format!("/people/{namesake}")]);
        assert_eq!(cards_of(&site, pupils[0]), [(1001, CredentialStatus::Active)]);
        assert_eq!(cards_of(&site, ilyas), [(1004, CredentialStatus::Active)], "found by the IIN");
        assert!(cards_of(&site, namesake).is_empty());
        // The same list again finds the cards where they are.
        let again = desk.post_file("/desk/list", &[("format", "w26_plain")], ("file", "a.csv", list.as_bytes()));
        again.says(&["Выдать: 0. Уже есть: 2. Не подойдёт: 6.", "Выдавать нечего"]);
        for (bytes, sentence) in [
            (&b"%PDF-1.7 x"[..], "Это не таблица"),
            ("Ф.И.О.;Класс\nКим Анна;5Б\n".as_bytes(), "столбца с номерами карт"),
            ("Ф.И.О.;Номер карты\nКим Анна;\n".as_bytes(), "нет ни одной карты"),
        ] {
            let refused = desk.post_file("/desk/list", &[("format", "w26")], ("file", "a.csv", bytes));
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{sentence}");
            refused.says(&[sentence]);
        }
        assert_eq!(desk.post("/desk/list/confirm", &[("rows", "x 24 1")]).status, StatusCode::BAD_REQUEST);
    }

    fn a_day_card_is_lent_works_until_midnight_and_is_asked_back(t) {
        let site = Site::new(t);
        everybody_may_pass(&site);
        let (one, two) = (site.person("Асанова", 1), site.person("Бекова", 2));
        let mut secretary = Browser::of(&site, StaffRole::Secretary);
        let mut guard = Browser::of(&site, StaffRole::Guard);
        guard.get("/day-cards").says(&["Дневных карт пока нет"]).hides(&["Набор дневных карт"]);
        let pool = |label, number| [("label", label), ("number", number), ("format", "w26_plain")];
        assert_eq!(guard.post("/day-cards/pool", &pool("Д-1", "1900")).status, StatusCode::FORBIDDEN);
        secretary.done("/day-cards/pool", &pool("Д-1", "1900"));
        secretary.done("/day-cards/pool", &pool("Д-2", "1901"));
        secretary.refused("/day-cards/pool", &pool("д-1", "1902")).says(&["у каждой дневной карты своя"]);
        secretary.refused("/day-cards/pool", &pool("Д-3", "1")).says(&["Карта уже выдана: Асанова Айдана"]);
        secretary.refused("/day-cards/pool", &pool("Д-3", "1901")).says(&["Это дневная карта Д-2"]);
        // A day card is nobody's own.
        let id = two.to_string();
        let own = secretary.post("/desk", &[("person", &id), ("format", "w26_plain"), ("text", "1900"), ("old", "stay")]);
        assert_eq!(own.status, StatusCode::CONFLICT);
        own.says(&["Это дневная карта Д-1"]);
        secretary.get("/desk/check?text=1900&format=w26_plain").says(&["Это дневная карта Д-1"]);

        // Forgotten: the own card goes on working. Lost: it is stopped.
        let (first, second) = (one.to_string(), two.to_string());
        guard.get("/day-cards/people?person-q=Асан").says(&["Асанова"]);
        guard.get("/monitor/people?q=Асан").says(&[&format!("/day-cards?person={one}")]);
        guard.get(&format!("/day-cards?person={one}")).says(&["Асанова Айдана", "checked"]);
        let lend = |card, person, own| [("card", card), ("person", person), ("own", own)];
        guard.refused("/day-cards", &lend("Д-9", &first, "forgotten")).says(&["Это не дневная карта"]);
        guard.refused("/day-cards", &[("card", "Д-1"), ("own", "forgotten")]).says(&["Выберите человека"]);
        assert_eq!(guard.done("/day-cards", &lend("д-1", &first, "forgotten")), "/day-cards?done=lent");
        assert_eq!(cards_of(&site, one), [(1900, CredentialStatus::Active), (1, CredentialStatus::Active)]);
        guard.refused("/day-cards", &lend("1900", &second, "lost")).says(&["С этой картой сегодня проходит Асанова Айдана"]);
        guard.refused("/day-cards", &lend("Д-2", &first, "lost")).says(&["уже есть дневная карта"]);
        guard.done("/day-cards", &lend("01901", &second, "lost"));
        assert_eq!(cards_of(&site, two), [(1901, CredentialStatus::Active), (2, CredentialStatus::Suspended)]);
        guard.get("/day-cards").says(&["На руках сегодня", "Асанова А.", "Бекова А."]).hides(&["Не возвращены"]);

        // The gate knows when the day ends, also when it hears nothing more.
        let feeds = Feeds::start(&site.app).unwrap();
        let doc = first_doc(&site, &feeds);
        let midnight = site::later(site.now(), TO_MIDNIGHT_S);
        assert_eq!(said(&doc, site.door, 1900, site::later(midnight, -1)), Reason::Granted);
        assert_eq!(said(&doc, site.door, 1900, midnight), Reason::CredentialExpired);
        assert_eq!(said(&doc, site.door, 2, site.now()), Reason::CredentialSuspended);

        // One comes back in the evening; the other is taken back by itself and asked for.
        let page = guard.get("/day-cards");
        let back = page.body.split("/back\"").next().unwrap().rsplit_once("/day-cards/").unwrap().1.to_owned();
        assert_eq!(guard.done(&format!("/day-cards/{back}/back"), &[]), "/day-cards?done=back");
        assert_eq!(cards_of(&site, one), [(1, CredentialStatus::Active), (1900, CredentialStatus::Returned)]);
        t.clock.forward_s(TO_MIDNIGHT_S - 1);
        assert_eq!(end_due(&site), 0, "the day is not over");
        t.clock.forward_s(1);
        assert_eq!((end_due(&site), end_due(&site)), (1, 0));
        assert_eq!(cards_of(&site, two)[0], (2, CredentialStatus::Suspended), "a card that was lost stays stopped");
        t.clock.forward_s(8 * 3600);
        let mut guard = Browser::of(&site, StaffRole::SchoolAdmin);
        guard.get("/day-cards").says(&["Не возвращены", "Бекова А.", "Сегодня все карты на месте"]);
        // Whoever has it in the hand lends it again: it has come back.
        guard.done("/day-cards", &lend("Д-2", &first, "forgotten"));
        guard.get("/day-cards").hides(&["Не возвращены"]);
        // Taken back at the person's page, it lies at the desk.
        let scope = site.scope();
        let held = t.db.read_blocking(|tx| people::queries::credentials(tx, &scope, one)).unwrap();
        guard.done(&format!("/people/{one}/credentials/{}", held[0].id), &[("act", "return")]);
        guard.get("/day-cards").says(&["Сегодня все карты на месте"]);
        let removed = guard.get("/day-cards").body.split("/withdraw\"").next().unwrap().rsplit_once("/day-cards/").unwrap().1.to_owned();
        guard.done(&format!("/day-cards/{removed}/withdraw"), &[]);
        guard.refused("/day-cards", &lend("Д-1", &first, "forgotten")).says(&["Это не дневная карта"]);
        give(&site, one, 1900);

        // The history knows all of them, also of a card that is no day card any more.
        let rows = |page: &Answer| {
            let table = page.body.split("<tbody>").nth(1).unwrap().split("</tbody>").next().unwrap().to_owned();
            table.split("</tr>").filter(|row| row.contains("<td")).map(str::to_owned).collect::<Vec<_>>()
        };
        let page = guard.get("/day-cards/history");
        let told = rows(&page);
        assert_eq!(told.len(), 3);
        for (row, words) in told.iter().zip([
            ["Д-2", "Асанова", "Возвращена", "принял(а)"],
            ["Д-2", "Бекова", "Отключена ночью, возвращена позже", "принял(а)"],
            ["Д-1", "Асанова", "Возвращена", "принял(а)"],
        ]) {
            assert!(words.iter().all(|word| row.contains(word)), "{words:?}: {row}");
        }
        guard.get("/day-cards").says(&["/day-cards/history"]);
        guard.get(&format!("/people/{one}")).says(&[&format!("/day-cards/history?person={one}")]);
        assert_eq!(rows(&guard.get(&format!("/day-cards/history?person={two}"))).len(), 1);
        assert_eq!(rows(&guard.get("/day-cards/history?q=асан")).len(), 2);
        let card = page.body.split("Д-1 (убрана из набора)").next().unwrap().rsplit_once("value=\"").unwrap().1;
        let card = card.split('"').next().unwrap();
        let of_card = rows(&guard.get(&format!("/day-cards/history?card={card}")));
        assert!(of_card.len() == 1 && of_card[0].contains("Д-1"));
        guard.get("/day-cards/history?q=%D0%AF%D0%AF%D0%AF").says(&["Таких выдач нет"]);
        let file = guard.get(&format!("/day-cards/history.csv?person={two}")).body;
        assert!(file.contains("Бекова") && !file.contains("Асанова Айдана") && file.contains("возвращена позже"), "{file}");
        assert_eq!(guard.get("/day-cards/history.xlsx").status, StatusCode::OK);
        let mut teacher = Browser::of(&site, StaffRole::Teacher);
        for path in ["/day-cards/history", "/day-cards/history.csv", "/day-cards/history.xlsx"] {
            assert_eq!(teacher.get(path).status, StatusCode::FORBIDDEN, "{path}");
        }
    }

    fn the_history_is_paged_and_tells_of_lost_cards(t) {
        let site = Site::new(t);
        everybody_may_pass(&site);
        let person = site.person("Асанова", 1);
        let ctx = site.ctx();
        let day_card = t.db.write_blocking(move |tx| people::ops::add_day_card(tx, &ctx, "Д-1", Card::new(24, 900).unwrap())).unwrap();
        let lend = || {
            let (ctx, own) = (site.ctx(), people::ops::OwnCard::Forgotten);
            let lending = people::ops::Lending { day_card, person, own };
            t.db.write_blocking(move |tx| people::ops::lend_day_card(tx, &ctx, &lending)).unwrap()
        };
        for _ in 0..51 {
            lend();
            let ctx = site.ctx();
            t.db.write_blocking(move |tx| people::ops::take_day_card_back(tx, &ctx, day_card)).unwrap();
            t.clock.forward_s(60);
        }
        let lost = lend();
        let ends = |t: &testkit::TestDb| {
            let (scope, now) = (site.scope(), site.now());
            let filter = people::day_cards::LoanFilter::default();
            let loans = t.db.read_blocking(|tx| people::day_cards::history(tx, &scope, &filter, None, 1, now)).unwrap();
            (loans[0].end, loans[0].ended_at)
        };
        assert_eq!(ends(t), (people::day_cards::LoanEnd::Out, None));
        let at = site.now();
        let ctx = site.ctx();
        t.db.write_blocking(move |tx| people::ops::report_lost(tx, &ctx, lost)).unwrap();
        assert_eq!(ends(t), (people::day_cards::LoanEnd::Lost, Some(at)));
        t.clock.forward_s(60);
        let ctx = site.ctx();
        t.db.write_blocking(move |tx| people::ops::take_day_card_back(tx, &ctx, day_card)).unwrap();
        assert_eq!(ends(t), (people::day_cards::LoanEnd::Found, Some(at)));
        let mut guard = Browser::of(&site, StaffRole::Guard);
        let first = guard.get("/day-cards/history");
        assert_eq!(first.body.matches("<td").count() / 6, 50);
        let next = first.body.split("/day-cards/history?after=").nth(1).unwrap().split('"').next().unwrap();
        let second = guard.get(&format!("/day-cards/history?after={next}"));
        assert_eq!(second.body.matches("<td").count() / 6, 2);
    }

    fn day_cards_come_back_by_themselves_while_the_program_runs(t) {
        let site = Site::new(t);
        let person = site.person("Асанова", 1);
        let ctx = site.ctx();
        t.db.write_blocking(move |tx| {
            let day_card = people::ops::add_day_card(tx, &ctx, "Д-1", Card::new(24, 900).unwrap())?;
            let own = people::ops::OwnCard::Forgotten;
            people::ops::lend_day_card(tx, &ctx, &people::ops::Lending { day_card, person, own })
        }).unwrap();
        let running = access::Access::start(&site.app, access::GATE_PATIENCE, gate::explain).unwrap();
        assert_eq!(cards_of(&site, person)[0], (900, CredentialStatus::Active));
        t.clock.forward_s(TO_MIDNIGHT_S);
        until("the end of the day", || cards_of(&site, person).contains(&(900, CredentialStatus::Returned)));
        drop(running);
    }

    fn day_cards_of_another_school_are_not_there(t) {
        let (ours, theirs) = (Site::named(t, "one"), Site::named(t, "two"));
        let ctx = theirs.ctx();
        let id = t.db.write_blocking(move |tx| people::ops::add_day_card(tx, &ctx, "Д-1", Card::new(24, 900).unwrap())).unwrap();
        let mut admin = Browser::of(&ours, StaffRole::SchoolAdmin);
        for act in ["back", "withdraw"] {
            assert_eq!(admin.post(&format!("/day-cards/{id}/{act}"), &[]).status, StatusCode::NOT_FOUND, "{act}");
        }
        admin.get("/day-cards").hides(&["Д-1"]);
        admin.get("/day-cards/history").hides(&["Д-1"]);
        admin.get(&format!("/day-cards/history?card={id}")).hides(&["Д-1"]);
        admin.done("/day-cards/pool", &[("label", "Д-1"), ("number", "900"), ("format", "w26_plain")]);
    }

    fn the_desk_and_day_cards_speak_all_languages(t) {
        let site = Site::new(t);
        let class = site.class(5, 'Б');
        let pupil = without_cards(&site, &["Асанова"], class)[0];
        let person = site.person("Бекова", 2);
        let mut admin = Browser::of(&site, StaffRole::SchoolAdmin);
        admin.done("/day-cards/pool", &[("label", "Д-1"), ("number", "900"), ("format", "w26_plain")]);
        admin.done("/day-cards", &[("card", "Д-1"), ("person", &person.to_string()), ("own", "lost")]);
        let session = admin.cookie.clone();
        for lang in ["kk", "ru", "en"] {
            admin.cookie = format!("{session}; lang={lang}");
            for path in [
                "/desk".to_owned(), format!("/desk?class={class}&point={}", site.door), format!("/desk?person={person}"),
                "/desk?q=нет".to_owned(), "/desk/list".to_owned(), "/day-cards".to_owned(), "/day-cards/history".to_owned(), "/day-cards/history?q=x".to_owned(), format!("/day-cards?person={pupil}&point={}", site.door),
                "/desk/check?text=2&format=w26_plain".to_owned(),
            ] {
                let page = admin.get(&path);
                assert_eq!(page.status, StatusCode::OK, "{path}");
                page.hides(&["⟦"]);
            }
            let list = "Ф.И.О.;Номер карты\nБекова Айдана;77\nНет Такой;78\nНет Такой;x\n";
            admin.post_file("/desk/list", &[("format", "w26_plain")], ("file", "a.csv", list.as_bytes())).hides(&["⟦"]);
        }
    }
}

fn first_doc(site: &Site<'_>, feeds: &Feeds) -> SnapshotDoc {
    first(site, feeds, site.key)
}

fn end_due(site: &Site<'_>) -> u64 {
    people::day_cards::end_due(&site.t.db, &site.t.ids, site.now()).unwrap()
}
