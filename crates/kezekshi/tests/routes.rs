//! Every route of the program, as its table of routes tells them: nobody comes in without a session, with a role that has no right to it, or
//! at another school. A new route is walked here without a word written.
#![allow(clippy::unwrap_used, reason = "a proof that cannot be set up shall stop")]

#[path = "support/app.rs"]
mod app;

use std::{collections::BTreeSet, sync::Arc};

use accounts::{Action, Ctx, Right, RouteEntry, Scope, SecondFactor, StaffRole, ops::NewUser};
use axum::{
    Router,
    body::Body,
    http::{Method, Request, StatusCode, header},
};
use demo::{school, world::World};
use i18n::Lang;
use jiff::civil::date;
use kernel::{Id, SchoolId};
use testkit::{TestDb, both_databases};
use tokio::runtime::Runtime;
use tower::ServiceExt;

const PASSWORD: &str = "a-long-enough-word-7";
/// What stands in a path for a name that is no id.
const NO_IDS: &[(&str, &str)] = &[("day", "2026-11-24"), ("number", "1"), ("place", "1-1")];

/// Pages about what the made-up school has never had done: the stories of `lists` and `api` open them.
const OF_NO_WORK_YET: &[&str] = &["/import/", "/export/", "/webhooks/"];

/// The program on a database with the made-up school and a small second one.
struct House<'t> {
    router: Router,
    runtime: Runtime,
    routes: Vec<RouteEntry>,
    t: &'t TestDb,
    school: SchoolId,
    other: SchoolId,
}

/// What was answered.
#[derive(Debug)]
struct Answer {
    status: StatusCode,
    location: String,
    cookie: String,
    /// What is shown; of a page or a table only.
    page: String,
}

impl<'t> House<'t> {
    fn new(t: &'t TestDb, rule: SecondFactor) -> Self {
        let world = Arc::new(World::make(7, date(2026, 11, 23)));
        let order = school::Order { boards_port: 60100, apart: false };
        let made = school::import(&t.db, &world, &testkit::vault(), &t.clock, order, &|| false).unwrap().school;
        let other = t.school("Other");
        t.db.write_blocking({
            let ctx = Ctx::of_program(made, kernel::Clock::now(&t.clock), t.ids.clone());
            move |tx| {
                people::ops::change_code_key(tx, &ctx, &testkit::vault())?;
                add_post(tx, &ctx)
            }
        })
        .unwrap();
        let (app, access) = app::test_app(t);
        let app = app.with_second_factor(rule);
        let (router, routes) = (kezekshi::router(&app, &access), kezekshi::routes(&app, &access));
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        Self { router, runtime, routes, t, school: made, other }
    }

    /// The cookie of somebody with these roles at a school, who is signed in.
    fn signed_in(&self, school: SchoolId, login: &str, roles: &[StaffRole]) -> String {
        let ctx = Ctx::of_program(school, kernel::Clock::now(&self.t.clock), self.t.ids.clone());
        let new = NewUser::new(&self.t.ids, login, "Асанова А. Б.", school, roles.iter().copied(), PASSWORD, Lang::Ru)
            .unwrap();
        self.t.db.write_blocking(move |tx| accounts::ops::add_user(tx, &ctx, &new)).unwrap();
        let answer = self.ask("POST", "/sign-in", "", &format!("login={login}&password={PASSWORD}"));
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{login} cannot sign in");
        answer.cookie
    }

