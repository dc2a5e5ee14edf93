//! What programs read, and how wrong questions are answered.

use std::{collections::BTreeSet, sync::Arc};

use accounts::Ctx;
use jiff::civil::date;
use journal::{Follower, Followers};
use kernel::{ClassId, Clock, Role, UserId};
use people::{PeopleError, model::PersonName, person::PersonData, register::ClassHome};
use serde_json::{Value, json};
use store::Tx;
use testkit::both_databases;

use crate::world::{School, World};

/// Every item of a list, page by page.
fn all(world: &World<'_>, token: &str, path: &str, limit: u32) -> Vec<Value> {
    let (mut items, mut cursor) = (Vec::new(), String::new());
    loop {
        let sign = if path.contains('?') { '&' } else { '?' };
        let answer = world.call(token, "GET", &format!("{path}{sign}limit={limit}{cursor}"), None);
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        let page = answer.json();
        let rows = page["items"].as_array().unwrap();
        assert!(rows.len() <= limit as usize);
        items.extend(rows.iter().cloned());
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return items,
        }
    }
}

/// A new teacher leads the class and uses the account.
fn lead(tx: &mut Tx<'_>, ctx: &Ctx, class: ClassId, account: UserId) -> Result<(), PeopleError> {
    let data = PersonData {
        name: PersonName::parse("Мұғалімова", "Айгерім", None).unwrap(),
        sex: None,
        birth_date: None,
        roles: [Role::Teacher].into(),
        class: None,
        position: "Учитель".to_owned(),
        learning_until: None,
    };
    let person = people::ops::add_person(tx, ctx, &data)?;
    people::ops::set_class_home(tx, ctx, class, &ClassHome { teacher: Some(person), ..ClassHome::default() })?;
    people::ops::link_account(tx, ctx, person, account)
}

fn ids(items: &[Value]) -> BTreeSet<String> {
    items.iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
}

fn faults(world: &World<'_>, token: &str, path: &str) -> Vec<String> {
    let answer = world.call(token, "GET", path, None);
    assert_eq!(answer.status, 422, "{path}: {}", answer.text);
    let problem = answer.json();
    assert_eq!(problem["type"], "/api#problem-fields", "{path}");
    let errors = problem["errors"].as_array().unwrap();
    assert!(errors.iter().all(|error| !error["detail"].as_str().unwrap().is_empty()));
    errors.iter().map(|error| error["field"].as_str().unwrap().to_owned()).collect()
}

fn school_and_token(world: &World<'_>) -> (School, String) {
    let school = world.school("Мектеп");
    let token = world.full_token(&school);
    (school, token)
}

