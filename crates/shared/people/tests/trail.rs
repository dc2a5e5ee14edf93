//! The audit trail as the head of a school sees it, on both databases.
#![allow(clippy::unwrap_used, reason = "a story that cannot go on shall stop")]

#[path = "../../accounts/tests/browser/mod.rs"]
mod browser;

use accounts::{Ctx, StaffRole};
use axum::http::StatusCode;
use browser::Site;
use kernel::{Card, Clock, PersonId, Role};
use people::{
    model::PersonName,
    ops::{self, NewCredential},
    person::PersonData,
};
use testkit::{TestDb, both_databases};

fn site(t: &TestDb) -> Site {
    let site = Site::new(t, |app| vec![people::subsystem(app)]);
    site.add_user("secretary", &[StaffRole::Secretary]);
    site.add_user("head", &[StaffRole::Head]);
    site
}

fn person(t: &TestDb, site: &Site, family: &str) -> PersonId {
    let data = PersonData {
        name: PersonName::parse(family, "Айгүл", None).unwrap(),
        sex: None,
        birth_date: None,
        roles: [Role::Pupil].into(),
        class: None,
        position: String::new(),
        learning_until: None,
    };
    let ctx = Ctx::of_program(site.school, t.clock.now(), t.ids.clone());
    let new = NewCredential { card: Card::new(24, 4711).unwrap(), valid_from: None, valid_until: None };
    t.db.write_blocking(move |tx| {
        let person = ops::add_person(tx, &ctx, &data)?;
        if data.name.family() == "Асанова" {
            ops::issue_credential(tx, &ctx, person, &new)?;
        }
        Ok::<_, people::PeopleError>(person)
    })
    .unwrap()
}

both_databases! {
    fn a_look_at_closed_data_is_seen_by_the_head_on_the_trail_and_on_the_card(t) {
        let site = site(t);
        let (girl, other) = (person(t, &site, "Асанова"), person(t, &site, "Бекова"));
        let (mut desk, mut head) = (site.browser_of("secretary"), site.browser_of("head"));
        let card = format!("/people/{girl}");
        assert!(head.get(&card).says("пока никто не смотрел"));
        assert!(desk.post(&format!("{card}/numbers/show"), &[]).status.is_success());
        assert!(!desk.get(&card).says("Кто смотрел данные"), "the secretary has no right to the trail");
        assert_eq!(desk.get("/trail").status, StatusCode::FORBIDDEN);

        let shown = head.get(&card);
        assert!(shown.says("Кто смотрел данные") && shown.says("Просмотрены ИИН, документ и контакты"), "{}", shown.body);
        let trail = head.get("/trail");
        assert!(trail.says("Просмотрены ИИН, документ и контакты") && trail.says("Асанова Айгүл") && trail.says("Карта выдана"), "{}", trail.body);
        assert!(trail.says("Сама программа") && trail.says("Вход в систему"));
        let table = |query: &str| head_part(&site, query);
        let about = table(&format!("person={girl}"));
        assert!(about.contains("Карта выдана") && about.contains("Человек добавлен") && !about.contains("Бекова"), "{about}");
        let about = table(&format!("person={other}"));
        assert!(about.contains("Бекова") && !about.contains("Асанова"));
        let looks = table("what=particulars_seen");
        assert!(looks.contains("Просмотрены") && !looks.contains("Человек добавлен"));
        assert!(table("from=2026-11-24").contains("Записей не найдено"));
        assert!(table("until=2026-11-23&what=person_added").contains("Человек добавлен"));
    }

    fn a_long_trail_has_pages_and_is_taken_away_whole(t) {
        let site = site(t);
        let ctx = Ctx::of_program(site.school, t.clock.now(), t.ids.clone());
        t.db.write_blocking(move |tx| (0..120).try_for_each(|number| accounts::audit::<()>(tx, &ctx, "people_loaded", None, &format!("={number}"))))
            .unwrap();
        let mut head = site.browser_of("head");
        let first = head.get("/trail?what=people_loaded");
        assert_eq!(first.body.matches("Люди внесены списком</td>").count().max(first.body.matches("<tr").count() - 1), 50, "{}", first.body);
        let older = first.body.split("href=\"").filter_map(|part| part.split('"').next()).find(|href| href.contains("after=")).unwrap().replace("&amp;", "&");
        let second = head.get(&older);
        assert!(second.status.is_success() && second.body.contains("after="));
        let csv = head.get("/trail.csv?what=people_loaded");
        assert_eq!(csv.body.lines().count(), 121);
        assert!(csv.body.contains("'=7") && !csv.body.contains(";=7"), "a formula stays a text: {}", &csv.body[..300]);
        assert!(head.get("/trail").says("Журнал действий выгружен"));
        assert_eq!(head.get("/trail.xlsx").status, StatusCode::OK);
    }
}

/// The lines of the trail.
fn head_part(site: &Site, query: &str) -> String {
    let body = site.browser_of("head").get(&format!("/trail?{query}")).body;
    body.split_once("id=\"results\"").unwrap().1.to_owned()
}
