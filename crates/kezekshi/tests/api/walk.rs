//! Every route of the interface is walked, so that one that is added tomorrow is walked too.

use accounts::{Right, RouteEntry, StaffRole, TokenScope};
use serde_json::{Value, json};
use testkit::both_databases;

use crate::world::{Answer, School, World};

/// The routes for tokens.
fn routes(world: &World<'_>) -> Vec<RouteEntry> {
    let (app, access) = crate::app::test_app(world.t);
    let routes: Vec<_> =
        kezekshi::routes(&app, &access).into_iter().filter(|route| matches!(route.right, Right::Token(_))).collect();
    assert!(routes.len() >= 17, "{routes:?}");
    for route in &routes {
        assert!(route.path.starts_with(accounts::API_PATHS), "{} must begin with {}", route.path, accounts::API_PATHS);
    }
    routes
}

/// The address of a route with what this school has in place of `{id}`.
fn address(route: &RouteEntry, school: &School) -> String {
    let id = if route.path.contains("/people/") {
        school.persons[0].to_string()
    } else if route.path.contains("/classes/") {
        school.class.to_string()
    } else if route.path.contains("/credentials/") {
        school.credential.to_string()
    } else {
        assert!(!route.path.contains('{'), "say here what stands for {{id}} in {}", route.path);
        String::new()
    };
    route.path.replace("{id}", &id)
}

/// A body that the route takes, naming things of this school.
fn body(route: &RouteEntry, school: &School) -> Option<Value> {
    match (route.method, route.path) {
        ("GET", _) => None,
        ("POST", "/api/v1/people") => {
            Some(json!({ "family": "Жаңа", "given": "Адам", "roles": ["pupil"], "class_id": school.class.to_string() }))
        }
        ("PATCH", "/api/v1/people/{id}") => Some(json!({ "position": "староста" })),
        ("POST", "/api/v1/classes") => Some(json!({ "name": "7А", "lang": "kk", "shift": 2 })),
        ("PATCH", "/api/v1/classes/{id}") => Some(json!({ "shift": 2 })),
        ("POST", "/api/v1/credentials") => {
            Some(json!({ "person_id": school.persons[0].to_string(), "number": "777777", "format": "w26_plain" }))
        }
        ("POST", "/api/v1/credentials/{id}/status") => Some(json!({ "status": "lost" })),
        other => panic!("say here what is sent to {other:?}"),
    }
}

fn walk(world: &World<'_>, token: &str, route: &RouteEntry, school: &School) -> Answer {
    world.call_with(token, route.method, &address(route, school), &[("if-match", "*")], body(route, school).as_ref())
}

/// Refused with this status, as a problem that tells nothing of the school.
fn refused(answer: &Answer, status: u16, route: &RouteEntry, school: &School) {
    assert_eq!(answer.status, status, "{route:?}: {}", answer.text);
    assert_eq!(answer.header("content-type"), "application/problem+json", "{route:?}");
    assert_eq!(answer.json()["status"], status);
    assert!(!answer.text.contains(school.mark), "{route:?}: {}", answer.text);
}