both_databases! {
    fn the_school_its_people_its_points_and_who_is_inside_are_read(t) {
        let world = World::new(t);
        let (school, token) = school_and_token(&world);
        let get = |path: &str| {
            let answer = world.call(&token, "GET", path, None);
            assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, "application/json"), "{path}: {}", answer.text);
            answer.json()
        };
        assert_eq!(get("/api/v1/school"),
            json!({ "id": school.id.to_string(), "name_kk": "Мектеп", "name_ru": "Мектеп", "time_zone": "Asia/Almaty" }));
        let person = get(&format!("/api/v1/people/{}", school.persons[0]));
        assert_eq!((person["family"].as_str(), person["class_name"].as_str(), person["revision"].as_u64()),
            (Some("Мектеп"), Some("5 «Б»"), Some(1)));
        assert_eq!(get("/api/v1/points")["items"][0]["id"], school.point.to_string());
        assert_eq!(get("/api/v1/classes")["items"][0]["pupils"], 3);
        assert_eq!(get(&format!("/api/v1/classes/{}", school.class))["name"], "5 «Б»");
        let held = get(&format!("/api/v1/people/{}/credentials", school.persons[0]));
        assert_eq!((held["items"][0]["id"].as_str(), held["items"][0]["card"]["value"].as_str()),
            (Some(school.credential.to_string().as_str()), Some("1000")));
        let presence = get("/api/v1/presence");
        assert_eq!((presence["total"].as_u64(), presence["pupils"].as_u64(), presence["zones"][0]["count"].as_u64()), (Some(3), Some(3), Some(3)));
        let place = get(&format!("/api/v1/people/{}/presence", school.persons[1]));
        assert_eq!((place["state"].as_str(), place["zone_name"].as_str()), (Some("inside"), Some("Школа")));
        let photo = world.call(&token, "GET", &format!("/api/v1/people/{}/photo", school.persons[0]), None);
        assert_eq!(photo.status, 404, "there is none");
    }

    fn lists_give_each_row_once_however_short_the_pages_are(t) {
        let world = World::new(t);
        let (school, token) = school_and_token(&world);
        let wanted: BTreeSet<_> = school.persons.iter().map(ToString::to_string).collect();
        for limit in [1, 2, 3, 200] {
            let people = all(&world, &token, "/api/v1/people", limit);
            assert_eq!((people.len(), ids(&people)), (3, wanted.clone()), "{limit}");
            let passes = all(&world, &token, "/api/v1/passes", limit);
            assert_eq!((passes.len(), ids(&passes).len()), (3, 3), "{limit}");
            assert!(passes.windows(2).all(|pair| pair[0]["at"].as_str() > pair[1]["at"].as_str()), "newest first");
        }
        assert_eq!(all(&world, &token, &format!("/api/v1/passes?person={}", school.persons[2]), 5).len(), 1);
        assert_eq!(all(&world, &token, &format!("/api/v1/passes?point={}", school.point), 5).len(), 3);
        let newest = all(&world, &token, "/api/v1/passes", 1)[0]["at"].as_str().unwrap().to_owned();
        assert_eq!(all(&world, &token, &format!("/api/v1/passes?from={newest}"), 5).len(), 1);
        assert_eq!(all(&world, &token, &format!("/api/v1/passes?until={newest}"), 5).len(), 2);
        assert_eq!(all(&world, &token, "/api/v1/people?text=mekt&role=pupil&status=active", 5).len(), 3);
        assert_eq!(all(&world, &token, "/api/v1/people?text=1001", 5).len(), 1);
    }

    fn attendance_is_read_of_the_classes_that_are_seen(t) {
        let world = World::new(t);
        let (school, token) = school_and_token(&world);
        let (program, day) = (Ctx::of_program(school.id, t.clock.now(), t.ids.clone()), date(2026, 11, 23));
        t.db.write_blocking(move |tx| calendar::ops::open_calendar(tx, &program, day)).unwrap();
        let follower: Arc<dyn Follower> = Arc::new(attendance::AttendanceFollower);
        Followers::catch_up(&t.db, &follower).unwrap();
        t.clock.forward_s(2 * 3600);
        let class = format!("/api/v1/classes/{}/attendance", school.class);
        for limit in [1, 2, 50] {
            let pupils = all(&world, &token, &class, limit);
            let names: BTreeSet<_> = pupils.iter().map(|pupil| pupil["person_id"].as_str().unwrap().to_owned()).collect();
            assert_eq!(names, school.persons.iter().map(ToString::to_string).collect());
            for pupil in &pupils {
                assert_eq!((pupil["status"].as_str(), pupil["late_min"].is_null()), (Some("present"), true), "{pupil}");
                assert!(pupil["first_in"].as_str().unwrap().starts_with("2026-11-23T02:29:"), "{pupil}");
            }
        }
        assert_eq!(world.call(&token, "GET", &format!("{class}?day=2026-11-29"), None).json()["items"][0]["status"], "no_lessons");
        let person = format!("/api/v1/people/{}/attendance?from=2026-11-16&until=2026-11-23", school.persons[0]);
        for limit in [1, 3, 200] {
            let days: Vec<_> = all(&world, &token, &person, limit).iter().map(|day| day["day"].as_str().unwrap().to_owned()).collect();
            assert_eq!((days.len(), days[0].as_str(), days[7].as_str()), (8, "2026-11-16", "2026-11-23"), "{limit}");
        }
        assert_eq!(faults(&world, &token, &person.replace("2026-11-16", "2026-11-24")), ["from"]);
        assert_eq!(faults(&world, &token, &format!("{class}?day=today&cursor=x")), ["day", "cursor"]);
        // A teacher who leads no class learns nothing, one who leads it sees it.
        let teacher = world.user(school.id, "mugalim", &[accounts::StaffRole::Teacher]);
        let (_, own) = world.token(school.id, teacher, &[accounts::TokenScope::AttendanceRead]);
        for path in [&class, &person] {
            assert_eq!(world.call(&own, "GET", path, None).status, 404, "{path}");
        }
        let (led, program) = (school.class, Ctx::of_program(school.id, t.clock.now(), t.ids.clone()));
        t.db.write_blocking(move |tx| lead(tx, &program, led, teacher)).unwrap();
        for path in [&class, &person] {
            assert_eq!(world.call(&own, "GET", path, None).status, 200, "{path}");
        }
    }

    fn what_is_not_understood_is_refused_by_field_and_in_the_language_that_was_asked_for(t) {
        let world = World::new(t);
        let (school, token) = school_and_token(&world);
        for (path, fields) in [
            ("/api/v1/people?colour=red", &["colour"][..]),
            ("/api/v1/people?limit=0", &["limit"]),
            ("/api/v1/people?limit=201&cursor=x&role=king&status=x&class=5", &["class", "cursor", "limit", "role", "status"]),
            ("/api/v1/people?text=a%00b", &["text"]),
            ("/api/v1/people?role=pupil&role=teacher", &["role"]),
            ("/api/v1/passes?from=yesterday&until=2026-11-23&person=1&point=%00&limit=-1&cursor=%D3%99", &["cursor", "from", "limit", "person", "point", "until"]),
        ] {
            let mut found = faults(&world, &token, path);
            found.sort();
            assert_eq!(found, fields, "{path}");
        }
        for path in ["/api/v1/people/nobody", "/api/v1/classes/%00", "/api/v1/nothing"] {
            let answer = world.call(&token, "GET", path, None);
            assert_eq!((answer.status.as_u16(), answer.header("content-type")), (404, "application/problem+json"), "{path}");
        }
        let answer = world.call(&token, "DELETE", &format!("/api/v1/people/{}", school.persons[0]), None);
        assert_eq!((answer.status.as_u16(), answer.header("content-type")), (405, "application/problem+json"));
        let titles: BTreeSet<_> = ["kk", "ru", "en"]
            .map(|lang| {
                let headers = [("accept-language", lang), ("cookie", "lang=ru")];
                let problem = world.call_with(&token, "GET", "/api/v1/people?limit=x", &headers, None).json();
                problem["title"].as_str().unwrap().to_owned()
            })
            .into();
        assert_eq!(titles.len(), 3, "{titles:?}");
    }

    fn a_program_that_asks_too_often_is_told_when_to_come_again(t) {
        let world = World::new(t);
        let (school, token) = school_and_token(&world);
        for _ in 0..120 {
            assert_eq!(world.call(&token, "GET", "/api/v1/school", None).status, 200);
        }
        let answer = world.call(&token, "GET", "/api/v1/school", None);
        assert_eq!((answer.status.as_u16(), answer.header("retry-after")), (429, "1"), "{}", answer.text);
        let (_, other) = world.token(school.id, school.admin, &[accounts::TokenScope::PeopleRead]);
        assert_eq!(world.call(&other, "GET", "/api/v1/school", None).status, 200, "each token has its own pace");
        t.clock.forward_s(1);
        assert_eq!(world.call(&token, "GET", "/api/v1/school", None).status, 200);
    }

    fn the_document_is_open_to_everybody_and_the_description_to_whoever_is_signed_in(t) {
        let world = World::new(t);
        let answer = world.ask("GET", "/api/v1/openapi.json", &[], None);
        assert_eq!((answer.status.as_u16(), answer.text.as_str()), (200, api::document()));
        assert_eq!(world.ask("GET", "/api", &[], None).status, 303);
    }
}