    fn ask(&self, method: &str, path: &str, cookie: &str, body: &str) -> Answer {
        let request = Request::builder()
            .method(Method::from_bytes(method.as_bytes()).unwrap())
            .uri(path)
            .header(header::HOST, "school.example")
            .header(header::COOKIE, cookie)
            .header("sec-fetch-site", "same-origin")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(body.to_owned()))
            .unwrap();
        let response = self.runtime.block_on(self.router.clone().oneshot(request)).unwrap();
        let head = |name| response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let cookie = head(header::SET_COOKIE).split(';').next().unwrap_or_default().to_owned();
        let (status, location) = (response.status(), head(header::LOCATION).to_owned());
        let is_page = ["text/html", "text/csv"].iter().any(|kind| head(header::CONTENT_TYPE).starts_with(kind));
        let page = if is_page { self.runtime.block_on(text_of(response)) } else { String::new() };
        Answer { status, location, cookie, page }
    }

    /// One id of each kind of thing at the made-up school.
    fn ids(&self) -> Vec<String> {
        let school = self.school;
        let ids = self.t.db.read_blocking(|tx| one_of_each(tx, school)).unwrap();
        assert!(ids.len() >= 10, "the made-up school has no more than {} kinds of things", ids.len());
        ids.into_iter().filter_map(|row| row.id).map(|id| id.to_string()).collect()
    }
}

