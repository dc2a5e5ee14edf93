//! A browser that keeps no cookies is told so, instead of being led in a circle.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a story that cannot go on shall stop")]

mod browser;

use accounts::StaffRole;
use axum::http::StatusCode;
use browser::{Browser, PASSWORD, Site, desk};
use testkit::both_databases;

/// Forgets every cookie, as a browser does that keeps none.
fn forget(browser: &mut Browser<'_>) {
    for name in ["cookies", "session", "sign-in", "browser", "lang", "theme"] {
        browser.set_cookie(name, "");
    }
}

both_databases! {
    fn signing_in_without_cookies_ends_at_a_page_that_says_how_to_switch_them_on(t) {
        let site = Site::new(t, desk);
        site.add_user("secretary", &[StaffRole::Secretary]);
        let mut browser = site.browser();
        forget(&mut browser);
        browser.get("/sign-in?next=/desk");
        forget(&mut browser);
        let sent = browser.post("/sign-in", &[("login", "secretary"), ("password", PASSWORD), ("next", "/desk")]);
        assert_eq!((sent.status, sent.location()), (StatusCode::SEE_OTHER, "/sign-in/cookies?next=%2Fdesk"));
        forget(&mut browser);
        let told = browser.get("/sign-in/cookies?next=%2Fdesk");
        assert_eq!(told.status, StatusCode::FORBIDDEN);
        assert!(told.says("не сохраняет cookie") && told.says("Firefox") && told.says("href=\"/sign-in\""), "{}", told.body);
        forget(&mut browser);
        let second = browser.post("/sign-in/second", &[("code", "123456")]);
        assert!(second.status == StatusCode::FORBIDDEN && second.says("не сохраняет cookie"));
    }

    fn a_form_that_was_sent_when_every_cookie_was_gone_is_kept_all_the_same(t) {
        let site = Site::new(t, desk);
        site.add_user("secretary", &[StaffRole::Secretary]);
        let mut browser = site.browser_of("secretary");
        forget(&mut browser);
        let asked = browser.post("/desk", &[("name", "typed")]);
        assert!(asked.says("name=\"resume-form\" value=\"name=typed\""), "{}", asked.body);
        let fields = [("login", "secretary"), ("password", PASSWORD), ("resume-path", "/desk"), ("resume-form", "name=typed")];
        let done = browser.post("/sign-in", &fields);
        assert!(done.status == StatusCode::OK && done.says("name=\"name\" value=\"typed\""), "{}", done.body);
    }

    fn a_browser_that_keeps_them_is_led_on(t) {
        let site = Site::new(t, desk);
        site.add_user("secretary", &[StaffRole::Secretary]);
        let mut bare = site.browser();
        forget(&mut bare);
        // Straight to the form, without having seen the page: the session's cookie itself is the proof.
        let sent = bare.post("/sign-in", &[("login", "secretary"), ("password", PASSWORD), ("next", "/desk")]);
        assert_eq!(bare.get(sent.location()).location(), "/desk");
        assert_eq!(bare.get("/sign-in/cookies?next=//evil.example").location(), "/");

        let mut usual = site.browser();
        forget(&mut usual);
        usual.get("/sign-in");
        assert_eq!(usual.cookie("cookies"), Some("on"));
        let sent = usual.post("/sign-in", &[("login", "secretary"), ("password", "wrong, sorry"), ("next", "/desk")]);
        assert_eq!(sent.status, StatusCode::UNPROCESSABLE_ENTITY);
        let sent = usual.post("/sign-in", &[("login", "secretary"), ("password", PASSWORD), ("next", "/desk")]);
        assert_eq!(sent.location(), "/desk");
    }
}
