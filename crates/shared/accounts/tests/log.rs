//! What the log must never hold. Alone in its program, since the log is the whole program's.
#![allow(clippy::unwrap_used, reason = "a story that cannot go on shall stop")]

#[path = "browser/authenticator.rs"]
mod authenticator;
mod browser;

use std::{
    io::Write,
    sync::{Arc, Mutex},
};

use accounts::StaffRole;
use axum::http::StatusCode;
use browser::{PASSWORD, Site, desk};
use testkit::TestDb;

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn neither_a_password_nor_a_session_is_in_any_log_line() {
    let log = Log::default();
    let writer = log.clone();
    // The PostgreSQL driver tells every parameter at its debug level, which is why the program never lets it.
    tracing_subscriber::fmt().with_env_filter("trace,tokio_postgres=info").with_writer(move || writer.clone()).init();
    for t in [TestDb::sqlite(), TestDb::postgres()] {
        let site = Site::new(&t, desk);
        site.add_user("secretary", &[StaffRole::Secretary]);
        let mut browser = site.browser();
        assert_eq!(browser.sign_in("secretary", "wrong-Secret-1").status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(browser.sign_in("wrong-Secret-2", "wrong-Secret-1").status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(browser.sign_in("secretary", PASSWORD).status, StatusCode::SEE_OTHER);
        let fields = [("current", PASSWORD), ("new", "chosen-Secret-3"), ("again", "chosen-Secret-3")];
        assert_eq!(browser.post("/account/password", &fields).status, StatusCode::SEE_OTHER);
        browser.post("/account/second-factor/app", &[]);
        let page = browser.get("/account/second-factor/app").body;
        let secret = authenticator::between(&page, "<code class=\"secret\">", "</code>").to_owned();
        let code = authenticator::app_code(&secret, kernel::Clock::now(&t.clock));
        let shown = browser.post("/account/second-factor/app/confirm", &[("code", &code)]);
        let written = authenticator::between(&shown.body, "<li><code>", "</code>").to_owned();
        site.add_user("admin", &[StaffRole::SchoolAdmin]);
        let added = [("login", "erlan"), ("name", "Ахметов"), ("lang", "ru"), ("role", "guard")];
        let page = site.browser_of("admin").post("/accounts/new", &added).body;
        let token = authenticator::between(&page, "/invitation/", "\"").to_owned();
        assert_eq!(site.browser().get(&format!("/invitation/{token}")).status, StatusCode::OK);
        let mut other = site.browser();
        other.sign_in("secretary", "chosen-Secret-3");
        assert_eq!(other.post("/sign-in/second", &[("code", &written)]).status, StatusCode::SEE_OTHER);
        for secret in
            [&secret, &secret.replace(' ', ""), &written, &written.replace('-', ""), &token, &format!("={code}")]
        {
            assert!(
                !String::from_utf8_lossy(&log.0.lock().unwrap()).contains(secret.as_str()),
                "the log holds {secret}"
            );
        }
        let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
        assert!(text.contains("/account/password"), "the log is heard");
        for secret in [PASSWORD, "wrong-Secret", "chosen-Secret", browser.cookie("session").unwrap(), "Асанова"]
        {
            assert!(!text.contains(secret), "the log holds {secret}");
        }
    }
}
