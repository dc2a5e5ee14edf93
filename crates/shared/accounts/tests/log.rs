//! What the log must never hold. Alone in its program, since the log is the whole program's.
#![allow(clippy::unwrap_used, reason = "a story that cannot go on shall stop")]

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
        let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
        assert!(text.contains("/account/password"), "the log is heard");
        for secret in [PASSWORD, "wrong-Secret", "chosen-Secret", browser.cookie("session").unwrap(), "Асанова"]
        {
            assert!(!text.contains(secret), "the log holds {secret}");
        }
    }
}
