//! Signing in and out, as a browser does it.
#![allow(clippy::unwrap_used, reason = "a story that cannot go on shall stop")]

mod browser;

use std::sync::Arc;

use accounts::{App, Ctx, DemoUser, StaffRole, ops};
use axum::{body::Body, http::StatusCode};
use browser::{PASSWORD, Site, desk, urlencoded};
use testkit::{TestDb, both_databases};

store::statements! {
    /// How often something stands in the audit trail.
    fn audited(action: &str) across_schools -> Exactly<u64> = "select count(*) from audit where action = $1";
    /// How many sessions there are.
    fn sessions() -> Exactly<u64> = "select count(*) from user_session";
}

fn count(t: &TestDb, action: &'static str) -> u64 {
    t.db.read_blocking(|tx| audited(tx, action)).unwrap()
}

both_databases! {
    fn somebody_signs_in_sees_the_page_that_was_wanted_and_signs_out(t) {
        let site = Site::new(t, desk);
        site.add_user("Secretary", &[StaffRole::Secretary]);
        let mut browser = site.browser();
        let asked = browser.get("/desk?day=1");
        assert_eq!((asked.status, asked.location()), (StatusCode::SEE_OTHER, "/sign-in?next=%2Fdesk%3Fday%3D1"));
        assert!(browser.get("/sign-in?next=%2Fdesk%3Fday%3D1").says("value=\"/desk?day=1\""));

        let signed_in = browser.post("/sign-in", &[("login", "secretary "), ("password", PASSWORD), ("next", "/desk?day=1")]);
        assert_eq!((signed_in.status, signed_in.location()), (StatusCode::SEE_OTHER, "/desk?day=1"));
        let cookie = signed_in.header("set-cookie");
        assert!(cookie.contains("; HttpOnly") && cookie.contains("; SameSite=Lax") && cookie.contains("; Max-Age=604800"), "{cookie}");

        let page = browser.get("/desk");
        assert!(page.status == StatusCode::OK && page.says("desk of Асанова А. Б.") && page.says("Школа № 1") && page.says("Секретарь"));
        assert_eq!(browser.get("/").location(), "/desk");
        assert_eq!(browser.get("/sign-in").location(), "/");

        let token = browser.cookie("session").unwrap().to_owned();
        assert_eq!(browser.post("/sign-out", &[]).location(), "/sign-in");
        assert_eq!(browser.cookie("session"), None);
        browser.set_cookie("session", &token);
        assert_eq!(browser.get("/desk").status, StatusCode::SEE_OTHER, "the old cookie opens nothing");
        assert_eq!((count(t, "signed_in"), count(t, "signed_out")), (1, 1));
    }

    fn every_refusal_costs_one_hash_and_says_the_same(t) {
        let site = Site::new(t, desk);
        site.add_user("guard", &[StaffRole::Guard]);
        let disabled = site.add_user("away", &[StaffRole::Guard]);
        let ctx = site.ctx();
        t.db.write_blocking(move |tx| ops::disable(tx, &ctx, disabled)).unwrap();
        let mut told = Vec::new();
        for (login, password) in [
            ("guard", "wrong horse battery"), ("nobody", PASSWORD), ("away", PASSWORD), ("no login at all", PASSWORD), ("n", "x"),
        ] {
            let before = site.app.hashings();
            let answer = site.browser().sign_in(login, password);
            assert_eq!(site.app.hashings() - before, 1, "{login:?} is told from others by the work it costs");
            let typed = answer.body.split("name=\"login\"").nth(1).unwrap().split('>').next().unwrap().to_owned();
            told.push((answer.status, answer.body.replace(&typed, "")));
        }
        assert!(told.iter().all(|one| *one == told[0]), "{told:?}");
    }

    fn a_proxy_is_believed_about_caller_and_tls_only_when_it_is_trusted(t) {
        let proxies = web::Proxies::new(vec![web::Network::parse("192.0.2.0/24").unwrap()]);
        let site = Site::behind(t, proxies, desk);
        site.add_user("guard", &[StaffRole::Guard]);
        for (speaker, session, caller) in [("192.0.2.7:50000", "__Host-session", "203.0.113.9"), ("198.51.100.7:50000", "session", "198.51.100.7")] {
            let mut browser = site.browser();
            browser.address = speaker.parse().unwrap();
            let told = |request: axum::http::request::Builder| request.header("x-forwarded-for", "203.0.113.9").header("x-forwarded-proto", "https");
            let form = urlencoded(&[("login", "guard"), ("password", PASSWORD), ("next", "/account")]);
            let request = told(browser.request("POST", "/sign-in")).header("sec-fetch-site", "same-origin");
            let request = request.header("content-type", "application/x-www-form-urlencoded").body(Body::from(form)).unwrap();
            let answer = browser.send(request);
            assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/account"), "{speaker}");
            assert_eq!(answer.headers.contains_key("strict-transport-security"), session.starts_with("__Host"));
            let cookie = answer.header("set-cookie");
            assert!(cookie.starts_with(&format!("{session}=")), "{cookie}");
            let request = told(browser.request("GET", "/account")).body(Body::empty()).unwrap();
            let page = browser.send(request);
            assert!(page.status == StatusCode::OK && page.says(caller), "{speaker}: {}", page.body);
        }
    }

    fn a_day_that_passes_in_minutes_signs_nobody_out(t) {
        let real = kernel::TestClock::at("2026-11-23T09:00:00+05:00".parse().unwrap());
        let app = App::new(t.db.clone(), testkit::vault(), Arc::new(t.clock.clone()), t.ids.clone(), false, Vec::new());
        let site = Site::with_app(t, app.signing_in_by(Arc::new(real.clone())), desk);
        site.add_user("guard", &[StaffRole::Guard]);
        let mut browser = site.browser_of("guard");
        for _ in 0..20 {
            t.clock.forward_s(24 * 3600);
            real.forward_s(12 * 60);
            assert_eq!(browser.get("/account").status, StatusCode::OK);
        }
        real.forward_s(12 * 3600 + 1);
        assert_eq!(browser.get("/account").status, StatusCode::SEE_OTHER, "unused for twelve real hours");
    }

    fn wrong_passwords_close_an_account_and_time_opens_it(t) {
        let site = Site::new(t, desk);
        site.add_user("guard", &[StaffRole::Guard]);
        let mut browser = site.browser();
        let refusals: Vec<_> = (0..5).map(|turn| browser.sign_in("guard", &format!("wrong password {turn}"))).collect();
        assert!(refusals.iter().all(|answer| answer.status == StatusCode::UNPROCESSABLE_ENTITY));
        let closed = browser.sign_in("guard", PASSWORD);
        let unknown = browser.sign_in("nobody", PASSWORD);
        assert_eq!(closed.status, StatusCode::UNPROCESSABLE_ENTITY, "the right password is refused too");
        let alike = |body: &str| body.replace("value=\"guard\"", "").replace("value=\"nobody\"", "");
        assert_eq!(alike(&closed.body), alike(&unknown.body), "a closed account and no account look the same");
        assert_eq!(alike(&closed.body), alike(&refusals[0].body));
        assert_eq!((count(t, "sign_in_failed"), count(t, "account_locked")), (5, 1));

        t.clock.forward_s(59);
        assert_eq!(browser.sign_in("guard", PASSWORD).status, StatusCode::UNPROCESSABLE_ENTITY);
        t.clock.forward_s(2);
        assert_eq!(browser.sign_in("guard", "wrong again, sorry").status, StatusCode::UNPROCESSABLE_ENTITY);
        t.clock.forward_s(61);
        assert_eq!(browser.sign_in("guard", PASSWORD).status, StatusCode::UNPROCESSABLE_ENTITY, "closed for two minutes now");
        t.clock.forward_s(60);
        assert_eq!(browser.sign_in("guard", PASSWORD).status, StatusCode::SEE_OTHER);
        assert_eq!(browser.get("/").location(), "/monitor");
    }

    fn guesses_at_once_get_no_more_tries_than_guesses_in_a_row(t) {
        let site = Site::new(t, desk);
        site.add_user("guard", &[StaffRole::Guard]);
        let browser = site.browser();
        let guess = |turn: usize| {
            let password = format!("wrong password {turn}");
            let body = urlencoded(&[("login", "guard"), ("password", &password)]);
            let request = browser.request("POST", "/sign-in").header("sec-fetch-site", "same-origin");
            request.header("content-type", "application/x-www-form-urlencoded").body(Body::from(body)).unwrap()
        };
        let answers = site.at_once((0..12).map(guess).collect());
        assert!(answers.iter().all(|answer| answer.status == StatusCode::UNPROCESSABLE_ENTITY));
        assert_eq!(count(t, "sign_in_failed"), 5, "the others met a closed account");
    }

    fn one_address_cannot_try_one_password_on_every_account(t) {
        let site = Site::new(t, desk);
        site.add_user("guard", &[StaffRole::Guard]);
        let mut browser = site.browser();
        let guess = |turn: usize| {
            let body = urlencoded(&[("login", &format!("user{turn}")), ("password", "Kezekshi2026!")]);
            let request = browser.request("POST", "/sign-in").header("sec-fetch-site", "same-origin");
            request.header("content-type", "application/x-www-form-urlencoded").body(Body::from(body)).unwrap()
        };
        let answers = site.at_once((0..40).map(guess).collect());
        let refused: Vec<_> = answers.iter().filter(|answer| answer.status == StatusCode::TOO_MANY_REQUESTS).collect();
        assert_eq!(refused.len(), 10);
        assert!(refused.iter().all(|answer| answer.header("retry-after") == "7"));
        assert_eq!(browser.sign_in("guard", PASSWORD).status, StatusCode::TOO_MANY_REQUESTS);
        browser.address = "192.0.2.8:50000".parse().unwrap();
        assert_eq!(browser.sign_in("guard", PASSWORD).status, StatusCode::SEE_OTHER, "another address is not concerned");
    }

    fn a_session_ends_unused_after_twelve_hours_and_used_after_seven_days(t) {
        let site = Site::new(t, desk);
        site.add_user("guard", &[StaffRole::Guard]);
        let mut idle = site.browser_of("guard");
        t.clock.forward_s(12 * 3600 - 1);
        assert_eq!(idle.get("/desk").status, StatusCode::OK);
        t.clock.forward_s(12 * 3600 - 1);
        assert_eq!(idle.get("/desk").status, StatusCode::OK, "being used put the end off");
        t.clock.forward_s(12 * 3600);
        assert_eq!(idle.get("/desk").status, StatusCode::SEE_OTHER);

        let mut busy = site.browser_of("guard");
        for _ in 0..(7 * 24 / 6 - 1) {
            t.clock.forward_s(6 * 3600);
            assert_eq!(busy.get("/desk").status, StatusCode::OK);
        }
        t.clock.forward_s(6 * 3600 - 1);
        assert_eq!(busy.get("/desk").status, StatusCode::OK);
        t.clock.forward_s(1);
        assert_eq!(busy.get("/desk").status, StatusCode::SEE_OTHER);
        site.browser_of("guard");
        assert_eq!(t.db.read_blocking(sessions).unwrap(), 1, "those that are over are forgotten at the next sign-in");
    }

    fn foreign_and_garbled_cookies_make_nobody_signed_in(t) {
        let site = Site::new(t, desk);
        site.add_user("guard", &[StaffRole::Guard]);
        let other = site.browser_of("guard").cookie("session").unwrap().to_owned();
        let mut changed = other.clone().into_bytes();
        changed[5] = if changed[5] == b'A' { b'B' } else { b'A' };
        for cookie in [
            "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "x", "%00%ff", "' or 1=1 --", &other[1..], &format!("{other}A"),
            std::str::from_utf8(&changed).unwrap(),
        ] {
            let mut browser = site.browser();
            browser.set_cookie("session", cookie);
            assert_eq!(browser.get("/desk").status, StatusCode::SEE_OTHER, "{cookie}");
            assert_eq!(browser.get("/sign-in").status, StatusCode::OK, "{cookie}");
            assert_eq!(browser.post("/sign-out", &[]).status, StatusCode::SEE_OTHER, "{cookie}");
        }
    }

    fn a_form_that_does_not_come_from_our_page_changes_nothing(t) {
        let site = Site::new(t, desk);
        site.add_user("guard", &[StaffRole::Guard]);
        let mut browser = site.browser_of("guard");
        for headers in [&[][..], &[("origin", "https://evil.example")], &[("sec-fetch-site", "cross-site")]] {
            let mut request = browser.request("POST", "/sign-out");
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            let answer = browser.send(request.body(Body::empty()).unwrap());
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{headers:?}");
        }
        assert_eq!(browser.get("/desk").status, StatusCode::OK, "still signed in");
    }

    fn signing_in_leads_to_our_own_pages_only(t) {
        let site = Site::new(t, desk);
        site.add_user("guard", &[StaffRole::Guard]);
        let mut browser = site.browser();
        for next in ["//evil.example", "/\\evil.example", "https://evil.example/", "javascript:alert(1)", ""] {
            let answer = browser.post("/sign-in", &[("login", "guard"), ("password", PASSWORD), ("next", next)]);
            assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/"), "{next}");
            let page = site.browser().get(&web::address("/sign-in", [("next", next)]));
            assert!(page.says("name=\"next\" value=\"/\""), "{next}");
        }
    }

    fn signing_in_anew_ends_the_session_that_the_browser_had(t) {
        let site = Site::new(t, desk);
        site.add_user("guard", &[StaffRole::Guard]);
        let mut browser = site.browser_of("guard");
        let first = browser.cookie("session").unwrap().to_owned();
        browser.sign_in("guard", PASSWORD);
        assert_ne!(browser.cookie("session"), Some(first.as_str()));
        assert_eq!(browser.get("/desk").status, StatusCode::OK);
        browser.set_cookie("session", &first);
        assert_eq!(browser.get("/desk").status, StatusCode::SEE_OTHER);
    }

    fn a_route_is_refused_to_those_without_its_right_and_left_out_of_their_navigation(t) {
        let site = Site::new(t, desk);
        site.add_user("teacher", &[StaffRole::Teacher]);
        site.add_user("head", &[StaffRole::Head]);
        let mut teacher = site.browser_of("teacher");
        assert_eq!(teacher.get("/desk").status, StatusCode::FORBIDDEN);
        assert_eq!(teacher.post("/desk", &[]).status, StatusCode::FORBIDDEN);
        assert_eq!(teacher.get("/").location(), "/account");
        assert!(!teacher.get("/account").says("href=\"/desk\""));
        let page = site.browser_of("head").get("/desk");
        assert!(page.says("href=\"/devices\"") && page.says("href=\"/desk\" aria-current=\"page\""));
        assert_eq!(site.browser().get_part("/desk").header("hx-redirect"), "/sign-in?next=%2F");
    }

    fn a_closed_account_is_signed_out_at_once(t) {
        let site = Site::new(t, desk);
        let user = site.add_user("guard", &[StaffRole::Guard]);
        let mut browser = site.browser_of("guard");
        let ctx = site.ctx();
        t.db.write_blocking({ let ctx = ctx.clone(); move |tx| ops::disable(tx, &ctx, user) }).unwrap();
        assert_eq!(browser.get("/desk").status, StatusCode::SEE_OTHER);
        assert_eq!(browser.sign_in("guard", PASSWORD).status, StatusCode::UNPROCESSABLE_ENTITY);
        t.db.write_blocking(move |tx| ops::enable(tx, &ctx, user)).unwrap();
        assert_eq!(browser.sign_in("guard", PASSWORD).status, StatusCode::SEE_OTHER);
        let other = Ctx::of_program(t.school("another"), site.ctx().now, t.ids.clone());
        assert!(t.db.write_blocking(move |tx| ops::disable(tx, &other, user)).is_err(), "another school's account");
    }

    fn a_form_sent_after_the_session_is_over_is_kept_until_one_is_signed_in_again(t) {
        let site = Site::new(t, desk);
        site.add_user("secretary", &[StaffRole::Secretary]);
        let mut browser = site.browser_of("secretary");
        t.clock.forward_s(13 * 3600);
        let asked = browser.post("/desk", &[("name", "Әлия & \"<b>\""), ("day", "1"), ("day", "2")]);
        assert_eq!(asked.status, StatusCode::UNAUTHORIZED);
        assert!(asked.says("Введённое сохранено") && asked.says("name=\"resume-path\" value=\"/desk\""));
        let body = "name=%D3%98%D0%BB%D0%B8%D1%8F+%26+%22%3Cb%3E%22&day=1&day=2";
        assert!(asked.says(&body.replace('&', "&amp;")), "{}", asked.body);
        let fields = |password| [("login", "secretary"), ("password", password), ("next", "/desk"), ("resume-path", "/desk"), ("resume-form", body)];
        let wrong = browser.post("/sign-in", &fields("not it, sorry"));
        assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.says("name=\"resume-form\""));
        let right = browser.post("/sign-in", &fields(PASSWORD));
        assert_eq!(right.status, StatusCode::OK);
        assert!(right.says("action=\"/desk\"") && right.says("value=\"Әлия &amp; &quot;&lt;b&gt;&quot;\"") && right.says("name=\"day\" value=\"2\""));
        assert_eq!(browser.post("/desk", &[("name", "Әлия")]).status, StatusCode::OK);
        // Nothing leads to another site, and no password is kept.
        for path in ["https://evil.example/", "//evil.example", ""] {
            let answer = browser.post("/sign-in", &[("login", "secretary"), ("password", PASSWORD), ("resume-path", path), ("resume-form", "a=1")]);
            assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/"), "{path}");
        }
        let secret = site.browser().post("/account/password", &[("current", "my old secret")]);
        assert!(secret.status == StatusCode::UNAUTHORIZED && secret.says("Войдите и повторите") && !secret.says("my+old+secret"));
        let file = site.browser().post_file("/desk", &[], "photo", "me.jpg", b"x");
        assert!(file.status == StatusCode::UNAUTHORIZED && file.says("Файл или пароль"));
        let long = "x".repeat(70_000);
        assert!(!site.browser().post("/desk", &[("name", &long)]).says("resume-path"));
        // A part of a page stays where it is.
        let request = site.browser().request("POST", "/desk").header("hx-request", "true").header("sec-fetch-site", "same-origin");
        let part = site.browser().send(request.body(Body::empty()).unwrap());
        assert_eq!((part.status, part.header("hx-redirect"), part.header("hx-retarget")), (StatusCode::UNAUTHORIZED, "", "#toasts"));
        assert!(part.says("введённое останется"));
    }

    fn the_demonstrations_users_stand_on_its_sign_in_page_and_nowhere_else(t) {
        let demo = DemoUser { login: "kuzet".into(), password: PASSWORD.into(), role_key: "accounts-role-guard" };
        let site = Site::with_demo(t, vec![demo], desk);
        site.add_user("kuzet", &[StaffRole::Guard]);
        let mut browser = site.browser();
        let page = browser.get("/sign-in");
        assert!(page.says("kuzet") && page.says(PASSWORD) && page.says("Охранник"));
        browser.sign_in("kuzet", PASSWORD);
        assert!(!browser.get("/account").says(PASSWORD));
        let plain = Site::new(&TestDb::of(t.db.engine()), desk);
        assert!(!plain.browser().get("/sign-in").says(PASSWORD));
    }
}