async fn text_of(response: axum::response::Response) -> String {
    let bytes = axum::body::to_bytes(response.into_body(), 1 << 26).await.unwrap();
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Words that would run if a page showed them as they are: in a text, in an attribute, in a script.
const HOSTILE: &str = "x\"'><img src=q onerror=alert(1)></script><script>alert(2)</script>";

/// What a spreadsheet program would compute.
const FORMULA: &str = "=HYPERLINK(\"https://q.example\")";

store::statements! {
    /// Hostile names of the school itself.
    fn hostile_school(school: SchoolId, text: &str) -> Run = "update school set name_kk = $2, name_ru = $2 where school = $1";
    /// Of accounts.
    fn hostile_accounts(school: SchoolId, text: &str) -> Run = "update user_account set name = $2 where school = $1";
    /// Of what somebody is at the school.
    fn hostile_positions(school: SchoolId, text: &str) -> Run = "update person set position = $2 where school = $1";
    /// Of posts.
    fn hostile_posts(school: SchoolId, text: &str) -> Run = "update employment set position = $2, department = $2 where school = $1";
    /// Of groups.
    fn hostile_groups(school: SchoolId, text: &str) -> Run = "update person_group set name = $2 where school = $1";
    /// Of buildings.
    fn hostile_buildings(school: SchoolId, text: &str) -> Run = "update building set name = $2, address = $2 where school = $1";
    /// Of zones.
    fn hostile_zones(school: SchoolId, text: &str) -> Run = "update zone set name = $2 where school = $1";
    /// Of gates.
    fn hostile_gates(school: SchoolId, text: &str) -> Run = "update gate set name = $2, version = $2 where school = $1";
    /// Of devices.
    fn hostile_devices(school: SchoolId, text: &str) -> Run = "update device set name = $2, version = $2 where school = $1";
    /// Of access points.
    fn hostile_points(school: SchoolId, text: &str) -> Run = "update access_point set name = $2 where school = $1";
    /// Of rules.
    fn hostile_rules(school: SchoolId, text: &str) -> Run = "update rule set name = $2 where school = $1";
    /// Of holidays.
    fn hostile_holidays(school: SchoolId, text: &str) -> Run = "update holiday set name = $2 where school = $1";
    /// Of changed days.
    fn hostile_days(school: SchoolId, text: &str) -> Run = "update day_change set reason = $2 where school = $1";
    /// Of bell schedules.
    fn hostile_bells(school: SchoolId, text: &str) -> Run = "update bell_schedule set name = $2 where school = $1 and id = (select id from bell_schedule where school = $1 order by id limit 1)";
    /// Of permissions to leave.
    fn hostile_leaves(school: SchoolId, text: &str) -> Run = "update leave_permission set reason = $2 where school = $1";
    /// Of guardians.
    fn hostile_guardians(school: SchoolId, text: &str) -> Run = "update guardianship set note = $2 where school = $1";
    /// Of absences.
    fn hostile_absences(school: SchoolId, text: &str) -> Run = "update absence set note = $2 where school = $1";
    /// Of marks of attendance.
    fn hostile_marks(school: SchoolId, text: &str) -> Run = "update attendance_mark set note = $2 where school = $1";
    /// Of tokens.
    fn hostile_tokens(school: SchoolId, text: &str) -> Run = "update api_token set name = $2 where school = $1";
    /// Of the audit trail.
    fn hostile_trail(school: SchoolId, text: &str) -> Run = "update audit set detail = $2, action = $2 where school = $1";
}

/// Puts this into every text that somebody may type; gives the number of rows.
fn hostile(tx: &mut store::Tx<'_>, school: SchoolId, text: &str) -> Result<u64, store::StoreError> {
    let all = [
        hostile_school,
        hostile_accounts,
        hostile_positions,
        hostile_posts,
        hostile_groups,
        hostile_buildings,
        hostile_zones,
        hostile_gates,
        hostile_devices,
        hostile_points,
        hostile_rules,
        hostile_holidays,
        hostile_days,
        hostile_bells,
        hostile_leaves,
        hostile_guardians,
        hostile_absences,
        hostile_marks,
        hostile_tokens,
        hostile_trail,
    ];
    all.into_iter().try_fold(0, |sum, change| Ok(sum + change(tx, school, text)?))
}

fn hostile_words(house: &House<'_>) {
    let ids = house.ids();
    let cookie = house.signed_in(house.school, "proof-hostile", StaffRole::ALL);
    let school = house.school;
    let changed = house.t.db.write_blocking(move |tx| hostile(tx, school, HOSTILE));
    assert!(changed.unwrap() > 100, "the made-up school has little to say");
    let (mut wrong, mut shown) = (Vec::new(), 0);
    for route in house.routes.iter().filter(|route| {
        route.method == "GET"
            && matches!(route.right, Right::Action(_) | Right::SignedIn)
            && !route.path.ends_with(".csv")
    }) {
        for path in paths(route.path, &ids).into_iter().take(40) {
            let page = house.ask("GET", &path, &cookie, "").page;
            shown += usize::from(page.contains("&lt;img src=q onerror"));
            if page.contains("<img src=q") || page.contains("<script>alert") || page.contains("=\"x\"'>") {
                wrong.push(path);
            }
        }
    }
    assert!(wrong.is_empty(), "these pages run what somebody typed:\n{}", wrong.join("\n"));
    assert!(shown > 50, "only {shown} pages showed the words, so little is proved");

    // The same words at the beginning of a cell of a table that is taken away.
    house.t.db.write_blocking(move |tx| hostile(tx, school, FORMULA)).unwrap();
    let mut taken = 0;
    for route in house.routes.iter().filter(|route| route.method == "GET" && route.path.ends_with(".csv")) {
        let table = house.ask("GET", route.path, &cookie, "").page;
        taken += usize::from(table.contains("'=HYPERLINK"));
        let is_formula =
            [";=", ",=", "\n=", "\"=", "\t="].iter().any(|start| table.contains(start)) || table.starts_with('=');
        assert!(!is_formula, "{} holds a formula", route.path);
    }
    assert!(taken > 0, "no table held the words, so nothing is proved");
}

store::record! {
    /// The id of something.
    pub struct ThingRow {
        /// The id; nothing where the school has none of the kind.
        pub id: Option<Id<Thing>>,
    }
}

/// Whatever has an id.
pub enum Thing {}

store::statements! {
    /// Somebody of a school.
    fn anybody(school: SchoolId) -> Exactly<kernel::PersonId> = "select id from person where school = $1 order by id limit 1";
    /// One thing of each kind of a school. Not by `min`: not every version of PostgreSQL has one of ids.
    fn one_of_each(school: SchoolId) -> Many<ThingRow> =
        "select (select id from person where school = $1 order by id limit 1) as id
         union select (select id from class where school = $1 order by id limit 1)
         union select (select id from person_group where school = $1 order by id limit 1)
         union select (select id from credential where school = $1 order by id limit 1)
         union select (select id from gate where school = $1 order by id limit 1)
         union select (select id from device where school = $1 order by id limit 1)
         union select (select id from building where school = $1 order by id limit 1)
         union select (select id from zone where school = $1 order by id limit 1)
         union select (select id from access_point where school = $1 order by id limit 1)
         union select (select id from rule where school = $1 order by id limit 1)
         union select (select id from bell_schedule where school = $1 order by id limit 1)
         union select (select id from day_change where school = $1 order by id limit 1)
         union select (select id from alarm where school = $1 order by id limit 1)
         union select (select id from employment where school = $1 order by id limit 1)
         union select (select id from leave_permission where school = $1 order by id limit 1)
         union select (select id from absence where school = $1 order by id limit 1)
         union select (select id from list_job where school = $1 order by id limit 1)
         union select (select id from api_token where school = $1 order by id limit 1)
         union select (select id from turn_over where school = $1 order by id limit 1)
         union select (select id from day_card where school = $1 order by id limit 1)
         union select (select id from user_account where school = $1 order by id limit 1)
         union select (select id from access_point where school = $1 order by id desc limit 1)
         union select (select person from enrolment where school = $1 order by person limit 1)
         union select (select child from guardianship where school = $1 order by child limit 1)
         union select (select guardian from guardianship where school = $1 order by child, guardian limit 1)
         union select (select person from employment where school = $1 order by id limit 1)
         union select (select id from credential where school = $1 order by person, id limit 1)
         union select (select person from credential where school = $1 order by person limit 1)";
}

/// A post, which the made-up school's staff lacks.
fn add_post(tx: &mut store::Tx<'_>, ctx: &Ctx) -> Result<people::register::PostId, people::PeopleError> {
    let person = anybody(tx, ctx.actor.school)?;
    let post = people::register::PostData {
        position: "Вахтёр".to_owned(),
        department: String::new(),
        rate_percent: 100,
        since: date(2026, 9, 1),
        until: None,
        schedule: people::model::WorkWeek::default(),
    };
    people::ops::add_post(tx, ctx, person, &post)
}

/// The names in a path.
fn names(path: &str) -> Vec<&str> {
    path.split('{').skip(1).filter_map(|part| part.split_once('}')).map(|(name, _)| name).collect()
}

/// The path with these ids in the place of the names that stand for one, the first in the first place.
fn with_ids(path: &str, ids: [&str; 2]) -> String {
    let mut ids = ids.into_iter();
    names(path).into_iter().fold(path.to_owned(), |path, name| {
        let known = NO_IDS.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
        let value = known.or_else(|| ids.next()).unwrap_or_else(|| panic!("three ids in {path}"));
        path.replace(&format!("{{{name}}}"), value)
    })
}

/// Every way to put these ids into the path.
fn paths(path: &str, ids: &[String]) -> Vec<String> {
    let of_ids = names(path).into_iter().filter(|name| NO_IDS.iter().all(|(known, _)| known != name)).count();
    match of_ids {
        0 => vec![with_ids(path, ["", ""])],
        1 => ids.iter().map(|id| with_ids(path, [id, ""])).collect(),
        _ => ids.iter().flat_map(|one| ids.iter().map(move |two| with_ids(path, [one, two]))).collect(),
    }
}

fn has_id(path: &str) -> bool {
    names(path).into_iter().any(|name| NO_IDS.iter().all(|(known, _)| *known != name))
}

fn lacks(role: StaffRole, school: SchoolId, action: Action, house: &House<'_>) -> bool {
    let mut ctx = Ctx::of_program(school, kernel::Clock::now(&house.t.clock), house.t.ids.clone());
    ctx.actor.roles = BTreeSet::from([role]);
    Scope::of(&ctx.actor, action).is_err()
}

both_databases! {
    fn every_route_keeps_its_right_and_its_school(t) {
        walk(&House::new(t, SecondFactor::Offered));
    }

    fn nothing_but_setting_up_a_factor_is_open_to_whoever_needs_one(t) {
        held_back(&House::new(t, SecondFactor::Required));
    }

    fn hostile_words_are_shown_as_letters_on_every_page(t) {
        hostile_words(&House::new(t, SecondFactor::Offered));
    }
}

fn walk(house: &House<'_>) {
    let ids = house.ids();
    assert!(house.routes.len() > 100, "only {} routes", house.routes.len());

    let mut wrong = Vec::new();
    for route in &house.routes {
        let path = with_ids(route.path, [&ids[0], &ids[0]]);
        let answer = house.ask(route.method, &path, "", "");
        let is_refused = match route.right {
            Right::Public(_) => continue,
            Right::Gate | Right::Token(_) => answer.status == StatusCode::UNAUTHORIZED,
            Right::OwnFactors | Right::SignedIn | Right::Action(_) => {
                answer.status == StatusCode::UNAUTHORIZED
                    || (answer.status == StatusCode::SEE_OTHER && answer.location.starts_with("/sign-in"))
            }
        };
        if !is_refused {
            wrong.push(format!("without a session {} {path} answers {answer:?}", route.method));
        }
    }

    let mut refused = 0;
    for role in StaffRole::ALL {
        let cookie = house.signed_in(house.school, &format!("proof-{}", role.as_str()), &[*role]);
        for route in &house.routes {
            let Right::Action(action) = route.right else { continue };
            if !lacks(*role, house.school, action, house) {
                continue;
            }
            let path = with_ids(route.path, [&ids[0], &ids[0]]);
            let answer = house.ask(route.method, &path, &cookie, "");
            refused += 1;
            if answer.status != StatusCode::FORBIDDEN {
                wrong.push(format!("{} at {} {path} answers {}", role.as_str(), route.method, answer.status));
            }
        }
    }
    assert!(refused > 100, "only {refused} refusals were tried");

    let own = house.signed_in(house.school, "proof-own", StaffRole::ALL);
    let stranger = house.signed_in(house.other, "proof-stranger", StaffRole::ALL);
    let before = head(house);
    for route in house.routes.iter().filter(|route| has_id(route.path) && matches!(route.right, Right::Action(_))) {
        for path in paths(route.path, &ids) {
            let answer = house.ask(route.method, &path, &stranger, "");
            // A form may be looked at before what it is about; what it asks for must not be done.
            let is_kept = if route.method == "GET" {
                answer.status == StatusCode::NOT_FOUND
            } else {
                answer.status.is_client_error()
            };
            if !is_kept {
                wrong.push(format!("another school's {} {path} answers {answer:?}", route.method));
            }
        }
        // At its own school the page is there: the proof above is not about paths that lead nowhere.
        if route.method == "GET" && !OF_NO_WORK_YET.iter().any(|start| route.path.starts_with(start)) {
            let is_there =
                paths(route.path, &ids).iter().any(|path| house.ask("GET", path, &own, "").status.is_success());
            if !is_there {
                wrong.push(format!("no id of the made-up school opens {}: add its kind to one_of_each", route.path));
            }
        }
    }
    assert_eq!(head(house), before, "a stranger changed something");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn held_back(house: &House<'_>) {
    let ids = house.ids();
    let cookie = house.signed_in(house.school, "proof-alone", StaffRole::ALL);
    let before = head(house);
    let (mut closed, mut wrong) = (0, Vec::new());
    for route in house.routes.iter().filter(|route| matches!(route.right, Right::SignedIn | Right::Action(_))) {
        let path = with_ids(route.path, [&ids[0], &ids[0]]);
        let answer = house.ask(route.method, &path, &cookie, "");
        closed += 1;
        if (answer.status, answer.location.as_str()) != (StatusCode::SEE_OTHER, "/account/second-factor") {
            wrong.push(format!("{} {path} answers {answer:?}", route.method));
        }
    }
    assert!(closed > 100, "only {closed} routes were tried");
    assert_eq!(head(house), before, "something was changed");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(house.ask("GET", "/account/second-factor", &cookie, "").status, StatusCode::OK);
}

/// The newest entry of the made-up school's journal.
fn head(house: &House<'_>) -> u64 {
    house.t.db.read_blocking(|tx| journal::head(tx, house.school)).unwrap()
}
