//! A browser in which somebody is signed in, on the real router.

use std::sync::Arc;

use access::{Access, queries};
use accounts::{App, Ctx, StaffRole, ops::NewUser};
use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode, header},
    middleware,
};
use http_body_util::BodyExt;
use i18n::Lang;
use tokio::runtime::Runtime;
use tower::ServiceExt;

use super::Site;

const PASSWORD: &str = "correct horse battery";

/// A browser with its cookie.
pub struct Browser {
    router: Router,
    runtime: Runtime,
    pub cookie: String,
}

/// What came back.
pub struct Answer {
    pub status: StatusCode,
    pub location: String,
    pub body: String,
    pub bytes: Vec<u8>,
}

impl Answer {
    #[track_caller]
    pub fn says(&self, texts: &[&str]) -> &Self {
        for text in texts {
            assert!(self.body.contains(text), "{text:?} is not in {} {}", self.status, self.body);
        }
        self
    }

    #[track_caller]
    pub fn hides(&self, texts: &[&str]) -> &Self {
        for text in texts {
            assert!(!self.body.contains(text), "{text:?} is in {}", self.body);
        }
        self
    }
}

impl Browser {
    /// A browser in which somebody with this role is signed in.
    pub fn of(site: &Site<'_>, role: StaffRole) -> Self {
        let app = App::new(
            site.t.db.clone(),
            testkit::vault(),
            Arc::new(site.t.clock.clone()),
            site.t.ids.clone(),
            false,
            Vec::new(),
        );
        let access = Access::start(&app, queries::GATE_PATIENCE, gate::explain).unwrap();
        let mut router = Router::new();
        let mut nav = Vec::new();
        let people = people::subsystem_with(&app, vec![access::person_panel(), access::leave_panel()]);
        for part in [accounts::subsystem(&app), people, access::subsystem(&app, &access)] {
            nav.extend(part.nav);
            router = router.merge(part.routes.into_parts().0);
        }
        app.set_nav(nav);
        let layer = middleware::from_fn_with_state(app.clone(), accounts::session_layer);
        let router = router.merge(web::routes()).layer(layer).with_state(app.clone());
        let router = web::harden(router, &web::WebSettings::new(app.clock.clone(), app.ids.clone()));
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let mut browser = Self { router, runtime, cookie: String::new() };
        browser.sign_in(site, role);
        browser
    }

    fn sign_in(&mut self, site: &Site<'_>, role: StaffRole) {
        let ctx = Ctx::of_program(site.school, site.now(), site.t.ids.clone());
        let login = role.as_str();
        let new = NewUser::new(&site.t.ids, login, "Асанова А. Б.", site.school, [role], PASSWORD, Lang::Ru).unwrap();
        site.t.db.write_blocking(move |tx| accounts::ops::add_user(tx, &ctx, &new)).unwrap();
        let signed_in = self.post("/sign-in", &[("login", login), ("password", PASSWORD)]);
        assert_eq!(signed_in.status, StatusCode::SEE_OTHER);
    }

    pub fn get(&mut self, path: &str) -> Answer {
        self.send(self.request("GET", path).body(Body::empty()).unwrap())
    }

    pub fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = web::address("", fields.iter().copied()).trim_start_matches('?').to_owned();
        let request = self.request("POST", path).header("sec-fetch-site", "same-origin");
        self.send(
            request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded").body(Body::from(body)).unwrap(),
        )
    }

    /// Sends a form with a file.
    pub fn post_file(&mut self, path: &str, fields: &[(&str, &str)], file: (&str, &str, &[u8])) -> Answer {
        const EDGE: &str = "----edge7MA4YWxkTrZu0gW";
        let mut body = Vec::new();
        for (name, value) in fields {
            let part = format!("--{EDGE}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend(part.bytes());
        }
        let (field, name, bytes) = file;
        let head = format!("--{EDGE}\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\n\r\n");
        body.extend(head.bytes().chain(bytes.iter().copied()));
        body.extend(format!("\r\n--{EDGE}--\r\n").bytes());
        let request = self.request("POST", path).header("sec-fetch-site", "same-origin");
        let request = request.header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={EDGE}"));
        self.send(request.body(Body::from(body)).unwrap())
    }

    /// Opens a live stream.
    pub fn open(&self, path: &str) -> Body {
        let request = self.request("GET", path).body(Body::empty()).unwrap();
        let answer = self.runtime.block_on(self.router.clone().oneshot(request)).unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        answer.into_body()
    }

    /// Reads a stream until it has told something with this text in it.
    pub fn told(&self, stream: &mut Body, text: &str) -> String {
        let told = async {
            loop {
                let frame = stream.frame().await.expect("the stream goes on").unwrap();
                let Ok(data) = frame.into_data() else { continue };
                let said = String::from_utf8_lossy(&data).into_owned();
                if said.contains(text) {
                    return said;
                }
            }
        };
        self.runtime.block_on(async { tokio::time::timeout(super::LONG, told).await }).expect("the desk is told")
    }

    fn request(&self, method: &str, path: &str) -> axum::http::request::Builder {
        Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "school.example")
            .header(header::COOKIE, &self.cookie)
    }

    fn send(&mut self, request: Request<Body>) -> Answer {
        let (router, head) = (self.router.clone(), |text: Option<&header::HeaderValue>| {
            text.and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
        });
        let (parts, bytes) = self.runtime.block_on(async {
            let (parts, body) = router.oneshot(request).await.unwrap().into_parts();
            (parts, body.collect().await.unwrap().to_bytes().to_vec())
        });
        let set = head(parts.headers.get(header::SET_COOKIE));
        if let Some(cookie) = set.split(';').next().filter(|cookie| cookie.starts_with("session=")) {
            self.cookie = cookie.to_owned();
        }
        let body = String::from_utf8_lossy(&bytes).into_owned();
        Answer { status: parts.status, location: head(parts.headers.get(header::LOCATION)), body, bytes }
    }

    #[track_caller]
    pub fn done(&mut self, path: &str, fields: &[(&str, &str)]) -> String {
        let answer = self.post(path, fields);
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}: {}", answer.body);
        answer.location
    }

    #[track_caller]
    pub fn refused(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let answer = self.post(path, fields);
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}: {}", answer.body);
        answer
    }
}
