//! Where an account is signed in, and what its user is told of browsers that are new.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a story that cannot go on shall stop")]

mod browser;

use accounts::{DemoUser, StaffRole};
use axum::http::StatusCode;
use browser::{Browser, PASSWORD, Site, desk};
use testkit::{TestDb, both_databases};

store::statements! {
    /// How often something stands in the audit trail.
    fn audited(action: &str) across_schools -> Exactly<u64> = "select count(*) from audit where action = $1";
}

const NEWS: &str = "/account/new-browsers?next=%2Faccount";

fn count(t: &TestDb, action: &'static str) -> u64 {
    t.db.read_blocking(|tx| audited(tx, action)).unwrap()
}

/// The keys of the sessions on the page, in its order; one's own has none.
fn others(browser: &mut Browser<'_>) -> Vec<String> {
    let page = browser.get("/account").body;
    let part = page.split("action=\"/account/sessions/end\"").skip(1);
    part.map(|part| part.split_once("name=\"session\" value=\"").unwrap().1.split('"').next().unwrap().to_owned())
        .collect()
}

both_databases! {
    fn one_session_is_ended_and_the_others_stay(t) {
        let site = Site::new(t, desk);
        site.add_user("secretary", &[StaffRole::Secretary]);
        site.add_user("guard", &[StaffRole::Guard]);
        let (mut here, mut there, mut third) = (site.browser_of("secretary"), site.browser_of("secretary"), site.browser_of("secretary"));
        let mut stranger = site.browser_of("guard");
        t.clock.forward_s(120);
        there.get("/desk");
        let keys = others(&mut here);
        assert_eq!(keys.len(), 2);
        assert_eq!(stranger.post("/account/sessions/end", &[("session", &keys[0])]).status, StatusCode::NOT_FOUND, "not one's own");
        for wrong in ["", "x", "AAAA"] {
            assert_eq!(here.post("/account/sessions/end", &[("session", wrong)]).status, StatusCode::NOT_FOUND);
        }
        // The one that was used last stands first.
        assert_eq!(here.post("/account/sessions/end", &[("session", &keys[0])]).location(), "/account?done=session");
        assert_eq!((there.get("/desk").status, third.get("/desk").status), (StatusCode::SEE_OTHER, StatusCode::OK));
        assert_eq!(others(&mut here).len(), 1);
        assert_eq!(count(t, "session_ended"), 1);
    }

    fn a_device_keeps_the_name_that_it_was_given(t) {
        let site = Site::new(t, desk);
        site.add_user("secretary", &[StaffRole::Secretary]);
        site.add_user("guard", &[StaffRole::Guard]);
        let mut here = site.browser_of("secretary");
        let mut there = site.browser_of("secretary");
        let key = others(&mut here).remove(0);
        assert_eq!(site.browser_of("guard").post("/account/sessions/name", &[("session", &key), ("name", "x")]).status, StatusCode::NOT_FOUND);
        assert_eq!(here.post("/account/sessions/name", &[("session", &key), ("name", " Компьютер <1> ")]).location(), "/account?done=device");
        assert!(here.get("/account").says("Компьютер &lt;1&gt; (Chrome · Windows)"));
        there.post("/sign-out", &[]);
        there.sign_in("secretary", PASSWORD);
        assert!(there.get("/account").says("Компьютер &lt;1&gt;"), "the browser is known again");
    }

    fn a_sign_in_in_a_new_browser_is_told_at_the_next_one_elsewhere(t) {
        let site = Site::new(t, desk);
        site.add_user("secretary", &[StaffRole::Secretary]);
        let mut own = site.browser();
        assert_eq!(own.sign_in("secretary", PASSWORD).location(), "/account", "the first browser of all is no news");
        own.post("/sign-out", &[]);
        let mut thief = site.browser();
        thief.address = "203.0.113.66:50000".parse().unwrap();
        assert_eq!(thief.sign_in("secretary", PASSWORD).location(), "/account", "a new browser is not told of itself");
        thief.post("/sign-out", &[]);
        assert_eq!(thief.sign_in("secretary", PASSWORD).location(), "/account");

        assert_eq!(own.sign_in("secretary", PASSWORD).location(), NEWS);
        let page = own.get(NEWS);
        assert!(page.says("203.0.113.66") && page.says("Да, это был(а) я") && page.says("Нет, это не я") && !page.says("192.0.2.7"), "{}", page.body);
        assert_eq!(own.get("/desk").status, StatusCode::OK, "nothing is closed by it");
        let ended = own.post("/account/new-browsers", &[("was", "not-mine"), ("next", "/desk")]);
        assert_eq!(ended.location(), "/account?done=stranger");
        assert!(own.get("/account?done=stranger").says("Теперь смените пароль"));
        assert_eq!(thief.get("/desk").status, StatusCode::SEE_OTHER);
        assert_eq!(own.get(NEWS).location(), "/account", "told once");
        own.post("/sign-out", &[]);
        assert_eq!(own.sign_in("secretary", PASSWORD).location(), "/account");
        assert_eq!((count(t, "new_browser"), count(t, "new_browsers_told")), (1, 1));
    }

    fn one_confirms_an_own_new_browser_and_goes_on_to_our_own_pages_only(t) {
        let site = Site::new(t, desk);
        site.add_user("secretary", &[StaffRole::Secretary]);
        let mut own = site.browser_of("secretary");
        let mut phone = site.browser_of("secretary");
        own.post("/sign-out", &[]);
        assert_eq!(own.sign_in("secretary", PASSWORD).location(), NEWS);
        assert_eq!(own.post("/account/new-browsers", &[("was", "mine"), ("next", "//evil.example")]).location(), "/");
        assert_eq!(phone.get("/desk").status, StatusCode::OK, "it stays signed in");
        own.post("/sign-out", &[]);
        assert_eq!(own.sign_in("secretary", PASSWORD).location(), "/account");
    }

    fn a_demonstrations_browsers_are_everybodys_and_no_news(t) {
        let demo = DemoUser { login: "kuzet".into(), password: PASSWORD.into(), role_key: "accounts-role-guard" };
        let site = Site::with_demo(t, vec![demo], desk);
        site.add_user("kuzet", &[StaffRole::Guard]);
        for _ in 0..3 {
            let mut browser = site.browser();
            assert_eq!(browser.sign_in("kuzet", PASSWORD).location(), "/account");
            assert_eq!(browser.cookie("browser"), None);
        }
    }
}
