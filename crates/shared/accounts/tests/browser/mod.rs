//! A browser for stories: it keeps cookies and says where its requests come from, as real ones do.
#![allow(dead_code, reason = "each story uses what it needs")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a story that cannot go on shall stop")]

use std::{net::SocketAddr, sync::Arc};

use accounts::{Action, App, Ctx, DemoUser, NavEntry, NavGroup, Routes, StaffRole, Subsystem, ops, ops::NewUser};
use axum::{
    Router,
    body::Body,
    extract::ConnectInfo,
    http::{HeaderMap, HeaderValue, Request, Response, StatusCode, header},
    middleware,
};
use http_body_util::BodyExt;
use i18n::Lang;
use kernel::{SchoolId, UserId};
use testkit::TestDb;
use tokio::runtime::Runtime;
use tower::ServiceExt;
use web::Proxies;

/// A site under test: its router as the program wires it, on the test's database and clock.
pub struct Site {
    pub app: App,
    pub school: SchoolId,
    router: Router,
    runtime: Runtime,
}

/// What everybody's password is.
pub const PASSWORD: &str = "correct horse battery";

impl Site {
    /// A site of a school with these subsystems beside accounts.
    pub fn new(t: &TestDb, subsystems: impl FnOnce(&App) -> Vec<Subsystem>) -> Self {
        Self::with_demo(t, Vec::new(), subsystems)
    }

    pub fn with_demo(t: &TestDb, demo: Vec<DemoUser>, subsystems: impl FnOnce(&App) -> Vec<Subsystem>) -> Self {
        Self::with_app(
            t,
            App::new(t.db.clone(), testkit::vault(), Arc::new(t.clock.clone()), t.ids.clone(), false, demo),
            subsystems,
        )
    }

    /// A site behind these proxies.
    pub fn behind(t: &TestDb, proxies: Proxies, subsystems: impl FnOnce(&App) -> Vec<Subsystem>) -> Self {
        let app = App::new(t.db.clone(), testkit::vault(), Arc::new(t.clock.clone()), t.ids.clone(), false, Vec::new());
        Self::with_app(t, app.trusting_proxies(proxies), subsystems)
    }

    pub fn with_app(t: &TestDb, app: App, subsystems: impl FnOnce(&App) -> Vec<Subsystem>) -> Self {
        let mut router = Router::new();
        let mut nav: Vec<NavEntry> = Vec::new();
        for part in std::iter::once(accounts::subsystem(&app)).chain(subsystems(&app)) {
            nav.extend(part.nav);
            router = router.merge(part.routes.into_parts().0);
        }
        app.set_nav(nav);
        let router = router
            .merge(web::routes())
            .layer(middleware::from_fn_with_state(app.clone(), accounts::session_layer))
            .with_state(app.clone());
        let settings = web::WebSettings {
            proxies: app.proxies().clone(),
            ..web::WebSettings::new(app.clock.clone(), app.ids.clone())
        };
        let router = web::harden(router, &settings);
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        Self { app, school: t.school("Школа № 1"), router, runtime }
    }

    /// The program, acting for the school.
    pub fn ctx(&self) -> Ctx {
        Ctx::of_program(self.school, self.app.clock.now(), self.app.ids.clone())
    }

    /// An account with [`PASSWORD`].
    pub fn add_user(&self, login: &str, roles: &[StaffRole]) -> UserId {
        self.add_user_at(self.school, login, roles)
    }

    pub fn add_user_at(&self, school: SchoolId, login: &str, roles: &[StaffRole]) -> UserId {
        let ctx = Ctx::of_program(school, self.app.clock.now(), self.app.ids.clone());
        let roles = roles.iter().copied();
        let new = NewUser::new(&self.app.ids, login, "Асанова А. Б.", school, roles, PASSWORD, Lang::Ru).unwrap();
        self.app.db.write_blocking(move |tx| ops::add_user(tx, &ctx, &new)).unwrap()
    }

    /// A browser in which nobody is signed in.
    pub fn browser(&self) -> Browser<'_> {
        // As one that has seen the sign-in page before.
        let cookies = vec![("cookies".to_owned(), "on".to_owned())];
        Browser { site: self, cookies, address: "192.0.2.7:50000".parse().unwrap() }
    }

    /// A browser in which somebody is signed in.
    pub fn browser_of(&self, login: &str) -> Browser<'_> {
        let mut browser = self.browser();
        let answer = browser.sign_in(login, PASSWORD);
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        browser
    }

    /// Many requests at once.
    pub fn at_once(&self, requests: Vec<Request<Body>>) -> Vec<Answer> {
        self.runtime.block_on(async {
            let mut running = tokio::task::JoinSet::new();
            for request in requests {
                running.spawn(answer(self.router.clone(), request));
            }
            running.join_all().await
        })
    }
}

