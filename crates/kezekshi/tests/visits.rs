//! Pages that are opened are counted, and nothing in the count leads to anybody.
#![allow(clippy::unwrap_used, reason = "a story that cannot go on shall stop")]

#[path = "support/app.rs"]
mod app;

use std::net::SocketAddr;

use accounts::{Ctx, Scope, StaffRole, ops::NewUser};
use axum::{
    body::Body,
    extract::ConnectInfo,
    http::{Request, StatusCode, header},
};
use i18n::Lang;
use kernel::{Clock, SchoolId};
use privacy::{Visits, queries};
use store::{record, statements};
use testkit::{TestDb, both_databases};
use tower::ServiceExt;

const PASSWORD: &str = "a-long-enough-word-7";
const CHROME: &str =
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36";

record! {
    /// Everything that is kept of visits.
    pub struct Kept {
        /// The pattern.
        pub page: String,
        /// The host.
        pub referrer: String,
        /// The family.
        pub browser: String,
        /// The network.
        pub network: String,
        /// Visits.
        pub visits: u64,
    }
}

statements! {
    /// Everything that is kept.
    fn kept(school: SchoolId) -> Many<Kept> =
        "select page, referrer, browser, network, visits from visit where school = $1 order by page, referrer, browser";
}

/// The program in the test's own process.
struct House<'a> {
    t: &'a TestDb,
    router: axum::Router,
    app: accounts::App,
    runtime: tokio::runtime::Runtime,
    cookie: String,
}

impl<'a> House<'a> {
    fn new(t: &'a TestDb) -> Self {
        let (app, access) = app::test_app(t);
        let router = kezekshi::router(&app, &access);
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        Self { t, router, app, runtime, cookie: String::new() }
    }

    fn sign_in(&mut self, school: SchoolId, roles: &[StaffRole]) {
        let ctx = Ctx::of_program(school, self.t.clock.now(), self.t.ids.clone());
        let new =
            NewUser::new(&self.t.ids, "admin", "Асанова А. Б.", school, roles.iter().copied(), PASSWORD, Lang::Ru);
        let new = new.unwrap();
        self.t.db.write_blocking(move |tx| accounts::ops::add_user(tx, &ctx, &new)).unwrap();
        let request =
            self.request("POST", "/sign-in").header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let body = Body::from(format!("login=admin&password={PASSWORD}"));
        let response = self.runtime.block_on(self.router.clone().oneshot(request.body(body).unwrap())).unwrap();
        let cookie = response.headers().get(header::SET_COOKIE).unwrap().to_str().unwrap();
        self.cookie = cookie.split(';').next().unwrap().to_owned();
    }

    fn request(&self, method: &str, path: &str) -> axum::http::request::Builder {
        let peer: SocketAddr = "203.0.113.77:50000".parse().unwrap();
        Request::builder()
            .method(method)
            .uri(path)
            .extension(ConnectInfo(peer))
            .header(header::HOST, "school.example")
            .header(header::COOKIE, &self.cookie)
            .header("sec-fetch-site", "same-origin")
            .header(header::USER_AGENT, CHROME)
    }

    fn get(&self, path: &str, headers: &[(&str, &str)]) -> (StatusCode, String) {
        let request =
            headers.iter().fold(self.request("GET", path), |request, (name, value)| request.header(*name, *value));
        self.runtime.block_on(async {
            let response = self.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
            let status = response.status();
            let bytes = axum::body::to_bytes(response.into_body(), 1 << 24).await.unwrap();
            (status, String::from_utf8_lossy(&bytes).into_owned())
        })
    }

    fn kept(&self, school: SchoolId) -> Vec<Kept> {
        Visits::of(&self.app).flush(&self.app).unwrap();
        self.t.db.read_blocking(|tx| kept(tx, school)).unwrap()
    }
}

fn line(kept: &Kept) -> String {
    format!("{} [{}] {} {} {}", kept.page, kept.referrer, kept.browser, kept.network, kept.visits)
}

both_databases! {
    fn pages_are_counted_by_their_pattern_and_nothing_leads_to_anybody(t) {
        let school = t.school("One");
        let mut house = House::new(t);
        assert_eq!(house.get("/sign-in", &[("referer", "https://www.google.com/search?q=school")]).0, StatusCode::OK);
        house.sign_in(school, &[StaffRole::SchoolAdmin]);
        for path in ["/people?q=%D0%90%D1%81%D0%B0%D0%BD", "/people", "/account"] {
            assert_eq!(house.get(path, &[]).0, StatusCode::OK, "{path}");
        }
        // Neither a fragment, nor a program, nor what is refused, nor an asset is a page that somebody opened.
        house.get("/people?q=x", &[("hx-request", "true")]);
        house.get("/people/01934d2e-7c00-7000-8000-000000000001", &[]);
        house.get("/assets/none.css", &[]);
        house.get("/healthz", &[]);
        let kept = house.kept(school);
        let lines: Vec<_> = kept.iter().map(line).collect();
        assert_eq!(lines, [
            "/account [] chrome 203.0.113.0/24 1",
            "/people [] chrome 203.0.113.0/24 2",
            "/sign-in [www.google.com] chrome 203.0.113.0/24 1",
        ]);
        let columns: Vec<_> = store::columns(&t.db).unwrap().into_iter().filter(|(table, _)| table == "visit").map(|(_, column)| column).collect();
        assert_eq!(columns.len(), 7, "a column more may lead to somebody: {columns:?}");

        let (status, page) = house.get("/visits", &[]);
        assert!(status == StatusCode::OK && page.contains("/people") && page.contains("Chrome") && page.contains("www.google.com"), "{page}");
        let (status, csv) = house.get("/visits.csv", &[]);
        assert!(status == StatusCode::OK && csv.contains("203.0.113.0/24"), "{csv}");
        assert!(house.get("/visits?from=2026-11-01&until=2026-11-02", &[]).1.contains("посещений нет"));
    }

    fn made_up_referrers_do_not_fill_the_table(t) {
        let school = t.school("One");
        let house = House::new(t);
        for number in 0..60 {
            house.get("/sign-in", &[("referer", &format!("https://site-{number}.example/"))]);
        }
        let kept = house.kept(school);
        assert_eq!(kept.len(), 21, "twenty sites, and the rest in one");
        assert_eq!(kept.iter().map(|row| row.visits).sum::<u64>(), 60, "no visit is lost");
    }

    fn of_several_schools_each_sees_its_own_and_old_rows_go(t) {
        let (one, other) = (t.school("One"), t.school("Other"));
        let mut house = House::new(t);
        house.get("/sign-in", &[]);
        house.sign_in(one, &[StaffRole::SchoolAdmin]);
        house.get("/people", &[]);
        assert_eq!(house.kept(one).iter().map(line).collect::<Vec<_>>(), ["/people [] chrome 203.0.113.0/24 1"], "nobody's visits belong to no school");
        assert!(house.kept(other).is_empty());

        let sums = || {
            let scope = Scope::of_program(one);
            let (from, until) = (jiff::Timestamp::UNIX_EPOCH, jiff::Timestamp::MAX);
            t.db.read_blocking(move |tx| queries::sums(tx, &scope, from, until)).unwrap()
        };
        assert_eq!(sums().pages.len(), 1);
        t.clock.forward_s(89 * 86_400);
        Visits::forget(&house.app).unwrap();
        assert_eq!(sums().pages.len(), 1);
        t.clock.forward_s(2 * 86_400);
        Visits::forget(&house.app).unwrap();
        assert_eq!(sums().pages.len(), 0);
    }
}
