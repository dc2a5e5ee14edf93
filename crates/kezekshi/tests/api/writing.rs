//! What programs write: once, by revision, and with every fault told by field.

use serde_json::{Value, json};
use testkit::both_databases;

use crate::world::{Answer, School, World};

struct Program<'w, 't> {
    world: &'w World<'t>,
    school: School,
    token: String,
}

impl<'w, 't> Program<'w, 't> {
    fn new(world: &'w World<'t>) -> Self {
        let school = world.school("Мектеп");
        let token = world.full_token(&school);
        Self { world, school, token }
    }

    fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &Value) -> Answer {
        self.world.call_with(&self.token, method, path, headers, Some(body))
    }

    fn count(&self, path: &str) -> usize {
        self.world.call(&self.token, "GET", path, None).json()["items"].as_array().unwrap().len()
    }
}

fn problem(answer: &Answer, status: u16, kind: &str) -> Vec<String> {
    assert_eq!(answer.status, status, "{}", answer.text);
    let problem = answer.json();
    assert_eq!(problem["type"], kind, "{problem}");
    let errors = problem["errors"].as_array().into_iter().flatten();
    errors.map(|error| error["field"].as_str().unwrap().to_owned()).collect()
}

both_databases! {
    fn a_person_is_added_read_and_changed_by_revision(t) {
        let world = World::new(t);
        let program = Program::new(&world);
        let class = program.school.class.to_string();
        let new = json!({
            "family": "Асанова", "given": "Айдана", "patronymic": "Бауыржанқызы", "sex": "f", "birth_date": "2015-03-08",
            "roles": ["pupil"], "class_id": class, "learning_until": "2026-12-23"
        });
        let added = program.send("POST", "/api/v1/people", &[], &new);
        assert_eq!(added.status, 201, "{}", added.text);
        let path = added.header("location").to_owned();
        assert_eq!(added.header("etag"), "\"1\"");
        let read = world.call(&program.token, "GET", &path, None);
        assert_eq!((read.json(), read.header("etag")), (added.json(), "\"1\""));
        for (field, value) in new.as_object().unwrap() {
            assert_eq!(&read.json()[field], value, "{field}");
        }
        let change = json!({ "patronymic": null, "birth_date": null, "position": "староста" });
        assert_eq!(problem(&program.send("PATCH", &path, &[], &change), 428, "/api#problem-revision"), [""; 0]);
        let changed = program.send("PATCH", &path, &[("if-match", "\"1\"")], &change);
        assert_eq!((changed.status.as_u16(), changed.header("etag")), (200, "\"2\""), "{}", changed.text);
        let person = changed.json();
        assert_eq!((&person["patronymic"], &person["birth_date"], &person["given"]), (&Value::Null, &Value::Null, &json!("Айдана")));
        for tag in ["\"1\"", "\"3\"", "W/\"2\"", "2", "\"x\""] {
            problem(&program.send("PATCH", &path, &[("if-match", tag)], &change), 412, "/api#problem-revision");
        }
        let moved = program.send("PATCH", &path, &[("if-match", "*")], &json!({ "roles": ["teacher"], "class_id": null }));
        assert_eq!((moved.status.as_u16(), moved.json()["roles"].clone()), (200, json!(["teacher"])));
    }

    fn every_fault_is_told_by_its_field(t) {
        let world = World::new(t);
        let program = Program::new(&world);
        let sound = json!({ "family": "Асанова", "given": "Айдана", "roles": ["pupil"] });
        let with = |field: &str, value: Value| {
            let mut body = sound.clone();
            body[field] = value;
            body
        };
        for (body, field) in [
            (with("family", json!("Асанова7")), "family"),
            (with("given", json!("")), "given"),
            (with("patronymic", json!("а\u{0}")), "patronymic"),
            (with("sex", json!("x")), "sex"),
            (with("birth_date", json!("08.03.2015")), "birth_date"),
            (with("birth_date", json!("2030-01-01")), "birth_date"),
            (with("roles", json!([])), "roles"),
            (with("roles", json!(["king"])), "roles"),
            (with("roles", json!("pupil")), "roles"),
            (with("class_id", json!("5Б")), "class_id"),
            (with("class_id", json!("01900000-0000-7000-8000-000000000000")), "class_id"),
            (with("position", json!("a\u{0}b")), "position"),
            (with("iin", json!("150308500123")), "iin"),
            (json!({ "given": "Айдана", "roles": ["pupil"] }), "family"),
            (json!([]), ""),
        ] {
            let answer = program.send("POST", "/api/v1/people", &[], &body);
            assert_eq!(problem(&answer, 422, "/api#problem-fields"), [field], "{body}");
            // The same of a change, where it can be one.
            if let (Some(value), true) = (body.get(field), !field.is_empty()) {
                let path = format!("/api/v1/people/{}", program.school.persons[0]);
                let answer = program.send("PATCH", &path, &[("if-match", "*")], &json!({ field: value }));
                assert_eq!(problem(&answer, 422, "/api#problem-fields"), [field], "{body}");
            }
        }
        let json_type = ("content-type", "application/json");
        let bearer = format!("Bearer {}", program.token);
        for (headers, body, status) in [
            (vec![json_type], "{", 400),
            (vec![json_type], "", 400),
            (vec![json_type], "\u{feff}{}", 400),
            (vec![json_type], "{} {}", 422),
            (vec![("content-type", "application/x-www-form-urlencoded")], "{}", 415),
            (vec![], "{}", 415),
        ] {
            let headers: Vec<_> = headers.into_iter().chain([("authorization", bearer.as_str())]).collect();
            let answer = world.ask("POST", "/api/v1/people", &headers, Some(body));
            assert_eq!(answer.status, status, "{body}: {}", answer.text);
        }
        let long = format!("\"{}\"", "a".repeat(2 << 20));
        let answer = world.ask("POST", "/api/v1/people", &[json_type, ("authorization", &bearer)], Some(&long));
        assert_eq!((answer.status.as_u16(), answer.header("content-type")), (413, "application/problem+json"));
        assert_eq!(program.count("/api/v1/people"), 3, "nobody was added");
    }

    fn a_write_with_a_key_is_done_once(t) {
        let world = World::new(t);
        let program = Program::new(&world);
        let key = [("idempotency-key", "2f1c7f0e-9a1b-4c58-8f7e-0d0a2f6f9b11")];
        let new = json!({ "family": "Асанова", "given": "Айдана", "roles": ["teacher"] });
        let first = program.send("POST", "/api/v1/people", &key, &new);
        let again = program.send("POST", "/api/v1/people", &key, &new);
        assert_eq!((first.status.as_u16(), again.status.as_u16()), (201, 201), "{}", again.text);
        assert_eq!(first.json(), again.json());
        assert_eq!((first.header("idempotent-replayed"), again.header("idempotent-replayed")), ("", "true"));
        assert_eq!(program.count("/api/v1/people"), 4);
        // Another body or address under the key is a mistake.
        let other = json!({ "family": "Бекова", "given": "Айдана", "roles": ["teacher"] });
        assert_eq!(problem(&program.send("POST", "/api/v1/people", &key, &other), 422, "/api#problem-idempotency"), ["Idempotency-Key"]);
        let class = json!({ "name": "7А", "lang": "kk", "shift": 1 });
        problem(&program.send("POST", "/api/v1/classes", &key, &class), 422, "/api#problem-idempotency");
        // A write that failed left no key.
        let taken = json!({ "name": "5Б", "lang": "kk", "shift": 1 });
        let second = [("idempotency-key", "k2")];
        problem(&program.send("POST", "/api/v1/classes", &second, &taken), 409, "/api#problem-state");
        assert_eq!(program.send("POST", "/api/v1/classes", &second, &class).status, 201);
        // A change by revision is not done twice either.
        let path = format!("/api/v1/people/{}", program.school.persons[0]);
        let headers = [("idempotency-key", "k3"), ("if-match", "\"1\"")];
        for _ in 0..3 {
            let changed = program.send("PATCH", &path, &headers, &json!({ "position": "староста" }));
            assert_eq!((changed.status.as_u16(), changed.header("etag")), (200, "\"2\""), "{}", changed.text);
        }
        for wrong in ["", " ", "a b", "ә", &"k".repeat(129)] {
            let answer = program.send("POST", "/api/v1/people", &[("idempotency-key", wrong)], &new);
            assert_eq!(problem(&answer, 422, "/api#problem-fields"), ["Idempotency-Key"], "{wrong:?}");
        }
        // After a day the key is free again.
        t.clock.forward_s(24 * 3600 + 1);
        let later = program.send("POST", "/api/v1/people", &key, &other);
        assert_eq!((later.status.as_u16(), later.header("idempotent-replayed")), (201, ""), "{}", later.text);
    }

    fn the_same_key_at_once_makes_one_person(t) {
        let world = World::new(t);
        let program = Program::new(&world);
        let new = json!({ "family": "Асанова", "given": "Айдана", "roles": ["teacher"] });
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    let answer = program.send("POST", "/api/v1/people", &[("idempotency-key", "k")], &new);
                    assert!(matches!(answer.status.as_u16(), 201 | 409), "{}", answer.text);
                });
            }
        });
        assert_eq!(program.count("/api/v1/people"), 4);
    }

    fn a_credential_is_issued_lost_found_and_taken_back(t) {
        let world = World::new(t);
        let program = Program::new(&world);
        let person = program.school.persons[1].to_string();
        let new = json!({ "person_id": person, "number": "100,58400", "format": "w26", "valid_until": "2027-06-01T00:00:00Z" });
        let issued = program.send("POST", "/api/v1/credentials", &[], &new);
        assert_eq!(issued.status, 201, "{}", issued.text);
        let card = issued.json();
        assert_eq!((card["card"].clone(), card["status"].as_str()), (json!({ "bits": 24, "value": "6612000" }), Some("active")));
        problem(&program.send("POST", "/api/v1/credentials", &[], &new), 409, "/api#problem-state");
        let path = format!("/api/v1/credentials/{}/status", card["id"].as_str().unwrap());
        for (status, code) in [("active", 409), ("suspended", 200), ("lost", 200), ("active", 200), ("returned", 200), ("active", 409), ("gone", 422)] {
            let answer = program.send("POST", &path, &[], &json!({ "status": status }));
            assert_eq!(answer.status, code, "{status}: {}", answer.text);
        }
        for (field, value) in [
            ("person_id", json!("01900000-0000-7000-8000-000000000000")),
            ("person_id", json!("1")),
            ("number", json!("card")),
            ("number", json!("99999999999999999999")),
            ("format", json!("w99")),
            ("valid_from", json!("2028-01-01T00:00:00Z")),
            ("valid_until", json!("tomorrow")),
        ] {
            let mut body = new.clone();
            body[field] = value;
            // The term as a whole is told at its end.
            let told = if field == "valid_from" { "valid_until" } else { field };
            assert_eq!(problem(&program.send("POST", "/api/v1/credentials", &[], &body), 422, "/api#problem-fields"), [told], "{body}");
        }
    }

    fn a_class_is_added_and_changed(t) {
        let world = World::new(t);
        let program = Program::new(&world);
        let added = program.send("POST", "/api/v1/classes", &[], &json!({ "name": "11-ә", "lang": "ru", "shift": 1 }));
        assert_eq!((added.status.as_u16(), added.json()["name"].as_str()), (201, Some("11 «Ә»")), "{}", added.text);
        let path = added.header("location").to_owned();
        let changed = program.send("PATCH", &path, &[], &json!({ "shift": 2 }));
        assert_eq!((changed.json()["shift"].as_u64(), changed.json()["lang"].as_str()), (Some(2), Some("ru")));
        problem(&program.send("PATCH", &path, &[], &json!({ "name": "5Б" })), 409, "/api#problem-state");
        let mut fields = problem(&program.send("PATCH", &path, &[], &json!({ "name": "Б", "lang": "de", "shift": 3 })), 422, "/api#problem-fields");
        fields.sort();
        assert_eq!(fields, ["lang", "name", "shift"]);
    }
}
