//! Second factors: set up, asked for, counted, lost and reset.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a story that cannot go on shall stop")]

#[path = "browser/authenticator.rs"]
mod authenticator;
mod browser;

use std::sync::Arc;

use accounts::{App, SecondFactor, StaffRole, ops};
use authenticator::{Device, app_code, between};
use axum::{body::Body, http::StatusCode};
use browser::{Answer, Browser, PASSWORD, Site, desk, urlencoded};
use kernel::Clock;
use testkit::{TestDb, both_databases};

store::statements! {
    /// How often something stands in the audit trail.
    fn audited(action: &str) across_schools -> Exactly<u64> = "select count(*) from audit where action = $1";
    /// What the trail says of sign-ins, the oldest first.
    fn sign_ins() across_schools -> Many<String> = "select detail from audit where action = 'signed_in' order by id";
    /// What is kept of secrets.
    fn secrets() across_schools -> Many<Vec<u8>> = "select secret from user_totp union all select code_hash from user_recovery_code";
    /// Sign-ins that wait.
    fn waiting() across_schools -> Exactly<u64> = "select count(*) from sign_in_step";
}

const ORIGIN: &str = "https://school.example";
const PATH: &str = "/account/second-factor";

fn count(t: &TestDb, action: &'static str) -> u64 {
    t.db.read_blocking(|tx| audited(tx, action)).unwrap()
}

fn site(t: &TestDb, rule: SecondFactor) -> Site {
    let app = App::new(t.db.clone(), testkit::vault(), Arc::new(t.clock.clone()), t.ids.clone(), false, Vec::new());
    Site::with_app(t, app.with_second_factor(rule).reached_at(Some(ORIGIN)), desk)
}

/// Sets up an app; gives its key as it is typed, and the recovery codes.
fn set_up_app(t: &TestDb, browser: &mut Browser<'_>) -> (String, Vec<String>) {
    assert_eq!(browser.post("/account/second-factor/app", &[]).location(), "/account/second-factor/app");
    let page = browser.get("/account/second-factor/app");
    assert!(page.says("class=\"qr-code\""), "{}", page.body);
    let secret = between(&page.body, "<code class=\"secret\">", "</code>").to_owned();
    let shown = browser.post("/account/second-factor/app/confirm", &[("code", &app_code(&secret, t.clock.now()))]);
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.body);
    (secret, codes(&shown))
}

fn codes(page: &Answer) -> Vec<String> {
    let list = between(&page.body, "class=\"recovery-codes\"", "</ul>");
    list.split("<code>").skip(1).map(|part| part.split_once('<').unwrap().0.to_owned()).collect()
}

fn send(browser: &mut Browser<'_>, path: &str, fields: &[(&'static str, String)], more: &[(&str, &str)]) -> Answer {
    let mut all: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    all.extend(more);
    browser.post(path, &all)
}