/// One browser.
pub struct Browser<'a> {
    site: &'a Site,
    cookies: Vec<(String, String)>,
    pub address: SocketAddr,
}

/// What came back.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
    pub bytes: Vec<u8>,
}

impl Answer {
    /// Where it leads.
    pub fn location(&self) -> &str {
        self.header("location")
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Whether the page says this.
    pub fn says(&self, text: &str) -> bool {
        self.body.contains(text)
    }
}

impl Browser<'_> {
    pub fn get(&mut self, path: &str) -> Answer {
        self.send(self.request("GET", path).body(Body::empty()).unwrap())
    }

    /// As htmx asks for a part of a page.
    pub fn get_part(&mut self, path: &str) -> Answer {
        self.send(self.request("GET", path).header("hx-request", "true").body(Body::empty()).unwrap())
    }

    /// A form of our own page.
    pub fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let request = self.request("POST", path).header("sec-fetch-site", "same-origin");
        let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(urlencoded(fields))).unwrap())
    }

    /// A form with files.
    pub fn post_file(
        &mut self,
        path: &str,
        fields: &[(&str, &str)],
        field: &str,
        file_name: &str,
        bytes: &[u8],
    ) -> Answer {
        const EDGE: &str = "----edge7MA4YWxkTrZu0gW";
        let mut body = Vec::new();
        for (name, value) in fields {
            body.extend(
                format!("--{EDGE}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes(),
            );
        }
        let head =
            format!("--{EDGE}\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{file_name}\"\r\n");
        body.extend(head.bytes());
        body.extend(b"Content-Type: image/jpeg\r\n\r\n".iter().chain(bytes));
        body.extend(format!("\r\n--{EDGE}--\r\n").bytes());
        let request = self.request("POST", path).header("sec-fetch-site", "same-origin");
        let request = request.header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={EDGE}"));
        self.send(request.body(Body::from(body)).unwrap())
    }

    pub fn sign_in(&mut self, login: &str, password: &str) -> Answer {
        self.post("/sign-in", &[("login", login), ("password", password), ("next", "/account")])
    }

    /// A request with this browser's cookies and address.
    pub fn request(&self, method: &str, path: &str) -> axum::http::request::Builder {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut request = Request::builder().method(method).uri(path).extension(ConnectInfo(self.address));
        if !cookies.is_empty() {
            request = request.header(header::COOKIE, cookies.join("; "));
        }
        request.header(header::HOST, "school.example").header(header::USER_AGENT, "Chrome/140.0 (Windows NT 10.0)")
    }

    pub fn send(&mut self, request: Request<Body>) -> Answer {
        let answer = self.site.runtime.block_on(answer(self.site.router.clone(), request));
        for cookie in answer.headers.get_all(header::SET_COOKIE) {
            self.take_cookie(cookie);
        }
        answer
    }

    fn take_cookie(&mut self, cookie: &HeaderValue) {
        let text = cookie.to_str().unwrap();
        let (name, value) = text.split(';').next().unwrap().split_once('=').unwrap();
        self.set_cookie(name, value);
    }

    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub fn set_cookie(&mut self, name: &str, value: &str) {
        self.cookies.retain(|(known, _)| known != name);
        if !value.is_empty() {
            self.cookies.push((name.to_owned(), value.to_owned()));
        }
    }
}

pub fn urlencoded(fields: &[(&str, &str)]) -> String {
    web::address("", fields.iter().copied()).trim_start_matches('?').to_owned()
}

async fn answer(router: Router, request: Request<Body>) -> Answer {
    let response: Response<Body> = router.oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.unwrap().to_bytes().to_vec();
    Answer { status: parts.status, headers: parts.headers, body: String::from_utf8_lossy(&bytes).into_owned(), bytes }
}

/// A subsystem of one page at `/desk` for those who may see the passes, and its place in the navigation.
pub fn desk(app: &App) -> Vec<Subsystem> {
    async fn show(reader: accounts::Reader) -> web::Page {
        accounts::page(&reader, "Desk", web::html! { p { "desk of " (reader.actor.name) } })
    }
    let entry = |href, action, order| NavEntry {
        group: NavGroup::Day,
        label: "accounts-school",
        href,
        icon: "home",
        action,
        order,
    };
    vec![Subsystem {
        name: "desk",
        routes: Routes::new(app).get("/desk", accounts::Right::Action(Action::SeePasses), show).post(
            "/desk",
            accounts::Right::Action(Action::SeePasses),
            show,
        ),
        followers: Vec::new(),
        nav: vec![entry("/devices", Action::SeeDevices, 20), entry("/desk", Action::SeePasses, 10)],
        data: &[],
    }]
}