both_databases! {
    fn a_token_of_another_school_reaches_nothing_of_this_one(t) {
        let world = World::new(t);
        let (ours, theirs) = (world.school("Біздікі"), world.school("Олардікі"));
        let foreign = world.full_token(&theirs);
        for route in routes(&world) {
            let answer = walk(&world, &foreign, &route, &ours);
            assert!(!answer.text.contains(ours.mark), "{route:?}: {}", answer.text);
            if route.path.contains("{id}") {
                refused(&answer, 404, &route, &ours);
            } else if body(&route, &ours).is_some_and(|body| body.to_string().contains("_id")) {
                refused(&answer, 422, &route, &ours);
            } else {
                assert!(answer.status.is_success(), "{route:?}: {}", answer.text);
            }
        }
        // Filters that name what is another's find nothing.
        for path in [
            format!("/api/v1/passes?person={}", ours.persons[0]),
            format!("/api/v1/passes?point={}", ours.point),
            format!("/api/v1/people?class={}", ours.class),
        ] {
            let answer = world.call(&foreign, "GET", &path, None);
            assert_eq!(answer.json()["items"], json!([]), "{path}: {}", answer.text);
        }
        // And nothing of ours was changed.
        let own = world.full_token(&ours);
        let person = world.call(&own, "GET", &format!("/api/v1/people/{}", ours.persons[0]), None).json();
        assert_eq!((person["position"].as_str(), person["revision"].as_u64()), (Some(""), Some(1)));
        let classes = world.call(&own, "GET", "/api/v1/classes", None).json();
        assert_eq!((classes["items"].as_array().unwrap().len(), classes["items"][0]["shift"].as_u64()), (1, Some(1)));
        let held = world.call(&own, "GET", &format!("/api/v1/people/{}/credentials", ours.persons[0]), None).json();
        assert_eq!(held["items"][0]["status"], "active");
    }

    fn no_token_a_wrong_one_one_that_is_over_and_one_that_was_revoked_open_nothing(t) {
        let world = World::new(t);
        let school = world.school("Біздікі");
        let living = world.full_token(&school);
        let (revoked_id, revoked) = world.token(school.id, school.admin, &TokenScope::ALL);
        let (ctx, now) = (world.ctx_of(school.id, school.admin), kernel::Clock::now(&t.clock));
        t.db.write_blocking(move |tx| accounts::revoke_token(tx, &ctx, revoked_id, now)).unwrap();
        let unknown = format!("{}{}", &living[..living.len() - 1], if living.ends_with('0') { '1' } else { '0' });
        for route in routes(&world) {
            let (path, sent) = (address(&route, &school), body(&route, &school).map(|body| body.to_string()));
            for headers in [
                vec![],
                vec![("authorization", "Bearer".to_owned())],
                vec![("authorization", "Basic YTpi".to_owned())],
                vec![("authorization", format!("Bearer {unknown}"))],
                vec![("authorization", format!("Bearer {revoked}"))],
                vec![("cookie", format!("session={living}; __Host-session={living}"))],
            ] {
                let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
                let answer = world.ask(route.method, &path, &headers, sent.as_deref());
                refused(&answer, 401, &route, &school);
                assert_eq!(answer.header("www-authenticate"), "Bearer", "{route:?}");
            }
        }
        let day_s = 24 * 3600;
        t.clock.forward_s(30 * day_s - 1);
        assert_eq!(world.call(&living, "GET", "/api/v1/school", None).status, 200);
        t.clock.forward_s(2);
        for route in routes(&world) {
            refused(&walk(&world, &living, &route, &school), 401, &route, &school);
        }
    }

    fn a_session_in_a_browser_opens_nothing_here(t) {
        let world = World::new(t);
        let school = world.school("Біздікі");
        world.user(school.id, "hatshy", &[StaffRole::SchoolAdmin]);
        let form = "login=hatshy&password=correct%20horse%20battery";
        let headers = [("content-type", "application/x-www-form-urlencoded"), ("sec-fetch-site", "same-origin")];
        let answer = world.ask("POST", "/sign-in", &headers, Some(form));
        assert_eq!(answer.status, 303, "{}", answer.text);
        let cookies: Vec<_> = answer.headers.get_all("set-cookie").iter().map(|line| line.to_str().unwrap()).collect();
        let cookie = cookies.iter().filter_map(|line| line.split(';').next()).collect::<Vec<_>>().join("; ");
        let signed_in = world.ask("GET", "/people", &[("cookie", &cookie)], None);
        assert_eq!(signed_in.status, 200, "the session itself is good");
        for route in routes(&world) {
            let sent = body(&route, &school).map(|body| body.to_string());
            let headers = [("cookie", cookie.as_str()), ("sec-fetch-site", "same-origin")];
            let answer = world.ask(route.method, &address(&route, &school), &headers, sent.as_deref());
            refused(&answer, 401, &route, &school);
        }
        // Nor does a token open a page.
        let token = world.full_token(&school);
        assert_eq!(world.call(&token, "GET", "/people", None).status, 303);
    }

    fn a_route_opens_for_its_own_scope_alone_and_while_its_maker_has_the_right(t) {
        let world = World::new(t);
        let school = world.school("Біздікі");
        for route in routes(&world) {
            let Right::Token(Some(scope)) = route.right else { continue };
            let others: Vec<_> = TokenScope::ALL.into_iter().filter(|other| *other != scope).collect();
            let (_, without) = world.token(school.id, school.admin, &others);
            let answer = walk(&world, &without, &route, &school);
            refused(&answer, 403, &route, &school);
            assert_eq!(answer.json()["type"], "/api#problem-scope", "{route:?}");
        }
        // A guard may see passes, a teacher may not: the role is taken away, the token stays.
        let user = world.user(school.id, "kuzet", &[StaffRole::Guard, StaffRole::Teacher]);
        let (_, token) = world.token(school.id, user, &[TokenScope::PassesRead, TokenScope::PeopleRead]);
        assert_eq!(world.call(&token, "GET", "/api/v1/passes", None).status, 200);
        t.db.write_blocking(move |tx| take_role(tx, user, "guard")).unwrap();
        let answer = world.call(&token, "GET", "/api/v1/passes", None);
        assert_eq!(answer.status, 403, "{}", answer.text);
        assert_eq!(world.call(&token, "GET", "/api/v1/people", None).status, 200, "a teacher sees persons");
        let ctx = world.ctx_of(school.id, school.admin);
        t.db.write_blocking(move |tx| accounts::ops::disable(tx, &ctx, user)).unwrap();
        assert_eq!(world.call(&token, "GET", "/api/v1/people", None).status, 401);
    }

    fn nobody_makes_a_token_for_more_than_he_may_do_or_ends_that_of_another(t) {
        let world = World::new(t);
        let school = world.school("Біздікі");
        let guard = world.user(school.id, "kuzet", &[StaffRole::Guard]);
        let now = kernel::Clock::now(&t.clock);
        for scope in TokenScope::ALL {
            let ctx = world.ctx_of(school.id, guard);
            let may = ctx.require(scope.action()).is_ok();
            let new = accounts::NewToken::new("x", [scope], 1).unwrap();
            let made = t.db.write_blocking(move |tx| accounts::add_token(tx, &ctx, &new, now));
            assert_eq!(made.is_ok(), may, "{scope}");
        }
        let (id, token) = world.token(school.id, school.admin, &[TokenScope::PeopleRead]);
        let other = world.school("Олардікі");
        for ctx in [world.ctx_of(school.id, guard), world.ctx_of(other.id, other.admin)] {
            assert!(t.db.write_blocking(move |tx| accounts::revoke_token(tx, &ctx, id, now)).is_err());
        }
        assert_eq!(world.call(&token, "GET", "/api/v1/people", None).status, 200);
    }
}

store::statements! {
    /// Takes a role away, as nobody's page does yet.
    fn take_role(user: kernel::UserId, role: &str) -> Run = "delete from user_role where user_id = $1 and role = $2";
}