both_databases! {
    fn an_app_is_set_up_with_its_first_code_and_then_asked_for_at_each_sign_in(t) {
        let site = site(t, SecondFactor::Offered);
        site.add_user("secretary", &[StaffRole::Secretary]);
        let mut browser = site.browser_of("secretary");
        let before = browser.cookie("session").unwrap().to_owned();
        assert!(browser.get("/account").says(PATH) && browser.get(PATH).says("Подключить приложение"));
        browser.post("/account/second-factor/app", &[]);
        let wrong = browser.post("/account/second-factor/app/confirm", &[("code", "000000")]);
        assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.says("Проверьте, верно ли время на телефоне"));
        assert_eq!(site.browser().sign_in("secretary", PASSWORD).status, StatusCode::SEE_OTHER, "it does not count before a right code");

        let (secret, codes) = set_up_app(t, &mut browser);
        assert_eq!(codes.len(), 10);
        assert_ne!(browser.cookie("session"), Some(before.as_str()), "the session has another token now");
        let mut old = site.browser();
        old.set_cookie("session", &before);
        assert_eq!(old.get("/desk").status, StatusCode::SEE_OTHER, "the old one opens nothing");
        assert!(browser.get(PATH).says("Осталось кодов: 10 из 10") && !browser.get(PATH).says(&codes[0]));
        let kept = t.db.read_blocking(secrets).unwrap();
        let bytes: Vec<u8> = kept.concat();
        for text in codes.iter().map(|code| code.replace('-', "")).chain([secret.replace(' ', "")]) {
            assert!(!String::from_utf8_lossy(&bytes).contains(&text), "{text} is kept in the clear");
        }

        let mut other = site.browser();
        let asked = other.post("/sign-in", &[("login", "secretary"), ("password", PASSWORD), ("next", "/desk?day=1")]);
        assert!(asked.status == StatusCode::OK && asked.says("Код из приложения") && asked.says("value=\"/desk?day=1\""));
        assert_eq!(other.cookie("session"), None);
        let half = other.cookie("sign-in").unwrap().to_owned();
        let mut forger = site.browser();
        forger.set_cookie("session", &half);
        for path in ["/desk", "/account", PATH] {
            assert_eq!((other.get(path).status, forger.get(path).status), (StatusCode::SEE_OTHER, StatusCode::SEE_OTHER), "{path}");
        }
        t.clock.forward_s(30);
        let code = app_code(&secret, t.clock.now());
        let done = other.post("/sign-in/second", &[("code", &code), ("next", "/desk?day=1")]);
        // The browser in which the password alone was enough is told of.
        let news = "/account/new-browsers?next=%2Fdesk%3Fday%3D1";
        assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, news), "{}", done.body);
        assert_ne!(other.cookie("session"), Some(half.as_str()));
        assert_eq!(other.cookie("sign-in"), None);
        assert_eq!(other.get("/desk").status, StatusCode::OK);

        let mut third = site.browser();
        third.sign_in("secretary", PASSWORD);
        let again = third.post("/sign-in/second", &[("code", &code)]);
        assert!(again.status == StatusCode::UNPROCESSABLE_ENTITY && again.says("Код не подошёл"), "a code is taken once");
        t.clock.forward_s(30);
        assert_eq!(third.post("/sign-in/second", &[("code", &app_code(&secret, t.clock.now()))]).status, StatusCode::SEE_OTHER);
        assert_eq!(t.db.read_blocking(sign_ins).unwrap(), ["", "", "app", "app"]);
        assert_eq!((count(t, "factor_added"), count(t, "second_factor_failed")), (1, 1));
    }

    fn one_code_at_the_same_time_in_two_browsers_signs_in_one(t) {
        let site = site(t, SecondFactor::Offered);
        site.add_user("secretary", &[StaffRole::Secretary]);
        let (secret, written) = set_up_app(t, &mut site.browser_of("secretary"));
        t.clock.forward_s(60);
        for code in [app_code(&secret, t.clock.now()), written[3].to_lowercase()] {
            let requests = (0..4).map(|_| {
                let mut browser = site.browser();
                browser.sign_in("secretary", PASSWORD);
                let request = browser.request("POST", "/sign-in/second").header("sec-fetch-site", "same-origin");
                let request = request.header("content-type", "application/x-www-form-urlencoded");
                request.body(Body::from(urlencoded(&[("code", &code)]))).unwrap()
            });
            let answers = site.at_once(requests.collect());
            let came: Vec<_> = answers.iter().filter(|answer| answer.status == StatusCode::SEE_OTHER).collect();
            assert_eq!(came.len(), 1, "{code}");
        }
    }

    fn wrong_codes_are_counted_with_wrong_passwords_and_a_right_password_forgives_none(t) {
        let site = site(t, SecondFactor::Offered);
        site.add_user("secretary", &[StaffRole::Secretary]);
        let (secret, _) = set_up_app(t, &mut site.browser_of("secretary"));
        t.clock.forward_s(60);
        let mut browser = site.browser();
        for guess in 0..5 {
            // Whoever knows the password begins anew each time, and gets no more guesses by it.
            assert_eq!(browser.sign_in("secretary", PASSWORD).status, StatusCode::OK);
            assert_eq!(browser.post("/sign-in/second", &[("code", &format!("00000{guess}"))]).status, StatusCode::UNPROCESSABLE_ENTITY);
        }
        assert_eq!((count(t, "second_factor_failed"), count(t, "account_locked")), (5, 1));
        let code = app_code(&secret, t.clock.now());
        assert_eq!(browser.post("/sign-in/second", &[("code", &code)]).status, StatusCode::UNPROCESSABLE_ENTITY, "closed for a minute");
        assert_eq!(browser.sign_in("secretary", PASSWORD).status, StatusCode::UNPROCESSABLE_ENTITY);
        t.clock.forward_s(61);
        assert_eq!(browser.sign_in("secretary", PASSWORD).status, StatusCode::OK);
        assert_eq!(browser.post("/sign-in/second", &[("code", &app_code(&secret, t.clock.now()))]).status, StatusCode::SEE_OTHER);
    }

    fn a_sign_in_waits_five_minutes_in_its_own_browser(t) {
        let site = site(t, SecondFactor::Offered);
        let user = site.add_user("secretary", &[StaffRole::Secretary]);
        let (secret, _) = set_up_app(t, &mut site.browser_of("secretary"));
        t.clock.forward_s(60);
        let mut browser = site.browser();
        browser.sign_in("secretary", PASSWORD);
        let mut stranger = site.browser();
        let gone = stranger.post("/sign-in/second", &[("code", &app_code(&secret, t.clock.now()))]);
        assert!(gone.status == StatusCode::UNPROCESSABLE_ENTITY && gone.says("Вход не завершён"));
        t.clock.forward_s(301);
        let late = browser.post("/sign-in/second", &[("code", &app_code(&secret, t.clock.now()))]);
        assert!(late.status == StatusCode::UNPROCESSABLE_ENTITY && late.says("Вход не завершён"));
        browser.sign_in("secretary", PASSWORD);
        let ctx = site.ctx();
        t.db.write_blocking(move |tx| ops::disable(tx, &ctx, user)).unwrap();
        let closed = browser.post("/sign-in/second", &[("code", &app_code(&secret, t.clock.now()))]);
        assert_eq!(closed.status, StatusCode::UNPROCESSABLE_ENTITY, "an account that was closed meanwhile");
        assert_eq!(t.db.read_blocking(waiting).unwrap(), 0);
        assert_eq!(browser.get("/sign-in/second").location(), "/sign-in");
    }

    fn a_code_that_was_written_down_works_once_and_new_ones_end_the_old(t) {
        let site = site(t, SecondFactor::Offered);
        site.add_user("secretary", &[StaffRole::Secretary]);
        let mut here = site.browser_of("secretary");
        let (_, codes_before) = set_up_app(t, &mut here);
        let code = codes_before[0].replace('-', " ").to_lowercase();
        let mut other = site.browser();
        other.sign_in("secretary", PASSWORD);
        assert_eq!(other.post("/sign-in/second", &[("code", &code)]).status, StatusCode::SEE_OTHER);
        assert!(other.get(PATH).says("Осталось кодов: 9 из 10"));
        let mut third = site.browser();
        third.sign_in("secretary", PASSWORD);
        assert_eq!(third.post("/sign-in/second", &[("code", &code)]).status, StatusCode::UNPROCESSABLE_ENTITY);

        assert_eq!(here.post("/account/second-factor/codes", &[("current", "not it, sorry")]).status, StatusCode::UNPROCESSABLE_ENTITY);
        let made = here.post("/account/second-factor/codes", &[("current", PASSWORD)]);
        assert_eq!(codes(&made).len(), 10);
        assert_eq!(third.post("/sign-in/second", &[("code", &codes_before[1])]).status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(third.post("/sign-in/second", &[("code", &codes(&made)[1])]).status, StatusCode::SEE_OTHER);
        assert_eq!(count(t, "recovery_codes_made"), 1);
    }

    fn whoever_needs_a_factor_can_do_nothing_else_until_it_is_there(t) {
        let site = site(t, SecondFactor::Required);
        site.add_user("secretary", &[StaffRole::Secretary]);
        site.add_user("guard", &[StaffRole::Guard]);
        assert_eq!(site.browser_of("guard").get("/desk").status, StatusCode::OK, "a guard sees nothing that is restricted");
        let mut browser = site.browser_of("secretary");
        for path in ["/", "/desk", "/account"] {
            assert_eq!((browser.get(path).status, browser.get(path).location()), (StatusCode::SEE_OTHER, PATH), "{path}");
        }
        assert_eq!(browser.post("/desk", &[]).location(), PATH);
        assert_eq!(browser.post("/account/password", &[("current", PASSWORD), ("new", "x"), ("again", "x")]).location(), PATH);
        assert_eq!(browser.get_part("/desk").header("hx-redirect"), PATH);
        let page = browser.get(PATH);
        assert!(page.says("одного пароля мало") && page.says("action=\"/sign-out\"") && !page.says("id=\"nav\""));
        set_up_app(t, &mut browser);
        assert_eq!(browser.get("/desk").status, StatusCode::OK);
        let last = browser.post("/account/second-factor/app/remove", &[("current", PASSWORD)]);
        assert!(last.status == StatusCode::CONFLICT && last.says("Это последний второй фактор"));
        assert!(browser.get(PATH).says("При входе спрашивается код"));
    }

    fn a_page_that_was_left_open_lets_no_device_in(t) {
        let site = site(t, SecondFactor::Offered);
        site.add_user("secretary", &[StaffRole::Secretary]);
        let mut browser = site.browser_of("secretary");
        browser.post("/account/second-factor/app", &[]);
        t.clock.forward_s(15 * 60 + 1);
        assert_eq!(browser.get("/account/second-factor/app").location(), PATH, "the secret is not shown for long");
        for path in ["/account/second-factor/app", "/account/second-factor/passkey"] {
            assert!(browser.post(path, &[]).says("Текущий пароль введён неверно"), "{path}");
        }
        assert!(browser.get(PATH).says("name=\"current\""));
        assert_eq!(browser.post("/account/second-factor/app", &[("current", PASSWORD)]).location(), "/account/second-factor/app");
    }

    fn an_offered_factor_is_removed_with_the_password_only(t) {
        let site = site(t, SecondFactor::Offered);
        site.add_user("secretary", &[StaffRole::Secretary]);
        let mut browser = site.browser_of("secretary");
        set_up_app(t, &mut browser);
        let refused = browser.post("/account/second-factor/app/remove", &[]);
        assert!(refused.status == StatusCode::UNPROCESSABLE_ENTITY && refused.says("Текущий пароль введён неверно"));
        assert_eq!(browser.post("/account/second-factor/app", &[]).status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(browser.post("/account/second-factor/passkey", &[]).status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(browser.post("/account/second-factor/app/remove", &[("current", PASSWORD)]).location(), "/account/second-factor?done=removed");
        assert_eq!(site.browser().sign_in("secretary", PASSWORD).status, StatusCode::SEE_OTHER);
        assert_eq!(count(t, "factor_removed"), 1);
    }

    fn a_passkey_signs_in_alone_and_as_the_second_step(t) {
        let site = site(t, SecondFactor::Required);
        site.add_user("secretary", &[StaffRole::Secretary]);
        let mut device = Device::new(b"the device's own id");
        let mut browser = site.browser_of("secretary");
        let page = browser.post("/account/second-factor/passkey", &[]);
        assert!(page.says("data-passkey=\"create\"") && page.says("data-host=\"school.example\"") && page.says("passkey"), "{}", page.body);
        let unnamed = device.make(&page.body, ORIGIN);
        assert!(send(&mut browser, "/account/second-factor/passkey/add", &unnamed, &[("name", " ")]).says("от 1 до 60"));
        let page = browser.post("/account/second-factor/passkey", &[]);
        let foreign = device.make(&page.body, "https://evil.example");
        assert!(send(&mut browser, "/account/second-factor/passkey/add", &foreign, &[("name", "Ключ")]).says("Ключ не создан"));
        let page = browser.post("/account/second-factor/passkey", &[]);
        let made = device.make(&page.body, ORIGIN);
        let shown = send(&mut browser, "/account/second-factor/passkey/add", &made, &[("name", "Рабочий телефон")]);
        assert_eq!(codes(&shown).len(), 10, "{}", shown.body);
        assert_eq!(browser.get("/desk").status, StatusCode::OK);
        assert!(browser.get(PATH).says("Рабочий телефон"));

        let mut other = site.browser();
        let asked = other.post("/sign-in/passkey", &[("next", "/desk")]);
        assert!(asked.says("data-passkey=\"get\"") && other.cookie("session").is_none());
        let answer = device.answer(&asked.body, ORIGIN);
        let done = send(&mut other, "/sign-in/second", &answer, &[("next", "/desk")]);
        assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, "/desk"), "{}", done.body);
        let mut replay = site.browser();
        replay.post("/sign-in/passkey", &[]);
        assert_eq!(send(&mut replay, "/sign-in/second", &answer, &[]).status, StatusCode::UNPROCESSABLE_ENTITY, "an old answer");

        let mut third = site.browser();
        let asked = third.sign_in("secretary", PASSWORD);
        assert!(asked.says("data-passkey=\"get\"") && asked.says("Запасной код"));
        device.verifies = false;
        let careless = device.answer(&asked.body, ORIGIN);
        let asked = send(&mut third, "/sign-in/second", &careless, &[]);
        assert!(asked.status == StatusCode::UNPROCESSABLE_ENTITY && asked.says("Ключ доступа не подошёл"), "its owner was not verified");
        device.verifies = true;
        let answer = device.answer(&asked.body, ORIGIN);
        assert_eq!(send(&mut third, "/sign-in/second", &answer, &[]).status, StatusCode::SEE_OTHER);
        assert_eq!(t.db.read_blocking(sign_ins).unwrap(), ["", "passkey_alone", "passkey"]);

        let id = between(&browser.get(PATH).body, "/account/second-factor/passkey/", "/remove").to_owned();
        let remove = format!("/account/second-factor/passkey/{id}/remove");
        assert_eq!(browser.post(&remove, &[("current", PASSWORD)]).status, StatusCode::CONFLICT, "the last one");
        let app = browser.post("/account/second-factor/app", &[("current", PASSWORD)]);
        assert_eq!(app.location(), "/account/second-factor/app");
        let secret = between(&browser.get("/account/second-factor/app").body, "<code class=\"secret\">", "</code>").to_owned();
        let confirmed = browser.post("/account/second-factor/app/confirm", &[("code", &app_code(&secret, t.clock.now()))]);
        assert_eq!(confirmed.location(), "/account/second-factor?done=added", "there are codes already");
        assert_eq!(browser.post(&remove, &[("current", PASSWORD)]).location(), "/account/second-factor?done=removed");
        let asked = other.post("/sign-in/passkey", &[]);
        let answer = device.answer(&asked.body, ORIGIN);
        assert_eq!(send(&mut other, "/sign-in/second", &answer, &[]).status, StatusCode::UNPROCESSABLE_ENTITY);
    }

    fn somebody_elses_passkey_is_no_second_step_and_cannot_be_added_twice(t) {
        let site = site(t, SecondFactor::Offered);
        site.add_user("secretary", &[StaffRole::Secretary]);
        site.add_user("head", &[StaffRole::Head]);
        let (mut one, mut two) = (Device::new(b"one"), Device::new(b"two"));
        for (login, device) in [("secretary", &mut one), ("head", &mut two)] {
            let mut browser = site.browser_of(login);
            let page = browser.post("/account/second-factor/passkey", &[]);
            let made = device.make(&page.body, ORIGIN);
            assert_eq!(send(&mut browser, "/account/second-factor/passkey/add", &made, &[("name", "K")]).status, StatusCode::OK);
        }
        let mut browser = site.browser();
        let asked = browser.sign_in("head", PASSWORD);
        let answer = one.answer(&asked.body, ORIGIN);
        let asked = send(&mut browser, "/sign-in/second", &answer, &[]);
        assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
        let answer = two.answer(&asked.body, ORIGIN);
        assert_eq!(send(&mut browser, "/sign-in/second", &answer, &[]).status, StatusCode::SEE_OTHER);
        let page = browser.post("/account/second-factor/passkey", &[("current", PASSWORD)]);
        let twice = Device::new(b"one").make(&page.body, ORIGIN);
        let known = send(&mut browser, "/account/second-factor/passkey/add", &twice, &[("name", "K")]);
        assert!(known.status == StatusCode::UNPROCESSABLE_ENTITY && known.says("уже добавлен"));
    }

    fn without_a_name_or_tls_the_page_says_why_there_are_no_passkeys_but_at_localhost(t) {
        let site = Site::new(t, desk);
        site.add_user("guard", &[StaffRole::Guard]);
        let mut browser = site.browser_of("guard");
        assert!(!site.browser().get("/sign-in").says("ключом доступа"));
        assert!(browser.get(PATH).says("По этому адресу ключи доступа не работают"));
        assert_eq!(browser.post("/account/second-factor/passkey", &[]).location(), PATH);
        let request = browser.request("GET", PATH);
        let mut request = request.body(Body::empty()).unwrap();
        request.headers_mut().insert("host", "localhost:8080".parse().unwrap());
        assert!(browser.send(request).says("Добавить ключ доступа"));
    }

    fn who_has_lost_every_factor_is_let_in_again_by_an_administrator(t) {
        let site = site(t, SecondFactor::Required);
        let user = site.add_user("secretary", &[StaffRole::Secretary]);
        let mut browser = site.browser_of("secretary");
        set_up_app(t, &mut browser);
        let stranger = accounts::Ctx::of_program(t.school("another"), t.clock.now(), t.ids.clone());
        assert!(t.db.write_blocking(move |tx| ops::reset_factors(tx, &stranger, user)).is_err(), "another school's account");
        let ctx = site.ctx();
        t.db.write_blocking(move |tx| ops::reset_factors(tx, &ctx, user)).unwrap();
        assert_eq!(browser.get("/desk").location(), "/sign-in?next=%2Fdesk", "its sessions have ended");
        let mut again = site.browser_of("secretary");
        assert_eq!(again.get("/desk").location(), PATH, "a factor has to be set up anew");
        assert_eq!(count(t, "factors_reset"), 1);

        site.add_user("admin", &[StaffRole::SchoolAdmin]);
        let mut admin = site.browser_of("admin");
        set_up_app(t, &mut admin);
        set_up_app(t, &mut again);
        let page = format!("/accounts/{user}");
        assert!(admin.get(&page).says("Сбросить второй фактор"));
        assert_eq!(admin.post(&format!("{page}/factors/reset"), &[]).location(), format!("{page}?done=factors"));
        let page = admin.get(&format!("{page}?done=factors"));
        assert!(page.says("Второй фактор сброшен") && page.says("Нужен, но не подключён"));
        assert_eq!(again.get("/desk").location(), "/sign-in?next=%2Fdesk");
        assert_eq!(count(t, "factors_reset"), 2);
    }
}
